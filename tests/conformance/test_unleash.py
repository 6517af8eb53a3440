"""Conditions that mean something else than people elsewhere agreed on surprise whoever comes from there."""

from typing import Final

import pytest

from engine.inference.engines import EngineName
from tests.conformance.unleash import PAGE, Case, absent, cases, page, result
from tests.engines import ENGINES

CASES: Final = [pytest.param(each, id=f"{each.suite[:2]} {each.name}") for each in cases()]


@pytest.mark.parametrize("run_by", ENGINES)
@pytest.mark.parametrize("case", CASES)
def test_case(case: Case, run_by: EngineName) -> None:
    """Passes, is refused, or is unknown for want of what is absent alone: with none in its place it passes."""
    found = result(case, run_by)
    if found.verdict == "unknown":
        assert found.why == ", ".join(f"`fields.{each}` is absent" for each in absent(case))
        none = dict.fromkeys(absent(case))
        found = result(case._replace(context={**case.context, **none}), run_by)
    assert found.verdict in ("passed", "refused")


def test_the_page_is_current() -> None:
    """``make docs`` writes it anew."""
    assert PAGE.read_text(encoding="utf-8") == page()
