"""Workers that are killed: ``python -m tests.delivery.victim URL SETTINGS`` takes lines ``HOURS MILLISECONDS [...]``.

For each number of milliseconds a worker is forked, all at once, and killed so long after it took its first message in
hand; 0 lets it end. When all are gone it says so in a line. Forked, for what a worker imports takes longer than what it
does.
"""

import os
import signal
import sys
import time
from pathlib import Path

import engine
from engine.delivery.opening import Transports
from engine.delivery.settings import read_settings
from engine.delivery.transport import Transport
from engine.delivery.worker import Worker
from tests.ledger.world import moment


class Telling(Transports):
    """Says when the first message is taken in hand."""

    begun: int | None

    def of(self, channel: str) -> Transport:
        if self.begun is not None:
            os.write(self.begun, b".")
            self.begun = None
        return super().of(channel)


def work(url: str, settings_file: Path, hours: float, number: int, begun: int) -> None:
    """One worker's life."""
    settings = read_settings(settings_file, settings_file.parent)
    with engine.open_ledger(url) as ledger:
        transports = Telling(settings)
        transports.begun = begun
        for _ in Worker(ledger, settings, transports, lambda: moment(hours), f"{hours}-{number}").run():
            pass
        transports.close()


def forked(url: str, settings_file: Path, hours: float, number: int) -> tuple[int, int]:
    """The id of a new worker, and what tells that it has begun, or ended without."""
    told, begun = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            work(url, settings_file, hours, number, begun)
        except BaseException as error:  # noqa: BLE001 - a fork must never run on into its parent's work
            print(repr(error), file=sys.stderr, flush=True)
            os._exit(1)
        os._exit(0)
    os.close(begun)
    return child, told


def kill(child: int, told: int, milliseconds: float) -> None:
    """Kills a worker some time after it has begun."""
    os.read(told, 1)
    os.close(told)
    if milliseconds:
        time.sleep(milliseconds / 1000)
        os.kill(child, signal.SIGKILL)


def main(url: str, settings_file: Path) -> None:
    """Forks, kills and waits, a line at a time."""
    print("ready", flush=True)
    for line in sys.stdin:
        hours, *lives = (float(each) for each in line.split())
        children = [forked(url, settings_file, hours, number) for number in range(len(lives))]
        for (child, told), life in zip(children, lives, strict=True):
            kill(child, told, life)
        codes = [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child, _ in children]
        print("gone", *codes, flush=True)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
