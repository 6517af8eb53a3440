"""Planned work for people: a table of actions, and one action with everything that is known of it."""

from collections.abc import Iterable, Iterator
from datetime import datetime, tzinfo
from typing import Final

from engine.commands.called import Called
from engine.commands.ledgers import local, shortest
from engine.commands.plan_table import URGENCY
from engine.commands.terminal import Cell, Style, ink, padded, paragraph, row
from engine.ledger.listing import ActionStory, ListedAction
from engine.lifecycle.life import Happening
from engine.lifecycle.work import Work
from engine.planning.plan_work import Action, EscalationStep
from engine.reports.phrases import Phrases
from engine.reports.words import joined, words_for
from engine.reports.work_words import work_words_for

_LABEL: Final = 10
_LATE: Final[Style] = {"fg": "red"}
_DIM: Final[Style] = {"dim": True}
_BOLD: Final[Style] = {"bold": True}


class WorkTable:
    """Lays out work in a language, on the clocks of a time zone."""

    def __init__(self, locale: str, columns: int, zone: tzinfo | None, called: Called) -> None:
        self._words = work_words_for(locale)
        self._common = words_for(locale)
        self._columns = columns
        self._zone = zone
        self._called = called
        fixed = (10, 17, 12, 18, 10)
        what = columns - 2 - sum(fixed) - len(fixed)
        self._widths = (*fixed[:4], what, fixed[4])

    def lines(self, actions: Iterable[ListedAction]) -> Iterator[str]:
        """The table: a row per action, ids as short as they can be typed."""
        shown = list(actions)
        ids = shortest(each.work.action.id for each in shown)
        for number, each in enumerate(shown):
            if number == 0:
                yield from row([Cell(name, _BOLD) for name in self._words.columns.values()], self._widths)
            yield from self._row(each, ids[each.work.action.id])

    def _row(self, each: ListedAction, name: str) -> Iterator[str]:
        work, action = each.work, each.work.action
        cells = (
            Cell(name, _DIM),
            Cell(self.due(action) + ("!" if each.late else ""), _LATE if each.late else {}),
            Cell(self.status(work)),
            Cell(self._about(each)),
            Cell(action.title, URGENCY[action.priority]),
            Cell(self.owner(each)),
        )
        yield from row(cells, self._widths)

    def due(self, action: Action) -> str:
        """When it is due: a day, or a minute for a deadline of the clock."""
        if action.due is None or action.due_at is None:
            return "-"
        return local(action.due_at, self._zone) if "T" in action.due else action.due

    def status(self, work: Work) -> str:
        """How it stands, and why a run closed it."""
        if work.is_live and work.status == "open" and work.action.needs:
            return self._words.statuses["waiting"]
        return self._words.statuses[work.status]

    def owner(self, each: ListedAction) -> str:
        """Who does it; the role in brackets where it is nobody's yet."""
        owner = each.work.action.owner
        return owner.name or owner.person or f"({self._called.names(each.playbook).role(owner.role)})"

    def _about(self, each: ListedAction) -> str:
        return self._called.about(each.playbook, each.account, each.name)

    # -- one action ---------------------------------------------------------------------------------

    def story(self, told: ActionStory, phrases: Phrases) -> Iterator[str]:
        """One action: what it is, why, how its escalation stands, what happened to it, its messages."""
        each, work = told.action, told.action.work
        yield from paragraph(work.action.id, work.action.title, self._columns, 0, _DIM, _BOLD)
        yield f"  {ink(self._about(each), bold=True)}"
        for name, text in self._facts(told, phrases):
            if text:
                yield from paragraph(padded(self._words.facts[name], _LABEL), text, self._columns, 2, _DIM)
        yield from self._list("checklist", work.action.checklist)
        yield from self._list("escalation", (self._step(each, work, phrases) for each in work.action.escalation))
        yield from self._list("life", (self._happening(told, number) for number in range(len(told.happened))))
        yield from self._list("messages", (self._message(told, number) for number in range(len(told.messages))))

    def _facts(self, told: ActionStory, phrases: Phrases) -> Iterator[tuple[str, str]]:
        work, action, words = told.action.work, told.action.work.action, self._words
        was = f"{words.facts['was']} {local(action.due_was, self._zone)}" if action.due_was else ""
        yield "due", joined((self.due(action) + ("!" if told.action.late else ""), was))
        ended = words.reasons[work.reason] if work.reason else work.why or ""
        verdict = words.verdicts[work.verdict] if work.verdict else ""
        yield "status", joined((self.status(work), self._called.person(work.by or ""), ended, verdict))
        yield "owner", joined((self.owner(told.action), phrases.names.role(action.owner.role)))
        yield "needs", self._common.comma.join(action.needs)
        rule = phrases.names.titled(action.rule) + self._common.aside.format(action.rule)
        yield "rule", joined((action.source or "", rule), " ")
        yield "why", phrases.summary(action.because)
        yield "address", action.address
        yield "version", f"{work.playbook.id} {work.playbook.version}"

    def _list(self, name: str, lines: Iterable[str]) -> Iterator[str]:
        for number, line in enumerate(lines):
            if number == 0:
                yield f"  {ink(self._words.facts[name], underline=True)}"
            yield from paragraph("", line, self._columns, 3)

    def _step(self, step: EscalationStep, work: Work, phrases: Phrases) -> str:
        past = work.passed.get(step.step, 0)
        marks = (f"{'✓ ' if number < past else ''}{self._at(at)}" for number, at in enumerate(step.instants))
        to = step.name or step.person or f"({phrases.names.role(step.notify)})"
        return f"{phrases.names.role(step.notify)} → {to}{self._common.colon}{self._common.comma.join(marks)}"

    def _happening(self, told: ActionStory, number: int) -> str:
        each = told.happened[number]
        what = self._words.happened[each.what].format(step=self._told(told.action, each), to=each.to)
        by = "" if each.by == "playbook" else self._called.person(each.by)
        return joined((f"{self._at(each.at)} {what}{self._detail(each.what, each.detail)}", by, each.note or ""))

    def _told(self, about: ListedAction, each: Happening) -> str:
        """A step of the escalation by whom it tells, and how often it had told before."""
        steps = {step.step: step.notify for step in about.work.action.escalation}
        notify = steps.get(each.step or "")
        step = self._called.names(about.playbook).role(notify) if notify is not None else each.step or ""
        return self._words.again.format(step=step, number=each.number) if (each.number or 1) > 1 else step

    def _detail(self, what: str, detail: str | None) -> str:
        if detail is None or what in ("told", "passed"):
            return ""
        if what in ("opened", "updated"):
            due = f"{self._words.facts['due'].lower()} {self._at(datetime.fromisoformat(detail))}"
            return self._common.aside.format(due)
        if what == "snoozed":
            return f" {self._at(datetime.fromisoformat(detail))}"
        known = {**self._words.reasons, **self._words.verdicts}
        return f" {known.get(detail, detail)}"

    def _message(self, told: ActionStory, number: int) -> str:
        mail = told.messages[number]
        to = mail.message.to
        name = to.name or to.person or to.contact or self._called.names(told.action.playbook).role(to.role)
        return joined((f"{self._words.mail[mail.state]} → {name}", mail.message.subject or mail.message.content))

    def _at(self, moment: datetime) -> str:
        return local(moment, self._zone)
