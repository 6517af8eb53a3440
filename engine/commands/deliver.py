"""``playbook deliver``: hands over every message that may go."""

from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, Literal

import click

from engine.commands import ExitCode, options
from engine.commands.answering import answering, put, say
from engine.commands.called import Called
from engine.commands.ledgers import document, existing, locale_of, zone_of
from engine.commands.mail_table import MailTable
from engine.commands.terminal import ink, width_of_stdout
from engine.delivery.delivering import delivering, settings_for
from engine.delivery.listing import DeliveryReport, ListedMessage, listed
from engine.delivery.worker import Delivered
from engine.ledger.address import Address
from engine.reports.mail_words import MailWords, mail_words_for

_NOT_FINE: Final = frozenset({"dead", "in_doubt", "unreachable", "retried_later"})


@click.command("deliver", short_help="Hand over every message that may go.")
@options.ledger
@click.option("--delivery", type=options.FILE, metavar="FILE", help="Servers, addresses, quiet hours, caps.")
@click.option("--now", type=options.InstantType(), help="The moment, standing still. For reruns and tests.")
@click.option("--dry-run", is_flag=True, help="Only say what would become of each message that is due.")
@options.form
@options.words_in
@options.quiet
@answering
def command(
    ledger: str, delivery: Path | None, now: datetime | None, dry_run: bool, format_: Literal["table", "json"],
    language: str | None, quiet: bool,
) -> ExitCode:  # fmt: skip
    """Hand over every message that needs nobody's word any more and may go now. Safe to start twice at once.

    Without --delivery everything goes as files into the folder `outbox` beside the ledger. Exit codes: 0 fine, 1 some
    could not be handed over or are in doubt, each listed, 2 wrong usage, or settings or a ledger that can't be used.
    """
    clock = _clock(now)
    settings = settings_for(Address.of(ledger), delivery)
    with existing(ledger) as opened:
        locale, zone = locale_of(opened, language), zone_of(opened)
        called = Called(opened, locale)
        done: list[Delivered] = []
        found = _kept(delivering(opened, settings, clock, rehearsal=dry_run), done)
        if format_ == "table":
            put(MailTable(locale, width_of_stdout(), zone, called).delivered(found), to_the_end=True)
        else:
            list(found)
        doubtful = tuple(listed(each) for each in opened.mail(states=["in_doubt"], archived=None))
    if format_ == "json":
        report = DeliveryReport(now=clock(), rehearsal=dry_run, deliveries=tuple(done), in_doubt=doubtful)
        put([document(report)])
    elif not quiet or doubtful:
        _tell(mail_words_for(locale), done, doubtful, called)
    is_fine = not doubtful and not any(each.result in _NOT_FINE for each in done)
    return ExitCode.FINE if is_fine else ExitCode.NOT_FINE


def _clock(now: datetime | None) -> Callable[[], datetime]:
    return (lambda: now) if now is not None else lambda: datetime.now(UTC)


def _kept(found: Iterable[Delivered], done: list[Delivered]) -> Iterator[Delivered]:
    for each in found:
        done.append(each)
        yield each


def _tell(words: MailWords, done: list[Delivered], doubtful: tuple[ListedMessage, ...], called: Called) -> None:
    if not done:
        say(words.nothing)
    for each in doubtful:
        message = each.mail.message
        about = called.about(each.playbook, each.account)
        to = called.addressee(each.playbook, message.to)
        say(words.resolve.format(id=message.id, account=ink(about), to=ink(to)))
