"""The rows of a table to records, as far as they are known on the day a snapshot is built for."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from msgspec import UNSET, Struct, UnsetType

from engine.foundation import codes
from engine.foundation.canonical import short_id
from engine.foundation.places import Place
from engine.foundation.problems import Problem, problem
from engine.foundation.quantities import Money, Number, plain_decimal
from engine.snapshots.bad_cells import BadCell
from engine.snapshots.cells import Defaults, Reader, Value, cell_reader
from engine.snapshots.mapping_checks import field_type
from engine.snapshots.mapping_model import AccountSource, CollectionSource, SnapshotMapping, Source, Sources
from engine.snapshots.mapping_tables import Moment
from engine.snapshots.model import COLLECTIONS, Record
from engine.snapshots.moments import moment_reader
from engine.snapshots.raw_cells import Cell, Unreadable, written
from engine.snapshots.tables import Row, Table

_LONGEST_ID = 200
_SHOWN = 60


class RowFault(Exception):
    """A row that can't be read; ``problem`` does not name the account yet."""

    def __init__(self, found: Problem) -> None:
        super().__init__(str(found))
        self.problem = found


class Day(Struct, frozen=True):
    """The moment a snapshot is built for. ``state_known``: what the tables show as today's state holds by then."""

    as_of: datetime
    today: date
    state_known: bool
    defaults: Defaults

    @classmethod
    def of(cls, mapping: SnapshotMapping, as_of: datetime, state_of: date | None = None) -> "Day":
        """The day of the instant ``as_of`` in the mapping's zone; ``state_of`` replaces the mapping's own."""
        zone = ZoneInfo(mapping.timezone)
        today = as_of.astimezone(zone).date()
        written = date.fromisoformat(mapping.state_of) if mapping.state_of else None
        state = state_of or written
        known = state is not None and state <= today
        return cls(as_of.astimezone(UTC), today, known, Defaults(zone, mapping.dates, mapping.currency))

    def reached(self, moment: date | datetime) -> bool:
        """Whether ``moment`` is past: a date if it is today or earlier."""
        return moment <= self.as_of if isinstance(moment, datetime) else moment <= self.today


class FieldReader(Struct, frozen=True):
    """How one field is read from a row."""

    path: str
    source: Source
    index: int | None
    currency_index: int | None
    read: Reader
    known: Callable[[Row], bool] | None
    undated: bool
    absent: bool

    def value(self, row: Row) -> Value | Unreadable | UnsetType | None:
        """The field's value: none for an empty cell, ``UNSET`` where it is not known by the day."""
        if self.absent:
            return UNSET
        cell = str(self.source.constant or "") if self.index is None else row.cells[self.index]
        if self.known is not None and not self.known(row):
            if self.undated:
                return UNSET
            cell = ""
        meant = self._meant(cell)
        if isinstance(meant, Unreadable):
            return meant
        currency = row.text(self.currency_index) or None if self.currency_index is not None else None
        return None if meant == "" else self.read(meant, currency)

    def _meant(self, cell: Cell) -> Cell:
        """What the mapping's ``values``, ``otherwise`` and ``empty`` make of the cell."""
        values, otherwise = self.source.values, self.source.otherwise
        if cell == "":
            return str(self.source.empty or "")
        if values is None and otherwise is None:
            return cell
        text = written(cell)
        if values is not None and text in values:
            return str(values[text])
        if isinstance(cell, Unreadable):
            return cell
        if otherwise is None:
            raise BadCell(f"one of {', '.join(f'`{each}`' for each in values or ())}")
        return str(otherwise)


