"""The filters and tests of a template; each counts the work it causes before doing it."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any, Final

from jinja2 import pass_context
from jinja2.filters import do_title
from jinja2.runtime import Context

from engine.foundation.quantities import Money, Quantity
from engine.templates.bounds import FIGURE_STEPS, Missing, absent, present, run_of
from engine.templates.figures import DATE_STYLES, DateStyle, show_date, show_number, show_percent
from engine.templates.values import charge_search, figure_of, join_texts, kind_of, list_of, number_of, text_of, unfit


def _changing(change: Callable[[str], str]) -> Callable[[Context, Any], str]:
    @pass_context
    def changed(context: Context, value: Any) -> str:
        run = run_of(context)
        text = change(text_of(run, value))
        run.handle(len(text))
        return text

    return changed


def _default(value: Any, otherwise: Any, boolean: bool = False) -> Any:
    return otherwise if absent(value) or (boolean and not value) else value


@pass_context
def _replace(context: Context, value: Any, old: Any, new: Any) -> str:
    run = run_of(context)
    text, old, new = (text_of(run, each) for each in (value, old, new))
    charge_search(run, text, old)
    run.handle(len(text) + text.count(old) * (len(new) - len(old)))
    return text.replace(old, new)


@pass_context
def _join(context: Context, value: Any, separator: Any = "") -> str:
    run = run_of(context)
    return join_texts(run, text_of(run, separator), list_of(value))


def _length(value: Any) -> int:
    if not isinstance(present(value), str | list | tuple | Mapping):
        unfit(f"{kind_of(value)} has no length")
    return len(value)


def _item(index: int, name: str) -> Callable[[Any], Any]:
    def item(value: Any) -> Any:
        items = value if isinstance(value, str) else list_of(value)
        found = items[index] if items else None
        return Missing(name=name) if found is None else found

    return item


@pass_context
def _number_filter(context: Context, value: Any, decimals: Any = None, *, against: Any = None) -> str:
    return _shown_figure(context, show_number, value, decimals, against)


@pass_context
def _percent(context: Context, value: Any, decimals: Any = None, *, against: Any = None) -> str:
    return _shown_figure(context, show_percent, value, decimals, against)


def _shown_figure(context: Context, form: Callable[..., str], value: Any, decimals: Any, against: Any) -> str:
    run = run_of(context)
    run.charge(FIGURE_STEPS)
    amount = figure_of(value)
    other = None if against is None else figure_of(against)
    if decimals is not None and type(decimals) is not int:
        unfit("decimals are a whole number")
    try:
        return form(amount, run.locale, decimals=decimals, against=other, edges=run.edges)
    except ValueError as error:
        unfit(str(error))


@pass_context
def _money(context: Context, value: Any, currency: Any = None) -> str:
    if isinstance(value, Money | Quantity):
        if kind_of(value) != "an amount of money":
            unfit(f"{kind_of(value)} stands where an amount of money is needed")
        return text_of(run_of(context), value)
    amount = figure_of(value)
    if not (isinstance(currency, str) and len(currency) == 3 and currency.isascii() and currency.isupper()):
        unfit("a plain number needs its currency", 'write `| money("CNY")`')
    return text_of(run_of(context), Quantity(amount, "money", currency))


@pass_context
def _date(context: Context, value: Any, style: Any = "long") -> str:
    if not isinstance(present(value), date):
        unfit(f"{kind_of(value)} stands where a date is needed")
    if style not in DATE_STYLES:
        unfit(f"dates are shown {', '.join(DATE_STYLES)}", 'write `| date("long")`')
    run = run_of(context)
    run.charge(FIGURE_STEPS)
    chosen: DateStyle = style
    return show_date(value.date() if isinstance(value, datetime) else value, run.locale, chosen)


def _defined(value: Any) -> bool:
    return not absent(value)


def _odd(value: Any) -> bool:
    return not _even(value)


def _even(value: Any) -> bool:
    number = number_of(value)
    if not isinstance(number, int):
        unfit("only a whole number is odd or even")
    return number % 2 == 0


FILTERS: Final[Mapping[str, Callable[..., Any]]] = {
    "date": _date,
    "default": _default,
    "first": _item(0, "the first record"),
    "join": _join,
    "last": _item(-1, "the last record"),
    "length": _length,
    "lower": _changing(str.lower),
    "money": _money,
    "number": _number_filter,
    "percent": _percent,
    "replace": _replace,
    "title": _changing(do_title),
    "trim": _changing(str.strip),
    "upper": _changing(str.upper),
}

TESTS: Final[Mapping[str, Callable[[Any], bool]]] = {
    "defined": _defined,
    "even": _even,
    "none": absent,
    "odd": _odd,
    "undefined": absent,
}
