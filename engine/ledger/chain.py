"""The chain of batches: what is hashed, and how. Pure; ``docs/spec/8-replay.md`` is the norm.

A record's *seal* covers its payload with a random salt, so that an erased payload can't be guessed from what stays. Its
*digest* covers the seal and everything else of the record, and outlives the erasure. A batch has the Merkle root of its
digests; its *head* covers the root and the head before it.
"""

import hashlib
from collections.abc import Sequence
from typing import Final

from msgspec import Struct

from engine.foundation.canonical import canonical_bytes

GENESIS: Final = "sha256:" + "0" * 64
"""The head before the first batch."""

SALT_BYTES: Final = 16


class Record(Struct, frozen=True):
    """What a digest covers of an event beside its payload; ``at`` as it is stored."""

    sequence: int
    subject: int
    kind: str
    at: str


class Link(Struct, frozen=True):
    """A batch: its number from 1, the head before it, the root of its records and their count, and what it is said
    of: the latest instant in it and the run."""

    number: int
    previous: str
    root: str
    count: int
    at: str
    run: str | None

    @property
    def head(self) -> str:
        """The hash of the batch and, by ``previous``, of everything before it."""
        fields = [self.number, self.previous, self.root, self.count, self.at, self.run]
        return _written(hashlib.sha256(canonical_bytes(fields)).digest())


def seal_of(salt: bytes, payload: bytes) -> bytes:
    """The seal of a payload, uncompressed."""
    return hashlib.sha256(salt + payload).digest()


def digest_of(record: Record, seal: bytes) -> bytes:
    """The digest of a record."""
    fields = [record.sequence, record.subject, record.kind, record.at, seal.hex()]
    return hashlib.sha256(canonical_bytes(fields)).digest()


def root_of(digests: Sequence[bytes]) -> str:
    """The Merkle root of digests, of which there is at least one, in their order.

    Leaves and nodes are told apart by a first byte; an odd one at the end of a level goes up as it is.
    """
    level = [hashlib.sha256(b"\0" + each).digest() for each in digests]
    while len(level) > 1:
        pairs = [hashlib.sha256(b"\1" + a + b).digest() for a, b in zip(level[::2], level[1::2], strict=False)]
        level = pairs + level[2 * len(pairs) :]
    return _written(level[0])


def _written(hashed: bytes) -> str:
    return "sha256:" + hashed.hex()
