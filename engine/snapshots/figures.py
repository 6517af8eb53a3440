"""Numbers and money of account data, taken exactly or refused."""

from decimal import Context, Decimal, DecimalException, InvalidOperation, Overflow, Rounded, Underflow
from functools import lru_cache
from typing import Final

from engine.foundation import codes
from engine.foundation.problems import Code
from engine.foundation.quantities import INT64_MAX, SCALE, Money, Number, TooPrecise

NUMBER_WORDS: Final = "a number such as `70.5`"
MONEY_WORDS: Final = 'money such as `"1200.50 CNY"`'

_MILLION: Final = 10**SCALE
_LONGEST_MONEY: Final = 32
_BEYOND_64_BITS: Final = 13

_WHOLE_MAX: Final = INT64_MAX // _MILLION

# Any rounding is an error, and so is an exponent no 64-bit figure can have: 1e999999999 never becomes an integer.
_exact = Context(prec=30, Emin=-30, Emax=30, traps=[Rounded, InvalidOperation, Overflow, Underflow])


class Refused(ValueError):
    """A figure that can't be held exactly: what was expected instead, and which kind of problem it is."""

    def __init__(self, expected: str, code: Code = codes.BAD_ACCOUNT) -> None:
        super().__init__(expected)
        self.code = code


def decode_figure(kind: type, found: object) -> object:
    """The hook by which msgspec reads ``Number`` and ``Money``: no text for a number, no number for money."""
    return number_of(found) if kind is Number else money_of(found)


def in_millionths(whole: int) -> Number:
    """A whole number of millionths; raises :class:`Refused` where it does not fit."""
    return Number(_within_64_bits(whole, "a number"))


def in_minor_units(minor: int, currency: str) -> Money:
    """Money in minor units; raises :class:`Refused` where it does not fit."""
    return Money(_within_64_bits(minor, "money"), currency)


def number_of(found: object) -> Number:
    """The JSON number ``found`` in millionths; raises :class:`Refused` rather than round or wrap around."""
    if type(found) is int:
        if -_WHOLE_MAX <= found <= _WHOLE_MAX:
            return Number(found * _MILLION)
        raise _too_large("a number")
    if type(found) is Decimal:
        return _from_decimal(found)
    raise Refused(NUMBER_WORDS)


# The same figures and prices stand in many records; neither can be changed, so that all of them may share one.
@lru_cache(maxsize=1 << 14)
def _from_decimal(found: Decimal) -> Number:
    try:
        shifted = _exact.scaleb(found, SCALE)
        whole = int(shifted)
        if whole == shifted:
            return in_millionths(whole)
    except DecimalException:
        pass  # rounded, or out of all bounds: told apart below
    if found.adjusted() > _BEYOND_64_BITS:
        raise _too_large("a number")
    raise Refused(f"a number with at most {SCALE} decimals")


def money_of(found: object) -> Money:
    """The text ``found`` as money; raises :class:`Refused` for another form or below the minor unit."""
    if type(found) is str and len(found) <= _LONGEST_MONEY:
        return _money(found)
    raise Refused(MONEY_WORDS)


@lru_cache(maxsize=1 << 14)
def _money(text: str) -> Money:
    try:
        money = Money.parse(text)
    except TooPrecise as error:
        raise Refused(f"money in whole minor units: {error}") from error
    except ValueError as error:
        raise Refused(MONEY_WORDS) from error
    return in_minor_units(money.minor, money.currency)


def _within_64_bits(figure: int, what: str) -> int:
    if -INT64_MAX <= figure <= INT64_MAX:
        return figure
    raise _too_large(what)


def _too_large(what: str) -> Refused:
    return Refused(f"{what} that fits in 64 bits at its scale", codes.OVERFLOW)
