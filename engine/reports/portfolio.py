"""What all plans of a run come to: lights by class, work by owner and week, what is overdue; kept small per account."""

from collections import Counter
from datetime import date, datetime, timedelta
from typing import Final

from msgspec import Struct

from engine.evaluation.findings import LIGHTS, Light
from engine.planning.plan import ActionPlan
from engine.planning.plan_work import Action
from engine.reports.labels import Labels, due_text, next_due

WEEKS: Final = 4
"""Weeks that have a column of their own, this one the first."""

_WEEK: Final = timedelta(weeks=1)
"""What is due within it, counted from the moment of the plans, is the work of the week."""

_OVERDUE, _LATER, _UNDATED = 0, WEEKS + 1, WEEKS + 2


class AccountLine(Struct, frozen=True):
    """An account in the list of all."""

    anchor: str
    id: str
    name: str
    light: str
    notes: str
    segment: str
    actions: int
    overdue: int
    next_due: date | None


class WorkLine(Struct, frozen=True, order=True):
    """An action that is overdue or due within a week, and why it is to be done; the first due comes first."""

    due: str
    account: str
    task: str
    owner: str
    anchor: str
    kind: str
    why: str
    overdue: bool


class Person(Struct, frozen=True):
    """Somebody's work of the week."""

    name: str
    work: tuple[WorkLine, ...]


class Segment(Struct, frozen=True):
    """The lights of the accounts in a class, or of all; ``unsure`` are those of each light that may be worse."""

    name: str
    counts: dict[Light, int]
    unsure: dict[Light, int]
    is_total: bool = False

    @property
    def total(self) -> int:
        """How many accounts there are."""
        return sum(self.counts.values())

    @property
    def may_be_worse(self) -> int:
        """How many accounts may have a worse light than theirs, for want of data."""
        return sum(self.unsure.values())


class Load(Struct, frozen=True):
    """How many actions an owner, or all, have overdue, in each of the next weeks, later, without a date."""

    name: str
    counts: tuple[int, ...]
    is_total: bool = False

    @property
    def total(self) -> int:
        """How many actions there are."""
        return sum(self.counts)


class Portfolio:
    """Counts plans as they pass by. ``segment`` is the class whose values the lights are shown by, if any."""

    def __init__(self, labels: Labels, segment: str | None) -> None:
        self._labels = labels
        self._segment = segment
        self._lights: dict[str, Counter[str]] = {}
        self._unsure: dict[str, Counter[str]] = {}
        self._work: dict[str, Counter[int]] = {}
        self.as_of: datetime | None = None
        self.accounts: list[AccountLine] = []
        self._pressing: list[WorkLine] = []

    def add(self, plan: ActionPlan, anchor: str) -> None:
        """Counts a plan, whose account's part of the page is at ``anchor``."""
        self.as_of = self.as_of or plan.as_of
        segment = self._segment_of(plan)
        if plan.account is not None:
            self._lights.setdefault(segment, Counter())[plan.light] += 1
            self._unsure.setdefault(segment, Counter())[plan.light] += plan.light_at_worst != plan.light
        for each in plan.actions:
            owner = self._labels.owner(each.owner)
            self._work.setdefault(owner, Counter())[_column(each.due_at, each.overdue, plan.as_of)] += 1
        self._list(plan, anchor, segment)

    def _segment_of(self, plan: ActionPlan) -> str:
        found = plan.classes.get(self._segment or "")
        return self._labels.class_value(self._segment, found) if self._segment and found else ""

    def _list(self, plan: ActionPlan, anchor: str, segment: str) -> None:
        subject = self._labels.subject(plan)
        identity, name = subject.id, subject.name
        late = sum(each.overdue for each in plan.actions)
        notes = self._labels.words.light_notes(plan.light, plan.light_at_worst, watch=plan.watch)
        due = next_due(plan)
        self.accounts.append(
            AccountLine(anchor, identity, name, plan.light, notes, segment, len(plan.actions), late, due)
        )
        soon = plan.as_of + _WEEK
        for each in plan.actions:
            if each.overdue or (each.due_at is not None and each.due_at <= soon):
                self._pressing.append(self._line(each, anchor, name, plan))

    def _line(self, action: Action, anchor: str, account: str, plan: ActionPlan) -> WorkLine:
        labels = self._labels
        due, owner = due_text(action).rstrip("!"), labels.owner(action.owner)
        task, kind, why = labels.task(action, plan), labels.kind(action), labels.why(action)
        return WorkLine(due, account, task, owner, anchor, kind, why, action.overdue)

    @property
    def overdue(self) -> list[WorkLine]:
        """What is overdue, for the longest time first."""
        return sorted(each for each in self._pressing if each.overdue)

    @property
    def people(self) -> list[Person]:
        """What everybody has overdue or due within a week, in the order of ``owners``."""
        work: dict[str, list[WorkLine]] = {}
        for each in sorted(self._pressing):
            work.setdefault(each.owner, []).append(each)
        return [Person(each.name, tuple(work[each.name])) for each in self.owners if each.name in work]

    @property
    def number(self) -> int:
        """How many accounts there are; groups are none."""
        return sum(sum(each.values()) for each in self._lights.values())

    @property
    def week_ends(self) -> date:
        """The last day of the week's work."""
        return (self.as_of + _WEEK).date() if self.as_of else date.min

    @property
    def segments(self) -> list[Segment]:
        """The lights by class value, the highest first and the undecided last, and those of all."""
        order = self._labels.value_titles(self._segment) if self._segment else []
        places = {name: place for place, name in enumerate(order)}
        names = sorted(self._lights, key=lambda name: places.get(name, len(order)))
        rows = [_segment(name, self._lights[name], self._unsure[name]) for name in names] if self._segment else []
        total, unsure = (sum(each.values(), Counter[str]()) for each in (self._lights, self._unsure))
        return [*rows, _segment(self._labels.words.page["all"], total, unsure, is_total=True)]

    @property
    def owners(self) -> list[Load]:
        """The work of everybody, who has most overdue first, and of all."""
        rows = [Load(name, _columns(counts)) for name, counts in self._work.items()]
        rows.sort(key=lambda row: (*(-number for number in row.counts), row.name))
        total = sum(self._work.values(), Counter[int]())
        return [*rows, Load(self._labels.words.page["all"], _columns(total), is_total=True)]

    @property
    def weeks(self) -> list[str]:
        """What the columns of ``Load.counts`` are called."""
        page = self._labels.words.page
        monday = _monday(self.as_of.date()) if self.as_of else date.min
        starts = [monday + timedelta(weeks=number) for number in range(WEEKS)]
        weeks = (page["week"].format(f"{start:%m-%d}") for start in starts)
        return [page["overdue"], *weeks, page["later"], page["undated"]]


def _column(due_at: datetime | None, overdue: bool, as_of: datetime) -> int:
    if overdue or due_at is None:
        return _OVERDUE if overdue else _UNDATED
    weeks = (_monday(due_at.date()) - _monday(as_of.date())).days // 7
    return min(weeks + 1, _LATER)


def _segment(name: str, lights: Counter[str], unsure: Counter[str], *, is_total: bool = False) -> Segment:
    counts, of_those = ({light: each[light] for light in LIGHTS} for each in (lights, unsure))
    return Segment(name, counts, of_those, is_total)


def _columns(counts: Counter[int]) -> tuple[int, ...]:
    return tuple(counts[number] for number in range(_UNDATED + 1))


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())
