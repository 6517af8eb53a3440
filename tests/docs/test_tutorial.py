"""The tutorial, and every page with commands, is done in an empty folder: what it shows is what a reader will see."""

from pathlib import Path

import pytest

from tests.docs.pages import DOCS, executed, executed_pages, named


def test_the_tutorial_is_done() -> None:
    assert DOCS / "tutorial.md" in executed_pages()


@pytest.mark.parametrize("path", executed_pages(), ids=named)
def test_commands_print_what_the_page_says(path: Path) -> None:
    """``python -m tests.docs.pages`` writes what they print today."""
    page = path.read_text(encoding="utf-8")
    assert executed(page) == page
