"""``Context``: what planning needs beside playbook, snapshot and history."""

from collections.abc import Mapping
from functools import cache
from importlib.metadata import version
from typing import Any

from msgspec import Struct, to_builtins

from engine.foundation.canonical import digest
from engine.matching.run import Ranking, Rates
from engine.planning.team import EMPTY_TEAM, Team


class Context(Struct, frozen=True, kw_only=True):
    """Team, exchange rates and portfolio figures, as values; ``language`` of titles, else the playbook's."""

    team: Team = EMPTY_TEAM
    rates: Rates = Rates()
    rankings: Mapping[str, Ranking] = {}
    language: str | None = None

    @classmethod
    def empty(cls) -> "Context":
        """A context that knows nothing: roles without people, no rates, no portfolio."""
        return _EMPTY

    def digest(self) -> str:
        """The digest of everything in it, with the version of the holiday data that dates are worked out by."""
        people = {name: _plain(person) for name, person in self.team.people.items()}
        rates = [[each.day.isoformat(), each.source, each.target, str(each.rate)] for each in sorted(self.rates.table)]
        rankings = {name: [each.excluded, list(each.values)] for name, each in self.rankings.items()}
        return digest([people, rates, rankings, self.language, _holiday_data()])


_EMPTY = Context()


@cache
def _holiday_data() -> str:
    return version("holidays")


def _plain(person: Struct) -> dict[str, Any]:
    """A person without the place in the file: moving a line does not change what is planned."""
    found: dict[str, Any] = to_builtins(person)
    return {key: value for key, value in found.items() if key != "place"}
