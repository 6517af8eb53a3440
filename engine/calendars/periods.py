"""Periods: the calendar cut into named stretches without gap or overlap (semantics 2.5, 5.3).

Periods of one unit are those of the calendar: weeks are ISO weeks from Monday, a fiscal year may begin in another
month. ``2 weeks`` or ``2 months`` have no natural beginning and are counted from a fixed one: days and weeks from
Monday 1970-01-05, months and longer ones from the first month of the (fiscal) year 0. Periods at the ends of time are
cut off at the years 1 and 9999.
"""

from datetime import date, timedelta
from functools import lru_cache
from typing import Final

import msgspec

from engine.calendars.months import add_months, months_between, shift_date
from engine.foundation.quantities import Duration, Period, PeriodUnit

_EPOCH: Final = date(1970, 1, 5).toordinal()
_DAYS: Final[dict[PeriodUnit, int]] = {"day": 1, "week": 7}
_MONTHS: Final[dict[PeriodUnit, int]] = {"month": 1, "quarter": 3, "half_year": 6, "year": 12}
_SIGNS: Final[dict[PeriodUnit, str]] = {
    "day": "d", "week": "w", "month": "m", "quarter": "q", "half_year": "h", "year": "y",
}  # fmt: skip
_FIRST_MONTH, _LAST_MONTH = 12, 9999 * 12 + 11


class Span(msgspec.Struct, frozen=True):
    """One period: its stable name, first and last day (both within), and what it is one of.

    Names: ``2026`` · ``2026-H2`` · ``2026-Q4`` · ``2026-11`` · ``2026-W47`` (ISO) · ``2026-11-21`` · ``2026-11-16+2w``
    for several units, by the first day. Fiscal years, halves and quarters are ``FY2026-Q4``, by the calendar year in
    which the fiscal year begins.
    """

    name: str
    start: date
    end: date
    period: Period
    fiscal_start_month: int = 1


class AnchoredSpan(msgspec.Struct, frozen=True):
    """One period counted from an anchor such as a contract's start; ``index`` 0 begins on the anchor itself.

    The name is the first day and the length: ``2026-03-15+1y``.
    """

    name: str
    start: date
    end: date
    index: int


@lru_cache(maxsize=1 << 12)
def period_of(day: date, period: Period, *, fiscal_start_month: int = 1) -> Span:
    """The period that contains ``day``. ``fiscal_start_month`` (1–12) moves years, halves and quarters only."""
    if period.unit in _DAYS:
        start, end = _days_around(day, period)
    else:
        start, end = _months_around(day, period, fiscal_start_month)
    return Span(_name(start, period, fiscal_start_month), start, end, period, fiscal_start_month)


def previous_period(span: Span) -> Span:
    """The period before; ``ValueError`` before the year 1."""
    return _neighbour(span, span.start.toordinal() - 1)


def next_period(span: Span) -> Span:
    """The period after; ``ValueError`` after the year 9999."""
    return _neighbour(span, span.end.toordinal() + 1)


def is_complete(span: Span, today: date, settles_after: Duration | None = None) -> bool:
    """Whether ``today`` lies after the period's end plus ``settles_after``, a duration in days to years."""
    settled = shift_date(span.end, settles_after) if settles_after else span.end
    return settled < today


@lru_cache(maxsize=1 << 12)
def periods_back(
    today: date, period: Period, n: int, settles_after: Duration | None = None, *, fiscal_start_month: int = 1
) -> tuple[Span, ...]:
    """The last ``n`` complete periods (semantics 2.5), the oldest first."""
    span = previous_period(period_of(today, period, fiscal_start_month=fiscal_start_month))
    while not is_complete(span, today, settles_after):
        span = previous_period(span)
    found = [span]
    while len(found) < n:
        found.append(previous_period(found[-1]))
    return tuple(reversed(found[:n]))


def anchored_period(anchor: date, period: Period, today: date) -> AnchoredSpan:
    """The period counted from ``anchor`` that contains ``today``; its index is negative before the anchor (5.3)."""
    if period.unit in _DAYS:
        return nth_period(anchor, period, (today - anchor).days // (_DAYS[period.unit] * period.count))
    return nth_period(anchor, period, months_between(anchor, today) // (_MONTHS[period.unit] * period.count))


def nth_period(anchor: date, period: Period, index: int) -> AnchoredSpan:
    """The ``index``-th period from ``anchor``, each beginning by clamped arithmetic from the anchor itself."""
    start = _counted(anchor, period, index)
    end = _counted(anchor, period, index + 1) - timedelta(days=1)
    return AnchoredSpan(f"{start}+{period.count}{_SIGNS[period.unit]}", start, end, index)


def _counted(anchor: date, period: Period, index: int) -> date:
    if period.unit in _DAYS:
        return anchor + timedelta(days=index * period.count * _DAYS[period.unit])
    return add_months(anchor, index * period.count * _MONTHS[period.unit])


def _neighbour(span: Span, ordinal: int) -> Span:
    return period_of(date.fromordinal(ordinal), span.period, fiscal_start_month=span.fiscal_start_month)


def _days_around(day: date, period: Period) -> tuple[date, date]:
    length = _DAYS[period.unit] * period.count
    start = day.toordinal() - (day.toordinal() - _EPOCH) % length
    last = min(start + length - 1, date.max.toordinal())
    return date.fromordinal(max(start, 1)), date.fromordinal(last)


def _months_around(day: date, period: Period, fiscal_start_month: int) -> tuple[date, date]:
    length = _MONTHS[period.unit] * period.count
    month = day.year * 12 + day.month - 1
    offset = 0 if period.unit == "month" else fiscal_start_month - 1
    start = month - (month - offset) % length
    after = start + length
    end = date.max if after > _LAST_MONTH else _first_of(after) - timedelta(days=1)
    return _first_of(max(start, _FIRST_MONTH)), end


def _first_of(month: int) -> date:
    """The first day of a month counted from January of year 0."""
    return date(month // 12, month % 12 + 1, 1)


def _name(start: date, period: Period, fiscal_start_month: int) -> str:
    if period.count > 1:
        return f"{start}+{period.count}{_SIGNS[period.unit]}"
    if period.unit == "week":
        year, week, _ = start.isocalendar()
        return f"{year:04}-W{week:02}"
    if period.unit in ("day", "month"):
        return start.isoformat()[: 10 if period.unit == "day" else 7]
    fiscal_year, month = divmod(start.year * 12 + start.month - fiscal_start_month, 12)
    name = f"{fiscal_year:04}" if fiscal_start_month == 1 else f"FY{fiscal_year:04}"
    part = month // _MONTHS[period.unit] + 1
    return name if period.unit == "year" else f"{name}-{'Q' if period.unit == 'quarter' else 'H'}{part}"
