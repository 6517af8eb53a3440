"""Groups of accounts: planned as an account of which nothing is known but what its members have in common (4.9)."""

from collections import Counter
from collections.abc import Iterator

from msgspec import Struct
from msgspec.structs import replace

from engine.compiling.compiled import CompiledPlaybook, Grouping
from engine.language.scope import WHOLE
from engine.matching.core import AccountField
from engine.matching.explained import Environment, evaluate
from engine.matching.run import RunValues
from engine.planning.plan import GroupName
from engine.planning.renaming import RoleNames
from engine.planning.team import Team
from engine.snapshots.model import AccountSnapshot, Profile


class Census:
    """Counts, account by account, who belongs to which group: one number per group is kept."""

    def __init__(self, compiled: CompiledPlaybook, run: RunValues) -> None:
        self._compiled = compiled
        self._run = run
        self._roles = RoleNames.of(compiled.playbook)
        self._counts: dict[str, Counter[str]] = {each.per: Counter() for each in compiled.groupings}

    def add(self, snapshot: AccountSnapshot) -> None:
        """Counts one account in; it is in no group where it has no value, or that is unknown."""
        environment = Environment(self._compiled.forest, self._roles.in_account(snapshot), self._run, {})
        for grouping in self._compiled.groupings:
            value = WHOLE if grouping.node is None else evaluate(grouping.node, environment)
            if isinstance(value, str):
                self._counts[grouping.per][value] += 1

    def groups(self) -> Iterator["Group"]:
        """Every group by its value, in the order of the groupings; the portfolio also where it is empty."""
        for grouping in self._compiled.groupings:
            counts = self._counts[grouping.per]
            for value in sorted(counts) if grouping.node is not None else (WHOLE,):
                yield Group(grouping, GroupName(grouping.per, value, counts[value]))


class Group(Struct, frozen=True):
    """The accounts that have one value in common."""

    grouping: Grouping
    name: GroupName

    @property
    def id(self) -> str:
        """What stands for the account in identities: ``@profile.industry=retail`` or ``@portfolio``."""
        return f"@{self.name.name}"

    def named(self, team: Team) -> GroupName:
        """The group as a plan names it: that of an owner has the name by which ``team`` knows them."""
        node = self.grouping.node
        of_owner = isinstance(node, AccountField) and node.path[0] == "owners"
        owner = team.people.get(self.name.value) if of_owner else None
        return replace(self.name, person=owner.name if owner else None)

    def snapshot(self, team: Team) -> AccountSnapshot:
        """The account that stands for the group."""
        node = self.grouping.node
        one = AccountSnapshot(id=self.id, name=self.named(team).person or self.name.value, interactions=())
        if not isinstance(node, AccountField):
            return one
        section, name = node.path
        if section == "profile":
            return replace(one, profile=replace(Profile(), **{name: self.name.value}))
        return replace(one, **{section: {name: self.name.value}})
