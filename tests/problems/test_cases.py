"""Every problem is shown as a person meets it: where one is not, nobody has read the words that users read."""

from pathlib import Path

import pytest

from engine.foundation import codes
from engine.foundation.problems import Code
from tests.problems.cases import CASES, FOLDERS, code_of, codes_in, transcript

EVERY_CODE = {each.code for each in vars(codes).values() if isinstance(each, Code)}


@pytest.mark.parametrize("case", FOLDERS, ids=lambda case: case.name)
def test_a_person_is_told_what_is_wrong_in_these_words(case: Path) -> None:
    told = transcript(case)
    assert told == (case / "expected.txt").read_text("utf-8")
    assert codes_in(told) == {code_of(case)}


def test_every_code_is_shown_by_a_case() -> None:
    """Lines of input that can't be used and slips of the pen have cases of their own, beside these."""
    others = (each.read_text("utf-8") for each in CASES.parent.glob("*/*/problems.txt"))
    shown = {code_of(each) for each in FOLDERS}.union(*map(codes_in, others))
    assert shown == EVERY_CODE
