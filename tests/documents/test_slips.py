"""What a user loses if these fail: the hint that names the slip, or the peace of not being warned without cause."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.documents.document import Scalar
from engine.documents.reader import read_document
from engine.documents.slips import in_quotes, likely_slip, number_like, shown
from engine.foundation.places import Place
from engine.foundation.problems import Problem
from engine.foundation.quantities import PLAIN_NUMBER, parse_quantity


def problems(text: str) -> list[Problem]:
    return read_document(text.encode(), "x.yaml")[1]


def written(text: str, quoted: bool = False) -> Scalar:
    return Scalar(text, Place("x.yaml", 1, 1), quoted)


@pytest.mark.parametrize(
    ("text", "instead"),
    [
        ("08", "8"),
        ("007.50", "7.50"),
        ("1e3", "1000"),
        ("1.5E-3", "0.0015"),
        ("-2e+2", "-200"),
        ("0x1f", "31"),
        ("0o17", "15"),
        ("0b101", "5"),
        ("1_000", "1000"),
        ("1_000.5", "1000.5"),
        (".5", "0.5"),
        ("-.5", "-0.5"),
        ("+5", "5"),
        ("5.", "5"),
        ("+5%", "5%"),
        ("08 points", "8 points"),
        ("1_000 CNY", "1000 CNY"),
        ("1e999999", '"1e999999"'),
        (".inf", '".inf"'),
        ("-.NaN", '"-.NaN"'),
    ],
)
def test_a_number_in_an_unclear_form_comes_with_what_to_write(text: str, instead: str):
    assert number_like(written(text)) == instead


@pytest.mark.parametrize(
    "text",
    ["8", "15%", "70 points", "08 visits", "2026-01-01", "09:00", "1.2.3", "x8", "e3", "+", ".", "_1", "", "0 x"],
)
def test_other_texts_are_not_taken_for_numbers(text: str):
    assert number_like(written(text)) is None


def test_a_quoted_number_is_text():
    assert number_like(written("08", quoted=True)) is None
    assert number_like(Scalar(8, Place("x.yaml"), text="8")) is None


@settings(max_examples=50)
@given(st.from_regex(r"[+-]?[0-9_]{0,6}\.?[0-9_]{0,4}([eE][+-]?[0-9]{1,2})?( points)?", fullmatch=True))
def test_what_is_proposed_is_a_figure_of_the_same_size(text: str):
    instead = number_like(written(text))
    if instead and not instead.startswith('"'):
        figure = parse_quantity(instead)
        assert figure is not None
        assert figure.amount == Decimal(text.removesuffix(" points").replace("_", ""))


@given(st.text(max_size=30))
def test_hints_never_raise_and_plain_numbers_need_none(text: str):
    likely_slip(written(text))
    assert not (PLAIN_NUMBER.fullmatch(text) and number_like(written(text)))


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("08", 'write `8`, or `"08"` if text is meant'),
        (".inf", 'write `".inf"`'),
        ("yes", "write `true`"),
        ("Off", "write `false`"),
        ("True", "write `true`"),
        ("~", "write `null`"),
        ("yellow\u3000", "U+3000 (ideographic space)"),
        ("yel\u200blow", "U+200B (zero width space)"),
        ("kind：call", "`kind: call`"),
        ("kind:call", "`kind: call`"),
        ("７０分", "`７` is a full-width sign; write `7`"),
    ],
)
def test_a_text_in_the_wrong_place_comes_with_its_likely_slip(text: str, part: str):
    assert part in (likely_slip(written(text)) or "")


@pytest.mark.parametrize("text", ["yellow", "满意度低", "https://example.com", "70 points", "a b"])
def test_an_ordinary_text_has_no_likely_slip(text: str):
    assert likely_slip(written(text)) is None
    assert likely_slip(written("yes", quoted=True)) is None


@pytest.mark.parametrize(
    "text",
    [
        "title: 提醒：客户满意度低，请联系",
        "title: 达到１５％以上",
        "title: 1,000 visits",
        "title: C# and F#",
        "value: 70 points  # H-09",
        "value: 70 points # H-09",
        "value: 70 points #H-09",
        "value: x #=== section ===",
        "value: x\t#note",
        'title: "Fix #1"',
        "link: https://example.com/#top",
        "link:\n  https://example.com",
        "hours: 09:00-12:00 13:30-18:00",
        "a: {mon-fri: 09:00-12:00, sat: 24x7}",
        "a: [1, 2, 100,200]",
        'a: ["您好，欢迎"]',
        "a: {zh: 您好，欢迎, en: Hello}",
        "a: {x: , y: ''}",
        "a: {x: null}",
        "a: 'x' # y",
        "note: |\n  light：yellow #1\n  [x] y",
        "- {kind: visit, title: '续约：{{ contract.name }}'}",
        "title: Dear {{ name }}",
        "- 第一步：打电话",
        "team: R&D @ 5%",
        "$situation: 1",
        "do+: [a]\nmutes-: [b]",
    ],
)
def test_ordinary_texts_are_left_in_peace(text: str):
    assert problems(text) == []


@pytest.mark.parametrize(
    ("text", "code", "column", "part"),
    [
        ("title: Fix #1 problem", "PB011", 11, "only `Fix` is read"),
        ("title: 客户 #重点", "PB011", 10, "only `客户` is read"),
        ("title: #1 problem", "PB011", 7, "nothing is left"),
        ("a: １５％", "PB008", 4, "full-width signs"),
        ("a: 500，000 CNY", "PB008", 4, "full-width signs"),
        ("a: 500,000 CNY", "PB008", 4, "commas inside a number"),
        ("a: {b: 500,000 CNY}", "PB008", 8, "commas inside a number"),
        ("a: [500,000 CNY]", "PB008", 5, "commas inside a number"),
        ("a: {en: Meeting, quarterly}", "PB008", 18, "without a value"),
        ("a: {{ x }}", "PB008", 4, "`{{` must be in quotes"),
        ("a: {{ x }} y", "PB004", 4, "must be in quotes"),
        ("a: [紧急] y", "PB004", 4, "must be in quotes"),
        ("a: @x", "PB004", 4, "begins with `@`"),
        ("a: %x", "PB004", 4, "begins with `%`"),
        ("a: `x`", "PB004", 4, "begins with a backtick"),
        ("a: {below：70}", "PB008", 5, "full-width colon"),
        ("a: [x，y]", "PB012", 5, "does not separate items"),
        ("a:\n  light：yellow", "PB008", 3, "full-width colon"),
        ("a: 1\nb：2", "PB004", 2, "full-width colon"),
        ("a: 1\nb:2", "PB004", 2, "a space is missing after the colon"),
    ],
)
def test_each_slip_has_its_own_words_and_its_place(text: str, code: str, column: int, part: str):
    (found,) = problems(text)
    assert (found.code, found.column) == (code, column)
    assert part in found.message
    assert found.hint


def test_long_texts_are_shortened_in_messages():
    assert len(shown("x" * 10_000)) == 60
    assert shown("a\n  b") == "a b"


@pytest.mark.parametrize("text", ["plain", 'say "yes"', "it's", 'it\'s "x"', "\\d+", "a: b # c"])
def test_a_proposed_quotation_is_read_as_the_text(text: str):
    node, found = read_document(in_quotes(text).encode(), "x.yaml")
    assert not found
    assert node == Scalar(text, Place("x.yaml", 1, 1), quoted=True)
