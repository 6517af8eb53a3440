"""Lengths of time in a run: what ``must_hold: $x`` stands for, and a moment moved on by it."""

from datetime import UTC, datetime, timedelta

from msgspec import UNSET, UnsetType

from engine.calendars import due
from engine.calendars.months import shift_date
from engine.calendars.workdays import Calendar
from engine.foundation.quantities import Duration
from engine.matching import core
from engine.matching.explained import Environment, evaluate
from engine.matching.run import RunValues

Length = Duration | None | UnsetType
"""A duration; none where the playbook gives none, unknown where that can't be said (an undated parameter)."""

_SECONDS = {"hours": 3600, "minutes": 60}


def length_in(run: RunValues, node: core.Node | None) -> Length:
    """What ``node`` stands for in a run, if that is the same for every account, else unknown."""
    if node is None:
        return None
    value = run.parameters.get(node.name, UNSET) if isinstance(node, core.Parameter) else getattr(node, "value", UNSET)
    return value if isinstance(value, Duration) or value is None else UNSET


def length_for(environment: Environment, node: core.Node | None) -> Length:
    """What ``node`` stands for in a run for one account: a parameter may differ by class."""
    found = length_in(environment.run, node)
    if found is not UNSET or node is None:
        return found
    value = evaluate(node, environment)
    return value if isinstance(value, Duration) or value is None else UNSET


def later(moment: datetime, duration: Duration, run: RunValues, calendar: Calendar) -> datetime:
    """``moment`` moved on by a duration: hours on the clock, working time on ``calendar``, days by the date."""
    if duration.unit in _SECONDS:
        return (moment.astimezone(UTC) + _elapsed(duration)).astimezone(run.zone)
    if duration.unit in ("working hours", "working days"):
        return due.add((calendar,), moment, duration).at
    local = moment.astimezone(run.zone)
    return datetime.combine(shift_date(local.date(), duration), local.timetz())


def _elapsed(duration: Duration) -> timedelta:
    return timedelta(microseconds=int(duration.amount * _SECONDS[duration.unit] * 10**6))
