"""``advance``: the history after a run, from the one before and what the run found and planned (semantics 4.3)."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import TypeVar, cast

from msgspec import UNSET, Struct, UnsetType
from msgspec.structs import replace

from engine.calendars.months import shift_date
from engine.compiling.compiled import CompiledPlaybook, CompiledRule, CompiledTarget
from engine.evaluation.findings import Findings
from engine.evaluation.lengths import length_in
from engine.foundation.quantities import Duration
from engine.history.model import Addressed, Closed, History, LastScore, OpenOccurrence, Planned, PlannedAction, Trace
from engine.history.traces import Traced, traced
from engine.language.playbook import Cadence
from engine.matching.explained import Environment, evaluate, visible
from engine.matching.run import RunValues
from engine.planning import actions
from engine.planning.actions import Finished
from engine.planning.plan import ActionPlan
from engine.planning.renaming import Moves
from engine.planning.scores import as_last, last_score

Turn = tuple[str, str | None, str]
"""A rule's address, the item, the name of the occurrence."""

_Known = TypeVar("_Known", bound=Addressed)


class AccountRun(Struct, frozen=True):
    """One account's run: its plan, and what the next history is made from.

    ``moves`` are what the actions of the history before are known by today, where names have changed.

    ``before`` is the history it was planned on, under today's names. ``planned`` are the plan's actions with their
    identities, ``finished`` the tasks of open occurrences that are done,
    ``occurrences`` those of cadences that are open.
    """

    compiled: CompiledPlaybook
    before: History
    plan: ActionPlan
    findings: Findings
    environment: Environment
    planned: tuple[actions.Planned, ...]
    finished: tuple[Finished, ...]
    occurrences: tuple[OpenOccurrence, ...]
    moves: Moves = {}


def advance(run: AccountRun) -> History:
    """The history after ``run``.

    It holds what is open now, the last closed episode of every rule and item, and of actions those whose occurrence is
    open or can open again: it is bounded by what the account has, not by how often it was planned. Entries that the
    playbook has no more leave no trace.
    """
    history = run.before
    rules = {each.address: each for each in run.compiled.rules}
    closed = _closed(history, run.findings, rules)
    return History(
        as_of=run.plan.as_of,
        light=run.findings.light,
        episodes=_in_order(each.episode for each in run.findings.standings.values() if each.episode is not None),
        closed=closed,
        classes=_in_order(each.in_force for each in run.findings.classes if each.in_force is not None),
        scores=_in_order(_scores(history, run)),
        targets=_in_order(run.findings.judged[each.address] for each in _periodic(run)),
        traces=tuple(_traces(history, run)),
        occurrences=_in_order(run.occurrences),
        planned=_in_order(_counted(history, run, rules)),
        actions=tuple(sorted(_actions(history, run, closed, rules), key=lambda each: each.id)),
        overrides=tuple(each for each in history.overrides if each.until >= run.findings.run.today),
    )


def _in_order(found: Iterable[_Known]) -> tuple[_Known, ...]:
    return tuple(sorted(found, key=lambda each: (each.address, each.item or "")))


def _closed(history: History, findings: Findings, rules: dict[str, CompiledRule]) -> tuple[Closed, ...]:
    """Every last closed episode, those of rules and items that were not looked at in this run too."""
    before = {(each.address, each.item): each for each in history.closed if each.address in rules}
    now = {key: each.closed for key, each in findings.standings.items() if each.closed is not None}
    return _in_order((before | now).values())


def _periodic(run: AccountRun) -> Iterator[CompiledTarget]:
    """The targets that have been judged."""
    yield from (each for each in run.compiled.targets.values() if each.address in run.findings.judged)


def _traces(history: History, run: AccountRun) -> Iterator[Trace]:
    """What conditions that look back need of today, by address; as far back as the longest of them looks."""
    findings = run.findings
    before = {each.address: each for each in history.traces}
    memories = {each.trace: each for each in run.compiled.memories}
    for address in sorted(memories):
        lengths = [length_in(findings.run, each.length) for each in run.compiled.memories if each.trace == address]
        days = [shift_date(findings.run.today, each, -1) for each in lengths if isinstance(each, Duration)]
        source, scale = memories[address].source, memories[address].type.scale
        value = cast("Traced | UnsetType", evaluate(source, run.environment))
        since = min(days, default=findings.run.today)
        found = traced(before.get(address), address, value, scale, findings.run.as_of, since)
        if found is not None:
            yield found


