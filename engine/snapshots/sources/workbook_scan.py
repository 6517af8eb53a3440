"""What has to be known of a workbook's parts before its cells are read: that they are safe, and what hides in them.

A workbook is a zip file of XML parts from anywhere. It is refused where it would unfold into too much, where a part
declares a document type (the way to entities that expand), and where a sheet's rows are out of order. The scan also
finds what the cells alone do not tell: cells that are merged, and formulas that were never worked out.
"""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import IO, Final
from xml.parsers import expat
from zipfile import BadZipFile, ZipFile

from msgspec import Struct, field

from engine.foundation.problems import InputUnreadable
from engine.snapshots.raw_cells import Cell
from engine.snapshots.tables import missing, unusable

MOST_BYTES: Final = 100_000_000
"""Bytes a workbook may have."""

MOST_UNPACKED: Final = 1_000_000_000
"""Bytes its parts may have together when unpacked."""

MOST_MARKS: Final = 200_000
"""Merged ranges, and formulas without a result, that one sheet may have."""

LAST_ROW: Final = 1_048_576
LAST_COLUMN: Final = 16_384

_OLD_OR_LOCKED: Final = b"\xd0\xcf\x11\xe0"
_CHUNK: Final = 1 << 16
_REFERENCE = re.compile("([A-Z]{1,3})([1-9][0-9]{0,6})")


class Scan(Struct):
    """The merged ranges of a sheet, as first and last row by the column of their value, and the cells (row, column)
    whose formula has no result."""

    merged: dict[int, list[tuple[int, int]]] = field(default_factory=dict)
    unworked: set[tuple[int, int]] = field(default_factory=set)
    marks: int = 0


class Refused(Exception):
    """A part that is not read: why."""


def opened_workbook(path: Path) -> ZipFile:
    """The parts of a workbook, none of them dangerous; raises ``InputUnreadable``."""
    file = str(path)
    try:
        with path.open("rb") as stream:
            if stream.read(len(_OLD_OR_LOCKED)) == _OLD_OR_LOCKED:
                hint = "save it as .xlsx, without a password"
                raise unusable(file, 0, "the workbook is protected by a password, or of the old kind", hint)
        if path.stat().st_size > MOST_BYTES:
            raise unusable(file, 0, f"the workbook is larger than the {MOST_BYTES:,} bytes that are read")
        parts = ZipFile(path)
    except BadZipFile as error:
        raise not_a_workbook(file) from error
    except OSError as error:
        raise missing(file, error) from error
    try:
        _check_parts(parts)
    except Refused as refused:
        parts.close()
        raise unusable(file, 0, f"the workbook is not read: {refused}") from refused
    except (BadZipFile, OSError, RuntimeError, NotImplementedError, expat.ExpatError) as error:
        parts.close()
        raise not_a_workbook(file) from error
    return parts


def not_a_workbook(file: str) -> InputUnreadable:
    """That a file is damaged, or something else under a workbook's name."""
    return unusable(file, 0, "the file is no workbook, or damaged", "open it in your spreadsheet program and save it")


def _check_parts(parts: ZipFile) -> None:
    if sum(part.file_size for part in parts.infolist()) > MOST_UNPACKED:
        raise Refused(f"it unpacks to more than {MOST_UNPACKED:,} bytes")
    for part in parts.infolist():
        # What is no XML, such as a picture, is no danger either.
        with parts.open(part) as stream, suppress(expat.ExpatError):
            _until_first_element(stream)


def _until_first_element(stream: IO[bytes]) -> None:
    """Reads the head of a part, where alone a document type can stand."""
    started: list[str] = []
    parser = _parser()
    parser.StartElementHandler = lambda name, _: started.append(name)
    while not started and (chunk := stream.read(_CHUNK)):
        parser.Parse(chunk)


def scanned_sheet(stream: IO[bytes]) -> Scan:
    """What hides in the sheet of ``stream``; raises :class:`Refused` or ``ExpatError``."""
    scanner = _Scanner()
    while chunk := stream.read(_CHUNK):
        scanner.parser.Parse(chunk)
    return scanner.close()


def _parser() -> expat.XMLParserType:
    parser = expat.ParserCreate(namespace_separator=" ")

    def refuse(*_: object) -> None:
        raise Refused("a part of it declares a document type")

    parser.StartDoctypeDeclHandler = refuse
    parser.buffer_text = True
    return parser


