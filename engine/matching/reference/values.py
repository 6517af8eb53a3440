"""The reference interpreter: fields, figures, conclusions, arithmetic, time and money."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date
from typing import Any, Final, cast

from msgspec import UNSET

from engine.foundation.quantities import Money
from engine.matching import core
from engine.matching.core import ValueType
from engine.matching.fields import typed_field
from engine.matching.operations import (
    complete_months,
    days_between,
    hours_between,
    local_day,
    quotient,
    relative_change,
    shift_moment,
    trend,
    volatility,
)
from engine.matching.rankings import standing
from engine.matching.reference.sights import (
    NONE,
    Environment,
    Sight,
    figure,
    known,
    look,
    sees,
    truth,
    unknown,
    unknown_for,
    visible,
)
from engine.matching.run import Value
from engine.matching.shape import scale_of
from engine.matching.weights import weighted_mean
from engine.snapshots.model import COLLECTIONS, AccountSnapshot, Record


@sees(core.Constant)
def _constant(node: core.Constant, _: Environment) -> Sight:
    return Sight(node.value)


@sees(core.Parameter)
def _parameter(node: core.Parameter, env: Environment) -> Sight:
    # A parameter that is read as several types is bound once for each, under its name and the type.
    return _found(env.run.parameters.get(node.name, UNSET), f"${node.name.partition(':')[0]}")


@sees(core.Today)
def _today(_: core.Today, env: Environment) -> Sight:
    return Sight(env.run.today)


@sees(core.Now)
def _now(_: core.Now, env: Environment) -> Sight:
    # In UTC, for Python compares two instants of one zone by the wall clock.
    return Sight(env.run.as_of.astimezone(UTC))


# -- data ---------------------------------------------------------------------------------------------


@sees(core.AccountField)
def _account_field(node: core.AccountField, env: Environment) -> Sight:
    return _read(env.snapshot, node.path, node.type, "", env)


@sees(core.RecordField)
def _record_field(node: core.RecordField, env: Environment) -> Sight:
    record = env.records[node.record]
    return _read(record, node.path, node.type, _collection_of(record), env)


@sees(core.LinkedField)
def _linked_field(node: core.LinkedField, env: Environment) -> Sight:
    record = env.records[node.record]
    key: Value = getattr(record, node.key)
    link = f"{_collection_of(record)}.{node.key}"
    if key is None or key is UNSET:
        return _found(key, link)
    targets = visible(env.snapshot, node.collection, env.run)
    if targets is UNSET:
        return unknown(node.collection)
    target = next((each for each in targets if each.id == key), None)
    if target is None:
        return unknown(link)
    return _read(target, node.path, node.type, node.collection, env)


def _read(
    holder: AccountSnapshot | Record, path: tuple[str, ...], kind: ValueType, collection: str, env: Environment
) -> Sight:
    if path[0] == "fields":
        at = _place_of(collection, path)
        return _found(typed_field(holder.fields.get(path[1], UNSET), kind, at, env.snapshot.id), at)
    value: Any = holder
    for name in path:
        value = value.get(name, UNSET) if isinstance(value, dict) else getattr(value, name)
    return unknown(_place_of(collection, path)) if value is UNSET else Sight(None if value == () else value)


def _place_of(collection: str, path: tuple[str, ...]) -> str:
    """The path as the language writes it; ``collection`` is empty for the account's own."""
    return ".".join((collection, *path) if collection else path)


def _found(value: Value, at: str) -> Sight:
    return unknown(at) if value is UNSET else Sight(value)


def _collection_of(record: Record) -> str:
    return _COLLECTIONS[type(record)]


_COLLECTIONS: Final = {each.record: each.name for each in COLLECTIONS.values()}


@sees(core.Figure)
def _figure(node: core.Figure, env: Environment) -> Sight:
    if node.record is None and node.name in env.figures:
        return Sight(env.figures[node.name])
    definition = env.forest.definitions[node.name]
    record = env.records[node.record] if node.record else None
    key = (node.name, id(record))
    if key not in env.seen:
        bound = {definition.record: record} if definition.record and record else {}
        env.seen[key] = look(definition.node, env.within(node.name, bound))
    return env.seen[key]


@sees(core.Conclusion)
def _conclusion(node: core.Conclusion, env: Environment) -> Sight:
    value = env.conclusions.get(node.address, UNSET)
    if node.record is not None:
        value = value.get(env.records[node.record].id, UNSET) if isinstance(value, Mapping) else UNSET
    return _found(cast("Value", value), node.address)


@sees(core.Standing)
def _standing(node: core.Standing, env: Environment) -> Sight:
    def work(value: int, *group: str) -> Sight:
        found = standing(node.measure, env.run.rankings.get(node.population.name), group, value)
        if found is UNSET:
            return unknown("portfolio")
        return NONE if found is None else figure(found, env)

    own = look(node.of, env) if node.of is not None else Sight(0)
    return known([own, *(look(each, env) for each in node.group)], work)


