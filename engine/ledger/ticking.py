"""The clocks between runs: what is late is told, from the ledger alone (spec 3.5)."""

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from msgspec import Struct

from engine.ledger.entries import Entry
from engine.ledger.ledger import Ledger
from engine.ledger.store import chunks
from engine.lifecycle.clocks import steps_due
from engine.lifecycle.events import Escalated, SilenceEnded
from engine.lifecycle.facts import Silence
from engine.lifecycle.notices import Watch
from engine.planning.plan_work import Action

_ACCOUNTS_AT_ONCE: Final = 200


class Rung(Struct, frozen=True):
    """An instant of an escalation that was recorded, of which action and account; ``event.notice`` is what was told."""

    playbook: str
    account: str
    name: str | None
    action: Action
    event: Escalated


def late(ledger: Ledger, now: datetime) -> list[str]:
    """The playbooks of whose work an instant is past that is not recorded."""
    return sorted({each.playbook for each in ledger.work(step_before=now)})


def tick(ledger: Ledger, playbook: str, watch: Watch, *, run: str | None = None) -> Iterator[Rung]:
    """Reads the clocks of all work of a playbook and writes what they say, in batches; gives what was written.

    Done twice, or by two processes at once, every instant is written and told once: who comes second looks again.
    """
    waiting = {each.account for each in ledger.work(playbook=playbook, step_before=watch.now)}
    for accounts in chunks(sorted(waiting), _ACCOUNTS_AT_ONCE):
        left = accounts
        while left:
            states = ledger.states(playbook, left)
            entries = [
                Entry(playbook=playbook, account=name, before=state, events=due)
                for name, state in states.items()
                if (due := steps_due(state, watch))
            ]
            conflicts = set(ledger.append(entries, run=run).conflicts)
            yield from (rung for each in entries if each.key not in conflicts for rung in _rungs(each))
            left = [account for _, account in sorted(conflicts)]


def _rungs(entry: Entry) -> Iterator[Rung]:
    state = entry.before
    for event in entry.events:
        if isinstance(event, Escalated):
            action = state.work[event.action].action
            yield Rung(entry.playbook, entry.account, state.name, action, event)


def ended_silences(ledger: Ledger, now: datetime) -> list[Silence]:
    """The silences that have come to their end and of which nobody was told; from now on they are told."""
    over = [each for each in ledger.silences() if each.ended_at is None and each.until < now]
    ledger.declare([SilenceEnded(at=now, silence=each.id) for each in over])
    return over
