"""Which conclusions an entry reads, and so in which order entries are worked out (semantics 4.1)."""

from collections.abc import Iterable, Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from typing import Any

from msgspec import Struct
from msgspec.structs import astuple

from engine.foundation import codes
from engine.foundation.places import Place
from engine.foundation.problems import Problem, problem
from engine.matching.core import Conclusion, Definition, Figure, Node, Population

LIGHT = "light"


BEFORE = "previous."
"""What the address of a conclusion begins with where its value before this run is read."""


def conclusions_read(
    nodes: Iterable[Node], definitions: Mapping[str, Definition], before: bool = False, *, own: bool = False
) -> frozenset[str]:
    """Addresses of the conclusions that ``nodes`` read, through metrics too; with ``before`` also those whose value
    before this run is read, with ``own`` without those that are read of every account of a portfolio."""
    found: set[str] = set()
    for node in walk(nodes, definitions, own=own):
        if isinstance(node, Conclusion) and (before or not node.address.startswith(BEFORE)):
            found.add(".".join(node.address.removeprefix(BEFORE).split(".")[:2]))
    return frozenset(found)


def figures_read(nodes: Iterable[Node], definitions: Mapping[str, Definition]) -> frozenset[str]:
    """The names of the figures that ``nodes`` read, through others too."""
    return frozenset(node.name for node in walk(nodes, definitions) if isinstance(node, Figure))


def walk(nodes: Iterable[Node], definitions: Mapping[str, Definition], *, own: bool = False) -> Iterator[Struct]:
    """Every node within ``nodes``, and within the metrics that they read; of its ``own`` those that are not within a
    population, which is read of every account."""
    return _walk(nodes, definitions, set(), own)


def _walk(values: Iterable[Any], definitions: Mapping[str, Definition], seen: set[str], own: bool) -> Iterator[Struct]:
    stack = list(values)
    while stack:
        value = stack.pop()
        if isinstance(value, tuple):
            stack.extend(value)
        elif own and isinstance(value, Population):
            yield value
        elif isinstance(value, Struct):
            yield value
            stack.extend(astuple(value))
            if isinstance(value, Figure) and value.name not in seen and value.name in definitions:
                seen.add(value.name)
                stack.append(definitions[value.name].node)


def find_levels(
    reads: Mapping[str, frozenset[str]], places: Mapping[str, Place]
) -> tuple[dict[str, int], list[Problem]]:
    """The level of every address from what each reads: one more than the highest it reads; circles are problems."""
    try:
        order = tuple(TopologicalSorter(reads).static_order())
    except CycleError as error:
        return {}, [_circle(error.args[1], places)]
    levels: dict[str, int] = {}
    for address in order:
        levels[address] = max((levels[each] + 1 for each in reads.get(address, ())), default=0)
    return levels, []


def _circle(members: list[str], places: Mapping[str, Place]) -> Problem:
    shown = " → ".join(reversed(members))
    place = min((places[each] for each in members if each in places), default=Place(""))
    hint = "let one of them read data, or the value before this run: `previous: {…}`"
    return problem(codes.CIRCLE, place, f"entries depend on each other in a circle: {shown}", hint)
