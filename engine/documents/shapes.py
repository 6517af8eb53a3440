"""One description of a document's shape: frozen structs whose annotations give both its JSON Schema and its reader.

A field's annotation is ``str``, ``bool``, ``int``, ``Decimal``, a ``Literal``, ``tuple[X, …]`` (a list; with
:data:`ONE_OR_MANY` also a single X), ``dict[str, X]`` (entries under ids), another struct, ``X | None`` for what may
be left out, or a leaf class with the two class methods of :class:`Leaf`. A struct with the fields ``id`` and
``place`` gets them from the key it stands under, and in ``node`` what stands there, for :func:`place_in`.
"""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from functools import cache
from types import NoneType, UnionType
from typing import Annotated, Any, Final, Literal, Protocol, TypeVar, Union, cast, get_args, get_origin, get_type_hints

from msgspec import NODEFAULT, Struct
from msgspec.structs import FieldInfo, fields

from engine.documents.document import Mapping, Node, Scalar, Sequence, find, locate
from engine.foundation import codes
from engine.foundation.places import Place
from engine.foundation.problems import Problem, problem

ID_PATTERN: Final = r"^[^\W\d_][\w-]*$"

S = TypeVar("S", bound=Struct)
Json = dict[str, Any]
Sink = Callable[[Problem], None]
"""Where a reader puts the problems it finds; it goes on with ``None`` or what is left."""


class _OneOrMany:
    """Marks a tuple that may be written as a single member."""


ONE_OR_MANY: Final = _OneOrMany()


class Leaf(Protocol):
    """A class that knows its own written form."""

    @classmethod
    def shape_schema(cls, definitions: Json) -> Json:
        """The JSON Schema of the written form; shared parts go into ``definitions``."""

    @classmethod
    def read_shape(cls, node: Node, sink: Sink) -> Any:
        """The value ``node`` writes; the schema has been checked before."""


def schema_document(model: type[Struct], title: str, url: str) -> Json:
    """The whole JSON Schema of documents shaped like ``model``."""
    definitions: Json = {}
    root = struct_schema(model, definitions)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": url,
        "title": title,
        **root,
        "$defs": dict(sorted(definitions.items())),
    }


def schema_of(hint: Any, definitions: Json) -> Json:
    """The JSON Schema of one annotation."""
    bare, marks = _bare(hint)
    if hasattr(bare, "shape_schema"):
        return cast("Leaf", bare).shape_schema(definitions)
    origin = get_origin(bare)
    if origin is Literal:
        return {"enum": list(get_args(bare))}
    if origin is tuple:
        return _list_schema(get_args(bare)[0], ONE_OR_MANY in marks, definitions)
    if origin is dict:
        return {
            "type": "object",
            "propertyNames": {"pattern": ID_PATTERN},
            "additionalProperties": schema_of(get_args(bare)[1], definitions),
        }
    if isinstance(bare, type) and issubclass(bare, Struct):
        return _reference(bare, definitions)
    return dict(_SIMPLE[bare])


_SIMPLE: Final[dict[Any, Json]] = {
    str: {"type": ["string", "number"]},
    bool: {"type": "boolean"},
    int: {"type": "integer"},
    Decimal: {"type": "number"},
    date: {"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}$", "description": "a date", "examples": ["2026-01-31"]},
}


def _list_schema(member: Any, one_or_many: bool, definitions: Json) -> Json:
    items = schema_of(member, definitions)
    listed: Json = {"type": "array", "items": items}
    if not one_or_many:
        return listed
    return {"if": {"type": "array"}, "then": listed, "else": items}


def _reference(model: type[Struct], definitions: Json) -> Json:
    name = model.__name__
    if name not in definitions:
        definitions[name] = {}
        definitions[name] = struct_schema(model, definitions)
    return {"$ref": f"#/$defs/{name}"}


def struct_schema(model: type[Struct], definitions: Json) -> Json:
    """The closed object schema of ``model``'s written fields."""
    known = _written_fields(model)
    # Joined anew, for Python takes the indentation away from 3.13 on.
    description = " ".join((model.__doc__ or "").split("\n\n")[0].replace("``", "`").split())
    schema: Json = {
        "type": "object",
        "description": description,
        "properties": {name: schema_of(hint, definitions) for name, (_, hint) in known.items()},
        "additionalProperties": False,
    }
    required = [name for name, (field, _) in known.items() if field.required]
    if required:
        schema["required"] = required
    return schema


