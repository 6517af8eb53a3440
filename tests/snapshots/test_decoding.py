"""What a person is told about an account that can't be used, and that nothing is silently changed in one that can."""

import json
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import UNSET

from engine.foundation.problems import Problem
from engine.foundation.quantities import INT64_MAX, Money
from engine.snapshots.model import AccountSnapshot
from engine.snapshots.reading import decode_snapshot, read_snapshots
from tests.snapshots.accounts import accounts, written

CASES = sorted((Path(__file__).parent.parent / "cases" / "accounts").iterdir())


def decoded(**account: Any) -> AccountSnapshot:
    return _usable(json.dumps({"id": "A-1", "name": "Acme", **account}).encode())


def refused(**account: Any) -> Problem:
    found = decode_snapshot(json.dumps({"id": "A-1", "name": "Acme", **account}).encode(), "accounts.jsonl", 3)
    assert isinstance(found, Problem)
    return found


def _usable(data: bytes) -> AccountSnapshot:
    found = decode_snapshot(data, "accounts.jsonl", 1)
    assert isinstance(found, AccountSnapshot), found
    return found


def survey(score: str) -> bytes:
    return b'{"id":"A-1","name":"Acme","surveys":[{"id":"S-1","score":%s}]}' % score.encode()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_bad_accounts_are_told_in_these_words(case: Path):
    found = read_snapshots(case / "input.jsonl")
    told = "".join(
        f"{str(each).replace(str(case / 'input.jsonl'), 'input.jsonl')}\n" for each in found if type(each) is Problem
    )
    assert told == (case / "problems.txt").read_text("utf-8")


def test_absent_null_and_empty_stay_apart():
    snapshot = decoded(surveys=None, tickets=[], profile={"industry": None})
    assert snapshot.purchases is UNSET
    assert snapshot.surveys is None
    assert snapshot.tickets == ()
    assert snapshot.profile.industry is None
    assert snapshot.profile.region is UNSET


@pytest.mark.parametrize(
    ("text", "millionths"),
    [
        ("70.5", 70_500_000),
        ("1e3", 1_000_000_000),
        ("-0.0", 0),
        ("0.1", 100_000),
        ("2.675", 2_675_000),
        ("0.000001", 1),
        ("9223372036854.775807", INT64_MAX),
        ("-9223372036854.775807", -INT64_MAX),
    ],
)
def test_numbers_are_taken_exactly(text: str, millionths: int):
    surveys = _usable(survey(text)).surveys
    assert surveys
    assert surveys[0].score == millionths


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("0.0000001", "PB702"),
        ("1.0000000000000000000000000000000000000001", "PB702"),
        ("9223372036854.775808", "PB705"),
        ("92233720368547758070", "PB705"),
        ("1e400", "PB705"),
        ("1e999999999", "PB705"),
        ("1e99999999999999999999", "PB705"),
        ("9" * 5000, "PB705"),
        ('"5"', "PB702"),
        ("true", "PB702"),
        ("[]", "PB702"),
    ],
)
def test_a_number_that_would_have_to_be_changed_is_refused(text: str, code: str):
    found = decode_snapshot(survey(text), "accounts.jsonl", 1)
    assert isinstance(found, Problem)
    assert found.code == code


@given(st.decimals(allow_nan=False, allow_infinity=False))
def test_any_decimal_is_either_exact_or_refused(figure: Decimal):
    found = decode_snapshot(survey(str(figure)), "accounts.jsonl", 1)
    if isinstance(found, AccountSnapshot):
        assert found.surveys
        score = found.surveys[0].score
        assert isinstance(score, int)
        assert Fraction(score, 10**6) == Fraction(figure)
        assert abs(score) <= INT64_MAX


@pytest.mark.parametrize(
    ("text", "money"),
    [("1200.50 CNY", Money(120050, "CNY")), ("-3 USD", Money(-300, "USD")), ("7 JPY", Money(7, "JPY"))],
)
def test_money_is_taken_exactly(text: str, money: Money):
    contracts = decoded(contracts=[{"id": "C-1", "amount": text}]).contracts
    assert contracts
    assert contracts[0].amount == money


@pytest.mark.parametrize(
    "amount", ["1200.505 CNY", "0.5 JPY", "1,200 CNY", "1200.50", "1e3 CNY", "1200.50  CNY", 1200, "9" * 30 + " CNY"]
)
def test_money_in_another_form_is_refused(amount: object):
    assert "`contracts[0].amount`" in refused(contracts=[{"id": "C-1", "amount": amount}]).message


