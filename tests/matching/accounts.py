"""Small accounts, runs and conclusions in which anything may be unknown, none, or at a border."""

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import strategies as st
from msgspec import UNSET

from engine.foundation.quantities import Duration, Money, Number
from engine.matching.core import DATE, DURATION, INSTANT, MONEY, PERCENT, TEXT, TEXTS, TRUTH, ValueType
from engine.matching.rankings import Ranking, Rankings
from engine.matching.run import Conclusions, Rate, Rates, RunValues
from engine.snapshots.model import COLLECTIONS, AccountSnapshot, Coverage, Profile, Record, Relationship
from engine.snapshots.vocabulary import record_paths

NUMBER = ValueType("number")
CNY = ValueType("number", "CNY", 2)
SHANGHAI = ZoneInfo("Asia/Shanghai")
TODAY = date(2026, 3, 31)
AS_OF = datetime(2026, 3, 31, 23, 59, 59, tzinfo=SHANGHAI)

COLLECTIONS_USED = ("purchases", "surveys", "tickets", "contacts", "interactions", "deliveries")
IDS = ["r1", "r2", "r3", "r4"]
DAYS = [TODAY - timedelta(days) for days in (0, 1, 15, 31, 59, 60, 90, 120, 365)] + [date(2024, 2, 29)]
MOMENTS = [
    AS_OF.astimezone(UTC),
    datetime(2026, 3, 30, 18, 0, tzinfo=UTC),
    datetime(2026, 3, 1, 7, 30, tzinfo=timezone(timedelta(hours=8))),
    datetime(2026, 2, 28, 23, 30, tzinfo=timezone(timedelta(hours=-5))),
    datetime(2025, 12, 31, 16, 30, tzinfo=UTC),
]
VALUES: dict[str, list[Any]] = {
    "text": ["a", "b", "late", "天"],
    "texts": [("a",), ("a", "b"), ("天", "late"), ()],
    "truth": [True, False],
    "number": [Number(each) for each in (0, 1_000_000, 2_500_000, -3_000_000, 70_000_000, 69_900_000, 5 * 10**18)],
    "money": [Money(0, "CNY"), Money(12_050, "CNY"), Money(-300, "CNY"), Money(999, "USD"), Money(7, "EUR")],
    "date": [*DAYS, TODAY + timedelta(1), date.max],
    "instant": [*MOMENTS, AS_OF.astimezone(UTC) + timedelta(seconds=1)],
}
"""Values of built-in fields by kind."""

DECLARED: dict[str, tuple[ValueType, list[Any]]] = {
    "budget": (NUMBER, [0, 3, Decimal("2.5"), -1]),
    "mood": (TEXT, ["a", "b"]),
    "agreed": (DATE, ["2026-03-31", "2026-02-28"]),
    "seen": (INSTANT, ["2026-03-01T12:00:00+08:00"]),
    "gave_reference": (TRUTH, [True, False]),
    "worth": (MONEY, ["12.50 CNY", "3 USD"]),
    "topics": (TEXTS, [["a", "b"], []]),
}
"""Declared fields of accounts and records alike: type, and raw values."""

WRONG: list[Any] = ["", 1, True, [], {}, Decimal("0.0000001"), 10**30, "2026-13-01", "12.505 CNY"]
"""Raw values that are wrong for some declared field."""

DURATIONS = [
    Duration(Decimal(30), "days"),
    Duration(Decimal(2), "weeks"),
    Duration(Decimal(1), "months"),
    Duration(Decimal(4), "quarters"),
    Duration(Decimal(9999), "years"),
]
PARAMETERS: dict[str, tuple[ValueType, list[Any]]] = {
    "floor": (NUMBER, [70_000_000, 0]),
    "share": (PERCENT, [15_000_000, 0, -1]),
    "kinds": (TEXTS, [("a", "b"), ()]),
    "kind": (TEXT, ["a"]),
    "span": (DURATION, list(DURATIONS)),
    "day": (DATE, list(DAYS)),
}
CONCLUSIONS: dict[str, tuple[ValueType, bool, list[Any]]] = {
    "classes.tier": (TEXT, False, ["a", "b"]),
    "warnings.late": (TRUTH, False, [True, False]),
    "classes.mood": (TEXT, True, ["a", "b"]),
    "warnings.each": (TRUTH, True, [True, False]),
}
"""Conclusions by address: type, whether there is one per record, values."""

