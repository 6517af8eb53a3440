"""``evaluate``: one account at one moment, given history, to findings (semantics 4)."""

from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Final, cast

from msgspec import UNSET, UnsetType
from msgspec.structs import replace

from engine.compiling.clauses import Clause, truth_node
from engine.compiling.compiled import CompiledClass, CompiledPlaybook, CompiledRule, CompiledTarget
from engine.evaluation.findings import ClassFinding, Findings, Key, Light, RuleFinding, Truths, worst
from engine.evaluation.in_run import ClassInRun, Evaluation, RuleInRun, ScopeInRun
from engine.evaluation.rows import first_possible, reached_step, steps_possible
from engine.evaluation.truths import all_of, any_of, truth_of
from engine.foundation import codes
from engine.foundation.problems import AccountFailed, Code, problem
from engine.foundation.quantities import SCALE, scaled
from engine.history.model import Closed, Episode, History, InForce, Override
from engine.history.settling import (
    INACTIVE,
    Standing,
    Steadiness,
    Truth,
    judge,
    overridden,
    settle_class,
    settle_gone,
    settle_rule,
    those_that_hold,
)
from engine.language.conclusions import Classification
from engine.matching import core
from engine.matching.explained import Environment
from engine.matching.explained import evaluate as evaluate_node
from engine.matching.rows import AccountState
from engine.matching.run import Value
from engine.snapshots.model import COLLECTIONS, AccountSnapshot, Record

IN_SCOPE: Final = Standing("firing")
"""A cadence the account is in scope of: it has no episodes, only occurrences."""


def findings_of(evaluation: Evaluation, snapshot: AccountSnapshot, history: History) -> Findings:
    """What holds for ``snapshot``; raises ``AccountFailed`` where its data can't be evaluated."""
    return _Account(evaluation, snapshot, history).findings()


