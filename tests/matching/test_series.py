"""Figures over periods: a fall that is none would turn an account yellow, a missed one would leave it green."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from msgspec import UNSET
from msgspec.structs import replace

from engine.foundation.quantities import Duration, Number, Period
from engine.matching import core
from engine.matching.core import COUNT, PERCENT, Constant, Items, Series
from engine.matching.run import RunValues, Value
from engine.snapshots.model import AccountSnapshot, Coverage, Ticket, Usage
from tests.matching.accounts import NUMBER, RANKINGS, SHANGHAI, run_of
from tests.matching.saying import account, missing, said

QUARTERS = [date(2025, 2, 1), date(2025, 5, 1), date(2025, 8, 1), date(2025, 11, 1), date(2026, 2, 1)]
QUARTER = Period(1, "quarter")
FROM_2025 = Coverage(from_=date(2025, 1, 1))
ENDED = Coverage(from_=date(2025, 1, 1), to=date(2025, 9, 30))


def used(period: Period = QUARTER, settles: Duration | None = None) -> Series:
    return Series(Items("usage", "u"), core.RecordField("u", ("count",), NUMBER), period, settles, NUMBER)


def usage(*counts: Any, coverage: Coverage | None = FROM_2025) -> AccountSnapshot:
    """Use per quarter of 2025 and of the first of 2026; ``...`` for no record."""
    records = tuple(
        Usage(id=str(index), on=QUARTERS[index], count=each if each in (UNSET, None) else Number(each))
        for index, each in enumerate(counts)
        if each is not ...
    )
    return account(usage=records, coverage={"usage": coverage} if coverage else {})


def on(day: date) -> RunValues:
    run = run_of()
    return RunValues(run.as_of.replace(year=day.year, month=day.month, day=day.day), day, SHANGHAI, {}, RANKINGS)


APRIL = on(date(2026, 4, 1))
"""The first day on which the first quarter of 2026 is complete."""


def value(back: int, series: Series | None = None) -> core.PeriodValue:
    return core.PeriodValue(series or used(), back)


def reaches(count: int, by: int = 15_000_000, direction: Any = "falling") -> core.StreakReaches:
    return core.StreakReaches(used(), direction, Constant(by, PERCENT), count)


STREAK = core.Streak(used(), "falling", Constant(15_000_000, PERCENT))


@pytest.mark.parametrize(
    ("after", "falls"), [(8_510, False), (8_501, False), (8_500, True), (0, True), (10_000, False)]
)
def test_a_fall_of_14_9_percent_is_not_one_of_15(after: int, falls: bool) -> None:
    assert said(reaches(1), usage(..., ..., ..., 10_000, after), APRIL) is falls


@pytest.mark.parametrize(("after", "rises"), [(11_499, False), (11_500, True)])
def test_a_rise_is_measured_alike(after: int, rises: bool) -> None:
    assert said(reaches(1, direction="rising"), usage(..., ..., ..., 10_000, after), APRIL) is rises


def test_a_period_is_complete_after_its_last_day() -> None:
    counts = usage(1, 2, 3, 4, 5)
    assert said(value(1), counts, on(date(2026, 3, 31))) == 4
    assert said(value(1), counts, APRIL) == 5
    assert said(value(1, used(settles=Duration(Decimal(5), "days"))), counts, on(date(2026, 4, 5))) == 4
    assert said(value(1, used(settles=Duration(Decimal(5), "days"))), counts, on(date(2026, 4, 6))) == 5


def test_a_covered_period_without_records_is_0_and_an_uncovered_one_unknown() -> None:
    gap = usage(100, ..., 50, 40, 30)
    assert said(value(4), gap, APRIL) == 0
    assert said(value(6), gap, APRIL) is UNSET
    assert said(value(1), usage(100, 100, 100, coverage=ENDED), APRIL) is UNSET


def test_without_a_stated_coverage_it_begins_with_the_first_record() -> None:
    counts = usage(..., 100, 50, 40, 30, coverage=None)
    assert [said(value(back), counts, APRIL) for back in (1, 3, 4)] == [30, 50, UNSET]
    assert said(value(1), usage(coverage=None), APRIL) is UNSET


def test_from_0_nothing_falls_so_a_covered_empty_quarter_ends_a_streak() -> None:
    assert said(STREAK, usage(100, ..., 60, 40, 20), APRIL) == 2
    assert said(STREAK, usage(100, 80, 60, ..., ...), APRIL) == 0
    from_nothing = Coverage(from_=date(2024, 10, 1))
    assert said(STREAK, usage(100, 80, 60, 40, ..., coverage=from_nothing), APRIL) == 4


def test_a_streak_into_what_is_not_covered_is_unknown_but_may_reach_enough() -> None:
    short = usage(..., ..., 60, 40, 20, coverage=Coverage(from_=date(2025, 7, 1)))
    assert said(STREAK, short, APRIL) is UNSET
    assert [said(reaches(count), short, APRIL) for count in (1, 2, 3)] == [True, True, UNSET]
    broken = usage(..., ..., 40, 40, 20, coverage=Coverage(from_=date(2025, 7, 1)))
    assert [said(reaches(count), broken, APRIL) for count in (1, 2, 3)] == [True, False, False]
    assert said(STREAK, broken, APRIL) == 1


def test_one_unknown_amount_leaves_its_own_quarter_open_only() -> None:
    counts = usage(100, 80, UNSET, 40, 20)
    assert [said(value(back), counts, APRIL) for back in (1, 2, 3, 4)] == [20, 40, UNSET, 80]
    assert [said(reaches(count), counts, APRIL) for count in (1, 2)] == [True, UNSET]


def test_a_record_of_an_unknown_day_may_lie_in_any_period_and_one_without_a_day_in_none() -> None:
    known = usage(100, 80, 60, 40, 20)
    assert isinstance(known.usage, tuple)
    loose = account(usage=(*known.usage, Usage(id="x", count=Number(1))), coverage=known.coverage)
    nowhere = account(usage=(*known.usage, Usage(id="x", on=None, count=Number(1))), coverage=known.coverage)
    assert said(value(1), loose, APRIL) is UNSET
    assert said(value(1), nowhere, APRIL) == 20


def test_a_change_is_against_the_period_before() -> None:
    change = core.Change(value(2), value(1))
    assert said(change, usage(..., ..., ..., 1_000, 851), APRIL) == -14_900_000
    assert said(change, usage(..., ..., ..., 0, 5), APRIL) is None


def test_tickets_are_counted_on_the_local_day_they_were_opened() -> None:
    night = Ticket(id="1", opened_at=run_of().as_of.replace(month=2, day=28))
    morning = Ticket(id="2", opened_at=run_of().as_of.replace(month=3, day=1, hour=0))
    counted = Series(Items("tickets", "t"), None, Period(1, "month"), None, COUNT)
    snapshot = account(tickets=(night, morning), coverage={"tickets": Coverage(from_=date(2026, 1, 1))})
    assert said(value(1, counted), snapshot) == 1
    assert said(value(2, counted), snapshot) == 0
    assert said(value(1, counted), snapshot, APRIL) == 1


def test_a_fiscal_year_may_start_in_april() -> None:
    counts = usage(1, 10, 100, 1_000, 10_000)
    assert said(value(1, used(Period(1, "year"))), counts, APRIL) == 1_111
    from_april = replace(APRIL, year_begins=4)
    assert said(value(1, used(Period(1, "year"))), counts, from_april) == 11_110


@pytest.mark.parametrize(("by", "expected"), [(UNSET, UNSET), (None, 0)])
def test_without_a_figure_to_fall_by_nothing_is_said(by: Any, expected: Value) -> None:
    streak = core.Streak(used(), "falling", core.Parameter("share", PERCENT))
    run = APRIL
    bound = RunValues(run.as_of, run.today, run.zone, {"share": by})
    assert said(streak, usage(100, 80, 60, 40, 20), bound) == expected


def test_what_is_not_covered_is_named() -> None:
    assert missing(value(6), usage(1, 2, 3, 4, 5), APRIL) == ("usage from 2024-10-01 to 2024-12-31",)
    assert missing(value(1), account(), APRIL) == ("usage",)
    assert missing(value(1), usage(..., ..., ..., ..., UNSET), APRIL) == ("usage.count",)
