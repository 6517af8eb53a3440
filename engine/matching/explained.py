"""The reference interpreter of core trees: plain recursion, and what is missing where a value is unknown.

It says what the trees mean; the compiled rows (``engine.matching.rows``) have to agree with it. Every part of a node
is worked out, also where another part has decided it already, so that it is complete to show, and an account that
fails (semantics 2.2, declared data of a wrong type) fails regardless of what decides.
"""

from msgspec import UNSET

from engine.matching.core import Items, Node
from engine.matching.reference import records, series, truths, values
from engine.matching.reference.readings import Reading, Taken, readings
from engine.matching.reference.sights import Environment, Sight, look, visible
from engine.matching.reference.truths import compared
from engine.matching.run import Value
from engine.snapshots.model import Record

__all__ = [
    "Environment",
    "Reading",
    "Sight",
    "Taken",
    "compared",
    "evaluate",
    "explain",
    "matching_records",
    "readings",
    "visible",
]

_RULE_BOOKS = (records, series, truths, values)
"""Importing them registers the rules of their nodes."""


def evaluate(node: Node, env: Environment) -> Value:
    """What ``node`` yields: as the rows work it out where they do. Raises ``AccountFailed`` (PB705, PB708)."""
    view = env.views.get(node) if env.delivered else None
    return look(node, env).value if view is None else view(env.state, env.conclusions, env.records)


def explain(node: Node, env: Environment) -> Sight:
    """What ``node`` yields, with what is missing where it is unknown. Raises ``AccountFailed`` (PB705, PB708)."""
    value = evaluate(node, env) if env.delivered and node in env.views else UNSET
    return look(node, env) if value is UNSET else Sight(value)


def matching_records(items: Items, env: Environment) -> tuple[tuple[Record, Value], ...]:
    """The visible records in order of id, each with the truth of ``where``; none for an absent collection."""
    found = records.truths(items, env) or []
    return tuple(sorted(((record, seen.value) for record, seen in found), key=lambda each: each[0].id))
