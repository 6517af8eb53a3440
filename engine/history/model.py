"""``History``: episodes, classes in force and counts of one account; an argument, never a log (semantics 4.3)."""

from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from msgspec import Struct

EpisodeState = Literal["pending", "firing", "keeping"]


class Addressed(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is remembered of an entry, by its address, and of one record where the entry is for each."""

    address: str
    item: str | None = None


class Episode(Addressed, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An open stretch in which a rule holds for the account or an item.

    ``number`` counts the stretches of rule and item from 1. ``since`` is its start, ``seen_at`` the run that first
    saw it, ``due_from`` what its due dates count from where that is later: the moment it had held for ``must_hold``.
    ``ending_since`` is when it began to end (``keeping``), ``unknown_since`` when its data went missing.
    """

    number: int = 1
    state: EpisodeState = "firing"
    since: datetime
    seen_at: datetime
    due_from: datetime | None = None
    ending_since: datetime | None = None
    unknown_since: datetime | None = None

    @property
    def start(self) -> datetime:
        """What its due dates count from (semantics 3.4)."""
        return self.due_from or self.since


class Closed(Addressed, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The last closed episode of rule and item. ``armed`` once its condition was false after it closed."""

    number: int
    since: datetime
    closed_at: datetime
    armed: bool = True
    due_from: datetime | None = None


class InForce(Addressed, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A class's value in force: since when, in which period it was last assessed, how often in a row lower.

    While a person has set the value (``overridden``), ``beneath`` is what would be in force without it.
    """

    value: str | None
    since: datetime
    assessed: str = ""
    lower: int = 0
    overridden: bool = False
    beneath: "InForce | None" = None

    @property
    def by_data(self) -> "InForce | None":
        """What is in force by the data alone."""
        return self.beneath if self.overridden else self


class Counted(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A figure as a score last took it: its points, none where it was missing, and what it added to the score."""

    points: Decimal | None = None
    contribution: Decimal = Decimal(0)


class LastScore(Addressed, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A score when it was last known: its value, when that was, and each figure it took by its path in the score."""

    value: Decimal
    at: datetime
    inputs: dict[str, Counted] = {}


class Judged(Addressed, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What became of a target in the last period that it was judged in."""

    period: str
    state: Literal["met", "missed"]


class Override(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A class's value that a person has set, in force until its last day: why, and who says so."""

    address: str
    item: str | None = None
    value: str
    until: date
    why: str
    who: str


class Point(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A value from a moment on: a text, a number or a truth; none of them for none."""

    at: datetime
    text: str | None = None
    number: Decimal | None = None
    truth: bool | None = None


class Trace(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a value was over time, the oldest point first, as far back as conditions look."""

    address: str
    points: tuple[Point, ...]


class OpenOccurrence(Addressed, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The occurrence of a cadence that waits to be done: its name, the day it counts from, its due day."""

    name: str
    anchor: date
    day: date


class Planned(Addressed, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Occurrences of rule and item whose actions were planned and not cancelled: the last instant, and how many per
    period."""

    last_at: datetime
    counts: dict[str, int] = {}


class PlannedAction(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An action planned before: by which rule, for which item and occurrence, its due time as then planned, and
    whether it is finished or cancelled.

    ``done_at`` is when, by the word of a person: what needs it counts as released from then. ``person`` stands where
    somebody handed it over; ``snoozed_until`` is when it is due since somebody put it off, or what it needs;
    ``quiet_until`` stands where that somebody put off this very action: no customer is written to for it before.
    """

    id: str
    rule: str = ""
    item: str | None = None
    occurrence: str = ""
    due_at: datetime | None = None
    done: bool = False
    cancelled: bool = False
    done_at: datetime | None = None
    person: str | None = None
    snoozed_until: datetime | None = None
    quiet_until: datetime | None = None


class History(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What earlier runs left of one account; ``as_of`` is the moment of the last. The empty history is a first run."""

    format: Literal["playbook-history/1"] = "playbook-history/1"
    as_of: datetime | None = None
    light: Literal["red", "yellow", "green"] | None = None
    episodes: tuple[Episode, ...] = ()
    closed: tuple[Closed, ...] = ()
    classes: tuple[InForce, ...] = ()
    scores: tuple[LastScore, ...] = ()
    targets: tuple[Judged, ...] = ()
    traces: tuple[Trace, ...] = ()
    occurrences: tuple[OpenOccurrence, ...] = ()
    planned: tuple[Planned, ...] = ()
    actions: tuple[PlannedAction, ...] = ()
    overrides: tuple[Override, ...] = ()

    @classmethod
    def empty(cls) -> "History":
        """The history of an account never planned before."""
        return _EMPTY

    @property
    def is_empty(self) -> bool:
        """Whether nothing is known from before."""
        return self is _EMPTY or self == _EMPTY


_EMPTY = History()
