"""A run that is killed while it writes is completed by the next: whatever the moment, nothing tells the two apart."""

import os
import random
import signal
import time
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest

import engine
from engine import Context, Ledger
from engine.ledger import deciding
from engine.ledger.applying import apply_portfolio
from engine.ledger.verifying import verify
from engine.lifecycle.state import AccountState
from engine.planning.plan import PlaybookInput
from engine.snapshots.decoding import decode_snapshot
from tests.inline import at
from tests.ledger.applied import HANDBOOK, handbook
from tests.simulation.world import World

KILLS = 200 if os.environ.get("PLAYBOOK_SOAK") else 20
"""``make soak`` kills by the hundred."""
ACCOUNTS = 6
START = at("2026-11-20 06:00")


class Told(Ledger):
    """Says when it is about to write its first record."""

    begins: Callable[[], object] | None = None

    def declare(self, *found: Any, **more: Any) -> Any:
        """As the ledger does."""
        if self.begins is not None:
            self.begins()
            self.begins = None
        return super().declare(*found, **more)


@cache
def document() -> Any:
    """The handbook as it is kept."""
    return engine.merged_playbook(HANDBOOK)


def run(url: str, lines: list[bytes], now: datetime, begins: Callable[[], object] | None = None) -> None:
    """Plans the handbook for the accounts of a day, and writes; ``begins`` is called before the first record."""
    compiled, _ = handbook()

    def accounts() -> Iterator[Any]:
        return (decode_snapshot(line, "accounts.jsonl", number) for number, line in enumerate(lines, 1))

    with engine.open_ledger(url) as opened:
        ledger = Told(opened.store)
        ledger.begins = begins
        portfolio = deciding.Portfolio(ledger, compiled, accounts, now, Context.empty(), "builtin")
        applied = apply_portfolio(ledger, portfolio, document(), now, allow_large=True)
        assert applied.outcome in ("fine", "some_failed")


def killed(url: str, lines: list[bytes], now: datetime, after: float) -> bool:
    """The same in a process that is killed some seconds after it began to write; whether that hit it at work."""
    told, begun = os.pipe()
    process = os.fork()
    if process == 0:
        try:
            run(url, lines, now, lambda: os.write(begun, b"."))
        except BaseException:  # noqa: BLE001 - a fork must never run on into its parent's work
            os._exit(1)
        os._exit(0)
    os.close(begun)
    os.read(told, 1)
    os.close(told)
    time.sleep(after)
    os.kill(process, signal.SIGKILL)
    code = os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])
    assert code in (0, -signal.SIGKILL)
    return code == -signal.SIGKILL


Outcome = tuple[dict[str, AccountState], list[PlaybookInput], list[datetime | None], int]


def outcome(url: str, names: list[str]) -> Outcome:
    """Everything that is known of the accounts and the runs; the chain is whole."""
    with engine.open_ledger(url) as ledger:
        found = verify(ledger)
        assert found.findings == ()
        runs = ledger.runs()
        states = ledger.states("handbook", names)
        return states, [each.started.playbook for each in runs], [each.ended_at for each in runs], found.blobs


@pytest.mark.timeout(0 if KILLS > 20 else 600)  # a busy machine is no failure
def test_a_run_that_is_killed_while_it_writes_is_completed_by_the_next(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deciding, "AT_ONCE", 2)
    undisturbed = str(tmp_path / "undisturbed.db")
    chance, world, hits = random.Random(KILLS), World(KILLS, ACCOUNTS, START.date()), 0
    for number in range(KILLS):
        now = START + timedelta(days=number)
        lines = world.today(date(now.year, now.month, now.day))
        began: list[float] = []
        run(undisturbed, lines, now, lambda began=began: began.append(time.monotonic()))  # type: ignore[misc]
        took = time.monotonic() - began[0]
        hits += killed(url, lines, now, chance.uniform(0, took))
        run(url, lines, now)
    assert hits > KILLS / 2
    assert outcome(url, world.ids) == outcome(undisturbed, world.ids)
