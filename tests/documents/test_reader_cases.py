"""Each folder of tests/cases/reader is a file with problems, and the words in which they are told."""

from pathlib import Path

import pytest

from engine.documents.reader import read_file

CASES = sorted((Path(__file__).parent.parent / "cases" / "reader").iterdir())


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_author_is_told_what_is_wrong_in_these_words(case: Path):
    _, problems = read_file(case / "input.yaml", "input.yaml")
    told = "".join(f"{line}:{column} {each}\n" for each in problems for line, column in [(each.line, each.column)])
    assert told == (case / "problems.txt").read_text("utf-8")
