"""The operators of a template, each a call that counts its work first.

:mod:`engine.templates.sandbox` rewrites templates so that comparisons, ``~``, loops, slices and decimals come here.
"""

import operator
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, Final

from jinja2 import pass_context
from jinja2.runtime import Context

from engine.foundation.codes import TEMPLATE_FORBIDDEN, TEMPLATE_LIMIT
from engine.foundation.quantities import Duration, Money, Quantity, minor_digits, plain_decimal
from engine.templates.bounds import Missing, Run, absent, present, refuse, run_of
from engine.templates.figures import EXACT, LARGEST
from engine.templates.marks import shielded
from engine.templates.values import charge_search, join_texts, kind_of, list_of, number_of, text_of, unfit

FIGURES_HINT: Final = "work the figure out under `metrics`; a template only shows it"


@pass_context
def shown(context: Context, value: Any) -> str:
    """What ``{{ value }}`` prints (Jinja's ``finalize``)."""
    return text_of(run_of(context), value)


@pass_context
def shown_in_markdown(context: Context, value: Any) -> str:
    """What ``{{ value }}`` prints in Markdown."""
    return shielded(text_of(run_of(context), value))


def calculate(context: Context, sign: str, left: Any, right: Any) -> int | Decimal:
    """A sum, difference or product of plain numbers; anything else is refused."""
    run_of(context).charge(1)
    if sign not in _CALCULATIONS:
        refuse(TEMPLATE_FORBIDDEN, f"`{sign}` is not available in templates", FIGURES_HINT)
    left, right = number_of(left), number_of(right)
    whole, exact = _CALCULATIONS[sign]
    if isinstance(left, int) and isinstance(right, int):
        result: int | Decimal = whole(left, right)
    else:
        result = exact(Decimal(left), Decimal(right))
    if not -LARGEST < result < LARGEST:
        refuse(TEMPLATE_LIMIT, "a figure grows too large", FIGURES_HINT)
    return result


_CALCULATIONS: Final[dict[str, tuple[Callable[[int, int], int], Callable[[Decimal, Decimal], Decimal]]]] = {
    "+": (operator.add, EXACT.add),
    "-": (operator.sub, EXACT.subtract),
    "*": (operator.mul, EXACT.multiply),
}

_COMPARISONS: Final[dict[str, Callable[[Any, Any], bool]]] = {
    "eq": operator.eq,
    "ne": operator.ne,
    "lt": operator.lt,
    "lteq": operator.le,
    "gt": operator.gt,
    "gteq": operator.ge,
}


@pass_context
def _compare(context: Context, left: Any, *rest: Any) -> bool:
    """``a < b <= c``: operators and right-hand sides by turns."""
    run = run_of(context)
    for sign, right in zip(rest[::2], rest[1::2], strict=True):
        if not _holds(run, sign, left, right):
            return False
        left = right
    return True


def _holds(run: Run, sign: str, left: Any, right: Any) -> bool:
    run.charge(1)
    if sign in ("in", "notin"):
        return _contains(run, present(right), present(left)) == (sign == "in")
    if sign in ("eq", "ne") and (left is None or right is None):
        return (absent(left) and absent(right)) == (sign == "eq")
    (kind, mine), (other_kind, other) = _comparable(run, left), _comparable(run, right)
    if kind != other_kind and not _unit_left_out(kind, other_kind):
        unfit(f"{kind_of(left)} can't be compared with {kind_of(right)}")
    return _COMPARISONS[sign](mine, other)


def _unit_left_out(kind: str, other: str) -> bool:
    """``share > 15`` speaks of the unit that ``share`` has; money always names its currency."""
    return "number" in (kind, other) and "quantity" in (kind[:8], other[:8])


def _comparable(run: Run, value: Any) -> tuple[str, Any]:
    """What ``value`` may be compared as, and by which key."""
    present(value)
    if isinstance(value, Money):
        return value.currency, plain_decimal(value.minor, minor_digits(value.currency))
    if isinstance(value, Quantity | Duration):
        return getattr(value, "currency", None) or f"quantity {value.unit}", value.amount
    if isinstance(value, str):
        run.handle(len(value))
    elif isinstance(value, int | Decimal) and not isinstance(value, bool):
        return "number", number_of(value)
    elif not isinstance(value, bool | date):
        unfit(f"{kind_of(value)} can't be compared", "compare a member of it, or its `| length`")
    return kind_of(value), value


def _contains(run: Run, whole: Any, part: Any) -> bool:
    if isinstance(whole, str):
        if not isinstance(part, str):
            unfit(f"{kind_of(part)} can't stand in a text")
        run.handle(len(whole))
        charge_search(run, whole, part)
        return part in whole
    if isinstance(whole, Mapping):
        return isinstance(part, str) and not absent(whole.get(part))
    wanted = _comparable(run, part)
    run.charge(len(list_of(whole)))
    return any(_comparable(run, each) == wanted for each in whole if not _plural(each) and not absent(each))


def _plural(value: Any) -> bool:
    return isinstance(value, Mapping | list | tuple)


@pass_context
def _concat(context: Context, first: Any, *rest: Any) -> str:
    return join_texts(run_of(context), "", (first, *rest))


@pass_context
def _slice(context: Context, value: Any, start: Any, stop: Any) -> Any:
    whole = value if isinstance(value, str) else list_of(value)
    if not all(each is None or type(each) is int for each in (start, stop)):
        unfit("a part is cut by whole numbers: `text[:80]`")
    part = whole[start:stop]
    run_of(context).charge(1, len(part))
    return part


class _Counted:
    """The records of a loop; each turn costs as much as its body is long."""

    __slots__ = ("records", "run", "weight")

    def __init__(self, run: Run, records: Sequence[Any], weight: int) -> None:
        self.run = run
        self.records = records
        self.weight = weight

    def __len__(self) -> int:
        return len(self.records)

    def __iter__(self) -> Iterator[Any]:
        for record in self.records:
            self.run.charge(self.weight)
            yield Missing(name="a record of the list") if record is None else record


@pass_context
def _each(context: Context, value: Any, weight: int) -> _Counted:
    return _Counted(run_of(context), list_of(value), weight)


@pass_context
def _charge(context: Context, steps: int) -> None:
    run_of(context).charge(steps)


OPERATIONS: Final[Mapping[str, Callable[..., Any]]] = {
    "~charge": _charge,
    "~compare": _compare,
    "~concat": _concat,
    "~decimal": Decimal,
    "~each": _each,
    "~slice": _slice,
}
"""Filters no template can spell; :mod:`engine.templates.sandbox` writes them into its tree."""
