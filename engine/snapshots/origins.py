"""Where the data of a snapshot was read, so that a figure can be followed down to its row."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final, Literal

import msgspec
from msgspec import Struct

from engine.foundation import codes
from engine.foundation.places import Place
from engine.foundation.problems import Code, InputUnreadable, problem
from engine.snapshots.mapping_model import Sources

MAX_LINE_BYTES: Final = 1_000_000
"""Bytes one line of a file of sources may have."""


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


Origins = Mapping[tuple[str | None, str], Origin]
"""The rows of one account by collection and id; its own under no collection."""


def columns_of(record: Sources) -> dict[str, str]:
    """The column of every field of ``record`` that comes from one, by the field's path."""
    return {path: source.column for path, source in record.items() if source.column}


def read_origins(path: Path, account: str) -> Origins:
    """The rows of ``account`` in a file that ``snapshot --sources`` wrote; raises ``InputUnreadable``."""
    try:
        with path.open("rb") as stream:
            found = _of_lines(iter(lambda: stream.readline(MAX_LINE_BYTES + 1), b""), str(path))
            return {(each.collection, each.id): each for each in found if each.account == account}
    except FileNotFoundError as error:
        raise _unreadable(codes.FILE_MISSING, Place(str(path)), "there is no such file") from error
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise _unreadable(codes.FILE_MISSING, Place(str(path)), f"the file can't be read: {reason}") from error


def _of_lines(lines: Iterable[bytes], file: str) -> Iterator[Origin]:
    for number, line in enumerate(lines, 1):
        if len(line) > MAX_LINE_BYTES:
            message = f"the line is longer than the {MAX_LINE_BYTES:,} bytes of a record's source"
            raise _unreadable(codes.TOO_LARGE, Place(file, number), message)
        try:
            if line.strip():
                yield _decoded(line)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            place, hint = Place(file, number), "`playbook snapshot --sources FILE` writes such a file"
            raise _unreadable(codes.BAD_SOURCES, place, f"this is not the source of a record: {error}", hint) from error


_decoded = msgspec.json.Decoder(Origin).decode


def _unreadable(code: Code, place: Place, message: str, hint: str | None = None) -> InputUnreadable:
    return InputUnreadable([problem(code, place, message, hint)])
