"""``explain_findings``: from what evaluation found and planning made of it to the reasons, also of what is quiet."""

from collections.abc import Iterator
from datetime import date

from msgspec import UNSET

from engine.compiling.clauses import Clause
from engine.compiling.compiled import CompiledClass, CompiledPlaybook, CompiledRule, CompiledScore
from engine.evaluation.findings import ClassFinding, Findings
from engine.language.entry import Entry
from engine.language.playbook import Cadence, WarningRule, is_named
from engine.language.scope import Scoped
from engine.language.values import Text
from engine.matching.explained import Environment, visible
from engine.planning.because import Because, Truth
from engine.planning.conclusions import lacking, next_step, override_of, value_of
from engine.planning.explanation import (
    ClassCase,
    ClassExplanation,
    Explanation,
    Row,
    RuleCase,
    RuleExplanation,
    ScoreExplanation,
    Source,
    Work,
)
from engine.planning.plan import ActionPlan
from engine.planning.provenance import Tracing
from engine.planning.reasons import Reasons, missing_in, rule_at, unmet
from engine.planning.rounds import turn_of
from engine.planning.scores import score_plan
from engine.planning.wording import name_of
from engine.snapshots.model import COLLECTIONS, Record
from engine.snapshots.origins import Origins


def explain_findings(
    compiled: CompiledPlaybook,
    findings: Findings,
    plan: ActionPlan,
    language: str,
    only: frozenset[str] | None,
    origins: Origins,
) -> Explanation:
    """The explanation of ``findings`` and the ``plan`` made of them: of the entries of the account's scope, or of the
    group's. ``only`` are the addresses asked for, ``origins`` the rows that the account was read from, as far as they
    are known."""
    account = _Account(compiled, findings, plan, language, Tracing(compiled, language, origins))
    per = plan.group.by if plan.group is not None else None

    def told(address: str, entry: Scoped) -> bool:
        return entry.per == per and (only is None or address in only)

    classes = (each for each in compiled.classes.values() if told(each.address, each.entry))
    scores = (each for each in compiled.scores.values() if told(each.address, each.entry))
    targets = (each for each in compiled.targets.values() if told(each.address, each.entry))
    rules = (each for each in compiled.rules if told(each.address, each.entry))
    return Explanation(
        as_of=findings.run.as_of,
        account=plan.account,
        group=plan.group,
        record=account.source(None),
        light=findings.light,
        light_at_worst=findings.light_at_worst,
        watch=findings.watch,
        classes=tuple(account.explained_class(each) for each in classes),
        scores=tuple(account.explained_score(each) for each in scores),
        targets=tuple(account.explained_class(each.state) for each in targets),
        rules=tuple(account.explained_rule(each) for each in rules),
    )


