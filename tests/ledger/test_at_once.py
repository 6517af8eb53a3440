"""Several processes at one ledger, and processes that are killed: nothing is lost, doubled or half written."""

import random
import signal
import subprocess
import sys
import time

import pytest

from engine import Ledger
from engine.ledger.verifying import verify
from tests.playbooks.shelf import ROOT

WRITES = """
import sys
import engine
from engine.lifecycle import events
from tests.ledger.world import BLOBS, entry, moment, planned
url, who, rounds = sys.argv[1], sys.argv[2], int(sys.argv[3])
with engine.open_ledger(url) as ledger:
    print("ready", flush=True)
    for number in range(rounds):
        waiting = {"shared", f"own-{who}"}
        while waiting:
            states = ledger.states("handbook", waiting)
            entries = [
                entry(states[each], planned(number, f"{who}-{number}", updated=()), planned(number), blobs=BLOBS)
                for each in sorted(waiting)
            ]
            waiting = {account for _, account in ledger.append(entries, run=who).conflicts}
"""


def writer(url: str, who: str, rounds: int) -> subprocess.Popen[bytes]:
    """A process that writes two events of two accounts in each round; one account is everybody's."""
    command = [sys.executable, "-c", WRITES, url, who, str(rounds)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=ROOT)


def test_two_processes_append_at_once_and_nothing_is_lost(ledger: Ledger, url: str) -> None:
    rounds = 15
    writers = [writer(url, who, rounds) for who in ("a", "b")]
    assert [each.communicate(timeout=90)[1] for each in writers] == [b"", b""]
    states = ledger.states("handbook", ["shared", "own-a", "own-b"])
    assert [states[each].version for each in ("shared", "own-a", "own-b")] == [4 * rounds, 2 * rounds, 2 * rounds]
    found = verify(ledger)
    assert (found.findings, found.records) == ((), 8 * rounds)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_kill_in_the_middle_leaves_whole_batches(ledger: Ledger, url: str, seed: int) -> None:
    killed = writer(url, "a", 10_000)
    assert killed.stdout is not None and killed.stdout.readline() == b"ready\n"
    time.sleep(random.Random(seed).uniform(0.05, 0.4))
    killed.send_signal(signal.SIGKILL)
    killed.communicate(timeout=60)
    found = verify(ledger)
    assert found.findings == ()
    assert found.records == 4 * found.batches
    after = writer(url, "b", 1)
    assert after.communicate(timeout=60)[1] == b""
    assert verify(ledger).records == found.records + 4
