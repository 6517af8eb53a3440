"""Exchange rates are figures that money depends on: a row that can't be read is said, never skipped."""

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Final

import pytest

from engine.foundation.problems import InputUnreadable
from engine.matching.run import Rate
from engine.planning.rates import MAX_BYTES, read_rates

HEADER: Final = "date,from,to,rate\n"


def rates(tmp_path: Path, text: str | bytes) -> tuple[Rate, ...]:
    path = tmp_path / "rates.csv"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return read_rates(path).table


def problems(tmp_path: Path, text: str | bytes) -> list[tuple[int, str]]:
    """The line and the message of what is wrong."""
    with pytest.raises(InputUnreadable) as caught:
        rates(tmp_path, text)
    return [(each.line, each.message) for each in caught.value.problems]


def test_every_row_is_a_rate_from_its_day_on(tmp_path: Path) -> None:
    text = HEADER + "2026-02-01,USD,CNY,7.25\n2026-01-01,EUR,CNY,8\n"
    assert rates(tmp_path, text) == (
        Rate(date(2026, 1, 1), "EUR", "CNY", Decimal(8)),
        Rate(date(2026, 2, 1), "USD", "CNY", Decimal("7.25")),
    )


@pytest.mark.parametrize(
    "text",
    [
        "\ufeff" + HEADER + "2026-01-01,USD,CNY,7\n",
        HEADER.replace("\n", "\r\n") + "2026-01-01, USD ,CNY,7\r\n\r\n",
        'rate,to,from,date\n"7",CNY,USD,2026-01-01',
    ],
    ids=["byte order mark", "blanks and line ends", "other order"],
)
def test_what_spreadsheets_write_is_read(tmp_path: Path, text: str) -> None:
    assert rates(tmp_path, text) == (Rate(date(2026, 1, 1), "USD", "CNY", Decimal(7)),)


def test_a_file_without_rows_has_no_rates(tmp_path: Path) -> None:
    assert rates(tmp_path, HEADER) == ()


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("2026-02-30,USD,CNY,7", "`date`: expected a date such as `2026-03-31`, found `2026-02-30`"),
        ("01/02/2026,USD,CNY,7", "`date`: expected a date such as `2026-03-31`, found `01/02/2026`"),
        ("2026-01-01,usd,CNY,7", "`from`: expected a currency such as `USD`, found `usd`"),
        ("2026-01-01,USD,,7", "`to`: expected a currency such as `CNY`, found ``"),
        ("2026-01-01,USD,CNY", "`rate`: expected a number above 0 such as `7.1`, found ``"),
        ("2026-01-01,USD,CNY,0", "`rate`: expected a number above 0 such as `7.1`, found `0`"),
        ("2026-01-01,USD,CNY,-7", "`rate`: expected a number above 0 such as `7.1`, found `-7`"),
        ("2026-01-01,USD,CNY,7e1", "`rate`: expected a number above 0 such as `7.1`, found `7e1`"),
        ("2026-01-01,USD,CNY,７", "`rate`: expected a number above 0 such as `7.1`, found `７`"),
        ("2026-01-01,USD,CNY,7,1", "the row has 5 cells, more than the 4 columns"),
        ("2026-01-01,CNY,CNY,1", "CNY→CNY is a rate of a currency to itself"),
        ('2026-01-01,"USD,CNY,7', "the row can't be read: unexpected end of data"),
    ],
)
def test_a_row_that_cant_be_read_is_named_with_its_line(tmp_path: Path, row: str, message: str) -> None:
    assert problems(tmp_path, f"{HEADER}\n{row}\n") == [(3, message)]


def test_two_rates_of_one_day_are_refused_since_nobody_can_tell_which_counts(tmp_path: Path) -> None:
    row = "2026-01-01,USD,CNY,7\n"
    assert problems(tmp_path, HEADER + row + row) == [(3, "the rate USD→CNY of 2026-01-01 is given twice")]


def test_all_problems_are_told_together_up_to_a_hundred(tmp_path: Path) -> None:
    assert len(problems(tmp_path, HEADER + "x,USD,CNY,7\n" * 3)) == 3
    assert len(problems(tmp_path, HEADER + "x,usd,CNY,0\n" * 1000)) == 100, "though each row has three"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "there is no column `date`"),
        ("day,from,to,rate\n", "there is no column `date`"),
        ("date,from,to,rate,note\n", "`note` is no column of its own here"),
        ("date,from,to,rate,rate\n", "`rate` is no column of its own here"),
        (b"date,from,to,rate\n\xff", "the file is not UTF-8 text"),
        (b"x" * (MAX_BYTES + 1), "the file is longer than 16,000,000 bytes"),
    ],
)
def test_a_file_of_another_shape_is_refused_as_a_whole(tmp_path: Path, text: str | bytes, message: str) -> None:
    assert problems(tmp_path, text)[0][1] == message


def test_a_missing_file_is_said_to_be_missing(tmp_path: Path) -> None:
    with pytest.raises(InputUnreadable, match="there is no such file"):
        read_rates(tmp_path / "nowhere.csv")
    with pytest.raises(InputUnreadable, match="the file can't be read: Is a directory"):
        read_rates(tmp_path)
