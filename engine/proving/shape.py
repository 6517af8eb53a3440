"""The JSON Schema of scenarios."""

from functools import cache
from typing import Final

from engine.documents.shapes import Json
from engine.documents.validation import Checked

SCHEMA_URL: Final = "https://playbook-engine.invalid/schemas/scenario.schema.json"

_SCALAR: Final[Json] = {"type": ["string", "number", "boolean", "null"]}
_BY_NAME: Final[Json] = {"type": "object"}


@cache
def scenario_schema() -> Json:
    """The JSON Schema of one scenario; a file holds one, or a list under ``scenarios``."""
    expect = {
        "light": {"enum": ["red", "yellow", "green"], "description": "the light"},
        "light_at_worst": {"enum": ["red", "yellow", "green"], "description": "the worst light that is possible"},
        "watch": {"type": "boolean", "description": "whether a green warning fires"},
        "classes": {
            **_BY_NAME,
            "description": "class → value, `none`, `undecided`, or values by record; class.next, class.missing",
        },
        "scores": {**_BY_NAME, "description": "score → value, band, `none`, or what the plan says of it by key"},
        "targets": {**_BY_NAME, "description": "target → state, `none`, or what the plan says of it by key"},
        "warnings": {**_BY_NAME, "description": "warning → state, `none`, or states by record"},
        "actions": {**_BY_NAME, "description": "rule or rule/task → `none`, or `count` and fields of the action"},
        "messages": {**_BY_NAME, "description": "content → `none`, or `count`, `contains` and fields of the message"},
        "not_sent": {**_BY_NAME, "description": "content → why not by contact, or `none`"},
        "gaps": {"description": "rule → the data it lacks, or `none`"},
        "suppressed": {**_BY_NAME, "description": "rule → what holds it back, or `none`"},
        "grants": {**_BY_NAME, "description": "rule → what it grants, `none`, or `modules`, `lacks`, `withheld`"},
        "offers": {"description": "the modules that would suit, or `none`"},
        "problem": {"type": "string", "description": "the code of the problem the account must fail with"},
    }
    properties: Json = {
        "scenario": {"type": "string", "description": "what is shown, in a sentence"},
        "source": {"type": "string"},
        "playbook": {**_BY_NAME, "description": "the playbook itself, for scenarios that bring their own"},
        "as_of": {"type": "string", "description": "a date, or an instant with its offset"},
        "account": {**_BY_NAME, "description": "the account's snapshot; id and name may be left out"},
        "base": {"type": "string", "description": "a file beside this one that holds the account"},
        "set": {**_BY_NAME, "description": "path → value changed in the account; `absent` takes it away"},
        "team": {
            "description": "a team file, or a team",
            "if": {"type": "object"},
            "then": {},
            "else": {"type": "string"},
        },
        "exceptions": {
            "description": "an exceptions file, or exceptions by id",
            "if": {"type": "object"},
            "then": {},
            "else": {"type": "string"},
        },
        "rates": {"type": "string", "description": "a file of exchange rates beside this one"},
        "group": {
            "type": "string",
            "description": "the plan of a group instead: `portfolio`, or such as `profile.industry=retail`",
        },
        "earlier": {
            "type": "array",
            "description": "runs before this one, in order: of the same account, changed by `set` as it was then",
            "items": {
                "type": "object",
                "properties": {"as_of": {"type": "string"}, "set": _BY_NAME},
                "required": ["as_of"],
                "additionalProperties": False,
            },
        },
        "history": {**_BY_NAME, "description": "what earlier runs left"},
        "portfolio": {
            "description": "the other accounts: whole ones in a list, or their values by the figure that is ranked",
            "if": {"type": "array"},
            "then": {"type": "array", "items": _BY_NAME},
            "else": {"type": "object", "additionalProperties": {"type": "array", "items": _SCALAR}},
        },
        "expect": {"type": "object", "properties": expect, "additionalProperties": False, "minProperties": 1},
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": SCHEMA_URL,
        "title": "Scenario",
        "type": "object",
        "properties": properties,
        "required": ["scenario", "as_of", "expect"],
        "additionalProperties": False,
    }


@cache
def scenario_check() -> Checked:
    """The schema, ready to check scenarios."""
    return Checked(scenario_schema())
