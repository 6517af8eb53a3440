"""``playbook plan``: what to do for every account, as a table or as data; no side effect but the files asked for."""

from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import BinaryIO, Literal, get_args

import click
from msgspec import Struct

from engine import ActionPlan, CompiledPlaybook, Context, plan_portfolio, read_context
from engine.calendars.moments import zone
from engine.commands import ExitCode, options
from engine.commands.accounts import Accounts, Sought
from engine.commands.answering import answering, put, say
from engine.commands.engines import usable_engine
from engine.commands.files import whole_file
from engine.commands.plan_files import as_array, as_ndjson, plan_folder
from engine.commands.plan_table import PlanTable
from engine.commands.playbooks import usable_playbook
from engine.commands.problem_formats import as_text
from engine.commands.progress import with_progress
from engine.commands.terminal import WIDTH, ink, width_of_stdout
from engine.commands.totals import Totals
from engine.inference.engines import EngineName
from engine.language.exceptions import ended
from engine.reports.csv_file import csv_lines
from engine.reports.labels import Labels
from engine.reports.words import words_for

Format = Literal["table", "json", "ndjson", "csv", "xlsx", "html"]

_FORMATS: dict[str, Format] = {
    ".json": "json", ".jsonl": "ndjson", ".ndjson": "ndjson", ".txt": "table",
    ".csv": "csv", ".xlsx": "xlsx", ".html": "html",
}  # fmt: skip
"""What a file's name says of its format."""


class Target(Struct, frozen=True):
    """Where the plans go, and how: to stdout, to a ``file``, or to stdout and as files into a ``folder``."""

    format: Format
    file: Path | None = None
    folder: Path | None = None

    @classmethod
    def of(cls, chosen: Format | None, out: Path | None) -> "Target":
        """What ``--format`` and ``--out`` mean together."""
        if out is None or str(out) == "-":
            return cls(chosen or "table")
        if out.suffix.lower() in _FORMATS and not out.is_dir():
            return cls(chosen or _FORMATS[out.suffix.lower()], file=out)
        if out.exists() and not out.is_dir():
            return cls(chosen or "table", file=out)
        return cls(chosen or "table", folder=out)


@click.command("plan", short_help="What to do for every account.")
@options.playbook
@options.accounts
@options.as_of
@click.option("--account", metavar="ID", help="Plan this account only; portfolio figures are still over all.")
@options.team
@options.rates
@options.exceptions
@options.engine
@click.option("--format", "format_", type=click.Choice(get_args(Format)), help="Default: table.")
@click.option(
    "--out", type=options.FILE, metavar="PATH",
    help="A folder for plans.jsonl and the messages, beside the table; "
    "or a file: .html, .xlsx, .csv, .json, .jsonl or .txt.",
)  # fmt: skip
@options.language
@options.quiet
@answering
def command(
    playbook: str, accounts: str, as_of: str, account: str | None, team: Path | None, rates: Path | None,
    exceptions: Path | None,
    engine: EngineName | None, format_: Format | None, out: Path | None, language: str | None, quiet: bool,
) -> ExitCode:  # fmt: skip
    """Evaluate PLAYBOOK for the accounts and show what to do: a table, or plans as JSON.

    PLAYBOOK is a folder, a file, or the name of a shipped playbook. Exit codes: 0 fine, 1 the playbook has problems,
    2 wrong usage or unreadable input, 3 some accounts could not be planned; the others are complete.
    """
    compiled = usable_playbook(playbook)
    context = read_context(team=team, rates=rates, exceptions=exceptions, language=language)
    chosen = usable_engine(engine, quiet)
    moment = options.moment_in(compiled.calendar.timezone, as_of)
    if not quiet:
        _tell_ended(context, moment.astimezone(zone(compiled.calendar.timezone)).date())
    target = Target.of(format_, out)
    locale = language or compiled.playbook.manifest.locale
    totals = Totals(Sought(account) if account is not None else None)
    with Accounts(accounts, passes=len(compiled.passes) + 1) as source:
        found = plan_portfolio(
            compiled, totals.noted(source), as_of=moment, context=context, engine=chosen, only=account
        )  # fmt: skip
        plans = with_progress(
            totals.counted(found), source.count,
            wanted=not quiet and account is None, silent_stdout=target.file is not None,
        )  # fmt: skip
        _deliver(plans, target, compiled, locale)
    if not quiet:
        _close(totals, target, locale)
    return ExitCode.SOME_FAILED if totals.failed else ExitCode.FINE


def _tell_ended(context: Context, today: date) -> None:
    """What held rules back and does so no more."""
    for line in as_text(ended(context.exceptions, today)):
        say(line)


def _deliver(plans: Iterable[ActionPlan], target: Target, compiled: CompiledPlaybook, locale: str) -> None:
    if target.file is not None:
        with whole_file(target.file) as stream:
            _write(_formatted(plans, target.format, compiled, locale, WIDTH), stream)
    elif target.folder is not None:
        with plan_folder(target.folder) as folder:
            put(_formatted(folder.keep(plans), target.format, compiled, locale, width_of_stdout()), to_the_end=True)
    else:
        put(_formatted(plans, target.format, compiled, locale, width_of_stdout()))


def _formatted(
    plans: Iterable[ActionPlan], form: Format, compiled: CompiledPlaybook, locale: str, columns: int
) -> Iterator[str | bytes]:
    match form:
        case "json":
            return as_array(plans)
        case "ndjson":
            return as_ndjson(plans)
        case "csv":
            return csv_lines(plans, Labels(compiled.playbook, locale))
        case "xlsx":
            # Imported here, for it takes a tenth of a second that no other format needs.
            from engine.reports.workbook import workbook_bytes

            return workbook_bytes(plans, compiled.playbook, Labels(compiled.playbook, locale))
        case "html":
            from engine.reports.html import html_page

            return html_page(plans, compiled.playbook, Labels(compiled.playbook, locale))
        case "table":
            return PlanTable(compiled, locale, columns).lines(plans)


def _write(chunks: Iterable[str | bytes], stream: BinaryIO) -> None:
    for chunk in chunks:
        stream.write(chunk if isinstance(chunk, bytes) else f"{click.unstyle(chunk)}\n".encode())


def _close(totals: Totals, target: Target, locale: str) -> None:
    """What the run came to, and where its files are."""
    words = words_for(locale)
    say("")
    say(ink(totals.line(words), bold=True))
    if target.format == "table" and totals.actions:
        say(click.style(words.legend, dim=True))
    if target.file or target.folder:
        say(f"→ {ink(target.file or target.folder)}")
