"""``verify``: whether every record is there and as it was written, and the tables say what the events say."""

import zlib
from collections.abc import Iterator
from itertools import groupby
from typing import Any, Final, Literal

from msgspec import Struct
from sqlalchemy import Connection, Table, func, select, text, type_coerce
from sqlalchemy.types import NullType

from engine.foundation.canonical import digest as digest_of_bytes
from engine.ledger.chain import GENESIS, Link, Record, digest_of, root_of, seal_of
from engine.ledger.entries import COMPACTED_KINDS
from engine.ledger.ledger import Ledger
from engine.ledger.projecting import Row
from engine.ledger.rebuilding import Drawn, rebuilt
from engine.ledger.store import chunks
from engine.ledger.stored import Written, instant, unpacked, written_from
from engine.ledger.tables import batches, blobs, events, facts, holdings, mail, subjects, work
from engine.lifecycle.events import Compacted, Erased

FindingKind = Literal["changed", "missing", "added", "reordered", "unlinked", "cut", "differs", "damaged"]

_PACKED: Final = frozenset({"history", "reach", "body"})
_AT_ONCE: Final = 200
_NAMED_BY: Final[dict[str, tuple[str, ...]]] = {
    "subjects": ("number",), "work": ("id",), "mail": ("id",), "facts": ("kind", "name"), "holdings": ("digest",),
}  # fmt: skip
"""What tells the rows of a subject apart, by table."""

_TABLES: Final = (subjects, work, mail, facts, holdings)


class Finding(Struct, frozen=True, kw_only=True):
    """Something that is not as it was written: of which kind, what it is about (``record 17``), and in words."""

    kind: FindingKind
    what: str
    message: str


class Verification(Struct, frozen=True, kw_only=True):
    """What a verification found. ``erased`` records and ``compacted`` blobs are gone because somebody decided so."""

    format: Literal["playbook-verification/1"] = "playbook-verification/1"
    head: str
    batches: int
    records: int
    blobs: int
    erased: int
    compacted: int
    findings: tuple[Finding, ...]

    @property
    def is_whole(self) -> bool:
        """Whether everything is as it was written."""
        return not self.findings


def verify(ledger: Ledger, *, head: str | None = None, since: str | None = None) -> Verification:
    """Goes through the whole ledger as of one moment. ``head`` is one that was seen before: the chain must hold it.

    With ``since``, a head that the ledger had when it was last gone through, only the batches behind it are looked at,
    neither tables nor blobs: what it takes grows with what was written in between, and not with the ledger.
    """
    with ledger.store.reading() as connection:
        verifier = _Verifier(connection)
        return verifier.run(head) if since is None else verifier.run_since(since, head)


