"""Explanations for people: every test with what it expects and what was found, in the playbook's language."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Final, TypeGuard

from msgspec.structs import asdict

from engine import CompiledPlaybook
from engine.commands.plan_table import COLOURS, MARK, lit
from engine.commands.terminal import Style, ink, paragraph, shown_width
from engine.planning.because import Because, Truth
from engine.planning.explanation import (
    ClassCase,
    ClassExplanation,
    Explanation,
    Provenance,
    Row,
    RuleCase,
    RuleExplanation,
    ScoreExplanation,
    Source,
    Traced,
    Work,
)
from engine.planning.plan import Move, ScoreFigure
from engine.reports.labels import due_text, moment_text
from engine.reports.names import without_places
from engine.reports.phrases import Phrases, signed
from engine.reports.words import joined, words_for

MARKS: Final[dict[Truth, tuple[str, Style]]] = {
    "true": ("✓", {"fg": "green"}), "false": ("✗", {"fg": "red"}), "unknown": ("?", {"fg": "yellow"}),
}  # fmt: skip

_BOLD: Final[Style] = {"bold": True}
_DIM: Final[Style] = {"dim": True}
_SECTIONS: Final = ("warnings", "cadence", "rules")


class ExplanationText:
    """Lays out explanations made with one playbook; ``whole`` shows also the records for which a rule is quiet."""

    def __init__(self, compiled: CompiledPlaybook, locale: str, columns: int, *, whole: bool) -> None:
        self._phrases = Phrases(compiled.playbook, locale, edges=compiled.edges, with_ids=True)
        self._names = self._phrases.names
        self._words = words_for(locale)
        self._columns = columns
        self._whole = whole
        self._as_of: datetime | None = None
        self._told: set[str] = set()
        """Entries whose figures have been followed to their data: in each class or rule once."""

    def lines(self, explanation: Explanation) -> Iterator[str]:
        """The account, its classes, then its warnings, cadences and rules."""
        self._as_of = explanation.as_of
        words = self._words
        light = lit(explanation.light, words)
        notes = (
            words.light_notes(explanation.light, explanation.light_at_worst, watch=explanation.watch),
            words.as_of.format(moment_text(explanation.as_of)),
            self._phrases.rows((explanation.record,)),
        )
        about = self._names.subject(explanation.account, explanation.group)
        text = f"{about.id} {about.name}{words.aside.format(joined(notes))}"
        yield from paragraph(light, text, self._columns, 0, {**_BOLD, "fg": COLOURS[explanation.light]}, _BOLD)
        if explanation.classes:
            yield from self._heading(words.classes)
            for each in explanation.classes:
                yield from self._class(each)
        if explanation.scores:
            yield from self._heading(words.scores)
            for score in explanation.scores:
                yield from self._score(score)
        if explanation.targets:
            yield from self._heading(words.target)
            for target in explanation.targets:
                yield from self._class(target)
        yield from self._rules(explanation.rules)

    def _heading(self, title: str) -> Iterator[str]:
        yield ""
        yield ink(title, bold=True, underline=True)

    # -- classes ------------------------------------------------------------------------------------

    def _class(self, found: ClassExplanation) -> Iterator[str]:
        yield from self._entry(" ", {}, found.title, found.address, (found.source, found.rule_at))
        for case in found.cases:
            self._told.clear()
            yield from self._class_case(case, found)

    def _class_case(self, case: ClassCase, found: ClassExplanation) -> Iterator[str]:
        words = self._words
        value = _called(case.value, case.label) or words.none
        if case.possible and case.value is None:
            value = self._phrases.undecided(found.address, case.possible)
        notes = (
            self._since(case.since),
            words.previous.format(self._names.value(found.address, case.previous)) if case.previous else "",
            self._phrases.missing(case.missing),
        )
        name = f"{_named(case.item, case.name)}{self._row_of(case.record)}"
        yield from self._line(4, "=", _BOLD, joined((name, value, *notes)), style=_BOLD)
        if case.override is not None:
            yield from self._line(6, "‖", {"fg": "yellow"}, self._phrases.set_by_hand(found.address, case.override))
        if case.next is not None:
            lacks = joined(self._phrases.summary(each) for each in case.lacks)
            text = self._words.next_step.format(_called(case.next, case.next_label))
            yield from self._line(6, "↑", {"fg": "cyan"}, f"{text}{self._words.colon}{lacks}" if lacks else text)
        for each in case.rows:
            yield from self._row(each)
        if found.otherwise is not None and case.value == found.otherwise:
            otherwise = self._names.value(found.address, found.otherwise)
            yield from self._line(6, " ", {}, f"{words.otherwise}{words.colon}{otherwise}")

    def _row(self, found: Row) -> Iterator[str]:
        yield from self._line(6, *MARKS[found.result], _called(found.value, found.label))
        yield from self._tests(found.because, 8)

    # -- scores -------------------------------------------------------------------------------------

    def _score(self, found: ScoreExplanation) -> Iterator[str]:
        yield from self._entry(" ", {}, found.title, found.address, (found.source, found.rule_at))
        score, phrases = found.score, self._phrases
        notes = (
            phrases.band(found.address, score),
            self._since(score.since),
            self._words.previous.format(self._names.value(found.address, score.previous)) if score.previous else "",
            phrases.moved(score),
        )
        value = phrases.value(score.value, "points" if score.value is not None else None)
        yield from self._line(4, "=", _BOLD, joined((value, *notes)), style=_BOLD)
        moves = {each.part: each for each in score.moved}
        self._told.clear()
        for each in score.figures:
            yield from self._figure(each, moves.get(each.part), found.origins.get(each.part))

    def _figure(self, found: ScoreFigure, move: Move | None, origin: Provenance | None) -> Iterator[str]:
        phrases = self._phrases
        name = _called(found.part, found.title or self._names.title(found.of))
        if found.points is None:
            text = phrases.missing(found.missing) or self._words.none
            yield from self._line(6, *MARKS["unknown"], f"{name}{self._words.colon}{text}", self._defined(origin))
            yield from self._parts(origin, 6)
            return
        own = "" if found.unit == "points" else f"{phrases.value(found.observed, found.unit)} → "
        sum_ = f"{phrases.value(found.points, 'points')} × {phrases.value(found.counts, 'percent')}"
        moved = f"({signed(move.by)})" if move else ""
        text = f"{name}{self._words.colon}{own}{sum_} = {phrases.value(found.contribution, None)} {moved}".rstrip()
        yield from self._line(6, "+", _DIM, f"{text}{self._drawn(origin)}", self._defined(origin))
        yield from self._parts(origin, 6)

    # -- rules --------------------------------------------------------------------------------------

    def _rules(self, rules: tuple[RuleExplanation, ...]) -> Iterator[str]:
        """Each kind of rule under its heading; below them what the marks beside due days mean."""
        words = self._words
        for section, title in zip(_SECTIONS, (words.warnings, words.cadences, words.rules), strict=True):
            found = [each for each in rules if each.address.startswith(f"{section}.")]
            if found:
                yield from self._heading(title)
                for rule in found:
                    yield from self._rule(rule)
        if any(case.actions for rule in rules for case in rule.cases):
            yield ""
            yield ink(words.legend, dim=True)

    def _rule(self, rule: RuleExplanation) -> Iterator[str]:
        light = f"{MARK} {self._words.lights[rule.light]}" if rule.light else ""
        status = self._words.holds["draft"] if rule.status == "draft" else ""
        about = (light, status, rule.source, rule.rule_at)
        yield from self._entry(*MARKS[rule.result], rule.title, rule.address, about)
        if rule.collection is not None and not rule.cases:
            absent = rule.result == "unknown"
            text = (self._words.not_delivered if absent else self._words.no_records).format(
                self._names.records(rule.collection)
            )
            yield from self._line(4, *MARKS[rule.result], text)
        shown = [each for each in rule.cases if self._whole or each.result != "false" or each.state != "inactive"]
        for case in rule.cases if rule.collection is None else shown:
            yield from self._case(case, rule)
        quiet = len(rule.cases) - len(shown)
        if rule.collection is not None and quiet:
            forms = self._words.quiet_records if shown else self._words.no_record
            yield from self._line(4, *MARKS["false"], self._words.count(forms, quiet))

    def _case(self, case: RuleCase, rule: RuleExplanation) -> Iterator[str]:
        words = self._words
        self._told.clear()
        state = words.states[case.state] if case.state != "inactive" and rule.address[:8] == "warnings" else ""
        since = self._since(case.since)
        indent = 4
        if rule.collection is not None:
            head = joined((f"{_named(case.item, case.name)}{self._row_of(case.record)}", state, since))
            yield from self._line(4, *MARKS[case.result], head, style=_BOLD)
            indent = 6
        elif state:
            yield from self._line(4, " ", {}, joined((state, since)))
        yield from self._wanting(case, indent)
        if case.because is None:
            yield from self._line(indent, "?", MARKS["unknown"][1], words.gone)
        else:
            yield from self._tests(case.because, indent)
        yield from self._ends(case, indent)
        yield from self._consequences(case, indent)

    def _wanting(self, case: RuleCase, indent: int) -> Iterator[str]:
        """What data is missing, and of several tests those that do not hold."""
        if case.missing:
            yield from self._line(indent, *MARKS["unknown"], self._phrases.missing(case.missing))
        if case.result == "false" and case.because is not None and case.because.test is None:
            lacks = joined(self._phrases.summary(each) for each in case.lacks)
            yield from self._line(indent, *MARKS["false"], f"{self._words.wanting}{self._words.colon}{lacks}")

    def _ends(self, case: RuleCase, indent: int) -> Iterator[str]:
        if case.ends is not None:
            yield from self._line(indent, " ", {}, f"{self._words.ends_when}{self._words.colon}", style=_DIM)
            yield from self._tests(case.ends, indent + 2)

    def _consequences(self, case: RuleCase, indent: int) -> Iterator[str]:
        words = self._words
        if case.turn is not None:
            yield from self._turn(case.turn, indent)
        if case.held_by:
            reasons = words.comma.join(words.holds[each] for each in case.held_by)
            by = (
                words.muted_by.format(words.comma.join(map(self._phrases.named, case.muted_by)))
                if case.muted_by
                else ""
            )
            until = words.until.format(moment_text(case.until)) if case.until else ""
            why = joined((case.why or "", case.who or ""))
            text = f"{words.held_back}{words.colon}{joined((reasons, by, until, why))}"
            yield from self._line(indent, "‖", {"fg": "yellow"}, text)
        for each in case.actions:
            yield from self._line(indent, "→", {"fg": "cyan"}, self._work(each))

    def _turn(self, turn: Because, indent: int) -> Iterator[str]:
        mark = MARKS["true"] if turn.result == "true" else ("–", _DIM)
        yield from self._line(indent, *mark, self._phrases.turn(turn))

    def _work(self, work: Work) -> str:
        owner = work.owner.name or work.owner.person or f"({self._names.role(work.owner.role)})"
        return joined((work.title, due_text(work) if work.due else "", owner))

    # -- conditions ---------------------------------------------------------------------------------

    def _tests(self, node: Because, indent: int) -> Iterator[str]:
        """The tests of a condition; those that must all hold stand side by side."""
        if node.op == "all" and node.test is None:
            if not node.of:
                yield from self._line(indent, *MARKS["true"], self._words.always)
            for each in node.of:
                yield from self._test(each, indent)
        else:
            yield from self._test(node, indent)

    def _test(self, node: Because, indent: int) -> Iterator[str]:
        if node.test is None:
            yield from self._line(indent, *MARKS[node.result], self._phrases.combined(node))
            for each in node.of:
                yield from self._test(each, indent + 2)
            return
        phrases = self._phrases
        traced = node if isinstance(node, Traced) else Traced(**asdict(node))
        found = phrases.found(node)
        found += self._drawn(traced.origin) if found else ""
        parts = (phrases.test(node), found, phrases.among(node.among), phrases.missing(node.missing))
        places = (node.rule_at or "", *map(self._defined, traced.thresholds), self._defined(traced.origin))
        yield from self._line(indent, *MARKS[node.result], joined(parts), joined(places))
        yield from self._parts(traced.origin, indent)
        self._told |= {each.address or "" for each in (*traced.thresholds, traced.origin) if each}

    # -- where figures come from --------------------------------------------------------------------

    def _row_of(self, record: Source | None) -> str:
        """The row that a record was read from, where it is known."""
        rows = self._phrases.rows((record,)) if record else ""
        return self._words.aside.format(rows) if rows else ""

    def _is_new(self, origin: Provenance | None) -> TypeGuard[Provenance]:
        return origin is not None and (origin.address is None or origin.address not in self._told)

    def _drawn(self, origin: Provenance | None) -> str:
        """The records; a quantifier over none of them has said so already."""
        if not self._is_new(origin):
            return ""
        return self._phrases.drawn(each for each in origin.drawn if each.first or origin.address)

    def _defined(self, origin: Provenance | None) -> str:
        """The entry that defines a figure, and its place."""
        if not self._is_new(origin) or origin.address is None:
            return ""
        return f"{origin.address} {origin.defined_at or self._words.built_in}"

    def _parts(self, origin: Provenance | None, indent: int) -> Iterator[str]:
        """The figures that a figure was worked out from, one below the other, each with its own."""
        if not self._is_new(origin):
            return
        self._told.add(origin.address or "")
        for each in origin.of:
            text = f"{self._phrases.figure(each)}{self._drawn(each)}"
            yield from self._line(indent + 2, "←", {"fg": "cyan"}, text, self._defined(each))
            yield from self._parts(each, indent + 2)

    def _since(self, since: datetime | None) -> str:
        """Since when, unless that is only now."""
        if since is None or since == self._as_of:
            return ""
        return self._words.since.format(moment_text(since))

    # -- lines --------------------------------------------------------------------------------------

    def _entry(self, mark: str, style: Style, title: str, address: str, about: Iterable[str | None]) -> Iterator[str]:
        yield from self._line(
            1, mark, style, f"{without_places(title)} {address}", joined(each or "" for each in about), _BOLD
        )

    def _line(
        self, indent: int, mark: str, mark_style: Style, text: str, aside: str | None = None, style: Style | None = None
    ) -> Iterator[str]:
        """A marked line; ``aside`` stands dim behind it, or below where there is no room."""
        lines = list(paragraph(mark, text, self._columns, indent, mark_style, style))
        yield from lines[:-1]
        yield from _with_aside(lines[-1], aside, self._columns, indent)


def _with_aside(line: str, aside: str | None, columns: int, indent: int) -> Iterator[str]:
    if not aside:
        yield line
        return
    if shown_width(line) + 2 + shown_width(aside) <= columns:
        yield f"{line}  {ink(aside, dim=True)}"
        return
    yield line
    yield from paragraph(" ", aside, columns, indent, style=_DIM)


def _called(name: str | None, label: str | None) -> str:
    """What people call something, with its name in the playbook where that is another."""
    says_more = name and label and label.casefold() != name.replace("_", " ").casefold()
    return f"{label} ({name})" if says_more else label or name or ""


def _named(id_: str | None, name: str | None) -> str:
    """A record by its id and its name."""
    return joined((id_ or "", name or "" if name != id_ else ""), " ")
