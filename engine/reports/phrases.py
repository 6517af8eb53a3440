"""Tests and their values in the words of a language: what is expected, what was found, what is missing."""

import re
from collections.abc import Iterable
from decimal import Decimal
from pathlib import PurePath
from typing import Final

from msgspec.structs import replace

from engine.language.conditions import fields_in
from engine.language.kinds import KINDS
from engine.language.playbook import Playbook
from engine.planning.because import Among, Because, Shown
from engine.planning.explanation import Drawn, Provenance, Source
from engine.planning.plan import Overridden, ScorePlan
from engine.reports.names import names_in
from engine.reports.words import Words, joined, words_for
from engine.templates.figures import Edges, readable

_MOST_TESTS: Final = 3
_OPPOSITES: Final = {
    "below": "at_least", "at_least": "below", "above": "at_most", "at_most": "above",
    "is": "is_not", "is_not": "is", "in": "not_in", "not_in": "in",
}  # fmt: skip
_MONEY: Final = re.compile(r"(-?\d+(?:\.\d+)?) ([A-Z]{3})")
_LENGTH: Final = re.compile(r"(\d+(?:\.\d+)?) ([a-z ]+?)s?")


class Phrases:
    """Puts parts of reasons into the words of ``locale``; ``with_ids`` names of the playbook stand beside titles.

    Figures have the digits that a reader needs: none is rounded onto or across one of ``edges``.
    """

    def __init__(self, playbook: Playbook, locale: str, *, edges: Edges, with_ids: bool = False) -> None:
        self._language = locale.partition("-")[0]
        self._words: Words = words_for(locale)
        self._warnings = playbook.warnings
        self._asked_of_all = fields_in(playbook.manifest.applies_to)
        self._edges = edges
        self._with_ids = with_ids
        self.names = names_in(playbook, locale)

    def summary(self, reason: Because) -> str:
        """A reason in one line, each test with what was found: the parts that made it what it is."""
        if reason.test is None:
            turned = _turned(reason.of[0]) if reason.op == "not" else None
            if turned is not None:
                return self.summary(turned)
            parts = [self.summary(each) for each in self._decisive(reason)]
            if reason.op == "any":
                return self._words.either.join(parts)
            together = joined(parts)
            if reason.op == "not":
                return self._words.negated.format(together)
            return together if reason.op == "all" else f"{self.combined(reason)}{self._words.colon}{together}"
        said = reason.observed == (reason.expected if reason.op == "is" else None)
        found = "" if said else self.found(reason)
        return self.test(reason) + (self._words.aside.format(found) if found else "")

    def brief(self, reason: Because) -> str:
        """A reason in a few words: of what must all hold the first tests, how a cadence comes round before them."""
        if reason.op != "all" or reason.test is not None:
            return self.summary(reason)
        parts = sorted(self._decisive(reason), key=lambda each: not is_turn(each))
        more = "…" if len(parts) > _MOST_TESTS else ""
        return joined(self.summary(each) for each in parts[:_MOST_TESTS]) + more

    def _decisive(self, reason: Because) -> tuple[Because, ...]:
        """The parts that made a reason what it is; where it holds, less what is asked for every entry alike."""
        decisive = tuple(each for each in reason.of if each.result == reason.result) or reason.of
        own = tuple(each for each in decisive if each.test not in self._asked_of_all)
        return own if own and reason.result == "true" else decisive

    def combined(self, reason: Because) -> str:
        """What a node says of those below it."""
        return self._words.combined.get(reason.op, reason.op).format(reason.count or "")

    def test(self, reason: Because) -> str:
        """What is tested, and against what; of a cadence how it comes round."""
        if is_turn(reason):
            return self.turn(reason)
        expected = self.value(self._called(reason.expected, reason), reason.unit)
        op = f"not_{reason.op}" if reason.expected is False and reason.op in ("present", "known") else reason.op
        phrase = self._words.tests.get(op, f"{op} {{}}")
        if "{subject}" in phrase:
            count = 1 if reason.op == "some" and reason.expected == 1 else 2
            return phrase.format(expected, subject=self.names.records(reason.test or "", count))
        return joined((self._subject(reason.test or ""), phrase.format(expected)), " ")

    def _subject(self, test: str) -> str:
        kind, _, light = test.partition(" ")
        if kind == "firing" and light in self._words.lights:
            return self._words.warnings + self._words.aside.format(self._words.lights[light])
        return self.named(test)

    def named(self, name: str) -> str:
        """What people call something; with its name in the playbook where that is wanted and says more."""
        title = self.names.title(name)
        if title is None:
            return name
        if not self._with_ids:
            return title
        says_more = title.casefold() != name.replace("_", " ").casefold()
        return f"{title} ({name})" if says_more else title

    def _called(self, value: Shown, reason: Because) -> Shown:
        """A value by what people call it."""
        test = reason.test or ""
        if isinstance(value, list):
            return [self.names.value(test, each) for each in value]
        return self.names.value(test, value) if isinstance(value, str) else value

    def turn(self, turn: Because) -> str:
        """How a cadence comes round: by which work, and from which day it counts."""
        words = self._words
        names = words.comma.join(self.names.kind(each) for each in (turn.test or "").split())
        if turn.observed is None:
            return words.no_occurrence.format(names)
        open_ = words.on_day if turn.op == "on" else words.turn
        return (open_ if turn.result == "true" else words.no_turn).format(names, turn.observed)

    def found(self, reason: Because) -> str:
        """What was observed, where anything was looked at that can be shown."""
        conclusion = reason.test in self._warnings or (reason.test or "").startswith("firing ")
        if reason.result == "unknown" or (reason.observed is None and conclusion) or is_turn(reason):
            return ""
        against = reason.expected if isinstance(reason.expected, Decimal) else None
        return self._words.found.format(self.value(self._called(reason.observed, reason), reason.unit, against))

    def drawn(self, drawn: Iterable[Drawn]) -> str:
        """The records that a figure was drawn from, by file and row where those are known; empty for none to tell."""
        told = joined((self._of_collection(each) for each in drawn), "; ")
        return self._words.aside.format(told) if told else ""

    def _of_collection(self, drawn: Drawn) -> str:
        words = self._words
        unread = [each for each in drawn.first if each.file is None]
        names = [f"{each.id}, {each.on}" if each.on and drawn.count == 1 else each.id for each in unread]
        all_ = words.in_all.format(words.count(words.records, drawn.count)) if drawn.count > len(drawn.first) else ""
        if drawn.collection is None or (drawn.first and not names):
            return f"{self.rows(drawn.first)}{all_}"
        told = joined((*names, self.rows(drawn.first)), words.comma)
        if not told:
            return words.no_records.format(self.names.records(drawn.collection))
        return f"{self.names.records(drawn.collection, drawn.count)} {told}{all_}"

    def rows(self, sources: Iterable[Source]) -> str:
        """The rows that records were read from, by file; empty where none is known."""
        words, rows = self._words, dict[str, list[str]]()
        for each in sources:
            if each.file is not None:
                rows.setdefault(PurePath(each.file).name, []).append(str(each.row))
        found = (f"{file} {words.rows[len(of) > 1].format(words.comma.join(of))}" for file, of in rows.items())
        return words.comma.join(found)

    def figure(self, found: Provenance) -> str:
        """A figure with its value, or with what it lacks."""
        value = self.missing(found.missing) if found.missing else self.value(found.value, found.unit)
        return f"{self.named(found.name)}{self._words.colon}{value}"

    def among(self, found: Among | None) -> str:
        """How many accounts or records a figure over the portfolio speaks of, and how many it leaves out."""
        if found is None:
            return ""
        words = self._words.among_records if found.accounts is None else self._words.among
        return words[found.left_out > 0].format(found.records or found.accounts or 0, found.left_out)

    def band(self, name: str, score: ScorePlan) -> str:
        """The band of the score ``name``, or those that are possible."""
        if score.possible and score.band is None:
            return self.undecided(name, score.possible)
        return score.label or score.band or ""

    def undecided(self, name: str, possible: Iterable[str]) -> str:
        """The values of a class, score or target that are still possible."""
        return self._words.undecided.format(self._words.either.join(self.names.value(name, each) for each in possible))

    def set_by_hand(self, name: str, found: Overridden) -> str:
        """What a class would be by the data, who has set it, until when and why; or that this is over."""
        phrase = self._words.set_until if found.ended else self._words.set_by
        by_data = self.names.value(name, found.by_data) if found.by_data else self._words.none
        return phrase.format(by_data, found.until, found.why, found.who)

    def moved(self, score: ScorePlan) -> str:
        """By how much a score has moved since it was last known."""
        if score.value is None or score.last is None or score.value == score.last:
            return ""
        return self._words.moved.format(signed(score.value - score.last))

    def missing(self, paths: tuple[str, ...]) -> str:
        """The data that is missing."""
        return self._words.missing.format(self.names.missing(paths)) if paths else ""

    def value(self, value: Shown, unit: str | None, against: Decimal | None = None) -> str:
        """A value of a plan with its unit; one held ``against`` a figure never looks equal to it if it is not."""
        match value:
            case None:
                return self._words.none
            case bool():
                return self._words.truths[value]
            case list():
                return self._words.comma.join(value) if value else self._words.none
            case Decimal():
                told = f"{readable(value, against=against, edges=self._edges):,f}"
                return f"{told}{self._words.units.get(unit, f' {unit}')}" if unit else told
            case _:
                return self._text(str(value))

    def _text(self, text: str) -> str:
        """An amount of money with its thousands apart, a length of time such as ``90 days`` with its unit in the
        language of the words; any other text as it is."""
        if money := _MONEY.fullmatch(text):
            return f"{Decimal(money[1]):,f} {money[2]}"
        found = _LENGTH.fullmatch(text)
        unit = self._words.units.get(f"{found[2]}s") if found else None
        return f"{found[1]}{unit}" if found and unit and self._language == "zh" else text


def is_turn(reason: Because) -> bool:
    """Whether a reason says how a cadence comes round, rather than what is tested."""
    return reason.op in ("every", "on") and all(each in KINDS for each in (reason.test or "-").split())


def signed(amount: Decimal) -> str:
    """A difference with its sign."""
    return f"{readable(amount):+f}"


def _turned(reason: Because) -> Because | None:
    """What says that a test does not hold as people would say it: not below 70 is at least 70. None where no test does,
    and where nothing was observed, which is neither."""
    opposite = _OPPOSITES.get(reason.op)
    return replace(reason, op=opposite) if opposite is not None and reason.observed is not None else None
