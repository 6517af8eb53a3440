"""Whole processes: start-up time of ``playbook --version``, and peak memory of ``plan`` at 2,000 and 10,000 accounts.

Run: ``python benchmarks/process.py [--seed N]``. The accounts are those of ``scripts/portfolio``.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from argparse import ArgumentParser
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from scripts.portfolio import accounts
from scripts.portfolio.__main__ import AS_OF, FOLDER, SEED

ROOT = Path(__file__).resolve().parent.parent
PLAYBOOK = [sys.executable, str(ROOT / "cli.py")]


def start_up(runs: int = 11) -> float:
    """Seconds that ``playbook --version`` takes, the best of ``runs``."""
    return min(_seconds([*PLAYBOOK, "--version"]) for _ in range(runs))


def _seconds(command: list[str]) -> float:
    began = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - began


def peak_memory(count: int, folder: Path, seed: int) -> tuple[int, float]:
    """Peak resident kilobytes and seconds of planning ``count`` accounts, plans thrown away."""
    file = folder / f"{count}.jsonl"
    _write_accounts(file, count, seed)
    command = [
        *PLAYBOOK, "plan", str(ROOT / "playbooks" / "handbook"), "--accounts", str(file),
        "--team", str(FOLDER / "team.yaml"), "--rates", str(FOLDER / "rates.csv"), "--as-of", str(AS_OF),
        "--format", "ndjson", "--quiet",
    ]  # fmt: skip
    began = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"plan ended with {process.returncode}")
    return usage.ru_maxrss, time.perf_counter() - began


def _write_accounts(path: Path, count: int, seed: int) -> None:
    with path.open("w", encoding="utf-8") as file:
        file.writelines(json.dumps(each, ensure_ascii=False) + "\n" for each in accounts(seed, count, AS_OF))


def main() -> None:
    """Prints the figures."""
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=SEED)
    seed = parser.parse_args().seed
    print(f"playbook --version: {start_up():.3f} s")
    with tempfile.TemporaryDirectory() as folder:
        small, _ = peak_memory(2_000, Path(folder), seed)
        large, seconds = peak_memory(10_000, Path(folder), seed)
    print(
        f"peak memory: {small / 1024:.1f} MB at 2,000 accounts, {large / 1024:.1f} MB at 10,000: {large / small:.3f} ×"
    )
    print(f"10,000 accounts planned with messages in {seconds:.1f} s")


if __name__ == "__main__":
    main()
