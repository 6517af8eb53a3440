"""What a table is, wherever its rows are kept; building knows nothing of files and databases."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final, Protocol

from msgspec import Struct

from engine.foundation import codes
from engine.foundation.places import Place
from engine.foundation.problems import InputUnreadable, problem
from engine.snapshots.raw_cells import Cell, raw_cell, written

MOST_CELLS: Final = 50_000_000
"""Cells one table may have, as tables are held in memory."""

MOST_COLUMNS: Final = 1_000


class Row(Struct, frozen=True, gc=False):
    """One row: the line it begins on, or its number in the sheet or query, and its cells."""

    line: int
    cells: tuple[Cell, ...]

    def text(self, index: int) -> str:
        """The cell at ``index`` as a text; empty where the row is shorter."""
        if index >= len(self.cells):
            return ""
        cell = self.cells[index]
        return cell if type(cell) is str else written(cell)


class Table(Protocol):
    """A named list of columns and the rows under them, in a lasting order."""

    @property
    def file(self) -> str:
        """What problems call the table: its file, and behind a ``#`` the part of it."""

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of the columns, each once; a column without a name is not read."""

    def called(self, row: Row, column: str) -> str:
        """What people call the cell of ``row`` under ``column``."""

    def rows(self) -> Iterator[Row]:
        """Every row that has any cell filled; a row may have fewer or more cells than there are columns.

        Raises ``InputUnreadable`` where the table can't be read any further.
        """


class ValueTable:
    """A table whose rows come as values of Python; ``values`` gives them from the beginning each time."""

    def __init__(self, file: str, columns: Iterable[str], values: Callable[[], Iterable[Sequence[object]]]) -> None:
        self.file = file
        self.columns = checked_columns(file, 0, tuple(name.strip() for name in columns))
        self._values = values

    def called(self, _: Row, column: str) -> str:
        """Cells have no name but their column's."""
        return f"column `{column}`"

    def rows(self) -> Iterator[Row]:
        """Every filled row, numbered from 1 on."""
        for number, values in enumerate(self._values(), 1):
            cells = tuple(raw_cell(value) for value in values)
            if any(cell != "" for cell in cells):
                yield Row(number, cells)


def rows_within_bounds(table: Table) -> Iterator[Row]:
    """The rows of a table; raises ``InputUnreadable`` for more of them than memory should hold."""
    most = MOST_CELLS // max(len(table.columns), 1)
    for count, row in enumerate(table.rows()):
        if count >= most:
            raise unusable(table.file, row.line, f"the table has over {most:,} rows of {len(table.columns)} columns")
        yield row


def checked_columns(file: str, line: int, names: tuple[str, ...]) -> tuple[str, ...]:
    """The names of a table's columns; raises ``InputUnreadable`` where they are too many, or one stands twice."""
    if len(names) > MOST_COLUMNS:
        raise unusable(file, line, f"the table has {len(names):,} columns; at most {MOST_COLUMNS:,} are read")
    twice = sorted({name for name in names if name and names.count(name) > 1})
    if twice:
        raise unusable(file, line, f"two columns are named `{twice[0]}`")
    return names


def unusable(file: str, line: int, message: str, hint: str | None = None) -> InputUnreadable:
    """That a table is there and can't be read."""
    return InputUnreadable([problem(codes.BAD_MAPPING, Place(file, line), message, hint)])


def missing(file: str, error: Exception) -> InputUnreadable:
    """That a file can't be opened."""
    reason = "there is no such file" if isinstance(error, FileNotFoundError) else f"can't be read: {error}"
    return InputUnreadable([problem(codes.FILE_MISSING, Place(file), reason)])


def not_installed(file: str, library: str, extra: str) -> InputUnreadable:
    """That a library is missing which only some tables need."""
    hint = f"install it: pip install 'playbook-engine[{extra}]'"
    return unusable(file, 0, f"reading this needs the library {library}, which is not installed", hint)