@cache
def _written_fields(model: type[Struct]) -> dict[str, tuple[FieldInfo, Any]]:
    """Field and annotation by the key it is written under; ``id``, ``place`` and ``node`` come from outside."""
    hints = get_type_hints(model, include_extras=True)
    return {
        field.encode_name: (field, hints[field.name])
        for field in fields(model)
        if not (field.name in ("id", "place", "node") and "place" in hints)
    }


def _bare(hint: Any) -> tuple[Any, tuple[Any, ...]]:
    """The annotation without ``None`` and ``Annotated``, and its marks."""
    if get_origin(hint) in (Union, UnionType):
        members = [each for each in get_args(hint) if each is not NoneType]
        return _bare(members[0])
    if get_origin(hint) is Annotated:
        bare, *marks = get_args(hint)
        return bare, tuple(marks)
    return hint, ()


def read_shape(hint: Any, node: Node, sink: Sink) -> Any:
    """The value of annotation ``hint`` that ``node`` writes, once the schema holds."""
    bare, _ = _bare(hint)
    if hasattr(bare, "read_shape"):
        return cast("Leaf", bare).read_shape(node, sink)
    origin = get_origin(bare)
    if origin is tuple:
        members = node.items if isinstance(node, Sequence) else (node,)
        return tuple(read_shape(get_args(bare)[0], each, sink) for each in members)
    if origin is dict:
        return _read_entries(get_args(bare)[1], cast("Mapping", node), sink)
    if isinstance(bare, type) and issubclass(bare, Struct):
        return read_struct(bare, cast("Mapping", node), sink)
    return _read_scalar(bare, cast("Scalar", node), sink)


def _read_entries(hint: Any, node: Mapping, sink: Sink) -> dict[str, Any]:
    bare, _ = _bare(hint)
    if isinstance(bare, type) and issubclass(bare, Struct) and not hasattr(bare, "read_shape"):
        return {
            entry.key: read_struct(bare, cast("Mapping", entry.node), sink, entry.key, entry.key_place)
            for entry in node.entries
        }
    return {entry.key: read_shape(hint, entry.node, sink) for entry in node.entries}


def read_struct(model: type[S], node: Mapping, sink: Sink, key: str | None = None, place: Place | None = None) -> S:
    """The struct that a mapping writes; ``key`` and ``place`` are those of the entry it stands under."""
    known = _written_fields(model)
    values = {
        known[entry.key][0].name: read_shape(known[entry.key][1], entry.node, sink)
        for entry in node.entries
        if not _is_left_out(entry.node, known[entry.key][0])
    }
    own = {field.name for field in fields(model)}
    if "place" in own:
        values["place"] = place or node.place
        if "id" in own and key is not None:
            values["id"] = key
    if "node" in own:
        values["node"] = node
    return model(**values)


class Placed(Protocol):
    """A struct that knows where it stands in a document, and what stands there."""

    @property
    def place(self) -> Place:
        """Where its key, or if it has none it itself, is written."""

    @property
    def node(self) -> Mapping | None:
        """What was written; none for what nobody wrote."""


def place_in(entry: Placed, *path: str | int, key: bool = False) -> Place:
    """Where the word under ``path`` of an entry is written, or with ``key`` the last key of the path.

    A list that was written as its single member is that member. The place of the entry where nothing was written.
    """
    if entry.node is None or not path or find(entry.node, path[:1]) is None:
        return entry.place
    return locate(entry.node, path, key)


def _is_left_out(node: Node, field: FieldInfo) -> bool:
    """An empty value of an optional key reads as if the key were not there."""
    return isinstance(node, Scalar) and node.value is None and not field.required and field.default is not NODEFAULT


def _read_scalar(kind: Any, node: Scalar, sink: Sink) -> Any:
    if kind is str:
        return node.value if isinstance(node.value, str) else node.text
    return _read_date(node, sink) if kind is date else node.value


def _read_date(node: Scalar, sink: Sink) -> date:
    try:
        return date.fromisoformat(str(node.value))
    except ValueError:
        sink(
            problem(
                codes.BAD_FORM,
                node.place,
                f"`{node.value}` is no day of the calendar",
                "write for example `2026-01-31`",
            )
        )
        return date.min
