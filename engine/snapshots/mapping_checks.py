"""What a mapping's shape alone does not tell: names that must exist, options that must fit the field."""

from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import date
from functools import partial
from itertools import islice
from typing import Final
from zoneinfo import ZoneInfo

from engine.documents.document import Node, locate
from engine.foundation import codes
from engine.foundation.places import Place
from engine.foundation.problems import Problem, did_you_mean, nearest, problem
from engine.snapshots.cells import convertible
from engine.snapshots.mapping_model import (
    AccountSource,
    CollectionSource,
    DeclaredType,
    SnapshotMapping,
    Source,
    Sources,
)
from engine.snapshots.mapping_tables import FITTING, SUFFIXES, TableSource
from engine.snapshots.tables import Table
from engine.snapshots.vocabulary import FieldKind, FieldType, account_paths, record_paths

_LOOKED_AT: Final = 20
"""Rows below the first in which the names of columns are looked for."""

At = Callable[..., Place]
"""The place of a path in the mapping file; with ``key``, that of its last key."""

_DECLARED: Final[dict[DeclaredType, FieldType]] = {
    "text": FieldType("text"), "texts": FieldType("texts"), "truth": FieldType("truth"), "number": FieldType("number"),
    "points": FieldType("number", "points"), "percent": FieldType("number", "percent"),
    "hours": FieldType("number", "hours"), "days": FieldType("number", "days"), "money": FieldType("money"),
    "date": FieldType("date"), "instant": FieldType("instant"),
}  # fmt: skip

_FITTING: Final[dict[str, tuple[FieldKind, ...]]] = {
    "format": ("date", "instant"),
    "unit": ("number", "money"),
    "currency": ("money",),
    "currency_column": ("money",),
    "thousands": ("number", "money"),
    "split": ("texts",),
    "rescale": ("number",),
}


def field_type(collection: str | None, path: str, source: Source) -> FieldType:
    """The type of a field of the account (``collection`` none) or of a collection's records."""
    group = path.partition(".")[0] if "." in path else ""
    if group == "fields":
        return _DECLARED[source.type or "text"]
    if group == "owners":
        return FieldType("text")
    return (record_paths(collection) if collection else account_paths())[path]


def mapping_problems(mapping: SnapshotMapping, document: Node) -> Iterator[Problem]:
    """Everything that is wrong with a mapping whose shape is right, tables' columns aside.

    ``document`` is what the mapping was read from, for the places.
    """
    at = partial(locate, document)
    yield from _settings(mapping, at)
    for table in mapping.tables.values():
        yield from _source_of_rows(table)
    yield from _links(mapping, at)
    yield from _holder(mapping, None, mapping.account, ("account",), at)
    for name, collection in mapping.collections.items():
        path = ("collections", name)
        yield from _holder(mapping, name, collection, path, at)
        if collection.coverage:
            yield from _real_day(collection.coverage.from_, at((*path, "coverage", "from")))
        if not collection.id_.column and not collection.id_.columns:
            yield _incomplete("`id` names a column, or `columns`", collection.id_.place)


def column_problems(mapping: SnapshotMapping, tables: Mapping[str, Table]) -> Iterator[Problem]:
    """The columns that the mapping names and its tables do not have."""
    missing = {each for each in _named_columns(mapping) if each[1] not in tables[each[0]].columns}
    elsewhere = {
        table: _row_of_names(
            mapping.tables[table], tables[table], {name for other, name, _ in missing if other == table}
        )
        for table in {table for table, _, _ in missing}
    }
    for table, name, place in sorted(missing, key=lambda found: found[2]):
        message = f"`{mapping.tables[table].name}` has no column `{name}`"
        hint = _column_hint(name, mapping.tables[table], tables[table].columns, elsewhere[table])
        yield problem(codes.UNKNOWN_NAME, place, message, hint)


