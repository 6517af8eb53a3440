"""A simulated organisation over days: what must hold on every one of them holds, whatever happens.

A failure names its seed: ``python -m tests.simulation SEED ACCOUNTS DAYS`` shows it again.
"""

import os
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest

from tests.simulation.organisation import lived

START = date(2026, 1, 5)

SOAK = bool(os.environ.get("PLAYBOOK_SOAK"))


@pytest.mark.timeout(300)
@pytest.mark.parametrize("seed", [1, 2])
def test_no_day_of_a_season_breaks_a_promise(seed: int, tmp_path: Path) -> None:
    with closing(lived(seed, accounts=8, start=START, days=20, folder=tmp_path)) as organisation:
        organisation.replayed(every=7)
    assert organisation.model.wrong == []
    counts = organisation.model.counts
    assert counts["Planned"] and counts["Escalated"] and counts["Sent"] and counts["Finished"], counts
    assert organisation.fate.kills >= organisation.model.counts["InDoubt"]


@pytest.mark.skipif(not SOAK, reason="the long run: `make soak`")
@pytest.mark.timeout(0)
def test_no_day_of_a_year_breaks_a_promise(tmp_path: Path) -> None:
    with closing(lived(11, accounts=200, start=START, days=365, folder=tmp_path)) as organisation:
        organisation.replayed()
    assert organisation.model.wrong == []
    assert organisation.fate.kills >= organisation.model.counts["InDoubt"]
