"""The JSON Schema of scenarios."""

from functools import cache
from typing import Final

from engine.documents.shapes import Json
from engine.documents.validation import Checked

SCHEMA_URL: Final = "https://playbook-engine.invalid/schemas/scenario.schema.json"

_TEXT: Final[Json] = {"type": "string"}
_SCALAR: Final[Json] = {"type": ["string", "number", "boolean", "null"]}
_BY_NAME: Final[Json] = {"type": "object"}
_LIGHT: Final[Json] = {"enum": ["red", "yellow", "green"]}


def _told(shape: Json, description: str) -> Json:
    return {**shape, "description": description}


def _in_place_or_file(description: str) -> Json:
    """What is written out, or the name of a file beside this one."""
    return {"description": description, "if": {"type": "object"}, "then": {}, "else": _TEXT}


_EXPECT: Final[Json] = {
    "light": _told(_LIGHT, "the light"),
    "light_at_worst": _told(_LIGHT, "the worst light that is possible"),
    "watch": _told({"type": "boolean"}, "whether a green warning fires"),
    "classes": _told(_BY_NAME, "class → value, `none`, `undecided`, or values by record; class.next, class.missing"),
    "scores": _told(_BY_NAME, "score → value, band, `none`, or what the plan says of it by key"),
    "targets": _told(_BY_NAME, "target → state, `none`, or what the plan says of it by key"),
    "warnings": _told(_BY_NAME, "warning → state, `none`, or states by record"),
    "actions": _told(_BY_NAME, "rule or rule/task → `none`, or `count` and fields of the action"),
    "messages": _told(_BY_NAME, "content → `none`, or `count`, `contains` and fields of the message"),
    "not_sent": _told(_BY_NAME, "content → why not by contact, or `none`"),
    "gaps": _told({}, "rule → the data it lacks, or `none`"),
    "suppressed": _told(_BY_NAME, "rule → what holds it back, or `none`"),
    "grants": _told(_BY_NAME, "rule → what it grants, `none`, or `modules`, `lacks`, `withheld`"),
    "offers": _told({}, "the modules that would suit, or `none`"),
    "problem": _told(_TEXT, "the code of the problem the account must fail with"),
}

_EARLIER: Final[Json] = {
    "type": "array",
    "description": "runs before this one, in order: of the same account, changed by `set` as it was then",
    "items": {
        "type": "object",
        "properties": {"as_of": _TEXT, "set": _BY_NAME},
        "required": ["as_of"],
        "additionalProperties": False,
    },
}

_PORTFOLIO: Final[Json] = {
    "description": "the other accounts: whole ones in a list, or their values by the figure that is ranked",
    "if": {"type": "array"},
    "then": {"type": "array", "items": _BY_NAME},
    "else": {"type": "object", "additionalProperties": {"type": "array", "items": _SCALAR}},
}

_SCENARIO: Final[Json] = {
    "scenario": _told(_TEXT, "what is shown, in a sentence"),
    "source": _TEXT,
    "playbook": _told(_BY_NAME, "the playbook itself, for scenarios that bring their own"),
    "as_of": _told(_TEXT, "a date, or an instant with its offset"),
    "account": _told(_BY_NAME, "the account's snapshot; id and name may be left out"),
    "base": _told(_TEXT, "a file beside this one that holds the account"),
    "set": _told(_BY_NAME, "path → value changed in the account; `absent` takes it away"),
    "team": _in_place_or_file("a team file, or a team"),
    "exceptions": _in_place_or_file("an exceptions file, or exceptions by id"),
    "silences": _told(_BY_NAME, "silences by id, as in an exceptions file"),
    "overrides": _told(_BY_NAME, "classes set by hand, by id, as in an exceptions file"),
    "rates": _told(_TEXT, "a file of exchange rates beside this one"),
    "group": _told(_TEXT, "the plan of a group instead: `portfolio`, or such as `profile.industry=retail`"),
    "earlier": _EARLIER,
    "history": _told(_BY_NAME, "what earlier runs left"),
    "portfolio": _PORTFOLIO,
    "expect": {"type": "object", "properties": _EXPECT, "additionalProperties": False, "minProperties": 1},
}


@cache
def scenario_schema() -> Json:
    """The JSON Schema of one scenario; a file holds one, or a list under ``scenarios``."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": SCHEMA_URL,
        "title": "Scenario",
        "type": "object",
        "properties": _SCENARIO,
        "required": ["scenario", "as_of", "expect"],
        "additionalProperties": False,
    }


@cache
def scenario_check() -> Checked:
    """The schema, ready to check scenarios."""
    return Checked(scenario_schema())
