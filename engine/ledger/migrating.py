"""Brings a database to this version's tables, under a lock, with Alembic; its revisions lie in ``migrations``."""

from pathlib import Path
from typing import Final

from sqlalchemy import Column, Connection, MetaData, Table, Text, inspect, select

from engine.foundation import codes
from engine.foundation.places import Place
from engine.foundation.problems import InputUnreadable, problem
from engine.ledger.tables import METADATA

VERSION: Final = "0001"
"""The newest revision; a ledger of it is opened without loading Alembic."""

VERSION_TABLE: Final = "ledger_version"

_REVISIONS: Final = Path(__file__).parent / "migrations"
_VERSIONS: Final = Table(VERSION_TABLE, MetaData(), Column("version_num", Text))


def version_of(connection: Connection) -> str | None:
    """The version of the ledger in a database; none where there is no ledger."""
    if not inspect(connection).has_table(VERSION_TABLE):
        return None
    return connection.execute(select(_VERSIONS.c.version_num)).scalar_one_or_none()


def migrate(connection: Connection, shown: str) -> None:
    """Makes the tables, or changes those of an older version; raises ``InputUnreadable`` where that can't be.

    The connection is in a transaction that holds the ledger's lock. ``shown`` names the ledger in messages.
    """
    version = version_of(connection)
    if version == VERSION:
        return
    if version is None:
        _check_free(connection, shown)
    elif not _is_known(version):
        message = f"this ledger is of version {version}, and this program knows versions up to {VERSION}"
        hint = "upgrade the program: pip install --upgrade playbook-engine"
        raise InputUnreadable([problem(codes.LEDGER_NEWER, Place(shown), message, hint)])
    _upgrade(connection)


def _is_known(version: str) -> bool:
    return any(each.name.startswith(f"v{version}_") for each in (_REVISIONS / "versions").iterdir())


def _check_free(connection: Connection, shown: str) -> None:
    """A database that holds something else is left alone."""
    taken = sorted({*inspect(connection).get_table_names()} & {*METADATA.tables})
    if taken:
        message = f"this database is no ledger, and has tables of its own called {', '.join(taken)}"
        raise InputUnreadable([problem(codes.LEDGER_UNUSABLE, Place(shown), message, "name another database")])


def _upgrade(connection: Connection) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(_REVISIONS).replace("%", "%%"))
    command.upgrade(config, "head")
