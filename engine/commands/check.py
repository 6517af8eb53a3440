"""``playbook check``: everything that is wrong with playbooks, all at once."""

from collections.abc import Callable, Iterable, Iterator
from typing import Final, Literal

import click

from engine import InputUnreadable, Problem, check_playbook
from engine.commands import ExitCode, options
from engine.commands.answering import answering, put, say
from engine.commands.playbooks import find_playbook
from engine.commands.problem_formats import as_github, as_json, as_text, coloured_counts

Format = Literal["text", "json", "github"]

_FORMATS: Final[dict[Format, Callable[[Iterable[Problem]], Iterator[str | bytes]]]] = {
    "text": as_text, "json": as_json, "github": as_github,
}  # fmt: skip


@click.command("check", short_help="What is wrong with playbooks.")
@options.playbooks
@click.option("--format", "format_", type=click.Choice(list(_FORMATS)), default="text", show_default=True)
@click.option("--strict", is_flag=True, help="Warnings count as errors.")
@options.quiet
@answering
def command(playbooks: tuple[str, ...], format_: Format, strict: bool, quiet: bool) -> ExitCode:
    """Read, validate and lint each PLAYBOOK: a folder, a file, or the name of a shipped playbook.

    Exit codes: 0 no errors, 1 errors (with --strict warnings too), 2 wrong usage or a file that can't be read.
    """
    found: set[Problem] = set()
    readable = True
    for each in playbooks:
        try:
            found.update(check_playbook(find_playbook(each)))
        except InputUnreadable as error:
            found.update(error.problems)
            readable = False
    problems = sorted(found)
    put(_FORMATS[format_](problems))
    if not quiet and format_ == "text":
        _close(problems, len(playbooks))
    return _code(problems, strict) if readable else ExitCode.UNUSABLE


def _close(problems: list[Problem], playbooks: int) -> None:
    if problems:
        say("")
    say(f"{coloured_counts(problems)} in {playbooks} playbook{'s' * (playbooks != 1)}")


def _code(problems: list[Problem], strict: bool) -> ExitCode:
    counting = {"error", "warning"} if strict else {"error"}
    return ExitCode.NOT_FINE if any(each.severity in counting for each in problems) else ExitCode.FINE
