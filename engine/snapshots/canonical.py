"""The one written form of a snapshot, and its digest (semantics 8.1)."""

from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any, Final

import msgspec

from engine.foundation.canonical import digest
from engine.foundation.quantities import Money, Number, plain_decimal
from engine.snapshots.model import COLLECTIONS, AccountSnapshot
from engine.snapshots.vocabulary import instant_fields

_LEFT_OUT_EMPTY: Final = ("profile", "relationship", "owners", "coverage", "fields")

_encode = msgspec.json.Encoder(order="deterministic", decimal_format="number").encode


def snapshot_digest(snapshot: AccountSnapshot) -> str:
    """``sha256:`` and the SHA-256 of the canonical form: equal for equal snapshots, however they were written."""
    return digest(canonical_snapshot(snapshot))


def canonical_snapshot(snapshot: AccountSnapshot) -> bytes:
    """The snapshot as one line of JSON, without the line's end, that reads back to an equal value.

    Keys by code point, records by id, instants in UTC, numbers without exponent or trailing zeros. An absent key stays
    absent, ``null`` stays ``null`` and an empty list a list; a group without any key is left out, as it means the same.
    """
    whole: dict[str, Any] = msgspec.to_builtins(snapshot, builtin_types=(Decimal, datetime), enc_hook=_written)
    for name in COLLECTIONS.keys() & whole.keys():
        if whole[name]:
            whole[name] = sorted(whole[name], key=_by_id)
            _tidy_records(whole[name], instant_fields().get(name, ()))
    if "as_of" in whole:
        whole["as_of"] = _in_utc(whole["as_of"])
    whole["fields"] = canonical_value(whole["fields"])
    for name in _LEFT_OUT_EMPTY:
        if not whole[name]:
            del whole[name]
    return _encode(whole)


def canonical_value(value: Any) -> Any:
    """A raw value under ``fields`` with its numbers in plain form; ``1.50`` and ``15e-1`` are both 1.5."""
    match value:
        case Decimal():
            return _plain(value)
        case Mapping():
            return {key: canonical_value(member) for key, member in value.items()}
        case list() | tuple():
            return [canonical_value(member) for member in value]
        case _:
            return value


def _written(figure: object) -> Any:
    if isinstance(figure, Number):
        return plain_decimal(int(figure))
    if isinstance(figure, Money):
        return _money_text(figure.minor, figure.currency)
    raise NotImplementedError(type(figure).__name__)


@lru_cache(maxsize=1 << 14)
def _money_text(minor: int, currency: str) -> str:
    return str(Money(minor, currency))


def _tidy_records(records: list[dict[str, Any]], instants: tuple[str, ...]) -> None:
    for record in records:
        if record["fields"]:
            record["fields"] = canonical_value(record["fields"])
        else:
            del record["fields"]
        for name in instants:
            if record.get(name) is not None:
                record[name] = _in_utc(record[name])


def _by_id(record: dict[str, Any]) -> str:
    return str(record["id"])


def _in_utc(instant: datetime) -> datetime:
    return instant if instant.tzinfo is UTC else instant.astimezone(UTC)


def _plain(value: Decimal) -> Decimal:
    text = format(value, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return Decimal("0" if text == "-0" else text)
