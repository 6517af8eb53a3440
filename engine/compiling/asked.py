"""Nodes that planning wants one by one: what plans show beside each test, and what decides of work and content."""

from collections.abc import Iterable, Iterator

from engine.compiling.clauses import Clause, leaves, truth_node
from engine.compiling.compiled import (
    CompiledClass,
    CompiledModule,
    CompiledPiece,
    CompiledRule,
    CompiledScore,
    CompiledTarget,
)
from engine.compiling.symbols import Meaning
from engine.matching.core import Constant, Node, Parameter

Asking = CompiledClass | CompiledRule | CompiledScore | CompiledTarget | CompiledPiece | CompiledModule | Meaning


def asked(parts: Iterable[Asking]) -> tuple[Node, ...]:
    """What plans want of parts of a playbook, each node once; what is the same throughout a run is left out."""
    found = dict.fromkeys(node for each in parts for node in _of(each) if node is not None)
    return tuple(each for each in found if not isinstance(each, Constant | Parameter))


def _of(part: Asking) -> Iterator[Node | None]:
    match part:
        case CompiledClass():
            yield from (node for _, clause in part.rows for node in _shown(clause))
        case CompiledRule():
            yield from _of_rule(part)
        case CompiledScore():
            yield part.figure
            yield from (node for each in part.inputs for node in (each.points, each.observed))
        case CompiledTarget():
            yield from (part.figure, part.goal, part.expected)
        case CompiledPiece():
            yield from _decided(part.fits)
        case CompiledModule():
            yield from _decided(part.suits)
            yield part.cost
        case Meaning():
            yield part.node


def _of_rule(rule: CompiledRule) -> Iterator[Node | None]:
    yield from _shown(rule.begins)
    yield from _shown(rule.ends)
    if rule.collection is not None:
        # Decided for records of which nothing is known, where the collection was not delivered.
        yield from (*_truth(rule.begins), *_truth(rule.ends))
    yield from (rule.since, *(each.node for each in rule.days))
    for effect in rule.effects:
        yield from _truth(effect.ends)
        for task in effect.tasks:
            yield from (task.length, task.anchor)
            yield from _truth(task.done)


def _shown(clause: Clause | None) -> Iterator[Node | None]:
    """What is shown beside the tests of a clause; how they came out the scopes say."""
    for test in leaves(clause) if clause is not None else ():
        yield test.observed
        yield from test.expected


def _truth(clause: Clause | None) -> Iterator[Node]:
    if clause is not None:
        yield truth_node(clause)


def _decided(clause: Clause | None) -> Iterator[Node | None]:
    """A clause that stands in no scope: how it and each of its tests came out, and what is shown."""
    if clause is not None:
        yield truth_node(clause)
        yield from (each.node for each in leaves(clause))
        yield from _shown(clause)
