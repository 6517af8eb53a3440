"""Tables in text files (CSV), as every program can write them."""

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from engine.foundation.problems import InputUnreadable
from engine.snapshots.tables import Row, checked_columns, missing, unusable

_ENCODINGS: Final = {"utf-8": "utf-8-sig", "gb18030": "gb18030", "gbk": "gb18030"}
"""GB 18030 reads whatever is GBK, and the signs that programs which say GBK add to it."""


class CsvTable:
    """A CSV file; the first filled row from line ``header`` on names the columns."""

    def __init__(self, path: Path, encoding: str = "utf-8", delimiter: str = ",", header: int = 1) -> None:
        self.file = str(path)
        self._path = path
        self._encoding = encoding
        self._delimiter = delimiter
        self._header = header
        self.columns = self._columns()

    def called(self, _: Row, column: str) -> str:
        """Cells of a text file have no name but their column's."""
        return f"column `{column}`"

    def rows(self) -> Iterator[Row]:
        """The rows below the header."""
        rows = self._from_header()
        next(rows, None)
        return rows

    def _columns(self) -> tuple[str, ...]:
        first = next(self._from_header(), None)
        if first is None:
            words = "its first row" if self._header == 1 else f"its first row from line {self._header} on"
            raise self._unusable(0, f"the file is empty; {words} names the columns")
        return checked_columns(self.file, first.line, tuple(first.text(index) for index in range(len(first.cells))))

    def _from_header(self) -> Iterator[Row]:
        return (row for row in self._read() if row.line >= self._header)

    def _read(self) -> Iterator[Row]:
        line = 0
        try:
            with self._path.open(encoding=_ENCODINGS[self._encoding], newline="") as stream:
                # Strict, or one quote left open would silently take the rest of the file for a single cell.
                reader = csv.reader(stream, delimiter=self._delimiter, strict=True)
                for cells in reader:
                    stripped = tuple(cell.strip() for cell in cells)
                    if any(stripped):
                        yield Row(line + 1, stripped)
                    line = reader.line_num
        except UnicodeDecodeError as error:
            hint = "save it as UTF-8, or let the mapping say `encoding: gbk`"
            raise self._unusable(0, f"the file is not {self._encoding} text", hint) from error
        except csv.Error as error:
            raise self._unusable(line + 1, f"the row can't be read: {error}", "is a quote left open?") from error
        except (OSError, ValueError) as error:
            raise missing(self.file, error) from error

    def _unusable(self, line: int, message: str, hint: str | None = None) -> InputUnreadable:
        return unusable(self.file, line, message, hint)
