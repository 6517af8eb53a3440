"""Firing rules → actions: identity, due time, owner, escalation (semantics 3.2–3.4, 5.1)."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any, Final

from msgspec import Struct
from msgspec.structs import replace

from engine.calendars import due as due_dates
from engine.calendars.workdays import Calendar
from engine.compiling.clauses import truth_node
from engine.compiling.compiled import CompiledPlaybook, CompiledStep, CompiledTask, Effect
from engine.compiling.entries import BUILT_IN_ROLES
from engine.evaluation.evaluate import Evaluation
from engine.evaluation.findings import Findings, RuleFinding
from engine.foundation import codes
from engine.foundation.canonical import short_id
from engine.foundation.problems import AccountFailed, problem
from engine.foundation.quantities import Duration
from engine.history.model import History, PlannedAction
from engine.language.kinds import KINDS
from engine.language.playbook import Cadence, Task
from engine.matching.core import Node
from engine.matching.explained import Environment, evaluate
from engine.planning.occurrences import Occurrence
from engine.planning.plan import Action, Because, EscalationStep, Option, Owner
from engine.planning.team import Staffing
from engine.planning.wording import Wording
from engine.snapshots.model import COLLECTIONS, AccountSnapshot

OPENING: Final = "event"
"""What ``5 working days before event`` counts from: the cadence's own due date."""


class Desk(Struct, frozen=True):
    """What planning one account works with."""

    compiled: CompiledPlaybook
    evaluation: Evaluation
    findings: Findings
    history: History
    staffing: Staffing
    wording: Wording
    environment: Environment

    @property
    def snapshot(self) -> AccountSnapshot:
        """The account."""
        return self.findings.snapshot

    def bound(self, finding: RuleFinding) -> Environment:
        """The environment in which a rule's own record can be read."""
        if finding.record is None or finding.rule.collection is None:
            return self.environment
        return self.environment.binding(COLLECTIONS[finding.rule.collection].singular, finding.record)


class Start(Struct, frozen=True):
    """From what an occurrence's due times count: its name, the moment, and whether that moment may still move.

    ``event`` is the due day of a cadence with the way it shifts.
    """

    occurrence: str
    moment: datetime
    provisional: bool
    event: Occurrence | None = None


class Planned(Struct, frozen=True):
    """An action with what its message needs to know."""

    action: Action
    task: CompiledTask
    finding: RuleFinding


def actions_of(desk: Desk, finding: RuleFinding, start: Start, because: Because) -> Iterator[Planned]:
    """The actions a rule asks for in this occurrence, those done already left out."""
    for effect in finding.rule.effects:
        if effect.ends is not None and _holds(truth_node(effect.ends), desk, finding):
            continue
        done = _done(effect, desk, finding)
        for task in effect.tasks:
            if task.task.id not in done:
                action = _action(desk, finding, start, effect, task, done, because)
                if action is not None:
                    yield Planned(action, task, finding)


def _holds(node: Node, desk: Desk, finding: RuleFinding) -> bool:
    return evaluate(node, desk.bound(finding)) is True


def _done(effect: Effect, desk: Desk, finding: RuleFinding) -> frozenset[str]:
    """Tasks whose ``done_when`` data already shows."""
    return frozenset(
        task.task.id for task in effect.tasks if task.done is not None and _holds(truth_node(task.done), desk, finding)
    )


def identity(desk: Desk, finding: RuleFinding, play: str, task: str, occurrence: str) -> tuple[str, ...]:
    """The tuple an action is known by, over all runs (semantics 5.1)."""
    playbook = desk.compiled.playbook.manifest.id
    return playbook, finding.rule.address, play, task, desk.snapshot.id, finding.item or "", occurrence


def address_of(parts: tuple[str, ...]) -> str:
    """The identity as people read it: ``handbook/rules.complaint/conflict_3r.confirm/A-001/T-7/1``."""
    playbook, rule, play, task, account, item, occurrence = parts
    step = f"{play}.{task}" if play else task
    return "/".join((playbook, rule, step, account, item, occurrence))


def _action(
    desk: Desk, finding: RuleFinding, start: Start, effect: Effect, compiled: CompiledTask, done: frozenset[str], because: Because
) -> Action | None:  # fmt: skip
    task = compiled.task
    parts = identity(desk, finding, effect.play, task.id, start.occurrence)
    known = next((each for each in desk.history.actions if each.id == short_id(parts)), None)
    if known is not None and known.done:
        return None
    owner = desk.staffing.owner(task.owner or ("account_manager",), desk.snapshot.owners)
    due = _due(desk, finding, start, compiled, owner)
    title = desk.wording.line(compiled.titles, finding.rule.collection, finding.record, {"owner": owner_values(owner)})
    language = desk.wording.language
    waiting = tuple(need for need in task.needs if need not in done)
    as_of = desk.findings.run.as_of
    return Action(
        id=short_id(parts),
        address=address_of(parts),
        kind=task.kind,
        rule=finding.rule.address,
        play=effect.play or None,
        title=title or getattr(KINDS[task.kind], language, KINDS[task.kind].en),
        owner=owner,
        ours=task.ours,
        theirs=task.theirs,
        due=_written_due(due, compiled) if due else None,
        due_at=due.at if due else None,
        due_was=known.due_at if known and due and known.due_at != due.at else None,
        overdue=due is not None and due.at < as_of,
        provisional=start.provisional or (due is not None and due.provisional),
        priority=task.priority,
        effort=str(task.effort.duration) if task.effort and task.effort.duration else None,
        state=_state(known, due),
        status="waiting" if waiting else "open",
        needs=waiting,
        item=finding.item,
        source=task.source or finding.rule.entry.source,
        checklist=task.checklist.in_language(language) if task.checklist else (),
        options=tuple(Option(name, text.in_language(language)) for name, text in task.options.items()),
        grants=task.grants,
        escalation=tuple(_escalation(desk, compiled, owner, due)) if due else (),
        because=because,
    )


