"""``playbook test``: the scenarios of playbooks, each with what differs from what it expects."""

import re
from collections.abc import Iterator
from pathlib import Path

import click

from engine import run_scenarios
from engine.commands import ExitCode, options
from engine.commands.answering import answering, put, say
from engine.commands.engines import usable_engine
from engine.commands.outcomes import junit, outcome_lines
from engine.commands.playbooks import find_playbook
from engine.commands.terminal import ink
from engine.foundation.files import whole_file
from engine.inference.engines import EngineName
from engine.proving.scenarios import Outcome


class PatternType(click.ParamType[re.Pattern[str]]):
    """A regular expression."""

    name = "RE"

    def convert(
        self, value: str | re.Pattern[str], param: click.Parameter | None, ctx: click.Context | None
    ) -> re.Pattern[str]:
        """``value`` compiled."""
        try:
            return re.compile(value)
        except re.error as wrong:
            self.fail(f"{value!r} is no regular expression: {wrong}", param, ctx)


@click.command("test", short_help="Run the scenarios of playbooks.")
@options.playbooks
@click.option("--run", "only", type=PatternType(), help="Only scenarios in whose name the expression is found.")
@click.option("--junit", "report", type=options.OUTPUT, metavar="FILE", help="Write the outcomes as JUnit XML too.")
@options.engine
@options.quiet
@answering
def command(
    playbooks: tuple[str, ...],
    only: re.Pattern[str] | None,
    report: Path | None,
    engine: EngineName | None,
    quiet: bool,
) -> ExitCode:
    """Run the scenarios in the `tests` folder of each PLAYBOOK.

    Exit codes: 0 all passed (or there are none, which is said), 1 a scenario failed or the playbook has problems,
    2 wrong usage, a missing file, or no scenario matches --run.
    """
    chosen = usable_engine(engine, quiet)
    suites: list[tuple[str, list[Outcome]]] = []
    for name in playbooks:
        outcomes: list[Outcome] = []
        suites.append((name, outcomes))
        put(_shown(run_scenarios(find_playbook(name), only=only, engine=chosen), outcomes, quiet))
    if report is not None:
        with whole_file(report) as stream:
            stream.write(junit(suites))
    return _close(suites, only, quiet)


def _shown(run: Iterator[Outcome], outcomes: list[Outcome], quiet: bool) -> Iterator[str]:
    """Each outcome as it comes, kept in ``outcomes``; only the failed ones where quiet is wanted."""
    for outcome in run:
        outcomes.append(outcome)
        if not (quiet and outcome.passed):
            yield from outcome_lines(outcome)


def _close(suites: list[tuple[str, list[Outcome]]], only: re.Pattern[str] | None, quiet: bool) -> ExitCode:
    """The counts, and what they mean."""
    outcomes = [each for _, found in suites for each in found]
    failed = sum(not each.passed for each in outcomes)
    if not outcomes:
        if only is not None:
            raise click.BadParameter(f"no scenario matches {only.pattern!r}", param_hint="'--run'")
        say(f"no scenarios: nothing was tested ({ink(', '.join(name for name, _ in suites))})")
        return ExitCode.FINE
    if not quiet:
        counts = f"{len(outcomes) - failed} passed" + (f", {failed} failed" if failed else "")
        say("")
        say(ink(counts, fg="red" if failed else "green", bold=True))
    return ExitCode.NOT_FINE if failed else ExitCode.FINE
