"""``Batch``: one transaction's events, collected, then written with every row they change and a link of the chain."""

import secrets
from collections.abc import Callable, Iterable, Iterator
from typing import Final, Literal

from msgspec import Struct
from sqlalchemy import Connection, Table, func, insert, select

from engine.ledger.chain import GENESIS, SALT_BYTES, Link, Record, digest_of, root_of, seal_of
from engine.ledger.entries import Blob, Entry, Key
from engine.ledger.projecting import (
    Row,
    Rows,
    fact_row,
    held_by,
    holding_row,
    mail_row,
    step,
    subject_row,
    wide_row,
    work_row,
)
from engine.ledger.store import chunks, remove, upsert
from engine.ledger.stored import Written, encoded, fact_from, instant, packed, unpacked
from engine.ledger.tables import LEASE, batches, blobs, events, facts, holdings, mail, subjects, work
from engine.lifecycle.events import AccountEvent, LedgerEvent
from engine.lifecycle.facts import Fact, FactKind, account_of, fact_after, fact_named
from engine.lifecycle.state import LEDGER_WIDE, AccountState

_NO_LEASE: Final[Row] = dict.fromkeys(LEASE)


class Subject(Struct):
    """An account under a playbook as the batch knows it: its number, and how many events it has."""

    number: int
    version: int


