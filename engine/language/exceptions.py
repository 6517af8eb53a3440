"""Exceptions: which rules are held back for which accounts, until when, why, and who says so (``--exceptions``)."""

from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path
from typing import Final

from msgspec import Struct

from engine.documents.document import Mapping, Node
from engine.documents.reader import read_file
from engine.documents.shapes import Json, place_in, read_struct, schema_document
from engine.documents.validation import Checked
from engine.foundation import codes
from engine.foundation.places import Place
from engine.foundation.problems import InputUnreadable, Problem, problem
from engine.language.conditions import Condition
from engine.language.entry import Names

SCHEMA_URL: Final = "https://playbook-engine.invalid/schemas/exceptions.schema.json"


class Exemption(Struct, frozen=True, kw_only=True, rename={"from_": "from"}):
    """One exception: the rules it holds back (addresses or ids; without them all), for the accounts it lists or for
    which `when` holds. `from` and `until` are its first and last day."""

    id: str = ""
    place: Place = Place("")
    node: Mapping | None = None
    rules: Names = ()
    accounts: Names = ()
    when: Condition | None = None
    from_: date | None = None
    until: date
    why: str
    who: str

    def holds_on(self, day: date) -> bool:
        """Whether ``day`` lies between its first and its last."""
        return day <= self.until and (self.from_ is None or self.from_ <= day)


class Exemptions(Struct, frozen=True, kw_only=True):
    """An exceptions file."""

    exceptions: dict[str, Exemption] = {}


@cache
def exceptions_schema() -> Json:
    """The JSON Schema of exceptions files."""
    return schema_document(Exemptions, "Exceptions", SCHEMA_URL)


def read_exceptions(path: Path) -> tuple[Exemption, ...]:
    """The exceptions in the file at ``path``; raises ``InputUnreadable`` with every problem in it."""
    node, problems = read_file(path)
    if node is None or any(each.severity == "error" for each in problems):
        raise InputUnreadable(problems)
    return exceptions_from(node)


def exceptions_from(node: Node) -> tuple[Exemption, ...]:
    """The exceptions that ``node`` writes; raises ``InputUnreadable`` with every problem in it."""
    if not isinstance(node, Mapping):
        message = "an exceptions file is a mapping with `exceptions`"
        raise InputUnreadable([problem(codes.BAD_EXCEPTIONS, node.place, message)])
    problems = [found for _, found in Checked(exceptions_schema()).problems(node)]
    if problems:
        raise InputUnreadable(problems)
    found = tuple(read_struct(Exemptions, node, problems.append).exceptions.values())
    problems += _unbounded(found)
    if problems:
        raise InputUnreadable(problems)
    return found


def _unbounded(found: tuple[Exemption, ...]) -> Iterator[Problem]:
    for each in found:
        if not each.rules and not each.accounts and each.when is None:
            message = f"`{each.id}` would hold back every rule of every account"
            yield problem(codes.BAD_EXCEPTIONS, each.place, message, "name `rules`, `accounts`, or say `when`")
        if each.from_ is not None and each.until < each.from_:
            message = f"`{each.id}` ends on {each.until}, before it begins"
            place, hint = place_in(each, "until"), "`from` is its first day, `until` its last"
            yield problem(codes.BAD_EXCEPTIONS, place, message, hint)


def ended(exceptions: tuple[Exemption, ...], day: date) -> list[Problem]:
    """A word on each exception that holds no more on ``day``: what it held back acts again."""
    return [_ended(each) for each in exceptions if each.until < day]


def _ended(exemption: Exemption) -> Problem:
    message = f"`{exemption.id}` ended on {exemption.until}: {exemption.why} ({exemption.who})"
    hint = "take it out of the file, or give it a new `until`"
    return problem(codes.EXCEPTION_ENDED, place_in(exemption, "until"), message, hint)
