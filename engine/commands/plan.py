"""``playbook plan``: what to do for every account, as a table or as data; no side effect but the files asked for."""

from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Literal, get_args

import click
from msgspec import Struct
from msgspec.structs import replace

from engine import ActionPlan, CompiledPlaybook, Context, Problem, plan_portfolio, read_context
from engine.commands import ExitCode, options
from engine.commands.accounts import Accounts, Sought
from engine.commands.answering import answering, put, say
from engine.commands.engines import usable_engine
from engine.commands.plan_files import as_array, as_ndjson, plan_folder
from engine.commands.plan_table import PlanTable
from engine.commands.playbooks import usable_playbook
from engine.commands.progress import with_progress
from engine.commands.said import Named, tell_ended
from engine.commands.terminal import WIDTH, clean, ink, width_of_stdout
from engine.commands.totals import Totals
from engine.foundation.files import whole_file
from engine.inference.engines import EngineName
from engine.ledger.asked import SUFFIX, Asked
from engine.messages.portfolio import Source
from engine.reports.csv_file import csv_lines
from engine.reports.labels import Labels
from engine.reports.words import words_for

if TYPE_CHECKING:
    from engine.commands.beside import Changes

Format = Literal["table", "json", "ndjson", "csv", "xlsx", "html"]

_FORMATS: dict[str, Format] = {
    ".json": "json", ".jsonl": "ndjson", ".ndjson": "ndjson", ".txt": "table",
    ".csv": "csv", ".xlsx": "xlsx", ".html": "html",
}  # fmt: skip
"""What a file's name says of its format."""


