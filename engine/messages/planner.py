"""``Planner``: a compiled playbook at one moment → the action plan of any account, whole with its messages."""

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Final, cast

from msgspec import UNSET
from msgspec.structs import replace

from engine.calendars.moments import local_date, zone
from engine.compiling.clauses import Clause
from engine.compiling.compiled import CompiledPlaybook
from engine.evaluation.evaluate import findings_of
from engine.evaluation.findings import Findings, RuleFinding
from engine.evaluation.in_run import Evaluation, lengths_of
from engine.evaluation.portfolio import Member, members_of
from engine.foundation import codes
from engine.foundation.canonical import digest
from engine.foundation.places import Place
from engine.foundation.problems import AccountFailed, problem
from engine.foundation.version import engine_version
from engine.history.model import History, OpenOccurrence
from engine.history.settling import Standing
from engine.inference.engines import InferenceEngine, Memo
from engine.language.playbook import Cadence, WarningRule
from engine.matching.explained import Environment, explain
from engine.matching.run import RunValues
from engine.messages.blocks import Told
from engine.messages.communications import Unsent, messages_of
from engine.planning.actions import Desk, Finished, Planned, Start, actions_of, check_hours, fallbacks
from engine.planning.advance import AccountRun
from engine.planning.because import Because
from engine.planning.bringing import Bringing
from engine.planning.closing import ended_warnings
from engine.planning.conclusions import Concluded, conclusions_of
from engine.planning.context import Context
from engine.planning.entitlements import Granted, entitlements
from engine.planning.exempting import Exempt, compile_said, exempt
from engine.planning.groups import Group
from engine.planning.holding import Hold, has_acted, hold, muted_addresses
from engine.planning.occurrences import START, Occurrence
from engine.planning.plan import AccountName, ActionPlan, Gap, Inputs, PlaybookInput, Suppressed, WarningPlan
from engine.planning.plan_messages import Message, NotSent
from engine.planning.plan_work import Action
from engine.planning.reasons import Reasons, missing_in
from engine.planning.renaming import Moves, RoleNames, moved, moves_of, renaming_of
from engine.planning.repair import repair_action
from engine.planning.rounds import rounds_of, turn_of
from engine.planning.tasks import TasksInRun
from engine.planning.team import Staffing
from engine.planning.together import Joint, Turn, joints
from engine.planning.wording import Meanings, Wording, name_of
from engine.snapshots.canonical import snapshot_digest
from engine.snapshots.model import AccountSnapshot

_PRIORITY: Final = {"urgent": 0, "high": 1, "normal": 2, "low": 3}
_LATEST: Final = datetime.max.replace(tzinfo=zone("UTC"))


