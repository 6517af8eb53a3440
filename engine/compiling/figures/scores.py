"""Scores: weighted parts in points, lowered to one mean over the figures they take (language 6)."""

from collections.abc import Iterator, Mapping

from msgspec import Struct
from msgspec.structs import replace

from engine.compiling.compiled import ScoreInput
from engine.compiling.figures.arguments import Arguments
from engine.compiling.figures.arithmetic import POINTS, points, rescaled
from engine.compiling.symbols import ACCOUNT, Meaning
from engine.compiling.typing import describe
from engine.documents.shapes import place_in
from engine.foundation import codes
from engine.foundation.places import Place
from engine.language.conclusions import Part, Score
from engine.language.values import Written
from engine.matching import core
from engine.matching.core import Node, Weights


class Scored(Struct, frozen=True):
    """A score lowered: its mean, the figures it takes with their weights, and its parts each by itself."""

    node: core.Weighted
    inputs: tuple[ScoreInput, ...]
    parts: tuple[tuple[str, Node], ...]

    @property
    def weights(self) -> Weights:
        """The weights, whose leaves are the inputs in order."""
        return self.node.weights


def scored(given: Arguments, score: Score) -> Scored | None:
    """The score, or none where one of its parts has a problem."""
    lowered = {name: list(_inputs(given, name, part)) for name, part in score.parts.items()}
    weights = _weights(given, score.parts, f"scores.{score.id}", place_in(score, "parts", key=True))
    inputs = tuple(each for found in lowered.values() for each in found if each is not None)
    if weights is None or len(inputs) < sum(map(len, lowered.values())):
        return None
    parts = tuple(
        (name, _mean(score, each, [found.points for found in lowered[name] if found]))
        for name, each in zip(lowered, weights, strict=True)
    )
    return Scored(core.Weighted(weights, tuple(each.points for each in inputs), POINTS, _missed(score)), inputs, parts)


def _missed(score: Score) -> core.Missed:
    return score.when_part_missing


def _mean(score: Score, weight: "int | tuple[int, Weights]", of: list[Node]) -> Node:
    """A part of a score by itself."""
    return of[0] if isinstance(weight, int) else core.Weighted(weight[1], tuple(of), POINTS, _missed(score))


def _weights(given: Arguments, parts: Mapping[str, Part], name: str, place: Place) -> Weights | None:
    """The weights of parts and of the parts within them; each level sums to 100."""
    total = sum(each.weight for each in parts.values())
    light = [key for key, each in parts.items() if each.weight < 1]
    if light:
        given.report(codes.WEIGHTS, parts[light[0]].place, f"`{light[0]}` of `{name}` weighs less than 1")
    elif total != 100:
        given.report(codes.WEIGHTS, place, f"the weights of `{name}` sum to {total}, not 100")
    found: list[int | tuple[int, Weights]] = []
    for key, each in parts.items():
        within = _weights(given, each.parts, f"{name}.{key}", each.place) if each.parts else ()
        if within is None:
            return None
        found.append((each.weight, within) if each.parts else each.weight)
    return tuple(found) if total == 100 and not light else None


def _inputs(given: Arguments, path: str, part: Part) -> Iterator[ScoreInput | None]:
    """The figures of a part in order; none for one that has a problem."""
    forms = [bool(part.of), bool(part.parts), part.points is not None]
    if sum(forms) > 1:
        given.report(codes.UNKNOWN_KEY, part.place, f"`{path}` says in two ways what it takes", "keep one of them")
        yield None
    elif part.parts:
        for name, each in part.parts.items():
            yield from _inputs(given, f"{path}.{name}", each)
    elif part.points is not None:
        yield _in_place(given, path, part)
    else:
        yield _named(given, path, part, part.of or path.rpartition(".")[2])


def _in_place(given: Arguments, path: str, part: Part) -> ScoreInput | None:
    assert part.points is not None  # noqa: S101 - the caller's condition
    metric = replace(part.points, id=path)
    if not metric.bands:
        given.report(codes.MISSING_KEY, part.place, f"`bands` is missing in `{path}`", "add `bands: {100: …, 50: …}`")
        return None
    lowered, observed = points(given, metric, ACCOUNT), given.field(metric.of[0], ACCOUNT)
    if lowered is None or observed is None:
        return None
    return _input(path, part, metric.of[0].text, lowered[0], observed)


def _named(given: Arguments, path: str, part: Part, name: str) -> ScoreInput | None:
    found = given.field(Written(name, name, part.place), ACCOUNT)
    if found is None:
        return None
    if found.type.kind != "number" or found.type.unit != "points":
        hint = f"turn it into points: `{{weight: {part.weight}, points: {name}, bands: {{100: …, 50: …}}}}`"
        given.report(codes.UNIT_MISMATCH, part.place, f"`{name}` is {describe(found.type)}, not in points", hint)
        return None
    metric = given.metrics.get(name)
    behind = given.field(metric.of[0], ACCOUNT) if metric is not None and metric.verb == "points" else None
    of = str(metric.of[0].value) if metric is not None and behind is not None else name
    return _input(path, part, of, rescaled(found, POINTS), behind or found)


def _input(path: str, part: Part, of: str, node: Node, observed: Meaning) -> ScoreInput:
    return ScoreInput(
        path=path, title=part.title, of=of, points=node, observed=observed.node, observed_type=observed.type
    )
