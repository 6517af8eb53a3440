"""Figures to the last digit: what is shown, compared and paid for rests on them."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from msgspec import UNSET

from engine.foundation.quantities import INT64_MAX, Money, Number
from engine.matching import core
from engine.matching.core import (
    COUNT,
    DATE,
    INSTANT,
    MONEY,
    PERCENT,
    TEXT,
    Aggregate,
    AggregateKind,
    Arithmetic,
    Compare,
    Constant,
    Definition,
    Figure,
    Items,
    Node,
    ValueType,
)
from engine.matching.run import Rate, Value
from engine.snapshots.model import Contact, Delivery, Interaction, Profile, Purchase, Survey, Ticket
from tests.matching.accounts import CNY, NUMBER, TODAY, run_of
from tests.matching.saying import account, failure, said

EMPLOYEES = core.AccountField(("profile", "employees"), NUMBER)
WHOLE = ValueType("number", "points", 0)


def whole(value: int | None) -> Constant:
    return Constant(value, COUNT)


def scores(kind: AggregateKind, items: Items | None = None) -> Aggregate:
    return Aggregate(kind, items or Items("surveys", "s"), core.RecordField("s", ("score",), NUMBER), NUMBER)


def survey(id_: str, score: Any = UNSET, on: Any = TODAY, kind: Any = UNSET) -> Survey:
    return Survey(id=id_, on=on, score=score if score in (None, UNSET) else Number(score), kind=kind)


@pytest.mark.parametrize(
    ("dividend", "divisor", "expected"),
    [
        (1, 3, 33_333_333),
        (2, 3, 66_666_667),
        (1, 0, None),
        (-1, 3, -33_333_333),
        (1, 200_000_000, 0),
        (3, 200_000_000, 2),
    ],
)
def test_a_ratio_is_rounded_once_half_to_even_and_none_by_0(dividend: int, divisor: int, expected: Value) -> None:
    assert said(Arithmetic("divide", (whole(dividend), whole(divisor)), PERCENT), account()) == expected


def test_a_ratio_of_figures_with_different_decimals_keeps_its_own() -> None:
    money = Constant(1_050, CNY)
    assert said(Arithmetic("divide", (money, whole(4)), CNY), account()) == 262
    assert said(Arithmetic("divide", (money, Constant(2_100, CNY)), NUMBER), account()) == 500_000
    assert said(Arithmetic("divide", (whole(7), Constant(2_000_000, NUMBER)), WHOLE), account()) == 4


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [(100, 85, -15_000_000), (1000, 851, -14_900_000), (-100, -85, 15_000_000), (0, 5, None), (3, 4, 33_333_333)],
)
def test_a_change_is_held_against_the_size_of_what_was(before: int, after: int, expected: Value) -> None:
    assert said(core.Change(whole(before), whole(after)), account()) == expected


def test_none_makes_none_and_unknown_wins() -> None:
    nothing = whole(None)
    for op in ("add", "subtract", "multiply", "divide"):
        assert said(Arithmetic(op, (whole(1), nothing), COUNT), account()) is None  # type: ignore[arg-type]
        assert said(Arithmetic(op, (nothing, EMPLOYEES), NUMBER), account()) is UNSET  # type: ignore[arg-type]
    assert said(core.Weighted((50, 50), (nothing, EMPLOYEES), NUMBER), account()) is UNSET


def test_weights_are_of_100_and_rounded_half_to_even() -> None:
    halves = [core.Weighted((50, 50), (whole(1), whole(other)), WHOLE) for other in (2, 4, 0)]
    assert [said(each, account()) for each in halves] == [2, 2, 0]


NESTED = ((40, (60, 40)), 40, 20)
"""A part of two figures, and two further ones: they count 24, 16, 40 and 20 in 100."""


@pytest.mark.parametrize(
    ("missed", "values", "expected"),
    [
        ("unknown", (100, 50, 0, 10), 34),
        ("spread", (100, 50, 0, 10), 34),
        ("spread", (None, 50, 0, 10), 22),
        ("spread", (None, None, 90, 30), 70),
        ("spread", (None, None, None, 30), 30),
        ("spread", (None, None, None, None), None),
        ("zero", (None, 50, None, 10), 10),
        ("zero", (None, None, None, None), 0),
    ],
)
def test_the_weight_of_what_is_missing(missed: core.Missed, values: tuple[int | None, ...], expected: Value) -> None:
    assert said(core.Weighted(NESTED, tuple(map(whole, values)), WHOLE, missed), account()) == expected


def test_a_mean_of_which_nothing_is_left_is_unknown_where_one_figure_is() -> None:
    some = core.Weighted((50, 50), (whole(None), EMPLOYEES), NUMBER, "spread")
    assert said(some, account()) is UNSET
    assert said(core.Weighted((50, 50), (whole(7), EMPLOYEES), NUMBER, "spread"), account()) == 7


@pytest.mark.parametrize(
    ("values", "expected"), [((1, 2), 2), ((2, 3), 2), ((-1, -2), -2), ((1, 1, 2), 1), ((), None), ((None, 5), 5)]
)
def test_an_average_rounds_half_to_even_and_leaves_none_out(values: tuple[int | None, ...], expected: Value) -> None:
    of = core.RecordField("s", ("score",), WHOLE)
    surveys = tuple(survey(str(index), each) for index, each in enumerate(values))
    assert said(Aggregate("average", Items("surveys", "s"), of, WHOLE), account(surveys=surveys)) == expected


def test_an_average_of_whole_days_keeps_the_decimals_of_its_type() -> None:
    days = core.Elapsed("days", core.RecordField("d", ("promised_on",), DATE), core.Today(), COUNT)
    late = tuple(Delivery(id=str(day), promised_on=TODAY.replace(day=day), delivered_on=None) for day in (29, 30, 30))
    assert said(Aggregate("average", Items("deliveries", "d"), days, NUMBER), account(deliveries=late)) == 1_333_333


@pytest.mark.parametrize(
    ("kind", "empty"),
    [("count", 0), ("sum", 0), ("count_distinct", 0), ("average", None), ("minimum", None), ("latest", None)],
)
def test_nothing_is_0_or_none_and_an_absent_collection_unknown(kind: AggregateKind, empty: Value) -> None:
    assert said(scores(kind), account(surveys=())) == empty
    assert said(scores(kind), account(surveys=None)) == empty
    assert said(scores(kind), account()) is UNSET


def test_an_unknown_value_or_an_undecided_record_makes_a_sum_unknown_unless_it_is_skipped() -> None:
    service = Compare("is", core.RecordField("s", ("kind",), TEXT), Constant("service", TEXT))
    strict, lenient = Items("surveys", "s", service), Items("surveys", "s", service, None, "skip")
    undecided = account(surveys=(survey("1", 5, kind="service"), survey("2", 7), survey("3", 9, kind="other")))
    assert said(scores("sum", strict), undecided) is UNSET
    assert said(scores("sum", lenient), undecided) == 5
    assert said(scores("sum"), account(surveys=(survey("1", 5), survey("2")))) is UNSET
    assert said(scores("sum", strict), account(surveys=(survey("1", 5, kind="service"), survey("2", kind="x")))) == 5


def test_the_latest_of_one_day_is_the_last_by_id() -> None:
    surveys = (survey("b", 2), survey("c", 3), survey("a", 1), survey("d", 4, date(2026, 3, 30)), survey("e", 5, None))
    assert said(scores("latest"), account(surveys=surveys)) == 3
    assert said(scores("latest"), account(surveys=surveys[::-1])) == 3


def test_the_latest_answer_counts_whatever_older_ones_lack() -> None:
    old, new = date(2026, 1, 1), date(2026, 2, 1)
    assert said(scores("latest"), account(surveys=(survey("1", UNSET, old), survey("2", 7, new)))) == 7
    assert said(scores("latest"), account(surveys=(survey("1", 7, old), survey("2", None, new)))) == 7
    assert said(scores("latest"), account(surveys=(survey("1", 7, old), survey("2", UNSET, new)))) is UNSET
    assert said(scores("latest"), account(surveys=(survey("1", 7, old), survey("2", 9, UNSET)))) is UNSET


def test_the_last_two_records_are_by_date_then_id_and_those_without_a_date_come_first() -> None:
    last = Items("surveys", "s", None, 2)
    surveys = (survey("1", 1, None), survey("4", 4), survey("2", 2), survey("3", 8, date(2026, 1, 1)))
    assert said(scores("sum", last), account(surveys=surveys)) == 6
    assert said(scores("sum", last), account(surveys=surveys[:1])) == 1
    assert said(scores("sum", last), account(surveys=(*surveys, survey("5", 5, UNSET)))) is UNSET


def test_a_share_is_of_the_records_of_which_it_is_known() -> None:
    slow = Compare("above", core.RecordField("t", ("first_response",), NUMBER), Constant(8_000_000, NUMBER))
    share = Aggregate("share", Items("tickets", "t"), slow, PERCENT)
    tickets = [Ticket(id=str(hours), first_response=Number(hours * 10**6)) for hours in (7, 8, 9)]
    assert said(share, account(tickets=tuple(tickets))) == 33_333_333
    assert said(share, account(tickets=())) is None
    assert said(share, account(tickets=(*tickets, Ticket(id="x")))) is UNSET


def test_roles_nobody_has_are_named_in_the_order_asked_for() -> None:
    missing = core.Missing(
        Items("contacts", "c"), core.RecordField("c", ("role",), TEXT), ("user", "purchaser", "boss")
    )
    people = (Contact(id="1", role="purchaser"), Contact(id="2", role=None))
    assert said(missing, account(contacts=people)) == ("user", "boss")
    assert (
        said(missing, account(contacts=(*people, Contact(id="3", role="user"), Contact(id="4", role="boss")))) is None
    )
    assert said(missing, account(contacts=(Contact(id="1"),))) is UNSET


# -- money --------------------------------------------------------------------------------------------

AMOUNT = core.InReporting(core.RecordField("p", ("amount",), MONEY), core.RecordField("p", ("on",), DATE), CNY)
REVENUE = Aggregate("sum", Items("purchases", "p"), AMOUNT, CNY)


def purchase(id_: str, amount: Any, on: Any = TODAY) -> Purchase:
    return Purchase(id=id_, amount=amount, on=on)


@pytest.mark.parametrize(
    ("on", "expected"),
    [(date(2026, 2, 28), 7_093), (date(2026, 3, 1), 7_044), (date(2025, 12, 31), UNSET), (None, UNSET), (UNSET, UNSET)],
)
def test_money_is_converted_at_the_rate_of_its_own_day(on: Any, expected: Value) -> None:
    assert said(REVENUE, account(purchases=(purchase("1", Money(999, "USD"), on),))) == expected


def test_money_of_the_reporting_currency_needs_no_rate_and_no_day() -> None:
    amounts = (purchase("1", Money(1_200, "CNY"), None), purchase("2", Money(34, "CNY"), UNSET), purchase("3", None))
    assert said(REVENUE, account(purchases=amounts), run_of(rates=())) == 1_234


def test_yen_have_no_minor_unit() -> None:
    rates = (Rate(date(2026, 1, 1), "JPY", "CNY", Decimal("0.0465")),)
    assert said(REVENUE, account(purchases=(purchase("1", Money(1_001, "JPY")),)), run_of(rates=rates)) == 4_655


# -- what does not fit --------------------------------------------------------------------------------


def test_a_sum_beyond_64_bits_fails_the_account_and_names_the_metric() -> None:
    metric = Definition("total", scores("sum"), NUMBER)
    big = (survey("1", 5 * 10**18), survey("2", 5 * 10**18))
    problem = failure(Figure("total", NUMBER), account(surveys=big), metrics=(metric,))
    assert (problem.code, problem.account) == ("PB705", "A-1")
    assert "`total`" in problem.message
    assert said(scores("average"), account(surveys=big)) == 5 * 10**18
    assert said(scores("sum"), account(surveys=(survey("1", INT64_MAX), survey("2", 0)))) == INT64_MAX


@pytest.mark.parametrize(
    "node",
    [
        Arithmetic("multiply", (EMPLOYEES, EMPLOYEES), NUMBER),
        Arithmetic("subtract", (Constant(-(2**62), NUMBER), EMPLOYEES), NUMBER),
        Arithmetic("divide", (EMPLOYEES, Constant(1, NUMBER)), PERCENT),
        core.Rescale(EMPLOYEES, ValueType("number", "number", 9)),
        core.Change(Constant(1, NUMBER), EMPLOYEES),
        core.Weighted((200, -100), (EMPLOYEES, whole(0)), NUMBER),
    ],
)
def test_arithmetic_beyond_64_bits_fails_the_account(node: Node) -> None:
    assert failure(node, account(profile=Profile(employees=Number(5 * 10**18)))).code == "PB705"


def test_a_failure_does_not_hide_behind_what_decides_before_it() -> None:
    decided = core.Any((Constant(True, core.TRUTH), Compare("above", scores("sum"), whole(0))))
    assert failure(decided, account(surveys=(survey("1", 5 * 10**18), survey("2", 5 * 10**18)))).code == "PB705"


# -- links and standings ------------------------------------------------------------------------------


def test_a_link_is_followed_and_a_dangling_one_is_unknown() -> None:
    influence = core.LinkedField("i", "contact_id", "contacts", ("influence",), TEXT)
    latest = Aggregate("latest", Items("interactions", "i"), influence, TEXT)
    people = (Contact(id="C-1", influence="high", joined_on=TODAY),)

    def of(link: Any, contacts: Any = people) -> Value:
        return said(latest, account(interactions=(Interaction(id="1", on=TODAY, contact_id=link),), contacts=contacts))

    assert of("C-1") == "high"
    assert of(None) is None
    assert [of("C-2"), of(UNSET), of("C-1", UNSET), of("C-1", ())] == [UNSET] * 4


def place(name: str) -> core.Standing:
    return core.Standing("top_percent", core.Population(name, EMPLOYEES), EMPLOYEES, (), PERCENT)


def test_the_top_percent_is_the_share_of_accounts_with_more() -> None:
    standing = place("ranked")
    assert said(standing, account(profile=Profile(employees=Number(1_000_000)))) == 33_333_333
    assert said(standing, account(profile=Profile(employees=Number(70_000_000)))) == 0
    assert said(standing, account(profile=Profile(employees=None))) is None
    assert said(place("other"), account(profile=Profile(employees=Number(1)))) is UNSET


def test_minimum_and_maximum_are_of_any_order() -> None:
    opened = core.RecordField("t", ("opened_at",), INSTANT)
    assert said(Aggregate("minimum", Items("tickets", "t"), opened, INSTANT), account(tickets=())) is None
    assert said(scores("minimum"), account(surveys=(survey("1", 5), survey("2", 3), survey("3", None)))) == 3
    assert said(scores("maximum"), account(surveys=(survey("1", 5), survey("2", 3), survey("3", None)))) == 5
