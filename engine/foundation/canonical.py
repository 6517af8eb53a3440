"""Canonical JSON and the digests and ids made from it (``docs/spec``, semantics 5.1 and 8.1)."""

import hashlib
import unicodedata
from decimal import Decimal
from typing import Any, Final, TypeVar, overload

import msgspec

_T = TypeVar("_T")
_encoder = msgspec.json.Encoder(order="deterministic", decimal_format="number")


_ID_LENGTH: Final = 20
_BASE32: Final = "abcdefghijklmnopqrstuvwxyz234567"
_PAIRS: Final = tuple(first + second for first in _BASE32 for second in _BASE32)
_SHIFTS: Final = tuple(range(5 * (_ID_LENGTH - 2), -1, -10))


def canonical_bytes(value: Any) -> bytes:
    """``value`` as canonical JSON: keys by code point, UTF-8, no spaces.

    Structs are taken field by field, absent (``UNSET``) fields are left out. Decimals must already be free of
    exponents and trailing zeros (see :func:`engine.foundation.quantities.plain_decimal`).
    """
    return _encoder.encode(msgspec.to_builtins(value, builtin_types=(Decimal,), order="deterministic"))


@overload
def reader(kind: type[_T]) -> msgspec.json.Decoder[_T]: ...
@overload
def reader(kind: Any) -> msgspec.json.Decoder[Any]: ...
def reader(kind: Any) -> msgspec.json.Decoder[Any]:
    """Reads ``kind`` from canonical JSON; numbers of fields that may hold anything are exact."""
    return msgspec.json.Decoder(kind, float_hook=Decimal)


def digest(value: Any) -> str:
    """``sha256:`` and the hexadecimal SHA-256 of the canonical form of ``value`` (bytes are taken as they are)."""
    data = value if isinstance(value, bytes) else canonical_bytes(value)
    return "sha256:" + hashlib.sha256(data).hexdigest()


def short_id(parts: tuple[str, ...]) -> str:
    """The 20-character id of an identity tuple: lower-case base32 of the SHA-256 of its NFC JSON array."""
    normal = parts if "".join(parts).isascii() else [unicodedata.normalize("NFC", part) for part in parts]
    bits = int.from_bytes(hashlib.sha256(_encoder.encode(normal)).digest()) >> (256 - 5 * _ID_LENGTH)
    return "".join([_PAIRS[bits >> shift & 1023] for shift in _SHIFTS])
