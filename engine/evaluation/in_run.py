"""A compiled playbook bound to one run: what is the same for every account is worked out once."""

from collections.abc import Mapping
from datetime import date, datetime

from msgspec import UNSET, Struct

from engine.calendars.months import shift_date
from engine.compiling.compiled import CompiledClass, CompiledPlaybook, CompiledRule, CompiledScope, Slot
from engine.compiling.past import Memory
from engine.evaluation.lengths import Length, later, length_for, length_in
from engine.foundation.quantities import Duration
from engine.history.model import History, Override
from engine.history.settling import ClassRule, Steadiness
from engine.history.traces import value_on
from engine.inference.engines import InferenceEngine
from engine.language.playbook import WarningRule
from engine.matching import core
from engine.matching.explained import Environment
from engine.matching.rows import BoundRows
from engine.matching.run import RunValues, Value


class RuleInRun(Struct, frozen=True):
    """A rule with its conclusions in its scope's program: masks of one bit, 0 for an end it has not. Where others read
    it: as of any record, as of all records, and record by record."""

    rule: CompiledRule
    begins: int
    ends: int
    any: str
    all: str
    items: str


class ClassInRun(Struct, frozen=True):
    """A class with the values of its rows and the masks of one bit of each, how it changes, and its assessment."""

    compiled: CompiledClass
    values: tuple[str, ...]
    masks: tuple[int, ...]
    rule: ClassRule
    assessment: str


class ScopeInRun(Struct, frozen=True):
    """A scope whose entries are told apart. ``resting`` is what is concluded of rules unless one of them begins."""

    scope: CompiledScope
    classes: tuple[ClassInRun, ...]
    rules: tuple[RuleInRun, ...]
    resting: Mapping[str, Value]


def _rule_in_run(rule: CompiledRule, masks: tuple[int, ...]) -> RuleInRun:
    address = rule.address
    ends = masks[1] if len(masks) > 1 else 0
    return RuleInRun(rule, masks[0], ends, address, f"{address}.all", f"{address}.items")


class Evaluation:
    """A compiled playbook bound to one run, for accounts, or for groups of them by ``per``.

    ``overrides`` are the classes set by hand beside those in the histories, by account.
    """

    def __init__(
        self, compiled: CompiledPlaybook, run: RunValues, engine: InferenceEngine, per: str | None = None,
        overrides: Mapping[str, tuple[Override, ...]] | None = None,
    ) -> None:  # fmt: skip
        self.compiled = compiled
        self.overrides = overrides or {}
        self.per = per
        self.run = run
        self._engine = engine
        self.rows: BoundRows = compiled.rows.bind(run)
        self._steadiness = {rule.address: self._steadiness_in_run(rule) for rule in compiled.rules}
        self.has_warnings = tuple(
            any(_warns(slot) for scope in level for slot in scope.slots) for level in compiled.levels
        )
        self.lights = tuple(
            (rule.address, rule.entry.light)
            for rule in compiled.rules
            if isinstance(rule.entry, WarningRule) and rule.entry.status != "draft" and rule.per == per
        )
        self.graded = tuple(each for each in compiled.graded if each.per == per)
        self.graded_order = {each.address: at for at, each in enumerate(self.graded)}.__getitem__
        self.rules_order = {each.address: at for at, each in enumerate(compiled.rules)}.__getitem__
        self.memories = tuple((each, self._day_of(each)) for each in compiled.memories)
        self._assessments = {each.address: self._assessment(each) for each in self.graded}
        self.levels = tuple(tuple(self._scope_in_run(each) for each in level) for level in compiled.levels)

    def _scope_in_run(self, scope: CompiledScope) -> ScopeInRun:
        """The scope as this run groups accounts; what is for other groupings rests."""
        own = (slot for slot in scope.slots if slot.entry.per == self.per)
        classes = [self._class_in_run(slot.entry, slot.masks) for slot in own if isinstance(slot.entry, CompiledClass)]
        every = [_rule_in_run(slot.entry, slot.masks) for slot in scope.slots if isinstance(slot.entry, CompiledRule)]
        rules = [each for each in every if each.rule.per == self.per]
        resting = [each for each in every if each.rule.per != self.per]
        if scope.collection is None:
            resting += [each for each in rules if each.rule.concludes]
        at_rest = {name: False for each in resting for name in (each.any, each.all)}
        return ScopeInRun(scope, tuple(classes), tuple(rules), at_rest)

    def _class_in_run(self, compiled: CompiledClass, masks: tuple[int, ...]) -> ClassInRun:
        rule = ClassRule(compiled.ranks, compiled.down_after, compiled.once or self.is_over(compiled))
        values = tuple(value for value, _ in compiled.rows)
        return ClassInRun(compiled, values, masks, rule, self.assessment(compiled))

    def later(self, moment: datetime, duration: Duration) -> datetime:
        """``moment`` moved on by a duration: hours on the clock, days and longer on the calendar."""
        return later(moment, duration, self.run, self.compiled.calendar)

    def _day_of(self, memory: Memory) -> date | None:
        """The day that a memory goes back to; none where its length is not in force."""
        length = length_in(self.run, memory.length)
        return shift_date(self.run.today, length, -1) if isinstance(length, Duration) else None

    def _steadiness_in_run(self, rule: CompiledRule) -> Steadiness | None:
        """The rule's lengths; none where they are to be asked for account by account."""
        return _steadiness([length_in(self.run, node) for node in lengths_of(rule)])

    def _assessment(self, compiled: CompiledClass) -> str:
        if self.is_over(compiled):
            return "over"
        return self.run.today.isoformat() if compiled.stretch is None else self.run.period(compiled.stretch).name

    def is_over(self, compiled: CompiledClass) -> bool:
        """Whether its last day has passed: it is assessed once more, and then no more."""
        return compiled.until is not None and self.run.today > compiled.until

    def remembered(self, history: History) -> dict[str, Value]:
        """What values were so long ago, as ``was`` and ``rose`` read them: unknown before their traces begin."""
        traces = {each.address: each for each in history.traces}
        found: dict[str, Value] = {}
        for memory, day in self.memories:
            trace = traces.get(memory.trace)
            found[memory.name] = value_on(trace, day, memory.type.scale, self.run.zone) if day is not None else UNSET
        return found

    def infer(self, scope: CompiledScope, t: int, p: int) -> tuple[int, int]:
        """The bits of a scope's conclusions from its atoms."""
        return self._engine.infer(scope.program, t, p)

    def steadiness(self, rule: CompiledRule, environment: Environment) -> Steadiness | None:
        """The rule's lengths for an account; none where one of them is unknown."""
        return self._steadiness[rule.address] or _steadiness(
            [length_for(environment, node) for node in lengths_of(rule)]
        )

    def assessment(self, compiled: CompiledClass) -> str:
        """The name of the stretch in which this run assesses the class."""
        return self._assessments[compiled.address]


def lengths_of(rule: CompiledRule) -> tuple[core.Node | None, ...]:
    """The lengths that keep a rule steady, in the order of ``Steadiness``."""
    return rule.must_hold, rule.keep, rule.reopen_within, rule.stale_after


def _steadiness(lengths: list[Length]) -> Steadiness | None:
    known = [each for each in lengths if each is not UNSET]
    return Steadiness(*known) if len(known) == len(lengths) else None


def _warns(slot: Slot) -> bool:
    return isinstance(slot.entry, CompiledRule) and isinstance(slot.entry.entry, WarningRule)
