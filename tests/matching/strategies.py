"""Hypothesis strategies: core trees of every kind over small snapshots in which anything may be unknown or none."""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
from hypothesis import strategies as st
from msgspec import UNSET

from engine.foundation.quantities import INT64_MAX, Duration, Money, Number, Period
from engine.matching import core
from engine.matching.core import (
    COUNT,
    DATE,
    DURATION,
    INSTANT,
    MONEY,
    PERCENT,
    TEXT,
    TEXTS,
    TRUTH,
    Constant,
    Definition,
    Forest,
    Items,
    Node,
    Scope,
    Series,
    ValueType,
)
from engine.matching.run import Conclusions, Ranking, Rate, Rates, RunValues
from engine.snapshots.model import COLLECTIONS, AccountSnapshot, Coverage, Profile, Record, Relationship
from engine.snapshots.vocabulary import FieldType, record_paths

NUMBER = ValueType("number")
CNY = ValueType("number", "CNY", 2)
TODAY = date(2026, 3, 31)
SHANGHAI = ZoneInfo("Asia/Shanghai")
AS_OF = datetime(2026, 3, 31, 23, 59, 59, tzinfo=SHANGHAI)

COLLECTIONS_USED = ("purchases", "surveys", "tickets", "contacts", "interactions", "deliveries")

DAYS = [TODAY - timedelta(days) for days in (0, 1, 15, 31, 59, 60, 90, 120, 365)] + [date(2024, 2, 29)]
MOMENTS = [
    AS_OF.astimezone(UTC),
    datetime(2026, 3, 30, 18, 0, tzinfo=UTC),
    datetime(2026, 3, 1, 7, 30, tzinfo=timezone(timedelta(hours=8))),
    datetime(2026, 2, 28, 23, 30, tzinfo=timezone(timedelta(hours=-5))),
    datetime(2025, 12, 31, 16, 30, tzinfo=UTC),
]
POOLS: dict[str, list[Any]] = {
    "text": ["a", "b", "late", "天"],
    "texts": [("a",), ("a", "b"), ("天", "late"), ()],
    "truth": [True, False],
    "number": [Number(each) for each in (0, 1_000_000, 2_500_000, -3_000_000, 70_000_000, 69_900_000, 5 * 10**18)],
    "money": [Money(0, "CNY"), Money(12_050, "CNY"), Money(-300, "CNY"), Money(999, "USD"), Money(7, "EUR")],
    "date": [*DAYS, TODAY + timedelta(1), date.max],
    "instant": [*MOMENTS, AS_OF.astimezone(UTC) + timedelta(seconds=1)],
}
IDS = ["r1", "r2", "r3", "r4"]
DECLARED: dict[str, tuple[ValueType, list[Any]]] = {
    "budget": (NUMBER, [0, 3, Decimal("2.5"), -1]),
    "mood": (TEXT, ["a", "b"]),
    "agreed": (DATE, ["2026-03-31", "2026-02-28"]),
    "seen": (INSTANT, ["2026-03-01T12:00:00+08:00"]),
    "gave_reference": (TRUTH, [True, False]),
    "worth": (MONEY, ["12.50 CNY", "3 USD"]),
    "topics": (TEXTS, [["a", "b"], []]),
}
WRONG = ["", 1, True, [], {}, Decimal("0.0000001"), 10**30, "2026-13-01", "12.505 CNY"]
DURATIONS = [
    Duration(Decimal(30), "days"),
    Duration(Decimal(2), "weeks"),
    Duration(Decimal(1), "months"),
    Duration(Decimal(4), "quarters"),
    Duration(Decimal(9999), "years"),
]
HOURS = [Duration(Decimal(48), "hours"), Duration(Decimal(90), "minutes")]
PERIODS = [Period(1, "month"), Period(1, "quarter"), Period(2, "week"), Period(1, "year"), Period(1, "day")]
PARAMETERS: dict[str, tuple[ValueType, list[Any]]] = {
    "floor": (NUMBER, [70_000_000, 0]),
    "share": (PERCENT, [15_000_000, 0, -1]),
    "kinds": (TEXTS, [("a", "b"), ()]),
    "kind": (TEXT, ["a"]),
    "span": (DURATION, DURATIONS),
    "day": (DATE, DAYS),
}
CONCLUSIONS: dict[str, tuple[ValueType, bool, list[Any]]] = {
    "classes.tier": (TEXT, False, ["a", "b"]),
    "warnings.late": (TRUTH, False, [True, False]),
    "classes.mood": (TEXT, True, ["a", "b"]),
    "warnings.each": (TRUTH, True, [True, False]),
}
RANKED = "ranked"

