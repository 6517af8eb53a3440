"""Which occurrence of a cadence is open, and when it is due (semantics 5.3)."""

from collections.abc import Sequence
from datetime import date
from typing import Final, cast

from msgspec import UNSET, Struct, UnsetType

from engine.calendars import due as due_dates
from engine.calendars.months import shift_date
from engine.calendars.periods import Span, anchored_period, previous_period
from engine.evaluation.findings import RuleFinding
from engine.foundation.quantities import Duration, Period, PeriodUnit
from engine.history.model import OpenOccurrence
from engine.language.playbook import Cadence
from engine.matching.explained import Environment, explain, visible
from engine.matching.operations import local_day
from engine.matching.run import RunValues, Value
from engine.snapshots.model import COLLECTIONS, AccountSnapshot, Contract, Interaction

_PERIODS: Final[dict[str, PeriodUnit]] = {
    "days": "day",
    "weeks": "week",
    "months": "month",
    "quarters": "quarter",
    "half years": "half_year",
    "years": "year",
}


START: Final = "start"
"""The name of the occurrence before which nothing was done."""


class Occurrence(Struct, frozen=True):
    """The open occurrence of a cadence: its name in identities, the day it counts from, its due day.

    ``shift`` says which way a closed due day moves: rolling ones on, calendar ones back into their period, those of a
    day to before it. ``is_estimated`` where the day itself is not certain.
    """

    name: str
    anchor: date
    day: date
    shift: due_dates.Shift
    is_estimated: bool = False


class Unplannable(Struct, frozen=True):
    """The data without which a cadence can't be planned, or those occurrences whose names begin with ``name``."""

    needs: tuple[str, ...]
    name: str = ""


def open_occurrence(
    finding: RuleFinding, environment: Environment, rhythm: Duration, grace: Duration | None
) -> Occurrence | Unplannable | None:
    """The occurrence that waits to be done; none where it is done, ``Unplannable`` where data is missing."""
    entry, run = cast("Cadence", finding.rule.entry), environment.run
    done = counted(finding, environment.snapshot, run)
    if isinstance(done, Unplannable):
        return done
    if entry.counted_from == "contract":
        return _by_contract(finding, environment, rhythm, done)
    if entry.counted_from == "last" and done:
        return _counted_from(done[-1].id, cast("date", done[-1].on), rhythm)
    start = _start(finding, environment)
    if entry.counted_from == "calendar":
        return _calendar(run.period(as_period(rhythm)), done, run.today, grace, start)
    if isinstance(start, Unplannable) or start is None:
        return start
    return _counted_from(START, start, rhythm)


def occurrence_of(known: OpenOccurrence, entry: Cadence) -> Occurrence:
    """An occurrence as it was planned before."""
    rolling = entry.counted_from == "last" and not entry.on
    return Occurrence(known.name, known.anchor, known.day, "forward" if rolling else "backward")


def as_period(rhythm: Duration) -> Period:
    """The period a rhythm is cut into."""
    return Period(int(rhythm.amount), _PERIODS[rhythm.unit])


def counted(finding: RuleFinding, snapshot: AccountSnapshot, run: RunValues) -> Sequence[Interaction] | Unplannable:
    """The interactions that count, by date and id; unplannable where one might count but its data is unknown."""
    if snapshot.interactions is UNSET:
        return Unplannable(("interactions",))
    kinds, today, item = finding.rule.kinds, run.today, finding.item
    found = []
    for each in snapshot.interactions or ():
        kind, on, about = each.kind, each.on, each.about_id if item is not None else item
        if kind is not UNSET and kind not in kinds:
            continue
        if on is None or (on is not UNSET and on > today) or (about is not UNSET and about != item):
            continue
        if UNSET in (about, kind, on):
            needed = (("about_id", about), ("kind", kind), ("on", on))
            return Unplannable(tuple(f"interactions.{name}" for name, value in needed if value is UNSET))
        found.append(each)
    return sorted(found, key=lambda each: (cast("date", each.on), each.id))


