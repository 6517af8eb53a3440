"""Each folder of tests/cases/mappings is a mapping that can't be used, and the words in which that is told."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from engine.foundation.problems import InputUnreadable
from engine.snapshots.building import build_snapshots
from engine.snapshots.mapping import read_mapping

CASES = sorted((Path(__file__).parent.parent / "cases" / "mappings").iterdir())


def told(case: Path) -> str:
    """Everything that is wrong with a mapping or its tables, one line each, and its hint."""
    with pytest.raises(InputUnreadable) as error:
        build_snapshots(read_mapping(case / "mapping.yaml"), case, datetime(2026, 6, 30, tzinfo=UTC))
    found = "".join(f"{each.line}:{each.column} {each}\n" for each in error.value.problems)
    return found.replace(f"{case}/", "")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_author_is_told_what_is_wrong_in_these_words(case: Path):
    assert told(case) == (case / "problems.txt").read_text("utf-8")
