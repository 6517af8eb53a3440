"""How long writing plans to a ledger takes: ``PYTHONPATH=. python benchmarks/ledger.py``.

``--counts 1000,5000,10000`` are the sizes, ``--ledger URL`` is where to.

Made-up portfolios are planned with the handbook and applied to a new ledger, then again on the next day. A server's
database has to be empty, and one count fits in it; without ``--ledger`` each is a file in a temporary folder. What is
printed is seconds of this process, waiting left out, of planning and writing, and of planning alone; and in brackets
the seconds that went by, a server's among them, which other work on the machine lengthens.
"""

import argparse
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import engine
from engine import Context, Ledger
from engine.ledger.applying import apply_portfolio, reviewed
from engine.ledger.deciding import Portfolio
from engine.ledger.running import beside
from scripts.portfolio.__main__ import AS_OF, files

HANDBOOK: Final = Path(__file__).resolve().parent.parent / "playbooks" / "handbook"


def main() -> None:
    """Apply a portfolio of each size on two days."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--counts", default="1000,5000,10000")
    parser.add_argument("--ledger")
    asked = parser.parse_args()
    for count in map(int, asked.counts.split(",")):
        with TemporaryDirectory() as name:
            folder = Path(name)
            for file, text in files(count=count).items():
                (folder / file).write_text(text, encoding="utf-8")
            with engine.open_ledger(asked.ledger or folder / "ledger.db") as ledger:
                _measure(count, folder, ledger)


def _measure(count: int, folder: Path, ledger: Ledger) -> None:
    compiled = engine.compile_playbook(engine.load_playbook(HANDBOOK))
    document = engine.merged_playbook(HANDBOOK)
    context = engine.read_context(team=folder / "team.yaml", rates=folder / "rates.csv")
    for day in (AS_OF, AS_OF + timedelta(days=1)):
        planning, planned = _seconds(lambda day=day: reviewed(_portfolio(ledger, compiled, folder, day, context)))
        portfolio = _portfolio(ledger, compiled, folder, day, context)
        now = datetime.combine(day, datetime.max.time(), UTC)
        both, applied = _seconds(lambda portfolio=portfolio, now=now: apply_portfolio(
            ledger, portfolio, document, now, allow_large=True
        ))  # fmt: skip
        each = (both - planning) / count * 1000
        print(
            f"{count:>7,} {day}  {both:7.1f} s ({applied:.1f}), planning {planning:7.1f} s ({planned:.1f}), "
            f"writing {each:5.2f} ms per account",
            flush=True,
        )


def _portfolio(
    ledger: Ledger, compiled: engine.CompiledPlaybook, folder: Path, day: date, context: Context
) -> Portfolio:
    path = folder / "accounts.jsonl"
    return beside(ledger, compiled, lambda: engine.read_snapshots(path), as_of=day, context=context, engine="builtin")


def _seconds(work: Callable[[], object]) -> tuple[float, float]:
    """Of this process, and by the clock on the wall."""
    start, began = time.process_time(), time.perf_counter()
    work()
    return time.process_time() - start, time.perf_counter() - began


if __name__ == "__main__":
    main()
