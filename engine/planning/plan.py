"""The action plan of one account, as it is written (``playbook-plan/1``)."""

from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Literal

from msgspec import Struct

Truth = Literal["true", "false", "unknown"]
if TYPE_CHECKING:
    Shown = Decimal | str | bool | list[str] | None
else:
    # msgspec reads no union of numbers and texts: ``foundation.canonical.reader`` reads numbers of any field exactly.
    Shown = Any
"""A value in a plan: exact numbers, texts (dates and money too), truths, lists of texts; null for none."""


class Among(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The accounts, or the ``records`` of all accounts, that a figure over the portfolio speaks of: how many count, and
    how many are left out because too little is known of them. An account whose records are not there is one of them."""

    accounts: int | None = None
    records: int | None = None
    left_out: int


class Because(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Why: a node with ``of``, or a test with what was expected and observed, and where the rule is written.

    ``among`` stands where the figure observed is one over the portfolio.
    """

    op: str
    result: Truth
    of: tuple["Because", ...] = ()
    count: int | None = None
    test: str | None = None
    expected: Shown = None
    observed: Shown = None
    unit: str | None = None
    among: Among | None = None
    missing: tuple[str, ...] = ()
    rule_at: str | None = None


class PlaybookInput(Struct, frozen=True):
    """Which playbook was planned with."""

    id: str
    version: str
    digest: str


class Inputs(Struct, frozen=True):
    """Digests of everything the plan was made from."""

    playbook: PlaybookInput
    snapshot: str
    history: str
    context: str
    engine_version: str


class AccountName(Struct, frozen=True):
    """The account the plan is for."""

    id: str
    name: str


class GroupName(Struct, frozen=True):
    """The accounts that the plan is for together: by what they are grouped, their value, and how many they are.

    ``person`` is the name of the owner they are grouped by.
    """

    by: str
    value: str
    accounts: int
    person: str | None = None

    @property
    def name(self) -> str:
        """``profile.industry=retail``, or ``portfolio``."""
        return self.by if self.by == self.value else f"{self.by}={self.value}"


class Overridden(Struct, frozen=True, kw_only=True):
    """A class's value that a person has set, until its last day: why, and who says so; ``by_data`` is what it would be.

    ``ended`` where its last day is over since the run before: the data decides again.
    """

    value: str
    until: date
    why: str
    who: str
    by_data: str | None
    ended: bool = False


class ClassItem(Struct, frozen=True, kw_only=True):
    """A class's value for one record; of a climb also the ``next`` step and the tests that are ``missing`` for it."""

    value: str | None
    possible: tuple[str, ...] = ()
    next: str | None = None
    missing: tuple[Because, ...] = ()
    override: Overridden | None = None


class ClassPlan(Struct, frozen=True, kw_only=True):
    """A class: its value in force, the one before, since when and why; several ``possible`` while undecided.

    Of a climb also the ``next`` step, and the tests that are ``missing`` for it.
    """

    value: str | None
    label: str | None = None
    previous: str | None = None
    since: datetime | None = None
    possible: tuple[str, ...] = ()
    next: str | None = None
    missing: tuple[Because, ...] = ()
    items: dict[str, ClassItem] | None = None
    override: Overridden | None = None
    because: Because | None = None


class ScoreFigure(Struct, frozen=True, kw_only=True):
    """A figure that a score takes: what it was read from and observed, its points, and what it adds to the score.

    ``part`` is its path within the score. ``weight`` is its share of the whole in percent as written, ``counts`` the
    one it has where figures are missing; ``missing`` is the data that it lacks itself.
    """

    part: str
    title: str | None
    of: str
    observed: Shown
    unit: str | None
    points: Decimal | None
    weight: Decimal
    counts: Decimal
    contribution: Decimal
    missing: tuple[str, ...]


class Move(Struct, frozen=True):
    """What one figure did to a score since it was last known: its points then and now, and by how much the score moved
    for it."""

    part: str
    before: Decimal | None
    now: Decimal | None
    by: Decimal


class ScorePlan(Struct, frozen=True, kw_only=True):
    """A score: its value, null while it is unknown or none, its band in force and why, its parts and its figures.

    ``last`` is its value when it was last known, ``moved`` what has moved it since, the most first.
    """

    value: Decimal | None
    band: str | None = None
    label: str | None = None
    previous: str | None = None
    since: datetime | None = None
    possible: tuple[str, ...] = ()
    parts: dict[str, Decimal | None]
    figures: tuple[ScoreFigure, ...]
    last: Decimal | None = None
    last_at: datetime | None = None
    moved: tuple[Move, ...] = ()
    because: Because | None = None


class TargetPlan(Struct, frozen=True, kw_only=True):
    """A target: how it stands and why, its figure, what that shall be at last and what it should be by now.

    Of one for each period ``period`` is the running one, ``last_period`` the last one judged and ``last`` what became
    of it.
    """

    state: str | None
    label: str | None = None
    previous: str | None = None
    since: datetime | None = None
    possible: tuple[str, ...] = ()
    value: Shown
    goal: Shown
    expected: Shown
    unit: str | None
    by: date | None = None
    period: str | None = None
    last_period: str | None = None
    last: Literal["met", "missed"] | None = None
    because: Because | None = None


class WarningPlan(Struct, frozen=True, kw_only=True):
    """A warning that is not inactive."""

    id: str
    title: str
    light: Literal["red", "yellow", "green"]
    state: Literal["pending", "firing", "stale", "keeping"]
    since: datetime
    item: str | None
    muted: bool
    source: str | None
    because: Because


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


Reason = Literal["owner", "role", "strongest", "everybody"]
Obstacle = Literal["left", "opted_out", "opt_outs_unknown", "prefers_otherwise", "no_name", "no_address"]


class Addressee(Struct, frozen=True):
    """Who a message goes to: a contact of the account, or a person of ours, and why just they.

    ``why`` is ``owner`` of the action, the ``role``, ``strongest`` in the role, or ``everybody``.
    """

    contact: str | None
    person: str | None
    role: str
    name: str | None
    address: str | None
    why: Reason


class BlockRow(Struct, frozen=True):
    """A row of a block: what stands in its columns.

    ``tone`` is the light it stands in, ``bar`` where it begins and ends on the block's line of time, in percent;
    ``inner`` rows belong to the one above.
    """

    cells: tuple[str, ...]
    tone: Literal["red", "yellow", "green"] | None = None
    bar: tuple[int, ...] | None = None
    inner: bool = False


class Block(Struct, frozen=True, kw_only=True):
    """A part of a report, in the reader's language; ``nothing`` is what it says without rows.

    ``span`` names the first and last day of its line of time.
    """

    name: str
    title: str
    columns: tuple[str, ...]
    rows: tuple[BlockRow, ...]
    nothing: str
    span: str | None = None


class Message(Struct, frozen=True, kw_only=True, rename={"class_": "class"}):
    """A rendered communication, drafted for the action it belongs to; ``class`` is what opt-outs and caps go by.

    ``body`` is its plain text. ``markdown`` is what its HTML is made from, null where that is the body; a line
    ``[[name]]`` in it is the place of a block.
    """

    id: str
    action: str
    content: str
    class_: Literal["service", "nurture"]
    to: Addressee
    channel: str
    locale: str
    subject: str | None
    body: str
    markdown: str | None
    blocks: tuple[Block, ...]
    approval: Literal["required", "none"]
    send_after: datetime | None
    attached: tuple[Attached, ...]


class NotSent(Struct, frozen=True):
    """A contact in the role of a message's reader who does not get it, and why not."""

    action: str
    content: str
    contact: str
    why: Obstacle
    name: str | None = None


class Gap(Struct, frozen=True, kw_only=True):
    """What could not be decided, and the data it needs."""

    rule: str
    item: str | None
    needs: tuple[str, ...]


HeldBackBy = Literal["draft", "exception", "silence", "mute", "must_hold", "cooldown", "at_most"]


class Suppressed(Struct, frozen=True, kw_only=True):
    """A rule whose effects are held back, by what and until when; where a person says so, who and why."""

    rule: str
    item: str | None
    by: tuple[HeldBackBy, ...]
    until: datetime | None
    why: str | None = None
    who: str | None = None


class Ended(Struct, frozen=True, kw_only=True):
    """A warning that was on since ``since`` and is over: its cause ended, so it got better, or why else."""

    rule: str
    item: str | None
    title: str
    since: datetime
    reason: EndReason


class GrantedModule(Struct, frozen=True):
    """A granted module as the catalogue describes it; ``lacks`` are modules it requires and the account has not.

    ``cost`` is what a year of it costs us. ``includes`` are the modules of a bundle.
    """

    module: str
    title: str
    promise: str | None
    partner: str | None
    cost: str | None
    includes: tuple[str, ...]
    lacks: tuple[str, ...]


class Withheld(Struct, frozen=True):
    """A module that is not granted, for it can't go together with one that the account has: ``excluded_by``."""

    module: str
    title: str
    excluded_by: str
    excluded_by_title: str


class Grant(Struct, frozen=True, kw_only=True):
    """What the account is entitled to, and by which rule; ``withheld`` is what the rule names and others exclude."""

    rule: str
    item: str | None
    modules: tuple[str, ...]
    source: str | None
    terms: tuple[GrantedModule, ...]
    withheld: tuple[Withheld, ...]


class Offer(Struct, frozen=True, kw_only=True):
    """A module that suits the account, which has not got it; ``missing`` is the data without which it might have."""

    module: str
    title: str
    promise: str | None
    source: str | None
    missing: tuple[str, ...]
    because: Because


class ActionPlan(Struct, frozen=True, kw_only=True):
    """Everything the playbook says to do for one account at one moment, with reasons."""

    format: Literal["playbook-plan/1"] = "playbook-plan/1"
    inputs: Inputs
    as_of: datetime
    account: AccountName | None
    group: GroupName | None = None
    light: Literal["red", "yellow", "green"]
    light_at_worst: Literal["red", "yellow", "green"]
    watch: bool
    classes: dict[str, ClassPlan]
    scores: dict[str, ScorePlan] = {}
    targets: dict[str, TargetPlan] = {}
    warnings: tuple[WarningPlan, ...]
    actions: tuple[Action, ...]
    messages: tuple[Message, ...]
    not_sent: tuple[NotSent, ...]
    grants: tuple[Grant, ...]
    offers: tuple[Offer, ...]
    gaps: tuple[Gap, ...]
    suppressed: tuple[Suppressed, ...]
    ended: tuple[Ended, ...] = ()

    @property
    def subject(self) -> AccountName:
        """Whom the plan is for as people read it: the account, or the group with its value."""
        return subject_of(self.account, self.group)


def subject_of(account: AccountName | None, group: GroupName | None) -> AccountName:
    """An account, or a group by what its members have in common."""
    if account is not None:
        return account
    assert group is not None  # noqa: S101 - it is one or the other
    return AccountName(f"@{group.by}", group.value)
