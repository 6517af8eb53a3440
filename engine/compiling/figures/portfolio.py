"""Figures over the portfolio: where an account, or a record, stands among all, a part of them, or those like it
(semantics 4.7)."""

from typing import Final

from engine.compiling.clauses import truth_node
from engine.compiling.figures.arguments import Arguments, Lowered
from engine.compiling.symbols import ACCOUNT, View
from engine.compiling.typing import describe
from engine.documents.shapes import place_in
from engine.foundation import codes
from engine.language.metrics import Metric
from engine.language.values import Written
from engine.matching import core
from engine.matching.core import COUNT, PERCENT, Measure, Node, Population, ValueType

_KINDS: Final[dict[str, ValueType]] = {"rank": COUNT, "fifths": COUNT}


def standing(given: Arguments, metric: Metric, view: View) -> Lowered:
    """Every verb that says where an account's figure stands among those of others; with ``each`` that of a record among
    those of all accounts' records."""
    if metric.where is not None and view.collection is None:
        message = "`where` speaks of records; accounts are held against each other here"
        hint = "write `among:` for some of the accounts, or `each:` with the records to be ranked"
        given.report(codes.UNKNOWN_KEY, place_in(metric, "where", key=True), message, hint)
        return None
    found = given.field(metric.of[0], view)
    if found is None or not given.is_number(metric, found):
        return None
    figure = str(metric.of[0].value)
    population = _population(given, metric, view, figure, found.node, found.type)
    if population is None:
        return None
    kind = _KINDS.get(metric.verb, PERCENT)
    return core.Standing(_measure(metric), population, population.value, population.group, kind), kind


def share_of_accounts(given: Arguments, metric: Metric, view: View) -> Lowered:
    """``share_of_accounts``: how many of the accounts a condition holds for."""
    if metric.holds is None or not _is_of_the_account(given, metric):
        return None
    clause = given.lowering.clause(metric.holds, ACCOUNT)
    if clause is None:
        return None
    yes, no = core.Constant(1, COUNT), core.Constant(0, COUNT)
    holds = core.Cases(((truth_node(clause), yes),), no, COUNT)
    population = _population(given, metric, view, "accounts", holds, COUNT)
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


def _population(
    given: Arguments, metric: Metric, view: View, figure: str, value: Node, kind: ValueType
) -> Population | None:
    """The accounts or records that the metric speaks of, by their values; metrics that ask for the same share them."""
    group = [_text(given, each, view) for each in metric.over]
    limits = [(condition, each) for condition, each in ((metric.among, ACCOUNT), (metric.where, view)) if condition]
    clauses = [given.lowering.clause(condition, each) for condition, each in limits]
    belongs = [truth_node(each) for each in clauses if each is not None]
    if None in group or len(belongs) < len(limits):
        return None
    if belongs:
        inside = belongs[0] if len(belongs) == 1 else core.All(tuple(belongs))
        value = core.Cases(((inside, value),), core.Constant(None, kind), kind)
    keys = tuple(each for each in group if each is not None)
    plain = not belongs and not keys and figure == str(metric.of[0].value if metric.of else "")
    of_records = f"{view.collection}.{figure}" if view.collection else figure
    name = of_records if plain else f"{of_records} in {metric.id}"
    found = Population(name, value, keys, view.collection, view.record)
    return given.populations.setdefault((value, keys, view.collection), found)


def _text(given: Arguments, written: Written, view: View) -> Node | None:
    """What accounts or records have to have the same of: a text."""
    found = given.field(written, view)
    if found is None:
        return None
    if found.type.kind != "text":
        message = f"what is held against each other has the same text; `{written.text}` is {describe(found.type)}"
        given.report(codes.TYPE_MISMATCH, written.place, message, "make a class of it, with bands, and name that")
        return None
    return found.node


def _is_of_the_account(given: Arguments, metric: Metric) -> bool:
    if metric.each is None:
        return True
    message = f"`{metric.verb}` counts accounts; it is not worked out for each of {metric.each}"
    given.report(codes.NOT_READABLE_HERE, metric.place, message, "take `each` away")
    return False
