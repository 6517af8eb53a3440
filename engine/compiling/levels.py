"""Which conclusions an entry reads, and so in which order entries are worked out (semantics 4.1)."""

from collections.abc import Iterable, Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from typing import Any

from msgspec import Struct
from msgspec.structs import astuple

from engine.foundation import codes
from engine.foundation.places import Place
from engine.foundation.problems import Problem, problem
from engine.matching.core import Conclusion, Definition, Figure, Node

LIGHT = "light"


def conclusions_read(nodes: Iterable[Node], definitions: Mapping[str, Definition]) -> frozenset[str]:
    """Addresses of the conclusions that ``nodes`` read, through metrics too; those of before this run left out."""
    found: set[str] = set()
    seen: set[str] = set()
    for node in _walk(nodes, definitions, seen):
        if isinstance(node, Conclusion) and not node.address.startswith("previous."):
            found.add(".".join(node.address.split(".")[:2]))
    return frozenset(found)


def _walk(values: Iterable[Any], definitions: Mapping[str, Definition], seen: set[str]) -> Iterator[Struct]:
    stack = list(values)
    while stack:
        value = stack.pop()
        if isinstance(value, tuple):
            stack.extend(value)
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
