"""What somebody says of a message → the event, if it says anything new; pure."""

from datetime import datetime
from typing import Literal

from engine.lifecycle.events import Approved, Resolved, Withdrawn
from engine.lifecycle.mail import UNSENT, Mail, content_digest

Outcome = Literal["sent", "again", "dropped"]


class TooLate(ValueError):
    """A message of which this can't be said any more: it has moved on; ``mail`` is how it stands."""

    def __init__(self, mail: Mail) -> None:
        self.mail = mail
        super().__init__(mail.state)


class Changed(ValueError):
    """A draft that is no longer what was shown."""


def approved(mail: Mail, digest: str, by: str, now: datetime) -> Approved | None:
    """The approval of what was shown under ``digest``; none if it is approved already.

    Raises ``Changed`` where the draft is another by now, ``TooLate`` where it is no draft any more.
    """
    if mail.state == "approved" and mail.approved_digest == digest:
        return None
    if mail.state != "drafted":
        raise TooLate(mail)
    if content_digest(mail.message) != digest:
        raise Changed
    return Approved(at=now, by=by, message=mail.message.id, digest=digest)


def withdrawn(mail: Mail, why: str, by: str, now: datetime) -> Withdrawn | None:
    """The withdrawal; none if it is withdrawn already. Raises ``TooLate`` where it is on its way or gone."""
    if mail.state == "withdrawn":
        return None
    if mail.state not in UNSENT:
        raise TooLate(mail)
    return Withdrawn(at=now, by=by, message=mail.message.id, why=why)


def resolved(mail: Mail, outcome: Outcome, why: str | None, by: str, now: datetime) -> Resolved:
    """The decision about a message that is in doubt or dead. Raises ``TooLate`` for any other."""
    if mail.state not in ("in_doubt", "dead"):
        raise TooLate(mail)
    return Resolved(at=now, by=by, message=mail.message.id, outcome=outcome, why=why)
