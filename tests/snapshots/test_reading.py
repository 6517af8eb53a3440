"""One bad account never hides the others, however the accounts are stored, and size is never a surprise."""

import io
import json
import sys
import tracemalloc
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.foundation.problems import InputUnreadable, Problem
from engine.snapshots import reading
from engine.snapshots.model import AccountSnapshot
from engine.snapshots.reading import MAX_ACCOUNT_BYTES, AccountsFailed, load_snapshots, read_snapshots


def account(key: str, **more: object) -> str:
    return json.dumps({"id": key, "name": key, **more})


def told(found: Iterator[AccountSnapshot | Problem]) -> list[str | tuple[str, int]]:
    """The ids of good accounts; code and line of bad ones."""
    return [each.id if isinstance(each, AccountSnapshot) else (each.code, each.line) for each in found]


def test_lines_are_read_one_by_one_and_on_behind_a_bad_one(tmp_path: Path):
    lines = [account("A-1"), "", "{broken", account("A-2", surveys=5), "  ", account("A-3")]
    (tmp_path / "accounts.jsonl").write_text("\r\n".join(lines), "utf-8")
    expected = ["A-1", ("PB701", 3), ("PB702", 4), "A-3"]
    assert told(read_snapshots(tmp_path / "accounts.jsonl")) == expected
    assert told(read_snapshots(str(tmp_path / "accounts.jsonl"))) == expected


def test_a_workbook_is_refused_once_and_told_how_it_is_read(tmp_path: Path):
    (tmp_path / "accounts.xlsx").write_bytes(b"PK\x03\x04\n\xff\n\xff")
    with pytest.raises(InputUnreadable) as error:
        load_snapshots(tmp_path / "accounts.xlsx")
    assert [each.code for each in error.value.problems] == ["PB009"]
    assert "playbook snapshot" in (error.value.problems[0].hint or "")


def test_an_array_is_read_account_by_account(tmp_path: Path):
    text = "\ufeff\n[\n" + account("A-1") + ",\n\n" + account("A-2", surveys=5) + ", 7,\n" + account("A-3") + "\n]\n"
    (tmp_path / "accounts.json").write_text(text, "utf-8")
    assert told(read_snapshots(tmp_path / "accounts.json")) == ["A-1", ("PB702", 5), ("PB702", 5), "A-3"]


def test_one_account_may_spread_over_lines(tmp_path: Path):
    (tmp_path / "a.json").write_text(json.dumps({"id": "A-1", "name": "a"}, indent=2), "utf-8")
    assert told(read_snapshots(tmp_path / "a.json")) == ["A-1"]
    (tmp_path / "a.json").write_text('{\n"id": "A-1",\n"name": NaN}', "utf-8")
    assert told(read_snapshots(tmp_path / "a.json")) == [("PB701", 3)]


def test_a_folder_is_read_by_name(tmp_path: Path):
    for name, key in [("b", "A-1"), ("a", "A-2"), ("c", "A-1")]:
        (tmp_path / f"{name}.json").write_text(account(key), "utf-8")
    (tmp_path / "notes.txt").write_text("no account", "utf-8")
    assert told(read_snapshots(tmp_path)) == ["A-2", "A-1", ("PB703", 1)]


@pytest.mark.parametrize(
    "text",
    [
        account("A-1") + "\n" + account("A-2"),
        "\n\n" + account("A-1") + "\n" + account("A-2") + "\n",
        f"[{account('A-1')},{account('A-2')}]",
        f"\ufeff  [\n{account('A-1')},\n{account('A-2')}]",
    ],
)
def test_standard_input_takes_lines_and_arrays(text: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode())))
    assert told(read_snapshots("-")) == ["A-1", "A-2"]


def test_standard_input_takes_an_account_over_several_lines():
    text = json.dumps({"id": "A-1", "name": "a"}, indent=2)
    assert told(read_snapshots(io.BytesIO(text.encode()))) == ["A-1"]


def test_the_same_account_twice_is_not_planned_twice(tmp_path: Path):
    (tmp_path / "a.jsonl").write_text("\n".join([account("A-1"), account("A-2"), account("A-1")]), "utf-8")
    *_, again = read_snapshots(tmp_path / "a.jsonl")
    assert isinstance(again, Problem)
    assert (again.code, again.line, again.account) == ("PB703", 3, "A-1")
    assert again.message == f"the account `A-1` is in this input already, at {tmp_path / 'a.jsonl'}:1"


def test_the_same_account_twice_on_one_line_of_an_array():
    text = f"[{account('A-1')},{account('A-1')}]"
    assert told(read_snapshots(io.BytesIO(text.encode()))) == ["A-1", ("PB703", 1)]


