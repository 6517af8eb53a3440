"""Conditions that look back: what was before this run, or so long ago, and what rose or fell since."""

from msgspec import Struct

from engine.compiling.levels import BEFORE
from engine.matching import core
from engine.matching.core import TEXT, Node, ValueType


class Past(Struct, frozen=True):
    """How far back: to the run before, or by ``length`` as ``written``."""

    length: Node | None = None
    written: str = ""

    def of(self, address: str) -> str:
        """Where the value that ``address`` had then is read."""
        return f"{BEFORE}{address}" if self.length is None else f"{BEFORE}{address}.@{self.written}"


class Memory(Struct, frozen=True):
    """A value that a condition reads as it was ``length`` ago, under ``name``: where it is traced in the history, and
    what it is today (``source``)."""

    name: str
    trace: str
    source: Node
    type: ValueType
    length: Node


def moved_ranks(up: bool, now: Node, then: Node, ranks: tuple[str | None, ...]) -> Node:
    """Whether a value stands higher (or lower) in ``ranks``, lowest first, than it stood then."""
    places = range(len(ranks))
    beaten = [tuple(_is(then, ranks[other]) for other in places if _beats(at, other, up)) for at in places]
    return core.Any(tuple(core.All((_is(now, ranks[at]), core.Any(beaten[at]))) for at in places))


def _beats(at: int, other: int, up: bool) -> bool:
    return other < at if up else other > at


def _is(node: Node, rank: str | None) -> Node:
    if rank is None:
        return core.Not(core.Present(node))
    return core.Compare("is", node, core.Constant(rank, TEXT))


def moved_number(op: str, now: Node, then: Node, by: Node | None, difference: ValueType) -> Node:
    """Whether a figure rose or fell, with ``by`` by at least so much."""
    up = op.startswith("rose")
    if by is None:
        return core.Compare("above" if up else "below", now, then)
    return core.Compare("at_least", core.Arithmetic("subtract", (now, then) if up else (then, now), difference), by)
