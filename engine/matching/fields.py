"""Declared data: raw JSON under ``fields``, typed at first use; and the two ways an account can fail in matching."""

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Final

import msgspec
from msgspec import UNSET, Meta

from engine.foundation.codes import BAD_FIELD, OVERFLOW
from engine.foundation.places import Place
from engine.foundation.problems import AccountFailed, problem
from engine.foundation.quantities import INT64_MAX, Money, TooPrecise, parse_duration
from engine.matching.core import Kind, ValueType
from engine.matching.run import Value

_SNAPSHOT: Final = Place("")
"""Which file an account came from is not known any more: problems name the account."""
_MOST_DIGITS: Final = 18
"""Digits before the point beyond which a decimal can't fit in 64 bits, so ``1e999999`` is never written out."""

_FOUND: Final[dict[type, str]] = {
    bool: "a truth", int: "a number", float: "a binary floating-point number", Decimal: "a number", str: "a text",
    list: "a list", tuple: "a list", dict: "a mapping",
}  # fmt: skip

_EXPECTED: Final[dict[Kind, str]] = {
    "truth": "true or false",
    "number": "a number of at most {} decimals",
    "text": "a text",
    "texts": "a list of texts",
    "date": "a date such as 2026-11-20",
    "instant": "an instant such as 2026-11-20T09:30:00+08:00",
    "money": "money such as 1200.50 CNY",
    "duration": "a duration such as 48 hours",
}


_TOO_LARGE_HINT: Final = "is a figure of the account written with too many digits?"


def too_large(account: str, figure: str | None = None) -> AccountFailed:
    """The account can't be evaluated: a figure does not fit in 64 bits at its scale."""
    what = f"the figure `{figure}`" if figure else "a figure of a condition"
    return AccountFailed(
        problem(OVERFLOW, _SNAPSHOT, f"{what} is too large to be kept exactly", _TOO_LARGE_HINT, account)
    )


def fits(value: int) -> bool:
    """Whether a figure fits in 64 bits."""
    return -INT64_MAX <= value <= INT64_MAX


def typed_field(raw: Any, wanted: ValueType, field: str, account: str) -> Value:
    """The declared value ``raw`` at its type; absent stays unknown, null and the empty list of texts are none.

    ``field`` is its path for the message. Raises ``AccountFailed``: PB708 for another type or form, PB705 for a
    number that does not fit in 64 bits.
    """
    if raw is None or raw is UNSET:
        return None if raw is None else UNSET
    try:
        value = _READ[wanted.kind](raw, wanted)
    except (ValueError, TypeError):
        expected = _EXPECTED[wanted.kind].format(wanted.scale)
        found = _FOUND.get(type(raw), f"a {type(raw).__name__}")
        message = f"`{field}` holds {found} that is not {expected}"
        raise AccountFailed(problem(BAD_FIELD, _SNAPSHOT, message, account=account)) from None
    size = value.minor if isinstance(value, Money) else value
    if type(size) is int and not fits(size):
        raise too_large(account, field)
    return value


def _truth(raw: Any, _: ValueType) -> Value:
    return bool(_of(raw, bool))


def _number(raw: Any, wanted: ValueType) -> Value:
    if type(raw) is int:
        return int(raw * 10**wanted.scale)
    if type(raw) is not Decimal or not raw.is_finite():
        raise TypeError
    if not raw or raw.adjusted() > _MOST_DIGITS:
        return INT64_MAX + 1 if raw else 0
    # By hand, for decimal arithmetic would round to its precision.
    _, digits, exponent = raw.as_tuple()
    spare = -int(exponent) - wanted.scale
    if spare > len(digits):
        raise TooPrecise
    whole, rest = divmod(int("".join(map(str, digits))) * 10 ** max(-spare, 0), 10 ** max(spare, 0))
    if rest:
        raise TooPrecise
    return int(-whole if raw < 0 else whole)


def _text(raw: Any, _: ValueType) -> Value:
    return str(_of(raw, str))


def _texts(raw: Any, _: ValueType) -> Value:
    if type(raw) not in (list, tuple) or not all(type(each) is str for each in raw):
        raise TypeError
    return tuple(raw) or None


def _date(raw: Any, _: ValueType) -> Value:
    if isinstance(raw, date) and not isinstance(raw, datetime):
        return raw
    return msgspec.convert(_of(raw, str), date)


def _instant(raw: Any, _: ValueType) -> Value:
    if isinstance(raw, datetime) and raw.utcoffset() is not None:
        return raw
    found: datetime = msgspec.convert(_of(raw, str), Annotated[datetime, Meta(tz=True)])
    return found


def _money(raw: Any, _: ValueType) -> Value:
    return raw if isinstance(raw, Money) else Money.parse(_of(raw, str))


def _duration(raw: Any, _: ValueType) -> Value:
    found = parse_duration(_of(raw, str))
    if found is None:
        raise ValueError
    return found


def _of(raw: Any, kind: type) -> Any:
    if type(raw) is not kind:
        raise TypeError
    return raw


_READ: Final[dict[Kind, Callable[[Any, ValueType], Value]]] = {
    "truth": _truth,
    "number": _number,
    "text": _text,
    "texts": _texts,
    "date": _date,
    "instant": _instant,
    "money": _money,
    "duration": _duration,
}
