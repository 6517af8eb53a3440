"""The values a template meets, and what each may be taken for; what does not fit is refused (PB606)."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final, NoReturn

from markupsafe import Markup

from engine.foundation.codes import TEMPLATE_FORBIDDEN, TEMPLATE_VALUE
from engine.foundation.quantities import Duration, Money, Quantity
from engine.templates.bounds import FIGURE_STEPS, Run, present, refuse
from engine.templates.figures import LARGEST, as_decimal, show
from engine.templates.marks import shielded


def unfit(message: str, hint: str | None = None) -> NoReturn:
    """End the rendering: an operation met a value it is not made for."""
    refuse(TEMPLATE_VALUE, message, hint)


def text_of(run: Run, value: Any) -> str:
    """``value`` as the reader sees it."""
    present(value)
    if isinstance(value, str):
        run.handle(len(value))
        return value
    if isinstance(value, Mapping | list | tuple):
        unfit("a list or record can't be printed as a whole", "name a member, loop over it, or `| join(…)`")
    run.charge(FIGURE_STEPS)
    try:
        return show(value, run.locale, run.edges)
    except TypeError:
        refuse(TEMPLATE_FORBIDDEN, f"a value of type {type(value).__name__} can't be printed")
    except ValueError as error:
        unfit(str(error))


def number_of(value: Any) -> int | Decimal:
    """A plain number, ready to be calculated with."""
    present(value)
    if type(value) is int and abs(value) < LARGEST:
        return value
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        unfit(f"{kind_of(value)} stands where a number is needed")
    try:
        return as_decimal(value)
    except ValueError as error:
        unfit(str(error))


def figure_of(value: Any) -> Decimal:
    """The amount of a number or quantity, its unit left out."""
    amount = value.amount if isinstance(value, Quantity | Duration) else value
    return Decimal(number_of(amount))


def list_of(value: Any) -> Sequence[Any]:
    """``value``, which is a list."""
    present(value)
    if not isinstance(value, list | tuple):
        unfit(f"{kind_of(value)} stands where a list is needed")
    return value


def kind_of(value: Any) -> str:
    """What a message calls ``value``."""
    if isinstance(value, Quantity | Duration) and value.unit != "money":
        return f"a quantity in {value.unit}"
    for types, word in _KINDS:
        if isinstance(value, types):
            return word
    return f"a value of type {type(value).__name__}"


_KINDS: Final[tuple[tuple[type | tuple[type, ...], str], ...]] = (
    (str, "a text"),
    (bool, "a yes or no"),
    ((int, Decimal), "a number"),
    ((Money, Quantity), "an amount of money"),
    (datetime, "an instant"),
    (date, "a date"),
    (Mapping, "a record"),
    ((list, tuple), "a list"),
)


def join_texts(run: Run, separator: str, values: Iterable[Any]) -> str:
    """The values as the reader sees them, ``separator`` in between."""
    kept: list[str] = []
    length = 0
    for value in values:
        kept.append(text_of(run, value))
        length += len(kept[-1]) + len(separator)
        run.handle(length)
    if any(isinstance(each, Markup) for each in kept):
        return shielded(separator).join(shielded(each) for each in kept)
    return separator.join(kept)


def charge_search(run: Run, text: str, part: str) -> None:
    """Count a search by its worst case: every place of ``text`` compared with much of ``part``."""
    run.charge(1 + len(text) * min(len(part), 100) // 1000)
