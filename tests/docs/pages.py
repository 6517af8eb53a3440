"""The pages under ``docs/`` and the READMEs as what they ask a reader to do: files to write and commands to type.

Blocks say in their first line what they are: ```` ```yaml my-first/playbook.yaml ```` is a file of that name,
```` ```console ```` holds commands after ``$`` with what they print (``exit=1`` after ``console`` for their exit
code), ```` ```yaml scenario ```` a scenario that brings its own playbook. Beside ``playbook`` there is one command,
``cp``, for files of this project, which a page calls ``playbook-engine``.

``python -m tests.docs.pages`` writes what the commands print today into the pages.
"""

import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final, NamedTuple

from tests.engines import without_notice

ROOT: Final = Path(__file__).parents[2]
DOCS: Final = ROOT / "docs"
CHECKOUT: Final = "playbook-engine/"
PAGES: Final = sorted([*DOCS.rglob("*.md"), *ROOT.glob("README*.md")])

_SALTED = re.compile("sha256:[0-9a-f]{64}")
"""Hashes of a ledger are others each time, for they are salted."""
_BLOCK = re.compile(r"^```(?P<kind>\w+)(?: (?P<more>[^\n]*))?\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL)


def named(path: Path) -> str:
    """A page as test ids call it."""
    return str(path.relative_to(ROOT))


class Block(NamedTuple):
    """A block of a page: its first line's words, its text, and where that stands in the page."""

    kind: str
    more: str
    body: str
    start: int
    end: int


def blocks(page: str) -> Iterator[Block]:
    """Every block of a page, in order."""
    for found in _BLOCK.finditer(page):
        yield Block(found["kind"], found["more"] or "", found["body"], *found.span("body"))


def executed_pages() -> list[Path]:
    """The pages that hold commands with their output."""
    return [path for path in PAGES if "\n```console" in path.read_text(encoding="utf-8")]


def executed(path: Path) -> str:
    """The page with what its commands print now, when done in order in an empty folder; what a page at the top level
    asks for is done in a checkout."""
    page = path.read_text(encoding="utf-8")
    parts, behind = [], 0
    with TemporaryDirectory() as name:
        folder = Path(name)
        if path.parent == ROOT:
            (folder / "examples").symlink_to(ROOT / "examples")
        for block in blocks(page):
            if block.kind == "console":
                parts += [page[behind : block.start], _console(block, folder)]
                behind = block.end
            elif "/" in block.more or "." in block.more:
                file = folder / block.more
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_text(block.body, encoding="utf-8")
    return "".join([*parts, page[behind:]])


def _console(block: Block, folder: Path) -> str:
    expected = int(block.more.removeprefix("exit=") or 0)
    commands = [line.removeprefix("$ ") for line in block.body.splitlines() if line.startswith("$ ")]
    lines: list[str] = []
    for command in commands:
        output, code = _run(command, folder)
        assert code == expected, f"`{command}` ended with {code}, not {expected}:\n{output}"
        lines += [f"$ {command}", *output.rstrip().splitlines()]
    return "".join(f"{line}\n" for line in lines)


def _run(command: str, folder: Path) -> tuple[str, int]:
    """What a command prints, words for people included, and its exit code."""
    program, *arguments = shlex.split(command)
    if program == "cp":
        source, target = arguments
        shutil.copy(ROOT / source.removeprefix(CHECKOUT), folder / target)
        return "", 0
    assert program == "playbook", f"pages run `playbook` and `cp` only, not `{command}`"
    environment = {**os.environ, "NO_COLOR": "1", "PYTHONUNBUFFERED": "1", "PYTHONIOENCODING": "utf-8"}
    done = subprocess.run(
        [sys.executable, str(ROOT / "cli.py"), *arguments],
        cwd=folder, env=environment, check=False, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
    return _SALTED.sub("sha256:…", without_notice(done.stdout).decode()), done.returncode


def main() -> None:
    """Writes the pages anew."""
    for path in executed_pages():
        path.write_text(executed(path), encoding="utf-8")


if __name__ == "__main__":
    main()
