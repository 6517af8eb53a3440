"""A cell is read exactly as it is meant, or refused with words that help to mend the table or the mapping."""

from contextlib import suppress
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.foundation.quantities import Money
from engine.snapshots.bad_cells import BadCell
from engine.snapshots.cells import Defaults, cell_reader
from engine.snapshots.mapping_forms import Currency, DateFormat, DateFormats, Sign
from engine.snapshots.mapping_model import Rescale, Source
from engine.snapshots.vocabulary import FieldKind, FieldType

SHANGHAI = Defaults(ZoneInfo("Asia/Shanghai"))


def read(text: str, kind: FieldKind, into: str = "number", defaults: Defaults = SHANGHAI, **options: Any) -> Any:
    return cell_reader(Source(column="c", **options), FieldType(kind, into), defaults)(text, None)


def forms(*written: str | None) -> DateFormats | None:
    return DateFormats(DateFormat(each) for each in written if each) or None


def refused(text: str, kind: FieldKind, into: str = "number", **options: Any) -> BadCell:
    with pytest.raises(BadCell) as error:
        read(text, kind, into, **options)
    return error.value


@pytest.mark.parametrize(
    ("text", "options", "value"),
    [
        ("12", {}, "12"),
        ("-0.5", {}, "-0.5"),
        ("1,234,567.89", {"thousands": ","}, "1234567.89"),
        ("1234.5", {"thousands": ","}, "1234.5"),
        ("1.234,5", {"thousands": ".", "decimal": ","}, "1234.5"),
        ("12,5", {"decimal": ","}, "12.5"),
        ("1 234", {"thousands": " "}, "1234"),
    ],
)
def test_figures_in_declared_forms(text: str, options: dict[str, Any], value: str):
    assert read(text, "number", **options) == int(Decimal(value) * 10**6)


@pytest.mark.parametrize(
    ("text", "options", "hint"),
    [
        ("1,234.50", {}, 'thousands: ","'),
        ("1,234", {}, 'thousands: ","'),
        ("12,50", {}, 'decimal: ","'),
        ("１２", {}, "full-width characters: write `12`"),
        ("１，２３４", {}, "full-width characters: write `1,234`"),
        ("007", {}, "write `7`"),
        ("+5", {}, "write `5`"),
        (".5", {}, "write `0.5`"),
        ("1e3", {}, "write `1000`"),
        ("n/a", {}, "`values`"),
        ("48万", {}, "write the figure alone and in full: `480000`"),
        ("¥1,200.5万元", {}, "in full: `12005000`"),
        ("3.2亿", {}, "in full: `320000000`"),
        ("12 CNY", {}, "in full: `12`"),
        ("约 48 万", {}, "write the figure alone and in full; the mapping"),
        ("12,34", {"thousands": ","}, 'decimal: ","'),
        ("1.5", {"decimal": ","}, "write `1.5`"),
        ("1,23,456", {"thousands": ","}, None),
    ],
)
def test_figures_in_other_forms_are_refused_with_the_cure(text: str, options: dict[str, Any], hint: str | None):
    bad = refused(text, "number", **options)
    assert bad.expected == "a number such as `1234.5`"
    assert hint is None or hint in (bad.hint or "")


@pytest.mark.parametrize("text", ["0.1234567", "9223372036854.775808", "1" * 41])
def test_figures_that_would_have_to_be_changed_are_refused(text: str):
    refused(text, "number")


@pytest.mark.parametrize(
    ("text", "column", "unit", "value"),
    [
        ("90", "minutes", "hours", "1.5"),
        ("5004", "seconds", "hours", "1.39"),
        ("1", "seconds", "hours", "0.000278"),
        ("36", "hours", "days", "1.5"),
        ("2", "weeks", "days", "14"),
        ("0.155", "fraction", "percent", "15.5"),
        ("15.5", "percent", "percent", "15.5"),
    ],
)
def test_units_are_converted_exactly_and_rounded_once(text: str, column: str, unit: str, value: str):
    assert read(text, "number", unit, unit=column) == int(Decimal(value) * 10**6)


# 0.0018 s are half a millionth of an hour, 0.0054 s one and a half: half to even is 0 and 2.
@pytest.mark.parametrize(("text", "millionths"), [("0.0018", 0), ("0.0054", 2), ("-0.0054", -2)])
def test_rounding_is_half_to_even(text: str, millionths: int):
    assert read(text, "number", "hours", unit="seconds") == millionths


