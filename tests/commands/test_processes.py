"""Real processes: equal bytes, pipes, exit codes and a calm end, as shells see them."""

import json
import os
import signal
import subprocess
import sys

import pytest

from engine.commands.engines import NOTICE
from tests.commands.workplace import PROGRAM, ROOT, Workplace, account
from tests.engines import ENGINES, without_notice

PLAN = "playbook plan small --accounts accounts.jsonl --as-of 2026-11-20"


@pytest.mark.parametrize("engine", ENGINES)
def test_two_runs_are_equal_to_the_byte_whatever_the_hash_seed_and_engine(at: Workplace, engine: str) -> None:
    at.accounts(*(account(f"A-{number}", fields={"budget_status": "frozen"}) for number in range(3)))
    runs = [
        at.process(f"{PLAN} --format ndjson --out out-{seed} --engine {one}", PYTHONHASHSEED=seed)
        for seed, one in (("1", engine), ("2", "builtin"))
    ]
    assert runs[0].stdout == runs[1].stdout != b""
    first, second = (
        {each.name: each.read_bytes() for each in (at.folder / folder).rglob("*.*") if each.is_file()}
        for folder in ("out-1", "out-2")
    )
    assert first == second


def test_a_reader_that_goes_away_is_no_error_to_talk_about(at: Workplace) -> None:
    at.accounts(*(account(f"A-{number}") for number in range(150)))
    done = at.process(f"set -o pipefail; {PLAN} --format ndjson | head -1")
    assert json.loads(done.stdout)["account"]["id"] == "A-0"
    assert (without_notice(done.stderr), done.returncode) == (b"", 141)


def test_files_are_written_even_if_nobody_reads_the_table(at: Workplace) -> None:
    at.accounts(*(account(f"A-{number}") for number in range(150)))
    done = at.process(f"set -o pipefail; {PLAN} --quiet --out out | head -1")
    assert done.returncode == 0
    assert len((at.folder / "out/plans.jsonl").read_text().splitlines()) == 150


def test_a_full_disk_is_one_clear_line(at: Workplace) -> None:
    done = at.process(f"{PLAN} --quiet > /dev/full")
    assert (done.returncode, done.stderr) == (2, b"playbook: No space left on device\n")


@pytest.mark.parametrize("closed", ["<&-", "</dev/null >&-", "</dev/null 2>&-"])
def test_a_closed_stream_is_no_traceback(at: Workplace, closed: str) -> None:
    done = at.process(f"{PLAN.replace('accounts.jsonl', '-')} {closed}")
    assert b"Traceback" not in done.stderr
    assert done.returncode in (0, 2)


def test_a_terminal_that_knows_no_chinese_gets_signs_it_knows(at: Workplace) -> None:
    done = at.process(PLAN, PYTHONIOENCODING="latin-1", PYTHONUTF8="0")
    assert (done.returncode, b"\\u9ec4\\u706f" in done.stdout) == (0, True)


def test_missing_durable_rules_is_said_once_and_the_plan_is_the_same(at: Workplace) -> None:
    at.write("broken/durable_rules_engine.py", "raise ImportError('built for another Python')\n")
    path = f"{at.folder / 'broken'}:{ROOT}"
    usual = at.process(f"{PLAN} --format ndjson")
    without = at.process(f"{PLAN} --format ndjson", PYTHONPATH=path)
    assert without.stdout == usual.stdout
    assert without.stderr.decode().splitlines().count(NOTICE) == 1
    asked = at.process(f"{PLAN} --engine durable", PYTHONPATH=path)
    assert (asked.returncode, asked.stdout) == (2, b"")
    assert b"--engine builtin" in asked.stderr
    assert b"Traceback" not in asked.stderr


def test_who_waits_at_a_terminal_sees_a_bar_but_never_in_the_data(at: Workplace) -> None:
    here, there = os.openpty()
    try:
        done = subprocess.run(
            [*PROGRAM, *PLAN.split()[1:], "--format", "ndjson"],
            cwd=at.folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=there, timeout=60, check=True,
        )  # fmt: skip
        assert b"1/1" in os.read(here, 65536)
    finally:
        os.close(there)
        os.close(here)
    assert done.stdout == at.plan("--format", "ndjson").stdout.encode()


INTERRUPTIBLE = """
import runpy, signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)
sys.argv = sys.argv[1:]
runpy.run_path(sys.argv[0], run_name="__main__")
"""
"""Runs the program as in a terminal, also where the tests run in the background, which is deaf to Ctrl-C."""


def test_an_interrupt_ends_calmly(at: Workplace) -> None:
    """While accounts come in over a pipe, the first plan is out already; then somebody presses Ctrl-C."""
    arguments = PLAN.replace("accounts.jsonl", "- --format ndjson --out plans").split()[1:]
    with subprocess.Popen(
        [sys.executable, "-c", INTERRUPTIBLE, *PROGRAM[1:], *arguments],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=at.folder,
    ) as running:  # fmt: skip
        assert running.stdin is not None
        assert running.stdout is not None
        running.stdin.write((at.folder / "accounts.jsonl").read_bytes() * 2)
        running.stdin.flush()
        assert json.loads(running.stdout.readline())["account"]["id"] == "A-1"
        running.send_signal(signal.SIGINT)
        _, said = running.communicate(timeout=30)
    assert running.returncode == 130
    assert said.endswith(b"\ninterrupted\n")
    assert b"Traceback" not in said
    assert not list((at.folder / "plans").iterdir())
