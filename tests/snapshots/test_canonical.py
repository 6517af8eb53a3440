"""One account has one written form, however it came: digests, replay and audit stand on it."""

import json
import re
from pathlib import Path
from typing import Any

import jsonschema
from hypothesis import given
from hypothesis import strategies as st
from msgspec import UNSET
from msgspec.structs import fields, replace

from engine.snapshots.canonical import canonical_snapshot, snapshot_digest
from engine.snapshots.model import AccountSnapshot
from engine.snapshots.reading import decode_snapshot
from engine.snapshots.schema import snapshot_schema
from tests.snapshots.accounts import accounts, respelled, written

VALIDATOR = jsonschema.Draft202012Validator(snapshot_schema())


def read(data: bytes) -> AccountSnapshot:
    found = decode_snapshot(data, "accounts.jsonl", 1)
    assert isinstance(found, AccountSnapshot), found
    return found


@given(accounts())
def test_canonical_form_reads_back_to_an_equal_account(account: dict[str, Any]):
    snapshot = read(written(account))
    line = canonical_snapshot(snapshot)
    assert read(line) == snapshot
    assert canonical_snapshot(read(line)) == line


@given(accounts(), st.data())
def test_order_and_spelling_of_the_input_do_not_change_the_digest(account: dict[str, Any], data: st.DataObject):
    other = respelled(account, data.draw)
    assert snapshot_digest(read(written(other))) == snapshot_digest(read(written(account)))


@given(accounts(), st.data())
def test_absent_is_not_null(account: dict[str, Any], data: st.DataObject):
    snapshot = read(written(account))
    name = data.draw(st.sampled_from([f.name for f in fields(snapshot) if getattr(snapshot, f.name) in (UNSET, None)]))
    other = None if getattr(snapshot, name) is UNSET else UNSET
    if name != "as_of":
        assert snapshot_digest(replace(snapshot, **{name: other})) != snapshot_digest(snapshot)


@given(accounts())
def test_canonical_form_is_one_line_of_plain_json_with_keys_in_order(account: dict[str, Any]):
    line = canonical_snapshot(read(written(account)))
    assert b"\n" not in line
    outside_texts = re.sub(rb'"(?:[^"\\]|\\.)*"', b'""', line)
    assert not re.search(rb"[eE ]|\.[0-9]*0(?![0-9])", outside_texts.replace(b"true", b"").replace(b"false", b""))
    json.loads(line, object_pairs_hook=_in_order)


def _in_order(pairs: list[tuple[str, Any]]) -> None:
    keys = [key for key, _ in pairs]
    assert keys == sorted(keys)


@given(accounts())
def test_canonical_form_holds_under_the_json_schema(account: dict[str, Any]):
    VALIDATOR.validate(json.loads(canonical_snapshot(read(written(account)))))


def test_the_form_does_not_change_by_accident():
    # Digests of recorded runs stop matching when this changes: a new format version, not a correction.
    account = {
        "name": "华信", "id": "A-1",
        "as_of": "2026-11-20T23:59:59+08:00", "profile": {}, "fields": {"b": 1.50, "a": None},
        "contracts": [{"id": "C-2", "amount": "1200.50 CNY"}, {"id": "C-1", "amount": "3 JPY"}],
        "surveys": None, "tickets": [], "coverage": {"tickets": {"from": "2026-01-01"}},
    }  # fmt: skip
    line = canonical_snapshot(read(json.dumps(account).encode()))
    assert line.decode() == (
        '{"as_of":"2026-11-20T15:59:59Z",'
        '"contracts":[{"amount":"3 JPY","id":"C-1"},{"amount":"1200.5 CNY","id":"C-2"}],'
        '"coverage":{"tickets":{"from":"2026-01-01","to":null}},"fields":{"a":null,"b":1.5},'
        '"format":"playbook-snapshot/1","id":"A-1","name":"华信","surveys":null,"tickets":[]}'
    )


def test_the_schemas_in_the_repository_are_those_of_the_code():
    from engine.snapshots.schema import SCHEMAS, schema_text

    folder = Path(__file__).parent.parent.parent / "schemas"
    for name, schema in SCHEMAS.items():
        assert (folder / name).read_text("utf-8") == schema_text(schema()), f"{name}: write_schemas() writes it anew"
