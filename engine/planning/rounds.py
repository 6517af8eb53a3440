"""What of a cadence is open for an account or record, and how a plan says so (spec 5.3)."""

from datetime import date
from typing import cast

from msgspec import UNSET, Struct

from engine.compiling.compiled import CompiledRule
from engine.evaluation.findings import RuleFinding
from engine.evaluation.lengths import length_for
from engine.foundation.quantities import Duration
from engine.language.playbook import Cadence
from engine.matching.explained import explain
from engine.planning.actions import Desk
from engine.planning.because import Because, Truth
from engine.planning.dated import AHEAD, GRACE, dated_occurrences
from engine.planning.occurrences import Occurrence, Unplannable, occurrence_of, open_occurrence
from engine.planning.reasons import rule_at


class Rounds(Struct, frozen=True):
    """The open occurrences of a cadence, and the data that is missing to say which are."""

    open: tuple[Occurrence, ...]
    lacks: tuple[tuple[str, ...], ...] = ()


def rounds_of(desk: Desk, finding: RuleFinding) -> Rounds:
    """What is open, by its day; where data is missing, what was open before (semantics 1.5)."""
    found = _found(desk, finding)
    lacking = [each for each in found if isinstance(each, Unplannable)]
    now = tuple(each for each in found if isinstance(each, Occurrence))
    before = tuple(each for each in _before(desk, finding) if any(each.name.startswith(gap.name) for gap in lacking))
    in_order = sorted((*now, *before), key=lambda each: (each.day, each.name))
    return Rounds(tuple(in_order), tuple(each.needs for each in lacking if each.needs))


def _found(desk: Desk, finding: RuleFinding) -> tuple[Occurrence | Unplannable, ...]:
    rule = finding.rule
    if finding.begins is UNSET:
        return (Unplannable(()),)
    environment = desk.bound(finding)
    nodes = (rule.rhythm, rule.grace, rule.ahead)
    lengths = [length_for(environment, each) for each in nodes]
    if UNSET in lengths or (rule.rhythm is not None and lengths[0] is None):
        return (Unplannable(tuple(path for each in nodes if each for path in explain(each, environment).missing)),)
    rhythm, grace, ahead = cast("list[Duration | None]", lengths)
    if rule.days:
        return dated_occurrences(finding, environment, rhythm, grace or GRACE, ahead or AHEAD, desk.compiled.calendar)
    assert rhythm is not None  # noqa: S101 - without days it has a rhythm
    one = open_occurrence(finding, environment, rhythm, grace)
    return () if one is None else (one,)


def _before(desk: Desk, finding: RuleFinding) -> tuple[Occurrence, ...]:
    key, entry = (finding.rule.address, finding.item), cast("Cadence", finding.rule.entry)
    return tuple(occurrence_of(each, entry) for each in desk.history.occurrences if (each.address, each.item) == key)


def turn_of(rule: CompiledRule, result: Truth, observed: date | None) -> Because:
    """How a cadence comes round: by which kinds, how often or on which days, and from or on which day now."""
    entry = cast("Cadence", rule.entry)
    days = ", ".join(each.text for each in entry.on)
    every = str(entry.every.period or f"${entry.every.reference}") if entry.every is not None else None
    return Because(
        op="on" if entry.on else "every",
        result=result,
        test=" ".join(rule.kinds),
        expected=" ".join(each for each in (days, every and f"every {every}" if days else every) if each),
        observed=observed.isoformat() if observed else None,
        rule_at=rule_at(entry.place),
    )
