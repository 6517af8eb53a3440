"""Exchange rates from a file (``--rates``): CSV with the columns ``date``, ``from``, ``to`` and ``rate``."""

import csv
import re
from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from io import StringIO
from pathlib import Path
from typing import Final

from engine.foundation import codes
from engine.foundation.places import Place
from engine.foundation.problems import Code, InputUnreadable, Problem, did_you_mean, problem
from engine.foundation.quantities import PLAIN_NUMBER
from engine.matching.run import Rate, Rates

COLUMNS: Final = ("date", "from", "to", "rate")
MAX_BYTES: Final = 16_000_000

_MOST_PROBLEMS: Final = 100
_LONGEST_RATE: Final = 40
_DATE: Final = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_CURRENCY: Final = re.compile("[A-Z]{3}")

Row = tuple[int, dict[str, str]]
"""The line a row begins on, and its cells by column."""


def read_rates(path: Path) -> Rates:
    """The rates in the file at ``path``; raises ``InputUnreadable`` with every problem in it, at most 100.

    A row says that from ``date`` on one unit of ``from`` is worth ``rate`` units of ``to``.
    """
    found: list[Problem] = []
    table: dict[tuple[date, str, str], Rate] = {}
    for line, cells in _rows(_text(path), str(path)):
        place = Place(str(path), line)
        wrong = list(_wrong_cells(cells, place))
        if not wrong:
            rate = Rate(date.fromisoformat(cells["date"]), cells["from"], cells["to"], Decimal(cells["rate"]))
            wrong = list(_wrong_rate(rate, table, place))
            table[rate.day, rate.source, rate.target] = rate
        found += wrong
        if len(found) >= _MOST_PROBLEMS:
            break
    if found:
        raise InputUnreadable(found[:_MOST_PROBLEMS])
    return Rates(tuple(sorted(table.values())))


def _text(path: Path) -> str:
    try:
        with path.open("rb") as stream:
            data = stream.read(MAX_BYTES + 1)
    except FileNotFoundError as error:
        raise _unreadable(codes.FILE_MISSING, path, "there is no such file") from error
    except (OSError, ValueError) as error:
        raise _unreadable(codes.FILE_MISSING, path, f"the file can't be read: {_reason(error)}") from error
    if len(data) > MAX_BYTES:
        raise _unreadable(codes.TOO_LARGE, path, f"the file is longer than {MAX_BYTES:,} bytes")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _unreadable(codes.NOT_UTF8, path, "the file is not UTF-8 text", "save it as UTF-8") from error


def _reason(error: Exception) -> str:
    return getattr(error, "strerror", None) or str(error)


def _unreadable(code: Code, path: Path, message: str, hint: str | None = None) -> InputUnreadable:
    return InputUnreadable([problem(code, Place(str(path)), message, hint)])


def _rows(text: str, file: str) -> Iterator[Row]:
    """The rows below the header that have any cell filled, each with all four columns."""
    lines = _cells(text, file)
    _, header = next(lines, (1, []))
    _check_header(header, Place(file, 1))
    for line, cells in lines:
        if len(cells) > len(header):
            message = f"the row has {len(cells)} cells, more than the {len(header)} columns"
            raise InputUnreadable([problem(codes.BAD_RATES, Place(file, line), message)])
        yield line, {**dict.fromkeys(COLUMNS, ""), **dict(zip(header, cells, strict=False))}


def _cells(text: str, file: str) -> Iterator[tuple[int, list[str]]]:
    line = 0
    # Strict, or one quote left open would silently take the rest of the file for a single cell.
    reader = csv.reader(StringIO(text, newline=""), strict=True)
    try:
        for row in reader:
            cells = [cell.strip() for cell in row]
            if any(cells):
                yield line + 1, cells
            line = reader.line_num
    except csv.Error as error:
        found = problem(codes.BAD_RATES, Place(file, line + 1), f"the row can't be read: {error}")
        raise InputUnreadable([found]) from error


def _check_header(header: list[str], place: Place) -> None:
    wanted = f"the first row names the columns `{','.join(COLUMNS)}`"
    found = [
        problem(codes.BAD_RATES, place, f"there is no column `{name}`", did_you_mean(name, header) or wanted)
        for name in COLUMNS
        if name not in header
    ]
    more = [name for name in header if name not in COLUMNS or header.count(name) > 1]
    if more and not found:
        found.append(problem(codes.BAD_RATES, place, f"`{more[0]}` is no column of its own here", wanted))
    if found:
        raise InputUnreadable(found)


def _wrong_cells(cells: dict[str, str], place: Place) -> Iterator[Problem]:
    """What can't be read in a row."""
    for name, expected, is_good in (
        ("date", "a date such as `2026-03-31`", _is_date),
        ("from", "a currency such as `USD`", _is_currency),
        ("to", "a currency such as `CNY`", _is_currency),
        ("rate", "a number above 0 such as `7.1`", _is_rate),
    ):
        if not is_good(cells[name]):
            yield problem(codes.BAD_RATES, place, f"`{name}`: expected {expected}, found `{cells[name][:80]}`")


def _is_date(text: str) -> bool:
    try:
        return bool(_DATE.fullmatch(text)) and bool(date.fromisoformat(text))
    except ValueError:
        return False


def _is_currency(text: str) -> bool:
    return bool(_CURRENCY.fullmatch(text))


def _is_rate(text: str) -> bool:
    return len(text) <= _LONGEST_RATE and bool(PLAIN_NUMBER.fullmatch(text)) and Decimal(text) > 0


def _wrong_rate(rate: Rate, known: Iterable[tuple[date, str, str]], place: Place) -> Iterator[Problem]:
    pair = f"{rate.source}→{rate.target}"
    if rate.source == rate.target:
        yield problem(codes.BAD_RATES, place, f"{pair} is a rate of a currency to itself")
    elif (rate.day, rate.source, rate.target) in known:
        yield problem(codes.BAD_RATES, place, f"the rate {pair} of {rate.day} is given twice")
