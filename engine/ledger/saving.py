"""A plan of changes kept in a file: with what it was made from, so that it is applied only while that holds."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final, Literal

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from engine.foundation import codes
from engine.foundation.canonical import digest
from engine.foundation.places import Place
from engine.foundation.problems import InputUnreadable, Problem, problem
from engine.foundation.version import engine_version
from engine.ledger.asked import Asked
from engine.ledger.deciding import Decided, Portfolio
from engine.ledger.entries import Blob
from engine.ledger.keeping import stored_snapshot
from engine.planning.context import Context

_MOST_NAMED: Final = 5


class Subject(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An account (or group) as it was planned: the version it had in the ledger, and the digest of its snapshot."""

    account: str
    version: int
    snapshot: str


class SavedPlan(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A plan of changes: what was asked for, the digests of all it was made from, and what it would come to."""

    format: Literal["playbook-changes/1"] = "playbook-changes/1"
    asked: Asked
    playbook: str
    context: str
    files: dict[str, str]
    engine_version: str
    subjects: tuple[Subject, ...]


class Saving:
    """A plan of changes while its accounts pass by."""

    def __init__(self, asked: Asked, portfolio: Portfolio) -> None:
        self._asked = asked
        self._portfolio = portfolio
        self._subjects: list[Subject] = []

    def add(self, decided: Decided) -> None:
        """Notes one account."""
        self._subjects.append(_subject(decided))

    def saved(self) -> SavedPlan:
        """The plan, once all have passed by."""
        return SavedPlan(
            asked=self._asked,
            playbook=self._portfolio.compiled.playbook.digest,
            context=_context(self._portfolio.context),
            files=files_of(self._asked),
            engine_version=engine_version(),
            subjects=tuple(self._subjects),
        )


def _subject(decided: Decided) -> Subject:
    snapshot: Blob = stored_snapshot(decided.snapshot)
    return Subject(account=decided.account, version=decided.state.version, snapshot=snapshot.digest)


def _context(context: Context) -> str:
    """The digest of a context but for its figures over the accounts, which have digests of their own."""
    return replace(context, rankings={}).digest()


def files_of(asked: Asked) -> dict[str, str]:
    """The digests of the files beside playbook and accounts, by what they are; raises ``OSError``."""
    return {name: digest(Path(path).read_bytes()) for name, path in asked.files.items()}


def read_saved_plan(path: Path) -> SavedPlan:
    """The plan of changes in a file; raises ``InputUnreadable`` where it is none, ``OSError`` where it can't be
    read."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=SavedPlan)
    except msgspec.DecodeError as error:
        message = f"this is no saved plan: {error}"
        hint = "`playbook plan --ledger URL --out changes.plan` writes one"
        raise InputUnreadable([problem(codes.NO_SAVED_PLAN, Place(str(path)), message, hint)]) from None


def moved_since(saved: SavedPlan, now: SavedPlan, path: Path) -> Iterator[Problem]:
    """Every input that is not ``now`` as it was when the plan was saved."""

    def moved(message: str) -> Problem:
        return problem(codes.PLAN_MOVED, Place(str(path)), message, "plan again, look at it, and apply that")

    if saved.playbook != now.playbook:
        yield moved(f"the playbook has changed since: {saved.asked.playbook}")
    for name, file in saved.asked.files.items():
        if saved.files.get(name) != now.files.get(name):
            yield moved(f"the file of {name} has changed since: {file}")
    if saved.files == now.files and saved.context != now.context:
        yield moved("silences in the ledger, or the holiday data, have changed since")
    if saved.engine_version != now.engine_version:
        yield moved(f"it was made by version {saved.engine_version} of the engine; this is {now.engine_version}")
    yield from (moved(f"{_few(names)} {words} since") for names, words in _subjects_moved(saved, now) if names)


def _subjects_moved(saved: SavedPlan, now: SavedPlan) -> Iterator[tuple[list[str], str]]:
    """Accounts that are other than they were, and how."""
    before, today = ({each.account: each for each in one.subjects} for one in (saved, now))
    both = sorted(before.keys() & today.keys())
    yield [each for each in both if before[each].snapshot != today[each].snapshot], "changed in the data"
    yield [each for each in both if before[each].version != today[each].version], "written to the ledger"
    yield sorted(before.keys() - today.keys()), "gone from the data, or can't be planned any more,"
    yield sorted(today.keys() - before.keys()), "new in the data"


def _few(names: list[str]) -> str:
    more = len(names) - _MOST_NAMED
    return ", ".join(names[:_MOST_NAMED]) + (f" and {more} more" if more > 0 else "")
