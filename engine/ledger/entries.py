"""What is written to a ledger, what comes of it, and what is read from it."""

from typing import Final, Literal, NamedTuple

from msgspec import Struct

from engine.foundation.canonical import digest
from engine.lifecycle.events import AccountEvent
from engine.lifecycle.mail import Mail
from engine.lifecycle.state import AccountState
from engine.lifecycle.work import Work

BlobKind = Literal["snapshot", "plan", "history", "context", "exception", "sources"]
"""What a blob is. ``sources`` are a playbook's files, ``exception`` is one of those that hold rules back."""

COMPACTED_KINDS: Final[frozenset[BlobKind]] = frozenset({"snapshot", "plan", "history", "context"})
"""What only a plan made again needs: ``compact`` drops it."""

Key = tuple[str, str]
"""Playbook and account."""


class Blob(Struct, frozen=True):
    """Bytes that events refer to by their digest; equal ones are stored once."""

    kind: BlobKind
    payload: bytes

    @property
    def digest(self) -> str:
        """``sha256:`` and the hash of the payload."""
        return digest(self.payload)


class Entry(Struct, frozen=True, kw_only=True):
    """What happened to one account under a playbook, decided on its state ``before``; with the blobs it refers to."""

    playbook: str
    account: str
    before: AccountState
    events: tuple[AccountEvent, ...]
    blobs: tuple[Blob, ...] = ()

    @property
    def key(self) -> Key:
        """Playbook and account."""
        return self.playbook, self.account


class Appended(Struct, frozen=True, kw_only=True):
    """What became of entries: the head of the chain, how many events were written, the states they left.

    ``conflicts`` are entries that were not written: another process was there in between. Whoever wrote them reads the
    states anew and decides again.
    """

    head: str
    events: int
    states: dict[Key, AccountState]
    conflicts: tuple[Key, ...] = ()


class KeptWork(NamedTuple):
    """An action, and whose it is."""

    playbook: str
    account: str
    work: Work
    name: str | None = None


class KeptMail(NamedTuple):
    """A message, and whose account it is about."""

    playbook: str
    account: str
    mail: Mail
