"""What a mapping says of one table: where its rows are kept, whose they are, and since when they are known."""

from pathlib import PurePath
from typing import Final, Literal

from msgspec import Struct

from engine.foundation.places import Place
from engine.snapshots.mapping_forms import NOWHERE, ColumnOr, DateFormats, Sign, Variable

SourceKind = Literal["text file", "workbook", "Parquet file", "SQLite database", "database"]

SUFFIXES: Final[dict[str, SourceKind]] = {
    ".csv": "text file", ".tsv": "text file", ".txt": "text file",
    ".xlsx": "workbook", ".xlsm": "workbook",
    ".parquet": "Parquet file", ".pq": "Parquet file",
    ".db": "SQLite database", ".sqlite": "SQLite database", ".sqlite3": "SQLite database",
}  # fmt: skip

FITTING: Final[dict[SourceKind, tuple[str, ...]]] = {
    "text file": ("encoding", "delimiter", "header"),
    "workbook": ("sheet", "header"),
    "Parquet file": (),
    "SQLite database": ("table", "query"),
    "database": ("table", "query"),
}
"""What can be said of each kind of source, beside ``account`` and ``recorded_at``."""


class Moment(ColumnOr, frozen=True, kw_only=True):
    """A date or instant of the row, since when something is known. A name alone may be a mapped field's too."""

    format: DateFormats | None = None


class AccountKey(ColumnOr, frozen=True, kw_only=True):
    """The column that holds the account's id; with ``through``, the id of a row of that table, in its ``key``."""

    through: str | None = None
    key: str | None = None


class TableSource(Struct, frozen=True, kw_only=True):
    """One table: where it is, whose account a row is, and when a row came to be known (default: always known).

    It is a ``file`` (CSV, a ``sheet`` of a workbook, Parquet, a ``table`` or ``query`` of SQLite), or a ``table`` or
    ``query`` of the PostgreSQL ``database`` whose address stands in the environment variable of that name. The first
    filled row from row ``header`` on names the columns.
    """

    account: AccountKey
    file: str | None = None
    sheet: str | None = None
    header: int | None = None
    database: Variable | None = None
    table: str | None = None
    query: str | None = None
    place: Place = NOWHERE
    encoding: Literal["utf-8", "gb18030", "gbk"] | None = None
    delimiter: Sign | None = None
    recorded_at: Moment | None = None

    @property
    def kind(self) -> SourceKind | None:
        """What keeps the rows; none where the file's name does not tell."""
        return "database" if self.file is None else SUFFIXES.get(PurePath(self.file).suffix.lower())

    @property
    def name(self) -> str:
        """What the mapping's problems call the table."""
        return self.sheet or self.table or self.file or self.database or ""
