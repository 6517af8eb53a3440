"""What a written value means where a type is expected: quantities to scaled integers, dates, texts."""

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Final

import re2

from engine.documents.document import Scalar
from engine.documents.slips import number_like
from engine.foundation import codes
from engine.foundation.problems import Problem, did_you_mean, problem
from engine.foundation.quantities import (
    DURATION_UNITS,
    Duration,
    Quantity,
    TooPrecise,
    minor_digits,
    parse_duration,
    parse_quantity,
    scaled,
)
from engine.language.values import Written
from engine.matching.core import Constant, ValueType
from engine.matching.operations import pattern_search
from engine.snapshots.vocabulary import account_paths, record_paths

Sink = Callable[[Problem], None]
DATE_KINDS: Final = frozenset({"date", "instant"})
FIGURE_KINDS: Final = frozenset({"number", "money"})

_FACTORS: Final[dict[str, dict[str, Decimal]]] = {
    "days": {"days": Decimal(1), "weeks": Decimal(7)},
    "months": {"months": Decimal(1), "quarters": Decimal(3), "half years": Decimal(6), "years": Decimal(12)},
    "hours": {"hours": Decimal(1), "minutes": Decimal(1) / Decimal(60)},
    "working hours": {"working hours": Decimal(1)},
}
"""How many of a figure's unit one written unit is worth."""

_BARE_FORBIDDEN: Final = frozenset({"percent", "percentage points"})

_EXAMPLES: Final = {
    "points": "70 points", "percent": "15%", "percentage points": "9 percentage points", "days": "30 days",
    "months": "12 months", "hours": "48 hours", "working hours": "2 working hours", "number": "3",
}  # fmt: skip


def pattern_fault(pattern: str) -> str | None:
    """What keeps ``pattern`` from being an RE2 pattern, or none."""
    try:
        pattern_search(pattern)
    except re2.error as error:
        fault = error.args[0] if error.args else "it is not understood"
        return fault.decode("utf-8", "replace") if isinstance(fault, bytes) else str(fault)
    return None


def is_money(kind: ValueType) -> bool:
    """Whether figures of this type are money in the reporting currency."""
    return kind.kind == "number" and len(kind.unit) == 3 and kind.unit.isupper()


def describe(kind: ValueType) -> str:
    """The type in an author's words."""
    if is_money(kind):
        return f"money in {kind.unit}"
    if kind.kind == "number":
        return {"number": "a number", "percent": "a percentage"}.get(kind.unit, f"a figure in {kind.unit}")
    words = {"truth": "true or false", "text": "text", "texts": "a list of texts", "duration": "a length of time"}
    return words.get(kind.kind, f"a {'moment' if kind.kind == 'instant' else 'date'}")


def fields_hint(collection: str | None, kinds: frozenset[str]) -> str | None:
    """A hint with the fields of a collection's records (or of the account) that are of one of ``kinds``."""
    paths = account_paths() if collection is None else record_paths(collection)
    names = sorted(
        name for name, field in paths.items() if field.kind in kinds and (collection is None or "." not in name)
    )
    whose = f" of {collection}" if collection else ""
    words = "dates" if "date" in kinds else "figures"
    return f"{words}{whose}: {', '.join(names)}" if names else None


def example(kind: ValueType) -> str:
    """A value of the type, as one would write it."""
    if is_money(kind):
        return f"500000 {kind.unit}"
    by_kind = {"date": "2026-01-31", "instant": "2026-01-31T09:00:00+08:00", "truth": "true", "duration": "30 days"}
    return by_kind.get(kind.kind) or _EXAMPLES.get(kind.unit, "text")


def constant(written: Written, kind: ValueType, sink: Sink, known: tuple[str, ...] = ()) -> Constant | None:
    """The constant of type ``kind`` that ``written`` stands for; a problem and none where it stands for none.

    ``known`` are the texts that can occur there at all, where that is known.
    """
    if kind.kind == "number":
        return _number(written, kind, sink)
    if kind.kind in ("text", "texts"):
        return _text(written, sink, known)
    if kind.kind == "truth":
        return _truth(written, sink)
    if kind.kind == "duration":
        return _duration(written, sink)
    return _moment(written, kind, sink)


def _number(written: Written, kind: ValueType, sink: Sink) -> Constant | None:
    quantity = quantity_of(written)
    if quantity is None:
        sink(_not_a(written, kind))
        return None
    amount = _in_unit(quantity, kind)
    if amount is None:
        message = f"`{written.text}` is held against {describe(kind)}"
        sink(problem(codes.UNIT_MISMATCH, written.place, message, f"write for example `{example(kind)}`"))
        return None
    return _scaled(written, amount, kind, sink)


def quantity_of(written: Written) -> Quantity | None:
    """The quantity that a scalar writes, if any."""
    if isinstance(written.value, bool) or written.value is None:
        return None
    if isinstance(written.value, int | Decimal):
        return Quantity(Decimal(written.value), "number")
    return parse_quantity(written.value)


