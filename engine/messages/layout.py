"""A message as people get it: HTML for mail programs, or a whole mail with both its forms."""

from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, formataddr, parseaddr
from typing import Final

from msgspec import Struct

from engine.messages.blocks import block_html
from engine.messages.markdown import as_html
from engine.planning.plan_messages import Message


def html_of(message: Message) -> str:
    """The message as an HTML document of its own, in the reader's language."""
    blocks = {each.name: block_html(each) for each in message.blocks}
    title = message.subject or message.content
    return as_html(message.markdown or message.body, blocks, title=title, language=message.locale)


def text_of(message: Message) -> str:
    """The message for reading: who gets it and how, then what it says."""
    to = message.to
    whom = f"{to.name or to.contact or to.person or to.role} ({to.role})"
    fields = (
        ("To", f"{whom} <{to.address}>" if to.address else whom),
        ("Channel", message.channel),
        ("Language", message.locale),
        ("Approval", message.approval),
        ("Send-After", message.send_after.isoformat() if message.send_after else None),
        ("Message-Id", message.id),
        ("Action", message.action),
        ("Subject", message.subject),
    )
    head = "".join(f"{name}: {' '.join(value.split())}\n" for name, value in fields if value)
    return f"{head}\n{message.body}"


class Envelope(Struct, frozen=True, kw_only=True):
    """What a mail shows beside the message itself: who sends it and when; an ``invitation`` (iCalendar) goes with it.

    Its Message-ID is made of the message's id and the sender's domain: handed over twice, it is the same mail.
    """

    sender: str | None = None
    reply_to: str | None = None
    at: datetime | None = None
    invitation: bytes | None = None


_NO_ENVELOPE: Final = Envelope()


def mail_of(message: Message, envelope: Envelope = _NO_ENVELOPE) -> bytes:
    """The message as a mail (RFC 5322): text and HTML side by side, what is attached as texts.

    ``ValueError`` where a name or an address can't stand in a mail.
    """
    mail = EmailMessage(policy=SMTP)
    if envelope.sender:
        mail["From"] = envelope.sender
        mail["Message-ID"] = f"<{message.id}@{parseaddr(envelope.sender)[1].rpartition('@')[2]}>"
    if envelope.reply_to:
        mail["Reply-To"] = envelope.reply_to
    if envelope.at:
        mail["Date"] = format_datetime(envelope.at)
    if message.to.address:
        mail["To"] = formataddr((message.to.name or "", message.to.address))
    mail["Subject"] = message.subject or ""
    mail["Content-Language"] = message.locale
    mail["X-Playbook-Message"] = message.id
    mail.set_content(message.body)
    mail.add_alternative(html_of(message), subtype="html")
    for each in message.attached:
        if each.body is not None:
            mail.add_attachment(each.body, subtype="markdown", filename=f"{each.content}.md")
    if envelope.invitation is not None:
        text = envelope.invitation.decode()
        mail.add_attachment(text, subtype="calendar", filename="invite.ics", params={"method": "REQUEST"})
    for number, part in enumerate(mail.walk()):
        if part.is_multipart():  # the library's own boundary would be another every time
            part.set_boundary(f"playbook-{message.id}-{number}")
    return mail.as_bytes()
