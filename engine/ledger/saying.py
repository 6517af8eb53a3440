"""What somebody says of an action, written to the ledger; said again where another process was faster."""

from collections.abc import Callable
from typing import Final

from msgspec import Struct

from engine.foundation import codes
from engine.foundation.places import Place
from engine.foundation.problems import InputUnreadable, problem
from engine.ledger.entries import Entry, KeptWork
from engine.ledger.ledger import Ledger
from engine.lifecycle.events import AccountEvent
from engine.lifecycle.state import AccountState
from engine.lifecycle.work import Work

_TRIES: Final = 50

Decide = Callable[[AccountState, Work], AccountEvent | None]
"""From what is known now to what is new; nothing where it is known."""


class Said(Struct, frozen=True):
    """What was known of the account before, what is new, and what is known since."""

    before: AccountState
    event: AccountEvent | None
    after: AccountState

    @property
    def released(self) -> tuple[Work, ...]:
        """The work that waited for it and waits no more."""
        waited = (name for name, each in self.before.work.items() if each.action.needs)
        return tuple(each for name in waited if (each := self.after.work.get(name)) and not each.action.needs)


def say(ledger: Ledger, about: KeptWork, decide: Decide) -> Said:
    """Decides about an action on what is known now and writes that; whatever ``decide`` raises goes through."""
    action = about.work.action.id
    return say_of(
        ledger, about.playbook, about.account, lambda state: decide(state, state.work.get(action, about.work))
    )


def say_of(ledger: Ledger, playbook: str, account: str, decide: Callable[[AccountState], AccountEvent | None]) -> Said:
    """Decides about an account on what is known now and writes that.

    Where another process wrote in between it is decided anew, on what is known then.
    """
    for _ in range(_TRIES):
        state = ledger.states(playbook, [account])[account]
        event = decide(state)
        if event is None:
            return Said(state, None, state)
        entry = Entry(playbook=playbook, account=account, before=state, events=(event,))
        written = ledger.append([entry])
        if not written.conflicts:
            return Said(state, event, written.states[entry.key])
    message = f"account {account} is being written all the time"
    raise InputUnreadable([problem(codes.LEDGER_UNUSABLE, Place(""), message, "try it again")])