class _Scanner:
    """Follows the elements of a sheet: rows, cells (``c``) with formula (``f``) and value (``v``), merged ranges.

    It is called for every element of what may be a million rows, so a cell is looked at only once it has a formula.
    """

    def __init__(self) -> None:
        self.found = Scan()
        self.parser = _parser()
        self.parser.StartElementHandler = self._starts
        self._steps: dict[str, Callable[[dict[str, str]], None] | None] = {}
        self._row = 0
        self._cell: dict[str, str] = {}
        self._formula = self._result = False

    def close(self) -> Scan:
        """What was found, at the end of the sheet."""
        self.parser.Parse(b"", True)
        self._settle()
        return self.found

    def _starts(self, name: str, attributes: dict[str, str]) -> None:
        try:
            step = self._steps[name]
        except KeyError:
            step = self._steps[name] = self._step(name.rpartition(" ")[2])
        if step is not None:
            step(attributes)

    def _step(self, name: str) -> Callable[[dict[str, str]], None] | None:
        known = {"c": self._begin, "f": self._compute, "v": self._show, "row": self._next, "mergeCell": self._merge}
        return known.get(name)

    def _begin(self, attributes: dict[str, str]) -> None:
        if self._formula:
            self._settle()
        self._cell = attributes

    def _compute(self, _: dict[str, str]) -> None:
        self._formula, self._result = True, False

    def _show(self, _: dict[str, str]) -> None:
        if self._formula and self._cell.get("t") == "str":
            # An empty text is a result too.
            self._result = True
        elif self._formula:
            self.parser.CharacterDataHandler = self._value

    def _value(self, _: str) -> None:
        self._result = True

    def _settle(self) -> None:
        """At the end of a cell with a formula."""
        self.parser.CharacterDataHandler = None
        if self._formula and not self._result and "r" in self._cell:
            self._mark()
            self.found.unworked.add(position(self._cell["r"]))
        self._formula = False

    def _next(self, attributes: dict[str, str]) -> None:
        self._row = _next_row(self._row, attributes.get("r"))

    def _merge(self, attributes: dict[str, str]) -> None:
        first, _, last = attributes.get("ref", "").partition(":")
        (top, left), (bottom, _) = position(first), position(last or first)
        self._mark()
        self.found.merged.setdefault(left, []).append((top, bottom))

    def _mark(self) -> None:
        self.found.marks += 1
        if self.found.marks > MOST_MARKS:
            raise Refused(f"a sheet has over {MOST_MARKS:,} merged ranges and formulas without a result")


def _next_row(last: int, written: str | None) -> int:
    number = last + 1 if written is None else int(written) if written.isdecimal() and len(written) < 8 else 0
    if not last < number <= LAST_ROW:
        raise Refused(f"row {written or number} does not follow row {last}")
    return number


def position(reference: str) -> tuple[int, int]:
    """Row and column of a cell's name; raises :class:`Refused` for what is no name."""
    found = _REFERENCE.fullmatch(reference)
    if not found:
        raise Refused(f"`{reference[:20]}` names no cell")
    column = 0
    for letter in found[1]:
        column = column * 26 + ord(letter) - ord("A") + 1
    row = int(found[2])
    if row > LAST_ROW or column > LAST_COLUMN:
        raise Refused(f"`{reference}` lies outside of any sheet")
    return row, column


def filled_down(rows: Iterable[tuple[int, list[Cell]]], scan: Scan) -> Iterator[tuple[int, list[Cell]]]:
    """Rows by number, with the value of a merged range in each of its rows, as the sheet shows it."""
    columns = {column: sorted(ranges) for column, ranges in scan.merged.items()}
    held: dict[tuple[int, int], Cell] = {}
    for number, cells in rows:
        for column, ranges in columns.items():
            top = _top(ranges, number)
            if top is None or column > len(cells):
                continue
            if top == number:
                held[column, top] = cells[column - 1]
            else:
                cells[column - 1] = held.get((column, top), "")
        yield number, cells


def _top(ranges: list[tuple[int, int]], row: int) -> int | None:
    """The first row of the range that holds ``row``, if any does."""
    index = bisect_right(ranges, (row, LAST_ROW)) - 1
    return ranges[index][0] if index >= 0 and row <= ranges[index][1] else None
