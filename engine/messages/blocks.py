"""Blocks of a report, in the reader's language: what stands in them, and how they look as text and as HTML."""

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from decimal import Decimal
from html import escape
from itertools import chain
from typing import Any, Final, Literal
from unicodedata import east_asian_width

from msgspec import UNSET, Struct

from engine.evaluation.findings import LIGHTS, Light, RuleFinding
from engine.language.blocks import BLOCKS, BlockUse
from engine.language.conclusions import Target
from engine.language.entry import Entry
from engine.language.kinds import KINDS
from engine.language.metrics import Metric
from engine.language.values import Text
from engine.matching.core import Node, ValueType
from engine.matching.explained import evaluate, visible
from engine.planning.actions import Desk, Planned
from engine.planning.conclusions import Concluded
from engine.planning.plan_messages import Block, BlockRow
from engine.planning.wording import Wording, displayed
from engine.snapshots.model import Milestone, Need
from engine.templates.figures import show, show_date

_OVER: Final = frozenset({"done", "closed", "cancelled", "met", "rejected"})
_MOST_STEPS: Final = 10
Tone = Literal["red", "yellow", "green"] | None
_TARGET_TONES: Final[dict[str | None, Tone]] = {
    "met": "green", "on_track": "green", "behind": "yellow", "missed": "red"
}  # fmt: skip
_WORDS: Final = {
    "zh": {
        "item": "项目", "value": "当前", "level": "等级", "points": "得分", "light": "灯",
        "what": "事项",
        "due": "时间", "who": "负责人", "since": "自", "step": "里程碑", "state": "状态",
        "urgency": "紧急程度", "worth": "价值",
        "goal": "目标", "on_track": "进展正常", "behind": "落后", "met": "达成", "missed": "未达成",
        "unknown": "暂无数据", "nothing": "暂无", "done": "已完成", "open": "未完成", "late": "已逾期",
        "red": "红灯", "yellow": "黄灯", "green": "绿灯", "from": "{} 至 {}", "colon": "：", "aside": "（{}）",
    },
    "en": {
        "item": "Item", "value": "Now", "level": "Level", "points": "Points", "light": "Light",
        "what": "What", "due": "When", "who": "Who", "since": "Since", "step": "Milestone", "state": "State",
        "urgency": "Urgency",
        "goal": "Goal", "on_track": "on track", "behind": "behind", "met": "met", "missed": "missed",
        "worth": "Value", "unknown": "no data yet", "nothing": "Nothing at the moment", "done": "done", "open": "open",
        "late": "overdue", "red": "red", "yellow": "yellow", "green": "green", "from": "{} to {}",
        "colon": ": ", "aside": " ({})",
    },
}  # fmt: skip


def _words_for(language: str) -> dict[str, str]:
    return _WORDS.get(language, _WORDS["en"])


class Told(Struct, frozen=True):
    """What a report tells of: the account's desk, its conclusions, and the work that is planned."""

    desk: Desk
    concluded: Concluded
    planned: tuple[Planned, ...]


