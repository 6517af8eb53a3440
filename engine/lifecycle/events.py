"""What can happen to an account's work and messages: the truth that every table of the ledger is drawn from."""

from datetime import datetime
from typing import Literal

from msgspec import Struct

from engine.history.model import History, Override
from engine.lifecycle.feeds import Feed
from engine.lifecycle.state import Reach
from engine.lifecycle.work import Verdict
from engine.planning.plan import Ended, PlaybookInput
from engine.planning.plan_messages import Message
from engine.planning.plan_work import Action, EndReason


class Event(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="event"):
    """Something that happened at an instant, by the word of a person, or of the ``playbook`` itself."""

    at: datetime
    by: str = "playbook"


class Closing(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Work that a run closes."""

    action: str
    reason: EndReason


class Withdrawal(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An unsent message that a run takes back."""

    message: str
    why: str


class Planned(Event, frozen=True, kw_only=True, tag="planned"):
    """A plan was applied: what it opened, changed and closed, and the history it leaves.

    ``run`` is the run's id; ``plan``, ``snapshot`` and ``before`` are digests of what is stored beside the events.
    ``renamed`` gives today's ids of actions and messages that had others under a former name. ``plays`` are digests of
    the plays that ``opened`` work belongs to, by id. ``drafted`` holds new messages, and drafts written anew.
    """

    run: str
    playbook: PlaybookInput
    plan: str
    snapshot: str
    before: str
    name: str | None = None
    history: History
    renamed: dict[str, str] = {}
    plays: dict[str, str] = {}
    opened: tuple[Action, ...] = ()
    updated: tuple[Action, ...] = ()
    closed: tuple[Closing, ...] = ()
    drafted: tuple[Message, ...] = ()
    withdrawn: tuple[Withdrawal, ...] = ()
    ended: tuple[Ended, ...] = ()
    reach: tuple[Reach, ...] | None = None


class Acknowledged(Event, frozen=True, kw_only=True, tag="acknowledged"):
    """Somebody has seen the work: reminders stop, deadlines do not."""

    action: str


class Started(Event, frozen=True, kw_only=True, tag="started"):
    """Somebody is at it."""

    action: str


class Finished(Event, frozen=True, kw_only=True, tag="finished"):
    """Somebody says it is done; ``verdict`` says whether it was worth doing."""

    action: str
    verdict: Verdict | None = None
    why: str | None = None


class Cancelled(Event, frozen=True, kw_only=True, tag="cancelled"):
    """Somebody says it is not to be done. It no longer counts in ``at_most``; what needs it is released."""

    action: str
    why: str


class Snoozed(Event, frozen=True, kw_only=True, tag="snoozed"):
    """Somebody puts it off: ``moved`` are the action and those that need it, each with its new due time and steps."""

    action: str
    until: datetime
    why: str
    moved: tuple[Action, ...]


class Reassigned(Event, frozen=True, kw_only=True, tag="reassigned"):
    """Somebody hands it to another person."""

    action: str
    person: str
    name: str | None = None
    why: str | None = None


class Escalated(Event, frozen=True, kw_only=True, tag="escalated"):
    """An instant of an escalation step has passed.

    ``number`` counts the step's instants from 1, ``due`` is the instant itself. ``notice`` is the message that tells
    somebody; none where a higher step was due as well and is told instead, or the instant passed unseen.
    """

    action: str
    step: str
    number: int
    due: datetime
    notice: Message | None = None


class Approved(Event, frozen=True, kw_only=True, tag="approved"):
    """Somebody approves a message as it is: ``digest`` is that of subject, body and recipient."""

    message: str
    digest: str


class Withdrawn(Event, frozen=True, kw_only=True, tag="withdrawn"):
    """A message is not to be sent: by the word of a person, or for an opt-out seen at the moment of sending."""

    message: str
    why: str


class Sending(Event, frozen=True, kw_only=True, tag="sending"):
    """A message is being handed over, now."""

    message: str
    attempt: int


class Sent(Event, frozen=True, kw_only=True, tag="sent"):
    """The transport took the message; ``receipt`` is what it said."""

    message: str
    receipt: str | None = None


class Failed(Event, frozen=True, kw_only=True, tag="failed"):
    """The transport did not take it. ``retry_at`` is when it is tried again; none if it is given up."""

    message: str
    error: str
    retry_at: datetime | None = None


class Postponed(Event, frozen=True, kw_only=True, tag="postponed"):
    """A message that was due is not sent yet: for quiet hours or a cap of its contact, until an instant."""

    message: str
    why: str
    until: datetime


class InDoubt(Event, frozen=True, kw_only=True, tag="in_doubt"):
    """The process that was handing it over is gone, or got no answer (``why``); nobody knows whether it arrived."""

    message: str
    why: str | None = None


class Resolved(Event, frozen=True, kw_only=True, tag="resolved"):
    """Somebody found out what became of a message in doubt, or decides about a dead one: it was ``sent``, is to be
    sent ``again``, or ``dropped``."""

    message: str
    outcome: Literal["sent", "again", "dropped"]
    why: str | None = None


class Overrode(Event, frozen=True, kw_only=True, tag="overrode"):
    """Somebody sets a class's value, until a day, for a reason."""

    override: Override


class OverrideEnded(Event, frozen=True, kw_only=True, tag="override_ended"):
    """Somebody takes an override back."""

    address: str
    item: str | None = None
    why: str | None = None


AccountEvent = (
    Planned | Acknowledged | Started | Finished | Cancelled | Snoozed | Reassigned | Escalated
    | Approved | Withdrawn | Postponed | Sending | Sent | Failed | InDoubt | Resolved | Overrode | OverrideEnded
)  # fmt: skip
"""What happens to an account; ``folding.after`` gives each its meaning."""


class Silenced(Event, frozen=True, kw_only=True, tag="silenced"):
    """Somebody silences rules, for accounts (all without any), until an instant."""

    silence: str
    rules: tuple[str, ...] = ()
    accounts: tuple[str, ...] = ()
    until: datetime
    why: str


class SilenceEnded(Event, frozen=True, kw_only=True, tag="silence_ended"):
    """A silence is over before its time, by the word of a person."""

    silence: str
    why: str | None = None


class OptedOut(Event, frozen=True, kw_only=True, tag="opted_out"):
    """A contact wants nothing more of ``what`` (a channel, ``nurture``, ``service``, ``all``) from now on."""

    account: str
    contact: str
    what: str


class RunStarted(Event, frozen=True, kw_only=True, tag="run_started"):
    """A run begins to write. ``sources``, ``context`` and ``exceptions`` are digests of what is stored to plan its
    accounts again; an exception that names accounts is stored once for each, so that it can be erased with it.

    ``versions`` are those of the engine and of the libraries that shape plans, ``feeds`` the moment each source of the
    data was fresh at, where that is known. ``locale`` is that of titles and notices.
    ``namespace`` is what accounts are kept under where that is not the playbook's id: an overlay goes on with the work
    of the playbook it rests on.
    """

    run: str
    playbook: PlaybookInput
    as_of: datetime
    sources: str
    context: str
    exceptions: tuple[str, ...] = ()
    versions: dict[str, str] = {}
    locale: str | None = None
    namespace: str | None = None
    feeds: dict[str, datetime | None] = {}


RunOutcome = Literal["fine", "some_failed", "refused"]
"""How a run ended: everything planned, but for some accounts, or not at all, for it would have closed or reddened more
than it may."""


class RunEnded(Event, frozen=True, kw_only=True, tag="run_ended"):
    """A run came to its end, and how; ``counts`` say what it came to, by name, ``feeds`` how fresh its data was."""

    run: str
    outcome: RunOutcome = "fine"
    counts: dict[str, int] = {}
    feeds: dict[str, Feed] = {}


class Erased(Event, frozen=True, kw_only=True, tag="erased"):
    """An account was erased: what was written of it before is gone for good, its digests stay.

    ``records`` are those of others that named it, by their sequence.
    """

    subject: int
    records: tuple[int, ...] = ()
    why: str


class Compacted(Event, frozen=True, kw_only=True, tag="compacted"):
    """What is needed only to plan again was dropped, where nothing from ``before`` on needs it."""

    before: datetime


LedgerEvent = Silenced | SilenceEnded | OptedOut | RunStarted | RunEnded | Erased | Compacted
"""What happens to no account of one playbook alone; written under ``@ledger``. ``facts.fact_after`` gives each its
meaning."""
