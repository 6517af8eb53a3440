"""What a day's run came to: a value, for a chat message and for programs."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from functools import cache
from typing import Final, Literal

from msgspec import Struct

from engine.evaluation.findings import LIGHTS, Light
from engine.ledger.deciding import Decided
from engine.ledger.ticking import Rung
from engine.lifecycle.events import RunOutcome
from engine.lifecycle.feeds import Concern, Feed
from engine.planning.schema import Json, document_schema

RUN_URL: Final = "https://playbook-engine.invalid/schemas/run.schema.json"

Step = Literal["plan", "clocks", "deliver"]


class Turned(Struct, frozen=True, kw_only=True):
    """An account whose light is another than it was."""

    account: str
    name: str
    before: Light
    now: Light

    @property
    def is_better(self) -> bool:
        """Whether it is nearer to green."""
        return LIGHTS.index(self.now) > LIGHTS.index(self.before)


class Failure(Struct, frozen=True, kw_only=True):
    """An account that could not be planned, or with ``step`` a part of the job that could not be done, and why.

    ``account`` is none where not even its id could be read.
    """

    why: str
    account: str | None = None
    step: Step | None = None


class Changes(Struct, frozen=True, kw_only=True):
    """What became of work: actions opened, changed and closed by this run, and how many are open and overdue now."""

    opened: int = 0
    updated: int = 0
    closed: int = 0
    open: int = 0
    overdue: int = 0


class Told(Struct, frozen=True, kw_only=True):
    """Somebody who was told of late work: of how many actions."""

    person: str | None
    name: str | None
    role: str
    actions: int


class Sent(Struct, frozen=True, kw_only=True):
    """What became of messages in this run: handed over, put off (quiet hours, caps), to be tried again, given up, in
    doubt, taken back; and how many wait for somebody's word."""

    sent: int = 0
    later: int = 0
    failed: int = 0
    dead: int = 0
    in_doubt: int = 0
    withdrawn: int = 0
    to_approve: int = 0


class Refused(Struct, frozen=True, kw_only=True):
    """Why nothing was planned: how many of the accounts would have closed work, or turned red, and how many may."""

    accounts: int
    closing: int
    reddening: int
    limit: int


class RunReport(Struct, frozen=True, kw_only=True):
    """What a day's run came to.

    ``outcome`` is none where nothing could be planned at all; ``failures`` say why. ``before`` counts the lights that
    the same accounts had, but for those seen first today. ``silences`` have ended since the run before; ``head`` is the
    hash that everything written so far leads to.
    """

    format: Literal["playbook-run/1"] = "playbook-run/1"
    run: str | None
    playbook: str
    version: str | None
    as_of: datetime | None
    now: datetime
    outcome: RunOutcome | None
    accounts: int
    failures: tuple[Failure, ...]
    refused: Refused | None
    lights: dict[str, int]
    before: dict[str, int]
    turned: tuple[Turned, ...]
    work: Changes
    told: tuple[Told, ...]
    messages: Sent
    feeds: dict[str, Feed]
    concerns: tuple[Concern, ...]
    silences: tuple[str, ...]
    head: str

    @property
    def reddened(self) -> list[Turned]:
        """The accounts that are red and were not."""
        return [each for each in self.turned if each.now == "red"]

    @property
    def better(self) -> list[Turned]:
        """The accounts that are nearer to green."""
        return [each for each in self.turned if each.is_better]


@cache
def run_schema() -> Json:
    """The JSON Schema of ``run --format json``."""
    return document_schema(RunReport, "Run", RUN_URL)


class Lights:
    """The lights of accounts, counted while their plans are written."""

    def __init__(self) -> None:
        self.now: Counter[str] = Counter()
        self.before: Counter[str] = Counter()
        self.turned: list[Turned] = []

    def add(self, decided: Decided) -> None:
        """Counts the light of an account; groups have none."""
        plan, before = decided.reconciled.plan, decided.state.history.light
        if plan.account is None:
            return
        self.now[plan.light] += 1
        if before is None:
            return
        self.before[before] += 1
        if before != plan.light:
            turned = Turned(account=plan.account.id, name=plan.account.name, before=before, now=plan.light)
            self.turned.append(turned)


def told_by(rungs: Iterable[Rung]) -> tuple[Told, ...]:
    """Who was told of how many late actions, those of most first."""
    addressees = [each.event.notice.to for each in rungs if each.event.notice is not None]
    counts = Counter((each.person, each.name, each.role) for each in addressees)
    ordered = sorted(counts.items(), key=lambda each: (-each[1], each[0][0] or "", each[0][2]))
    return tuple(Told(person=person, name=name, role=role, actions=count) for (person, name, role), count in ordered)
