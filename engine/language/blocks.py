"""Blocks: the parts a report is made of, a closed vocabulary (language 7)."""

from typing import Final

from msgspec import Struct

from engine.documents.document import Mapping, Node, Scalar, as_checked
from engine.documents.shapes import Json, Sink, read_shape
from engine.foundation.places import Place


class BlockKind(Struct, frozen=True):
    """A kind of block: its title, what it shows, and the ``section`` whose entries it may be narrowed to.

    ``inside`` keeps it from customers. ``named`` needs to be told which entries.
    """

    name: str
    zh: str
    en: str
    meaning: str
    section: str | None = None
    inside: bool = False
    named: bool = False


BLOCKS: Final[dict[str, BlockKind]] = {
    each.name: each
    for each in (
        BlockKind("scores", "评分", "Scores", "scores with their bands and parts", "scores"),
        BlockKind("targets", "目标", "Targets", "targets with the figure, the goal and how they stand", "targets"),
        BlockKind("classes", "分级", "Classes", "classes with the value in force", "classes", inside=True),
        BlockKind("figures", "数据", "Figures", "metrics with their values", "metrics", named=True),
        BlockKind("warnings", "预警", "Warnings", "warnings that are on", "warnings", inside=True),
        BlockKind("next_actions", "下一步安排", "Next steps", "work to come; for customers what takes place with them"),
        BlockKind("milestones", "里程碑", "Milestones", "milestones on a line of time, one bar each"),
        BlockKind("needs", "需求", "Needs", "needs of the account that are not closed"),
    )
}


class BlockUse(Struct, frozen=True):
    """A block of a message: its name, and the entries it is narrowed to, all where there are none."""

    name: str
    of: tuple[str, ...]
    place: Place

    @classmethod
    def shape_schema(cls, definitions: Json) -> Json:
        """The name of a block, or ``{scores: health}``."""
        names: Json = {"if": {"type": "array"}, "then": {"type": "array", "items": {"type": "string"}},
                       "else": {"type": "string"}}  # fmt: skip
        definitions["Block"] = {
            "description": "a part of a report: " + ", ".join(BLOCKS),
            "if": {"type": "object"},
            "then": {
                "type": "object",
                "properties": {each.name: names for each in BLOCKS.values() if each.section},
                "additionalProperties": False,
                "minProperties": 1,
                "maxProperties": 1,
            },
            "else": {"enum": list(BLOCKS)},
        }
        return {"$ref": "#/$defs/Block"}

    @classmethod
    def read_shape(cls, node: Node, sink: Sink) -> "BlockUse":
        """The block that ``node`` writes."""
        if isinstance(node, Mapping):
            entry = node.entries[0]
            return cls(entry.key, read_shape(tuple[str, ...], entry.node, sink), node.place)
        return cls(str(as_checked(node, Scalar).value), (), node.place)
