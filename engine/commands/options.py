"""Arguments and options that several commands share, each with the same words and checks."""

from datetime import datetime
from getpass import getuser
from pathlib import Path
from typing import Final

import click

from engine.calendars.moments import parse_as_of
from engine.commands.sparing import Input, Output

FILE: Final = Input(path_type=Path)
"""A path as typed. Whether it can be read is said by whoever reads it, with a code and a place."""


OUTPUT: Final = Output()
"""A file or folder to write."""
PLAYBOOK: Final = Input((".yaml", ".yml", ".md"))
"""A folder or file, or the name of a shipped playbook."""
ACCOUNTS: Final = Input((".json",), allow_dash=True)
"""A file or folder of account snapshots, or stdin."""


def is_day(written: str) -> bool:
    """Whether a moment is written as a date."""
    return len(written.strip()) <= len("2026-11-20")


class MomentType(click.ParamType[str]):
    """A date, or an instant with its offset; kept as text, since a date's end depends on the playbook's zone."""

    name = "DATE"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """``value`` itself, if it writes a moment."""
        try:
            parse_as_of(value, "UTC")
        except ValueError as wrong:
            self.fail(str(wrong), param, ctx)
        return value


class InstantType(click.ParamType[datetime]):
    """An instant with its offset."""

    name = "INSTANT"

    def convert(self, value: str | datetime, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        """The instant that ``value`` writes."""
        if isinstance(value, datetime):
            return value
        written = value.strip()
        if is_day(written):
            self.fail(f"`{written}` is no instant; write `{written}T09:30:00+08:00`", param, ctx)
        try:
            parse_as_of(written, "UTC")
        except ValueError as wrong:
            self.fail(str(wrong), param, ctx)
        # Its own offset is kept: a moment is told as it was said.
        return datetime.fromisoformat(written)


def _login_name() -> str:
    """Who is logged in."""
    try:
        return getuser()
    except (OSError, KeyError):
        raise click.UsageError("nobody is logged in: say who says so with --by NAME") from None


def _clock() -> datetime:
    return datetime.now().astimezone()


def moment_in(timezone: str, as_of: str) -> datetime:
    """The instant that ``--as-of`` means in a time zone."""
    try:
        return parse_as_of(as_of, timezone)
    except ValueError as wrong:
        raise click.BadParameter(str(wrong), param_hint="'--as-of'") from wrong


playbook: Final = click.argument("playbook", type=PLAYBOOK, metavar="PLAYBOOK")
playbooks: Final = click.argument("playbooks", type=PLAYBOOK, metavar="PLAYBOOK...", nargs=-1, required=True)
accounts: Final = click.option(
    "--accounts", type=ACCOUNTS, required=True, metavar="FILE",
    help="Account snapshots: .jsonl, .json, a folder of .json files, or - for stdin.",
)  # fmt: skip
as_of: Final = click.option(
    "--as-of", type=MomentType(), required=True, help="The moment: 2026-11-20 (its end), or 2026-11-20T09:30:00+08:00."
)
team: Final = click.option("--team", type=FILE, metavar="FILE", help="Our people: roles, managers, absences.")
exceptions: Final = click.option(
    "--exceptions",
    type=FILE,
    metavar="FILE",
    help="Rules held back or silenced and classes set by hand: until when, why, who says so.",
)
rates: Final = click.option(
    "--rates", type=FILE, metavar="FILE", help="Exchange rates: CSV with the columns date, from, to, rate."
)
engine: Final = click.option(
    "--engine", type=click.Choice(["durable", "builtin"]),
    help="Which engine infers; both give the same plans. Default: durable-rules where it can be imported.",
)  # fmt: skip
language: Final = click.option(
    "--language", type=click.Choice(["zh", "en"]), help="Language of titles and words. Default: the playbook's."
)
words_in: Final = click.option(
    "--language", type=click.Choice(["zh", "en"]),
    help="Language of the program's words and the playbook's names; titles of work and messages stay as they were "
    "planned. Default: that of the last run.",
)  # fmt: skip
"""As ``language``, of what a ledger keeps."""
quiet: Final = click.option("-q", "--quiet", is_flag=True, help="No words beside the data, only problems.")
ledger: Final = click.option(
    "--ledger", required=True, metavar="URL", envvar="PLAYBOOK_LEDGER",
    help="The ledger: a file (SQLite), or postgresql://…. Default: the variable PLAYBOOK_LEDGER.",
)  # fmt: skip
now: Final = click.option(
    "--now", type=InstantType(), default=_clock, show_default="the clock",
    help="The moment: 2026-11-20T09:30:00+08:00. For reruns and tests.",
)  # fmt: skip
by: Final = click.option("--by", metavar="NAME", default=_login_name, help="Who says so. Default: your login name.")
form: Final = click.option(
    "--format", "format_", type=click.Choice(["table", "json"]), default="table", show_default=True,
    help="For people, or for programs.",
)  # fmt: skip
of: Final = click.option("--of", "playbook", metavar="NAME", help="Of this playbook, where the ledger keeps several.")
why: Final = click.option("--why", required=True, metavar="TEXT", help="Why: whoever reads it later wants to know.")
