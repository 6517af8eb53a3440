"""The tutorial, and every page with commands, is done in an empty folder: what it shows is what a reader will see."""

from pathlib import Path

import pytest

from tests.docs.pages import DOCS, blocks, executed, executed_pages, named


def test_the_tutorial_is_done() -> None:
    assert DOCS / "tutorial.md" in executed_pages()


@pytest.mark.parametrize("path", executed_pages(), ids=named)
def test_commands_print_what_the_page_says(path: Path) -> None:
    """``python -m tests.docs.pages`` writes what they print today."""
    assert executed(path) == path.read_text(encoding="utf-8")


CHINESE = sorted((DOCS / "zh").rglob("*.md"))


def test_tutorial_and_how_tos_are_there_in_chinese() -> None:
    english = {DOCS / "tutorial.md", *(DOCS / "how-to").glob("*.md")}
    assert {DOCS / page.relative_to(DOCS / "zh") for page in CHINESE} == english


@pytest.mark.parametrize("path", CHINESE, ids=named)
def test_a_chinese_page_asks_its_reader_to_do_the_same(path: Path) -> None:
    """The same files, commands and answers in the same sections; what stands between them is translated."""
    own, other = (page.read_text(encoding="utf-8") for page in (path, DOCS / path.relative_to(DOCS / "zh")))
    assert [each[:3] for each in blocks(own)] == [each[:3] for each in blocks(other)]
    assert parts(own) == parts(other)


def parts(page: str) -> list[int]:
    """How many blocks stand under each heading."""
    return [len(list(blocks(part))) for part in page.split("\n## ")]
