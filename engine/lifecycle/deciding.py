"""What people say of work → events: what is new by it, nothing where it was said before, or why it can't be."""

from datetime import date, datetime

from engine.lifecycle.events import Acknowledged, Cancelled, Finished, Reassigned, Snoozed, Started
from engine.lifecycle.putting_off import Office, put_off
from engine.lifecycle.state import AccountState
from engine.lifecycle.work import Verdict, Work


class Ended(ValueError):
    """The work has ended, so nothing more can be said of it."""

    def __init__(self, work: Work) -> None:
        super().__init__(f"it has ended: {work.status}")
        self.work = work


def acknowledged(work: Work, by: str, now: datetime) -> Acknowledged | None:
    """Somebody has seen the work; none if somebody had."""
    _check_live(work)
    return Acknowledged(at=now, by=by, action=work.action.id) if work.status == "open" else None


def started(work: Work, by: str, now: datetime) -> Started | None:
    """Somebody is at it; none if somebody was."""
    _check_live(work)
    return Started(at=now, by=by, action=work.action.id) if work.status != "started" else None


def finished(
    work: Work, by: str, now: datetime, verdict: Verdict | None = None, why: str | None = None
) -> Finished | None:
    """The work is done; none if it was."""
    if work.status == "finished":
        return None
    _check_live(work)
    return Finished(at=now, by=by, action=work.action.id, verdict=verdict, why=why)


def cancelled(work: Work, by: str, now: datetime, why: str) -> Cancelled | None:
    """The work is not to be done; none if that was said."""
    if work.status == "cancelled":
        return None
    _check_live(work)
    return Cancelled(at=now, by=by, action=work.action.id, why=why)


def reassigned(
    work: Work, by: str, now: datetime, person: str, name: str | None = None, why: str | None = None
) -> Reassigned | None:
    """The work is another's; none if it is theirs."""
    _check_live(work)
    if work.action.owner.person == person:
        return None
    return Reassigned(at=now, by=by, action=work.action.id, person=person, name=name, why=why)


def snoozed(
    state: AccountState, work: Work, by: str, now: datetime, until: date | datetime, why: str, office: Office
) -> Snoozed | None:
    """The work is due later, and what needs it; none if it was put off to that very moment.

    ``ValueError`` says why it can't be put off.
    """
    _check_live(work)
    moved = put_off(state.work, work.action.id, until, now, office)
    if not moved:
        return None
    due_at = moved[0].due_at
    assert due_at is not None  # noqa: S101 - it was put off to a moment
    return Snoozed(at=now, by=by, action=work.action.id, until=due_at, why=why, moved=moved)


def _check_live(work: Work) -> None:
    if not work.is_live:
        raise Ended(work)
