"""Editions of the handbook that follow one another: what an upgrade may do to work that is under way."""

import re
import shutil
from pathlib import Path
from typing import Final

import engine
from engine.documents.document import Mapping

HANDBOOK: Final = Path(__file__).parents[2] / "playbooks" / "handbook"

Change = tuple[str, str, str]
"""A file, a text that stands in it once, and what takes its place."""

_ANOTHER_FIGURE: Final[tuple[Change, ...]] = (
    ("h10-conflicts.yaml", "    value: 2 hours\n", "    value: 3 hours\n"),
)  # fmt: skip
_RENAMED: Final[tuple[Change, ...]] = (
    *_ANOTHER_FIGURE,
    ("h10-conflicts.yaml", "rules:\n  complaint:\n", "rules:\n  customer_complaint:\n    formerly: [complaint]\n"),
)
_TASKS_MOVED: Final[tuple[Change, ...]] = (
    *_RENAMED,
    (
        "h10-conflicts.yaml",
        "    ends_when: {ticket.status: [resolved, closed]}\n",
        "      thank: {kind: call, owner: account_manager, due: 10 days, "
        "title: {zh: 感谢客户的耐心, en: Thank the customer}}\n"
        "    ends_when: {ticket.status: [resolved, closed]}\n",
    ),
)
EDITIONS: Final = ((), _ANOTHER_FIGURE, _RENAMED, _TASKS_MOVED)
"""As shipped; with another figure; with a rule renamed; with a task more in a play that is running somewhere."""


def edition(number: int, folder: Path) -> tuple[engine.CompiledPlaybook, Mapping]:
    """The handbook in its edition ``number``, from 0, written below ``folder``: compiled, and merged as a document."""
    home = folder / f"edition-{number}" / "handbook"
    if not home.exists():
        shutil.copytree(HANDBOOK, home, ignore=shutil.ignore_patterns("tests"))
        _bump(home / "playbook.yaml", number)
        for file, before, after in EDITIONS[number]:
            text = (home / file).read_text(encoding="utf-8")
            assert text.count(before) == 1, f"`{before}` stands {text.count(before)} times in {file}"
            (home / file).write_text(text.replace(before, after), encoding="utf-8")
    return engine.compile_playbook(engine.load_playbook(home), use_examples=True), engine.merged_playbook(home)


def _bump(manifest: Path, number: int) -> None:
    text = manifest.read_text(encoding="utf-8")
    text, found = re.subn(r"^version: .*$", f"version: 9.{number}.0", text, flags=re.MULTILINE)
    assert found == 1
    manifest.write_text(text, encoding="utf-8")
