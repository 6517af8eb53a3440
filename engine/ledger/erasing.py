"""Taking out of a ledger for good: what is known of an account (``erase``), what only plans made again need
(``compact``). Both are events themselves, and ``verify`` goes by them."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from msgspec import Struct
from sqlalchemy import Connection, delete, exists, select, text, update

from engine.foundation.canonical import reader
from engine.ledger.entries import COMPACTED_KINDS, Appended
from engine.ledger.ledger import Ledger
from engine.ledger.projecting import erased_row
from engine.ledger.store import Store, chunks
from engine.ledger.stored import fact_from, instant, unpacked, written_from
from engine.ledger.tables import METADATA, blobs, events, facts, holdings, mail, subjects, work
from engine.ledger.writing import Batch
from engine.lifecycle.events import Compacted, Erased, LedgerEvent, Silenced
from engine.lifecycle.facts import Silence
from engine.lifecycle.state import LEDGER_WIDE


def erase(ledger: Ledger, account: str, *, at: datetime, by: str, why: str) -> Appended | None:
    """Takes out everything that is stored of an account, under every playbook; none if nothing is.

    What was written of it stays as a record without payload and salt, so that the chain holds and nobody can guess what
    it said. Its name is gone from every table and from the file. A silence that names others too is written anew
    without it.
    """
    with ledger.store.writing() as connection:
        numbers = list(connection.scalars(select(subjects.c.number).where(subjects.c.account == account)))
        silences = _naming(connection, account)
        if not numbers and not silences:
            return None
        batch = Batch(connection, {(LEDGER_WIDE, LEDGER_WIDE)}, None)
        said = _said_of_silences(connection, {each.id for each in silences})
        for number in numbers or [0]:
            batch.declare(Erased(at=at, by=by, why=why, subject=number, records=said))
        _forget_silences(connection, {each.id for each in silences})
        for event in _without(silences, account, at):
            batch.declare(event)
        head = batch.write()
        _forget(connection, numbers, said, account)
    scrub(ledger.store)
    return Appended(head=head, events=batch.count, states={})


def compact(ledger: Ledger, before: datetime, *, at: datetime, by: str) -> Appended:
    """Drops snapshots, plans, histories and contexts that nothing written at or after ``before`` refers to."""
    with ledger.store.writing() as connection:
        batch = Batch(connection, {(LEDGER_WIDE, LEDGER_WIDE)}, None)
        batch.declare(Compacted(at=at, by=by, before=before))
        head = batch.write()
        newer = exists().where(holdings.c.digest == blobs.c.digest, holdings.c.at >= instant(before))
        connection.execute(delete(blobs).where(blobs.c.kind.in_(sorted(COMPACTED_KINDS)), ~newer))
    scrub(ledger.store)
    return Appended(head=head, events=batch.count, states={})


def scrub(store: Store) -> None:
    """Writes the database's files anew, so that what was deleted is in none of them."""
    with store.alone() as connection:
        if connection.dialect.name == "sqlite":
            connection.execute(text("VACUUM"))
            connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))
        else:
            for table in METADATA.sorted_tables:
                connection.execute(text(f"VACUUM FULL {table.name}"))


def _naming(connection: Connection, account: str) -> list[Silence]:
    """Silences that name the account, ended ones too."""
    found = (fact_from(unpacked(each)) for each in connection.scalars(_SILENCES))
    return [each for each in found if isinstance(each, Silence) and account in each.accounts]


_SILENCES = select(facts.c.body).where(facts.c.kind == "silence").order_by(facts.c.name)


def _said_of_silences(connection: Connection, silences: set[str]) -> tuple[int, ...]:
    """The records that set these silences."""
    if not silences:
        return ()
    set_ = select(events.c.sequence, events.c.payload).where(events.c.kind == "silenced", events.c.payload.is_not(None))
    found = ((row.sequence, written_from(unpacked(row.payload)).event) for row in connection.execute(set_))
    return tuple(number for number, said in found if isinstance(said, Silenced) and said.silence in silences)


def _forget_silences(connection: Connection, silences: set[str]) -> None:
    connection.execute(delete(facts).where(facts.c.kind == "silence", facts.c.name.in_(sorted(silences))))


def _without(silences: list[Silence], account: str, at: datetime) -> Iterator[LedgerEvent]:
    """Those that still hold for others, said again without the account; without any it would hold for all."""
    for each in silences:
        others = tuple(name for name in each.accounts if name != account)
        if others and each.holds_at(at):
            yield Silenced(
                at=at, by=each.by, silence=each.id, rules=each.rules, accounts=others, until=each.until, why=each.why
            )


def _forget(connection: Connection, numbers: Sequence[int], records: Sequence[int], account: str) -> None:
    nothing = {"salt": None, "payload": None}
    for some in chunks(records):
        connection.execute(update(events).where(events.c.sequence.in_(some)).values(nothing))
    connection.execute(update(events).where(events.c.subject.in_(numbers)).values(nothing))
    for table in (work, mail, facts, holdings):
        connection.execute(delete(table).where(table.c.subject.in_(numbers)))
    for number, version in connection.execute(
        select(subjects.c.number, subjects.c.version).where(subjects.c.number.in_(numbers))
    ).all():
        row = erased_row(number, version)
        connection.execute(update(subjects).where(subjects.c.number == number).values(row))
    connection.execute(delete(blobs).where(~exists().where(holdings.c.digest == blobs.c.digest)))
    kept = select(blobs.c.digest, blobs.c.payload).where(blobs.c.kind == "exception")
    of_account = [row.digest for row in connection.execute(kept) if _PART(unpacked(row.payload)).account == account]
    connection.execute(delete(blobs).where(blobs.c.digest.in_(of_account)))


class _Part(Struct, frozen=True):
    """A part of a context as far as it names an account."""

    account: str | None = None


_PART = reader(_Part).decode
