"""What verbs take: fields, figures and records of a metric, with their windows; and the types that come of them."""

from collections.abc import Callable

from msgspec.structs import replace

from engine.compiling.bands import Bindings
from engine.compiling.comparing import window
from engine.compiling.conditions import Lowering
from engine.compiling.lengths import DATES, Lengths
from engine.compiling.symbols import Meaning, Symbols, View
from engine.compiling.typing import FIGURE_KINDS, describe, fields_hint, is_money
from engine.foundation import codes
from engine.foundation.places import Place
from engine.foundation.problems import Code, Problem, did_you_mean, problem
from engine.foundation.quantities import SCALE
from engine.language.metrics import Metric
from engine.language.values import Length, Written
from engine.matching import core
from engine.matching.core import DATE, Node, Population, ValueType
from engine.snapshots.model import COLLECTIONS

Lowered = tuple[Node, ValueType] | None
"""What a metric is lowered to, with its type; none where there is a problem, which has been reported."""


class Arguments:
    """Reads what a metric takes; problems go to ``sink``."""

    def __init__(
        self,
        symbols: Symbols,
        lowering: Lowering,
        lengths: Lengths,
        bindings: Bindings,
        sink: Callable[[Problem], None],
    ) -> None:
        self.lowering = lowering
        self.lengths = lengths
        self.bindings = bindings
        self.populations: dict[tuple[Node, tuple[Node, ...], str | None], Population] = {}
        self.sink = sink
        self.metrics = symbols.playbook.metrics
        self._symbols = symbols

    def report(self, code: Code, place: Place, message: str, hint: str | None = None) -> None:
        """Reports a problem."""
        self.sink(problem(code, place, message, hint))

    def field(self, written: Written, view: View) -> Meaning | None:
        """What a field or metric means; a problem where it means nothing."""
        return self.lowering.meaning(str(written.value), written.place, view)

    def split(self, written: Written) -> tuple[str, str | None] | None:
        """The collection and field of a path such as ``purchases.amount``."""
        name, _, field = str(written.value).partition(".")
        if name in COLLECTIONS:
            return name, field or None
        return None

    def items(self, metric: Metric, name: str, view: View, windowed: bool = True) -> core.Items | None:
        """The records of a collection within the metric's windows, of which its ``where`` holds."""
        collection = Written(name, name, metric.of[0].place)
        items = self.lowering.items(collection, metric.where, view)
        if items is None:
            return None
        bounds = self._bounds(metric, name, items.record) if windowed else ()
        if None in bounds:
            return None
        where = tuple(filter(None, (items.where, *bounds)))
        node = core.All(where) if len(where) > 1 else where[0] if where else None
        return core.Items(name, items.record, node, metric.last, metric.undecided)

    def _bounds(self, metric: Metric, name: str, record: str) -> tuple[Node | None, ...]:
        return tuple(
            self._bound(op, length, name, record)
            for op, length in (("in_last", metric.in_last), ("in_next", metric.in_next))
            if length is not None
        )

    def _bound(self, op: str, length: Length, name: str, record: str) -> Node | None:
        node = self.lengths.node(length, DATES)
        day = self._symbols.date_of(View(name, record, bare=True))
        return None if node is None else window(op, day, DATE, node)

    def over(self, metric: Metric, view: View, needs_field: bool = True) -> tuple[core.Items, Meaning | None] | None:
        """The records of the metric's path, and what its field means in them."""
        split = self.split(metric.of[0])
        if split is None:
            written = metric.of[0]
            hint = did_you_mean(str(written.value).split(".")[0], COLLECTIONS)
            self.report(codes.UNKNOWN_NAME, written.place, f"`{written.text}` names no collection", hint)
            return None
        name, field = split
        if needs_field and field is None:
            singular = COLLECTIONS[name].singular
            self.report(
                codes.UNKNOWN_NAME,
                metric.of[0].place,
                f"`{name}` lacks a field",
                f"write `{name}.…`, a field of a {singular}",
            )
            return None
        items = self.items(metric, name, view)
        if items is None:
            return None
        if field is None:
            return items, None
        meaning = self.lowering.meaning(field, metric.of[0].place, View(name, items.record, bare=True))
        return None if meaning is None else (items, meaning)

    def valued(self, metric: Metric, view: View) -> tuple[core.Items, Meaning] | None:
        """The records of the metric's path with its field, which there must be."""
        found = self.over(metric, view)
        return (found[0], found[1]) if found is not None and found[1] is not None else None

    def is_number(self, metric: Metric, meaning: Meaning, at: int = 0) -> bool:
        """Whether what the metric takes at ``at`` means a number; a problem where it does not."""
        if meaning.type.kind == "number":
            return True
        written = metric.of[at]
        message = f"`{metric.verb}` needs figures; `{written.text}` is {describe(meaning.type)}"
        self.report(codes.TYPE_MISMATCH, written.place, message, self.fields_hint(metric, written, FIGURE_KINDS))
        return False

    def fields_hint(self, metric: Metric, written: Written, kinds: frozenset[str]) -> str | None:
        """The fields of one of ``kinds`` that could stand where ``written`` does."""
        split = self.split(written)
        return fields_hint(split[0] if split else metric.each, kinds)


def mean_of(kind: ValueType) -> ValueType:
    """The type of a mean or quotient: 6 decimals, or the minor units of money (semantics 2.2)."""
    return kind if is_money(kind) else replace(kind, scale=max(kind.scale, SCALE))


def plain(kind: ValueType) -> ValueType:
    """The type of a quotient that is no share: the core takes one in percent times 100."""
    return replace(kind, unit="number") if kind.unit == "percent" else kind


def also(where: Node | None, more: Node) -> Node:
    """One more condition on records."""
    return more if where is None else core.All((where, more))
