"""What a playbook concludes of an account: classes, scores and targets (language 6)."""

from datetime import date
from decimal import Decimal
from typing import Final, Literal

from msgspec import Struct, field

from engine.documents.document import Mapping, Node, Scalar, as_checked
from engine.documents.shapes import ID_PATTERN, Json, Sink, read_shape
from engine.foundation.places import Place
from engine.language.conditions import Condition
from engine.language.entry import Names
from engine.language.metrics import Metric, argument_schema, options_schema, read_metric
from engine.language.scope import Scoped
from engine.language.values import Rhythm, Text, Written


class Concluding(Scoped, frozen=True, kw_only=True):
    """A conclusion that has one of several values; ``labels`` are what people call them."""

    labels: dict[str, Text] = field(default_factory=dict)


class Graded(Concluding, frozen=True, kw_only=True):
    """A conclusion that may be read from bands, and changes steadily.

    ``values_formerly`` are the names that its values had before.
    """

    bands: dict[str, Written] | None = None
    below: Literal["lowest"] | None = None
    reassess: Rhythm | None = None
    down_after: int = 1
    values_formerly: dict[str, Names] = field(default_factory=dict)

    @property
    def values(self) -> tuple[str, ...]:
        """Every value it can have, in the order written."""
        return tuple(self.bands or ())


class Classification(Graded, frozen=True, kw_only=True):
    """A named classification of the account, or with ``each`` of every record of a collection."""

    each: str | None = None
    of: str | None = None
    choose: dict[str, Condition] | None = None
    first: dict[str, Condition] | None = None
    climb: dict[str, Condition] | None = None
    otherwise: str | None = None
    ranks: tuple[str, ...] = ()

    @property
    def values(self) -> tuple[str, ...]:
        """Every value the class can take, in the order written."""
        rows = tuple(self.bands or self.choose or self.first or self.climb or ())
        return (*rows, self.otherwise) if self.otherwise and self.otherwise not in rows else rows


class Part(Struct, frozen=True, kw_only=True):
    """A part of a score: its weight, and the figure in points it takes, or the parts it is made of again.

    ``of`` names a figure, none where the part is named as it; ``points`` is one written in place.
    """

    place: Place
    weight: int
    title: Text | None = None
    of: str | None = None
    parts: "dict[str, Part]" = {}
    points: Metric | None = None

    @classmethod
    def shape_schema(cls, definitions: Json) -> Json:
        """A weight, or a mapping with ``weight`` and ``of``, or with ``weight``, ``points`` and ``bands``."""
        if "Part" not in definitions:
            definitions["Part"] = {}
            definitions["Part"] = {
                "description": "a weight, or a mapping with `weight` and `of`, or with `weight`, `points` and `bands`",
                "if": {"type": "object"},
                "then": _part_schema(definitions),
                "else": {"type": "integer"},
            }
        return {"$ref": "#/$defs/Part"}

    @classmethod
    def read_shape(cls, node: Node, sink: Sink) -> "Part":
        """The part that ``node`` writes."""
        if isinstance(node, Scalar):
            return cls(place=node.place, weight=_whole(node))
        part = as_checked(node, Mapping)
        weight, of, title = part.get("weight"), part.get("of"), part.get("title")
        metric = Mapping(tuple(each for each in part.entries if each.key in _POINTS), node.place)
        return cls(
            place=node.place,
            weight=_whole(weight) if isinstance(weight, Scalar) else 0,
            title=Text.read_shape(title, sink) if title is not None else None,
            of=str(of.value) if isinstance(of, Scalar) else None,
            parts=read_shape(dict[str, Part], of, sink) if isinstance(of, Mapping) else {},
            points=read_metric("", node.place, metric, sink) if metric.entries else None,
        )


class Score(Graded, frozen=True, kw_only=True):
    """Weighted parts in points, with bands that name how good the sum is."""

    parts: dict[str, Part]
    when_part_missing: Literal["unknown", "spread", "zero"] = "unknown"


class Target(Concluding, frozen=True, kw_only=True, rename={"from_": "from"}):
    """What a figure shall be: within a limit in each period, or on its way ``from`` one figure ``to`` another.

    ``start`` and ``by`` are the first and the last day of that way.
    """

    metric: str
    at_least: Written | None = None
    at_most: Written | None = None
    every: Rhythm | None = None
    from_: Written | None = None
    to: Written | None = None
    start: date | None = None
    by: date | None = None

    @property
    def values(self) -> tuple[str, ...]:
        """The states it can be in: of a target for each period those of the running one."""
        return RUNNING if self.every is not None else (*ENDED, *RUNNING)


RUNNING: Final = ("on_track", "behind")
ENDED: Final = ("met", "missed")
"""How a target stands while its time runs, and what became of it."""

_POINTS: Final = ("points", "bands")


def _whole(node: Scalar) -> int:
    return int(Decimal(node.text or str(node.value)))


def _part_schema(definitions: Json) -> Json:
    parts: Json = {
        "if": {"type": "object"},
        "then": {
            "type": "object",
            "propertyNames": {"pattern": ID_PATTERN},
            "additionalProperties": {"$ref": "#/$defs/Part"},
            "minProperties": 1,
        },
        "else": {"type": "string", "examples": ["growth_points"]},
    }
    return {
        "type": "object",
        "description": "a part of a score",
        "properties": {
            "weight": {"type": "integer"},
            "title": Text.shape_schema(definitions),
            "of": parts,
            "points": argument_schema("one", definitions),
            "bands": options_schema(definitions)["bands"],
        },
        "required": ["weight"],
        "additionalProperties": False,
    }