class Blocks:
    """Makes the blocks of one message in the language of its reader; ``finding`` is what it is sent for."""

    def __init__(self, told: Told, wording: Wording, finding: RuleFinding, *, customer: bool) -> None:
        self._told = told
        self._finding = finding
        self._desk = told.desk
        self._book = told.desk.compiled.playbook
        self._wording = wording
        self._customer = customer
        self._words = _words_for(wording.language)
        self._makers: dict[str, Callable[[BlockUse], Block]] = {
            "scores": self._scores,
            "targets": self._targets,
            "classes": self._classes,
            "figures": self._figures,
            "warnings": self._warnings,
            "next_actions": self._next_actions,
            "milestones": self._milestones,
            "needs": self._needs,
        }

    def made(self, uses: Iterable[BlockUse]) -> tuple[Block, ...]:
        """The blocks, in the order written; a customer is not told of what there is nothing of."""
        made = (self._makers[each.name](each) for each in uses)
        return tuple(each for each in made if each.rows or not self._customer)

    def _block(self, use: BlockUse, columns: tuple[str, ...], rows: Iterable[BlockRow], **more: Any) -> Block:
        title = getattr(BLOCKS[use.name], self._wording.language, BLOCKS[use.name].en)
        names = tuple(self._words[each] for each in columns)
        return Block(
            name=use.name, title=title, columns=names, rows=tuple(rows), nothing=self._words["nothing"], **more
        )

    def _title(self, entry: Entry | Metric) -> str:
        return self._text(entry.title, entry.id)

    def _text(self, text: Text | None, otherwise: str) -> str:
        return text.in_language(self._wording.language) if text is not None else otherwise

    def _show(self, value: object) -> str:
        if value is None:
            return self._words["unknown"]
        return show(value, self._wording.locale, self._desk.compiled.edges)

    def _aside(self, text: str | None) -> str:
        return self._words["aside"].format(text) if text else ""

    def _points(self, value: Decimal | None) -> str:
        return self._words["unknown"] if value is None else self._show(value)

    # -- conclusions --------------------------------------------------------------------------------

    def _scores(self, use: BlockUse) -> Block:
        rows: list[BlockRow] = []
        for name, plan in self._told.concluded.scores.items():
            if use.of and name not in use.of:
                continue
            score = self._book.scores[name]
            band = self._text(score.labels.get(plan.band or ""), plan.band or "")
            rows.append(BlockRow((self._title(score), self._points(plan.value), band)))
            for part, points in plan.parts.items():
                title = self._text(getattr(score.parts[part], "title", None), part)
                rows.append(BlockRow((title, self._points(points), ""), inner=True))
        return self._block(use, ("item", "points", "level"), rows)

    def _targets(self, use: BlockUse) -> Block:
        rows: list[BlockRow] = []
        for name, plan in self._told.concluded.targets.items():
            if use.of and name not in use.of:
                continue
            target = self._desk.compiled.targets[name]
            figure, goal = (self._amount(each, target.type) for each in (target.figure, target.goal))
            state = self._target_state(target.entry, plan.state)
            rows.append(BlockRow((self._title(target.entry), figure, goal, state), tone=_TARGET_TONES.get(plan.state)))
            if plan.last is not None:
                last = self._target_state(target.entry, plan.last)
                rows.append(BlockRow((plan.last_period or "", "", "", last), inner=True))
        return self._block(use, ("item", "value", "goal", "state"), rows)

    def _target_state(self, entry: Target, state: str | None) -> str:
        word = state or "unknown"
        return self._text(entry.labels.get(word), self._words[word])

    def _amount(self, node: Node, kind: ValueType) -> str:
        return self._show(displayed(evaluate(node, self._desk.environment), kind))

    def _classes(self, use: BlockUse) -> Block:
        rows = []
        for name, plan in self._told.concluded.classes.items():
            if plan.items is None and (not use.of or name in use.of):
                entry = self._book.classes[name]
                value = self._text(entry.labels.get(plan.value or ""), plan.value or self._words["unknown"])
                rows.append(BlockRow((self._title(entry), value)))
        return self._block(use, ("item", "value"), rows)

    def _figures(self, use: BlockUse) -> Block:
        rows = []
        for name in use.of:
            meaning = self._desk.compiled.named[name, None]
            amount = self._amount(meaning.node, meaning.type)
            rows.append(BlockRow((self._title(self._book.metrics[name]), amount)))
        return self._block(use, ("item", "value"), rows)

    def _warnings(self, use: BlockUse) -> Block:
        rows: dict[Light, list[BlockRow]] = {light: [] for light in LIGHTS}
        for finding in self._desk.findings.rules:
            entry = self._book.warnings.get(finding.rule.entry.id)
            live = entry is not None and entry is finding.rule.entry and entry.status != "draft"
            if entry is None or not live or not finding.standing.is_firing or (use.of and entry.id not in use.of):
                continue
            episode = finding.standing.episode
            since = episode.since.astimezone(self._desk.findings.run.zone).date() if episode else None
            title = self._title(entry) + self._aside(finding.item)
            rows[entry.light].append(BlockRow((self._words[entry.light], title, self._day(since)), tone=entry.light))
        return self._block(use, ("light", "what", "since"), chain.from_iterable(rows.values()))

    # -- work and records ---------------------------------------------------------------------------

    def _next_actions(self, use: BlockUse) -> Block:
        rows = [self._step(each) for each in self._work()]
        return self._block(use, ("due", "what", "who"), rows[:_MOST_STEPS])

    def _work(self) -> list[Planned]:
        """What is to come, soonest first; for a customer what takes place with them."""
        wanted = [
            each
            for each in self._told.planned
            if each.task is not None and (KINDS[each.action.kind].with_customer or not self._customer)
        ]
        dated = (each for each in wanted if each.action.due_at is not None)
        return sorted(dated, key=lambda each: (str(each.action.due_at), each.action.id))

    def _step(self, planned: Planned) -> BlockRow:
        action, task = planned.action, planned.task
        finding = planned.finding
        assert task is not None and action.due_at is not None  # noqa: S101, PT018 - `_work` leaves others out
        kind = getattr(KINDS[action.kind], self._wording.language, KINDS[action.kind].en)
        title = self._wording.line(task.titles, finding.rule.collection, finding.record, action.owner) or kind
        late = action.overdue and not self._customer
        told = title + self._aside(self._words["late"] if late else None)
        return BlockRow((self._day(action.due_at.date()), told, action.owner.name or ""), tone="red" if late else None)

    def _milestones(self, use: BlockUse) -> Block:
        found = visible(self._desk.snapshot, "milestones", self._desk.findings.run)
        steps = [] if found is UNSET else [each for each in found if isinstance(each, Milestone) and self._tells(each)]
        dated = sorted(
            (each for each in steps if isinstance(each.due_on, date)), key=lambda each: (each.due_on, each.id)
        )
        today = self._desk.findings.run.today
        days = [day for each in dated for day in (each.due_on, each.done_on) if isinstance(day, date)]
        if not days:
            return self._block(use, ("step", "due", "state"), ())
        first, last = min(*days, today), max(*days, today)
        line = _Line(first, max((last - first).days, 1))
        rows = (
            self._milestone(each, line, today, dated[at - 1].due_on if at else first) for at, each in enumerate(dated)
        )
        span = self._words["from"].format(self._day(first), self._day(last))
        return self._block(use, ("step", "due", "state"), rows, span=span)

    def _tells(self, step: Milestone) -> bool:
        """Whether a step belongs into the message: about one record stand its own steps only."""
        finding = self._finding
        link = step.project_id if finding.rule.collection == "projects" else step.about_id
        return finding.item is None or link == finding.item

    def _milestone(self, step: Milestone, line: "_Line", today: date, begins: Any) -> BlockRow:
        due, done = step.due_on, step.done_on if isinstance(step.done_on, date) else None
        assert isinstance(due, date)  # noqa: S101 - the caller's condition
        state = "done" if done else "late" if due < today else "open"
        tone: Tone = "green" if done else "red" if due < today else "yellow"
        end = done or due
        bar = (line.at(min(begins, end)), line.at(end))
        name = step.title if isinstance(step.title, str) else step.id
        return BlockRow((name, self._day(due), self._words[state]), tone=tone, bar=bar)

    def _needs(self, use: BlockUse) -> Block:
        found = visible(self._desk.snapshot, "needs", self._desk.findings.run)
        needs = (
            [] if found is UNSET else [each for each in found if isinstance(each, Need) and each.status not in _OVER]
        )
        rows = [
            BlockRow((need.title if isinstance(need.title, str) else need.id, self._plain(need.urgency),
                      self._plain(need.value)))
            for need in needs
        ]  # fmt: skip
        return self._block(use, ("item", "urgency", "worth"), rows)

    def _plain(self, value: object) -> str:
        return self._show(None if value is UNSET else value)

    def _day(self, day: date | None) -> str:
        return show_date(day, self._wording.locale, "medium") if day is not None else ""


