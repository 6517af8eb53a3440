"""``evaluate``: one account at one moment, given history, to findings (semantics 4)."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import cast

from msgspec import UNSET, UnsetType

from engine.calendars.months import shift_date
from engine.calendars.periods import period_of
from engine.compiling.compiled import CompiledClass, CompiledPlaybook, CompiledRule, CompiledScope, Slot
from engine.evaluation.findings import ClassFinding, Findings, Light, RuleFinding
from engine.foundation import codes
from engine.foundation.places import Place
from engine.foundation.problems import AccountFailed, problem
from engine.foundation.quantities import Duration
from engine.history.model import Closed, Episode, History, InForce
from engine.history.settling import ClassRule, Standing, Steadiness, Truth, settle_class, settle_rule
from engine.inference.engines import InferenceEngine
from engine.language.playbook import Cadence, Warning
from engine.matching import core
from engine.matching.explained import Environment, evaluate as evaluate_node
from engine.matching.rows import AccountState, BoundRows
from engine.matching.run import RunValues, Value
from engine.snapshots.model import AccountSnapshot, Record

Key = tuple[str, str | None]


class Evaluation:
    """A compiled playbook bound to one run: evaluates any number of accounts."""

    def __init__(self, compiled: CompiledPlaybook, run: RunValues, engine: InferenceEngine) -> None:
        self.compiled = compiled
        self.run = run
        self._engine = engine
        self.rows: BoundRows = compiled.rows.bind(run)
        self._steadiness = {rule.address: self._lengths(rule) for rule in compiled.rules}
        self._assessments = {name: self._assessment(each) for name, each in compiled.classes.items()}

    def length(self, node: core.Node | None) -> Duration | None:
        """The duration a node stands for in this run, none where it is not in force."""
        if node is None:
            return None
        value = (
            self.run.parameters.get(node.name)
            if isinstance(node, core.Parameter)
            else cast("core.Constant", node).value
        )
        return value if isinstance(value, Duration) else None

    def findings(self, snapshot: AccountSnapshot, history: History) -> Findings:
        """What holds for ``snapshot``; raises ``AccountFailed`` where its data can't be evaluated."""
        return _Account(self, snapshot, history).findings()

    def figures(self, snapshot: AccountSnapshot) -> dict[str, Value]:
        """The account's values of the metrics that are ranked over the portfolio, by name."""
        values = self.rows.values(0, 0, self.rows.account(snapshot), {})
        return dict(zip(self.compiled.rankings, values, strict=True))

    def later(self, moment: datetime, duration: Duration) -> datetime:
        """``moment`` moved on by a duration: hours on the clock, days and longer on the calendar."""
        if duration.unit in ("hours", "minutes"):
            return moment + _clock(duration)
        local = moment.astimezone(self.run.zone)
        return datetime.combine(shift_date(local.date(), duration), local.timetz())

    def _lengths(self, rule: CompiledRule) -> Steadiness:
        return Steadiness(
            self.length(rule.must_hold),
            self.length(rule.keep),
            self.length(rule.reopen_within),
            self.length(rule.stale_after),
        )

    def _assessment(self, compiled: CompiledClass) -> str:
        reassess = compiled.entry.reassess
        if reassess is None or reassess.period is None:
            return self.run.today.isoformat()
        return period_of(self.run.today, reassess.period).name

    def infer(self, scope: CompiledScope, t: int, p: int) -> tuple[int, int]:
        """The bits of a scope's conclusions from its atoms."""
        return self._engine.infer(scope.program, t, p)

    def steadiness(self, rule: CompiledRule) -> Steadiness:
        """The rule's lengths in this run."""
        return self._steadiness[rule.address]

    def assessment(self, compiled: CompiledClass) -> str:
        """The name of the stretch in which this run assesses the class."""
        return self._assessments[compiled.entry.id]


