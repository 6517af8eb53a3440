"""What stands in a cell before it is read: a text, or a figure or moment where the table keeps such.

A text has to be read in the form the mapping names. A figure or moment of the table's own is what it is, in whatever
form a program would show it; so the same data reads the same from a workbook, a database or a text file.
"""

from collections.abc import Sequence, Set
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, Final

from msgspec import Struct


class Unreadable(Struct, frozen=True):
    """A cell that holds something which is no value: an error of a formula, a list. ``text`` is what is seen."""

    text: str


class Amount(Struct, frozen=True):
    """A figure that its table shows in a currency: by ``sign``, which may stand for any of ``currencies``."""

    figure: Decimal
    sign: str
    currencies: frozenset[str]


Cell = str | Decimal | Amount | date | Unreadable
"""A cell without the blanks around it; an empty one is the empty text. A ``datetime`` is a moment, else a day."""

_HOLDERS: Final[dict[type, str]] = {bytes: "bytes", bytearray: "bytes", memoryview: "bytes", dict: "an object"}


def written(cell: Cell) -> str:
    """The cell as a text file would hold it: figures without exponent, days and moments in ISO form."""
    match cell:
        case str():
            return cell
        case Decimal():
            return format(cell, "f")
        case Amount():
            return format(cell.figure, "f")
        case Unreadable():
            return cell.text
        case _:
            return cell.isoformat()


def raw_cell(value: Any) -> Cell:
    """The cell that holds a value as libraries give it.

    A float is its shortest decimal that reads back to it; midnight without an offset is a day; truths are TRUE and
    FALSE.
    """
    match value:
        case None:
            return ""
        case str():
            return value.strip()
        case bool():
            return "TRUE" if value else "FALSE"
        case int():
            return Decimal(value)
        case float():
            return _figure(Decimal(repr(value)))
        case Decimal():
            return _figure(value)
        case datetime():
            return value.date() if value.tzinfo is None and value.time() == time() else value
        case date():
            return value
        case _:
            return _other(value)


def _figure(value: Decimal) -> Cell:
    """Whole figures without decimals: 12.0 and 1e3 are written 12 and 1000."""
    if not value.is_finite():
        return str(value)
    return Decimal(int(value)) if value == value.to_integral_value() else value


def _other(value: Any) -> Cell:
    if type(value) in _HOLDERS:
        return Unreadable(_HOLDERS[type(value)])
    return Unreadable("a list") if isinstance(value, Sequence | Set) else str(value).strip()
