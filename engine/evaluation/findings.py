"""What evaluation found for one account."""

from collections.abc import Mapping
from typing import Literal

from msgspec import Struct, UnsetType

from engine.compiling.compiled import CompiledClass, CompiledRule
from engine.history.model import InForce
from engine.history.settling import Standing, Truth
from engine.matching.run import RunValues, Value
from engine.snapshots.model import AccountSnapshot, Record

Light = Literal["red", "yellow", "green"]


class RuleFinding(Struct, frozen=True):
    """A rule for the account or one item: its raw cause and where it stands.

    ``record`` is none for the account, and for an item whose record is not delivered any more.
    """

    rule: CompiledRule
    item: str | None
    record: Record | None
    begins: Truth
    standing: Standing


class ClassFinding(Struct, frozen=True):
    """A class for the account or one item: the rows still possible, the value in force and the one before."""

    compiled: CompiledClass
    item: str | None
    possible: tuple[str | None, ...]
    in_force: InForce | None
    before: InForce | None


class Findings(Struct, frozen=True):
    """Everything evaluation says of one account at one moment.

    ``rules`` holds, in playbook order, every rule and item that is not plainly inactive. ``light_at_worst`` counts
    the warnings that are only possible; ``watch`` is set where a green warning fires.
    """

    snapshot: AccountSnapshot
    run: RunValues
    classes: tuple[ClassFinding, ...]
    rules: tuple[RuleFinding, ...]
    light: Light
    light_at_worst: Light
    watch: bool
    conclusions: Mapping[str, Value | Mapping[str, Value]]
    unknown: tuple[tuple[CompiledRule, str | UnsetType | None], ...] = ()
