"""Account snapshots from files, folders and streams, one at a time.

``.jsonl`` and ``.ndjson`` hold one account per line and are read in bounded memory; ``.json`` holds one account or an
array of them; a folder holds ``.json`` files. What is wrong with one account is its own problem, and reading goes on.
"""

import sys
from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path
from typing import BinaryIO, Final

import msgspec

from engine.foundation import codes
from engine.foundation.places import Place
from engine.foundation.problems import InputUnreadable, PlaybookEngineError, Problem, problem
from engine.snapshots.decoding import decode_snapshot, unreadable
from engine.snapshots.model import AccountSnapshot

__all__ = [
    "MAX_ACCOUNT_BYTES",
    "MAX_ARRAY_BYTES",
    "AccountsFailed",
    "decode_snapshot",
    "load_snapshots",
    "read_snapshots",
]

MAX_ACCOUNT_BYTES: Final = 4_000_000
"""Bytes one account may have; a longer one is that account's problem and is not held in memory."""

MAX_ARRAY_BYTES: Final = 256_000_000
"""Bytes a ``.json`` file with an array of accounts may have, as it is held as a whole."""

_UTF8_BOM: Final = b"\xef\xbb\xbf"
_UTF16_BOMS: Final = (b"\xff\xfe", b"\xfe\xff")
_BLANK: Final = b" \t\r\n" + _UTF8_BOM
_CHUNK: Final = 1 << 16
_LINES: Final = 1 << 40
_LINE_SUFFIXES: Final = (".jsonl", ".ndjson")
_TABLE_SUFFIXES: Final = (".xlsx", ".xls", ".csv", ".parquet")


