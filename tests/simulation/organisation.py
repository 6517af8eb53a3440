"""A simulated organisation: what its people, feeds, customers and machines do, day after day, drawn from a seed."""

import json
from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import Final, TypeVar

import yaml

import engine
from engine.calendars.moments import zone
from engine.delivery.settings import Settings
from engine.delivery.transport import Letter, NotTaken, Transport, Unreachable
from engine.delivery.worker import Worker
from engine.documents.document import Mapping
from engine.documents.reader import read_document
from engine.foundation.problems import Problem
from engine.ledger.applying import apply_portfolio
from engine.ledger.deciding import Portfolio
from engine.ledger.entries import Entry, KeptWork
from engine.ledger.opening import open_ledger
from engine.ledger.replaying import replay_run
from engine.ledger.saying import Decide, say
from engine.ledger.ticking import tick
from engine.ledger.verifying import verify
from engine.lifecycle import deciding
from engine.lifecycle.events import Approved, OptedOut, Silenced
from engine.lifecycle.mail import content_digest
from engine.lifecycle.notices import watch
from engine.lifecycle.putting_off import Office
from engine.lifecycle.sending import Rules
from engine.planning.context import Context
from engine.planning.team import Team, team_from
from engine.reports.names import names_in
from engine.snapshots.decoding import decode_snapshot
from engine.snapshots.model import AccountSnapshot
from scripts.portfolio.dice import Dice
from scripts.portfolio.team import people
from tests.simulation.editions import EDITIONS, edition
from tests.simulation.model import QUIET, Handed, Model
from tests.simulation.watched import Fate, Killed, WatchedLedger
from tests.simulation.world import Account, World

ZONE: Final = zone("Asia/Shanghai")
RUN_AT: Final = time(6)
"""When the daily run begins."""
LEASE: Final = timedelta(minutes=15)
"""Longer than a worker keeps a message that it died with."""
SEEN: Final = 6
"""In each of a day's hours of work people look at one open action for so many accounts."""

VERIFIED: Final = 3
"""On so many of 100 days somebody verifies the whole ledger, on the others what was written since; at the end it is
done in any case."""

_T = TypeVar("_T")


class Post(Transport):
    """Takes messages as a mail server would: down for hours, refusing some, and dying in the midst of others."""

    is_repeatable = False

    def __init__(self, organisation: "Organisation") -> None:
        self._organisation = organisation
        self.is_down = False

    def hand_over(self, letter: Letter, at: datetime) -> str | None:
        """Takes a letter, and shows it to the model."""
        one = self._organisation
        if self.is_down:
            raise Unreachable("the server is down")
        if Dice(f"{letter.message.id}/{at}").chance(3):
            raise NotTaken("greylisted, try again")
        one.fate.strike()
        one.took(letter, at)
        one.fate.strike()
        return f"taken {at:%H:%M}"


class Ways:
    """One transport for every channel, as ``Transports`` is to a worker."""

    longest = Transport.longest

    def __init__(self, post: Post) -> None:
        self.post = post

    def of(self, _: str) -> Transport:
        """The one there is."""
        return self.post


