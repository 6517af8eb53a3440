"""Holding back: what keeps a firing rule from acting, each reason named (semantics 6)."""

from collections.abc import Collection, Mapping
from datetime import datetime, time

from msgspec import UNSET, Struct

from engine.calendars.moments import end_of_day
from engine.calendars.periods import next_period
from engine.evaluation.findings import RuleFinding
from engine.evaluation.lengths import length_for
from engine.foundation.quantities import Duration
from engine.language.exceptions import Exemption, Silence
from engine.language.playbook import is_named
from engine.planning.actions import Desk
from engine.planning.exempting import Exempt
from engine.planning.plan import HeldBackBy


class Hold(Struct, frozen=True):
    """Everything that holds a rule back, in the order of precedence, and until when, where that is known; the
    exception and the silence, if there is one."""

    by: tuple[HeldBackBy, ...]
    until: datetime | None
    exemption: Exemption | None = None
    silence: Silence | None = None

    @property
    def only_new(self) -> bool:
        """Whether what was planned before stays: exceptions, mutes and limits keep back new work only."""
        return "draft" not in self.by and "must_hold" not in self.by


def muted_addresses(findings: Collection[RuleFinding]) -> frozenset[str]:
    """The rules that firing, live entries mute."""
    firing = [each.rule.entry for each in findings if each.standing.is_firing and each.rule.entry.status != "draft"]
    names = {name for entry in firing for name in entry.mutes}
    addresses = {each.rule.address for each in findings} if names else set()
    return frozenset(each for each in addresses if is_named(each, names))


def hold(
    finding: RuleFinding, muted: frozenset[str], exempt: Exempt, desk: Desk, started: Mapping[str, int]
) -> Hold | None:
    """What holds this rule's effects back, or none; ``started`` counts what this run has planned anew, by rule."""
    reasons: list[tuple[HeldBackBy, datetime | None]] = []
    if finding.rule.entry.status == "draft":
        reasons.append(("draft", None))
    exemption = exempt.of(finding.rule.address)
    if exemption is not None:
        reasons.append(("exception", end_of_day(exemption.until, desk.compiled.calendar.timezone)))
    silence = exempt.silence_of(finding.rule.address)
    if silence is not None:
        reasons.append(("silence", silence.until))
    if finding.rule.address in muted:
        reasons.append(("mute", None))
    if finding.standing.state == "pending":
        reasons.append(("must_hold", _held_until(finding, desk)))
    is_limited = finding.rule.cooldown is not None or finding.rule.at_most is not None
    if is_limited and finding.standing.is_firing and not has_acted(finding, desk):
        reasons += [*_cooldown(finding, desk), *_limit(finding, desk, started.get(finding.rule.address, 0))]
    if not reasons:
        return None
    return Hold(
        tuple(by for by, _ in reasons), max((until for _, until in reasons if until), default=None),
        exemption, silence.entry if silence is not None else None,
    )  # fmt: skip


def _held_until(finding: RuleFinding, desk: Desk) -> datetime | None:
    episode = finding.standing.episode
    lengths = desk.evaluation.steadiness(finding.rule, desk.environment)
    if episode is None or lengths is None or lengths.must_hold is None:
        return None
    return desk.evaluation.later(episode.seen_at, lengths.must_hold)


def has_acted(finding: RuleFinding, desk: Desk) -> bool:
    """Whether actions of this very episode were planned before: limits hold back only what is new."""
    episode = finding.standing.episode
    if episode is None:
        return True
    if not desk.history.actions:
        return False
    occurrence = (finding.rule.address, finding.item, str(episode.number))
    return any((each.rule, each.item, each.occurrence) == occurrence for each in desk.history.actions)


Reasons = list[tuple[HeldBackBy, datetime | None]]


def _cooldown(finding: RuleFinding, desk: Desk) -> Reasons:
    """``cooldown`` counts from the last planned action of rule and item."""
    if finding.rule.cooldown is None:
        return []
    cooldown = length_for(desk.environment, finding.rule.cooldown)
    if cooldown is UNSET:
        return [("cooldown", None)]
    key = (finding.rule.address, finding.item)
    last = next((each.last_at for each in desk.history.planned if (each.address, each.item) == key), None)
    if last is None or not isinstance(cooldown, Duration):
        return []
    until = desk.evaluation.later(last, cooldown)
    return [("cooldown", until)] if until > desk.findings.run.as_of else []


def _limit(finding: RuleFinding, desk: Desk, started: int) -> Reasons:
    """``at_most`` counts what the rule planned for the account, whatever the record, in the period of today."""
    limit, run = finding.rule.at_most, desk.findings.run
    if limit is None:
        return []
    period = run.period(limit.period)
    before = sum(
        each.counts.get(period.name, 0) for each in desk.history.planned if each.address == finding.rule.address
    )
    if before + started < limit.count:
        return []
    return [("at_most", datetime.combine(next_period(period).start, time(), run.zone))]
