"""Firing rules → actions: identity, due time, owner, escalation (semantics 3.2–3.4, 5.1)."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any, Final

from msgspec import UNSET, Struct, field
from msgspec.structs import replace

from engine.calendars import due as due_dates
from engine.calendars.moments import zone
from engine.calendars.workdays import Calendar
from engine.compiling.compiled import CompiledPlaybook, CompiledTask
from engine.compiling.entries import BUILT_IN_ROLES
from engine.documents.shapes import place_in
from engine.evaluation.findings import Findings, RuleFinding
from engine.evaluation.in_run import Evaluation
from engine.evaluation.lengths import Length, length_for
from engine.foundation import codes
from engine.foundation.canonical import array_of, id_of_array
from engine.foundation.problems import AccountFailed, InputUnreadable, did_you_mean, problem
from engine.foundation.quantities import Duration
from engine.history.model import History, PlannedAction
from engine.matching.core import Node
from engine.matching.explained import Environment, evaluate, explain
from engine.matching.run import Value
from engine.planning.because import Because
from engine.planning.bringing import Bringing
from engine.planning.occurrences import Occurrence
from engine.planning.plan_work import Action, EscalationStep, Owner
from engine.planning.reasons import Reasons
from engine.planning.tasks import EffectInRun, StepInRun, TaskInRun, TaskName, TasksInRun
from engine.planning.team import Staffing, Team
from engine.planning.wording import Wording
from engine.snapshots.model import COLLECTIONS, AccountSnapshot, Record

MOST_REPEATS: Final = 50
"""How often a step of an escalation is told at the most, whatever ``at_most`` says."""
OPENING: Final = "event"
"""What ``5 working days before event`` counts from: the cadence's own due date."""


_NONE_DONE: Final = frozenset[str]()


class Desk(Struct, frozen=True):
    """What planning one account works with. ``known`` are the actions planned before, by id; ``bindings`` the
    environments of its records, ``owners`` who owns work, each found once."""

    compiled: CompiledPlaybook
    evaluation: Evaluation
    findings: Findings
    history: History
    staffing: Staffing
    wording: Wording
    environment: Environment
    reasons: Reasons
    tasks: TasksInRun
    known: Mapping[str, PlannedAction]
    bringing: Bringing
    bindings: dict[tuple[str, str], Environment] = field(default_factory=dict)
    owners: dict[tuple[tuple[str, ...], str | None], Owner] = field(default_factory=dict)

    @property
    def snapshot(self) -> AccountSnapshot:
        """The account."""
        return self.findings.snapshot

    def owner(self, roles: tuple[str, ...], assigned: str | None = None) -> Owner:
        """Who of us has work that is for the first of ``roles`` that somebody holds, as ``Staffing.owner`` says."""
        key = (roles, assigned)
        found = self.owners.get(key)
        if found is None:
            found = self.owners[key] = self.staffing.owner(roles, self.snapshot.owners, assigned)
        return found

    def bound(self, finding: RuleFinding) -> Environment:
        """The environment in which a rule's own record can be read."""
        return self.bound_to(finding.rule.collection, finding.record, delivered=finding.delivered)

    def bound_to(self, collection: str | None, record: Record | None, *, delivered: bool = True) -> Environment:
        """The environment in which a record can be read, that of the account where there is none."""
        if record is None or collection is None:
            return self.environment
        key = (collection, record.id)
        if key not in self.bindings:
            self.bindings[key] = self.environment.binding(COLLECTIONS[collection].singular, record, delivered=delivered)
        return self.bindings[key]


class Start(Struct, frozen=True):
    """From what an occurrence's due times count: its name, the moment, and whether that moment may still move.

    ``event`` is the due day of a cadence with the way it shifts, ``together`` the id of the action that what it is
    about is done with. ``is_late`` where the data dates it before the run before, which did not see it.
    """

    occurrence: str
    moment: datetime
    provisional: bool
    event: Occurrence | None = None
    together: str | None = None
    is_late: bool = False


class Identity(Struct, frozen=True):
    """What an action is known by over all runs (semantics 5.1): the tuple, its id, and the same as people read it,
    ``handbook/rules.complaint/conflict_3r.confirm/A-001/T-7/1``."""

    parts: tuple[str, ...]
    id: str
    address: str

    @property
    def occurrence(self) -> str:
        """The name of the occurrence."""
        return self.parts[-1]


