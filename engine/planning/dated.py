"""Which days of a cadence that is ``on`` days are open: dates of the year, festivals, dates of the data (spec 5.3)."""

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import Final

from msgspec import UNSET, Struct

from engine.calendars.months import shift_date
from engine.calendars.occasions import Occasion, occasion
from engine.calendars.periods import anchored_period, nth_period
from engine.calendars.workdays import Calendar
from engine.compiling.cadences import names_in
from engine.compiling.compiled import CompiledDay
from engine.evaluation.findings import RuleFinding
from engine.foundation.quantities import Duration
from engine.matching.explained import Environment, explain
from engine.matching.operations import local_day
from engine.planning.occurrences import Occurrence, Unplannable, as_period, counted
from engine.snapshots.model import Interaction

AHEAD: Final = Duration(Decimal(3), "months")
"""How long before its day an occurrence opens, if nothing is said."""
GRACE: Final = Duration(Decimal(7), "days")
"""How near to its day an interaction counts, and how long after it an occurrence may be done, if nothing is said."""


class Window(Struct, frozen=True):
    """The days that matter today: ``first`` to ``last``. Those before ``open_from`` are only there because something
    near them may count for them rather than for a later one."""

    first: date
    open_from: date
    last: date


class DayFound(Struct, frozen=True):
    """A day of the window under the name it has in the playbook."""

    name: str
    day: date
    is_certain: bool = True


def dated_occurrences(
    finding: RuleFinding, environment: Environment, rhythm: Duration | None, grace: Duration, ahead: Duration,
    calendar: Calendar,
) -> tuple[Occurrence | Unplannable, ...]:  # fmt: skip
    """The occurrences that wait to be done, by day; ``Unplannable`` for each day of which data is missing."""
    today = environment.run.today
    open_from = shift_date(today, grace, -1)
    window = Window(shift_date(open_from, grace, -1), open_from, shift_date(today, ahead))
    found = [each for day in finding.rule.days for each in _days(day, environment, rhythm, window, calendar)]
    known = sorted((each for each in found if isinstance(each, DayFound)), key=lambda each: (each.day, each.name))
    lacking = [each for each in found if isinstance(each, Unplannable)]
    done = counted(finding, environment.snapshot, environment.run)
    waiting = (_occurrence(each, known, done, grace, ahead, today) for each in known if each.day >= open_from)
    return (*(each for each in waiting if each is not None), *lacking)


def _occurrence(
    found: DayFound, known: Sequence[DayFound], done: Sequence[Interaction] | Unplannable, grace: Duration,
    ahead: Duration, today: date,
) -> Occurrence | Unplannable | None:  # fmt: skip
    """The occurrence of a day, unless an interaction within ``grace`` of it counts for no day that is nearer."""
    name = f"{found.name}:{found.day.isoformat()}"
    first, last = shift_date(found.day, grace, -1), shift_date(found.day, grace)
    if first <= today:
        if isinstance(done, Unplannable):
            return Unplannable(done.needs, name)
        days = [each.day for each in known]
        on = (each.on for each in done if isinstance(each.on, date) and first <= each.on <= last)
        if any(_nearest(days, each) == found.day for each in on):
            return None
    return Occurrence(name, shift_date(found.day, ahead, -1), found.day, "backward", not found.is_certain)


def _nearest(days: Sequence[date], to: date) -> date:
    """The day nearest to a date; of two the earlier."""
    return min(days, key=lambda each: (abs((each - to).days), each))


def _days(
    day: CompiledDay, environment: Environment, rhythm: Duration | None, window: Window, calendar: Calendar
) -> Iterator[DayFound | Unplannable]:
    """The days within ``window`` that one entry of ``on`` names."""
    if day.occasion is not None:
        yield from _of_occasion(day.written, day.occasion, window)
        return
    assert day.node is not None  # noqa: S101 - it is one or the other
    sight = explain(day.node, environment)
    if sight.value is UNSET:
        yield Unplannable(sight.missing, "" if day.written.startswith("$") else f"{day.written}:")
    elif isinstance(sight.value, date):
        anchor = local_day(sight.value, environment.run.zone)
        for each in _from_anchor(anchor, rhythm, window):
            yield DayFound(day.written, each)
    for name in names_in(sight.value):
        yield from _of_occasion(name, occasion(name, calendar.region, calendar.subdivision), window)


def _of_occasion(name: str, named: Occasion, window: Window) -> Iterator[DayFound | Unplannable]:
    try:
        for each in named.between(window.first, window.last):
            yield DayFound(name, each, named.is_certain(each))
    except ValueError as error:
        yield Unplannable((str(error),), f"{name}:")


def _from_anchor(anchor: date, rhythm: Duration | None, window: Window) -> Iterator[date]:
    """The date itself; with a rhythm also each further one, counted from it."""
    if rhythm is None:
        if window.first <= anchor <= window.last:
            yield anchor
        return
    period = as_period(rhythm)
    index = max(0, anchored_period(anchor, period, window.first).index)
    while (each := nth_period(anchor, period, index).start) <= window.last:
        if each >= window.first:
            yield each
        index += 1
