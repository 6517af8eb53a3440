"""Accounts of the small world, as JSON: values, nulls, empty lists and absent keys; and what can be taken away."""

from copy import deepcopy
from typing import Any

from hypothesis import strategies as st

from tests.laws.world import COMING, COMING_MOMENTS, FIELDS, KINDS, RECORDS, TEXTS, VALUES, Json

Path = tuple[str | int, ...]


def _value(path: str, kind: str) -> st.SearchStrategy[Any]:
    return st.sampled_from(TEXTS[path]) if path in TEXTS else VALUES[kind]


def _present(path: str, kind: str) -> st.SearchStrategy[Any]:
    """A value mostly, seldom null."""
    value = _value(path, kind)
    return st.one_of(value, value, value, value, st.none())


@st.composite
def _record(draw: st.DrawFn, collection: str, name: str) -> Json:
    record: Json = {"id": name}
    for field, kind in RECORDS[collection].items():
        if draw(st.integers(0, 7)):
            _put(record, f"{collection}.{field}", field, draw(_present(f"{collection}.{field}", kind)))
    return record


def _put(holder: Json, path: str, field: str, value: Any) -> None:
    if path in FIELDS:
        holder.setdefault("fields", {})[field] = value
    else:
        holder[field] = value


@st.composite
def _collection(draw: st.DrawFn, collection: str) -> list[Json] | None:
    if draw(st.integers(0, 11)) == 0:
        return None
    names = draw(st.lists(st.sampled_from(_NAMES.get(collection, ("r1", "r2", "r3"))), max_size=3, unique=True))
    return [draw(_record(collection, name)) for name in names]


_NAMES = {"contacts": ("p1", "p2"), "contracts": ("c1", "c2"), "purchases": ("r1", "r2", "r3", "r4", "r5")}


@st.composite
def accounts(draw: st.DrawFn, name: str = "A-1") -> Json:
    """An account of which most is known."""
    account: Json = {"id": name, "name": "Acme", "profile": {}, "relationship": {}, "owners": {}}
    for path, kind in KINDS.items():
        if draw(st.integers(0, 5)):
            group, _, field = path.rpartition(".")
            value = draw(_value(path, kind) if kind == "name" else _present(path, kind))
            holder = account["owners"] if group == "owner" else account[group] if group else account
            _put(holder, path, field, value)
    for collection in RECORDS:
        if draw(st.integers(0, 7)):
            account[collection] = draw(_collection(collection))
    if draw(st.booleans()):
        account["coverage"] = {"purchases": {"from": "2025-04-01"}}
    return account


@st.composite
def portfolios(draw: st.DrawFn, largest: int = 4) -> list[Json]:
    """A few accounts with different ids."""
    return [draw(accounts(f"A-{number}")) for number in range(1, draw(st.integers(1, largest)) + 1)]


@st.composite
def with_future_records(draw: st.DrawFn, account: Json) -> Json:
    """The account with some records dated after the moment of the run, which nobody may see."""
    seen = deepcopy(account)
    for collection, field, values in (("purchases", "on", COMING), ("tickets", "opened_at", COMING_MOMENTS)):
        if isinstance(seen.get(collection), list) and draw(st.booleans()):
            seen[collection].append({"id": "r9", field: draw(st.sampled_from(values))})
    return seen


# -- inputs ------------------------------------------------------------------------------------------


def inputs(account: Json) -> list[Path]:
    """Every input that could be absent as well: groups, collections, fields of the account and of its records.

    What says how much is known (coverage) and who a record is (id) is no input.
    """
    found: list[Path] = []
    for key, value in account.items():
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


def without(account: Json, paths: list[Path]) -> Json:
    """The account with inputs turned to absent."""
    poorer = deepcopy(account)
    for path in paths:
        _take(poorer, path)
    return poorer


def _take(holder: Any, path: Path) -> None:
    first, *rest = path
    if not rest:
        holder.pop(first, None)
    elif (isinstance(holder, dict) and first in holder) or (isinstance(holder, list) and isinstance(first, int)):
        _take(holder[first], tuple(rest))


@st.composite
def poorer(draw: st.DrawFn, account: Json) -> Json:
    """The account with one to all of its inputs turned to absent."""
    known = inputs(account)
    if not known:
        return account
    taken = draw(st.lists(st.sampled_from(known), min_size=1, max_size=6, unique=True) | st.just(known))
    return without(account, taken)


@st.composite
def changed(draw: st.DrawFn, account: Json) -> Json:
    """The account at another time: some inputs as they are in another one, some collections without a record."""
    other = draw(accounts(account["id"]))
    keys = [key for key in {**account, **other} if key not in ("id", "name")]
    taken = draw(st.lists(st.sampled_from(sorted(keys)), max_size=6, unique=True))
    return {key: (other if key in taken else account)[key] for key in {**account, **other}
            if key in (other if key in taken else account)}  # fmt: skip


# -- the same, written otherwise -----------------------------------------------------------------------


@st.composite
def shuffled(draw: st.DrawFn, value: Any) -> Any:
    """The same JSON with keys in another order, and records too (the members of other lists stay)."""
    if isinstance(value, dict):
        keys = draw(st.permutations(list(value)))
        return {key: draw(shuffled(value[key])) for key in keys}
    if isinstance(value, list) and all(isinstance(each, dict) for each in value):
        return draw(st.permutations([draw(shuffled(each)) for each in value]))
    return value
