"""How long writing plans to a ledger takes: ``PYTHONPATH=. python benchmarks/ledger.py``.

``--counts 1000,5000,10000`` are the sizes, ``--ledger URL`` is where to, ``--days 2`` applies a second day too.

Made-up portfolios are planned with the handbook and applied to a new ledger. A server's database has to be empty, and
one count fits in it; without ``--ledger`` each is a file in a temporary folder. What is printed is milliseconds an
account takes: of this process with waiting left out, of that in the ledger, and by the clock on the wall, a server's
time among it, which other work on the machine lengthens.
"""

import argparse
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import engine
from engine import Context, Ledger
from engine.ledger.applying import apply_portfolio
from engine.ledger.deciding import Portfolio
from engine.ledger.running import beside
from scripts.portfolio.__main__ import AS_OF, files

HANDBOOK: Final = Path(__file__).resolve().parent.parent / "playbooks" / "handbook"


class Timed(Ledger):
    """Counts the seconds that this process works in the ledger."""

    seconds = 0.0

    def append(self, *found: Any, **more: Any) -> Any:
        """As the ledger does."""
        return self._timed(super().append, *found, **more)

    def declare(self, *found: Any, **more: Any) -> Any:
        """As the ledger does."""
        return self._timed(super().declare, *found, **more)

    def states(self, *found: Any, **more: Any) -> Any:
        """As the ledger does."""
        return self._timed(super().states, *found, **more)

    def _timed(self, work: Callable[..., Any], *found: Any, **more: Any) -> Any:
        began = time.process_time()
        try:
            return work(*found, **more)
        finally:
            self.seconds += time.process_time() - began


def main() -> None:
    """Apply a portfolio of each size."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--counts", default="1000,5000,10000")
    parser.add_argument("--days", type=int, default=1)
    parser.add_argument("--ledger")
    asked = parser.parse_args()
    for count in map(int, asked.counts.split(",")):
        with TemporaryDirectory() as name:
            folder = Path(name)
            for file, text in files(count=count).items():
                (folder / file).write_text(text, encoding="utf-8")
            with engine.open_ledger(asked.ledger or folder / "ledger.db") as opened:
                _measure(count, asked.days, folder, Timed(opened.store))


def _measure(count: int, days: int, folder: Path, ledger: Timed) -> None:
    compiled = engine.compile_playbook(engine.load_playbook(HANDBOOK))
    document = engine.merged_playbook(HANDBOOK)
    context = engine.read_context(team=folder / "team.yaml", rates=folder / "rates.csv")
    for number in range(days):
        day = AS_OF + timedelta(days=number)
        ledger.seconds, worked, began = 0.0, time.process_time(), time.perf_counter()
        portfolio = _portfolio(ledger, compiled, folder, day, context)
        now = datetime.combine(day, datetime.max.time(), UTC)
        applied = apply_portfolio(ledger, portfolio, document, now, allow_large=True)
        assert applied.counts["accounts"] == count, applied.problems
        took = (time.process_time() - worked, ledger.seconds, time.perf_counter() - began)
        whole, writing, wall = (seconds / count * 1000 for seconds in took)
        print(
            f"{count:>7,} {day}  {whole:5.2f} ms an account, {writing:5.2f} in the ledger, {wall:5.2f} on the wall; "
            f"{took[0]:.1f} s in all",
            flush=True,
        )


def _portfolio(
    ledger: Ledger, compiled: engine.CompiledPlaybook, folder: Path, day: date, context: Context
) -> Portfolio:
    path = folder / "accounts.jsonl"
    return beside(ledger, compiled, lambda: engine.read_snapshots(path), as_of=day, context=context, engine="builtin")


if __name__ == "__main__":
    main()
