"""``playbook apply``: plans every account and writes to the ledger what becomes of open work and messages."""

from collections import Counter
from datetime import datetime
from pathlib import Path
from typing import Literal

import click
import msgspec
from msgspec.structs import replace

from engine import merged_playbook, open_ledger, read_context
from engine.commands import ExitCode, options
from engine.commands.accounts import Accounts
from engine.commands.answering import answering, put, say
from engine.commands.beside import Changes, over, told
from engine.commands.engines import usable_engine
from engine.commands.playbooks import find_playbook, usable_playbook
from engine.commands.problem_formats import as_line
from engine.commands.said import Named, tell_ended
from engine.commands.terminal import harmless_json, ink
from engine.inference.engines import EngineName
from engine.ledger.applying import Applied, Review, apply_portfolio
from engine.ledger.asked import SUFFIX, Asked
from engine.ledger.deciding import Portfolio
from engine.ledger.running import beside
from engine.ledger.saving import SavedPlan, moved_since, read_saved_plan
from engine.reports.words import Words, joined, words_for


@click.command("apply", short_help="Plan, and write it to the ledger.")
@click.argument("what", metavar="PLAYBOOK|CHANGES.plan")
@click.option("--accounts", type=options.ACCOUNTS, metavar="FILE", help="Account snapshots, as for `plan`.")
@click.option("--as-of", type=options.MomentType(), help="The moment, as for `plan`.")
@options.ledger
@options.team
@options.rates
@options.exceptions
@options.engine
@click.option(
    "--allow-large", is_flag=True,
    help="Write even where more than a fifth of the accounts, and more than ten, would close work or turn red.",
)  # fmt: skip
@options.now
@options.form
@options.language
@options.quiet
@answering
def command(
    what: str, accounts: str | None, as_of: str | None, ledger: str, team: Path | None, rates: Path | None,
    exceptions: Path | None, engine: EngineName | None, allow_large: bool, now: datetime, format_: str,
    language: Literal["zh", "en"] | None, quiet: bool,
) -> ExitCode:  # fmt: skip
    """Plan all accounts with PLAYBOOK and write to the ledger what becomes of open work and of drafted messages; or
    do what CHANGES.plan says, which `playbook plan --ledger URL --out CHANGES.plan` has saved, if all it was made from
    is still the same.

    Work closes only for a reason that is known. Running it again completes what was left undone, and does nothing
    twice. Exit codes: 0 fine, 1 refused or the playbook has problems, 2 wrong usage or unreadable input, 3 some
    accounts could not be planned.
    """
    saved = read_saved_plan(Path(what)) if what.endswith(SUFFIX) else None
    if saved is None:
        asked = _asked(accounts, as_of, Asked.of(what, accounts or "", as_of or "", team, rates, exceptions))
        asked = replace(asked, language=language, engine=engine)
    elif any((accounts, as_of, team, rates, exceptions, engine, language)):
        raise click.UsageError("a saved plan says itself what it is for: give `--ledger` alone")
    else:
        asked = saved.asked
    compiled = usable_playbook(asked.playbook)
    context = read_context(**{name: Path(path) for name, path in asked.files.items()}, language=asked.language)
    chosen = usable_engine(asked.engine, quiet)
    moment = options.moment_in(compiled.calendar.timezone, asked.as_of)
    document = merged_playbook(find_playbook(asked.playbook))
    with open_ledger(ledger) as opened, Accounts(asked.accounts, passes=len(compiled.passes) + 2) as source:
        named = Named(context, compiled)
        portfolio = beside(opened, compiled, named.noted(source), as_of=moment, context=context, engine=chosen)
        review = _reviewed(portfolio, asked, saved, Path(what)) if saved is not None or not allow_large else Review()
        if review is None:
            return ExitCode.NOT_FINE
        applied = apply_portfolio(
            opened, portfolio, document, now, allow_large=allow_large, review=review, replan=saved is None
        )
    words = words_for(asked.language or compiled.playbook.manifest.locale)
    if not quiet:
        tell_ended(context, moment, compiled.calendar.timezone)
        named.tell()
        for line in over(portfolio, words):
            say(line)
    _tell(applied, words, moment, form=format_, quiet=quiet)
    if applied.refused is not None:
        return ExitCode.NOT_FINE
    return ExitCode.SOME_FAILED if applied.problems else ExitCode.FINE


def _asked(accounts: str | None, as_of: str | None, asked: Asked) -> Asked:
    if accounts is None or as_of is None:
        raise click.UsageError("`apply PLAYBOOK` needs `--accounts` and `--as-of`")
    return asked


def _reviewed(portfolio: Portfolio, asked: Asked, saved: SavedPlan | None, path: Path) -> Review | None:
    """What the run would come to; none, and said, where the saved plan no longer holds."""
    changes = Changes(portfolio, asked)
    changes.count()
    moved = list(moved_since(saved, changes.saved, path)) if saved is not None else []
    for each in moved:
        say(as_line(each))
    return None if moved else changes.review


def _tell(applied: Applied, words: Words, moment: datetime, *, form: str, quiet: bool) -> None:
    for each in applied.problems:
        say(as_line(each))
    if applied.refused is not None:
        for line in told(applied.refused, words):
            say(line)
        say(words.refused)
    if form == "json":
        put([harmless_json(msgspec.json.format(msgspec.json.encode(applied.report(moment)), indent=2)) + b"\n"])
    elif applied.refused is None:
        put([_summary(applied.counts, words)])
        if not quiet:
            chain = f"{words.run}{words.colon}{applied.run}  {words.head}{words.colon}{applied.head}"
            say(ink(chain, dim=True))


def _summary(counts: Counter[str], words: Words) -> str:
    """``30 accounts: 12 new actions · 3 updated · 2 closed · 40 unchanged | …``."""
    work = joined(
        (
            words.count(words.opened, counts["new"]),
            words.count(words.updated, counts["updated"]),
            words.count(words.closed, counts["closed"]),
            words.count(words.unchanged, counts["unchanged"]),
        )
    )
    mail = joined(
        (words.count(words.drafted, counts["drafted"]), words.count(words.withdrawn, counts["withdrawn"])),
    )
    rest = joined(
        (
            words.count(words.better, counts["better"]) if counts["better"] else "",
            words.count(words.failed, counts["failed"]) if counts["failed"] else "",
        )
    )
    line = joined((f"{words.count(words.accounts, counts['accounts'])}{words.colon}{work}", mail, rest), " | ")
    return ink(line, bold=True)
