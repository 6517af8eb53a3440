"""Traces: what a value was over time, as far back as conditions look (spec 4.8); bounded, never a log."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Final
from zoneinfo import ZoneInfo

from msgspec import UNSET, UnsetType

from engine.foundation.quantities import scaled
from engine.history.model import Point, Trace

MOST: Final = 64
"""Points kept of one value; of more, the first of every stretch of days."""

Traced = int | str | bool | None


def value_on(trace: Trace | None, day: date, scale: int, zone: ZoneInfo) -> Traced | UnsetType:
    """The value in force at the end of a local day, a number at ``scale``; unknown before the trace begins."""
    known = [each for each in trace.points if each.at.astimezone(zone).date() <= day] if trace is not None else []
    if not known:
        return UNSET
    last = known[-1]
    if last.number is not None:
        return scaled(last.number, scale)
    return last.truth if last.truth is not None else last.text


def traced(
    before: Trace | None, address: str, value: Traced | UnsetType, scale: int, as_of: datetime, since: date
) -> Trace | None:
    """The trace after a run that found ``value``; what is older than ``since`` is kept only as far as it held then.

    An unknown value leaves no point: the last known one is taken to go on.
    """
    points = list(before.points) if before is not None else []
    if value is not UNSET:
        found = _point(value, scale, as_of)
        if points and points[-1].at.astimezone(as_of.tzinfo).date() == as_of.date():
            points.pop()
        if not points or not _same(points[-1], found):
            points.append(found)
    older = [each for each in points if each.at.astimezone(as_of.tzinfo).date() <= since]
    kept = points[max(len(older) - 1, 0) :]
    return Trace(address=address, points=tuple(_thinned(kept))) if kept else None


def _point(value: Traced, scale: int, at: datetime) -> Point:
    if isinstance(value, bool):
        return Point(at=at, truth=value)
    if isinstance(value, int):
        return Point(at=at, number=Decimal(value).scaleb(-scale))
    return Point(at=at, text=value)


def _same(one: Point, other: Point) -> bool:
    return (one.text, one.number, one.truth) == (other.text, other.number, other.truth)


def _thinned(points: Sequence[Point]) -> list[Point]:
    if len(points) <= MOST:
        return list(points)
    span = (points[-1].at - points[0].at).days
    step = span // (MOST - 2) + 1
    stretches = {each.at.toordinal() // step: each for each in reversed(points[:-1])}
    return [*(stretches[each] for each in sorted(stretches)), points[-1]]
