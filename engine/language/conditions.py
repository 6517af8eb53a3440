"""Conditions as authors write them, typed but not yet resolved (language 5)."""

from collections.abc import Iterator
from typing import Literal

from msgspec import Struct

from engine.documents.document import Mapping, Node, Scalar, Sequence, as_checked
from engine.documents.shapes import Json, Sink
from engine.foundation.places import Place
from engine.language.operators import AGO, COMBINATORS, OPERATORS
from engine.language.values import Written


class Condition(Struct, frozen=True):
    """Base of all conditions; read from a mapping whose entries must all hold."""

    place: Place

    @classmethod
    def shape_schema(cls, definitions: Json) -> Json:
        """A mapping of combinators and fields."""
        if "Condition" not in definitions:
            definitions["Condition"] = {}
            definitions["Test"] = _test_schema()
            definitions["Condition"] = _condition_schema()
        return {"$ref": "#/$defs/Condition"}

    @classmethod
    def read_shape(cls, node: Node, sink: Sink) -> "Condition":
        """The condition that ``node`` writes."""
        return read_condition(node)


class Operation(Struct, frozen=True):
    """One operator with its operands: ``{below: 70}``."""

    op: str
    operands: tuple[Written, ...]
    place: Place


class FieldTest(Condition, frozen=True):
    """A field held against operators, all of which must hold."""

    field: str
    operations: tuple[Operation, ...]


class AllOf(Condition, frozen=True):
    """Every member holds."""

    of: tuple[Condition, ...]


class AnyOf(Condition, frozen=True):
    """At least one member holds."""

    of: tuple[Condition, ...]


class NotOf(Condition, frozen=True):
    """The member does not hold."""

    of: Condition


class CountOf(Condition, frozen=True):
    """At least ``count`` members hold."""

    count: int
    of: tuple[Condition, ...]


class Records(Condition, frozen=True):
    """A quantifier over records: ``some`` (at least n), ``every``, ``none``."""

    quantifier: Literal["some", "every", "none"]
    collection: Written
    where: Condition | None
    at_least: int


class Firing(Condition, frozen=True):
    """At least ``at_least`` warnings of one light are firing."""

    light: str
    at_least: int


class Previous(Condition, frozen=True):
    """A condition on the conclusions before this run, or as they were so long ``ago``."""

    of: Condition
    ago: Written | None = None


def read_condition(node: Node) -> Condition:
    """The condition ``node`` writes; its schema has been checked."""
    entries = as_checked(node, Mapping).entries
    members = tuple(_read_member(entry.key, entry.key_place, entry.node) for entry in entries)
    return members[0] if len(members) == 1 else AllOf(node.place, members)


def _read_member(key: str, place: Place, node: Node) -> Condition:
    if key in ("all", "any"):
        of = tuple(read_condition(each) for each in _items(node))
        return AllOf(place, of) if key == "all" else AnyOf(place, of)
    if key in ("not", "previous"):
        inner = read_condition(node)
        return NotOf(place, inner) if key == "not" else Previous(place, inner)
    if key == "was":
        return _read_was(place, node)
    if key in ("some", "every", "none"):
        return _read_records(key, place, node)  # type: ignore[arg-type]
    if key == "at_least":
        return CountOf(
            place, _whole(node, "count", 1), tuple(read_condition(each) for each in _items(_get(node, "of")))
        )
    if key == "firing":
        return Firing(place, str(_scalar(_get(node, "light")).value), _whole(node, "at_least", 1))
    return FieldTest(place, key, _operations(node))


def _read_was(place: Place, node: Node) -> Previous:
    of = Mapping(tuple(each for each in as_checked(node, Mapping).entries if each.key != AGO), node.place)
    return Previous(place, read_condition(of), Written.read_shape(_get(node, AGO), lambda _: None))


def _read_records(quantifier: Literal["some", "every", "none"], place: Place, node: Node) -> Records:
    where = node.get("where") if isinstance(node, Mapping) else None
    collection = _scalar(_get(node, "in"))
    return Records(
        place,
        quantifier,
        Written(collection.value, str(collection.value), collection.place),
        read_condition(where) if where else None,
        _whole(node, "at_least", 1),
    )


def _operations(node: Node) -> tuple[Operation, ...]:
    if isinstance(node, Mapping):
        return tuple(Operation(each.key, _operands(each.node), each.key_place) for each in node.entries)
    if isinstance(node, Sequence):
        return (Operation("in", _operands(node), node.place),)
    return (Operation("is", _operands(node), node.place),)


