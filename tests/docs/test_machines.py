"""What the how-to hands to cron, systemd and a container builder runs at night: a slip there is seen late.

No image is built here and no unit started: the commands in them are parsed, and the files read as those programs do.
"""

import re
import shlex
from configparser import ConfigParser
from typing import Final

import click
import pytest

from engine.commands.main import CommandGroup, main
from tests.docs.pages import DOCS, ROOT, Block, blocks

PAGE: Final = DOCS / "how-to" / "run-every-day.md"
CONTAINERFILE: Final = ROOT / "Containerfile"
BLOCKS: Final = list(blocks(PAGE.read_text(encoding="utf-8")))


def commands() -> list[str]:
    """Every command of the page, but those in a terminal, which are run."""
    lines = [
        line for block in BLOCKS if block.kind != "console" for line in block.body.replace("\\\n", "").splitlines()
    ]
    found = [re.search(r"(?:playbook|^ *playbook-engine|playbook-engine) +((?:run|tick|deliver|status)\b.*)", line)
             for line in lines if "build" not in line]  # fmt: skip
    return [part for match in found if match for part in re.split(r" (?:&&|\|\|) ", match[1])]


@pytest.mark.parametrize("line", commands())
def test_a_command_of_the_page_is_one(line: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLAYBOOK_LEDGER", "ledger.db")
    name, *arguments = shlex.split(line.removeprefix("playbook "))
    assert isinstance(main, CommandGroup)
    command = main.get_command(click.Context(main), name)
    assert command is not None
    command.make_context(name, arguments)


def test_there_are_commands() -> None:
    assert len(commands()) == 8


@pytest.mark.parametrize("block", [each for each in BLOCKS if each.kind == "ini"], ids=lambda block: block.more)
def test_units_are_read(block: Block) -> None:
    unit = ConfigParser(interpolation=None, delimiters=("=",))
    unit.optionxform = str  # type: ignore[assignment,method-assign]
    unit.read_string(block.body)
    kind = block.more.rpartition(".")[2].title()
    assert {"Unit", kind} <= set(unit.sections()) <= {"Unit", "Service", "Timer", "Install"}


def instructions() -> list[tuple[str, str]]:
    """The instructions of the container file: word, and the rest."""
    text = re.sub(r"\\\n", " ", CONTAINERFILE.read_text(encoding="utf-8"))
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    return [(word, rest.strip()) for word, _, rest in (line.partition(" ") for line in lines)]


def test_the_container_file_is_made_of_instructions() -> None:
    known = {"FROM", "RUN", "WORKDIR", "COPY", "ENV", "USER", "VOLUME", "ENTRYPOINT", "CMD"}
    assert {word for word, _ in instructions()} <= known


def test_what_the_image_copies_is_there_and_let_in() -> None:
    let_in = {line.removeprefix("!") for line in (ROOT / ".containerignore").read_text().splitlines() if line[0] == "!"}
    for word, rest in instructions():
        if word == "COPY" and not rest.startswith("--from"):
            sources = rest.split()[:-1]
            assert all((ROOT / each).exists() for each in sources)
            assert let_in >= set(sources)


def test_the_image_runs_as_nobody_in_particular_and_keeps_its_ledger() -> None:
    last = instructions()[max(at for at, each in enumerate(instructions()) if each[0] == "FROM") :]
    words = dict(last)
    assert words["USER"] == "playbook"
    assert words["VOLUME"] == "/data"
    assert all(":" in rest.split()[0] and "latest" not in rest for word, rest in instructions() if word == "FROM")
