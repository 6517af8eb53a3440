"""Due dates (semantics 3.2).

Hours and minutes are elapsed time and stay where they fall. Working hours begin at the next opening and run in open
time only. Working days count from the first open day strictly after the start's date. Everything from days to years
is a date, shifted off closed days; the deadline of a date is its closing time.

``calendars`` are one or several (owner's first, then the account's); what several mean together is said at
:class:`engine.calendars.workdays.OpenDays`. Dates are local dates of the first. Errors are ``ValueError``: a start
without offset, an amount below 0, a fraction of days, a result that can't be reached within 100 years or after 9999.
"""

from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Final, Literal, NamedTuple

import msgspec

from engine.calendars.moments import SECOND, aware, end_of_day, microseconds
from engine.calendars.months import shift_date, whole
from engine.calendars.workdays import Calendar, OpenDays, open_days
from engine.foundation.quantities import Duration, Unit

Calendars = tuple[Calendar, ...]
Shift = Literal["forward", "backward", "none"]
"""Where a date on a closed day goes: tasks and visits forward, notices and preparation backward."""

_SECONDS_IN: Final[dict[str, int]] = {"minutes": 60, "hours": 3600, "working hours": 3600}
_ELAPSED: Final = ("minutes", "hours")
_HORIZON: Final = 36_525
"""Days walked before a due date is given up: calendars that never open on the same day."""


class Due(msgspec.Struct, frozen=True):
    """When something is due: the instant, and the date people count by.

    ``provisional`` says that holiday data does not cover every year the date rests on (semantics 3.3). With calendars
    of far zones the closing time ``at`` may fall on another local date than ``date``.
    """

    at: datetime
    date: date
    provisional: bool


class _Start(NamedTuple):
    """Whence a due date counts: the instant in microseconds, and the local date."""

    instant: int
    date: date


def add(calendars: Calendars, start: date | datetime, duration: Duration, *, shift: Shift = "forward") -> Due:
    """What is due ``duration`` after ``start``; a bare date starts at its last second (semantics 3.1).

    ``shift`` moves a result in days … years off closed days. Elapsed hours are never moved: 2 hours on a Saturday end
    on that Saturday. 0 working hours or days mean the start itself, or the next opening where it is closed.
    """
    return _due(calendars, start, _fold_of(start), duration, 1, "none" if duration.unit in _ELAPSED else shift)


def before(calendars: Calendars, anchor: date | datetime, duration: Duration, *, shift: Shift = "backward") -> Due:
    """What is due ``duration`` before ``anchor``, as in ``48 hours before $commitment.due_at``.

    A bare date as anchor means its deadline, its closing time (semantics 3.2). Hours that lead into closed time go on
    back to the last closing before it, so that 48 hours ahead stays at least 48; ``shift="none"`` leaves them there.
    Working days count back from the last open day strictly before the anchor's date.
    """
    return _due(calendars, anchor, _fold_of(anchor), duration, -1, shift)


def deadline(calendars: Calendars, day: date, *, shift: Shift = "forward") -> Due:
    """The deadline of a date: its closing time, after it was shifted off closed days.

    With ``shift="none"`` a closed day keeps its date and ends with its last second.
    """
    return _deadline_of(calendars, day, shift)


@lru_cache(maxsize=1 << 14)
def _deadline_of(calendars: Calendars, day: date, shift: Shift) -> Due:
    """The deadline of a date; the accounts of a run share most of them."""
    return _deadline(open_days(calendars), day, day.toordinal(), shift)


def carried(calendars: Calendars, anchor: datetime, due: datetime, moved: datetime, unit: Unit) -> Due:
    """What was due at ``due`` once what it follows is due at ``moved`` rather than at ``anchor``: as long after it.

    The time between is counted as a length of that unit is: elapsed for hours and minutes, in open time for working
    hours, for all others in open days, so that a deadline stays the closing time of a day. What was due before
    ``anchor`` is due with it.
    """
    days = open_days(calendars)
    was, start, end = (microseconds(aware(each)) for each in (anchor, due, moved))
    if unit in _ELAPSED:
        at = days.at(end + max(0, start - was))
        return Due(at, at.date(), provisional=False)
    first, last, now = (each.astimezone(days.zone).date() for each in (anchor, due, moved))
    if unit == "working hours":
        at = days.at(_run(days, end, _open_time(days, was, start), 1))
        return Due(at, at.date(), provisional=not days.covers(now, at.date()))
    between = sum(days[each].is_open for each in range(first.toordinal() + 1, last.toordinal() + 1))
    if between == 0:
        return _deadline(days, now, now.toordinal(), "forward")
    return _deadline(days, now, _count(days, now.toordinal(), Duration(Decimal(between), "working days"), 1), "forward")


