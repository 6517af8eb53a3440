"""Action plans for people: a block per account, its actions in columns, in the playbook's language."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Final

from engine import ActionPlan, CompiledPlaybook
from engine.commands.phrases import Phrases
from engine.commands.terminal import Cell, Style, ink, joined, padded, paragraph, row
from engine.commands.words import Words, words_for
from engine.language.kinds import KINDS
from engine.planning.plan import Action, ClassPlan, Gap, Grant, Owner, Suppressed, WarningPlan

MARK: Final = "●"
COLOURS: Final = {"red": "red", "yellow": "yellow", "green": "green"}

_URGENCY: Final[dict[str, Style]] = {
    "urgent": {"fg": "red", "bold": True}, "high": {"fg": "yellow"}, "normal": {}, "low": {"dim": True},
}  # fmt: skip
_DIM: Final[Style] = {"dim": True}
_MOST_NAMED: Final = 5
_LABEL: Final = 9


class PlanTable:
    """Lays out plans made with one playbook, in its language unless ``locale`` names another."""

    def __init__(self, compiled: CompiledPlaybook, locale: str, columns: int) -> None:
        self._playbook = compiled.playbook
        self._language = locale.partition("-")[0]
        self._words: Words = words_for(locale)
        self._phrases = Phrases(locale, compiled.playbook.warnings)
        self._columns = columns
        fixed = (17, 6, 10, 10, 22)
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
        yield from self._labelled(self._words.classes, joined(self._class(*each) for each in plan.classes.items()))
        for state in _by_warning(plan.warnings):
            yield from self._warning(state)
        for action in plan.actions:
            yield from self._action(action)
        if not plan.actions:
            yield f"  {ink(self._words.nothing, dim=True)}"
        yield from self._beside(plan)

    def _title(self, plan: ActionPlan) -> Iterator[str]:
        words = self._words
        light = f"{MARK} {words.lights[plan.light]}"
        worse = plan.light_at_worst != plan.light
        notes = joined(
            (
                words.at_worst.format(words.lights[plan.light_at_worst]) if worse else "",
                words.watch if plan.watch else "",
            )
        )
        name = f"{plan.account.id} {plan.account.name}" if plan.account else ""
        text = f"{name} ({notes})" if notes else name
        style: Style = {"bold": True}
        yield from paragraph(padded(light, 8), text, self._columns, 0, {"fg": COLOURS[plan.light], "bold": True}, style)

    # -- classes and warnings -----------------------------------------------------------------------

    def _class(self, name: str, plan: ClassPlan) -> str:
        entry = self._playbook.classes.get(name)
        title = entry.title.in_language(self._language) if entry and entry.title else name
        if plan.items is not None:
            values = [f"{item} {each.value or self._words.none}" for item, each in plan.items.items()]
            return f"{title} {self._few(values)}" if values else ""
        if plan.possible and plan.value is None:
            labels = entry.labels if entry else {}
            values = [labels[each].in_language(self._language) if each in labels else each for each in plan.possible]
            return f"{title} {self._words.undecided.format(self._words.either.join(values))}"
        return f"{title} {plan.label or plan.value or self._words.none}{self._next(name, plan)}"

    def _next(self, name: str, plan: ClassPlan) -> str:
        """The next step of a climb and what it lacks."""
        if plan.next is None:
            return ""
        label = self._playbook.classes[name].labels.get(plan.next)
        step = self._words.next_step.format(label.in_language(self._language) if label else plan.next)
        lacks = joined(self._phrases.lacking(each) for each in plan.missing)
        return f" ({step}{self._words.colon}{lacks})" if lacks else f" ({step})"

    def _warning(self, found: list[WarningPlan]) -> Iterator[str]:
        first = found[0]
        items = [each.item for each in found if each.item is not None]
        state = "" if first.state == "firing" else self._words.states[first.state]
        muted = self._words.muted if first.muted else ""
        notes = joined((self._few(items), first.source or "", state, muted))
        text = f"{first.title} ({notes})" if notes else first.title
        style = _DIM if first.muted else None
        yield from paragraph(MARK, text, self._columns, 2, {"fg": COLOURS[first.light]}, style)

    # -- actions ------------------------------------------------------------------------------------

    def _action(self, action: Action) -> Iterator[str]:
        kind = KINDS.get(action.kind)
        cells = (
            Cell(due_text(action), {"fg": "red"} if action.overdue else {}),
            Cell(self._words.priorities[action.priority], _URGENCY[action.priority]),
            Cell(getattr(kind, self._language, kind.en) if kind else action.kind),
            Cell(self._task(action)),
            Cell(self._owner(action.owner)),
            Cell(joined((action.source or "", rule_id(action.rule)), " "), _DIM),
        )
        yield from row(cells, self._widths)

    def _task(self, action: Action) -> str:
        if action.status != "waiting":
            return action.title
        return action.title + self._words.waiting.format(", ".join(action.needs))

    def _owner(self, owner: Owner) -> str:
        if owner.person is not None:
            return owner.name or owner.person
        role = self._playbook.roles.ours.get(owner.role)
        return f"({role.title.in_language(self._language) if role and role.title else owner.role})"

    # -- the rest -----------------------------------------------------------------------------------

    def _beside(self, plan: ActionPlan) -> Iterator[str]:
        words = self._words
        approvals = sum(each.approval == "required" for each in plan.messages)
        if plan.messages:
            sent = words.count(words.message, len(plan.messages))
            text = joined((sent, words.count(words.to_approve, approvals) if approvals else ""))
            yield from self._labelled(words.messages, text)
        yield from self._labelled(words.grants, joined(self._granted(each) for each in plan.grants))
        offers = (f"{each.title} ({missing})" if (missing := self._phrases.missing(each.missing)) else each.title
                  for each in plan.offers)  # fmt: skip
        yield from self._labelled(words.offers, joined(offers))
        yield from self._labelled(words.gaps, joined(self._gaps(plan.gaps)))
        yield from self._labelled(words.held_back, joined(self._held(plan.suppressed)))

    def _granted(self, grant: Grant) -> str:
        """The titles of what is granted, with what it lacks, and what is withheld for it can't go together."""
        words = self._words
        terms = (
            f"{each.title} ({words.lacks.format(', '.join(self._module(name) for name in each.lacks))})"
            if each.lacks else each.title
            for each in grant.terms
        )  # fmt: skip
        withheld = (words.withheld.format(each.title, each.excluded_by_title) for each in grant.withheld)
        return f"{', '.join((*terms, *withheld))} ({rule_id(grant.rule)})"

    def _module(self, name: str) -> str:
        module = self._playbook.catalogue.get(name)
        return module.title.in_language(self._language) if module and module.title else name

    def _labelled(self, label: str, text: str) -> Iterator[str]:
        if text:
            yield from paragraph(padded(label, _LABEL), text, self._columns, 2, _DIM)

    def _gaps(self, gaps: tuple[Gap, ...]) -> Iterator[str]:
        """What data is missing for which rules; then the rules that only wait for others that lack data."""
        undecided = {gap.rule for gap in gaps}
        hence: dict[str, None] = {}
        by_rule: dict[tuple[str, tuple[str, ...]], list[str]] = {}
        for gap in gaps:
            if undecided.issuperset(gap.needs):
                hence[rule_id(gap.rule)] = None
            else:
                by_rule.setdefault((gap.rule, gap.needs), []).append(gap.item or "")
        for (rule, needs), items in by_rule.items():
            named = self._few([each for each in items if each])
            yield f"{rule_id(rule)}{f' {named}' if named else ''} ({', '.join(needs)})"
        if hence:
            yield self._words.hence.format(", ".join(hence))

    def _held(self, suppressed: tuple[Suppressed, ...]) -> Iterator[str]:
        for each in suppressed:
            reasons = ", ".join(self._words.holds[by] for by in each.by)
            until = self._words.until.format(moment_text(each.until)) if each.until else ""
            why = f"{each.why} · {each.who}" if each.why else ""
            yield f"{joined((rule_id(each.rule), each.item or ''), ' ')} ({joined((reasons, until, why), ' ')})"

    def _few(self, names: list[str]) -> str:
        """The names, at most five of them, and how many more there are."""
        more = len(names) - _MOST_NAMED
        shown = ", ".join(names[:_MOST_NAMED])
        return f"{shown}, {self._words.count(self._words.more, more)}" if more > 0 else shown


def rule_id(address: str) -> str:
    """The entry's id in an address: ``late`` of ``warnings.late``."""
    return address.partition(".")[2] or address


def due_text(action: Action) -> str:
    """When an action is due: a day, or a minute for a clock deadline; ``!`` overdue, ``~`` may still move."""
    if action.due is None:
        return "-"
    is_day = len(action.due) <= len("2026-11-20")
    when = action.due if is_day or action.due_at is None else moment_text(action.due_at)
    return when + ("!" if action.overdue else "~" if action.provisional else "")


def moment_text(moment: datetime) -> str:
    """An instant to the minute, on the plan's own clock."""
    return moment.isoformat(" ", "minutes")[:16]


def _by_warning(warnings: Iterable[WarningPlan]) -> Iterator[list[WarningPlan]]:
    """The records a warning holds for, together where they stand alike."""
    found: dict[tuple[str, str, bool], list[WarningPlan]] = {}
    for each in warnings:
        found.setdefault((each.id, each.state, each.muted), []).append(each)
    yield from found.values()
