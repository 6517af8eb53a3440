"""Figures over records: counts, sums, averages, the least, greatest and latest, shares, what is missing."""

from typing import cast

from msgspec.structs import replace

from engine.compiling.clauses import truth_node
from engine.compiling.figures.arguments import Arguments, Lowered, also, mean_of
from engine.compiling.symbols import View
from engine.documents.shapes import place_in
from engine.foundation import codes
from engine.language.metrics import Metric
from engine.matching import core
from engine.matching.core import COUNT, PERCENT, TEXTS


def count(given: Arguments, metric: Metric, view: View) -> Lowered:
    """``count``: how many records."""
    found = given.over(metric, view, needs_field=False)
    return None if found is None else (core.Aggregate("count", found[0], None, COUNT), COUNT)


def count_distinct(given: Arguments, metric: Metric, view: View) -> Lowered:
    """``count_distinct``: how many different values."""
    found = given.valued(metric, view)
    return None if found is None else (core.Aggregate("count_distinct", found[0], found[1].node, COUNT), COUNT)


def aggregate(given: Arguments, metric: Metric, view: View) -> Lowered:
    """``sum``, ``average``, ``minimum``, ``maximum``, ``latest``: of the field's own type."""
    found = given.valued(metric, view)
    if found is None:
        return None
    items, meaning = found
    if metric.verb in ("sum", "average") and not given.is_number(metric, meaning):
        return None
    verb = cast("core.AggregateKind", metric.verb)
    kind = mean_of(meaning.type) if verb == "average" else meaning.type
    return core.Aggregate(verb, items, meaning.node, kind), kind


def share(given: Arguments, metric: Metric, view: View) -> Lowered:
    """``share``: records where ``where`` holds, of all in the window."""
    name = str(metric.of[0].value)
    if metric.where is None:
        place, message = place_in(metric, metric.verb, key=True), "`share` needs `where`: the share of which records?"
        given.report(codes.MISSING_KEY, place, message, "add `where: {…}`")
        return None
    whole = given.over(_without_where(metric), view, needs_field=False)
    if whole is None:
        return None
    clause = given.lowering.clause(metric.where, View(name, whole[0].record, bare=True))
    if clause is None:
        return None
    items, holds = whole[0], truth_node(clause)
    if metric.undecided == "skip":
        items = replace(items, where=also(items.where, core.Known(holds)))
    return core.Aggregate("share", items, holds, PERCENT), PERCENT


def missing(given: Arguments, metric: Metric, view: View) -> Lowered:
    """``missing``: those of ``out_of`` that no record has."""
    found = given.valued(metric, view)
    if found is None:
        return None
    return core.Missing(found[0], found[1].node, metric.out_of), TEXTS


def _without_where(metric: Metric) -> Metric:
    return replace(metric, where=None)
