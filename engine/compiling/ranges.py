"""What figures can come to by their own definition, and so which tests can never hold."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Final

from msgspec import Struct

from engine.compiling.bands import Bindings
from engine.compiling.clauses import Clause, Leaf, leaves
from engine.foundation import codes
from engine.foundation.problems import Problem, problem
from engine.foundation.quantities import SCALE, plain_decimal
from engine.matching import core
from engine.matching.core import Definition, Measure, Node, ValueType
from engine.matching.shape import scale_of
from engine.matching.weights import weighted_mean

_WHOLE: Final = 100 * 10**SCALE
"""100 % at the scale of percentages."""


class Range(Struct, frozen=True):
    """The lowest and the highest value at a node's scale; none where there is no such bound."""

    low: int | None = None
    high: int | None = None

    def scaled(self, factor: int) -> "Range":
        """The same with more decimals."""
        return Range(*(each if each is None else each * factor for each in (self.low, self.high)))


ANY: Final = Range()
_MEASURES: Final[dict[Measure, Range]] = {
    "top_percent": Range(0, _WHOLE),
    "share_of_accounts": Range(0, _WHOLE),
    "rank": Range(1),
    "rank_from_low": Range(1),
    "fifths": Range(1, 5),
    "fifths_from_low": Range(1, 5),
}
_HINT: Final = "change the figure it is held against, or what the tested one is made of"
_AGGREGATES: Final = {"count": Range(0), "count_distinct": Range(0), "share": Range(0, _WHOLE)}
_NEVER: Final[dict[core.CompareOp, Callable[[Range, Range], bool]]] = {
    "at_least": lambda left, right: _is_below(left.high, right.low),
    "above": lambda left, right: _is_below(left.high, right.low, or_equal=True),
    "at_most": lambda left, right: _is_below(right.high, left.low),
    "below": lambda left, right: _is_below(right.high, left.low, or_equal=True),
    "is": lambda left, right: _is_below(left.high, right.low) or _is_below(right.high, left.low),
}


class Ranges:
    """The ranges of the figures of one playbook; nothing is taken for granted of the data itself."""

    def __init__(self, definitions: Mapping[str, Definition], bindings: Bindings) -> None:
        self._definitions = definitions
        self._bindings = bindings

    def problems(self, clause: Clause) -> Iterator[Problem]:
        """The tests of a condition that can never hold."""
        for test in leaves(clause):
            if self.never(test.node):
                yield self._never(test)

    def _never(self, test: Leaf) -> Problem:
        kind, bounds = test.observed_type, self.of(test.observed) if test.observed is not None else ANY
        lies = f": by what it is made of it {_told(bounds, kind)}" if kind is not None and bounds != ANY else ""
        return problem(codes.NEVER_HOLDS, test.place, f"this test of `{test.test}` can never hold{lies}", _HINT)

    def never(self, node: Node) -> bool:
        """Whether a truth can never hold, whatever the data and on whichever day."""
        match node:
            case core.Compare(op=op, left=left, right=right):
                return op in _NEVER and _NEVER[op](self.of(left), self.of(right))
            case core.All(of=of):
                return any(map(self.never, of))
        return False

    def of(self, node: Node) -> Range:
        """Between which values a figure lies, where it has one."""
        match node:
            case core.Figure(name=name):
                return self.of(self._definitions[name].node) if name in self._definitions else ANY
            case core.Rescale(of=of, type=kind):
                return self.of(of).scaled(10 ** (kind.scale - scale_of(of)))
            case core.IfNone(of=of, otherwise=otherwise):
                return self._some_of((of, otherwise))
            case core.Cases(cases=cases, otherwise=otherwise):
                return self._some_of((*(then for _, then in cases), otherwise))
            case core.Weighted():
                return self._weighted(node)
        return self._plain(node)

    def _plain(self, node: Node) -> Range:
        """The range of what is not made of other figures alone."""
        match node:
            case core.Constant(value=int(value)) if not isinstance(value, bool):
                return Range(value, value)
            case core.Parameter(name=name):
                values = (value for _, value in self._bindings[name].values)
                return _around(Range(each, each) if isinstance(each, int) else ANY for each in values)
            case core.Standing(measure=measure):
                return _MEASURES.get(measure, ANY)
            case core.Aggregate(kind=kind, of=of):
                if kind in ("average", "minimum", "maximum", "latest") and of is not None:
                    return self.of(of) if scale_of(of) == scale_of(node) else ANY
                return _AGGREGATES.get(kind, ANY)
        return ANY

    def _some_of(self, nodes: Iterable[Node]) -> Range:
        """The range of one of several; what is none adds nothing."""
        return _around(self.of(each) for each in nodes if not (isinstance(each, core.Constant) and each.value is None))

    def _weighted(self, node: core.Weighted) -> Range:
        found = [self.of(each) for each in node.of]
        lows, highs = [each.low for each in found], [each.high for each in found]
        return Range(self._mean(node, lows, min), self._mean(node, highs, max))

    def _mean(self, node: core.Weighted, bounds: list[int | None], worst: Callable[[Iterable[int]], int]) -> int | None:
        known = [each for each in bounds if each is not None]
        if len(known) < len(bounds):
            return None
        if node.missed == "spread":  # any of them may be all that is left
            return worst(known)
        if node.missed == "zero":
            known = [worst((each, 0)) for each in known]
        mean = weighted_mean(node.weights, known, node.missed)
        return mean if isinstance(mean, int) else None


def _around(ranges: Iterable[Range]) -> Range:
    """The range that all of some lie in."""
    found = list(ranges)
    lows, highs = [each.low for each in found], [each.high for each in found]
    known_lows, known_highs = [each for each in lows if each is not None], [each for each in highs if each is not None]
    return Range(
        min(known_lows) if found and len(known_lows) == len(found) else None,
        max(known_highs) if found and len(known_highs) == len(found) else None,
    )


def _is_below(high: int | None, low: int | None, *, or_equal: bool = False) -> bool:
    """Whether all that is at most ``high`` lies below all that is at least ``low``."""
    return high is not None and low is not None and (high < low or (or_equal and high == low))


def _told(bounds: Range, kind: ValueType) -> str:
    """``lies between 0 and 100 points``."""
    unit = "" if kind.unit == "number" else "%" if kind.unit == "percent" else f" {kind.unit}"
    low, high = (each if each is None else plain_decimal(each, kind.scale) for each in (bounds.low, bounds.high))
    if low is None or high is None:
        return f"is at most {high}{unit}" if low is None else f"is at least {low}{unit}"
    return f"lies between {low} and {high}{unit}" if low != high else f"is always {low}{unit}"
