"""Tables to account snapshots, as they would have been built on a given day.

Nothing that became known only later may show: a row recorded or dated later is not read, a cell before its
``known_from`` is empty (its field absent where it is ``undated`` too), and an ``undated`` field is absent before the
day whose state the tables show.
"""

from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import date, datetime
from pathlib import Path
from typing import Any, Literal, TypeVar

from msgspec import UNSET, Struct
from msgspec.structs import replace

from engine.foundation import codes
from engine.foundation.places import Place
from engine.foundation.problems import InputUnreadable, Problem, problem
from engine.snapshots.doubts import Doubts
from engine.snapshots.mapping_checks import column_problems
from engine.snapshots.mapping_model import Duplicates, SnapshotMapping
from engine.snapshots.model import AccountSnapshot, Coverage, Profile, Record, Relationship
from engine.snapshots.origins import Origin, columns_of
from engine.snapshots.records import Day, RecordReader, RowFault, RowReader, declared
from engine.snapshots.rows import rows_by_account
from engine.snapshots.sources.opening import Opener
from engine.snapshots.tables import Row, Table

_LONGEST_ID = 200
_LONGEST_NAME = 1_000
_STARTED = "relationship.started_on"
T = TypeVar("T")
Nobody = Literal["not yet", "left out"]
"""Why a key of the accounts' table is no account on the day: it signs up later, or the mapping leaves its rows out."""


class BuildSummary(Struct, frozen=True):
    """What a build came to.

    ``built`` accounts are snapshots, ``failed`` ones problems, ``not_yet`` had not signed up by the day, ``left_out``
    are none by the mapping's ``where`` or ``only_with``. ``later_rows`` were recorded later. ``absent`` are the undated
    fields whose state on the day nobody knows. ``warnings`` tell of rows that belong to no account, of accounts that
    may be none, and of cells that hold no value.
    """

    built: int
    failed: int
    not_yet: int
    left_out: int
    later_rows: int
    absent: tuple[str, ...]
    warnings: tuple[Problem, ...]


class SnapshotBuild(Iterator[AccountSnapshot | Problem]):
    """The snapshots of all accounts by id, or for a failed account its problem; ``summary`` counts up to now, and
    ``origins`` says where the data of the account given last was read."""

    def __init__(self, builder: "_Builder") -> None:
        self._builder = builder
        self._found = builder.build()

    def __next__(self) -> AccountSnapshot | Problem:
        return next(self._found)

    @property
    def summary(self) -> BuildSummary:
        """The counts so far; complete once the iterator is used up."""
        return self._builder.summary()

    @property
    def origins(self) -> tuple[Origin, ...]:
        """The rows of the account given last: its own, then those of its records by collection and id."""
        return self._builder.origins()


def build_snapshots(
    mapping: SnapshotMapping, data_dir: Path | str, as_of: datetime, *, state_of: date | None = None
) -> SnapshotBuild:
    """The snapshots of ``as_of`` that ``mapping`` makes of the tables under ``data_dir``.

    ``as_of`` carries its offset. ``state_of`` is the day whose state the tables show, if not the mapping's own: a
    daily job over fresh exports gives its day, so that ``undated`` fields are known. Raises ``InputUnreadable`` for
    tables that are missing, can't be read, or lack a column.
    """
    if as_of.tzinfo is None:
        raise ValueError("as_of needs an offset")
    with ExitStack() as resources:
        tables = _open_tables(mapping, Opener(Path(data_dir), resources))
        # The rows are read here, so that files and databases can be let go.
        return SnapshotBuild(_Builder(mapping, tables, Day.of(mapping, as_of, state_of)))


def _open_tables(mapping: SnapshotMapping, opener: Opener) -> dict[str, Table]:
    tables: dict[str, Table] = {}
    problems: list[Problem] = []
    for name, table in mapping.tables.items():
        try:
            tables[name] = opener.table(table)
        except InputUnreadable as error:
            problems += [each for each in error.problems if each not in problems]
    if not problems:
        problems += column_problems(mapping, tables)
    if problems:
        raise InputUnreadable(problems)
    return tables