RANKED, GROUPED = "ranked", "grouped"
RANKINGS: Rankings = {
    RANKED: {(): Ranking((0, 1_000_000, 70_000_000))},
    GROUPED: {("a",): Ranking((-5, 1_000_000, 1_000_000)), ("b",): Ranking((), 2), ("late",): Ranking(())},
}
RATES = (
    Rate(date(2026, 1, 1), "USD", "CNY", Decimal("7.1")),
    Rate(date(2026, 3, 1), "USD", "CNY", Decimal("7.0512")),
    Rate(date(2025, 1, 1), "EUR", "CNY", Decimal(10**18)),
)


def unsure(values: list[Any]) -> st.SearchStrategy[Any]:
    """One of ``values``, or none, or unknown."""
    return st.sampled_from([*values, *values, None, UNSET])


def _fields(wrong: bool) -> st.SearchStrategy[dict[str, Any]]:
    worse = WRONG if wrong else []
    pools = {name: st.sampled_from([*values, None, *worse]) for name, (_, values) in DECLARED.items()}
    return st.fixed_dictionaries({}, optional=pools)


def records(collection: str, wrong: bool = False) -> st.SearchStrategy[Record]:
    """A record with an id of ``IDS``; its fields may be anything, unknown and none included."""
    kind = COLLECTIONS[collection].record
    own = {name: each for name, each in record_paths(collection).items() if name in kind.__struct_fields__}
    pools = {name: unsure(IDS if name == "contact_id" else VALUES[each.kind]) for name, each in own.items()}
    pools["id"] = st.sampled_from(IDS)
    return st.builds(kind, **pools, fields=_fields(wrong))


def _collection(collection: str, wrong: bool) -> st.SearchStrategy[Any]:
    several = st.lists(records(collection, wrong), max_size=4, unique_by=lambda each: each.id).map(tuple)
    return st.just(UNSET) | st.none() | several | several | several | several


@st.composite
def snapshots(draw: st.DrawFn, wrong: bool = False) -> AccountSnapshot:
    """An account; with ``wrong``, declared data may be of a wrong type."""
    covered = [{}, {"purchases": Coverage(from_=date(2024, 1, 1))}, {"tickets": Coverage(to=TODAY)}]
    return AccountSnapshot(
        id="A-1",
        name="Ä",
        profile=Profile(industry=draw(unsure(VALUES["text"])), employees=draw(unsure(VALUES["number"]))),
        relationship=Relationship(started_on=draw(unsure(VALUES["date"]))),
        coverage=draw(st.sampled_from(covered)),
        fields=draw(_fields(wrong)),
        **{name: draw(_collection(name, wrong)) for name in COLLECTIONS_USED},
    )


def run_of(parameters: dict[str, Any] | None = None, rates: tuple[Rate, ...] = RATES) -> RunValues:
    """A run at the end of March 2026 in Shanghai."""
    return RunValues(AS_OF, TODAY, SHANGHAI, parameters or {}, RANKINGS, Rates(rates))


@st.composite
def runs(draw: st.DrawFn) -> RunValues:
    """A run, in which parameters, rates and portfolio figures may be missing."""
    return RunValues(
        AS_OF,
        TODAY,
        SHANGHAI,
        parameters={name: draw(unsure(values)) for name, (_, values) in PARAMETERS.items()},
        rankings=draw(st.sampled_from([RANKINGS, {}])),
        rates=Rates(draw(st.sampled_from([RATES, RATES[:2], ()]))),
        year_begins=draw(st.sampled_from([1, 1, 4])),
    )


@st.composite
def conclusions(draw: st.DrawFn) -> Conclusions:
    """Settled conclusions of lower levels; some are not there."""
    found: dict[str, Any] = {}
    for address, (_, each, values) in CONCLUSIONS.items():
        if draw(st.booleans()):
            pool = unsure(values)
            found[address] = draw(st.dictionaries(st.sampled_from(IDS), pool)) if each else draw(pool)
    return found