class Planner:
    """Plans accounts with one playbook, moment and context; holds no state between accounts."""

    def __init__(
        self,
        compiled: CompiledPlaybook,
        as_of: datetime,
        context: Context,
        engine: InferenceEngine,
        *,
        messages: bool = True,
        per: str | None = None,
    ) -> None:
        self._compiled = compiled
        self._with_messages = messages
        timezone = compiled.calendar.timezone
        today = local_date(as_of, timezone)
        self._as_of = as_of.astimezone(zone(timezone))
        self._exempting = compile_said(compiled, context, self._as_of, per)
        bindings = {**self._exempting.bindings, **compiled.bindings}
        parameters = {name: dated.on(today) for name, dated in bindings.items()}
        begins = compiled.playbook.manifest.year_begins
        run = RunValues(self._as_of, today, zone(timezone), parameters, context.rankings, context.rates, begins)
        self.evaluation = Evaluation(compiled, run, Memo(engine), per, self._exempting.overrides)
        check_hours(context.team, compiled)
        self._roles = RoleNames.of(compiled.playbook)
        self._team = self._roles.in_team(context.team)
        self._staffing = Staffing(self._team, fallbacks(compiled), today)
        self._reasons = Reasons()
        manifest = compiled.playbook.manifest
        self._locale = context.language or manifest.locale
        self._playbook = PlaybookInput(manifest.id, manifest.version, compiled.playbook.digest)
        self._context_digest = context.digest()
        self._renaming = renaming_of(compiled.playbook)
        self._meanings: dict[tuple[frozenset[str], str | None], Meanings] = {}
        self._tasks = TasksInRun(compiled, run, self._locale.partition("-")[0])

    def of_group(self, group: Group, history: History) -> AccountRun:
        """The plan of a group of accounts, by a planner for its grouping."""
        run = self.run(group.snapshot(self._team), history)
        return replace(run, plan=replace(run.plan, account=None, group=group.named(self._team)))

    def plan(self, snapshot: AccountSnapshot, history: History) -> ActionPlan:
        """The action plan of one account; raises ``AccountFailed`` where its data can't be planned with."""
        return self.run(snapshot, history).plan

    def run(self, snapshot: AccountSnapshot, history: History) -> AccountRun:
        """The plan of one account with what its next history is made from; raises ``AccountFailed``."""
        self._check_moment(snapshot)
        moves = self._moves(history, snapshot)
        known = self._known(history, moves)
        findings = findings_of(self.evaluation, self._roles.in_account(snapshot), known)
        desk = self._desk(findings, known)
        exempted = exempt(self._exempting, snapshot.id, desk.environment)
        run = _Account(desk, exempted, self._inputs(snapshot, history)).run(self._with_messages)
        return replace(run, moves=moves) if moves else run

    def members(self, number: int, snapshot: AccountSnapshot, history: History) -> dict[str, list[Member]]:
        """What an account and its records are in each population of the pass ``number`` over the portfolio, by name;
        raises ``AccountFailed``."""
        self._check_moment(snapshot)
        known = self._known(history, self._moves(history, snapshot))
        return members_of(self.evaluation, number, self._roles.in_account(snapshot), known)

    def _moves(self, history: History, snapshot: AccountSnapshot) -> Moves:
        """What is called otherwise by now."""
        return moves_of(history, self._renaming, self._compiled, snapshot.id) if self._renaming else {}

    def _known(self, history: History, moves: Moves) -> History:
        """The history under the names that entries have by now."""
        return moved(history, self._renaming, moves) if self._renaming else history

    def _check_moment(self, snapshot: AccountSnapshot) -> None:
        if isinstance(snapshot.as_of, datetime) and snapshot.as_of > self._as_of:
            message = (
                f"the snapshot is of {snapshot.as_of.isoformat()}, later than the plan's {self._as_of.isoformat()}"
            )
            hint = "plan with a later --as-of, or build the snapshot as of that day"
            raise AccountFailed(problem(codes.FROM_THE_FUTURE, Place(""), message, hint, snapshot.id))

    def _desk(self, findings: Findings, history: History) -> Desk:
        environment = Environment(
            self._compiled.forest,
            findings.snapshot,
            findings.run,
            findings.conclusions,
            figures=findings.figures,
            views=self.evaluation.rows.views,
            state=findings.state,
        )
        wording = Wording(self._compiled, environment, self._locale, self._meanings)
        known = {each.id: each for each in history.actions}
        return Desk(
            self._compiled,
            self.evaluation,
            findings,
            history,
            self._staffing,
            wording,
            environment,
            self._reasons,
            self._tasks,
            known,
            Bringing(self._compiled, environment, self._reasons),
        )

    def _inputs(self, snapshot: AccountSnapshot, history: History) -> Inputs:
        known = "none" if history.is_empty else digest(history)
        return Inputs(self._playbook, snapshot_digest(snapshot), known, self._context_digest, engine_version())