def owner_values(owner: Owner) -> dict[str, Any]:
    """What texts read of an owner."""
    return {"name": owner.name or owner.person or owner.role, "title": owner.role}


def _state(known: PlannedAction | None, due: due_dates.Due | None) -> Any:
    if known is None:
        return "new"
    return "unchanged" if known.due_at == (due.at if due else None) else "updated"


def _written_due(due: due_dates.Due, compiled: CompiledTask) -> str:
    """A clock deadline is an instant, any other a date."""
    written = compiled.task.due.length.duration if compiled.task.due else None
    clock = written is not None and written.unit in ("hours", "minutes", "working hours")
    return due.at.isoformat() if clock else due.date.isoformat()


def calendars_for(desk: Desk, task: Task, owner: Owner) -> due_dates.Calendars:
    """The calendars that must be open: the owner's, and for what happens with the customer the account's too."""
    compiled = desk.compiled
    person = desk.staffing.person(owner.person)
    own = compiled.calendars.get(person.hours, compiled.calendar) if person and person.hours else compiled.calendar
    theirs = desk.snapshot.profile.calendar
    if not KINDS[task.kind].with_customer or not isinstance(theirs, str):
        return (own,)
    other = compiled.calendars.get(theirs)
    if other is None:
        message = f"profile.calendar names `{theirs}`, which the playbook does not define"
        hint = f"known: {', '.join(sorted(compiled.calendars))}"
        raise AccountFailed(problem(codes.BAD_ACCOUNT, task.place, message, hint, desk.snapshot.id))
    return (own,) if other == own else (own, other)


def _due(desk: Desk, finding: RuleFinding, start: Start, compiled: CompiledTask, owner: Owner) -> due_dates.Due | None:
    """When a task is due, or none where nothing says so or its anchor is not known."""
    calendars = calendars_for(desk, compiled.task, owner)
    due = compiled.task.due
    if due is None:
        is_main = isinstance(finding.rule.entry, Cadence) and compiled.task.id == finding.rule.entry.id
        return (
            due_dates.deadline(calendars, start.event.day, shift=start.event.shift) if start.event and is_main else None
        )
    length = desk.evaluation.length(compiled.length)
    anchor = _anchor(desk, finding, start, compiled, calendars)
    if length is None or anchor is None:
        return None
    if due.side == "before":
        return due_dates.before(calendars, anchor, length)
    return due_dates.add(calendars, anchor, length)


def _anchor(
    desk: Desk, finding: RuleFinding, start: Start, compiled: CompiledTask, calendars: tuple[Calendar, ...]
) -> date | datetime | None:
    if compiled.task.due is not None and compiled.task.due.anchor == OPENING and start.event is not None:
        return due_dates.deadline(calendars, start.event.day, shift=start.event.shift).date
    if compiled.anchor is None:
        return start.moment
    value = evaluate(compiled.anchor, desk.bound(finding))
    return value if isinstance(value, date) else None


def _escalation(desk: Desk, compiled: CompiledTask, owner: Owner, due: due_dates.Due) -> Iterator[EscalationStep]:
    """Every step's first instant, counted from the due time in the owner's calendar."""
    calendars = calendars_for(desk, _at_desk(compiled.task), owner)
    for each in compiled.escalation:
        after = desk.evaluation.length(each.after)
        if after is not None:
            yield _step(desk, each, after, owner, due, calendars)


def _at_desk(task: Task) -> Task:
    return replace(task, kind="task")


def _step(
    desk: Desk, each: CompiledStep, after: Duration, owner: Owner, due: due_dates.Due, calendars: due_dates.Calendars
) -> EscalationStep:
    repeat = desk.evaluation.length(each.repeat)
    return EscalationStep(
        step=each.step.id,
        at=due_dates.add(calendars, due.at, after).at,
        notify=each.step.notify,
        person=_notified(desk, each.step.notify, owner),
        repeat=str(repeat) if repeat else None,
        at_most=each.step.at_most,
    )


def _notified(desk: Desk, notify: str, owner: Owner) -> str | None:
    if notify == "owner":
        return owner.person
    if notify == "manager of owner":
        return desk.staffing.manager_of(owner.person)
    return desk.staffing.owner((notify,), desk.snapshot.owners).person


def fallbacks(compiled: CompiledPlaybook) -> Mapping[str, str | None]:
    """Which role stands in for which: as the playbook says, else as built in."""
    return {**BUILT_IN_ROLES, **{name: role.else_ for name, role in compiled.playbook.roles.ours.items()}}
