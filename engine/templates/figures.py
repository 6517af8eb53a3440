"""How values are shown to a reader: numbers, percent, money, dates and times in their locale (semantics 2.3).

A figure gets enough digits never to contradict a comparison: 14.996 is not shown as 15. Babel supplies the forms of
each locale; it is imported when the first figure is shown.
"""

import re
from bisect import bisect_left
from datetime import date, datetime
from decimal import ROUND_HALF_EVEN, Context, Decimal, localcontext
from functools import lru_cache
from typing import TYPE_CHECKING, Final, Literal, cast

from engine.foundation.quantities import Duration, Money, Number, Quantity, minor_digits, plain_decimal

if TYPE_CHECKING:
    from babel import Locale
    from babel.numbers import NumberPattern

DateStyle = Literal["short", "medium", "long", "full", "iso"]
DATE_STYLES: Final[tuple[DateStyle, ...]] = ("short", "medium", "long", "full", "iso")

Edges = tuple[Decimal, ...]
"""Figures that something is compared with, in order."""

USUAL_DECIMALS: Final = 2
MOST_DECIMALS: Final = 12
LARGEST: Final = Decimal(10) ** 20
"""Figures at or beyond this size are no figures of a customer's business and are refused."""

EXACT: Final = Context(prec=60, rounding=ROUND_HALF_EVEN)
"""Arithmetic without loss for every figure below ``LARGEST``."""

_HOME = {"zh": "CN"}
"""The territory of a locale that names none, for its own currency sign."""

_UNITS_ZH = {
    "points": "分",
    "percentage points": "个百分点",
    "minutes": "分钟",
    "hours": "小时",
    "working hours": "个工作小时",
    "days": "天",
    "working days": "个工作日",
    "weeks": "周",
    "months": "个月",
    "quarters": "个季度",
    "half years": "个半年",
    "years": "年",
}
_YES_NO = {"zh": ("是", "否"), "en": ("yes", "no")}


def show(value: object, locale: str, edges: Edges = ()) -> str:
    """``value`` as a reader of ``locale`` expects it; text is itself.

    No figure is rounded onto or across one of ``edges``, the figures that something is held against.

    Raises ``TypeError`` for what is no single value (a list, a mapping, none) and ``ValueError`` for a figure too
    large to be one.
    """
    match value:
        case str():
            return value
        case bool():
            words = _YES_NO.get(_locale(locale).language, _YES_NO["en"])
            return words[0] if value else words[1]
        case int() | Decimal():
            return show_number(as_decimal(value), locale, edges=edges)
        case Money():
            return show_money(value, locale)
        case Quantity() | Duration():
            return _show_quantity(value, locale, edges)
    return _show_time(value, locale)


def _show_time(value: object, locale: str) -> str:
    if isinstance(value, datetime):
        return show_instant(value, locale)
    if isinstance(value, date):
        return show_date(value, locale)
    raise TypeError(f"a value of type {type(value).__name__} can't be shown")


def as_decimal(value: int | Decimal) -> Decimal:
    """The figure that ``value`` stands for: a snapshot's ``Number`` counts millionths, other whole numbers ones.

    Raises ``ValueError`` for NaN, infinities and figures of 10**20 and more.
    """
    amount = plain_decimal(value) if isinstance(value, Number) else Decimal(value)
    if not amount.is_finite() or abs(amount) >= LARGEST:
        raise ValueError("the figure is too large to be shown")
    return amount


def readable(amount: Decimal, *, against: Decimal | None = None, edges: Edges = ()) -> Decimal:
    """``amount`` with the digits that a reader is shown, as in :func:`show_number`."""
    return _rounded(amount, _places(amount, against, None, edges))


def show_number(
    amount: Decimal, locale: str, *, decimals: int | None = None, against: Decimal | None = None, edges: Edges = ()
) -> str:
    """``amount`` grouped as in ``locale``, with ``decimals`` digits after the point, else as many as tell the truth.

    ``against`` is the figure it was compared with: digits are added until the two look equal only if they are.
    """
    places = _places(amount, against, decimals, edges)
    return _apply(_pattern("#,##0", places), amount, places, locale)


def show_percent(
    amount: Decimal, locale: str, *, decimals: int | None = None, against: Decimal | None = None, edges: Edges = ()
) -> str:
    """``amount`` per cent, so ``Decimal("14.96")`` is ``14.96%``; digits as in :func:`show_number`."""
    places = _places(amount, against, decimals, edges)
    form = cast("str", _locale(locale).percent_formats[None].pattern)
    return _apply(_pattern(form, places), _rounded(amount, places).scaleb(-2, EXACT), places + 2, locale)


def show_money(money: Money, locale: str) -> str:
    """``money`` with its sign where it is the reader's own currency (``¥1,200.50``), else ``CNY 1,200.50``."""
    digits = minor_digits(money.currency)
    return _show_amount(plain_decimal(money.minor, digits), money.currency, locale)


