"""Where a ledger is: the address as typed, the one SQLAlchemy takes, and what is shown of it."""

from pathlib import Path
from typing import Final

from msgspec import Struct
from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from engine.foundation import codes
from engine.foundation.places import Place
from engine.foundation.problems import InputUnreadable, problem

_STORES: Final = {
    "sqlite": "sqlite", "postgresql": "postgresql+psycopg", "postgres": "postgresql+psycopg",
    "postgresql+psycopg": "postgresql+psycopg",
}  # fmt: skip
_FORMS: Final = "write it as folder/ledger.db, sqlite:///folder/ledger.db or postgresql://USER@HOST/DATABASE"


class Address(Struct, frozen=True):
    """A ledger's address. ``shown`` holds neither user nor password; ``file`` is that of a SQLite ledger."""

    url: URL
    shown: str
    file: Path | None

    @classmethod
    def of(cls, written: str | Path) -> "Address":
        """The address in a path or URL; raises ``InputUnreadable`` for what is neither."""
        text = str(written)
        if "://" not in text:
            return cls._of_file(text)
        try:
            url = make_url(text)
            store = _STORES[url.drivername]
        except (ArgumentError, KeyError, ValueError):
            # The words of the library would repeat the address, password and all.
            raise _no_address(text) from None
        if store == "sqlite":
            return cls._of_file(url.database or "")
        host = url.host or url.query.get("host") or "localhost"
        return cls(url.set(drivername=store), f"postgresql://{host}/{url.database or ''}", None)

    @classmethod
    def _of_file(cls, path: str) -> "Address":
        if path in ("", ":memory:"):
            raise _no_address("sqlite://")
        return cls(URL.create("sqlite", database=path), path, Path(path))


def _no_address(text: str) -> InputUnreadable:
    scheme = text.partition("://")[0]
    message = f"this is no address of a ledger: {scheme}://…"
    return InputUnreadable([problem(codes.LEDGER_UNUSABLE, Place(""), message, _FORMS)])