class AccountsFailed(PlaybookEngineError):
    """Some accounts of an input can't be used; ``problems`` has one for each, in the input's order."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(each) for each in self.problems))


class _Piece(msgspec.Struct, frozen=True):
    """The bytes of one account and where they begin."""

    data: bytes
    file: str
    line: int


def read_snapshots(source: Path | str | BinaryIO) -> Iterator[AccountSnapshot | Problem]:
    """Every account of ``source`` in its order, or the one problem that keeps it from being used.

    ``source`` is a file, a folder, ``-`` for standard input, or a stream of bytes (read as lines, unless it begins
    like a ``.json`` file). Raises ``InputUnreadable`` where the source as a whole can't be read; for a path that is
    missing, at once.
    """
    return _once_each(_decoded(_pieces(source)))


def load_snapshots(source: Path | str | BinaryIO) -> list[AccountSnapshot]:
    """All accounts of ``source``; raises :class:`AccountsFailed` with every problem if there is any."""
    snapshots: list[AccountSnapshot] = []
    problems: list[Problem] = []
    for found in read_snapshots(source):
        if isinstance(found, Problem):
            problems.append(found)
        else:
            snapshots.append(found)
    if problems:
        raise AccountsFailed(problems)
    return snapshots


# -- from a source to the bytes of one account ---------------------------------------------------------


def _pieces(source: Path | str | BinaryIO) -> Iterator[_Piece | Problem]:
    if source == "-":
        return _sniffed(sys.stdin.buffer, "<stdin>")
    if not isinstance(source, Path | str):
        return _sniffed(source, str(getattr(source, "name", "<stream>")))
    path = Path(source)
    if not path.is_dir():
        _try_to_open(path)
        return _of_file(path)
    files = sorted((file for file in path.iterdir() if file.suffix.lower() == ".json"), key=lambda file: file.name)
    if not files:
        raise _no_input(str(path), "the folder holds no .json file", "name the .jsonl file itself")
    return chain.from_iterable(map(_of_file, files))


def _try_to_open(path: Path) -> None:
    try:
        path.open("rb").close()
    except (OSError, ValueError) as error:
        raise _no_input(str(path), _reason(error)) from error


def _of_file(path: Path) -> Iterator[_Piece | Problem]:
    suffix = path.suffix.lower()
    if suffix in _TABLE_SUFFIXES:
        hint = "`playbook snapshot MAPPING` makes account snapshots of tables; see docs/how-to/from-excel-to-a-plan.md"
        raise _no_input(str(path), f"a {suffix} file holds tables, not account snapshots", hint)
    read = _lines if suffix in _LINE_SUFFIXES else _whole if suffix == ".json" else _sniffed
    try:
        with path.open("rb") as stream:
            yield from read(stream, str(path))
    except OSError as error:
        raise _no_input(str(path), _reason(error)) from error


def _sniffed(stream: BinaryIO, file: str) -> Iterator[_Piece | Problem]:
    """As lines, unless the beginning shows an array, or one account spread over several lines."""
    head = b""
    while not head.strip(_BLANK) and (sign := stream.read(1)):
        head += sign
    if head.endswith(b"["):
        return _whole(stream, file, head)
    first = stream.readline(MAX_ACCOUNT_BYTES + 1)
    if head.endswith(b"{") and first and not first.strip(_BLANK):
        return _whole(stream, file, head + first)
    return _lines(stream, file, head.lstrip(_BLANK) + first, head.count(b"\n") + 1)


def _lines(stream: BinaryIO, file: str, first: bytes = b"", number: int = 1) -> Iterator[_Piece | Problem]:
    """The lines of ``stream``, of which ``first`` has been read already and is line ``number``."""
    line = first or stream.readline(MAX_ACCOUNT_BYTES + 1)
    _refuse_utf16(line, file)
    while line:
        if len(line) > MAX_ACCOUNT_BYTES and not line.endswith(b"\n"):
            _skip_to_end_of_line(stream)
            yield _too_large(file, number, f"the line is longer than the {MAX_ACCOUNT_BYTES:,} bytes of an account")
        elif line.strip(_BLANK):
            yield _Piece(line, file, number)
        number += 1
        line = stream.readline(MAX_ACCOUNT_BYTES + 1)


def _skip_to_end_of_line(stream: BinaryIO) -> None:
    while (part := stream.readline(_CHUNK)) and not part.endswith(b"\n"):
        pass


def _whole(stream: BinaryIO, file: str, head: bytes = b"") -> Iterator[_Piece | Problem]:
    """The one account, or the array of accounts, that ``head`` and the rest of ``stream`` are."""
    data = bytearray(head)
    while len(data) <= MAX_ARRAY_BYTES and (part := stream.read(_CHUNK)):
        data += part
    _refuse_utf16(data, file)
    start = len(data) - len(data.lstrip(_BLANK))
    if len(data) > MAX_ARRAY_BYTES:
        hint = "write one account per line, in a .jsonl file"
        yield _too_large(file, 0, f"the file is longer than {MAX_ARRAY_BYTES:,} bytes", hint)
    elif data[start : start + 1] == b"[":
        yield from _members(bytes(data), start, file)
    else:
        yield _sized(bytes(data), file, 1)


def _members(data: bytes, start: int, file: str) -> Iterator[_Piece | Problem]:
    try:
        members = _split_array(memoryview(data)[start:])
    except (ValueError, RecursionError) as error:
        yield unreadable(error, data[start:], Place(file, 1 + data.count(b"\n", 0, start)))
        return
    line, behind = 1, 0
    for member in members:
        account = bytes(member)
        at = data.index(account, behind)
        line += data.count(b"\n", behind, at)
        yield _sized(account, file, line)
        line += account.count(b"\n")
        behind = at + len(account)


_split_array = msgspec.json.Decoder(list[msgspec.Raw]).decode


def _sized(data: bytes, file: str, line: int) -> _Piece | Problem:
    if len(data) <= MAX_ACCOUNT_BYTES:
        return _Piece(data, file, line)
    return _too_large(file, line, f"the account has {len(data):,} bytes; at most {MAX_ACCOUNT_BYTES:,} are read")


def _too_large(file: str, line: int, message: str, hint: str | None = None) -> Problem:
    return problem(codes.TOO_LARGE, Place(file, line), message, hint)


def _refuse_utf16(data: bytes | bytearray, file: str) -> None:
    if data.startswith(_UTF16_BOMS):
        refused = problem(codes.NOT_UTF8, Place(file, 1), "the file is UTF-16 text", "save the file as UTF-8")
        raise InputUnreadable([refused])


def _no_input(file: str, message: str, hint: str | None = None) -> InputUnreadable:
    return InputUnreadable([problem(codes.FILE_MISSING, Place(file), message, hint)])


def _reason(error: Exception) -> str:
    match error:
        case FileNotFoundError():
            return "there is no such file or folder"
        case PermissionError():
            return "the file may not be read: permission is missing"
        case _:
            return f"the file can't be read: {error}"


# -- from bytes to accounts ----------------------------------------------------------------------------


def _decoded(pieces: Iterator[_Piece | Problem]) -> Iterator[tuple[AccountSnapshot | Problem, Place]]:
    for piece in pieces:
        if isinstance(piece, Problem):
            yield piece, Place(piece.file, piece.line)
        else:
            yield decode_snapshot(piece.data, piece.file, piece.line), Place(piece.file, piece.line)


def _once_each(found: Iterator[tuple[AccountSnapshot | Problem, Place]]) -> Iterator[AccountSnapshot | Problem]:
    """Each account once: another with the same id is a problem."""
    # Of each account only a number is kept, file and line in one, since a million ids have to fit in memory.
    files: dict[str, int] = {}
    first: dict[str, int] = {}
    for account, place in found:
        if isinstance(account, Problem):
            yield account
        elif account.id in first:
            file, line = divmod(first[account.id], _LINES)
            message = f"the account `{account.id}` is in this input already, at {list(files)[file]}:{line}"
            yield problem(codes.DUPLICATE_ID, place, message, None, account.id)
        else:
            first[account.id] = files.setdefault(place.file, len(files)) * _LINES + place.line
            yield account
