"""``released``: what waited for a task may begin once that is done, without waiting for the next plan."""

from datetime import datetime

from msgspec.structs import replace

from engine.lifecycle.mail import Mail
from engine.lifecycle.state import AccountState
from engine.lifecycle.work import Work
from engine.planning.plan import Action


def released(state: AccountState, ended: Action, at: datetime) -> AccountState:
    """The state once ``ended`` keeps nothing waiting any more; messages of what is free now may go from ``at``."""
    work = {name: _without(each, ended, at) for name, each in state.work.items()}
    freed = {name for name, each in work.items() if each is not state.work[name] and not each.action.needs}
    mail = {name: may_go_from(each, at) if each.message.action in freed else each for name, each in state.mail.items()}
    return replace(state, work=work, mail=mail)


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


def may_go_from(mail: Mail, at: datetime) -> Mail:
    """A message that waited for its action's release."""
    return replace(mail, next_at=at) if mail.next_at is None and mail.state in ("drafted", "approved") else mail
