"""``playbook run``: the day's job in one command, safe to start twice and at once."""

import time
from collections.abc import Sequence
from contextlib import ExitStack
from datetime import datetime, timedelta
from pathlib import Path
from typing import Literal

import click
from msgspec import Struct

from engine import Ledger, PlaybookEngineError, PlaybookInvalid, merged_playbook, open_ledger, read_context
from engine.calendars.moments import local_date
from engine.commands import ExitCode, options
from engine.commands.accounts import Accounts, Built
from engine.commands.answering import answering, put, say, tell_failure
from engine.commands.called import Called
from engine.commands.engines import usable_engine
from engine.commands.ledgers import document, locale_of
from engine.commands.playbooks import find_playbook, usable_playbook
from engine.commands.problem_formats import as_line
from engine.commands.said import Named, tell_ended
from engine.commands.terminal import ink
from engine.daily.clocks import read_clocks
from engine.daily.job import Day, Parts, Planned
from engine.daily.report import RunReport
from engine.delivery.delivering import delivering, settings_for
from engine.delivery.worker import Clock
from engine.inference.engines import EngineName
from engine.ledger.running import beside
from engine.messages.portfolio import Source
from engine.planning.team import read_team
from engine.reports.names import names_in
from engine.reports.run_text import run_lines
from engine.snapshots.building import build_snapshots
from engine.snapshots.mapping import read_mapping


class Wanted(Struct, frozen=True, kw_only=True):
    """What is to be planned, as asked for on the command line."""

    playbook: str
    accounts: str | None
    mapping: Path | None
    data: Path | None
    as_of: str | None
    team: Path | None
    rates: Path | None
    exceptions: Path | None
    language: str | None
    engine: EngineName | None
    quiet: bool


@click.command("run", short_help="The day's job: plan, remind, send, report.")
@options.playbook
@options.ledger
@click.option(
    "--accounts", type=options.ACCOUNTS, metavar="FILE",
    help="Account snapshots: .jsonl, .json, a folder of .json files, or - for stdin.",
)  # fmt: skip
@click.option("--mapping", type=options.FILE, metavar="FILE", help="Instead of accounts: the mapping of the tables.")
@click.option("--data", type=options.FILE, metavar="DIR", help="Where the tables lie. Default: beside the mapping.")
@click.option(
    "--as-of", type=options.MomentType(), help="The moment to plan at. Default: the end of the day on which it is now."
)
@options.team
@options.rates
@options.exceptions
@click.option(
    "--delivery", "settings", type=options.FILE, metavar="FILE",
    help="How messages are sent. Default: into the folder outbox beside the ledger.",
)  # fmt: skip
@click.option("--allow-large", is_flag=True, help="Write even where many accounts would close work or turn red.")
@options.now
@options.engine
@click.option(
    "--format", "format_", type=click.Choice(["text", "json"]), default="text", show_default=True,
    help="For a chat message, or for programs.",
)  # fmt: skip
@options.language
@options.quiet
@answering
def command(
    playbook: str, ledger: str, accounts: str | None, mapping: Path | None, data: Path | None, as_of: str | None,
    team: Path | None, rates: Path | None, exceptions: Path | None, settings: Path | None, allow_large: bool,
    now: datetime, engine: EngineName | None, format_: Literal["text", "json"], language: str | None, quiet: bool,
) -> ExitCode:  # fmt: skip
    """Read the accounts or build them from tables, plan, write to the ledger, remind of what is late, hand over the
    messages that may go, and say in a few lines what it came to.

    Safe to start twice, and at once. A part that fails is told, and the others are done. Exit codes: 0 fine, 1 the
    guard against mass changes refused, the playbook has problems, or messages are in doubt or given up, 2 wrong usage,
    or something that can't be read or used, 3 some accounts could not be planned; the others are complete.
    """
    if (accounts is None) == (mapping is None):
        raise click.UsageError("say either --accounts or --mapping")
    wanted = Wanted(
        playbook=playbook, accounts=accounts, mapping=mapping, data=data, as_of=as_of, team=team, rates=rates,
        exceptions=exceptions, language=language, engine=engine, quiet=quiet,
    )  # fmt: skip
    clock = _running_from(now)
    with ExitStack() as files, open_ledger(ledger) as opened:
        parts = Parts(
            prepare=lambda: _prepared(opened, wanted, now, files),
            clocks=lambda: read_clocks(opened, now, names_in, read_team(team) if team is not None else None, language),
            deliver=lambda: delivering(opened, settings_for(opened.store.address, settings), clock),
        )
        day = Day(opened, parts, clock, playbook)
        report = day.run(allow_large=allow_large)
        summary = [document(report)] if format_ == "json" else _in_words(opened, report, language)
    for error in day.errors:
        tell_failure(error)
    for problem in day.problems:
        say(as_line(problem))
    put(summary)
    return _code(report, day.errors)


def _in_words(ledger: Ledger, report: RunReport, language: str | None) -> list[str]:
    """The summary for people, in the words of the run."""
    locale = locale_of(ledger, language, report.playbook)
    names = Called(ledger, locale, {report.playbook}).names(report.playbook)
    return [ink(line) for line in run_lines(report, locale, names)]


def _prepared(ledger: Ledger, wanted: Wanted, now: datetime, files: ExitStack) -> Planned:
    """The portfolio beside the ledger; raises ``PlaybookEngineError``."""
    compiled = usable_playbook(wanted.playbook)
    context = read_context(team=wanted.team, rates=wanted.rates, exceptions=wanted.exceptions, language=wanted.language)
    timezone = compiled.calendar.timezone
    moment = options.moment_in(timezone, wanted.as_of or local_date(now, timezone).isoformat())
    accounts: Source = (
        files.enter_context(Accounts(wanted.accounts, passes=len(compiled.passes) + 2))
        if wanted.accounts is not None
        else files.enter_context(_built(wanted, moment, now))
    )
    engine = usable_engine(wanted.engine, wanted.quiet)
    named = Named(context, compiled)
    if not wanted.quiet:
        tell_ended(context, moment, timezone)
        files.callback(named.tell)
    portfolio = beside(ledger, compiled, named.noted(accounts), as_of=moment, context=context, engine=engine)
    return Planned(portfolio, merged_playbook(find_playbook(wanted.playbook)))


def _built(wanted: Wanted, moment: datetime, now: datetime) -> Built:
    """The accounts of the tables as they are now, so that what has no date is known today; warnings are told."""
    assert wanted.mapping is not None  # noqa: S101 - it is the one or the other
    read = read_mapping(wanted.mapping, lambda found: say(as_line(found)))
    data = wanted.data if wanted.data is not None else wanted.mapping.parent
    build = build_snapshots(read, data, moment, state_of=local_date(now, read.timezone))
    accounts = Built(build)
    for warning in build.summary.warnings:
        say(as_line(warning))
    return accounts


def _running_from(now: datetime) -> Clock:
    """A clock that goes on from ``now``, in whole seconds."""
    began = time.monotonic()
    return lambda: now + timedelta(seconds=int(time.monotonic() - began))


def _code(report: RunReport, errors: Sequence[PlaybookEngineError | OSError]) -> ExitCode:
    if any(not isinstance(each, PlaybookInvalid) for each in errors):
        return ExitCode.UNUSABLE
    if errors or report.outcome == "refused" or report.messages.dead or report.messages.in_doubt:
        return ExitCode.NOT_FINE
    return ExitCode.SOME_FAILED if report.outcome == "some_failed" else ExitCode.FINE