def _clock(duration: Duration):  # type: ignore[no-untyped-def]
    from datetime import timedelta

    seconds = duration.amount * (3600 if duration.unit == "hours" else 60)
    return timedelta(seconds=int(seconds), microseconds=int(seconds % 1 * Decimal(10**6)))


class _Account:
    """One account on its way through the levels."""

    def __init__(self, evaluation: Evaluation, snapshot: AccountSnapshot, history: History) -> None:
        self.evaluation = evaluation
        self.snapshot = snapshot
        self.state: AccountState = evaluation.rows.account(snapshot)
        self.conclusions: dict[str, Value | Mapping[str, Value]] = _previous(history, evaluation.compiled)
        self.episodes: dict[Key, Episode] = {(each.address, each.item): each for each in history.episodes}
        self.closed: dict[Key, Closed] = {(each.address, each.item): each for each in history.closed}
        self.in_force: dict[Key, InForce] = {(each.address, each.item): each for each in history.classes}
        self.classes: dict[str, list[ClassFinding]] = {}
        self.rules: dict[str, list[RuleFinding]] = {}

    def findings(self) -> Findings:
        for number, level in enumerate(self.evaluation.compiled.levels):
            for scope in level:
                self._scope(number, scope)
            self._conclude_light()
        compiled = self.evaluation.compiled
        light, at_worst, watch = self._light()
        return Findings(
            snapshot=self.snapshot,
            run=self.evaluation.run,
            classes=tuple(each for name in compiled.classes for each in self.classes.get(name, ())),
            rules=tuple(each for rule in compiled.rules for each in self.rules.get(rule.address, ())),
            light=light,
            light_at_worst=at_worst,
            watch=watch,
            conclusions=self.conclusions,
        )

    def _scope(self, level: int, scope: CompiledScope) -> None:
        rows = self.evaluation.rows
        if scope.collection is None:
            bits = rows.match(level, scope.index, self.state, self.conclusions)
            t, p = self.evaluation.infer(scope, *bits)
            for slot in scope.slots:
                self._entry(slot, scope, None, None, t, p)
            self._finish(scope, delivered=True)
            return
        records = rows.records(level, scope.index, self.state, self.conclusions)
        for record, t, p in records or ():
            bits = self.evaluation.infer(scope, t, p)
            for slot in scope.slots:
                self._entry(slot, scope, record.id, record, *bits)
        self._finish(scope, delivered=records is not UNSET)

    def _entry(self, slot: Slot, scope: CompiledScope, item: str | None, record: Record | None, t: int, p: int) -> None:
        truths = [_truth(scope.program.conclusions[each], t, p) for each in slot.positions]
        if isinstance(slot.entry, CompiledClass):
            self._classify(slot.entry, item, truths)
        else:
            self._settle(slot.entry, item, record, truths[0], truths[1] if len(truths) > 1 else None)

    # -- classes ------------------------------------------------------------------------------------

    def _classify(self, compiled: CompiledClass, item: str | None, truths: list[Truth]) -> None:
        possible = self._possible(compiled, truths)
        raw: str | UnsetType | None = possible[0] if len(possible) == 1 else UNSET
        entry = compiled.entry
        before = self.in_force.get((compiled.address, item))
        ranks = entry.ranks or (tuple(value for value, _ in compiled.rows) if compiled.mode == "bands" else ())
        rule = ClassRule(ranks, entry.down_after, once=entry.reassess is not None)
        assessment = self.evaluation.assessment(compiled)
        in_force = settle_class(compiled.address, item, raw, before, rule, assessment, self.evaluation.run.as_of)
        self.classes.setdefault(entry.id, []).append(ClassFinding(compiled, item, possible, in_force, before))
        value: Value = UNSET if in_force is None else in_force.value
        if item is None:
            self.conclusions[compiled.address] = value
        else:
            self._of_items(compiled.address)[item] = value

    def _possible(self, compiled: CompiledClass, truths: list[Truth]) -> tuple[str | None, ...]:
        """The rows that may be the one (semantics 1.6); ``None`` stands for no row at all."""
        values = [value for value, _ in compiled.rows]
        certain = [value for value, truth in zip(values, truths, strict=True) if truth is True]
        if compiled.mode == "choose" and len(certain) > 1:
            self._fail(
                compiled, codes.SEVERAL_ROWS, f"rows `{'` and `'.join(certain)}` of `{compiled.address}` both hold"
            )
        if compiled.mode != "first" and certain:
            return (certain[0],)
        found: list[str | None] = []
        for value, truth in zip(values, truths, strict=True):
            if truth is not False:
                found.append(value)
            if truth is True:
                return tuple(found)
        if not found and compiled.mode == "bands":
            self._below_bands(compiled)
        return (*found, compiled.entry.otherwise) if compiled.mode == "first" or not found else tuple(found)

    def _below_bands(self, compiled: CompiledClass) -> None:
        """No band holds: the figure is none, which is no class, or below the lowest band, which is a problem."""
        if compiled.figure is None or compiled.entry.each is not None:
            return
        environment = Environment(
            self.evaluation.compiled.forest, self.snapshot, self.evaluation.run, self.conclusions, {}
        )
        if evaluate_node(core.Present(compiled.figure), environment) is True:
            self._fail(
                compiled, codes.BELOW_BANDS, f"`{compiled.entry.of}` lies below the lowest band of `{compiled.address}`"
            )

    def _fail(self, compiled: CompiledClass, code: codes.Code, message: str) -> None:
        place = compiled.entry.place
        hint = f"see {place}"
        raise AccountFailed(problem(code, Place(place.file, place.line, place.column), message, hint, self.snapshot.id))

    # -- rules --------------------------------------------------------------------------------------

    def _settle(
        self, rule: CompiledRule, item: str | None, record: Record | None, begins: Truth, ends: Truth | None
    ) -> None:
        key = (rule.address, item)
        if isinstance(rule.entry, Cadence):
            standing = Standing("firing" if begins is True else "inactive")
        elif begins is False and key not in self.episodes and key not in self.closed:
            self._of_items(f"{rule.address}.items").setdefault(item or "", False)
            return
        else:
            standing = self._settled(rule, item, record, begins, ends)
        self.episodes.pop(key, None)
        if begins is not False or standing.state != "inactive" or standing.ended:
            self.rules.setdefault(rule.address, []).append(RuleFinding(rule, item, record, begins, standing))
        self._of_items(f"{rule.address}.items")[item or ""] = _firing(
            standing, begins, self.evaluation.steadiness(rule)
        )

    def _settled(
        self, rule: CompiledRule, item: str | None, record: Record | None, begins: Truth, ends: Truth | None
    ) -> Standing:
        key = (rule.address, item)
        evaluation = self.evaluation

        def fresh(number: int) -> Episode:
            since = self._since(rule, record)
            return Episode(address=rule.address, item=item, number=number, since=since, seen_at=evaluation.run.as_of)

        known = (self.episodes.get(key), self.closed.get(key))
        return settle_rule(
            begins, ends, known, fresh, evaluation.steadiness(rule), evaluation.run.as_of, evaluation.later
        )

    def _since(self, rule: CompiledRule, record: Record | None) -> datetime:
        """The start of an episode: the entry's ``since`` where it is known, else this run (semantics 3.4)."""
        as_of = self.evaluation.run.as_of
        if rule.since is None:
            return as_of
        value = self.evaluate(rule.since, rule, record)
        if isinstance(value, datetime):
            return value
        return moment_of(value, as_of, self.evaluation) if value is not UNSET and value is not None else as_of

    def evaluate(self, node: core.Node, rule: CompiledRule, record: Record | None) -> Value:
        """The value of a node for a rule's record."""
        records = {} if record is None or rule.collection is None else {_singular(rule.collection): record}
        environment = Environment(
            self.evaluation.compiled.forest, self.snapshot, self.evaluation.run, self.conclusions, records
        )
        return evaluate_node(node, environment)

    def _finish(self, scope: CompiledScope, delivered: bool) -> None:
        """Items that history knows and today's data does not have: gone if the collection is there, else unknown."""
        for slot in scope.slots:
            rule = slot.entry
            if isinstance(rule, CompiledClass):
                continue
            left = [episode for (address, _), episode in self.episodes.items() if address == rule.address]
            for episode in left:
                self._settle(rule, episode.item, None, False if delivered else UNSET, None if delivered else UNSET)
            self._conclude_warning(rule, delivered)

    def _conclude_warning(self, rule: CompiledRule, delivered: bool) -> None:
        """What other entries read of a warning: for any record, for all records, per record."""
        if not isinstance(rule.entry, Warning):
            return
        states = self._of_items(f"{rule.address}.items")
        members: Iterable[Value] = states.values()
        if not delivered:
            members = [*members, UNSET]
        self.conclusions[rule.address] = _any(members)
        self.conclusions[f"{rule.address}.all"] = _all(members)

    def _of_items(self, address: str) -> dict[str, Value]:
        return cast("dict[str, Value]", self.conclusions.setdefault(address, {}))

    # -- light --------------------------------------------------------------------------------------

    def _conclude_light(self) -> None:
        """The light as other entries read it: known only where no worse one is possible (semantics 4.5)."""
        light, at_worst, _ = self._light()
        self.conclusions["light"] = light if light == at_worst else UNSET

    def _light(self) -> tuple[Light, Light, bool]:
        firing: set[str] = set()
        possible: set[str] = set()
        for rule in self.evaluation.compiled.rules:
            if isinstance(rule.entry, Warning) and rule.entry.status != "draft":
                state = self.conclusions.get(rule.address, UNSET)
                if state is not False:
                    possible.add(rule.entry.light)
                if state is True:
                    firing.add(rule.entry.light)
        return _worst(firing), _worst(possible), "green" in firing


