"""Holding back: what keeps a firing rule from acting, each reason named (semantics 6)."""

from collections.abc import Iterable
from datetime import datetime

from msgspec import Struct

from engine.calendars.periods import period_of
from engine.evaluation.evaluate import Evaluation
from engine.evaluation.findings import RuleFinding
from engine.history.model import History, Planned
from engine.planning.plan import HeldBackBy


class Hold(Struct, frozen=True):
    """Everything that holds a rule back, in the order of precedence, and until when, where that is known."""

    by: tuple[HeldBackBy, ...]
    until: datetime | None


def muted_addresses(findings: Iterable[RuleFinding]) -> frozenset[str]:
    """Warnings that firing, live entries mute."""
    return frozenset(
        f"warnings.{name}"
        for each in findings
        if each.standing.is_firing and each.rule.entry.status != "draft"
        for name in each.rule.entry.mutes
    )


def hold(finding: RuleFinding, muted: frozenset[str], history: History, evaluation: Evaluation) -> Hold | None:
    """What holds this rule's effects back, or none."""
    reasons: list[tuple[HeldBackBy, datetime | None]] = []
    if finding.rule.entry.status == "draft":
        reasons.append(("draft", None))
    if finding.rule.address in muted:
        reasons.append(("mute", None))
    if finding.standing.state == "pending":
        reasons.append(("must_hold", _held_until(finding, evaluation)))
    reasons += _counted(finding, history, evaluation)
    if not reasons:
        return None
    return Hold(tuple(by for by, _ in reasons), max((until for _, until in reasons if until), default=None))


def _held_until(finding: RuleFinding, evaluation: Evaluation) -> datetime | None:
    episode, length = finding.standing.episode, evaluation.steadiness(finding.rule).must_hold
    return evaluation.later(episode.seen_at, length) if episode and length else None


def _counted(
    finding: RuleFinding, history: History, evaluation: Evaluation
) -> list[tuple[HeldBackBy, datetime | None]]:
    """``cooldown`` and ``at_most`` hold back new episodes only; what was planned for an open one stays."""
    before = next((each for each in history.planned if _is_for(each, finding)), None)
    episode, run = finding.standing.episode, evaluation.run
    if before is None or episode is None or episode.seen_at < run.as_of:
        return []
    reasons: list[tuple[HeldBackBy, datetime | None]] = []
    cooldown = evaluation.length(finding.rule.cooldown)
    if cooldown is not None and evaluation.later(before.last_at, cooldown) > run.as_of:
        reasons.append(("cooldown", evaluation.later(before.last_at, cooldown)))
    limit = finding.rule.at_most
    if limit is not None and before.counts.get(period_of(run.today, limit.period).name, 0) >= limit.count:
        reasons.append(("at_most", None))
    return reasons


def _is_for(planned: Planned, finding: RuleFinding) -> bool:
    return (planned.address, planned.item) == (finding.rule.address, finding.item)
