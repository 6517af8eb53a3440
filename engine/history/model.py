"""``History``: episodes, classes in force and counts of one account; an argument, never a log (semantics 4.3)."""

from datetime import datetime
from typing import Literal

from msgspec import Struct

EpisodeState = Literal["pending", "firing", "keeping"]


class Episode(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An open stretch in which a rule holds for the account or an item.

    ``number`` counts the stretches of rule and item from 1. ``since`` is the start everything is due from,
    ``seen_at`` the run that first saw it, ``ending_since`` when it began to end (``keeping``), ``unknown_since`` when
    its data went missing.
    """

    address: str
    item: str | None = None
    number: int = 1
    state: EpisodeState = "firing"
    since: datetime
    seen_at: datetime
    ending_since: datetime | None = None
    unknown_since: datetime | None = None


class Closed(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The last closed episode of rule and item. ``armed`` once its condition was false after it closed."""

    address: str
    item: str | None = None
    number: int
    since: datetime
    closed_at: datetime
    armed: bool = True


class InForce(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A class's value in force: since when, in which period it was last assessed, how often in a row lower."""

    address: str
    item: str | None = None
    value: str | None
    since: datetime
    assessed: str = ""
    lower: int = 0


class Planned(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Effects of rule and item that were planned and not cancelled: the last instant, and how many per period."""

    address: str
    item: str | None = None
    last_at: datetime
    counts: dict[str, int] = {}


class PlannedAction(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An action planned before: its due time as then planned, and whether it is finished."""

    id: str
    due_at: datetime | None = None
    done: bool = False


class History(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What earlier runs left of one account. The empty history is a first run."""

    format: Literal["playbook-history/1"] = "playbook-history/1"
    light: Literal["red", "yellow", "green"] | None = None
    episodes: tuple[Episode, ...] = ()
    closed: tuple[Closed, ...] = ()
    classes: tuple[InForce, ...] = ()
    planned: tuple[Planned, ...] = ()
    actions: tuple[PlannedAction, ...] = ()

    @classmethod
    def empty(cls) -> "History":
        """The history of an account never planned before."""
        return _EMPTY

    @property
    def is_empty(self) -> bool:
        """Whether nothing is known from before."""
        return self == _EMPTY


_EMPTY = History()
