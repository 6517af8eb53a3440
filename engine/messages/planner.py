"""``Planner``: a compiled playbook at one moment → the action plan of any account, whole with its messages."""

from collections.abc import Iterator
from datetime import datetime
from typing import Final, cast

from msgspec import UNSET

from engine.calendars.moments import local_date, zone
from engine.compiling.clauses import Branch, Clause, truth_node
from engine.compiling.compiled import CompiledPlaybook
from engine.evaluation.evaluate import Evaluation
from engine.evaluation.findings import ClassFinding, Findings, RuleFinding
from engine.foundation import codes
from engine.foundation.canonical import digest
from engine.foundation.places import Place
from engine.foundation.problems import AccountFailed, problem
from engine.foundation.version import engine_version
from engine.history.model import History
from engine.inference.engines import InferenceEngine
from engine.language.playbook import Cadence, Warning
from engine.matching.explained import Environment, explain
from engine.matching.run import RunValues
from engine.messages.communications import Unsent, messages_of
from engine.planning.actions import Desk, Planned, Start, actions_of, fallbacks
from engine.planning.context import Context
from engine.planning.holding import Hold, hold, muted_addresses
from engine.planning.occurrences import Unplannable, open_occurrence
from engine.planning.plan import (
    AccountName, Action, ActionPlan, Because, ClassItem, ClassPlan, Gap, Grant, Inputs, Message, PlaybookInput,
    Suppressed, WarningPlan,
)  # fmt: skip
from engine.planning.reasons import because
from engine.planning.repair import repair_action
from engine.planning.team import Staffing
from engine.planning.wording import Wording
from engine.snapshots.canonical import snapshot_digest
from engine.snapshots.model import AccountSnapshot

_PRIORITY: Final = {"urgent": 0, "high": 1, "normal": 2, "low": 3}
_LATEST: Final = datetime.max.replace(tzinfo=zone("UTC"))


class Planner:
    """Plans accounts with one playbook, moment and context; holds no state between accounts."""

    def __init__(self, compiled: CompiledPlaybook, as_of: datetime, context: Context, engine: InferenceEngine) -> None:
        self._compiled = compiled
        self._context = context
        timezone = compiled.calendar.timezone
        today = local_date(as_of, timezone)
        self._as_of = as_of.astimezone(zone(timezone))
        parameters = {name: dated.on(today) for name, dated in compiled.bindings.items()}
        run = RunValues(self._as_of, today, zone(timezone), parameters, context.rankings, context.rates)
        self.evaluation = Evaluation(compiled, run, engine)
        self._staffing = Staffing(context.team, fallbacks(compiled), today)
        manifest = compiled.playbook.manifest
        self._locale = context.language or manifest.locale
        self._playbook = PlaybookInput(manifest.id, manifest.version, compiled.playbook.digest)
        self._context_digest = context.digest()

    def plan(self, snapshot: AccountSnapshot, history: History) -> ActionPlan:
        """The action plan of one account; raises ``AccountFailed`` where its data can't be planned with."""
        self._check_moment(snapshot)
        findings = self.evaluation.findings(snapshot, history)
        return _Account(self._desk(findings, history), self._inputs(snapshot, history)).plan()

    def _check_moment(self, snapshot: AccountSnapshot) -> None:
        if isinstance(snapshot.as_of, datetime) and snapshot.as_of > self._as_of:
            message = (
                f"the snapshot is of {snapshot.as_of.isoformat()}, later than the plan's {self._as_of.isoformat()}"
            )
            hint = "plan with a later --as-of, or build the snapshot as of that day"
            raise AccountFailed(problem(codes.FROM_THE_FUTURE, Place(""), message, hint, snapshot.id))

    def _desk(self, findings: Findings, history: History) -> Desk:
        environment = Environment(self._compiled.forest, findings.snapshot, findings.run, findings.conclusions, {})
        wording = Wording(self._compiled, environment, self._locale)
        return Desk(self._compiled, self.evaluation, findings, history, self._staffing, wording, environment)

    def _inputs(self, snapshot: AccountSnapshot, history: History) -> Inputs:
        known = "none" if history.is_empty else digest(history)
        return Inputs(self._playbook, snapshot_digest(snapshot), known, self._context_digest, engine_version())