class Ending(Struct, frozen=True):
    """How the identities of all tasks of one occurrence end: account, item (or empty), occurrence; as their array and
    their addresses end."""

    parts: tuple[str, str, str]
    array: bytes
    written: str


def ending(desk: Desk, finding: RuleFinding, occurrence: str) -> Ending:
    """How the identities of an occurrence of a rule end."""
    parts = (desk.snapshot.id, finding.item or "", occurrence)
    return Ending(parts, array_of(parts)[1:], "/".join(("", *parts)))


def identity(name: TaskName, end: Ending) -> Identity:
    """The identity of a task of a rule in one occurrence."""
    return Identity((*name.parts, *end.parts), id_of_array(name.array + end.array), name.written + end.written)


class Planned(Struct, frozen=True):
    """An action with what its message needs to know (``task`` is none where it sends nothing), and the data that is
    missing for its due time."""

    action: Action
    identity: Identity
    task: CompiledTask | None
    finding: RuleFinding
    lacks: tuple[str, ...] = ()


class Finished(Struct, frozen=True):
    """A task of an occurrence that is done, or whose play has ended: it is not asked for again."""

    identity: Identity
    finding: RuleFinding


def actions_of(desk: Desk, finding: RuleFinding, start: Start, because: Because) -> list[Planned | Finished]:
    """The tasks a rule asks for in this occurrence: as actions, or as finished."""
    found: list[Planned | Finished] = []
    end = ending(desk, finding, start.occurrence)
    for effect in desk.tasks.of(finding.rule):
        names = {task.id: identity(task.name, end) for task in effect.tasks}
        done = _done(effect, names, desk, finding)
        for task in effect.tasks:
            name = names[task.id]
            if task.id in done:
                found.append(Finished(name, finding))
            else:
                found.append(_planned(desk, finding, start, task, name, done, because))
    return found


def _holds(node: Node, desk: Desk, finding: RuleFinding) -> bool:
    return evaluate(node, desk.bound(finding)) is True


def _done(effect: EffectInRun, names: Mapping[str, Identity], desk: Desk, finding: RuleFinding) -> frozenset[str]:
    """Tasks that were finished before, whose ``done_when`` the data shows, or whose play has ended."""
    if not effect.closes and not desk.known:
        return _NONE_DONE
    if effect.ends is not None and _holds(effect.ends, desk, finding):
        return frozenset(names)
    before = [name for name, each in names.items() if each.id in desk.known and desk.known[each.id].done]
    shown = [each.id for each in effect.tasks if each.done is not None and _holds(each.done, desk, finding)]
    return frozenset(before + shown)


def _planned(
    desk: Desk,
    finding: RuleFinding,
    start: Start,
    task: TaskInRun,
    name: Identity,
    done: frozenset[str],
    because: Because,
) -> Planned:
    known = desk.known.get(name.id)
    owner = desk.owner(task.roles, known.person if known else None)
    try:
        timing = _put_off(_timing(desk, finding, start, task, owner, known), desk, owner, known)
        action = _action(desk, finding, start, task, name, owner, done, because, timing)
    except ValueError as error:
        # A date of the account's data that leads beyond all calendars.
        message = f"`{name.address}` can't be given a due time: {error}"
        place = task.compiled.task.place
        raise AccountFailed(problem(codes.BAD_ACCOUNT, place, message, None, desk.snapshot.id)) from None
    return Planned(action, name, task.compiled, finding, timing.lacks)


def _action(
    desk: Desk,
    finding: RuleFinding,
    start: Start,
    prepared: TaskInRun,
    name: Identity,
    owner: Owner,
    done: frozenset[str],
    because: Because,
    timing: "Timing",
) -> Action:
    task, due = prepared.compiled.task, timing.due
    known = desk.known.get(name.id)
    waiting = tuple([need for need in task.needs if need not in done])
    return Action(
        id=name.id,
        address=name.address,
        kind=task.kind,
        rule=finding.rule.address,
        play=prepared.compiled.play or None,
        task=task.id,
        occurrence=name.occurrence,
        title=prepared.title if prepared.title is not None else _title(desk, finding, prepared, owner),
        owner=owner,
        ours=task.ours,
        theirs=task.theirs,
        due=timing.written,
        due_at=due.at if due else None,
        due_was=known.due_at if known and due and known.due_at != due.at else timing.was,
        overdue=due is not None and due.at < desk.findings.run.as_of,
        provisional=start.provisional or (due is not None and due.provisional),
        priority=task.priority,
        effort=prepared.effort,
        state=_state(known, due),
        reason="late-record" if start.is_late and known is None else None,
        status="waiting" if waiting else "open",
        needs=waiting,
        together=start.together if prepared.is_event else None,
        confirm_by=task.confirm_by,
        item=finding.item,
        source=prepared.source,
        checklist=prepared.checklist,
        options=prepared.options,
        grants=task.grants,
        bring=desk.bringing.brings(task.theirs, task.attach, desk.wording.language),
        escalation=_escalation(desk, prepared, owner, due) if due and prepared.steps else (),
        because=because,
    )


