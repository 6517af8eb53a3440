"""What people say beside the playbook (``--exceptions``): rules held back, rules silenced, classes set by hand; each
with why, who says so, and until when."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Final

from msgspec import Struct

from engine.calendars.moments import end_of_day, parse_as_of
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


class Spoken(Struct, frozen=True, kw_only=True, rename={"from_": "from", "class_": "class"}):
    """What a person says beside the playbook: of which accounts, from which day (if not at once), why, and who."""

    id: str = ""
    place: Place = Place("")
    node: Mapping | None = None
    accounts: Names = ()
    from_: date | None = None
    why: str
    who: str

    def has_begun(self, day: date) -> bool:
        """Whether ``day`` is not before its first."""
        return self.from_ is None or self.from_ <= day

    def is_about(self, account: str) -> bool:
        """Whether it is said of an account; without names it is said of all."""
        return not self.accounts or account in self.accounts


class UntilDay(Spoken, frozen=True, kw_only=True):
    """What a person says until the end of a day."""

    until: date

    def holds_on(self, day: date) -> bool:
        """Whether ``day`` lies between its first and its last."""
        return day <= self.until and self.has_begun(day)

    def ends_at(self, timezone: str) -> datetime:
        """Its last moment, on the clocks of a zone."""
        return end_of_day(self.until, timezone)


class Exemption(UntilDay, frozen=True, kw_only=True):
    """One exception: the rules it holds back (addresses or ids; without them all), for the accounts it lists or for
    which `when` holds. `from` and `until` are its first and last day."""

    rules: Names = ()
    when: Condition | None = None


class Silence(Spoken, frozen=True, kw_only=True):
    """One silence: the rules it keeps quiet (addresses or ids; without them all), for the accounts it lists or for all.
    `from` is its first day, `until` its last, or an instant such as `2026-11-20T18:00:00+08:00`."""

    rules: Names = ()
    until: str

    def ends_at(self, timezone: str) -> datetime:
        """Its last moment, on the clocks of a zone; ``ValueError`` where what is written is none."""
        return parse_as_of(self.until, timezone)


class ClassOverride(UntilDay, frozen=True, kw_only=True):
    """One value set by hand: the `class` of the accounts, or with `item` of one of their records, has `value`, whatever
    the data says. `from` and `until` are its first and last day."""

    class_: str
    item: str | None = None
    value: str


Said = Exemption | Silence | ClassOverride


class Exemptions(Struct, frozen=True, kw_only=True):
    """An exceptions file: rules held back, rules silenced, and classes set by hand."""

    exceptions: dict[str, Exemption] = {}
    silences: dict[str, Silence] = {}
    overrides: dict[str, ClassOverride] = {}

    @property
    def members(self) -> tuple[Said, ...]:
        """Everything in it, section by section."""
        return (*self.exceptions.values(), *self.silences.values(), *self.overrides.values())

    def beside(self, other: "Exemptions") -> "Exemptions":
        """What both files say."""
        return Exemptions(
            exceptions=self.exceptions | other.exceptions,
            silences=self.silences | other.silences,
            overrides=self.overrides | other.overrides,
        )


@cache
def exceptions_schema() -> Json:
    """The JSON Schema of exceptions files."""
    return schema_document(Exemptions, "Exceptions", SCHEMA_URL)


def read_exceptions(path: Path) -> Exemptions:
    """What the file at ``path`` says; raises ``InputUnreadable`` with every problem in it."""
    node, problems = read_file(path)
    if node is None or any(each.severity == "error" for each in problems):
        raise InputUnreadable(problems)
    return exceptions_from(node)


def exceptions_from(node: Node) -> Exemptions:
    """What ``node`` writes; raises ``InputUnreadable`` with every problem in it."""
    if not isinstance(node, Mapping):
        message = "an exceptions file is a mapping with `exceptions`, `silences` or `overrides`"
        raise InputUnreadable([problem(codes.BAD_EXCEPTIONS, node.place, message)])
    problems = [found for _, found in Checked(exceptions_schema()).problems(node)]
    if problems:
        raise InputUnreadable(problems)
    found = read_struct(Exemptions, node, problems.append)
    if not problems:
        problems += [each for member in found.members for each in _without_bounds(member)]
    if problems:
        raise InputUnreadable(problems)
    return found


def _without_bounds(said: Said) -> Iterator[Problem]:
    """An entry that would be about everything or nothing, ends at no moment, or before it begins."""
    if isinstance(said, Exemption) and not said.rules and not said.accounts and said.when is None:
        message = f"`{said.id}` would hold back every rule of every account"
        yield problem(codes.BAD_EXCEPTIONS, said.place, message, "name `rules`, `accounts`, or say `when`")
    if isinstance(said, Silence) and not said.rules and not said.accounts:
        message = f"`{said.id}` would silence every rule of every account"
        yield problem(codes.BAD_EXCEPTIONS, said.place, message, "name `rules` or `accounts`")
    if isinstance(said, ClassOverride) and not said.accounts:
        message = f"`{said.id}` sets `{said.class_}` of no account"
        yield problem(codes.BAD_EXCEPTIONS, said.place, message, "name `accounts`")
    try:
        has_begun = said.has_begun(said.ends_at("UTC").date())
    except ValueError as wrong:
        yield problem(codes.BAD_EXCEPTIONS, place_in(said, "until"), f"`until` of `{said.id}`: {wrong}")
        return
    if not has_begun:
        message = f"`{said.id}` ends on {said.until}, before it begins"
        place, hint = place_in(said, "until"), "`from` is its first day, `until` its last"
        yield problem(codes.BAD_EXCEPTIONS, place, message, hint)


def ended(said: Iterable[Said], moment: datetime, timezone: str) -> list[Problem]:
    """A word on each entry that holds no more at ``moment``: what it held back acts again, what it set is decided by
    the data."""
    return [_ended(each) for each in said if each.ends_at(timezone) < moment]


def _ended(said: Said) -> Problem:
    message = f"`{said.id}` ended on {said.until}: {said.why} ({said.who})"
    hint = "take it out of the file, or give it a new `until`"
    return problem(codes.EXCEPTION_ENDED, place_in(said, "until"), message, hint)
