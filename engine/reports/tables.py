"""Plans as rows of plain values: one per action, account, warning or gap, for spreadsheets and other programs."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from itertools import chain
from typing import Final

from engine.planning.plan import ActionPlan, ClassPlan
from engine.reports.labels import Labels, next_due, rule_id, worst_first

Value = str | int | bool | Decimal | date | datetime | None
Row = tuple[Value, ...]

ACTIONS: Final = (
    "account", "name", "light", "due", "overdue", "priority", "kind", "task", "owner", "role", "state", "status",
    "item", "source", "rule", "why", "due_at", "action",
)  # fmt: skip
"""Columns of the table of actions; the words of a language say what they are called."""

WARNINGS: Final = ("account", "name", "light", "warning", "state", "muted", "since", "item", "source", "rule", "why")
GAPS: Final = ("account", "name", "rule", "item", "needs")


def actions_of(plan: ActionPlan, labels: Labels) -> Iterator[Row]:
    """What is to be done for an account, a row for each action."""
    words = labels.words
    for each in plan.actions:
        yield (
            *_account(plan, labels), _date(each.due_at), each.overdue, words.priorities[each.priority],
            labels.kind(each), labels.task(each, plan), each.owner.name or each.owner.person,
            labels.role(each.owner.role), words.changes[each.state], words.statuses[each.status], each.item,
            each.source, rule_id(each.rule), labels.phrases.summary(each.because), each.due_at, each.id,
        )  # fmt: skip


def warnings_of(plan: ActionPlan, labels: Labels) -> Iterator[Row]:
    """The warnings of an account that are not inactive; ``light`` is each warning's own."""
    identity, name, _ = _account(plan, labels)
    for each in worst_first(plan.warnings):
        yield (
            identity, name, labels.words.lights[each.light], each.title, labels.words.states[each.state], each.muted,
            each.since, each.item, each.source, each.id, labels.phrases.summary(each.because),
        )  # fmt: skip


def gaps_of(plan: ActionPlan, labels: Labels) -> Iterator[Row]:
    """What could not be decided of an account, and the data it needs."""
    for each in plan.gaps:
        needs = labels.names.missing(each.needs)
        yield (*_account(plan, labels)[:2], labels.names.titled(each.rule), each.item, needs)


class AccountTable:
    """A row per account: its lights, its classes, how much there is to do."""

    def __init__(self, labels: Labels, classes: Iterable[str], scores: Iterable[str]) -> None:
        self._labels = labels
        self._classes = tuple(classes)
        self._scores = tuple(scores)

    @property
    def columns(self) -> tuple[str, ...]:
        """What the columns are called."""
        words = self._labels.words.columns
        names = ("account", "name", "light", "worst"), ("warnings", "actions", "overdue_count", "next_due", "gaps")
        before, after = ([words[each] for each in part] for part in names)
        classes = map(self._labels.class_title, self._classes)
        return (*before, *classes, *map(self._labels.score_title, self._scores), *after)

    def row(self, plan: ActionPlan) -> Row:
        """The row of a plan's account."""
        return (
            *_account(plan, self._labels),
            self._labels.words.lights[plan.light_at_worst],
            *(self._class(name, plan.classes) for name in self._classes),
            *(_score(name, plan) for name in self._scores),
            self._labels.words.comma.join(dict.fromkeys(each.title for each in worst_first(plan.warnings))),
            len(plan.actions),
            sum(each.overdue for each in plan.actions),
            next_due(plan),
            len(plan.gaps),
        )

    def _class(self, name: str, classes: Mapping[str, ClassPlan]) -> str | None:
        return self._labels.class_value(name, classes[name]) if name in classes else None


def _score(name: str, plan: ActionPlan) -> Decimal | None:
    found = plan.scores.get(name)
    return found.value if found else None


def action_columns(labels: Labels) -> tuple[str, ...]:
    """What the columns of the table of actions are called."""
    return tuple(labels.words.columns[each] for each in ACTIONS)


def _account(plan: ActionPlan, labels: Labels) -> tuple[str, str, str]:
    name = labels.subject(plan)
    light = labels.words.lights[plan.light]
    return name.id, name.name, light


def _date(moment: datetime | None) -> date | None:
    return moment.date() if moment else None


def as_text(value: Value) -> str:
    """A value as a text: truths as 1 and 0, moments as ISO 8601 writes them, none as nothing."""
    match value:
        case None:
            return ""
        case bool():
            return str(int(value))
        case date():
            return value.isoformat()
        case _:
            return str(value)


def rows_of(plans: Iterable[ActionPlan], labels: Labels) -> Iterator[Row]:
    """The table of actions over all plans."""
    return chain.from_iterable(actions_of(plan, labels) for plan in plans)
