"""``Mail``: a message from its draft to the moment it is sent or given up."""

from datetime import datetime
from typing import Final, Literal

from msgspec import Struct

from engine.foundation.canonical import digest
from engine.planning.plan_messages import Message

MailState = Literal["drafted", "approved", "sending", "sent", "failed", "dead", "in_doubt", "withdrawn"]
"""``failed`` waits to be tried again at ``next_at``; ``dead`` was tried as often as it may be. ``in_doubt`` was
handed over when the process ended, and nobody knows whether it arrived: a person decides (semantics 8.5)."""

UNSENT: Final[frozenset[MailState]] = frozenset({"drafted", "approved", "failed"})
"""States in which a message can still be withdrawn."""
SETTLED: Final[frozenset[MailState]] = frozenset({"sent", "dead", "withdrawn"})

ESCALATION: Final = "@escalation"
"""The content of notices of late work; no entry of a playbook can have this name."""


class Mail(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One message and what has become of it.

    ``approved_digest`` is the digest of subject, body and recipient that was approved (semantics 8.4): an approved
    message is sent as it was approved, or not at all. ``next_at`` is the earliest instant to send it, none while
    its action waits. ``attempts`` counts hand-overs, ``receipt`` is what the transport said of the last good one.
    """

    message: Message
    state: MailState = "drafted"
    drafted_at: datetime
    changed_at: datetime
    next_at: datetime | None = None
    approved_digest: str | None = None
    approved_by: str | None = None
    attempts: int = 0
    sent_at: datetime | None = None
    receipt: str | None = None
    error: str | None = None
    why: str | None = None

    @property
    def may_go(self) -> bool:
        """Whether it needs nobody's word any more: approved, or of a kind that needs no approval."""
        if self.message.approval == "required":
            return self.approved_digest == content_digest(self.message)
        return True


def content_digest(message: Message) -> str:
    """What an approval binds to: subject, body with all that is attached, channel and recipient (semantics 8.4)."""
    pieces = [[each.content, each.title, each.body, each.link] for each in message.attached]
    rows = [[each.name, [list(row.cells) for row in each.rows]] for each in message.blocks]
    to = message.to
    return digest(
        [message.subject, message.body, message.markdown, pieces, rows, message.channel, to.contact, to.person,
         to.address]
    )  # fmt: skip
