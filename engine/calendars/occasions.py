"""Days that have a name and come round (``11-11``, ``spring_festival``), or that come once (``2026-11-11``)."""

import re
from collections.abc import Mapping
from datetime import date
from functools import cache
from typing import Final
from unicodedata import normalize

from msgspec import Struct

from engine.calendars.months import add_months
from engine.calendars.public_holidays import known_years, named_days, region_year

_OF_YEAR: Final = re.compile(r"(\d{2})-(\d{2})")
_ONCE: Final = re.compile(r"\d{4}-\d{2}-\d{2}")
_APOSTROPHES: Final = re.compile(r"['’.]")
_BETWEEN_WORDS: Final = re.compile(r"\W+")
_ENDINGS: Final = ("_festival", "_day", "节")
_LEAP_YEAR: Final = 2000


class DayOfYear(Struct, frozen=True):
    """A month and a day of every year. 29 February is the 28th where there is none (semantics 3.2)."""

    month: int
    day: int

    def between(self, first: date, last: date) -> tuple[date, ...]:
        """Every such day from ``first`` to ``last``, both included."""
        anchor = date(_LEAP_YEAR, self.month, self.day)
        found = (add_months(anchor, 12 * (year - _LEAP_YEAR)) for year in range(first.year, last.year + 1))
        return tuple(each for each in found if first <= each <= last)

    def is_certain(self, _: date) -> bool:
        """Whether the day is known for sure."""
        return True


class OneDay(Struct, frozen=True):
    """A day of one year."""

    day: date

    def between(self, first: date, last: date) -> tuple[date, ...]:
        """The day, if it lies from ``first`` to ``last``."""
        return (self.day,) if first <= self.day <= last else ()

    def is_certain(self, _: date) -> bool:
        """Whether the day is known for sure."""
        return True


class Festival(Struct, frozen=True):
    """A public holiday of a region by name; of one that lasts several days, the first of them."""

    name: str
    region: str
    subdivision: str | None

    def between(self, first: date, last: date) -> tuple[date, ...]:
        """Its days from ``first`` to ``last``, both included; ``ValueError`` with the year that no data covers."""
        found = [each for year in range(first.year, last.year + 1) for each in self._in(year)]
        return tuple(each for each in found if first <= each <= last)

    def is_certain(self, day: date) -> bool:
        """Whether the day is known for sure, not estimated."""
        return region_year(self.region, self.subdivision, day.year).certain

    def _in(self, year: int) -> tuple[date, ...]:
        if year not in known_years(self.region, self.subdivision):
            raise ValueError(f"{self.name} of {year}")
        return _festivals(self.region, self.subdivision, year).get(self.name, ())


Occasion = DayOfYear | OneDay | Festival


def occasion(written: str, region: str | None, subdivision: str | None) -> Occasion:
    """The day or days that ``written`` names; ``ValueError`` in plain words where it names none.

    Festivals are those public holidays of the region that the ``holidays`` library knows, by their English names
    (``mid_autumn_festival``, ``mid_autumn``), those of the region's own language, or in Chinese.
    """
    text = normalize("NFC", written)
    found = _OF_YEAR.fullmatch(text)
    if found:
        return _day_of_year(int(found[1]), int(found[2]), text)
    if _ONCE.fullmatch(text):
        return OneDay(_day(text))
    if region is None:
        raise ValueError(f"`{text}` is no day: the playbook's calendar has no region whose festivals could be named")
    name = _slug(text)
    if name not in festival_names(region, subdivision):
        raise ValueError(f"`{text}` is no day of the year and no public holiday of `{region}`")
    return Festival(name, region, subdivision)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ValueError(f"`{text}` is no day of the calendar") from None


def _day_of_year(month: int, day: int, text: str) -> DayOfYear:
    try:
        date(_LEAP_YEAR, month, day)
    except ValueError:
        raise ValueError(f"`{text}` is no day of the year; write month and day, such as `11-30`") from None
    return DayOfYear(month, day)


@cache
def festival_names(region: str, subdivision: str | None) -> frozenset[str]:
    """Every name that public holidays of a region had in a few years around the year 2026."""
    return frozenset(name for year in range(2024, 2030) for name in _festivals(region, subdivision, year))


@cache
def _festivals(region: str, subdivision: str | None, year: int) -> Mapping[str, tuple[date, ...]]:
    """The first days of a year's public holidays by every name they go by."""
    found: dict[str, set[date]] = {}
    for day, written in named_days(region, subdivision, year):
        for name in _names(written):
            found.setdefault(name, set()).add(day)
    return {name: _first_days(days) for name, days in found.items()}


def _names(written: str) -> set[str]:
    """``Chinese New Year (Spring Festival)`` goes by both names; ``festival``, ``day`` and ``节`` may be left out."""
    names = {_slug(part) for part in re.split(r"[()（）]", written)} - {""}
    return names | {name.removesuffix(ending) for name in names for ending in _ENDINGS if len(name) > len(ending) + 1}


def _slug(written: str) -> str:
    plain = _APOSTROPHES.sub("", normalize("NFC", written).casefold())
    return _BETWEEN_WORDS.sub("_", plain).strip("_")


def _first_days(days: set[date]) -> tuple[date, ...]:
    """The days that do not follow one of the same name."""
    ordinals = {each.toordinal() for each in days}
    return tuple(sorted(each for each in days if each.toordinal() - 1 not in ordinals))
