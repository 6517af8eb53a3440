"""The JSON Schemas of action plans, explanations and histories, made from the types that write and read them."""

from datetime import date, datetime
from decimal import Decimal
from functools import cache
from types import NoneType, UnionType
from typing import Any, Final, Literal, Union, get_args, get_origin, get_type_hints

from msgspec import Struct
from msgspec.structs import fields

from engine.history.model import History
from engine.planning.because import Because, Shown
from engine.planning.explanation import Explanation, Traced
from engine.planning.plan import ActionPlan

Json = dict[str, Any]

PLAN_URL: Final = "https://playbook-engine.invalid/schemas/plan.schema.json"
EXPLANATION_URL: Final = "https://playbook-engine.invalid/schemas/explanation.schema.json"
HISTORY_URL: Final = "https://playbook-engine.invalid/schemas/history.schema.json"

_SIMPLE: Final[dict[object, Json]] = {
    str: {"type": "string"},
    bool: {"type": "boolean"},
    int: {"type": "integer"},
    Decimal: {"type": "number"},
    date: {"type": "string", "format": "date"},
    datetime: {"type": "string", "format": "date-time"},
    NoneType: {"type": "null"},
    None: {"type": "null"},
    Shown: {"type": ["number", "string", "boolean", "array", "null"], "items": {"type": "string"}},
}


@cache
def plan_schema() -> Json:
    """The JSON Schema of one account's action plan, as it is written."""
    return document_schema(ActionPlan, "Action plan", PLAN_URL)


@cache
def explanation_schema() -> Json:
    """The JSON Schema of an explanation, as it is written: any of its reasons may say where a figure comes from."""
    definitions: Json = {Because.__name__: {}}
    definitions[Because.__name__] = _struct(Traced, definitions)
    return document_schema(Explanation, "Explanation", EXPLANATION_URL, definitions)


@cache
def history_schema() -> Json:
    """The JSON Schema of what is known of an account from before, as it is read."""
    return document_schema(History, "History", HISTORY_URL)


def document_schema(model: type[Struct], title: str, url: str, known: Json | None = None) -> Json:
    """The JSON Schema of a document that ``model`` writes."""
    definitions: Json = known or {}
    root = _struct(model, definitions)
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": url, "title": title}
    return {**head, **root, "$defs": dict(sorted(definitions.items()))}


def _struct(model: type[Struct], definitions: Json) -> Json:
    """A closed object. Plans write every key, but what ``omit_defaults`` leaves out; histories may leave out any that
    has a default. Where there are several kinds, one key says which it is."""
    hints = get_type_hints(model)
    known = {each.encode_name: each for each in fields(model)}
    config = model.__struct_config__
    optional = config.omit_defaults or config.forbid_unknown_fields
    kind = {} if config.tag is None else {str(config.tag_field): {"const": config.tag}}
    return {
        "type": "object",
        "description": " ".join((model.__doc__ or "").replace("``", "`").split()),
        "properties": kind | {name: _schema(hints[each.name], definitions) for name, each in known.items()},
        "required": [*kind, *(name for name, each in known.items() if each.required or not optional)],
        "additionalProperties": False,
    }


def _schema(hint: Any, definitions: Json) -> Json:
    origin, arguments = get_origin(hint), get_args(hint)
    if origin in (Union, UnionType):
        return _union([_schema(each, definitions) for each in arguments])
    if origin is Literal:
        return {"enum": list(arguments)}
    if origin in (tuple, list):
        return {"type": "array", "items": _schema(arguments[0], definitions)}
    if origin is dict:
        return {"type": "object", "additionalProperties": _schema(arguments[1], definitions)}
    if isinstance(hint, type) and issubclass(hint, Struct):
        return _reference(hint, definitions)
    return dict(_SIMPLE[hint])


def _reference(model: type[Struct], definitions: Json) -> Json:
    name = model.__name__
    if name not in definitions:
        definitions[name] = {}
        definitions[name] = _struct(model, definitions)
    return {"$ref": f"#/$defs/{name}"}


def _union(members: list[Json]) -> Json:
    """One schema without ``anyOf``, so that an error has one cause: by type, or by whether it is an object at all."""
    nothing = {"type": "null"}
    first, *others = members
    if others == [nothing] and "enum" in first:
        return {"enum": [*first["enum"], None]}
    if others == [nothing] and "$ref" in first:
        return {"if": {"type": "object"}, "then": first, "else": nothing}
    merged: Json = {}
    for each in members:
        merged |= each
    return {**merged, "type": [each["type"] for each in members]}
