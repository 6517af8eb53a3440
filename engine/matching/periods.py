"""Series at run time: the days of a run cut into periods, and an account's totals per period."""

from datetime import date
from typing import Any, Final, NamedTuple

from msgspec import UNSET, UnsetType

from engine.calendars.periods import Span, period_of, periods_back, previous_period
from engine.matching.core import Series
from engine.matching.fields import fits, too_large
from engine.matching.operations import local_day, relative_change
from engine.matching.run import RunValues
from engine.matching.shape import is_timed
from engine.snapshots.model import COLLECTIONS, AccountSnapshot, Coverage, Record

Total = int | UnsetType


class Totals:
    """What the records of one account add up to: by the first day of the period, and whether any may belong to any.

    ``start`` and ``end`` are what the coverage says.
    """

    __slots__ = ("_cuts", "by_start", "end", "loose", "start")

    def __init__(self, cuts: "Cuts", start: date | None, end: date) -> None:
        self._cuts = cuts
        self.by_start: dict[date, Total] = {}
        self.loose = False
        self.start = start
        self.end = end

    def add(self, day: date | UnsetType, adds: Total) -> None:
        """Adds what a record of ``day`` counts for; unknown makes its period unknown, an unknown day all of them."""
        if day is UNSET:
            self.loose = True
            return
        start = self._cuts[day]
        total = self.by_start.get(start, 0)
        self.by_start[start] = UNSET if adds is UNSET or total is UNSET else total + adds


class Cuts(dict[date, date]):
    """The first day of the period that a day lies in, worked out once per day and run."""

    def __init__(self, series: Series, run: RunValues) -> None:
        super().__init__()
        self._series = series
        self._year_begins = run.year_begins

    def __missing__(self, day: date) -> date:
        start = period_of(day, self._series.period, fiscal_start_month=self._year_begins).start
        self[day] = start
        return start


class SeriesOfRun:
    """A series bound to a run: its complete periods, and the figures taken from an account's totals."""

    def __init__(self, series: Series, run: RunValues) -> None:
        self._series = series
        self._run = run
        self._date_field: Final = COLLECTIONS[series.items.collection].date_field
        self._timed: Final = is_timed(series.items.collection)
        self._cuts = Cuts(series, run)
        self._spans: list[Span | None] = []

    def totals(self, records: list[Record], snapshot: AccountSnapshot) -> Totals:
        """Empty totals of an account, with its coverage: by default from the first record to today."""
        coverage = snapshot.coverage.get(self._series.items.collection, Coverage())
        start = coverage.from_ or self._first_day(records)
        return Totals(self._cuts, start, coverage.to or self._run.today)

    def value(self, totals: Totals | UnsetType, back: int) -> Total:
        """The value of the ``back``-th last complete period."""
        if totals is UNSET:
            return UNSET
        span = self._span(back)
        if span is None or totals.start is None or totals.loose:
            return UNSET
        if span.start < totals.start or span.end > totals.end:
            return UNSET
        return totals.by_start.get(span.start, 0)

    def streak(self, totals: Totals | UnsetType, step: "Step") -> Total:
        """How many complete periods in a row took the step, from the last one back."""
        length = 0
        while True:
            taken = self._taken(totals, length + 1, step)
            if taken is not True:
                return UNSET if taken is UNSET else length
            length += 1

    def reaches(self, totals: Totals | UnsetType, step: "Step", count: int) -> bool | UnsetType:
        """Whether each of the last ``count`` complete periods took the step."""
        taken = [self._taken(totals, back, step) for back in range(1, count + 1)]
        return False if False in taken else UNSET if UNSET in taken else True

    def _taken(self, totals: Totals | UnsetType, back: int, step: "Step") -> bool | UnsetType:
        before, after = self._checked(totals, back + 1, step), self._checked(totals, back, step)
        if before == 0:
            return False
        if before is UNSET or after is UNSET or step.by is UNSET:
            return UNSET
        if step.by is None:
            return False
        change = relative_change(before, after, step.scale)
        return change >= step.by if step.rising else change <= -step.by

    def _checked(self, totals: Totals | UnsetType, back: int, step: "Step") -> Total:
        value = self.value(totals, back)
        if value is not UNSET and not fits(value):
            raise too_large(step.account, step.figure)
        return value

    def _span(self, back: int) -> Span | None:
        while len(self._spans) < back:
            self._spans.append(self._before(self._spans[-1]) if self._spans else self._last_complete())
        return self._spans[back - 1]

    def _last_complete(self) -> Span | None:
        series = self._series
        start = self._run.year_begins
        try:
            return periods_back(self._run.today, series.period, 1, series.settles_after, fiscal_start_month=start)[0]
        except ValueError:
            return None

    @staticmethod
    def _before(span: Span | None) -> Span | None:
        try:
            return previous_period(span) if span else None
        except ValueError:
            # Before the year 1.
            return None

    def _first_day(self, records: list[Record]) -> date | None:
        first: date | None = None
        for each in records:
            day: Any = getattr(each, self._date_field)
            if day is None or day is UNSET:
                continue
            if self._timed:
                day = local_day(day, self._run.zone)
            if first is None or day < first:
                first = day
        return first


class Step(NamedTuple):
    """A fall or rise by at least ``by`` percent at ``scale``; ``account`` and ``figure`` are for the message."""

    by: int | UnsetType | None
    scale: int
    rising: bool
    account: str
    figure: str | None
