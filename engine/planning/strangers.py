"""People and roles that accounts, team and playbook name and do not know of each other."""

from collections.abc import Iterator
from typing import Final

from msgspec import Struct

from engine.compiling.compiled import CompiledPlaybook
from engine.compiling.entries import BUILT_IN_ROLES
from engine.documents.shapes import place_in
from engine.foundation import codes
from engine.foundation.places import Place
from engine.foundation.problems import Problem, did_you_mean, nearest, problem
from engine.language.kinds import built_in_title
from engine.language.playbook import Step
from engine.planning.actions import fallbacks
from engine.planning.team import Team, with_fallbacks
from engine.snapshots.model import AccountSnapshot

_OF_OWNER: Final = ("owner", "manager of owner")
_ALIKE: Final = 0.85
"""How alike a slip is to the role that is meant: `product_manager` is a role of its own beside `account_manager`."""


class _Naming(Struct):
    """The first account that names somebody, and how many do."""

    first: str
    accounts: int = 0

    @property
    def more(self) -> str:
        """That others do, too."""
        more = self.accounts - 1
        return f"; so it is in {more:,} more account{'s' * (more != 1)}" if more else ""


class Strangers:
    """Gathers, while accounts pass by, whom they name as their people; then tells who is nobody of the team, which
    roles are written wrongly, and which steps of an escalation would tell nobody. Without a team it tells nothing."""

    def __init__(self, compiled: CompiledPlaybook, team: Team) -> None:
        self._team = team
        self._compiled = compiled
        self._roles = fallbacks(compiled)
        self._meant = _by_title(compiled)
        self._named: dict[tuple[str, str], _Naming] = {}

    def note(self, account: AccountSnapshot) -> None:
        """Takes note of an account's people of ours."""
        for role, person in account.owners.items() if self._team.people else ():
            self._named.setdefault((role, person), _Naming(account.id)).accounts += 1

    def problems(self) -> Iterator[Problem]:
        """What is told, each once."""
        if self._team.people:
            yield from self._unknown_people()
            yield from self._wrong_roles()
            yield from self._nobody_told()

    def _unknown_people(self) -> Iterator[Problem]:
        by_name = {each.name: each.id for each in self._team.people.values()}
        for (role, person), named in sorted(self._named.items()):
            if person not in self._team.people:
                hint = f"write the id `{by_name[person]}`" if person in by_name else None
                message = f"`owners.{role}: {person}` is nobody of the team{named.more}"
                known = did_you_mean(person, self._team.people)
                yield problem(codes.NOBODY_OF_OURS, Place(""), message, hint or known, named.first)

    def _wrong_roles(self) -> Iterator[Problem]:
        """Roles that look like one of the playbook's; others may belong to another playbook."""
        for person in self._team.people.values():
            for at, role in enumerate(person.roles):
                hint = self._slip(role)
                if hint is not None:
                    message = f"`{role}` of {person.id} is no role of the playbook"
                    yield problem(codes.NO_SUCH_ROLE, place_in(person, "roles", at), message, hint)
        for (role, _), named in sorted(self._named.items()):
            hint = self._slip(role)
            if hint is not None:
                message = f"`owners.{role}` is no role of the playbook{named.more}"
                yield problem(codes.NO_SUCH_ROLE, Place(""), message, hint, named.first)

    def _slip(self, role: str) -> str | None:
        """Which role is meant by one that the playbook does not know; none where none is."""
        if role in self._roles:
            return None
        meant = self._meant.get(role) or nearest(role, self._roles, _ALIKE)
        return f"write `{meant}`" if meant else None

    def _nobody_told(self) -> Iterator[Problem]:
        held = {role for each in self._team.people.values() for role in each.roles} | {role for role, _ in self._named}
        told: set[str] = set()
        for step in _steps(self._compiled):
            role = step.notify
            if role not in _OF_OWNER and role not in told and held.isdisjoint(with_fallbacks((role,), self._roles)):
                told.add(role)
                message = f"nobody of the team is `{role}`: this step of the escalation would tell nobody"
                hint = f"give somebody `roles: [{role}]` in the team file"
                yield problem(codes.NOBODY_TOLD, place_in(step, "notify"), message, hint)


def _steps(compiled: CompiledPlaybook) -> Iterator[Step]:
    for rule in compiled.rules:
        for task in (task for effect in rule.effects for task in effect.tasks):
            yield from (each.step for each in task.escalation)


def _by_title(compiled: CompiledPlaybook) -> dict[str, str]:
    """Roles of ours by their titles in every language."""
    found = {built_in_title(role, language): role for role in BUILT_IN_ROLES for language in ("zh", "en")}
    for name, role in compiled.playbook.roles.ours.items():
        if role.title:
            found |= {role.title.in_language(language): name for language in ("zh", "en")}
    return found
