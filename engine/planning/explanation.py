"""Why and why not, as it is written: every class and rule of one account with the truth of each of its tests."""

from datetime import datetime
from typing import Literal

from msgspec import Struct

from engine.evaluation.findings import Light
from engine.history.settling import RuleState
from engine.planning.plan import AccountName, Because, HeldBackBy, Owner, ScorePlan, Truth


class Work(Struct, frozen=True):
    """An action that a rule asks for, in short."""

    id: str
    title: str
    due: str | None
    owner: Owner


class RuleCase(Struct, frozen=True, kw_only=True):
    """A rule for the account or for one record: its cause, where it stands, what holds it back, what it asks for.

    ``result`` is the cause in this snapshot, ``state`` what is in force after settling. ``turn`` says for a cadence
    from which day the occurrence counts, false where none is open. ``because`` is none for a record that history
    knows and today's data has not.
    """

    item: str | None
    name: str | None
    result: Truth
    state: RuleState
    since: datetime | None
    because: Because | None
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

    Of a climb also the ``next`` step and the tests it ``lacks``.
    """

    item: str | None
    name: str | None
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
    """A score, figure by figure."""

    address: str
    title: str
    source: str | None
    rule_at: str
    score: ScorePlan


class Explanation(Struct, frozen=True, kw_only=True):
    """Why the plan of one account is what it is (``playbook-explanation/1``)."""

    format: Literal["playbook-explanation/1"] = "playbook-explanation/1"
    as_of: datetime
    account: AccountName
    light: Light
    light_at_worst: Light
    watch: bool
    classes: tuple[ClassExplanation, ...]
    scores: tuple[ScoreExplanation, ...]
    targets: tuple[ClassExplanation, ...]
    rules: tuple[RuleExplanation, ...]
