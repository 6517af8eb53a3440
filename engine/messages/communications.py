"""Actions that send something → messages: who gets what, in which language (language 7)."""

import re
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any, Final, cast

from msgspec import UNSET, Struct, UnsetType

from engine.compiling.compiled import CompiledContent
from engine.compiling.structure import EVERYBODY
from engine.foundation.canonical import short_id
from engine.language.content import Message as Content
from engine.language.content import Recipient
from engine.language.kinds import BUILT_IN_TITLES
from engine.language.playbook import Cadence, TheirRole
from engine.matching.explained import visible
from engine.messages.blocks import Blocks, Told, block_text
from engine.messages.markdown import as_text
from engine.planning.actions import Desk, Planned
from engine.planning.bringing import Chosen, attached
from engine.planning.plan_messages import Addressee, Block, Message, NotSent, Obstacle, Reason
from engine.planning.plan_work import Attached, Owner
from engine.planning.wording import LOCALES, Wording, choose
from engine.snapshots.model import Contact
from engine.templates.marks import PLACE
from engine.templates.templates import one_line

_LOCALE: Final = re.compile(r"[a-z]{2}-[A-Z]{2}")
GONE: Final = frozenset({"left", "inactive"})
CHANNELS: Final = frozenset({"email", "chat", "sms", "letter", "phone"})
"""The ways to reach somebody; a contact's other preferences say nothing of how."""


class Unsent(Struct, frozen=True):
    """A message nobody can get, and the data that is missing for it."""

    planned: Planned
    needs: str


def messages_of(told: Told, planned: Planned) -> Iterator[Message | NotSent | Unsent]:
    """The messages an action sends, one per recipient; who does not get it and why not; why nobody gets any.

    Nothing is written about a record that is not delivered: there is nothing to write from.
    """
    desk, task = told.desk, planned.task.task if planned.task is not None else None
    if task is None or task.send is None or not planned.finding.delivered:
        return
    content = desk.compiled.contents[task.send]
    recipient = task.to or content.entry.to
    if content.entry.audience == "internal" or _is_ours(desk, recipient):
        yield _internal(told, planned, content, recipient)
        return
    chosen: list[Contact] = []
    for contact in _in_role(desk, recipient):
        obstacle = _obstacle(contact, content.entry, desk.findings.run.today)
        if obstacle is None:
            chosen.append(contact)
        else:
            yield _not_sent(planned, content.entry, contact, obstacle)
    if not chosen:
        yield Unsent(planned, f"contacts.{recipient.role}" if recipient else "contacts")
    for contact in chosen[:1] if recipient is not None and recipient.pick == "strongest" else chosen:
        message = _to_contact(told, planned, content, contact, recipient)
        is_empty = content.entry.needs_attached and not message.attached
        yield _not_sent(planned, content.entry, contact, "nothing_attached") if is_empty else message


def _not_sent(planned: Planned, content: Content, contact: Contact, why: Obstacle) -> NotSent:
    name = one_line(contact.name) if isinstance(contact.name, str) else None
    return NotSent(planned.action.id, content.id, contact.id, why, name)


def _is_ours(desk: Desk, recipient: Recipient | None) -> bool:
    return recipient is not None and recipient.role in {*desk.compiled.playbook.roles.ours, *BUILT_IN_TITLES}


def _in_role(desk: Desk, recipient: Recipient | None) -> list[Contact]:
    """The contacts in the role, those we stand best with first."""
    contacts = cast("tuple[Contact, ...] | UnsetType", visible(desk.snapshot, "contacts", desk.findings.run))
    found = [] if contacts is UNSET else [each for each in contacts if _fits(desk, each, recipient)]
    return sorted(found, key=lambda each: (-(each.strength if isinstance(each.strength, int) else 0), each.id))


def _fits(desk: Desk, contact: Contact, recipient: Recipient | None) -> bool:
    if recipient is None or recipient.role == EVERYBODY:
        return True
    role = desk.compiled.playbook.roles.theirs.get(str(contact.role))
    return contact.role == recipient.role or (role is not None and role.group == recipient.role)


def _obstacle(contact: Contact, content: Content, today: date) -> Obstacle | None:
    """Why a contact must not or can't be written to; what serves the relationship alone needs known opt-outs."""
    if contact.status in GONE or (isinstance(contact.left_on, date) and contact.left_on <= today):
        return "left"
    if isinstance(contact.opt_outs, tuple):
        if {content.channel, content.class_, "all"} & set(contact.opt_outs):
            return "opted_out"
    elif content.class_ == "nurture" and contact.opt_outs is UNSET:
        return "opt_outs_unknown"
    wanted = CHANNELS & set(contact.preferences if isinstance(contact.preferences, tuple) else ())
    if wanted and content.channel not in wanted:
        return "prefers_otherwise"
    if not isinstance(contact.name, str):
        return "no_name"  # nobody is greeted by an id
    return None if _address(contact, content.channel) else "no_address"


def _address(contact: Contact, channel: str) -> str | None:
    """Where the contact is reached: e-mail and chat by address, SMS by number, letters by name."""
    field = {"email": contact.email, "chat": contact.email, "sms": contact.phone}.get(channel, contact.name)
    return one_line(field) if isinstance(field, str) else None


def _to_contact(
    told: Told, planned: Planned, content: CompiledContent, contact: Contact, recipient: Recipient | None
) -> Message:
    name = contact.name if isinstance(contact.name, str) else contact.id
    role = str(contact.role) if isinstance(contact.role, str) else (recipient.role if recipient else "contact")
    title = contact.title if isinstance(contact.title, str) else None
    known = {"name": name, "role": contact.role if isinstance(contact.role, str) else None, "title": title}
    to = Addressee(contact.id, None, role, one_line(name), _address(contact, content.entry.channel), _why(recipient))
    return _message(told, planned, content, to, known, _locale(told.desk, contact))


