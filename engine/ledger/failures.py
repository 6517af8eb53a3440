"""What a database says when it fails, as a problem that a person can read; nothing of an address but what is shown."""

from collections.abc import Iterator
from contextlib import contextmanager
from sqlite3 import Error as SqliteError
from typing import Final

from sqlalchemy.exc import SQLAlchemyError

from engine.foundation import codes
from engine.foundation.places import Place
from engine.foundation.problems import InputUnreadable, problem
from engine.ledger.address import Address

_HINTS: Final = (
    ("is not a database", "name a file that is a ledger, or one that is not there yet"),
    ("unable to open database file", "see whether the folder is there and may be written to"),
    ("readonly database", "see whether the file and its folder may be written to"),
    ("disk is full", "make room on the disk and run it again: what was written before is whole"),
    ("no space left", "make room on the server's disk and run it again: what was written before is whole"),
    ("is locked", "another process has been writing for long; run it again when that is done"),
    ("malformed", "the file is damaged; take it from a backup, and verify that"),
    ("connection refused", "see whether the server runs, and whether host and port are right"),
    ("no such file or directory", "see whether the server runs, and whether host and port are right"),
    ("authentication failed", "see user and password; a password can stand in ~/.pgpass"),
    ("does not exist", "make the database first: createdb NAME"),
)
"""What to do about it, by words of SQLite, PostgreSQL and libpq."""


@contextmanager
def told(address: Address) -> Iterator[None]:
    """Turns what the database raises into ``InputUnreadable``."""
    try:
        yield
    except (SQLAlchemyError, SqliteError) as error:
        raise unusable(address, _reason(error)) from error


def unusable(address: Address, reason: str, hint: str | None = None) -> InputUnreadable:
    """That a ledger can't be used, and why; the password of its address is taken out of the reason."""
    password = address.url.password
    safe = reason.replace(str(password), "…") if password else reason
    lower = safe.lower()
    cure = hint or next((advice for words, advice in _HINTS if words in lower), None)
    return InputUnreadable([problem(codes.LEDGER_UNUSABLE, Place(address.shown), f"the ledger: {safe}", cure)])


def _reason(error: Exception) -> str:
    """The first line of what the driver said: never SQL, never values."""
    said = str(_driver_error(error)).strip()
    return said.splitlines()[0] if said else type(error).__name__


def _driver_error(error: Exception) -> object:
    return (getattr(error, "orig", None) or type(error).__name__) if isinstance(error, SQLAlchemyError) else error