class _Account:
    """One account's plan while it is put together."""

    def __init__(self, desk: Desk, exempted: Exempt, inputs: Inputs) -> None:
        self.desk = desk
        self.exempt = exempted
        self.inputs = inputs
        self.reasons: dict[tuple[str, str | None], Because] = {}
        self.gaps = [Gap(rule=name, item=None, needs=needs) for name, needs in exempted.lacking]
        self.suppressed: list[Suppressed] = []
        self.granted: list[Granted] = []
        self.not_sent: list[NotSent] = []
        self.started: Counter[str] = Counter()
        self.planned: list[Planned] = []
        self.finished: list[Finished] = []
        self.occurrences: list[OpenOccurrence] = []
        self.joints: Mapping[Turn, Joint] = {}

    def run(self, with_messages: bool) -> AccountRun:
        """The account's plan, and what else the run brought to light."""
        findings = self.desk.findings
        muted = muted_addresses(findings.rules)
        concluded = conclusions_of(self.desk)
        self.gaps += concluded.gaps
        self.suppressed += concluded.suppressed
        self.joints = self._joints(muted)
        for finding in findings.rules:
            self._rule(finding, muted)
        planned = tuple(self.planned)
        plan = self._plan(muted, concluded, planned, with_messages)
        desk = self.desk
        return AccountRun(
            desk.compiled, desk.history, plan, findings, desk.environment, planned, tuple(self.finished),
            tuple(self.occurrences),
        )  # fmt: skip

    def _plan(
        self, muted: frozenset[str], concluded: Concluded, planned: tuple[Planned, ...], with_messages: bool
    ) -> ActionPlan:
        findings = self.desk.findings
        told = Told(self.desk, concluded, planned)
        sent = [message for each in planned for message in self._messages(told, each)] if with_messages else []
        actions = [each.action for each in planned]
        snapshot = findings.snapshot
        entitled = entitlements(self.desk, self.granted)
        return ActionPlan(
            inputs=self.inputs,
            as_of=findings.run.as_of,
            account=AccountName(snapshot.id, snapshot.name),
            light=findings.light,
            light_at_worst=findings.light_at_worst,
            watch=findings.watch,
            classes=concluded.classes,
            scores=concluded.scores,
            targets=concluded.targets,
            warnings=tuple(self._warning(each, muted) for each in findings.rules if _is_shown(each)),
            actions=tuple(sorted(actions, key=urgency)),
            messages=tuple(sorted(sent, key=lambda each: each.id)),
            not_sent=tuple(self.not_sent),
            grants=entitled.grants,
            offers=entitled.offers,
            gaps=(*self.gaps, *entitled.gaps),
            suppressed=tuple(self.suppressed),
            ended=tuple(ended_warnings(findings.rules, self.desk.environment, self.desk.wording.language)),
        )

    def because(self, finding: RuleFinding) -> Because:
        """Why a rule holds; worked out once per rule and item."""
        key = (finding.rule.address, finding.item)
        if key not in self.reasons:
            self.reasons[key] = self._reason(finding, finding.rule.begins)
        return self.reasons[key]

    def _reason(self, finding: RuleFinding, clause: Clause) -> Because:
        return self.desk.reasons.because(clause, self.desk.bound(finding), finding.truths)

    # -- rules --------------------------------------------------------------------------------------

    def _rule(self, finding: RuleFinding, muted: frozenset[str]) -> None:
        needs = self._needs(finding)
        if needs:
            self._gap(finding, needs)
        if finding.standing.state == "inactive":
            if finding.begins is UNSET and isinstance(finding.rule.entry, Cadence):
                self._turns(finding)
            return
        held = hold(finding, muted, self.exempt, self.desk, self.started)
        if held is not None:
            self.suppressed.append(_suppressed(finding, held))
        if held is None and finding.standing.is_firing:
            self._effects(finding)
        elif held is not None and held.only_new:
            self._kept(finding)

    def _gap(self, finding: RuleFinding, needs: tuple[str, ...]) -> None:
        self.gaps.append(Gap(rule=finding.rule.address, item=finding.item, name=name_of(finding.record), needs=needs))

    def _needs(self, finding: RuleFinding) -> tuple[str, ...]:
        """The data a rule lacks to be decided: its whole collection, what its tests miss, or a figure's value."""
        rule = finding.rule
        if finding.begins is UNSET and not finding.delivered and rule.collection is not None:
            return (rule.collection,)
        missing = missing_in(self.because(finding)) if finding.begins is UNSET else ()
        if finding.ends is UNSET and rule.ends is not None:
            missing += missing_in(self._reason(finding, rule.ends))
        if finding.begins is not False and self.desk.evaluation.steadiness(rule, self.desk.environment) is None:
            lengths = [each for each in lengths_of(rule) if each is not None]
            missing += tuple(path for each in lengths for path in explain(each, self.desk.environment).missing)
        return tuple(dict.fromkeys(missing))

    def _kept(self, finding: RuleFinding) -> None:
        """What was planned before stays planned, its escalation paused and nothing sent (semantics 6)."""
        for each in self._work(finding):
            if each.identity.id not in self.desk.known:
                continue
            if isinstance(each, Finished):
                self.finished.append(each)
            else:
                self.planned.append(replace(each, action=replace(each.action, escalation=()), task=None))

    def _effects(self, finding: RuleFinding) -> None:
        entry = finding.rule.entry
        if entry.grants:
            self.granted.append(Granted(finding.rule.address, finding.item, entry.grants, entry.source))
        if finding.standing.overdue_data:
            self.planned.append(repair_action(self.desk, finding, self.because(finding)))
        if self._turns(finding) and finding.rule.at_most is not None and not has_acted(finding, self.desk):
            self.started[finding.rule.address] += 1

    def _turns(self, finding: RuleFinding) -> bool:
        """Plans the actions of the occurrence that is open; whether there are any."""
        before = len(self.planned)
        for each in self._work(finding):
            if isinstance(each, Finished):
                self.finished.append(each)
                continue
            if each.lacks:
                self._gap(finding, each.lacks)
            self.planned.append(each)
        return len(self.planned) > before

    def _work(self, finding: RuleFinding) -> list[Planned | Finished]:
        return [
            each
            for start in self._starts(finding)
            for each in actions_of(self.desk, finding, start, self._why(finding, start))
        ]

    def _why(self, finding: RuleFinding, start: Start) -> Because:
        """Why a rule acts: its cause, and for a cadence what the occurrence counts from."""
        reason = self.because(finding)
        if start.event is None:
            return reason
        entry = cast("Cadence", finding.rule.entry)
        turn = turn_of(finding.rule, "true", start.event.day if entry.on else start.event.anchor)
        return Because(op="all", result="true", of=(reason, turn) if reason.of or reason.test else (turn,))

    def _starts(self, finding: RuleFinding) -> list[Start]:
        if isinstance(finding.rule.entry, Cadence):
            return self._rounds(finding)
        episode = finding.standing.episode
        if episode is None:
            return []
        seen_now = episode.since == episode.seen_at and self.desk.history.is_empty
        return [
            Start(str(episode.number), episode.start, provisional=seen_now, is_late=self._is_late(finding.standing))
        ]

    def _is_late(self, standing: Standing) -> bool:
        """Whether an episode that this run begins began, by the data, before the run before (semantics 5.8)."""
        before, episode, closed = self.desk.history.as_of, standing.episode, standing.closed
        if before is None or episode is None or (closed is not None and closed.number == episode.number):
            return False
        return episode.seen_at == self.desk.findings.run.as_of and episode.since < before

    def _rounds(self, finding: RuleFinding) -> list[Start]:
        """The open occurrences of a cadence."""
        found = rounds_of(self.desk, finding)
        for needs in found.lacks:
            self._gap(finding, needs)
        self.occurrences += (
            OpenOccurrence(
                address=finding.rule.address, item=finding.item, name=each.name, anchor=each.anchor, day=each.day
            )
            for each in found.open
        )
        return [self._round(finding, each) for each in found.open]

    def _round(self, finding: RuleFinding, found: Occurrence) -> Start:
        midnight = datetime.combine(found.anchor, datetime.min.time(), self.desk.findings.run.zone)
        joint = self.joints.get((finding.rule.address, finding.item, found.name))
        event = replace(found, day=joint.day) if joint is not None else found
        leader = joint.leader if joint is not None else None
        return Start(found.name, midnight, found.is_estimated, event, leader, self._counts_late(finding, found))

    def _counts_late(self, finding: RuleFinding, found: Occurrence) -> bool:
        """Whether an occurrence counts from an interaction that was recorded after a run of a later day."""
        before, entry = self.desk.history.as_of, cast("Cadence", finding.rule.entry)
        if before is None or entry.on or entry.counted_from != "last" or found.name == START:
            return False
        return found.anchor < before.astimezone(self.desk.findings.run.zone).date()

    def _joints(self, muted: frozenset[str]) -> Mapping[Turn, Joint]:
        """What is done in one visit, of all that is not held back."""
        sharing = self.desk.tasks.sharing
        members = [each for each in self.desk.findings.rules if each.rule.address in sharing and each.begins is True]
        free = [each for each in members if hold(each, muted, self.exempt, self.desk, self.started) is None]
        return joints(self.desk, ((each, rounds_of(self.desk, each).open) for each in free)) if len(free) > 1 else {}

    def _warning(self, finding: RuleFinding, muted: frozenset[str]) -> WarningPlan:
        entry = cast("WarningRule", finding.rule.entry)
        title = entry.title.in_language(self.desk.wording.language) if entry.title else entry.id
        episode = finding.standing.episode
        return WarningPlan(
            id=entry.id,
            title=title,
            light=entry.light,
            state=finding.standing.state,  # type: ignore[arg-type] # shown ones are not inactive
            since=episode.since if episode else self.desk.findings.run.as_of,
            item=finding.item,
            name=name_of(finding.record),
            muted=finding.rule.address in muted,
            source=entry.source,
            because=self.because(finding),
        )

    def _messages(self, told: Told, planned: Planned) -> Iterator[Message]:
        for each in messages_of(told, planned):
            if isinstance(each, Unsent):
                self._gap(planned.finding, (each.needs,))
            elif isinstance(each, NotSent):
                self.not_sent.append(each)
            else:
                yield each


def _suppressed(finding: RuleFinding, held: Hold) -> Suppressed:
    by_person = held.exemption or held.silence
    return Suppressed(
        rule=finding.rule.address,
        item=finding.item,
        name=name_of(finding.record),
        by=held.by,
        until=held.until,
        why=by_person.why if by_person else None,
        who=by_person.who if by_person else None,
    )


def _is_shown(finding: RuleFinding) -> bool:
    live = finding.rule.entry.status != "draft"
    return isinstance(finding.rule.entry, WarningRule) and live and finding.standing.state != "inactive"


def urgency(action: Action) -> tuple[int, datetime, str]:
    """What actions are ordered by: priority, due time, id."""
    return _PRIORITY[action.priority], action.due_at or _LATEST, action.id
