"""Nobody changes, removes or reorders what was written without being found out: every row of every table is tried, and
every column, on both stores."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Table, and_, delete, insert, select, update

from engine import Ledger
from engine.history.model import Override
from engine.ledger.entries import Blob
from engine.ledger.tables import LEASE, METADATA, batches, blobs, events, holdings, mail
from engine.ledger.verifying import Finding, verify
from engine.lifecycle import events as said
from engine.lifecycle.mail import content_digest
from tests.ledger.world import BLOBS, PLAYBOOK, action, entry, fresh, message, moment, planned

TABLES = [each.name for each in METADATA.sorted_tables]


def write_everything(ledger: Ledger) -> None:
    """Something of every kind of record, in several batches."""
    sources, context = Blob("sources", b"sources"), Blob("context", b"context")
    exception = Blob("exception", b'{"format":"playbook-exception/1","id":"x","account":"A","document":null}')
    begun = said.RunStarted(
        at=moment(), run="run-0", playbook=PLAYBOOK, as_of=moment(), sources=sources.digest, context=context.digest,
        exceptions=(exception.digest,),
    )  # fmt: skip
    ledger.declare([begun], blobs=[sources, context, exception], run="run-0")
    drafted = (message("m", "a"), message("n", "a"), message("o", "a"), message("p", "a", approval="none"))
    first = planned(0, "a", "b", "c", "d", "e", drafted=drafted)
    state = ledger.append([entry(fresh(), first, blobs=BLOBS)], run="run-0").states["handbook", "A"]
    override = Override(address="classes.tier", value="gold", until=moment(99).date(), why="x", who="li")
    step = action("c").escalation[0]
    at = moment(1)
    happened: list[Any] = [
        said.Acknowledged(at=at, action="a"),
        said.Started(at=at, action="a"),
        said.Finished(at=at, action="a", verdict="noise"),
        said.Cancelled(at=at, action="b", why="no"),
        said.Snoozed(at=at, action="c", until=moment(30), why="later", moved=(action("c", due_at=moment(48)),)),
        said.Reassigned(at=at, action="d", person="wang"),
        said.Escalated(at=at, action="c", step="owner", number=1, due=step.at, notice=message("q", "c")),
        said.Approved(at=at, message="m", digest=content_digest(state.mail["m"].message)),
        said.Sending(at=at, message="m", attempt=1),
        said.InDoubt(at=at, message="m"),
        said.Resolved(at=at, message="m", outcome="sent"),
        said.Failed(at=at, message="n", error="busy", retry_at=moment(2)),
        said.Sent(at=at, message="n", receipt="250"),
        said.Postponed(at=at, message="o", why="quiet_hours", until=moment(8)),
        said.Withdrawn(at=at, message="o", why="no"),
        said.Overrode(at=at, override=override),
        said.OverrideEnded(at=at, address="classes.tier"),
    ]
    ledger.append([entry(state, *happened), entry(fresh("B"), planned(1, "z"))], run="run-0")
    ledger.claim("worker", moment(9), timedelta(hours=1), 1)
    ledger.declare([
        said.Silenced(at=at, silence="s", accounts=("A", "B"), until=moment(9), why="fair", by="li"),
        said.SilenceEnded(at=at, silence="s"),
        said.OptedOut(at=at, account="A", contact="C-1", what="email"),
        said.RunEnded(at=at, run="run-0", counts={"accounts": 2}),
    ], run="run-0")  # fmt: skip


@pytest.fixture
def written(ledger: Ledger) -> Ledger:
    """A ledger with everything in it."""
    write_everything(ledger)
    return ledger


def named(row: dict[str, Any], table: Table) -> str:
    """How a finding names a row."""
    match table.name:
        case "events":
            return f"record {row['sequence']}"
        case "batches":
            return f"batch {row['number']}"
        case "blobs":
            return f"blob {row['digest']}"
        case "subjects":
            return f"table subjects, subject {row['number']}, {row['number']}"
        case "facts":
            return f"table facts, subject {row['subject']}, {(row['kind'], row['name'])}"
        case "holdings":
            return f"table holdings, subject {row['subject']}, {row['digest']}"
    return f"table {table.name}, subject {row['subject']}, {row['id']}"


def flipped(value: Any) -> Any:
    """Something near a value: one byte of it flipped."""
    match value:
        case None:
            return "x"
        case bytes():
            middle = len(value) // 2
            return value[:middle] + bytes([value[middle] ^ 1]) + value[middle + 1 :]
        case int():
            return value + 1000
    return value[:-1] + ("x" if value[-1] != "x" else "y")


def rows_of(ledger: Ledger, table: Table) -> list[dict[str, Any]]:
    with ledger.store.reading() as connection:
        return [dict(row) for row in connection.execute(select(table).order_by(*table.primary_key)).mappings()]


def key_of(table: Table, row: dict[str, Any]) -> Any:
    return and_(*(column == row[column.name] for column in table.primary_key))


@contextmanager
def changed(ledger: Ledger, table: Table, row: dict[str, Any], **values: Any) -> Iterator[None]:
    """The ledger with a row changed, as somebody with a connection to it would; as it was afterwards."""
    with ledger.store.writing() as connection:
        connection.execute(update(table).where(key_of(table, row)).values(values))
    yield
    with ledger.store.writing() as connection:
        connection.execute(delete(table).where(key_of(table, row | values)))
        connection.execute(insert(table).values(row))


def found(ledger: Ledger, **options: Any) -> tuple[Finding, ...]:
    return verify(ledger, **options).findings


def test_what_nobody_touched_verifies(written: Ledger) -> None:
    assert found(written, head=written.head) == ()
    tags = {row["kind"] for row in rows_of(written, events)}
    of_accounts = {each.__struct_config__.tag for each in said.AccountEvent.__args__}
    of_ledger = {each.__struct_config__.tag for each in said.LedgerEvent.__args__}
    assert tags == of_accounts | (of_ledger - {"erased", "compacted"})


def test_what_was_written_since_a_head_is_gone_through_alone(written: Ledger) -> None:
    earlier = rows_of(written, batches)[1]
    whole, later = verify(written), verify(written, since=earlier["head"])
    assert later.findings == () and later.head == whole.head
    assert later.batches == whole.batches - 2 > 0
    with changed(written, batches, earlier, root="x" + earlier["root"][1:]):
        assert verify(written, since=earlier["head"]) == later
    last = max(rows_of(written, events), key=lambda row: row["sequence"])
    with changed(written, events, last, digest=bytes(32)):
        assert [each.what for each in found(written, since=earlier["head"])] == [f"record {last['sequence']}"]
    assert [each.kind for each in found(written, since="sha256:" + "1" * 64)] == ["cut"]


@pytest.mark.parametrize("name", TABLES)
def test_a_flipped_byte_is_found_and_named(written: Ledger, name: str) -> None:
    table = METADATA.tables[name]
    columns = [each for each in table.c if each.name not in LEASE]
    untold = []
    for number, row in enumerate(rows_of(written, table)):
        # All of the first row, of each other its value and one more: a verification is not free.
        last = columns[-1]
        for column in columns if number == 0 else {columns[number % len(columns)], last}:
            value = flipped(row[column.name])
            if value == "x" and "BLOB" in str(column.type).upper():
                value = b"x"
            with changed(written, table, row, **{column.name: value}):
                told = {each.what for each in found(written)}
                if not {named(row, table), named(row | {column.name: value}, table)} & told:
                    untold.append((named(row, table), column.name, told))
    assert untold == []
    assert found(written) == ()


@pytest.mark.parametrize("name", TABLES)
def test_a_removed_row_is_found_and_named(written: Ledger, name: str) -> None:
    table = METADATA.tables[name]
    rows = rows_of(written, table)
    last = rows[-1]["number"] if table is batches else None
    for row in rows:
        with written.store.writing() as connection:
            connection.execute(delete(table).where(key_of(table, row)))
        told = {each.what: each.kind for each in found(written)}
        if table is batches and row["number"] == last:
            # Its records are left, and in no batch.
            assert "added" in told.values()
        else:
            assert named(row, table) in told, (named(row, table), told)
        with written.store.writing() as connection:
            connection.execute(insert(table).values(row))
    assert found(written) == ()


def test_a_payload_taken_away_is_not_taken_for_an_erasure(written: Ledger) -> None:
    for row in rows_of(written, events):
        with changed(written, events, row, payload=None, salt=None):
            assert ("changed", f"record {row['sequence']}") in {(each.kind, each.what) for each in found(written)}


def test_reordered_records_are_named(written: Ledger) -> None:
    rows = rows_of(written, events)
    one, other = rows[4], rows[5]
    kept = {name: value for name, value in one.items() if name != "sequence"}
    with (
        changed(written, events, one, **{name: other[name] for name in kept}),
        changed(written, events, other, **kept),
    ):
        told = [(each.kind, each.what) for each in found(written)]
    assert told[:2] == [("reordered", f"record {one['sequence']}"), ("reordered", f"record {other['sequence']}")]


def test_an_end_cut_off_is_found_by_a_head_that_was_seen(ledger: Ledger) -> None:
    earlier = ledger.append([entry(fresh("B"), planned(0, "z"), blobs=BLOBS)]).head
    at_first = {table: rows_of(ledger, table) for table in METADATA.sorted_tables}
    write = entry(fresh(), planned(1, "a"))
    later = ledger.append([write]).head
    assert [found(ledger, head=each) for each in (earlier, later)] == [(), ()]
    with ledger.store.writing() as connection:
        for table, rows in at_first.items():
            connection.execute(delete(table))
            connection.execute(insert(table), rows) if rows else None
    assert found(ledger) == found(ledger, head=earlier) == ()
    (cut,) = found(ledger, head=later)
    assert cut.kind == "cut"


def test_a_record_made_up_is_found(written: Ledger) -> None:
    (*_, last) = rows_of(written, events)
    (*_, lease) = rows_of(written, mail)
    (*_, held) = rows_of(written, holdings)
    more = {
        events: last | {"sequence": last["sequence"] + 1},
        mail: lease | {"id": "made-up"},
        blobs: {"digest": "sha256:" + "0" * 64, "kind": "plan", "payload": b"x"},
        holdings: held | {"subject": 77},
    }
    for table, row in more.items():
        with written.store.writing() as connection:
            connection.execute(insert(table).values(row))
        assert named(row, table) in {each.what for each in found(written)}
        with written.store.writing() as connection:
            connection.execute(delete(table).where(key_of(table, row)))
