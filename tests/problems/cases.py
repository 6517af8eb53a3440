"""Each folder of ``tests/cases/problems`` shows one kind of problem as a person meets it.

A folder is named for its code and what is wrong: ``PB201_metric_misspelt``. It holds the files with the mistake, and
``expected.txt``: the command that is typed in the folder, what it prints, and its exit code where that is not 0.

``python -m tests.problems.cases`` writes what the commands print today behind the command of each ``expected.txt``.
"""

import os
import re
import shlex
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from tests.commands.workplace import Workplace

CASES: Final = Path(__file__).parent.parent / "cases" / "problems"
FOLDERS: Final = sorted(CASES.iterdir())
_CODE: Final = re.compile(r"PB\d{3}")


def code_of(case: Path) -> str:
    """The code that the folder is named for."""
    return case.name.partition("_")[0]


def codes_in(text: str) -> set[str]:
    """Every code that a text names."""
    return set(_CODE.findall(text))


def transcript(case: Path) -> str:
    """What the terminal shows: the command that begins ``expected.txt``, and what comes of it now."""
    typed = (case / "expected.txt").read_text("utf-8").split("\n", 1)[0]
    with _inside(case):
        done = Workplace(case).run(*shlex.split(typed.removeprefix("$ playbook ")))
    end = f"exit code {done.exit_code}\n" if done.exit_code else ""
    return f"{typed}\n{done.output}{end}"


@contextmanager
def _inside(folder: Path) -> Iterator[None]:
    before = Path.cwd()
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)


if __name__ == "__main__":
    for each in FOLDERS:
        (each / "expected.txt").write_text(transcript(each), "utf-8")
