"""The calendars a playbook names, and the one it works by."""

from collections.abc import Callable, Mapping
from datetime import date

from engine.calendars.hours import parse_hours
from engine.calendars.locales import calendar_for_locale
from engine.calendars.public_holidays import check_region
from engine.calendars.workdays import Calendar, always_open
from engine.documents.shapes import place_in
from engine.foundation import codes
from engine.foundation.problems import Problem, did_you_mean, problem
from engine.language.playbook import CalendarEntry, Playbook


class Calendars:
    """``own`` is the playbook's calendar, ``by_name`` every named one; what is wrong goes to ``sink``."""

    def __init__(self, playbook: Playbook, sink: Callable[[Problem], None]) -> None:
        self._sink = sink
        base = self._of_locale(playbook)
        self.by_name: dict[str, Calendar] = {"always": always_open(base.timezone)}
        for entry in playbook.calendars.values():
            named = self._named(entry, base)
            if named is not None:
                self.by_name[entry.id] = named
        self.own = self._chosen(playbook, base)

    def _of_locale(self, playbook: Playbook) -> Calendar:
        found = calendar_for_locale(playbook.manifest.locale)
        if found is not None:
            return found
        message = f"`locale: {playbook.manifest.locale}` is not known"
        place = place_in(playbook.manifest, "locale")
        self._sink(
            problem(
                codes.UNKNOWN_NAME,
                place,
                message,
                "write for example `zh-CN` or `en-US`",
            )
        )
        return always_open("UTC")

    def _chosen(self, playbook: Playbook, base: Calendar) -> Calendar:
        name = playbook.manifest.calendar
        if name is None:
            return base
        if name not in self.by_name and f"calendars.{name}" not in playbook.broken:
            hint = did_you_mean(name, self.by_name)
            place = place_in(playbook.manifest, "calendar")
            self._sink(problem(codes.UNKNOWN_NAME, place, f"`calendar: {name}` is not defined", hint))
        return self.by_name.get(name, base)

    def _named(self, entry: CalendarEntry, base: Calendar) -> Calendar | None:
        try:
            if entry.region is not None:
                check_region(entry.region)
            return Calendar(
                name=entry.id,
                timezone=entry.timezone or base.timezone,
                region=entry.region,
                hours=parse_hours(entry.hours.written) if entry.hours else base.hours,
                closed=frozenset(date.fromisoformat(each) for each in entry.closed),
                open=frozenset(date.fromisoformat(each) for each in entry.open),
            )
        except ValueError as error:
            self._sink(problem(codes.BAD_FORM, entry.place, f"calendar `{entry.id}`: {error}"))
            return None


def named(calendars: Mapping[str, Calendar], name: str | None, otherwise: Calendar) -> Calendar:
    """The calendar of that name, or ``otherwise``."""
    return calendars.get(name, otherwise) if name else otherwise