def _row_of_names(source: TableSource, table: Table, names: Collection[str]) -> tuple[int, str] | None:
    """The first row below the columns that holds one of the names, and which; rows are as wide as there are columns."""
    if source.kind is None or "header" not in FITTING[source.kind]:
        return None
    rows = islice(table.rows(), _LOOKED_AT)
    cells = ((row.line, row.text(index)) for row in rows for index in range(len(row.cells)))
    return next((found for found in cells if found[1] in names), None)


def _column_hint(name: str, source: TableSource, columns: tuple[str, ...], elsewhere: tuple[int, str] | None) -> str:
    """What the columns are, and which of them is meant, or in which row the names seem to stand."""
    known = f"its columns: {', '.join(filter(None, columns))}"
    close = nearest(name, columns)
    if close:
        return f"did you mean `{close}`? {known}"
    if elsewhere:
        line, cell = elsewhere
        return f"row {line} has a cell `{cell}`: if the columns are named there, say `header: {line}`; {known}"
    return (
        f"{known}; `header: {source.header}` takes them from there: are they named further up?"
        if source.header
        else known
    )


def _named_columns(mapping: SnapshotMapping) -> Iterator[tuple[str, str, Place]]:
    """Every mention of a column: its table, its name, and where the mapping says so."""
    for name, table in mapping.tables.items():
        key = table.account
        yield name, key.column or "", key.place
        if key.through:
            yield key.through, key.key or key.column or "", key.place
        if table.recorded_at:
            yield name, table.recorded_at.column or "", table.recorded_at.place
    yield from _columns_of(mapping.account)
    for collection in mapping.collections.values():
        yield from _columns_of(collection)
        own = (collection.id_.column,) if collection.id_.column else collection.id_.columns
        yield from ((collection.table, each, collection.id_.place) for each in own)


def _columns_of(holder: AccountSource | CollectionSource) -> Iterator[tuple[str, str, Place]]:
    for source in holder.record.values():
        if source.column:
            yield holder.table, source.column, source.place
        if source.currency_column:
            yield holder.table, source.currency_column, source.place
        since = source.known_from
        if since and since.column and since.column not in holder.record:
            yield holder.table, since.column, since.place


def _settings(mapping: SnapshotMapping, at: At) -> Iterator[Problem]:
    try:
        ZoneInfo(mapping.timezone)
    except (KeyError, ValueError, OSError):
        message = f"`{mapping.timezone}` is no time zone"
        yield problem(codes.BAD_MAPPING, at(("timezone",)), message, "write for example `timezone: Asia/Shanghai`")
    if mapping.state_of:
        yield from _real_day(mapping.state_of, at(("state_of",)))


def _source_of_rows(table: TableSource) -> Iterator[Problem]:
    """Where the rows are kept: one place, and only what can be said of its kind."""
    for message, hint in _misplaced(table):
        yield problem(codes.BAD_MAPPING, table.place, message, hint)


def _misplaced(table: TableSource) -> Iterator[tuple[str, str | None]]:
    if (table.file is None) == (table.database is None):
        yield "expected one of `file` and `database`", None
        return
    kind = table.kind
    if kind is None:
        hint = "save it as .xlsx" if (table.file or "").lower().endswith(".xls") else f"known: {', '.join(SUFFIXES)}"
        yield f"`{table.file}` can't be read as a table", hint
        return
    fitting = FITTING[kind]
    for option in sorted({each for known in FITTING.values() for each in known} - {*fitting}):
        if getattr(table, option) is not None:
            yield f"`{option}` does not fit, as the table is in a {kind}", None
    if "query" in fitting and (table.table is None) == (table.query is None):
        yield "expected one of `table` and `query`", None
    if table.header is not None and table.header < 1:
        yield "`header` is the number of a row, from 1 on", None


def _real_day(day: str, place: Place) -> Iterator[Problem]:
    try:
        date.fromisoformat(day)
    except ValueError:
        yield problem(codes.BAD_FORM, place, f"there is no day {day}")