class _Account:
    """One account while it is explained."""

    def __init__(
        self, compiled: CompiledPlaybook, findings: Findings, plan: ActionPlan, language: str, tracing: Tracing
    ) -> None:
        self._findings = findings
        self._plan = plan
        self._language = language
        self._environment = Environment(compiled.forest, findings.snapshot, findings.run, findings.conclusions, {})
        self._tracing = tracing
        self._reasons = Reasons(tracing.traced)
        self._rules = {(each.rule.address, each.item): each for each in findings.rules}

    # -- classes ------------------------------------------------------------------------------------

    def explained_class(self, compiled: CompiledClass) -> ClassExplanation:
        """The class with every row of it."""
        entry = compiled.entry
        found = [each for each in self._findings.classes if each.compiled.address == compiled.address]
        return ClassExplanation(
            address=compiled.address,
            title=self._title(entry),
            source=entry.source,
            rule_at=rule_at(entry.place),
            collection=compiled.collection,
            otherwise=compiled.otherwise,
            cases=tuple(self._class_case(each, compiled.collection) for each in found),
        )

    def _class_case(self, finding: ClassFinding, collection: str | None) -> ClassCase:
        record = self._record(collection, finding.item)
        environment = self._bound(collection, record or finding.record, delivered=record is not None)
        rows = tuple(self._row(finding, value, clause, environment) for value, clause in finding.compiled.rows)
        value, step = value_of(finding), next_step(finding)
        undecided = len(finding.possible) > 1
        missing = dict.fromkeys(path for row in rows for path in missing_in(row.because)) if undecided else ()
        return ClassCase(
            item=finding.item,
            name=name_of(record),
            record=self.source(record) if record else None,
            value=value,
            label=self._label(finding, value),
            previous=finding.before.value if finding.before else None,
            since=finding.in_force.since if finding.in_force else None,
            possible=tuple(each for each in finding.possible if each is not None) if undecided else (),
            missing=tuple(missing),
            next=step,
            next_label=self._label(finding, step),
            lacks=lacking(finding, step, environment, self._reasons),
            rows=rows,
            override=override_of(finding, self._findings),
        )

    def _row(self, finding: ClassFinding, value: str, clause: Clause, environment: Environment) -> Row:
        reason = self._reasons.because(clause, environment)
        return Row(value, self._label(finding, value), reason.result, reason)

    def _label(self, finding: ClassFinding, value: str | None) -> str | None:
        return self._text(finding.compiled.entry.labels.get(value or ""))

    def explained_score(self, compiled: CompiledScore) -> ScoreExplanation:
        """The score as the plan has it; a draft's without its band."""
        entry = compiled.entry
        planned = self._plan.scores.get(entry.id)
        return ScoreExplanation(
            address=compiled.address,
            title=self._title(entry),
            source=entry.source,
            rule_at=rule_at(entry.place),
            score=planned or score_plan(compiled, self._environment, self._language, None),
            origins={
                each.path: self._tracing.provenance(each.observed, each.of, self._environment)
                for each in compiled.inputs
            },
        )

    # -- rules --------------------------------------------------------------------------------------

    def explained_rule(self, rule: CompiledRule) -> RuleExplanation:
        """The rule for the account, or for every record it could be about."""
        cases = tuple(self._cases(rule))
        delivered = rule.collection is None or self._records(rule.collection) is not None
        entry = rule.entry
        return RuleExplanation(
            address=rule.address,
            title=self._title(entry),
            light=entry.light if isinstance(entry, WarningRule) else None,
            status=entry.status,
            source=entry.source,
            rule_at=rule_at(entry.place),
            collection=rule.collection,
            result=_any(cases, delivered),
            cases=cases,
        )

    def _cases(self, rule: CompiledRule) -> Iterator[RuleCase]:
        if rule.collection is None:
            yield self._case(rule, None, None)
            return
        records = self._records(rule.collection) or ()
        for record in sorted(records, key=lambda each: each.id):
            yield self._case(rule, record.id, record)
        here = {record.id for record in records}
        for finding in self._findings.rules:
            if finding.rule.address == rule.address and finding.item is not None and finding.item not in here:
                yield self._case(rule, finding.item, None)

    def _case(self, rule: CompiledRule, item: str | None, record: Record | None) -> RuleCase:
        gone = rule.collection is not None and record is None
        environment = self._bound(rule.collection, record)
        reason = None if gone else self._reasons.because(rule.begins, environment)
        finding = self._rules.get((rule.address, item))
        standing = finding.standing if finding else None
        held = [each for each in self._plan.suppressed if (each.rule, each.item) == (rule.address, item)]
        return RuleCase(
            item=item,
            name=name_of(record),
            record=self.source(record) if record else None,
            result=reason.result if reason else "unknown",
            state=standing.state if standing else "inactive",
            since=standing.episode.since if standing and standing.episode else None,
            because=reason,
            lacks=unmet(reason) if reason else (),
            ends=self._reasons.because(rule.ends, environment) if rule.ends is not None and not gone else None,
            turn=self._turn(rule, item, reason),
            missing=self._missing(rule, item, reason),
            held_by=tuple(by for each in held for by in each.by),
            until=next((each.until for each in held), None),
            why=next((each.why for each in held), None),
            who=next((each.who for each in held), None),
            muted_by=tuple(self._muting(rule)) if any("mute" in each.by for each in held) else (),
            actions=tuple(self._work(rule, item)),
        )

    def _missing(self, rule: CompiledRule, item: str | None, reason: Because | None) -> tuple[str, ...]:
        """What the plan names as a gap, and what undecided tests lack beyond that."""
        gaps = [each.needs for each in self._plan.gaps if (each.rule, each.item) == (rule.address, item)]
        own = missing_in(reason) if reason is not None and reason.result == "unknown" else ()
        return tuple(dict.fromkeys([*own, *(path for needs in gaps for path in needs)]))

    def _muting(self, rule: CompiledRule) -> Iterator[str]:
        for each in self._findings.rules:
            live = each.standing.is_firing and each.rule.entry.status != "draft"
            if live and is_named(rule.address, each.rule.entry.mutes):
                yield each.rule.address

    def _work(self, rule: CompiledRule, item: str | None) -> Iterator[Work]:
        for each in self._plan.actions:
            if (each.rule, each.item) == (rule.address, item):
                yield Work(each.id, each.title, each.due, each.due_at, each.overdue, each.provisional, each.owner)

    def _turn(self, rule: CompiledRule, item: str | None, reason: Because | None) -> Because | None:
        """From which day a cadence's occurrence counts, or that none is open since the last one was done."""
        entry = rule.entry
        if not isinstance(entry, Cadence) or reason is None or reason.result != "true":
            return None
        own = rule_at(entry.place)
        for each in self._plan.actions:
            turns = (part for part in each.because.of if part.op in ("every", "on") and part.rule_at == own)
            if (each.rule, each.item) == (rule.address, item):
                return next(turns, None)
        lacking = any((each.rule, each.item) == (rule.address, item) for each in self._plan.gaps)
        if lacking or any((each.rule, each.item) == (rule.address, item) for each in self._plan.suppressed):
            return None
        return turn_of(rule, "false", None if entry.on else self._last(rule.kinds, item))

    def _last(self, kinds: tuple[str, ...], item: str | None) -> date | None:
        """The day of the last interaction of these kinds."""
        interactions = self._findings.snapshot.interactions
        days = [
            each.on
            for each in interactions or ()
            if each.kind in kinds and isinstance(each.on, date) and each.on <= self._findings.run.today
            and (item is None or each.about_id == item)
        ]  # fmt: skip
        return max(days, default=None)

    # -- records and texts --------------------------------------------------------------------------

    def source(self, record: Record | None) -> Source:
        """Where a record, or the account's own data, was read."""
        return self._tracing.source(record, self._environment)

    def _records(self, collection: str) -> tuple[Record, ...] | None:
        """The visible records of a collection; none if it was not delivered."""
        found = visible(self._findings.snapshot, collection, self._findings.run)
        return None if found is UNSET else found

    def _record(self, collection: str | None, item: str | None) -> Record | None:
        records = (self._records(collection) or ()) if collection else ()
        return next((each for each in records if each.id == item), None)

    def _bound(self, collection: str | None, record: Record | None, *, delivered: bool = True) -> Environment:
        """The account, or a record of it; one that is not ``delivered`` any more has nothing but an id."""
        if collection is None or record is None:
            return self._environment
        return self._environment.binding(COLLECTIONS[collection].singular, record, delivered=delivered)

    def _title(self, entry: Entry) -> str:
        return self._text(entry.title) or entry.id

    def _text(self, text: Text | None) -> str | None:
        return text.in_language(self._language) if text else None


def _any(cases: tuple[RuleCase, ...], delivered: bool) -> Truth:
    results = {each.result for each in cases}
    if "true" in results:
        return "true"
    return "unknown" if "unknown" in results or not delivered else "false"
