"""``Store``: the database behind a ledger, and its two kinds of transaction."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from typing import Any, Final, TypeVar

from sqlalchemy import Connection, Engine, Table, and_, bindparam, delete
from sqlalchemy.dialects import postgresql, sqlite

from engine.ledger.address import Address
from engine.ledger.failures import told

_T = TypeVar("_T")

AT_ONCE: Final = 500
"""How many keys stand in one ``IN`` list."""


class Store:
    """A database, at its address."""

    WRITES: Final = "ledger_writes"
    ALONE: Final = "ledger_alone"

    def __init__(self, address: Address, engine: Engine) -> None:
        self.address = address
        self.engine = engine
        self._writer = engine.execution_options(**{self.WRITES: True})

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A transaction that sees the ledger as of one moment."""
        with told(self.address), self.engine.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction alone with the ledger: it waits until no other writes, and is whole or nothing."""
        with told(self.address), self._writer.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def alone(self) -> Iterator[Connection]:
        """A connection without a transaction, for what can't be in one."""
        options = {} if self.engine.dialect.name == "sqlite" else {"isolation_level": "AUTOCOMMIT"}
        with told(self.address), self.engine.connect() as connection:
            yield connection.execution_options(**{self.ALONE: True}, **options)

    def close(self) -> None:
        """Ends every connection."""
        self.engine.dispose()


def chunks(keys: Iterable[_T], size: int = AT_ONCE) -> Iterator[list[_T]]:
    """Keys in lists of a length that every database takes."""
    rest = iter(keys)
    while some := list(islice(rest, size)):
        yield some


def upsert(connection: Connection, table: Table, rows: Sequence[dict[str, Any]]) -> None:
    """Writes rows by primary key, over those that are there; columns that rows don't name stay as they are."""
    if not rows:
        return
    keys = [each.name for each in table.primary_key]
    insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    statement = insert(table)
    changed = {name: statement.excluded[name] for name in rows[0] if name not in keys}
    connection.execute(statement.on_conflict_do_update(index_elements=keys, set_=changed), rows)


def remove(connection: Connection, table: Table, keys: Sequence[dict[str, Any]]) -> None:
    """Deletes the rows with these primary keys."""
    if not keys:
        return
    conditions = (table.c[name] == bindparam(f"key_{name}") for name in keys[0])
    named = [{f"key_{name}": value for name, value in each.items()} for each in keys]
    connection.execute(delete(table).where(and_(*conditions)), named)
