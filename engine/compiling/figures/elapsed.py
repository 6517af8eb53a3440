"""Figures of time: days and months since, until and between dates."""

from typing import Final, cast

from engine.compiling.figures.arguments import Arguments, Lowered, also
from engine.compiling.symbols import Meaning, View
from engine.compiling.typing import DATE_KINDS, describe
from engine.foundation import codes
from engine.language.metrics import Metric
from engine.matching import core
from engine.matching.core import DATE, INSTANT, Node, ValueType

DAYS: Final = ValueType("number", "days", 0)
MONTHS: Final = ValueType("number", "months", 0)


def since(given: Arguments, metric: Metric, view: View) -> Lowered:
    """``days_since`` and ``months_since``: from the latest date to today."""
    day = _date(given, metric, view, "maximum")
    if day is None:
        return None
    if metric.verb == "days_since":
        return core.Elapsed("days", day, core.Today(), DAYS), DAYS
    return core.Elapsed("months", day, core.Today(), MONTHS), MONTHS


def until(given: Arguments, metric: Metric, view: View) -> Lowered:
    """``days_until``: from today to the earliest date from today on."""
    day = _date(given, metric, view, "minimum")
    return None if day is None else (core.Elapsed("days", core.Today(), day, DAYS), DAYS)


def _date(given: Arguments, metric: Metric, view: View, kind: core.AggregateKind) -> Node | None:
    split = given.split(metric.of[0])
    if split is None or split[1] is None:
        meaning = given.field(metric.of[0], view)
        return None if meaning is None else _as_date(given, metric, meaning)
    found = given.valued(metric, view)
    if found is None:
        return None
    items, meaning = found
    day = _as_date(given, metric, meaning)
    if day is None:
        return None
    if metric.verb == "days_until":
        coming = core.Compare("at_least", day, core.Today())
        items = core.Items(items.collection, items.record, also(items.where, coming), None, items.undecided)
    return core.Aggregate(kind, items, day, DATE)


def _as_date(given: Arguments, metric: Metric, meaning: Meaning, at: int = 0) -> Node | None:
    if meaning.type == DATE:
        return meaning.node
    if meaning.type == INSTANT:
        return core.LocalDate(meaning.node)
    written = metric.of[at]
    message = f"`{metric.verb}` needs a date; `{written.text}` is {describe(meaning.type)}"
    given.report(codes.TYPE_MISMATCH, written.place, message, given.fields_hint(metric, written, DATE_KINDS))
    return None


def days_between(given: Arguments, metric: Metric, view: View) -> Lowered:
    """``days_between``: from the first date to the second."""
    days = [given.field(each, view) for each in metric.of]
    if None in days:
        return None
    start, end = (_as_date(given, metric, each, at) for at, each in enumerate(cast("list[Meaning]", days)))
    return None if start is None or end is None else (core.Elapsed("days", start, end, DAYS), DAYS)
