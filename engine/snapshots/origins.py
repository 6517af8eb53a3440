"""Where the data of a snapshot was read, so that a figure can be followed down to its row."""

from typing import Literal

from msgspec import Struct

from engine.snapshots.mapping_model import Sources


class Origin(Struct, frozen=True, kw_only=True):
    """The row that an account's own fields, or one record of it, were read from.

    ``collection`` is none for the account itself, whose ``id`` is its own. ``file`` is what problems call the table;
    ``row`` its line, its row in the sheet, or its number in the query. ``columns`` names the column of every field
    that comes from one.
    """

    format: Literal["playbook-sources/1"] = "playbook-sources/1"
    account: str
    collection: str | None
    id: str
    file: str
    row: int
    columns: dict[str, str]


def columns_of(record: Sources) -> dict[str, str]:
    """The column of every field of ``record`` that comes from one, by the field's path."""
    return {path: source.column for path, source in record.items() if source.column}
