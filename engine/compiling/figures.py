"""Metrics → definitions: every verb of the vocabulary lowered to core nodes with its type (language 4)."""

from collections.abc import Callable
from typing import Final, cast

from msgspec.structs import replace

from engine.compiling.bands import BANDS_HINT, Bindings, rising
from engine.compiling.clauses import truth_node
from engine.compiling.conditions import Lowering, compare, window
from engine.compiling.lengths import DATES, Lengths
from engine.compiling.levels import walk
from engine.compiling.symbols import ACCOUNT, Meaning, Symbols, View
from engine.compiling.typing import constant, describe, is_money
from engine.foundation import codes
from engine.foundation.places import Place
from engine.foundation.problems import Code, Problem, did_you_mean, problem
from engine.foundation.quantities import SCALE, Duration, Period
from engine.language.metrics import Metric
from engine.language.values import Length, Written
from engine.matching import core
from engine.matching.core import COUNT, DATE, INSTANT, PERCENT, TEXTS, Definition, Node, ValueType
from engine.snapshots.model import COLLECTIONS

DAYS: Final = ValueType("number", "days", 0)
MONTHS: Final = ValueType("number", "months", 0)
POINTS: Final = ValueType("number", "points")
_YEAR: Final = {"week": 52, "month": 12, "quarter": 4, "half_year": 2, "year": 1}

Lowered = tuple[Node, ValueType] | None


