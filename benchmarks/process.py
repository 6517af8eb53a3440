"""Whole processes: start-up time of ``playbook --version``, and peak memory of ``plan`` at 2,000 and 10,000 accounts.

Run: ``python benchmarks/process.py``. Accounts are the examples over and over, each under an id of its own.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from itertools import cycle, islice
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PLAYBOOK = [sys.executable, str(ROOT / "cli.py")]


def start_up(runs: int = 11) -> float:
    """Seconds that ``playbook --version`` takes, the best of ``runs``."""
    return min(_seconds([*PLAYBOOK, "--version"]) for _ in range(runs))


def _seconds(command: list[str]) -> float:
    began = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - began


def peak_memory(count: int, folder: Path) -> tuple[int, float]:
    """Peak resident kilobytes and seconds of planning ``count`` accounts, plans thrown away."""
    accounts = folder / f"{count}.jsonl"
    _write_accounts(accounts, count)
    command = [
        *PLAYBOOK, "plan", str(ROOT / "playbooks" / "handbook"), "--accounts", str(accounts),
        "--team", str(ROOT / "examples" / "team.yaml"), "--as-of", "2026-11-20", "--format", "ndjson", "--quiet",
    ]  # fmt: skip
    began = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"plan ended with {process.returncode}")
    return usage.ru_maxrss, time.perf_counter() - began


def _write_accounts(path: Path, count: int) -> None:
    lines = (ROOT / "examples" / "accounts.jsonl").read_text(encoding="utf-8").splitlines()
    with path.open("w", encoding="utf-8") as file:
        for number, line in enumerate(islice(cycle(lines), count)):
            account = json.loads(line, parse_float=str)
            file.write(line.replace(json.dumps(account["id"]), json.dumps(f"B-{number:06}"), 1) + "\n")


def main() -> None:
    """Prints the figures."""
    print(f"playbook --version: {start_up():.3f} s")
    with tempfile.TemporaryDirectory() as folder:
        small, _ = peak_memory(2_000, Path(folder))
        large, seconds = peak_memory(10_000, Path(folder))
    print(
        f"peak memory: {small / 1024:.1f} MB at 2,000 accounts, {large / 1024:.1f} MB at 10,000: {large / small:.3f} ×"
    )
    print(f"10,000 accounts planned with messages in {seconds:.1f} s")


if __name__ == "__main__":
    main()