Variables = tuple[tuple[str, str], ...]
"""Record variables in reach, with their collections."""


# -- data ---------------------------------------------------------------------------------------------


def unsure(values: list[Any]) -> st.SearchStrategy[Any]:
    """One of ``values``, or none, or unknown."""
    return st.sampled_from([*values, *values, None, UNSET])


def _fields(wrong: bool) -> st.SearchStrategy[dict[str, Any]]:
    pools = {name: st.sampled_from([*values, None, *(WRONG if wrong else ())]) for name, (_, values) in DECLARED.items()}
    return st.fixed_dictionaries({}, optional=pools)


def record_of(collection: str, wrong: bool = False) -> st.SearchStrategy[Record]:
    """A record with an id of ``IDS``; its fields may be anything, unknown and none included."""
    kind = COLLECTIONS[collection].record
    own = {name: each for name, each in record_paths(collection).items() if name in kind.__struct_fields__}
    pools = {name: unsure(IDS if name == "contact_id" else POOLS[each.kind]) for name, each in own.items()}
    pools["id"] = st.sampled_from(IDS)
    return st.builds(kind, **pools, fields=_fields(wrong))


def _collection(collection: str, wrong: bool) -> st.SearchStrategy[Any]:
    records = st.lists(record_of(collection, wrong), max_size=4, unique_by=lambda each: each.id).map(tuple)
    return st.just(UNSET) | st.none() | records | records | records | records


@st.composite
def snapshots(draw: st.DrawFn, wrong: bool = False) -> AccountSnapshot:
    """An account; with ``wrong``, declared data may be of a wrong type."""
    coverage = draw(st.sampled_from([{}, {"purchases": Coverage(from_=date(2024, 1, 1))}, {"tickets": Coverage(to=TODAY)}]))
    return AccountSnapshot(
        id="A-1",
        name="Ä",
        profile=Profile(
            industry=draw(unsure(POOLS["text"])),
            employees=draw(unsure(POOLS["number"])),
        ),
        relationship=Relationship(started_on=draw(unsure(POOLS["date"]))),
        coverage=coverage,
        fields=draw(_fields(wrong)),
        **{name: draw(_collection(name, wrong)) for name in COLLECTIONS_USED},
    )