def _singular(collection: str) -> str:
    from engine.snapshots.model import COLLECTIONS

    return COLLECTIONS[collection].singular


def moment_of(value: Value, as_of: datetime, evaluation: Evaluation) -> datetime:
    """A date as the instant its local day begins."""
    from datetime import date, time

    return datetime.combine(value, time(), evaluation.run.zone) if isinstance(value, date) else as_of


def _truth(bit: int, t: int, p: int) -> Truth:
    if t >> bit & 1:
        return True
    return UNSET if p >> bit & 1 else False


def _firing(standing: Standing, begins: Truth, lengths: Steadiness) -> Truth:
    """Whether a warning is firing as others read it: unknown only where it could be firing right now."""
    if standing.is_firing:
        return True
    if standing.state == "inactive" and begins is UNSET and lengths.must_hold is None:
        return UNSET
    return False


def _any(members: Iterable[Value]) -> Truth:
    found = list(members)
    if any(each is True for each in found):
        return True
    return UNSET if any(each is UNSET for each in found) else False


def _all(members: Iterable[Value]) -> Truth:
    found = list(members)
    if any(each is False for each in found):
        return False
    return UNSET if any(each is UNSET for each in found) else True


def _worst(lights: Iterable[str]) -> Light:
    found = set(lights)
    return "red" if "red" in found else "yellow" if "yellow" in found else "green"


def _previous(history: History, compiled: CompiledPlaybook) -> dict[str, Value | Mapping[str, Value]]:
    """The conclusions before this run, as ``previous`` reads them: unknown on a first run."""
    found: dict[str, Value | Mapping[str, Value]] = {
        f"previous.{each.address}": UNSET for each in compiled.classes.values()
    }
    found["previous.light"] = history.light if history.light is not None else UNSET
    for each in history.classes:
        if each.item is None:
            found[f"previous.{each.address}"] = each.value
    return found
