"""Emission of series: one pass that adds every record to its period, then lookups (:mod:`engine.matching.periods`)."""

from engine.matching import core
from engine.matching.core import Series
from engine.matching.generation.body import Body
from engine.matching.generation.module import attribute
from engine.matching.generation.rules import emits
from engine.matching.periods import SeriesOfRun
from engine.matching.shape import is_timed, scale_of
from engine.snapshots.model import COLLECTIONS


@emits(core.PeriodValue)
def _period_value(body: Body, node: core.PeriodValue) -> str:
    totals = _totals(body, node.series)
    value = body.named(f"{_bound(body, node.series)}.value({totals}, {body.module.constant(node.back)})")
    body.block.lines(body.overflow(value, may_be_none=True))
    return value


@emits(core.Streak)
def _streak(body: Body, node: core.Streak) -> str:
    return f"{_bound(body, node.series)}.streak({_arguments(body, node)})"


@emits(core.StreakReaches)
def _streak_reaches(body: Body, node: core.StreakReaches) -> str:
    arguments = f"{_arguments(body, node)}, {body.module.constant(node.count)}"
    return f"{_bound(body, node.series)}.reaches({arguments})"


def _arguments(body: Body, node: core.Streak | core.StreakReaches) -> str:
    by, constant = body.value(node.by), body.module.constant
    totals = _totals(body, node.series)
    named = (by, constant(scale_of(node.by)), constant(node.direction == "rising"), "m[0].id", constant(body.figure))
    return f"{totals}, Step({', '.join(named)})"


def _bound(body: Body, series: Series) -> str:
    return body.module.bound(series, lambda run: SeriesOfRun(series, run))


def _totals(body: Body, series: Series) -> str:
    movable = not any(part and body.shape.fallible(part) for part in (series.items.where, series.of))

    def write() -> str:
        if body.module.shared(series):
            return body.shared(series, body.figure, lambda inner: _added_up(inner, series))
        return _added_up(body, series)

    return body.once(series, body.shape.free(series), write, movable=movable)


def _added_up(body: Body, series: Series) -> str:
    """The totals of a series over this account's records, unknown for an absent collection."""
    source, result = body.visible(series.items.collection), body.fresh()
    body.block.line(f"{result} = UNSET")
    with body.inside(f"if {source} is not UNSET:"):
        body.block.line(f"{result} = {_bound(body, series)}.totals({source}, m[0])")
        with body.loop(series.items.record, series.items.collection, source) as record:
            _add(body, series, record, result)
    return result


def _add(body: Body, series: Series, record: str, totals: str) -> None:
    undecided, adds = body.fresh("u"), body.fresh("a")
    body.block.lines([f"{undecided} = False", f"{adds} = UNSET"])
    if series.items.where is not None:
        skip = series.items.undecided == "skip"
        body.sift(series.items.where, ["continue"], ["continue"] if skip else [f"{undecided} = True"])
    with body.inside(f"if not {undecided}:"):
        body.block.line(f"{adds} = {_contribution(body, series)}")
    kind = COLLECTIONS[series.items.collection]
    when = body.named(f"{record}.{attribute(kind.record, kind.date_field)}")
    body.block.chain([(f"{adds} is None or {when} is None", ["continue"])])
    if is_timed(series.items.collection):
        when = body.named(f"{when} if {when} is UNSET else {body.local_day(when)}")
    body.block.line(f"{totals}.add({when}, {adds})")


def _contribution(body: Body, series: Series) -> str:
    if series.of is None:
        return body.module.constant(10**series.type.scale)
    return body.value(series.of)