def test_an_account_over_the_limit_is_skipped_without_holding_it(tmp_path: Path):
    path = tmp_path / "a.jsonl"
    with path.open("wb") as stream:
        stream.write(account("A-1").encode() + b'\n{"id":"')
        for _ in range(60):
            stream.write(b"x" * 1_000_000)
        stream.write(b'"}\n' + account("A-2").encode())
    tracemalloc.start()
    try:
        assert told(read_snapshots(path)) == ["A-1", ("PB002", 2), "A-2"]
        assert tracemalloc.get_traced_memory()[1] < 4 * MAX_ACCOUNT_BYTES
    finally:
        tracemalloc.stop()


def test_an_account_just_within_the_limit_is_read(tmp_path: Path):
    text = account("A-1", fields={"x": ""})
    filled = account("A-1", fields={"x": "y" * (MAX_ACCOUNT_BYTES - len(text))})
    assert len(filled) == MAX_ACCOUNT_BYTES
    (tmp_path / "a.jsonl").write_text(filled + "\n" + filled.replace("y", "yy", 1) + "\n" + account("A-2"), "utf-8")
    assert told(read_snapshots(tmp_path / "a.jsonl")) == ["A-1", ("PB002", 2), "A-2"]
    (tmp_path / "a.json").write_text(f"[{filled},\n{filled.replace('y', 'yy', 1)},{account('A-2')}]", "utf-8")
    assert told(read_snapshots(tmp_path / "a.json")) == ["A-1", ("PB002", 2), "A-2"]


def test_an_array_over_the_limit_is_refused_as_a_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(reading, "MAX_ARRAY_BYTES", 1_000)
    (tmp_path / "a.json").write_text(f"[{account('A-1')}{' ' * 1_000}]", "utf-8")
    (found,) = read_snapshots(tmp_path / "a.json")
    assert isinstance(found, Problem)
    assert (found.code, found.hint) == ("PB002", "write one account per line, in a .jsonl file")


def test_lines_are_read_only_as_far_as_asked():
    class Endless(io.RawIOBase):
        lines = 0

        def readable(self) -> bool:
            return True

        def readinto(self, buffer: Any, /) -> int:
            self.lines += 1
            line = account(f"A-{self.lines}").encode() + b"\n"
            buffer[: len(line)] = line
            return len(line)

    endless = Endless()
    found = read_snapshots(io.BufferedReader(endless))
    assert told(next(found) for _ in range(1_000))[-1] == "A-1000"
    assert endless.lines <= 1_001


@pytest.mark.parametrize("name", ["missing.jsonl", "missing", "empty_folder", "a\0b.json"])
def test_a_source_that_is_not_there_is_told_at_once(tmp_path: Path, name: str):
    (tmp_path / "empty_folder").mkdir()
    with pytest.raises(InputUnreadable) as error:
        read_snapshots(tmp_path / name)
    assert error.value.problems[0].code == "PB009"
    assert name in error.value.problems[0].file


def test_utf16_is_named_as_what_it_is(tmp_path: Path):
    for name in ("a.jsonl", "a.json", "a"):
        (tmp_path / name).write_text(account("A-1"), "utf-16")
        with pytest.raises(InputUnreadable, match="the file is UTF-16 text"):
            list(read_snapshots(tmp_path / name))


@pytest.mark.parametrize("text", ["[" * 100_000, "[1", "[1,]", '["\\ud800"', "[{}]{}", "\ufeff[\n\n  x]"])
def test_a_broken_array_is_one_problem(text: str):
    (found,) = read_snapshots(io.BytesIO(text.encode()))
    assert isinstance(found, Problem)


def test_loading_tells_every_problem(tmp_path: Path):
    (tmp_path / "a.jsonl").write_text("\n".join([account("A-1"), "{", account("A-2", surveys=5)]), "utf-8")
    with pytest.raises(AccountsFailed) as error:
        load_snapshots(tmp_path / "a.jsonl")
    assert [each.line for each in error.value.problems] == [2, 3]
    (tmp_path / "a.jsonl").write_text(account("A-1"), "utf-8")
    assert [each.id for each in load_snapshots(tmp_path / "a.jsonl")] == ["A-1"]


@given(
    st.binary(max_size=300)
    | st.lists(st.sampled_from([b"[", b"{", b"\n", b"]", b",", b'{"id":"a","name":"b"}', b"\xef\xbb\xbf"])).map(
        b"".join
    )
)
def test_any_stream_is_accounts_and_problems(data: bytes):
    try:
        found = list(read_snapshots(io.BytesIO(data)))
    except InputUnreadable:
        assert data[:2] in (b"\xff\xfe", b"\xfe\xff")
    else:
        assert all(isinstance(each, AccountSnapshot | Problem) for each in found)