def test_a_percent_sign_is_read_where_percent_is_meant():
    assert read("15 %", "number", "percent") == 15 * 10**6
    assert refused("85%", "number", "points").hint == "the field is no percentage: write `85`"
    assert "`type: percent`" in (refused("85%", "number", "points", type="points").hint or "")


def test_satisfaction_from_one_to_five_becomes_points():
    rescale = Rescale(from_=(Decimal(1), Decimal(5)), to=(Decimal(0), Decimal(100)))
    assert [read(str(score), "number", "points", rescale=rescale) for score in (1, 2, 3, 4, 5)] == [
        points * 10**6 for points in (0, 25, 50, 75, 100)
    ]
    assert read("3.5", "number", "points", rescale=rescale) == 62_500_000
    assert "from 1 to 5" in refused("6", "number", "points", rescale=rescale).expected


@given(st.decimals(-1000, 1000, places=4), st.integers(-100, 100), st.integers(1, 50), st.integers(-100, 100))
def test_rescaling_is_within_half_a_millionth(figure: Decimal, low: int, span: int, bottom: int):
    rescale = Rescale(from_=(Decimal(low), Decimal(low + span)), to=(Decimal(bottom), Decimal(bottom + 7)))
    inside = low <= figure <= low + span
    if not inside:
        refused(f"{figure:f}", "number", rescale=rescale)
        return
    exact = bottom + (Fraction(figure) - low) * 7 / span
    found = Fraction(read(f"{figure:f}".replace("-0.0000", "0"), "number", rescale=rescale), 10**6)
    assert abs(found - exact) <= Fraction(1, 2 * 10**6)


@pytest.mark.parametrize(
    ("text", "options", "money"),
    [
        ("12.5", {"currency": Currency("CNY")}, Money(1250, "CNY")),
        ("1,200", {"currency": Currency("JPY"), "thousands": ","}, Money(1200, "JPY")),
        ("1250", {"currency": Currency("CNY"), "unit": "minor"}, Money(1250, "CNY")),
        ("12.50 EUR", {}, Money(1250, "EUR")),
    ],
)
def test_money(text: str, options: dict[str, Any], money: Money):
    assert read(text, "money", **options) == money


@pytest.mark.parametrize(
    ("text", "options"),
    [
        ("12.505", {"currency": Currency("CNY")}),
        ("0.5", {"currency": Currency("CNY"), "unit": "minor"}),
        ("9" * 20, {"currency": Currency("CNY"), "unit": "minor"}),
        ("12.50", {}),
        ("¥12", {"currency": Currency("CNY")}),
    ],
)
def test_money_that_is_not_exact_or_has_no_currency_is_refused(text: str, options: dict[str, Any]):
    refused(text, "money", **options)


def test_the_currency_may_stand_in_its_own_column():
    reader = cell_reader(Source(column="c", currency_column="d"), FieldType("money"), SHANGHAI)
    assert reader("7", "JPY") == Money(7, "JPY")
    with pytest.raises(BadCell, match="yen"):
        reader("7", "yen")


@pytest.mark.parametrize(("text", "value"), [("TRUE", True), ("false", False), ("True", True)])
def test_truths(text: str, value: bool):
    assert read(text, "truth") is value


@pytest.mark.parametrize("text", ["1", "yes", "是", "t"])
def test_other_words_for_true_need_values(text: str):
    assert "`values`" in (refused(text, "truth").hint or "")


def test_lists_of_texts():
    assert read("email; phone ;;", "texts") == ("email", "phone")
    assert read("a|b", "texts", split=Sign("|")) == ("a", "b")


@pytest.mark.parametrize(
    ("text", "form", "value"),
    [
        ("2026-03-31", None, date(2026, 3, 31)),
        ("31-03-2026", "%d-%m-%Y", date(2026, 3, 31)),
        ("2026-03-31T23:30:00Z", None, date(2026, 4, 1)),
        ("31-03-2026 23:30", "%d-%m-%Y %H:%M", date(2026, 3, 31)),
        ("31-03-2026 23:30 +0000", "%d-%m-%Y %H:%M %z", date(2026, 4, 1)),
        ("2026年03月31日", "%Y年%m月%d日", date(2026, 3, 31)),
        ("2026年4月1日", "%Y年%m月%d日", date(2026, 4, 1)),
        ("20260401", "%Y%m%d", date(2026, 4, 1)),
    ],
)
def test_dates_are_those_of_the_mapping_zone(text: str, form: str | None, value: date):
    assert read(text, "date", format=forms(form)) == value


