"""What evaluation found for one account."""

from collections.abc import Iterable, Mapping
from typing import Final, Literal

from msgspec import UNSET, Struct, field

from engine.compiling.clauses import Leaf
from engine.compiling.compiled import CompiledClass, CompiledRule
from engine.history.model import InForce, Judged, Override
from engine.history.settling import Standing, Truth
from engine.matching.rows import AccountState
from engine.matching.run import RunValues, Value
from engine.snapshots.model import AccountSnapshot, Record

Light = Literal["red", "yellow", "green"]
LIGHTS: Final[tuple[Light, ...]] = ("red", "yellow", "green")
"""All lights, the worst first."""

Key = tuple[str, str | None]
"""The address of an entry and, where it is worked out per record, the record's id."""


class Truths(Struct, frozen=True):
    """What the tests of a scope came to for the account or a record: bits of those certainly and possibly true."""

    tests: Mapping[Leaf, int]
    certain: int
    possible: int

    def of(self, test: Leaf) -> Truth:
        """The truth of one of the tests."""
        bit = self.tests[test]
        if self.certain & bit:
            return True
        return UNSET if self.possible & bit else False


class RuleFinding(Struct, frozen=True):
    """A rule for the account or one item: its raw cause, its raw end (none where it ends with its cause), and where
    it stands.

    ``record`` is none for the account, and where a whole collection is missing that no item is known of. An item that
    is known, but whose collection is not ``delivered``, has a record of which nothing but the id is known. ``truths``
    are there where the rule was worked out from data, not from what is known without its record.
    """

    rule: CompiledRule
    item: str | None
    record: Record | None
    begins: Truth
    standing: Standing
    ends: Truth | None = None
    delivered: bool = True
    truths: Truths | None = None


class ClassFinding(Struct, frozen=True):
    """A class for the account or one item: the rows still possible, the value in force and the one before."""

    compiled: CompiledClass
    item: str | None
    record: Record | None
    possible: tuple[str | None, ...]
    in_force: InForce | None
    before: InForce | None
    truths: Truths | None = None


class Findings(Struct, frozen=True):
    """Everything evaluation says of one account at one moment.

    ``rules`` holds, in playbook order, every rule and item that is not plainly inactive. ``light_at_worst`` counts
    the warnings that are only possible; ``watch`` is set where a green warning fires. ``figures`` are the account's
    known metrics by name, ``state`` all that the rows have worked out of it. ``standings`` holds every rule and item
    with an episode, open or closed, that was settled, ``judged`` what became of targets, by address, ``overrides`` the
    classes that people have set, or had until now.
    """

    snapshot: AccountSnapshot
    run: RunValues
    classes: tuple[ClassFinding, ...]
    rules: tuple[RuleFinding, ...]
    light: Light
    light_at_worst: Light
    watch: bool
    conclusions: Mapping[str, Value | Mapping[str, Value]]
    figures: Mapping[str, Value]
    state: AccountState
    standings: Mapping[Key, Standing]
    judged: Mapping[str, Judged] = field(default_factory=dict)
    overrides: Mapping[Key, Override] = field(default_factory=dict)


def worst(lights: Iterable[str]) -> Light:
    """The worst of some lights, green without any."""
    found = set(lights)
    return next((each for each in LIGHTS if each in found), "green")
