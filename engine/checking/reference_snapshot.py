"""The reference page of the account snapshot."""

from collections.abc import Iterator

from engine.checking.reference_tables import table
from engine.snapshots.model import COLLECTIONS, LINKS, Collection
from engine.snapshots.vocabulary import FieldType, account_paths, record_paths


def snapshot_page() -> Iterator[str]:
    """The page about snapshots, line by line."""
    yield "# The account snapshot"
    yield ""
    yield "One JSON object per account: what was known of it on a day. `schemas/snapshot.schema.json` describes it."
    yield "A key that is absent is *unknown*; `null` and `[]` are *known none*. Only `id` and `name` must be there."
    yield ""
    yield from table(
        ("type", "written"),
        (
            ("text", '`"…"`'),
            ("list of texts", '`["…", "…"]`'),
            ("truth", "`true`, `false`"),
            ("number, points, percent, days, hours, working hours", "a JSON number with at most 6 decimals: `69.9`"),
            ("money", 'a text with its currency: `"1200.50 CNY"`'),
            ("date", '`"2026-11-20"`'),
            ("moment", 'with its offset: `"2026-11-20T09:30:00+08:00"`'),
        ),
    )
    yield "Beside what the table below shows, an account has `format` (`playbook-snapshot/1`); `as_of`, the moment it"
    yield "was known; `coverage`, from when to when the records of a collection are complete, as in"
    yield '`{"purchases": {"from": "2024-01-01", "to": "2026-11-20"}}`; and, like every record, `fields`: the data a'
    yield "playbook declares under `fields`, read by its bare name."
    yield ""
    yield "## Collections"
    yield ""
    yield "A collection is a list of records. Each record has an `id`, unique in its collection. A record whose date"
    yield "lies after the moment of a plan is not seen. A playbook names a record in the singular (`contract.ends_on`)."
    yield ""
    yield from table(
        ("collection", "a record is called", "its date", "what it is"),
        (
            (f"`{each.name}`", f"`{each.singular}`", f"`{each.date_field}`", _what(each.record))
            for each in COLLECTIONS.values()
        ),
    )
    yield "## Every path"
    yield ""
    yield "`[]` stands for each record of a collection. A metric names `contracts.ends_on`, a `where` bare `ends_on`,"
    yield "a rule with `each` and its texts `contract.ends_on`."
    yield ""
    yield from table(("path", "type", ""), (*_account_rows(), *_record_rows()))


def _account_rows() -> Iterator[tuple[str, str, str]]:
    for path, kind in account_paths().items():
        yield f"`{path}`", _type_words(kind), ""
    yield "`owners.ROLE`", "text", "who of us has this role, an id of the team file; a playbook reads `owner.ROLE`"


def _record_rows() -> Iterator[tuple[str, str, str]]:
    for collection in COLLECTIONS.values():
        for field, kind in record_paths(collection.name).items():
            if "." not in field:
                yield f"`{collection.name}[].{field}`", _type_words(kind), _said_of(collection, field)


def _said_of(collection: Collection, field: str) -> str:
    if field == collection.date_field:
        return "the record's date"
    if field in LINKS:
        return f"one of `{LINKS[field]}`, whose fields are read as `{field.removesuffix('_id')}.…`"
    return ""


def _type_words(kind: FieldType) -> str:
    if kind.kind == "number":
        return kind.unit
    return {"texts": "list of texts", "instant": "moment"}.get(kind.kind, kind.kind)


def _what(record: type) -> str:
    """The first sentence of a record's description; its date has a column of its own."""
    return (record.__doc__ or "").split(";", maxsplit=1)[0].strip()
