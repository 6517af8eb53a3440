"""Core trees of every kind: as hypothesis strategies, and from a seed where they should be big."""

import random
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from engine.foundation.quantities import Duration, Period
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
from engine.snapshots.model import COLLECTIONS
from engine.snapshots.vocabulary import record_paths
from tests.matching.accounts import (
    CNY,
    COLLECTIONS_USED,
    CONCLUSIONS,
    DECLARED,
    DURATIONS,
    GROUPED,
    NUMBER,
    PARAMETERS,
    RANKED,
    VALUES,
)

HOURS = [Duration(Decimal(48), "hours"), Duration(Decimal(90), "minutes")]
PERIODS = [Period(1, "month"), Period(1, "quarter"), Period(2, "week"), Period(1, "year"), Period(1, "day")]
COMPARED = [NUMBER, NUMBER, CNY, COUNT, PERCENT, DATE, INSTANT, TEXT, TEXT, TRUTH]

MEASURES: dict[ValueType, list[Any]] = {
    COUNT: ["rank", "rank_from_low", "fifths", "fifths_from_low"],
    PERCENT: [
        "top_percent",
        "share_of_total",
        "cumulative_share",
        "share_before",
        "against_average",
        "share_of_accounts",
    ],
}

Variables = tuple[tuple[str, str], ...]
"""Record variables in reach, with their collections."""


