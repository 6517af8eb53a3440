"""Core nodes that compare: figures at one scale, streaks, stretches of time, documents about a record."""

from msgspec.structs import replace

from engine.compiling.clauses import Leaf
from engine.foundation.places import Place
from engine.matching import core
from engine.matching.core import COUNT, DATE, INSTANT, TEXT, Node, ValueType
from engine.matching.shape import type_of


def compare(op: core.CompareOp, left: Node, right: Node) -> Node:
    """A comparison; streaks held against a constant become the test that knows most (semantics 2.5)."""
    if isinstance(left, core.Streak) and isinstance(right, core.Constant) and isinstance(right.value, int):
        return _reaches(op, left, right.value)
    if type_of(right).kind == "texts":
        return core.OneOf(left, (right,))
    top = max(_scale(left), _scale(right))
    return core.Compare(op, _rescaled(left, top), _rescaled(right, top))


def _scale(node: Node) -> int:
    kind = type_of(node)
    return kind.scale if kind.kind == "number" else 0


def _rescaled(node: Node, scale: int) -> Node:
    """The node with so many decimals: figures are held against each other at one scale."""
    kind = type_of(node)
    if kind.kind != "number" or kind.scale == scale:
        return node
    return core.Rescale(node, replace(kind, scale=scale))


def _reaches(op: core.CompareOp, streak: core.Streak, count: int) -> Node:
    def at_least(least: int) -> Node:
        return core.StreakReaches(streak.series, streak.direction, streak.by, max(least, 0))

    match op:
        case "at_least":
            return at_least(count)
        case "above":
            return at_least(count + 1)
        case "below":
            return core.Not(at_least(count))
        case "at_most":
            return core.Not(at_least(count + 1))
        case _:
            return core.All((at_least(count), core.Not(at_least(count + 1))))


def window(op: str, node: Node, kind: ValueType, length: Node, clock: bool = False) -> Node:
    """Whether a date, or with ``clock`` an instant, lies in a stretch that ends or begins now.

    ``in_last`` is after (now − length) up to now, ``older_than`` up to (now − length), so that the two share the
    past without overlap; ``in_next`` is from now to (now + length), both included.
    """
    value = node if clock or kind == DATE else core.LocalDate(node)
    now: Node = core.Now() if clock else core.Today()
    unit = INSTANT if clock else DATE
    edge = core.Shift(now, length, op != "in_next", unit)
    if op == "in_last":
        return core.All((core.Compare("above", value, edge), core.Compare("at_most", value, now)))
    if op == "in_next":
        return core.All((core.Compare("at_least", value, now), core.Compare("at_most", value, edge)))
    return core.Compare("at_most", value, edge)


def confirmation(kind: str, record: str, place: Place) -> Leaf:
    """Whether a document of a kind about the record is there."""
    variable = "document" if record != "document" else "document_inner"
    of_kind = core.Compare("is", core.RecordField(variable, ("kind",), TEXT), core.Constant(kind, TEXT))
    own = core.RecordField(record, ("id",), TEXT)
    about = core.Compare("is", core.RecordField(variable, ("about_id",), TEXT), own)
    items = core.Items("documents", variable, core.All((of_kind, about)))
    observed = core.Aggregate("count", items, None, COUNT)
    return Leaf(core.Some(items), kind, "some", observed, COUNT, (core.Constant(1, COUNT),), place)
