"""Figures made of figures: under another name, by sums and quotients, in points, weighted."""

from typing import Final, cast

from engine.compiling.bands import disordered, rising
from engine.compiling.comparing import compare
from engine.compiling.figures.arguments import Arguments, Lowered, mean_of, plain
from engine.compiling.symbols import Meaning, View
from engine.compiling.typing import constant, describe
from engine.documents.shapes import place_in
from engine.foundation import codes
from engine.language.metrics import Metric
from engine.language.values import Written
from engine.matching import core
from engine.matching.core import PERCENT, Node, ValueType

_ONE_UNIT: Final = "take figures of one unit, or turn each into points first (`points` with `bands`)"
POINTS: Final = ValueType("number", "points")


def value(given: Arguments, metric: Metric, view: View) -> Lowered:
    """``value``: a field under another name."""
    found = given.field(metric.of[0], view)
    return None if found is None else (found.node, found.type)


def _operands(given: Arguments, metric: Metric, view: View) -> list[Meaning] | None:
    found = [given.field(each, view) for each in metric.of]
    if None in found:
        return None
    operands = cast("list[Meaning]", found)
    return operands if all(given.is_number(metric, each, at) for at, each in enumerate(operands)) else None


def ratio(given: Arguments, metric: Metric, view: View) -> Lowered:
    """``ratio``: percent where both have one unit, else in the first's unit by a plain number."""
    operands = _operands(given, metric, view)
    if operands is None:
        return None
    top, bottom = operands
    nodes = (top.node, bottom.node)
    if top.type.unit == bottom.type.unit:
        return core.Arithmetic("divide", nodes, PERCENT), PERCENT
    if bottom.type.unit != "number":
        message = f"{describe(top.type)} can't be divided by {describe(bottom.type)}"
        given.report(codes.UNIT_MISMATCH, metric.of[1].place, message, _ONE_UNIT)
        return None
    kind = mean_of(top.type)
    return core.Arithmetic("divide", nodes, plain(kind)), kind


def difference(given: Arguments, metric: Metric, view: View) -> Lowered:
    """``difference``: of two figures of one unit; of percentages in percentage points."""
    operands = _operands(given, metric, view)
    if operands is None:
        return None
    left, right = operands
    if left.type.unit != right.type.unit:
        message = f"{describe(left.type)} less {describe(right.type)} has no meaning"
        given.report(codes.UNIT_MISMATCH, metric.of[1].place, message, _ONE_UNIT)
        return None
    kind = ValueType("number", left.type.unit, max(left.type.scale, right.type.scale))
    nodes = tuple(rescaled(each, kind) for each in operands)
    unit = ValueType("number", "percentage points", kind.scale) if kind.unit == "percent" else kind
    return core.Arithmetic("subtract", nodes, unit), unit


def product(given: Arguments, metric: Metric, view: View) -> Lowered:
    """``product``: exact; at most one factor carries a unit."""
    operands = _operands(given, metric, view)
    if operands is None:
        return None
    units = [each.type.unit for each in operands if each.type.unit != "number"]
    if len(units) > 1:
        message = f"only one factor may carry a unit; these have {', '.join(units)}"
        given.report(codes.UNIT_MISMATCH, place_in(metric, metric.verb), message, "leave the others plain numbers")
        return None
    kind = ValueType("number", units[0] if units else "number", sum(each.type.scale for each in operands))
    return core.Arithmetic("multiply", tuple(each.node for each in operands), kind), kind


def points(given: Arguments, metric: Metric, view: View) -> Lowered:
    """``points``: the highest band whose figure is reached gives the points; below all, the lowest band does."""
    found = given.field(metric.of[0], view)
    if found is None or not given.is_number(metric, found):
        return None
    bands = _point_bands(given, metric, found, view)
    if bands is None:
        return None
    (_, lowest), *higher = bands
    cases = tuple((compare("at_least", found.node, low), points) for low, points in reversed(higher))
    no_figure: tuple[Node, Node] = (core.Not(core.Present(found.node)), core.Constant(None, POINTS))
    return core.Cases((no_figure, *cases), lowest, POINTS), POINTS


def _point_bands(given: Arguments, metric: Metric, found: Meaning, view: View) -> list[tuple[Node, Node]] | None:
    """From which figure on how many points are given, lowest first."""
    bands = []
    for amount, low in metric.bands:
        points = constant(Written(amount, str(amount), metric.place), POINTS, given.sink)
        start = given.lowering.operand(low, found.type, view)
        if points is None or start is None:
            return None
        bands.append((start, points))
    order = rising([start for start, _ in bands], given.bindings)
    if order is None:
        pairs = zip(metric.bands, bands, strict=True)
        named = [(str(amount), start, low.place) for (amount, low), (start, _) in pairs]
        given.sink(disordered(metric.id, named, metric.place))
        return None
    return [bands[at] for at in order]


def weighted(given: Arguments, metric: Metric, view: View) -> Lowered:
    """``weighted``: figures of one unit by weights that sum to 100."""
    if sum(metric.weights) != 100:
        message = f"the weights sum to {sum(metric.weights)}, not 100"
        given.report(codes.WEIGHTS, place_in(metric, metric.verb), message, "change them so that they sum to 100")
        return None
    operands = _operands(given, metric, view)
    if operands is None:
        return None
    units = {each.type.unit for each in operands}
    if len(units) > 1:
        message = f"weighted figures need one unit; these have {', '.join(sorted(units))}"
        given.report(codes.UNIT_MISMATCH, place_in(metric, metric.verb), message, "turn each into points first")
        return None
    kind = ValueType("number", units.pop(), max(each.type.scale for each in operands))
    return core.Weighted(metric.weights, tuple(rescaled(each, kind) for each in operands), kind), kind


def rescaled(meaning: Meaning, kind: ValueType) -> Node:
    """A figure with as many decimals as ``kind`` keeps."""
    return meaning.node if meaning.type.scale == kind.scale else core.Rescale(meaning.node, kind)
