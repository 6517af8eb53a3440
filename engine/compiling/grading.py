"""Classes, scores and targets → their compiled form: what has one of several values."""

from collections.abc import Callable
from datetime import date
from typing import Literal, NamedTuple

from engine.compiling.bands import Bindings, disordered, falls, rising
from engine.compiling.clauses import Clause, Leaf, all_of
from engine.compiling.comparing import compare
from engine.compiling.compiled import CompiledClass, CompiledScore, CompiledTarget
from engine.compiling.conditions import Lowering
from engine.compiling.figures.arguments import plain
from engine.compiling.figures.scores import Scored
from engine.compiling.symbols import ACCOUNT, Meaning, View
from engine.compiling.typing import describe
from engine.documents.shapes import place_in
from engine.foundation import codes
from engine.foundation.places import Place
from engine.foundation.problems import Code, Problem, did_you_mean, problem
from engine.foundation.quantities import Period
from engine.language.conclusions import Classification, Graded, Score, Target
from engine.language.values import Written
from engine.matching import core
from engine.matching.core import COUNT, DATE, Node, ValueType

Rows = tuple[tuple[str, Clause], ...]


class _Band(NamedTuple):
    value: str
    low: Written
    start: Node


class Grading:
    """Compiles the conclusions of one playbook; what has a problem is left out and reported."""

    def __init__(self, lowering: Lowering, bindings: Bindings, sink: Callable[[Problem], None]) -> None:
        self._lowering = lowering
        self._bindings = bindings
        self._sink = sink

    def _report(self, code: Code, place: Place, message: str, hint: str | None = None) -> None:
        self._sink(problem(code, place, message, hint))

    # -- classes ------------------------------------------------------------------------------------

    def class_(self, entry: Classification) -> CompiledClass | None:
        """The class, or none where it has a problem."""
        address = f"classes.{entry.id}"
        view = self._lowering.view(entry, bare=True)
        if view is None:
            return None
        ways = [key for key in ("bands", "choose", "first", "climb") if getattr(entry, key) is not None]
        if len(ways) != 1:
            self._undecided(entry, ways)
            return None
        self._check_keys(entry)
        self._check_values(entry, entry.ranks)
        if entry.bands is None:
            return self._rows(entry, address, view)
        if entry.of is None:
            self._report(codes.MISSING_KEY, entry.place, f"`of` is missing in `{address}`", "add `of:` with a figure")
            return None
        figure = self._lowering.meaning(entry.of, place_in(entry, "of"), view)
        return None if figure is None else self._banded(entry, address, entry.of, figure, view)

    def _rows(self, entry: Classification, address: str, view: View) -> CompiledClass | None:
        mode: Literal["choose", "first", "climb"] = "choose" if entry.choose else "first" if entry.first else "climb"
        written = entry.choose or entry.first or entry.climb or {}
        rows = tuple((value, self._lowering.clause(condition, view)) for value, condition in written.items())
        complete = tuple((value, clause) for value, clause in rows if clause is not None)
        if len(complete) < len(rows):
            return None
        if mode == "choose":
            self._check_disjoint(entry, complete)
        return CompiledClass(
            entry=entry,
            address=address,
            collection=entry.each,
            mode=mode,
            rows=complete,
            ranks=(None, *written) if mode == "climb" else entry.ranks,
            otherwise=entry.otherwise,
            stretch=entry.reassess.period if entry.reassess else None,
            once=entry.reassess is not None,
            down_after=entry.down_after,
        )

    def _undecided(self, entry: Classification, ways: list[str]) -> None:
        if ways:
            message = f"`classes.{entry.id}` is decided in two ways: `{ways[0]}` and `{ways[1]}`"
            self._report(codes.UNKNOWN_KEY, place_in(entry, ways[1], key=True), message, "keep one of the two")
        else:
            message = f"`classes.{entry.id}` does not say how it is decided"
            hint = "add `bands:` (beside `of:`), or `choose:`, or `first:`, or `climb:`"
            self._report(codes.MISSING_KEY, entry.place, message, hint)

    def _check_keys(self, entry: Classification) -> None:
        if entry.otherwise is not None and entry.first is None:
            place, hint = place_in(entry, "otherwise", key=True), "write a row for what is left, or `first:`"
            self._report(codes.UNKNOWN_KEY, place, "`otherwise` goes with `first` alone", hint)
        if entry.ranks and entry.climb is not None:
            place = place_in(entry, "ranks", key=True)
            message = "`ranks` does nothing: the steps of `climb` have an order"
            self._report(codes.UNKNOWN_KEY, place, message, "take it away")
        if entry.down_after > 1 and not entry.ranks and entry.bands is None and entry.climb is None:
            place = place_in(entry, "down_after", key=True)
            self._report(codes.MISSING_KEY, place, "`down_after` needs `ranks`, lowest first", "add `ranks: […]`")

    def _check_values(self, entry: Classification | Score | Target, ranks: tuple[str, ...] = ()) -> None:
        ranked = [(value, place_in(entry, "ranks", at)) for at, value in enumerate(ranks)]
        labelled = [(value, place_in(entry, "labels", value, key=True)) for value in entry.labels]
        for value, place in (*ranked, *labelled):
            if value not in entry.values:
                message = f"`{value}` is no value of `{entry.id}`"
                self._report(codes.UNKNOWN_VALUE, place, message, did_you_mean(value, entry.values))
        written = entry.every if isinstance(entry, Target) else entry.reassess
        key = "every" if isinstance(entry, Target) else "reassess"
        if written is not None and written.reference is not None:
            message = f"`{key}: ${written.reference}`: write the period itself, without a parameter"
            self._report(codes.BAD_FORM, written.place, message, f"write for example `{key}: quarter`")

    def _check_disjoint(self, entry: Classification, rows: Rows) -> None:
        """Rows of ``choose`` that ask for the very same can't be told apart."""
        seen: dict[object, str] = {}
        for value, clause in rows:
            other = seen.setdefault(_tests(clause), value)
            if other != value:
                place = place_in(entry, "choose", value, key=True)
                message = f"rows `{other}` and `{value}` of `{entry.id}` hold together"
                self._report(codes.ROWS_OVERLAP, place, message, "`choose` needs rows of which exactly one holds")

    # -- bands --------------------------------------------------------------------------------------

    def _banded(self, entry: Graded, address: str, of: str, figure: Meaning, view: View) -> CompiledClass | None:
        written = entry.bands or {}
        lows = [(value, low, self._lowering.operand(low, figure.type, view)) for value, low in written.items()]
        bands = [_Band(value, low, node) for value, low, node in lows if node is not None]
        order = rising([each.start for each in bands], self._bindings)
        if len(bands) < len(lows):
            return None
        if order is None:
            self._sink(disordered(address, [(each.value, each.start, each.low.place) for each in bands], entry.place))
            return None
        bands = [bands[at] for at in order]
        rows = tuple(_band(entry, of, figure, bands, index) for index in range(len(bands)))
        ranks = entry.ranks if isinstance(entry, Classification) else ()
        return CompiledClass(
            entry=entry,
            address=address,
            collection=view.collection,
            mode="bands",
            rows=rows,
            figure=figure.node,
            ranks=ranks or tuple(value for value, _ in rows),
            stretch=entry.reassess.period if entry.reassess else None,
            once=entry.reassess is not None,
            down_after=entry.down_after,
        )

    # -- scores -------------------------------------------------------------------------------------

    def score(self, entry: Score, scored: Scored) -> CompiledScore | None:
        """The score, or none where its bands have a problem."""
        address = f"scores.{entry.id}"
        self._check_values(entry)
        figure = self._lowering.meaning(entry.id, entry.place, ACCOUNT)
        band = self._banded(entry, address, entry.id, figure, ACCOUNT) if figure and entry.bands else None
        if figure is None or (band is None) != (entry.bands is None):
            return None
        return CompiledScore(
            entry=entry,
            address=address,
            figure=figure.node,
            weights=scored.weights,
            inputs=scored.inputs,
            band=band,
        )

    # -- targets ------------------------------------------------------------------------------------

    def target(self, entry: Target) -> CompiledTarget | None:
        """The target, or none where it has a problem."""
        self._check_values(entry)
        figure = self._lowering.meaning(entry.metric, place_in(entry, "metric"), ACCOUNT)
        if figure is None:
            return None
        if figure.type.kind != "number":
            message = f"`{entry.metric}` is {describe(figure.type)}; a target needs a figure"
            self._report(codes.TYPE_MISMATCH, place_in(entry, "metric"), message)
            return None
        return self._in_each(entry, figure) if entry.every is not None else self._on_the_way(entry, figure)

    def _in_each(self, entry: Target, figure: Meaning) -> CompiledTarget | None:
        limits = [key for key in ("at_least", "at_most") if getattr(entry, key) is not None]
        others = [key for key in ("from", "to", "start", "by") if place_in(entry, key, key=True) != entry.place]
        if len(limits) != 1 or others:
            message = f"`targets.{entry.id}` has to say one of `at_least` and `at_most` beside `every`, and no more"
            self._report(codes.MISSING_KEY, entry.place, message, "write for example `at_least: 90%, every: quarter`")
            return None
        op: core.CompareOp = "at_least" if entry.at_least is not None else "at_most"
        limit = self._lowering.operand(getattr(entry, op), figure.type, ACCOUNT)
        period = entry.every.period if entry.every else None
        if limit is None or period is None:
            return None
        rows = (("on_track", _held(entry, figure, op, limit)), ("behind", _short_of(entry, figure, op, limit)))
        return self._target(entry, figure, limit, limit, rows, period)

    def _on_the_way(self, entry: Target, figure: Meaning) -> CompiledTarget | None:
        first, last = entry.from_, entry.to
        if first is None or last is None or entry.start is None or entry.by is None or entry.by <= entry.start:
            message = f"`targets.{entry.id}` needs `from`, `to`, `start` and a later `by`, or `every` with a limit"
            hint = "write for example `from: 72 points, to: 86 points, start: 2026-01-01, by: 2026-12-31`"
            self._report(codes.MISSING_KEY, entry.place, message, hint)
            return None
        low, goal = (self._lowering.operand(each, figure.type, ACCOUNT) for each in (first, last))
        if low is None or goal is None:
            return None
        op: core.CompareOp = "at_most" if falls(low, goal, self._bindings) else "at_least"
        line = _line(low, goal, entry.start, entry.by, figure.type)
        over = core.Compare("above", core.Today(), core.Constant(entry.by, DATE))
        edge = core.Constant(entry.by, DATE)
        ended = Leaf(over, "today", "above", core.Today(), DATE, (edge,), entry.place)
        rows = (
            ("met", _held(entry, figure, op, goal)),
            ("missed", all_of((ended, _short_of(entry, figure, op, goal)), entry.place)),
            ("on_track", _held(entry, figure, op, line)),
            ("behind", _short_of(entry, figure, op, line)),
        )
        return self._target(entry, figure, goal, line, rows, None)

    def _target(
        self, entry: Target, figure: Meaning, goal: Node, expected: Node, rows: Rows, period: Period | None
    ) -> CompiledTarget:
        address = f"targets.{entry.id}"
        state = CompiledClass(entry=entry, address=address, mode="first", rows=rows, stretch=period, until=entry.by)
        return CompiledTarget(
            entry=entry,
            address=address,
            figure=figure.node,
            type=figure.type,
            goal=goal,
            expected=expected,
            period=period,
            state=state,
        )