def show_date(day: date, locale: str, style: DateStyle = "long") -> str:
    """``day`` in words or digits: ``2026年11月21日``, ``November 21, 2026``; ``iso`` is ``2026-11-21`` everywhere."""
    if style == "iso":
        return f"{day:%Y-%m-%d}" if day.year > 999 else date.isoformat(day)
    from babel.dates import format_date

    return format_date(day, style, _locale(locale))


def show_instant(moment: datetime, locale: str, style: DateStyle = "long") -> str:
    """Date and time of ``moment`` in the zone it carries: the caller moves it into the reader's first."""
    if style == "iso":
        return moment.isoformat(sep=" ", timespec="minutes")
    from babel.dates import format_time

    known = _locale(locale)
    clock = format_time(moment.time(), "short", locale=known).replace("\u202f", " ")
    joint = str(known.datetime_formats["medium"])
    return joint.replace("{1}", show_date(moment.date(), locale, style)).replace("{0}", clock)


def _show_quantity(quantity: Quantity | Duration, locale: str, edges: Edges) -> str:
    amount, unit = as_decimal(quantity.amount), quantity.unit
    if unit == "percent":
        return show_percent(amount, locale, edges=edges)
    if isinstance(quantity, Quantity) and quantity.currency:
        return _show_amount(amount, quantity.currency, locale)
    number = show_number(amount, locale, edges=edges)
    if unit == "number":
        return number
    if _locale(locale).language == "zh":
        return f"{number} {_UNITS_ZH[unit]}"
    return f"{number} {unit[:-1] if amount == 1 else unit}"


def _show_amount(amount: Decimal, currency: str, locale: str) -> str:
    places = max(minor_digits(currency), _decimals(amount))
    return _apply(_pattern(_money_form(currency, locale), places), amount, places, locale, currency)


@lru_cache(maxsize=256)
def _money_form(currency: str, locale: str) -> str:
    from babel.numbers import get_territory_currencies

    known = _locale(locale)
    territory = known.territory or _HOME.get(known.language)
    if territory is not None and currency in get_territory_currencies(territory):
        return cast("str", known.currency_formats["standard"].pattern)
    return "¤¤ #,##0.00;¤¤ -#,##0.00"


def _places(amount: Decimal, against: Decimal | None, wanted: int | None, edges: Edges) -> int:
    """Digits after the point that keep ``amount`` from looking like ``against``, or rounder than it is.

    How round it looks is the author's choice where ``wanted`` states the digits.
    """
    if wanted is not None and not 0 <= wanted <= MOST_DECIMALS:
        raise ValueError(f"decimals are 0 to {MOST_DECIMALS}, found {wanted}")
    full = _decimals(amount)
    for places in range(USUAL_DECIMALS if wanted is None else wanted, full):
        rounder = wanted is None and _decimals(_rounded(amount, places)) < places
        kept = _clear(amount, places, edges) and (against is None or _order_kept(amount, against, places))
        if not rounder and kept:
            return places
    return max(full, wanted or 0)


def _clear(amount: Decimal, places: int, edges: Edges) -> bool:
    """Whether no edge lies between ``amount`` and what it is rounded to."""
    low, high = sorted((amount, _rounded(amount, places)))
    at = bisect_left(edges, low)
    return low == high or at == len(edges) or edges[at] > high


def _order_kept(left: Decimal, right: Decimal, places: int) -> bool:
    return left.compare(right) == _rounded(left, places).compare(_rounded(right, places))


def _rounded(amount: Decimal, places: int) -> Decimal:
    return amount.quantize(Decimal(1).scaleb(-places), context=EXACT)


@lru_cache(maxsize=1 << 14)
def _decimals(amount: Decimal) -> int:
    """Digits after the point without trailing zeros, at most ``MOST_DECIMALS``."""
    kept = _rounded(amount, MOST_DECIMALS)
    return max(0, -int(kept.normalize(EXACT).as_tuple().exponent))


@lru_cache(maxsize=1 << 14)
def _apply(pattern: "NumberPattern", amount: Decimal, places: int, locale: str, currency: str | None = None) -> str:
    exact = _rounded(amount, places)
    unsigned = exact.copy_abs() if exact.is_zero() else exact
    with localcontext(EXACT):
        return str(pattern.apply(unsigned, _locale(locale), currency=currency, currency_digits=False))


@lru_cache(maxsize=256)
def _pattern(form: str, places: int) -> "NumberPattern":
    from babel.numbers import parse_pattern

    tail = "." + "0" * places if places else ""
    return parse_pattern(re.sub(r"0(?:\.[0#]+)?", "0" + tail, form))


@lru_cache(maxsize=256)
def _locale(name: str) -> "Locale":
    """The locale called ``name``; English where nobody knows it, since a contact's language is customer data."""
    from babel import Locale, UnknownLocaleError

    try:
        return Locale.parse(name.replace("-", "_"))
    except (UnknownLocaleError, ValueError):
        return Locale("en")