class _Builder:
    """One build: the tables read and cut to the day, then one account after the other."""

    def __init__(self, mapping: SnapshotMapping, tables: dict[str, Table], day: Day) -> None:
        self._mapping = mapping
        self._tables = tables
        self._day = day
        self._rows = rows_by_account(mapping, tables, day)
        account = mapping.account
        self._account = RowReader(tables[account.table], None, account.record, account.undated, day)
        self._key = mapping.tables[account.table].account.column or ""
        self._records = {
            name: RecordReader(name, source, tables[source.table], day) for name, source in mapping.collections.items()
        }
        self._columns: dict[str | None, dict[str, str]] = {None: columns_of(account.record)}
        self._columns |= {name: columns_of(source.record) for name, source in mapping.collections.items()}
        self._rows_used: list[tuple[str | None, str, Row]] = []
        self._current = ""
        self._counts: Counter[str] = Counter()
        self._doubts = Doubts(tables[account.table], self._key, account.record)

    def build(self) -> Iterator[AccountSnapshot | Problem]:
        """Every account that had signed up, by id."""
        own = self._rows[self._mapping.account.table]
        for account in sorted(own.keys - {""}):
            self._current, self._rows_used = account, []
            found = self._of_account(account)
            if isinstance(found, str):
                self._counts[found] += 1
            elif isinstance(found, Problem):
                self._counts["failed"] += 1
                yield replace(found, account=account)
            else:
                self._counts["built"] += 1
                yield found

    def summary(self) -> BuildSummary:
        """What the build came to so far."""
        return BuildSummary(
            built=self._counts["built"],
            failed=self._counts["failed"],
            not_yet=self._counts["not yet"],
            left_out=self._counts["left out"],
            later_rows=sum(len(rows.later) + rows.waiting for rows in self._rows.values()),
            absent=tuple(self._absent_fields()),
            warnings=(
                *(rows.orphans for rows in self._rows.values() if rows.orphans),
                *filter(None, (self._doubts.problem(),)),
                *sorted({found for reader in self._readers() for found in reader.unreadable()}),
            ),
        )

    def origins(self) -> tuple[Origin, ...]:
        """Where the data of the current account was read."""
        return tuple(
            Origin(
                account=self._current,
                collection=name,
                id=key,
                file=self._table_of(name).file,
                row=row.line,
                columns=self._columns[name],
            )
            for name, key, row in self._rows_used
        )

    def _table_of(self, collection: str | None) -> Table:
        source = self._mapping.account if collection is None else self._mapping.collections[collection]
        return self._tables[source.table]

    def _readers(self) -> Iterator[RowReader]:
        yield self._account
        yield from (each.rows for each in self._records.values())

    def _absent_fields(self) -> Iterator[str]:
        if not self._day.state_known:
            yield from (f"account.{path}" for path in self._mapping.account.undated)
            for name, source in self._mapping.collections.items():
                yield from (f"{name}.{path}" for path in source.undated if source.record[path].known_from is None)

    def _of_account(self, account: str) -> AccountSnapshot | Problem | Nobody:
        """The snapshot, what is wrong with the account, or why there is none."""
        faults = [fault for rows in self._rows.values() for fault in rows.faults.get(account, ())]
        values = self._account_values(account, faults)
        if values == "left out":
            return values
        collections: dict[str, Any] = {name: self._collection(name, account, faults) for name in self._records}
        if faults:
            return _as_one(faults)
        if isinstance(values, str):
            return values
        self._doubts.note(self._rows_used[0][2], values)
        return AccountSnapshot(
            id=account,
            name=values.pop("name", None) or account,
            as_of=self._day.as_of,
            language=values.pop("language", UNSET),
            profile=Profile(**_group("profile", values)),
            relationship=Relationship(**_group("relationship", values)),
            owners={role: person for role, person in _group("owners", values).items() if person},
            coverage=self._coverage(),
            fields=declared(values),
            **collections,
        )

    def _account_values(self, account: str, faults: list[Problem]) -> dict[str, Any] | Nobody:
        """The account's own fields by path, or why it is none on the day."""
        readings: list[tuple[Row, dict[str, Any]]] = []
        nobody: set[Nobody] = set()
        for row in self._rows[self._mapping.account.table].by_account.get(account, ()):
            try:
                values = self._account_row(row)
            except RowFault as fault:
                faults.append(fault.problem)
                nobody.add("not yet")
                continue
            if isinstance(values, str):
                nobody.add(values)
            else:
                readings.append((row, values))
        if not readings:
            return "left out" if nobody == {"left out"} else "not yet"
        return self._settled(None, account, readings, faults)

    def _account_row(self, row: Row) -> dict[str, Any] | Nobody:
        reader = self._account
        if _STARTED in reader.fields:
            started = reader.value(_STARTED, row)
            if isinstance(started, date) and not self._day.reached(started):
                return "not yet"
        if not reader.wanted(self._mapping.account, row):
            return "left out"
        if len(reader.cell(row, self._key)) > _LONGEST_ID:
            raise reader.fault(row, self._key, f"an id of at most {_LONGEST_ID} characters")
        values: dict[str, Any] = {path: reader.value(path, row) for path in reader.fields}
        if len(values.get("name") or "") > _LONGEST_NAME:
            raise reader.fault(row, reader.fields["name"].source.column, f"at most {_LONGEST_NAME:,} characters")
        return values

    def _collection(self, name: str, account: str, faults: list[Problem]) -> tuple[Record, ...]:
        source = self._mapping.collections[name]
        readings: dict[str, list[tuple[Row, Record]]] = {}
        for row in self._rows[source.table].by_account.get(account, ()):
            try:
                record = self._records[name].read(row)
            except RowFault as fault:
                faults.append(fault.problem)
                continue
            if record is not None:
                readings.setdefault(record.id, []).append((row, record))
        return tuple(self._settled(name, each, readings[each], faults) for each in sorted(readings))

    def _settled(self, collection: str | None, key: str, readings: list[tuple[Row, T]], faults: list[Problem]) -> T:
        """The one of several rows with the same id that counts."""
        source = self._mapping.account if collection is None else self._mapping.collections[collection]
        row, value = _counting(key, readings, source.duplicates, self._table_of(collection).file, faults)
        self._rows_used.append((collection, key, row))
        return value

    def _coverage(self) -> dict[str, Coverage]:
        """Each stated coverage up to the day; none where it begins only later."""
        stated = {
            name: date.fromisoformat(source.coverage.from_)
            for name, source in self._mapping.collections.items()
            if source.coverage
        }
        today = self._day.today
        return {name: Coverage(from_=start, to=today) for name, start in stated.items() if start <= today}


def _counting(
    key: str, readings: list[tuple[Row, T]], rule: Duplicates, file: str, faults: list[Problem]
) -> tuple[Row, T]:
    """The row that counts, and what was read of it; a fault where the mapping does not let one count."""
    first, values = readings[0]
    if rule == "last":
        return readings[-1]
    others = [row for row, other in readings[1:] if rule == "error" or (rule == "identical" and other != values)]
    if others:
        message = f"the id `{key}` stands in row {first.line} already"
        hint = "`duplicates` in the mapping says which row counts: first, last or identical"
        faults.append(problem(codes.DUPLICATE_ID, Place(file, others[0].line), message, hint))
    return first, values


def _group(name: str, values: dict[str, Any]) -> dict[str, Any]:
    return {path.removeprefix(f"{name}."): value for path, value in values.items() if path.startswith(f"{name}.")}


def _as_one(faults: list[Problem]) -> Problem:
    """The first fault of an account, and how many more there are."""
    first, *more = sorted(faults, key=lambda fault: (fault.file, fault.line, fault.message))
    if not more:
        return first
    return replace(first, message=f"{first.message} (and {len(more)} more in this account)")
