"""Work as it is asked for: found by filters or by the beginning of its id, and told with everything about it."""

from collections.abc import Iterable
from datetime import datetime
from functools import cache
from typing import Final, Literal

from msgspec import Struct
from sqlalchemy import select

from engine.history.model import Override
from engine.ledger.entries import KeptWork
from engine.ledger.keeping import snapshot_from
from engine.ledger.ledger import Ledger
from engine.ledger.stored import unpacked, written_from
from engine.ledger.tables import events, subjects
from engine.ledger.ticking import Rung
from engine.lifecycle.events import AccountEvent, Planned
from engine.lifecycle.facts import Silence
from engine.lifecycle.life import Happening, life_of
from engine.lifecycle.mail import Mail
from engine.lifecycle.work import Work
from engine.planning.schema import Json, document_schema
from engine.snapshots.model import AccountSnapshot

ACTIONS_URL: Final = "https://playbook-engine.invalid/schemas/actions.schema.json"
ACTION_URL: Final = "https://playbook-engine.invalid/schemas/action.schema.json"
TICK_URL: Final = "https://playbook-engine.invalid/schemas/tick.schema.json"
SILENCES_URL: Final = "https://playbook-engine.invalid/schemas/silences.schema.json"
OVERRIDES_URL: Final = "https://playbook-engine.invalid/schemas/overrides.schema.json"


class ListedAction(Struct, frozen=True, kw_only=True):
    """An action with whose it is, and whether it is late now."""

    playbook: str
    account: str
    name: str | None
    late: bool
    work: Work


class ActionList(Struct, frozen=True, kw_only=True):
    """The actions that were asked for, at a moment."""

    format: Literal["playbook-actions/1"] = "playbook-actions/1"
    now: datetime
    actions: tuple[ListedAction, ...]


class ActionStory(Struct, frozen=True, kw_only=True):
    """An action with its whole life: what happened to it, in order, and the messages that belong to it."""

    format: Literal["playbook-action/1"] = "playbook-action/1"
    now: datetime
    action: ListedAction
    happened: tuple[Happening, ...]
    messages: tuple[Mail, ...]


class OverrideRow(Struct, frozen=True, kw_only=True):
    """A class's value that somebody has set, and for which account."""

    playbook: str
    account: str
    name: str | None
    override: Override


class SilenceList(Struct, frozen=True, kw_only=True):
    """Silences, at a moment."""

    format: Literal["playbook-silences/1"] = "playbook-silences/1"
    now: datetime
    silences: tuple[Silence, ...]


class OverrideList(Struct, frozen=True, kw_only=True):
    """What people have set by hand."""

    format: Literal["playbook-overrides/1"] = "playbook-overrides/1"
    overrides: tuple[OverrideRow, ...]


class TickReport(Struct, frozen=True, kw_only=True):
    """What reading the clocks came to: every instant that was recorded, told or not, and silences that have ended."""

    format: Literal["playbook-tick/1"] = "playbook-tick/1"
    now: datetime
    rungs: tuple[Rung, ...]
    silences: tuple[Silence, ...]


@cache
def tick_schema() -> Json:
    """The JSON Schema of ``tick --format json``."""
    return document_schema(TickReport, "Tick", TICK_URL)


@cache
def silences_schema() -> Json:
    """The JSON Schema of ``silences list --format json``."""
    return document_schema(SilenceList, "Silences", SILENCES_URL)


@cache
def overrides_schema() -> Json:
    """The JSON Schema of ``overrides list --format json``."""
    return document_schema(OverrideList, "Overrides", OVERRIDES_URL)


@cache
def actions_schema() -> Json:
    """The JSON Schema of ``actions list --format json``."""
    return document_schema(ActionList, "Actions", ACTIONS_URL)


@cache
def action_schema() -> Json:
    """The JSON Schema of ``actions show --format json``."""
    return document_schema(ActionStory, "Action", ACTION_URL)


def listed(found: Iterable[KeptWork], now: datetime) -> tuple[ListedAction, ...]:
    """Actions as they are listed: those due first come first, those without a due time last."""
    shown = (_listed(each, now) for each in found)
    return tuple(sorted(shown, key=_order))


def _listed(kept: KeptWork, now: datetime) -> ListedAction:
    due_at = kept.work.action.due_at
    late = kept.work.is_live and due_at is not None and due_at < now
    return ListedAction(playbook=kept.playbook, account=kept.account, name=kept.name, late=late, work=kept.work)


def _order(each: ListedAction) -> tuple[bool, float, str, str]:
    due_at = each.work.action.due_at
    return due_at is None, due_at.timestamp() if due_at else 0.0, each.account, each.work.action.id


def story(ledger: Ledger, kept: KeptWork, now: datetime) -> ActionStory:
    """Everything about an action."""
    action = kept.work.action.id
    happened = life_of(action, events_of(ledger, kept.playbook, kept.account))
    mail = ledger.mail(playbook=kept.playbook, account=kept.account, archived=None)
    messages = tuple(each.mail for each in mail if each.mail.message.action == action)
    return ActionStory(now=now, action=_listed(kept, now), happened=happened, messages=messages)


def overrides_of(ledger: Ledger, playbook: str | None = None, account: str | None = None) -> tuple[OverrideRow, ...]:
    """What people have set by hand, by playbook, account and address."""
    by_playbook: dict[str, list[str]] = {}
    for known, name in ledger.accounts(playbook):
        if account in (None, name):
            by_playbook.setdefault(known, []).append(name)
    return tuple(
        OverrideRow(playbook=known, account=state.account, name=state.name, override=each)
        for known, names in by_playbook.items()
        for state in ledger.states(known, names).values()
        for each in sorted(state.history.overrides, key=lambda each: (each.address, each.item or ""))
    )


def events_of(ledger: Ledger, playbook: str, account: str) -> list[AccountEvent]:
    """What happened to an account under a playbook, in order, but what was erased."""
    asked = (
        select(events.c.payload)
        .join(subjects, subjects.c.number == events.c.subject)
        .where(subjects.c.playbook == playbook, subjects.c.account == account, events.c.payload.is_not(None))
        .order_by(events.c.sequence)
    )
    with ledger.store.reading() as connection:
        found = [written_from(unpacked(payload)).event for payload in connection.scalars(asked)]
    return [each for each in found if isinstance(each, AccountEvent)]


def last_snapshot(ledger: Ledger, playbook: str, account: str) -> AccountSnapshot | None:
    """The account as its last plan under a playbook saw it; none where that is not kept any more, or of a version of
    the program that kept it otherwise."""
    plans = [each for each in events_of(ledger, playbook, account) if isinstance(each, Planned)]
    stored = ledger.get(plans[-1].snapshot) if plans else None
    try:
        return snapshot_from(stored) if stored else None
    except ValueError:
        return None
