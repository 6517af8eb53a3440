"""One account from JSON to plan JSON, without messages: percentiles over 10,000 accounts, best of five runs.

Run: ``python benchmarks/account.py``. Beside the figures stands the time of a fixed loop on the same machine, taken in
the same runs, so that figures of different machines can be held against each other.
"""

import argparse
import time
from collections.abc import Iterator
from datetime import date
from itertools import cycle, islice
from pathlib import Path

import msgspec
from msgspec.structs import replace

import engine
from engine.planning.team import read_team
from engine.public import planner, rankings
from engine.snapshots.decoding import decode_snapshot

ROOT = Path(__file__).resolve().parent.parent
AS_OF = date(2026, 11, 20)


def fixed_loop() -> float:
    """Seconds for summing the squares of 100,000 whole numbers in plain Python."""
    began = time.perf_counter()
    sum(number * number for number in range(100_000))
    return time.perf_counter() - began


def timings(name: str, count: int) -> Iterator[float]:
    """Seconds that each of ``count`` accounts took, the example accounts in turn."""
    compiled = engine.compile_playbook(engine.load_playbook(ROOT / "playbooks" / "handbook"), use_examples=True)
    lines = (ROOT / "examples" / "accounts.jsonl").read_bytes().splitlines()
    context = engine.Context(team=read_team(ROOT / "examples" / "team.yaml"))
    snapshots = [decode_snapshot(line, "accounts", 1) for line in lines]
    context = replace(context, rankings=rankings(compiled, lambda: snapshots, as_of=AS_OF, context=context))
    at_work = planner(compiled, AS_OF, context, name, messages=False)  # type: ignore[arg-type]
    encode = msgspec.json.Encoder(decimal_format="number").encode
    history = engine.History.empty()
    for line in islice(cycle(lines), count):
        began = time.perf_counter()
        snapshot = decode_snapshot(line, "accounts", 1)
        encode(at_work.plan(snapshot, history))  # type: ignore[arg-type]
        yield time.perf_counter() - began


def main() -> None:
    """Prints the best run of each engine, by its 99th percentile."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--accounts", type=int, default=10_000)
    parser.add_argument("--runs", type=int, default=5)
    options = parser.parse_args()
    for name in ("durable", "builtin"):
        runs = []
        for _ in range(options.runs):
            taken = sorted(timings(name, options.accounts))
            runs.append((taken[int(len(taken) * 0.99)], taken[len(taken) // 2], fixed_loop()))
        p99, median, loop = min(runs)
        print(f"{name}: p99 {p99 * 1e3:.3f} ms, median {median * 1e3:.3f} ms; fixed loop {loop * 1e3:.2f} ms")


if __name__ == "__main__":
    main()
