"""The JSON Schemas of snapshots and mapping files, made from the structs that read them."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

import msgspec

from engine.foundation.quantities import Money, Number
from engine.snapshots.mapping import mapping_schema
from engine.snapshots.model import COLLECTIONS, AccountSnapshot, Profile, Relationship
from engine.snapshots.origins import Origin
from engine.snapshots.vocabulary import FieldType, account_paths, record_paths

__all__ = ["SCHEMAS", "mapping_schema", "schema_text", "snapshot_schema", "sources_schema", "write_schemas"]

Json = dict[str, Any]

SNAPSHOT_URL: Final = "https://playbook-engine.invalid/schemas/snapshot.schema.json"
SOURCES_URL: Final = "https://playbook-engine.invalid/schemas/sources.schema.json"
_MONEY_PATTERN: Final = r"^-?(0|[1-9][0-9]*)(\.[0-9]+)? [A-Z]{3}$"


def snapshot_schema() -> Json:
    """The JSON Schema of one account snapshot.

    It can't say that a number has at most 6 decimals, that money has no more than its currency's minor unit, or that
    ids are unique; reading checks those too.
    """
    found = msgspec.json.schema(AccountSnapshot, schema_hook=_figure_schema)
    definitions: Json = {name: _tidy(shape) for name, shape in sorted(found["$defs"].items())}
    _name_units(definitions)
    root = definitions.pop("AccountSnapshot")
    root["properties"]["coverage"]["propertyNames"] = {"enum": sorted(COLLECTIONS)}
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": SNAPSHOT_URL}
    return {**head, **root, "title": "Account snapshot", "$defs": definitions}


def sources_schema() -> Json:
    """The JSON Schema of one line of the file that says where records were read."""
    definitions = msgspec.json.schema(Origin)["$defs"]
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": SOURCES_URL}
    return {**head, **_tidy(definitions["Origin"]), "title": "Source of a record"}


SCHEMAS: Final[Mapping[str, Callable[[], Json]]] = {
    "mapping.schema.json": mapping_schema,
    "snapshot.schema.json": snapshot_schema,
    "sources.schema.json": sources_schema,
}
"""How each file under ``schemas/`` that describes account data is made."""


def schema_text(schema: Json) -> str:
    """The schema as it stands in its file."""
    return json.dumps(schema, ensure_ascii=False, indent=2) + "\n"


def write_schemas(folder: Path) -> list[Path]:
    """Writes every schema of :data:`SCHEMAS` into ``folder``, and tells which files those are."""
    folder.mkdir(parents=True, exist_ok=True)
    written = [folder / name for name in SCHEMAS]
    for path in written:
        path.write_text(schema_text(SCHEMAS[path.name]()), encoding="utf-8")
    return written


def _figure_schema(kind: type) -> Json:
    if kind is Number:
        return {"type": "number"}
    if kind is Money:
        return {"type": "string", "pattern": _MONEY_PATTERN, "examples": ["1200.50 CNY"]}
    raise NotImplementedError(kind.__name__)


def _tidy(shape: Any) -> Any:
    """Without ``anyOf``, so that an error has one cause, and with descriptions in plain Markdown."""
    if isinstance(shape, list):
        return [_tidy(each) for each in shape]
    if not isinstance(shape, dict):
        return shape
    tidy = {key: _tidy(value) for key, value in shape.items()}
    if "description" in tidy and isinstance(tidy["description"], str):
        tidy["description"] = " ".join(tidy["description"].replace("``", "`").split())
    choices = tidy.pop("anyOf", None)
    if choices is None:
        return tidy
    value, nothing = choices
    if nothing != {"type": "null"}:
        raise NotImplementedError(f"a union of {choices}")
    return {**value, "type": [value["type"], "null"], **tidy}


def _name_units(definitions: Json) -> None:
    for collection in COLLECTIONS.values():
        _name_units_in(definitions[collection.record.__name__], record_paths(collection.name))
    for group, model in (("profile", Profile), ("relationship", Relationship)):
        own = {path.removeprefix(f"{group}."): kind for path, kind in account_paths().items()}
        _name_units_in(definitions[model.__name__], own)


def _name_units_in(shape: Json, kinds: Mapping[str, FieldType]) -> None:
    for name, field in shape["properties"].items():
        kind = kinds.get(name)
        if kind and kind.kind == "number" and kind.unit != "number":
            field["description"] = f"in {kind.unit}"