def _title(desk: Desk, finding: RuleFinding, prepared: TaskInRun, owner: Owner) -> str:
    filled = desk.wording.line(prepared.compiled.titles, finding.rule.collection, finding.record, owner)
    return filled or prepared.kind_title


def _state(known: PlannedAction | None, due: due_dates.Due | None) -> Any:
    if known is None:
        return "new"
    return "unchanged" if known.due_at == (due.at if due else None) else "updated"


def calendars_for(desk: Desk, task: TaskInRun, owner: Owner) -> due_dates.Calendars:
    """The calendars that must be open: the owner's, and for what happens with the customer the account's too."""
    compiled = desk.compiled
    own = own_calendar(compiled, desk.staffing, owner)
    theirs = desk.snapshot.profile.calendar
    if not task.with_customer or not isinstance(theirs, str):
        return (own,)
    other = compiled.calendars.get(theirs)
    if other is None:
        message = f"profile.calendar names `{theirs}`, which the playbook does not define"
        hint = f"known: {', '.join(sorted(compiled.calendars))}"
        place = task.compiled.task.place
        raise AccountFailed(problem(codes.BAD_ACCOUNT, place, message, hint, desk.snapshot.id))
    return (own,) if other == own else (own, other)


def own_calendar(compiled: CompiledPlaybook, staffing: Staffing, owner: Owner) -> Calendar:
    """The calendar that an owner works by."""
    person = staffing.person(owner.person)
    return compiled.calendars.get(person.hours, compiled.calendar) if person and person.hours else compiled.calendar


class Timing(Struct, frozen=True):
    """When a task is due, if anything says so, and the data without which that can't be said.

    A deadline in hours is written as an instant, any other as a date. ``was`` is when it would be due had nobody put it
    off.
    """

    due: due_dates.Due | None
    in_hours: bool = False
    lacks: tuple[str, ...] = ()
    was: datetime | None = None

    @property
    def written(self) -> str | None:
        """The due time as the plan writes it."""
        if self.due is None:
            return None
        return self.due.at.isoformat() if self.in_hours else self.due.date.isoformat()


def _timing(
    desk: Desk, finding: RuleFinding, start: Start, task: TaskInRun, owner: Owner, known: PlannedAction | None
) -> Timing:
    compiled, due = task.compiled, task.compiled.task.due
    calendars = calendars_for(desk, task, owner)
    if due is None:
        if start.event is None or not task.is_event:
            return Timing(None)
        return Timing(due_dates.deadline(calendars, start.event.day, shift=start.event.shift))
    environment = desk.bound(finding)
    length = task.length if task.length is not UNSET else length_for(environment, compiled.length)
    anchor = _anchor(environment, start, compiled, calendars)
    if length is UNSET or anchor is UNSET:
        missing = [explain(each, environment).missing for each in (compiled.length, compiled.anchor) if each]
        return Timing(_as_planned(known, desk), _in_hours(length), tuple(path for each in missing for path in each))
    if not isinstance(length, Duration) or not isinstance(anchor, date):
        return Timing(None)
    count = due_dates.before if due.side == "before" else due_dates.add
    return Timing(count(calendars, anchor, length), _in_hours(length))


def _in_hours(length: object) -> bool:
    return isinstance(length, Duration) and length.unit in ("hours", "minutes", "working hours")


def _put_off(timing: Timing, desk: Desk, owner: Owner, known: PlannedAction | None) -> Timing:
    """What a person put off is due when they said, unless what it counts from makes it due later still (spec 3.6)."""
    until = known.snoozed_until if known is not None else None
    if until is None or timing.due is None or timing.due.at >= until:
        return timing
    local = until.astimezone(zone(own_calendar(desk.compiled, desk.staffing, owner).timezone))
    return replace(timing, due=due_dates.Due(local, local.date(), provisional=False), was=timing.due.at)


