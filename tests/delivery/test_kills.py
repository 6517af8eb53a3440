"""Whatever is killed, no message is lost and none is sent twice; what nobody can know is told, and no more of it."""

import os
import random
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

import engine
from engine.lifecycle.state import AccountState
from engine.planning.plan_messages import Message
from tests.delivery.servers import Postbox, mail_server
from tests.delivery.world import keep, mails, smtp, unsent
from tests.ledger.world import entry, planned

KILLS = 200 if os.environ.get("PLAYBOOK_SOAK") else 20
"""``make soak`` kills by the hundred."""
MESSAGES = 2 * KILLS


@contextmanager
def victims(url: str, settings_file: Path) -> Iterator[Any]:
    """Says a line to workers to be, and waits until they are gone; their exit codes."""
    command = [sys.executable, "-m", "tests.delivery.victim", url, str(settings_file)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None and process.stdout is not None
        assert process.stdout.readline() == "ready\n"

        def tell(hours: float, *milliseconds: float) -> list[str]:
            process.stdin.write(" ".join(map(str, (hours, *milliseconds))) + "\n")  # type: ignore[union-attr]
            process.stdin.flush()  # type: ignore[union-attr]
            return process.stdout.readline().split()[1:]  # type: ignore[union-attr]

        yield tell
        process.stdin.close()


def written_settings(folder: Path, port: int, more: str = "") -> Path:
    """Mails to the server, chat into the folder."""
    path = folder / "delivery.yaml"
    channels = f"channels: {{email: {{{smtp(port)}}}, chat: {{by: folder, folder: chat}}}}"
    path.write_text(f"from: success@example.com\n{more}{channels}\n", "utf-8")
    return path


def fill(url: str, count: int) -> None:
    """Messages by mail and by chat, a few of each account."""
    with engine.open_ledger(url) as ledger:
        for number in range(0, count, 3):
            names = [f"m{each}" for each in range(number, min(number + 3, count))]
            keep(ledger, f"A-{number}", *(unsent(each, channel=_channel(each)) for each in names))


def _channel(name: str) -> str:
    return "chat" if int(name[1:]) % 5 == 0 else "email"


def check(url: str, folder: Path, postbox: Postbox, count: int, kills: int) -> None:
    """All of it arrived once, but for what is in doubt."""
    with engine.open_ledger(url) as ledger:
        known = mails(ledger)
    doubtful = {name for name, each in known.items() if each.state == "in_doubt"}
    assert {each.state for name, each in known.items() if name not in doubtful} == {"sent"}
    assert len(known) == count and len(doubtful) <= kills
    arrived = Counter(postbox.ids)
    assert max(arrived.values()) == 1
    sent = {name for name in known if _channel(name) == "email"} - doubtful
    assert sent <= set(arrived) <= sent | doubtful
    assert {each.stem for each in (folder / "chat").iterdir()} == {name for name in known if _channel(name) == "chat"}


@pytest.mark.timeout(0 if KILLS > 20 else 600)  # a busy machine is no failure
def test_a_worker_killed_at_any_moment_loses_nothing_and_sends_nothing_twice(url: str, tmp_path: Path) -> None:
    chance = random.Random(7)
    fill(url, MESSAGES)
    with mail_server() as (postbox, port), victims(url, written_settings(tmp_path, port)) as tell:
        for number in range(KILLS):
            tell(number + 1, chance.uniform(0, 60))
        assert tell(KILLS + 1, 0) == ["0"]
    check(url, tmp_path, postbox, MESSAGES, KILLS)


def test_two_workers_at_once_send_each_message_once_though_one_is_killed(url: str, tmp_path: Path) -> None:
    chance = random.Random(11)
    fill(url, 30)
    with mail_server() as (postbox, port), victims(url, written_settings(tmp_path, port)) as tell:
        for number in range(3):
            tell(number + 1, chance.uniform(0, 60), chance.uniform(0, 60))
        assert tell(10, 0, 0) == ["0", "0"]
        assert tell(20, 0) == ["0"]
    check(url, tmp_path, postbox, 30, 6)


def test_two_workers_together_keep_to_what_a_contact_may_get(url: str, tmp_path: Path) -> None:
    """Two playbooks write to the same contact: what both send counts together."""

    def written(number: int, playbook: str) -> Message:
        return unsent(f"{playbook}-{number}", **{"class": "nurture"})

    with engine.open_ledger(url) as ledger:
        for playbook in ("one", "two"):
            for number in range(3):
                account = AccountState(playbook=playbook, account=f"A-{number}")
                ledger.append([entry(account, planned(0, "a", drafted=(written(number, playbook),)))])
    rules = "time_zone: Asia/Shanghai\nat_most: 1 per week\n"
    with mail_server() as (postbox, port), victims(url, written_settings(tmp_path, port, rules)) as tell:
        assert tell(1, 0, 0) == ["0", "0"]
        assert tell(2, 0) == ["0"]
    assert len(postbox.mails) == 3
    assert len({each.split("-")[1] for each in postbox.ids}) == 3
