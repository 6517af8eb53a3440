"""What a value was drawn from: the data, metrics and conclusions that a node reads of an account, records by name."""

from collections.abc import Iterator, Sequence
from datetime import date

from msgspec import UNSET, Struct

from engine.matching import core
from engine.matching.core import Items, Node
from engine.matching.operations import local_day
from engine.matching.reference.records import by_date, truths
from engine.matching.reference.series import period_back
from engine.matching.reference.sights import Environment, dated, look, visible
from engine.matching.run import Value
from engine.matching.shape import children, items_of
from engine.snapshots.model import Record


class Taken(Struct, frozen=True):
    """The records of a collection that a value was drawn from, the latest first; ``field`` is the path read of them,
    where it is one."""

    collection: str
    records: tuple[Record, ...]
    field: str | None


Reading = core.Figure | core.Conclusion | core.AccountField | Taken


def readings(node: Node, env: Environment) -> Iterator[Reading]:
    """What ``node`` reads directly, in the order it is worked out; metrics and conclusions are not looked into.

    Of an aggregate those records whose value it took: the one of ``latest``, ``minimum`` and ``maximum``, else all that
    counted. The records that are bound already are not named.
    """
    match node:
        case core.Figure() | core.Conclusion() | core.AccountField():
            yield node
        case core.LinkedField():
            yield from _linked(node, env)
        case core.Streak() | core.StreakReaches() | core.PeriodValue():
            yield from _of_periods(node, env)
        case _ if (items := items_of(node)) is not None:
            yield from _of_items(node, items, env)
        case _:
            for each in children(node):
                yield from readings(each, env)


def _linked(node: core.LinkedField, env: Environment) -> Iterator[Taken]:
    key = getattr(env.records[node.record], node.key)
    records = visible(env.snapshot, node.collection, env.run) or ()
    found = tuple(each for each in records if each.id == key)
    if found:
        yield Taken(node.collection, found, ".".join(node.path))


def _of_items(node: Node, items: Items, env: Environment) -> Iterator[Taken]:
    """None where it is unknown which records count."""
    found = truths(items, env)
    if found is None or look(node, env).value is UNSET:
        return
    records = by_date([record for record, holds in found if holds.value is True], items.collection)
    records = records if items.last is None else records[-items.last :]
    of: Node | None = getattr(node, "of", None)
    yield _taken(items.collection, _counting(node, of, items, records, env), of)


def _counting(
    node: Node, of: Node | None, items: Items, records: Sequence[Record], env: Environment
) -> Sequence[Record]:
    """The records whose value was taken, in the order given."""
    if of is None or not isinstance(node, core.Aggregate):
        return records
    valued = [(each, look(of, env.binding(items.record, each)).value) for each in records]
    valued = [(each, value) for each, value in valued if value is not None]
    if node.kind == "latest":
        return [each for each, _ in valued if dated(each, items.collection) is not None][-1:]
    if node.kind in ("minimum", "maximum"):
        result = look(node, env).value
        return [each for each, value in valued if value == result][-1:]
    return [each for each, _ in valued]


def _taken(collection: str, records: Sequence[Record], of: Node | None) -> Taken:
    return Taken(collection, tuple(reversed(records)), _field(of) if of is not None else None)


def _field(of: Node) -> str | None:
    """The path of the one field of a record that is read, if it is one."""
    if isinstance(of, core.RecordField):
        return ".".join(of.path)
    paths = {path for each in children(of) if (path := _field(each))}
    return paths.pop() if len(paths) == 1 else None


def _of_periods(node: core.Streak | core.StreakReaches | core.PeriodValue, env: Environment) -> Iterator[Taken]:
    """The records of the periods that were looked at; of a streak also those of the periods that ended it."""
    series, value, found = node.series, look(node, env).value, truths(node.series.items, env)
    if found is None or value is UNSET:
        return
    near, far = _reach(node, value)
    first, last = period_back(series, far, env), period_back(series, near, env)
    if first is None or last is None:
        return
    collection = series.items.collection
    days = [(record, _day(record, collection, env)) for record, holds in found if holds.value is True]
    inside = [record for record, day in days if day is not None and first.start <= day <= last.end]
    yield _taken(collection, by_date(inside, collection), series.of)


def _reach(node: core.Streak | core.StreakReaches | core.PeriodValue, value: Value) -> tuple[int, int]:
    """The nearest and the farthest period, counted back."""
    if isinstance(node, core.PeriodValue):
        return node.back, node.back
    compared = node.count if isinstance(node, core.StreakReaches) else int(str(value)) + 1
    return 1, compared + 1


def _day(record: Record, collection: str, env: Environment) -> date | None:
    when = dated(record, collection)
    return local_day(when, env.run.zone) if isinstance(when, date) else None
