"""Date arithmetic in days and months; months clamp and count from the anchor (semantics 3.2).

The day after a clamped one is not kept: 31 January plus one month is 28 February, plus two months 31 March.
"""

from calendar import monthrange
from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Final

from engine.foundation.quantities import Duration

DAYS_IN: Final[dict[str, int]] = {"days": 1, "weeks": 7}
MONTHS_IN: Final[dict[str, int]] = {"months": 1, "quarters": 3, "half years": 6, "years": 12}


def add_months(day: date, months: int) -> date:
    """The same day of another month, or that month's last day where it has none; ``ValueError`` out of all years."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    try:
        return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
    except (ValueError, OverflowError) as wrong:
        raise ValueError(f"{months} months from {day} is out of the years 1 to 9999") from wrong


def months_between(start: date, end: date) -> int:
    """Complete months from ``start`` to ``end``: the most that :func:`add_months` fits in, negative if end is before.

    2025-08-31 → 2025-11-30 is 3, → 2026-02-28 is 6; 2025-08-31 → 2025-08-30 is -1.
    """
    months = (end.year - start.year) * 12 + end.month - start.month
    # Within one month only the day decides, clamped to what the month has.
    return months - (end.day < min(start.day, monthrange(end.year, end.month)[1]))


@lru_cache(maxsize=1 << 14)
def shift_date(day: date, duration: Duration, times: int = 1) -> date:
    """The date a duration of days, weeks, months … years later, ``times`` times over (-1: before).

    ``ValueError`` for a fraction (half a month has no date), for hours or working days, and beyond the years 1–9999.
    """
    count = whole(duration.amount, duration) * times
    if duration.unit in MONTHS_IN:
        return add_months(day, count * MONTHS_IN[duration.unit])
    if duration.unit not in DAYS_IN:
        raise ValueError(f"`{duration}` has no date of its own; write days, weeks, months, quarters or years")
    try:
        return day + timedelta(days=count * DAYS_IN[duration.unit])
    except OverflowError as wrong:
        raise ValueError(f"{duration} from {day} is out of the years 1 to 9999") from wrong


def whole(amount: Decimal, duration: Duration) -> int:
    """``amount`` as a whole number; ``ValueError`` with the duration it comes from if it is a fraction."""
    count = int(amount)
    if count != amount:
        raise ValueError(f"`{duration}` can't be counted in whole units")
    return count
