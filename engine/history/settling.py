"""``settle``: from what this snapshot says to what is in force, given history (semantics 1.5, 4.2, 5.2, 5.5)."""

from collections.abc import Callable, Iterable
from datetime import date, datetime
from typing import Literal

from msgspec import UNSET, Struct, UnsetType
from msgspec.structs import replace

from engine.foundation.quantities import Duration
from engine.history.model import Closed, Episode, InForce, Judged, Override

Truth = bool | UnsetType
RuleState = Literal["inactive", "pending", "firing", "stale", "keeping"]
Later = Callable[[datetime, Duration], datetime]
"""An instant moved on by a duration, on the playbook's calendar."""


class Steadiness(Struct, frozen=True):
    """The lengths that keep a rule steady, as in force in this run."""

    must_hold: Duration | None = None
    keep: Duration | None = None
    reopen_within: Duration | None = None
    stale_after: Duration | None = None


class Standing(Struct, frozen=True):
    """Where a rule stands for the account or an item after settling.

    ``episode`` is the open one, ``closed`` the last closed one; both go into the next history. ``ended`` is set when
    this run closed an episode. ``overdue_data`` once data has been missing longer than ``stale_after``.
    """

    state: RuleState
    episode: Episode | None = None
    closed: Closed | None = None
    ended: bool = False
    overdue_data: bool = False

    @property
    def is_firing(self) -> bool:
        """Whether the rule is in force: firing, stale or kept."""
        return self.state in ("firing", "stale", "keeping")


INACTIVE = Standing("inactive")


def settle_rule(
    begins: Truth,
    ends: Truth | None,
    standing: tuple[Episode | None, Closed | None],
    fresh: Callable[[int], Episode],
    lengths: Steadiness,
    as_of: datetime,
    later: Later,
) -> Standing:
    """The standing of a rule for one item.

    ``begins`` is its raw cause; ``ends`` the raw truth of ``ends_when``, or ``None`` for an entry that has none and
    ends by no longer holding. ``standing`` is what history has of rule and item; ``fresh`` makes a new episode with a
    given number. Unknown opens, closes and resets nothing.
    """
    episode, closed = standing
    if episode is None:
        return _settle_inactive(begins, ends, closed, fresh, lengths, as_of, later)
    if episode.state == "pending":
        return _settle_pending(begins, ends, episode, closed, lengths, as_of, later)
    return _settle_open(begins, ends, episode, closed, lengths, as_of, later)


def _settle_inactive(
    begins: Truth, ends: Truth | None, closed: Closed | None, fresh: Callable[[int], Episode],
    lengths: Steadiness, as_of: datetime, later: Later,
) -> Standing:  # fmt: skip
    if begins is False and closed is not None and not closed.armed:
        closed = replace(closed, armed=True)
    if begins is not True or ends in (True, UNSET) or (closed is not None and not closed.armed):
        return Standing("inactive", closed=closed) if closed else INACTIVE
    episode = _reopened(closed, lengths, as_of, later) or fresh(closed.number + 1 if closed else 1)
    if lengths.must_hold is not None:
        return Standing("pending", replace(episode, state="pending"), closed)
    return Standing("firing", episode, closed)


def _reopened(closed: Closed | None, lengths: Steadiness, as_of: datetime, later: Later) -> Episode | None:
    """The closed episode again, if it closed no longer than ``reopen_within`` ago."""
    if closed is None or lengths.reopen_within is None or later(closed.closed_at, lengths.reopen_within) < as_of:
        return None
    return Episode(
        address=closed.address,
        item=closed.item,
        number=closed.number,
        since=closed.since,
        seen_at=as_of,
        due_from=closed.due_from,
    )


def _settle_pending(
    begins: Truth, ends: Truth | None, episode: Episode, closed: Closed | None,
    lengths: Steadiness, as_of: datetime, later: Later,
) -> Standing:  # fmt: skip
    if begins is False or ends is True:
        return Standing("inactive", closed=closed)
    held = later(episode.seen_at, lengths.must_hold) if lengths.must_hold else episode.seen_at
    if begins is True and ends is not UNSET and held <= as_of:
        # An entry that says `since` counts from there; any other from when it may act.
        due_from = held if episode.since == episode.seen_at else episode.due_from
        return Standing("firing", replace(episode, state="firing", due_from=due_from), closed)
    return Standing("pending", episode, closed)