class Target(Struct, frozen=True):
    """Where the plans go, and how: to stdout, to a ``file``, or to stdout and as files into a ``folder``.

    ``changes`` is the file that keeps them to be applied.
    """

    format: Format
    file: Path | None = None
    folder: Path | None = None
    changes: Path | None = None

    @classmethod
    def of(cls, chosen: Format | None, out: Path | None) -> "Target":
        """What ``--format`` and ``--out`` mean together."""
        if out is None or str(out) == "-":
            return cls(chosen or "table")
        if out.suffix.lower() in _FORMATS and not out.is_dir():
            return cls(chosen or _FORMATS[out.suffix.lower()], file=out)
        if out.suffix.lower() == SUFFIX and not out.is_dir():
            return cls(chosen or "table", changes=out)
        if out.exists() and not out.is_dir():
            return cls(chosen or "table", file=out)
        # `plan.docx` is meant as a file; a folder may well be called `plans-2026.11`.
        if out.suffix[1:2].isalpha() and not out.is_dir():
            known = ", ".join((*_FORMATS, SUFFIX))
            message = f"{out} ends in none of {known}; a folder called so has to be there already"
            raise click.BadParameter(clean(message), param_hint="'--out'")
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
@click.option(
    "--ledger",
    metavar="URL",
    help="Beside what this ledger knows: what is new, changed and closing. Nothing is written.",
)
@click.option("--format", "format_", type=click.Choice(get_args(Format)), help="Default: table.")
@click.option(
    "--out", type=options.OUTPUT, metavar="PATH",
    help="A folder for plans.jsonl and the messages, beside the table; "
    "or a file: .html, .xlsx, .csv, .json, .jsonl or .txt; with --ledger also .plan, to be applied later.",
)  # fmt: skip
@options.language
@options.quiet
@answering
def command(
    playbook: str, accounts: str, as_of: str, account: str | None, team: Path | None, rates: Path | None,
    exceptions: Path | None, engine: EngineName | None, ledger: str | None, format_: Format | None, out: Path | None,
    language: Literal["zh", "en"] | None, quiet: bool,
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
        tell_ended(context, moment, compiled.calendar.timezone)
    target = Target.of(format_, out)
    locale = language or compiled.playbook.manifest.locale
    totals = Totals(Sought(account) if account is not None else None)
    if target.changes is not None and ledger is None:
        raise click.UsageError("a plan to be applied later is one beside a ledger: give `--ledger`")
    with ExitStack() as opened:
        source = opened.enter_context(Accounts(accounts, passes=len(compiled.passes) + 1))
        named = Named(context, compiled)
        inputs = Inputs(compiled, named.noted(totals.noted(source)), moment, context, chosen)
        changes: Changes | None = None
        if ledger is not None:
            asked = Asked.of(playbook, accounts, as_of, team, rates, exceptions)
            changes = _beside(opened, ledger, inputs, replace(asked, language=language, engine=engine))
        found = changes.plans(account) if changes is not None else _alone(inputs, account)
        plans = with_progress(
            totals.counted(found), source.count,
            wanted=not quiet and account is None, silent_stdout=target.file is not None,
        )  # fmt: skip
        _deliver(plans, target, compiled, locale, changes=changes is not None)
        if changes is not None:
            _end(changes, target, locale)
    if not quiet:
        named.tell()
        _close(totals, target, locale)
    return ExitCode.SOME_FAILED if totals.failed else ExitCode.FINE


class Inputs(Struct, frozen=True):
    """What is planned with."""

    compiled: CompiledPlaybook
    accounts: Source
    moment: datetime
    context: Context
    engine: EngineName


def _alone(inputs: Inputs, only: str | None) -> Iterator[ActionPlan | Problem]:
    return plan_portfolio(
        inputs.compiled, inputs.accounts, as_of=inputs.moment, context=inputs.context, engine=inputs.engine, only=only
    )


def _beside(opened: ExitStack, ledger: str, inputs: Inputs, asked: Asked) -> "Changes":
    # Imported here: the database takes a tenth of a second that a plan without one need not wait for.
    from engine import open_ledger
    from engine.commands.beside import Changes
    from engine.ledger.running import beside

    known = opened.enter_context(open_ledger(ledger, must_exist=True))
    portfolio = beside(
        known, inputs.compiled, inputs.accounts, as_of=inputs.moment, context=inputs.context, engine=inputs.engine
    )
    return Changes(portfolio, asked)


def _end(changes: "Changes", target: Target, locale: str) -> None:
    """Keeps the changes where that is asked for, and says so where they are large."""
    from engine.commands.beside import told

    if target.changes is not None:
        changes.save(target.changes)
    words = words_for(locale)
    for line in changes.over(words):
        say(line)
    if changes.review.is_large:
        for line in told(changes.review, words):
            say(line)
        say(words.needs_allowing)


def _deliver(
    plans: Iterable[ActionPlan], target: Target, compiled: CompiledPlaybook, locale: str, *, changes: bool
) -> None:
    def formatted(plans: Iterable[ActionPlan], columns: int) -> Iterator[str | bytes]:
        return _formatted(plans, target.format, compiled, locale, PlanTable(compiled, locale, columns, changes=changes))

    if target.file is not None:
        with whole_file(target.file) as stream:
            _write(formatted(plans, WIDTH), stream)
    elif target.folder is not None:
        with plan_folder(target.folder) as folder:
            put(formatted(folder.keep(plans), width_of_stdout()), to_the_end=True)
    else:
        put(formatted(plans, width_of_stdout()), to_the_end=target.changes is not None)


def _formatted(
    plans: Iterable[ActionPlan], form: Format, compiled: CompiledPlaybook, locale: str, table: PlanTable
) -> Iterator[str | bytes]:
    match form:
        case "json":
            return as_array(plans)
        case "ndjson":
            return as_ndjson(plans)
        case "csv":
            return csv_lines(plans, Labels(compiled.playbook, locale, compiled.edges))
        case "xlsx":
            # Imported here, for it takes a tenth of a second that no other format needs.
            from engine.reports.workbook import workbook_bytes

            return workbook_bytes(plans, compiled.playbook, Labels(compiled.playbook, locale, compiled.edges))
        case "html":
            from engine.reports.html import html_page

            return html_page(plans, compiled.playbook, Labels(compiled.playbook, locale, compiled.edges))
        case "table":
            return table.lines(plans)


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
    where = target.file or target.folder or target.changes
    if where:
        say(f"→ {ink(where)}")
