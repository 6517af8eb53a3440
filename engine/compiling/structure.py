"""How entries hang together: what mutes, needs and sends what, and by which names work is known."""

from collections.abc import Iterable, Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from typing import Final

from engine.documents.shapes import place_in
from engine.foundation import codes
from engine.foundation.places import Place
from engine.foundation.problems import Problem, did_you_mean, problem
from engine.language.conclusions import Graded
from engine.language.content import Recipient
from engine.language.entry import Entry
from engine.language.metrics import Metric
from engine.language.playbook import (
    SECTIONS,
    Cadence,
    Doing,
    EpisodeRule,
    OurRole,
    Playbook,
    RuleEntry,
    Task,
    TheirRole,
    WarningRule,
    is_named,
    sibling_tasks,
)

_HEAVINESS: Final = {"green": 0, "yellow": 1, "red": 2}
EVERYBODY: Final = "all_contacts"
"""The recipient that means every contact of the account."""

Entries = list[tuple[str, RuleEntry]]


def structure_problems(playbook: Playbook, our_roles: Iterable[str]) -> Iterator[Problem]:
    """Everything that is wrong with how entries refer to each other, types left aside."""
    entries: Entries = [(f"warnings.{each.id}", each) for each in playbook.warnings.values()]
    entries += [(f"cadence.{each.id}", each) for each in playbook.cadence.values()]
    entries += [(f"rules.{each.id}", each) for each in playbook.rules.values()]
    yield from _mutes(playbook, entries)
    for address, entry in entries:
        yield from _action_ids(address, entry)
        inline = _inline(entry)
        yield from _needs(inline, {each.id for each in inline})
        if isinstance(entry, Cadence):
            yield from _needs(entry.prepare.values(), {*entry.prepare, entry.id})
    for play in playbook.plays.values():
        yield from _needs(play.tasks.values(), set(play.tasks))
    yield from _recipients(playbook, entries, frozenset(our_roles))
    yield from _former_ids(playbook)
    yield from _names(playbook)
    yield from _labels(playbook)


# -- names ---------------------------------------------------------------------------------------------


def _names(playbook: Playbook) -> Iterator[Problem]:
    """What is read by its name has that name for itself."""
    sections: dict[str, Mapping[str, Entry | Metric]] = {
        "metrics": playbook.metrics,
        "classes": playbook.classes,
        "scores": playbook.scores,
        "targets": playbook.targets,
    }
    owners: dict[str, str] = {}
    for section, entries in sections.items():
        for name, entry in entries.items():
            other = owners.setdefault(name, section)
            if other != section:
                message = f"`{name}` stands under `{other}` and under `{section}`; conditions could mean either"
                yield problem(codes.DEFINED_TWICE, entry.place, message, "give one of them another id")


def _labels(playbook: Playbook) -> Iterator[Problem]:
    """What is labelled of a field can occur; of classes, scores and targets the values are known only later."""
    for declared in playbook.fields.values():
        for value in declared.labels if declared.one_of else ():
            if value not in declared.one_of:
                place = place_in(declared, "labels", value, key=True)
                message = f"`{value}` is no value of `{declared.id}`"
                yield problem(codes.UNKNOWN_VALUE, place, message, did_you_mean(value, declared.one_of))


# -- former ids ----------------------------------------------------------------------------------------


def _former_ids(playbook: Playbook) -> Iterator[Problem]:
    """An old id leads to one entry, else history could not be told apart (semantics 5.1)."""
    for section, model in SECTIONS.items():
        if issubclass(model, Entry):
            yield from _claims(section, getattr(playbook, section).values())
    yield from _claims("roles.ours", playbook.roles.ours.values())
    yield from _claims("roles.theirs", playbook.roles.theirs.values())
    for address, siblings in sibling_tasks(playbook):
        yield from _claims(address, siblings)
    for section, graded in (("classes", playbook.classes), ("scores", playbook.scores)):
        for each in graded.values():
            yield from _former_values(f"{section}.{each.id}", each)


def _claims(section: str, named: Iterable[Entry | OurRole | TheirRole | Task]) -> Iterator[Problem]:
    """Old ids of entries, roles or tasks beside each other."""
    entries = {each.id: each for each in named}
    claimed: dict[str, Entry | OurRole | TheirRole | Task] = {}
    for entry in entries.values():
        for at, name in enumerate(entry.formerly):
            other = entries.get(name) or claimed.get(name)
            claimed[name] = entry
            if other is not None:
                whose = "the id" if name in entries else "a former id"
                message = f"`{name}` is {whose} of `{section}.{other.id}` too ({other.place})"
                place, hint = place_in(entry, "formerly", at), "take it away: an old id leads to one entry"
                yield problem(codes.FORMER_ID, place, message, hint)


def _former_values(address: str, entry: Graded) -> Iterator[Problem]:
    claimed = {each: each for each in entry.values}
    for value, former in entry.values_formerly.items():
        place = place_in(entry, "values_formerly", value, key=True)
        if value not in entry.values:
            message = f"`{value}` is no value of `{address}`"
            yield problem(codes.UNKNOWN_VALUE, place, message, did_you_mean(value, entry.values))
        for name in former:
            if name in claimed:
                message = f"`{name}` leads to the value `{claimed[name]}` of `{address}` already"
                yield problem(codes.FORMER_ID, place, message, "take it away: an old name leads to one value")
            claimed[name] = value


# -- mutes ---------------------------------------------------------------------------------------------


