"""``playbook init``: a small playbook to begin with, which passes its own tests."""

import re
from pathlib import Path
from shlex import quote
from typing import Final

import click

from engine.calendars.locales import calendar_for_locale
from engine.commands import ExitCode, options
from engine.commands.answering import answering, say
from engine.commands.terminal import ink
from engine.documents.shapes import ID_PATTERN
from engine.foundation import codes
from engine.foundation.places import Place
from engine.foundation.problems import InputUnreadable, problem

_STARTERS: Final = Path(__file__).parent / "starters"
_FILES: Final = ("playbook.yaml", "tests/first.yaml", "accounts.jsonl")


@click.command("init", short_help="A small playbook to begin with.")
@click.argument("folder", metavar="DIR", type=options.FILE)
@click.option("--locale", default="zh-CN", show_default=True, help="Country and language, such as en-US.")
@options.quiet
@answering
def command(folder: Path, locale: str, quiet: bool) -> ExitCode:
    """Make the folder DIR with a small playbook, its scenarios and three accounts, in Chinese or English.

    Nothing is ever overwritten: DIR must be new or empty. Exit codes: 0 made, 2 DIR holds something, or the locale is
    not known.
    """
    if calendar_for_locale(locale) is None:
        raise click.BadParameter(f"{locale!r} is not known; write for example zh-CN or en-US", param_hint="'--locale'")
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        message, hint = "there is something here already, and nothing is overwritten", "name a new folder"
        raise InputUnreadable([problem(codes.FOLDER_TAKEN, Place(str(folder)), message, hint)])
    starter = _STARTERS / ("zh" if locale.startswith("zh") else "en")
    for name in _FILES:
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        text = (starter / name).read_text("utf-8")
        file.write_text(text.replace("{id}", _id_for(folder)).replace("{locale}", locale), "utf-8")
    if not quiet:
        _tell_next(folder)
    return ExitCode.FINE


def _id_for(folder: Path) -> str:
    """The playbook's id: the folder's name, if it can be one."""
    name = folder.resolve().name
    return name if re.fullmatch(ID_PATTERN, name) else "my-first"


def _tell_next(folder: Path) -> None:
    say(f"made {ink(folder)}: {', '.join(_FILES)}")
    at, accounts = ink(quote(str(folder))), ink(quote(str(folder / "accounts.jsonl")))
    say("next:")
    say(f"  playbook check {at}")
    say(f"  playbook test {at}")
    say(f"  playbook plan {at} --accounts {accounts} --as-of 2026-11-20")