def _counted_from(name: str, anchor: date, rhythm: Duration) -> Occurrence:
    return Occurrence(name, anchor, shift_date(anchor, rhythm), "forward")


def _start(finding: RuleFinding, environment: Environment) -> date | Unplannable | None:
    """What a cadence counts from where nothing has been done: the entry's ``since``, else the record's own date, else
    the beginning of the relationship."""
    rule = finding.rule
    if rule.since is not None:
        sight = explain(rule.since, environment)
        return Unplannable(sight.missing) if sight.value is UNSET else _day(sight.value, environment.run)
    if finding.record is not None and rule.collection is not None:
        field = COLLECTIONS[rule.collection].date_field
        own = getattr(finding.record, field)
        if own is not None:
            return Unplannable((f"{rule.collection}.{field}",)) if own is UNSET else _day(own, environment.run)
    started = environment.snapshot.relationship.started_on
    return Unplannable(("relationship.started_on",)) if isinstance(started, UnsetType) else started


def _day(moment: Value, run: RunValues) -> date | None:
    return local_day(moment, run.zone) if isinstance(moment, date) else None


def _calendar(
    span: Span,
    counted: Sequence[Interaction],
    today: date,
    grace: Duration | None,
    start: date | Unplannable | None,
) -> Occurrence | Unplannable | None:
    """The period's occurrence, or within its grace the one before that was left open.

    An interaction within the grace completes the period before first; only a further one counts for its own. What
    had not begun by the end of the period before leaves nothing open there.
    """
    inside = sum(span.start <= cast("date", each.on) <= span.end for each in counted)
    before = previous_period(span)
    if grace is not None and not any(before.start <= cast("date", each.on) <= before.end for each in counted):
        limit = shift_date(before.end, grace)
        late = sum(before.end < cast("date", each.on) <= limit for each in counted)
        matters = late > 0 or today <= limit
        if matters and isinstance(start, Unplannable):
            return start
        if matters and isinstance(start, date) and start <= before.end:
            if not late:
                return Occurrence(before.name, before.start, before.end, "backward")
            inside -= 1
    return None if inside > 0 else Occurrence(span.name, span.start, span.end, "backward")


def _by_contract(
    finding: RuleFinding, environment: Environment, rhythm: Duration, counted: Sequence[Interaction]
) -> Occurrence | Unplannable | None:
    """The occurrence of the contract's own period: of the rule's contract, else of the one that runs today."""
    today = environment.run.today
    if isinstance(finding.record, Contract):
        contracts: Sequence[Contract] | UnsetType = (finding.record,)
    else:
        contracts = cast(
            "tuple[Contract, ...] | UnsetType", visible(environment.snapshot, "contracts", environment.run)
        )
    contract = Unplannable(("contracts",)) if isinstance(contracts, UnsetType) else _running(contracts, today)
    if isinstance(contract, Unplannable) or contract is None:
        return contract
    span = anchored_period(cast("date", contract.starts_on), as_period(rhythm), today)
    if any(span.start <= cast("date", each.on) <= span.end for each in counted):
        return None
    return Occurrence(f"{contract.id}:{span.start.isoformat()}", span.start, span.end, "backward")


def _running(contracts: Sequence[Contract], today: date) -> Contract | Unplannable | None:
    """The contract that runs today; of several the one that began last, ties by id."""
    running = []
    for each in contracts:
        begun = each.starts_on is UNSET or (each.starts_on is not None and each.starts_on <= today)
        over = isinstance(each.ends_on, date) and each.ends_on < today
        if not begun or over:
            continue
        unknown = tuple(f"contracts.{name}" for name in ("starts_on", "ends_on") if getattr(each, name) is UNSET)
        if unknown:
            return Unplannable(unknown)
        running.append(each)
    return max(running, key=lambda each: (cast("date", each.starts_on), each.id), default=None)
