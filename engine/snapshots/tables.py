"""Tables that rows are read from; CSV for now.

A source of rows is whatever keeps the promise of :class:`Table`; building knows nothing of files.
"""

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Final, Protocol

from msgspec import Struct

from engine.foundation import codes
from engine.foundation.places import Place
from engine.foundation.problems import InputUnreadable, problem
from engine.snapshots.mapping_model import TableFile

_CSV_SUFFIXES: Final = (".csv", ".tsv", ".txt")
_ENCODINGS: Final = {"utf-8": "utf-8-sig", "gb18030": "gb18030"}


class Row(Struct, frozen=True, gc=False):
    """One row: the line it begins on, and its cells without the blanks around them."""

    line: int
    cells: tuple[str, ...]


class Table(Protocol):
    """A named list of columns and the rows under them, in a lasting order."""

    @property
    def file(self) -> str:
        """What problems call the table."""

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of the columns, each once."""

    def rows(self) -> Iterator[Row]:
        """Every row that has any cell filled; a row may have fewer or more cells than there are columns.

        Raises ``InputUnreadable`` where the table can't be read any further.
        """


def open_table(table: TableFile, folder: Path) -> Table:
    """The table that the mapping names, its header read; raises ``InputUnreadable``."""
    path = folder / table.file
    if path.suffix.lower() not in _CSV_SUFFIXES:
        message = f"`{table.file}` can't be read as a table"
        raise InputUnreadable([problem(codes.BAD_MAPPING, table.place, message, f"known: {', '.join(_CSV_SUFFIXES)}")])
    return CsvTable(path, table.encoding, table.delimiter)


class CsvTable:
    """A CSV file; its first row names the columns."""

    def __init__(self, path: Path, encoding: str = "utf-8", delimiter: str = ",") -> None:
        self._path = path
        self._encoding = encoding
        self._delimiter = delimiter
        self.columns = self._header()

    @property
    def file(self) -> str:
        """The path of the file."""
        return str(self._path)

    def rows(self) -> Iterator[Row]:
        """The rows below the header."""
        rows = self._read()
        next(rows, None)
        return rows

    def _header(self) -> tuple[str, ...]:
        first = next(self._read(), None)
        if first is None:
            raise self._unreadable(0, "the file is empty; its first row names the columns")
        twice = sorted({name for name in first.cells if name and first.cells.count(name) > 1})
        if twice:
            raise self._unreadable(first.line, f"two columns are named `{twice[0]}`")
        return first.cells

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
            hint = "save it as UTF-8, or let the mapping say `encoding: gb18030`"
            raise self._unreadable(0, f"the file is not {self._encoding} text", hint) from error
        except csv.Error as error:
            raise self._unreadable(line + 1, f"the row can't be read: {error}", "is a quote left open?") from error
        except (OSError, ValueError) as error:
            reason = "there is no such file" if isinstance(error, FileNotFoundError) else f"can't be read: {error}"
            raise InputUnreadable([problem(codes.FILE_MISSING, Place(self.file), reason)]) from error

    def _unreadable(self, line: int, message: str, hint: str | None = None) -> InputUnreadable:
        return InputUnreadable([problem(codes.BAD_MAPPING, Place(self.file, line), message, hint)])