def _open_time(days: OpenDays, start: int, end: int) -> int:
    """Microseconds of open time from one instant to another; 0 where the other is before."""
    first, last = (days.at(each).date().toordinal() for each in (start, end))
    spans = (span for each in range(first - 1, last + 1) for span in days[each].intervals)
    return sum(max(0, min(closing, end) - max(opening, start)) for opening, closing in spans)


def _fold_of(start: date | datetime) -> int:
    return start.fold if isinstance(start, datetime) else 0


def _start(days: OpenDays, start: date | datetime, step: int) -> _Start:
    """A moment, or a bare date: counted on from its last second, back from its closing time."""
    if isinstance(start, datetime):
        return _Start(microseconds(aware(start)), start.astimezone(days.zone).date())
    if step > 0:
        return _Start(microseconds(end_of_day(start, days.calendars[0].timezone)), start)
    return _Start(days[start.toordinal()].closing, start)


@lru_cache(maxsize=1 << 14)
def _due(calendars: Calendars, moment: date | datetime, _fold: int, duration: Duration, step: int, shift: Shift) -> Due:
    """What is due a duration after (``step`` 1) or before (-1) a moment; the accounts of a run share most moments.

    ``_fold`` tells the two passes of an hour that the clocks repeat apart, which Python takes to be equal.
    """
    days = open_days(calendars)
    start = _start(days, moment, step)
    if duration.amount < 0:
        raise ValueError(f"`{duration}` is below 0; use `before` to count back")
    if duration.unit in _SECONDS_IN:
        return _due_in_hours(days, start, duration, step, shift)
    if duration.unit == "working days":
        return _deadline(days, start.date, _count(days, start.date.toordinal(), duration, step), shift)
    return _deadline(days, start.date, shift_date(start.date, duration, step).toordinal(), shift)


def _due_in_hours(days: OpenDays, start: _Start, duration: Duration, step: int, shift: Shift) -> Due:
    length = whole(duration.amount * _SECONDS_IN[duration.unit] * SECOND, duration)
    elapsed = start.instant + step * length
    if duration.unit == "working hours":
        at = days.at(_run(days, start.instant, length, step))
    elif shift != "none":
        at = days.at(_run(days, elapsed, 0, 1 if shift == "forward" else -1))
    else:
        # Elapsed time rests on no calendar, so it is never provisional.
        at = days.at(elapsed)
        return Due(at, at.date(), provisional=False)
    return Due(at, at.date(), provisional=not days.covers(start.date, at.date()))


def _deadline(days: OpenDays, start: date, ordinal: int, shift: Shift) -> Due:
    """The closing time of a day, shifted; ``start`` is the date from which it was counted."""
    if shift != "none":
        ordinal = _open_from(days, ordinal, 1 if shift == "forward" else -1)
    day = date.fromordinal(ordinal)
    return Due(days.at(days[ordinal].closing), day, provisional=not days.covers(start, day))


def _count(days: OpenDays, start: int, duration: Duration, step: int) -> int:
    """The working day that many open days after (or before) a day."""
    left = whole(duration.amount, duration)
    if left == 0:
        return start
    for ordinal in range(start + step, start + step * _HORIZON, step):
        left -= days[ordinal].is_open
        if left == 0:
            return ordinal
    raise _never_reached(days, start)


def _open_from(days: OpenDays, start: int, step: int) -> int:
    """The first open day from ``start``, itself included, in the direction of ``step``."""
    for ordinal in range(start, start + step * _HORIZON, step):
        if days[ordinal].is_open:
            return ordinal
    raise _never_reached(days, start)


def _run(days: OpenDays, instant: int, length: int, step: int) -> int:
    """The instant after ``length`` microseconds of open time, forwards or backwards.

    Both ends of an interval count as open: what ends with closing time is due then, not at the next opening.
    """
    start = days.at(instant).date().toordinal()
    # From the day before, since midnight is also the end of a day that closes at 24:00.
    for ordinal in range(start - step, start + step * _HORIZON, step):
        for opening, closing in days[ordinal].intervals[::step]:
            if step * (closing if step > 0 else opening) < step * instant:
                continue
            here = min(max(instant, opening), closing)
            available = closing - here if step > 0 else here - opening
            if length <= available:
                return here + step * length
            length -= available
    raise _never_reached(days, start)


def _never_reached(days: OpenDays, start: int) -> ValueError:
    names = ", ".join(f"`{each.name}`" for each in days.calendars)
    return ValueError(f"not reached within 100 years of {date.fromordinal(start)}; is {names} ever open?")
