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
from engine.matching.core import Definition, Node, Weights


class Scored(Struct, frozen=True):
    """A score lowered: its mean, and the figures it takes with their weights.

    ``definitions`` are the points that the score gives itself: under a name, they are worked out once.
    """

    node: core.Weighted
    inputs: tuple[ScoreInput, ...]
    definitions: tuple[Definition, ...]

    @property
    def weights(self) -> Weights:
        """The weights, whose leaves are the inputs in order."""
        return self.node.weights


def scored(given: Arguments, score: Score) -> Scored | None:
    """The score, or none where one of its parts has a problem."""
    lowered = [each for name, part in score.parts.items() for each in _inputs(given, name, part)]
    weights = _weights(given, score.parts, f"scores.{score.id}", place_in(score, "parts", key=True))
    complete = [each for each in lowered if each is not None]
    if weights is None or len(complete) < len(lowered):
        return None
    own = {each.path: f"scores.{score.id}.{each.path}" for each in complete if not isinstance(each.points, core.Figure)}
    definitions = tuple(Definition(own[each.path], each.points, POINTS) for each in complete if each.path in own)
    inputs = tuple(
        replace(each, points=core.Figure(own[each.path], POINTS)) if each.path in own else each for each in complete
    )
    of = tuple(each.points for each in inputs)
    return Scored(core.Weighted(weights, of, POINTS, score.when_part_missing), inputs, definitions)


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
