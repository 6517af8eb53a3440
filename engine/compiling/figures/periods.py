"""Figures over complete periods: changes, streaks, trend and volatility (semantics 2.5)."""

from typing import Final, Literal

from msgspec.structs import replace

from engine.compiling.figures.arguments import Arguments, Lowered, also, mean_of, plain
from engine.compiling.lengths import DATES
from engine.compiling.symbols import View
from engine.foundation import codes
from engine.foundation.quantities import Duration, Period
from engine.language.metrics import Metric
from engine.matching import core
from engine.matching.core import COUNT, PERCENT, Node, ValueType

_YEAR: Final = {"week": 52, "month": 12, "quarter": 4, "half_year": 2, "year": 1}


def _series(given: Arguments, metric: Metric, view: View) -> tuple[core.Series, ValueType] | None:
    found = given.over(metric, view, needs_field=False)
    period = metric.per.period if metric.per else None
    settles = given.lengths.node(metric.settles_after, DATES)
    for key, written in (("per", metric.per), ("settles_after", metric.settles_after)):
        if written is not None and written.reference is not None:
            message = f"`{key}: ${written.reference}`: periods are cut once for all accounts and days"
            given.report(codes.BAD_FORM, written.place, message, f"write the {key} itself, without a parameter")
            return None
    if found is None or period is None or (metric.settles_after and settles is None):
        return None
    items, meaning = found
    if meaning is not None and not given.is_number(metric, meaning):
        return None
    kind = meaning.type if meaning else COUNT
    settled = settles.value if isinstance(settles, core.Constant) else None
    after = settled if isinstance(settled, Duration) else None
    return core.Series(items, meaning.node if meaning else None, period, after, kind), kind


def change(given: Arguments, metric: Metric, view: View) -> Lowered:
    """``change``: the last complete period's total against an earlier one, relative."""
    found = _series(given, metric, view)
    if found is None:
        return None
    series, _ = found
    back = 1 + _distance(metric, series.period)
    return core.Change(core.PeriodValue(series, back), core.PeriodValue(series, 1)), PERCENT


def change_in_points(given: Arguments, metric: Metric, view: View) -> Lowered:
    """``change_in_points``: the last complete period's average less an earlier one's."""
    found = _series(given, metric, view)
    if found is None:
        return None
    series, kind = found
    if series.of is None:
        given.report(codes.UNKNOWN_NAME, metric.of[0].place, f"`{metric.id}` needs a field to average")
        return None
    back = 1 + _distance(metric, series.period)
    kind = mean_of(kind)
    parts = (_average(series, 1, kind), _average(series, back, kind))
    unit = ValueType("number", "percentage points", kind.scale) if kind.unit == "percent" else kind
    return core.Arithmetic("subtract", parts, unit), unit


def statistic(given: Arguments, metric: Metric, view: View) -> Lowered:
    """``trend`` and ``volatility``: over the totals, or averages, of the last complete periods."""
    found = _series(given, metric, view)
    if found is None or metric.last is None:
        return None
    series, kind = found
    if metric.take == "average" and series.of is None:
        given.report(codes.UNKNOWN_NAME, metric.of[0].place, f"`{metric.id}` needs a field to average")
        return None
    backs = range(metric.last, 0, -1)
    if metric.take == "average":
        of: tuple[Node, ...] = tuple(_average(series, back, mean_of(kind)) for back in backs)
    else:
        of = tuple(core.PeriodValue(series, back) for back in backs)
    return core.Statistic("trend" if metric.verb == "trend" else "volatility", of), PERCENT


def _distance(metric: Metric, period: Period) -> int:
    """How many periods lie between a period and the one it is held against."""
    if metric.against == "before" or period.unit not in _YEAR:
        return 1
    return max(1, _YEAR[period.unit] // period.count)


def streak(given: Arguments, metric: Metric, view: View) -> Lowered:
    """``falling_streak`` and ``rising_streak``."""
    found = _series(given, metric, view)
    by = given.lowering.operand(metric.by, PERCENT, view) if metric.by else None
    if found is None or by is None:
        return None
    direction: Literal["falling", "rising"] = "falling" if metric.verb == "falling_streak" else "rising"
    return core.Streak(found[0], direction, by), COUNT


def _average(series: core.Series, back: int, kind: ValueType) -> Node:
    """The mean of a period: what its records add up to by how many have a value; none where none has."""
    assert series.of is not None  # noqa: S101 - the caller's condition
    valued = replace(series.items, where=also(series.items.where, core.Present(series.of)))
    count = replace(series, items=valued, of=None, type=COUNT)
    parts = (core.PeriodValue(series, back), core.PeriodValue(count, back))
    return core.Arithmetic("divide", parts, plain(kind))