def _scores(history: History, run: AccountRun) -> Iterator[LastScore]:
    """Every score as it is now, or where it is not known as it was before."""
    for name, plan in run.plan.scores.items():
        address = run.compiled.scores[name].address
        found = as_last(address, plan, run.plan.as_of) or last_score(history, address)
        if found is not None:
            yield found


def _turn(each: actions.Planned | Finished) -> Turn:
    return each.finding.rule.address, each.finding.item, each.identity.occurrence


def _counted(history: History, run: AccountRun, rules: dict[str, CompiledRule]) -> Iterator[Planned]:
    """The counts that ``cooldown`` and ``at_most`` need, with the occurrences that were planned for the first time."""
    before = {(each.address, each.item): each for each in history.planned if each.address in rules}
    acted = {(each.rule, each.item, each.occurrence) for each in history.actions}
    new = {(rule, item) for rule, item, occurrence in map(_turn, run.planned) if (rule, item, occurrence) not in acted}
    limited = {key for key in before.keys() | new if rules[key[0]].at_most or rules[key[0]].cooldown}
    for key in limited:
        rule, known = rules[key[0]], before.get(key)
        last_at = known.last_at if known and key not in new else run.plan.as_of
        counts = _counts(rule, known, key in new, run.findings.run)
        yield Planned(address=key[0], item=key[1], last_at=last_at, counts=counts)


def _counts(rule: CompiledRule, known: Planned | None, is_new: bool, run: RunValues) -> dict[str, int]:
    """How often the rule has planned in the period that today lies in; earlier periods limit nothing any more."""
    if rule.at_most is None:
        return {}
    name = run.period(rule.at_most.period).name
    count = (known.counts.get(name, 0) if known else 0) + is_new
    return {name: count} if count else {}


def _actions(
    history: History, run: AccountRun, closed: Iterable[Closed], rules: dict[str, CompiledRule]
) -> Iterator[PlannedAction]:
    """What was planned in this run, what is finished, and what was planned before and can still come up again."""
    before = {each.id: each for each in history.actions}
    found = {
        each.identity.id: _action(each, before.get(each.identity.id), each.action.due_at, done=False)
        for each in run.planned
    }
    for each in run.finished:
        known = before.get(each.identity.id)
        found[each.identity.id] = _action(each, known, known.due_at if known else None, done=True)
    yield from found.values()
    turns = {(each.address, each.item, each.name) for each in run.occurrences}
    for standing in run.findings.standings.values():
        if standing.episode is not None:
            turns.add((standing.episode.address, standing.episode.item, str(standing.episode.number)))
    turns |= {(each.address, each.item, str(each.number)) for each in closed if rules[each.address].reopen_within}
    rounds = {(each.address, each.item) for each in run.occurrences}
    for known in history.actions:
        if known.id in found:
            continue
        rule = rules.get(known.rule)
        rests = rule is not None and (known.rule, known.item) not in rounds and _can_come_round(rule, known, run)
        if rests or (known.rule, known.item, known.occurrence) in turns:
            yield known


def _can_come_round(rule: CompiledRule, known: PlannedAction, run: AccountRun) -> bool:
    """Whether an occurrence of a cadence may open again: the account has left its scope, and may come back before
    another one opens. A record that is gone does not."""
    if not isinstance(rule.entry, Cadence):
        return False
    if known.item is None or rule.collection is None:
        return True
    records = visible(run.findings.snapshot, rule.collection, run.findings.run)
    return records is UNSET or any(each.id == known.item for each in records)


def _action(
    each: actions.Planned | Finished, known: PlannedAction | None, due_at: datetime | None, *, done: bool
) -> PlannedAction:
    """The action as it is remembered: as this run has it, with what people have said of it."""
    if known is not None:
        return replace(known, due_at=due_at, done=done)
    rule, item, occurrence = _turn(each)
    return PlannedAction(id=each.identity.id, rule=rule, item=item, occurrence=occurrence, due_at=due_at, done=done)