class _Line(Struct, frozen=True):
    """A line of time: its first day and its length in days."""

    first: date
    days: int

    def at(self, day: date) -> int:
        """Where a day lies on it, in percent."""
        return round(100 * (day - self.first).days / self.days)


# -- as text -------------------------------------------------------------------------------------------

_CELLS: Final = 24
_AMOUNT: Final = re.compile(r"([A-Z]{3}[^\w]|[^\w\s])?-?[\d.,]+(%| ?[^\W\d]{1,12})?")
"""A figure alone: ``71``, ``14.96 %``, ``$20.00``, ``3 months``."""


def block_text(block: Block, language: str) -> str:
    """The block for who reads no HTML, in ``language``: a title, then a line per row."""
    return "\n".join((block.title, "-" * 12, *_text_rows(block, _words_for(language)["colon"])))


def _text_rows(block: Block, colon: str) -> Iterator[str]:
    if not block.rows:
        yield block.nothing
    for row in block.rows:
        indent = "  " if row.inner else ""
        if row.bar is not None:
            yield _text_bar(*row.bar)
        head, *rest = row.cells
        yield f"{indent}{head}{colon}{_told(block.columns[1:], rest)}" if any(rest) else indent + head
    if block.span:
        yield block.span


def _told(columns: tuple[str, ...], cells: list[str]) -> str:
    """What stands in the columns; a mere figure among several with the name of its column: ``Points 71 · fair``."""
    filled = [(name, cell) for name, cell in zip(columns, cells, strict=True) if cell]
    is_mere = [len(columns) > 1 and _AMOUNT.fullmatch(cell) is not None for _, cell in filled]
    return " · ".join(f"{name} {cell}" if mere else cell for (name, cell), mere in zip(filled, is_mere, strict=True))


