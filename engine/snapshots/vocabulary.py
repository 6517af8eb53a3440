"""The paths a playbook may read of a snapshot, with their types, taken from the model itself."""

from datetime import date, datetime
from functools import cache
from typing import Annotated, Literal, get_args, get_origin, get_type_hints

from msgspec import Meta, Struct

from engine.foundation.quantities import Money, Number
from engine.snapshots.model import COLLECTIONS, LINKS, Profile, Relationship

FieldKind = Literal["truth", "number", "money", "text", "texts", "date", "instant"]

_KINDS: dict[object, FieldKind] = {
    bool: "truth", Number: "number", Money: "money", str: "text", date: "date", datetime: "instant",
}  # fmt: skip


class FieldType(Struct, frozen=True):
    """The type of one path: its kind and, for numbers, the unit."""

    kind: FieldKind
    unit: str = "number"


@cache
def account_paths() -> dict[str, FieldType]:
    """Every scalar path of the account: ``profile.industry``, ``relationship.started_on``, ``name``."""
    own = {"id": FieldType("text"), "name": FieldType("text"), "language": FieldType("text")}
    for group, model in (("profile", Profile), ("relationship", Relationship)):
        own |= {f"{group}.{name}": kind for name, kind in _fields_of(model).items()}
    return own


@cache
def record_paths(collection: str) -> dict[str, FieldType]:
    """Every scalar field of a collection's records, those of linked records included (``contact.influence``)."""
    own = _fields_of(COLLECTIONS[collection].record)
    linked = {
        f"{key.removesuffix('_id')}.{name}": kind
        for key, target in LINKS.items()
        if key in own
        for name, kind in _fields_of(COLLECTIONS[target].record).items()
    }
    return own | linked


@cache
def instant_fields() -> dict[str, tuple[str, ...]]:
    """The fields that are instants, for each collection that has any."""
    found = {
        name: tuple(f for f, kind in _fields_of(c.record).items() if kind.kind == "instant")
        for name, c in COLLECTIONS.items()
    }
    return {name: fields for name, fields in found.items() if fields}


@cache
def _fields_of(model: type[Struct]) -> dict[str, FieldType]:
    hints = get_type_hints(model, include_extras=True)
    found = {name: _field_type(hint) for name, hint in hints.items() if name != "fields"}
    return {name: kind for name, kind in found.items() if kind is not None}


def _field_type(hint: object) -> FieldType | None:
    for part in get_args(hint) or (hint,):
        unit = "number"
        bare = part
        if get_origin(part) is Annotated:
            bare = get_args(part)[0]
            unit = next((m.extra["unit"] for m in get_args(part)[1:] if isinstance(m, Meta) and m.extra), unit)
        if get_origin(bare) is tuple:
            return FieldType("texts")
        if bare in _KINDS:
            return FieldType(_KINDS[bare], unit)
    return _annotated_alone(hint)


def _annotated_alone(hint: object) -> FieldType | None:
    """The type of a field that is always there, such as ``id``: ``Annotated[str, …]`` without a union."""
    bare = get_args(hint)[0] if get_origin(hint) is Annotated else hint
    return FieldType(_KINDS[bare]) if bare in _KINDS else None
