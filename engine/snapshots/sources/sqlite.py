"""Tables and queries of SQLite databases. The file is opened for reading only, and trusted with nothing."""

import sqlite3
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from engine.foundation.problems import InputUnreadable, did_you_mean
from engine.snapshots.tables import ValueTable, missing, unusable

MOST_STEPS: Final = 5_000_000_000
"""Steps of SQLite's machine that reading one database may take: a view can be written that never ends."""

_STEPS_AT_ONCE: Final = 1_000_000
_HEADER: Final = b"SQLite format 3\x00"
_ALLOWED: Final = {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_FUNCTION, 33}
"""33 is SQLITE_RECURSIVE, which Python does not name."""


class SqliteDatabase:
    """A database file; closed by its owner. All tables are read as of one moment."""

    def __init__(self, path: Path) -> None:
        self.file = str(path)
        _check_header(path)
        try:
            self._connection = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True, isolation_level=None)
            self._connection.execute("PRAGMA query_only = ON")
            self._connection.execute("PRAGMA trusted_schema = OFF")
            self._connection.execute("BEGIN")
        except sqlite3.Error as error:
            raise self._failed(error) from error
        self._connection.text_factory = _text
        self._connection.set_authorizer(_only_reading)
        self._steps = 0
        self._connection.set_progress_handler(self._counted, _STEPS_AT_ONCE)

    def close(self) -> None:
        """Lets the file go."""
        self._connection.close()

    def table(self, name: str) -> ValueTable:
        """The table or view of that name, in a lasting order; raises ``InputUnreadable``."""
        known = dict(self._values("SELECT name, type FROM sqlite_master WHERE type IN ('table', 'view')"))
        if name not in known:
            raise unusable(self.file, 0, f"the database has no table `{name}`", did_you_mean(name, map(str, known)))
        quoted = '"' + name.replace('"', '""') + '"'
        every = f"SELECT * FROM {quoted}"  # noqa: S608 - quoted
        return self._asked(name, f"{every} ORDER BY {self._order(every, known[name] == 'view')}")

    def query(self, text: str) -> ValueTable:
        """The rows of a query; raises ``InputUnreadable``."""
        return self._asked("query", text)

    def _asked(self, part: str, query: str) -> ValueTable:
        columns = self._cursor(query).description or ()
        return ValueTable(f"{self.file}#{part}", [str(column[0]) for column in columns], lambda: self._values(query))

    def _cursor(self, query: str) -> sqlite3.Cursor:
        try:
            return self._connection.execute(query)
        except (sqlite3.Error, sqlite3.Warning) as error:
            raise self._failed(error) from error

    def _values(self, query: str) -> Iterator[tuple[Any, ...]]:
        try:
            yield from self._cursor(query)
        except sqlite3.Error as error:
            raise self._failed(error) from error

    def _order(self, every: str, view: bool) -> str:
        """The rowid where there is one, else every column: what lies in a view has no order of its own."""
        if not view:
            with suppress(sqlite3.Error):
                self._connection.execute(f"{every} ORDER BY rowid LIMIT 0")
                return "rowid"
        columns = self._cursor(f"{every} LIMIT 0").description
        return ", ".join(str(number) for number in range(1, len(columns) + 1))

    def _counted(self) -> int:
        self._steps += _STEPS_AT_ONCE
        return self._steps > MOST_STEPS

    def _failed(self, error: Exception) -> InputUnreadable:
        words = f"it takes over {MOST_STEPS:,} steps" if str(error) == "interrupted" else str(error)
        return unusable(self.file, 0, f"the database can't be read: {words}")


def _only_reading(action: int, *_: object) -> int:
    return sqlite3.SQLITE_OK if action in _ALLOWED else sqlite3.SQLITE_DENY


def _text(data: bytes) -> str | bytes:
    """Texts that are no UTF-8 stay bytes, which fail their field and not the whole table."""
    try:
        return data.decode()
    except UnicodeDecodeError:
        return data


def _check_header(path: Path) -> None:
    try:
        with path.open("rb") as stream:
            head = stream.read(len(_HEADER))
    except OSError as error:
        raise missing(str(path), error) from error
    if head and head != _HEADER:
        raise unusable(str(path), 0, "the file is no SQLite database, or encrypted")