class _Account:
    """One account on its way through the levels."""

    def __init__(self, evaluation: Evaluation, snapshot: AccountSnapshot, history: History) -> None:
        self.evaluation = evaluation
        self.snapshot = snapshot
        self.state: AccountState = evaluation.rows.account(snapshot)
        self.conclusions: dict[str, Value | Mapping[str, Value]] = {
            **_previous(history, evaluation.compiled),
            **evaluation.remembered(history),
        }
        self.episodes: dict[Key, Episode] = {(each.address, each.item): each for each in history.episodes}
        self.closed: dict[Key, Closed] = {(each.address, each.item): each for each in history.closed}
        self.standing = {address for address, _ in (*self.episodes, *self.closed)}
        self.in_force: dict[Key, InForce] = {(each.address, each.item): each for each in history.classes}
        set_by_hand = (*evaluation.overrides.get(snapshot.id, ()), *history.overrides)
        self.overrides = those_that_hold(set_by_hand, evaluation.run.today)
        self.classes: dict[str, list[ClassFinding]] = {}
        self.rules: dict[str, list[RuleFinding]] = {}
        self.standings: dict[Key, Standing] = {}
        self.occurring = [(each.address, each.item) for each in history.occurrences]
        self.environment = Environment(
            evaluation.compiled.forest, snapshot, evaluation.run, self.conclusions, views=evaluation.rows.views,
            state=self.state,
        )  # fmt: skip
        self.judged = {each.address: each for each in history.targets}
        for target in evaluation.compiled.targets.values():
            if target.entry.per == evaluation.per:
                self._judge(target)
        if not evaluation.lights:
            self.conclusions["light"] = "green"

    def findings(self) -> Findings:
        for number, level in enumerate(self.evaluation.levels):
            for scope in level:
                self._scope(number, scope)
            if self.evaluation.has_warnings[number]:
                self._conclude_light()
        graded, rules = self.evaluation.graded_order, self.evaluation.rules_order
        light, at_worst, watch = self._light()
        return Findings(
            snapshot=self.snapshot,
            run=self.evaluation.run,
            classes=tuple([each for address in sorted(self.classes, key=graded) for each in self.classes[address]]),
            rules=tuple([each for address in sorted(self.rules, key=rules) for each in self.rules[address]]),
            light=light,
            light_at_worst=at_worst,
            watch=watch,
            conclusions=self.conclusions,
            figures=self.evaluation.rows.figures(self.state),
            state=self.state,
            standings=self.standings,
            judged=self.judged,
            overrides=self.overrides,
        )

    def _judge(self, target: CompiledTarget) -> None:
        """What became of a target's last period, before this one is looked at."""
        if target.period is None:
            return
        address = target.address
        period = self.evaluation.assessment(target.state)
        found = judge(address, self.in_force.get((address, None)), self.judged.get(address), period)
        self.conclusions[f"{address}.last"] = UNSET if found is None else found.state
        if found is not None:
            self.judged[address] = found

    def _scope(self, level: int, in_run: ScopeInRun) -> None:
        rows, scope = self.evaluation.rows, in_run.scope
        self.conclusions.update(in_run.resting)
        if scope.collection is None:
            bits = rows.match(level, scope.index, self.state, self.conclusions)
            truths = Truths(scope.tests, *self.evaluation.infer(scope, *bits))
            self._entries(in_run, None, None, truths)
            self._finish(in_run, delivered=True)
            return
        records = rows.records(level, scope.index, self.state, self.conclusions)
        for record, t, p in () if records is UNSET else records:
            truths = Truths(scope.tests, *self.evaluation.infer(scope, t, p))
            self._entries(in_run, record.id, record, truths)
        self._finish(in_run, delivered=records is not UNSET)

    def _entries(self, in_run: ScopeInRun, item: str | None, record: Record | None, found: Truths) -> None:
        certain, possible = found.certain, found.possible
        for class_ in in_run.classes:
            self._classify(class_, item, record, found)
        for each in in_run.rules:
            if possible & each.begins or each.rule.address in self.standing:
                ends = truth_of(each.ends, certain, possible) if each.ends else None
                self._settle(each, item, record, truth_of(each.begins, certain, possible), ends, found)
            elif item is not None and each.rule.concludes:
                self._of_items(each.items)[item] = False

    # -- classes ------------------------------------------------------------------------------------

    def _classify(self, in_run: ClassInRun, item: str | None, record: Record | None, found: Truths) -> None:
        compiled = in_run.compiled
        standing = self.in_force.pop((compiled.address, item), None)
        before = standing.by_data if standing is not None else None
        truths = [truth_of(mask, found.certain, found.possible) for mask in in_run.masks]
        possible = self._possible(in_run, record, truths, before)
        raw: str | UnsetType | None = possible[0] if len(possible) == 1 else UNSET
        if compiled.mode == "climb":
            raw = reached_step(possible, before, compiled.ranks)
        as_of = self.evaluation.run.as_of
        in_force = settle_class(compiled.address, item, raw, before, in_run.rule, in_run.assessment, as_of)
        if self.overrides or standing is not before:
            in_force = overridden(in_force, standing, self._override(compiled, item), as_of)
        finding = ClassFinding(compiled, item, record, possible, in_force, standing, found)
        self.classes.setdefault(compiled.address, []).append(finding)
        value: Value = UNSET if in_force is None else in_force.value
        if item is None:
            self.conclusions[compiled.address] = value
        else:
            self._of_items(compiled.address)[item] = value

    def _override(self, compiled: CompiledClass, item: str | None) -> Override | None:
        """What a person has set the class to, where that holds today and the class still has the value."""
        found = self.overrides.get((compiled.address, item))
        values = (*(value for value, _ in compiled.rows), compiled.otherwise)
        if found is None or found.until < self.evaluation.run.today or found.value not in values:
            return None
        return found

    def _possible(
        self, in_run: ClassInRun, record: Record | None, truths: list[Truth], before: InForce | None
    ) -> tuple[str | None, ...]:
        """The rows that may be the one (semantics 1.6); ``None`` stands for no row at all."""
        compiled, values = in_run.compiled, in_run.values
        certain = [value for value, truth in zip(values, truths, strict=True) if truth is True]
        if compiled.mode == "first":
            return first_possible(values, truths, compiled.otherwise)
        if compiled.mode == "climb":
            return steps_possible(values, truths)
        live = compiled.entry.status != "draft"
        if compiled.mode == "choose" and len(certain) > 1 and live:
            message = f"rows `{'` and `'.join(certain)}` of `{compiled.address}` hold together"
            hint = "make them exclude each other, or write `first:`, where the first row that holds counts"
            self._fail(compiled, codes.SEVERAL_ROWS, message, hint)
        if certain:
            return (certain[0],)
        found = [value for value, truth in zip(values, truths, strict=True) if truth is not False]
        if not found and compiled.figure is not None and live:
            self._below_bands(compiled, compiled.figure, record)
        # One of the rows holds, says `choose`; where none did before, that can't be relied on.
        none_held = before is not None and before.value is None
        return (*found, None) if not found or none_held or compiled.mode == "bands" else tuple(found)

    def _below_bands(self, compiled: CompiledClass, figure: core.Node, record: Record | None) -> None:
        """No band holds: the figure is none, which is no class, or below the lowest band, which is a problem."""
        if evaluate_node(core.Present(figure), self._bound(compiled.collection, record)) is True:
            name = compiled.entry.of if isinstance(compiled.entry, Classification) else compiled.entry.id
            message = f"`{name}` lies below the lowest band of `{compiled.address}`"
            hint = "let the lowest band begin lower, or write `below: lowest`"
            self._fail(compiled, codes.BELOW_BANDS, message, hint)

    def _bound(self, collection: str | None, record: Record | None) -> Environment:
        """The environment in which a record's own fields can be read."""
        if record is None or collection is None:
            return self.environment
        return self.environment.binding(_singular(collection), record)

    def _fail(self, compiled: CompiledClass, code: Code, message: str, hint: str) -> None:
        raise AccountFailed(problem(code, compiled.entry.place, message, hint, self.snapshot.id))

    # -- rules --------------------------------------------------------------------------------------

    def _settle(
        self,
        in_run: RuleInRun,
        item: str | None,
        record: Record | None,
        begins: Truth,
        ends: Truth | None,
        found: Truths | None,
    ) -> None:
        """``found`` is missing where the collection of the record was not delivered."""
        rule, key = in_run.rule, (in_run.rule.address, item)
        if begins is False and key not in self.episodes and key not in self.closed:
            self._conclude(in_run, item, False)
            return
        standing, firing = self._standing(rule, item, record, begins, ends)
        self._conclude(in_run, item, firing)
        if begins is not False or standing.state != "inactive" or standing.ended:
            self._found(RuleFinding(rule, item, record, begins, standing, ends, found is not None, found))

    def _conclude(self, in_run: RuleInRun, item: str | None, firing: Truth) -> None:
        """Keeps whether a rule is firing, where others read it."""
        rule = in_run.rule
        if not rule.concludes:
            return
        if rule.collection is None:
            self.conclusions[in_run.any] = self.conclusions[in_run.all] = firing
        else:
            self._of_items(in_run.items)[item or ""] = firing

    def _found(self, finding: RuleFinding) -> None:
        self.rules.setdefault(finding.rule.address, []).append(finding)

    def _standing(
        self, rule: CompiledRule, item: str | None, record: Record | None, begins: Truth, ends: Truth | None
    ) -> tuple[Standing, Truth]:
        """Where a rule stands, and whether it is firing as others read it: unknown where it could be, right now."""
        if rule.section == "cadence":
            return IN_SCOPE if begins is True else INACTIVE, begins
        key = (rule.address, item)
        standing = self._settled(rule, item, record, begins, ends)
        firing: Truth = standing.is_firing
        if not firing and begins is not False and self._lengths(rule) is None:
            firing = UNSET
        elif not firing and (begins is UNSET or ends is UNSET):
            best = self._settled(rule, item, record, begins is not False, None if ends is None else ends is True)
            firing = UNSET if best.is_firing else False
        self.episodes.pop(key, None)
        self.standings[key] = standing
        return standing, firing

    def _settled(
        self, rule: CompiledRule, item: str | None, record: Record | None, begins: Truth, ends: Truth | None
    ) -> Standing:
        key = (rule.address, item)
        evaluation = self.evaluation

        def fresh(number: int) -> Episode:
            since = self._since(rule, record)
            return Episode(address=rule.address, item=item, number=number, since=since, seen_at=evaluation.run.as_of)

        known = (self.episodes.get(key), self.closed.get(key))
        lengths = self._lengths(rule)
        if lengths is None:
            # An entry that uses a figure without a value is unknown (language 2), unless it is plainly inactive.
            begins, ends, lengths = UNSET if begins is True or known[0] else begins, ends and UNSET, Steadiness()
        return settle_rule(begins, ends, known, fresh, lengths, evaluation.run.as_of, evaluation.later)

    def _lengths(self, rule: CompiledRule) -> Steadiness | None:
        return self.evaluation.steadiness(rule, self.environment)

    def _since(self, rule: CompiledRule, record: Record | None) -> datetime:
        """The start of an episode: the entry's ``since`` where it is known, else this run (semantics 3.4)."""
        as_of = self.evaluation.run.as_of
        if rule.since is None:
            return as_of
        value = evaluate_node(rule.since, self._bound(rule.collection, record))
        if isinstance(value, datetime):
            return value.astimezone(self.evaluation.run.zone)
        return moment_of(value, as_of, self.evaluation) if value is not UNSET and value is not None else as_of

    def _finish(self, in_run: ScopeInRun, delivered: bool) -> None:
        """Items that history knows and today's data does not have: gone if the collection is there, else unknown."""
        if not delivered:
            for class_ in in_run.classes:
                self._keep_classes(class_.compiled)
        if self.episodes:
            for each in in_run.rules:
                self._close_gone(each.rule, delivered)
        if in_run.scope.collection is not None:
            for each in in_run.rules:
                undecided = not delivered and self._undelivered(each)
                if each.rule.concludes:
                    self._conclude_rule(each, undecided, delivered)

    def _close_gone(self, rule: CompiledRule, delivered: bool) -> None:
        """Closes what was open for items that a delivered collection has no more (semantics 5.7), and for the account
        as a whole where the rule is for records by now."""
        open_ = [key for key in self.episodes if key[0] == rule.address]
        for key in [key for key in open_ if delivered or key[1] is None]:
            standing = settle_gone(self.episodes.pop(key), self.closed.get(key), self.evaluation.run.as_of)
            self.standings[key] = standing
            if standing.ended:
                self._found(RuleFinding(rule, key[1], None, False, standing))

    def _undelivered(self, in_run: RuleInRun) -> bool:
        """Settles what is open for items of a collection that is not there, by what is known without it; whether the
        rule is undecided for any other record."""
        rule = in_run.rule
        known = [item for address, item in (*self.episodes, *self.occurring) if address == rule.address]
        for item in known:
            record = self._blank(rule.collection, item)
            ends = self._truth(rule.ends, rule, record) if rule.ends is not None else None
            self._settle(in_run, item, record, self._truth(rule.begins, rule, record), ends, None)
        undecided = self._truth(rule.begins, rule, self._blank(rule.collection, "")) is not False
        if undecided and not known:
            self._found(RuleFinding(rule, None, None, UNSET, INACTIVE, delivered=False))
        return undecided

    def _truth(self, clause: Clause, rule: CompiledRule, record: Record | None) -> Truth:
        bound = self._bound(rule.collection, record)
        return cast("Truth", evaluate_node(truth_node(clause), replace(bound, delivered=False)))

    def _keep_classes(self, compiled: CompiledClass) -> None:
        """Keeps the classes of records of a collection that is not there."""
        every = (*(value for value, _ in compiled.rows), *((compiled.otherwise,) if compiled.otherwise else ()))
        for address, item in [key for key in self.in_force if key[0] == compiled.address]:
            before = self.in_force.pop((address, item))
            record = self._blank(compiled.collection, item)
            found = ClassFinding(compiled, item, record, every, before, before)
            self.classes.setdefault(compiled.address, []).append(found)

    def _blank(self, collection: str | None, item: str | None) -> Record | None:
        """A record of which nothing but the id is known."""
        return None if collection is None or item is None else COLLECTIONS[collection].record(id=item)

    def _conclude_rule(self, in_run: RuleInRun, undecided: bool, delivered: bool) -> None:
        """What other entries read of a rule for records: for any record, for all records, per record."""
        members: list[Value] = list(self._of_items(in_run.items).values())
        self.conclusions[in_run.any] = any_of([*members, UNSET] if undecided else members)
        self.conclusions[in_run.all] = all_of(members if delivered else [*members, UNSET])

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
        for address, light in self.evaluation.lights:
            state = self.conclusions.get(address, UNSET)
            if state is not False:
                possible.add(light)
            if state is True:
                firing.add(light)
        return worst(firing), worst(possible), "green" in firing


def _singular(collection: str) -> str:
    return COLLECTIONS[collection].singular


def moment_of(value: Value, as_of: datetime, evaluation: Evaluation) -> datetime:
    """A date as the instant its local day begins."""
    return datetime.combine(value, time(), evaluation.run.zone) if isinstance(value, date) else as_of


def _previous(history: History, compiled: CompiledPlaybook) -> dict[str, Value | Mapping[str, Value]]:
    """The conclusions before this run, as ``previous`` reads them: unknown on a first run."""
    found: dict[str, Value | Mapping[str, Value]] = {}
    if history.is_empty:
        return found
    found["previous.light"] = history.light if history.light is not None else UNSET
    found |= {f"previous.{each.address}": each.value for each in history.classes if each.item is None}
    found |= {f"previous.{each.address}.value": scaled(each.value, SCALE) for each in history.scores}
    fired = {each.address for each in history.episodes if each.state != "pending"}
    found |= {f"previous.{each.address}": each.address in fired for each in compiled.rules if each.concludes}
    return found
