"""``playbook explain``: why, and why not, for one account or group of accounts."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Literal

import click
import msgspec
from msgspec.structs import replace

from engine import CompiledPlaybook, Context, Explanation, explain_account, explain_group, read_context
from engine.commands import ExitCode, options
from engine.commands.accounts import Accounts, find_account
from engine.commands.answering import answering, put, say
from engine.commands.engines import usable_engine
from engine.commands.explanation_text import ExplanationText
from engine.commands.playbooks import usable_playbook
from engine.commands.said import tell_ended
from engine.commands.terminal import harmless_json, ink, width_of_stdout
from engine.inference.engines import EngineName
from engine.messages.portfolio import rankings
from engine.planning.addresses import addresses_named
from engine.snapshots.origins import read_origins


@click.command("explain", short_help="Why, and why not, for one account or group.")
@options.playbook
@click.argument("rule", required=False)
@options.accounts
@click.option("--account", metavar="ID", help="The account to explain.")
@click.option("--group", metavar="GROUP", help="A group instead: portfolio, or such as profile.industry=retail.")
@options.as_of
@options.team
@options.rates
@options.exceptions
@click.option(
    "--sources", type=options.FILE, metavar="FILE",
    help="Where records were read, as `snapshot --sources` wrote it: figures are followed to file and row.",
)  # fmt: skip
@options.engine
@click.option("--format", "format_", type=click.Choice(["text", "json"]), default="text", show_default=True)
@options.language
@options.quiet
@answering
def command(
    playbook: str, rule: str | None, accounts: str, account: str | None, group: str | None,
    as_of: str, team: Path | None, rates: Path | None,
    exceptions: Path | None, sources: Path | None,
    engine: EngineName | None, format_: Literal["text", "json"], language: str | None, quiet: bool,
) -> ExitCode:  # fmt: skip
    """Explain what PLAYBOOK concludes of one account, or of a group: every test, what it expects and what was found.

    RULE is an address such as warnings.satisfaction_low, or its id; without it all classes and rules are explained.
    Exit codes: 0 fine, 1 the playbook has problems, 2 wrong usage, unreadable input, no such account or rule,
    3 the account's data can't be used.
    """
    if (account is None) == (group is None):
        raise click.UsageError("say which account, with `--account ID`, or which group, with `--group GROUP`")
    compiled = usable_playbook(playbook)
    _check_rule(compiled, rule)
    context = read_context(team=team, rates=rates, exceptions=exceptions, language=language)
    origins = read_origins(sources, account) if sources and account else {}
    if sources and account and not origins and not quiet:
        say(f"{ink(sources)} says nothing of `{ink(account)}`: records are named by their ids")
    chosen = usable_engine(engine, quiet)
    moment = options.moment_in(compiled.calendar.timezone, as_of)
    if not quiet:
        tell_ended(context, moment, compiled.calendar.timezone)
    with Accounts(accounts, passes=len(compiled.passes) + 1) as source:
        if compiled.passes:
            context = replace(context, rankings=rankings(compiled, source, as_of=moment, context=context))
        if account is not None:
            explanation = explain_account(
                compiled, find_account(source, account), as_of=moment, rule=rule, context=context, engine=chosen,
                origins=origins,
            )  # fmt: skip
        else:
            explanation = _of_group(compiled, source, str(group), moment, rule, context, chosen)
    if format_ == "json":
        put(_as_json(explanation))
    else:
        locale = language or compiled.playbook.manifest.locale
        put(ExplanationText(compiled, locale, width_of_stdout(), whole=rule is not None).lines(explanation))
    return ExitCode.FINE


def _of_group(
    compiled: CompiledPlaybook, source: Accounts, group: str, moment: datetime, rule: str | None, context: Context,
    engine: EngineName | None,
) -> Explanation:  # fmt: skip
    try:
        return explain_group(compiled, source, group, as_of=moment, rule=rule, context=context, engine=engine)
    except ValueError as wrong:
        raise click.BadParameter(str(wrong), param_hint="'--group'") from wrong


def _check_rule(compiled: CompiledPlaybook, rule: str | None) -> None:
    try:
        if rule is not None:
            addresses_named(compiled, rule)
    except ValueError as wrong:
        raise click.BadParameter(str(wrong), param_hint="RULE") from wrong


def _as_json(explanation: Explanation) -> Iterator[bytes]:
    document = msgspec.json.Encoder(decimal_format="number").encode(explanation)
    yield harmless_json(msgspec.json.format(document, indent=2)) + b"\n"
