"""Figures over the portfolio (semantics 4.7)."""

from engine.compiling.figures.arguments import Arguments, Lowered
from engine.compiling.levels import walk
from engine.compiling.symbols import View
from engine.foundation import codes
from engine.language.metrics import Metric
from engine.matching import core
from engine.matching.core import PERCENT


def top_percent(given: Arguments, metric: Metric, view: View) -> Lowered:
    """``top_percent``: the account's standing in the portfolio by a metric."""
    found = given.field(metric.of[0], view)
    if found is None or not given.is_number(metric, found):
        return None
    name = str(metric.of[0].value)
    if any(isinstance(each, core.Conclusion | core.Standing) for each in walk([found.node], given.definitions)):
        message = f"`{name}` depends on conclusions or on the portfolio; accounts are ranked by their data alone"
        given.report(codes.NOT_READABLE_HERE, metric.of[0].place, message, "rank by a figure of the snapshot")
        return None
    given.rankings[name] = found.node
    return core.Standing(name, found.node), PERCENT
