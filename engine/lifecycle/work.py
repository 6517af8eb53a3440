"""``Work``: an action from the run that planned it to its end."""

from datetime import datetime
from typing import Final, Literal

from msgspec import Struct
from msgspec.structs import replace

from engine.planning.plan import PlaybookInput
from engine.planning.plan_work import Action, EndReason

Status = Literal["open", "acknowledged", "started", "finished", "cancelled", "closed"]
"""``finished`` and ``cancelled`` were said by a person; ``closed`` was found by a run, for a ``Reason``."""

LIVE: Final[frozenset[Status]] = frozenset({"open", "acknowledged", "started"})

Verdict = Literal["useful", "noise"]


class Told(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How far an escalation step has come: how many of its instants are past, and when somebody was told last.

    ``told_at`` is none where every instant passed while nothing ran and a higher step was told instead.
    """

    step: str
    instants: int
    told_at: datetime | None = None


class Work(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One action as the last plan has it, and what has become of it.

    ``playbook`` is the version that planned it first, ``play`` the digest of its play as that wrote it: a play that
    has started keeps its tasks (semantics 5.6).
    ``why`` is what a person said, ``reason`` why a run closed it. ``assignee`` stands where somebody handed it over,
    ``snoozed_until`` where somebody put it off. ``times_opened`` is above 1 where its episode was reopened.
    """

    action: Action
    playbook: PlaybookInput
    play: str | None = None
    status: Status = "open"
    opened_at: datetime
    changed_at: datetime
    times_opened: int = 1
    acknowledged_at: datetime | None = None
    started_at: datetime | None = None
    ended_at: datetime | None = None
    by: str | None = None
    reason: EndReason | None = None
    why: str | None = None
    verdict: Verdict | None = None
    assignee: str | None = None
    snoozed_until: datetime | None = None
    told: tuple[Told, ...] = ()

    @property
    def is_live(self) -> bool:
        """Whether it still waits to be done."""
        return self.status in LIVE

    @property
    def next_step_at(self) -> datetime | None:
        """The earliest instant of an escalation step that is not recorded yet; none while no clock runs.

        Clocks run for live work that waits for no other (spec 3.5).
        """
        if not self.is_live or self.action.needs:
            return None
        passed = self.passed
        coming = [instant for step in self.action.escalation for instant in step.instants[passed.get(step.step, 0) :]]
        return min(coming, default=None)

    @property
    def passed(self) -> dict[str, int]:
        """How many instants of each escalation step are recorded."""
        return {each.step: each.instants for each in self.told}

    def now_planned(self, action: Action, at: datetime) -> "Work":
        """The work once it is planned otherwise. A step that was moved is told anew where its new instants are to come
        after ``at``; one that the plan does not have for now keeps what was recorded of it."""
        before = {each.step: each.instants for each in self.action.escalation}
        now = {each.step: each.instants for each in action.escalation}
        kept = (_recorded(each, before.get(each.step), now.get(each.step), at) for each in self.told)
        return replace(self, action=action, told=tuple(each for each in kept if each.instants), changed_at=at)


def _recorded(told: Told, before: tuple[datetime, ...] | None, now: tuple[datetime, ...] | None, at: datetime) -> Told:
    if now is None or now == before:
        return told
    return replace(told, instants=min(told.instants, sum(each <= at for each in now)))
