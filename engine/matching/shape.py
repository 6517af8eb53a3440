"""What can be said of a tree before any account is seen: its parts, its type, and what may come of it."""

from collections.abc import Iterator
from typing import Final

from msgspec import Struct

from engine.matching import core
from engine.matching.core import COUNT, DATE, INSTANT, TEXTS, TRUTH, Definition, Items, Node, Series, ValueType
from engine.snapshots.model import COLLECTIONS
from engine.snapshots.vocabulary import record_paths

_TYPES: Final[dict[type[Node], ValueType]] = {
    core.Today: DATE,
    core.Now: INSTANT,
    core.LocalDate: DATE,
    core.Missing: TEXTS,
    core.Streak: COUNT,
}

_CAN_OVERFLOW: Final = (
    core.Arithmetic,
    core.Rescale,
    core.Change,
    core.Standing,
    core.Statistic,
    core.Weighted,
    core.InReporting,
    core.PeriodValue,
    core.Streak,
    core.StreakReaches,
)

_NEVER_NONE: Final = core.TruthNode | core.PeriodValue | core.Streak


def type_of(node: Node) -> ValueType:
    """The type of what ``node`` yields; a node without a type of its own is a truth."""
    if isinstance(node, core.PeriodValue):
        return node.series.type
    found = getattr(node, "type", None)
    return found if isinstance(found, ValueType) else _TYPES.get(type(node), TRUTH)


def scale_of(node: Node) -> int:
    """The decimals kept by a node that yields a number."""
    return type_of(node).scale


def children(node: Node | Items | Series) -> Iterator[Node]:
    """The nodes directly within ``node``, in the order they are worked out; those over records included."""
    for name in node.__struct_fields__:
        yield from _nodes_in(getattr(node, name))


def _nodes_in(part: object) -> Iterator[Node]:
    if isinstance(part, Node):
        yield part
    elif isinstance(part, Items | Series):
        yield from children(part)
    elif isinstance(part, tuple):
        for each in part:
            yield from _nodes_in(each)


def series_of(node: Node) -> Series | None:
    """The series that ``node`` reads, or none."""
    found = getattr(node, "series", None)
    return found if isinstance(found, Series) else None


def items_of(node: Node) -> Items | None:
    """The records that ``node`` itself ranges over, or none."""
    found = getattr(series_of(node) or node, "items", None)
    return found if isinstance(found, Items) else None


def is_timed(collection: str) -> bool:
    """Whether the date field of a collection holds instants."""
    return record_paths(collection)[COLLECTIONS[collection].date_field].kind == "instant"


class Possible(Struct, frozen=True):
    """Whether a node can be unknown, and whether it can be none."""

    unknown: bool
    none: bool


class Shape:
    """Answers about the trees of one forest, each worked out once."""

    def __init__(self, definitions: dict[str, Definition]) -> None:
        self._definitions = definitions
        self._free: dict[Node | Items | Series, frozenset[str]] = {}
        self._fallible: dict[Node, bool] = {}
        self._possible: dict[Node, Possible] = {}

    def free(self, tree: Node | Items | Series) -> frozenset[str]:
        """The record variables that ``tree`` reads and does not bind itself."""
        if tree not in self._free:
            self._free[tree] = self._variables(tree)
        return self._free[tree]

    def _variables(self, tree: Node | Items | Series) -> frozenset[str]:
        if isinstance(tree, core.Streak | core.StreakReaches):
            # ``by`` lies outside of the records of the series.
            return self.free(tree.series) | self.free(tree.by)
        below = frozenset[str]().union(*(self.free(each) for each in children(tree)))
        items = tree if isinstance(tree, Items) else tree.items if isinstance(tree, Series) else items_of(tree)
        if items is not None:
            return below - {items.record}
        own = getattr(tree, "record", None)
        return below | {own} if own else below

    def fallible(self, node: Node) -> bool:
        """Whether working ``node`` out can fail the account: declared data of a wrong type, or overflow.

        Such nodes are worked out wherever the reference does it; only the others may be skipped, moved ahead of a
        loop or given up early. So whether an account fails does not depend on what decides a condition.
        """
        if node not in self._fallible:
            self._fallible[node] = self._fails_itself(node) or any(map(self.fallible, children(node)))
        return self._fallible[node]

    def _fails_itself(self, node: Node) -> bool:
        match node:
            case core.AccountField(path=path) | core.RecordField(path=path) | core.LinkedField(path=path):
                return path[0] == "fields"
            case core.Figure(name=name):
                return self.fallible(self._definitions[name].node)
            case core.Aggregate(kind="sum" | "average"):
                return True
        return isinstance(node, _CAN_OVERFLOW)

    def constant_of_run(self, node: Node) -> bool:
        """Whether ``node`` is the same for every account of a run, and can't fail one."""
        match node:
            case core.Constant() | core.Parameter() | core.Today() | core.Now():
                return True
            case (
                core.AccountField()
                | core.RecordField()
                | core.LinkedField()
                | core.Figure()
                | core.Conclusion()
                | core.Standing()
            ):
                return False
        return items_of(node) is None and not self.fallible(node) and all(map(self.constant_of_run, children(node)))

    def possible(self, node: Node) -> Possible:
        """Whether ``node`` can be unknown or none."""
        if node not in self._possible:
            self._possible[node] = Possible(self._may_be_unknown(node), self._may_be_none(node))
        return self._possible[node]

    def _may_be_unknown(self, node: Node) -> bool:
        match node:
            case core.Constant() | core.Today() | core.Now() | core.Known():
                return False
            case core.AccountField(path=("id" | "name",)) | core.RecordField(path=("id",)):
                return False
            case core.Figure(name=name):
                return self.possible(self._definitions[name].node).unknown
            case core.AccountField() | core.RecordField() | core.LinkedField() | core.Parameter():
                return True
            case core.Conclusion() | core.Standing() | core.InReporting():
                return True
        return items_of(node) is not None or any(self.possible(each).unknown for each in children(node))

    def _may_be_none(self, node: Node) -> bool:
        match node:
            case core.Constant(value=value):
                return value is None
            case core.AccountField(path=("id" | "name",)) | core.RecordField(path=("id",)):
                return False
            case core.Figure(name=name):
                return self.possible(self._definitions[name].node).none
            case core.Aggregate(kind=kind):
                return kind not in ("count", "count_distinct", "sum")
            case core.AccountField() | core.RecordField() | core.LinkedField() | core.Parameter():
                return True
            case (
                core.Conclusion()
                | core.Missing()
                | core.Change()
                | core.Statistic()
                | core.Standing()
                | core.Arithmetic(op="divide")
            ):
                return True
            case core.Cases(cases=cases, otherwise=otherwise):
                return any(self.possible(each).none for each in (*(then for _, then in cases), otherwise))
            case core.IfNone(otherwise=otherwise):
                return self.possible(otherwise).none
            case core.InReporting(of=of):
                return self.possible(of).none
        # What is left yields none for a none operand, or never.
        return not isinstance(node, _NEVER_NONE) and any(self.possible(each).none for each in children(node))
