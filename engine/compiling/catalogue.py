"""The catalogue of service modules: names, what goes with what, and grants that can't be kept together."""

from collections.abc import Callable, Iterable, Iterator
from graphlib import CycleError, TopologicalSorter
from itertools import combinations

from engine.compiling.compiled import CompiledModule
from engine.compiling.conditions import Lowering
from engine.compiling.entries import DRAFT_HINT
from engine.compiling.structure import tasks_of
from engine.compiling.symbols import ACCOUNT
from engine.documents.shapes import place_in
from engine.foundation import codes
from engine.foundation.places import Place
from engine.foundation.problems import Problem, did_you_mean, problem
from engine.language.catalogue import Module
from engine.language.entry import Live
from engine.language.playbook import Playbook, RuleEntry, Task
from engine.matching.core import ValueType


def modules(
    playbook: Playbook, lowering: Lowering, money: ValueType, sink: Callable[[Problem], None]
) -> dict[str, CompiledModule]:
    """Every module of the catalogue, its condition and cost compiled; what is wrong goes to ``sink``."""
    for found in _problems(playbook):
        sink(found)
    return {each.id: _module(each, lowering, money) for each in playbook.catalogue.values()}


def _module(entry: Module, lowering: Lowering, money: ValueType) -> CompiledModule:
    suits = lowering.clause(entry.suits, ACCOUNT) if entry.suits is not None else None
    cost = lowering.operand(entry.cost, money, ACCOUNT) if entry.cost is not None else None
    return CompiledModule(entry, suits, cost)


def parts_of(catalogue: dict[str, Module], name: str) -> tuple[str, ...]:
    """A module and all that its bundles hold, each once; a plain name is its only part."""
    found: dict[str, None] = {}
    waiting = [name]
    while waiting:
        each = waiting.pop(0)
        if each not in found:
            found[each] = None
            waiting += catalogue[each].includes if each in catalogue else ()
    return tuple(found)


def excludes(catalogue: dict[str, Module], one: str, other: str) -> bool:
    """Whether two modules can't go together; either of them may say so."""
    return (one in catalogue and other in catalogue[one].excludes) or (
        other in catalogue and one in catalogue[other].excludes
    )


def _problems(playbook: Playbook) -> Iterator[Problem]:
    catalogue = playbook.catalogue
    if not catalogue:
        return
    for module in catalogue.values():
        yield from _links(playbook, module)
    graph = {each.id: each.includes for each in catalogue.values()}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        circle: list[str] = error.args[1]
        message = f"bundles include each other in a circle: {' → '.join(reversed(circle))}"
        place = min(catalogue[each].place for each in circle if each in catalogue)
        yield problem(codes.CIRCLE, place, message, "take one of them out of `includes`")
        return
    for module in catalogue.values():
        needed = (module.id, *module.requires)
        yield from _clashes(catalogue, needed, module.place, f"`catalogue.{module.id}` needs")
    for entry, writer in _grants(playbook):
        yield from _granted(playbook, entry, writer)


def _links(playbook: Playbook, module: Module) -> Iterator[Problem]:
    others = set(playbook.catalogue) - {module.id}
    for key in ("requires", "excludes", "includes"):
        for at, name in enumerate(getattr(module, key)):
            if name not in others and f"catalogue.{name}" not in playbook.broken:
                message = f"`{key}: {name}` of `catalogue.{module.id}` names no other module"
                yield problem(codes.UNKNOWN_NAME, place_in(module, key, at), message, did_you_mean(name, others))


def _clashes(catalogue: dict[str, Module], names: Iterable[str], place: Place, who: str) -> Iterator[Problem]:
    parts = tuple(dict.fromkeys(part for name in names for part in parts_of(catalogue, name)))
    for one, other in combinations(parts, 2):
        if excludes(catalogue, one, other):
            message = f"{who} `{one}` and `{other}`, which exclude each other"
            yield problem(codes.MODULES_CLASH, place, message, "take one of them away")


def _grants(playbook: Playbook) -> Iterator[tuple[Live, RuleEntry | Task]]:
    """Everything that grants, with the entry it stands in: entries, and tasks within them."""
    entries: list[RuleEntry] = [*playbook.warnings.values(), *playbook.cadence.values(), *playbook.rules.values()]
    for entry in entries:
        yield entry, entry
        yield from ((entry, task) for task in tasks_of(entry))
    for play in playbook.plays.values():
        yield from ((play, task) for task in play.tasks.values())


def _granted(playbook: Playbook, entry: Live, writer: RuleEntry | Task) -> Iterator[Problem]:
    catalogue = playbook.catalogue
    for at, name in enumerate(writer.grants):
        place = place_in(writer, "grants", at)
        if name not in catalogue and f"catalogue.{name}" not in playbook.broken:
            message = f"`grants: {name}` names no module of the catalogue"
            yield problem(codes.UNKNOWN_NAME, place, message, did_you_mean(name, catalogue))
        elif name in catalogue and catalogue[name].status == "draft" and entry.status != "draft":
            message = f"`{entry.id}` grants `{name}`, which is a draft"
            yield problem(codes.DRAFT_REFERENCE, place, message, DRAFT_HINT)
    yield from _clashes(catalogue, writer.grants, place_in(writer, "grants"), f"`{entry.id}` grants")
