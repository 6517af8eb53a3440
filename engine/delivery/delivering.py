"""``delivering``: everything that may go is handed over, from opened transports to written calendars."""

import os
import secrets
from collections.abc import Iterator
from pathlib import Path

from engine.delivery.invitations import write_calendars
from engine.delivery.opening import Transports
from engine.delivery.settings import Settings, read_settings
from engine.delivery.worker import Clock, Delivered, Worker
from engine.ledger.address import Address
from engine.ledger.ledger import Ledger


def settings_for(ledger: Address, path: Path | None) -> Settings:
    """The settings in a file; without one everything goes into a folder beside the ledger's file, or into one of the
    current folder for a server. Raises ``InputUnreadable`` with what is wrong in them."""
    return read_settings(path, ledger.file.parent if ledger.file is not None else Path())


def delivering(ledger: Ledger, settings: Settings, clock: Clock, *, rehearsal: bool = False) -> Iterator[Delivered]:
    """Hands over what may go and says of each message what became of it; then people's calendars are written.

    A ``rehearsal`` only says what would become of each. Raises ``InputUnreadable`` where a secret or a library of the
    settings is missing.
    """
    transports = Transports(settings)
    worker = Worker(ledger, settings, transports, clock, f"{os.getpid()}-{secrets.token_hex(4)}")
    try:
        if rehearsal:
            yield from worker.rehearsal()
            return
        transports.check()
        yield from worker.run()
    finally:
        transports.close()
    if settings.calendars is not None:
        write_calendars(ledger, settings.calendars)