class Organisation:
    """Accounts, people, a ledger, and the days of a year."""

    def __init__(self, seed: int, accounts: int, start: date, folder: Path, url: str, *, kills: int = 4) -> None:
        self._dice = Dice(f"organisation/{seed}")
        self._folder = folder
        self.url = url
        self.world = World(seed, accounts, start)
        self.model = Model()
        self.fate = Fate(self._dice.of("fate"), kills)
        self.day = start
        self.now = datetime.combine(start, RUN_AT, ZONE)
        self.post = Post(self)
        self._editions: dict[int, engine.CompiledPlaybook] = {}
        self._documents: dict[int, Mapping] = {}
        self.lines: list[bytes] = []
        self.before: dict[str, frozenset[str]] = {}
        self.number = 0
        self.applied: dict[str, Account] = {}
        self.opted_out: dict[tuple[str, str], set[str]] = {}
        self.ledger = self._process()
        self._head = self.ledger.head

    def _process(self) -> WatchedLedger:
        """A process of its own: it knows nothing but what is in the ledger."""
        with open_ledger(self.url) as ready:
            address = ready.store.address
        opened = open_ledger(str(address.url) if address.file is None else address.file)
        return WatchedLedger(opened.store, self.model.saw, self.fate)

    def close(self) -> None:
        """The last process ends."""
        self.ledger.close()

    @property
    def compiled(self) -> engine.CompiledPlaybook:
        """The edition that is in use."""
        if self.number not in self._editions:
            self._editions[self.number], self._documents[self.number] = edition(self.number, self._folder)
        return self._editions[self.number]

    @property
    def team(self) -> Team:
        """Our people: who is away is drawn anew every month."""
        return team_of(self.day.replace(day=1))

    # -- a day --------------------------------------------------------------------------------------

    def live(self, day: date) -> None:
        """A day, from the run in the morning to the last clock at night."""
        self.day, dice = day, self._dice.of(str(day))
        self._upgrade(dice.of("upgrade"))
        self.post.is_down = dice.of("post").chance(5)
        self._to(datetime.combine(day, RUN_AT, ZONE))
        self._silence(dice.of("silence"))
        self.lines = self.world.today(day)
        self.before = {name: self.model.work_of(name) for name in self.world.ids}
        self._surviving(self._plan)
        self._planned()
        self._surviving(self._deliver)
        for hour in (9, 11, 14, 16, 18):
            self._to(datetime.combine(day, time(hour), ZONE))
            self._people(dice.of(f"people/{hour}"))
            self._approve(dice.of(f"approve/{hour}"))
            self._surviving(self._deliver)
        self.post.is_down = False
        self._to(datetime.combine(day + timedelta(days=1), RUN_AT, ZONE) - timedelta(minutes=1))
        self._surviving(self._deliver)
        self.verified(whole=dice.of("verify").chance(VERIFIED))

    def verified(self, *, whole: bool) -> None:
        """The chain goes on from where it was; the ``whole`` ledger is as it was written, and as its events say."""
        known = {"head": self._head} if whole else {"since": self._head}
        for finding in verify(self.ledger, **known).findings:
            self.model.wrong.append(f"{self.now}: {finding}")
        self._head = self.ledger.head

    def _to(self, moment: datetime) -> None:
        """Time goes on to ``moment``, with a tick at the instant of every step in between."""
        while True:
            coming = [instant for instant, _ in self.model.instants() if self.now < instant <= moment]
            if not coming:
                break
            self.now = min(coming).astimezone(ZONE)
            self._surviving(self._tick)
        self.now = max(self.now, moment)
        self._surviving(self._tick)

    def _surviving(self, work: Callable[[], _T]) -> _T:
        """Work that is begun anew, by a new process, when its process dies."""
        while True:
            try:
                return work()
            except Killed:
                self.ledger.close()
                self.ledger = self._process()

    # -- what machines do ---------------------------------------------------------------------------

    def _plan(self) -> None:
        """The daily run, as of this moment."""

        def accounts() -> Iterator[AccountSnapshot | Problem]:
            for number, line in enumerate(self.lines, 1):
                yield decode_snapshot(line, "accounts.jsonl", number)

        context = Context(team=self.team)
        portfolio = Portfolio(self.ledger, self.compiled, accounts, self.now, context, "builtin")
        applied = apply_portfolio(
            self.ledger, portfolio, self._documents[self.number], self.now, allow_large=True
        )  # fmt: skip
        for each in applied.problems:
            if each.account is not None and each.account not in self.world.broken:
                self.model.wrong.append(f"{self.now}: {each.account} can't be planned: {each.message}")

    def _planned(self) -> None:
        """What must hold once the accounts of a day are planned."""
        for delivered in map(json.loads, self.lines):
            name = delivered["id"]
            if name in self.world.broken:
                continue
            if name in self.world.silent:
                self.model.unchanged(name, self.before[name], self.now)
            else:
                self.applied[name] = delivered
                self.model.causes(name, delivered, self.now)

    def _tick(self) -> None:
        list(tick(self.ledger, "handbook", watch(self.compiled, self.team, self.now, names_in)))
        self.model.ticked(self.now)

    def _deliver(self) -> None:
        settings = Settings(rules=Rules(time_zone="Asia/Shanghai", quiet=minutes_of(QUIET)), base=self._folder)
        worker = Worker(self.ledger, settings, Ways(self.post), lambda: self.now, f"worker-{self.now}")  # type: ignore[arg-type]
        list(worker.run())

    def took(self, letter: Letter, at: datetime) -> None:
        """The transport has a message: it is out of our hands."""
        contacts = self.applied.get(letter.account, {}).get("contacts") or ()
        contact = next((each for each in contacts if each["id"] == letter.message.to.contact), None)
        opt_outs = self.opted_out.get((letter.account, letter.message.to.contact or ""), set())
        self.model.hands(Handed(letter.message, letter.account, at), contact, opt_outs)

    # -- what people do -----------------------------------------------------------------------------

    def _people(self, dice: Dice) -> None:
        """People work off some of what is open."""
        open_now = [each for each in self.ledger.work(playbook="handbook") if each.work.is_live]
        for number, each in enumerate(dice.some(open_now, 1 + len(self.world.ids) // SEEN)):
            decide = self._word(dice.of(str(number)), each)
            if decide is not None:
                self._surviving(lambda each=each, decide=decide: self._say(each, decide))  # type: ignore[misc]

    def _say(self, about: KeptWork, decide: Decide) -> None:
        try:
            say(self.ledger, about, decide)
        except deciding.Ended:
            pass  # said before the process died, and closed since
        except ValueError:
            pass  # it can't be put off

    def _word(self, dice: Dice, about: KeptWork) -> Decide | None:
        now, by = self.now, about.work.action.owner.person or "somebody"
        match dice.weighted({"ack": 20, "start": 15, "finish": 30, "cancel": 3, "snooze": 6, "hand over": 4, "": 22}):
            case "ack":
                return lambda _, work: deciding.acknowledged(work, by, now)
            case "start":
                return lambda _, work: deciding.started(work, by, now)
            case "finish":
                return lambda _, work: deciding.finished(work, by, now, "useful")
            case "cancel":
                return lambda _, work: deciding.cancelled(work, by, now, "not needed")
            case "snooze":
                until, office = self.day + timedelta(days=dice.between(1, 20)), Office.on(self.compiled, self.team, now)
                return lambda state, work: deciding.snoozed(state, work, by, now, until, "busy", office)
            case "hand over":
                to = dice.pick(sorted(self.team.people))
                return lambda _, work: deciding.reassigned(work, by, now, to)
        return None

    def _approve(self, dice: Dice) -> None:
        for number, (_, account, mail) in enumerate(self.ledger.mail(states=["drafted"])):
            drawn = dice.of(str(number))
            if mail.message.approval == "required" and drawn.chance(40):
                event = Approved(at=self.now, by="head", message=mail.message.id, digest=content_digest(mail.message))
                self._surviving(lambda account=account, event=event: self._append(account, event))  # type: ignore[misc]
            if mail.message.to.contact and drawn.of("opt-out").between(1, 1000) <= 3:
                self._opt_out(account, mail.message.to.contact, drawn.pick(("nurture", "email", "all")))

    def _append(self, account: str, event: Approved) -> None:
        state = self.ledger.states("handbook", [account])[account]
        known = state.mail.get(event.message)
        if known is not None and known.state == "drafted" and content_digest(known.message) == event.digest:
            self.ledger.append([Entry(playbook="handbook", account=account, before=state, events=(event,))])

    def _opt_out(self, account: str, contact: str, what: str) -> None:
        event = OptedOut(at=self.now, by="head", account=account, contact=contact, what=what)
        self._surviving(lambda: self.ledger.declare([event]))
        self.opted_out.setdefault((account, contact), set()).add(what)

    def _silence(self, dice: Dice) -> None:
        if dice.chance(10):
            until = self.now + timedelta(days=dice.between(1, 9))
            rule = dice.pick(("warnings.satisfaction_low", "warnings.late_delivery", "warnings.competitor_in"))
            silence = Silenced(at=self.now, by="head", silence=f"S-{self.day}", rules=(rule,), until=until, why="known")
            self._surviving(lambda: self.ledger.declare([silence]))
            self.model.silences.append((rule, until))

    def replayed(self, every: int = 1) -> int:
        """Every plan of every so-manieth run comes out the same again; how many were looked at."""
        found = [each for run in self.ledger.runs()[::every] for each in replay_run(self.ledger, run.started.run)]
        wrong = [each for each in found if each.outcome != "identical"]
        self.model.wrong += [f"the plan of {each.account} in run {each.run} {each.outcome}" for each in wrong]
        return len(found)

    def _upgrade(self, dice: Dice) -> None:
        if self.number + 1 < len(EDITIONS) and dice.chance(6):
            self.number += 1


def minutes_of(quiet: tuple[time, time]) -> tuple[int, int]:
    """Quiet hours as minutes after midnight."""
    start, end = quiet
    return start.hour * 60 + start.minute, end.hour * 60 + end.minute


@cache
def team_of(month: date) -> Team:
    """Our people in a month; some are away for some of its days."""
    node, problems = read_document(yaml.safe_dump(people(month), allow_unicode=True).encode(), "team.yaml")
    assert node is not None and not problems
    return team_from(node)


def lived(
    seed: int, accounts: int, start: date, days: int, folder: Path, *, url: str | None = None,
    show: Callable[[str], object] = lambda _: None,
) -> Organisation:  # fmt: skip
    """An organisation that has lived through ``days`` from ``start``, or to the first day that broke a promise."""
    one = Organisation(seed, accounts, start, folder, url or str(folder / "ledger.db"))
    for number in range(days):
        one.live(start + timedelta(days=number))
        show(f"{one.day} edition {one.number}: {len(one.model.open)} open, {dict(one.model.counts)}")
        if one.model.wrong:
            break
    one.verified(whole=True)
    return one
