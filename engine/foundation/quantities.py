"""Numbers with units: exact decimals, scaled integers, money, durations and periods (semantics 2).

Inside the program every figure is a whole number at a scale fixed when the playbook is checked: ``Number`` at
6 decimals, ``Money`` in minor units of its currency. No floats anywhere.
"""

import re
from decimal import Decimal
from functools import cache, lru_cache
from typing import Final, Literal

import msgspec

SCALE: Final = 6
"""Decimals that every figure but money keeps."""

INT64_MAX: Final = 2**63 - 1

_PLAIN = r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?"
PLAIN_NUMBER: Final = re.compile(_PLAIN)
_QUANTITY = re.compile(rf"({_PLAIN})\s*(%|[A-Za-z_][A-Za-z_ ]*)")
_CURRENCY = re.compile(r"[A-Z]{3}")
_LIMIT = re.compile(r"([1-9][0-9]*) per (\S+)")

Unit = Literal[
    "number", "points", "percent", "percentage points", "money",
    "minutes", "hours", "working hours", "days", "working days", "weeks",
    "months", "quarters", "half years", "years",
]  # fmt: skip

UNIT_WORDS: Final[dict[str, Unit]] = {
    "%": "percent", "percent": "percent",
    "point": "points", "points": "points",
    "percentage point": "percentage points", "percentage points": "percentage points",
    "minute": "minutes", "minutes": "minutes", "hour": "hours", "hours": "hours",
    "working hour": "working hours", "working hours": "working hours",
    "day": "days", "days": "days", "working day": "working days", "working days": "working days",
    "week": "weeks", "weeks": "weeks", "month": "months", "months": "months",
    "quarter": "quarters", "quarters": "quarters",
    "half_year": "half years", "half_years": "half years", "half year": "half years", "half years": "half years",
    "year": "years", "years": "years",
}  # fmt: skip

DURATION_UNITS: Final = frozenset(
    {
        "minutes",
        "hours",
        "working hours",
        "days",
        "working days",
        "weeks",
        "months",
        "quarters",
        "half years",
        "years",
    }
)

PeriodUnit = Literal["day", "week", "month", "quarter", "half_year", "year"]
PERIOD_UNITS: Final[tuple[PeriodUnit, ...]] = ("day", "week", "month", "quarter", "half_year", "year")


class TooPrecise(ValueError):
    """A figure has more decimals than its scale keeps."""


class Quantity(msgspec.Struct, frozen=True):
    """A number as written with its unit; ``currency`` is set for money only."""

    amount: Decimal
    unit: Unit
    currency: str | None = None

    def __str__(self) -> str:
        return show_figure(self.amount, self.unit, self.currency)


class Duration(msgspec.Struct, frozen=True, cache_hash=True):
    """A length of time as written: ``Duration(2, "working hours")``."""

    amount: Decimal
    unit: Unit

    def __str__(self) -> str:
        return show_figure(self.amount, self.unit)


class Period(msgspec.Struct, frozen=True, cache_hash=True):
    """A repeating stretch of the calendar: ``count`` times a period word."""

    count: int
    unit: PeriodUnit

    def __str__(self) -> str:
        return self.unit if self.count == 1 else f"{self.count} {self.unit}s"


class Limit(msgspec.Struct, frozen=True):
    """How often in each period of the calendar: ``2 per quarter``."""

    count: int
    period: Period

    def __str__(self) -> str:
        return f"{self.count} per {self.period}"


class Number(int):
    """A figure of the snapshot: the whole number of millionths, so ``70.5`` is ``Number(70_500_000)``."""

    __slots__ = ()


class Money:
    """An exact amount in minor units of its currency. Written ``"1200.50 CNY"``.

    Not a msgspec struct, so that the decoder reads it from text by its hook.
    """

    __slots__ = ("currency", "minor")
    minor: int
    currency: str

    def __init__(self, minor: int, currency: str) -> None:
        object.__setattr__(self, "minor", minor)
        object.__setattr__(self, "currency", currency)

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError("money can't be changed")

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Money) and (self.minor, self.currency) == (other.minor, other.currency)

    def __hash__(self) -> int:
        return hash((self.minor, self.currency))

    def __repr__(self) -> str:
        return f"Money({str(self)!r})"

    def __str__(self) -> str:
        return f"{plain_decimal(self.minor, minor_digits(self.currency))} {self.currency}"

    @classmethod
    def parse(cls, text: str) -> "Money":
        """Money from ``"1200.50 CNY"``; ``ValueError`` for another form, ``TooPrecise`` below the minor unit."""
        amount, _, currency = text.partition(" ")
        if not PLAIN_NUMBER.fullmatch(amount) or not _CURRENCY.fullmatch(currency):
            raise ValueError(f"expected money such as `1200.50 CNY`, found {text!r}")
        return cls(scaled(Decimal(amount), minor_digits(currency)), currency)


