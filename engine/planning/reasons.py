"""``because`` trees: what each test expected and observed, for people and programs."""

from collections.abc import Callable, Iterator
from datetime import date, datetime
from decimal import Decimal
from functools import cache, lru_cache
from pathlib import PurePath

from msgspec import UNSET, Struct, UnsetType

from engine.compiling.clauses import Clause, Leaf
from engine.compiling.typing import is_money
from engine.foundation.places import Place
from engine.foundation.quantities import plain_decimal
from engine.matching.core import Compare, ValueType
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


def unmet(reason: Because) -> tuple[Because, ...]:
    """The parts of a reason that keep it from holding; of what must all hold those that do not, one by one."""
    if reason.result == "true":
        return ()
    if reason.op != "all" or reason.test is not None:
        return (reason,)
    return tuple(part for each in reason.of for part in unmet(each))


def _result(op: str, count: int, of: tuple[Because, ...]) -> bool | UnsetType:
    results = [each.result for each in of]
    certain, possible = results.count("true"), len(results) - results.count("false")
    if op == "not":
        return UNSET if certain != possible else certain == 0
    least = len(of) if op == "all" else 1 if op == "any" else count
    return True if certain >= least else UNSET if possible >= least else False


def word(truth: Value) -> Truth:
    """A truth as the plan writes it."""
    return "unknown" if truth is UNSET else "true" if truth else "false"


class _Fixed(Struct, frozen=True):
    """What of a test is the same for every account: whether it is a plain comparison of what was observed, the types
    of what was expected, the unit shown and where the test is written."""

    is_plain: bool
    types: tuple[ValueType, ...]
    unit: str | None
    rule_at: str


@lru_cache(maxsize=1 << 14)
def _fixed(leaf: Leaf) -> _Fixed:
    node, kind = leaf.node, leaf.observed_type
    shows_unit = kind is not None and kind.kind == "number" and kind.unit != "number" and not is_money(kind)
    return _Fixed(
        is_plain=isinstance(node, Compare) and node.left is leaf.observed and leaf.expected == (node.right,),
        types=tuple(type_of(each) for each in leaf.expected),
        unit=kind.unit if kind and shows_unit else None,
        rule_at=rule_at(leaf.place),
    )


def _leaf(leaf: Leaf, environment: Environment) -> Because:
    fixed = _fixed(leaf)
    sight, observed, expected = _seen(leaf, fixed.is_plain, environment)
    return Because(
        op=leaf.op,
        result=word(sight.value),
        test=leaf.test,
        expected=_expected(expected, fixed.types),
        observed=shown(observed, leaf.observed_type),
        unit=fixed.unit,
        missing=sight.missing if sight.value is UNSET else (),
        rule_at=fixed.rule_at,
    )


@cache
def rule_at(place: Place) -> str:
    """Where a test is written, by the file's name within its playbook: equal wherever the playbook is kept."""
    return str(Place(PurePath(place.file).name, place.line))


def _seen(leaf: Leaf, is_plain: bool, environment: Environment) -> tuple[Sight, Value, list[Value]]:
    """The truth of a test, what was observed and expected; a plain comparison looks at each side once."""
    node = leaf.node
    if is_plain and isinstance(node, Compare):
        left, right = explain(node.left, environment), explain(node.right, environment)
        return compared(node.op, left, right), left.value, [right.value]
    observed = evaluate(leaf.observed, environment) if leaf.observed is not None else UNSET
    return explain(node, environment), observed, [evaluate(each, environment) for each in leaf.expected]


def _expected(values: list[Value], types: tuple[ValueType, ...]) -> Shown:
    written = [shown(value, kind) for value, kind in zip(values, types, strict=True)]
    if len(written) == 1:
        return written[0]
    return [str(each) for each in written] if written else None


def shown(value: Value, kind: ValueType | None) -> Shown:
    """A value as a plan writes it: numbers exact, money as text, moments as text, unknown as null."""
    if value is None or isinstance(value, UnsetType):
        return None
    if isinstance(value, str | bool):
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
    amount = _plain(value, kind.scale if kind else 0)
    return f"{amount} {kind.unit}" if kind and is_money(kind) else amount


_plain: Callable[[int, int], Decimal] = lru_cache(maxsize=1 << 14)(plain_decimal)
