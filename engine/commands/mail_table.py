"""Messages for people: a table of them, what became of them in a run, and one as its reader gets it."""

from collections.abc import Iterable, Iterator
from datetime import datetime, tzinfo
from typing import Final

from engine.commands.called import Called
from engine.commands.ledgers import local, shortest
from engine.commands.terminal import Cell, Style, clean_lines, ink, padded, paragraph, row
from engine.delivery.listing import ListedMessage
from engine.delivery.worker import Delivered
from engine.lifecycle.mail import Mail
from engine.planning.plan_messages import Message
from engine.reports.mail_words import mail_words_for
from engine.reports.words import joined

_STYLES: Final[dict[str, Style]] = {
    "in_doubt": {"fg": "red", "bold": True}, "dead": {"fg": "red"}, "unreachable": {"fg": "red"},
    "failed": {"fg": "yellow"}, "retried_later": {"fg": "yellow"}, "sent": {"fg": "green"},
}  # fmt: skip
_DIM: Final[Style] = {"dim": True}
_BOLD: Final[Style] = {"bold": True}
_LABEL: Final = 12


class MailTable:
    """Lays out messages in a language, on the clocks of a time zone."""

    def __init__(self, locale: str, columns: int, zone: tzinfo | None, called: Called) -> None:
        self._words = mail_words_for(locale)
        self._columns = columns
        self._zone = zone
        self._called = called
        fixed = (10, 13, 8, 12, 12, 20)
        self._widths = (*fixed[:5], columns - 2 - sum(fixed) - len(fixed), fixed[5])

    def listed(self, found: Iterable[ListedMessage]) -> Iterator[str]:
        """A row per message, ids as short as they can be typed."""
        shown = list(found)
        ids = shortest(each.mail.message.id for each in shown)
        yield from self._headings()
        for each in shown:
            mail = each.mail
            state = Cell(self._words.states[mail.state], _STYLES.get(mail.state, {}))
            yield from self._row(ids[mail.message.id], state, each, mail.message, self._when(mail))

    def delivered(self, found: Iterable[Delivered]) -> Iterator[str]:
        """A row per message of a run, as they come."""
        for number, each in enumerate(found):
            if number == 0:
                yield from self._headings()
            result = Cell(self._words.results[each.result], _STYLES.get(each.result, {}))
            yield from self._row(each.message.id[:10], result, each, each.message, self._why(each.why, each.until))

    def whole(self, each: ListedMessage) -> Iterator[str]:
        """One message: how it stands, and all that its reader gets."""
        mail, message, facts = each.mail, each.mail.message, self._words.facts
        yield ink(message.id, bold=True)
        address = f" <{message.to.address}>" if message.to.address else ""
        who, role = self._called.addressee(each.playbook, message.to), self._called.role(each.playbook, message.to)
        about = self._called.about(each.playbook, each.account)
        for name, text in (
            ("to", f"{who} ({role}){address} · {message.channel} · {about}"),
            ("state", joined((self._words.states[mail.state], self._when(mail)))),
            ("action", message.action),
            ("attempts", str(mail.attempts or "")),
            ("by", self._called.person(mail.approved_by or "")),
            ("digest", each.digest),
            ("subject", message.subject or ""),
            ("attached", joined(piece.title for piece in message.attached)),
        ):
            if text:
                yield from paragraph(padded(facts[name], _LABEL), text, self._columns, 2, _DIM)
        yield ""
        yield from (f"  {line}".rstrip() for line in clean_lines(message.body).rstrip("\n").split("\n"))

    def _headings(self) -> Iterator[str]:
        yield from row([Cell(name, _BOLD) for name in self._words.columns], self._widths)

    def _row(
        self, name: str, state: Cell, each: ListedMessage | Delivered, message: Message, when: str
    ) -> Iterator[str]:
        cells = (
            Cell(name, _DIM), state, Cell(message.channel), Cell(self._called.about(each.playbook, each.account)),
            Cell(self._called.addressee(each.playbook, message.to)),
            Cell(message.subject or message.content), Cell(when),
        )  # fmt: skip
        yield from row(cells, self._widths)

    def _when(self, mail: Mail) -> str:
        """What it waits for; of a sent one, when it was."""
        if mail.sent_at is not None:
            return local(mail.sent_at, self._zone)
        until = mail.next_at if mail.state in ("drafted", "approved", "failed") else None
        return self._why(mail.error if mail.state in ("failed", "dead", "in_doubt") else mail.why, until)

    def _why(self, why: str | None, until: datetime | None) -> str:
        at = self._words.until.format(local(until, self._zone)) if until is not None else ""
        return joined((self._words.why.get(why, why) if why else "", at))
