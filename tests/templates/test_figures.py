"""If these fail, a customer reads a figure that contradicts what it is said to prove."""

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.foundation.quantities import Duration, Money, Number, Quantity
from engine.templates.figures import LARGEST, show, show_date, show_instant, show_number, show_percent

DAY = date(2026, 11, 21)
SHANGHAI = timezone(timedelta(hours=8))


def amounts(places: int = 6):
    return st.decimals(-(10**9), 10**9, places=places, allow_nan=False)


@pytest.mark.parametrize(
    ("value", "chinese", "english"),
    [
        (DAY, "2026年11月21日", "November 21, 2026"),
        (datetime(2026, 11, 21, 18, 0, tzinfo=SHANGHAI), "2026年11月21日 18:00", "November 21, 2026, 6:00 PM"),
        (Money(120050, "CNY"), "¥1,200.50", "CNY 1,200.50"),
        (Money(-120050, "CNY"), "-¥1,200.50", "CNY -1,200.50"),
        (Money(120050, "USD"), "USD 1,200.50", "USD 1,200.50"),
        (Money(1200, "JPY"), "JPY 1,200", "JPY 1,200"),
        (Money(0, "CNY"), "¥0.00", "CNY 0.00"),
        (Quantity(Decimal("14.96"), "percent"), "14.96%", "14.96%"),
        (Quantity(Decimal("1200.5"), "money", "CNY"), "¥1,200.50", "CNY 1,200.50"),
        (Quantity(Decimal("0.0125"), "money", "CNY"), "¥0.0125", "CNY 0.0125"),
        (Quantity(Decimal(70), "points"), "70 分", "70 points"),
        (Quantity(Decimal(1), "points"), "1 分", "1 point"),
        (Quantity(Decimal(9), "percentage points"), "9 个百分点", "9 percentage points"),
        (Duration(Decimal(2), "working days"), "2 个工作日", "2 working days"),
        (Duration(Decimal(1), "half years"), "1 个半年", "1 half year"),
        (Number(70_500_000), "70.5", "70.5"),
        (1234567, "1,234,567", "1,234,567"),
        (Decimal("-1234.5"), "-1,234.5", "-1,234.5"),
        (Decimal("-0.00"), "0", "0"),
        (True, "是", "yes"),
        (False, "否", "no"),
        ("{{ 7*7 }}", "{{ 7*7 }}", "{{ 7*7 }}"),
    ],
)
def test_a_value_is_shown_in_the_readers_language(value, chinese, english):
    assert show(value, "zh-CN") == chinese
    assert show(value, "en") == english


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        ("14.96", "14.96%"),
        ("14.9", "14.9%"),
        ("15", "15%"),
        ("15.000000", "15%"),
        ("14.957142", "14.96%"),
        ("14.996", "14.996%"),
        ("14.999999", "14.999999%"),
        ("0.000001", "0.000001%"),
        ("-0.004", "-0.004%"),
        ("66.666667", "66.67%"),
    ],
)
def test_a_percentage_never_looks_rounder_than_it_is(amount, text):
    assert show_percent(Decimal(amount), "en") == text


def test_a_figure_is_told_from_the_one_it_was_held_against():
    below, limit = Decimal("14.9571"), Decimal("14.9572")
    assert (show_percent(below, "zh-CN", against=limit), show_percent(limit, "zh-CN", against=below)) == (
        "14.9571%",
        "14.9572%",
    )
    assert show_number(Decimal("14.96"), "en", decimals=0) == "15"
    assert show_number(Decimal("14.96"), "en", decimals=0, against=Decimal(15)) != "15"


@given(amounts(), amounts())
@settings(deadline=None)
def test_two_figures_shown_side_by_side_compare_as_they_do(left, right):
    shown_left = Decimal(show_number(left, "en", against=right).replace(",", ""))
    shown_right = Decimal(show_number(right, "en", against=left).replace(",", ""))
    assert (shown_left < shown_right, shown_left == shown_right) == (left < right, left == right)


@given(amounts(), st.integers(-(10**9), 10**9))
@settings(deadline=None)
def test_no_figure_crosses_a_whole_number(amount, limit):
    shown = Decimal(show_number(amount, "en").replace(",", ""))
    assert (shown < limit, shown == limit) == (amount < limit, amount == limit)


@given(amounts(places=4), st.integers(0, 12))
@settings(deadline=None)
def test_digits_asked_for_are_given(amount, decimals):
    shown = show_number(amount, "en", decimals=decimals)
    assert len(shown.partition(".")[2]) == decimals


def test_other_locales_write_their_own_way():
    assert show(Decimal("1234.5"), "de") == "1.234,5"
    assert show(Quantity(Decimal("14.96"), "percent"), "de") == "14,96\xa0%"
    assert show(Money(120050, "USD"), "en-US") == "$1,200.50"
    assert show_date(DAY, "en-GB") == "21 November 2026"


@pytest.mark.parametrize("locale", ["", "xx", "../../etc/passwd", "zh_CN_" + "x" * 5000, "\0", "é"])
def test_a_locale_nobody_knows_reads_english_since_it_is_customer_data(locale):
    assert show(Decimal("1234.5"), locale) == "1,234.5"


def test_dates_have_named_styles():
    assert show_date(DAY, "zh-CN", "iso") == show_date(DAY, "en", "iso") == "2026-11-21"
    assert show_date(date(5, 1, 2), "en", "iso") == "0005-01-02"
    assert show_date(DAY, "zh-CN", "short") == "2026/11/21"
    assert show_date(DAY, "en", "medium") == "Nov 21, 2026"
    assert show_instant(datetime(2026, 11, 21, 18, 5, tzinfo=UTC), "en", "iso") == "2026-11-21 18:05+00:00"


@pytest.mark.parametrize("value", [None, [], {}, object(), 1.5, b"x"])
def test_what_is_no_single_value_is_not_shown(value):
    with pytest.raises(TypeError):
        show(value, "en")


@pytest.mark.parametrize("value", [Decimal("NaN"), Decimal("Infinity"), LARGEST, 10**100, Decimal("1E+999999")])
def test_absurd_figures_are_refused(value):
    with pytest.raises(ValueError, match="too large"):
        show(value, "en")


def test_a_figure_of_absurd_precision_is_cut():
    assert show(Decimal("1E-999999"), "en") == "0"


def test_impossible_digits_are_refused():
    with pytest.raises(ValueError, match="0 to 12"):
        show_number(Decimal(1), "en", decimals=13)


@given(st.dates(), st.sampled_from(["zh-CN", "en"]))
@settings(deadline=None)
def test_every_date_can_be_shown(day, locale):
    assert str(day.year) in show(day, locale)


@given(
    st.decimals(min_value=-1000, max_value=1000, places=6),
    st.lists(st.decimals(min_value=-1000, max_value=1000, places=2), max_size=5),
    st.none() | st.integers(min_value=0, max_value=3),
    st.decimals(min_value=Decimal("-0.01"), max_value=Decimal("0.01"), places=6),
)
def test_no_figure_is_shown_on_the_wrong_side_of_what_it_is_held_against(amount, edges, decimals, off):
    """Whoever reads a message must come to the same answer as the rule did."""
    amount = edges[0] + off if edges else amount
    text = show_number(amount, "en-US", decimals=decimals, edges=tuple(sorted(edges)))
    shown = Decimal(text.replace(",", ""))
    assert all((shown > each, shown == each) == (amount > each, amount == each) for each in edges)
