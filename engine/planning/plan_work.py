"""The work of an action plan, as it is written: who, what, when, why, and what to bring."""

from datetime import datetime
from typing import Literal

from msgspec import Struct

from engine.planning.because import Because


class Owner(Struct, frozen=True):
    """Who owns an action: the role that was found, and the person in it, if anybody is."""

    role: str
    person: str | None
    name: str | None


class EscalationStep(Struct, frozen=True, kw_only=True):
    """One step: at which instant it is told, to whom, how often again.

    ``after`` is how long after the due time, ``again`` are the instants at which it is told once more, in the owner's
    calendar as ``at`` is.
    """

    step: str
    at: datetime
    after: str
    notify: str
    person: str | None
    name: str | None
    repeat: str | None
    at_most: int
    again: tuple[datetime, ...] = ()

    @property
    def instants(self) -> tuple[datetime, ...]:
        """Every instant at which the step is told."""
        return (self.at, *self.again)


class Option(Struct, frozen=True):
    """One of the ways to choose from."""

    id: str
    text: str


Priority = Literal["urgent", "high", "normal", "low"]


class Attached(Struct, frozen=True, kw_only=True):
    """A case, material or agenda that fits, and why (``because``; null where it fits everybody).

    ``body`` is its full text where it goes with a message, as Markdown.
    """

    content: str
    kind: Literal["case", "material", "agenda"]
    title: str
    outcome: Literal["success", "failure"] | None
    summary: str | None
    points: tuple[str, ...]
    link: str | None
    body: str | None
    source: str | None
    because: Because | None


class Bring(Struct, frozen=True, kw_only=True):
    """What to bring for people in a role of theirs, and what they care about; for all who take part without a role."""

    role: str | None
    title: str | None
    cares_about: tuple[str, ...]
    content: tuple[Attached, ...]


EndReason = Literal["done", "cause_ended", "item_gone", "out_of_scope", "expired", "entry_removed", "task_removed"]
"""Why work closes or a warning is over: the data shows it done, its cause ended, its record is gone, the account has
left ``applies_to``, its period is over, or the playbook has the entry or the task no more."""


class Action(Struct, frozen=True, kw_only=True):
    """One piece of work for a person.

    ``together`` is the id of the action it is done in one visit with, for that one its own; ``confirm_by`` the kind of
    document that must be there before it is done. With a ledger ``changed`` names what is new in an ``updated`` one,
    and ``closing`` why work that is open ends now. ``reason`` is ``late-record`` where this run sees for the first
    time what the data dates before the run before (semantics 5.8).
    """

    id: str
    address: str
    kind: str
    rule: str
    play: str | None
    task: str
    occurrence: str
    title: str
    owner: Owner
    ours: tuple[str, ...]
    theirs: tuple[str, ...]
    due: str | None
    due_at: datetime | None
    due_was: datetime | None
    overdue: bool
    provisional: bool
    priority: Priority
    effort: str | None
    state: Literal["new", "unchanged", "updated", "closing"]
    changed: tuple[str, ...] = ()
    closing: EndReason | None = None
    reason: Literal["late-record"] | None = None
    status: Literal["open", "waiting"]
    needs: tuple[str, ...]
    together: str | None
    confirm_by: str | None
    item: str | None
    source: str | None
    checklist: tuple[str, ...]
    options: tuple[Option, ...]
    grants: tuple[str, ...]
    bring: tuple[Bring, ...]
    escalation: tuple[EscalationStep, ...]
    because: Because
