"""``Context``: what planning needs beside playbook, snapshot and history."""

from decimal import Decimal
from functools import cache
from importlib.metadata import version
from typing import Any

from msgspec import Struct, to_builtins
from msgspec.structs import replace

from engine.foundation.canonical import digest
from engine.language.exceptions import ClassOverride, Exemption, Exemptions, Said, Silence
from engine.matching.rankings import Rankings
from engine.matching.run import Rates
from engine.planning.team import EMPTY_TEAM, Team


class Context(Struct, frozen=True, kw_only=True):
    """Team, rates, what people say beside the playbook, and figures of the portfolio, as values; ``language`` of
    titles, else the playbook's.

    ``silences`` are those of the exceptions file and of the ledger alike. ``overrides`` are those of the file; the
    ledger's stand in the histories of the accounts.
    """

    team: Team = EMPTY_TEAM
    rates: Rates = Rates()
    exceptions: tuple[Exemption, ...] = ()
    silences: tuple[Silence, ...] = ()
    overrides: tuple[ClassOverride, ...] = ()
    rankings: Rankings = {}
    language: str | None = None

    @classmethod
    def empty(cls) -> "Context":
        """A context that knows nothing: roles without people, no rates, no portfolio."""
        return _EMPTY

    def saying(self, file: Exemptions) -> "Context":
        """This context with all that an exceptions file says."""
        return replace(
            self,
            exceptions=tuple(file.exceptions.values()),
            silences=tuple(file.silences.values()),
            overrides=tuple(file.overrides.values()),
        )

    @property
    def said(self) -> tuple[Said, ...]:
        """What people say beside the playbook, section by section."""
        return (*self.exceptions, *self.silences, *self.overrides)

    def digest(self) -> str:
        """The digest of everything in it, with the version of the holiday data that dates are worked out by."""
        people = {name: as_written(person) for name, person in self.team.people.items()}
        rates = [[each.day.isoformat(), each.source, each.target, str(each.rate)] for each in sorted(self.rates.table)]
        rankings = {
            name: [[list(group), each.excluded, list(each.values)] for group, each in sorted(groups.items())]
            for name, groups in self.rankings.items()
        }
        said = [[as_written(each) for each in some] for some in (self.exceptions, self.silences, self.overrides)]
        return digest([people, rates, rankings, *said, self.language, _holiday_data()])


_EMPTY = Context()


@cache
def _holiday_data() -> str:
    return version("holidays")


def as_written(written: Struct) -> Any:
    """What a file says, without places in it: moving a line does not change what is planned."""
    return _without_places(to_builtins(written, builtin_types=(Decimal,)))


def _without_places(value: Any) -> Any:
    if isinstance(value, list):
        return [_without_places(each) for each in value]
    if isinstance(value, dict):
        return {key: _without_places(each) for key, each in value.items() if key not in ("place", "node")}
    return value