def _operands(node: Node) -> tuple[Written, ...]:
    members = node.items if isinstance(node, Sequence) else (node,)
    return tuple(Written.read_shape(each, lambda _: None) for each in members)


def _items(node: Node) -> tuple[Node, ...]:
    return as_checked(node, Sequence).items


def _get(node: Node, key: str) -> Node:
    return next(each.node for each in as_checked(node, Mapping).entries if each.key == key)


def _scalar(node: Node) -> Scalar:
    return as_checked(node, Scalar)


def _whole(node: Node, key: str, default: int) -> int:
    found = node.get(key) if isinstance(node, Mapping) else None
    return int(_scalar(found).value or 0) if found is not None else default


def _condition_schema() -> Json:
    inner: Json = {"$ref": "#/$defs/Condition"}
    many: Json = {"type": "array", "items": inner, "minItems": 1}
    written = {
        "all": many,
        "any": many,
        "not": inner,
        "previous": inner,
        "at_least": _closed({"count": {"type": "integer", "minimum": 1}, "of": many}, ["count", "of"]),
        "firing": _closed({"light": {"enum": ["red", "yellow", "green"]}, "at_least": {"type": "integer"}}, ["light"]),
        **{name: _records_schema(inner) for name in ("some", "every", "none")},
    }
    properties = {name: {**schema, "description": COMBINATORS[name]} for name, schema in written.items()}
    properties["was"] = {
        "type": "object",
        "description": COMBINATORS["was"],
        "properties": {**properties, AGO: {"type": "string", "examples": ["12 months"]}},
        "additionalProperties": {"$ref": "#/$defs/Test"},
        "required": [AGO],
        "minProperties": 2,
    }
    return {
        "type": "object",
        "description": "a condition: every entry must hold; a key is a combinator or a field",
        "properties": properties,
        "additionalProperties": {"$ref": "#/$defs/Test"},
        "minProperties": 1,
    }


def _records_schema(inner: Json) -> Json:
    return _closed({"in": {"type": "string"}, "where": inner, "at_least": {"type": "integer", "minimum": 1}}, ["in"])


def _closed(properties: Json, required: list[str]) -> Json:
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}


def _test_schema() -> Json:
    scalar: Json = {"type": ["string", "number", "boolean", "null"]}
    listed: Json = {"type": "array", "items": scalar, "minItems": 1}
    forms: dict[str, Json] = {
        "value": scalar,
        "values": {"if": {"type": "array"}, "then": listed, "else": scalar},
        "pair": {"type": "array", "items": scalar, "minItems": 2, "maxItems": 2},
        "length": {"type": "string"},
        "truth": {"type": "boolean"},
        "text": {"type": ["string", "number"]},
    }
    operators = {name: {**forms[each.form], "description": each.meaning} for name, each in OPERATORS.items()}
    return {
        "description": "a value to equal, a list of values to be one of, or operators that must all hold",
        "if": {"type": "object"},
        "then": {"type": "object", "properties": operators, "additionalProperties": False, "minProperties": 1},
        "else": {"if": {"type": "array"}, "then": listed, "else": scalar},
    }


def parts(condition: Condition | None) -> Iterator[Condition]:
    """``condition`` and every condition inside it; nothing for none."""
    if condition is None:
        return
    yield condition
    inner: tuple[Condition, ...] = ()
    if isinstance(condition, AllOf | AnyOf | CountOf):
        inner = condition.of
    elif isinstance(condition, NotOf | Previous):
        inner = (condition.of,)
    elif isinstance(condition, Records) and condition.where is not None:
        inner = (condition.where,)
    for each in inner:
        yield from parts(each)


def narrowed(general: Condition | None, own: Condition | None) -> Condition | None:
    """Both conditions; of a field that ``own`` tests by itself, what ``general`` asks of it does not count."""
    tested = fields_in(own)
    kept = [each for each in _members(general) if not (isinstance(each, FieldTest) and each.field in tested)]
    members = (*kept, *_members(own))
    return AllOf(members[0].place, members) if len(members) > 1 else next(iter(members), None)


def fields_in(condition: Condition | None) -> frozenset[str]:
    """The fields that a condition tests by themselves, outside of combinators."""
    return frozenset(each.field for each in _members(condition) if isinstance(each, FieldTest))


def _members(condition: Condition | None) -> tuple[Condition, ...]:
    """What a written mapping asks, one by one."""
    if condition is None:
        return ()
    return condition.of if isinstance(condition, AllOf) else (condition,)
