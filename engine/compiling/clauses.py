"""Conditions after resolution: trees whose leaves know their core node, what they were written as, and where."""

from collections.abc import Iterator
from functools import lru_cache

from msgspec import Struct

from engine.foundation.places import Place
from engine.inference.skeleton import Atom, Both, Count, Either, Negation, Skeleton
from engine.matching import core
from engine.matching.core import Node, ValueType


class Leaf(Struct, frozen=True, cache_hash=True):
    """One test: ``node`` decides it; ``observed`` and ``expected`` are shown when it is explained."""

    node: Node
    test: str
    op: str
    observed: Node | None
    observed_type: ValueType | None
    expected: tuple[Node, ...]
    place: Place


class Branch(Struct, frozen=True, cache_hash=True):
    """``all``, ``any``, ``not`` or ``at_least`` (with ``count``) of clauses."""

    op: str
    of: "tuple[Clause, ...]"
    place: Place
    count: int = 0


Clause = Leaf | Branch


@lru_cache(maxsize=1 << 14)
def truth_node(clause: Clause) -> Node:
    """The clause as one core tree."""
    if isinstance(clause, Leaf):
        return clause.node
    of = tuple(truth_node(each) for each in clause.of)
    match clause.op:
        case "all":
            return core.All(of)
        case "any":
            return core.Any(of)
        case "not":
            return core.Not(of[0])
        case _:
            return core.AtLeast(clause.count, of)


def skeleton(clause: Clause, bits: dict[Node, int]) -> Skeleton:
    """The clause cut into atoms and a skeleton (semantics 7.1); ``bits`` numbers the atoms and grows."""
    if isinstance(clause, Leaf):
        return Atom(bits.setdefault(clause.node, len(bits)))
    of = tuple(skeleton(each, bits) for each in clause.of)
    match clause.op:
        case "all":
            return Both(of)
        case "any":
            return Either(of)
        case "not":
            return Negation(of[0])
        case _:
            return Count(clause.count, of)


def all_of(clauses: tuple[Clause, ...], place: Place) -> Clause:
    """One clause that holds where all of ``clauses`` do; always, where there are none."""
    return clauses[0] if len(clauses) == 1 else Branch("all", clauses, place)


def any_of(clauses: tuple[Clause, ...], place: Place) -> Clause:
    """One clause that holds where any of ``clauses`` does."""
    return clauses[0] if len(clauses) == 1 else Branch("any", clauses, place)


def leaves(clause: Clause) -> Iterator[Leaf]:
    """Every test of the clause, in the order written."""
    if isinstance(clause, Leaf):
        yield clause
    else:
        for each in clause.of:
            yield from leaves(each)