def _links(mapping: SnapshotMapping, at: At) -> Iterator[Problem]:
    """Tables that find their account through others: those exist, and none leads back to itself."""
    for name, table in mapping.tables.items():
        if not table.account.column:
            yield _incomplete("`account` names a column", table.account.place)
        if table.recorded_at and not table.recorded_at.column:
            yield _incomplete("`recorded_at` names a column", table.recorded_at.place)
        through = table.account.through
        if through is None:
            continue
        if through not in mapping.tables:
            yield _unknown_table(through, mapping, at(("tables", name, "account", "through")))
        elif name in _leads_through(mapping, name):
            message = f"table `{name}` finds its account through itself"
            yield problem(codes.BAD_MAPPING, table.account.place, message)


def _leads_through(mapping: SnapshotMapping, name: str) -> list[str]:
    visited: list[str] = []
    table = mapping.tables.get(name)
    while table and table.account.through and table.account.through not in visited:
        visited.append(table.account.through)
        table = mapping.tables.get(table.account.through)
    return visited


def _incomplete(message: str, place: Place) -> Problem:
    return problem(codes.MISSING_KEY, place, message)


def _unknown_table(name: str, mapping: SnapshotMapping, place: Place) -> Problem:
    return problem(codes.UNKNOWN_NAME, place, f"there is no table `{name}`", did_you_mean(name, mapping.tables))


def _holder(
    mapping: SnapshotMapping,
    collection: str | None,
    holder: AccountSource | CollectionSource,
    path: tuple[str, ...],
    at: At,
) -> Iterator[Problem]:
    if holder.table not in mapping.tables:
        yield _unknown_table(holder.table, mapping, at((*path, "table")))
    elif collection is None and mapping.tables[holder.table].account.through:
        message = "the table of the accounts holds their ids itself, and goes through no other"
        yield problem(codes.BAD_MAPPING, mapping.tables[holder.table].account.place, message)
    for field in holder.where:
        yield from _known_field(field, holder.record, at((*path, "where", field), key=True))
    for key, fields in (("only_with", holder.only_with), ("undated", holder.undated)):
        for index, field in enumerate(fields):
            yield from _known_field(field, holder.record, at((*path, key, index)))
    for field, source in holder.record.items():
        yield from _source(field, source, field_type(collection, field, source))


def _known_field(field: str, record: Sources, place: Place) -> Iterator[Problem]:
    if field not in record:
        yield problem(codes.UNKNOWN_NAME, place, f"`{field}` is no field of this record", did_you_mean(field, record))


def _source(path: str, source: Source, kind: FieldType) -> Iterator[Problem]:
    for message in _faults(path, source, kind):
        yield problem(codes.BAD_MAPPING, source.place, f"`{path}`: {message}")


def _faults(path: str, source: Source, kind: FieldType) -> Iterator[str]:
    if (source.column is None) == (source.constant is None):
        yield "expected one of `column` and `constant`"
    if source.type and not path.startswith("fields."):
        yield f"`type` is for declared data under `fields`; this field is {_named(kind)}"
    for option, kinds in _FITTING.items():
        if getattr(source, option) is not None and kind.kind not in kinds:
            yield f"`{option}` does not fit, as this field is {_named(kind)}"
    if source.unit and kind.kind in _FITTING["unit"] and not convertible(source.unit, kind):
        yield f"`{source.unit}` can't become {_named(kind)}"
    if source.known_from and not source.known_from.column:
        yield "`known_from` names a field or a column"
    yield from _contradictions(source)


def _contradictions(source: Source) -> Iterator[str]:
    if source.currency and source.currency_column:
        yield "expected one of `currency` and `currency_column`"
    if source.thousands == source.decimal:
        yield "the thousands separator and the decimal sign can't be the same"
    if source.rescale and not _two_apart(source.rescale.from_):
        yield "`rescale: from` takes two different figures, such as [1, 5]"
    if source.rescale and len(source.rescale.to) != 2:
        yield "`rescale: to` takes two figures, such as [0, 100]"


def _two_apart(figures: Collection[object]) -> bool:
    return len(figures) == 2 and len(set(figures)) == 2


def _named(kind: FieldType) -> str:
    return kind.kind if kind.unit == "number" else kind.unit
