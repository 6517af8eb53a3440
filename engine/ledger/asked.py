"""What a run is asked for, as a saved plan keeps it."""

from pathlib import Path
from typing import Final

from msgspec import Struct

from engine.inference.engines import EngineName

SUFFIX: Final = ".plan"
"""How the names of saved plans end."""


class Asked(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What was asked for: the paths of the files, and the moment as an instant."""

    playbook: str
    accounts: str
    as_of: str
    team: str | None = None
    rates: str | None = None
    exceptions: str | None = None
    language: str | None = None
    engine: EngineName | None = None

    @classmethod
    def of(
        cls, playbook: str, accounts: str, as_of: str, team: Path | None, rates: Path | None, exceptions: Path | None
    ) -> "Asked":
        """What options ask for, with paths that hold in any folder."""

        def whole(path: str | Path) -> str:
            return str(Path(path).absolute()) if Path(path).exists() else str(path)

        whose, rated, held_back = (whole(each) if each is not None else None for each in (team, rates, exceptions))
        return cls(
            playbook=whole(playbook), accounts=whole(accounts), as_of=as_of,
            team=whose, rates=rated, exceptions=held_back,
        )  # fmt: skip

    @property
    def files(self) -> dict[str, str]:
        """The paths of the files beside playbook and accounts, by what they are."""
        named = {"team": self.team, "rates": self.rates, "exceptions": self.exceptions}
        return {name: path for name, path in named.items() if path is not None}
