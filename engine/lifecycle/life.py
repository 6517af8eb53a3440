"""The life of an action: everything that happened to it, from the events of its account."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Literal

from msgspec import Struct

from engine.lifecycle import events

What = Literal[
    "opened", "updated", "closed", "acknowledged", "started", "finished", "cancelled", "snoozed", "reassigned", "told",
    "passed",
]  # fmt: skip
"""``told``: a step of its escalation was told to somebody; ``passed``: an instant of it passed and nobody was."""


class Happening(Struct, frozen=True, kw_only=True):
    """Something that happened to an action: when, what, and by whose word; ``run`` is the run that found it.

    ``detail`` is the step that was told, the person it went to, the date it was put off to, or why a run closed it.
    ``note`` is what somebody said. Of an escalation's instant ``step`` is its step, ``number`` counts that step's
    instants from 1, and ``to`` is who was told.
    """

    at: datetime
    what: What
    by: str
    run: str | None = None
    detail: str | None = None
    note: str | None = None
    step: str | None = None
    number: int | None = None
    to: str | None = None


def life_of(action: str, happened: Iterable[events.AccountEvent]) -> tuple[Happening, ...]:
    """What happened to an action, in order, under all the ids it has had; of an account's events in their order."""
    told = list(happened)
    names = {action}
    for each in reversed(told):
        if isinstance(each, events.Planned):
            names |= {old for old, new in each.renamed.items() if new in names}
    return tuple(found for each in told for found in _of_event(each, names))


def _of_event(event: events.AccountEvent, names: set[str]) -> Iterator[Happening]:
    if isinstance(event, events.Planned):
        yield from _of_plan(event, names)
    elif getattr(event, "action", None) in names:
        yield from _said(event)
    elif isinstance(event, events.Snoozed) and any(each.id in names for each in event.moved):
        due_at = next(each.due_at for each in event.moved if each.id in names)
        yield Happening(at=event.at, what="updated", by=event.by, detail=_text(due_at), note=event.why)


def _of_plan(event: events.Planned, names: set[str]) -> Iterator[Happening]:
    for what, actions in (("opened", event.opened), ("updated", event.updated)):
        for action in actions:
            if action.id in names:
                yield Happening(at=event.at, what=what, by=event.by, run=event.run, detail=_text(action.due_at))  # type: ignore[arg-type]
    for closing in event.closed:
        if closing.action in names:
            yield Happening(at=event.at, what="closed", by=event.by, run=event.run, detail=closing.reason)


def _said(event: events.AccountEvent) -> Iterator[Happening]:
    at, by = event.at, event.by
    match event:
        case events.Acknowledged():
            yield Happening(at=at, what="acknowledged", by=by)
        case events.Started():
            yield Happening(at=at, what="started", by=by)
        case events.Finished():
            yield Happening(at=at, what="finished", by=by, detail=event.verdict, note=event.why)
        case events.Cancelled():
            yield Happening(at=at, what="cancelled", by=by, note=event.why)
        case events.Snoozed():
            yield Happening(at=at, what="snoozed", by=by, detail=_text(event.until), note=event.why)
        case events.Reassigned():
            yield Happening(at=at, what="reassigned", by=by, detail=event.name or event.person, note=event.why)
        case events.Escalated():
            reader = event.notice.to if event.notice is not None else None
            to = (reader.name or reader.person or reader.role) if reader is not None else None
            step = f"{event.step} {event.number}"
            yield Happening(
                at=at, what="passed" if to is None else "told", by=by, detail=step if to is None else f"{step} → {to}",
                step=event.step, number=event.number, to=to,
            )  # fmt: skip


def _text(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment is not None else None