class Batch:
    """A batch while it is put together, alone with the ledger."""

    def __init__(self, connection: Connection, keys: Iterable[Key], run: str | None) -> None:
        self._connection = connection
        self._run = run
        last = connection.execute(select(batches).order_by(batches.c.number.desc()).limit(1)).one_or_none()
        self._number: Final[int] = last.number + 1 if last else 1
        self.head: str = last.head if last else GENESIS
        self._sequence: int = connection.scalar(select(func.coalesce(func.max(events.c.sequence), 0))) or 0
        self._subjects = dict(_known(connection, keys))
        self._next_subject: int = (connection.scalar(select(func.coalesce(func.max(subjects.c.number), 0))) or 0) + 1
        self._states: dict[int, AccountState] = {}
        self._rows: dict[int, Rows] = {}
        self._wide: dict[int, Row] = {}
        self._facts: dict[tuple[int, FactKind, str], Fact | None] = {}
        self._events: list[Row] = []
        self._blobs: dict[str, Row] = {}
        self._holdings: dict[tuple[str, int], Row] = {}

    @property
    def count(self) -> int:
        """How many events it holds."""
        return len(self._events)

    def add(self, entry: Entry) -> AccountState | None:
        """The state once the entry has happened; none if its account has moved on since ``before``."""
        subject = self._subject(entry.key)
        if subject.version != entry.before.version:
            return None
        rows, state = self._rows.setdefault(subject.number, Rows()), entry.before
        for event in entry.events:
            state = step(state, event, rows)
            self._record(entry.key, event)
        self._states[subject.number] = state
        self.keep(entry.blobs)
        return state

    def declare(self, event: LedgerEvent) -> None:
        """Adds what happened to no account of one playbook alone."""
        account = account_of(event)
        subject = self._subject((LEDGER_WIDE, account))
        self._record((LEDGER_WIDE, account), event)
        self._wide[subject.number] = wide_row(subject.number, account, subject.version)
        named = fact_named(event)
        if named is not None:
            key = (subject.number, *named)
            known = self._facts[key] if key in self._facts else self._stored_fact(key)
            self._facts[key] = fact_after(known, event)

    def write(self) -> str:
        """Writes everything; the new head of the chain."""
        if not self._events:
            return self.head
        self._write_rows()
        self._insert(events, self._events)
        link = Link(
            self._number, self.head, root_of([each["digest"] for each in self._events]), len(self._events),
            max(each["at"] for each in self._events), self._run,
        )  # fmt: skip
        row = {"number": link.number, "previous": link.previous, "root": link.root, "head": link.head}
        self._insert(batches, [{**row, "at": link.at, "run": link.run, "count": link.count}])
        self.head = link.head
        return link.head

    # -- collecting ---------------------------------------------------------------------------------

    def _subject(self, key: Key) -> Subject:
        if key not in self._subjects:
            self._subjects[key] = Subject(self._next_subject, 0)
            self._next_subject += 1
        return self._subjects[key]

    def _record(self, key: Key, event: AccountEvent | LedgerEvent) -> None:
        subject = self._subject(key)
        self._sequence += 1
        subject.version += 1
        payload, salt = encoded(Written(*key, event)), secrets.token_bytes(SALT_BYTES)
        seal, kind = seal_of(salt, payload), str(event.__struct_config__.tag)
        record = Record(self._sequence, subject.number, kind, instant(event.at))
        self._events.append({
            "sequence": record.sequence, "batch": self._number, "subject": record.subject, "kind": kind,
            "at": record.at, "seal": seal, "digest": digest_of(record, seal), "salt": salt, "payload": packed(payload),
        })  # fmt: skip
        for held, digest in held_by(event):
            row = holding_row(subject.number, held, digest, record.at)
            known = self._holdings.get((digest, subject.number), row)
            self._holdings[digest, subject.number] = max(row, known, key=lambda each: str(each["at"]))

    def keep(self, kept: Iterable[Blob]) -> None:
        """Adds blobs; those that no event of the batch refers to are not stored."""
        for each in kept:
            digest = each.digest
            if digest not in self._blobs:
                self._blobs[digest] = {"digest": digest, "kind": each.kind, "payload": packed(each.payload)}

    def _stored_fact(self, key: tuple[int, FactKind, str]) -> Fact | None:
        number, kind, name = key
        found = self._connection.scalar(
            select(facts.c.body).where(facts.c.subject == number, facts.c.kind == kind, facts.c.name == name)
        )
        return None if found is None else fact_from(unpacked(found))

    # -- writing ------------------------------------------------------------------------------------

    def _write_rows(self) -> None:
        known = [subject_row(number, state) for number, state in self._states.items()]
        upsert(self._connection, subjects, [*known, *self._wide.values()])
        self._write_kept(work, self._changed("work", work_row))
        self._write_kept(mail, self._changed("mail", mail_row))
        found = [fact_row(*key, fact) for key, fact in self._facts.items() if fact is not None]
        upsert(self._connection, facts, found)
        self._write_blobs()
        upsert(self._connection, holdings, self._holding_rows())

    def _changed(self, name: Literal["work", "mail"], row: Callable[..., Row]) -> dict[tuple[int, str], Row | None]:
        """The new rows of a table by subject and id; none for those that are gone."""
        found = ((number, getattr(rows, name)) for number, rows in self._rows.items())
        return {
            (number, key): None if each is None else row(number, *each)
            for number, changed in found
            for key, each in changed.items()
        }

    def _write_kept(self, table: Table, changed: dict[tuple[int, str], Row | None]) -> None:
        gone = [{"subject": subject, "id": name} for (subject, name), row in changed.items() if row is None]
        remove(self._connection, table, gone)
        rows = [row for row in changed.values() if row is not None]
        # Whoever hands a message over keeps the lease; whatever else becomes of it, the lease is over.
        held = [row for row in rows if row.get("state") == "sending"]
        free = [row | _NO_LEASE if table is mail else row for row in rows if row.get("state") != "sending"]
        upsert(self._connection, table, held)
        upsert(self._connection, table, free)

    def _write_blobs(self) -> None:
        there: set[str] = set()
        held = {digest for digest, _ in self._holdings}
        for some in chunks(self._blobs):
            there.update(self._connection.scalars(select(blobs.c.digest).where(blobs.c.digest.in_(some))))
        self._insert(blobs, [row for digest, row in self._blobs.items() if digest in held - there])

    def _holding_rows(self) -> list[Row]:
        """Those of this batch; none goes back in time."""
        for some in chunks(self._holdings):
            digests, numbers = {digest for digest, _ in some}, {subject for _, subject in some}
            # By both: many accounts share a blob, such as the empty history.
            known = select(holdings).where(holdings.c.subject.in_(numbers), holdings.c.digest.in_(digests))
            for row in self._connection.execute(known):
                mine = self._holdings.get((row.digest, row.subject))
                if mine is not None:
                    mine["at"] = max(mine["at"], row.at)
        return list(self._holdings.values())

    def _insert(self, table: Table, rows: list[Row]) -> None:
        if rows:
            self._connection.execute(insert(table), rows)


def _known(connection: Connection, keys: Iterable[Key]) -> Iterator[tuple[Key, Subject]]:
    by_playbook: dict[str, list[str]] = {}
    for playbook, account in keys:
        by_playbook.setdefault(playbook, []).append(account)
    columns = (subjects.c.playbook, subjects.c.account, subjects.c.number, subjects.c.version)
    for playbook, accounts in by_playbook.items():
        for some in chunks(accounts):
            asked = select(*columns).where(subjects.c.playbook == playbook, subjects.c.account.in_(some))
            for row in connection.execute(asked):
                yield (row.playbook, row.account), Subject(row.number, row.version)