class _Account:
    """One account's plan while it is put together."""

    def __init__(self, desk: Desk, inputs: Inputs) -> None:
        self.desk = desk
        self.inputs = inputs
        self.reasons: dict[tuple[str, str | None], Because] = {}
        self.gaps: list[Gap] = []
        self.suppressed: list[Suppressed] = []
        self.grants: list[Grant] = []

    def plan(self) -> ActionPlan:
        findings = self.desk.findings
        muted = muted_addresses(findings.rules)
        classes = self._classes()
        planned = [each for finding in findings.rules for each in self._rule(finding, muted)]
        sent = [message for each in planned if isinstance(each, Planned) for message in self._messages(each)]
        actions = [each.action if isinstance(each, Planned) else each for each in planned]
        snapshot = findings.snapshot
        return ActionPlan(
            inputs=self.inputs,
            as_of=findings.run.as_of,
            account=AccountName(snapshot.id, snapshot.name),
            light=findings.light,
            light_at_worst=findings.light_at_worst,
            watch=findings.watch,
            classes=classes,
            warnings=tuple(self._warning(each, muted) for each in findings.rules if _is_shown(each)),
            actions=tuple(sorted(actions, key=_urgency)),
            messages=tuple(sorted(sent, key=lambda each: each.id)),
            grants=tuple(self.grants),
            gaps=tuple(self.gaps),
            suppressed=tuple(self.suppressed),
        )

    def because(self, finding: RuleFinding) -> Because:
        """Why a rule holds; worked out once per rule and item."""
        key = (finding.rule.address, finding.item)
        if key not in self.reasons:
            self.reasons[key] = because(finding.rule.begins, self.desk.bound(finding))
        return self.reasons[key]

    # -- classes ------------------------------------------------------------------------------------

    def _classes(self) -> dict[str, ClassPlan]:
        by_id: dict[str, list[ClassFinding]] = {}
        for finding in self.desk.findings.classes:
            by_id.setdefault(finding.compiled.entry.id, []).append(finding)
        return {name: self._class(by_id.get(name, [])) for name in self.desk.compiled.classes}

    def _class(self, findings: list[ClassFinding]) -> ClassPlan:
        if not findings or findings[0].item is not None:
            items = {str(each.item): ClassItem(_value(each), _possible(each)) for each in findings}
            return ClassPlan(value=None, items=items)
        finding = findings[0]
        label = finding.compiled.entry.labels.get(_value(finding) or "")
        if len(finding.possible) > 1:
            self._gap(finding.compiled.address, None, [clause for _, clause in finding.compiled.rows])
        return ClassPlan(
            value=_value(finding),
            label=label.in_language(self.desk.wording.language) if label else None,
            previous=finding.before.value if finding.before else None,
            since=finding.in_force.since if finding.in_force else None,
            possible=_possible(finding),
            because=self._class_reason(finding),
        )

    def _class_reason(self, finding: ClassFinding) -> Because | None:
        rows = [clause for value, clause in finding.compiled.rows if value in finding.possible]
        if not rows:
            return None
        clause = rows[0] if len(rows) == 1 else Branch("any", tuple(rows), finding.compiled.entry.place)
        return because(clause, self.desk.environment)

    def _gap(self, rule: str, item: str | None, clauses: list[Clause]) -> None:
        needs = [missing for each in clauses for missing in explain(truth_node(each), self.desk.environment).missing]
        self.gaps.append(Gap(rule=rule, item=item, needs=tuple(dict.fromkeys(needs))))

    # -- rules --------------------------------------------------------------------------------------

    def _rule(self, finding: RuleFinding, muted: frozenset[str]) -> Iterator[Planned | Action]:
        if finding.begins is UNSET:
            missing = explain(truth_node(finding.rule.begins), self.desk.bound(finding)).missing
            needs = missing if finding.record or not finding.rule.collection else (finding.rule.collection,)
            self.gaps.append(Gap(rule=finding.rule.address, item=finding.item, needs=needs))
        held = hold(finding, muted, self.desk.history, self.desk.evaluation)
        if held is not None and finding.standing.state != "inactive":
            self._hold(finding, held)
        elif finding.standing.is_firing:
            yield from self._effects(finding)

    def _hold(self, finding: RuleFinding, held: Hold) -> None:
        self.suppressed.append(Suppressed(rule=finding.rule.address, item=finding.item, by=held.by, until=held.until))

    def _effects(self, finding: RuleFinding) -> Iterator[Planned | Action]:
        entry = finding.rule.entry
        if entry.grants:
            self.grants.append(
                Grant(rule=finding.rule.address, item=finding.item, modules=entry.grants, source=entry.source)
            )
        if finding.standing.overdue_data:
            yield repair_action(self.desk, finding, self.because(finding))
        start = self._start(finding)
        if start is not None:
            yield from actions_of(self.desk, finding, start, self.because(finding))

    def _start(self, finding: RuleFinding) -> Start | None:
        if isinstance(finding.rule.entry, Cadence):
            return self._occurrence(finding)
        episode = finding.standing.episode
        if episode is None:
            return None
        seen_now = episode.since == episode.seen_at and self.desk.history.is_empty
        return Start(str(episode.number), episode.since, provisional=seen_now)

    def _occurrence(self, finding: RuleFinding) -> Start | None:
        evaluation, run = self.desk.evaluation, self.desk.findings.run
        rhythm = evaluation.length(finding.rule.rhythm)
        if rhythm is None:
            self.gaps.append(Gap(rule=finding.rule.address, item=finding.item, needs=("every",)))
            return None
        found = open_occurrence(finding, self.desk.snapshot, run, rhythm, evaluation.length(finding.rule.grace))
        if isinstance(found, Unplannable):
            self.gaps.append(Gap(rule=finding.rule.address, item=finding.item, needs=found.needs))
            return None
        if found is None:
            return None
        midnight = datetime.combine(found.anchor, datetime.min.time(), run.zone)
        return Start(found.name, midnight, provisional=False, event=found)

    def _warning(self, finding: RuleFinding, muted: frozenset[str]) -> WarningPlan:
        entry = cast("Warning", finding.rule.entry)
        title = entry.title.in_language(self.desk.wording.language) if entry.title else entry.id
        episode = finding.standing.episode
        return WarningPlan(
            id=entry.id,
            title=title,
            light=entry.light,
            state=finding.standing.state,  # type: ignore[arg-type] # shown ones are not inactive
            since=episode.since if episode else self.desk.findings.run.as_of,
            item=finding.item,
            muted=finding.rule.address in muted,
            source=entry.source,
            because=self.because(finding),
        )

    def _messages(self, planned: Planned) -> Iterator[Message]:
        for each in messages_of(self.desk, planned):
            if isinstance(each, Unsent):
                self.gaps.append(Gap(rule=planned.action.rule, item=planned.action.item, needs=(each.needs,)))
            else:
                yield each


def _value(finding: ClassFinding) -> str | None:
    return finding.in_force.value if finding.in_force else None


def _possible(finding: ClassFinding) -> tuple[str, ...]:
    """The rows still possible, where there are several."""
    return tuple(each for each in finding.possible if each is not None) if len(finding.possible) > 1 else ()


def _is_shown(finding: RuleFinding) -> bool:
    live = finding.rule.entry.status != "draft"
    return isinstance(finding.rule.entry, Warning) and live and finding.standing.state != "inactive"


def _urgency(action: Action) -> tuple[int, datetime, str]:
    return _PRIORITY[action.priority], action.due_at or _LATEST, action.id
