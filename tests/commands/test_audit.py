"""``playbook audit``: what an auditor types, and what the program answers."""

import json
import shutil
import sqlite3
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

import engine
from engine.ledger.schema import replay_schema, verification_schema
from tests.commands.workplace import Workplace
from tests.ledger.applied import apply_days, some_accounts


@pytest.fixture(scope="module")
def applied(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A ledger after a run over two accounts."""
    path = tmp_path_factory.mktemp("audit") / "ledger.db"
    with engine.open_ledger(path) as ledger:
        apply_days(ledger, some_accounts(2), 1)
    return path


@pytest.fixture
def ledger(applied: Path, at: Workplace) -> Path:
    """A copy of it that a test may spoil."""
    path = at.folder / "ledger.db"
    shutil.copy(applied, path)
    return path


def test_a_whole_ledger_verifies_and_tells_its_head(at: Workplace, ledger: Path) -> None:
    told = at.run("audit", "verify", "--ledger", str(ledger))
    assert (told.exit_code, told.stderr) == (0, "")
    assert "Everything is as it was written: 4 records in 3 batches" in told.stdout
    head = told.stdout.split()[-1]
    asked = ("audit", "verify", "--ledger", str(ledger), "--head", head, "--format", "json")
    found = json.loads(at.run(*asked).stdout)
    Draft202012Validator(verification_schema()).validate(found)
    assert (found["head"], found["findings"]) == (head, [])
    assert "全部与写入时一致" in at.run("audit", "verify", "--ledger", str(ledger), "--language", "zh").stdout


def test_a_spoilt_ledger_is_not_fine_and_says_what_is_wrong(at: Workplace, ledger: Path) -> None:
    with sqlite3.connect(ledger) as connection:
        connection.execute("UPDATE work SET owner = 'me' WHERE rowid = (SELECT min(rowid) FROM work)")
    connection.close()
    told = at.run("audit", "verify", "--ledger", str(ledger), "--head", "sha256:of-another-day")
    assert told.exit_code == 1
    assert "cut off  chain: the chain does not hold the head given" in told.stdout
    assert "differs  table work, subject 2" in told.stdout and "otherwise of: owner" in told.stdout
    Draft202012Validator(verification_schema()).validate(
        json.loads(at.run("audit", "verify", "--ledger", str(ledger), "--format", "json").stdout)
    )


def test_what_is_stored_is_shown_byte_for_byte(at: Workplace, ledger: Path) -> None:
    with engine.open_ledger(ledger) as opened:
        state = opened.states("handbook", [some_accounts(1)[0].id]).popitem()[1]
        assert state.plan is not None
        stored = opened.get(state.plan)
    assert stored is not None
    told = at.run("audit", "show", state.plan[:20], "--ledger", str(ledger))
    assert told.stdout_bytes == stored + b"\n"
    action = next(iter(state.work))
    (line,) = at.run("audit", "show", action, "--ledger", str(ledger)).stdout.splitlines()
    assert json.loads(line)["written"][:2] == ["handbook", state.account]
    run = json.loads(at.run("audit", "show", "run-2026-11-20", "--ledger", str(ledger)).stdout)
    assert run["counts"] == {"accounts": 2}
    nothing = at.run("audit", "show", "nothing-of-it", "--ledger", str(ledger))
    assert (nothing.exit_code, nothing.stdout) == (1, "")


def test_a_run_is_made_again(at: Workplace, ledger: Path) -> None:
    told = at.run("audit", "replay", "run-2026-11-20", "--ledger", str(ledger), "--format", "json")
    assert told.exit_code == 0 and "2 plans made again: 2 identical" in told.stderr
    for line in told.stdout.splitlines():
        Draft202012Validator(replay_schema()).validate(json.loads(line))
    assert at.run("audit", "replay", "no-such-run", "--ledger", str(ledger)).exit_code == 1


def test_an_account_is_erased_and_what_is_old_is_compacted(at: Workplace, ledger: Path) -> None:
    account, now = some_accounts(1)[0].id, ("--by", "li", "--now", "2026-12-01T09:00:00+08:00")
    why = ("--why", "asked for it")
    told = at.run("audit", "erase", account, "--ledger", str(ledger), *why, *now)
    assert told.exit_code == 0 and f"{account} is erased; head sha256:" in told.stderr
    again = at.run("audit", "erase", account, "--ledger", str(ledger), *why, *now)
    assert (again.exit_code, again.stderr) == (1, f"nothing is stored of {account}\n")
    told = at.run("audit", "compact", "--before", "2026-11-30", "--ledger", str(ledger), *now)
    assert told.exit_code == 0
    told = at.run("audit", "verify", "--ledger", str(ledger))
    assert told.exit_code == 0
    assert "1 records are erased" in told.stdout and "blobs are compacted" in told.stdout


def test_a_ledger_that_is_not_there_is_told(at: Workplace) -> None:
    told = at.run("audit", "verify", "--ledger", "none.db")
    assert (told.exit_code, "there is no ledger here" in told.stderr) == (2, True)
    assert not (at.folder / "none.db").exists()