class RowReader:
    """Reads the fields of a record or account from the rows of one table."""

    def __init__(
        self, table: Table, collection: str | None, record: Sources, undated: tuple[str, ...], day: Day
    ) -> None:
        self._table = table
        self._day = day
        self._unreadable: dict[str, list[tuple[Row, Unreadable]]] = {}
        self.fields = {
            path: self._field(path, source, field_type(collection, path, source), path in undated, record)
            for path, source in record.items()
        }

    def value(self, path: str, row: Row) -> Value | UnsetType | None:
        """The value of one field, unknown where its cell holds none; raises :class:`RowFault`."""
        field = self.fields[path]
        try:
            found = field.value(row)
        except BadCell as bad:
            raise self._fault(row, field.source.column, bad) from bad
        if isinstance(found, Unreadable):
            self._unreadable.setdefault(field.source.column or "", []).append((row, found))
            return UNSET
        return found

    def wanted(self, source: AccountSource | CollectionSource, row: Row) -> bool:
        """Whether ``where`` and ``only_with`` keep the row, no other field of which is looked at."""
        filled = all(self.value(path, row) not in (None, UNSET) for path in source.only_with)
        return filled and all(_text(self.value(path, row)) in texts for path, texts in source.where.items())

    def unreadable(self) -> Iterator[Problem]:
        """A warning for each column with cells that hold no value; the fields they fill are unknown."""
        for column, found in self._unreadable.items():
            cells = sorted({(row.line, self._table.called(row, column), cell.text) for row, cell in found})
            (line, called, text), more = cells[0], len(cells) - 1
            others = f", as do {more:,} more of this column" if more else ""
            message = f"{called} holds `{text}` and no value{others}: unknown"
            hint = "mend the cell, or let `values` in the mapping say what it means"
            yield problem(codes.NO_VALUE, Place(self._table.file, line), message, hint)

    def cell(self, row: Row, column: str) -> str:
        """The cell of a row under ``column`` as a text."""
        return row.text(self._index(column))

    def fault(self, row: Row, column: str | None, expected: str) -> RowFault:
        """That the cell under ``column`` is not what was expected."""
        return self._fault(row, column, BadCell(expected))

    def _field(self, path: str, source: Source, kind: Any, undated: bool, record: Sources) -> FieldReader:
        known = self.known_by(source.known_from, record) if source.known_from else None
        absent = undated and known is None and not self._day.state_known
        return FieldReader(
            path=path,
            source=source,
            index=self._index(source.column) if source.column else None,
            currency_index=self._index(source.currency_column) if source.currency_column else None,
            read=cell_reader(source, kind, self._day.defaults),
            known=known,
            undated=undated,
            absent=absent,
        )

    def known_by(self, since: Moment, record: Sources) -> Callable[[Row], bool]:
        """Whether a row's moment ``since`` is past; never, where its cell is empty."""
        named = record.get(since.column or "")
        column = (named.column if named else None) or since.column or ""
        form = since.format or (named.format if named else None)
        defaults = self._day.defaults
        index, read = self._index(column), moment_reader(form, defaults.dates, defaults.zone)

        def known(row: Row) -> bool:
            cell = row.cells[index]
            try:
                return cell != "" and self._day.reached(read(cell))
            except BadCell as bad:
                raise self._fault(row, column, bad) from bad

        return known

    def _index(self, column: str) -> int:
        return self._table.columns.index(column)

    def _fault(self, row: Row, column: str | None, bad: BadCell) -> RowFault:
        place = Place(self._table.file, row.line)
        if column is None:
            return RowFault(problem(codes.BAD_CELL, place, f"constant: expected {bad.expected}", bad.hint))
        cell = self.cell(row, column)
        shown = cell if len(cell) <= _SHOWN else f"{cell[:_SHOWN]}…"
        message = f"{self._table.called(row, column)}: expected {bad.expected}, found `{shown}`"
        return RowFault(problem(codes.BAD_CELL, place, message, bad.hint))


class RecordReader:
    """Reads the records of one collection."""

    def __init__(self, name: str, source: CollectionSource, table: Table, day: Day) -> None:
        self._collection = COLLECTIONS[name]
        self._source = source
        self._day = day
        self.rows = RowReader(table, name, source.record, source.undated, day)
        dated = self._collection.date_field
        self._later = [path for path in source.record if path != dated]
        self._dated = dated if dated in source.record else None

    def read(self, row: Row) -> Record | None:
        """The record of ``row``, or none if it is not one by the day; raises :class:`RowFault`."""
        values: dict[str, Any] = {}
        if self._dated:
            # First, so that nothing of a later row is looked at, not even to find it unreadable.
            moment = values[self._dated] = self.rows.value(self._dated, row)
            if isinstance(moment, date) and not self._day.reached(moment):
                return None
        if not self.rows.wanted(self._source, row):
            return None
        values |= {path: self.rows.value(path, row) for path in self._later}
        own = {path: value for path, value in values.items() if "." not in path}
        return self._collection.record(id=self._id(row), fields=declared(values), **own)

    def _id(self, row: Row) -> str:
        own = self._source.id_
        if own.column is None:
            return short_id(tuple(self.rows.cell(row, column) for column in own.columns))
        found = self.rows.cell(row, own.column)
        if not 0 < len(found) <= _LONGEST_ID:
            raise self.rows.fault(row, own.column, f"an id of 1 to {_LONGEST_ID} characters")
        return found


def declared(values: dict[str, Any]) -> dict[str, Any]:
    """The declared data among ``values``, as JSON has it."""
    return {
        path.removeprefix("fields."): _raw(value)
        for path, value in values.items()
        if path.startswith("fields.") and value is not UNSET
    }


def _raw(value: Any) -> Any:
    match value:
        case Number():
            plain = plain_decimal(value)
            return int(plain) if plain == int(plain) else plain
        case Money():
            return str(value)
        case datetime():
            return value.isoformat().replace("+00:00", "Z")
        case date():
            return value.isoformat()
        case tuple():
            return list(value)
        case _:
            return value


def _text(value: Any) -> str:
    """A value as ``where`` writes it."""
    raw = _raw(value)
    if isinstance(raw, bool):
        return "true" if raw else "false"
    return "" if raw is None or raw is UNSET else str(raw)
