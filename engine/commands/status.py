"""``playbook status``: whether the daily job does its work; the exit code is for machines that watch machines."""

from datetime import datetime, timedelta
from typing import Final, Literal

import click

from engine.commands import ExitCode, options
from engine.commands.answering import answering, put
from engine.commands.ledgers import document, existing, locale_of, zone_of
from engine.daily.status import MAX_AGE, status_of
from engine.foundation.quantities import parse_duration
from engine.reports.status_text import status_lines, status_words_for

_HOURS: Final = {"hours": 1, "days": 24}


class LengthType(click.ParamType[timedelta]):
    """A length of time in hours or days."""

    name = "LENGTH"

    def convert(self, value: str | timedelta, param: click.Parameter | None, ctx: click.Context | None) -> timedelta:
        """The length that ``value`` writes."""
        if isinstance(value, timedelta):
            return value
        found = parse_duration(value.strip())
        if found is None or found.unit not in _HOURS or found.amount <= 0:
            self.fail(f"`{value}` is no length of hours or days; write for example `26 hours`", param, ctx)
        return timedelta(hours=float(found.amount * _HOURS[found.unit]))


@click.command("status", short_help="Whether the daily job does its work; for monitoring.")
@options.ledger
@click.option(
    "--max-age", type=LengthType(), default=MAX_AGE, show_default="26 hours",
    help="How long ago the last run of a playbook may have ended.",
)  # fmt: skip
@options.now
@options.form
@options.words_in
@options.quiet
@answering
def command(
    ledger: str, max_age: timedelta, now: datetime, format_: Literal["table", "json"], language: str | None, quiet: bool
) -> ExitCode:
    """When the last run of each playbook ended and how; what is stuck, missing or waits for somebody's word.

    Overdue work and silences that have ended are told too, but are no fault of the job. Exit codes: 0 all is well,
    1 it is not, 2 wrong usage, or a ledger that can't be read.
    """
    with existing(ledger) as opened:
        zone = zone_of(opened)
        found = status_of(opened, now.astimezone(zone) if zone is not None else now, max_age)
        words = status_words_for(locale_of(opened, language))
    if format_ == "json":
        put([document(found)])
    elif not quiet:
        put(status_lines(found, words))
    return ExitCode.FINE if found.well else ExitCode.NOT_FINE