def _held(entry: Target, figure: Meaning, op: core.CompareOp, edge: Node) -> Leaf:
    return Leaf(compare(op, figure.node, edge), entry.metric, op, figure.node, figure.type, (edge,), entry.place)


def _short_of(entry: Target, figure: Meaning, op: core.CompareOp, edge: Node) -> Leaf:
    """The figure is there and does not hold ``op``."""
    return _held(entry, figure, "below" if op == "at_least" else "above", edge)


def _line(low: Node, goal: Node, start: date, by: date, kind: ValueType) -> Node:
    """What a figure should be today that goes evenly from one to another."""
    whole = core.Constant((by - start).days, COUNT)
    gone = core.Elapsed("days", core.Constant(start, DATE), core.Today(), COUNT)
    way = core.Arithmetic("multiply", (core.Arithmetic("subtract", (goal, low), plain(kind)), gone), plain(kind))
    return core.Arithmetic("add", (low, core.Arithmetic("divide", (way, whole), plain(kind))), kind)


def _band(entry: Graded, of: str, figure: Meaning, bands: list[_Band], index: int) -> tuple[str, Clause]:
    value, low, start = bands[index]

    def leaf(op: core.CompareOp, edge: Node) -> Leaf:
        return Leaf(compare(op, figure.node, edge), of, op, figure.node, figure.type, (edge,), low.place)

    tests = [] if index == 0 and entry.below == "lowest" else [leaf("at_least", start)]
    if index + 1 < len(bands):
        tests.append(leaf("below", bands[index + 1].start))
    if not tests:
        tests.append(Leaf(core.Present(figure.node), of, "present", figure.node, figure.type, (), low.place))
    return value, all_of(tuple(tests), low.place)


def _tests(clause: Clause) -> object:
    return (
        clause.node
        if isinstance(clause, Leaf)
        else (clause.op, clause.count, tuple(_tests(each) for each in clause.of))
    )
