"""What the ``holidays`` library knows of a region's year: days off, working weekends, and whether that is all.

The library is imported at first use, since it reads every country it knows (a third of a second).
"""

import warnings
from datetime import date
from functools import cache
from typing import Final

import msgspec

MOVES_WORKING_DAYS: Final = frozenset({"AZ", "BY", "CN", "HU", "KG", "KZ", "LV", "RU", "UZ", "VN"})
"""Regions whose governments move working days to weekends by a notice for each year.

The library holds those notices as far as they were published when it was released, and computes the days after them
from the statutes alone, without a word. Only the make-up days tell the two apart: China has had five or more in
every year since 2001 and the library knows none after 2026. The others have years without any, so there a later
year's make-up days count as well.
"""

_YEARS_LOOKED_AHEAD: Final = 3


class RegionYear(msgspec.Struct, frozen=True):
    """One calendar year of a region.

    ``country`` is its two-letter code, ``closed`` are its public holidays, ``made_up`` the weekend days worked
    instead of others; ``certain`` is false where the library has no data or only estimates (moon sightings).
    """

    country: str
    closed: frozenset[date]
    made_up: frozenset[date]
    certain: bool


def check_region(region: str, subdivision: str | None = None) -> None:
    """Raise ``ValueError`` in plain words if holidays of the region or of its subdivision are not known."""
    region_year(region, subdivision, 2026)


@cache
def region_year(region: str, subdivision: str | None, year: int) -> RegionYear:
    """The public holidays of a region (ISO 3166 code) in a year; ``ValueError`` for an unknown region."""
    from holidays import country_holidays

    with warnings.catch_warnings(record=True) as doubts:
        warnings.simplefilter("always")
        try:
            found = country_holidays(region, subdiv=subdivision, years=year, language="en_US")
        except NotImplementedError as wrong:
            place = f"`{subdivision}` of `{region}`" if subdivision else f"`{region}`"
            raise ValueError(f"public holidays of {place} are not known; write ISO codes such as `CN`") from wrong
    # Only some regions carry the attribute `estimated_label`; in English the label always holds the word.
    guessed = any("estimated" in name for name in found.values())
    known = found.start_year <= year <= found.end_year
    return RegionYear(
        country=found.country,
        closed=frozenset(day for day in found if day.year == year),
        made_up=frozenset(day for day in found.weekend_workdays if day.year == year),
        certain=known and not guessed and not doubts,
    )


@cache
def is_covered(region: str, subdivision: str | None, year: int) -> bool:
    """Whether the days off of that year are known: none estimated, and the notice on make-up days published.

    Make-up days of a later year show that the year's notice is out where a year may have none
    (see :data:`MOVES_WORKING_DAYS`); in China each year has its own.
    """
    this_year = region_year(region, subdivision, year)
    if not this_year.certain or this_year.country not in MOVES_WORKING_DAYS:
        return this_year.certain
    ahead = 0 if this_year.country == "CN" else _YEARS_LOOKED_AHEAD
    return any(region_year(region, subdivision, later).made_up for later in range(year, year + ahead + 1))


@cache
def known_years(region: str, subdivision: str | None) -> range:
    """The years of which the library has the region's public holidays."""
    from holidays import country_holidays

    found = country_holidays(region, subdiv=subdivision)
    return range(found.start_year, found.end_year + 1)


@cache
def named_days(region: str, subdivision: str | None, year: int) -> tuple[tuple[date, str], ...]:
    """The public holidays of a year with each of their names: in English, in the region's own language, in Chinese.

    Days off that stand in for others are left out.
    """
    from holidays import country_holidays

    own = country_holidays(region, subdiv=subdivision)
    languages = {own.default_language, *({"en_US", "zh_CN"} & set(own.supported_languages))}
    english = country_holidays(region, subdiv=subdivision, years=year, language="en_US", observed=False)
    days = [day for day in english if day.year == year and "substituted" not in english[day]]
    found: set[tuple[date, str]] = set()
    for language in languages:
        listed = country_holidays(region, subdiv=subdivision, years=year, language=language, observed=False)
        found |= {(day, name) for day in days for name in listed.get_list(day)}
    return tuple(sorted(found))
