"""``because`` trees: what each test expected and observed, for people and programs."""

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from pathlib import PurePath

from msgspec import UNSET, UnsetType

from engine.compiling.clauses import Clause, Leaf
from engine.compiling.typing import is_money
from engine.foundation.places import Place
from engine.foundation.quantities import plain_decimal
from engine.matching.core import Compare, Node, ValueType
from engine.matching.explained import Environment, Sight, compared, evaluate, explain
from engine.matching.run import Value
from engine.matching.shape import type_of
from engine.planning.plan import Because, Shown, Truth

_BEYOND = 2**62
"""Where ``if_none: true`` puts a figure; nothing is observed there."""


def because(clause: Clause, environment: Environment) -> Because:
    """The clause with the truth of every part, as the reference interpreter sees it."""
    if isinstance(clause, Leaf):
        return _leaf(clause, environment)
    of = tuple(because(each, environment) for each in clause.of)
    return Because(op=clause.op, result=word(_result(clause.op, clause.count, of)), of=of, count=clause.count or None)


def missing_in(reason: Because) -> tuple[str, ...]:
    """What the undecided tests of a reason lack, in the order met, each once."""
    return tuple(dict.fromkeys(_missing(reason)))


def _missing(reason: Because) -> Iterator[str]:
    yield from reason.missing
    for each in reason.of:
        yield from _missing(each)


def _result(op: str, count: int, of: tuple[Because, ...]) -> bool | UnsetType:
    certain = sum(each.result == "true" for each in of)
    possible = sum(each.result != "false" for each in of)
    if op == "not":
        return UNSET if certain != possible else certain == 0
    least = {"all": len(of), "any": 1}.get(op, count)
    return True if certain >= least else UNSET if possible >= least else False


def word(truth: Value) -> Truth:
    """A truth as the plan writes it."""
    return "unknown" if truth is UNSET else "true" if truth else "false"


def _leaf(leaf: Leaf, environment: Environment) -> Because:
    sight, observed, expected = _seen(leaf, environment)
    kind = leaf.observed_type
    return Because(
        op=leaf.op,
        result=word(sight.value),
        test=leaf.test,
        expected=_expected(expected, leaf.expected),
        observed=shown(observed, kind),
        unit=kind.unit if kind and kind.kind == "number" and kind.unit != "number" and not is_money(kind) else None,
        missing=sight.missing if sight.value is UNSET else (),
        rule_at=rule_at(leaf.place),
    )


@cache
def rule_at(place: Place) -> str:
    """Where a test is written, by the file's name within its playbook: equal wherever the playbook is kept."""
    return str(Place(PurePath(place.file).name, place.line))


def _seen(leaf: Leaf, environment: Environment) -> tuple[Sight, Value, list[Value]]:
    """The truth of a test, what was observed and expected; a plain comparison looks at each side once."""
    node = leaf.node
    if isinstance(node, Compare) and node.left is leaf.observed and leaf.expected == (node.right,):
        left, right = explain(node.left, environment), explain(node.right, environment)
        return compared(node.op, left, right), left.value, [right.value]
    observed = evaluate(leaf.observed, environment) if leaf.observed is not None else UNSET
    return explain(node, environment), observed, [evaluate(each, environment) for each in leaf.expected]


def _expected(values: list[Value], nodes: tuple[Node, ...]) -> Shown:
    written = [shown(value, type_of(node)) for value, node in zip(values, nodes, strict=True)]
    if len(written) == 1:
        return written[0]
    return [str(each) for each in written] if written else None


def shown(value: Value, kind: ValueType | None) -> Shown:
    """A value as a plan writes it: numbers exact, money as text, moments as text, unknown as null."""
    if value is UNSET or isinstance(value, UnsetType):
        return None
    if isinstance(value, bool) or value is None or isinstance(value, str):
        return value
    if isinstance(value, int):
        return _figure(value, kind)
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, tuple):
        return list(value)
    return str(value)


def _figure(value: int, kind: ValueType | None) -> Shown:
    if abs(value) >= _BEYOND:
        return None
    amount: Decimal = plain_decimal(value, kind.scale if kind else 0)
    return f"{amount} {kind.unit}" if kind and is_money(kind) else amount