# -- arithmetic ---------------------------------------------------------------------------------------


@sees(core.Arithmetic)
def _arithmetic(node: core.Arithmetic, env: Environment) -> Sight:
    def work(first: int, *rest: int) -> Sight:
        match node.op:
            case "add":
                return figure(first + sum(rest), env)
            case "subtract":
                return figure(first - sum(rest), env)
            case "multiply":
                for each in rest:
                    first *= each
                return figure(first, env)
            case "divide":
                return _divided(node, first, rest[0], env)

    return known([look(each, env) for each in node.of], work)


def _divided(node: core.Arithmetic, dividend: int, divisor: int, env: Environment) -> Sight:
    if divisor == 0:
        return NONE
    shift = node.type.scale + scale_of(node.of[1]) - scale_of(node.of[0])
    factor = 100 if node.type.unit == "percent" else 1
    return figure(quotient(dividend, divisor, shift, factor), env)


@sees(core.Rescale)
def _rescale(node: core.Rescale, env: Environment) -> Sight:
    more = 10 ** (node.type.scale - scale_of(node.of))
    return known((look(node.of, env),), lambda value: figure(value * more, env))


@sees(core.Change)
def _change(node: core.Change, env: Environment) -> Sight:
    def work(before: int, after: int) -> Sight:
        return figure(relative_change(before, after, node.type.scale), env) if before else NONE

    return known((look(node.before, env), look(node.after, env)), work)


@sees(core.Statistic)
def _statistic(node: core.Statistic, env: Environment) -> Sight:
    def work(*values: int) -> Sight:
        found = trend(values, node.type.scale) if node.kind == "trend" else volatility(values, node.type.scale)
        return NONE if found is None else figure(found, env)

    return known([look(each, env) for each in node.of], work)


@sees(core.Weighted)
def _weighted(node: core.Weighted, env: Environment) -> Sight:
    sights = [look(each, env) for each in node.of]
    if node.missed == "unknown":
        return known(sights, lambda *values: _mean(node, values, sights, env))
    return _mean(node, [each.value for each in sights], sights, env)


def _mean(node: core.Weighted, values: Sequence[Value], sights: list[Sight], env: Environment) -> Sight:
    mean = weighted_mean(node.weights, values, node.missed)
    if mean is UNSET:
        return unknown_for(sights)
    return figure(mean, env) if isinstance(mean, int) else NONE


# -- time and money -----------------------------------------------------------------------------------


@sees(core.Elapsed)
def _elapsed(node: core.Elapsed, env: Environment) -> Sight:
    def work(start: Any, end: Any) -> Sight:
        match node.unit:
            case "days":
                return Sight(days_between(start, end, env.run.zone))
            case "months":
                return Sight(complete_months(start, end, env.run.zone))
            case "hours":
                return Sight(hours_between(start, end))

    return known((look(node.start, env), look(node.end, env)), work)


@sees(core.Shift)
def _shift(node: core.Shift, env: Environment) -> Sight:
    sights = (look(node.of, env), look(node.by, env))
    return known(sights, lambda of, by: Sight(shift_moment(of, by, node.back, env.run.zone)))


@sees(core.LocalDate)
def _local_date(node: core.LocalDate, env: Environment) -> Sight:
    return known((look(node.of, env),), lambda of: Sight(local_day(of, env.run.zone)))


@sees(core.InReporting)
def _in_reporting(node: core.InReporting, env: Environment) -> Sight:
    money, on = look(node.of, env), look(node.on, env)
    amount, currency = money.value, node.type.unit
    if not isinstance(amount, Money):
        return money
    if amount.currency == currency:
        return Sight(amount.minor)
    if on.value is UNSET:
        return on
    pair = f"rate {amount.currency}→{currency}"
    if not isinstance(on.value, date):
        return unknown(pair)
    converted = env.run.rates.convert(amount, currency, on.value)
    return unknown(f"{pair} on {on.value}") if converted is UNSET else figure(converted, env)


# -- choices ------------------------------------------------------------------------------------------


@sees(core.IfNone)
def _if_none(node: core.IfNone, env: Environment) -> Sight:
    of, otherwise = look(node.of, env), look(node.otherwise, env)
    return otherwise if of.value is None else of


@sees(core.Cases)
def _cases(node: core.Cases, env: Environment) -> Sight:
    rows = [(truth(when, env), look(then, env)) for when, then in node.cases]
    otherwise = look(node.otherwise, env)
    undecided: list[Sight] = []
    possible: list[Sight] = []
    for when, then in [*rows, (Sight(True), otherwise)]:
        if when.value is not False:
            possible.append(then)
        if when.value is True:
            break
        undecided.append(when)
    return _agreed(possible, undecided)


def _agreed(possible: list[Sight], undecided: list[Sight]) -> Sight:
    """The common value of the possible cases, else unknown for want of what would decide between them."""
    first = possible[0].value
    if first is not UNSET and all(each.value == first for each in possible):
        return possible[0]
    return unknown_for([*undecided, *possible])
