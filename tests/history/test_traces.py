"""If a trace forgets what a condition asks for, an account falls and nobody is told."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st
from msgspec import UNSET

from engine.history.model import Trace
from engine.history.traces import MOST, Traced, traced, value_on

ZONE = ZoneInfo("Asia/Shanghai")
START = datetime(2026, 1, 1, 9, 30, tzinfo=ZONE)
values = st.sampled_from([None, "high", "low"]) | st.integers(-3, 3)
runs = st.lists(st.tuples(st.integers(0, 5), values | st.just(UNSET)), min_size=1, max_size=40)


def followed(steps: list[tuple[int, Traced]], back: int) -> tuple[Trace | None, dict[date, Traced], date]:
    """The trace that looks back so many days, the value at the end of each day with a run, and the last day."""
    trace, known, at = None, {}, START
    for days, value in steps:
        at += timedelta(days=days, minutes=1)
        trace = traced(trace, "classes.tier", value, 6, at, at.date() - timedelta(days=back))
        if value is not UNSET:
            known[at.date()] = value
    return trace, known, at.date()


@given(runs, st.integers(0, 60))
def test_a_trace_knows_what_a_log_of_all_runs_knows(steps: list[tuple[int, Traced]], back: int) -> None:
    trace, known, last = followed(steps, back)
    for ago in range(back + 1):
        day = last - timedelta(days=ago)
        before = [each for each in known if each <= day]
        expected = known[max(before)] if before else UNSET
        expected = expected * 1 if isinstance(expected, int) else expected
        assert value_on(trace, day, 6, ZONE) == expected


def test_a_trace_is_bounded_and_keeps_its_ends() -> None:
    trace = None
    for number in range(1000):
        at = START + timedelta(days=number)
        since = at.date() - timedelta(days=700)
        trace = traced(trace, "classes.tier", number, 6, at, since)
        assert trace is not None and len(trace.points) <= MOST
        assert value_on(trace, at.date(), 6, ZONE) == number
        assert number < 700 or value_on(trace, since, 6, ZONE) is not UNSET
