"""``playbook messages``: what is to be sent, and what people say of it."""

import sys
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Final, Literal, get_args

import click

from engine import Ledger
from engine.commands import ExitCode, options
from engine.commands.answering import answering, put, say
from engine.commands.called import Called
from engine.commands.ledgers import check_known, document, existing, locale_of, meant_by, only, zone_of
from engine.commands.mail_table import MailTable
from engine.commands.terminal import ink, width_of_stdout
from engine.delivery.listing import ListedMessage, MessageList, listed
from engine.ledger.entries import KeptMail
from engine.ledger.listing import last_snapshot
from engine.ledger.saying import say_of
from engine.lifecycle import approving
from engine.lifecycle.events import AccountEvent, OptedOut
from engine.lifecycle.mail import Mail, MailState, content_digest
from engine.planning.plan_messages import Message
from engine.reports.mail_words import MailWords, mail_words_for
from engine.snapshots.model import Contact

Form = Literal["table", "json"]
which: Final = click.argument("messages", metavar="ID...", nargs=-1, required=True)
Decide = Callable[[Mail], AccountEvent | None]


@click.group("messages", short_help="Messages: list, show, approve, withdraw, resolve; opt-outs.")
def command() -> None:
    """Messages, and what people say of them. An ID may be shortened to a beginning that no other message has."""


@command.command("list")
@options.ledger
@click.option("--account", metavar="ID", help="The messages about this account.")
@click.option("--content", metavar="NAME", help="The messages of this content.")
@click.option(
    "--state", "states", multiple=True, type=click.Choice(get_args(MailState)),
    help="Messages that stand so; may be said several times. Default: all that have not ended.",
)  # fmt: skip
@options.of
@options.form
@options.words_in
@answering
def list_(
    ledger: str, account: str | None, content: str | None, states: tuple[MailState, ...], playbook: str | None,
    format_: Form, language: str | None,
) -> ExitCode:  # fmt: skip
    """The messages, and what each waits for.

    Exit codes: 0 fine, 2 wrong usage, or a ledger that can't be read.
    """
    wanted = states or ("drafted", "approved", "sending", "failed", "dead", "in_doubt")
    with existing(ledger) as opened:
        found = opened.mail(playbook=playbook, account=account, states=wanted, archived=None if states else False)
        shown = tuple(listed(each) for each in found if content in (None, each.mail.message.content))
        locale, zone = locale_of(opened, language, playbook), zone_of(opened, playbook)
        if format_ == "json":
            put([document(MessageList(messages=shown))])
        elif shown:
            called = Called(opened, locale, {each.playbook for each in shown})
            put(MailTable(locale, width_of_stdout(), zone, called).listed(shown))
        else:
            say(mail_words_for(locale).none)
    return ExitCode.FINE


@command.command("show")
@which
@options.ledger
@options.form
@options.words_in
@answering
def show(messages: tuple[str, ...], ledger: str, format_: Form, language: str | None) -> ExitCode:
    """Messages whole: who gets them, how they stand, what they say.

    Exit codes: 0 fine, 2 wrong usage, no such message, or a ledger that can't be read.
    """
    with existing(ledger) as opened:
        shown = [listed(_found(opened, each)) for each in messages]
        if format_ == "json":
            put([document(MessageList(messages=tuple(shown)))])
        else:
            _show(_table(opened, language), shown)
    return ExitCode.FINE


@command.command("approve")
@click.argument("messages", metavar="[ID]...", nargs=-1)
@click.option("--all", "content", metavar="CONTENT", help="Every draft of this content.")
@click.option("--yes", is_flag=True, help="Approve what is shown without being asked.")
@options.ledger
@options.by
@options.now
@options.words_in
@answering
def approve(
    messages: tuple[str, ...], content: str | None, yes: bool, ledger: str, by: str, now: datetime,
    language: str | None,
) -> ExitCode:  # fmt: skip
    """Show messages, ask, and approve just what was shown: subject, body and recipient.

    A draft that changes meanwhile is not approved. Exit codes: 0 fine, 1 some were not approved, 2 wrong usage, no
    such message, or a ledger that can't be written.
    """
    if bool(messages) == (content is not None):
        raise click.UsageError("name messages by ID, or all of a content with --all")
    with existing(ledger) as opened:
        words = mail_words_for(locale_of(opened, language))
        chosen = [_found(opened, each) for each in messages] if messages else _drafts(opened, content)
        if not chosen:
            say(words.none)
            return ExitCode.FINE
        _show(_table(opened, language), [*map(listed, chosen)])
        if not yes and not _agreed(words, len(chosen)):
            return ExitCode.NOT_FINE
        return _said(
            opened, chosen, language, "approved",
            lambda shown: lambda mail: approving.approved(mail, content_digest(shown.message), by, now),
        )  # fmt: skip


@command.command("withdraw")
@which
@options.ledger
@options.why
@options.by
@options.now
@options.words_in
@answering
def withdraw(
    messages: tuple[str, ...], ledger: str, why: str, by: str, now: datetime, language: str | None
) -> ExitCode:
    """Messages that are not to be sent.

    Exit codes: 0 fine, 1 some are on their way or gone, 2 wrong usage, no such message, or a ledger that can't be
    written.
    """
    with existing(ledger) as opened:
        chosen = [_found(opened, each) for each in messages]
        return _said(
            opened, chosen, language, "withdrawn", lambda _: lambda mail: approving.withdrawn(mail, why, by, now)
        )


