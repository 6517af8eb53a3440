"""Which occurrence of a cadence is open, and when it is due (semantics 5.3)."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Final, cast

from msgspec import UNSET, Struct

from engine.calendars import due as due_dates
from engine.calendars.months import shift_date
from engine.calendars.periods import Span, anchored_period, period_of, previous_period
from engine.evaluation.findings import RuleFinding
from engine.foundation.quantities import Duration, Period, PeriodUnit
from engine.language.playbook import Cadence
from engine.matching.run import RunValues
from engine.snapshots.model import COLLECTIONS, AccountSnapshot, Contract, Interaction

_PERIODS: Final[dict[str, PeriodUnit]] = {
    "days": "day", "weeks": "week", "months": "month", "quarters": "quarter", "half years": "half_year", "years": "year",
}  # fmt: skip


class Occurrence(Struct, frozen=True):
    """The open occurrence of a cadence: its name in identities, the day it counts from, its due day.

    ``shift`` says which way a closed due day moves: rolling ones on, calendar ones back into their period.
    """

    name: str
    anchor: date
    day: date
    shift: due_dates.Shift


class Unplannable(Struct, frozen=True):
    """The data without which a cadence can't be planned."""

    needs: tuple[str, ...]


def open_occurrence(
    finding: RuleFinding, snapshot: AccountSnapshot, run: RunValues, rhythm: Duration, grace: Duration | None
) -> Occurrence | Unplannable | None:
    """The occurrence that waits to be done; none where it is done, ``Unplannable`` where data is missing."""
    entry = cast("Cadence", finding.rule.entry)
    counted = _counted(finding, snapshot, run)
    if isinstance(counted, Unplannable):
        return counted
    if entry.counted_from == "last":
        return _rolling(finding, snapshot, run, rhythm, counted)
    if entry.counted_from == "calendar":
        return _calendar(period_of(run.today, as_period(rhythm)), counted, run.today, grace)
    return _by_contract(finding, snapshot, run.today, rhythm, counted)


def as_period(rhythm: Duration) -> Period:
    """The period a rhythm is cut into."""
    return Period(int(rhythm.amount), _PERIODS[rhythm.unit])


def _counted(finding: RuleFinding, snapshot: AccountSnapshot, run: RunValues) -> Sequence[Interaction] | Unplannable:
    """The interactions that count, by date and id; unplannable where one might count but its data is unknown."""
    if snapshot.interactions is UNSET:
        return Unplannable(("interactions",))
    entry = cast("Cadence", finding.rule.entry)
    kinds = {entry.kind, *entry.counts}
    found = []
    for each in snapshot.interactions or ():
        if finding.item is not None and each.about_id != finding.item:
            continue
        if each.kind is UNSET or each.on is UNSET:
            return Unplannable(("interactions.kind",) if each.kind is UNSET else ("interactions.on",))
        if each.kind in kinds and each.on is not None and each.on <= run.today:
            found.append(each)
    return sorted(found, key=lambda each: (cast("date", each.on), each.id))


def _rolling(
    finding: RuleFinding, snapshot: AccountSnapshot, run: RunValues, rhythm: Duration, counted: Sequence[Interaction]
) -> Occurrence | Unplannable | None:
    if counted:
        last = counted[-1]
        return _counted_from(last.id, cast("date", last.on), rhythm)
    start = _start(finding, snapshot, run)
    if start is UNSET:
        return Unplannable(("relationship.started_on",))
    return None if start is None else _counted_from("start", cast("date", start), rhythm)


def _counted_from(name: str, anchor: date, rhythm: Duration) -> Occurrence:
    return Occurrence(name, anchor, shift_date(anchor, rhythm), "forward")


def _start(finding: RuleFinding, snapshot: AccountSnapshot, run: RunValues) -> object:
    """What a cadence counts from where nothing has been done: the record's own date, else the relationship's."""
    if finding.record is not None:
        own = getattr(finding.record, COLLECTIONS[cast("str", finding.rule.collection)].date_field)
        if own is not UNSET and own is not None:
            return own.astimezone(run.zone).date() if isinstance(own, datetime) else own
    return snapshot.relationship.started_on


def _calendar(span: Span, counted: Sequence[Interaction], today: date, grace: Duration | None) -> Occurrence | None:
    """The period's occurrence, or within its grace the one before that was left open.

    An interaction within the grace completes the period before first; only a further one counts for its own.
    """
    inside = sum(span.start <= cast("date", each.on) <= span.end for each in counted)
    if grace is not None:
        before = previous_period(span)
        if not any(before.start <= cast("date", each.on) <= before.end for each in counted):
            limit = shift_date(before.end, grace)
            late = sum(before.end < cast("date", each.on) <= limit for each in counted)
            if not late and today <= limit:
                return Occurrence(before.name, before.start, before.end, "backward")
            inside -= min(late, 1)
    return None if inside > 0 else Occurrence(span.name, span.start, span.end, "backward")


def _by_contract(
    finding: RuleFinding, snapshot: AccountSnapshot, today: date, rhythm: Duration, counted: Sequence[Interaction]
) -> Occurrence | Unplannable | None:
    contract = finding.record if isinstance(finding.record, Contract) else _running_contract(snapshot, today)
    if isinstance(contract, Unplannable) or contract is None:
        return contract
    if contract.starts_on is UNSET or contract.starts_on is None:
        return Unplannable(("contracts.starts_on",))
    span = anchored_period(contract.starts_on, as_period(rhythm), today)
    if any(span.start <= cast("date", each.on) <= span.end for each in counted):
        return None
    return Occurrence(f"{contract.id}:{span.start.isoformat()}", span.start, span.end, "backward")


def _running_contract(snapshot: AccountSnapshot, today: date) -> Contract | Unplannable | None:
    """The contract that runs today; of several the one that began last, ties by id."""
    if snapshot.contracts is UNSET:
        return Unplannable(("contracts",))
    running = [each for each in snapshot.contracts or () if _runs(each, today)]
    return max(running, key=lambda each: (cast("date", each.starts_on), each.id), default=None)


def _runs(contract: Contract, today: date) -> bool:
    if not isinstance(contract.starts_on, date) or contract.starts_on > today:
        return False
    return not isinstance(contract.ends_on, date) or contract.ends_on >= today
