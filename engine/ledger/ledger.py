"""``Ledger``: what is known of every account, its work and messages; written in batches, each a link of a chain."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from types import TracebackType
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, or_, select, update

from engine.ledger.chain import GENESIS
from engine.ledger.entries import Appended, Blob, Entry, KeptMail, KeptWork, Key
from engine.ledger.store import Store, chunks
from engine.ledger.stored import fact_from, history_from, instant, mail_from, reach_from, unpacked, work_from
from engine.ledger.tables import batches, blobs, facts, mail, subjects, work
from engine.ledger.writing import Batch
from engine.lifecycle.events import LedgerEvent
from engine.lifecycle.facts import Fact, FactKind, OptOut, Run, Silence, account_of
from engine.lifecycle.mail import Mail, MailState
from engine.lifecycle.state import LEDGER_WIDE, AccountState
from engine.lifecycle.work import Status, Work

_CLAIMED = ("approved", "failed", "drafted")


class Ledger:
    """A ledger that is open; safe to share between threads. Every method is a transaction of its own, raises
    ``InputUnreadable`` where the database fails, and reads no clock."""

    def __init__(self, store: Store) -> None:
        self.store = store

    def close(self) -> None:
        """Ends every connection."""
        self.store.close()

    def __enter__(self) -> "Ledger":
        return self

    def __exit__(self, _: type[BaseException] | None, __: BaseException | None, ___: TracebackType | None) -> None:
        self.close()

    # -- writing ------------------------------------------------------------------------------------

    def append(self, entries: Sequence[Entry], *, run: str | None = None) -> Appended:
        """Writes what happened, as one batch: all of it or nothing, but for entries whose account has another version
        than theirs ``before``; those are in ``conflicts``, and the others go through."""
        states: dict[Key, AccountState] = {}
        conflicts: dict[Key, None] = {}
        with self.store.writing() as connection:
            batch = Batch(connection, {each.key for each in entries}, run)
            for entry in entries:
                state = batch.add(entry)
                if state is None:
                    conflicts[entry.key] = None
                else:
                    states[entry.key] = state
            head = batch.write()
        return Appended(head=head, events=batch.count, states=states, conflicts=tuple(conflicts))

    def declare(self, events: Sequence[LedgerEvent], *, blobs: Iterable[Blob] = (), run: str | None = None) -> Appended:
        """Writes what happened to no account of one playbook alone, with the blobs it refers to."""
        with self.store.writing() as connection:
            batch = Batch(connection, {(LEDGER_WIDE, account_of(each)) for each in events}, run)
            for event in events:
                batch.declare(event)
            batch.keep(blobs)
            head = batch.write()
        return Appended(head=head, events=batch.count, states={})

    # -- accounts -----------------------------------------------------------------------------------

    def states(self, playbook: str, accounts: Iterable[str]) -> dict[str, AccountState]:
        """What is known of accounts under a playbook, by account; version 0 for one never seen."""
        found: dict[str, AccountState] = {}
        with self.store.reading() as connection:
            for some in chunks(dict.fromkeys(accounts)):
                known = {each.account: each for each in _states(connection, playbook, some)}
                found |= {each: known.get(each) or AccountState(playbook=playbook, account=each) for each in some}
        return found

    def accounts(self, playbook: str | None = None) -> list[Key]:
        """Every account that is known: playbook and account, in order."""
        asked = select(subjects.c.playbook, subjects.c.account)
        asked = asked.where(subjects.c.account.is_not(None), subjects.c.playbook != LEDGER_WIDE)
        if playbook is not None:
            asked = asked.where(subjects.c.playbook == playbook)
        with self.store.reading() as connection:
            return sorted((row.playbook, row.account) for row in connection.execute(asked))

    # -- work and messages --------------------------------------------------------------------------

    def work(
        self, *, playbook: str | None = None, account: str | None = None, owner: str | None = None,
        statuses: Iterable[Status] | None = None, due_before: datetime | None = None,
        step_before: datetime | None = None, id_prefix: str | None = None, archived: bool | None = False,
    ) -> list[KeptWork]:  # fmt: skip
        """The actions that fit all that is asked, by playbook, account and id.

        ``step_before``: an instant of escalation lies at or before it and is not past yet. ``archived`` ones have
        left their account's state; none asks for both.
        """
        conditions = [
            work.c.owner == owner if owner is not None else None,
            work.c.status.in_(list(statuses)) if statuses is not None else None,
            work.c.due_at <= instant(due_before) if due_before is not None else None,
            work.c.next_step_at <= instant(step_before) if step_before is not None else None,
            work.c.id.startswith(id_prefix, autoescape=True) if id_prefix is not None else None,
            work.c.archived == int(archived) if archived is not None else None,
            *_whose(playbook, account),
        ]
        asked = _asked(
            select(subjects.c.playbook, subjects.c.account, subjects.c.name, work.c.body), work.c.subject, conditions
        )
        with self.store.reading() as connection:
            found = [
                KeptWork(row.playbook, row.account, _work(row.body), row.name) for row in connection.execute(asked)
            ]
        return sorted(found, key=lambda each: (each.playbook, each.account, each.work.action.id))

    def mail(
        self, *, playbook: str | None = None, account: str | None = None, contact: str | None = None,
        states: Iterable[MailState] | None = None, due_before: datetime | None = None,
        sent_since: datetime | None = None, id_prefix: str | None = None, archived: bool | None = False,
    ) -> list[KeptMail]:  # fmt: skip
        """The messages that fit all that is asked, by playbook, account and id.

        ``due_before``: may go at or before it. What was ``sent_since`` counts in caps, ``archived`` or not: ask for
        none.
        """
        conditions = [
            mail.c.contact == contact if contact is not None else None,
            mail.c.state.in_(list(states)) if states is not None else None,
            mail.c.next_at <= instant(due_before) if due_before is not None else None,
            mail.c.sent_at >= instant(sent_since) if sent_since is not None else None,
            mail.c.id.startswith(id_prefix, autoescape=True) if id_prefix is not None else None,
            mail.c.archived == int(archived) if archived is not None else None,
            *_whose(playbook, account),
        ]
        with self.store.reading() as connection:
            found = list(_mail(connection, conditions))
        return sorted(found, key=lambda each: (each.playbook, each.account, each.mail.message.id))

    def claim(self, by: str, now: datetime, lease: timedelta, limit: int) -> list[KeptMail]:
        """Up to ``limit`` messages that need nobody's word and may go now, the earliest first; they are ``by``'s alone
        until the lease ends, and so are their accounts' others: whoever sends counts what a contact gets, alone."""
        free = or_(mail.c.leased_until.is_(None), mail.c.leased_until <= instant(now))
        waiting = [
            mail.c.state.in_(_CLAIMED), mail.c.may_go == 1, mail.c.archived == 0,
            mail.c.next_at <= instant(now), free, mail.c.subject.not_in(_taken_by_others(by, now)),
        ]  # fmt: skip
        with self.store.writing() as connection:
            found = select(mail.c.subject, mail.c.id).where(*waiting)
            keys = connection.execute(found.order_by(mail.c.next_at, mail.c.subject, mail.c.id).limit(limit)).all()
            claimed: list[KeptMail] = []
            for subject, name in keys:
                this = [mail.c.subject == subject, mail.c.id == name]
                claimed += _mail(connection, this)
                leased = {"leased_by": by, "leased_until": instant(now + lease)}
                connection.execute(update(mail).where(*this).values(leased))
        return claimed

    def release(self, by: str) -> None:
        """Ends every lease that ``by`` holds, for others to claim; what is ``sending`` keeps its own."""
        mine = [mail.c.leased_by == by, mail.c.state != "sending"]
        with self.store.writing() as connection:
            connection.execute(update(mail).where(*mine).values(leased_by=None, leased_until=None))

    def lost(self, now: datetime) -> list[KeptMail]:
        """Messages whose hand-over never came to an end: ``sending``, and the lease is over. Nobody knows whether they
        arrived."""
        over = or_(mail.c.leased_until.is_(None), mail.c.leased_until <= instant(now))
        with self.store.reading() as connection:
            return list(_mail(connection, [mail.c.state == "sending", over]))

    # -- beside accounts ----------------------------------------------------------------------------

    def silences(self, now: datetime | None = None) -> list[Silence]:
        """Silences by id: those that hold at ``now``, or all there ever were."""
        found = [each for each in self._facts("silence") if isinstance(each, Silence)]
        return [each for each in found if now is None or each.holds_at(now)]

    def opt_outs(self, accounts: Iterable[str] | None = None) -> list[OptOut]:
        """What contacts told us they want no more, by account, contact and channel; of all accounts without any."""
        found = [each for each in self._facts("opt_out", accounts) if isinstance(each, OptOut)]
        return sorted(found, key=lambda each: (each.account, each.contact, each.what))

    def runs(self, playbook: str | None = None) -> list[Run]:
        """Every run of a playbook, or of all, the latest first."""
        found = [each for each in self._facts("run") if isinstance(each, Run)]
        wanted = [each for each in found if playbook in (None, each.playbook)]
        return sorted(wanted, key=lambda each: (each.started.at, each.started.run), reverse=True)

    def _facts(self, kind: FactKind, accounts: Iterable[str] | None = None) -> list[Fact]:
        asked = select(facts.c.body).join(subjects, subjects.c.number == facts.c.subject)
        asked = asked.where(facts.c.kind == kind).order_by(facts.c.name)
        with self.store.reading() as connection:
            if accounts is None:
                return [fact_from(unpacked(body)) for body in connection.scalars(asked)]
            bodies: list[bytes] = []
            for some in chunks(dict.fromkeys(accounts)):
                bodies += connection.scalars(asked.where(subjects.c.account.in_(some)))
        return [fact_from(unpacked(body)) for body in bodies]

    def get(self, digest: str) -> bytes | None:
        """The stored bytes with this digest; none where they were never stored, or are gone."""
        with self.store.reading() as connection:
            found = connection.scalar(select(blobs.c.payload).where(blobs.c.digest == digest))
        return None if found is None else unpacked(found)

    @property
    def head(self) -> str:
        """The hash that everything written so far leads to."""
        with self.store.reading() as connection:
            last = select(batches.c.head).order_by(batches.c.number.desc()).limit(1)
            return connection.scalar(last) or GENESIS


