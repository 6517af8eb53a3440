"""Text for terminals: nothing that steers one gets through, nothing is lost in a column."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from wcwidth import wcswidth

from engine.commands.terminal import Cell, clean, clean_lines, harmless_json, row, wrapped

TEXTS = st.text("aZ9_-/. ,:é中文字，。、（）《》“”…한あกא😀\t\n\x1b\u202e", max_size=80)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain", "plain"),
        ("a\tb\r\nc", "a b c"),
        ("\x1b[2J", "\\x1b[2J"),
        ("\x9b2J", "\\x9b2J"),
        ("\x07\x00\x7f", "\\x07\\x00\\x7f"),
        ("ab\u202edc", "ab\\u202edc"),
        ("a\u2028b", "a b"),
        ("\ud800", "\\ud800"),
        ("\U000e0041", "\\U000e0041"),
        ("家\u200d庭", "家\u200d庭"),
    ],
    ids=ascii,
)
def test_what_steers_a_terminal_is_written_out(text: str, shown: str) -> None:
    assert clean(text) == shown


def test_the_lines_of_a_message_stay_lines() -> None:
    assert clean_lines("a\n\tb\x1b[2J\r\n") == "a\n\tb\\x1b[2J\\x0d\n"


def test_json_means_the_same_and_steers_nothing() -> None:
    import msgspec

    text = "\x7f\x9b\u202e\u2028 ü 中"
    written = harmless_json(msgspec.json.encode(text))
    assert msgspec.json.decode(written) == text
    assert not {"\x7f", "\x9b", "\u202e", "\u2028"} & set(written.decode())


@given(TEXTS, st.integers(2, 40))
def test_a_column_keeps_every_character_and_its_width(text: str, columns: int) -> None:
    harmless = clean(text)
    lines = wrapped(harmless, columns)
    assert all(wcswidth(line) <= columns for line in lines)
    assert "".join("".join(lines).split()) == "".join(harmless.split())


def test_lines_break_where_readers_expect_it() -> None:
    assert wrapped("致电确认问题，并说明（简要）下一步。", 12) == ["致电确认问", "题，并说明", "（简要）下一", "步。"]
    assert wrapped("find_the_successor of x", 12) == ["find_the_", "successor of", "x"]


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("(产线碳足迹核算) · b", ["(产线碳足迹核", "算) · b"]),
        ("“棠🌸序列” (砚川) 文化", ["“棠🌸序列”", "(砚川) 文化"]),
        ("客户甲(砚川)文化部", ["客户甲(砚川)", "文化部"]),
        ("满意度低于 70%，下降", ["满意度低于", "70%，下降"]),
        ("of [产线碳足迹核算], b", ["of [产线碳足", "迹核算], b"]),
        ("a_b_c_d_e_f_g_(h) i", ["a_b_c_d_e_f_", "g_(h) i"]),
    ],
)
def test_no_line_begins_with_a_sign_that_closes_or_ends_with_one_that_opens(text: str, lines: list[str]) -> None:
    assert wrapped(text, 13) == lines


def test_a_row_is_as_high_as_its_highest_cell() -> None:
    assert list(row([Cell("a b"), Cell("中文字")], [1, 4])) == ["  a 中文", "  b 字"]
