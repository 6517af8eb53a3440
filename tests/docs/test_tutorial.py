"""The tutorial, and every page with commands, is done in an empty folder: what it shows is what a reader will see."""

from pathlib import Path

import pytest

from tests.docs.pages import DOCS, Block, blocks, executed, executed_pages, named


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
    """The same files and commands in the same sections, answered in its language where the command says so; what stands
    between them is translated."""
    own, other = (page.read_text(encoding="utf-8") for page in (path, DOCS / path.relative_to(DOCS / "zh")))
    assert [asked(each) for each in blocks(own)] == [asked(each) for each in blocks(other)]
    assert parts(own) == parts(other)


def asked(block: Block) -> tuple[str, str, list[str]]:
    """What a block asks of a reader, whatever the language."""
    lines = block.body.replace("--language zh", "--language en").splitlines()
    if block.kind == "console":
        lines = [line for line in lines if line.startswith("$ ")]
    return block.kind, block.more, lines


def parts(page: str) -> list[int]:
    """How many blocks stand under each heading."""
    return [len(list(blocks(part))) for part in page.split("\n## ")]
