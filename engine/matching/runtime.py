"""What generated rows call: the parts that are no faster when they are written out."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from operator import attrgetter
from typing import Any, Final

from msgspec import UNSET, UnsetType

from engine.foundation.quantities import Money, divide_half_even
from engine.matching.operations import local_day, shift_moment
from engine.matching.run import RunValues, Value, minor_ratio
from engine.snapshots.model import Record


class _Pending:
    """What stands in a slot whose figure is not worked out yet."""

    def __repr__(self) -> str:
        return "PENDING"


PENDING: Final = _Pending()


# -- bound once per run -------------------------------------------------------------------------------


def day_in(run: RunValues) -> Callable[[date | datetime], date]:
    """The local date of a moment, in the playbook's time zone."""
    return lambda moment: local_day(moment, run.zone)


def shifter(run: RunValues) -> Callable[..., date | datetime]:
    """Moves a moment by a duration."""
    return lambda of, by, back: shift_moment(of, by, back, run.zone)


def converter(run: RunValues, currency: str) -> Callable[[Money, Value], int | UnsetType]:
    """Converts money of another currency; the rate of a day is looked up once per run."""
    ratios: dict[tuple[str, date], tuple[int, int] | None] = {}

    def convert(money: Money, on: Value) -> int | UnsetType:
        if not isinstance(on, date):
            return UNSET
        key = (money.currency, on)
        if key not in ratios:
            rate = run.rates.rate(money.currency, currency, on)
            ratios[key] = None if rate is None else minor_ratio(money.currency, rate, currency)
        ratio = ratios[key]
        return UNSET if ratio is None else divide_half_even(money.minor * ratio[0], ratio[1])

    return convert


# -- records ------------------------------------------------------------------------------------------


def by_id(records: Sequence[Record] | UnsetType) -> dict[str, Record]:
    """Records by id, for links; of an absent collection none is known."""
    return {} if records is UNSET else {each.id: each for each in reversed(records)}


_id: Final = attrgetter("id")


def in_order(records: Sequence[Record]) -> list[Record]:
    """Records in order of id."""
    return sorted(records, key=_id) if len(records) > 1 else list(records)


def last_records(records: list[Record], count: int, date_field: str) -> list[Record] | UnsetType:
    """The last ``count`` by date, ties by id, those without a date first; unknown if a date is."""
    dates = [getattr(each, date_field) for each in records]
    if UNSET in dates:
        return UNSET
    order = sorted(range(len(records)), key=lambda at: (dates[at] is not None, dates[at] or 0, records[at].id))
    return [records[at] for at in order[-count:]]


def missing_of(wanted: tuple[str, ...], found: set[Any]) -> tuple[str, ...] | None:
    """Those of ``wanted`` that were not found, none if all were."""
    return tuple([each for each in wanted if each not in found]) or None


def items_of(conclusion: Any) -> Mapping[str, Value]:
    """A conclusion per record; of one not reached nothing is known."""
    return conclusion if isinstance(conclusion, Mapping) else {}


# -- choices ------------------------------------------------------------------------------------------


def chosen(op: str, of: Value, choices: Iterable[Any]) -> bool | UnsetType:
    """``one of``, ``any`` or ``all`` against choices, of which some may be unknown, none, or lists."""
    if of is UNSET:
        return UNSET
    members: list[Any] = []
    undecided: bool | UnsetType = False
    for each in choices:
        if each is UNSET:
            undecided = UNSET
        elif each is not None:
            members += each if isinstance(each, tuple) else (each,)
    if op == "one of":
        return True if of is not None and of in members else undecided
    held: Any = of or ()
    if op == "any":
        return any(each in held for each in members) or undecided
    if not all(each in held for each in members):
        return False
    return UNSET if undecided is UNSET else bool(held)


def agreed(so_far: Any, value: Any) -> Any:
    """The common value of the cases possible so far and one more; unknown if they differ."""
    return so_far if so_far is not UNSET and so_far == value else UNSET
