"""``formerly``: history and data that were written under old names, read under today's (semantics 5.1)."""

from collections.abc import Iterable, Iterator, Mapping
from typing import TypeVar

from msgspec import Struct
from msgspec.structs import replace

from engine.compiling.compiled import CompiledPlaybook, CompiledRule
from engine.foundation.canonical import short_id
from engine.history.model import Addressed, History, InForce, Override, PlannedAction, Trace
from engine.language.entry import Entry
from engine.language.playbook import SECTIONS, Cadence, Playbook, sibling_tasks
from engine.planning.team import Person, Team
from engine.snapshots.model import AccountSnapshot, Contact

_Known = TypeVar("_Known", bound=Addressed)


class Renaming(Struct, frozen=True):
    """What was once called otherwise: entries by their old address, the ids the playbook's work was known by, and the
    values of classes and scores, by today's address; ``tasks`` says whether any task was."""

    addresses: Mapping[str, str]
    namespaces: tuple[str, ...]
    values: Mapping[str, Mapping[str, str]]
    tasks: bool

    def __bool__(self) -> bool:
        """Whether anything was."""
        return bool(self.addresses or self.namespaces or self.values or self.tasks)

    def address(self, old: str) -> str:
        """The address by now."""
        return self.addresses.get(old, old)

    def value(self, address: str, old: str) -> str:
        """What a value of the entry that has this address by now is called today."""
        return self.values.get(address, {}).get(old, old)


def renaming_of(playbook: Playbook) -> Renaming:
    """What a playbook's entries, values and tasks and the playbook itself were called before."""
    return Renaming(
        dict(_former_addresses(playbook)),
        playbook.manifest.formerly,
        dict(_former_values(playbook)),
        any(task.formerly for _, siblings in sibling_tasks(playbook) for task in siblings),
    )


def _former_values(playbook: Playbook) -> Iterator[tuple[str, dict[str, str]]]:
    for section, entries in (("classes", playbook.classes), ("scores", playbook.scores)):
        for entry in entries.values():
            if entry.values_formerly:
                yield f"{section}.{entry.id}", _by_former_name(entry.values_formerly.items())


def _by_former_name(named: Iterable[tuple[str, Iterable[str]]]) -> dict[str, str]:
    return {old: name for name, former in named for old in former}


class RoleNames(Struct, frozen=True):
    """Roles of ours and of theirs by the names they had before: accounts and team files may have those still."""

    ours: Mapping[str, str]
    theirs: Mapping[str, str]

    @classmethod
    def of(cls, playbook: Playbook) -> "RoleNames":
        """The roles of a playbook that were called otherwise."""
        ours, theirs = playbook.roles.ours.values(), playbook.roles.theirs.values()
        return cls(
            _by_former_name((each.id, each.formerly) for each in ours),
            _by_former_name((each.id, each.formerly) for each in theirs),
        )

    def in_account(self, snapshot: AccountSnapshot) -> AccountSnapshot:
        """The account with roles under today's names; who has one under today's name already goes before."""
        if not (self.ours or self.theirs):
            return snapshot
        before = {self.ours[role]: person for role, person in snapshot.owners.items() if role in self.ours}
        now = {role: person for role, person in snapshot.owners.items() if role not in self.ours}
        contacts = snapshot.contacts
        if isinstance(contacts, tuple):
            contacts = tuple(self._in_contact(each) for each in contacts)
        return replace(snapshot, owners=before | now, contacts=contacts)

    def _in_contact(self, contact: Contact) -> Contact:
        role = contact.role
        return replace(contact, role=self.theirs[role]) if isinstance(role, str) and role in self.theirs else contact

    def in_team(self, team: Team) -> Team:
        """The team with roles under today's names."""
        people = {name: self._in_person(each) for name, each in team.people.items()}
        return replace(team, people=people) if self.ours else team

    def _in_person(self, person: Person) -> Person:
        return replace(person, roles=tuple(self.ours.get(role, role) for role in person.roles))


def _former_addresses(playbook: Playbook) -> Iterator[tuple[str, str]]:
    for section, model in SECTIONS.items():
        entries: Mapping[str, Entry] = getattr(playbook, section) if issubclass(model, Entry) else {}
        for entry in entries.values():
            yield from ((f"{section}.{old}", f"{section}.{entry.id}") for old in entry.formerly)


