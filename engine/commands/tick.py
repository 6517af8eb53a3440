"""``playbook tick``: the clocks between runs; what is late is told."""

from collections.abc import Iterator
from datetime import datetime, tzinfo
from pathlib import Path
from typing import Literal

import click

from engine import Ledger
from engine.commands import ExitCode, options
from engine.commands.answering import answering, put, say
from engine.commands.called import Called
from engine.commands.ledgers import document, existing, local, locale_of, zone_of
from engine.commands.silences import SilenceTeller
from engine.commands.terminal import ink, sentence
from engine.daily.clocks import read_clocks
from engine.ledger.listing import TickReport
from engine.ledger.ticking import Rung
from engine.planning.team import read_team
from engine.reports.names import names_in
from engine.reports.work_words import WorkWords, work_words_for


@click.command("tick", short_help="The clocks between runs: tell what is late.")
@options.ledger
@options.team
@options.now
@options.form
@options.words_in
@options.quiet
@answering
def command(
    ledger: str, team: Path | None, now: datetime, format_: Literal["table", "json"], language: str | None, quiet: bool
) -> ExitCode:
    """Read the clocks of all planned work, from the ledger alone: every escalation step whose instant is past is
    recorded, the highest of each action told. Silences that have ended are told too.

    Safe to do twice, and by several processes at once. Notices are written to the outbox; nothing is sent.
    Exit codes: 0 fine, 1 a playbook that the ledger keeps can't be read any more, 2 wrong usage, or a ledger or team
    that can't be used.
    """
    people = read_team(team) if team is not None else None
    with existing(ledger) as opened:
        rungs, silences = read_clocks(opened, now, names_in, people, language)
        told = TickReport(now=now, rungs=tuple(rungs), silences=tuple(silences))
        locale = locale_of(opened, language)
        words = work_words_for(locale)
        put([document(told)] if format_ == "json" else _lines(opened, told, locale, language))
    if not quiet:
        _close(told, words)
    return ExitCode.FINE


def _lines(ledger: Ledger, told: TickReport, locale: str, language: str | None) -> Iterator[str]:
    words, zone = work_words_for(locale), zone_of(ledger)
    called = Called(ledger, locale, {each.playbook for each in told.rungs})
    for each in told.rungs:
        if each.event.notice is not None:
            yield from sentence(_told(each, words, zone, called))
    for silence in told.silences:
        yield from SilenceTeller(ledger, language).lines(silence, ended=True)


def _told(rung: Rung, words: WorkWords, zone: tzinfo | None, called: Called) -> str:
    assert rung.event.notice is not None  # noqa: S101 - it was told
    to, due_at, names = rung.event.notice.to, rung.action.due_at, called.names(rung.playbook)
    notify = next(each.notify for each in rung.action.escalation if each.step == rung.event.step)
    return words.told.format(
        step=names.role(notify),
        person=to.name or to.person or words.nobody.format(role=names.role(to.role)),
        title=rung.action.title,
        account=called.about(rung.playbook, rung.account, rung.name),
        due=local(due_at, zone) if due_at is not None else "-",
    )


def _close(told: TickReport, words: WorkWords) -> None:
    passed = sum(each.event.notice is None for each in told.rungs)
    if not told.rungs and not told.silences:
        say(words.nothing_late)
    if passed:
        say(ink(words.passed[passed != 1].format(passed), dim=True))
