"""Scores in a plan: figure by figure, and what moved since they were last known."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from itertools import islice
from typing import Final

from msgspec import UNSET

from engine.compiling.compiled import CompiledScore, ScoreInput
from engine.foundation.quantities import SCALE, divide_half_even, plain_decimal
from engine.history.model import Counted, History, LastScore
from engine.matching.explained import Environment, evaluate, explain
from engine.matching.run import Value
from engine.matching.weights import Shares, counted, evenly, leaves, weighted_mean
from engine.planning.plan import Move, ScoreFigure, ScorePlan
from engine.planning.reasons import shown, shown_unit

_NOTHING: Final = Decimal(0)


def last_score(history: History, address: str) -> LastScore | None:
    """The score when it was last known, or none."""
    return next((each for each in history.scores if each.address == address), None)


def score_plan(score: CompiledScore, environment: Environment, language: str, last: LastScore | None) -> ScorePlan:
    """The score as a plan writes it, its band left out."""
    points = [evaluate(each.points, environment) for each in score.inputs]
    value = evaluate(score.figure, environment)
    counts = counted(score.weights, points, score.entry.when_part_missing) if isinstance(value, int) else None
    weights = _percents(evenly(score.weights))
    figures = tuple(
        [
            _figure(each, points[at], weights[at], counts, at, environment, language)
            for at, each in enumerate(score.inputs)
        ]
    )
    return ScorePlan(
        value=_points(value),
        parts={name: _points(part) for name, part in _parts(score, points)},
        figures=figures,
        last=last.value if last else None,
        last_at=last.at if last else None,
        moved=tuple(sorted(_moves(figures, last), key=lambda each: -abs(each.by))) if counts and last else (),
    )


def _parts(score: CompiledScore, points: Sequence[Value]) -> Iterator[tuple[str, Value]]:
    """The parts of a score, each the mean of the figures within it."""
    left = iter(points)
    for name, weight in zip(score.entry.parts, score.weights, strict=True):
        if isinstance(weight, int):
            yield name, next(left)
        else:
            within = list(islice(left, leaves(weight[1])))
            yield name, weighted_mean(weight[1], within, score.entry.when_part_missing)


def _figure(
    given: ScoreInput, points: Value, weight: Decimal, counts: Shares | None, at: int, environment: Environment,
    language: str,
) -> ScoreFigure:  # fmt: skip
    """The figure at a place of the score; nothing counts while the score is unknown."""
    return ScoreFigure(
        part=given.path,
        title=given.title.in_language(language) if given.title else None,
        of=given.of,
        observed=shown(evaluate(given.observed, environment), given.observed_type),
        unit=shown_unit(given.observed_type),
        points=_points(points),
        weight=weight,
        counts=_percents(counts)[at] if counts is not None else _NOTHING,
        contribution=_contribution(counts, at, points) if counts is not None and isinstance(points, int) else _NOTHING,
        missing=explain(given.points, environment).missing if points is UNSET else (),
    )


def _points(value: Value) -> Decimal | None:
    return plain_decimal(value, SCALE) if isinstance(value, int) else None


@lru_cache(maxsize=1 << 12)
def _percents(shares: Shares) -> tuple[Decimal, ...]:
    """By how many percent each member counts, to 6 decimals, rounded half to even."""
    return tuple(plain_decimal(divide_half_even(100 * each * 10**SCALE, shares.whole), SCALE) for each in shares.of)


def _contribution(counts: Shares, at: int, points: int) -> Decimal:
    """What a figure adds to the score, to 6 decimals, rounded half to even."""
    return plain_decimal(divide_half_even(counts.of[at] * points, counts.whole), SCALE)


def _moves(figures: tuple[ScoreFigure, ...], last: LastScore) -> Iterator[Move]:
    """What each figure did to the score; one that the score no longer takes has gone with what it added."""
    now = {each.part: Counted(points=each.points, contribution=each.contribution) for each in figures}
    for part in dict.fromkeys((*now, *last.inputs)):
        before, after = last.inputs.get(part, Counted()), now.get(part, Counted())
        if before.contribution != after.contribution:
            by = (after.contribution - before.contribution).normalize()
            yield Move(part, before.points, after.points, Decimal(f"{by:f}"))


def as_last(address: str, plan: ScorePlan, as_of: datetime) -> LastScore | None:
    """The score as history keeps it; none while it is not known."""
    if plan.value is None:
        return None
    inputs = {each.part: Counted(points=each.points, contribution=each.contribution) for each in plan.figures}
    return LastScore(address=address, value=plan.value, at=as_of, inputs=inputs)
