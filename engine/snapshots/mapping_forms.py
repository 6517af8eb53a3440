"""The small written forms of the mapping file."""

from typing import ClassVar, Final, Self, cast

from msgspec import Struct

from engine.documents.document import Mapping, Node, Scalar, Sequence
from engine.documents.shapes import Json, Sink, read_struct, struct_schema
from engine.foundation.places import Place

NOWHERE: Final = Place("")


class _Form(str):
    """A text in a form of its own; ``pattern``, ``words`` and ``example`` describe it."""

    __slots__ = ()
    pattern: ClassVar[str]
    words: ClassVar[str]
    example: ClassVar[str]

    @classmethod
    def shape_schema(cls, _definitions: Json) -> Json:
        """A text of this form."""
        return {"type": "string", "pattern": cls.pattern, "description": cls.words, "examples": [cls.example]}

    @classmethod
    def read_shape(cls, node: Node, _sink: Sink) -> Self:
        """The text as it stands."""
        return cls(written_text(node))


class DateFormat(_Form):
    """How dates or instants are written, in the directives of ``strptime`` that mean the same in every country."""

    __slots__ = ()
    pattern = r"^(?:[^%]|%[dmYyHMSfz%])*%[dmYyHMSfz](?:[^%]|%[dmYyHMSfz%])*$"
    words = "a date format of %Y %y %m %d %H %M %S %f %z"
    example = "%d-%m-%Y"


class DateFormats(tuple[DateFormat, ...]):
    """The forms in which dates or instants are written: one, or a list of them."""

    __slots__ = ()

    @classmethod
    def shape_schema(cls, definitions: Json) -> Json:
        """A form, or several."""
        return _one_or_several(DateFormat.shape_schema(definitions))

    @classmethod
    def read_shape(cls, node: Node, _sink: Sink) -> Self:
        """The forms, in their order."""
        return cls(DateFormat(each) for each in _texts(node))


class Currency(_Form):
    """The code of a currency."""

    __slots__ = ()
    pattern = "^[A-Z]{3}$"
    words = "a currency's three letters"
    example = "CNY"


class Day(_Form):
    """A day, as written."""

    __slots__ = ()
    pattern = "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
    words = "a day"
    example = "2026-03-31"


class Sign(_Form):
    """One character."""

    __slots__ = ()
    pattern = r"^[^\"\r\n]$"
    words = "one character in quotes"
    example = ";"


class Variable(_Form):
    """The name of an environment variable."""

    __slots__ = ()
    pattern = "^[A-Z_][A-Z0-9_]*$"
    words = "an environment variable's name in capitals"
    example = "CRM_DATABASE"


class Cell(_Form):
    """Any scalar, taken as the text of a cell; ``null`` is the empty cell."""

    __slots__ = ()

    @classmethod
    def shape_schema(cls, _definitions: Json) -> Json:
        """Any scalar."""
        return {"type": ["string", "number", "boolean", "null"]}


class Cells(dict[str, str]):
    """What stands in a column, and what it is read as; ``null`` makes a cell empty."""

    @classmethod
    def shape_schema(cls, definitions: Json) -> Json:
        """A mapping of texts to scalars."""
        return {"type": "object", "additionalProperties": Cell.shape_schema(definitions)}

    @classmethod
    def read_shape(cls, node: Node, _sink: Sink) -> Self:
        """The mapping, texts to texts."""
        return cls({entry.key: written_text(entry.node) for entry in cast("Mapping", node).entries})


class Choices(dict[str, tuple[str, ...]]):
    """Fields with the texts of which each must be one."""

    @classmethod
    def shape_schema(cls, definitions: Json) -> Json:
        """A mapping of names to one or several texts."""
        return {"type": "object", "additionalProperties": _one_or_several(Cell.shape_schema(definitions))}

    @classmethod
    def read_shape(cls, node: Node, _sink: Sink) -> Self:
        """The mapping, names to tuples of texts."""
        return cls({entry.key: _texts(entry.node) for entry in cast("Mapping", node).entries})


class ColumnOr(Struct, frozen=True, kw_only=True):
    """What takes a column's name alone, or a mapping with more to say."""

    place: Place = NOWHERE
    column: str | None = None

    @classmethod
    def shape_schema(cls, definitions: Json) -> Json:
        """A text, or the mapping of this struct; told apart by type, so that each error has one cause."""
        if cls.__name__ not in definitions:
            definitions[cls.__name__] = {}
            definitions[cls.__name__] = {**struct_schema(cls, definitions), "type": ["string", "number", "object"]}
        return {"$ref": f"#/$defs/{cls.__name__}"}

    @classmethod
    def read_shape(cls, node: Node, sink: Sink) -> Self:
        """From a column's name, or from the mapping."""
        if isinstance(node, Scalar):
            return cls(column=written_text(node), place=node.place)
        return read_struct(cls, cast("Mapping", node), sink)


def written_text(node: Node) -> str:
    """The scalar as it stands in the file; nothing is the empty text."""
    scalar = cast("Scalar", node)
    if isinstance(scalar.value, str):
        return scalar.value
    return "" if scalar.value is None else scalar.text


def _one_or_several(one: Json) -> Json:
    """What ``one`` describes, or a list of such; told apart by type, so that each error has one cause."""
    return {"if": {"type": "array"}, "then": {"type": "array", "items": one, "minItems": 1}, "else": one}


def _texts(node: Node) -> tuple[str, ...]:
    members = node.items if isinstance(node, Sequence) else (node,)
    return tuple(written_text(member) for member in members)
