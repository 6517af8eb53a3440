"""Actions that send something → messages: who gets what, in which language (language 7)."""

import re
from collections.abc import Iterator
from datetime import date, datetime
from typing import Final, cast

from msgspec import UNSET, Struct, UnsetType

from engine.compiling.compiled import CompiledContent
from engine.foundation.canonical import short_id
from engine.language.playbook import Cadence, Recipient
from engine.matching.explained import visible
from engine.planning.actions import Desk, Planned
from engine.planning.plan import Addressee, Message
from engine.planning.wording import LOCALES, Wording, choose
from engine.snapshots.model import Contact
from engine.templates.templates import one_line

_LOCALE: Final = re.compile(r"[a-z]{2}-[A-Z]{2}")
GONE: Final = frozenset({"left", "inactive"})


class Unsent(Struct, frozen=True):
    """A message nobody can get, and the data that is missing for it."""

    planned: Planned
    needs: str


def messages_of(desk: Desk, planned: Planned) -> Iterator[Message | Unsent]:
    """The messages an action sends: one per recipient, or why there is none.

    Nothing is written about a record that is not delivered: there is nothing to write from.
    """
    task = planned.task.task if planned.task is not None else None
    if task is None or task.send is None or not planned.finding.delivered:
        return
    content = desk.compiled.contents[task.send]
    recipient = task.to or content.entry.to
    if content.entry.audience == "internal" or (recipient and recipient.role in desk.compiled.playbook.roles.ours):
        yield _internal(desk, planned, content, recipient)
        return
    chosen = list(_recipients(desk, recipient, content.entry.channel))
    if not chosen:
        yield Unsent(planned, f"contacts.{recipient.role}" if recipient else "contacts")
    for contact in chosen:
        yield _to_contact(desk, planned, content, contact, recipient)


def _recipients(desk: Desk, recipient: Recipient | None, channel: str) -> Iterator[Contact]:
    """Contacts in the role who are still there, can be reached by the channel and did not opt out of it."""
    contacts = cast("tuple[Contact, ...] | UnsetType", visible(desk.snapshot, "contacts", desk.findings.run))
    if contacts is UNSET:
        return
    today = desk.findings.run.today
    found = [each for each in contacts if _fits(desk, each, recipient) and _reachable(each, channel, today)]
    found.sort(key=lambda each: (-(each.strength if isinstance(each.strength, int) else 0), each.id))
    yield from found[:1] if recipient is not None and recipient.pick == "strongest" else found


def _fits(desk: Desk, contact: Contact, recipient: Recipient | None) -> bool:
    if recipient is None or recipient.role == "all_contacts":
        return True
    role = desk.compiled.playbook.roles.theirs.get(str(contact.role))
    return contact.role == recipient.role or (role is not None and role.group == recipient.role)


def _reachable(contact: Contact, channel: str, today: date) -> bool:
    gone = contact.status in GONE or (isinstance(contact.left_on, date) and contact.left_on <= today)
    opted_out = isinstance(contact.opt_outs, tuple) and bool({channel, "all"} & set(contact.opt_outs))
    named = isinstance(contact.name, str)  # nobody is greeted by an id
    return named and not gone and not opted_out and bool(_address(contact, channel))


def _address(contact: Contact, channel: str) -> str | None:
    """Where the contact is reached: e-mail and chat by address, SMS by number, letters by name."""
    field = {"email": contact.email, "chat": contact.email, "sms": contact.phone}.get(channel, contact.name)
    return one_line(field) if isinstance(field, str) else None


def _to_contact(
    desk: Desk, planned: Planned, content: CompiledContent, contact: Contact, recipient: Recipient | None
) -> Message:
    name = contact.name if isinstance(contact.name, str) else contact.id
    role = str(contact.role) if isinstance(contact.role, str) else (recipient.role if recipient else "contact")
    known = {"name": name, "role": contact.role if isinstance(contact.role, str) else None,
             "title": contact.title if isinstance(contact.title, str) else None}  # fmt: skip
    to = Addressee(contact.id, None, role, one_line(name), _address(contact, content.entry.channel))
    return _message(desk, planned, content, to, known, _locale(desk, contact))


def _locale(desk: Desk, contact: Contact) -> str:
    """The contact's language, else the account's, else the playbook's."""
    for language in (contact.language, desk.snapshot.language):
        if isinstance(language, str) and language.partition("-")[0] in LOCALES:
            return language if _LOCALE.fullmatch(language) else LOCALES[language.partition("-")[0]]
    return desk.compiled.playbook.manifest.locale


def _internal(desk: Desk, planned: Planned, content: CompiledContent, recipient: Recipient | None) -> Message:
    owner = planned.action.owner
    if recipient is not None and recipient.role in desk.compiled.playbook.roles.ours:
        owner = desk.staffing.owner((recipient.role,), desk.snapshot.owners)
    person = desk.staffing.person(owner.person)
    name = owner.name or owner.person or owner.role
    to = Addressee(None, owner.person, owner.role, name, person.email if person else None)
    known = {"name": name, "role": owner.role, "title": None}
    return _message(desk, planned, content, to, known, desk.compiled.playbook.manifest.locale)


def _message(
    desk: Desk, planned: Planned, content: CompiledContent, to: Addressee, contact: dict[str, str | None], locale: str
) -> Message:
    wording = Wording(desk.compiled, desk.environment, locale)
    finding, action = planned.finding, planned.action
    known = {key: value for key, value in contact.items() if value}
    more = {"contact": known}
    body = choose(content.body, wording.language)
    assert body is not None  # noqa: S101 - a playbook whose content lacks a template is not compiled
    customer = to.contact is not None
    return Message(
        id=short_id((*planned.identity.parts, content.entry.id, to.contact or to.person or to.role)),
        action=action.id,
        content=content.entry.id,
        to=to,
        channel=content.entry.channel,
        locale=locale,
        subject=wording.line(content.subject, finding.rule.collection, finding.record, action.owner, more) or None,
        body=wording.fill(body, finding.rule.collection, finding.record, action.owner, more).strip() + "\n",
        approval=content.entry.approval or ("required" if customer else "none"),
        send_after=_send_after(desk, planned),
    )


def _send_after(desk: Desk, planned: Planned) -> datetime | None:
    """A waiting action's message goes out when that is released; a cadence's on its day; any other at once."""
    if planned.action.status == "waiting":
        return None
    if isinstance(planned.finding.rule.entry, Cadence) and planned.action.due_at is not None:
        return max(planned.action.due_at, desk.findings.run.as_of)
    return desk.findings.run.as_of
