"""Accounts of the small world, as JSON: values, nulls, empty lists and absent keys; and what can be taken away."""

from copy import deepcopy
from typing import Any

from tests.laws.chance import Chance
from tests.laws.world import COMING, COMING_MOMENTS, FIELDS, KINDS, RECORDS, TEXTS, VALUES, Json

Path = tuple[str | int, ...]

_NAMES = {
    "contacts": ("p1", "p2", "p3"),
    "contracts": ("c1", "c2"),
    "purchases": ("r1", "r2", "r3", "r4", "r5", "r6"),
}


def account(chance: Chance, name: str = "A-1") -> Json:
    """An account of which most is known."""
    found: Json = {"id": name, "name": "Acme", "profile": {}, "relationship": {}, "owners": {}}
    for path, kind in KINDS.items():
        if chance.yes(6):
            continue
        group, _, field = path.rpartition(".")
        holder = found["owners"] if group == "owner" else found[group] if group else found
        _put(holder, path, field, _value(chance, path, kind, known_none=kind != "name"))
    for collection in RECORDS:
        if not chance.yes(8):
            found[collection] = _collection(chance, collection)
    if chance.yes():
        found["coverage"] = {"purchases": {"from": "2025-04-01"}}
    return found


def portfolio(chance: Chance) -> list[Json]:
    """A few accounts with different ids."""
    return [account(chance, f"A-{number}") for number in range(1, chance.randint(1, 4) + 1)]


def _collection(chance: Chance, collection: str) -> list[Json] | None:
    if chance.yes(12):
        return None
    names = chance.some(_NAMES.get(collection, ("r1", "r2", "r3")), 0, 5)
    return [_record(chance, collection, name) for name in names]


def _record(chance: Chance, collection: str, name: str) -> Json:
    record: Json = {"id": name}
    for field, kind in RECORDS[collection].items():
        if not chance.yes(8):
            path = f"{collection}.{field}"
            _put(record, path, field, _value(chance, path, kind))
    return record


def _value(chance: Chance, path: str, kind: str, known_none: bool = True) -> Any:
    if known_none and chance.yes(8):
        return None
    return chance.one(TEXTS.get(path) or VALUES[kind])


def _put(holder: Json, path: str, field: str, value: Any) -> None:
    if path in FIELDS:
        holder.setdefault("fields", {})[field] = value
    else:
        holder[field] = value


# -- other times, other inputs -------------------------------------------------------------------------


def with_future_records(chance: Chance, known: Json) -> Json:
    """The account with some records dated after the moment of the run, which nobody may see."""
    seen = deepcopy(known)
    for collection, field, values in (("purchases", "on", COMING), ("tickets", "opened_at", COMING_MOMENTS)):
        if isinstance(seen.get(collection), list) and chance.yes():
            seen[collection].append({"id": "r9", field: chance.one(values)})
    return seen


def changed(chance: Chance, known: Json) -> Json:
    """The account at another time: about half of it is as in another account."""
    other, found = account(chance, known["id"]), {}
    for key in sorted({*known, *other}):
        holder = other if key not in ("id", "name") and chance.yes() else known
        if key in holder:
            found[key] = holder[key]
    return found


def inputs(known: Json) -> list[Path]:
    """Every input that could be absent as well: groups, collections, fields of the account and of its records.

    What says how much is known (coverage) and who a record is (id) is no input.
    """
    found: list[Path] = []
    for key, value in known.items():
        if key in ("id", "name", "coverage"):
            continue
        found.append((key,))
        if isinstance(value, dict):
            found += [(key, inner) for inner in value]
        elif isinstance(value, list):
            found += [(key, at, *path) for at, record in enumerate(value) for path in _of_record(record)]
    return found


def _of_record(record: Json) -> list[Path]:
    own: list[Path] = [(field,) for field in record if field != "id"]
    return own + [("fields", field) for field in record.get("fields", {})]


def poorer(chance: Chance, known: Json) -> Json:
    """The account with one, some or all of its inputs turned to absent."""
    every = inputs(known)
    return without(known, chance.one([chance.some(every, 1, 1), chance.some(every, 1, 8), every]))


def without(known: Json, paths: list[Path]) -> Json:
    """The account with inputs turned to absent."""
    found = deepcopy(known)
    for path in paths:
        _take(found, path)
    return found


def _take(holder: Any, path: Path) -> None:
    first, *rest = path
    if not rest:
        holder.pop(first, None)
    elif (isinstance(holder, dict) and first in holder) or (isinstance(holder, list) and isinstance(first, int)):
        _take(holder[first], tuple(rest))


def shuffled(chance: Chance, value: Any) -> Any:
    """The same JSON with keys in another order, and records too (the members of other lists stay)."""
    if isinstance(value, dict):
        return {key: shuffled(chance, value[key]) for key in chance.sample(list(value), len(value))}
    if isinstance(value, list) and all(isinstance(each, dict) for each in value):
        return chance.sample([shuffled(chance, each) for each in value], len(value))
    return value
