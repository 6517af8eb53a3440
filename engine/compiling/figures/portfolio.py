"""Figures over the portfolio: where an account stands among all, a part of them, or those like it (semantics 4.7)."""

from typing import Final

from engine.compiling.clauses import truth_node
from engine.compiling.figures.arguments import Arguments, Lowered
from engine.compiling.symbols import ACCOUNT, View
from engine.compiling.typing import describe
from engine.foundation import codes
from engine.language.metrics import Metric
from engine.language.values import Written
from engine.matching import core
from engine.matching.core import COUNT, PERCENT, Measure, Node, Population, ValueType

_KINDS: Final[dict[str, ValueType]] = {"rank": COUNT, "fifths": COUNT}


def standing(given: Arguments, metric: Metric, view: View) -> Lowered:
    """Every verb that says where an account's figure stands among those of others."""
    if not _is_of_the_account(given, metric):
        return None
    found = given.field(metric.of[0], view)
    if found is None or not given.is_number(metric, found):
        return None
    figure = str(metric.of[0].value)
    population = _population(given, metric, figure, found.node, found.type)
    if population is None:
        return None
    kind = _KINDS.get(metric.verb, PERCENT)
    return core.Standing(_measure(metric), population, population.value, population.group, kind), kind


def share_of_accounts(given: Arguments, metric: Metric, _: View) -> Lowered:
    """``share_of_accounts``: how many of the accounts a condition holds for."""
    if metric.holds is None or not _is_of_the_account(given, metric):
        return None
    clause = given.lowering.clause(metric.holds, ACCOUNT)
    if clause is None:
        return None
    yes, no = core.Constant(1, COUNT), core.Constant(0, COUNT)
    holds = core.Cases(((truth_node(clause), yes),), no, COUNT)
    population = _population(given, metric, "accounts", holds, COUNT)
    if population is None:
        return None
    return core.Standing("share_of_accounts", population, None, population.group, PERCENT), PERCENT


def _measure(metric: Metric) -> Measure:
    match metric.verb, metric.best, metric.own:
        case "rank", "low", _:
            return "rank_from_low"
        case "fifths", "low", _:
            return "fifths_from_low"
        case "cumulative_share", _, "left_out":
            return "share_before"
    return metric.verb  # type: ignore[return-value]


def _population(given: Arguments, metric: Metric, figure: str, value: Node, kind: ValueType) -> Population | None:
    """The accounts that the metric speaks of, by their values; metrics that ask for the same share them."""
    group = [_text(given, each) for each in metric.over]
    among = given.lowering.clause(metric.among, ACCOUNT) if metric.among is not None else None
    if None in group or (metric.among is not None and among is None):
        return None
    if among is not None:
        value = core.Cases(((truth_node(among), value),), core.Constant(None, kind), kind)
    keys = tuple(each for each in group if each is not None)
    plain = among is None and not keys and figure == str(metric.of[0].value if metric.of else "")
    name = figure if plain else f"{figure} in {metric.id}"
    return given.populations.setdefault((value, keys), Population(name, value, keys))


def _text(given: Arguments, written: Written) -> Node | None:
    """What accounts have to have the same of: a text of the account."""
    found = given.field(written, ACCOUNT)
    if found is None:
        return None
    if found.type.kind != "text":
        message = f"accounts are held against those of the same text; `{written.text}` is {describe(found.type)}"
        given.report(codes.TYPE_MISMATCH, written.place, message, "make a class of it, with bands, and name that")
        return None
    return found.node


def _is_of_the_account(given: Arguments, metric: Metric) -> bool:
    if metric.each is None:
        return True
    message = f"`{metric.verb}` holds accounts against each other; it is not worked out for each of {metric.each}"
    given.report(codes.NOT_READABLE_HERE, metric.place, message, "make a figure of the account first")
    return False
