"""The reference interpreter: comparisons, tests, and Kleene's logic."""

from collections.abc import Callable
from typing import Any, Final

from msgspec import UNSET

from engine.matching import core
from engine.matching.core import Node
from engine.matching.operations import pattern_search
from engine.matching.reference.sights import (
    NO,
    NONE,
    YES,
    Environment,
    Sight,
    known,
    lacking,
    look,
    sees,
    truth,
    unknown_for,
)

_COMPARE: Final[dict[core.CompareOp, Callable[[Any, Any], bool]]] = {
    "is": lambda left, right: left == right,
    "below": lambda left, right: left < right,
    "at_most": lambda left, right: left <= right,
    "above": lambda left, right: left > right,
    "at_least": lambda left, right: left >= right,
}

_TEXT: Final[dict[str, Callable[[str, str], bool]]] = {
    "contains": lambda text, part: part in text,
    "starts_with": lambda text, part: text.startswith(part),
    "ends_with": lambda text, part: text.endswith(part),
    "matches": lambda text, pattern: pattern_search(pattern)(text),
}


def _test(sights: list[Sight], work: Callable[..., bool]) -> Sight:
    """A test of values: unknown where one is (it wins), false where one is none."""
    tested = known(sights, lambda *values: YES if work(*values) else NO)
    return NO if tested is NONE else tested


@sees(core.Compare)
def _compare(node: core.Compare, env: Environment) -> Sight:
    return compared(node.op, look(node.left, env), look(node.right, env))


def compared(op: core.CompareOp, left: Sight, right: Sight) -> Sight:
    """The comparison of two sides already looked at."""
    if left.value is UNSET or right.value is UNSET:
        return unknown_for((left, right))
    if left.value is None or right.value is None:
        return NO
    return YES if _COMPARE[op](left.value, right.value) else NO


@sees(core.TextTest)
def _text_test(node: core.TextTest, env: Environment) -> Sight:
    return _test([look(node.of, env), look(node.with_, env)], _TEXT[node.op])


@sees(core.OneOf)
def _one_of(node: core.OneOf, env: Environment) -> Sight:
    of, choices = look(node.of, env), [look(each, env) for each in node.choices]
    if of.value is UNSET:
        return unknown_for([of, *choices])
    if of.value is not None and of.value in _members(choices):
        return YES
    return unknown_for(choices) if _any_unknown(choices) else NO


@sees(core.ListTest)
def _list_test(node: core.ListTest, env: Environment) -> Sight:
    of, choices = look(node.of, env), [look(each, env) for each in node.choices]
    if of.value is UNSET:
        return unknown_for([of, *choices])
    held: Any = of.value or ()
    found = [each in held for each in _members(choices)]
    if node.op == "any" and any(found):
        return YES
    if node.op == "all" and not all(found):
        return NO
    if _any_unknown(choices):
        return unknown_for(choices)
    return YES if node.op == "all" and held else NO


def _members(choices: list[Sight]) -> list[Any]:
    """The known choices, lists with each of their members; none is no choice."""
    values = [each.value for each in choices if each.value is not UNSET and each.value is not None]
    return [member for value in values for member in (value if isinstance(value, tuple) else (value,))]


def _any_unknown(sights: list[Sight]) -> bool:
    return any(each.value is UNSET for each in sights)


@sees(core.Known)
def _known(node: core.Known, env: Environment) -> Sight:
    of = look(node.of, env)
    if of.value is not UNSET:
        return YES
    # Whether something is known of a record can't be said while its collection is not there (semantics 5.7).
    return NO if env.delivered else of


@sees(core.Present)
def _present(node: core.Present, env: Environment) -> Sight:
    of = look(node.of, env)
    if of.value is UNSET:
        return of
    return NO if of.value is None or of.value == () else YES


# -- Kleene -------------------------------------------------------------------------------------------


def counted(truths: list[Sight], wanted: int) -> Sight:
    """At least ``wanted`` of the truths hold; unknown while the unknown ones could decide it."""
    certain = sum(each.value is True for each in truths)
    possible = certain + sum(each.value is UNSET for each in truths)
    if certain >= wanted:
        return YES
    return NO if possible < wanted else Sight(UNSET, lacking(truths))


def negated(seen: Sight) -> Sight:
    """Kleene's *not*."""
    if seen.value is UNSET:
        return seen
    return NO if seen.value else YES


def _truths(of: tuple[Node, ...], env: Environment) -> list[Sight]:
    return [truth(each, env) for each in of]


@sees(core.All)
def _all(node: core.All, env: Environment) -> Sight:
    return counted(_truths(node.of, env), len(node.of))


@sees(core.Any)
def _any(node: core.Any, env: Environment) -> Sight:
    return counted(_truths(node.of, env), 1)


@sees(core.Not)
def _not(node: core.Not, env: Environment) -> Sight:
    return negated(truth(node.of, env))


@sees(core.AtLeast)
def _at_least(node: core.AtLeast, env: Environment) -> Sight:
    return counted(_truths(node.of, env), node.count)
