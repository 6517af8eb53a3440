"""The tables a mapping names, opened: each file and database once, however many tables are in it."""

from collections.abc import Callable
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any, Final, TypeVar, cast

from engine.snapshots.mapping_tables import SourceKind, TableSource
from engine.snapshots.sources.parquet import ParquetFile
from engine.snapshots.sources.postgres import PostgresDatabase
from engine.snapshots.sources.sqlite import SqliteDatabase
from engine.snapshots.sources.text_files import CsvTable
from engine.snapshots.sources.workbook import Workbook
from engine.snapshots.tables import Table

T = TypeVar("T")


class Opener:
    """Opens tables whose files lie in ``folder``; what has to be closed goes to ``resources``."""

    def __init__(self, folder: Path, resources: ExitStack) -> None:
        self._folder = folder
        self._resources = resources
        self._opened: dict[tuple[object, str], Any] = {}

    def table(self, source: TableSource) -> Table:
        """The table, its columns read; raises ``InputUnreadable``."""
        return _WAYS[cast("SourceKind", source.kind)](self, source)

    def path(self, source: TableSource) -> Path:
        """Where the table's file lies."""
        return self._folder / (source.file or "")

    def once(self, make: Callable[[Any], T], of: Path | str) -> T:
        """What ``make`` opens, once per file or database."""
        key = (make, str(of))
        if key not in self._opened:
            self._opened[key] = self._resources.enter_context(closing(cast("Any", make(of))))
        return cast("T", self._opened[key])


def _text_file(opener: Opener, source: TableSource) -> Table:
    path = opener.path(source)
    parting = "\t" if path.suffix.lower() == ".tsv" else ","
    return CsvTable(path, source.encoding or "utf-8", source.delimiter or parting, source.header or 1)


def _sheet(opener: Opener, source: TableSource) -> Table:
    return opener.once(Workbook, opener.path(source)).sheet(source.sheet, source.header or 1)


def _parquet(opener: Opener, source: TableSource) -> Table:
    return opener.once(ParquetFile, opener.path(source)).table()


def _sqlite(opener: Opener, source: TableSource) -> Table:
    return _asked(opener.once(SqliteDatabase, opener.path(source)), source)


def _postgres(opener: Opener, source: TableSource) -> Table:
    return _asked(opener.once(PostgresDatabase, source.database or ""), source)


def _asked(database: SqliteDatabase | PostgresDatabase, source: TableSource) -> Table:
    return database.table(source.table) if source.table is not None else database.query(source.query or "")


_WAYS: Final[dict[SourceKind, Callable[[Opener, TableSource], Table]]] = {
    "text file": _text_file,
    "workbook": _sheet,
    "Parquet file": _parquet,
    "SQLite database": _sqlite,
    "database": _postgres,
}
