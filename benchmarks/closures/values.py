"""Fields, metrics, arithmetic, time and money as closures."""

from collections.abc import Callable
from typing import Any

from msgspec import UNSET

from closures.compiler import Account, Closure, Closures, checked, compiles
from engine.foundation.quantities import Money, divide_half_even
from engine.matching import core
from engine.matching.core import Node
from engine.matching.operations import local_day, relative_change
from engine.matching.shape import scale_of
from engine.matching.weights import evenly

# -- leaves -----------------------------------------------------------------------------------------


@compiles(core.AccountField)
def _account_field(_: Closures, node: core.AccountField) -> Closure:
    if len(node.path) == 1:
        name = node.path[0]
        return lambda account: getattr(account.snapshot, name)
    group, name = node.path
    return lambda account: getattr(getattr(account.snapshot, group), name)


@compiles(core.RecordField)
def _record_field(_: Closures, node: core.RecordField) -> Closure:
    variable, name = node.record, node.path[0]
    return lambda account: getattr(account.records[variable], name)


@compiles(core.Figure)
def _figure(at: Closures, node: core.Figure) -> Closure:
    name = node.name
    if node.record is not None:
        return at.figures[name]

    def figure(account: Account) -> Any:
        if name not in account.figures:
            account.figures[name] = at.figures[name](account)
        return account.figures[name]

    return figure


@compiles(core.Conclusion)
def _conclusion(_: Closures, node: core.Conclusion) -> Closure:
    address = node.address
    return lambda account: account.conclusions.get(address, UNSET)


# -- arithmetic -------------------------------------------------------------------------------------


def strict(at: Closures, nodes: tuple[Node, ...], work: Callable[..., Any]) -> Closure:
    """``work`` on known values; unknown where one is, none where one is none."""
    parts = [at.node(each) for each in nodes]
    if len(parts) == 2:
        first, second = parts

        def two(account: Account) -> Any:
            a, b = first(account), second(account)
            if a is UNSET or b is UNSET:
                return UNSET
            return None if a is None or b is None else work(account, a, b)

        return two

    def several(account: Account) -> Any:
        values = [part(account) for part in parts]
        if UNSET in values:
            return UNSET
        return None if None in values else work(account, *values)

    return several


@compiles(core.Arithmetic)
def _arithmetic(at: Closures, node: core.Arithmetic) -> Closure:
    if node.op == "subtract":
        return strict(at, node.of, lambda account, a, b: checked(account, a - b))
    shift = node.type.scale + scale_of(node.of[1]) - scale_of(node.of[0])
    up = (100 if node.type.unit == "percent" else 1) * 10 ** max(shift, 0)
    down = 10 ** max(-shift, 0)
    return strict(
        at, node.of, lambda account, a, b: checked(account, divide_half_even(a * up, b * down)) if b else None
    )


@compiles(core.Change)
def _change(at: Closures, node: core.Change) -> Closure:
    scale = node.type.scale
    return strict(
        at,
        (node.before, node.after),
        lambda account, a, b: checked(account, relative_change(a, b, scale)) if a else None,
    )


@compiles(core.Weighted)
def _weighted(at: Closures, node: core.Weighted) -> Closure:
    shares = evenly(node.weights)

    def work(account: Account, *values: int) -> int:
        total = sum(share * value for share, value in zip(shares.of, values, strict=True))
        return checked(account, divide_half_even(total, shares.whole))

    return strict(at, node.of, work)


@compiles(core.Elapsed)
def _elapsed(at: Closures, node: core.Elapsed) -> Closure:
    return strict(at, (node.start, node.end), lambda _, start, end: (end - start).days)


@compiles(core.LocalDate)
def _local_date(at: Closures, node: core.LocalDate) -> Closure:
    zone = at.run.zone
    return strict(at, (node.of,), lambda _, of: local_day(of, zone))


@compiles(core.InReporting)
def _in_reporting(at: Closures, node: core.InReporting) -> Closure:
    of, on, currency, rates = at.node(node.of), at.node(node.on), node.type.unit, at.run.rates

    def amount(account: Account) -> Any:
        money = of(account)
        if not isinstance(money, Money):
            return money
        if money.currency == currency:
            return money.minor
        day = on(account)
        return UNSET if day is UNSET or day is None else rates.convert(money, currency, day)

    return amount


@compiles(core.IfNone)
def _if_none(at: Closures, node: core.IfNone) -> Closure:
    of, otherwise = at.node(node.of), at.node(node.otherwise)

    def filled(account: Account) -> Any:
        value = of(account)
        return otherwise(account) if value is None else value

    return filled


@compiles(core.Cases)
def _cases(at: Closures, node: core.Cases) -> Closure:
    cases = [(at.node(when), at.node(then)) for when, then in node.cases]
    otherwise = at.node(node.otherwise)

    def chosen(account: Account) -> Any:
        possible = []
        for when, then in cases:
            truth = when(account)
            if truth is True:
                if not possible:
                    return then(account)
                possible.append(then(account))
                break
            if truth is UNSET:
                possible.append(then(account))
        else:
            possible.append(otherwise(account))
        return possible[0] if all(each == possible[0] for each in possible) else UNSET

    return chosen
