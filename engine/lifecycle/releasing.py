"""``released``: what waited for a task may begin once that is done, without waiting for the next plan."""

from collections.abc import Mapping, Set
from datetime import datetime

from msgspec.structs import replace

from engine.history.model import History
from engine.lifecycle.mail import UNSENT, Mail
from engine.lifecycle.state import AccountState
from engine.lifecycle.work import Work
from engine.planning.plan_work import Action


def released(state: AccountState, ended: Action, at: datetime) -> AccountState:
    """The state once ``ended`` keeps nothing waiting any more; messages of what is free now may go from ``at``."""
    work = {name: _without(each, ended, at) for name, each in state.work.items()}
    freed = {name for name, each in work.items() if each is not state.work[name] and not each.action.needs}
    return replace(state, work=work, mail=freed_mail(state.mail, freed, at, state.history))


def freed_mail(mail: Mapping[str, Mail], freed: Set[str], at: datetime, history: History) -> dict[str, Mail]:
    """The messages once some actions wait for no other: theirs may go from ``at``, to customers not before the action
    is due again that somebody put off."""
    quiet = {each.id: each.quiet_until for each in history.actions if each.quiet_until is not None}

    def freed_one(each: Mail) -> Mail:
        if each.message.action not in freed or each.next_at is not None or each.state not in ("drafted", "approved"):
            return each
        return held_until(replace(each, next_at=at), quiet.get(each.message.action))

    return {name: freed_one(each) for name, each in mail.items()}


def held_until(mail: Mail, until: datetime | None) -> Mail:
    """A message that goes to a customer not before an instant; one that waits for its action waits for that alone."""
    if until is None or mail.next_at is None or mail.message.to.contact is None or mail.state not in UNSENT:
        return mail
    return replace(mail, next_at=max(mail.next_at, until))


def _without(work: Work, ended: Action, at: datetime) -> Work:
    action = work.action
    if ended.task not in action.needs or not _together(action, ended):
        return work
    needs = tuple(each for each in action.needs if each != ended.task)
    status = action.status if needs else "open"
    return replace(work, action=replace(action, needs=needs, status=status), changed_at=at)


def _together(action: Action, other: Action) -> bool:
    """Whether both are tasks of one occurrence of one play."""
    here = (action.rule, action.play, action.item, action.occurrence)
    return here == (other.rule, other.play, other.item, other.occurrence)
