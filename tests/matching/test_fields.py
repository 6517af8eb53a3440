"""Declared data: typed exactly, and refused in words that name the field, what it holds and what it should."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import UNSET

from engine.foundation.problems import AccountFailed
from engine.foundation.quantities import INT64_MAX, Duration, Money
from engine.matching import core
from engine.matching.core import DATE, DURATION, INSTANT, MONEY, TEXT, TEXTS, TRUTH, Items, ValueType
from engine.matching.fields import typed_field
from engine.matching.run import Value
from engine.snapshots.model import Contact
from tests.matching.accounts import NUMBER
from tests.matching.saying import account, failure, missing, said

PRECISE = Decimal("1.00000000000000000000000000000000000001")


@pytest.mark.parametrize(
    ("kind", "raw", "expected"),
    [
        (NUMBER, 3, 3_000_000),
        (NUMBER, Decimal("0.1"), 100_000),
        (NUMBER, Decimal("-70.500000"), -70_500_000),
        (NUMBER, Decimal("1e3"), 1_000_000_000),
        (NUMBER, Decimal("0e30"), 0),
        (NUMBER, Decimal(INT64_MAX).scaleb(-6), INT64_MAX),
        (ValueType("number", "CNY", 2), Decimal("12.5"), 1_250),
        (TEXT, "", ""),
        (TRUTH, False, False),
        (TEXTS, ["a", "b"], ("a", "b")),
        (TEXTS, [], None),
        (DATE, "2026-02-28", date(2026, 2, 28)),
        (DATE, date(2026, 2, 28), date(2026, 2, 28)),
        (INSTANT, "2026-02-28T08:00:00+08:00", datetime(2026, 2, 28, tzinfo=UTC)),
        (MONEY, "12.50 CNY", Money(1_250, "CNY")),
        (DURATION, "48 hours", Duration(Decimal(48), "hours")),
        (TEXT, None, None),
        (TEXT, UNSET, UNSET),
    ],
)
def test_declared_data_is_typed_exactly(kind: ValueType, raw: Any, expected: Value) -> None:
    assert typed_field(raw, kind, "fields.x", "A-1") == expected


@pytest.mark.parametrize(
    ("kind", "raw"),
    [
        (NUMBER, "3"),
        (NUMBER, True),
        (NUMBER, 0.5),
        (NUMBER, Decimal("0.0000001")),
        (NUMBER, PRECISE),
        (NUMBER, Decimal("1e-999999999")),
        (NUMBER, Decimal("NaN")),
        (NUMBER, Decimal("Infinity")),
        (TEXT, 5),
        (TRUTH, 1),
        (TRUTH, "true"),
        (TEXTS, "a"),
        (TEXTS, ["a", 1]),
        (DATE, "2026-02-30"),
        (DATE, "20260228"),
        (DATE, "2026-W09-1"),
        (DATE, datetime(2026, 2, 28, tzinfo=UTC)),
        (INSTANT, "2026-02-28T08:00:00"),
        (INSTANT, "2026-02-28"),
        (MONEY, "12.505 CNY"),
        (MONEY, 12),
        (DURATION, "soon"),
    ],
)
def test_what_is_of_another_type_fails_the_account(kind: ValueType, raw: Any) -> None:
    with pytest.raises(AccountFailed) as failed:
        typed_field(raw, kind, "contacts.fields.x", "A-1")
    problem = failed.value.problem
    assert (problem.code, problem.account) == ("PB708", "A-1")
    assert "`contacts.fields.x`" in problem.message


@pytest.mark.parametrize(
    ("kind", "raw"),
    [(NUMBER, 10**13), (NUMBER, Decimal("1e999999999")), (NUMBER, -(10**30)), (MONEY, "100000000000000000000 CNY")],
)
def test_what_does_not_fit_in_64_bits_fails_the_account(kind: ValueType, raw: Any) -> None:
    with pytest.raises(AccountFailed) as failed:
        typed_field(raw, kind, "fields.x", "A-1")
    assert failed.value.problem.code == "PB705"


@given(raw=st.decimals(allow_nan=False, allow_infinity=False, places=6, min_value=-(10**12), max_value=10**12))
def test_every_figure_of_6_decimals_keeps_all_of_them(raw: Decimal) -> None:
    value = typed_field(raw, NUMBER, "fields.x", "A-1")
    assert isinstance(value, int)
    assert Decimal(value).scaleb(-6) == raw


def test_the_message_says_what_was_found_and_what_belongs_there() -> None:
    budget = core.AccountField(("fields", "budget"), NUMBER)
    assert failure(budget, account(fields={"budget": "much"})).message == (
        "`fields.budget` holds a text that is not a number of at most 6 decimals"
    )


def test_a_wrong_record_field_fails_the_account_whatever_decides_the_condition() -> None:
    reference = core.RecordField("contact", ("fields", "gave_reference"), TRUTH)
    named = core.Compare("is", core.RecordField("contact", ("name",), TEXT), core.Constant("Li", TEXT))
    some = core.Some(Items("contacts", "contact", core.All((named, reference))))
    people = (
        Contact(id="1", name="Li", fields={"gave_reference": True}),
        Contact(id="2", fields={"gave_reference": "yes"}),
    )
    assert said(some, account(contacts=people[:1])) is True
    assert failure(some, account(contacts=people)).code == "PB708"


def test_absent_declared_data_is_unknown_under_its_path() -> None:
    reference = core.RecordField("contact", ("fields", "gave_reference"), TRUTH)
    some = core.Some(Items("contacts", "contact", reference))
    assert missing(some, account(contacts=(Contact(id="1"),))) == ("contacts.fields.gave_reference",)
    assert said(some, account(contacts=(Contact(id="1", fields={"gave_reference": None}),))) is False
