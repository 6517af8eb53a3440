"""Tables and queries of PostgreSQL. Needs psycopg (the extra ``postgres``).

Where the database is, and who asks, stands in an environment variable that the mapping names: no password comes into
a file, a log or a message. Everything is read as of one moment, in a transaction that can change nothing.
"""

import os
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

from engine.foundation.problems import InputUnreadable
from engine.snapshots.tables import ValueTable, not_installed, unusable

if TYPE_CHECKING:
    from psycopg import Connection
    from psycopg.abc import Buffer

_SECONDS_TO_CONNECT: Final = 10
_AT_ONCE: Final = 5_000


class PostgresDatabase:
    """The database whose address the environment variable ``variable`` holds; closed by its owner."""

    def __init__(self, variable: str) -> None:
        self.file = variable
        url = os.environ.get(variable)
        if not url:
            hint = f"export {variable}='postgresql://USER@HOST/DATABASE'; a password can stand in ~/.pgpass"
            raise unusable(variable, 0, f"the environment variable {variable} is not set", hint)
        self._connection = self._connected(url)

    def close(self) -> None:
        """Ends the transaction and the connection."""
        self._connection.close()

    def table(self, name: str) -> ValueTable:
        """The table of that name, ``schema.table`` or ``table``, in a lasting order; raises ``InputUnreadable``."""
        from psycopg.sql import SQL, Identifier

        quoted = SQL('SELECT * FROM {0} AS whole ORDER BY whole::text COLLATE "C"').format(Identifier(*name.split(".")))
        return self._asked(name, quoted.as_string(self._connection))

    def query(self, text: str) -> ValueTable:
        """The rows of a query; raises ``InputUnreadable``."""
        return self._asked("query", text)

    def _asked(self, part: str, query: str) -> ValueTable:
        with self._told():
            # A prepared statement is one statement, and in brackets it can only be one that reads.
            found = self._connection.execute(f"{_inner(query)} LIMIT 0".encode(), prepare=True)
        columns = [column.name for column in found.description or ()]
        return ValueTable(f"{self.file}#{part}", columns, lambda: self._values(query))

    def _values(self, query: str) -> Iterator[tuple[Any, ...]]:
        with self._connection.cursor(name="playbook") as cursor:
            with self._told():
                cursor.execute(_inner(query).encode())
            while True:
                with self._told():
                    some = cursor.fetchmany(_AT_ONCE)
                if not some:
                    return
                yield from some

    def _connected(self, url: str) -> "Connection[Any]":
        try:
            import psycopg
        except ImportError as error:
            raise not_installed(self.file, "psycopg", "postgres") from error
        options: dict[str, Any] = {"connect_timeout": _SECONDS_TO_CONNECT, "application_name": "playbook"}
        try:
            known = psycopg.conninfo.conninfo_to_dict(url)
        except psycopg.Error:
            # Its own words would repeat the address, password and all.
            hint = "write it as postgresql://USER@HOST/DATABASE"
            raise unusable(self.file, 0, f"what stands in {self.file} is no address of a database", hint) from None
        with self._told():
            connection = psycopg.connect(**{**options, **known})
        connection.read_only = True
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        _keep_odd_dates(connection)
        return connection

    def _told(self) -> "_Told":
        return _Told(self.file)


class _Told:
    """Turns psycopg's errors into problems; their first line never holds a password."""

    def __init__(self, file: str) -> None:
        self._file = file

    def __enter__(self) -> None:
        pass

    def __exit__(self, _: object, error: BaseException | None, __: object) -> None:
        from psycopg import Error

        if isinstance(error, Error):
            raise self._failure(error) from error

    def _failure(self, error: Exception) -> InputUnreadable:
        reason = (str(error).splitlines() or [type(error).__name__])[0]
        return unusable(self._file, 0, f"the database can't be read: {reason}")


def _inner(query: str) -> str:
    # On lines of its own, since the query may end in a comment.
    return f"SELECT * FROM (\n{query.strip().rstrip(';')}\n) AS source"  # noqa: S608 - the mapping's author wrote it


def _keep_odd_dates(connection: "Connection[Any]") -> None:
    """Days Python does not know, such as `infinity`, become texts, which fail their account and not the query."""
    from psycopg import DataError
    from psycopg.types.datetime import DateLoader, TimestampLoader, TimestamptzLoader

    for kind, loader in {"date": DateLoader, "timestamp": TimestampLoader, "timestamptz": TimestamptzLoader}.items():

        def load(self: Any, data: "Buffer", known: Any = loader.load) -> Any:
            try:
                return known(self, data)
            except DataError:
                return bytes(data).decode()

        connection.adapters.register_loader(kind, type(f"Lenient{loader.__name__}", (loader,), {"load": load}))
