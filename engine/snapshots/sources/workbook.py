"""Tables in the sheets of a workbook (.xlsx), as people keep them.

Cells are taken as the sheet shows them: what a formula came to when the workbook was last saved, a percentage where
the cell is formatted as one, an amount in the currency of the cell's format, the value of merged cells in each of their
rows. Only rounding is not followed: a figure keeps the 15 digits a spreadsheet works with, however few are shown.
Macros and links to other files are not looked at.
"""

import re
import warnings
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime, time, timedelta
from decimal import Decimal
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Final
from xml.etree.ElementTree import ParseError
from xml.parsers.expat import ExpatError
from zipfile import BadZipFile

from engine.foundation.problems import nearest
from engine.foundation.quantities import is_currency
from engine.snapshots.raw_cells import Amount, Cell, Unreadable, raw_cell, written
from engine.snapshots.sources.workbook_scan import (
    LAST_ROW,
    Refused,
    Scan,
    filled_down,
    not_a_workbook,
    opened_workbook,
    scanned_sheet,
)
from engine.snapshots.tables import MOST_COLUMNS, Row, checked_columns, unusable

if TYPE_CHECKING:
    from openpyxl.workbook.workbook import Workbook as Book

_DAMAGE: Final = (BadZipFile, ParseError, ExpatError, KeyError, ValueError, TypeError, IndexError, AttributeError)
"""What openpyxl raises for a workbook whose parts do not fit together."""

_NOT_SHOWN = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]|_.|\*.')
_SIGN = re.compile(r"US\$|HK\$|NT\$|S\$|A\$|[$€£¥￥元₩₹]|(?<![A-Za-z])[A-Z]{3}(?![A-Za-z])")
_LANGUAGE = re.compile(r"\[\$([^\]-]*)(?:-[0-9A-Fa-f,]*)?\]")
_CONDITION = re.compile(r"\[[^$\]][^\]]*\]")
_DOLLARS: Final = frozenset(("USD", "HKD", "TWD", "SGD", "AUD", "CAD", "NZD", "MXN"))
_YUAN_OR_YEN: Final = frozenset(("CNY", "JPY"))
_CURRENCIES: Final = {"$": _DOLLARS, "¥": _YUAN_OR_YEN, "￥": _YUAN_OR_YEN} | {
    sign: frozenset((currency,))
    for sign, currency in (
        ("元", "CNY"), ("RMB", "CNY"), ("€", "EUR"), ("£", "GBP"), ("₩", "KRW"), ("₹", "INR"),
        ("US$", "USD"), ("HK$", "HKD"), ("NT$", "TWD"), ("S$", "SGD"), ("A$", "AUD"),
    )
}  # fmt: skip
"""What signs in formats may stand for; a code of three letters stands for itself."""
_DIGITS: Final = ".15g"
_AT_ONCE: Final = 500


class Workbook:
    """A workbook whose sheets can be opened; closed by its owner."""

    def __init__(self, path: Path) -> None:
        self.file = str(path)
        with ExitStack() as opened:
            self._parts = opened.enter_context(opened_workbook(path))
            stream = opened.enter_context(path.open("rb"))
            with _quietly(self.file):
                self._book = _loaded(stream)
            self._opened = opened.pop_all()

    def close(self) -> None:
        """Lets the file go."""
        self._book.close()
        self._opened.close()

    def sheet(self, name: str | None, header: int = 1) -> "SheetTable":
        """The sheet of that name, or the only one that is not hidden; raises ``InputUnreadable``."""
        found = name if name is not None else self._only_sheet()
        if found not in self._book.sheetnames:
            close = nearest(found, self._book.sheetnames)
            hint = f"did you mean `{close}`?" if close else f"its sheets: {', '.join(self._book.sheetnames)}"
            raise unusable(self.file, 0, f"the workbook has no sheet `{found}`", hint)
        sheet = self._book[found]
        if not hasattr(sheet, "iter_rows"):
            raise unusable(self.file, 0, f"the sheet `{found}` is a chart")
        return SheetTable(f"{self.file}#{found}", sheet, self._scan(sheet), header)

    def _only_sheet(self) -> str:
        shown = [sheet.title for sheet in self._book.worksheets if sheet.sheet_state == "visible"]
        if len(shown) == 1:
            return shown[0]
        hint = f"`sheet` in the mapping says which; its sheets: {', '.join(self._book.sheetnames)}"
        raise unusable(self.file, 0, f"the workbook shows {len(shown)} sheets", hint)

    def _scan(self, sheet: Any) -> Scan:
        # The part a sheet is kept in has no public name.
        with _quietly(self.file), self._parts.open(sheet._worksheet_path) as stream:
            return scanned_sheet(stream)


