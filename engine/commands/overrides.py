"""``playbook overrides``: values of classes that people set by hand, until a day, for a reason."""

from datetime import date, datetime
from typing import Literal

import click

from engine import Ledger
from engine.commands import ExitCode, options
from engine.commands.answering import answering, put, say
from engine.commands.called import Called
from engine.commands.ledgers import check_known, document, existing, locale_of
from engine.commands.terminal import sentence
from engine.history.model import Override
from engine.ledger.books import book_of
from engine.ledger.listing import OverrideList, OverrideRow, overrides_of
from engine.ledger.saying import say_of
from engine.lifecycle.events import OverrideEnded, Overrode
from engine.lifecycle.state import AccountState
from engine.reports.words import joined
from engine.reports.work_words import work_words_for


@click.group("overrides", short_help="Classes that people set by hand: list, set, end.")
def command() -> None:
    """A class whose value a person has set keeps it until a day, whatever the data says."""


@command.command("list")
@options.ledger
@click.option("--account", metavar="ID", help="Of this account.")
@options.of
@options.now
@options.form
@options.words_in
@answering
def list_(
    ledger: str, account: str | None, playbook: str | None, now: datetime, format_: Literal["table", "json"],
    language: str | None,
) -> ExitCode:  # fmt: skip
    """What is set by hand, and still holds.

    Exit codes: 0 fine, 2 wrong usage, or a ledger that can't be read.
    """
    with existing(ledger) as opened:
        known = overrides_of(opened, playbook, account)
        found = tuple(each for each in known if each.override.until >= now.date())
        teller = _Teller(opened, locale_of(opened, language, playbook))
    if format_ == "json":
        put([document(OverrideList(overrides=found))])
        return ExitCode.FINE
    if not found:
        say(teller.words.no_overrides)
    for each in found:
        put(teller.lines(each))
    return ExitCode.FINE


@command.command("set")
@click.argument("account")
@click.argument("name", metavar="CLASS")
@click.argument("value")
@options.ledger
@click.option("--item", metavar="ID", help="The record, of a class that each record has.")
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), required=True, metavar="DATE", help="Its last day.")
@options.why
@options.of
@options.by
@options.now
@options.words_in
@answering
def set_(
    account: str, name: str, value: str, ledger: str, item: str | None, until: datetime, why: str, playbook: str | None,
    by: str, now: datetime, language: str | None,
) -> ExitCode:  # fmt: skip
    """Set CLASS of ACCOUNT to VALUE until a day, in place of what was set before. Said twice it changes nothing.

    Exit codes: 0 fine, 2 wrong usage, no such account, class or value, or a ledger that can't be written.
    """
    with existing(ledger) as opened:
        known = _playbook(opened, playbook, account)
        classes = book_of(opened, known).compiled.playbook.classes
        own = name.removeprefix("classes.")
        check_known(own, classes, "the playbook has no class", "CLASS")
        check_known(value, classes[own].values, f"`{own}` has no value", "VALUE")
        if (classes[own].each is None) != (item is None):
            told = "every record has one: say --item ID" if item is None else "the account has one: leave --item out"
            raise click.BadParameter(f"of `{own}` {told}", param_hint="CLASS")
        if until.date() < now.date():
            raise click.BadParameter(f"{until.date()} is past", param_hint="'--until'")
        override = _override(f"classes.{own}", item, value, until.date(), why, by)
        said = say_of(opened, known, account, lambda state: _overrode(state, override, by, now))
        teller = _Teller(opened, locale_of(opened, language, known))
    row = OverrideRow(playbook=known, account=account, name=said.after.name, override=override)
    put(teller.lines(row))
    return ExitCode.FINE


@command.command("end")
@click.argument("account")
@click.argument("name", metavar="CLASS")
@options.ledger
@click.option("--item", metavar="ID", help="The record, of a class that each record has.")
@click.option("--why", metavar="TEXT", help="Why.")
@options.of
@options.by
@options.now
@options.words_in
@answering
def end(
    account: str, name: str, ledger: str, item: str | None, why: str | None, playbook: str | None, by: str,
    now: datetime, language: str | None,
) -> ExitCode:  # fmt: skip
    """Take back what was set by hand: the data says it again. Said twice it changes nothing.

    Exit codes: 0 fine, 2 wrong usage, no such account, nothing set, or a ledger that can't be written.
    """
    address = f"classes.{name.removeprefix('classes.')}"
    with existing(ledger) as opened:
        known = _playbook(opened, playbook, account)
        ended = OverrideEnded(at=now, by=by, address=address, item=item, why=why)
        said = say_of(opened, known, account, lambda state: ended if _in_force(state, address, item) else None)
        teller = _Teller(opened, locale_of(opened, language, known))
    put(teller.ended(known, said.after, address, item))
    return ExitCode.FINE


def _override(address: str, item: str | None, value: str, until: date, why: str, by: str) -> Override:
    return Override(address=address, item=item, value=value, until=until, why=why, who=by)


def _overrode(state: AccountState, override: Override, by: str, now: datetime) -> Overrode | None:
    known = _in_force(state, override.address, override.item)
    return None if known == override else Overrode(at=now, by=by, override=override)


def _in_force(state: AccountState, address: str, item: str | None) -> Override | None:
    found = (each for each in state.history.overrides if (each.address, each.item) == (address, item))
    return next(found, None)


def _playbook(ledger: Ledger, playbook: str | None, account: str) -> str:
    """The playbook under which the account is known; a usage error where there is none, or more than one."""
    accounts = ledger.accounts(playbook)
    check_known(account, {each for _, each in accounts}, "the ledger has no account", "ACCOUNT")
    found = [each for each, name in accounts if name == account]
    if len(found) > 1:
        raise click.UsageError(f"{account} is known to several playbooks: say --of {' or --of '.join(found)}")
    return found[0]


class _Teller:
    """Says what is set by hand, and what is no more."""

    def __init__(self, ledger: Ledger, locale: str) -> None:
        self.words = work_words_for(locale)
        self._called = Called(ledger, locale)

    def lines(self, row: OverrideRow) -> list[str]:
        """A class's value that somebody has set: until when, why and who says so."""
        override = row.override
        told = self.words.override.format(
            account=self._called.about(row.playbook, row.account, row.name),
            class_=self._class(row.playbook, override.address, override.item),
            value=self._called.names(row.playbook).value(override.address, override.value),
            until=override.until.isoformat(),
            why=override.why,
            by=self._called.person(override.who),
        )
        return sentence(told)

    def ended(self, playbook: str, state: AccountState, address: str, item: str | None) -> list[str]:
        """That the data says it again."""
        about = self._called.about(playbook, state.account, state.name)
        return sentence(self.words.override_ended.format(account=about, class_=self._class(playbook, address, item)))

    def _class(self, playbook: str, address: str, item: str | None) -> str:
        return joined((self._called.names(playbook).titled(address), item or ""), " ")