def _in_unit(quantity: Quantity, kind: ValueType) -> Decimal | None:
    if is_money(kind):
        return quantity.amount if quantity.currency == kind.unit else None
    if quantity.unit == "number":
        return None if kind.unit in _BARE_FORBIDDEN else quantity.amount
    if quantity.unit == kind.unit:
        return quantity.amount
    factor = _FACTORS.get(kind.unit, {}).get(quantity.unit)
    return quantity.amount * factor if factor is not None else None


def _scaled(written: Written, amount: Decimal, kind: ValueType, sink: Sink) -> Constant | None:
    """A figure with more digits than its type keeps is an error: the comparison would be against another figure."""
    try:
        return Constant(scaled(amount, kind.scale), kind)
    except TooPrecise:
        kept = minor_digits(kind.unit) if is_money(kind) else kind.scale
        message = f"`{written.text}` has more digits than are kept: {kept} decimals"
        sink(problem(codes.TOO_PRECISE, written.place, message, f"round it to {kept} decimals"))
        return None


def _text(written: Written, sink: Sink, known: tuple[str, ...]) -> Constant | None:
    if isinstance(written.value, bool) or written.value is None:
        message = f"expected text, found `{written.text or 'nothing'}`"
        hint = (
            f'write "{written.text}" in quotes if the text is meant'
            if written.value is not None
            else "for none write `present: false`"
        )
        sink(problem(codes.TYPE_MISMATCH, written.place, message, hint))
        return None
    text = written.value if isinstance(written.value, str) else written.text
    if known and text not in known:
        sink(
            problem(
                codes.UNKNOWN_VALUE,
                written.place,
                f"`{text}` is no value that can occur here",
                did_you_mean(text, known),
            )
        )
        return None
    return Constant(text, ValueType("text"))


_TRUTH_HINT: Final = "write `true` or `false`"


def _truth(written: Written, sink: Sink) -> Constant | None:
    if isinstance(written.value, bool):
        return Constant(written.value, ValueType("truth"))
    sink(problem(codes.TYPE_MISMATCH, written.place, f"expected true or false, found `{written.text}`", _TRUTH_HINT))
    return None


def _duration(written: Written, sink: Sink) -> Constant | None:
    found = parse_duration(written.value) if isinstance(written.value, str) else None
    if found is None:
        message = f"`{written.text}` is no length of time"
        sink(problem(codes.BAD_QUANTITY, written.place, message, "write for example `30 days`"))
        return None
    return Constant(found, ValueType("duration"))


def _moment(written: Written, kind: ValueType, sink: Sink) -> Constant | None:
    try:
        if kind.kind == "date" and isinstance(written.value, str):
            return Constant(date.fromisoformat(written.value), kind)
        if isinstance(written.value, str):
            moment = datetime.fromisoformat(written.value)
            if moment.tzinfo is not None:
                return Constant(moment, kind)
    except ValueError:
        pass
    sink(_not_a(written, kind))
    return None


def _not_a(written: Written, kind: ValueType) -> Problem:
    """The problem of a value that is not of the type at all; odd number forms get their own cure."""
    plainly = number_like(Scalar(written.value, written.place))
    if kind.kind == "number" and plainly:
        return problem(
            codes.NUMBER_FORM, written.place, f"`{written.text}` is no number in plain form", f"write `{plainly}`"
        )
    quantity = quantity_of(written)
    code = (
        codes.BAD_QUANTITY
        if kind.kind == "number" and not quantity and _starts_with_digit(written)
        else codes.TYPE_MISMATCH
    )
    shown = written.text or "nothing"
    return problem(
        code, written.place, f"expected {describe(kind)}, found `{shown}`", f"write for example `{example(kind)}`"
    )


def _starts_with_digit(written: Written) -> bool:
    return written.text[:1].isdigit() or written.text[:1] == "-"


def parameter_type(written: Written, currency: str) -> ValueType | None:
    """The type a parameter's value gives it: by its unit, else text or truth; none for money of another currency."""
    if isinstance(written.value, bool):
        return ValueType("truth")
    quantity = quantity_of(written)
    if quantity is None:
        return ValueType("text")
    if quantity.unit == "money":
        return ValueType("number", currency, minor_digits(currency)) if quantity.currency == currency else None
    if quantity.unit in DURATION_UNITS:
        return ValueType("duration")
    return ValueType("number", quantity.unit)


def duration_as_figure(duration: Duration, kind: ValueType) -> int | None:
    """A duration as a scaled figure of type ``kind`` (days, months, hours), or none where the units don't fit."""
    amount = _in_unit(Quantity(duration.amount, duration.unit), kind)
    return None if amount is None else scaled(amount, kind.scale)
