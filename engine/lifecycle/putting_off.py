"""Putting work off: when it and what needs it are due then, and when their escalation is told (spec 3.6)."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime

from msgspec import Struct
from msgspec.structs import replace

from engine.calendars import due as due_dates
from engine.calendars.moments import aware, local_date, zone
from engine.calendars.workdays import Calendar
from engine.compiling.compiled import CompiledPlaybook, CompiledTask
from engine.foundation.quantities import Duration, Unit, parse_duration
from engine.language.kinds import KINDS
from engine.lifecycle.work import Work
from engine.matching import core
from engine.planning.actions import fallbacks, own_calendar, step_instants
from engine.planning.plan_work import Action, EscalationStep
from engine.planning.team import Staffing, Team


class Office(Struct, frozen=True):
    """What due times are counted with: the playbook that planned the work, our people on that day, and the calendar
    that the account keeps (none: that of the playbook)."""

    compiled: CompiledPlaybook
    staffing: Staffing
    today: date
    theirs: Calendar | None = None

    @classmethod
    def on(cls, compiled: CompiledPlaybook, team: Team, now: datetime, theirs: str | None = None) -> "Office":
        """The office at a moment; a calendar of the account that the playbook does not define counts for nothing."""
        today = local_date(now, compiled.calendar.timezone)
        staffing = Staffing(team, fallbacks(compiled), today)
        return cls(compiled, staffing, today, compiled.calendars.get(theirs) if theirs else None)


def put_off(
    work: Mapping[str, Work], action_id: str, until: date | datetime, now: datetime, office: Office
) -> tuple[Action, ...]:
    """An action due at ``until`` rather than when it is, and those that need it as long after it as they were.

    A date means its closing time, or that of the next open day. What counts from a date of its own stays where it is.
    Nothing moves where the action is due then anyhow. ``ValueError`` says in plain words why it can't be: the action
    has no due time, or ``until`` is not later.
    """
    action = work[action_id].action
    if action.due_at is None:
        raise ValueError("it has no due time that could be put off")
    due = _due(until, _calendars(action, office))
    if due.at <= now:
        raise ValueError(f"{due.at.isoformat()} is past")
    if due.at == action.due_at:
        return ()
    if due.at < action.due_at:
        raise ValueError(f"it is not due before {action.due_at.isoformat()} anyhow; say a later day")
    first = _moved(action, due, office)
    return (first, *_following(work, action, due.at, office))


def _due(until: date | datetime, calendars: due_dates.Calendars) -> due_dates.Due:
    if not isinstance(until, datetime):
        return due_dates.deadline(calendars, until)
    local = aware(until).astimezone(zone(calendars[0].timezone))
    return due_dates.Due(local, local.date(), provisional=False)


def _following(work: Mapping[str, Work], action: Action, moved: datetime, office: Office) -> Iterator[Action]:
    """What needs the action, itself or by way of others, in the order of their tasks' ids."""
    for each in sorted(_dependants(work, action), key=lambda each: each.task):
        unit = _unit(each, office)
        if each.due_at is not None and action.due_at is not None and unit is not None:
            calendars = _calendars(each, office)
            yield _moved(each, due_dates.carried(calendars, action.due_at, each.due_at, moved, unit), office)


def _dependants(work: Mapping[str, Work], action: Action) -> list[Action]:
    together = [each.action for each in work.values() if each.is_live and _turn(each.action) == _turn(action)]
    found: dict[str, Action] = {}
    waited_for = {action.task}
    while True:
        more = {each.task: each for each in together if each.task not in found and waited_for & set(each.needs)}
        if not more:
            return list(found.values())
        found |= more
        waited_for = set(more)


def _turn(action: Action) -> tuple[str, str | None, str | None, str]:
    return action.rule, action.play, action.item, action.occurrence


def _moved(action: Action, due: due_dates.Due, office: Office) -> Action:
    """The action due at another time, its escalation counted anew in the owner's calendar."""
    calendars = (own_calendar(office.compiled, office.staffing, action.owner),)
    return replace(
        action,
        due=due.at.isoformat() if _is_in_hours(action) else due.date.isoformat(),
        due_at=due.at,
        due_was=action.due_at,
        overdue=False,
        provisional=due.provisional,
        state="updated",
        escalation=tuple(_rescheduled(each, due.at, calendars) for each in action.escalation),
    )


def _rescheduled(step: EscalationStep, due_at: datetime, calendars: due_dates.Calendars) -> EscalationStep:
    after, repeat = parse_duration(step.after), parse_duration(step.repeat) if step.repeat else None
    if after is None:
        return step
    at, *again = step_instants(calendars, due_at, after, repeat, step.at_most)
    return replace(step, at=at, again=tuple(again))


def _calendars(action: Action, office: Office) -> due_dates.Calendars:
    """The owner's calendar, and for what takes place with the customer the account's too."""
    own = own_calendar(office.compiled, office.staffing, action.owner)
    theirs = office.theirs
    if theirs is None or theirs == own or not KINDS[action.kind].with_customer:
        return (own,)
    return (own, theirs)


def _unit(action: Action, office: Office) -> Unit | None:
    """The unit in which the task's due time counts from the start of its occurrence; none where it does not."""
    task = _task(action, office.compiled)
    if task is not None and task.task.due is not None:
        if task.anchor is not None or task.task.due.side == "before":
            return None
        length = _length(task.length, office)
        if length is not None:
            return length.unit
    return "hours" if _is_in_hours(action) else "days"


def _is_in_hours(action: Action) -> bool:
    return action.due is not None and "T" in action.due


def _task(action: Action, compiled: CompiledPlaybook) -> CompiledTask | None:
    """The task as the playbook has it, if it still does."""
    effects = (effect for rule in compiled.rules if rule.address == action.rule for effect in rule.effects)
    tasks = (task for effect in effects if effect.play == (action.play or "") for task in effect.tasks)
    return next((each for each in tasks if each.task.id == action.task), None)


def _length(node: core.Node | None, office: Office) -> Duration | None:
    """The duration that a node stands for today, where that is the same for every account."""
    found: object = getattr(node, "value", None)
    if isinstance(node, core.Parameter) and node.name in office.compiled.bindings:
        found = office.compiled.bindings[node.name].on(office.today)
    return found if isinstance(found, Duration) else None