@command.command("resolve")
@which
@click.option("--sent", "outcome", flag_value="sent", help="It arrived.")
@click.option("--again", "outcome", flag_value="again", help="It did not: send it again.")
@click.option("--drop", "outcome", flag_value="dropped", help="It is not to be sent any more.")
@click.option("--note", metavar="TEXT", help="How you know.")
@options.ledger
@options.by
@options.now
@options.words_in
@answering
def resolve(
    messages: tuple[str, ...], outcome: approving.Outcome | None, note: str | None, ledger: str, by: str,
    now: datetime, language: str | None,
) -> ExitCode:  # fmt: skip
    """Decide about messages in doubt, or given up: nobody but you can know whether they arrived.

    Exit codes: 0 fine, 1 some are neither, 2 wrong usage, no such message, or a ledger that can't be written.
    """
    if outcome is None:
        raise click.UsageError("say what became of it: --sent, --again or --drop")
    with existing(ledger) as opened:
        chosen = [_found(opened, each) for each in messages]
        return _said(
            opened, chosen, language, outcome, lambda _: lambda mail: approving.resolved(mail, outcome, note, by, now)
        )


@command.command("opt-out")
@click.argument("account", metavar="ACCOUNT")
@click.argument("contact", metavar="CONTACT")
@click.argument("what", type=click.Choice(["all", "nurture", "service", "email", "chat", "sms", "letter", "phone"]))
@options.ledger
@options.by
@options.now
@options.words_in
@answering
def opt_out(
    account: str, contact: str, what: str, ledger: str, by: str, now: datetime, language: str | None
) -> ExitCode:
    """A contact, by id or name, wants no more of a channel or kind of message, under any playbook, from now on.

    Exit codes: 0 fine, 2 wrong usage, no such account or contact, or a ledger that can't be written.
    """
    with existing(ledger) as opened:
        meant = _contact(opened, account, contact)
        opened.declare([OptedOut(at=now, by=by, account=account, contact=meant.id, what=what)])
        words = mail_words_for(locale_of(opened, language))
    named = f"{meant.name} {meant.id}" if meant.name else meant.id
    put([words.opted_out.format(contact=ink(named), account=ink(account), what=what)])
    return ExitCode.FINE


def _contact(ledger: Ledger, account: str, named: str) -> Contact:
    """The contact whose id or name is given, as the last plans of the account saw it; a usage error for no such account
    or contact, and where several have the name. Where no plan has kept the account's contacts, ids stand for
    themselves."""
    playbooks = [playbook for playbook, each in ledger.accounts() if each == account]
    if not playbooks:
        check_known(account, {each for _, each in ledger.accounts()}, "the ledger has no account", "ACCOUNT")
    seen = [each for each in (last_snapshot(ledger, playbook, account) for playbook in playbooks) if each is not None]
    contacts = {each.id: each for snapshot in seen for each in snapshot.contacts or ()}
    if not contacts:
        return Contact(id=named)
    names = {each.id: each.name or each.id for each in contacts.values()}
    return contacts[meant_by(named, names, f"{account} has no contact", "CONTACT")]


def _found(ledger: Ledger, beginning: str) -> KeptMail:
    """The one message whose id is, or begins with, ``beginning``; a usage error names the candidates otherwise."""
    return only(
        "message", beginning, lambda prefix: ledger.mail(id_prefix=prefix, archived=None),
        lambda each: each.mail.message.id, lambda each: f"{each.account}  {_what(each.mail.message)}",
    )  # fmt: skip


def _what(message: Message) -> str:
    return message.subject or message.content


def _drafts(ledger: Ledger, content: str | None) -> list[KeptMail]:
    drafts = ledger.mail(states=["drafted"])
    return [each for each in drafts if each.mail.message.content == content]


def _show(table: MailTable, shown: Sequence[ListedMessage]) -> None:
    for number, each in enumerate(shown):
        put(["", *table.whole(each)] if number else table.whole(each))


def _agreed(words: MailWords, count: int) -> bool:
    if not sys.stdin.isatty():
        say(words.approve)
        return False
    return click.confirm(words.to_approve.format(count), err=True)


def _table(ledger: Ledger, language: str | None) -> MailTable:
    locale = locale_of(ledger, language)
    return MailTable(locale, width_of_stdout(), zone_of(ledger), Called(ledger, locale))


def _said(
    ledger: Ledger, chosen: Sequence[KeptMail], language: str | None, word: str, deciding: Callable[[Mail], Decide]
) -> ExitCode:
    """Writes what somebody says of each message, and says what came of it."""
    locale = locale_of(ledger, language)
    words, called = mail_words_for(locale), Called(ledger, locale)
    done = [_one_said(ledger, kept, words, called, word, deciding(kept.mail)) for kept in chosen]
    put(text for _, text in done)
    return ExitCode.FINE if all(is_fine for is_fine, _ in done) else ExitCode.NOT_FINE


def _one_said(
    ledger: Ledger, kept: KeptMail, words: MailWords, called: Called, word: str, decide: Decide
) -> tuple[bool, str]:
    """Whether it could be said, and what came of it. A message that has left its account's state is as it was found."""
    message = kept.mail.message
    try:
        said = say_of(ledger, kept.playbook, kept.account, lambda state: decide(state.mail.get(message.id, kept.mail)))
    except approving.Changed:
        return False, words.changed.format(id=message.id)
    except approving.TooLate as late:
        return False, words.too_late.format(id=message.id, state=words.states[late.mail.state])
    if said.event is None:
        return True, words.before.format(id=message.id, state=words.states[kept.mail.state])
    to = called.addressee(kept.playbook, message.to)
    return True, words.said[word].format(id=message.id, to=ink(to), what=ink(_what(message)))