class Move(Struct, frozen=True):
    """What an action was known by, and is known by now: the parts that its id is made from (semantics 5.1)."""

    before: tuple[str, ...]
    now: tuple[str, ...]

    def message(self, name: str, content: str, today: str, recipients: Iterable[str]) -> str:
        """Today's id of a message of the action, by the names that its content had and has."""
        for recipient in recipients:
            if short_id((*self.before, content, recipient)) == name:
                return short_id((*self.now, today, recipient))
        return name


Moves = Mapping[str, Move]
"""What became of the names of actions, by the id they had; those that can't be traced are not among them."""


def moves_of(history: History, renaming: Renaming, compiled: CompiledPlaybook, account: str) -> Moves:
    """What the actions of a history are known by today."""
    rules = {each.address: each for each in compiled.rules}
    found = ((each.id, _move(each, renaming, rules, compiled.playbook, account)) for each in history.actions)
    return {name: move for name, move in found if move is not None}


def moved(history: History, renaming: Renaming, moves: Moves) -> History:
    """The history under today's names; an action that can't be traced keeps its id, and so its work ends."""

    def under(found: tuple[_Known, ...]) -> tuple[_Known, ...]:
        return tuple(replace(each, address=renaming.address(each.address)) for each in found)

    return replace(
        history,
        episodes=under(history.episodes),
        closed=under(history.closed),
        classes=tuple(_moved_value(each, renaming) for each in under(history.classes)),
        scores=under(history.scores),
        targets=under(history.targets),
        traces=tuple(_moved_trace(each, renaming) for each in history.traces),
        occurrences=under(history.occurrences),
        planned=under(history.planned),
        overrides=tuple(_moved_override(each, renaming) for each in history.overrides),
        actions=tuple(_moved_action(each, renaming, moves) for each in history.actions),
    )


def _moved_value(found: InForce, renaming: Renaming) -> InForce:
    beneath = None if found.beneath is None else _moved_value(replace(found.beneath, address=found.address), renaming)
    value = None if found.value is None else renaming.value(found.address, found.value)
    return replace(found, value=value, beneath=beneath)


def _moved_override(found: Override, renaming: Renaming) -> Override:
    address = renaming.address(found.address)
    return replace(found, address=address, value=renaming.value(address, found.value))


def _moved_trace(trace: Trace, renaming: Renaming) -> Trace:
    section, _, rest = trace.address.partition(".")
    name, dot, value = rest.partition(".")
    if not name:
        return trace
    address = renaming.address(f"{section}.{name}")
    points = tuple(
        replace(each, text=renaming.value(address, each.text)) if each.text is not None else each
        for each in trace.points
    )
    return Trace(address=f"{address}{dot}{value}", points=points)


def _moved_action(action: PlannedAction, renaming: Renaming, moves: Moves) -> PlannedAction:
    move = moves.get(action.id)
    name = action.id if move is None else short_id(move.now)
    return replace(action, id=name, rule=renaming.address(action.rule))


def _move(
    action: PlannedAction, renaming: Renaming, rules: Mapping[str, CompiledRule], playbook: Playbook, account: str
) -> Move | None:
    rule = rules.get(renaming.address(action.rule))
    if rule is None:
        return None
    end = (account, action.item or "", action.occurrence)
    for namespace in (playbook.namespace, *renaming.namespaces):
        for (play, task), (old_play, old_task) in _tasks(rule, action.rule, playbook):
            before = (namespace, action.rule, old_play, old_task, *end)
            if short_id(before) == action.id:
                return Move(before, (playbook.namespace, rule.address, play, task, *end))
    return None


Task = tuple[str, str]
"""A play, empty for none, and a task."""


def _tasks(rule: CompiledRule, address: str, playbook: Playbook) -> Iterator[tuple[Task, Task]]:
    """Every task of a rule, and what it may have been called when the rule had ``address``."""
    for effect in rule.effects:
        plays = ("",) if not effect.play else (effect.play, *playbook.plays[effect.play].formerly)
        for each in effect.tasks:
            task = each.task.id
            is_own = isinstance(rule.entry, Cadence) and task == rule.entry.id
            former = (address.partition(".")[2] if is_own else task, *each.task.formerly)
            yield from (((effect.play, task), (play, old)) for play in plays for old in former)