def _settle_open(
    begins: Truth, ends: Truth | None, episode: Episode, closed: Closed | None,
    lengths: Steadiness, as_of: datetime, later: Later,
) -> Standing:  # fmt: skip
    over = _over(begins, ends)
    if over is UNSET:
        return _stale(episode, closed, lengths, as_of, later)
    if over is False:
        return Standing("firing", replace(episode, state="firing", ending_since=None, unknown_since=None), closed)
    ending_since = episode.ending_since or as_of
    if lengths.keep is not None and later(ending_since, lengths.keep) > as_of:
        kept = replace(episode, state="keeping", ending_since=ending_since, unknown_since=None)
        return Standing("keeping", kept, closed)
    return Standing("inactive", closed=close(episode, as_of, armed=begins is False), ended=True)


def _over(begins: Truth, ends: Truth | None) -> Truth:
    """Whether an open episode is over: by ``ends_when``, else by no longer holding."""
    if ends is None:
        return begins if begins is UNSET else not begins
    return ends


def _stale(episode: Episode, closed: Closed | None, lengths: Steadiness, as_of: datetime, later: Later) -> Standing:
    since = episode.unknown_since or as_of
    overdue = lengths.stale_after is not None and later(since, lengths.stale_after) <= as_of
    marked = replace(episode, unknown_since=since)
    state: RuleState = "keeping" if episode.state == "keeping" else "stale"
    return Standing(state, marked, closed, overdue_data=overdue)


def settle_gone(episode: Episode, closed: Closed | None, as_of: datetime) -> Standing:
    """The standing of a rule for an item that is gone from a delivered collection: nothing is left to keep open."""
    if episode.state == "pending":
        return Standing("inactive", closed=closed)
    return Standing("inactive", closed=close(episode, as_of, armed=True), ended=True)


def close(episode: Episode, as_of: datetime, armed: bool) -> Closed:
    """The closed form of an episode; ``armed`` if its condition is false already."""
    return Closed(
        address=episode.address,
        item=episode.item,
        number=episode.number,
        since=episode.since,
        closed_at=as_of,
        armed=armed,
        due_from=episode.due_from,
    )


class ClassRule(Struct, frozen=True):
    """How a class changes: its values from lowest to highest (if ranked), how often lower before it falls, and
    whether it changes only once per assessment (``reassess``)."""

    ranks: tuple[str | None, ...] = ()
    down_after: int = 1
    once: bool = False


def settle_class(
    address: str, item: str | None, raw: str | UnsetType | None, before: InForce | None,
    rule: ClassRule, assessment: str, as_of: datetime,
) -> InForce | None:  # fmt: skip
    """The value in force. ``raw`` is the decided value, ``None`` for none, ``UNSET`` while undecided: the settled
    value then stays. ``assessment`` names the stretch (the period of ``reassess``, else the day) that counts once;
    a value is lowered only after ``down_after`` of them in a row."""
    if raw is UNSET:
        return before
    if before is None:
        return InForce(address=address, item=item, value=raw, since=as_of, assessed=assessment)
    if rule.once and before.assessed == assessment:
        return before
    if raw == before.value:
        return replace(before, assessed=assessment, lower=0)
    counted = before.lower + (before.lower == 0 or before.assessed != assessment)
    lower = counted if _is_lower(raw, before.value, rule.ranks) else rule.down_after
    if lower < rule.down_after:
        return replace(before, assessed=assessment, lower=lower)
    return InForce(address=address, item=item, value=raw, since=as_of, assessed=assessment)


def overridden(
    found: InForce | None, before: InForce | None, override: Override | None, as_of: datetime
) -> InForce | None:
    """What is in force where a person has set the value; once that is over, what the data says, from then on."""
    if override is not None:
        kept = before is not None and before.value == override.value
        since = before.since if before is not None and kept else as_of
        address, item, value = override.address, override.item, override.value
        return InForce(address=address, item=item, value=value, since=since, overridden=True, beneath=found)
    if found is None or before is None or not before.overridden:
        return found
    return replace(found, since=before.since if found.value == before.value else as_of)


def those_that_hold(overrides: Iterable[Override], today: date) -> dict[tuple[str, str | None], Override]:
    """By class and record what people have set, of several the last one that holds today; else the last that held."""
    in_order = sorted(overrides, key=lambda each: each.until >= today)
    return {(each.address, each.item): each for each in in_order}


def _is_lower(raw: str | None, before: str | None, ranks: tuple[str | None, ...]) -> bool:
    if raw not in ranks or before not in ranks:
        return False
    return ranks.index(raw) < ranks.index(before)


def judge(address: str, before: InForce | None, last: Judged | None, period: str) -> Judged | None:
    """What became of a target for each period when it was last judged: a period is judged by how the target stood in
    the last run within it."""
    if before is None or before.value is None or before.assessed == period:
        return last
    return Judged(address=address, period=before.assessed, state="met" if before.value == "on_track" else "missed")
