"""The JSON Schemas of what applying and an audit say, made from the types that write it."""

from functools import cache
from typing import Any, Final

from engine.ledger.applying import AppliedReport
from engine.ledger.replaying import Replay
from engine.ledger.saving import SavedPlan
from engine.ledger.verifying import Verification
from engine.planning.schema import document_schema

_URL: Final = "https://playbook-engine.invalid/schemas/{}.schema.json"


@cache
def applied_schema() -> dict[str, Any]:
    """The JSON Schema of ``apply --format json``."""
    return document_schema(AppliedReport, "Applied", _URL.format("applied"))


@cache
def changes_schema() -> dict[str, Any]:
    """The JSON Schema of ``plan --ledger URL --out changes.plan``."""
    return document_schema(SavedPlan, "Changes", _URL.format("changes"))


@cache
def verification_schema() -> dict[str, Any]:
    """The JSON Schema of ``audit verify --format json``."""
    return document_schema(Verification, "Verification", _URL.format("verification"))


@cache
def replay_schema() -> dict[str, Any]:
    """The JSON Schema of a line of ``audit replay --format json``."""
    return document_schema(Replay, "Replay", _URL.format("replay"))
