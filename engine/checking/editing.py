"""A JSON Schema as editors like it: draft 7, a word on every key, and nothing demanded of a file half written."""

from typing import Any, Final

from engine.checking.reference import SECTIONS, manifest_keys, words_for
from engine.checking.reference_words import KEYS, OPTIONS
from engine.documents.shapes import Json
from engine.language.metrics import VERBS
from engine.language.schema import playbook_schema

_DRAFT: Final = "http://json-schema.org/draft-07/schema#"
_OF_VERBS: Final = "metric_"
_MARKED: Final = r"^.+[+-]$"


def editor_schema(schema: Json) -> Json:
    """``schema`` for completion and hover; files are judged by ``playbook check``, which sees more than a schema."""
    found: Json = _for_editors(schema)
    return {**found, "$schema": _DRAFT}


def playbook_editor_schema() -> Json:
    """The schema of playbook files, overlays included, with what the reference says of each key."""
    schema: Json = editor_schema(_described(playbook_schema()))
    for definition in (schema, *schema["definitions"].values()):
        for each in (definition, definition.get("then", {})):
            _allow_marks(each)
    return schema


def _for_editors(value: Any, demands: bool = False) -> Any:
    """The schema in draft 7, without what it demands; within ``if`` a demand is a question, and stays."""
    if isinstance(value, list):
        return [_for_editors(each, demands) for each in value]
    if not isinstance(value, dict):
        return value
    kept = {key: each for key, each in value.items() if demands or key != "required" or not isinstance(each, list)}
    found = {key: _for_editors(each, demands or key == "if") for key, each in kept.items()}
    if "$ref" in found:
        found["$ref"] = found["$ref"].replace("#/$defs/", "#/definitions/")
    if "$defs" in found:
        found["definitions"] = found.pop("$defs")
    return found


def _allow_marks(schema: Json) -> None:
    """An overlay's marks: ``do+``, ``mutes-``, ``remove``."""
    if schema.get("additionalProperties") is False:
        schema["patternProperties"] = {_MARKED: {"description": "adds to (+) or takes from (-) a list of the base"}}
        schema["properties"]["remove"] = {"type": "boolean", "description": "in an overlay: takes this away"}


def _described(schema: Json) -> Json:
    definitions = dict(schema["$defs"])
    for section in SECTIONS:
        definition = definitions[section.model]
        inner = definition.get("then", definition)
        inner = {**inner, "properties": _with_words(section.name, inner["properties"])}
        definitions[section.model] = {**definition, "then": inner} if "then" in definition else inner
    manifest = _with_words("manifest", manifest_keys())
    definitions["Metric"] = _metric(definitions)
    kept = {name: each for name, each in definitions.items() if not name.startswith(_OF_VERBS)}
    return {**schema, "properties": {**schema["properties"], **manifest}, "$defs": kept}


def _metric(definitions: Json) -> Json:
    """Every verb and option beside each other: an editor does not see from a verb which options go with it."""
    options: Json = {}
    verbs: Json = {}
    for name, verb in VERBS.items():
        properties = definitions[f"metric_{name}"]["properties"]
        verbs[name] = {**properties[name], "description": verb.meaning}
        options |= {key: each for key, each in properties.items() if key not in VERBS}
    described = {key: {**each, "description": OPTIONS.get(key) or KEYS.get(key, "")} for key, each in options.items()}
    return {"type": "object", "properties": {**verbs, **described}, "additionalProperties": False}


def _with_words(section: str, properties: Json) -> Json:
    return {name: {**each, "description": words_for(section, name)} for name, each in properties.items()}