@pytest.mark.parametrize("day", ["2026-02-30", "2026-1-5", "20260105", "2026-01-05T00:00:00", "05-01-2026", 20260105])
def test_dates_are_strict(day: object):
    assert "expected a date such as `2026-03-31`" in refused(surveys=[{"id": "S-1", "on": day}]).message


@pytest.mark.parametrize("instant", ["2026-01-05T09:00:00", "2026-01-05", "2026-01-05T25:00:00Z", 1767600000])
def test_instants_need_their_offset(instant: object):
    assert "expected an instant with its offset" in refused(tickets=[{"id": "T-1", "opened_at": instant}]).message


@pytest.mark.parametrize("instant", ["9999-12-31T23:59:59Z", "0001-01-01T00:00:00+08:00"])
def test_no_instant_that_some_time_zone_cannot_show(instant: str):
    assert "from year 2 to 9998" in refused(tickets=[{"id": "T-1", "closed_at": instant}]).message
    assert "from year 2 to 9998" in refused(as_of=instant).message


@pytest.mark.parametrize(
    "account",
    [
        '{"id": "A-1", "id": "A-2", "name": "Acme"}',
        '{"id": "A-1", "name": "Acme", "profile": {"size": "s", "size": "l"}}',
        '{"id": "A-1", "name": "Acme", "fields": {"a": [{"b": 1, "b": 2}]}}',
        '{"id": "A-1", "name": "a\\u003ab", "fields": {"b": 1, "b": 2}}',
        '{"id": "A-1", "name" : "Acme", "n\\u0061me" : "Other"}',
    ],
)
def test_no_key_is_lost_that_stands_twice(account: str):
    found = decode_snapshot(account.encode(), "accounts.jsonl", 1)
    assert isinstance(found, Problem)
    assert found.code == "PB005"


def test_colons_in_texts_are_no_keys():
    assert decoded(name='a: "b": c\\', language="a\u003ab").name == 'a: "b": c\\'


def test_records_of_one_collection_need_different_ids():
    found = refused(tickets=[{"id": "T-1"}, {"id": "T-2"}, {"id": "T-1"}])
    assert (found.code, found.account) == ("PB703", "A-1")
    assert "`tickets[2].id`: `T-1` is the id of `tickets[0]` already" in found.message


def test_a_problem_names_file_line_account_and_path():
    found = refused(surveys=[{"id": "S-1", "score": "5"}])
    assert (found.file, found.line, found.code, found.account) == ("accounts.jsonl", 3, "PB702", "A-1")
    assert found.message == "`surveys[0].score`: expected a number such as `70.5`, found the text '5'"
    assert found.hint == "write it without quotes"


@pytest.mark.parametrize("depth", [65, 900, 100_000])
def test_deep_nesting_is_a_problem_and_no_crash(depth: int):
    deep = "[" * depth + "]" * depth
    for text in (deep, f'{{"id":"A-1","name":"Acme","fields":{{"x":{deep}}}}}', "[" * depth, '{"fields":' * depth):
        assert isinstance(decode_snapshot(text.encode(), "accounts.jsonl", 1), Problem)


def test_sixty_four_levels_are_no_problem():
    nested: Any = 1
    for _ in range(64):
        nested = [nested]
    assert decoded(fields={"x": nested}).fields == {"x": nested}


@given(st.binary(max_size=200))
def test_any_bytes_are_an_account_or_a_problem(data: bytes):
    assert isinstance(decode_snapshot(data, "accounts.jsonl", 1), AccountSnapshot | Problem)


@given(accounts().map(written), st.data())
def test_any_damage_to_an_account_is_an_account_or_a_problem(data: bytes, draw: st.DataObject):
    at = draw.draw(st.integers(0, len(data)))
    cut = draw.draw(st.integers(0, 10))
    damaged = (
        data[:at]
        + draw.draw(st.binary(max_size=4) | st.sampled_from([b"[", b"1e999", b"null", b'"']))
        + data[at + cut :]
    )
    assert isinstance(decode_snapshot(damaged, "accounts.jsonl", 1), AccountSnapshot | Problem)


@given(accounts())
def test_every_account_of_the_schema_is_read(account: dict[str, Any]):
    assert _usable(written(account)).id == account["id"]
