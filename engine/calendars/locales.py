"""The calendar a playbook gets from its ``locale`` alone: zone, public holidays, office hours (semantics 3.3)."""

from functools import cache
from typing import Final

from engine.calendars.hours import WeeklyHours, parse_hours
from engine.calendars.workdays import Calendar

OFFICE_HOURS: Final[WeeklyHours] = parse_hours({"mon-fri": "09:00-18:00"})

LOCALES: Final[dict[str, tuple[str, str, str | None]]] = {
    "cs-CZ": ("Europe/Prague", "CZ", None),
    "da-DK": ("Europe/Copenhagen", "DK", None),
    "de-AT": ("Europe/Vienna", "AT", None),
    "de-CH": ("Europe/Zurich", "CH", "ZH"),
    "de-DE": ("Europe/Berlin", "DE", None),
    "en-AU": ("Australia/Sydney", "AU", "NSW"),
    "en-CA": ("America/Toronto", "CA", "ON"),
    "en-GB": ("Europe/London", "GB", "ENG"),
    "en-HK": ("Asia/Hong_Kong", "HK", None),
    "en-IE": ("Europe/Dublin", "IE", None),
    "en-IN": ("Asia/Kolkata", "IN", None),
    "en-NZ": ("Pacific/Auckland", "NZ", None),
    "en-SG": ("Asia/Singapore", "SG", None),
    "en-US": ("America/New_York", "US", None),
    "en-ZA": ("Africa/Johannesburg", "ZA", None),
    "es-ES": ("Europe/Madrid", "ES", None),
    "es-MX": ("America/Mexico_City", "MX", None),
    "fi-FI": ("Europe/Helsinki", "FI", None),
    "fr-BE": ("Europe/Brussels", "BE", None),
    "fr-CA": ("America/Toronto", "CA", "QC"),
    "fr-FR": ("Europe/Paris", "FR", None),
    "id-ID": ("Asia/Jakarta", "ID", None),
    "it-IT": ("Europe/Rome", "IT", None),
    "ja-JP": ("Asia/Tokyo", "JP", None),
    "ko-KR": ("Asia/Seoul", "KR", None),
    "ms-MY": ("Asia/Kuala_Lumpur", "MY", "KUL"),
    "nb-NO": ("Europe/Oslo", "NO", None),
    "nl-BE": ("Europe/Brussels", "BE", None),
    "nl-NL": ("Europe/Amsterdam", "NL", None),
    "pl-PL": ("Europe/Warsaw", "PL", None),
    "pt-BR": ("America/Sao_Paulo", "BR", None),
    "pt-PT": ("Europe/Lisbon", "PT", None),
    "sv-SE": ("Europe/Stockholm", "SE", None),
    "th-TH": ("Asia/Bangkok", "TH", None),
    "tr-TR": ("Europe/Istanbul", "TR", None),
    "vi-VN": ("Asia/Ho_Chi_Minh", "VN", None),
    "zh-CN": ("Asia/Shanghai", "CN", None),
    "zh-HK": ("Asia/Hong_Kong", "HK", None),
    "zh-SG": ("Asia/Singapore", "SG", None),
    "zh-TW": ("Asia/Taipei", "TW", None),
}
"""Locale → zone, region, subdivision. Where holidays differ within a country (Australia, Canada, England, Malaysia,
Switzerland), those of the place that gives the zone; elsewhere the national ones."""


@cache
def calendar_for_locale(locale: str) -> Calendar | None:
    """The calendar of a locale such as ``zh-CN``, Monday to Friday 09:00–18:00, or none for an unknown locale."""
    known = LOCALES.get(locale.replace("_", "-"))
    if known is None:
        return None
    timezone, region, subdivision = known
    return Calendar(locale, timezone, OFFICE_HOURS, region, subdivision)
