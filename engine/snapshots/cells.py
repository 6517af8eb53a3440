"""One cell of a table to a value: exactly, in its declared form, or refused with what was expected.

Cells are texts without blanks around them, and not empty, or figures and moments of the table's own, which need no
form. Numbers are plain decimals; a conversion of units or scales is exact and rounds half-even once, at 6 decimals.
"""

import re
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from msgspec import Struct

from engine.foundation.quantities import PLAIN_NUMBER, SCALE, Money, Number
from engine.snapshots.bad_cells import BadCell, narrow, narrow_hint
from engine.snapshots.figures import Refused, in_millionths, in_minor_units, money_of, number_of
from engine.snapshots.mapping_forms import DateFormats
from engine.snapshots.mapping_model import Rescale, Source
from engine.snapshots.moments import in_utc, moment_reader
from engine.snapshots.raw_cells import Amount, Cell, written
from engine.snapshots.vocabulary import FieldKind, FieldType

Value = str | tuple[str, ...] | bool | Number | Money | date | datetime
Reader = Callable[[Cell, str | None], Value]
"""A cell and, for money, what its currency column says; raises :class:`BadCell`."""

LONGEST_TEXT: Final = 10_000
LONGEST_MEMBER: Final = 1_000

_CURRENCY = re.compile("[A-Z]{3}")
_LONGEST_NUMBER: Final = 40

_FACTORS: Final[dict[tuple[str, str], Fraction]] = {
    ("seconds", "hours"): Fraction(1, 3600), ("minutes", "hours"): Fraction(1, 60), ("hours", "hours"): Fraction(1),
    ("days", "hours"): Fraction(24), ("weeks", "hours"): Fraction(168),
    ("seconds", "days"): Fraction(1, 86400), ("minutes", "days"): Fraction(1, 1440), ("hours", "days"): Fraction(1, 24),
    ("days", "days"): Fraction(1), ("weeks", "days"): Fraction(7),
    ("fraction", "percent"): Fraction(100), ("percent", "percent"): Fraction(1),
}  # fmt: skip


class Defaults(Struct, frozen=True):
    """What holds where a field says nothing else."""

    zone: ZoneInfo
    dates: DateFormats | None = None
    currency: str | None = None


def convertible(unit: str, kind: FieldType) -> bool:
    """Whether cells in ``unit`` can fill a field of this type."""
    return (unit, kind.unit) in _FACTORS or (kind.kind == "money" and unit == "minor")


def cell_reader(source: Source, kind: FieldType, defaults: Defaults) -> Reader:
    """How cells of ``source`` become values of type ``kind``."""
    read = _READERS[kind.kind](source, kind, defaults)
    # Figures and dates repeat in a column, texts are passed on as they are.
    return read if kind.kind == "text" else lru_cache(maxsize=1 << 14)(read)


# -- texts and truths ----------------------------------------------------------------------------------


def _read_text(cell: Cell, _: str | None) -> str:
    text = written(cell)
    if len(text) > LONGEST_TEXT:
        raise BadCell(f"at most {LONGEST_TEXT:,} characters")
    return text


def _texts_reader(source: Source, _: FieldType, __: Defaults) -> Reader:
    sign = source.split or ";"

    def read(cell: Cell, _: str | None) -> tuple[str, ...]:
        members = tuple(member for part in written(cell).split(sign) if (member := part.strip()))
        if any(len(member) > LONGEST_MEMBER for member in members):
            raise BadCell(f"texts of at most {LONGEST_MEMBER:,} characters, parted by `{sign}`")
        return members

    return read


def _read_truth(cell: Cell, _: str | None) -> bool:
    text = written(cell).lower()
    if text in ("true", "false"):
        return text == "true"
    raise BadCell("true or false", "`values` in the mapping says which texts mean true and false")


# -- figures -------------------------------------------------------------------------------------------


def _number_reader(source: Source, kind: FieldType, _: Defaults) -> Reader:
    factor = _FACTORS[source.unit, kind.unit] if source.unit else None
    percent = kind.unit == "percent" and source.unit is None

    def read(cell: Cell, _: str | None) -> Number:
        figure = cell.removesuffix("%").rstrip() if percent and isinstance(cell, str) else cell
        plain = plain_figure(figure, source)
        try:
            if factor is None and source.rescale is None:
                return number_of(Decimal(plain))
            return _rounded(_converted(Fraction(plain), factor, source.rescale))
        except Refused as refused:
            raise BadCell(str(refused), _too_fine_hint(cell)) from refused

    return read


def _converted(figure: Fraction, factor: Fraction | None, rescale: Rescale | None) -> Fraction:
    if factor is not None:
        figure *= factor
    if rescale is None:
        return figure
    low, high = (Fraction(each) for each in rescale.from_)
    if not min(low, high) <= figure <= max(low, high):
        raise BadCell(f"a figure from {rescale.from_[0]} to {rescale.from_[1]}")
    bottom, top = (Fraction(each) for each in rescale.to)
    return bottom + (figure - low) * (top - bottom) / (high - low)


def _rounded(figure: Fraction) -> Number:
    # `round` of a fraction is exact, and half-even.
    return in_millionths(round(figure * 10**SCALE))


def _money_reader(source: Source, _: FieldType, defaults: Defaults) -> Reader:
    fixed = source.currency or defaults.currency

    def read(cell: Cell, named: str | None) -> Money:
        currency = _currency_of(cell, named or fixed)
        try:
            if currency is None:
                return money_of(written(cell))
            if not _CURRENCY.fullmatch(currency):
                raise BadCell(f"an amount in a currency such as `CNY`, not `{currency}`")
            plain = plain_figure(cell, source)
            if source.unit == "minor":
                return in_minor_units(_whole(plain), currency)
            return money_of(f"{plain} {currency}")
        except Refused as refused:
            raise BadCell(str(refused), _too_fine_hint(cell)) from refused

    return read


