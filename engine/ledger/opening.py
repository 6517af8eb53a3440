"""``open_ledger``: from an address to a ledger that is ready, in a file (SQLite) or on a server (PostgreSQL)."""

import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import Connection, Engine, create_engine, event, text

from engine.ledger.address import Address
from engine.ledger.failures import told, unusable
from engine.ledger.ledger import Ledger
from engine.ledger.migrating import VERSION, migrate, version_of
from engine.ledger.store import Store

if TYPE_CHECKING:
    from sqlite3 import Connection as SqliteConnection

_SECONDS_TO_CONNECT: Final = 10
_SECONDS_LOCKED: Final = 60
"""How long a writer waits for another."""


def open_ledger(url: str | Path, *, must_exist: bool = False) -> Ledger:
    """The ledger at a path (SQLite) or URL (``sqlite:///…``, ``postgresql://…``), made or migrated where needed.

    With ``must_exist`` a ledger that is not there is not made. Raises ``InputUnreadable`` where it can't be used.
    """
    address = Address.of(url)
    if address.file is not None:
        _check_folder(address, must_exist)
    with told(address):
        store = Store(address, _engine(address))
    try:
        _make_ready(store, must_exist)
    except BaseException:
        store.close()
        raise
    return Ledger(store)


def _check_folder(address: Address, must_exist: bool) -> None:
    assert address.file is not None  # noqa: S101 - the caller has seen to it
    there = address.file.exists()
    if there and not address.file.is_file():
        raise unusable(address, "this is no file", "name the file itself: folder/ledger.db")
    if not there and must_exist:
        raise unusable(address, "there is no ledger here", "`playbook apply --ledger` makes one")
    try:
        address.file.parent.mkdir(parents=True, exist_ok=True)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise unusable(address, f"its folder can't be made: {reason}") from error


def _make_ready(store: Store, must_exist: bool) -> None:
    with store.reading() as connection:
        version = version_of(connection)
    if version == VERSION:
        return
    if version is None and must_exist:
        raise unusable(store.address, "there is no ledger here", "`playbook apply --ledger` makes one")
    with store.writing() as connection:
        migrate(connection, store.address.shown)


def _engine(address: Address) -> Engine:
    if address.file is not None:
        return _sqlite(address)
    try:
        import psycopg  # noqa: F401 - only to say in time that it is missing
    except ImportError as error:
        hint = "install it: pip install 'playbook-engine[postgres]'"
        raise unusable(address, "PostgreSQL needs the library psycopg, which is not installed", hint) from error
    options = {"connect_timeout": _SECONDS_TO_CONNECT, "application_name": "playbook"}
    engine = create_engine(address.url, connect_args=options, pool_pre_ping=True, hide_parameters=True)

    @event.listens_for(engine, "begin")
    def begun(connection: Connection) -> None:
        options = connection.get_execution_options()
        if options.get(Store.WRITES):
            connection.execute(text("SELECT pg_advisory_xact_lock(7310568112)"))  # the ledger's, of nothing else
        elif not options.get(Store.ALONE):
            connection.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY"))

    return engine


def _sqlite(address: Address) -> Engine:
    engine = create_engine(address.url, connect_args={"timeout": _SECONDS_LOCKED}, hide_parameters=True)

    @event.listens_for(engine, "connect")
    def connected(raw: "SqliteConnection", _: Any) -> None:
        raw.isolation_level = None  # transactions are begun below
        # A damaged text is read as it is: whoever verifies names it.
        raw.text_factory = lambda stored: stored.decode("utf-8", "surrogateescape")
        _as_wal(raw)
        raw.execute("PRAGMA synchronous=FULL")
        raw.execute("PRAGMA foreign_keys=ON")
        raw.execute("PRAGMA secure_delete=ON")

    @event.listens_for(engine, "begin")
    def begun(connection: Connection) -> None:
        options = connection.get_execution_options()
        if not options.get(Store.ALONE):
            connection.exec_driver_sql("BEGIN IMMEDIATE" if options.get(Store.WRITES) else "BEGIN")

    return engine


def _as_wal(raw: "SqliteConnection") -> None:
    """Readers and a writer at once. Changing to it does not wait for others of its own accord."""
    from sqlite3 import OperationalError as Busy

    end = time.monotonic() + _SECONDS_LOCKED
    while True:
        try:
            raw.execute("PRAGMA journal_mode=WAL").fetchone()
        except Busy as error:
            if "locked" not in str(error) or time.monotonic() > end:
                raise
            time.sleep(0.01)
        else:
            return
