"""The order of bands, whose beginnings may be parameters with values by day and class."""

from collections.abc import Iterator, Mapping
from datetime import date

from msgspec import UNSET

from engine.compiling.parameters import Dated
from engine.foundation import codes
from engine.foundation.places import Place
from engine.foundation.problems import Problem, problem
from engine.matching import core
from engine.matching.core import Node
from engine.matching.run import Value

Bindings = Mapping[str, Dated]


def rising(starts: list[Node], bindings: Bindings) -> list[int] | None:
    """The places of ``starts`` from the lowest to the highest; none where that order is not the same on every day and
    for every class, two begin at the same figure, or one is no written figure and no parameter."""
    found: list[int] | None = None
    for values in _every(starts, bindings):
        known = [value for value in values if isinstance(value, int)]
        if len(known) < len(values):
            continue
        order = sorted(range(len(values)), key=lambda at: known[at])
        if len(set(known)) < len(known) or (found is not None and found != order):
            return None
        found = order
    return found


def disordered(whose: str, bands: list[tuple[str, Node, Place]], place: Place) -> Problem:
    """What to say of bands that have no one order: which two begin at the same, if they do so always."""
    seen: dict[Node, str] = {}
    for name, start, where in bands:
        other = seen.setdefault(start, name)
        if other != name:
            message = f"`{other}` and `{name}` of `{whose}` begin at the same figure"
            return problem(codes.BANDS_ORDER, where, message, "give each the lowest figure that belongs to it")
    message = f"the bands of `{whose}` have no one order: on some day or for some class two begin together"
    return problem(codes.BANDS_ORDER, place, message, "let each begin at its own written figure or parameter")


def falls(low: Node, high: Node, bindings: Bindings) -> bool:
    """Whether ``low`` lies above ``high``, on some day or for some class."""
    return any(_is_above(*bounds) for bounds in _every([low, high], bindings))


def _is_above(low: Value, high: Value) -> bool:
    if isinstance(low, int) and isinstance(high, int):
        return low > high
    return isinstance(low, date) and isinstance(high, date) and low > high


def _every(starts: list[Node], bindings: Bindings) -> Iterator[list[Value]]:
    """The starts as they are on each day on which one changes, for each class that one depends on."""
    days = {date.min, *(day for node in starts for day in _days(node, bindings))}
    labels = {None, *(label for node in starts for label in _labels(node))}
    for day in sorted(days):
        for label in sorted(labels, key=str):
            yield [_value(node, day, label, bindings) for node in starts]


def _days(node: Node, bindings: Bindings) -> Iterator[date]:
    if isinstance(node, core.Parameter):
        yield from (day for day, _ in bindings[node.name].values)


def _labels(node: Node) -> Iterator[object]:
    if isinstance(node, core.Cases):
        yield from (_label(when) for when, _ in node.cases)


def _label(when: Node) -> object:
    return when.right.value if isinstance(when, core.Compare) and isinstance(when.right, core.Constant) else None


def _value(node: Node, day: date, label: object, bindings: Bindings) -> Value:
    match node:
        case core.Constant(value=value):
            return value
        case core.Parameter(name=name):
            return bindings[name].on(day)
        case core.Cases(cases=cases, otherwise=otherwise):
            then = next((then for when, then in cases if _label(when) == label), otherwise)
            return _value(then, day, label, bindings)
        case _:
            return UNSET
