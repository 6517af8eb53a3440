"""What is special about cadence: which days it is on, and which keys would do nothing there."""

from collections.abc import Callable

from engine.calendars.occasions import Occasion, festival_names, occasion
from engine.calendars.workdays import Calendar
from engine.compiling.compiled import CompiledDay
from engine.compiling.conditions import Lowering
from engine.compiling.lengths import values_of
from engine.compiling.parameters import Parameters
from engine.compiling.symbols import Symbols, View
from engine.documents.shapes import place_in
from engine.foundation import codes
from engine.foundation.places import Place
from engine.foundation.problems import Code, Problem, did_you_mean, problem
from engine.language.playbook import Cadence
from engine.language.values import Written
from engine.matching.core import DATE, INSTANT, TEXT, TEXTS


class Cadences:
    """Compiles the days of one playbook's cadence; what is wrong goes to ``sink``."""

    def __init__(
        self,
        symbols: Symbols,
        lowering: Lowering,
        parameters: Parameters,
        calendar: Calendar,
        sink: Callable[[Problem], None],
    ) -> None:
        self._symbols = symbols
        self._lowering = lowering
        self._parameters = parameters
        self._calendar = calendar
        self._sink = sink

    def check(self, entry: Cadence) -> None:
        """A cadence has one way of coming round."""
        if entry.every is None and not entry.on:
            message = f"`cadence.{entry.id}` does not say when"
            self._report(codes.MISSING_KEY, entry.place, message, "add `every: month`, or `on: spring_festival`")
        if entry.on and entry.counted_from != "last":
            message = f"`counted_from: {entry.counted_from}` does nothing beside `on`"
            place = place_in(entry, "counted_from", key=True)
            self._report(codes.UNKNOWN_KEY, place, message, "drop one of them")
        if entry.ahead is not None and not entry.on:
            place = place_in(entry, "ahead", key=True)
            self._report(codes.UNKNOWN_KEY, place, "`ahead` belongs to `on`", "drop it, or say `on` which day")

        self._check_others(entry)

    def kinds(self, entry: Cadence) -> tuple[str, ...]:
        """The kinds of interaction that count: its own, those it ``counts``, and those of cadences that count also for
        it."""
        others = self._symbols.playbook.cadence.values()
        also = (each for each in others if entry.id in each.counts_also_for)
        return tuple(dict.fromkeys(kind for each in (entry, *also) for kind in (each.kind, *each.counts)))

    def _check_others(self, entry: Cadence) -> None:
        """What a cadence says of others: they exist, are others, and are about the same records."""
        for name in entry.counts_also_for:
            other = self._other(entry, "counts_also_for", name)
            if other is not None and other.each not in (None, entry.each):
                self._mismatch(entry, "counts_also_for", other)
        other = self._other(entry, "together_with", entry.together_with) if entry.together_with is not None else None
        if other is not None and other.each != entry.each:
            self._mismatch(entry, "together_with", other)
        if other is not None and other.together_with is not None:
            message = f"`{other.id}` goes with `{other.together_with}` itself"
            hint = f"write `together_with: {other.together_with}`"
            self._report(codes.NOT_READABLE_HERE, place_in(entry, "together_with"), message, hint)

    def _other(self, entry: Cadence, key: str, name: str) -> Cadence | None:
        known = self._symbols.playbook.cadence
        if (name not in known or name == entry.id) and f"cadence.{name}" not in self._symbols.playbook.broken:
            hint = did_you_mean(name, {*known} - {entry.id})
            message = f"`{key}: {name}` names no other cadence"
            self._report(codes.UNKNOWN_NAME, place_in(entry, key), message, hint)
        return known.get(name) if name != entry.id else None

    def _mismatch(self, entry: Cadence, key: str, other: Cadence) -> None:
        about = f"`{other.id}` is for each of {other.each}" if other.each else f"`{other.id}` is for the account"
        self._report(codes.TYPE_MISMATCH, place_in(entry, key), f"{about}, `{entry.id}` is not")

    def days(self, entry: Cadence, view: View) -> tuple[CompiledDay, ...]:
        """The days that ``on`` names."""
        found = (self._day(each, entry, view) for each in entry.on)
        return tuple(each for each in found if each is not None)

    def _day(self, written: Written, entry: Cadence, view: View) -> CompiledDay | None:
        name = written.text
        if written.reference in self._symbols.playbook.parameters:
            return self._listed(written, str(written.reference))
        meaning = self._symbols.meaning(name.removeprefix("$"), view)
        if meaning is None and written.reference is None and "." not in name:
            if entry.every is not None:
                message = f"`{name}` comes round by itself; `every` is for dates of the data"
                self._report(codes.UNKNOWN_KEY, place_in(entry, "every", key=True), message, "drop `every`")
            found = self._occasion(name, written.place)
            return CompiledDay(name, found, None) if found is not None else None
        known = self._lowering.meaning(name.removeprefix("$"), written.place, view)
        if known is None:
            return None
        if known.type not in (DATE, INSTANT):
            self._report(codes.TYPE_MISMATCH, written.place, f"`{name}` is no date or moment")
            return None
        return CompiledDay(name.removeprefix("$"), None, known.node)

    def _listed(self, written: Written, name: str) -> CompiledDay | None:
        """Days that a parameter names."""
        meaning = self._parameters.meaning(name)
        if meaning is None:
            return None
        if meaning.type not in (TEXT, TEXTS):
            message = f"`{written.text}` names no days"
            self._report(
                codes.TYPE_MISMATCH, written.place, message, "give it a value such as `[11-11, spring_festival]`"
            )
            return None
        named = {each for value in values_of(meaning.node, self._parameters.bindings) for each in names_in(value)}
        good = [self._occasion(each, written.place) for each in sorted(named)]
        return CompiledDay(written.text, None, meaning.node) if None not in good else None

    def _occasion(self, name: str, place: Place) -> Occasion | None:
        region, subdivision = self._calendar.region, self._calendar.subdivision
        try:
            return occasion(name, region, subdivision)
        except ValueError as error:
            known = festival_names(region, subdivision) if region is not None else ()
            hint = did_you_mean(name, known) or "write for example `11-11`, `2026-11-11` or `contract.ends_on`"
            self._report(codes.UNKNOWN_NAME, place, str(error), hint)
            return None

    def _report(self, code: Code, place: Place, message: str, hint: str | None = None) -> None:
        self._sink(problem(code, place, message, hint))


def names_in(value: object) -> tuple[str, ...]:
    """The names in a text or a list of texts."""
    if isinstance(value, tuple):
        return tuple(str(each) for each in value)
    return (value,) if isinstance(value, str) else ()
