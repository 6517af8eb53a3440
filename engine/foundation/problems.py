"""The one record in which every stage reports what is wrong."""

from collections.abc import Iterable
from difflib import get_close_matches
from typing import Literal

import msgspec

from engine.foundation.places import Place

Severity = Literal["error", "warning", "note"]


class Code(msgspec.Struct, frozen=True):
    """A kind of problem: its stable code, severity, one-line title and what it means for the author."""

    code: str
    severity: Severity
    title: str
    meaning: str


class Problem(msgspec.Struct, frozen=True):
    """One thing that is wrong, where, and what to do about it.

    ``account`` names the account whose data is at fault, where there is one.
    """

    file: str
    line: int
    column: int
    code: str
    severity: Severity
    message: str
    hint: str | None = None
    account: str | None = None

    def __lt__(self, other: "Problem") -> bool:
        """By place, then code; a missing hint or account counts as empty."""
        return self._order() < other._order()

    def _order(self) -> tuple[str, int, int, str, str, str, str]:
        return self.file, self.line, self.column, self.code, self.message, self.hint or "", self.account or ""

    def __str__(self) -> str:
        where = str(Place(self.file, self.line, self.column))
        whose = f" [{self.account}]" if self.account else ""
        cure = f"\n    hint: {self.hint}" if self.hint else ""
        return f"{where}: {self.severity} {self.code}{whose}: {self.message}{cure}"


def problem(code: Code, place: Place, message: str, hint: str | None = None, account: str | None = None) -> Problem:
    """The problem of kind ``code`` at ``place``."""
    return Problem(place.file, place.line, place.column, code.code, code.severity, message, hint, account)


def nearest(name: str, known: Iterable[str], alike: float = 0.6) -> str | None:
    """The known name a person most likely meant by ``name``, or none that is ``alike`` enough (1 is equal)."""
    return next(iter(nearest_few(name, known, 1, alike)), None)


def nearest_few(name: str, known: Iterable[str], most: int = 3, alike: float = 0.6) -> list[str]:
    """The known names that a person may have meant by ``name``, the nearest first."""
    return get_close_matches(name, list(known), n=most, cutoff=alike)


def did_you_mean(name: str, known: Iterable[str]) -> str | None:
    """A hint for an unknown ``name``: the nearest known one, else the known ones if they are few."""
    names = sorted(known)
    close = nearest(name, names)
    if close:
        return f"did you mean `{close}`?"
    return f"known: {', '.join(names)}" if 0 < len(names) <= 20 else None


class PlaybookEngineError(Exception):
    """Base of every error this package raises on purpose."""


class PlaybookInvalid(PlaybookEngineError):
    """A playbook was opened but can't be used; ``problems`` says why, sorted."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(problems))
        super().__init__("\n".join(str(each) for each in self.problems))


class InputUnreadable(PlaybookEngineError):
    """A file that was asked for is missing, unreadable or (mapping, team) wrong as a whole."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(problems))
        super().__init__("\n".join(str(each) for each in self.problems))


class AccountFailed(PlaybookEngineError):
    """One account can't be evaluated; the others are not touched by it."""

    def __init__(self, failure: Problem) -> None:
        self.problem = failure
        super().__init__(str(failure))
