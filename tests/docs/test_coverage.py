"""A row of the handbook that nothing encodes, or no scenario proves, is a promise that nobody keeps."""

import pytest

from engine.checking.coverage import Row, page, rows
from tests.docs.pages import DOCS, ROOT

HANDBOOK = ROOT / "playbooks" / "handbook"
WANTED = [f"H-{number:02}" for number in range(1, 19)]


def test_the_page_is_what_the_playbook_says() -> None:
    """``make docs`` writes it anew."""
    assert (DOCS / "coverage" / "handbook.md").read_text(encoding="utf-8") == page(HANDBOOK)


def test_every_row_is_there_and_no_other() -> None:
    assert [each.id for each in rows(HANDBOOK)] == WANTED


@pytest.mark.parametrize("row", rows(HANDBOOK), ids=lambda row: row.id)
def test_a_row_has_entries_and_is_seen_to_act_and_to_stay_quiet(row: Row) -> None:
    assert row.title and row.entries and row.firing and row.quiet
