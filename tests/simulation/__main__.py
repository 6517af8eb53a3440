"""Lives through days and says what broke: ``python -m tests.simulation [SEED] [ACCOUNTS] [DAYS] [URL]``."""

import sys
from contextlib import closing
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.simulation.organisation import lived


def main(seed: int = 1, accounts: int = 10, days: int = 25, url: str | None = None) -> int:
    """Shows each day as it goes by, and what was wrong at the end of it."""
    start = date(2026, 1, 5)
    with (
        TemporaryDirectory() as folder,
        closing(lived(seed, accounts, start, days, Path(folder), url=url, show=print)) as organisation,
    ):
        print(f"{organisation.replayed()} plans made again")
    for line in organisation.model.wrong:
        print(line)
    print(dict(organisation.model.counts), f"{organisation.fate.kills} kills")
    return 1 if organisation.model.wrong else 0


if __name__ == "__main__":
    numbers = [int(each) for each in sys.argv[1:4]]
    sys.exit(main(*numbers, *sys.argv[4:5]))
