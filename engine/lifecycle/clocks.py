"""Escalation clocks: work that is late climbs its escalation, but only while nobody acts (spec 3.5)."""

from collections.abc import Iterator
from datetime import datetime

from msgspec import Struct

from engine.lifecycle.events import Escalated
from engine.lifecycle.notices import Watch, notice
from engine.lifecycle.state import AccountState
from engine.lifecycle.work import Work
from engine.planning.plan_work import EscalationStep


class _Missed(Struct, frozen=True):
    """An instant of a step that is past and not recorded; ``place`` is the step's in its list, ``number`` its own."""

    place: int
    step: EscalationStep
    number: int
    due: datetime

    @property
    def reminds(self) -> bool:
        """Whether it only reminds: the owner, or somebody who was told before."""
        return self.number > 1 or self.step.notify == "owner"


def steps_due(state: AccountState, watch: Watch) -> tuple[Escalated, ...]:
    """What the clocks of an account say at a moment: every instant that is past and not recorded, by action and time.

    Of those an action missed at once only the highest step, the last of its list, is told; what is told no more, for
    somebody has seen the work, is recorded all the same. So the same instants are recorded however often this is asked,
    and asked again at the same moment it says nothing.
    """
    return tuple(each for name in sorted(state.work) for each in _of_work(state, state.work[name], watch))


def _of_work(state: AccountState, work: Work, watch: Watch) -> Iterator[Escalated]:
    missed = _missed(work, watch.now)
    owed = [each for each in missed if work.status == "open" or not each.reminds]
    highest = max(owed, key=lambda each: (each.place, each.number), default=None)
    for each in missed:
        told = notice(state, work, each.step, each.number, each.due, watch) if each is highest else None
        yield Escalated(
            at=watch.now, action=work.action.id, step=each.step.step, number=each.number, due=each.due, notice=told
        )


def _missed(work: Work, now: datetime) -> list[_Missed]:
    """The instants of live work that waits for no other, in the order of time."""
    if not work.is_live or work.action.needs:
        return []
    passed = work.passed
    found = [
        _Missed(place, step, number, due)
        for place, step in enumerate(work.action.escalation)
        for number, due in enumerate(step.instants, 1)
        if number > passed.get(step.step, 0) and due <= now
    ]
    return sorted(found, key=lambda each: (each.due, each.place))