class Figures:
    """The metrics of a playbook, lowered on demand; a circle is reported with its members."""

    def __init__(self, symbols: Symbols, sink: Callable[[Problem], None]) -> None:
        self._symbols = symbols
        self._sink = sink
        self.definitions: dict[str, Definition] = {}
        self.rankings: dict[str, Node] = {}
        self._under_way: list[str] = []
        self._failed: set[str] = set()
        self.lowering: Lowering
        self.lengths: Lengths
        self.bindings: Bindings = {}

    def lower_all(self) -> None:
        """Lowers every metric, used or not."""
        for metric in self._symbols.playbook.metrics.values():
            self._definition(metric.id)

    def meaning(self, name: str, view: View) -> Meaning | None:
        """What metric ``name`` means in ``view``; none where there is no such metric for it."""
        metric = self._symbols.playbook.metrics.get(name)
        if metric is None or metric.each != view.collection:
            return None
        definition = self._definition(name)
        if definition is None:
            return None
        if isinstance(definition.node, core.Streak):
            return Meaning(definition.node, definition.type)
        return Meaning(core.Figure(name, definition.type, view.record), definition.type)

    def _definition(self, name: str) -> Definition | None:
        if name in self.definitions or name in self._failed:
            return self.definitions.get(name)
        metric = self._symbols.playbook.metrics[name]
        if name in self._under_way:
            self._circle(metric)
            return None
        self._under_way.append(name)
        lowered = self._lower(metric)
        self._under_way.pop()
        if lowered is None:
            self._failed.add(name)
            return None
        record = COLLECTIONS[metric.each].singular if metric.each else None
        self.definitions[name] = Definition(name, lowered[0], lowered[1], metric.each, record)
        return self.definitions[name]

    def _circle(self, metric: Metric) -> None:
        members = [*self._under_way[self._under_way.index(metric.id) :], metric.id]
        message = f"metrics depend on each other in a circle: {' → '.join(members)}"
        self._report(codes.CIRCLE, metric.place, message, "let one of them read data instead")
        self._failed.update(members)

    def _report(self, code: Code, place: Place, message: str, hint: str | None = None) -> None:
        self._sink(problem(code, place, message, hint))

    def _lower(self, metric: Metric) -> Lowered:
        if metric.each is not None and metric.each not in COLLECTIONS:
            hint = did_you_mean(metric.each, COLLECTIONS)
            self._report(codes.UNKNOWN_NAME, metric.place, f"`{metric.each}` is no collection", hint)
            return None
        view = View(metric.each, COLLECTIONS[metric.each].singular, bare=True) if metric.each else ACCOUNT
        lowered = _VERBS[metric.verb](self, metric, view)
        if lowered is None or metric.if_none is None:
            return lowered
        return self._if_none(metric, *lowered)

    def _if_none(self, metric: Metric, node: Node, kind: ValueType) -> Lowered:
        """``if_none: true`` and ``false`` decide a later comparison: the figure is then beyond any other."""
        assert metric.if_none is not None  # noqa: S101 - the caller's condition
        if isinstance(metric.if_none.value, bool):
            beyond = 2**62 if metric.if_none.value else -(2**62)
            return core.IfNone(node, core.Constant(beyond, kind), kind), kind
        otherwise = constant(metric.if_none, kind, self._sink)
        return None if otherwise is None else (core.IfNone(node, otherwise, kind), kind)

    # -- arguments ----------------------------------------------------------------------------------

    def _field(self, written: Written, view: View) -> Meaning | None:
        return self.lowering.meaning(str(written.value), written.place, view)

    def _split(self, written: Written) -> tuple[str, str | None] | None:
        """The collection and field of a path such as ``purchases.amount``."""
        name, _, field = str(written.value).partition(".")
        if name in COLLECTIONS:
            return name, field or None
        return None

    def _items(self, metric: Metric, name: str, view: View, windowed: bool = True) -> core.Items | None:
        collection = Written(name, name, metric.of[0].place)
        items = self.lowering.items(collection, metric.where, view)
        if items is None:
            return None
        bounds = self._bounds(metric, name, items.record) if windowed else ()
        if None in bounds:
            return None
        where = tuple(filter(None, (items.where, *bounds)))
        node = core.All(where) if len(where) > 1 else where[0] if where else None
        return core.Items(name, items.record, node, metric.last, metric.undecided)

    def _bounds(self, metric: Metric, name: str, record: str) -> tuple[Node | None, ...]:
        return tuple(
            self._bound(op, length, name, record)
            for op, length in (("in_last", metric.in_last), ("in_next", metric.in_next))
            if length is not None
        )

    def _bound(self, op: str, length: Length, name: str, record: str) -> Node | None:
        node = self.lengths.node(length, DATES)
        day = self._symbols.date_of(View(name, record, bare=True))
        return None if node is None else window(op, day, DATE, node)

    def _over(self, metric: Metric, view: View, needs_field: bool = True) -> tuple[core.Items, Meaning | None] | None:
        """The records of the metric's path, and what its field means in them."""
        split = self._split(metric.of[0])
        if split is None:
            written = metric.of[0]
            hint = did_you_mean(str(written.value).split(".")[0], COLLECTIONS)
            self._report(codes.UNKNOWN_NAME, written.place, f"`{written.text}` names no collection", hint)
            return None
        name, field = split
        if needs_field and field is None:
            singular = COLLECTIONS[name].singular
            self._report(
                codes.UNKNOWN_NAME,
                metric.of[0].place,
                f"`{name}` lacks a field",
                f"write `{name}.…`, a field of a {singular}",
            )
            return None
        items = self._items(metric, name, view)
        if items is None:
            return None
        if field is None:
            return items, None
        meaning = self.lowering.meaning(field, metric.of[0].place, View(name, items.record, bare=True))
        return None if meaning is None else (items, meaning)

    def _valued(self, metric: Metric, view: View) -> tuple[core.Items, Meaning] | None:
        """The records of the metric's path with its field, which there must be."""
        found = self._over(metric, view)
        return (found[0], found[1]) if found is not None and found[1] is not None else None

    def _is_number(self, metric: Metric, meaning: Meaning) -> bool:
        if meaning.type.kind == "number":
            return True
        message = f"`{metric.verb}` needs figures; `{metric.of[0].text}` is {describe(meaning.type)}"
        self._report(codes.TYPE_MISMATCH, metric.of[0].place, message)
        return False

    # -- verbs --------------------------------------------------------------------------------------

    def value(self, metric: Metric, view: View) -> Lowered:
        """``value``: a field under another name."""
        found = self._field(metric.of[0], view)
        return None if found is None else (found.node, found.type)

    def count(self, metric: Metric, view: View) -> Lowered:
        """``count``: how many records."""
        found = self._over(metric, view, needs_field=False)
        return None if found is None else (core.Aggregate("count", found[0], None, COUNT), COUNT)

    def count_distinct(self, metric: Metric, view: View) -> Lowered:
        """``count_distinct``: how many different values."""
        found = self._valued(metric, view)
        return None if found is None else (core.Aggregate("count_distinct", found[0], found[1].node, COUNT), COUNT)

    def aggregate(self, metric: Metric, view: View) -> Lowered:
        """``sum``, ``average``, ``minimum``, ``maximum``, ``latest``: of the field's own type."""
        found = self._valued(metric, view)
        if found is None:
            return None
        items, meaning = found
        if metric.verb in ("sum", "average") and not self._is_number(metric, meaning):
            return None
        verb = cast("core.AggregateKind", metric.verb)
        kind = _mean(meaning.type) if verb == "average" else meaning.type
        return core.Aggregate(verb, items, meaning.node, kind), kind

    def share(self, metric: Metric, view: View) -> Lowered:
        """``share``: records where ``where`` holds, of all in the window."""
        name = str(metric.of[0].value)
        if metric.where is None:
            self._report(codes.MISSING_KEY, metric.place, "`share` needs `where`: the share of which records?")
            return None
        whole = self._over(_without_where(metric), view, needs_field=False)
        if whole is None:
            return None
        clause = self.lowering.clause(metric.where, View(name, whole[0].record, bare=True))
        if clause is None:
            return None
        items, holds = whole[0], truth_node(clause)
        if metric.undecided == "skip":
            items = replace(items, where=_and(items.where, core.Known(holds)))
        return core.Aggregate("share", items, holds, PERCENT), PERCENT

    def since(self, metric: Metric, view: View) -> Lowered:
        """``days_since`` and ``months_since``: from the latest date to today."""
        day = self._date(metric, view, "maximum")
        if day is None:
            return None
        unit, kind = ("days", DAYS) if metric.verb == "days_since" else ("months", MONTHS)
        return core.Elapsed(unit, day, core.Today(), kind), kind  # type: ignore[arg-type]

    def until(self, metric: Metric, view: View) -> Lowered:
        """``days_until``: from today to the earliest date from today on."""
        day = self._date(metric, view, "minimum")
        return None if day is None else (core.Elapsed("days", core.Today(), day, DAYS), DAYS)

    def _date(self, metric: Metric, view: View, kind: core.AggregateKind) -> Node | None:
        split = self._split(metric.of[0])
        if split is None or split[1] is None:
            meaning = self._field(metric.of[0], view)
            return None if meaning is None else self._as_date(metric, meaning)
        found = self._valued(metric, view)
        if found is None:
            return None
        items, meaning = found
        day = self._as_date(metric, meaning)
        if day is None:
            return None
        if metric.verb == "days_until":
            coming = core.Compare("at_least", day, core.Today())
            items = core.Items(items.collection, items.record, _and(items.where, coming), None, items.undecided)
        return core.Aggregate(kind, items, day, DATE)

    def _as_date(self, metric: Metric, meaning: Meaning) -> Node | None:
        if meaning.type == DATE:
            return meaning.node
        if meaning.type == INSTANT:
            return core.LocalDate(meaning.node)
        message = f"`{metric.verb}` needs a date; `{metric.of[0].text}` is {describe(meaning.type)}"
        self._report(codes.TYPE_MISMATCH, metric.of[0].place, message)
        return None

    def days_between(self, metric: Metric, view: View) -> Lowered:
        """``days_between``: from the first date to the second."""
        days = [self._field(each, view) for each in metric.of]
        if None in days:
            return None
        start, end = (self._as_date(metric, each) for each in cast("list[Meaning]", days))
        return None if start is None or end is None else (core.Elapsed("days", start, end, DAYS), DAYS)

    def _series(self, metric: Metric, view: View) -> tuple[core.Series, ValueType] | None:
        found = self._over(metric, view, needs_field=False)
        period = metric.per.period if metric.per else None
        settles = self.lengths.node(metric.settles_after, DATES)
        for key, written in (("per", metric.per), ("settles_after", metric.settles_after)):
            if written is not None and written.reference is not None:
                message = f"`{key}: ${written.reference}`: periods are cut once for all accounts and days"
                self._report(codes.BAD_FORM, written.place, message, f"write the {key} itself, without a parameter")
                return None
        if found is None or period is None or (metric.settles_after and settles is None):
            return None
        items, meaning = found
        if meaning is not None and not self._is_number(metric, meaning):
            return None
        kind = meaning.type if meaning else COUNT
        settled = settles.value if isinstance(settles, core.Constant) else None
        after = settled if isinstance(settled, Duration) else None
        return core.Series(items, meaning.node if meaning else None, period, after, kind), kind

    def change(self, metric: Metric, view: View) -> Lowered:
        """``change``: the last complete period's total against an earlier one, relative."""
        found = self._series(metric, view)
        if found is None:
            return None
        series, _ = found
        back = 1 + self._distance(metric, series.period)
        return core.Change(core.PeriodValue(series, back), core.PeriodValue(series, 1)), PERCENT

    def change_in_points(self, metric: Metric, view: View) -> Lowered:
        """``change_in_points``: the last complete period's average less an earlier one's."""
        found = self._series(metric, view)
        if found is None:
            return None
        series, kind = found
        if series.of is None:
            self._report(codes.UNKNOWN_NAME, metric.of[0].place, f"`{metric.id}` needs a field to average")
            return None
        back = 1 + self._distance(metric, series.period)
        kind = _mean(kind)
        parts = (_average(series, 1, kind), _average(series, back, kind))
        unit = ValueType("number", "percentage points", kind.scale) if kind.unit == "percent" else kind
        return core.Arithmetic("subtract", parts, unit), unit

    def _distance(self, metric: Metric, period: Period) -> int:
        """How many periods lie between a period and the one it is held against."""
        if metric.against == "before" or period.unit not in _YEAR:
            return 1
        return max(1, _YEAR[period.unit] // period.count)

    def streak(self, metric: Metric, view: View) -> Lowered:
        """``falling_streak`` and ``rising_streak``."""
        found = self._series(metric, view)
        by = self.lowering.operand(metric.by, PERCENT, view) if metric.by else None
        if found is None or by is None:
            return None
        direction = "falling" if metric.verb == "falling_streak" else "rising"
        return core.Streak(found[0], direction, by), COUNT  # type: ignore[arg-type]

    def _operands(self, metric: Metric, view: View) -> list[Meaning] | None:
        found = [self._field(each, view) for each in metric.of]
        if None in found or not all(self._is_number(metric, each) for each in cast("list[Meaning]", found)):
            return None
        return cast("list[Meaning]", found)

    def ratio(self, metric: Metric, view: View) -> Lowered:
        """``ratio``: percent where both have one unit, else in the first's unit by a plain number."""
        operands = self._operands(metric, view)
        if operands is None:
            return None
        top, bottom = operands
        nodes = (top.node, bottom.node)
        if top.type.unit == bottom.type.unit:
            return core.Arithmetic("divide", nodes, PERCENT), PERCENT
        if bottom.type.unit != "number":
            message = f"{describe(top.type)} can't be divided by {describe(bottom.type)}"
            self._report(codes.UNIT_MISMATCH, metric.place, message)
            return None
        kind = _mean(top.type)
        return core.Arithmetic("divide", nodes, _plain(kind)), kind

    def difference(self, metric: Metric, view: View) -> Lowered:
        """``difference``: of two figures of one unit; of percentages in percentage points."""
        operands = self._operands(metric, view)
        if operands is None:
            return None
        left, right = operands
        if left.type.unit != right.type.unit:
            message = f"{describe(left.type)} less {describe(right.type)} has no meaning"
            self._report(codes.UNIT_MISMATCH, metric.place, message)
            return None
        kind = ValueType("number", left.type.unit, max(left.type.scale, right.type.scale))
        nodes = tuple(_rescaled(each, kind) for each in operands)
        unit = ValueType("number", "percentage points", kind.scale) if kind.unit == "percent" else kind
        return core.Arithmetic("subtract", nodes, unit), unit

    def product(self, metric: Metric, view: View) -> Lowered:
        """``product``: exact; at most one factor carries a unit."""
        operands = self._operands(metric, view)
        if operands is None:
            return None
        units = [each.type.unit for each in operands if each.type.unit != "number"]
        if len(units) > 1:
            message = f"only one factor may carry a unit; these have {', '.join(units)}"
            self._report(codes.UNIT_MISMATCH, metric.place, message)
            return None
        kind = ValueType("number", units[0] if units else "number", sum(each.type.scale for each in operands))
        return core.Arithmetic("multiply", tuple(each.node for each in operands), kind), kind

    def points(self, metric: Metric, view: View) -> Lowered:
        """``points``: the highest band whose figure is reached gives the points; below all, the lowest band does."""
        found = self._field(metric.of[0], view)
        if found is None or not self._is_number(metric, found):
            return None
        bands = self._point_bands(metric, found, view)
        if bands is None:
            return None
        (_, lowest), *higher = bands
        cases = tuple((compare("at_least", found.node, low), points) for low, points in reversed(higher))
        no_figure: tuple[Node, Node] = (core.Not(core.Present(found.node)), core.Constant(None, POINTS))
        return core.Cases((no_figure, *cases), lowest, POINTS), POINTS

    def _point_bands(self, metric: Metric, found: Meaning, view: View) -> list[tuple[Node, Node]] | None:
        """From which figure on how many points are given, lowest first."""
        bands = []
        for amount, low in metric.bands:
            points = constant(Written(amount, str(amount), metric.place), POINTS, self._sink)
            start = self.lowering.operand(low, found.type, view)
            if points is None or start is None:
                return None
            bands.append((start, points))
        order = rising([start for start, _ in bands], self.bindings)
        if order is None:
            message = f"the bands of `{metric.id}` have no one order: two begin together, or change places"
            self._report(codes.BANDS_ORDER, metric.place, message, BANDS_HINT)
            return None
        return [bands[at] for at in order]

    def weighted(self, metric: Metric, view: View) -> Lowered:
        """``weighted``: figures of one unit by weights that sum to 100."""
        if sum(metric.weights) != 100:
            self._report(codes.WEIGHTS, metric.place, f"the weights sum to {sum(metric.weights)}, not 100")
            return None
        operands = self._operands(metric, view)
        if operands is None:
            return None
        units = {each.type.unit for each in operands}
        if len(units) > 1:
            message = f"weighted figures need one unit; these have {', '.join(sorted(units))}"
            self._report(codes.UNIT_MISMATCH, metric.place, message, "turn each into points first")
            return None
        kind = ValueType("number", units.pop(), max(each.type.scale for each in operands))
        parts = tuple((weight, _rescaled(each, kind)) for weight, each in zip(metric.weights, operands, strict=True))
        return core.Weighted(parts, kind), kind

    def missing(self, metric: Metric, view: View) -> Lowered:
        """``missing``: those of ``out_of`` that no record has."""
        found = self._valued(metric, view)
        if found is None:
            return None
        return core.Missing(found[0], found[1].node, metric.out_of), TEXTS

    def top_percent(self, metric: Metric, view: View) -> Lowered:
        """``top_percent``: the account's standing in the portfolio by a metric."""
        found = self._field(metric.of[0], view)
        if found is None or not self._is_number(metric, found):
            return None
        name = str(metric.of[0].value)
        if any(isinstance(each, core.Conclusion | core.Standing) for each in walk([found.node], self.definitions)):
            message = f"`{name}` depends on conclusions or on the portfolio; accounts are ranked by their data alone"
            self._report(codes.NOT_READABLE_HERE, metric.of[0].place, message, "rank by a figure of the snapshot")
            return None
        self.rankings[name] = found.node
        return core.Standing(name, found.node), PERCENT


_VERBS: Final[dict[str, Callable[[Figures, Metric, View], Lowered]]] = {
    "value": Figures.value, "count": Figures.count, "count_distinct": Figures.count_distinct,
    "sum": Figures.aggregate, "average": Figures.aggregate, "minimum": Figures.aggregate,
    "maximum": Figures.aggregate, "latest": Figures.aggregate, "share": Figures.share,
    "days_since": Figures.since, "months_since": Figures.since, "days_until": Figures.until,
    "days_between": Figures.days_between, "change": Figures.change, "change_in_points": Figures.change_in_points,
    "falling_streak": Figures.streak, "rising_streak": Figures.streak, "ratio": Figures.ratio,
    "difference": Figures.difference, "product": Figures.product, "points": Figures.points,
    "weighted": Figures.weighted, "missing": Figures.missing, "top_percent": Figures.top_percent,
}  # fmt: skip


def _average(series: core.Series, back: int, kind: ValueType) -> Node:
    """The mean of a period: what its records add up to by how many have a value; none where none has."""
    assert series.of is not None  # noqa: S101 - the caller's condition
    valued = replace(series.items, where=_and(series.items.where, core.Present(series.of)))
    count = replace(series, items=valued, of=None, type=COUNT)
    parts = (core.PeriodValue(series, back), core.PeriodValue(count, back))
    return core.Arithmetic("divide", parts, _plain(kind))


def _mean(kind: ValueType) -> ValueType:
    """The type of a mean or quotient: 6 decimals, or the minor units of money (semantics 2.2)."""
    return kind if is_money(kind) else replace(kind, scale=max(kind.scale, SCALE))


def _plain(kind: ValueType) -> ValueType:
    """The type of a quotient that is no share: the core takes one in percent times 100."""
    return replace(kind, unit="number") if kind.unit == "percent" else kind


def _and(where: Node | None, more: Node) -> Node:
    return more if where is None else core.All((where, more))


def _rescaled(meaning: Meaning, kind: ValueType) -> Node:
    return meaning.node if meaning.type.scale == kind.scale else core.Rescale(meaning.node, kind)


def _without_where(metric: Metric) -> Metric:
    return replace(metric, where=None)
