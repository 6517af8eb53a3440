"""Work, messages and plans as tests of the ledger write them: real values, small, told apart by their ids."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import msgspec

from engine.history.model import History, PlannedAction
from engine.ledger.entries import Blob, Entry
from engine.lifecycle import events
from engine.lifecycle.state import AccountState, Reach
from engine.planning.because import Because
from engine.planning.plan import PlaybookInput
from engine.planning.plan_messages import Message
from engine.planning.plan_work import Action, EscalationStep

START = datetime(2026, 11, 20, 1, tzinfo=UTC)
PLAYBOOK = PlaybookInput("handbook", "1.0.0", "sha256:ab")


def moment(hours: float = 0) -> datetime:
    """An instant, in hours from the start."""
    return START + timedelta(hours=hours)


def action(name: str, **changes: Any) -> Action:
    """An action, due after a day, with a step of escalation two hours later that is told three times."""
    due = moment(24)
    again = (due + timedelta(hours=4), due + timedelta(hours=6))
    step = EscalationStep(
        step="owner",
        after="2 hours",
        at=due + timedelta(hours=2),
        notify="owner",
        person="li",
        name="李",
        repeat="2 hours",
        at_most=3,
        again=again,
    )
    tested = Because(op="below", result="true", test="satisfaction", expected=Decimal(70), observed=Decimal("66.5"))
    known: dict[str, Any] = {
        "id": name, "address": f"handbook/rules.low//{name}/A//1", "kind": "visit", "rule": "rules.low", "play": None,
        "task": name, "occurrence": "1", "title": f"走访 {name}", "ours": [], "theirs": [], "due": "1 day",
        "owner": {"role": "manager", "person": "li", "name": "李"}, "due_at": due, "due_was": None, "overdue": False,
        "provisional": False, "priority": "normal", "effort": None, "state": "new", "status": "open", "needs": [],
        "together": None, "confirm_by": None, "item": None, "source": "H-1", "checklist": [], "options": [],
        "grants": [], "bring": [],
    }  # fmt: skip
    built = msgspec.convert({**known, "escalation": [], "because": {"op": "all", "result": "true"}}, Action)
    return msgspec.structs.replace(built, **{"escalation": (step,), "because": tested, **changes})


def message(name: str, of: str, **changes: Any) -> Message:
    """A message to a contact, for an action."""
    known: dict[str, Any] = {
        "id": name, "action": of, "content": "note", "class": "service", "channel": "email", "locale": "zh-CN",
        "to": {"contact": "C-1", "person": None, "role": "decision_maker", "name": "王", "address": "w@example.org",
               "why": "role"},
        "subject": "您好", "body": f"secret words of {name}", "markdown": None, "blocks": [], "approval": "required",
        "send_after": moment(), "attached": [],
    }  # fmt: skip
    return msgspec.convert({**known, **changes}, Message)


def planned(number: int = 0, *actions: str, **changes: Any) -> events.Planned:
    """A plan applied some hours after the start: its history knows the actions, all of which it opens."""
    known = tuple(PlannedAction(id=name, rule="rules.low") for name in actions)
    return events.Planned(
        **{
            "at": moment(number), "run": f"run-{number}", "playbook": PLAYBOOK, "plan": PLAN.digest,
            "snapshot": SNAPSHOT.digest, "before": HISTORY.digest, "name": "Acme", "history": History(actions=known),
            "opened": tuple(action(name) for name in actions),
            "drafted": tuple(message(f"m-{name}", name) for name in actions),
            "reach": (Reach(contact="C-1", opt_outs=(), time_zone="Asia/Shanghai"),), **changes,
        }
    )  # fmt: skip


SNAPSHOT = Blob("snapshot", b'{"id":"A","name":"Acme"}')
PLAN = Blob("plan", b'{"format":"playbook-plan/1"}')
HISTORY = Blob("history", b'{"format":"playbook-history/1"}')
BLOBS = (SNAPSHOT, PLAN, HISTORY)


def entry(before: AccountState, *happened: events.AccountEvent, blobs: tuple[Blob, ...] = ()) -> Entry:
    """What happened to an account."""
    return Entry(playbook=before.playbook, account=before.account, before=before, events=happened, blobs=blobs)


def fresh(account: str = "A") -> AccountState:
    """An account never seen."""
    return AccountState(playbook="handbook", account=account)
