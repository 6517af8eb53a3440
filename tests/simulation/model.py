"""The small model that a simulated organisation is held against.

It sees every event in the order of writing, every message that is handed over, and what the feeds delivered. It shares
no code with the ledger, the reconciling or the clocks: it keeps what is open, and says what must not have happened.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from msgspec.structs import replace

from engine.lifecycle import events
from engine.planning.because import Because
from engine.planning.plan_messages import Message
from engine.planning.plan_work import Action

Name = tuple[str, str]
"""An account and an action of it."""

QUIET: Final = (time(20, 0), time(8, 0))
"""From eight in the evening to eight in the morning nobody at a customer's is written to."""


ASKS_WHETHER_KNOWN: Final = frozenset({"rules.value_judgement"})
"""Rules that ask whether something is known at all: for them alone missing data is a reason to act."""


SINCE_LAST_RUN: Final = timedelta(days=3)
"""An account may be missing from the input of a day or two."""


@dataclass
class Open:
    """An action that is open: as it was last written, whether somebody has seen it, what was recorded of its steps."""

    action: Action
    acted: bool = False
    passed: set[tuple[str, int]] = field(default_factory=set)

    def now(self, action: Action, at: datetime) -> None:
        """It is planned otherwise from ``at``: an instant that has moved and is still to come will be told."""
        before, now = instants_of(self.action), instants_of(action)
        self.action = action
        self.passed = {
            name for name in self.passed if now.get(name) in (None, before.get(name)) or now[name] <= at
        }  # fmt: skip


def instants_of(action: Action) -> dict[tuple[str, int], datetime]:
    """When each step of an escalation is told, by step and number from 1."""
    return {
        (step.step, number): instant
        for step in action.escalation
        for number, instant in enumerate((step.at, *step.again), 1)
    }


def quarter_of(at: datetime) -> tuple[int, int]:
    """The calendar quarter of an instant."""
    return at.year, (at.month - 1) // 3


def tests_in(because: Because) -> set[str | None]:
    """What was tested in a reason."""
    return {because.test}.union(*map(tests_in, because.of))


@dataclass
class Handed:
    """A message that a transport took: to whom, at which instant."""

    message: Message
    account: str
    at: datetime


