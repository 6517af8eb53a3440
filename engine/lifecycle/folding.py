"""``after``: the state of an account once an event has happened. Every table of the ledger is this, written down."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final, TypeVar

from msgspec.structs import replace

from engine.history.model import History, PlannedAction
from engine.lifecycle import events
from engine.lifecycle.mail import ESCALATION, SETTLED, UNSENT, Mail
from engine.lifecycle.releasing import freed_mail, held_until, released
from engine.lifecycle.state import AccountState
from engine.lifecycle.work import Told, Work
from engine.planning.plan_messages import Message
from engine.planning.plan_work import Action

_E = TypeVar("_E", bound=events.Event)
_Meaning = Callable[[AccountState, Any], AccountState]
_MEANINGS: Final[dict[type[events.Event], _Meaning]] = {}


def _means(kind: type[_E]) -> Callable[[Callable[[AccountState, _E], AccountState]], _Meaning]:
    def register(meaning: Callable[[AccountState, _E], AccountState]) -> _Meaning:
        _MEANINGS[kind] = meaning
        return meaning

    return register


def after(state: AccountState, event: events.AccountEvent) -> AccountState:
    """The state once ``event`` has happened.

    An event about work or a message that the state does not have (any more) changes nothing but the version: what a
    person says of work that a run has just closed does no harm. A plan lets go of what can't come up again.
    """
    happened = at_once(state, event)
    return tidied(happened) if isinstance(event, events.Planned) else happened


def at_once(state: AccountState, event: events.AccountEvent) -> AccountState:
    """The state as ``event`` makes it, with all that it still had."""
    return replace(_MEANINGS[type(event)](state, event), version=state.version + 1)


def tidied(state: AccountState) -> AccountState:
    """The state without work that has ended and that the history no longer knows, and without its settled messages."""
    known = {each.id for each in state.history.actions}
    work = {name: each for name, each in state.work.items() if each.is_live or name in known}
    mail = {name: each for name, each in state.mail.items() if each.state not in SETTLED or each.message.action in work}
    return replace(state, work=work, mail=mail)


# -- plans ------------------------------------------------------------------------------------------


@_means(events.Planned)
def _planned(state: AccountState, event: events.Planned) -> AccountState:
    work = {event.renamed.get(name, name): _work_renamed(each, event.renamed) for name, each in state.work.items()}
    for action in event.opened:
        work[action.id] = _opened(work.get(action.id), action, event)
    for action in event.updated:
        if action.id in work:
            work[action.id] = work[action.id].now_planned(action, event.at)
    for closing in event.closed:
        if closing.action in work:
            closed = replace(work[closing.action], status="closed", reason=closing.reason)
            work[closing.action] = replace(closed, ended_at=event.at, changed_at=event.at, by=event.by)
    mail = {event.renamed.get(name, name): _mail_renamed(each, event.renamed) for name, each in state.mail.items()}
    reopened = {each.id for each in event.opened}
    for message in event.drafted:
        earlier = mail.get(message.id)
        taken_back = earlier is not None and earlier.state == "withdrawn" and message.action in reopened
        mail[message.id] = _drafted(None if taken_back else earlier, message, event.at)
    freed = {each.id for each in event.updated if not each.needs}
    mail = freed_mail(mail, freed, event.at, event.history)
    for withdrawal in event.withdrawn:
        if withdrawal.message in mail:
            mail[withdrawal.message] = _withdrawn(mail[withdrawal.message], withdrawal.why, event.at)
    return replace(
        state,
        name=event.name or state.name,
        history=event.history,
        planned_at=event.at,
        plan=event.plan,
        work=work,
        mail=mail,
        reach=state.reach if event.reach is None else {each.contact: each for each in event.reach},
    )


def _opened(known: Work | None, action: Action, event: events.Planned) -> Work:
    """New work; what comes up again, its episode reopened, goes on with the escalation that was recorded."""
    play = event.plays.get(action.play or "")
    opened = Work(action=action, playbook=event.playbook, play=play, opened_at=event.at, changed_at=event.at)
    if known is None:
        return opened
    told = known.now_planned(action, event.at).told
    return replace(opened, times_opened=known.times_opened + 1, told=told)


def _work_renamed(work: Work, renamed: Mapping[str, str]) -> Work:
    name = renamed.get(work.action.id)
    return work if name is None else replace(work, action=replace(work.action, id=name))


def _mail_renamed(mail: Mail, renamed: Mapping[str, str]) -> Mail:
    name, action = (renamed.get(each, each) for each in (mail.message.id, mail.message.action))
    if (name, action) == (mail.message.id, mail.message.action):
        return mail
    return replace(mail, message=replace(mail.message, id=name, action=action))


def _drafted(known: Mail | None, message: Message, at: datetime) -> Mail:
    """A new draft, also of what was taken back with its action. What was approved, is on its way or has gone stays as
    it is: nobody gets the same message twice."""
    if known is None or known.state == "withdrawn":
        return Mail(message=message, drafted_at=at, changed_at=at, next_at=message.send_after)
    if known.state != "drafted":
        return known
    return replace(known, message=message, changed_at=at, next_at=message.send_after)


# -- what people say of work ------------------------------------------------------------------------


def _with_work(state: AccountState, action: str, at: datetime, /, **changes: Any) -> AccountState:
    known = state.work.get(action)
    if known is None or not known.is_live:
        return state
    return replace(state, work=state.work | {action: replace(known, changed_at=at, **changes)})


def _remembered(history: History, action: str, /, **changes: Any) -> History:
    """The history with what a person said of an action: the next plan goes by it."""

    def changed(each: PlannedAction) -> PlannedAction:
        return replace(each, **changes) if each.id == action else each

    return replace(history, actions=tuple(changed(each) for each in history.actions))


@_means(events.Acknowledged)
def _acknowledged(state: AccountState, event: events.Acknowledged) -> AccountState:
    known = state.work.get(event.action)
    if known is None or known.status != "open":
        return state
    return _with_work(state, event.action, event.at, status="acknowledged", acknowledged_at=event.at, by=event.by)


@_means(events.Started)
def _started(state: AccountState, event: events.Started) -> AccountState:
    return _with_work(state, event.action, event.at, status="started", started_at=event.at, by=event.by)


@_means(events.Finished)
def _finished(state: AccountState, event: events.Finished) -> AccountState:
    return _ended(state, event.action, event.at, status="finished", by=event.by, verdict=event.verdict, why=event.why)


@_means(events.Cancelled)
def _cancelled(state: AccountState, event: events.Cancelled) -> AccountState:
    return _ended(state, event.action, event.at, status="cancelled", by=event.by, why=event.why)


def _ended(state: AccountState, action: str, at: datetime, /, **changes: Any) -> AccountState:
    known = state.work.get(action)
    if known is None or not known.is_live:
        return state
    ended = _with_work(state, action, at, ended_at=at, **changes)
    cancelled = changes["status"] == "cancelled"
    history = _remembered(ended.history, action, done=True, cancelled=cancelled, done_at=at)
    taken_back = _without_unsent(ended, {action}, f"action {changes['status']}", at, only_notices=not cancelled)
    return released(replace(taken_back, history=history), known.action, at)


def _without_unsent(
    state: AccountState, actions: set[str], why: str, at: datetime, *, only_notices: bool
) -> AccountState:
    """The state with the unsent messages of actions taken back, or only those that tell that they are late."""
    mail = {
        name: _withdrawn(each, why, at)
        if each.message.action in actions and (not only_notices or each.message.content == ESCALATION)
        else each
        for name, each in state.mail.items()
    }
    return replace(state, mail=mail)


@_means(events.Snoozed)
def _snoozed(state: AccountState, event: events.Snoozed) -> AccountState:
    snoozed = _with_work(state, event.action, event.at, snoozed_until=event.until, why=event.why, by=event.by)
    history = snoozed.history
    work = dict(snoozed.work)
    for action in event.moved:
        if action.id in snoozed.live:
            work[action.id] = work[action.id].now_planned(action, event.at)
            history = _remembered(history, action.id, due_at=action.due_at, snoozed_until=action.due_at)
    moved = {each.id: each.due_at for each in event.moved}
    told = _without_unsent(snoozed, {*moved}, "action snoozed", event.at, only_notices=True)
    until = moved.get(event.action) if event.action in snoozed.live else None
    if until is not None:
        history = _remembered(history, event.action, quiet_until=until)
    mail = {
        name: held_until(each, until) if each.message.action == event.action else each
        for name, each in told.mail.items()
    }
    return replace(told, work=work, mail=mail, history=history)


@_means(events.Reassigned)
def _reassigned(state: AccountState, event: events.Reassigned) -> AccountState:
    known = state.work.get(event.action)
    if known is None or not known.is_live:
        return state
    owner = replace(known.action.owner, person=event.person, name=event.name)
    action = replace(known.action, owner=owner)
    changed = _with_work(state, event.action, event.at, assignee=event.person, action=action, why=event.why)
    return replace(changed, history=_remembered(changed.history, event.action, person=event.person))


@_means(events.Escalated)
def _escalated(state: AccountState, event: events.Escalated) -> AccountState:
    known = state.work.get(event.action)
    if known is None or not known.is_live:
        return state
    before = next((each for each in known.told if each.step == event.step), Told(step=event.step, instants=0))
    told_at = event.at if event.notice is not None else before.told_at
    now = replace(before, instants=max(before.instants, event.number), told_at=told_at)
    others = tuple(each for each in known.told if each.step != event.step)
    changed = replace(state, work=state.work | {event.action: replace(known, told=(*others, now))})
    if event.notice is None:
        return changed
    notice = _drafted(changed.mail.get(event.notice.id), event.notice, event.at)
    return replace(changed, mail=changed.mail | {event.notice.id: notice})


# -- messages ---------------------------------------------------------------------------------------


def _with_mail(state: AccountState, message: str, at: datetime, /, **changes: Any) -> AccountState:
    known = state.mail.get(message)
    if known is None:
        return state
    return replace(state, mail=state.mail | {message: replace(known, changed_at=at, **changes)})


def _withdrawn(mail: Mail, why: str, at: datetime) -> Mail:
    return replace(mail, state="withdrawn", why=why, changed_at=at) if mail.state in UNSENT else mail


@_means(events.Approved)
def _approved(state: AccountState, event: events.Approved) -> AccountState:
    known = state.mail.get(event.message)
    if known is None or known.state != "drafted":
        return state
    approval = {"approved_digest": event.digest, "approved_by": event.by}
    return _with_mail(state, event.message, event.at, state="approved", **approval)


@_means(events.Withdrawn)
def _taken_back(state: AccountState, event: events.Withdrawn) -> AccountState:
    known = state.mail.get(event.message)
    if known is None:
        return state
    return replace(state, mail=state.mail | {event.message: _withdrawn(known, event.why, event.at)})


@_means(events.Postponed)
def _postponed(state: AccountState, event: events.Postponed) -> AccountState:
    known = state.mail.get(event.message)
    if known is None or known.state not in UNSENT:
        return state
    return _with_mail(state, event.message, event.at, next_at=event.until, why=event.why)


@_means(events.Sending)
def _sending(state: AccountState, event: events.Sending) -> AccountState:
    return _with_mail(state, event.message, event.at, state="sending", attempts=event.attempt, why=None)


@_means(events.Sent)
def _sent(state: AccountState, event: events.Sent) -> AccountState:
    return _with_mail(
        state, event.message, event.at, state="sent", sent_at=event.at, receipt=event.receipt, error=None, next_at=None
    )


@_means(events.Failed)
def _failed(state: AccountState, event: events.Failed) -> AccountState:
    outcome = "dead" if event.retry_at is None else "failed"
    return _with_mail(state, event.message, event.at, state=outcome, error=event.error, next_at=event.retry_at)


@_means(events.InDoubt)
def _in_doubt(state: AccountState, event: events.InDoubt) -> AccountState:
    return _with_mail(state, event.message, event.at, state="in_doubt", error=event.why)


@_means(events.Resolved)
def _resolved(state: AccountState, event: events.Resolved) -> AccountState:
    known = state.mail.get(event.message)
    if known is None or known.state not in ("in_doubt", "dead"):
        return state
    match event.outcome:
        case "sent":
            return _with_mail(state, event.message, event.at, state="sent", sent_at=event.at, why=event.why)
        case "again":
            return _with_mail(state, event.message, event.at, state="failed", next_at=event.at, why=event.why)
        case "dropped":
            return _with_mail(state, event.message, event.at, state="withdrawn", why=event.why)


# -- overrides --------------------------------------------------------------------------------------


@_means(events.Overrode)
def _overrode(state: AccountState, event: events.Overrode) -> AccountState:
    return _with_overrides(state, event.override.address, event.override.item, (event.override,))


@_means(events.OverrideEnded)
def _override_ended(state: AccountState, event: events.OverrideEnded) -> AccountState:
    return _with_overrides(state, event.address, event.item, ())


def _with_overrides(state: AccountState, address: str, item: str | None, now: tuple[Any, ...]) -> AccountState:
    kept = tuple(each for each in state.history.overrides if (each.address, each.item) != (address, item))
    return replace(state, history=replace(state.history, overrides=(*kept, *now)))