@st.composite
def runs(draw: st.DrawFn) -> RunValues:
    """A run, in which parameters, rates and portfolio figures may be missing."""
    table = (
        Rate(date(2026, 1, 1), "USD", "CNY", Decimal("7.1")),
        Rate(date(2026, 3, 1), "USD", "CNY", Decimal("7.0512")),
        Rate(date(2025, 1, 1), "EUR", "CNY", Decimal(10**18)),
    )
    return RunValues(
        as_of=AS_OF,
        today=TODAY,
        zone=SHANGHAI,
        parameters={name: draw(unsure(values)) for name, (_, values) in PARAMETERS.items()},
        rankings=draw(st.sampled_from([{}, {RANKED: Ranking((0, 1_000_000, 70_000_000))}])),
        rates=Rates(draw(st.sampled_from([table, table[:2], ()]))),
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


# -- trees --------------------------------------------------------------------------------------------


class Grower:
    """Grows trees of a wanted type. ``certain`` leaves out what may take back a certain answer when more gets known."""

    def __init__(self, draw: st.DrawFn, figures: Mapping[str, Definition], certain: bool = False) -> None:
        self._draw = draw
        self.figures = dict(figures)
        self._certain = certain

    def _one(self, *choices: Callable[[], Node]) -> Node:
        return self._draw(st.sampled_from(choices))()

    def _pick(self, values: list[Any]) -> Any:
        return self._draw(st.sampled_from(values))

    def of(self, kind: ValueType, size: int, scope: Variables) -> Node:
        """A tree of type ``kind`` with about ``size`` levels below."""
        leaves = [lambda: self._constant(kind), lambda: self._field(kind, scope), lambda: self._field(kind, scope)]
        leaves += [lambda: self._named(kind, scope)] * 2
        if size <= 0:
            return self._one(*leaves)
        grown: list[Callable[[], Node]] = [
            lambda: self._cases(kind, size - 1, scope),
            lambda: core.IfNone(self.of(kind, size - 1, scope), self.of(kind, size - 1, scope), kind),
            lambda: self._best(kind, size - 1, scope),
        ]
        special = getattr(self, f"_{kind.kind}")
        return self._one(*leaves, *grown, *([lambda: special(kind, size - 1, scope)] * 5))

    # -- leaves -----------------------------------------------------------------------------------

    def _constant(self, kind: ValueType) -> Node:
        pool = DURATIONS if kind == DURATION else POOLS[kind.kind]
        value = self._pick([*pool, None])
        if isinstance(value, Money):
            return core.AccountField(("fields", "worth"), MONEY)
        if kind.kind == "number" and value is not None:
            value = int(value) // 10 ** (6 - kind.scale)
        return Constant(value, kind)

    def _field(self, kind: ValueType, scope: Variables) -> Node:
        if kind in (COUNT, CNY, PERCENT, DURATION):
            return self._numeral(kind, scope) if kind != DURATION else self._constant(kind)
        if not scope or self._pick([True, False, False]):
            return self._account_field(kind)
        variable, collection = self._pick(list(scope))
        paths = [name for name, each in record_paths(collection).items() if each.kind == kind.kind]
        declared = [name for name, (each, _) in DECLARED.items() if each == kind]
        if not paths or self._pick([True, False, False, False]):
            return core.RecordField(variable, ("fields", self._pick(declared)), kind)
        path = self._pick(paths)
        if "." in path:
            link, _, field = path.partition(".")
            return core.LinkedField(variable, f"{link}_id", "contacts", (field,), kind)
        return core.RecordField(variable, (path,), kind)

    def _numeral(self, kind: ValueType, scope: Variables) -> Node:
        if kind == CNY:
            return core.InReporting(self._field(MONEY, scope), self.of(DATE, 0, scope), CNY)
        if kind == COUNT:
            return core.Elapsed(self._pick(["days", "months"]), self.of(DATE, 0, scope), self.of(DATE, 0, scope), COUNT)
        return self._constant(kind)

    def _account_field(self, kind: ValueType) -> Node:
        own: dict[str, tuple[str, ...]] = {
            "text": ("profile", "industry"),
            "number": ("profile", "employees"),
            "date": ("relationship", "started_on"),
        }
        declared = [name for name, (each, _) in DECLARED.items() if each == kind]
        if kind.kind in own and (not declared or self._pick([True, False])):
            return core.AccountField(own[kind.kind], kind)
        return core.AccountField(("fields", self._pick(declared)), kind) if declared else self._constant(kind)

    def _named(self, kind: ValueType, scope: Variables) -> Node:
        """A parameter, a figure, a conclusion."""
        found: list[Node] = [core.Parameter(name, each) for name, (each, _) in PARAMETERS.items() if each == kind]
        for address, (each, per_record, _) in CONCLUSIONS.items():
            if each == kind and not per_record:
                found.append(core.Conclusion(address, kind))
            elif each == kind:
                found += [core.Conclusion(address, kind, variable) for variable, _ in scope]
        for figure in self.figures.values():
            if figure.type == kind and figure.collection is None:
                found += [core.Figure(figure.name, kind)] * 3
            elif figure.type == kind:
                found += [core.Figure(figure.name, kind, name) for name, of in scope if of == figure.collection] * 3
        return self._pick(found) if found else self._constant(kind)

    # -- values -----------------------------------------------------------------------------------

    def items(self, size: int, scope: Variables, collection: str | None = None) -> tuple[Items, Variables]:
        """Records of some collection, with the variables in reach within."""
        collection = collection or self._pick(list(COLLECTIONS_USED))
        variable = self._pick([COLLECTIONS[collection].singular, COLLECTIONS[collection].singular, "other"])
        inner = (*(each for each in scope if each[0] != variable), (variable, collection))
        where = self.of(TRUTH, size, inner) if self._pick([True, True, False]) else None
        undecided = self._pick(["unknown", "unknown", "skip"]) if not self._certain else "unknown"
        last = self._pick([None, None, None, 1, 2])
        return Items(collection, variable, where, last, undecided), inner

    def _best(self, kind: ValueType, size: int, scope: Variables) -> Node:
        ordered = ["minimum", "maximum", "latest"] if kind.kind in ("number", "date", "instant") else ["latest"]
        items, inner = self.items(size, scope)
        return core.Aggregate(self._pick(ordered), items, self.of(kind, size, inner), kind)

    def _cases(self, kind: ValueType, size: int, scope: Variables) -> Node:
        rows = tuple(
            (self.of(TRUTH, size, scope), self.of(kind, size - 1, scope)) for _ in range(self._pick([0, 1, 2, 2]))
        )
        return core.Cases(rows, self.of(kind, size, scope), kind)

    def _number(self, kind: ValueType, size: int, scope: Variables) -> Node:
        if kind == COUNT:
            return self._whole(size, scope)
        grown = [self._arithmetic, self._summed, self._averaged, self._weighted]
        if kind == PERCENT:
            grown += [self._change, self._share, self._standing]
        if kind == NUMBER:
            grown += [self._product, self._rescaled, self._hours]
        return self._pick(grown)(kind, size, scope)

    def _arithmetic(self, kind: ValueType, size: int, scope: Variables) -> Node:
        op = self._pick(["add", "subtract", "divide"])
        count = 2 if op != "add" else self._pick([2, 3])
        divisor = self._pick([kind, COUNT]) if op == "divide" else kind
        return core.Arithmetic(op, (self.of(kind, size, scope), *(self.of(divisor, size, scope) for _ in range(count - 1))), kind)

    def _product(self, kind: ValueType, size: int, scope: Variables) -> Node:
        of = (self.of(COUNT, size, scope), self.of(kind, size, scope))
        return core.Arithmetic("multiply", of, kind)

    def _rescaled(self, kind: ValueType, size: int, scope: Variables) -> Node:
        return core.Rescale(self.of(self._pick([COUNT, CNY]), size, scope), kind)

    def _summed(self, kind: ValueType, size: int, scope: Variables) -> Node:
        if self._pick([True, False]):
            return core.PeriodValue(self._series(kind, size, scope), self._pick([1, 2, 5]))
        items, inner = self.items(size, scope)
        return core.Aggregate("sum", items, self.of(kind, size, inner), kind)

    def _averaged(self, kind: ValueType, size: int, scope: Variables) -> Node:
        items, inner = self.items(size, scope)
        of = self.of(self._pick([kind, COUNT]), size, inner)
        return core.Aggregate("average", items, of, kind)

    def _weighted(self, kind: ValueType, size: int, scope: Variables) -> Node:
        return core.Weighted(((30, self.of(kind, size, scope)), (70, self.of(kind, size, scope))), kind)

    def _change(self, kind: ValueType, size: int, scope: Variables) -> Node:
        of = self._pick([NUMBER, CNY])
        return core.Change(self.of(of, size, scope), self.of(of, size, scope))

    def _share(self, kind: ValueType, size: int, scope: Variables) -> Node:
        items, inner = self.items(size, scope)
        return core.Aggregate("share", items, self.of(TRUTH, size, inner), PERCENT)

    def _standing(self, kind: ValueType, size: int, scope: Variables) -> Node:
        return core.Standing(self._pick([RANKED, RANKED, "other"]), self.of(NUMBER, size, scope))

    def _hours(self, kind: ValueType, size: int, scope: Variables) -> Node:
        return core.Elapsed("hours", self.of(INSTANT, size, scope), self.of(INSTANT, size, scope), kind)

    def _whole(self, size: int, scope: Variables) -> Node:
        if self._pick([True, False, False]):
            return core.Streak(self._series(None, size, scope), self._direction(), self._by(scope))
        items, inner = self.items(size, scope)
        if self._pick([True, False]):
            return core.Aggregate("count", items, None, COUNT)
        of = self.of(self._pick([TEXT, NUMBER, DATE]), size, inner)
        return core.Aggregate(self._pick(["count", "count_distinct"]), items, of, COUNT)

    def _series(self, kind: ValueType | None, size: int, scope: Variables) -> Series:
        items, inner = self.items(size, scope)
        kind = kind or self._pick([COUNT, NUMBER, CNY])
        of = self.of(kind, size, inner) if kind != COUNT or self._pick([True, False]) else None
        settles = self._pick([None, None, Duration(Decimal(5), "days")])
        return Series(items, of, self._pick(PERIODS), settles, kind, self._pick([1, 1, 4]))

    def _direction(self) -> Any:
        return self._pick(["falling", "rising"])

    def _by(self, scope: Variables) -> Node:
        return self._one(
            lambda: Constant(15_000_000, PERCENT), lambda: Constant(0, PERCENT), lambda: self.of(PERCENT, 0, scope)
        )

    def _text(self, kind: ValueType, size: int, scope: Variables) -> Node:
        return self._field(kind, scope)

    def _texts(self, kind: ValueType, size: int, scope: Variables) -> Node:
        items, inner = self.items(size, scope)
        return core.Missing(items, self.of(TEXT, size, inner), ("a", "b", "天"))

    def _date(self, kind: ValueType, size: int, scope: Variables) -> Node:
        return self._one(
            lambda: core.Today(),
            lambda: core.LocalDate(self.of(INSTANT, size, scope)),
            lambda: core.Shift(self.of(DATE, size, scope), self.of(DURATION, size, scope), self._pick([True, False]), DATE),
        )

    def _instant(self, kind: ValueType, size: int, scope: Variables) -> Node:
        by = self._one(lambda: Constant(self._pick(HOURS), DURATION), lambda: self.of(DURATION, size, scope))
        return self._one(
            lambda: core.Now(),
            lambda: core.Shift(self.of(INSTANT, size, scope), by, self._pick([True, False]), INSTANT),
        )

    def _money(self, kind: ValueType, size: int, scope: Variables) -> Node:
        return self._field(kind, scope)

    def _duration(self, kind: ValueType, size: int, scope: Variables) -> Node:
        return self._constant(kind)

    # -- truths -----------------------------------------------------------------------------------

    def _truth(self, kind: ValueType, size: int, scope: Variables) -> Node:
        grown = [self._compared, self._compared, self._one_of, self._tested, self._listed, self._joined, self._joined]
        grown += [self._quantified, self._quantified, self._reached, self._there]
        return self._pick(grown)(size, scope)

    def _compared(self, size: int, scope: Variables) -> Node:
        kind = self._pick([NUMBER, NUMBER, CNY, COUNT, PERCENT, DATE, INSTANT, TEXT, TEXT, TRUTH])
        ordered = kind.kind in ("number", "date", "instant")
        op = self._pick(["is", "below", "at_most", "above", "at_least"]) if ordered else "is"
        return core.Compare(op, self.of(kind, size, scope), self.of(kind, size - 1, scope))

    def _one_of(self, size: int, scope: Variables) -> Node:
        choice = [TEXT, TEXT, TEXTS]
        choices = tuple(self.of(self._pick(choice), size - 2, scope) for _ in range(self._pick([0, 1, 2, 3])))
        return core.OneOf(self.of(TEXT, size, scope), choices)

    def _tested(self, size: int, scope: Variables) -> Node:
        op = self._pick(["contains", "starts_with", "ends_with", "matches"])
        part = Constant(self._pick(["^a", "天|l.*e$"]), TEXT) if op == "matches" else self.of(TEXT, size - 1, scope)
        return core.TextTest(op, self.of(TEXT, size, scope), part)

    def _listed(self, size: int, scope: Variables) -> Node:
        choices = tuple(self.of(self._pick([TEXT, TEXT, TEXTS]), size - 2, scope) for _ in range(self._pick([0, 1, 2])))
        return core.ListTest(self._pick(["any", "all"]), self.of(TEXTS, size, scope), choices)

    def _joined(self, size: int, scope: Variables) -> Node:
        of = tuple(self.of(TRUTH, size, scope) for _ in range(self._pick([0, 1, 2, 2, 3])))
        return self._one(
            lambda: core.All(of),
            lambda: core.Any(of),
            lambda: core.Not(self.of(TRUTH, size, scope)),
            lambda: core.Not(core.Any(of)),
            lambda: core.AtLeast(self._pick([0, 1, 2]), of),
        )

    def _quantified(self, size: int, scope: Variables) -> Node:
        items, _ = self.items(size, scope)
        return self._one(lambda: core.Some(items, self._pick([1, 1, 2])), lambda: core.Every(items))

    def _reached(self, size: int, scope: Variables) -> Node:
        series = self._series(None, size, scope)
        return core.StreakReaches(series, self._direction(), self._by(scope), self._pick([1, 2, 3]))

    def _there(self, size: int, scope: Variables) -> Node:
        of = self.of(self._pick([NUMBER, TEXT, TEXTS, DATE, TRUTH, MONEY]), size, scope)
        return core.Present(of) if self._certain else self._one(lambda: core.Present(of), lambda: core.Known(of))


@st.composite
def truths(draw: st.DrawFn, size: int = 3, certain: bool = False) -> Node:
    """A truth about the account."""
    return Grower(draw, {}, certain).of(TRUTH, size, ())


@st.composite
def forests(draw: st.DrawFn, size: int = 3) -> Forest:
    """Metrics of accounts and records that build on each other, and levels of atoms over them."""
    grower = Grower(draw, {})
    for index in range(draw(st.integers(0, 4))):
        kind = draw(st.sampled_from([NUMBER, CNY, COUNT, TEXT, DATE, TRUTH]))
        collection = draw(st.sampled_from([None, None, *COLLECTIONS_USED]))
        record = COLLECTIONS[collection].singular if collection else None
        scope = ((record, collection),) if record and collection else ()
        name = f"figure {index}"
        grower.figures[name] = Definition(name, grower.of(kind, size, scope), kind, collection, record)
    levels = tuple(_level(draw, grower, size) for _ in range(draw(st.integers(1, 2))))
    return Forest(grower.figures, levels)


def _level(draw: st.DrawFn, grower: Grower, size: int) -> tuple[Scope, ...]:
    account = Scope(None, None, _atoms(draw, grower, size, ()), tuple(grower.of(NUMBER, size, ()) for _ in range(2)))
    if draw(st.booleans()):
        return (account,)
    collection = draw(st.sampled_from(COLLECTIONS_USED))
    record = COLLECTIONS[collection].singular
    return (account, Scope(collection, record, _atoms(draw, grower, size, ((record, collection),))))


def _atoms(draw: st.DrawFn, grower: Grower, size: int, scope: Variables) -> tuple[Node, ...]:
    return tuple(grower.of(TRUTH, size, scope) for _ in range(draw(st.integers(1, 4))))


__all__ = ["AS_OF", "TODAY", "conclusions", "forests", "msgspec", "runs", "snapshots", "truths", "FieldType"]
