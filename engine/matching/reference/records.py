"""The reference interpreter: records of a collection, aggregates and quantifiers over them."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from msgspec import UNSET, Struct

from engine.matching import core
from engine.matching.core import Aggregate, Items, Node
from engine.matching.operations import percent, quotient
from engine.matching.reference.sights import (
    NONE,
    YES,
    Environment,
    Sight,
    dated,
    figure,
    look,
    sees,
    truth,
    unknown,
    unknown_for,
    visible,
)
from engine.matching.reference.truths import counted, negated
from engine.matching.shape import scale_of
from engine.snapshots.model import COLLECTIONS, Record


class Selection(Struct, frozen=True):
    """The records that are certainly in; ``undecided`` says what is missing to know them all, if anything is."""

    records: tuple[Record, ...]
    undecided: tuple[Sight, ...] = ()


def truths(items: Items, env: Environment) -> list[tuple[Record, Sight]] | None:
    """Every visible record with the truth of ``where``; none for an absent collection."""
    records = visible(env.snapshot, items.collection, env.run)
    if records is UNSET:
        return None
    if items.where is None:
        return [(each, YES) for each in records]
    return [(each, truth(items.where, env.binding(items.record, each))) for each in records]


def _selected(items: Items, env: Environment) -> Selection:
    found = truths(items, env)
    if found is None:
        return Selection((), (unknown(items.collection),))
    undecided = tuple(seen for _, seen in found if seen.value is UNSET and items.undecided == "unknown")
    records = tuple(record for record, seen in found if seen.value is True)
    if items.last is None:
        return Selection(records, undecided)
    return Selection((), undecided) if undecided else _latest(records, items, items.last)


def _latest(records: tuple[Record, ...], items: Items, count: int) -> Selection:
    """The last ``count`` by date, ties by id, those without a date first."""
    if any(dated(each, items.collection) is UNSET for each in records):
        return Selection((), (unknown(date_path(items.collection)),))
    return Selection(tuple(by_date(records, items.collection)[-count:]))


def by_date(records: Iterable[Record], collection: str) -> list[Record]:
    """The records by date, ties by id, those of which no date is known first."""
    return sorted(records, key=lambda each: _order(each, collection))


def _order(record: Record, collection: str) -> tuple[bool, Any, str]:
    when = dated(record, collection)
    return (True, when, record.id) if isinstance(when, date) else (False, 0, record.id)


def date_path(collection: str) -> str:
    """The path of a collection's date field."""
    return f"{collection}.{COLLECTIONS[collection].date_field}"


@sees(core.Aggregate)
def _aggregate(node: Aggregate, env: Environment) -> Sight:
    selection = _selected(node.items, env)
    of = _worked_out(node.of, node.items, selection, env)
    if selection.undecided:
        return unknown_for([*selection.undecided, *of])
    if node.kind == "latest":
        return _last_of(selection.records, of, node.items.collection)
    if any(each.value is UNSET for each in of):
        return unknown_for(of)
    return _taken(node, [each.value for each in of if each.value is not None], env)


def _worked_out(of: Node | None, items: Items, selection: Selection, env: Environment) -> list[Sight]:
    """``of`` for each record selected; without one, each record counts by itself."""
    if of is None:
        return [YES] * len(selection.records)
    return [look(of, env.binding(items.record, each)) for each in selection.records]


def _taken(node: Aggregate, values: list[Any], env: Environment) -> Sight:
    scale = node.type.scale
    match node.kind:
        case "count":
            return Sight(len(values) * 10**scale)
        case "count_distinct":
            return Sight(len(set(values)) * 10**scale)
        case "sum":
            return figure(sum(values), env)
        case "minimum" | "maximum" if values:
            return Sight(min(values) if node.kind == "minimum" else max(values))
        case "average" if values and node.of is not None:
            return figure(quotient(sum(values), len(values), scale - scale_of(node.of), 1), env)
        case "share" if values:
            return Sight(percent(values.count(True), len(values), scale))
    return NONE


def _last_of(records: tuple[Record, ...], of: list[Sight], collection: str) -> Sight:
    """The value at the latest date among those that are not none; unknown only where that one may be unknown."""
    candidates = [
        (dated(record, collection), record.id, seen)
        for record, seen in zip(records, of, strict=True)
        if seen.value is not None and dated(record, collection) is not None
    ]
    if any(when is UNSET for when, _, _ in candidates):
        return unknown(date_path(collection))
    if not candidates:
        return NONE
    return max(candidates, key=lambda each: each[:2])[2]


@sees(core.Missing)
def _missing(node: core.Missing, env: Environment) -> Sight:
    selection = _selected(node.items, env)
    of = _worked_out(node.of, node.items, selection, env)
    if selection.undecided or any(each.value is UNSET for each in of):
        return unknown_for([*selection.undecided, *of])
    found = {each.value for each in of}
    return Sight(tuple(each for each in node.out_of if each not in found) or None)


@sees(core.Some)
def _some(node: core.Some, env: Environment) -> Sight:
    found = truths(node.items, env)
    return unknown(node.items.collection) if found is None else counted([seen for _, seen in found], node.at_least)


@sees(core.Every)
def _every(node: core.Every, env: Environment) -> Sight:
    found = truths(node.items, env)
    if found is None:
        return unknown(node.items.collection)
    return negated(counted([negated(seen) for _, seen in found], 1))
