"""Cadences that are done in one visit share a day (spec 5.4)."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from msgspec import Struct

from engine.calendars import due as due_dates
from engine.calendars.months import shift_date
from engine.calendars.workdays import open_days
from engine.evaluation.findings import RuleFinding
from engine.evaluation.lengths import length_for
from engine.foundation.quantities import Duration
from engine.language.playbook import Cadence
from engine.planning.actions import Desk, calendars_for, ending, identity
from engine.planning.dated import GRACE
from engine.planning.occurrences import Occurrence

Turn = tuple[str, str | None, str]
"""The address of a cadence, the item, the name of the occurrence."""


class Joint(Struct, frozen=True):
    """The day on which several occurrences are done, and the id of the action that the others go with."""

    day: date
    leader: str


class _Waiting(Struct, frozen=True):
    """An open occurrence: when it is due alone, until when its grace lets it wait, and who must be there."""

    finding: RuleFinding
    occurrence: Occurrence
    due: date
    limit: date
    calendars: due_dates.Calendars
    id: str

    @property
    def turn(self) -> Turn:
        return self.finding.rule.address, self.finding.item, self.occurrence.name


def joints(desk: Desk, open_: Iterable[tuple[RuleFinding, Sequence[Occurrence]]]) -> Mapping[Turn, Joint]:
    """Which of the open occurrences are done together: those whose ``together_with`` leads to one that is open too,
    where a day is open for all of them and within the grace of each."""
    waiting: dict[tuple[str, str | None], list[_Waiting]] = {}
    for finding, occurrences in open_:
        key = (finding.rule.address, finding.item)
        waiting[key] = [_waiting(desk, finding, each) for each in occurrences]
    groups: dict[Turn, list[_Waiting]] = {}
    for joining in (each for members in waiting.values() for each in members):
        target = _target(joining.finding)
        for leader in waiting.get((f"cadence.{target}", joining.finding.item), ()) if target else ():
            group = groups.setdefault(leader.turn, [leader])
            if _common_day([*group, joining]) is not None:
                group.append(joining)
                break
    found: dict[Turn, Joint] = {}
    for group in groups.values():
        day = _common_day(group)
        if len(group) > 1 and day is not None:
            found |= {each.turn: Joint(day, group[0].id) for each in group}
    return found


def _target(finding: RuleFinding) -> str | None:
    entry = finding.rule.entry
    return entry.together_with if isinstance(entry, Cadence) else None


def _waiting(desk: Desk, finding: RuleFinding, occurrence: Occurrence) -> _Waiting:
    main = desk.tasks.of(finding.rule)[0].tasks[0]
    owner = desk.owner(main.roles)
    calendars = calendars_for(desk, main, owner)
    due = due_dates.deadline(calendars, occurrence.day, shift=occurrence.shift).date
    grace = length_for(desk.bound(finding), finding.rule.grace)
    if grace is None and finding.rule.days:
        grace = GRACE
    limit = shift_date(occurrence.day, grace) if isinstance(grace, Duration) else due
    known_as = identity(main.name, ending(desk, finding, occurrence.name))
    return _Waiting(finding, occurrence, due, max(due, limit), calendars, known_as.id)


def _common_day(group: Sequence[_Waiting]) -> date | None:
    """The earliest day that is open for all, not before any is due nor after the grace of one."""
    calendars = tuple(dict.fromkeys(calendar for each in group for calendar in each.calendars))
    days = open_days(calendars)
    first, last = max(each.due for each in group), min(each.limit for each in group)
    found = (each for each in range(first.toordinal(), last.toordinal() + 1) if days[each].is_open)
    return next((date.fromordinal(each) for each in found), None)