def _currency_of(cell: Cell, named: str | None) -> str | None:
    """The currency of an amount: that of the mapping, else the one that the cell is shown in, if it is one alone.

    Raises :class:`BadCell` where they contradict each other.
    """
    if not isinstance(cell, Amount):
        return named
    if named is not None and named not in cell.currencies:
        hint = f"the mapping says {named}; for several currencies in a column it has `currency_column`"
        raise BadCell(f"an amount in {named}, not one that is shown in {cell.sign}", hint)
    return named or (next(iter(cell.currencies)) if len(cell.currencies) == 1 else None)


def _too_fine_hint(cell: Cell) -> str | None:
    """For a figure that was worked out where the table is kept."""
    return "round it where it is worked out, such as =ROUND(…, 2)" if isinstance(cell, Decimal | Amount) else None


def _whole(plain: str) -> int:
    if "." in plain:
        raise BadCell("a whole number of minor units")
    return int(plain)


def plain_figure(cell: Cell, source: Source) -> str:
    """The figure of a cell in plain form; raises :class:`BadCell` with the likely cure."""
    text = written(cell)
    if isinstance(cell, Decimal | Amount):
        if len(text) > _LONGEST_NUMBER:
            raise BadCell("a figure of a length that is kept")
        return text
    plain = _ungrouped(text, source.thousands) if source.thousands else text
    if source.decimal == ",":
        plain = plain.replace(".", " ").replace(",", ".")
    if len(plain) <= _LONGEST_NUMBER and PLAIN_NUMBER.fullmatch(plain):
        return plain
    raise BadCell("a number such as `1234.5`", _figure_hint(text, source))


def _ungrouped(text: str, sign: str) -> str:
    """Without its thousands separators, if they part groups of three."""
    whole = re.match(rf"-?[0-9]{{1,3}}(?:{re.escape(sign)}[0-9]{{3}})+(?![0-9{re.escape(sign)}])", text)
    return whole[0].replace(sign, "") + text[whole.end() :] if whole else text


_WORDED: Final = re.compile(r"[^\W\d_]{2}|[万亿元]|[$€£¥￥]")
"""A currency or a word for a power of ten beside a figure; the one letter of `1e5` is none."""


_POWERS: Final = {"": 0, "百": 2, "千": 3, "万": 4, "百万": 6, "千万": 7, "亿": 8}
_IN_WORDS: Final = re.compile(r"(-?[0-9]+(?:\.[0-9]+)?)\s*([百千]?万|[百千亿]?)\s*(?:元|[A-Z]{3})?")


def _figure_hint(text: str, source: Source) -> str | None:
    if _WORDED.search(text) and any(each.isdigit() for each in text):
        return f"{_in_full(text)}; the mapping names its currency: `currency` or `currency_column`"
    if not text.isascii():
        return narrow_hint(text)
    if text.endswith("%"):
        return _percent_hint(text, source)
    if "," in text and source.decimal == ".":
        if PLAIN_NUMBER.fullmatch(_ungrouped(text, ",")):
            return 'if the comma parts thousands, the mapping says so: `thousands: ","`'
        return 'if the comma is the decimal sign, the mapping says so: `decimal: ","`'
    try:
        return f"write `{format(Decimal(text), 'f')}`" if len(text) <= _LONGEST_NUMBER else None
    except (ArithmeticError, ValueError):
        return "a column with other texts for missing figures is read with `values`"


def _in_full(text: str) -> str:
    """`12.5万` is `125000`."""
    found = _IN_WORDS.fullmatch(_ungrouped(narrow(text).lstrip("¥$€£ "), ","))
    full = f": `{format(Decimal(found[1]).scaleb(_POWERS[found[2]]).normalize(), 'f')}`" if found else ""
    return f"write the figure alone and in full{full}"


def _percent_hint(text: str, source: Source) -> str:
    if source.unit:
        return "the cell is a percentage already: leave `unit` out"
    plain = f"the field is no percentage: write `{text.removesuffix('%').rstrip()}`"
    return f"{plain}, or let the mapping say `type: percent`" if source.type else plain


# -- dates ---------------------------------------------------------------------------------------------


def _date_reader(source: Source, _: FieldType, defaults: Defaults) -> Reader:
    moment = moment_reader(source.format, defaults.dates, defaults.zone)

    def read(cell: Cell, _: str | None) -> date:
        found = moment(cell)
        return found.astimezone(defaults.zone).date() if isinstance(found, datetime) else found

    return read


def _instant_reader(source: Source, _: FieldType, defaults: Defaults) -> Reader:
    moment = moment_reader(source.format, defaults.dates, defaults.zone)

    def read(cell: Cell, _: str | None) -> datetime:
        found = moment(cell)
        if isinstance(found, datetime):
            return found
        try:
            return in_utc(datetime(found.year, found.month, found.day, tzinfo=defaults.zone))
        except (ValueError, OverflowError) as error:
            raise BadCell("a date from year 2 to 9998", "leave the cell empty for an open end") from error

    return read


_READERS: Final[dict[FieldKind, Callable[[Source, FieldType, Defaults], Reader]]] = {
    "text": lambda *_: _read_text,
    "texts": _texts_reader,
    "truth": lambda *_: _read_truth,
    "number": _number_reader,
    "money": _money_reader,
    "date": _date_reader,
    "instant": _instant_reader,
}
