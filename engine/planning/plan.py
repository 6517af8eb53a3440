"""The action plan of one account, as it is written (``playbook-plan/1``)."""

from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from msgspec import Struct

from engine.planning.because import Because, Shown
from engine.planning.plan_messages import Message, NotSent
from engine.planning.plan_work import Action, EndReason


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
    """A class's value for one record, with what people call that; of a climb also the ``next`` step and the tests that
    are ``missing`` for it."""

    value: str | None
    name: str | None = None
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
    """A warning that is not inactive; of a record with what people call that, where it is known."""

    id: str
    title: str
    light: Literal["red", "yellow", "green"]
    state: Literal["pending", "firing", "stale", "keeping"]
    since: datetime
    item: str | None
    name: str | None = None
    muted: bool
    source: str | None
    because: Because


class Gap(Struct, frozen=True, kw_only=True):
    """What could not be decided, and the data it needs; of a record with what people call that, where it is known."""

    rule: str
    item: str | None
    name: str | None = None
    needs: tuple[str, ...]


HeldBackBy = Literal["draft", "exception", "silence", "mute", "must_hold", "cooldown", "at_most"]


class Suppressed(Struct, frozen=True, kw_only=True):
    """A rule whose effects are held back, by what and until when; where a person says so, who and why. Of a record it
    has what people call that, where it is known."""

    rule: str
    item: str | None
    name: str | None = None
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
    return AccountName(f"@{group.by}", group.person or group.value)


def group_named(account: str) -> tuple[str, str] | None:
    """What a group is grouped by and its value, of the id that stands for its account (``@profile.industry=retail``);
    none for an account."""
    if not account.startswith("@"):
        return None
    by, _, value = account.removeprefix("@").partition("=")
    return by, value or by
