"""``playbook silences``: rules that are to be quiet for a while, why, and who says so."""

from collections.abc import Iterable, Iterator
from datetime import datetime, tzinfo
from typing import Literal

import click

from engine import Ledger
from engine.calendars.moments import parse_as_of
from engine.commands import ExitCode, options
from engine.commands.answering import answering, put, say
from engine.commands.called import Called
from engine.commands.ledgers import check_known, document, existing, local, locale_of, zone_of
from engine.commands.terminal import clean, sentence
from engine.foundation.canonical import short_id
from engine.foundation.problems import did_you_mean
from engine.ledger.books import book_of
from engine.ledger.listing import SilenceList
from engine.lifecycle.events import Silenced, SilenceEnded
from engine.lifecycle.facts import Silence
from engine.reports.words import words_for
from engine.reports.work_words import work_words_for


@click.group("silences", short_help="Rules to be quiet for a while: list, set, end.")
def command() -> None:
    """A silenced rule plans nothing new, for the accounts named or for all, until a moment."""


@command.command("list")
@options.ledger
@click.option("--all", "with_ended", is_flag=True, help="Those that have ended too.")
@options.now
@options.form
@options.words_in
@answering
def list_(
    ledger: str, with_ended: bool, now: datetime, format_: Literal["table", "json"], language: str | None
) -> ExitCode:
    """The silences that hold.

    Exit codes: 0 fine, 2 wrong usage, or a ledger that can't be read.
    """
    with existing(ledger) as opened:
        found = opened.silences(None if with_ended else now)
        if format_ == "json":
            put([document(SilenceList(now=now, silences=tuple(found)))])
            return ExitCode.FINE
        teller = SilenceTeller(opened, language)
        if not found:
            say(teller.words.no_silences)
        for each in found:
            put(teller.lines(each))
    return ExitCode.FINE


@command.command("set")
@options.ledger
@click.option("--rule", "rules", multiple=True, metavar="NAME", help="A rule to be quiet; may be said several times.")
@click.option("--account", "accounts", multiple=True, metavar="ID", help="For this account; without it for all.")
@click.option("--until", type=options.MomentType(), required=True, help="Until then; a date means its end.")
@options.why
@options.of
@options.by
@options.now
@options.words_in
@answering
def set_(
    ledger: str, rules: tuple[str, ...], accounts: tuple[str, ...], until: str, why: str, playbook: str | None, by: str,
    now: datetime, language: str | None,
) -> ExitCode:  # fmt: skip
    """Silence rules, for some accounts or all, until a moment. Said twice it changes nothing.

    Exit codes: 0 fine, 2 wrong usage, no such rule or account, or a ledger that can't be written.
    """
    if not rules and not accounts:
        raise click.UsageError("say what is to be quiet: --rule NAME, or --account ID for all of its rules")
    with existing(ledger) as opened:
        teller = SilenceTeller(opened, language)
        named = _addresses(opened, playbook, rules)
        _check_accounts(opened, accounts)
        end = _end(until, teller.zone, now)
        if end <= now:
            raise click.BadParameter(f"{end.isoformat()} is past", param_hint="'--until'")
        holding = [
            each for each in opened.silences(now)
            if (each.rules, each.accounts, each.until) == (named, accounts, end)
        ]  # fmt: skip
        if not holding:
            name = short_id(("silence", *named, "", *accounts, end.isoformat(), now.isoformat()))
            opened.declare([
                Silenced(at=now, by=by, silence=name, rules=named, accounts=accounts, until=end, why=why)
            ])  # fmt: skip
            holding = [each for each in opened.silences(now) if each.id == name]
        for each in holding:
            put(teller.lines(each))
    return ExitCode.FINE


@command.command("end")
@click.argument("silence", metavar="ID")
@options.ledger
@click.option("--why", metavar="TEXT", help="Why.")
@options.by
@options.now
@options.words_in
@answering
def end(silence: str, ledger: str, why: str | None, by: str, now: datetime, language: str | None) -> ExitCode:
    """End a silence before its time. Said twice it changes nothing.

    Exit codes: 0 fine, 2 wrong usage, no such silence, or a ledger that can't be written.
    """
    with existing(ledger) as opened:
        found = _found(opened, silence)
        if found.ended_at is None:
            opened.declare([SilenceEnded(at=now, by=by, silence=found.id, why=why)])
        put(SilenceTeller(opened, language).lines(found, ended=True))
    return ExitCode.FINE


class SilenceTeller:
    """Says in the language of the last run what is quiet, for whom, until when, why and who says so."""

    def __init__(self, ledger: Ledger, language: str | None) -> None:
        locale = locale_of(ledger, language)
        self.words = work_words_for(locale)
        self.zone = zone_of(ledger)
        self._comma = words_for(locale).comma
        self._called = Called(ledger, locale)
        self._ledger = ledger

    def lines(self, silence: Silence, *, ended: bool = False) -> list[str]:
        """A silence, or that it has ended."""
        words = self.words
        told = (words.silence_ended if ended else words.silence).format(
            id=silence.id[:8],
            rules=self._comma.join(map(self._called.rule, silence.rules)) or words.all_rules,
            accounts=self._comma.join(self._accounts(silence)) or words.all_accounts,
            until=local(silence.until, self.zone),
            why=silence.why,
            by=self._called.person(silence.by),
        )
        return sentence(told)

    def _accounts(self, silence: Silence) -> Iterator[str]:
        known = self._ledger.accounts() if silence.accounts else []
        for name in silence.accounts:
            playbook = next((playbook for playbook, each in known if each == name), None)
            state = self._ledger.states(playbook, [name])[name] if playbook is not None else None
            yield self._called.about(playbook or "", name, state.name if state is not None else None)


def _found(ledger: Ledger, beginning: str) -> Silence:
    matching = [each for each in ledger.silences() if each.id.startswith(beginning)]
    if len(matching) == 1:
        return matching[0]
    listed = "".join(f"\n  {each.id}  {', '.join(each.rules)}" for each in matching)
    message = f"begins the ids of {len(matching)} silences:{listed}" if matching else "begins no silence's id"
    raise click.BadParameter(clean(f"`{beginning}` ") + message, param_hint="ID")


def _addresses(ledger: Ledger, playbook: str | None, rules: Iterable[str]) -> tuple[str, ...]:
    """The addresses of rules, each named by address or id; a usage error for one that no playbook has."""
    playbooks = [playbook] if playbook is not None else sorted({each.playbook for each in ledger.runs()})
    known = {rule.address for each in playbooks for rule in book_of(ledger, each).compiled.rules} if rules else set()
    found: dict[str, None] = {}
    for name in rules:
        meant = sorted(each for each in known if name in (each, each.partition(".")[2]))
        if not meant:
            hint = did_you_mean(name, {*known, *(each.partition(".")[2] for each in known)})
            message = f"no playbook of the ledger has a rule `{clean(name)}`" + (f": {hint}" if hint else "")
            raise click.BadParameter(message, param_hint="'--rule'")
        found |= dict.fromkeys(meant)
    return tuple(found)


def _check_accounts(ledger: Ledger, accounts: Iterable[str]) -> None:
    known = {account for _, account in ledger.accounts()} if accounts else set()
    for name in accounts:
        check_known(name, known, "the ledger has no account", "'--account'")


def _end(written: str, zone: tzinfo | None, now: datetime) -> datetime:
    """The moment; a date ends on the clocks of the runs."""
    if options.is_day(written):
        return parse_as_of(written, "UTC").replace(tzinfo=zone or now.tzinfo)
    return parse_as_of(written, "UTC")
