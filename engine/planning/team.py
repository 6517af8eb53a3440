"""Our people: who holds which role, who manages and covers whom, who is away (``--team``)."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Final

from msgspec import Struct

from engine.documents.document import Mapping as Document
from engine.documents.document import Node
from engine.documents.reader import read_file
from engine.documents.shapes import Json, place_in, read_struct, schema_document
from engine.documents.validation import Checked
from engine.foundation import codes
from engine.foundation.places import Place
from engine.foundation.problems import InputUnreadable, Problem, did_you_mean, problem
from engine.planning.plan_work import Owner

SCHEMA_URL: Final = "https://playbook-engine.invalid/schemas/team.schema.json"


class Absence(Struct, frozen=True, kw_only=True, rename={"from_": "from"}):
    """Days away, first and last included."""

    from_: date
    to: date


class Person(Struct, frozen=True, kw_only=True):
    """One of us. ``hours`` names a calendar of the playbook; ``cover`` stands in while the person is away."""

    id: str = ""
    place: Place = Place("")
    node: Document | None = None
    name: str
    roles: tuple[str, ...] = ()
    manager: str | None = None
    cover: str | None = None
    email: str | None = None
    hours: str | None = None
    capacity: str | None = None
    away: tuple[Absence, ...] = ()

    def is_away(self, day: date) -> bool:
        """Whether ``day`` lies in an absence."""
        return any(each.from_ <= day <= each.to for each in self.away)


class Team(Struct, frozen=True, kw_only=True):
    """Everybody by id."""

    people: dict[str, Person] = {}


EMPTY_TEAM: Final = Team()


@cache
def team_schema() -> Json:
    """The JSON Schema of team files."""
    return schema_document(Team, "Team", SCHEMA_URL)


def read_team(path: Path) -> Team:
    """The team file at ``path``; raises ``InputUnreadable`` with every problem in it."""
    node, problems = read_file(path)
    if node is None or any(each.severity == "error" for each in problems):
        raise InputUnreadable(problems)
    return team_from(node)


def team_from(node: Node) -> Team:
    """The team that ``node`` writes; raises ``InputUnreadable`` with every problem in it."""
    if not isinstance(node, Document):
        raise InputUnreadable([problem(codes.BAD_TEAM, node.place, "a team is a mapping with `people`")])
    problems = [found for _, found in Checked(team_schema()).problems(node)]
    if problems:
        raise InputUnreadable(problems)
    team = read_struct(Team, node, problems.append)
    problems += _dangling(team)
    if problems:
        raise InputUnreadable(problems)
    return team


def _dangling(team: Team) -> Iterator[Problem]:
    for person in team.people.values():
        for word, other in (("manager", person.manager), ("cover", person.cover)):
            if other is not None and other not in team.people:
                hint = did_you_mean(other, team.people)
                message = f"`{word}: {other}` of {person.id} is nobody of this team"
                yield problem(codes.BAD_TEAM, place_in(person, word), message, hint)


class Staffing:
    """Finds who owns work on an account on a day."""

    def __init__(self, team: Team, fallbacks: Mapping[str, str | None], day: date) -> None:
        self._team = team
        self._fallbacks = fallbacks
        self._day = day
        self._chains: dict[tuple[str, ...], tuple[str, ...]] = {}
        self._only_holders = _only_holders(team)
        self._standing_in = {name: self._cover_of(name) for name in team.people}

    def owner(self, roles: tuple[str, ...], owners: Mapping[str, str], assigned: str | None = None) -> Owner:
        """The first of ``roles``, then their fallbacks, that somebody present holds for the account.

        ``owners`` are the account's own people by role. A role nobody is named for goes to the only person of the
        team who holds it. Whoever is away is covered; where nobody can be found the first role stays, with no person.
        ``assigned`` was handed the work by somebody, and goes before all of them.
        """
        if assigned is not None:
            person = self._present(assigned)
            return Owner(roles[0], person, self.name_of(person))
        for role in self._chain(roles):
            person = self._present(owners.get(role) or self._only_holders.get(role))
            if person is not None:
                return Owner(role, person, self.name_of(person))
        return Owner(roles[0], None, None)

    def name_of(self, person: str | None) -> str | None:
        """The name of ``person``, if the team file has one."""
        known = self._team.people.get(person or "")
        return known.name if known else None

    def manager_of(self, person: str | None) -> str | None:
        """The manager of ``person``, covered if away."""
        known = self._team.people.get(person or "")
        return self._present(known.manager) if known else None

    def person(self, name: str | None) -> Person | None:
        """The person of that id, if the team file has one."""
        return self._team.people.get(name or "")

    def _chain(self, roles: tuple[str, ...]) -> tuple[str, ...]:
        """``roles`` with their fallbacks; the few there are stand in the playbook."""
        if roles not in self._chains:
            self._chains[roles] = tuple(with_fallbacks(roles, self._fallbacks))
        return self._chains[roles]

    def _present(self, name: str | None) -> str | None:
        """``name``, or whoever covers for it today; a name that no team file knows is taken to be present."""
        return None if name is None else self._standing_in.get(name, name)

    def _cover_of(self, name: str | None) -> str | None:
        seen: set[str] = set()
        while name is not None and name not in seen:
            seen.add(name)
            person = self._team.people.get(name)
            if person is None or not person.is_away(self._day):
                return name
            name = person.cover
        return None


def with_fallbacks(roles: Iterable[str], fallbacks: Mapping[str, str | None]) -> Iterator[str]:
    """Each role, followed by those that stand in for it; each once."""
    seen: set[str] = set()
    for role in roles:
        following: str | None = role
        while following is not None and following not in seen:
            seen.add(following)
            yield following
            following = fallbacks.get(following)


def _only_holders(team: Team) -> dict[str, str]:
    """Who alone holds a role, by role."""
    holders: dict[str, list[str]] = {}
    for name, person in team.people.items():
        for role in dict.fromkeys(person.roles):
            holders.setdefault(role, []).append(name)
    return {role: names[0] for role, names in holders.items() if len(names) == 1}
