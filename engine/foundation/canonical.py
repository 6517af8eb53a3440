"""Canonical JSON and the digests and ids made from it (``docs/spec``, semantics 5.1 and 8.1)."""

import hashlib
import unicodedata
from decimal import Decimal
from typing import Any, Final, TypeVar, overload

import msgspec

_T = TypeVar("_T")
_encoder = msgspec.json.Encoder(order="deterministic", decimal_format="number")


_BASE32: Final = "abcdefghijklmnopqrstuvwxyz234567"
_PAIRS: Final = tuple(first + second for first in _BASE32 for second in _BASE32)


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


def array_of(texts: tuple[str, ...]) -> bytes:
    """Texts as a JSON array in NFC."""
    written = _encoder.encode(texts)
    return written if written.isascii() else _encoder.encode([unicodedata.normalize("NFC", each) for each in texts])


def short_id(parts: tuple[str, ...]) -> str:
    """The 20-character id of an identity tuple: lower-case base32 of the SHA-256 of its NFC JSON array."""
    return id_of_array(array_of(parts))


def id_of_array(written: bytes) -> str:
    """The id of an identity tuple that is written as its array already."""
    bits, pairs = int.from_bytes(hashlib.sha256(written).digest()[:13]) >> 4, _PAIRS
    return (
        f"{pairs[bits >> 90]}{pairs[bits >> 80 & 1023]}{pairs[bits >> 70 & 1023]}{pairs[bits >> 60 & 1023]}"
        f"{pairs[bits >> 50 & 1023]}{pairs[bits >> 40 & 1023]}{pairs[bits >> 30 & 1023]}{pairs[bits >> 20 & 1023]}"
        f"{pairs[bits >> 10 & 1023]}{pairs[bits & 1023]}"
    )
