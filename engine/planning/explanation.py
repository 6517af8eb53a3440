"""Why and why not, as it is written: every class and rule of one account with the truth of each of its tests."""

from datetime import datetime
from typing import Literal

from msgspec import Struct, field

from engine.evaluation.findings import Light
from engine.history.settling import RuleState
from engine.planning.because import Because, Shown, Truth
from engine.planning.plan import AccountName, GroupName, HeldBackBy, Overridden, ScorePlan, subject_of
from engine.planning.plan_work import Owner


class Source(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One record that a figure was drawn from, or the account itself: its id and day.

    ``file``, ``row`` and ``column`` say where it was read, as far as that is known.
    """

    id: str
    on: str | None = None
    file: str | None = None
    row: int | None = None
    column: str | None = None


class Drawn(Struct, frozen=True):
    """The records of a collection that a figure was drawn from: how many, and the latest of them, at most five.

    Without a collection it is the account's own data.
    """

    collection: str | None
    count: int
    first: tuple[Source, ...]


class Provenance(Struct, frozen=True, kw_only=True):
    """Where a figure comes from: the entry that defines it, the records it was ``drawn`` from, and the figures, classes
    and fields ``of`` the account it was worked out from.

    ``address`` is none for what no entry defines, ``defined_at`` also for what is built in. What stands elsewhere in
    the same provenance is not told again.
    """

    name: str
    address: str | None
    title: str | None
    defined_at: str | None
    value: Shown
    unit: str | None
    missing: tuple[str, ...]
    drawn: tuple[Drawn, ...]
    of: tuple["Provenance", ...]


class Traced(Because, frozen=True, kw_only=True, omit_defaults=True):
    """A test with where what it observed comes from, and the parameters and figures that was held against.

    ``labels`` are what people call the values of a class that stand in it.
    """

    labels: dict[str, str] = field(default_factory=dict)
    origin: Provenance | None = None
    thresholds: tuple[Provenance, ...] = ()


class Work(Struct, frozen=True):
    """An action that a rule asks for, in short."""

    id: str
    title: str
    due: str | None
    due_at: datetime | None
    overdue: bool
    provisional: bool
    owner: Owner


class RuleCase(Struct, frozen=True, kw_only=True):
    """A rule for the account or for one record: its cause, where it stands, what holds it back, what it asks for.

    ``result`` is the cause in this snapshot, ``state`` what is in force after settling. ``turn`` says for a cadence
    from which day the occurrence counts, false where none is open. ``because`` is none for a record that history
    knows and today's data has not. ``lacks`` are the tests that keep the cause from holding, ``record`` is where the
    record was read.
    """

    item: str | None
    name: str | None
    record: Source | None
    result: Truth
    state: RuleState
    since: datetime | None
    because: Because | None
    lacks: tuple[Because, ...]
    ends: Because | None
    turn: Because | None
    missing: tuple[str, ...]
    held_by: tuple[HeldBackBy, ...]
    until: datetime | None
    why: str | None
    who: str | None
    muted_by: tuple[str, ...]
    actions: tuple[Work, ...]


class RuleExplanation(Struct, frozen=True, kw_only=True):
    """A warning, cadence or rule: one case for the account, or one per record of ``collection``.

    Without cases the collection is empty (false) or was not delivered (unknown).
    """

    address: str
    title: str
    light: Light | None
    status: Literal["draft", "test", "stable"]
    source: str | None
    rule_at: str
    collection: str | None
    result: Truth
    cases: tuple[RuleCase, ...]


class Row(Struct, frozen=True):
    """One row of a class: the value it gives and whether its condition holds."""

    value: str
    label: str | None
    result: Truth
    because: Because


class ClassCase(Struct, frozen=True, kw_only=True):
    """A class for the account or for one record; ``possible`` lists the values of an undecided one.

    Of a climb also the ``next`` step and the tests it ``lacks``. ``record`` is where the record was read,
    ``override`` what a person has set the class to, or had until now.
    """

    item: str | None
    name: str | None
    record: Source | None
    value: str | None
    label: str | None
    previous: str | None
    since: datetime | None
    possible: tuple[str, ...]
    missing: tuple[str, ...]
    next: str | None
    next_label: str | None
    lacks: tuple[Because, ...]
    rows: tuple[Row, ...]
    override: Overridden | None = None


class ClassExplanation(Struct, frozen=True, kw_only=True):
    """A class with one case for the account, or one per record of ``collection``."""

    address: str
    title: str
    source: str | None
    rule_at: str
    collection: str | None
    otherwise: str | None
    cases: tuple[ClassCase, ...]


class ScoreExplanation(Struct, frozen=True, kw_only=True):
    """A score, figure by figure; ``origins`` says of each by its part where what was observed comes from."""

    address: str
    title: str
    source: str | None
    rule_at: str
    score: ScorePlan
    origins: dict[str, Provenance]


class Explanation(Struct, frozen=True, kw_only=True):
    """Why the plan of one account, or of a group of accounts, is what it is (``playbook-explanation/1``).

    ``record`` is where the account's own data was read; of a group it is no more than its name.
    """

    format: Literal["playbook-explanation/1"] = "playbook-explanation/1"
    as_of: datetime
    account: AccountName | None
    group: GroupName | None = None
    record: Source
    light: Light
    light_at_worst: Light
    watch: bool
    classes: tuple[ClassExplanation, ...]
    scores: tuple[ScoreExplanation, ...]
    targets: tuple[ClassExplanation, ...]
    rules: tuple[RuleExplanation, ...]

    @property
    def subject(self) -> AccountName:
        """Whom it is about as people read it: the account, or the group with its value."""
        return subject_of(self.account, self.group)
