"""Hypothesis strategies for accounts as their JSON is written, made from the vocabulary of the model."""

from datetime import datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import msgspec
from hypothesis import strategies as st

from engine.snapshots.model import COLLECTIONS
from engine.snapshots.vocabulary import FieldKind, account_paths, record_paths

Json = dict[str, Any]

_write = msgspec.json.Encoder(decimal_format="number").encode

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
ids = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=6)
numbers = st.decimals(-(10**12), 10**12, places=6) | st.decimals(-100, 100, places=2) | st.integers(-(10**12), 10**12)
offsets = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
instants = st.datetimes(datetime(2, 1, 2), datetime(9998, 12, 30), timezones=offsets)  # noqa: DTZ001 - bounds are naive


@st.composite
def moneys(draw: st.DrawFn) -> str:
    currency, places = draw(st.sampled_from([("CNY", 2), ("USD", 2), ("JPY", 0), ("BHD", 3)]))
    return f"{draw(st.decimals(-(10**12), 10**12, places=places)):f} {currency}".replace("-0 ", "0 ")


KINDS: dict[FieldKind, st.SearchStrategy[Any]] = {
    "truth": st.booleans(),
    "number": numbers,
    "money": moneys(),
    "text": texts,
    "texts": st.lists(texts, max_size=3),
    "date": st.dates().map(lambda day: day.isoformat()),
    "instant": instants.map(lambda instant: instant.isoformat()),
}
raw_values = st.recursive(
    st.none() | st.booleans() | numbers | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=6,
)
raw_fields = st.dictionaries(texts, raw_values, max_size=3)


def _some(fields: dict[str, FieldKind]) -> st.SearchStrategy[Json]:
    """Any of the fields, each with a value or null; the others are absent."""
    return st.fixed_dictionaries({}, optional={name: st.none() | KINDS[kind] for name, kind in fields.items()})


@st.composite
def records(draw: st.DrawFn, collection: str) -> list[Json] | None:
    if draw(st.integers(0, 9)) == 0:
        return None
    own = {name: kind.kind for name, kind in record_paths(collection).items() if name != "id" and "." not in name}
    keys = draw(st.lists(ids, max_size=3, unique=True))
    found = [{"id": key, **draw(_some(own))} for key in keys]
    return [{**record, "fields": draw(raw_fields)} if draw(st.booleans()) else record for record in found]


@st.composite
def accounts(draw: st.DrawFn) -> Json:
    account: Json = {"id": draw(ids), "name": draw(texts)}
    for group in ("profile", "relationship"):
        own = {path.partition(".")[2]: kind.kind for path, kind in account_paths().items() if path.startswith(group)}
        account[group] = draw(_some(own))
    account |= draw(
        st.fixed_dictionaries(
            {},
            optional={
                "format": st.just("playbook-snapshot/1"),
                "as_of": KINDS["instant"],
                "language": st.none() | texts,
                "owners": st.dictionaries(texts, texts, max_size=2),
                "coverage": st.dictionaries(st.sampled_from(sorted(COLLECTIONS)), _some({"from": "date"}), max_size=2),
                "fields": raw_fields,
            },
        )
    )
    for name in draw(st.lists(st.sampled_from(sorted(COLLECTIONS)), max_size=4, unique=True)):
        account[name] = draw(records(name))
    return account


def written(account: Json) -> bytes:
    """The account as one line of JSON."""
    return _write(account)


def respelled(account: Json, draw: st.DrawFn) -> Json:
    """The same account written otherwise: keys and records in another order, figures and instants in another form."""
    found = {key: _respelled(value, draw) for key, value in draw(st.permutations(list(account.items())))}
    for name in COLLECTIONS.keys() & found.keys():
        if found[name]:
            found[name] = draw(st.permutations(found[name]))
    return found


def _respelled(value: Any, draw: st.DrawFn) -> Any:
    match value:
        case dict():
            return {key: _respelled(member, draw) for key, member in draw(st.permutations(list(value.items())))}
        case list():
            return [_respelled(member, draw) for member in value]
        case bool() | None | str():
            return value
        case _:
            return draw(st.sampled_from([value, Decimal(value), Decimal(f"{value:f}").scaleb(0), _with_zero(value)]))


def _with_zero(value: Decimal | int) -> Decimal:
    text = f"{Decimal(value):f}"
    return Decimal(text + ("0" if "." in text else ".0"))