def _taken_by_others(by: str, now: datetime) -> Select[Any]:
    """Accounts, under every playbook, of which somebody else holds a message."""
    theirs, held = subjects.alias(), mail.alias()
    taken = select(theirs.c.account).join(held, held.c.subject == theirs.c.number)
    taken = taken.where(held.c.leased_until > instant(now), held.c.leased_by != by)
    return select(subjects.c.number).where(subjects.c.account.in_(taken))


def _states(connection: Connection, playbook: str, accounts: list[str]) -> Iterator[AccountState]:
    rows = connection.execute(
        select(subjects).where(subjects.c.playbook == playbook, subjects.c.account.in_(accounts))
    ).all()
    numbers = [row.number for row in rows]
    works: dict[int, dict[str, Work]] = {number: {} for number in numbers}
    mails: dict[int, dict[str, Mail]] = {number: {} for number in numbers}
    for row in connection.execute(_in_state(work, numbers)):
        works[row.subject][row.id] = _work(row.body)
    for row in connection.execute(_in_state(mail, numbers)):
        mails[row.subject][row.id] = mail_from(unpacked(row.body))
    for row in rows:
        yield AccountState(
            playbook=row.playbook,
            account=row.account,
            name=row.name,
            version=row.version,
            history=history_from(unpacked(row.history)),
            planned_at=None if row.planned_at is None else datetime.fromisoformat(row.planned_at),
            plan=row.plan,
            work=works[row.number],
            mail=mails[row.number],
            reach={each.contact: each for each in reach_from(unpacked(row.reach))},
        )


def _in_state(table: Any, numbers: list[int]) -> Select[Any]:
    found = select(table.c.subject, table.c.id, table.c.body)
    return found.where(table.c.subject.in_(numbers), table.c.archived == 0).order_by(table.c.subject, table.c.id)


def _whose(playbook: str | None, account: str | None) -> Iterator[ColumnElement[bool]]:
    if playbook is not None:
        yield subjects.c.playbook == playbook
    if account is not None:
        yield subjects.c.account == account


def _asked(columns: Select[Any], subject: Any, conditions: Iterable[ColumnElement[bool] | None]) -> Select[Any]:
    joined = columns.join(subjects, subjects.c.number == subject)
    return joined.where(*(each for each in conditions if each is not None))


def _mail(connection: Connection, conditions: Iterable[ColumnElement[bool] | None]) -> Iterator[KeptMail]:
    asked = _asked(select(subjects.c.playbook, subjects.c.account, mail.c.body), mail.c.subject, conditions)
    for row in connection.execute(asked.order_by(mail.c.next_at, mail.c.subject, mail.c.id)):
        yield KeptMail(row.playbook, row.account, mail_from(unpacked(row.body)))


def _work(body: bytes) -> Work:
    return work_from(unpacked(body))
