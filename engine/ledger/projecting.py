"""What an event makes of the rows of its account: one function for writing and for rebuilding."""

from collections.abc import Iterator
from typing import Any

from msgspec import Struct

from engine.ledger.entries import BlobKind
from engine.ledger.stored import encoded, instant, packed
from engine.lifecycle.events import AccountEvent, Event, Planned, RunStarted
from engine.lifecycle.facts import Fact, FactKind
from engine.lifecycle.folding import at_once, tidied
from engine.lifecycle.mail import Mail
from engine.lifecycle.state import LEDGER_WIDE, AccountState
from engine.lifecycle.work import Work

Row = dict[str, Any]
"""The values of a row's columns, by name."""


class Rows(Struct):
    """Rows of work and messages of one account that have changed, by id; none for one that is gone.

    Beside each stands whether it is archived: it has left the state, and is kept to be read.
    """

    work: dict[str, tuple[Work, bool] | None] = {}
    mail: dict[str, tuple[Mail, bool] | None] = {}


def step(state: AccountState, event: AccountEvent, rows: Rows) -> AccountState:
    """The state once ``event`` has happened; what changes by it goes into ``rows``."""
    happened = at_once(state, event)
    after = tidied(happened) if isinstance(event, Planned) else happened
    _note(rows.work, state.work, happened.work, after.work)
    _note(rows.mail, state.mail, happened.mail, after.mail)
    return after


def _note(rows: dict[str, Any], before: dict[str, Any], happened: dict[str, Any], after: dict[str, Any]) -> None:
    for name in before:
        if name not in happened:
            rows[name] = None  # it goes by another name now
    for name, each in happened.items():
        if name not in after or before.get(name) is not each:
            rows[name] = (each, name not in after)


def subject_row(number: int, state: AccountState) -> Row:
    """The row of an account under a playbook."""
    return {
        "number": number,
        "playbook": state.playbook,
        "account": state.account,
        "name": state.name,
        "version": state.version,
        "planned_at": instant(state.planned_at),
        "plan": state.plan,
        "history": packed(encoded(state.history)),
        "reach": packed(encoded(tuple(state.reach.values()))),
    }


def erased_row(number: int, version: int) -> Row:
    """The row of a subject that was erased: all that is left to say."""
    nothing = dict.fromkeys(("account", "name", "planned_at", "plan", "history", "reach"))
    return {"number": number, "playbook": "", "version": version, **nothing}


def wide_row(number: int, account: str, version: int) -> Row:
    """The row under which events of no playbook are written."""
    return subject_row(number, AccountState(playbook=LEDGER_WIDE, account=account, version=version))


def held_by(event: Event) -> Iterator[tuple[BlobKind, str]]:
    """The blobs that an event refers to: kind and digest."""
    match event:
        case Planned():
            yield from (("snapshot", event.snapshot), ("plan", event.plan), ("history", event.before))
        case RunStarted():
            yield from (("sources", event.sources), ("context", event.context))
            yield from (("exception", each) for each in event.exceptions)


def holding_row(subject: int, kind: BlobKind, digest: str, at: str) -> Row:
    """The row that says who needs a blob."""
    return {"digest": digest, "subject": subject, "kind": kind, "at": at}


def work_row(subject: int, work: Work, archived: bool) -> Row:
    """The row of an action."""
    return {
        "subject": subject,
        "id": work.action.id,
        "archived": int(archived),
        "status": work.status,
        "owner": work.action.owner.person,
        "due_at": instant(work.action.due_at),
        "next_step_at": instant(work.next_step_at),
        "body": packed(encoded(work)),
    }


def mail_row(subject: int, mail: Mail, archived: bool) -> Row:
    """The row of a message, without its lease."""
    return {
        "subject": subject,
        "id": mail.message.id,
        "archived": int(archived),
        "state": mail.state,
        "may_go": int(mail.may_go),
        "contact": mail.message.to.contact,
        "next_at": instant(mail.next_at),
        "sent_at": instant(mail.sent_at),
        "body": packed(encoded(mail)),
    }


def fact_row(subject: int, kind: FactKind, name: str, fact: Fact) -> Row:
    """The row of a silence, an opt-out or a run."""
    return {"subject": subject, "kind": kind, "name": name, "body": packed(encoded(fact))}
