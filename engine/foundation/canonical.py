"""Canonical JSON and the digests and ids made from it (``docs/spec``, semantics 5.1 and 8.1)."""

import base64
import hashlib
import unicodedata
from decimal import Decimal
from typing import Any

import msgspec

_encoder = msgspec.json.Encoder(order="deterministic", decimal_format="number")


def canonical_bytes(value: Any) -> bytes:
    """``value`` as canonical JSON: keys by code point, UTF-8, no spaces.

    Structs are taken field by field, absent (``UNSET``) fields are left out. Decimals must already be free of
    exponents and trailing zeros (see :func:`engine.foundation.quantities.plain_decimal`).
    """
    return _encoder.encode(msgspec.to_builtins(value, builtin_types=(Decimal,), order="deterministic"))


def digest(value: Any) -> str:
    """``sha256:`` and the hexadecimal SHA-256 of the canonical form of ``value`` (bytes are taken as they are)."""
    data = value if isinstance(value, bytes) else canonical_bytes(value)
    return "sha256:" + hashlib.sha256(data).hexdigest()


def short_id(parts: tuple[str, ...]) -> str:
    """The 20-character id of an identity tuple: lower-case base32 of the SHA-256 of its NFC JSON array."""
    normal = [unicodedata.normalize("NFC", part) for part in parts]
    hashed = hashlib.sha256(_encoder.encode(normal)).digest()
    return base64.b32encode(hashed).decode("ascii")[:20].lower()
