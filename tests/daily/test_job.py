"""The job is started by machines: twice by mistake, killed by others, without a mail server. Nobody may notice."""

import json
import os
import random
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

import engine
from engine.commands.main import main
from tests.commands.workplace import PLAYBOOK, TEMPLATES, Workplace, account

ACCOUNTS = 6
MORNING, LATER = "2026-11-28T09:30:00+08:00", "2026-11-28T11:00:00+08:00"
DELIVERY = """\
from: success@example.com
channels: {email: {by: smtp, host: 127.0.0.1, port: 1, security: none}}
"""


@pytest.fixture
def at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workplace:
    """A playbook whose messages need nobody's word, and some accounts."""
    monkeypatch.chdir(tmp_path)
    place = Workplace(tmp_path)
    place.write("small/playbook.yaml", PLAYBOOK.replace("channel: email", "channel: email\n    approval: none"))
    for language, text in TEMPLATES.items():
        place.write(f"small/templates/renewal.{language}.md", text)
    place.accounts(*(account(f"A-{number}") for number in range(ACCOUNTS)))
    place.write("delivery.yaml", DELIVERY)
    return place


def words(url: str, now: str, *more: str) -> list[str]:
    fixed = ["--accounts", "accounts.jsonl", "--engine", "builtin", "--as-of", "2026-11-20", "--now", now]
    return ["run", "small", "--ledger", url, *fixed, *more]


def run(at: Workplace, url: str, now: str = MORNING, *more: str) -> dict[str, Any]:
    """What a run says to programs, with its exit code."""
    found = at.run(*words(url, now, "--format", "json", *more))
    return {**json.loads(found.stdout), "code": found.exit_code}


@contextmanager
def in_a_process_of_its_own(arguments: list[str]) -> Iterator[int]:
    """The command in a process that has imported everything already; it is gone afterwards."""
    process = os.fork()
    if process == 0:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, 1)
        os.dup2(nowhere, 2)
        try:
            main(arguments, standalone_mode=False)
        finally:
            os._exit(0)
    try:
        yield process
    finally:
        with suppress(ProcessLookupError):
            os.kill(process, signal.SIGKILL)
        os.waitpid(process, 0)


Outcome = tuple[list[tuple[str, str, str]], list[tuple[str, str]], list[str]]


def outcome(url: str, outbox: Path) -> Outcome:
    """What is left of it all: work and messages with how they stand, and what was handed over."""
    with engine.open_ledger(url) as ledger:
        work = [(each.account, each.work.action.id, each.work.status) for each in ledger.work()]
        mail = [(each.mail.message.id, each.mail.state) for each in ledger.mail()]
    return work, mail, sorted(each.name for each in outbox.glob("*.eml"))


@pytest.fixture
def another(request: pytest.FixtureRequest, url: str) -> Callable[[], str]:
    """A second fresh ledger on the same store."""
    if not url.startswith("postgresql"):
        return lambda: "other/ledger.db"
    from tests.ledger.conftest import new_database

    server = request.getfixturevalue("postgres")
    return lambda: new_database(server, request.getfixturevalue("ready_database"))


def outbox_of(at: Workplace, url: str) -> Path:
    """Where messages go without settings: beside the ledger, else into the folder that the command runs in."""
    return at.folder / "outbox" if url.startswith("postgresql") else (at.folder / url).parent / "outbox"


def undisturbed(at: Workplace, url: str) -> Outcome:
    """The day as it should be."""
    run(at, url)
    run(at, url, LATER)
    outbox = outbox_of(at, url)
    found = outcome(url, outbox)
    for each in outbox.glob("*"):
        each.unlink()
    assert len(found[0]) == 3 * ACCOUNTS and {state for _, state in found[1]} == {"sent"}
    return found


@pytest.mark.parametrize("seed", range(2))
def test_killed_at_any_moment_and_run_again_it_is_as_if_nothing_had_happened(
    at: Workplace, url: str, another: Callable[[], str], seed: int
) -> None:
    expected = undisturbed(at, another())
    chance = random.Random(seed)
    for _ in range(5):
        with in_a_process_of_its_own(words(url, MORNING)):
            time.sleep(chance.uniform(0.02, 0.5))
    last = run(at, url, LATER)
    assert last["code"] == 0, last
    assert outcome(url, outbox_of(at, url)) == expected
    with engine.open_ledger(url) as ledger:
        assert ledger.runs()[0].ended_at is not None


def test_two_at_once_do_the_work_of_one(at: Workplace, url: str, another: Callable[[], str]) -> None:
    expected = undisturbed(at, another())
    with in_a_process_of_its_own(words(url, MORNING)) as other:
        found = run(at, url, "2026-11-28T09:30:01+08:00")
        os.waitid(os.P_PID, other, os.WEXITED | os.WNOWAIT)
    assert found["code"] == 0
    assert run(at, url, LATER)["messages"]["sent"] == 0
    assert outcome(url, outbox_of(at, url)) == expected


def test_without_a_mail_server_all_else_is_done_and_mails_go_when_it_is_back(at: Workplace, url: str) -> None:
    found = run(at, url, MORNING, "--delivery", "delivery.yaml")
    assert (found["code"], found["outcome"], found["work"]["opened"]) == (0, "fine", 3 * ACCOUNTS)
    assert found["messages"]["failed"] == ACCOUNTS
    assert run(at, url, LATER)["messages"]["sent"] == ACCOUNTS
