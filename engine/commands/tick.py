"""``playbook tick``: the clocks between runs; what is late is told."""

from collections.abc import Iterator
from datetime import datetime, tzinfo
from pathlib import Path
from typing import Literal

import click

from engine.commands import ExitCode, options
from engine.commands.answering import answering, put, say
from engine.commands.ledgers import document, existing, local, locale_of, zone_of
from engine.commands.silences import silence_line
from engine.commands.terminal import ink, sentence
from engine.daily.clocks import read_clocks
from engine.ledger.listing import TickReport
from engine.ledger.ticking import Rung
from engine.planning.team import read_team
from engine.reports.work_words import WorkWords, work_words_for


@click.command("tick", short_help="The clocks between runs: tell what is late.")
@options.ledger
@options.team
@options.now
@options.form
@options.language
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
        rungs, silences = read_clocks(opened, now, people, language)
        told = TickReport(now=now, rungs=tuple(rungs), silences=tuple(silences))
        words, zone = work_words_for(locale_of(opened, language)), zone_of(opened)
    put([document(told)] if format_ == "json" else _lines(told, words, zone))
    if not quiet:
        _close(told, words)
    return ExitCode.FINE


def _lines(told: TickReport, words: WorkWords, zone: tzinfo | None) -> Iterator[str]:
    for each in told.rungs:
        if each.event.notice is not None:
            yield from sentence(_told(each, words, zone))
    for silence in told.silences:
        yield from sentence(silence_line(words.silence_ended, silence, words, zone))


def _told(rung: Rung, words: WorkWords, zone: tzinfo | None) -> str:
    assert rung.event.notice is not None  # noqa: S101 - it was told
    to, due_at = rung.event.notice.to, rung.action.due_at
    return words.told.format(
        step=rung.event.step,
        person=to.name or to.person or words.nobody.format(role=to.role),
        title=rung.action.title,
        account=f"{rung.account} {rung.name or ''}".strip(),
        due=local(due_at, zone) if due_at is not None else "-",
    )


def _close(told: TickReport, words: WorkWords) -> None:
    passed = sum(each.event.notice is None for each in told.rungs)
    if not told.rungs and not told.silences:
        say(words.nothing_late)
    if passed:
        say(ink(words.passed[passed != 1].format(passed), dim=True))
