"""What is erased is gone from the file, and the chain still holds; what is compacted is only what replay needs."""

import os
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import select

from engine import Ledger
from engine.ledger.entries import Blob
from engine.ledger.erasing import compact, erase
from engine.ledger.tables import METADATA, events
from engine.ledger.verifying import verify
from engine.lifecycle import events as said
from tests.ledger.world import BLOBS, entry, fresh, message, moment, planned

SECRET = "Zanzibar-7"


def files_of(ledger: Ledger, url: str) -> list[Path]:
    """The files that hold the ledger's data."""
    if ledger.store.address.file is not None:
        file = ledger.store.address.file
        return [each for each in file.parent.iterdir() if each.name.startswith(file.name)]
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CHECKPOINT")
        row = connection.execute(
            "SELECT current_setting('data_directory'), oid FROM pg_database WHERE datname = current_database()"
        ).fetchone()
    assert row is not None
    return [each for each in (Path(row[0]) / "base" / str(row[1])).iterdir() if each.is_file()]


def traces_of(ledger: Ledger, account: str) -> list[bytes]:
    """What of an account's bytes could be found in a file: its name, and a piece of every value as it is stored."""
    with ledger.store.reading() as connection:
        payloads = list(connection.scalars(select(events.c.payload).where(events.c.subject.in_(_numbers(ledger)))))
        salts = list(connection.scalars(select(events.c.salt).where(events.c.subject.in_(_numbers(ledger)))))
    return [account.encode(), SECRET.encode(), *(each[-24:] for each in payloads), *salts]


def _numbers(ledger: Ledger) -> list[int]:
    with ledger.store.reading() as connection:
        table = METADATA.tables["subjects"]
        return list(connection.scalars(select(table.c.number).where(table.c.account == SECRET)))


def present(ledger: Ledger, url: str, traces: list[bytes]) -> list[bytes]:
    whole = b"".join(each.read_bytes() for each in files_of(ledger, url))
    return [each for each in traces if each in whole]


def about(account: str, **changes: Any) -> Any:
    snapshot = Blob("snapshot", f'{{"id":"{account}"}}'.encode())
    plan = planned(
        0, "a", snapshot=snapshot.digest, name=account, drafted=(message("m", "a", body=account),), **changes
    )
    return entry(fresh(account), plan, blobs=(*BLOBS, snapshot))


def test_an_erased_account_is_gone_from_the_file_and_the_chain_holds(ledger: Ledger, url: str) -> None:
    ledger.append([about(SECRET), about("other")])
    ledger.declare([
        said.OptedOut(at=moment(), account=SECRET, contact="C-1", what="all"),
        said.Silenced(at=moment(), silence="both", accounts=(SECRET, "other"), until=moment(99), why="x"),
        said.Silenced(at=moment(), silence="alone", accounts=(SECRET,), until=moment(99), why="x"),
    ])  # fmt: skip
    traces = traces_of(ledger, SECRET)
    assert len(present(ledger, url, traces)) > 3
    head = ledger.head

    erased = erase(ledger, SECRET, at=moment(5), by="li", why="asked for it")
    assert erased is not None
    assert present(ledger, url, traces) == []
    found = verify(ledger, head=head)
    assert (found.findings, found.erased) == ((), 4)
    assert found.head == erased.head == ledger.head
    assert ledger.states("handbook", [SECRET])[SECRET] == fresh(SECRET)
    assert ledger.opt_outs() == []
    assert [(each.id, each.accounts) for each in ledger.silences(moment(6))] == [("both", ("other",))]
    assert [each.account for each in ledger.work()] == ["other"]
    assert all(ledger.get(each.digest) == each.payload for each in BLOBS[1:])
    assert ledger.get(Blob("snapshot", f'{{"id":"{SECRET}"}}'.encode()).digest) is None


def test_an_erased_account_may_come_back_as_a_new_one(ledger: Ledger) -> None:
    ledger.append([about(SECRET)])
    erase(ledger, SECRET, at=moment(5), by="li", why="asked for it")
    ledger.append([about(SECRET)])
    assert [each.account for each in ledger.work()] == [SECRET]
    assert erase(ledger, SECRET, at=moment(6), by="li", why="again") is not None
    assert (verify(ledger).findings, verify(ledger).erased) == ((), 2)
    assert erase(ledger, SECRET, at=moment(7), by="li", why="nothing is left") is None


def test_what_is_compacted_is_told_and_what_is_needed_stays(ledger: Ledger) -> None:
    old, new = Blob("snapshot", b"old"), Blob("snapshot", b"new")
    first = planned(0, "a", snapshot=old.digest)
    state = ledger.append([entry(fresh(), first, blobs=(*BLOBS, old))]).states["handbook", "A"]
    later = planned(48, "a", snapshot=new.digest, opened=(), drafted=())
    ledger.append([entry(state, later, blobs=(*BLOBS, new))])
    compact(ledger, moment(24), at=moment(50), by="li")
    assert [ledger.get(each.digest) is None for each in (old, new, *BLOBS[1:])] == [True, False, False, False]
    found = verify(ledger)
    assert (found.findings, found.compacted) == ((), 1)


@pytest.mark.skipif(os.name != "posix", reason="a file that is open can't be read everywhere")
def test_the_file_gets_smaller_when_it_is_compacted(tmp_path: Path) -> None:
    import engine

    with engine.open_ledger(tmp_path / "ledger.db") as ledger:
        big = Blob("snapshot", os.urandom(400_000))
        ledger.append([entry(fresh(), planned(0, "a", snapshot=big.digest), blobs=(*BLOBS, big))])
        compact(ledger, moment(24), at=moment(50), by="li")
        assert (tmp_path / "ledger.db").stat().st_size < 300_000