def _mutes(playbook: Playbook, entries: Entries) -> Iterator[Problem]:
    known = {name for address, each in entries for name in (address, each.id)}
    for address, entry in entries:
        for at, name in enumerate(entry.mutes):
            place = place_in(entry, "mutes", at)
            if name not in known and not any(is_named(each, (name,)) for each in playbook.broken):
                message = f"`mutes: {name}` names no warning, cadence or rule"
                yield problem(codes.UNKNOWN_NAME, place, message, did_you_mean(name, known))
            heavier = [each for called, each in entries if is_named(called, (name,)) and _is_heavier(each, entry)]
            if heavier:
                message = f"`{address}` can't mute `{name}`, whose light is heavier"
                hint = "take it out of `mutes`: a warning mutes equal or lighter lights only"
                yield problem(codes.MUTE_LIGHTER, place, message, hint)
    graph = {called: [each for each, _ in entries if is_named(each, entry.mutes)] for called, entry in entries}
    places = {address: each.place for address, each in entries}
    yield from _circle(graph, places, "these mute each other in a circle", "take one of them out of `mutes`")


def _is_heavier(muted: RuleEntry, entry: RuleEntry) -> bool:
    """Only warnings have a light to hold against another's."""
    if not isinstance(muted, WarningRule) or not isinstance(entry, WarningRule):
        return False
    return _HEAVINESS[muted.light] > _HEAVINESS[entry.light]


# -- tasks ---------------------------------------------------------------------------------------------


def _action_ids(address: str, entry: RuleEntry) -> Iterator[Problem]:
    """Work is known by its task's id over all runs: two of one id could not be told apart (semantics 5.1)."""
    inline = _inline(entry)
    for task in inline:
        if not task.id and len(inline) > 1:
            message = f"`{address}` has {len(inline)} actions: each needs an `id`"
            yield problem(codes.ACTION_ID, task.place, message, "add for example `id: call`")
    for name, place in _again((each.id, each.place) for each in inline if each.id):
        message = f"two actions of `{address}` have the id `{name}`"
        yield problem(codes.ACTION_ID, place, message, "give each its own `id`")
    for name, place in _again((each.play, each.place) for each in _doing(entry) if each.play):
        yield problem(codes.ACTION_ID, place, f"`{address}` starts the play `{name}` twice", "name it once")
    if isinstance(entry, Cadence) and entry.id in entry.prepare:
        task = entry.prepare[entry.id]
        message = f"`{entry.id}` is the id of the cadence itself"
        yield problem(codes.ACTION_ID, task.place, message, "give what prepares it another id")


def _doing(entry: RuleEntry) -> tuple[Doing, ...]:
    return entry.do if isinstance(entry, EpisodeRule) else ()


def _inline(entry: RuleEntry) -> list[Task]:
    return [each.task for each in _doing(entry) if each.task is not None]


def _again(named: Iterable[tuple[str, Place]]) -> Iterator[tuple[str, Place]]:
    """The names that came before, each with its place."""
    seen: set[str] = set()
    for name, place in named:
        if name in seen:
            yield name, place
        seen.add(name)


def _needs(tasks: Iterable[Task], known: set[str]) -> Iterator[Problem]:
    listed = tuple(tasks)
    for task in listed:
        for at, need in enumerate(task.needs):
            if need not in known:
                hint = did_you_mean(need, known - {""}) or "give the task it waits for an `id`"
                yield problem(codes.UNKNOWN_NAME, place_in(task, "needs", at), f"`needs: {need}` names no task", hint)
    places = {each.id: each.place for each in listed}
    message = "tasks wait for each other in a circle"
    yield from _circle({each.id: each.needs for each in listed}, places, message, "take one `needs` away")


def _circle(
    graph: Mapping[str, Iterable[str]], places: Mapping[str, Place], message: str, hint: str | None
) -> Iterator[Problem]:
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        members: list[str] = error.args[1]
        place = min((places[each] for each in members if each in places), default=Place(""))
        yield problem(codes.CIRCLE, place, f"{message}: {' → '.join(reversed(members))}", hint)


# -- recipients ----------------------------------------------------------------------------------------


def _recipients(playbook: Playbook, entries: Entries, our_roles: frozenset[str]) -> Iterator[Problem]:
    messages = playbook.messages
    for content in messages.values():
        if content.to is not None:
            yield from _recipient(playbook, content.to, our_roles)
    sending: list[Task | Cadence] = list(playbook.cadence.values())
    sending += [task for _, entry in entries for task in tasks_of(entry)]
    sending += [task for play in playbook.plays.values() for task in play.tasks.values()]
    for task in sending:
        if task.to is not None:
            yield from _recipient(playbook, task.to, our_roles)
        content_ = messages.get(task.send or "")
        if content_ is not None and content_.audience == "customer" and task.to is None and content_.to is None:
            message = f"nobody is named to get `{content_.id}`"
            yield problem(codes.MISSING_KEY, content_.place, message, f"add `to: …`, or `to: {EVERYBODY}`")


def tasks_of(entry: RuleEntry) -> Iterator[Task]:
    """The tasks that an entry writes itself, those of its plays left out."""
    yield from _inline(entry)
    if isinstance(entry, Cadence):
        yield from entry.prepare.values()


def _recipient(playbook: Playbook, recipient: Recipient, our_roles: frozenset[str]) -> Iterator[Problem]:
    """A role nobody has gets nothing, without a word: so a role has to be declared where any are."""
    theirs = playbook.roles.theirs
    groups = {each.group for each in theirs.values() if each.group is not None}
    known = {*theirs, *groups, *our_roles, EVERYBODY}
    if theirs and recipient.role not in known:
        message = f"`to: {recipient.role}` is no role of theirs or ours"
        yield problem(codes.UNKNOWN_NAME, place_in(recipient, "role"), message, did_you_mean(recipient.role, known))