@pytest.mark.parametrize(
    ("text", "form", "value"),
    [
        ("2026-03-31", None, datetime(2026, 3, 30, 16, tzinfo=UTC)),
        ("2026-03-31 09:00", None, datetime(2026, 3, 31, 1, tzinfo=UTC)),
        ("2026-03-31T09:00:00+01:00", None, datetime(2026, 3, 31, 8, tzinfo=UTC)),
        ("31/03/26 09:00", "%d/%m/%y %H:%M", datetime(2026, 3, 31, 1, tzinfo=UTC)),
    ],
)
def test_instants_without_offset_are_local_and_days_begin_at_midnight(text: str, form: str | None, value: datetime):
    assert read(text, "instant", format=forms(form)) == value


def test_the_earlier_hour_counts_where_clocks_go_back():
    berlin = Defaults(ZoneInfo("Europe/Berlin"))
    assert read("2026-10-25 02:30", "instant", defaults=berlin) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("31-03-2026", None),
        ("2026-02-30", None),
        ("20260331", None),
        ("2026-W14-2", None),
        ("２０２６-03-31", None),
        ("３１-03-2026", "%d-%m-%Y"),
        ("2026-03-31", "%d-%m-%Y"),
        ("31-03-2026 09:00", "%d-%m-%Y"),
        ("9999-12-31 23:59", "%Y-%m-%d %H:%M"),
        ("２０２６年03月31日", "%Y年%m月%d日"),
        ("2026113", "%Y%m%d"),
    ],
)
def test_dates_in_another_form_are_refused_with_an_example(text: str, form: str | None):
    for kind in ("date", "instant"):
        bad = refused(text, kind, format=forms(form))  # type: ignore[arg-type]
        assert "a date such as `" in bad.expected
    if any(each.isdigit() and not each.isascii() for each in text):
        assert "full-width" in (bad.hint or "")


@pytest.mark.parametrize(
    ("text", "value"),
    [("2026年3月4日", date(2026, 3, 4)), ("2026/3/4", date(2026, 3, 4)), ("13.04.2026", date(2026, 4, 13))],
)
def test_a_column_in_several_hands_is_read_by_the_form_that_fits(text: str, value: date):
    several = forms("%Y/%m/%d", "%Y年%m月%d日", "%d.%m.%Y")
    assert read(text, "date", format=several) == value
    assert read(text, "date", defaults=Defaults(ZoneInfo("UTC"), several)) == value


def test_what_two_forms_read_as_different_days_is_refused_in_either_order():
    for several in (forms("%d/%m/%Y", "%m/%d/%Y"), forms("%m/%d/%Y", "%d/%m/%Y")):
        bad = refused("03/04/2026", "date", format=several)
        assert "`%d/%m/%Y`: 2026-04-03" in bad.expected
        assert "`%m/%d/%Y`: 2026-03-04" in bad.expected
        assert read("04/04/2026", "date", format=several) == date(2026, 4, 4)


@pytest.mark.parametrize(
    ("text", "own", "says"),
    [
        ("2026年11月3日", (), 'dates: "%Y年%m月%d日"`; several forms stand in a list'),
        ("２０２６年11月3日", (), 'dates: "%Y年%m月%d日"`; several'),
        ("2024/5/6", (), 'dates: "%Y/%m/%d"`; several'),
        ("2026.11.03", (), 'dates: "%Y.%m.%d"`; several'),
        ("2026.11.03 9:30", (), 'dates: "%Y.%m.%d %H:%M"`; several'),
        ("03/04/2026", (), 'dates: "%d/%m/%Y"` or `dates: "%m/%d/%Y"`; several'),
        ("2024/5/6", ("%Y年%m月%d日",), 'format: ["%Y年%m月%d日", "%Y/%m/%d"]`'),
    ],
)
def test_the_hint_names_the_form_to_write(text: str, own: tuple[str, ...], says: str):
    assert says in (refused(text, "date", format=forms(*own)).hint or "")


@given(st.text(max_size=30), st.sampled_from(["text", "texts", "truth", "number", "money", "date", "instant"]))
def test_any_text_is_a_value_or_refused(text: str, kind: FieldKind):
    with suppress(BadCell):
        assert read(text, kind, thousands=",") is not None