class _Verifier:
    """A verification while it goes on."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._findings: list[Finding] = []
        self._heads: list[str] = [GENESIS]
        self._records = 0
        self._erased: dict[int, int] = {}  # a subject, and the record that says so
        self._erased_alone: set[int] = set()
        self._emptied: list[tuple[int, int]] = []  # records without payload, and their subjects
        self._spoilt: set[int] = set()  # subjects of which a record can't be trusted
        self._before = ""  # what blobs older than this may be gone for
        self._blobs = self._compacted = 0

    def run(self, head: str | None) -> Verification:
        """Every part in turn."""
        self._file()
        self._chain()
        self._whether_erased()
        self._holds(head)
        self._projections()
        self._every_blob()
        return self._found()

    def run_since(self, since: str, head: str | None) -> Verification:
        """What was written behind the head ``since``."""
        number = 0 if since == GENESIS else self._connection.scalar(select(batches.c.number).filter_by(head=since))
        if number is None:
            self._holds(since)
            return self._found()
        self._heads = [since]
        self._chain(number)
        self._whether_erased()
        self._holds(head)
        return self._found()

    def _holds(self, head: str | None) -> None:
        if head is not None and head not in self._heads:
            message = "the chain does not hold the head given: its end was cut off, or it was written anew"
            self._note("cut", "chain", message)

    def _found(self) -> Verification:
        return Verification(
            head=self._heads[-1], batches=len(self._heads) - 1, records=self._records, blobs=self._blobs,
            erased=len(self._emptied), compacted=self._compacted, findings=tuple(self._findings),
        )  # fmt: skip

    def _note(self, kind: FindingKind, what: str, message: str) -> None:
        self._findings.append(Finding(kind=kind, what=what, message=message))

    def _file(self) -> None:
        if self._connection.dialect.name == "sqlite":
            for line in self._connection.scalars(text("PRAGMA integrity_check")):
                if line != "ok":
                    self._note("damaged", "file", str(line))

    # -- the chain ----------------------------------------------------------------------------------

    def _chain(self, after: int = 0) -> None:
        """Batch by batch behind the batch ``after``, with the records that each must have."""
        expected = after + 1
        earlier = select(func.sum(batches.c.count)).where(batches.c.number <= after)
        first = 1 + int(self._connection.scalar(earlier) or 0)
        records = _Ahead(self._rows(events, [events.c.sequence], events.c.sequence >= first))
        for row in self._rows(batches, [batches.c.number], batches.c.number > after):
            if row["number"] != expected:
                self._note("missing", f"batch {expected}", f"batch {row['number']} comes behind batch {expected - 1}")
                first = self._first_of(row) or first
            count = row["count"] if self._link(row) else self._count_of(row)
            self._strays(records.until(first))
            self._batch(row, first, count, list(records.until(first + count)))
            expected, first = row["number"] + 1, first + count
        self._strays(records.until(None))

    def _strays(self, records: Iterator[Row]) -> None:
        for record in records:
            self._note("added", f"record {record['sequence']}", "the record is in no batch")
            self._spoilt.add(record["subject"])

    def _first_of(self, batch: Row) -> int | None:
        mine = events.c.batch == batch["number"]
        found: int | None = self._connection.scalar(select(func.min(events.c.sequence)).where(mine))
        return found

    def _count_of(self, batch: Row) -> int:
        """How many records say that they are of a batch which can't be asked."""
        mine = events.c.batch == batch["number"]
        return self._connection.scalar(select(func.count()).where(mine)) or 0

    def _link(self, row: Row) -> bool:
        """Whether a batch is as it was written."""
        what, head = f"batch {row['number']}", row["head"]
        if row["previous"] != self._heads[-1]:
            self._note("unlinked", what, "the batch does not follow from the one before it")
        self._heads.append(head)
        fields = (row[name] for name in ("number", "previous", "root", "count", "at", "run"))
        if Link(*fields).head != head:
            self._note("changed", what, "the batch is not as it was written: its hash is another")
            return False
        return True

    def _batch(self, batch: Row, first: int, count: int, found: list[Row]) -> None:
        there = {row["sequence"] for row in found}
        missing = [number for number in range(first, first + count) if number not in there]
        for number in missing:
            self._note("missing", f"record {number}", f"the record is not there, and batch {batch['number']} has it")
        before = len(self._findings)
        digests = [self._record(row, batch, found) for row in found]
        intact = not missing and len(self._findings) == before
        if intact and (root_of(digests) if digests else "") != batch["root"]:
            message = f"records {first} to {first + count - 1} are not those that the batch was made of"
            self._note("changed", f"batch {batch['number']}", message)
            self._spoilt.update(row["subject"] for row in found)

    def _record(self, row: Row, batch: Row, others: list[Row]) -> bytes:
        """The digest of a record, with a finding where it is not what the record says."""
        self._records += 1
        wrong = self._wrong_in(row, batch, others)
        if wrong is not None:
            self._note(*wrong)
            self._spoilt.add(row["subject"])
        return row["digest"] if isinstance(row["digest"], bytes) else b""

    def _wrong_in(self, row: Row, batch: Row, others: list[Row]) -> tuple[FindingKind, str, str] | None:
        what = f"record {row['sequence']}"
        if row["batch"] != batch["number"]:
            return "changed", what, f"the record says it is of batch {row['batch']}, and is of {batch['number']}"
        if _digest(row, row["sequence"]) != row["digest"]:
            place = next((each["sequence"] for each in others if _digest(row, each["sequence"]) == row["digest"]), None)
            if place is not None:
                return "reordered", what, f"the record was written as record {place}"
            return "changed", what, "the record is not as it was written: its digest is another"
        if row["salt"] is None and row["payload"] is None:
            self._emptied.append((row["sequence"], row["subject"]))
            return None
        payload = _unpacked(row["payload"])
        if payload is None or not isinstance(row["salt"], bytes) or seal_of(row["salt"], payload) != row["seal"]:
            return "changed", what, "the payload is not as it was written: its seal is another"
        self._heed(row, payload)
        return None

    def _heed(self, row: Row, payload: bytes) -> None:
        """What a record says of others being gone."""
        match written_from(payload).event:
            case Erased(subject=subject, records=records):
                self._erased[subject] = row["sequence"]
                self._erased_alone.update(records)
            case Compacted(before=before):
                self._before = max(self._before, instant(before))

    def _whether_erased(self) -> None:
        for sequence, subject in self._emptied:
            if sequence not in self._erased_alone and sequence > self._erased.get(subject, 0):
                self._note("changed", f"record {sequence}", "the payload is gone, and nobody erased it")
                self._spoilt.add(subject)

    # -- tables -------------------------------------------------------------------------------------

    def _projections(self) -> None:
        columns = (subjects.c.number, *(each.c.subject for each in (work, mail, facts, holdings, events)))
        found = {number for column in columns for number in self._connection.scalars(select(column).distinct())}
        for some in chunks(sorted(found, key=str), _AT_ONCE):
            actual = self._actual(some)
            for number, rows in self._recorded(some):
                if number in self._spoilt:
                    continue  # named already
                erased = number in self._erased
                expected = rebuilt(number, (_written(row) for row in rows), erased=erased) if rows else Drawn()
                self._compare(number, expected, actual.get(number) or Drawn())

    def _recorded(self, numbers: list[int]) -> Iterator[tuple[int, list[Row]]]:
        ordered = self._rows(events, [events.c.subject, events.c.sequence], events.c.subject.in_(numbers))
        there: set[int] = set()
        for number, rows in groupby(ordered, key=lambda row: row["subject"]):
            there.add(number)
            yield number, list(rows)
        yield from ((number, []) for number in numbers if number not in there)

    def _actual(self, numbers: list[int]) -> dict[int, Drawn]:
        found: dict[int, Drawn] = {}
        for table in _TABLES:
            owner = table.c.number if table is subjects else table.c.subject
            for row in self._rows(table, list(table.primary_key), owner.in_(numbers)):
                drawn: Any = getattr(found.setdefault(row[owner.name], Drawn()), table.name)
                key = tuple(row[each] for each in _NAMED_BY[table.name])
                drawn[key if len(key) > 1 else key[0]] = row
        return found

    def _compare(self, number: int, expected: Drawn, actual: Drawn) -> None:
        for table in _TABLES:
            wanted: dict[Any, Row] = getattr(expected, table.name)
            there: dict[Any, Row] = getattr(actual, table.name)
            for key in sorted(wanted.keys() | there.keys(), key=str):
                differs = _difference(wanted.get(key), there.get(key))
                if differs is not None:
                    self._note("differs", f"table {table.name}, subject {number}, {key}", differs)

    # -- blobs --------------------------------------------------------------------------------------

    def _every_blob(self) -> None:
        there: dict[Any, Any] = {}
        for row in self._rows(blobs, [blobs.c.digest]):
            self._blobs += 1
            there[row["digest"]] = row["kind"]
            payload = _unpacked(row["payload"])
            if payload is None or digest_of_bytes(payload) != row["digest"]:
                self._note(
                    "changed", f"blob {row['digest']}", "the blob is not as it was stored: its digest is another"
                )
        needed: dict[Any, str] = {}
        for row in self._rows(holdings, [holdings.c.digest, holdings.c.subject]):
            needed[row["digest"]] = max(needed.get(row["digest"], ""), str(row["at"]))
            kind = there.get(row["digest"])
            if kind is not None and kind != row["kind"]:
                self._note("changed", f"blob {row['digest']}", f"the blob is kept as a {kind}, and is a {row['kind']}")
            if kind is None:
                self._absent(row)
        for digest in sorted(there.keys() - needed.keys(), key=str):
            self._note("added", f"blob {digest}", "no record refers to the blob")

    def _absent(self, row: Row) -> None:
        if row["kind"] in COMPACTED_KINDS and row["at"] < self._before:
            self._compacted += 1
        elif row["kind"] != "exception" or not self._erased:
            self._note("missing", f"blob {row['digest']}", f"the {row['kind']} is not there, and is still needed")

    # -- reading ------------------------------------------------------------------------------------

    def _rows(self, table: Table, order: list[Any], where: Any = None) -> Iterator[Row]:
        """The rows of a table as they are stored, whatever stands in them."""
        asked = select(*(type_coerce(each, NullType()).label(each.name) for each in table.c)).order_by(*order)
        asked = asked if where is None else asked.where(where)
        for row in self._connection.execution_options(yield_per=500).execute(asked).mappings():
            yield dict(row)


