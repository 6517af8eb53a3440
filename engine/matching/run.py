"""What a run binds to compiled trees: the moment, parameters' values, rates and portfolio figures."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from msgspec import UNSET, Struct, UnsetType

from engine.calendars.periods import Span, period_of
from engine.foundation.quantities import Duration, Money, Period, divide_half_even, minor_digits
from engine.matching.rankings import Rankings

Value = int | str | bool | date | datetime | Money | Duration | tuple[str, ...] | None | UnsetType
"""What a node yields: a value, ``None`` for known none, ``UNSET`` for unknown."""


class Rate(Struct, frozen=True, order=True):
    """From ``day`` on, one unit of ``source`` is worth ``rate`` units of ``target``."""

    day: date
    source: str
    target: str
    rate: Decimal


class Rates(Struct, frozen=True):
    """Dated exchange rates; the rate of a day is the latest one not after it."""

    table: tuple[Rate, ...] = ()

    def convert(self, money: Money, currency: str, on: date) -> int | UnsetType:
        """``money`` in minor units of ``currency`` at the rate of ``on``, rounded half-even; unknown without one."""
        if money.currency == currency:
            return money.minor
        rate = self.rate(money.currency, currency, on)
        return UNSET if rate is None else exchange(money, rate, currency)

    def rate(self, source: str, target: str, on: date) -> Decimal | None:
        """What one unit of ``source`` is worth in ``target`` on a day, or none."""
        known = [r for r in self.table if r.source == source and r.target == target and r.day <= on]
        return max(known).rate if known else None


def exchange(money: Money, rate: Decimal, currency: str) -> int:
    """``money`` in minor units of ``currency``, one unit of its own being worth ``rate``; rounded half-even."""
    numerator, denominator = minor_ratio(money.currency, rate, currency)
    return divide_half_even(money.minor * numerator, denominator)


def minor_ratio(source: str, rate: Decimal, target: str) -> tuple[int, int]:
    """What one minor unit of ``source`` is worth in minor units of ``target``, as numerator and denominator."""
    numerator, denominator = rate.as_integer_ratio()
    return numerator * 10 ** minor_digits(target), denominator * 10 ** minor_digits(source)


class RunValues(Struct, frozen=True):
    """Everything a run binds. ``parameters`` hold scaled values by name, ``UNSET`` where none is in force.

    ``year_begins`` is the month (1 to 12) by which years, half years and quarters are cut (semantics 2.5).
    """

    as_of: datetime
    today: date
    zone: ZoneInfo
    parameters: Mapping[str, Value] = {}
    rankings: Rankings = {}
    rates: Rates = Rates()
    year_begins: int = 1

    def period(self, period: Period) -> Span:
        """The period that today lies in."""
        return period_of(self.today, period, fiscal_start_month=self.year_begins)


Conclusions = Mapping[str, Value | Mapping[str, Value]]
"""Settled conclusions by address; those worked out per record are mappings from the record's id."""
