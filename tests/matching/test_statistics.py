"""Trend and volatility: a line laid wrong would send someone to a customer who is doing well."""

from decimal import ROUND_HALF_EVEN, Decimal, localcontext
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import UNSET

from engine.foundation.quantities import Number, Period
from engine.matching import core
from engine.matching.core import Items, Series
from engine.matching.operations import trend, volatility
from tests.matching.accounts import NUMBER
from tests.matching.saying import missing, said
from tests.matching.test_series import APRIL, usage

VALUES = st.lists(st.integers(-(10**15), 10**15) | st.integers(-3, 3), min_size=2, max_size=12)


@pytest.mark.law
@given(values=VALUES)
def test_the_trend_is_the_slope_of_the_least_squares_line(values: list[int]) -> None:
    mean = Fraction(sum(values), len(values))
    middle = Fraction(len(values) - 1, 2)
    rise = sum(((at - middle) * (value - mean) for at, value in enumerate(values)), Fraction())
    run = sum(((at - middle) ** 2 for at in range(len(values))), Fraction())
    assert trend(values, 6) == (round(rise / run / abs(mean) * 10**8) if mean else None)


@pytest.mark.law
@given(values=VALUES)
def test_the_volatility_is_the_standard_deviation_over_the_mean(values: list[int]) -> None:
    mean = Fraction(sum(values), len(values))
    variance = sum(((value - mean) ** 2 for value in values), Fraction()) / len(values)
    if not mean:
        assert volatility(values, 6) is None
        return
    with localcontext() as context:
        context.prec = 200
        square = variance / mean**2
        exact = (Decimal(square.numerator) / Decimal(square.denominator)).sqrt() * 10**8
        assert volatility(values, 6) == int(exact.to_integral_value(ROUND_HALF_EVEN))


def statistic(kind: Any, last: int) -> core.Statistic:
    series = Series(Items("usage", "u"), core.RecordField("u", ("count",), NUMBER), Period(1, "quarter"), None, NUMBER)
    return core.Statistic(kind, tuple(core.PeriodValue(series, back) for back in range(last, 0, -1)))


def test_it_reads_complete_periods_in_their_order() -> None:
    rising, falling = usage(..., ..., 90, 100, 110), usage(..., ..., 110, 100, 90)
    assert [said(statistic("trend", 3), each, APRIL) for each in (rising, falling)] == [10_000_000, -10_000_000]
    assert said(statistic("volatility", 2), usage(..., ..., ..., 50, 150), APRIL) == 50_000_000


def test_an_uncovered_period_leaves_it_unknown_and_a_mean_of_0_gives_none() -> None:
    assert missing(statistic("trend", 6), usage(1, 2, 3, 4, 5), APRIL) == ("usage from 2024-10-01 to 2024-12-31",)
    assert said(statistic("volatility", 2), usage(1, 2, 3, 4, UNSET), APRIL) is UNSET
    assert said(statistic("trend", 2), usage(1, 2, 3, Number(0), Number(0)), APRIL) is None
