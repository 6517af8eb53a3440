"""Classes and scores → their compiled form: what has one of several values."""

from collections.abc import Callable
from typing import Literal, NamedTuple

from engine.compiling.bands import Bindings, disordered, rising
from engine.compiling.clauses import Clause, Leaf, all_of
from engine.compiling.compiled import CompiledClass, CompiledScore
from engine.compiling.conditions import Lowering, compare
from engine.compiling.figures.scores import Scored
from engine.compiling.symbols import ACCOUNT, Meaning, View
from engine.documents.shapes import place_in
from engine.foundation import codes
from engine.foundation.places import Place
from engine.foundation.problems import Code, Problem, did_you_mean, problem
from engine.language.conclusions import Classification, Graded, Score
from engine.language.values import Written
from engine.matching import core
from engine.matching.core import Node

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

    def _check_values(self, entry: Graded, ranks: tuple[str, ...] = ()) -> None:
        ranked = [(value, place_in(entry, "ranks", at)) for at, value in enumerate(ranks)]
        labelled = [(value, place_in(entry, "labels", value, key=True)) for value in entry.labels]
        for value, place in (*ranked, *labelled):
            if value not in entry.values:
                message = f"`{value}` is no value of `{entry.id}`"
                self._report(codes.UNKNOWN_VALUE, place, message, did_you_mean(value, entry.values))
        if entry.reassess is not None and entry.reassess.reference is not None:
            message = f"`reassess: ${entry.reassess.reference}`: write the period itself, without a parameter"
            self._report(codes.BAD_FORM, entry.reassess.place, message, "write for example `reassess: quarter`")

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
            parts=scored.parts,
            band=band,
        )


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
