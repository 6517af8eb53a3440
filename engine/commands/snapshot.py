"""``playbook snapshot``: account snapshots from tables, as they would have been built on a given day."""

from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

import click
import msgspec

from engine import AccountSnapshot, Problem
from engine.commands import ExitCode, options
from engine.commands.answering import answering, put, say
from engine.commands.problem_formats import as_line
from engine.commands.progress import with_progress
from engine.commands.sparing import spare_inputs
from engine.commands.terminal import harmless_json, ink
from engine.foundation.files import whole_file
from engine.snapshots.building import BuildSummary, SnapshotBuild, build_snapshots
from engine.snapshots.canonical import canonical_snapshot
from engine.snapshots.mapping import read_mapping


@click.command("snapshot", short_help="Account snapshots from tables.")
@click.argument("mapping", type=options.FILE, metavar="MAPPING")
@click.option("--data", type=options.FILE, metavar="DIR", help="Where the tables lie. Default: beside the mapping.")
@options.as_of
@click.option(
    "--state-of", type=click.DateTime(["%Y-%m-%d"]), metavar="DATE",
    help="The day whose state the tables show: from then on `undated` fields are known. Default: the mapping's own.",
)  # fmt: skip
@click.option("-o", "--out", type=options.OUTPUT, metavar="FILE", help="Where to write. Default: stdout.")
@click.option(
    "--sources", type=options.OUTPUT, metavar="FILE",
    help="Also write where every record was read: file, row and columns, one JSON document per line.",
)  # fmt: skip
@options.quiet
@answering
def command(
    mapping: Path,
    data: Path | None,
    as_of: str,
    state_of: datetime | None,
    out: Path | None,
    sources: Path | None,
    quiet: bool,
) -> ExitCode:
    """Build the snapshots that MAPPING makes of its tables, one JSON document per line.

    Nothing known only after the moment shows in them. Exit codes: 0 fine, 2 wrong usage, or a mapping or table that
    can't be read, 3 some accounts could not be built; the others are complete.
    """
    read = read_mapping(mapping, lambda found: say(as_line(found)))
    moment = options.moment_in(read.timezone, as_of)
    day = state_of.date() if state_of else None
    folder = data if data is not None else mapping.parent
    spare_inputs(click.get_current_context(), [folder / each.file for each in read.tables.values() if each.file])
    build = build_snapshots(read, folder, moment, state_of=day)
    to_stdout = out is None or str(out) == "-"
    accounts = with_progress(build, lambda: None, wanted=not quiet, silent_stdout=not to_stdout)
    with ExitStack() as files:
        traced = files.enter_context(whole_file(sources)) if sources else None
        lines = _lines(accounts, build, traced)
        if out is None or to_stdout:
            put(lines, to_the_end=traced is not None)
        else:
            files.enter_context(whole_file(out)).writelines(lines)
    for warning in build.summary.warnings:
        say(as_line(warning))
    if not quiet:
        _close(build.summary, out)
    return ExitCode.SOME_FAILED if build.summary.failed else ExitCode.FINE


def _lines(
    accounts: Iterable[AccountSnapshot | Problem], build: SnapshotBuild, traced: BinaryIO | None
) -> Iterator[bytes]:
    """The snapshots as lines; failed accounts are told on stderr. Where they were read goes to ``traced``."""
    for each in accounts:
        if isinstance(each, Problem):
            say(as_line(each))
            continue
        if traced is not None:
            traced.writelines(harmless_json(msgspec.json.encode(origin)) + b"\n" for origin in build.origins)
        yield harmless_json(canonical_snapshot(each)) + b"\n"


def _close(summary: BuildSummary, out: Path | None) -> None:
    """What was built, and what had to be left out."""
    parts = [
        _count(summary.built, "snapshot"),
        f"{_count(summary.not_yet, 'account')} not signed up yet" if summary.not_yet else "",
        f"{_count(summary.left_out, 'account')} left out" if summary.left_out else "",
        f"{_count(summary.later_rows, 'row')} recorded later left out" if summary.later_rows else "",
        f"{summary.failed:,} failed" if summary.failed else "",
    ]
    say(ink(" · ".join(part for part in parts if part), bold=True))
    if summary.absent:
        say(f"not known as of that day: {ink(', '.join(summary.absent))}")
    if out is not None:
        say(f"→ {ink(out)}")


def _count(number: int, thing: str) -> str:
    return f"{number:,} {thing}{'s' * (number != 1)}"
