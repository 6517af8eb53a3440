"""The reference interpreter: a collection over calendar periods, and streaks of falling or rising ones."""

from datetime import date

from msgspec import UNSET

from engine.calendars.periods import Span, periods_back
from engine.matching import core
from engine.matching.core import Series
from engine.matching.operations import local_day, relative_change
from engine.matching.reference.records import date_path, truths
from engine.matching.reference.sights import (
    NO,
    YES,
    Environment,
    Sight,
    dated,
    figure,
    look,
    sees,
    unknown,
    unknown_for,
    visible,
)
from engine.matching.reference.truths import counted
from engine.matching.shape import scale_of
from engine.snapshots.model import Coverage, Record

Entry = tuple[date | None, Sight]
"""One record of a series: its day, none if that is unknown; and what it adds."""


@sees(core.PeriodValue)
def _period_value(node: core.PeriodValue, env: Environment) -> Sight:
    return _value(node.series, _entries(node.series, env), node.back, env)


@sees(core.Streak)
def _streak(node: core.Streak, env: Environment) -> Sight:
    by, entries = look(node.by, env), _entries(node.series, env)
    length = 0
    while True:
        step = _step(node, by, entries, length + 1, env)
        if step.value is not True:
            return step if step.value is UNSET else Sight(length)
        length += 1


@sees(core.StreakReaches)
def _streak_reaches(node: core.StreakReaches, env: Environment) -> Sight:
    by, entries = look(node.by, env), _entries(node.series, env)
    return counted([_step(node, by, entries, back, env) for back in range(1, node.count + 1)], node.count)


def _step(
    node: core.Streak | core.StreakReaches, by: Sight, entries: list[Entry] | None, back: int, env: Environment
) -> Sight:
    """Whether the ``back``-th last period fell or rose by at least ``by`` against the one before."""
    before, after = (_value(node.series, entries, each, env) for each in (back + 1, back))
    if before.value == 0:
        return NO
    if UNSET in (before.value, after.value, by.value):
        return unknown_for((before, after, by))
    match before.value, after.value, by.value:
        case int(then), int(now), int(least):
            change = relative_change(then, now, scale_of(node.by))
            return YES if (change >= least if node.direction == "rising" else change <= -least) else NO
    return NO


def _entries(series: Series, env: Environment) -> list[Entry] | None:
    """Every record that is, or may be, counted in some period; none for an absent collection."""
    found = truths(series.items, env)
    if found is None:
        return None
    entries = [_entry(record, holds, series, env) for record, holds in found if _may_count(holds, series)]
    return [each for each in entries if each is not None]


def _may_count(holds: Sight, series: Series) -> bool:
    return holds.value is True or (holds.value is UNSET and series.items.undecided == "unknown")


def _entry(record: Record, holds: Sight, series: Series, env: Environment) -> Entry | None:
    adds = holds if holds.value is UNSET else _adds(record, series, env)
    when = dated(record, series.items.collection)
    if when is None or adds.value is None:
        return None
    if when is UNSET:
        return None, unknown_for((adds, unknown(date_path(series.items.collection))))
    return local_day(when, env.run.zone), adds


def _adds(record: Record, series: Series, env: Environment) -> Sight:
    if series.of is None:
        return Sight(10**series.type.scale)
    return look(series.of, env.binding(series.items.record, record))


def _value(series: Series, entries: list[Entry] | None, back: int, env: Environment) -> Sight:
    """The value of the ``back``-th last complete period."""
    if entries is None:
        return unknown(series.items.collection)
    span = period_back(series, back, env)
    if span is None or not _covered(series, span, env):
        return unknown(f"{series.items.collection} from {span.start} to {span.end}" if span else "coverage")
    inside = [adds for day, adds in entries if day is None or span.start <= day <= span.end]
    if any(each.value is UNSET for each in inside):
        return unknown_for(inside)
    return figure(sum(each.value for each in inside if isinstance(each.value, int)), env)


def period_back(series: Series, back: int, env: Environment) -> Span | None:
    """The ``back``-th last complete period; none before the year 1."""
    try:
        return periods_back(
            env.run.today,
            series.period,
            back,
            series.settles_after,
            fiscal_start_month=env.run.year_begins,
        )[0]
    except ValueError:
        # Before the year 1.
        return None


def _covered(series: Series, span: Span, env: Environment) -> bool:
    """Whether the period lies within the coverage; by default that runs from the first record to today."""
    collection = series.items.collection
    coverage = env.snapshot.coverage.get(collection, Coverage())
    days = [dated(each, collection) for each in visible(env.snapshot, collection, env.run) or ()]
    first = min((local_day(each, env.run.zone) for each in days if isinstance(each, date)), default=None)
    start, end = coverage.from_ or first, coverage.to or env.run.today
    return start is not None and start <= span.start and span.end <= end
