"""Why what was planned or on is over: only for a reason that is known (semantics 5.6, 5.7)."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Final, cast

from msgspec import UNSET

from engine.calendars.months import shift_date
from engine.compiling.clauses import truth_node
from engine.compiling.compiled import CompiledRule
from engine.evaluation.findings import RuleFinding
from engine.evaluation.lengths import length_for
from engine.foundation.quantities import Duration
from engine.history.model import OpenOccurrence
from engine.history.settling import Standing
from engine.language.playbook import Cadence, WarningRule
from engine.matching.explained import Environment, evaluate, visible
from engine.planning.advance import AccountRun
from engine.planning.dated import GRACE
from engine.planning.occurrences import START, Unplannable, counted
from engine.planning.plan import Ended
from engine.planning.plan_work import Action, EndReason
from engine.planning.repair import TASK as REPAIR
from engine.snapshots.model import COLLECTIONS, Interaction

OVER: Final[EndReason] = "cause_ended"


def why_over(rule: CompiledRule, item: str | None, environment: Environment) -> EndReason:
    """Why a rule that is over ended for the account or a record: its record is gone, the account has left its scope,
    or its cause ended."""
    if rule.collection is not None and item is None:
        return "entry_removed"  # It was for the account as a whole, and is for records by now.
    if item is not None and _is_gone(rule, item, environment):
        return "item_gone"
    if rule.scope is not None and evaluate(truth_node(rule.scope), environment) is False:
        return "out_of_scope"
    return OVER


def _is_gone(rule: CompiledRule, item: str, environment: Environment) -> bool:
    """Whether a delivered collection has no such record."""
    if rule.collection is None:
        return True
    records = visible(environment.snapshot, rule.collection, environment.run)
    return records is not UNSET and all(each.id != item for each in records)


def ended_warnings(findings: Sequence[RuleFinding], environment: Environment, language: str) -> Iterator[Ended]:
    """The warnings that this run found to be over, drafts left out."""
    for each in findings:
        entry, closed = each.rule.entry, each.standing.closed
        if isinstance(entry, WarningRule) and entry.status != "draft" and each.standing.ended and closed is not None:
            title = entry.title.in_language(language) if entry.title else entry.id
            reason = why_over(each.rule, each.item, environment)
            yield Ended(rule=each.rule.address, item=each.item, title=title, since=closed.since, reason=reason)


def _is_over(standing: Standing, number: int) -> bool:
    """Whether the episode of that number is closed."""
    if standing.episode is not None and standing.episode.number != number:
        return True
    return standing.episode is None and standing.closed is not None and standing.closed.number >= number


class Closings:
    """Why work that is open and that a run does not plan any more ends, if it does."""

    def __init__(self, run: AccountRun) -> None:
        self._run = run
        per = run.plan.group.by if run.plan.group is not None else None
        self._rules = {
            each.address: each for each in run.compiled.rules if each.per == per and each.entry.status != "draft"
        }
        self._finished = {each.identity.id for each in run.finished}
        self._open = {(each.address, each.item, each.name) for each in run.occurrences}
        self._before = {(each.address, each.item, each.name): each for each in run.before.occurrences}

    def why(self, action: Action) -> EndReason | None:
        """Why the work ends; none where nothing says so: it stays open."""
        rule = self._rules.get(action.rule)
        if rule is None:
            return "entry_removed"
        if action.id in self._finished:
            return OVER if self._has_play_ended(rule, action) else "done"
        if isinstance(rule.entry, Cadence):
            return self._of_round(rule, rule.entry, action)
        standing = self._run.findings.standings.get((rule.address, action.item))
        if standing is None:
            return self._of_rest(rule, action)
        if _is_over(standing, int(action.occurrence)):
            return why_over(rule, action.item, self._run.environment)
        if standing.episode is None:
            return None
        if action.task == REPAIR and action.play is None:
            return None if standing.overdue_data else "done"
        return self._of_task(rule, action)

    def _has_play_ended(self, rule: CompiledRule, action: Action) -> bool:
        """Whether the work's play was ended by its ``ends_when``."""
        records = self._run.findings.rules
        record = next((each.record for each in records if each.rule is rule and each.item == action.item), None)
        environment = self._run.environment
        if record is not None and rule.collection is not None:
            environment = environment.binding(COLLECTIONS[rule.collection].singular, record)
        ends = (each.ends for each in rule.effects if each.play == action.play and each.ends is not None)
        return any(evaluate(truth_node(each), environment) is True for each in ends)

    def _of_task(self, rule: CompiledRule, action: Action) -> EndReason | None:
        """Of a task whose occurrence is open: it is held back, or the playbook has it no more."""
        known = {(each.play, task.task.id) for each in rule.effects for task in each.tasks}
        return None if (action.play or "", action.task) in known else "task_removed"

    def _of_rest(self, rule: CompiledRule, action: Action) -> EndReason | None:
        """Of a rule that was not settled: nothing of it was open, and nothing begins."""
        environment = self._run.environment
        if action.item is not None and _is_gone(rule, action.item, environment):
            return "item_gone"
        if rule.collection is not None and visible(environment.snapshot, rule.collection, environment.run) is UNSET:
            return None
        return why_over(rule, action.item, environment)

    # -- cadences -----------------------------------------------------------------------------------

    def _of_round(self, rule: CompiledRule, entry: Cadence, action: Action) -> EndReason | None:
        key = (rule.address, action.item, action.occurrence)
        if key in self._open:
            return self._of_task(rule, action)
        found = self._finding(rule, action.item)
        if found is None:
            return self._of_rest(rule, action)
        known = self._before.get(key)
        if found.begins is not True or known is None:
            return None
        done = counted(found, self._run.environment.snapshot, self._run.findings.run)
        if isinstance(done, Unplannable):
            return None
        return self._of_turn(rule, entry, known, done)

    def _finding(self, rule: CompiledRule, item: str | None) -> RuleFinding | None:
        return next((each for each in self._run.findings.rules if each.rule is rule and each.item == item), None)

    def _of_turn(
        self, rule: CompiledRule, entry: Cadence, known: OpenOccurrence, done: Sequence[Interaction]
    ) -> EndReason:
        """Of an occurrence that is not open any more: it was done, its time is over, or what it counted from is gone
        or moved."""
        if entry.counted_from == "last" and not entry.on:
            others = (each for each in done if each.id != known.name)
            began = date.min if known.name == START else known.anchor
            return "done" if any(cast("date", each.on) >= began for each in others) else OVER
        first, last = known.anchor, known.day
        grace = length_for(self._run.environment, rule.grace)
        if entry.on:
            grace = grace if isinstance(grace, Duration) else GRACE
            first = shift_date(known.day, grace, -1)
        if isinstance(grace, Duration):
            last = shift_date(known.day, grace)
        if any(first <= cast("date", each.on) <= last for each in done):
            return "done"
        return "expired" if last < self._run.findings.run.today else OVER