def _as_planned(known: PlannedAction | None, desk: Desk) -> due_dates.Due | None:
    """The due time as it was planned before: missing data does not move it."""
    if known is None or known.due_at is None:
        return None
    local = known.due_at.astimezone(desk.findings.run.zone)
    return due_dates.Due(local, local.date(), provisional=True)


def _anchor(environment: Environment, start: Start, compiled: CompiledTask, calendars: tuple[Calendar, ...]) -> Value:
    if compiled.task.due is not None and compiled.task.due.anchor == OPENING and start.event is not None:
        return due_dates.deadline(calendars, start.event.day, shift=start.event.shift).date
    return start.moment if compiled.anchor is None else evaluate(compiled.anchor, environment)


def _escalation(desk: Desk, task: TaskInRun, owner: Owner, due: due_dates.Due) -> tuple[EscalationStep, ...]:
    """Every step's first instant, counted from the due time in the owner's calendar; none for a step whose length is
    not in force."""
    calendars = (own_calendar(desk.compiled, desk.staffing, owner),)
    persons = tuple([_notified(desk, each.compiled.step.notify, owner) for each in task.steps])
    if not task.steps_are_settled:
        return _steps(desk, task, persons, due, calendars)
    # Accounts share most due times, owners and tasks.
    key = (task.name.written, due.at, due.at.fold, calendars, persons)
    known = desk.tasks.escalations.get(key)
    if known is None:
        known = desk.tasks.remember(key, _steps(desk, task, persons, due, calendars))
    return known


def _steps(
    desk: Desk, task: TaskInRun, persons: tuple[str | None, ...], due: due_dates.Due, calendars: due_dates.Calendars
) -> tuple[EscalationStep, ...]:
    steps = [(each, _length(desk, each.after, each.compiled.after)) for each in task.steps]
    told = zip(steps, persons, strict=True)
    return tuple(
        [_step(desk, each, after, person, due, calendars) for (each, after), person in told if after is not None]
    )


def _step(
    desk: Desk, each: StepInRun, after: Duration, person: str | None, due: due_dates.Due,
    calendars: due_dates.Calendars,
) -> EscalationStep:  # fmt: skip
    step = each.compiled.step
    repeat = _length(desk, each.repeat, each.compiled.repeat)
    at, *again = step_instants(calendars, due.at, after, repeat, step.at_most)
    return EscalationStep(
        step=step.id,
        at=at,
        after=each.after_written if after is each.after else str(after),
        notify=step.notify,
        person=person,
        name=desk.staffing.name_of(person),
        repeat=each.repeat_written if repeat is each.repeat else str(repeat),
        at_most=step.at_most,
        again=tuple(again),
    )


def step_instants(
    calendars: due_dates.Calendars, due_at: datetime, after: Duration, repeat: Duration | None, at_most: int
) -> Iterator[datetime]:
    """When a step of an escalation is told: ``after`` the due time, then every ``repeat``, ``at_most`` times in all."""
    at = due_dates.add(calendars, due_at, after).at
    yield at
    for _ in range(min(at_most, MOST_REPEATS) - 1):
        if repeat is None:
            return
        at = due_dates.add(calendars, at, repeat).at
        yield at


def _length(desk: Desk, in_run: Length, node: Node | None) -> Duration | None:
    """The duration that ``node`` stands for: as the run has it, else as the account does."""
    found = in_run if in_run is not UNSET else length_for(desk.environment, node)
    return found if isinstance(found, Duration) else None


def _notified(desk: Desk, notify: str, owner: Owner) -> str | None:
    if notify == "owner":
        return owner.person
    if notify == "manager of owner":
        return desk.staffing.manager_of(owner.person)
    return desk.owner((notify,)).person


def check_hours(team: Team, compiled: CompiledPlaybook) -> None:
    """Raises ``InputUnreadable`` where somebody of the team works by a calendar that the playbook does not define."""
    calendars = compiled.calendars
    unknown = [each for each in team.people.values() if each.hours is not None and each.hours not in calendars]
    if unknown:
        raise InputUnreadable(
            problem(
                codes.BAD_TEAM,
                place_in(each, "hours"),
                f"`hours: {each.hours}` of {each.id} is no calendar of the playbook",
                did_you_mean(str(each.hours), calendars),
            )
            for each in unknown
        )


def fallbacks(compiled: CompiledPlaybook) -> Mapping[str, str | None]:
    """Which role stands in for which: as the playbook says, else as built in."""
    return {**BUILT_IN_ROLES, **{name: role.else_ for name, role in compiled.playbook.roles.ours.items()}}
