"""The worker: every message that may go is handed over once, whatever is killed, slow or down meanwhile.

Claimed with a lease → ``Sending`` recorded → handed over → ``Sent`` or ``Failed``. Whoever finds a hand-over that never
came to an end tries it again only where that does no harm; else it is in doubt, and a person decides (semantics 8.5).
"""

import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Final, Literal

from msgspec import Struct

from engine.calendars.periods import period_of
from engine.delivery.invitations import invitation_for
from engine.delivery.opening import Transports
from engine.delivery.settings import Settings
from engine.delivery.transport import Letter, NotTaken, Transport, Unclear, Unreachable
from engine.ledger.entries import Entry, KeptMail
from engine.ledger.ledger import Ledger
from engine.lifecycle import events
from engine.lifecycle.mail import UNSENT, Mail
from engine.lifecycle.sending import Go, Never, Standing, Wait, counts_in_caps, judged, retry_at
from engine.lifecycle.state import AccountState
from engine.planning.plan_messages import Message

Clock = Callable[[], datetime]
Result = Literal[
    "sent", "retried_later", "dead", "in_doubt", "withdrawn", "postponed", "waits", "unreachable", "may_go"
]
"""What became of a message in this run. ``unreachable``: its way is down, and it was not tried; ``may_go``: it would be
handed over, were this no rehearsal."""

BATCH: Final = 50
_SHORTEST_LEASE: Final = 600
_A_DAY: Final = timedelta(days=1)


class Delivered(Struct, frozen=True, kw_only=True):
    """A message, and what became of it: ``why`` not, and ``until`` when."""

    playbook: str
    account: str
    message: Message
    result: Result
    why: str | None = None
    until: datetime | None = None