@cache
def minor_digits(currency: str) -> int:
    """Decimals of the currency's minor unit (CNY 2, JPY 0), from the CLDR data that Babel carries."""
    from babel.numbers import get_currency_precision

    return int(get_currency_precision(currency))


def is_currency(code: str) -> bool:
    """Whether the code is one of a currency, by the CLDR data that Babel carries."""
    from babel.core import get_global

    return code in get_global("all_currencies")


def scaled(amount: Decimal, scale: int = SCALE) -> int:
    """``amount`` as a whole number of 10**-scale; raises ``TooPrecise`` rather than round.

    By hand, because decimal arithmetic would itself round to its precision.
    """
    sign, digits, exponent = amount.as_tuple()
    spare = -int(exponent) - scale
    more, fewer = int("1" + "0" * max(-spare, 0)), int("1" + "0" * max(spare, 0))
    whole, rest = divmod(int("".join(map(str, digits))) * more, fewer)
    if rest:
        raise TooPrecise(f"{amount} has more than {scale} decimals")
    return -whole if sign else whole


@lru_cache(maxsize=1 << 14)
def plain_decimal(value: int, scale: int = SCALE) -> Decimal:
    """The scaled integer as a decimal without exponent or trailing zeros: ``70_500_000`` → ``70.5``."""
    sign, digits = ("-", -value) if value < 0 else ("", value)
    whole, part = divmod(digits, 10**scale)
    tail = str(part).rjust(scale, "0").rstrip("0") if part else ""
    return Decimal(f"{sign}{whole}.{tail}" if tail else f"{sign}{whole}")


def divide_half_even(dividend: int, divisor: int) -> int:
    """``dividend / divisor`` rounded once, half to even, in whole numbers; the divisor is not 0."""
    if divisor < 0:
        dividend, divisor = -dividend, -divisor
    quotient, rest = divmod(dividend, divisor)
    twice = 2 * rest
    return quotient + (twice > divisor or (twice == divisor and quotient % 2 == 1))


def parse_quantity(text: str) -> Quantity | None:
    """The quantity ``text`` writes (``15%``, ``70 points``, ``500000 CNY``, ``0.5``), or none if it writes none."""
    if PLAIN_NUMBER.fullmatch(text):
        return Quantity(Decimal(text), "number")
    found = _QUANTITY.fullmatch(text.strip())
    if not found:
        return None
    amount, unit = Decimal(found[1]), found[2].strip()
    if _CURRENCY.fullmatch(unit):
        return Quantity(amount, "money", unit)
    known = UNIT_WORDS.get(" ".join(unit.split()))
    return Quantity(amount, known) if known else None


def parse_duration(text: str) -> Duration | None:
    """The duration ``text`` writes (``48 hours``, ``2 working days``, ``quarter``), or none."""
    quantity = parse_quantity(text if text[:1].isdigit() else f"1 {text}")
    if quantity is None or quantity.unit not in DURATION_UNITS:
        return None
    return Duration(quantity.amount, quantity.unit)


def parse_period(text: str) -> Period | None:
    """The period ``text`` writes (``month``, ``2 weeks``), or none; the count is a whole number above 0."""
    duration = parse_duration(text)
    if duration is None or duration.amount != int(duration.amount) or duration.amount <= 0:
        return None
    for word in PERIOD_UNITS:
        if duration.unit == word.replace("_", " ") + "s":
            return Period(int(duration.amount), word)
    return None


def parse_limit(text: str) -> Limit | None:
    """The limit ``text`` writes (``2 per quarter``), or none; the count is a whole number above 0."""
    found = _LIMIT.fullmatch(text)
    period = parse_period(found[2]) if found else None
    return Limit(int(found[1]), period) if found and period else None


def show_figure(amount: Decimal, unit: str, currency: str | None = None) -> str:
    """A figure as the language writes it, all digits kept: ``14.96%``, ``70 points``, ``1200.5 CNY``."""
    if unit == "percent":
        return f"{amount}%"
    if unit == "money":
        return f"{amount} {currency}"
    if unit == "number":
        return str(amount)
    return f"{amount} {unit[:-1] if amount == 1 else unit}"