def _text_bar(start: int, end: int) -> str:
    first = min(start * _CELLS // 100, _CELLS - 1)
    last = max(first + 1, -(-end * _CELLS // 100))
    return "·" * first + "█" * (last - first) + "·" * (_CELLS - last)


# -- as HTML -------------------------------------------------------------------------------------------

_TONES: Final = {"red": "#d1242f", "yellow": "#bf8700", "green": "#1a7f37"}
_CELL: Final = "padding:6px 12px 6px 0;border-bottom:1px solid #eaeef2;vertical-align:top;font-size:15px"
_SHORT: Final = 20
"""Width, in Latin letters, of a text that stays on one line even on a telephone."""


def block_html(block: Block) -> str:
    """The block as HTML: tables only and styles inlined, which every mail program shows."""
    title = f'<h2 style="font-size:18px;line-height:1.3;margin:24px 0 12px">{escape(block.title)}</h2>'
    if not block.rows:
        return f'{title}\n<p style="margin:0 0 16px;color:#57606a">{escape(block.nothing)}</p>'
    styles = _column_styles(block)
    rows = "\n".join(_html_row(each, styles) for each in block.rows)
    head = "".join(
        f'<th style="text-align:left;{_CELL}{style};color:#57606a">{escape(each)}</th>'
        for each, style in zip(block.columns, styles, strict=True)
    )
    span = f'<p style="margin:-8px 0 16px;font-size:13px;color:#57606a">{escape(block.span)}</p>' if block.span else ""
    return (
        f'{title}\n<table width="100%" cellpadding="0" cellspacing="0" style="border-collapse:collapse;'
        f'margin:0 0 16px">\n<tr>{head}</tr>\n{rows}\n</table>\n{span}'
    ).rstrip()


def _column_styles(block: Block) -> list[str]:
    """Columns of short texts, such as dates and names, stay on one line; that of the longest text has what is left."""
    longest = [max(map(_width, column)) for column in zip(*(each.cells for each in block.rows), strict=True)]
    is_short = [length <= _SHORT and length < max(longest) for length in longest]
    return [";white-space:nowrap" if short else "" for short in is_short]


def _width(text: str) -> int:
    """How wide a text is, in Latin letters: Chinese characters are twice as wide."""
    return sum(1 + (east_asian_width(each) in "WF") for each in text)


def _html_row(row: BlockRow, styles: list[str]) -> str:
    cells = "".join(_html_cell(row, at, each, styles[at]) for at, each in enumerate(row.cells))
    if row.bar is None:
        return f"<tr>{cells}</tr>"
    plain = cells.replace("border-bottom:1px solid #eaeef2", "border-bottom:0")
    return f'<tr>{plain}</tr>\n<tr><td colspan="{len(row.cells)}" style="{_CELL}">{_html_bar(row)}</td></tr>'


def _html_cell(row: BlockRow, at: int, text: str, column: str) -> str:
    marked = row.tone is not None and at == (len(row.cells) - 1 if row.bar else 0)
    style = f";color:{_TONES[row.tone]};font-weight:600" if marked and row.tone else ""
    inner = ";padding-left:20px;color:#57606a" if row.inner and at == 0 else ""
    return f'<td style="{_CELL}{column}{style}{inner}">{escape(text)}</td>'


def _html_bar(row: BlockRow) -> str:
    start, end = row.bar or (0, 0)
    width = max(end - start, 2)
    start = min(start, 100 - width)
    colour = _TONES[row.tone or "green"]
    parts = ((start, "#eaeef2"), (width, colour), (100 - start - width, "#eaeef2"))
    cells = "".join(
        f'<td width="{share}%" style="background:{fill};height:10px;font-size:0;line-height:0">&nbsp;</td>'
        for share, fill in parts
        if share > 0
    )
    return f'<table role="presentation" width="100%" cellpadding="0" cellspacing="0"><tr>{cells}</tr></table>'