class Model:
    """What must hold whatever happens. ``wrong`` collects what did not."""

    def __init__(self) -> None:
        self.wrong: list[str] = []
        self.open: dict[Name, Open] = {}
        self.ended: dict[Name, str] = {}
        self.called: dict[Name, str] = {}
        """What actions are called since an upgrade, by what they were called before."""
        self.reasons: dict[Name, str] = {}
        self.addresses: dict[str, str] = {}
        self.passed: dict[Name, set[tuple[str, int]]] = {}
        self.sent: dict[str, datetime] = {}
        self.doubtful: set[str] = set()
        self.handed: dict[str, list[Handed]] = {}
        self.counts: Counter[str] = Counter()
        self.silences: list[tuple[str, datetime]] = []
        """Rules that were silenced, and until when."""

    # -- events -------------------------------------------------------------------------------------

    def saw(self, account: str, event: events.Event) -> None:
        """Takes an event in, in the order of writing."""
        self.counts[type(event).__name__] += 1
        match event:
            case events.Planned():
                self._planned(account, event)
            case events.Acknowledged() | events.Started():
                self._open(account, event.action, event).acted = True
            case events.Finished() | events.Cancelled():
                self._said(account, event.action, type(event).__name__)
            case events.Snoozed():
                for action in event.moved:
                    known = self.open.get((account, action.id))
                    if known is not None:
                        known.now(action, event.at)
            case events.Escalated():
                self._escalated(account, event)
            case events.Sent():
                self._sent(account, event)
            case events.InDoubt():
                self.doubtful.add(event.message)
            case _:
                pass

    def _planned(self, account: str, event: events.Planned) -> None:
        for before, now in event.renamed.items():
            self.called[account, before] = now
            if (account, before) in self.open:
                self.open[account, now] = self.open.pop((account, before))
            if (account, before) in self.ended:
                self.ended[account, now] = self.ended.pop((account, before))
        for action in event.opened:
            self._opens(account, action, event)
        for action in event.updated:
            self._open(account, action.id, event).now(action, event.at)
        for closing in event.closed:
            self._open(account, closing.action, event)
            self.passed[account, closing.action] = self.open.pop((account, closing.action)).passed
            self.ended[account, closing.action] = "closed"
            self.reasons[account, closing.action] = closing.reason

    def _opens(self, account: str, action: Action, event: events.Event) -> None:
        name = (account, action.id)
        if name in self.open:
            self.wrong.append(f"{event.at}: {action.address} is planned a second time while it is open")
        if self.ended.get(name) in ("Finished", "Cancelled"):
            self.wrong.append(f"{event.at}: {action.address} was {self.ended[name]} by a person and is planned again")
        self.ended.pop(name, None)
        self.addresses[action.id] = action.address
        self.open[name] = Open(action)
        self.open[name].passed |= self.passed.pop(name, set())

    def _open(self, account: str, action: str, event: events.Event) -> Open:
        known = self.open.get((account, action))
        if known is None:
            self.wrong.append(f"{event.at}: {type(event).__name__} of {action} of {account}, which is not open")
            raise AssertionError(self.wrong[-1])
        return known

    def _said(self, account: str, action: str, how: str) -> None:
        known = self.open.pop((account, action))
        self.ended[account, action] = how
        mine = known.action
        for (owner, _), each in self.open.items():
            other = each.action
            alike = (other.rule, other.play, other.item, other.occurrence)
            if owner == account and mine.task in other.needs and alike == (
                mine.rule, mine.play, mine.item, mine.occurrence
            ):  # fmt: skip
                needs = tuple(need for need in other.needs if need != mine.task)
                each.action = replace(other, needs=needs)

    # -- clocks -------------------------------------------------------------------------------------

    def _escalated(self, account: str, event: events.Escalated) -> None:
        known = self._open(account, event.action, event)
        name = (event.step, event.number)
        step = next((each for each in known.action.escalation if each.step == event.step), None)
        if name in known.passed:
            self.wrong.append(f"{event.at}: step {name} of {known.action.address} is recorded twice")
        if instants_of(known.action).get(name) != event.due:
            self.wrong.append(f"{event.at}: {known.action.address} has no instant {event.due} of step {name}")
        if event.due > event.at:
            self.wrong.append(f"{event.at}: step {name} of {known.action.address} is told before {event.due}")
        if event.notice is not None and known.acted and (event.number > 1 or (step and step.notify == "owner")):
            self.wrong.append(f"{event.at}: {known.action.address} was seen, and is reminded of all the same")
        known.passed.add(name)

    def instants(self) -> Iterator[tuple[datetime, Name]]:
        """Every instant of a step of open work that waits for nothing and is not recorded."""
        for name, each in self.open.items():
            if not each.action.needs:
                yield from ((at, name) for step, at in instants_of(each.action).items() if step not in each.passed)

    def ticked(self, now: datetime) -> None:
        """After a tick nothing that is past may be left."""
        for instant, (account, action) in self.instants():
            if instant <= now:
                address = self.open[account, action].action.address
                self.wrong.append(f"{now}: the step of {address} at {instant} is not recorded")

    # -- messages -----------------------------------------------------------------------------------

    def _sent(self, account: str, event: events.Sent) -> None:
        if event.message in self.sent:
            self.wrong.append(f"{event.at}: message {event.message} of {account} is sent twice")
        self.sent[event.message] = event.at

    def hands(self, handed: Handed, contact: dict[str, Any] | None, opt_outs: set[str]) -> None:
        """A transport takes a message; ``contact`` is the reader as the last applied plan knew them."""
        message, at = handed.message, handed.at
        if message.id in self.handed and message.id not in self.doubtful:
            self.wrong.append(f"{at}: message {message.id} ({message.content}) is handed over twice")
        self.handed.setdefault(message.id, []).append(handed)
        if message.to.contact is None:
            return
        known = contact or {}
        refused = {message.channel, message.class_, "all"} & (opt_outs | set(known.get("opt_outs") or ()))
        if refused:
            self.wrong.append(f"{at}: {message.content} goes to {message.to.contact}, who opted out of {refused}")
        if known.get("left_on") is not None:
            self.wrong.append(f"{at}: {message.content} goes to {message.to.contact}, who has left")
        local = at.astimezone(ZoneInfo(known.get("timezone") or "Asia/Shanghai")).time()
        if local >= QUIET[0] or local < QUIET[1]:
            self.wrong.append(f"{at}: {message.content} reaches {message.to.contact} at {local}, in quiet hours")

    # -- causes -------------------------------------------------------------------------------------

    def causes(self, account: str, delivered: dict[str, Any], at: datetime) -> None:
        """After a plan of an account: no work is left for a record that is gone, or a complaint that is settled."""
        tickets = delivered.get("tickets")
        for (owner, _), each in self.open.items():
            if owner != account or tickets is None or each.action.play != "conflict_3r":
                continue
            found = next((ticket for ticket in tickets if ticket["id"] == each.action.item), None)
            if found is None or found["status"] in ("resolved", "closed"):
                self.wrong.append(f"{at}: {each.action.address} is open, its ticket is {found and found['status']}")

    def unchanged(self, account: str, before: frozenset[str], at: datetime) -> None:
        """An account none of whose feeds deliver opens nothing and closes nothing; only a period may be over, or a
        silence under a warning that was on before, and in a new quarter the tier is assessed from what was known."""
        now, before = self.work_of(account), frozenset(self.called.get((account, each), each) for each in before)
        over = {rule for rule, until in self.silences if at - SINCE_LAST_RUN < until <= at}
        for action in now - before:
            opened = self.open[account, action].action
            is_assessed = quarter_of(at) != quarter_of(at - SINCE_LAST_RUN) and "tier" in tests_in(opened.because)
            if opened.rule not in ASKS_WHETHER_KNOWN | over and not is_assessed:
                self.wrong.append(f"{at}: {opened.address} opens, and nothing is known of {account}")
        for action in before - now:
            if self.ended.get((account, action)) == "closed" and self.reasons[account, action] != "expired":
                reason = self.reasons[account, action]
                self.wrong.append(f"{at}: {self.addresses[action]} closes ({reason}), nothing is known of {account}")

    def work_of(self, account: str) -> frozenset[str]:
        """The ids of what is open for an account."""
        return frozenset(action for owner, action in self.open if owner == account)
