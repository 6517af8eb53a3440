"""Workers that are killed: ``python -m tests.delivery.victim URL SETTINGS`` takes lines ``HOURS MILLISECONDS [...]``.

For each number of milliseconds a worker is forked, all at once, and killed when they are over; 0 lets it end. When all
are gone it says so in a line. Forked, for what a worker imports takes longer than what it does.
"""

import os
import signal
import sys
import time
from pathlib import Path

import engine
from engine.delivery.opening import Transports
from engine.delivery.settings import read_settings
from engine.delivery.worker import Worker
from tests.ledger.world import moment


def work(url: str, settings_file: Path, hours: float, number: int) -> None:
    """One worker's life."""
    settings = read_settings(settings_file, settings_file.parent)
    with engine.open_ledger(url) as ledger:
        transports = Transports(settings)
        for _ in Worker(ledger, settings, transports, lambda: moment(hours), f"{hours}-{number}").run():
            pass
        transports.close()


def forked(url: str, settings_file: Path, hours: float, number: int) -> int:
    """The id of a new worker."""
    child = os.fork()
    if child == 0:
        try:
            work(url, settings_file, hours, number)
        except BaseException as error:  # noqa: BLE001 - a fork must never run on into its parent's work
            print(repr(error), file=sys.stderr, flush=True)
            os._exit(1)
        os._exit(0)
    return child


def main(url: str, settings_file: Path) -> None:
    """Forks, kills and waits, a line at a time."""
    print("ready", flush=True)
    for line in sys.stdin:
        hours, *lives = (float(each) for each in line.split())
        start = time.monotonic()
        children = [(forked(url, settings_file, hours, number), life) for number, life in enumerate(lives)]
        for child, life in sorted(children, key=lambda each: each[1]):
            if life:
                time.sleep(max(0.0, start + life / 1000 - time.monotonic()))
                os.kill(child, signal.SIGKILL)
        codes = [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child, _ in children]
        print("gone", *codes, flush=True)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
