"""What stands in the ledger beside accounts: silences, opt-outs and runs, and what each event makes of them."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Final, Literal, TypeVar

from msgspec import Struct
from msgspec.structs import replace

from engine.foundation.canonical import canonical_bytes
from engine.lifecycle import events
from engine.lifecycle.feeds import Feed
from engine.lifecycle.state import LEDGER_WIDE


class Silence(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="silence", tag_field="fact"):
    """Rules that somebody has silenced until an instant, its last, for the accounts named or for all; ``ended_at``
    where somebody took it back before."""

    id: str
    rules: tuple[str, ...]
    accounts: tuple[str, ...]
    since: datetime
    until: datetime
    why: str
    by: str
    ended_at: datetime | None = None
    ended_by: str | None = None

    def holds_at(self, now: datetime) -> bool:
        """Whether it silences anything at an instant."""
        return self.ended_at is None and now <= self.until


class OptOut(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="opt_out", tag_field="fact"):
    """A contact that wants nothing more of ``what``: a channel, ``nurture``, ``service``, ``all``."""

    account: str
    contact: str
    what: str
    since: datetime
    by: str


class Run(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="run", tag_field="fact"):
    """A run that wrote plans: how it began, and how it ended, if it did."""

    started: events.RunStarted
    ended_at: datetime | None = None
    outcome: events.RunOutcome | None = None
    counts: dict[str, int] = {}
    feeds: dict[str, Feed] = {}

    @property
    def playbook(self) -> str:
        """The playbook that its accounts are kept under."""
        return self.started.namespace or self.started.playbook.id


Fact = Silence | OptOut | Run
FactKind = Literal["silence", "opt_out", "run"]

_E = TypeVar("_E")
_Meaning = Callable[[Any, Any], Fact | None]
_Name = Callable[[Any], tuple[FactKind, str]]
_MEANINGS: Final[dict[type, tuple[_Name, _Meaning]]] = {}


def _means(kind: type[_E], fact: FactKind, name: Callable[[_E], str]) -> Callable[[_Meaning], _Meaning]:
    def register(meaning: _Meaning) -> _Meaning:
        _MEANINGS[kind] = (lambda event: (fact, name(event)), meaning)
        return meaning

    return register


def fact_named(event: events.LedgerEvent) -> tuple[FactKind, str] | None:
    """The fact that an event is about: its kind, and its name among those of its account; none for what leaves none."""
    found = _MEANINGS.get(type(event))
    return found[0](event) if found is not None else None


def fact_after(known: Fact | None, event: events.LedgerEvent) -> Fact | None:
    """The fact once ``event`` has happened; what ends a fact that is not there changes nothing."""
    return _MEANINGS[type(event)][1](known, event)


def account_of(event: events.LedgerEvent) -> str:
    """The account that an event is written under: its own where it speaks of one, so that it is erased with it."""
    return event.account if isinstance(event, events.OptedOut) else LEDGER_WIDE


@_means(events.Silenced, "silence", lambda event: event.silence)
def _silenced(_: Silence | None, event: events.Silenced) -> Silence:
    return Silence(
        id=event.silence,
        rules=event.rules,
        accounts=event.accounts,
        since=event.at,
        until=event.until,
        why=event.why,
        by=event.by,
    )


@_means(events.SilenceEnded, "silence", lambda event: event.silence)
def _silence_ended(known: Silence | None, event: events.SilenceEnded) -> Silence | None:
    if known is None or known.ended_at is not None:
        return known
    return replace(known, ended_at=event.at, ended_by=event.by)


@_means(events.OptedOut, "opt_out", lambda event: canonical_bytes([event.contact, event.what]).decode())
def _opted_out(known: OptOut | None, event: events.OptedOut) -> OptOut:
    if known is not None:
        return known
    return OptOut(account=event.account, contact=event.contact, what=event.what, since=event.at, by=event.by)


@_means(events.RunStarted, "run", lambda event: event.run)
def _run_started(known: Run | None, event: events.RunStarted) -> Run:
    return known or Run(started=event)


@_means(events.RunEnded, "run", lambda event: event.run)
def _run_ended(known: Run | None, event: events.RunEnded) -> Run | None:
    return (
        None
        if known is None
        else replace(known, ended_at=event.at, outcome=event.outcome, counts=event.counts, feeds=event.feeds)
    )