def _loaded(stream: BinaryIO) -> "Book":
    from openpyxl import load_workbook

    return load_workbook(stream, read_only=True, data_only=True, keep_links=False)


@contextmanager
def _quietly(file: str) -> Iterator[None]:
    """Without openpyxl's warnings of what it does not keep, and with its errors in words."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    except Refused as refused:
        raise unusable(file, 0, f"the workbook is not read: {refused}") from refused
    except _DAMAGE as error:
        raise not_a_workbook(file) from error


class SheetTable:
    """A sheet; the first filled row from row ``header`` on names the columns."""

    def __init__(self, file: str, sheet: Any, scan: Scan, header: int) -> None:
        self.file = file
        self._sheet = sheet
        self._scan = scan
        # Else rows would be filled up to the size the sheet claims to have.
        sheet.reset_dimensions()
        self._header, self.columns = self._columns(header)

    def called(self, row: Row, column: str) -> str:
        """The cell by its name in the sheet, and by that of its column."""
        from openpyxl.utils import get_column_letter

        letters = get_column_letter(self.columns.index(column) + 1)
        return f"cell {letters}{row.line} (column `{column}`)"

    def rows(self) -> Iterator[Row]:
        """The rows below the header, each with as many cells as there are columns."""
        for number, cells in self._read(self._header + 1, len(self.columns)):
            yield Row(number, tuple(cells))

    def _columns(self, header: int) -> tuple[int, tuple[str, ...]]:
        # One column more than is read, so that too many of them are noticed.
        number, cells = next(self._read(header, MOST_COLUMNS + 1, at_once=1), (0, []))
        names = [written(cell) for cell in cells]
        while names and not names[-1]:
            names.pop()
        if not names:
            raise unusable(self.file, 0, f"the sheet is empty from row {header} on; the first row names the columns")
        return number, checked_columns(self.file, number, tuple(names))

    def _read(self, first: int, width: int, at_once: int = _AT_ONCE) -> Iterator[tuple[int, list[Cell]]]:
        """The filled rows from ``first`` on by number; merged cells may begin above them."""
        filled = filled_down(self._filled(width), self._scan)
        while True:
            with _quietly(self.file):
                some = list(islice(filled, at_once))
            if not some:
                return
            yield from (each for each in some if each[0] >= first)

    def _filled(self, width: int) -> Iterator[tuple[int, list[Cell]]]:
        rows = self._sheet.iter_rows(max_col=width, max_row=LAST_ROW)
        for number, row in enumerate(rows, 1):
            cells = [self._cell(number, column, cell) for column, cell in enumerate(row, 1)]
            if any(cell != "" for cell in cells):
                yield number, cells

    def _cell(self, row: int, column: int, cell: Any) -> Cell:
        value = cell.value
        if value is None:
            unworked = (row, column) in self._scan.unworked
            return Unreadable("a formula without a result") if unworked else ""
        if isinstance(value, str):
            return Unreadable(value) if cell.data_type == "e" else value.strip()
        return _shown(value, cell)


def _shown(value: Any, cell: Any) -> Cell:
    """A value that is no text, as its sheet shows it."""
    match value:
        case bool() | datetime():
            return raw_cell(value)
        case int() | float():
            figure = raw_cell(float(format(value, _DIGITS)) if isinstance(value, float) else value)
            return _in_its_format(figure, cell.number_format) if isinstance(figure, Decimal) else figure
        case time() | timedelta():
            return str(value)
        case _:
            return raw_cell(value)


def _in_its_format(figure: Decimal, number_format: str | None) -> Cell:
    if _as_percentage(number_format):
        return f"{format((figure * 100).normalize(), 'f')}%"
    sign = _currency_sign(number_format)
    return Amount(figure, sign, _CURRENCIES.get(sign, frozenset((sign,)))) if sign is not None else figure


@lru_cache(maxsize=1 << 10)
def _as_percentage(number_format: str | None) -> bool:
    """Whether cells of this format show a percentage."""
    return "%" in _NOT_SHOWN.sub("", number_format or "")


@lru_cache(maxsize=1 << 10)
def _currency_sign(number_format: str | None) -> str | None:
    """The sign or code of the currency in which cells of this format show figures.

    The mark of a language (``[$-409]``) and conditions in brackets are no text that is shown; neither is what stands
    for dates. A word of three capitals that is no currency is none.
    """
    shown = _CONDITION.sub("", _LANGUAGE.sub(r"\1", number_format or "")).replace("\\", "")
    found = _SIGN.findall(shown)
    return next((each for each in found if each in _CURRENCIES or is_currency(each)), None)
