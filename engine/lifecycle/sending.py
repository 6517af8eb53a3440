"""Which message may be handed over at a moment, and if not, why and when next (semantics 8.4–8.6); pure."""

import hashlib
from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import lru_cache
from itertools import count
from typing import Final, Literal

from msgspec import Struct

from engine.calendars.hours import ALL_DAY, MIDNIGHT, DayHours, WeeklyHours
from engine.calendars.moments import end_of_day, local_date, microseconds, zone
from engine.calendars.periods import period_of
from engine.calendars.workdays import Calendar, open_days
from engine.foundation.quantities import Limit
from engine.lifecycle.mail import Mail
from engine.lifecycle.state import Reach
from engine.planning.plan_messages import Message

Obstacle = Literal["left", "opted_out"]
"""Why a message is never to be sent: its contact has left, or wants no more of its kind or channel."""
Hindrance = Literal["approval", "changed", "action", "later", "opt_outs_unknown", "quiet_hours", "cap"]
"""What a message waits for: somebody's word; that it is what was approved; its action; its time; that the contact's
opt-outs are known again (nurture only); the end of quiet hours; the next period of a cap."""


class Retrying(Struct, frozen=True):
    """How often a message is tried, and how long each wait is: ``first``, then twice as long each time, at most
    ``longest``."""

    at_most: int = 8
    first: timedelta = timedelta(minutes=5)
    longest: timedelta = timedelta(hours=6)


class SendingDays(Struct, frozen=True):
    """Days on which contacts are written to: some weekdays (Monday is 0), without the public holidays of a region."""

    weekdays: frozenset[int]
    region: str | None = None
    subdivision: str | None = None


class Rules(Struct, frozen=True, kw_only=True):
    """What holds for every message to a contact.

    ``quiet`` are minutes after midnight, on the clocks of the contact: from the first to the second, over midnight if
    that is earlier. ``time_zone`` is taken where a contact's is not known.
    """

    time_zone: str = "UTC"
    quiet: tuple[int, int] | None = None
    days: SendingDays | None = None
    caps: tuple[Limit, ...] = ()
    retrying: Retrying = Retrying()


class Standing(Struct, frozen=True, kw_only=True):
    """What is known of a message's contact: how they may be reached, what they opted out of in this ledger, and when
    they got something that counts in caps, over all playbooks."""

    reach: Reach | None = None
    opt_outs: frozenset[str] = frozenset()
    received: tuple[datetime, ...] = ()


class Go(Struct, frozen=True):
    """It may be handed over now."""


class Wait(Struct, frozen=True):
    """Not now; ``until`` is when to ask again, none where something else has to happen first."""

    why: Hindrance
    until: datetime | None = None


class Never(Struct, frozen=True):
    """It is to be withdrawn."""

    why: Obstacle


Verdict = Go | Wait | Never
_GO: Final = Go()
_READY: Final = frozenset({"drafted", "approved", "failed"})


def judged(mail: Mail, standing: Standing, rules: Rules, now: datetime) -> Verdict:
    """Whether an unsent message may go at ``now``; ``ValueError`` for one that is on its way or has ended.

    What forbids it for good comes first, then what it waits for, in the order in which people can do something about
    it. Our own people are asked for nothing but approval and time.
    """
    if mail.state not in _READY:
        raise ValueError(f"message {mail.message.id} is {mail.state}")
    obstacle = _obstacle(mail.message, standing)
    return Never(obstacle) if obstacle else _waiting(mail, standing, now) or _timely(mail.message, standing, rules, now)


def counts_in_caps(message: Message) -> bool:
    """Whether a message is held by caps and counts in them: those that serve the relationship alone."""
    return message.to.contact is not None and message.class_ == "nurture"


