"""Appointments as iCalendar (RFC 5545): to go with a message to a customer, and a calendar for each of our people."""

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from email.utils import parseaddr
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Final

from engine.foundation.files import whole_file
from engine.language.kinds import KINDS
from engine.ledger.entries import KeptWork
from engine.ledger.ledger import Ledger
from engine.lifecycle.state import AccountState
from engine.lifecycle.work import LIVE, Work
from engine.planning.plan_messages import Message
from engine.planning.plan_work import Action

if TYPE_CHECKING:
    from icalendar import Calendar, Event

HOUR: Final = timedelta(hours=1)
"""How long an appointment is that nobody has said the length of."""
_PREFIX: Final = "appointments-"
_PRODUCT: Final = "-//Playbook Engine//EN"


def invitation_for(state: AccountState, message: Message, sender: str | None) -> bytes | None:
    """The invitation that goes with a message to a contact: to what takes place with the customer, if it has a date.

    None without the library icalendar, which is an extra.
    """
    work = state.work.get(message.action)
    if message.to.contact is None or work is None or not is_appointment(work.action):
        return None
    if find_spec("icalendar") is None:
        return None
    from icalendar import vCalAddress

    calendar, event = _calendar("REQUEST"), _event(work, message.subject or work.action.title)
    if sender is not None:
        event.add("organizer", vCalAddress(f"mailto:{parseaddr(sender)[1]}"))
    if message.to.address and message.channel == "email":
        attendee = vCalAddress(f"mailto:{message.to.address}")
        attendee.params["CN"] = message.to.name or message.to.address
        attendee.params["RSVP"] = "TRUE"
        event.add("attendee", attendee)
    calendar.add_component(event)
    written: bytes = calendar.to_ical()
    return written


def is_appointment(action: Action) -> bool:
    """Whether an action takes place with the customer, at a time."""
    return KINDS[action.kind].with_customer and action.due_at is not None


def write_calendars(ledger: Ledger, folder: Path) -> list[str]:
    """Writes a calendar for each person who has appointments, to be subscribed to; the names of the files.

    A calendar is written whole: what moved has moved, what was called off is gone. Raises ``OSError``.
    """
    written = []
    for person, kept in sorted(_by_person(ledger.work(statuses=LIVE)).items()):
        name = f"{_PREFIX}{_safe(person)}.ics"
        with whole_file(folder / name) as file:
            file.write(calendar_of(kept))
        written.append(name)
    for old in folder.glob(f"{_PREFIX}*.ics"):
        if old.name not in written:
            with whole_file(old) as file:
                file.write(calendar_of(()))
    return written


def calendar_of(kept: Iterable[KeptWork]) -> bytes:
    """The appointments as a calendar; equal ones are equal bytes."""
    calendar = _calendar("PUBLISH")
    for each in kept:
        event = _event(each.work, f"{each.work.action.title} · {each.name or each.account}")
        calendar.add_component(event)
    written: bytes = calendar.to_ical()
    return written


def _by_person(kept: Iterable[KeptWork]) -> dict[str, list[KeptWork]]:
    found: dict[str, list[KeptWork]] = {}
    for each in kept:
        person = each.work.action.owner.person
        if person is not None and is_appointment(each.work.action):
            found.setdefault(person, []).append(each)
    return found


def _calendar(method: str) -> "Calendar":
    from icalendar import Calendar

    calendar = Calendar()
    calendar.add("prodid", _PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", method)
    return calendar


def _event(work: Work, title: str) -> "Event":
    from icalendar import Event

    action, event = work.action, Event()
    event.add("uid", f"{action.id}@playbook")
    event.add("dtstamp", work.changed_at.astimezone(UTC))
    event.add("sequence", int((work.changed_at - work.opened_at).total_seconds()))
    event.add("summary", title)
    for name, value in _times(action):
        event.add(name, value)
    if action.checklist:
        event.add("description", "\n".join(f"- {each}" for each in action.checklist))
    return event


def _times(action: Action) -> Iterator[tuple[str, date | datetime]]:
    """When it is: a day where the date is one, else an hour from the instant on."""
    due_at = action.due_at
    assert due_at is not None  # noqa: S101 - appointments have one
    if action.due is not None and len(action.due) == len("2026-11-20"):
        yield "dtstart", date.fromisoformat(action.due)
    else:
        yield "dtstart", due_at.astimezone(UTC)
        yield "dtend", (due_at + HOUR).astimezone(UTC)


def _safe(person: str) -> str:
    return "".join(each if each.isalnum() or each in "-_" else "_" for each in person)