class Grower:
    """Grows trees of a wanted type by picking among what is possible.

    With ``certain`` nothing is grown that may take back an answer when more gets known: ``known``, and records that
    are skipped while they are undecided.
    """

    def __init__(self, pick: Callable[[list[Any]], Any], certain: bool = False) -> None:
        self.pick = pick
        self.figures: dict[str, Definition] = {}
        self._certain = certain

    def of(self, kind: ValueType, size: int, scope: Variables) -> Node:
        """A tree of type ``kind`` with at most about ``size`` levels below."""
        leaves: list[Callable[[], Node]] = [lambda: self._constant(kind), lambda: self._named(kind, scope)]
        leaves += [lambda: self._field(kind, scope)] * 2
        if size <= 0:
            return self._one(leaves)
        grown = [lambda: self._cases(kind, size, scope), lambda: self._if_none(kind, size, scope)]
        grown += [lambda: self._best(kind, size, scope)]
        special = self._special(kind)
        return self._one([*leaves, *grown, *[lambda: special(kind, size - 1, scope)] * (6 if special else 0)])

    def _one(self, choices: list[Callable[[], Node]]) -> Node:
        node: Node = self.pick(choices)()
        return node

    def _special(self, kind: ValueType) -> Any:
        own = {"truth": self._truth, "number": self._number, "date": self._date, "instant": self._instant}
        return self._missing if kind == TEXTS else own.get(kind.kind)

    # -- leaves -----------------------------------------------------------------------------------

    def _constant(self, kind: ValueType) -> Node:
        if kind == MONEY:
            return core.AccountField(("fields", "worth"), MONEY)
        value = self.pick([*(DURATIONS if kind == DURATION else VALUES[kind.kind]), None])
        if kind.kind == "number" and value is not None:
            value = int(value) // 10 ** (6 - kind.scale)
        return Constant(value, kind)

    def _field(self, kind: ValueType, scope: Variables) -> Node:
        if kind == CNY:
            return core.InReporting(self._field(MONEY, scope), self.of(DATE, 0, scope), CNY)
        if kind == COUNT:
            unit = self.pick(["days", "months"])
            return core.Elapsed(unit, self.of(DATE, 0, scope), self.of(DATE, 0, scope), COUNT)
        if kind in (PERCENT, DURATION):
            return self._constant(kind)
        return self._record_field(kind, *self.pick(list(scope))) if scope else self._account_field(kind)

    def _record_field(self, kind: ValueType, variable: str, collection: str) -> Node:
        paths = [name for name, each in record_paths(collection).items() if each.kind == kind.kind]
        where = self.pick(["account", "declared", *["built in"] * 6]) if paths else "declared"
        if where == "account":
            return self._account_field(kind)
        if where == "declared":
            return core.RecordField(variable, ("fields", self._declared(kind)), kind)
        link, _, field = self.pick(paths).rpartition(".")
        if link:
            return core.LinkedField(variable, f"{link}_id", "contacts", (field,), kind)
        return core.RecordField(variable, (field,), kind)

    def _account_field(self, kind: ValueType) -> Node:
        own = {"text": "profile.industry", "number": "profile.employees", "date": "relationship.started_on"}
        path = own.get(kind.kind)
        if path and self.pick([True, True, False]):
            return core.AccountField(tuple(path.split(".")), kind)
        return core.AccountField(("fields", self._declared(kind)), kind)

    def _declared(self, kind: ValueType) -> Any:
        return self.pick([name for name, (each, _) in DECLARED.items() if each == kind])

    def _named(self, kind: ValueType, scope: Variables) -> Node:
        """A parameter, a metric, a conclusion."""
        found: list[Node] = [core.Parameter(name, each) for name, (each, _) in PARAMETERS.items() if each == kind]
        for address, (each, per_record, _) in CONCLUSIONS.items():
            variables = [variable for variable, _ in scope] if per_record else [None]
            found += [core.Conclusion(address, kind, variable) for variable in variables if each == kind]
        for figure in self.figures.values():
            variables = [name for name, of in scope if of == figure.collection] if figure.collection else [None]
            found += [core.Figure(figure.name, kind, name) for name in variables if figure.type == kind] * 3
        node: Node = self.pick(found) if found else self._constant(kind)
        return node

    # -- values -----------------------------------------------------------------------------------

    def items(self, size: int, scope: Variables) -> tuple[Items, Variables]:
        """Records of some collection, with the variables in reach within; some shadow those around them."""
        collection = self.pick(list(COLLECTIONS_USED))
        variable = self.pick([COLLECTIONS[collection].singular, COLLECTIONS[collection].singular, "other"])
        inner = (*(each for each in scope if each[0] != variable), (variable, collection))
        where = self.of(TRUTH, size, inner) if self.pick([True, True, False]) else None
        undecided = "unknown" if self._certain else self.pick(["unknown", "unknown", "skip"])
        return Items(collection, variable, where, self.pick([None, None, None, 1, 2]), undecided), inner

    def _if_none(self, kind: ValueType, size: int, scope: Variables) -> Node:
        return core.IfNone(self.of(kind, size - 1, scope), self.of(kind, size - 1, scope), kind)

    def _cases(self, kind: ValueType, size: int, scope: Variables) -> Node:
        count = self.pick([0, 1, 2, 2])
        rows = tuple((self.of(TRUTH, size - 1, scope), self.of(kind, size - 2, scope)) for _ in range(count))
        return core.Cases(rows, self.of(kind, size - 1, scope), kind)

    def _best(self, kind: ValueType, size: int, scope: Variables) -> Node:
        ordered = kind.kind in ("number", "date", "instant")
        items, inner = self.items(size - 1, scope)
        verb = self.pick(["minimum", "maximum", "latest"] if ordered else ["latest"])
        return core.Aggregate(verb, items, self.of(kind, size - 1, inner), kind)

    def _number(self, kind: ValueType, size: int, scope: Variables) -> Node:
        if kind == COUNT:
            return self._whole(size, scope)
        grown = [self._arithmetic, self._arithmetic, self._summed, self._summed, self._averaged, self._weighted]
        if kind == PERCENT:
            grown += [self._change, self._change, self._statistic, self._share, self._standing]
        if kind == NUMBER:
            grown += [self._product, self._rescaled, self._hours]
        node: Node = self.pick(grown)(kind, size, scope)
        return node

    def _arithmetic(self, kind: ValueType, size: int, scope: Variables) -> Node:
        op = self.pick(["add", "subtract", "divide"])
        divisor = self.pick([kind, COUNT]) if op == "divide" else kind
        rest = [self.of(divisor, size, scope) for _ in range(self.pick([1, 2]) if op == "add" else 1)]
        return core.Arithmetic(op, (self.of(kind, size, scope), *rest), kind)

    def _product(self, kind: ValueType, size: int, scope: Variables) -> Node:
        return core.Arithmetic("multiply", (self.of(COUNT, size, scope), self.of(kind, size, scope)), kind)

    def _rescaled(self, kind: ValueType, size: int, scope: Variables) -> Node:
        return core.Rescale(self.of(self.pick([COUNT, CNY]), size, scope), kind)

    def _summed(self, kind: ValueType, size: int, scope: Variables) -> Node:
        if self.pick([True, False]):
            return core.PeriodValue(self._series(kind, size, scope), self.pick([1, 2, 5]))
        items, inner = self.items(size, scope)
        return core.Aggregate("sum", items, self.of(kind, size, inner), kind)

    def _averaged(self, kind: ValueType, size: int, scope: Variables) -> Node:
        items, inner = self.items(size, scope)
        return core.Aggregate("average", items, self.of(self.pick([kind, COUNT]), size, inner), kind)

    def _weighted(self, kind: ValueType, size: int, scope: Variables) -> Node:
        of = [self.of(kind, size, scope) for _ in range(3)]
        weights = self.pick([(30, 50, 20), ((60, (50, 50)), 40), (40, (60, (30, 70)))])
        missed = "unknown" if self._certain else self.pick(["unknown", "spread", "zero"])
        return core.Weighted(weights, tuple(of), kind, missed)

    def _change(self, kind: ValueType, size: int, scope: Variables) -> Node:
        of = self.pick([NUMBER, CNY])
        return core.Change(self.of(of, size, scope), self.of(of, size, scope), kind)

    def _statistic(self, kind: ValueType, size: int, scope: Variables) -> Node:
        series = self._series(None, size, scope)
        of = tuple(core.PeriodValue(series, back) for back in range(self.pick([2, 3, 5]), 0, -1))
        return core.Statistic(self.pick(["trend", "volatility"]), of, kind)

    def _share(self, kind: ValueType, size: int, scope: Variables) -> Node:
        items, inner = self.items(size, scope)
        return core.Aggregate("share", items, self.of(TRUTH, size, inner), kind)

    def _standing(self, kind: ValueType, size: int, scope: Variables) -> Node:
        value = self.of(NUMBER, size, scope)
        group: tuple[Node, ...] = (self.of(TEXT, 0, scope),) if self.pick([True, False]) else ()
        name = self.pick([GROUPED if group else RANKED] * 3 + ["other"])
        measure = self.pick(MEASURES[kind])
        own = None if measure == "share_of_accounts" else value
        return core.Standing(measure, core.Population(name, value, group), own, group, kind)

    def _hours(self, kind: ValueType, size: int, scope: Variables) -> Node:
        return core.Elapsed("hours", self.of(INSTANT, size, scope), self.of(INSTANT, size, scope), kind)

    def _whole(self, size: int, scope: Variables) -> Node:
        verb = self.pick(["streak", "standing", "count", "count", "of", "distinct"])
        if verb == "standing":
            return self._standing(COUNT, size, scope)
        if verb == "streak":
            return core.Streak(self._series(None, size, scope), self._direction(), self._by(scope))
        items, inner = self.items(size, scope)
        if verb == "count":
            return core.Aggregate("count", items, None, COUNT)
        of = self.of(self.pick([TEXT, NUMBER, DATE]), size, inner)
        return core.Aggregate("count" if verb == "of" else "count_distinct", items, of, COUNT)

    def _series(self, kind: ValueType | None, size: int, scope: Variables) -> Series:
        items, inner = self.items(size, scope)
        kind = kind or self.pick([COUNT, NUMBER, CNY])
        of = self.of(kind, size, inner) if kind != COUNT or self.pick([True, False]) else None
        settles = self.pick([None, None, Duration(Decimal(5), "days")])
        return Series(items, of, self.pick(PERIODS), settles, kind)

    def _direction(self) -> Any:
        return self.pick(["falling", "rising"])

    def _by(self, scope: Variables) -> Node:
        fixed: Node = Constant(self.pick([15_000_000, 0]), PERCENT)
        return fixed if self.pick([True, True, False]) else self.of(PERCENT, 0, scope)

    def _missing(self, kind: ValueType, size: int, scope: Variables) -> Node:
        items, inner = self.items(size, scope)
        return core.Missing(items, self.of(TEXT, size, inner), ("a", "b", "天"))

    def _date(self, kind: ValueType, size: int, scope: Variables) -> Node:
        form = self.pick(["today", "local", "shift"])
        if form == "today":
            return core.Today()
        if form == "local":
            return core.LocalDate(self.of(INSTANT, size, scope))
        back = self.pick([True, False])
        return core.Shift(self.of(DATE, size, scope), self.of(DURATION, size, scope), back, kind)

    def _instant(self, kind: ValueType, size: int, scope: Variables) -> Node:
        if self.pick([True, False, False]):
            return core.Now()
        hours = self.pick([True, False])
        by = Constant(self.pick(HOURS), DURATION) if hours else self.of(DURATION, size, scope)
        return core.Shift(self.of(INSTANT, size, scope), by, self.pick([True, False]), kind)

    # -- truths -----------------------------------------------------------------------------------

    def _truth(self, kind: ValueType, size: int, scope: Variables) -> Node:
        grown = [self._compared] * 4 + [self._joined] * 3 + [self._quantified] * 2
        grown += [self._one_of, self._tested, self._listed, self._reached, self._there]
        node: Node = self.pick(grown)(size, scope)
        return node

    def _compared(self, size: int, scope: Variables) -> Node:
        kind = self.pick(COMPARED)
        ordered = kind.kind in ("number", "date", "instant")
        op = self.pick(["is", "below", "at_most", "above", "at_least"]) if ordered else "is"
        return core.Compare(op, self.of(kind, size, scope), self.of(kind, size - 1, scope))

    def _choices(self, size: int, scope: Variables) -> tuple[Node, ...]:
        return tuple(self.of(self.pick([TEXT, TEXT, TEXTS]), size - 2, scope) for _ in range(self.pick([0, 1, 2, 3])))

    def _one_of(self, size: int, scope: Variables) -> Node:
        return core.OneOf(self.of(TEXT, size, scope), self._choices(size, scope))

    def _tested(self, size: int, scope: Variables) -> Node:
        op = self.pick(["contains", "starts_with", "ends_with", "matches"])
        pattern = Constant(self.pick(["^a", "天|l.*e$"]), TEXT)
        return core.TextTest(op, self.of(TEXT, size, scope), pattern if op == "matches" else self.of(TEXT, 0, scope))

    def _listed(self, size: int, scope: Variables) -> Node:
        return core.ListTest(self.pick(["any", "all"]), self.of(TEXTS, size, scope), self._choices(size, scope))

    def _joined(self, size: int, scope: Variables) -> Node:
        of = tuple(self.of(TRUTH, size, scope) for _ in range(self.pick([0, 1, 2, 2, 3])))
        match self.pick(["all", "any", "not", "none", "at least"]):
            case "all":
                return core.All(of)
            case "any":
                return core.Any(of)
            case "not":
                return core.Not(self.of(TRUTH, size, scope))
            case "none":
                return core.Not(core.Any(of))
        return core.AtLeast(self.pick([0, 1, 2]), of)

    def _quantified(self, size: int, scope: Variables) -> Node:
        items, _ = self.items(size, scope)
        return core.Every(items) if self.pick([True, False, False]) else core.Some(items, self.pick([1, 1, 2]))

    def _reached(self, size: int, scope: Variables) -> Node:
        series = self._series(None, size, scope)
        return core.StreakReaches(series, self._direction(), self._by(scope), self.pick([1, 2, 3]))

    def _there(self, size: int, scope: Variables) -> Node:
        of = self.of(self.pick([NUMBER, TEXT, TEXTS, DATE, TRUTH, MONEY]), size, scope)
        return core.Present(of) if self._certain or self.pick([True, False]) else core.Known(of)

    # -- forests ----------------------------------------------------------------------------------

    def forest(self, size: int, figures: int, atoms: int) -> Forest:
        """Metrics of accounts and records that build on each other, and levels of atoms over them."""
        for index in range(self.pick(list(range(figures + 1)))):
            kind, collection = self.pick(COMPARED), self.pick([None, None, *COLLECTIONS_USED])
            record = COLLECTIONS[collection].singular if collection else None
            node = self.of(kind, size, ((record, collection),) if record else ())
            self.figures[f"figure {index}"] = Definition(f"figure {index}", node, kind, collection, record)
        levels = tuple(self._level(size, atoms) for _ in range(self.pick([1, 2])))
        return Forest(self.figures, levels)

    def _level(self, size: int, atoms: int) -> tuple[Scope, ...]:
        account = Scope(None, None, self._atoms(size, atoms, ()), self._values(size, ()))
        if self.pick([True, False]):
            return (account,)
        collection = self.pick(list(COLLECTIONS_USED))
        record = COLLECTIONS[collection].singular
        within: Variables = ((record, collection),)
        return (account, Scope(collection, record, self._atoms(size, atoms, within), self._values(size, within)))

    def _values(self, size: int, scope: Variables) -> tuple[Node, ...]:
        return tuple(self.of(self.pick([NUMBER, PERCENT, TEXTS]), size, scope) for _ in range(2))

    def _atoms(self, size: int, most: int, scope: Variables) -> tuple[Node, ...]:
        return tuple(self.of(TRUTH, size, scope) for _ in range(self.pick(list(range(1, most + 1)))))


def _picker(draw: st.DrawFn) -> Callable[[list[Any]], Any]:
    return lambda values: values[draw(st.integers(0, len(values) - 1))]


@st.composite
def truths(draw: st.DrawFn, size: int = 3, certain: bool = False) -> Node:
    """A truth about the account."""
    return Grower(_picker(draw), certain).of(TRUTH, size, ())


@st.composite
def forests(draw: st.DrawFn) -> Forest:
    """A small forest, which shrinks."""
    return Grower(_picker(draw)).forest(3, figures=4, atoms=4)


def big_forest(seed: int) -> Forest:
    """A forest of deeper trees and more of them."""
    return Grower(random.Random(seed).choice).forest(4, figures=6, atoms=6)
