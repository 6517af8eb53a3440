"""How fresh the data of a run is: of each collection who delivers it, how new it is, and whether that is as usual."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from statistics import median
from typing import Any, Final, Literal

from msgspec import UNSET, Struct

from engine.calendars.moments import local_date
from engine.snapshots.model import COLLECTIONS, AccountSnapshot, Collection

SHORTEST_LAG: Final = 3
"""Days that no feed is called old for."""
DAYS_BACK: Final = 30
"""Days with a run that say what is usual."""


class Feed(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A collection on the day of a run: how many ``accounts`` deliver it, ``of`` how many, and the day of its newest
    record; none where no record has a date."""

    accounts: int
    of: int
    newest: date | None = None


Feeds = Mapping[str, Feed]
"""By the name of the collection; one that no account delivers is not among them."""


class FeedDay(Struct, frozen=True):
    """What a run found, and on which day."""

    day: date
    feeds: Feeds


class Concern(Struct, frozen=True, kw_only=True):
    """A feed that is not as usual.

    ``missing``: fewer than half as many accounts deliver it as did. ``old``: its newest record is ``days`` old, more
    than twice what is ``usual``. ``accounts`` of ``of`` deliver it.
    """

    feed: str
    what: Literal["missing", "old"]
    accounts: int
    of: int
    newest: date | None = None
    days: int | None = None
    usual: int | None = None


class FeedCount:
    """The feeds of a run, counted while its accounts pass by; what is dated later than ``as_of`` counts for nothing."""

    def __init__(self, as_of: datetime, timezone: str) -> None:
        self._today = local_date(as_of, timezone)
        self._timezone = timezone
        self._of = 0
        self._accounts: dict[str, int] = {}
        self._newest: dict[str, date] = {}

    def add(self, snapshot: AccountSnapshot) -> None:
        """Counts one account."""
        self._of += 1
        for name, collection in COLLECTIONS.items():
            records = getattr(snapshot, name)
            if records is UNSET:
                continue
            self._accounts[name] = self._accounts.get(name, 0) + 1
            newest = max(self._days(records or (), collection), default=None)
            if newest is not None:
                self._newest[name] = max(newest, self._newest.get(name, newest))

    @property
    def feeds(self) -> dict[str, Feed]:
        """What was counted."""
        found = self._accounts.items()
        return {name: Feed(accounts=count, of=self._of, newest=self._newest.get(name)) for name, count in found}

    def _days(self, records: Iterable[Any], collection: Collection) -> Iterator[date]:
        for record in records:
            found = getattr(record, collection.date_field)
            day = local_date(found, self._timezone) if isinstance(found, datetime) else found
            if isinstance(day, date) and day <= self._today:
                yield day


def concerns(now: FeedDay, before: Iterable[FeedDay]) -> tuple[Concern, ...]:
    """The feeds that are not as they were on the days ``before``, by name.

    A feed is missing where fewer than half as many of the accounts deliver it as on its best of the last 30 days with a
    run. It is old where its newest record is more than 3 days old, and more than twice as old as usual: the median
    over the last 30 days with a run on which another record was the newest. A feed that never moved since it is
    known has no usual age.
    """
    latest = {each.day: each for each in before if each.day < now.day}
    known = [latest[day] for day in sorted(latest, reverse=True)]
    names = sorted({name for each in (now, *known[:DAYS_BACK]) for name in each.feeds})
    return tuple(found for name in names if (found := _concern(name, now, known)) is not None)


def _concern(name: str, now: FeedDay, before: Sequence[FeedDay]) -> Concern | None:
    feed = now.feeds.get(name) or Feed(accounts=0, of=max((each.of for each in now.feeds.values()), default=0))
    past = [(each.day, each.feeds[name]) for each in before[:DAYS_BACK] if name in each.feeds]
    best = max((_share(each) for _, each in past), default=0.0)
    if _share(feed) * 2 < best:
        return Concern(feed=name, what="missing", accounts=feed.accounts, of=feed.of, newest=feed.newest)
    moved = ((each.day, each.feeds[name].newest) for each in before if name in each.feeds)
    ages = [(day - newest).days for day, newest in moved if newest is not None and newest != feed.newest][:DAYS_BACK]
    if feed.newest is None or not ages:
        return None
    days, usual = (now.day - feed.newest).days, median(ages)
    if days <= max(SHORTEST_LAG, 2 * usual):
        return None
    return Concern(feed=name, what="old", accounts=feed.accounts, of=feed.of, newest=feed.newest, days=days,
                   usual=round(usual))  # fmt: skip


def _share(feed: Feed) -> float:
    return feed.accounts / feed.of if feed.of else 0.0
