"""One account from JSON to plan JSON, without messages: percentiles over 10,000 accounts, best of five runs.

Run: ``python benchmarks/account.py`` for the whole handbook, with ``--rows H-02,H-07`` for what belongs to some rows of
it. Beside the percentiles stands the heaviest account by the least time it took, which other work on the machine hardly
changes, and the time of a fixed loop on the same machine, taken in the same runs, so that figures of different machines
can be held against each other.
"""

import argparse
import time
from datetime import date
from itertools import cycle, islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import msgspec
from cut import cut
from msgspec.structs import replace

import engine
from engine.messages.portfolio import rankings
from engine.planning.team import read_team
from engine.public import planner
from engine.snapshots.decoding import decode_snapshot

ROOT = Path(__file__).resolve().parent.parent
AS_OF = date(2026, 11, 20)


def fixed_loop() -> float:
    """Seconds for summing the squares of 100,000 whole numbers in plain Python."""
    began = time.perf_counter()
    sum(number * number for number in range(100_000))
    return time.perf_counter() - began


class Timing(NamedTuple):
    """What one run came to, in seconds; ``heaviest`` is the account whose least time is the longest."""

    p99: float
    median: float
    least: float
    heaviest: str
    loop: float

    def __str__(self) -> str:
        times = f"p99 {self.p99 * 1e3:.3f} ms, median {self.median * 1e3:.3f} ms"
        return f"{times}, {self.heaviest} at least {self.least * 1e3:.3f} ms; fixed loop {self.loop * 1e3:.2f} ms"


def timing(compiled: engine.CompiledPlaybook, name: str, count: int) -> Timing:
    """How long each of ``count`` accounts took, the example accounts in turn."""
    lines = (ROOT / "examples" / "accounts.jsonl").read_bytes().splitlines()
    context = engine.Context(team=read_team(ROOT / "examples" / "team.yaml"))
    snapshots = [decode_snapshot(line, "accounts", 1) for line in lines]
    context = replace(context, rankings=rankings(compiled, lambda: snapshots, as_of=AS_OF, context=context))
    at_work = planner(compiled, AS_OF, context, name, messages=False)  # type: ignore[arg-type]
    encode = msgspec.json.Encoder(decimal_format="number").encode
    history = engine.History.empty()
    taken: dict[str, list[float]] = {}
    for line in islice(cycle(lines), count):
        began = time.perf_counter()
        snapshot = decode_snapshot(line, "accounts", 1)
        encode(at_work.plan(snapshot, history))  # type: ignore[arg-type]
        taken.setdefault(snapshot.id, []).append(time.perf_counter() - began)  # type: ignore[union-attr]
    every = sorted(each for times in taken.values() for each in times)
    least, heaviest = max((min(times), account) for account, times in taken.items())
    return Timing(every[int(len(every) * 0.99)], every[len(every) // 2], least, heaviest, fixed_loop())


def compiled_handbook(rows: frozenset[str]) -> engine.CompiledPlaybook:
    """The handbook, or what belongs to ``rows`` of it."""
    root = ROOT / "playbooks" / "handbook"
    if not rows:
        return engine.compile_playbook(engine.load_playbook(root), use_examples=True)
    with TemporaryDirectory() as folder:
        return cut(root, rows, Path(folder) / "cut.yaml")


def main() -> None:
    """Prints the best run of each engine, by its 99th percentile."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--accounts", type=int, default=10_000)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--rows", default="", help="rows of the handbook, all without it: H-02,H-07")
    options = parser.parse_args()
    compiled = compiled_handbook(frozenset(filter(None, options.rows.split(","))))
    for name in ("durable", "builtin"):
        print(f"{name}: {min(timing(compiled, name, options.accounts) for _ in range(options.runs))}")


if __name__ == "__main__":
    main()
