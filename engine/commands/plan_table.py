"""Action plans for people: a block per account, its actions in columns, in the playbook's language."""

from collections.abc import Iterable, Iterator
from typing import Final

from engine import ActionPlan, CompiledPlaybook
from engine.commands.terminal import Cell, Style, ink, padded, paragraph, row
from engine.planning.plan import WarningPlan
from engine.planning.plan_work import Action
from engine.reports.labels import Labels, alike, due_text, rule_id
from engine.reports.words import Words, joined

MARK: Final = "●"
COLOURS: Final = {"red": "red", "yellow": "yellow", "green": "green"}

URGENCY: Final[dict[str, Style]] = {
    "urgent": {"fg": "red", "bold": True}, "high": {"fg": "yellow"}, "normal": {}, "low": {"dim": True},
}  # fmt: skip
_DIM: Final[Style] = {"dim": True}
MARKS: Final = {"new": "+", "updated": "~", "closing": "-", "unchanged": "="}
_CHANGED: Final[dict[str, Style]] = {
    "new": {"fg": "green"}, "updated": {"fg": "yellow"}, "closing": {"fg": "red"}, "unchanged": {},
}  # fmt: skip
_LABEL: Final = 9
_LIGHT: Final = 8


def lit(light: str, words: Words) -> str:
    """A light as its mark and its word, which also those read who see no colours; as wide for every light."""
    return padded(f"{MARK} {words.lights[light]}", _LIGHT)


class PlanTable:
    """Lays out plans made with one playbook, in its language unless ``locale`` names another.

    As ``changes`` to what a ledger knows, each action has a mark, and those that stay as they are are only counted.
    """

    def __init__(self, compiled: CompiledPlaybook, locale: str, columns: int, *, changes: bool = False) -> None:
        self._changes = changes
        self._labels = Labels(compiled.playbook, locale, compiled.edges)
        self._words = self._labels.words
        self._columns = columns
        fixed = (17 + (len(MARKS["new"]) + 1) * changes, 6, 10, 10, 22)
        task = columns - 2 - sum(fixed) - len(fixed)
        self._widths = (*fixed[:3], task, *fixed[3:])

    def lines(self, plans: Iterable[ActionPlan]) -> Iterator[str]:
        """The table, as it comes: the headings, then a block per account."""
        for number, plan in enumerate(plans):
            if number == 0:
                yield from self._headings()
            yield "\n".join(["", *self._block(plan)])

    def _headings(self) -> Iterator[str]:
        words = self._words
        names = (words.due, words.priority, words.kind, words.task, words.owner, words.rule)
        yield from row([Cell(name, {"bold": True}) for name in names], self._widths)

    def _block(self, plan: ActionPlan) -> Iterator[str]:
        yield from self._title(plan)
        labels, words = self._labels, self._words
        classes = joined(labels.class_text(*each) for each in plan.classes.items())
        scores = joined(labels.score_text(*each) for each in plan.scores.items())
        targets = joined(labels.target_text(*each) for each in plan.targets.items())
        for label, text in ((words.classes, classes), (words.scores, scores), (words.target, targets)):
            yield from self._labelled(label, text)
        for state in alike(plan.warnings):
            yield from self._warning(state)
        shown = [each for each in plan.actions if not self._changes or each.state != "unchanged"]
        for action in shown:
            yield from self._action(action, plan)
        unchanged = len(plan.actions) - len(shown)
        if unchanged:
            told = f"{MARKS['unchanged']} {words.count(words.unchanged, unchanged)}"
            yield f"  {ink(told, dim=True)}"
        if not plan.actions:
            yield f"  {ink(self._words.nothing, dim=True)}"
        yield from self._beside(plan)

    def _title(self, plan: ActionPlan) -> Iterator[str]:
        notes = self._words.light_notes(plan.light, plan.light_at_worst, watch=plan.watch)
        subject = self._labels.subject(plan)
        name = f"{subject.id} {subject.name}"
        text = name + (self._words.aside.format(notes) if notes else "")
        style: Style = {"bold": True}
        yield from paragraph(
            lit(plan.light, self._words), text, self._columns, 0, {"fg": COLOURS[plan.light], **style}, style
        )

    def _warning(self, found: list[WarningPlan]) -> Iterator[str]:
        first = found[0]
        style = _DIM if first.muted else None
        text = self._labels.warning_text(found)
        yield from paragraph(lit(first.light, self._words), text, self._columns, 2, {"fg": COLOURS[first.light]}, style)

    def _action(self, action: Action, plan: ActionPlan) -> Iterator[str]:
        cells = (
            self._due(action),
            Cell(self._words.priorities[action.priority], URGENCY[action.priority]),
            Cell(self._labels.kind(action)),
            Cell(self._labels.task(action, plan)),
            Cell(self._labels.owner(action.owner)),
            Cell(joined((action.source or "", rule_id(action.rule)), " "), _DIM),
        )
        yield from row(cells, self._widths)

    def _due(self, action: Action) -> Cell:
        due = due_text(action)
        if not self._changes:
            return Cell(due, {"fg": "red"} if action.overdue else {})
        return Cell(f"{MARKS[action.state]} {due}", _CHANGED[action.state])

    def _beside(self, plan: ActionPlan) -> Iterator[str]:
        words = self._words
        approvals = sum(each.approval == "required" for each in plan.messages)
        yield from self._labelled(words.over, joined(self._labels.over(plan)))
        yield from self._labelled(words.bring, joined(self._labels.brought(plan)))
        if plan.messages:
            sent = words.count(words.message, len(plan.messages))
            text = joined((sent, words.count(words.to_approve, approvals) if approvals else ""))
            yield from self._labelled(words.messages, text)
        yield from self._labelled(words.not_sent, joined(self._labels.not_sent(plan)))
        yield from self._labelled(words.grants, joined(self._labels.granted(each) for each in plan.grants))
        yield from self._labelled(words.offers, joined(self._labels.offered(each) for each in plan.offers))
        yield from self._labelled(words.gaps, joined(self._labels.gaps(plan.gaps)))
        yield from self._labelled(words.held_back, joined(self._labels.held(plan.suppressed)))

    def _labelled(self, label: str, text: str) -> Iterator[str]:
        if text:
            yield from paragraph(padded(label, _LABEL), text, self._columns, 2, _DIM)