def retry_at(message: str, attempt: int, now: datetime, retrying: Retrying) -> datetime | None:
    """When to try again after ``attempt`` failed; none once it was tried as often as it may be.

    The wait doubles each time. Up to a quarter is taken off it, by the message's id: many that failed together do not
    come back together, and equal runs are equal.
    """
    if attempt >= retrying.at_most:
        return None
    wait = min(retrying.first * (1 << min(attempt - 1, 20)), retrying.longest)
    chance = int.from_bytes(hashlib.sha256(f"{message}/{attempt}".encode()).digest()[:2]) / 0xFFFF
    return now + wait - timedelta(seconds=round(wait.total_seconds() * chance / 4))


def _obstacle(message: Message, standing: Standing) -> Obstacle | None:
    if message.to.contact is None:
        return None
    reach = standing.reach
    if reach is not None and reach.gone:
        return "left"
    opt_outs = standing.opt_outs | set(reach.opt_outs or () if reach is not None else ())
    return "opted_out" if {message.channel, message.class_, "all"} & opt_outs else None


def _waiting(mail: Mail, standing: Standing, now: datetime) -> Wait | None:
    message = mail.message
    if not mail.may_go:
        return Wait("approval" if mail.approved_digest is None else "changed")
    if mail.next_at is None:
        return Wait("action")
    if mail.next_at > now:
        return Wait("later", mail.next_at)
    unknown = standing.reach is None or standing.reach.opt_outs is None
    return Wait("opt_outs_unknown") if counts_in_caps(message) and unknown else None


def _timely(message: Message, standing: Standing, rules: Rules, now: datetime) -> Verdict:
    if message.to.contact is None:
        return _GO
    timezone = _zone_of(standing.reach, rules)
    opening = _opening(_calendar(timezone, rules.quiet, rules.days), now)
    if opening > now:
        return Wait("quiet_hours", opening)
    full = [_room_from(cap, standing.received, timezone, now) for cap in rules.caps if counts_in_caps(message)]
    until = max((each for each in full if each is not None), default=None)
    return Wait("cap", until) if until is not None else _GO


def _zone_of(reach: Reach | None, rules: Rules) -> str:
    """The contact's zone; that of the rules where it is unknown, or no zone at all."""
    if reach is None or reach.time_zone is None:
        return rules.time_zone
    try:
        return zone(reach.time_zone).key
    except ValueError:
        return rules.time_zone


@lru_cache(maxsize=1024)
def _calendar(timezone: str, quiet: tuple[int, int] | None, days: SendingDays | None) -> Calendar:
    """When contacts in a zone may be written to."""
    loud = _loud(*quiet) if quiet else ALL_DAY
    week: Iterable[DayHours] = (loud if days is None or day in days.weekdays else () for day in range(7))
    mon, tue, wed, thu, fri, sat, sun = week
    hours: WeeklyHours = (mon, tue, wed, thu, fri, sat, sun)
    return Calendar("sending", timezone, hours, days.region if days else None, days.subdivision if days else None)


def _loud(start: int, end: int) -> DayHours:
    """The hours of a day outside of quiet ones from ``start`` to ``end``."""
    if start > end:
        return ((end, start),)
    return tuple((first, last) for first, last in ((0, start), (end, MIDNIGHT)) if first < last)


def _opening(calendar: Calendar, now: datetime) -> datetime:
    """``now`` where the calendar is open, else its next opening; at its closing it is closed."""
    days, instant = open_days((calendar,)), microseconds(now)
    today = local_date(now, calendar.timezone).toordinal()
    start = next(start for day in count(today) for start, end in days[day].intervals if end > instant)
    return now if start <= instant else days.at(start)


def _room_from(cap: Limit, received: Iterable[datetime], timezone: str, now: datetime) -> datetime | None:
    """When the next period of a cap begins, if this one is used up."""
    span = period_of(local_date(now, timezone), cap.period)
    used = sum(span.start <= local_date(each, timezone) <= span.end for each in received)
    return end_of_day(span.end, timezone) + timedelta(seconds=1) if used >= cap.count else None
