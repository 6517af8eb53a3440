"""A message as people get it: HTML for mail programs, or a whole mail with both its forms."""

from email.message import EmailMessage
from email.policy import SMTP
from email.utils import formataddr

from engine.messages.blocks import block_html
from engine.messages.markdown import as_html
from engine.planning.plan import Message


def html_of(message: Message) -> str:
    """The message as an HTML document of its own, in the reader's language."""
    blocks = {each.name: block_html(each) for each in message.blocks}
    title = message.subject or message.content
    return as_html(message.markdown or message.body, blocks, title=title, language=message.locale)


def mail_of(message: Message) -> bytes:
    """The message as a mail (RFC 5322): text and HTML side by side, what is attached as texts. It has no sender yet."""
    mail = EmailMessage(policy=SMTP)
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
    for number, part in enumerate(mail.walk()):
        if part.is_multipart():  # the library's own boundary would be another every time
            part.set_boundary(f"playbook-{message.id}-{number}")
    return mail.as_bytes()
