"""What a mapping file says: how tables become snapshots.

The structs are the file's shape: its JSON Schema and its reading both come from their annotations.
"""

from decimal import Decimal
from typing import Final, Literal, Self, cast

from msgspec import Struct, field

from engine.documents.document import Mapping, Node
from engine.documents.shapes import Json, Sink, read_struct, schema_of, struct_schema
from engine.foundation.places import Place
from engine.snapshots.mapping_forms import (
    NOWHERE,
    Cell,
    Cells,
    Choices,
    ColumnOr,
    Currency,
    DateFormats,
    Day,
    Sign,
)
from engine.snapshots.mapping_tables import Moment, TableSource
from engine.snapshots.model import COLLECTIONS
from engine.snapshots.vocabulary import account_paths, record_paths

_GROUPS: Final = ("profile", "relationship", "owners", "fields")

DeclaredType = Literal[
    "text", "texts", "truth", "number", "points", "percent", "hours", "days", "money", "date", "instant"
]  # fmt: skip
ColumnUnit = Literal["seconds", "minutes", "hours", "days", "weeks", "fraction", "percent", "minor"]
Duplicates = Literal["error", "first", "last", "identical"]


class Rescale(Struct, frozen=True, kw_only=True, rename={"from_": "from"}):
    """From one scale to another, exactly and in proportion: ``{from: [1, 5], to: [0, 100]}``."""

    from_: tuple[Decimal, ...]
    to: tuple[Decimal, ...]


class Source(ColumnOr, frozen=True, kw_only=True):
    """Where the value of one field comes from, and how its cells are read.

    One of ``column`` and ``constant`` is given. ``type`` is only for declared data (``fields``). Before ``known_from``
    the cell counts as empty. First, ``values`` says what some texts mean, ``otherwise`` all others, and ``empty`` an
    empty cell (none, unless given); then ``thousands``, ``decimal``, ``unit`` and ``rescale`` apply.
    """

    constant: Cell | None = None
    type: DeclaredType | None = None
    format: DateFormats | None = None
    unit: ColumnUnit | None = None
    currency: Currency | None = None
    currency_column: str | None = None
    thousands: Literal[",", ".", "'", " ", "_"] | None = None
    decimal: Literal[".", ","] = "."
    split: Sign | None = None
    values: Cells | None = None
    otherwise: Cell | None = None
    empty: Cell | None = None
    rescale: Rescale | None = None
    known_from: Moment | None = None


class Sources(dict[str, Source]):
    """Sources by the path of the field they fill: ``amount``, ``profile.industry``, ``fields.seats``."""

    @classmethod
    def shape_schema(cls, _definitions: Json) -> Json:
        """Any fields; the schema of each collection names its own (see :class:`Collections`)."""
        return {"type": "object"}

    @classmethod
    def read_shape(cls, node: Node, sink: Sink) -> Self:
        """Groups of fields are written as in the snapshot, and joined to paths here."""
        found = cls()
        for entry in cast("Mapping", node).entries:
            if entry.key in _GROUPS:
                members = cast("Mapping", entry.node).entries
                found.update({f"{entry.key}.{each.key}": Source.read_shape(each.node, sink) for each in members})
            else:
                found[entry.key] = Source.read_shape(entry.node, sink)
        return found


class RecordId(ColumnOr, frozen=True, kw_only=True):
    """The column of a record's id, or the ``columns`` of which a stable one is made."""

    columns: tuple[str, ...] = ()


class CoverageFrom(Struct, frozen=True, kw_only=True, rename={"from_": "from"}):
    """Since when a collection's records are complete; they are up to the day the snapshot is built for."""

    from_: Day


class CollectionSource(Struct, frozen=True, kw_only=True, rename={"id_": "id"}):
    """One collection: its table, and the source of every field of its records.

    ``where`` and ``only_with`` keep the rows whose fields have one of the named texts, or any value at all, as far as
    that is known on the day. ``duplicates`` says which of several rows with one id counts.
    """

    table: str
    id_: RecordId
    record: Sources
    place: Place = NOWHERE
    where: Choices = field(default_factory=Choices)
    only_with: tuple[str, ...] = ()
    undated: tuple[str, ...] = ()
    duplicates: Duplicates = "error"
    coverage: CoverageFrom | None = None


class AccountSource(Struct, frozen=True, kw_only=True):
    """The accounts: their table, whose account column is their id, and the source of every field.

    ``where`` and ``only_with`` keep rows as they do for collections; other rows, such as totals, are no accounts.
    """

    table: str
    record: Sources
    place: Place = NOWHERE
    where: Choices = field(default_factory=Choices)
    only_with: tuple[str, ...] = ()
    undated: tuple[str, ...] = ()
    duplicates: Duplicates = "error"

    @classmethod
    def shape_schema(cls, definitions: Json) -> Json:
        """The accounts with the fields they have."""
        own = [path for path in account_paths() if path != "id"]
        return _with_record(struct_schema(cls, definitions), [*own, "owners.*", "fields.*"], definitions)

    @classmethod
    def read_shape(cls, node: Node, sink: Sink) -> Self:
        """The accounts of the file."""
        return read_struct(cls, cast("Mapping", node), sink)


class Collections(dict[str, CollectionSource]):
    """The mapped collections by name."""

    @classmethod
    def shape_schema(cls, definitions: Json) -> Json:
        """Each collection with the fields its records have."""
        shape = struct_schema(CollectionSource, definitions)
        collections = {name: _with_record(shape, _record_paths(name), definitions) for name in COLLECTIONS}
        return {"type": "object", "properties": collections, "additionalProperties": False}

    @classmethod
    def read_shape(cls, node: Node, sink: Sink) -> Self:
        """The collections of the file."""
        entries = cast("Mapping", node).entries
        return cls({each.key: read_struct(CollectionSource, cast("Mapping", each.node), sink) for each in entries})


class SnapshotMapping(Struct, frozen=True, kw_only=True):
    """A whole mapping file. ``dates`` and ``currency`` hold where a field says nothing else.

    ``state_of`` is the day whose state the tables show: from then on, ``undated`` fields are known.
    """

    mapping: Literal[1]
    timezone: str
    tables: dict[str, TableSource]
    account: AccountSource
    place: Place = NOWHERE
    title: str | None = None
    currency: Currency | None = None
    dates: DateFormats | None = None
    state_of: Day | None = None
    collections: Collections = field(default_factory=Collections)


def _record_paths(collection: str) -> list[str]:
    return [path for path in record_paths(collection) if path != "id" and "." not in path] + ["fields.*"]


def _with_record(shape: Json, paths: list[str], definitions: Json) -> Json:
    """``shape`` with a ``record`` that takes just ``paths``, nested as in the snapshot; ``*`` is any name."""
    source = schema_of(Source, definitions)
    record: Json = {"type": "object", "properties": {}, "additionalProperties": False}
    for path in paths:
        group, _, name = path.rpartition(".")
        holder = record
        if group:
            empty = {"type": "object", "properties": {}, "additionalProperties": False}
            holder = record["properties"].setdefault(group, empty)
        if name == "*":
            holder["additionalProperties"] = source
        else:
            holder["properties"][name] = source
    return {**shape, "properties": {**shape["properties"], "record": record}}
