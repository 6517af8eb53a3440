"""Aggregates and series as closures."""

from collections.abc import Callable
from typing import Any

from msgspec import UNSET

from closures.compiler import Account, Closure, Closures, checked, compiles
from engine.foundation.quantities import divide_half_even
from engine.matching import core
from engine.matching.core import Items
from engine.matching.periods import SeriesOfRun
from engine.matching.shape import scale_of
from engine.snapshots.model import COLLECTIONS

# -- records ----------------------------------------------------------------------------------------


def _selected(at: Closures, items: Items) -> Callable[[Account], Any]:
    """Records that are in, or unknown."""
    variable, collection, skip = items.record, items.collection, items.undecided == "skip"
    where = at.node(items.where) if items.where else None

    def select(account: Account) -> Any:
        found = at.visible(account, collection)
        if found is UNSET or where is None:
            return found
        kept = []
        for record in found:
            account.records[variable] = record
            truth = where(account)
            if truth is True:
                kept.append(record)
            elif truth is UNSET and not skip:
                return UNSET
        return kept

    return select


@compiles(core.Aggregate)
def _aggregate(at: Closures, node: core.Aggregate) -> Closure:
    select, variable = _selected(at, node.items), node.items.record
    if node.of is None:

        def count(account: Account) -> Any:
            found = select(account)
            return UNSET if found is UNSET else len(found)

        return count
    of, take = at.node(node.of), _taken(node)

    def aggregate(account: Account) -> Any:
        found = select(account)
        if found is UNSET:
            return UNSET
        values = []
        for record in found:
            account.records[variable] = record
            values.append(of(account))
        return take(account, found, values)

    return aggregate


def _taken(node: core.Aggregate) -> Callable[[Account, list[Any], list[Any]], Any]:
    date_field = COLLECTIONS[node.items.collection].date_field
    up = 10 ** (node.type.scale - (scale_of(node.of) if node.of else 0))
    work: dict[str, Callable[[Account, list[Any]], Any]] = {
        "count_distinct": lambda _, values: len(set(values)),
        "sum": lambda account, values: checked(account, sum(values)),
        "average": lambda account, values: (
            checked(account, divide_half_even(sum(values) * up, len(values))) if values else None
        ),
        "minimum": lambda _, values: min(values) if values else None,
        "maximum": lambda _, values: max(values) if values else None,
        "share": lambda _, values: divide_half_even(values.count(True) * 100 * 10**6, len(values)) if values else None,
    }

    def latest(_: Account, found: list[Any], values: list[Any]) -> Any:
        best = None
        for record, value in zip(found, values, strict=True):
            when = getattr(record, date_field)
            if value is None or when is None:
                continue
            if when is UNSET:
                return UNSET
            if best is None or (when, record.id) > best[:2]:
                best = (when, record.id, value)
        return best and best[2]

    if node.kind == "latest":
        return latest
    combine = work[node.kind]

    def known(account: Account, _: list[Any], values: list[Any]) -> Any:
        if UNSET in values:
            return UNSET
        return combine(account, [each for each in values if each is not None])

    return known


@compiles(core.Missing)
def _missing(at: Closures, node: core.Missing) -> Closure:
    select, of, variable, wanted = _selected(at, node.items), at.node(node.of), node.items.record, node.out_of

    def missing(account: Account) -> Any:
        found = select(account)
        if found is UNSET:
            return UNSET
        values = set()
        for record in found:
            account.records[variable] = record
            values.add(of(account))
        return UNSET if UNSET in values else tuple(each for each in wanted if each not in values) or None

    return missing


def _series(at: Closures, series: core.Series) -> tuple[SeriesOfRun, Closure]:
    if series not in at.known_series:
        at.known_series[series] = _new_series(at, series, len(at.known_series))
    return at.known_series[series]


def _new_series(at: Closures, series: core.Series, key: int) -> tuple[SeriesOfRun, Closure]:
    bound, variable, collection = SeriesOfRun(series, at.run), series.items.record, series.items.collection
    of, where = (at.node(each) if each else None for each in (series.of, series.items.where))
    name = COLLECTIONS[collection].date_field

    def totals(account: Account) -> Any:
        if key in account.series:
            return account.series[key]
        found = at.visible(account, collection)
        account.series[key] = total = UNSET if found is UNSET else bound.totals(found, account.snapshot)
        for record in found or ():
            account.records[variable] = record
            truth = True if where is None else where(account)
            if truth is False:
                continue
            adds = UNSET if truth is UNSET else 1 if of is None else of(account)
            when = getattr(record, name)
            if adds is not None and when is not None:
                total.add(when, adds)
        return total

    return bound, totals


@compiles(core.PeriodValue)
def _period_value(at: Closures, node: core.PeriodValue) -> Closure:
    bound, totals = _series(at, node.series)
    return lambda account: checked(account, bound.value(totals(account), node.back))
