"""The JSON Schema of playbook documents, generated from the typed model and the vocabulary."""

from functools import cache
from typing import Final

from engine.documents.shapes import ID_PATTERN, Json, schema_of, struct_schema
from engine.documents.validation import Checked
from engine.language.operators import RESERVED
from engine.language.playbook import SECTIONS, Manifest, Roles, Step

SCHEMA_URL: Final = "https://playbook-engine.invalid/schemas/playbook.schema.json"


@cache
def playbook_schema() -> Json:
    """The JSON Schema of a playbook file: the manifest's keys and every section, all optional but ``playbook``."""
    definitions: Json = {}
    manifest = struct_schema(Manifest, definitions)["properties"]
    manifest["language"] = {"const": 1, "description": "the language version; this program reads `language: 1`"}
    properties = {
        "playbook": {"type": "string", "pattern": ID_PATTERN, "description": "an id such as `handbook`"},
        **manifest,
        **{name: entries_schema(model, definitions) for name, model in SECTIONS.items()},
        "fields": {"type": "object", "additionalProperties": schema_of(SECTIONS["fields"], definitions)},
        "roles": schema_of(Roles, definitions),
        "escalation": _nested_entries(definitions),
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": SCHEMA_URL,
        "title": "Playbook",
        "type": "object",
        "properties": properties,
        "additionalProperties": False,
        "$defs": dict(sorted(definitions.items())),
    }


def entries_schema(model: type, definitions: Json) -> Json:
    """A section: entries of ``model`` under ids, which are no operator's name."""
    return {
        "type": "object",
        "propertyNames": {"pattern": ID_PATTERN, "not": {"enum": sorted(RESERVED)}},
        "additionalProperties": schema_of(model, definitions),
    }


def _nested_entries(definitions: Json) -> Json:
    steps = {**entries_schema(Step, definitions), "minProperties": 1}
    return {"type": "object", "propertyNames": {"pattern": ID_PATTERN}, "additionalProperties": steps}


@cache
def playbook_check() -> Checked:
    """The schema, ready to check files."""
    return Checked(playbook_schema())
