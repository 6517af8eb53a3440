"""``formerly``: history that was written under old ids, read under today's (semantics 5.1)."""

from collections.abc import Iterator, Mapping
from typing import TypeVar

from msgspec import Struct
from msgspec.structs import replace

from engine.compiling.compiled import CompiledPlaybook, CompiledRule
from engine.foundation.canonical import short_id
from engine.history.model import Addressed, History, PlannedAction, Trace
from engine.language.entry import Entry
from engine.language.playbook import SECTIONS, Cadence, Playbook

_Known = TypeVar("_Known", bound=Addressed)


class Renaming(Struct, frozen=True):
    """What was once called otherwise: entries by their old address, and the ids the playbook's work was known by."""

    addresses: Mapping[str, str]
    namespaces: tuple[str, ...]

    def __bool__(self) -> bool:
        """Whether anything was."""
        return bool(self.addresses or self.namespaces)


def renaming_of(playbook: Playbook) -> Renaming:
    """What a playbook's entries and the playbook itself were called before."""
    return Renaming(dict(_former_addresses(playbook)), playbook.manifest.formerly)


def _former_addresses(playbook: Playbook) -> Iterator[tuple[str, str]]:
    for section, model in SECTIONS.items():
        entries: Mapping[str, Entry] = getattr(playbook, section) if issubclass(model, Entry) else {}
        for entry in entries.values():
            yield from ((f"{section}.{old}", f"{section}.{entry.id}") for old in entry.formerly)


def moved(history: History, renaming: Renaming, compiled: CompiledPlaybook, account: str) -> History:
    """The history under today's names; an action that can't be traced keeps its id, and so its work ends."""
    rules = {each.address: each for each in compiled.rules}

    def under(found: tuple[_Known, ...]) -> tuple[_Known, ...]:
        return tuple(replace(each, address=renaming.addresses.get(each.address, each.address)) for each in found)

    return replace(
        history,
        episodes=under(history.episodes),
        closed=under(history.closed),
        classes=under(history.classes),
        scores=under(history.scores),
        targets=under(history.targets),
        traces=tuple(_moved_trace(each, renaming) for each in history.traces),
        occurrences=under(history.occurrences),
        planned=under(history.planned),
        actions=tuple(_moved_action(each, renaming, rules, compiled.playbook, account) for each in history.actions),
    )


def _moved_trace(trace: Trace, renaming: Renaming) -> Trace:
    section, _, rest = trace.address.partition(".")
    name, dot, value = rest.partition(".")
    address = renaming.addresses.get(f"{section}.{name}")
    return trace if address is None else replace(trace, address=f"{address}{dot}{value}")


def _moved_action(
    action: PlannedAction, renaming: Renaming, rules: Mapping[str, CompiledRule], playbook: Playbook, account: str
) -> PlannedAction:
    rule = rules.get(renaming.addresses.get(action.rule, action.rule))
    if rule is None:
        return action
    end = (account, action.item or "", action.occurrence)
    for namespace in (playbook.namespace, *renaming.namespaces):
        for (play, task), (old_play, old_task) in _tasks(rule, action.rule, playbook):
            if short_id((namespace, action.rule, old_play, old_task, *end)) == action.id:
                new = short_id((playbook.namespace, rule.address, play, task, *end))
                return replace(action, id=new, rule=rule.address)
    return replace(action, rule=rule.address)


Task = tuple[str, str]
"""A play, empty for none, and a task."""


def _tasks(rule: CompiledRule, address: str, playbook: Playbook) -> Iterator[tuple[Task, Task]]:
    """Every task of a rule, and what it may have been called when the rule had ``address``."""
    for effect in rule.effects:
        plays = ("",) if not effect.play else (effect.play, *playbook.plays[effect.play].formerly)
        for each in effect.tasks:
            task = each.task.id
            is_own = isinstance(rule.entry, Cadence) and task == rule.entry.id
            former = address.partition(".")[2] if is_own else task
            yield from (((effect.play, task), (play, former)) for play in plays)