def _why(recipient: Recipient | None) -> Reason:
    if recipient is None or recipient.role == EVERYBODY:
        return "everybody"
    return "strongest" if recipient.pick == "strongest" else "role"


def _locale(desk: Desk, contact: Contact) -> str:
    """The contact's language, else the account's, else the playbook's."""
    for language in (contact.language, desk.snapshot.language):
        if isinstance(language, str) and language.partition("-")[0] in LOCALES:
            return language if _LOCALE.fullmatch(language) else LOCALES[language.partition("-")[0]]
    return desk.compiled.playbook.manifest.locale


def _internal(told: Told, planned: Planned, content: CompiledContent, recipient: Recipient | None) -> Message:
    why: Reason = "owner"
    desk, owner = told.desk, planned.action.owner
    if recipient is not None and _is_ours(desk, recipient):
        owner, why = desk.owner((recipient.role,)), "role"
    person = desk.staffing.person(owner.person)
    name = owner.name or owner.person or owner.role
    to = Addressee(None, owner.person, owner.role, name, person.email if person else None, why)
    known = {"name": name, "role": owner.role, "title": None}
    return _message(told, planned, content, to, known, _own_locale(desk))


def _message(
    told: Told, planned: Planned, content: CompiledContent, to: Addressee, contact: dict[str, str | None], locale: str
) -> Message:
    desk = told.desk
    wording = desk.wording.in_locale(locale)
    finding, action = planned.finding, planned.action
    role = desk.compiled.playbook.roles.theirs.get(to.role)
    customer = to.contact is not None
    pieces = _attached(desk, content, role, wording, action.owner, customer=customer)
    cares_about = role.cares_about.in_language(wording.language) if role and role.cares_about else ()
    known = {key: value for key, value in contact.items() if value} | {"cares_about": list(cares_about)}
    more = {"contact": known, "attached": [_told(each) for each in pieces]}
    uses = content.entry.blocks
    blocks = Blocks(told, wording, finding, customer=customer).made(uses)
    template = choose(content.body, wording.language)
    filled = wording.fill(template, finding.rule.collection, finding.record, action.owner, more) if template else ""
    markdown = _with_places(_without({each.name for each in uses} - {each.name for each in blocks}, filled), blocks)
    body = as_text(markdown, {each.name: block_text(each, wording.language) for each in blocks})
    return Message(
        id=short_id((*planned.identity.parts, content.entry.id, to.contact or to.person or to.role)),
        action=action.id,
        content=content.entry.id,
        class_=content.entry.class_,
        to=to,
        channel=content.entry.channel,
        locale=locale,
        subject=wording.line(content.subject, finding.rule.collection, finding.record, action.owner, more) or None,
        body=body,
        markdown=markdown if markdown != body else None,
        blocks=blocks,
        approval=content.entry.approval or ("required" if customer else "none"),
        send_after=_send_after(desk, planned, customer=customer),
        attached=pieces,
    )


def _without(left_out: set[str], markdown: str) -> str:
    """The text without the places of blocks that are left out, nor the blank lines around them."""
    texts, names = PLACE.split(markdown)[::2], PLACE.split(markdown)[1::2]
    kept = texts[0]
    for name, text in zip(names, texts[1:], strict=True):
        kept = f"{kept.rstrip()}\n\n{text.lstrip()}" if name in left_out else f"{kept}[[{name}]]{text}"
    return kept


def _with_places(markdown: str, blocks: tuple[Block, ...]) -> str:
    """The text with a place for every block: those the author gave none stand at the end."""
    placed = set(PLACE.findall(markdown))
    parts = (markdown.strip(), *(f"[[{each.name}]]" for each in blocks if each.name not in placed))
    return "\n\n".join(each for each in parts if each) + "\n"


def _own_locale(desk: Desk) -> str:
    """What our own people read: the language of the run."""
    locale = desk.wording.locale
    return locale if _LOCALE.fullmatch(locale) else LOCALES.get(locale, desk.compiled.playbook.manifest.locale)


def _attached(
    desk: Desk, content: CompiledContent, role: TheirRole | None, wording: Wording, owner: Owner, *, customer: bool
) -> tuple[Attached, ...]:
    found = desk.bringing.chosen(content.entry.attach, role, sent=customer)
    return tuple(attached(each, wording.language, _body(each, wording, owner)) for each in found)


def _body(chosen: Chosen, wording: Wording, owner: Owner) -> str | None:
    template = choose(chosen.piece.body, wording.language)
    return wording.fill(template, None, None, owner).strip() + "\n" if template is not None else None


def _told(piece: Attached) -> dict[str, Any]:
    """What a template reads of an attached piece; its title stands in for a summary."""
    return {
        "kind": piece.kind,
        "title": piece.title,
        "summary": piece.summary or piece.title,
        "points": list(piece.points),
        "link": piece.link,
    }


def _send_after(desk: Desk, planned: Planned, *, customer: bool) -> datetime | None:
    """A waiting action's message goes out when that is released; a cadence's on its day; any other at once. A customer
    is not written to before the action is due again that somebody put off (spec 3.6)."""
    action, now = planned.action, desk.findings.run.as_of
    if action.status == "waiting":
        return None
    known = desk.known.get(action.id)
    quiet_until = known.quiet_until if known is not None and customer else None
    on_its_day = action.due_at if isinstance(planned.finding.rule.entry, Cadence) else None
    return max(each for each in (now, on_its_day, quiet_until) if each is not None)
