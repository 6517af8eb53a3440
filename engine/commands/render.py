"""``playbook render``: the messages of a plan as people get them, for reading."""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Final, Literal

import click
from msgspec.structs import replace

from engine import AccountSnapshot, ActionPlan, CompiledPlaybook, Problem, plan_portfolio, read_context
from engine.commands import ExitCode, options
from engine.commands.accounts import Accounts, Sought
from engine.commands.answering import answering, put, say
from engine.commands.engines import usable_engine
from engine.commands.plan_files import message_stem, message_text
from engine.commands.playbooks import usable_playbook
from engine.commands.said import Named, tell_ended
from engine.commands.terminal import ink
from engine.commands.totals import Totals
from engine.foundation.files import move_into_place, whole_folder
from engine.foundation.problems import did_you_mean
from engine.inference.engines import EngineName
from engine.messages.layout import html_of, mail_of
from engine.planning.plan_messages import Message
from engine.planning.wording import LOCALES
from engine.reports.words import words_for

Format = Literal["text", "html", "eml"]

_SUFFIXES: Final[dict[Format, str]] = {"text": ".txt", "html": ".html", "eml": ".eml"}
_RULER: Final = "\n" + "-" * 72 + "\n"


@click.command("render", short_help="The messages of a plan as people get them, for reading.")
@options.playbook
@click.argument("content", required=False)
@options.accounts
@click.option("--account", metavar="ID", help="The messages of this account only.")
@options.as_of
@options.team
@options.rates
@options.exceptions
@options.engine
@click.option("--language", type=click.Choice(["zh", "en"]), help="As if every reader read this language.")
@click.option("--format", "format_", type=click.Choice(["text", "html", "eml"]), default="text", show_default=True)
@click.option("--out", type=options.OUTPUT, metavar="DIR", help="A folder: one file per message.")
@options.quiet
@answering
def command(
    playbook: str, content: str | None, accounts: str, account: str | None, as_of: str, team: Path | None,
    rates: Path | None, exceptions: Path | None, engine: EngineName | None, language: str | None, format_: Format,
    out: Path | None, quiet: bool,
) -> ExitCode:  # fmt: skip
    """Render the messages that PLAYBOOK would send: all, or those of CONTENT. Nothing is sent.

    Without --out they go to stdout, one after the other. Exit codes: 0 fine, 1 the playbook has problems, 2 wrong
    usage, unreadable input, no such account or content, 3 some accounts could not be planned.
    """
    compiled = usable_playbook(playbook)
    _check_content(compiled, content)
    context = read_context(team=team, rates=rates, exceptions=exceptions, language=language)
    chosen = usable_engine(engine, quiet)
    moment = options.moment_in(compiled.calendar.timezone, as_of)
    if not quiet:
        tell_ended(context, moment, compiled.calendar.timezone)
    totals = Totals(Sought(account) if account is not None else None)
    with Accounts(accounts, passes=len(compiled.passes) + 1) as source:
        named = Named(context, compiled)
        read = named.noted(totals.noted(source))
        plans = plan_portfolio(
            compiled, read if language is None else _in_language(read, LOCALES[language]),
            as_of=moment, context=context, engine=chosen, only=account,
        )  # fmt: skip
        found = _messages(totals.counted(plans), content)
        if out is None:
            put(_one_after_the_other(found, format_))
        else:
            _write(found, format_, out)
    if not quiet:
        named.tell()
        words = words_for(language or compiled.playbook.manifest.locale)
        count = words.count(words.message, totals.messages)
        say(f"{count} → {ink(out)}" if out is not None and content is None else ink(out or count))
    return ExitCode.SOME_FAILED if totals.failed else ExitCode.FINE


def _check_content(compiled: CompiledPlaybook, content: str | None) -> None:
    if content is not None and content not in compiled.contents:
        hint = did_you_mean(content, compiled.contents)
        message = f"the playbook has no message `{content}`" + (f": {hint}" if hint else "")
        raise click.BadParameter(message, param_hint="CONTENT")


def _in_language(
    source: Callable[[], Iterable[AccountSnapshot | Problem]], locale: str
) -> Callable[[], Iterator[AccountSnapshot | Problem]]:
    """The accounts, with every contact reading ``locale``."""

    def accounts() -> Iterator[AccountSnapshot | Problem]:
        for each in source():
            if isinstance(each, AccountSnapshot) and isinstance(each.contacts, tuple):
                contacts = tuple(replace(contact, language=locale) for contact in each.contacts)
                yield replace(each, contacts=contacts)
            else:
                yield each

    return accounts


Found = tuple[str, Message]


def _messages(plans: Iterable[ActionPlan], content: str | None) -> Iterator[Found]:
    for plan in plans:
        for message in plan.messages:
            if content is None or message.content == content:
                yield plan.account.id if plan.account else "", message


def _one_after_the_other(found: Iterable[Found], form: Format) -> Iterator[str | bytes]:
    for number, (_, message) in enumerate(found):
        if form == "text" and number:
            yield _RULER
        yield _rendered(message, form)


def _rendered(message: Message, form: Format) -> str | bytes:
    match form:
        case "html":
            return html_of(message)
        case "eml":
            return mail_of(message)
    return message_text(message)


def _write(found: Iterable[Found], form: Format, out: Path) -> None:
    with whole_folder(out) as folder:
        names = []
        for account, message in found:
            names.append(message_stem(message, account) + _SUFFIXES[form])
            rendered = _rendered(message, form)
            (folder / names[-1]).write_bytes(rendered.encode() if isinstance(rendered, str) else rendered)
        for name in names:
            move_into_place(folder / name, out / name)
