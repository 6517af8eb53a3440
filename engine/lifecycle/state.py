"""``AccountState``: everything the ledger knows of one account under one playbook, as a value."""

from datetime import datetime
from typing import Final

from msgspec import Struct

from engine.history.model import History
from engine.lifecycle.mail import Mail
from engine.lifecycle.work import Work


class Reach(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How a contact may be written to, as the last snapshot had it: what is asked at the moment of sending.

    ``opt_outs`` are channels, ``nurture``, ``service`` or ``all``; null while unknown.
    """

    contact: str
    gone: bool = False
    opt_outs: tuple[str, ...] | None = None
    time_zone: str | None = None


class AccountState(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An account (or a group: ``@portfolio``) under a playbook: its history, and its work and messages by id.

    ``version`` counts the events that made it; 0 is an account never seen. ``planned_at`` is the moment of the last
    plan. Work and messages that have ended stay as long as their actions can come up again, then they leave the state;
    the ledger keeps them to be read.
    """

    playbook: str
    account: str
    name: str | None = None
    version: int = 0
    history: History = History()
    planned_at: datetime | None = None
    plan: str | None = None
    work: dict[str, Work] = {}
    mail: dict[str, Mail] = {}
    reach: dict[str, Reach] = {}

    @property
    def live(self) -> dict[str, Work]:
        """The work that waits to be done."""
        return {name: each for name, each in self.work.items() if each.is_live}


LEDGER_WIDE: Final = "@ledger"
"""The account that events about no account are written under: silences, opt-outs of a contact everywhere."""
