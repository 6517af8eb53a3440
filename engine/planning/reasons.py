"""``because`` trees: what each test expected and observed, for people and programs."""

from datetime import date, datetime
from decimal import Decimal

from msgspec import UNSET, UnsetType

from engine.compiling.clauses import Clause, Leaf
from engine.compiling.typing import is_money
from engine.foundation.quantities import plain_decimal
from engine.matching.core import Node, ValueType
from engine.matching.explained import Environment, evaluate, explain
from engine.matching.run import Value
from engine.planning.plan import Because, Shown, Truth

_BEYOND = 2**62
"""Where ``if_none: true`` puts a figure; nothing is observed there."""


def because(clause: Clause, environment: Environment) -> Because:
    """The clause with the truth of every part, as the reference interpreter sees it."""
    if isinstance(clause, Leaf):
        return _leaf(clause, environment)
    of = tuple(because(each, environment) for each in clause.of)
    return Because(op=clause.op, result=word(_result(clause.op, clause.count, of)), of=of, count=clause.count or None)


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
    sight = explain(leaf.node, environment)
    observed = evaluate(leaf.observed, environment) if leaf.observed is not None else UNSET
    kind = leaf.observed_type
    return Because(
        op=leaf.op,
        result=word(sight.value),
        test=leaf.test,
        expected=_expected(leaf.expected, kind, environment),
        observed=shown(observed, kind),
        unit=kind.unit if kind and kind.kind == "number" and kind.unit != "number" and not is_money(kind) else None,
        missing=sight.missing if sight.value is UNSET else (),
        rule_at=str(leaf.place),
    )


def _expected(nodes: tuple[Node, ...], kind: ValueType | None, environment: Environment) -> Shown:
    values = [shown(evaluate(node, environment), kind) for node in nodes]
    if len(values) == 1:
        return values[0]
    return [str(each) for each in values] if values else None


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