class _Ahead:
    """Records in their order, taken up to a sequence."""

    def __init__(self, rows: Iterator[Row]) -> None:
        self._rows = rows
        self._next: Row | None = next(rows, None)

    def until(self, sequence: int | None) -> Iterator[Row]:
        """Those before ``sequence``, or all that are left."""
        while self._next is not None and (sequence is None or self._next["sequence"] < sequence):
            yield self._next
            self._next = next(self._rows, None)


def _digest(row: Row, sequence: int) -> bytes | None:
    """The digest of a record, were it written at ``sequence``."""
    if not isinstance(row["seal"], bytes):
        return None
    return digest_of(Record(sequence, row["subject"], row["kind"], row["at"]), row["seal"])


def _unpacked(stored: Any) -> bytes | None:
    try:
        return unpacked(stored)
    except (zlib.error, TypeError):
        return None


def _written(row: Row) -> Written | None:
    return None if row["payload"] is None else written_from(unpacked(row["payload"]))


def _difference(wanted: Row | None, there: Row | None) -> str | None:
    """What is wrong with a row, in words; none if nothing is."""
    if there is None:
        return "the row is not there, and the events say that it is"
    if wanted is None:
        return "the row is there, and no event says so"
    names = [name for name in wanted if not _same(name, wanted[name], there[name])]
    return f"the events say otherwise of: {', '.join(names)}" if names else None


def _same(name: str, wanted: Any, there: Any) -> bool:
    if name in _PACKED and wanted is not None:
        return _unpacked(there) == unpacked(wanted)
    return bool(wanted == there and type(wanted) is type(there))
