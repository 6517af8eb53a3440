"""Instants, local dates and time zones; ``as_of`` comes in here as text (semantics 3.1)."""

import re
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo, available_timezones

from engine.foundation.problems import did_you_mean

SECOND: Final = 1_000_000
"""Microseconds in a second. Elapsed time is counted in whole microseconds of UTC: two datetimes of one zone subtract
by the wall clock in Python, which is an hour off across a change to summer time."""

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)
_LAST_SECOND: Final = time(23, 59, 59, fold=1)
_DATE: Final = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_INSTANT: Final = re.compile(
    r"(\d{4}-\d{2}-\d{2})[Tt ](\d{2}:\d{2}(?::\d{2}(?:\.\d{1,6})?)?)([Zz]|[+-]\d{2}:\d{2})?", re.ASCII
)


def zone(timezone: str) -> ZoneInfo:
    """The time zone of an IANA name such as ``Asia/Shanghai``; ``ValueError`` for an unknown name."""
    try:
        return ZoneInfo(timezone)
    except (KeyError, ValueError, OSError) as wrong:
        hint = did_you_mean(timezone, available_timezones())
        raise ValueError(f"no time zone is named `{timezone}`" + (f"; {hint}" if hint else "")) from wrong


def end_of_day(day: date, timezone: str) -> datetime:
    """The last second of a local day, which is what a bare date means as a moment (semantics 3.1)."""
    return datetime.combine(day, _LAST_SECOND, tzinfo=zone(timezone))


def local_date(instant: datetime, timezone: str) -> date:
    """The date an instant has in a zone; ``ValueError`` for an instant without an offset."""
    return aware(instant).astimezone(zone(timezone)).date()


def parse_as_of(text: str, timezone: str) -> datetime:
    """The moment ``text`` writes, in ``timezone``: a date (its last second) or an RFC 3339 instant with its offset.

    Seconds may be left out. An instant without an offset is refused with ``ValueError``, since nobody can say which
    moment it is; so is any other form.
    """
    written = text.strip()
    try:
        if _DATE.fullmatch(written):
            return end_of_day(date.fromisoformat(written), timezone)
        found = _INSTANT.fullmatch(written)
        if found and found[3]:
            offset = "+00:00" if found[3] in "Zz" else found[3]
            return datetime.fromisoformat(f"{found[1]}T{found[2]}{offset}").astimezone(zone(timezone))
    except OverflowError as wrong:
        raise ValueError(f"`{written}` lies outside the years 1 to 9999 in {timezone}") from wrong
    except ValueError as wrong:
        raise ValueError(f"`{written}` is no moment: {wrong}") from wrong
    if found:
        raise ValueError(f"`{written}` has no offset; write `{written}+08:00`, or `{written}Z` for UTC")
    raise ValueError(f"`{written}` is no moment; write a date `2026-11-20` or `2026-11-20T09:30:00+08:00`")


def aware(instant: datetime) -> datetime:
    """``instant`` itself; ``ValueError`` if it has no offset, and so is no instant."""
    if instant.utcoffset() is None:
        raise ValueError(f"{instant.isoformat()} has no offset, so which moment it is can't be said")
    return instant


def microseconds(instant: datetime) -> int:
    """Whole microseconds of UTC from 1970 to an aware instant."""
    return (instant - _EPOCH) // _MICROSECOND


def instant_at(count: int, local: ZoneInfo) -> datetime:
    """The instant ``count`` microseconds after 1970 began in UTC, on the clocks of ``local``.

    ``ValueError`` where those clocks would show a year after 9999.
    """
    try:
        return (_EPOCH + timedelta(microseconds=count)).astimezone(local)
    except OverflowError as wrong:
        raise ValueError("a moment out of the years 1 to 9999") from wrong
