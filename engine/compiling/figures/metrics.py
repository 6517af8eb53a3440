"""The metrics of a playbook, each lowered by its verb when it is first read."""

from collections.abc import Callable
from typing import Final

from engine.compiling.figures import arithmetic, elapsed, periods, portfolio, records
from engine.compiling.figures.arguments import Arguments, Lowered
from engine.compiling.figures.arithmetic import POINTS
from engine.compiling.figures.scores import Scored, scored
from engine.compiling.symbols import ACCOUNT, Meaning, Symbols, View
from engine.compiling.typing import constant
from engine.documents.shapes import place_in
from engine.foundation import codes
from engine.foundation.problems import Problem, did_you_mean, problem
from engine.language.conclusions import Score
from engine.language.metrics import Metric
from engine.language.values import Written
from engine.matching import core
from engine.matching.core import Definition, Node, ValueType
from engine.snapshots.model import COLLECTIONS

_VERBS: Final[dict[str, Callable[[Arguments, Metric, View], Lowered]]] = {
    "value": arithmetic.value, "count": records.count, "count_distinct": records.count_distinct,
    "sum": records.aggregate, "average": records.aggregate, "minimum": records.aggregate,
    "maximum": records.aggregate, "latest": records.aggregate, "share": records.share,
    "days_since": elapsed.since, "months_since": elapsed.since, "days_until": elapsed.until,
    "days_between": elapsed.days_between, "change": periods.change, "change_in_points": periods.change_in_points,
    "falling_streak": periods.streak, "rising_streak": periods.streak, "trend": periods.statistic,
    "volatility": periods.statistic, "ratio": arithmetic.ratio,
    "difference": arithmetic.difference, "product": arithmetic.product, "points": arithmetic.points,
    "weighted": arithmetic.weighted, "missing": records.missing, "share_of_accounts": portfolio.share_of_accounts,
    "top_percent": portfolio.standing, "rank": portfolio.standing, "fifths": portfolio.standing,
    "share_of_total": portfolio.standing, "cumulative_share": portfolio.standing,
    "against_average": portfolio.standing,
}  # fmt: skip


class Figures:
    """The metrics and scores of a playbook, lowered on demand; a circle is reported with its members.

    ``scored`` are the scores that were lowered, with their parts.
    """

    def __init__(self, symbols: Symbols, sink: Callable[[Problem], None]) -> None:
        self._symbols = symbols
        self._sink = sink
        self.definitions: dict[str, Definition] = {}
        self.scored: dict[str, Scored] = {}
        self._under_way: list[str] = []
        self._failed: set[str] = set()
        self.arguments: Arguments

    def lower_all(self) -> None:
        """Lowers every metric and score, used or not."""
        for name in (*self._symbols.playbook.metrics, *self._symbols.playbook.scores):
            self._definition(name)

    def meaning(self, name: str, view: View) -> Meaning | None:
        """What the metric or score ``name`` means in ``view``; none where there is no such for it."""
        written = self._written(name)
        if written is None or _collection(written) != view.collection:
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
        written = self._written(name)
        if written is None:
            return None
        if name in self._under_way:
            self._circle(written)
            return None
        self._under_way.append(name)
        lowered = self._lower_score(written) if isinstance(written, Score) else self._lower(written)
        self._under_way.pop()
        if lowered is None:
            self._failed.add(name)
            return None
        collection = _collection(written)
        record = COLLECTIONS[collection].singular if collection else None
        self.definitions[name] = Definition(name, lowered[0], lowered[1], collection, record)
        return self.definitions[name]

    def _written(self, name: str) -> Metric | Score | None:
        book = self._symbols.playbook
        return book.scores.get(name) or book.metrics.get(name)

    def _circle(self, written: Metric | Score) -> None:
        members = [*self._under_way[self._under_way.index(written.id) :], written.id]
        message = f"metrics depend on each other in a circle: {' → '.join(members)}"
        self._sink(problem(codes.CIRCLE, written.place, message, "let one of them read data instead"))
        self._failed.update(members)

    def _lower_score(self, score: Score) -> Lowered:
        found = scored(self.arguments, score)
        if found is None:
            return None
        self.scored[score.id] = found
        self.definitions |= {each.name: each for each in found.definitions}
        return found.node, POINTS

    def _lower(self, metric: Metric) -> Lowered:
        if metric.each is not None and metric.each not in COLLECTIONS:
            hint = did_you_mean(metric.each, COLLECTIONS)
            self._sink(problem(codes.UNKNOWN_NAME, place_in(metric, "each"), f"`{metric.each}` is no collection", hint))
            return None
        view = View(metric.each, COLLECTIONS[metric.each].singular, bare=True) if metric.each else ACCOUNT
        lowered = _VERBS[metric.verb](self.arguments, metric, view)
        if lowered is None or metric.if_none is None:
            return lowered
        return self._if_none(metric.if_none, *lowered)

    def _if_none(self, written: Written, node: Node, kind: ValueType) -> Lowered:
        """``if_none: true`` and ``false`` decide a later comparison: the figure is then beyond any other."""
        if isinstance(written.value, bool):
            beyond = 2**62 if written.value else -(2**62)
            return core.IfNone(node, core.Constant(beyond, kind), kind), kind
        otherwise = constant(written, kind, self._sink)
        return None if otherwise is None else (core.IfNone(node, otherwise, kind), kind)


def _collection(written: Metric | Score) -> str | None:
    """The collection for whose records a metric is worked out; a score is of the account."""
    return written.each if isinstance(written, Metric) else None
