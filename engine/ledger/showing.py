"""``shown``: what is stored under an id: a blob, a run, or every record that names an action or a message."""

from collections.abc import Iterator
from typing import Any, Final

import msgspec
from msgspec import Struct
from sqlalchemy import Connection, select

from engine.ledger.ledger import Ledger
from engine.ledger.stored import unpacked
from engine.ledger.tables import blobs, events, facts, holdings, mail, subjects, work

_SHORTEST: Final = 6
_PREFIX: Final = "sha256:"


class Shown(Struct, frozen=True, kw_only=True):
    """A record that names what was asked for; ``event`` are the bytes of its payload."""

    sequence: int
    batch: int
    at: str
    written: msgspec.Raw


def shown(ledger: Ledger, name: str) -> list[bytes]:
    """The bytes stored under a digest (or its beginning), or of a run, or every record that names an action, a message
    or an account; nothing where nothing is."""
    digests = digests_like(ledger, name)
    with ledger.store.reading() as connection:
        return list(_blob(connection, digests)) or list(_run(connection, name)) or list(_records(connection, name))


def digests_like(ledger: Ledger, name: str) -> list[str]:
    """The digests that begin with ``name``, with or without ``sha256:``, of what records refer to; of at least six
    digits."""
    digits = name.removeprefix(_PREFIX)
    if len(digits) < _SHORTEST:
        return []
    alike = holdings.c.digest.startswith(_PREFIX + digits, autoescape=True)
    with ledger.store.reading() as connection:
        return sorted(connection.scalars(select(holdings.c.digest).where(alike).distinct()))


def _blob(connection: Connection, digests: list[str]) -> Iterator[bytes]:
    for payload in connection.scalars(select(blobs.c.payload).where(blobs.c.digest.in_(digests))):
        yield unpacked(payload)


def _run(connection: Connection, name: str) -> Iterator[bytes]:
    asked = select(facts.c.body).where(facts.c.kind == "run", facts.c.name == name)
    yield from (unpacked(body) for body in connection.scalars(asked))


def _records(connection: Connection, name: str) -> Iterator[bytes]:
    for subject in sorted(set(_subjects_of(connection, name))):
        asked = select(events).where(events.c.subject == subject, events.c.payload.is_not(None))
        for row in connection.execute(asked.order_by(events.c.sequence)).all():
            payload = unpacked(row.payload)
            if f'"{name}"'.encode() in payload:
                record = Shown(sequence=row.sequence, batch=row.batch, at=row.at, written=msgspec.Raw(payload))
                yield msgspec.json.encode(record)


def _subjects_of(connection: Connection, name: str) -> Iterator[Any]:
    for table in (work, mail):
        yield from connection.scalars(select(table.c.subject).where(table.c.id == name))
    yield from connection.scalars(select(subjects.c.number).where(subjects.c.account == name))
