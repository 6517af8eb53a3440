"""``--accounts``: the snapshots of a file, a folder or stdin, from the beginning as often as they are asked for."""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from shutil import copyfileobj
from tempfile import TemporaryFile
from typing import BinaryIO, Final, Self, cast

from engine import AccountFailed, AccountSnapshot, InputUnreadable, Problem, read_snapshots
from engine.foundation import codes
from engine.foundation.places import Place
from engine.foundation.problems import did_you_mean, problem
from engine.snapshots.building import SnapshotBuild
from engine.snapshots.canonical import canonical_snapshot

STDIN: Final = "-"
_LINES: Final = (".jsonl", ".ndjson")
_CHUNK: Final = 1 << 20
_MOST_COUNTED: Final = 1 << 30
_MOST_COMPARED: Final = 20_000
_MOST_KEPT: Final = 20


class Accounts:
    """The accounts of ``source``; calling it reads them anew, one at a time.

    Stdin can be read only once: it is copied to a temporary file where ``passes`` is more than 1. Used in a ``with``.
    """

    def __init__(self, source: str, passes: int) -> None:
        self._source = source
        self._spool: _Spool | None = None
        if source == STDIN:
            if sys.stdin is None:
                raise InputUnreadable([problem(codes.FILE_MISSING, Place("<stdin>"), "there is no standard input")])
            self._spool = _Spool(sys.stdin.buffer) if passes > 1 else None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._spool is not None:
            self._spool.close()

    def __call__(self) -> Iterator[AccountSnapshot | Problem]:
        """Every account, or the problem that keeps it from being used; raises ``InputUnreadable``."""
        if self._spool is None:
            return read_snapshots(self._source)
        return read_snapshots(cast("BinaryIO", self._spool.from_the_beginning()))

    def count(self) -> int | None:
        """How many accounts there are, for a progress bar; none where counting would take long."""
        path = Path(self._source)
        if self._source == STDIN or path.suffix.lower() not in _LINES or not path.is_file():
            return None
        if path.stat().st_size > _MOST_COUNTED:
            return None
        with path.open("rb") as stream:
            return sum(chunk.count(b"\n") for chunk in iter(lambda: stream.read(_CHUNK), b""))


class Built:
    """The accounts that a mapping makes of its tables, built once; calling it reads them from the beginning.

    Used in a ``with``.
    """

    def __init__(self, build: SnapshotBuild) -> None:
        self._file = TemporaryFile()  # noqa: SIM115 — open as long as accounts are read
        self._failed: list[Problem] = []
        for each in build:
            if isinstance(each, Problem):
                self._failed.append(each)
            else:
                self._file.write(canonical_snapshot(each) + b"\n")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def __call__(self) -> Iterator[AccountSnapshot | Problem]:
        """Every account, then the problem of each that could not be built."""
        self._file.seek(0)
        yield from read_snapshots(cast("BinaryIO", self._file))
        yield from self._failed


class Sought:
    """The account that was asked for, while accounts pass by: what to say if it never comes."""

    def __init__(self, account: str) -> None:
        self.account = account
        self._ids: list[str] = []
        self._unnamed: list[Problem] = []

    def note(self, found: AccountSnapshot | Problem) -> None:
        """Keeps what helps to say why the account is not there."""
        if isinstance(found, AccountSnapshot):
            if len(self._ids) < _MOST_COMPARED:
                self._ids.append(found.id)
        elif found.account is None and len(self._unnamed) < _MOST_KEPT:
            # It may be in a line nobody can read.
            self._unnamed.append(found)

    def is_about(self, failure: Problem) -> bool:
        """Whether a failure is that of the account."""
        return failure.account == self.account

    def missing(self) -> InputUnreadable:
        """That there is no such account, with the nearest one."""
        hint = did_you_mean(self.account, self._ids)
        unknown = problem(codes.ACCOUNT_UNKNOWN, Place(""), "the input has no such account", hint, self.account)
        return InputUnreadable([*self._unnamed, unknown])


def find_account(source: Callable[[], Iterator[AccountSnapshot | Problem]], account: str) -> AccountSnapshot:
    """The account of that id.

    Raises ``AccountFailed`` where its data can't be used, ``InputUnreadable`` where there is no such account.
    """
    sought = Sought(account)
    for each in source():
        if isinstance(each, AccountSnapshot) and each.id == account:
            return each
        if isinstance(each, Problem) and sought.is_about(each):
            raise AccountFailed(each)
        sought.note(each)
    raise sought.missing()


class _Spool:
    """A copy of a stream on disk, gone with the program, that problems still call stdin."""

    name: Final = "<stdin>"

    def __init__(self, stream: BinaryIO) -> None:
        self._file = TemporaryFile()  # noqa: SIM115 — open as long as accounts are read
        copyfileobj(stream, self._file, _CHUNK)
        self.read = self._file.read
        self.readline = self._file.readline
        self.close = self._file.close

    def from_the_beginning(self) -> "_Spool":
        """The copy, to be read from its first byte."""
        self._file.seek(0)
        return self
