"""Content: what is sent (messages, reports), and what is brought or attached (cases, material, agendas)."""

from typing import Annotated, Final, Literal, cast

from msgspec import Struct

from engine.documents.document import Mapping, Node, Scalar, as_checked
from engine.documents.shapes import ONE_OR_MANY, Json, Sink, read_struct, struct_schema
from engine.foundation.places import Place
from engine.language.blocks import BlockUse
from engine.language.conditions import Condition
from engine.language.entry import Live
from engine.language.values import Text, Texts

MessageKind = Literal["message", "report"]
PieceKind = Literal["case", "material", "agenda"]
PIECES: Final[tuple[PieceKind, ...]] = ("case", "material", "agenda")
Outcome = Literal["success", "failure"]


class Recipient(Struct, frozen=True, kw_only=True):
    """Whom a message goes to: a role of theirs (all of them, or one picked), or a role of ours."""

    role: str
    pick: Literal["all", "strongest"] = "all"
    place: Place = Place("")
    node: Mapping | None = None

    @classmethod
    def shape_schema(cls, definitions: Json) -> Json:
        """A role, or ``{role: …, pick: strongest}``."""
        return {
            "if": {"type": "object"},
            "then": struct_schema(Recipient, definitions),
            "else": {"type": "string"},
        }

    @classmethod
    def read_shape(cls, node: Node, sink: Sink) -> "Recipient":
        """The recipient ``node`` writes."""
        if isinstance(node, Mapping):
            return read_struct(cls, node, sink)
        return cls(role=str(as_checked(node, Scalar).value), place=node.place)


class Attach(Struct, frozen=True, kw_only=True, rename={"for_": "for"}):
    """What to attach: a piece of content by ``name``, or those of a ``kind`` that fit best, at most so many.

    ``outcome`` takes cases that ended so only. ``for: role`` takes only what the role of the reader gets.
    """

    name: str | None = None
    kind: PieceKind | None = None
    outcome: Outcome | None = None
    for_: Literal["role"] | None = None
    at_most: int = 1
    place: Place = Place("")
    node: Mapping | None = None

    @classmethod
    def shape_schema(cls, definitions: Json) -> Json:
        """The name of a piece of content, or ``{kind: case, at_most: 1}``."""
        written = struct_schema(Attach, definitions)
        written["properties"].pop("name")
        definitions["Attach"] = {"if": {"type": "object"}, "then": written, "else": {"type": "string"}}
        return {"$ref": "#/$defs/Attach"}

    @classmethod
    def read_shape(cls, node: Node, sink: Sink) -> "Attach":
        """What ``node`` writes."""
        if isinstance(node, Mapping):
            return read_struct(cls, node, sink)
        return cls(name=str(as_checked(node, Scalar).value), place=node.place)


class Content(Live, frozen=True, kw_only=True):
    """An entry of ``content``; its ``kind`` says which keys it has."""

    @classmethod
    def shape_schema(cls, definitions: Json) -> Json:
        """A message or report, or a piece to bring, by the word under ``kind``."""
        for model, kinds in ((Message, (*_SENT, *PIECES)), (Piece, PIECES)):
            schema = struct_schema(model, definitions)
            schema["properties"]["kind"] = {"enum": list(kinds)}
            definitions[model.__name__] = schema
        return {
            "if": {"properties": {"kind": {"enum": list(PIECES)}}, "required": ["kind"]},
            "then": {"$ref": "#/$defs/Piece"},
            "else": {"$ref": "#/$defs/Message"},
        }

    @classmethod
    def read_entry(cls, key: str, place: Place, node: Node, sink: Sink) -> "Content":
        """The content that ``node`` writes under ``key``."""
        written = cast("Mapping", node)
        kind = written.get("kind")
        model = Piece if isinstance(kind, Scalar) and kind.value in PIECES else Message
        return read_struct(model, written, sink, key, place)


class Message(Content, frozen=True, kw_only=True, rename={"class_": "class"}):
    """A message or report: for whom, by which channel, its subject and template, and what is attached.

    A report is made of ``blocks``; a text is optional in it. One that ``needs_attached`` is not sent without.
    """

    kind: MessageKind = "message"
    to: Recipient | None = None
    audience: Literal["customer", "internal"] = "customer"
    channel: Literal["email", "chat", "sms", "letter"] = "email"
    class_: Literal["service", "nurture"] = "service"
    subject: Text | None = None
    body: Text | None = None
    template: str | None = None
    blocks: Annotated[tuple[BlockUse, ...], ONE_OR_MANY] = ()
    attach: Annotated[tuple[Attach, ...], ONE_OR_MANY] = ()
    needs_attached: bool = False
    approval: Literal["required", "none"] | None = None


class Piece(Content, frozen=True, kw_only=True):
    """A case, material or agenda: what it says in short, and the whole of it as a template or behind a link.

    ``fits`` says for which accounts it is meant; without it, it fits all. A case has an ``outcome``.
    """

    kind: PieceKind
    outcome: Outcome | None = None
    summary: Text | None = None
    points: Texts | None = None
    template: str | None = None
    link: str | None = None
    fits: Condition | None = None


_SENT: Final[tuple[MessageKind, ...]] = ("message", "report")
