"""A ledger that tells what is written to it, and processes that die in the midst of their work."""

from collections.abc import Callable, Iterable, Sequence

from engine.ledger.entries import Appended, Blob, Entry
from engine.ledger.ledger import Ledger
from engine.ledger.store import Store
from engine.lifecycle.events import Event, LedgerEvent
from scripts.portfolio.dice import Dice


class Killed(BaseException):
    """The process is gone: nothing after this moment happens, what was committed stays."""


class Fate:
    """Whether the process dies at a moment; ``per_mille`` of all moments, while it is awake."""

    def __init__(self, dice: Dice, per_mille: int) -> None:
        self._dice = dice
        self._per_mille = per_mille
        self.kills = 0

    def strike(self) -> None:
        """Raises ``Killed`` now and then."""
        if self._dice.between(1, 1000) <= self._per_mille:
            self.kills += 1
            raise Killed


class WatchedLedger(Ledger):
    """Tells ``saw`` every event that is committed, and dies before or after a commit where ``fate`` has it."""

    def __init__(self, store: Store, saw: Callable[[str, Event], None], fate: Fate) -> None:
        super().__init__(store)
        self._saw = saw
        self._fate = fate

    def append(self, entries: Sequence[Entry], *, run: str | None = None) -> Appended:
        """As the ledger does."""
        self._fate.strike()
        written = super().append(entries, run=run)
        lost = set(written.conflicts)
        for entry in entries:
            if entry.key not in lost:
                for event in entry.events:
                    self._saw(entry.account, event)
        self._fate.strike()
        return written

    def declare(self, events: Sequence[LedgerEvent], *, blobs: Iterable[Blob] = (), run: str | None = None) -> Appended:
        """As the ledger does."""
        self._fate.strike()
        written = super().declare(events, blobs=blobs, run=run)
        self._fate.strike()
        return written
