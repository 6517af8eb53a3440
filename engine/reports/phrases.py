"""Tests and their values in the words of a language: what is expected, what was found, what is missing."""

import re
from collections.abc import Container, Iterable
from decimal import Decimal
from pathlib import PurePath
from typing import Final

from engine.planning.explanation import Drawn, Provenance, Source, Traced
from engine.planning.plan import Among, Because, ScorePlan, Shown
from engine.reports.words import Words, joined, words_for

_LENGTH: Final = re.compile(r"(\d+(?:\.\d+)?) ([a-z ]+?)s?")


class Phrases:
    """Puts parts of reasons into words; ``warnings`` are the ids of the playbook's, which are shown by no value."""

    def __init__(self, locale: str, warnings: Container[str | None]) -> None:
        self._language = locale.partition("-")[0]
        self._words: Words = words_for(locale)
        self._warnings = warnings

    def summary(self, reason: Because) -> str:
        """A reason in one line, each test with what was found: the parts that made it what it is."""
        if reason.test is None:
            decisive = [each for each in reason.of if each.result == reason.result]
            parts = [self.summary(each) for each in decisive or reason.of]
            if reason.op == "any":
                return self._words.either.join(parts)
            together = joined(parts)
            return together if reason.op == "all" else f"{self.combined(reason)}{self._words.colon}{together}"
        found = self.found(reason)
        return f"{self.test(reason)} ({found})" if found else self.test(reason)

    def combined(self, reason: Because) -> str:
        """What a node says of those below it."""
        return self._words.combined.get(reason.op, reason.op).format(reason.count or "")

    def test(self, reason: Because) -> str:
        """What is tested, and against what."""
        expected = self.value(_labelled(reason.expected, reason), reason.unit)
        phrase = self._words.tests.get(reason.op, reason.op + " {}").format(expected)
        return joined((self._subject(reason), phrase), " ")

    def _subject(self, reason: Because) -> str:
        test = reason.test or ""
        kind, _, light = test.partition(" ")
        if kind == "firing" and light in self._words.lights:
            return f"{self._words.warnings} ({self._words.lights[light]})"
        origin = reason.origin if isinstance(reason, Traced) else None
        return self.named(test, origin.title if origin else None)

    def named(self, name: str, title: str | None) -> str:
        """What people call something, with its name where that says more."""
        says_more = title is not None and title.casefold() != name.replace("_", " ").casefold()
        return f"{title} ({name})" if says_more else name

    def found(self, reason: Because) -> str:
        """What was observed, where anything was looked at that can be shown."""
        conclusion = reason.test in self._warnings or (reason.test or "").startswith("firing ")
        if reason.result == "unknown" or (reason.observed is None and conclusion):
            return ""
        return self._words.found.format(self.value(_labelled(reason.observed, reason), reason.unit))

    def drawn(self, drawn: Iterable[Drawn]) -> str:
        """The records that a figure was drawn from, by file and row where those are known; empty for none to tell."""
        told = joined((self._of_collection(each) for each in drawn), "; ")
        return self._words.drawn.format(told) if told else ""

    def _of_collection(self, drawn: Drawn) -> str:
        words = self._words
        unread = [each for each in drawn.first if each.file is None]
        names = [f"{each.id}, {each.on}" if each.on and drawn.count == 1 else each.id for each in unread]
        all_ = words.in_all.format(words.count(words.records, drawn.count)) if drawn.count > len(drawn.first) else ""
        if drawn.collection is None or (drawn.first and not names):
            return f"{self.rows(drawn.first)}{all_}"
        told = joined((*names, self.rows(drawn.first)), words.comma) or words.count(words.records, 0)
        return f"{drawn.collection} {told}{all_}"

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
        return f"{self.named(found.name, found.title)}{self._words.colon}{value}"

    def among(self, accounts: Among | None) -> str:
        """How many accounts a figure over the portfolio speaks of, and how many it leaves out."""
        if accounts is None:
            return ""
        words = self._words.among if accounts.left_out else self._words.among_all
        return words.format(accounts.accounts, accounts.left_out)

    def band(self, score: ScorePlan) -> str:
        """The band of a score, or those that are possible."""
        if score.possible and score.band is None:
            return self._words.undecided.format(self._words.either.join(score.possible))
        return score.label or score.band or ""

    def moved(self, score: ScorePlan) -> str:
        """By how much a score has moved since it was last known."""
        if score.value is None or score.last is None or score.value == score.last:
            return ""
        return self._words.moved.format(signed(score.value - score.last))

    def missing(self, paths: tuple[str, ...]) -> str:
        """The data that is missing."""
        return self._words.missing.format(", ".join(paths)) if paths else ""

    def value(self, value: Shown, unit: str | None) -> str:
        """A value of a plan with its unit."""
        match value:
            case None:
                return self._words.none
            case bool():
                return self._words.truths[value]
            case list():
                return ", ".join(value) if value else self._words.none
            case Decimal():
                return f"{value}{self._words.units.get(unit, f' {unit}')}" if unit else str(value)
            case _:
                return self._length(str(value))

    def _length(self, text: str) -> str:
        """A length of time such as ``90 days`` with its unit in the language of the words."""
        found = _LENGTH.fullmatch(text)
        unit = self._words.units.get(f"{found[2]}s") if found else None
        return f"{found[1]}{unit}" if found and unit and self._language == "zh" else text


def _labelled(value: Shown, reason: Because) -> Shown:
    """The value of a class by what people call it."""
    labels = reason.labels if isinstance(reason, Traced) else {}
    if isinstance(value, list):
        return [labels.get(each, each) for each in value]
    return labels.get(value, value) if isinstance(value, str) else value


def signed(amount: Decimal) -> str:
    """A difference with its sign."""
    return f"{amount:+f}"