class Worker:
    """Hands over what may go. Several may work on one ledger at once, each under a name of its own."""

    def __init__(self, ledger: Ledger, settings: Settings, transports: Transports, clock: Clock, name: str) -> None:
        self._ledger = ledger
        self._rules = settings.rules
        self._sender = settings.sender
        self._transports = transports
        self._clock = clock
        self._name = name
        self._down: dict[str, str] = {}

    def run(self) -> Iterator[Delivered]:
        """Recovers what others left, then hands over until nothing may go any more."""
        yield from self._recovered()
        seen: set[tuple[str, str]] = set()
        try:
            while claimed := self._ledger.claim(self._name, self._clock(), timedelta(seconds=self._lease), BATCH):
                for each in self._worked_off(claimed):
                    if (each.playbook, each.message.id) not in seen:
                        seen.add((each.playbook, each.message.id))
                        yield each
        finally:
            self._ledger.release(self._name)

    def rehearsal(self) -> Iterator[Delivered]:
        """What would become of each message that is due, without doing it."""
        now = self._clock()
        for playbook, account, mail in self._ledger.mail(states=UNSENT, due_before=now):
            state = self._state(playbook, account)
            yield _told(playbook, account, mail.message, judged(mail, self._standing(state, mail), self._rules, now))

    # -- what others left ---------------------------------------------------------------------------

    def _recovered(self) -> Iterator[Delivered]:
        for playbook, account, mail in self._ledger.lost(self._clock()):
            message = mail.message
            event: events.AccountEvent
            if self._transports.of(message.channel).is_repeatable:
                now = self._clock()
                event = events.Failed(at=now, message=message.id, error="interrupted", retry_at=now)
            else:
                event = events.InDoubt(at=self._clock(), message=message.id)
            state = self._state(playbook, account)
            known = state.mail.get(message.id)
            if known is None or known.state != "sending" or self._append(state, event) is None:
                continue  # somebody else was quicker
            if isinstance(event, events.InDoubt):
                yield Delivered(playbook=playbook, account=account, message=message, result="in_doubt",
                                why="interrupted")  # fmt: skip

    # -- one after the other ------------------------------------------------------------------------

    @property
    def _lease(self) -> int:
        """Seconds in which a batch is worked off; what is left of it then is claimed anew."""
        return max(_SHORTEST_LEASE, 3 * self._transports.longest)

    def _worked_off(self, claimed: list[KeptMail]) -> Iterator[Delivered]:
        end = time.monotonic() + self._lease - self._transports.longest
        for playbook, account, mail in claimed:
            message = mail.message
            if message.channel in self._down:
                why = self._down[message.channel]
                yield Delivered(playbook=playbook, account=account, message=message, result="unreachable", why=why)
                continue
            done = self._delivered(playbook, account, message.id) if time.monotonic() < end else None
            if done is None:  # the lease is no longer sure, or the account has moved on: all is asked anew
                self._ledger.release(self._name)
                return
            yield done

    def _delivered(self, playbook: str, account: str, name: str) -> Delivered | None:
        """What became of a claimed message; none where somebody else has changed its account in between."""
        state, now = self._state(playbook, account), self._clock()
        mail = state.mail.get(name)
        if mail is None or mail.state not in UNSENT:
            return None
        verdict = judged(mail, self._standing(state, mail), self._rules, now)
        match verdict:
            case Never(why):
                event: events.AccountEvent | None = events.Withdrawn(at=now, message=name, why=why)
            case Wait(why, until):
                event = None if until is None else events.Postponed(at=now, message=name, why=why, until=until)
            case Go():
                event = events.Sending(at=now, message=name, attempt=mail.attempts + 1)
        after = state if event is None else self._append(state, event)
        if after is None:
            return None
        if isinstance(verdict, Go):
            return self._handed_over(after, after.mail[name])
        return _told(playbook, account, mail.message, verdict)

    def _handed_over(self, state: AccountState, mail: Mail) -> Delivered:
        message = mail.message
        transport = self._transports.of(message.channel)
        try:
            event = self._sent(transport, state, mail)
        except Unreachable as error:
            self._down[message.channel] = error.why
            event = self._failed(mail, error.why)
        except NotTaken as error:
            event = self._failed(mail, error.why, for_good=error.for_good)
        except Unclear as error:
            event = self._unclear(transport, mail, error.why)
        except ValueError as error:  # a name or an address that can't stand in a mail
            event = self._failed(mail, str(error), for_good=True)
        self._record(state, event)
        return _outcome(state, message, event)

    def _sent(self, transport: Transport, state: AccountState, mail: Mail) -> events.AccountEvent:
        message = mail.message
        letter = Letter(
            playbook=state.playbook, account=state.account, message=message,
            invitation=invitation_for(state, message, self._sender),
        )  # fmt: skip
        receipt = transport.hand_over(letter, self._clock())
        return events.Sent(at=self._clock(), message=message.id, receipt=receipt)

    def _failed(self, mail: Mail, why: str, *, for_good: bool = False) -> events.AccountEvent:
        now, name = self._clock(), mail.message.id
        again = None if for_good else retry_at(name, mail.attempts, now, self._rules.retrying)
        return events.Failed(at=now, message=name, error=why, retry_at=again)

    def _unclear(self, transport: Transport, mail: Mail, why: str) -> events.AccountEvent:
        if transport.is_repeatable:
            return self._failed(mail, why)
        return events.InDoubt(at=self._clock(), message=mail.message.id, why=why)

    # -- the ledger ---------------------------------------------------------------------------------

    def _state(self, playbook: str, account: str) -> AccountState:
        return self._ledger.states(playbook, [account])[account]

    def _append(self, state: AccountState, event: events.AccountEvent) -> AccountState | None:
        """The state after an event; none where the account has moved on."""
        entry = Entry(playbook=state.playbook, account=state.account, before=state, events=(event,))
        return self._ledger.append([entry]).states.get(entry.key)

    def _record(self, state: AccountState, event: events.AccountEvent) -> None:
        """Writes what has happened, whatever else has happened to the account meanwhile."""
        while self._append(state, event) is None:
            state = self._state(state.playbook, state.account)

    def _standing(self, state: AccountState, mail: Mail) -> Standing:
        contact = mail.message.to.contact
        if contact is None:
            return Standing()
        told = self._ledger.opt_outs([state.account])
        return Standing(
            reach=state.reach.get(contact),
            opt_outs=frozenset(each.what for each in told if each.contact == contact),
            received=tuple(self._received(state.account, contact)) if counts_in_caps(mail.message) else (),
        )

    def _received(self, account: str, contact: str) -> Iterator[datetime]:
        """When a contact got what counts in caps, or may have got it, over all playbooks."""
        now = self._clock()
        # A day of room on both sides: where the contact is, it may be yesterday still.
        starts = [period_of((now - _A_DAY).date(), cap.period).start for cap in self._rules.caps]
        if not starts:
            return
        since = datetime.combine(min(starts), now.timetz()) - _A_DAY
        known = self._ledger.mail(account=account, contact=contact, sent_since=since, archived=None)
        known += self._ledger.mail(account=account, contact=contact, states=("sending", "in_doubt"), archived=None)
        yield from (each.mail.sent_at or each.mail.changed_at for each in known if counts_in_caps(each.mail.message))


def _told(playbook: str, account: str, message: Message, verdict: Go | Wait | Never) -> Delivered:
    match verdict:
        case Go():
            result: Result = "may_go"
        case Never():
            result = "withdrawn"
        case Wait(_, until):
            result = "waits" if until is None else "postponed"
    why, until = getattr(verdict, "why", None), getattr(verdict, "until", None)
    return Delivered(playbook=playbook, account=account, message=message, result=result, why=why, until=until)


def _outcome(state: AccountState, message: Message, event: events.AccountEvent) -> Delivered:
    match event:
        case events.Failed(error=why, retry_at=until):
            result: Result = "dead" if until is None else "retried_later"
        case events.InDoubt(why=why):
            result, until = "in_doubt", None
        case _:
            result, why, until = "sent", None, None
    return Delivered(playbook=state.playbook, account=state.account, message=message, result=result, why=why,
                     until=until)  # fmt: skip
