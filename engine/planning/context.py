"""``Context``: what planning needs beside playbook, snapshot and history."""

from datetime import datetime
from decimal import Decimal
from functools import cache
from importlib.metadata import version
from typing import Any

from msgspec import Struct, to_builtins

from engine.foundation.canonical import digest
from engine.language.exceptions import Exemption
from engine.matching.rankings import Rankings
from engine.matching.run import Rates
from engine.planning.team import EMPTY_TEAM, Team


class Silence(Struct, frozen=True, kw_only=True):
    """Rules (addresses or ids; all without any) that somebody has silenced until an instant, for the accounts named or
    for all: why, and who says so."""

    id: str
    rules: tuple[str, ...] = ()
    accounts: tuple[str, ...] = ()
    until: datetime
    why: str
    who: str

    def is_about(self, account: str, address: str) -> bool:
        """Whether it silences a rule of an account."""
        name = address.partition(".")[2]
        return (not self.accounts or account in self.accounts) and (
            not self.rules or address in self.rules or name in self.rules
        )


class Context(Struct, frozen=True, kw_only=True):
    """Team, rates, exceptions, silences and figures of the portfolio, as values; ``language`` of titles, else the
    playbook's."""

    team: Team = EMPTY_TEAM
    rates: Rates = Rates()
    exceptions: tuple[Exemption, ...] = ()
    silences: tuple[Silence, ...] = ()
    rankings: Rankings = {}
    language: str | None = None

    @classmethod
    def empty(cls) -> "Context":
        """A context that knows nothing: roles without people, no rates, no portfolio."""
        return _EMPTY

    def digest(self) -> str:
        """The digest of everything in it, with the version of the holiday data that dates are worked out by."""
        people = {name: as_written(person) for name, person in self.team.people.items()}
        rates = [[each.day.isoformat(), each.source, each.target, str(each.rate)] for each in sorted(self.rates.table)]
        rankings = {
            name: [[list(group), each.excluded, list(each.values)] for group, each in sorted(groups.items())]
            for name, groups in self.rankings.items()
        }
        exceptions = [as_written(each) for each in self.exceptions]
        silences = list(self.silences)
        return digest([people, rates, rankings, exceptions, silences, self.language, _holiday_data()])


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
