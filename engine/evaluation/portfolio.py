"""The figures of a portfolio, gathered account by account: a few numbers of each, or of each of its records, are kept
(semantics 4.7)."""

from array import array
from collections import Counter
from collections.abc import Iterable, Mapping
from itertools import islice
from typing import cast

from msgspec import UNSET, Struct, UnsetType

from engine.evaluation.evaluate import findings_of
from engine.evaluation.in_run import Evaluation
from engine.history.model import History
from engine.matching.core import Population
from engine.matching.rankings import Groups, Ranking
from engine.matching.rows import Wanted
from engine.matching.run import Value
from engine.snapshots.model import AccountSnapshot

Group = tuple[str, ...]


class Member(Struct, frozen=True):
    """What an account or record is in a population: its value, none where it does not belong; its group, none where it
    is in none. Either may be unknown."""

    value: int | UnsetType | None
    group: Group | UnsetType | None

    @classmethod
    def of(cls, value: Value, names: tuple[Value, ...]) -> "Member":
        """The member of these values; it is in no group where one of the ``names`` is none."""
        group = UNSET if UNSET in names else None if None in names else cast("Group", names)
        return cls(cast("int | UnsetType | None", value), group)


UNREADABLE = Member(UNSET, UNSET)
"""An account that can't be used, or whose records are not there: nobody knows where it belongs."""


class Tally:
    """Gathers the members of one population."""

    def __init__(self) -> None:
        self._values: dict[Group, array[int]] = {}
        self._left_out: Counter[Group] = Counter()
        self._anywhere = 0

    def add(self, member: Member) -> None:
        """Counts one account or record in; what is unknown of it leaves it out, and is counted too."""
        if member.value is None or member.group is None:
            self._note(member.group)
        elif isinstance(member.group, UnsetType):
            self._anywhere += 1
        elif isinstance(member.value, UnsetType):
            self._note(member.group)
            self._left_out[member.group] += 1
        else:
            self._note(member.group)
            self._values[member.group].append(member.value)

    def add_to_all(self, values: Iterable[int]) -> None:
        """Counts values of further accounts into every group."""
        more = array("q", values)
        for each in self._values.values():
            each.extend(more)

    def groups(self) -> Groups:
        """The rankings by group. An account whose group is unknown is left out of each."""
        return {
            group: Ranking(tuple(sorted(values)), self._left_out[group] + self._anywhere)
            for group, values in sorted(self._values.items())
        }

    def _note(self, group: Group | UnsetType | None) -> None:
        if isinstance(group, tuple):
            self._values.setdefault(group, array("q"))


def rankings_of(
    populations: Iterable[Population], tallies: Iterable[Tally], others: Mapping[str, Iterable[int]]
) -> dict[str, Groups]:
    """The rankings by population; ``others`` are values of further accounts."""
    found = {}
    for population, tally in zip(populations, tallies, strict=True):
        tally.add_to_all(others.get(population.name, ()))
        found[population.name] = tally.groups()
    return found


def members_of(
    evaluation: Evaluation, number: int, snapshot: AccountSnapshot, history: History
) -> dict[str, list[Member]]:
    """What an account is in each population of the pass ``number`` over the portfolio, by name: one member, or one
    for each of its records; may raise ``AccountFailed``.

    The run has to know the figures of the passes before.
    """
    found, level = evaluation.compiled.passes[number], len(evaluation.compiled.levels) + number
    conclusions = findings_of(evaluation, snapshot, history).conclusions if found.concludes else {}
    rows = evaluation.rows
    state, members = rows.account(snapshot), {each.name: list[Member]() for each in found.populations}
    for index, populations in enumerate(found.within):
        if populations[0].collection is None:
            wanted: Wanted = [rows.values(level, index, state, conclusions)]
        else:
            wanted = rows.record_values(level, index, state, conclusions)
        for each in populations:
            members[each.name] += [UNREADABLE] if wanted is UNSET else []
        for values in () if wanted is UNSET else map(iter, wanted):
            for each in populations:
                members[each.name].append(Member.of(next(values), tuple(islice(values, len(each.group)))))
    return members
