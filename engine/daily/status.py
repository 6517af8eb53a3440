"""Whether the daily job does its work, from the ledger alone: for people, and for machines that watch machines."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from functools import cache
from typing import Final, Literal

from msgspec import Struct

from engine.ledger.entries import KeptMail
from engine.ledger.ledger import Ledger
from engine.lifecycle.events import RunOutcome
from engine.lifecycle.facts import Run, Silence
from engine.lifecycle.feeds import Concern, Feed, FeedDay, concerns
from engine.lifecycle.mail import UNSENT, Mail
from engine.lifecycle.work import LIVE
from engine.planning.schema import Json, document_schema

STATUS_URL: Final = "https://playbook-engine.invalid/schemas/status.schema.json"

MAX_AGE: Final = timedelta(hours=26)
"""How long after the last run one is missed: a day, and time to be late."""
LONGEST_RUN: Final = timedelta(hours=2)
"""How long a run that has not ended counts as running."""
LONGEST_WAIT: Final = timedelta(days=3)
"""How long a message waits for somebody's word before it is told: over a weekend, not longer."""
_MOST_NAMED: Final = 10

What = Literal[
    "no_run", "late", "stuck", "refused", "failed_accounts", "missing_feed", "old_feed", "in_doubt", "interrupted",
    "dead", "unsent", "unapproved", "running", "overdue", "silence_ended",
]  # fmt: skip
"""No run at all, the last too long ago, one that began and never ended, one that was refused; accounts that could not
be planned; feeds; messages in doubt, left by a process that is gone, given up, not handed over though they may go,
waiting for somebody's word for days. The last three are no fault of the job."""

_HARMLESS: Final[frozenset[What]] = frozenset({"running", "overdue", "silence_ended"})


class Finding(Struct, frozen=True, kw_only=True):
    """Something that whoever looks after the job should know; only what is ``serious`` makes it not well.

    ``count`` is how many there are, ``names`` the first of them (ids of runs, messages or silences), ``since`` the
    earliest moment among them.
    """

    what: What
    serious: bool
    playbook: str | None = None
    count: int = 1
    names: tuple[str, ...] = ()
    since: datetime | None = None
    feed: Concern | None = None


class RunMark(Struct, frozen=True, kw_only=True):
    """When a run began and ended, and how; no ``ended_at`` while it runs, or if it never ended."""

    run: str
    version: str
    as_of: datetime
    started_at: datetime
    ended_at: datetime | None
    outcome: RunOutcome | None
    counts: dict[str, int]


class PlaybookStatus(Struct, frozen=True, kw_only=True):
    """How a playbook fares: its last run that ended, one that has not, its feeds on the last run, its work."""

    playbook: str
    ended: RunMark | None
    unended: RunMark | None
    feeds: dict[str, Feed]
    open: int
    overdue: int


class Status(Struct, frozen=True, kw_only=True):
    """How everything stands at a moment. ``messages`` counts those not settled yet, by state; ``head`` is the hash
    that everything written so far leads to."""

    format: Literal["playbook-status/1"] = "playbook-status/1"
    now: datetime
    well: bool
    head: str
    playbooks: tuple[PlaybookStatus, ...]
    messages: dict[str, int]
    findings: tuple[Finding, ...]


@cache
def status_schema() -> Json:
    """The JSON Schema of ``status --format json``."""
    return document_schema(Status, "Status", STATUS_URL)


def status_of(ledger: Ledger, now: datetime, max_age: timedelta = MAX_AGE) -> Status:
    """How everything stands at a moment; a run is late once ``max_age`` has passed since the last one ended."""
    runs: dict[str, list[Run]] = defaultdict(list)
    for run in ledger.runs():
        runs[run.playbook].append(run)
    playbooks = tuple(_playbook(ledger, name, runs[name], now) for name in sorted(runs))
    unsettled = ledger.mail(states=[*UNSENT, "sending", "in_doubt"]) + ledger.mail(states=["dead"])
    found = [
        *_of_runs(playbooks, runs, now, max_age),
        *_of_mail(ledger, unsettled, now, max_age),
        *(_finding("overdue", each.playbook, count=each.overdue) for each in playbooks if each.overdue),
        *_of_silences(ledger.silences(), now, max_age),
    ]
    return Status(
        now=now,
        well=not any(each.serious for each in found),
        head=ledger.head,
        playbooks=playbooks,
        messages=_counted(each.mail.state for each in unsettled),
        findings=tuple(sorted(found, key=lambda each: not each.serious)),
    )


def feed_days(runs: Iterable[Run]) -> list[FeedDay]:
    """What runs that ended found of the freshness of their data, in the order given."""
    return [FeedDay(each.started.as_of.date(), each.feeds) for each in runs if each.feeds]


def _playbook(ledger: Ledger, name: str, runs: Sequence[Run], now: datetime) -> PlaybookStatus:
    ended = _last_ended(runs)
    unended = next((each for each in runs if each.ended_at is None), None)
    overtaken = unended is None or (ended is not None and ended.started.at >= unended.started.at)
    return PlaybookStatus(
        playbook=name,
        ended=_mark(ended) if ended is not None else None,
        unended=None if overtaken or unended is None else _mark(unended),
        feeds=dict(ended.feeds) if ended is not None else {},
        open=len(ledger.work(playbook=name, statuses=LIVE)),
        overdue=len(ledger.work(playbook=name, statuses=LIVE, due_before=now)),
    )


def _last_ended(runs: Iterable[Run]) -> Run | None:
    return max((each for each in runs if each.ended_at), key=lambda each: each.started.at, default=None)


def _mark(run: Run) -> RunMark:
    started = run.started
    return RunMark(
        run=started.run, version=started.playbook.version, as_of=started.as_of, started_at=started.at,
        ended_at=run.ended_at, outcome=run.outcome, counts=run.counts,
    )  # fmt: skip


# -- runs -----------------------------------------------------------------------------------------------


def _of_runs(
    playbooks: Sequence[PlaybookStatus], runs: dict[str, list[Run]], now: datetime, max_age: timedelta
) -> Iterator[Finding]:
    if not playbooks:
        yield _finding("no_run")
    for each in playbooks:
        yield from _of_run(each, now, max_age)
        ended = _last_ended(runs[each.playbook])
        if ended is not None and ended.feeds:
            today, *before = feed_days([ended, *(run for run in runs[each.playbook] if run is not ended)])
            yield from (
                _finding("missing_feed" if feed.what == "missing" else "old_feed", each.playbook, feed=feed)
                for feed in concerns(today, before)
            )


def _of_run(playbook: PlaybookStatus, now: datetime, max_age: timedelta) -> Iterator[Finding]:
    name, ended, unended = playbook.playbook, playbook.ended, playbook.unended
    if unended is not None:
        running = now - unended.started_at <= LONGEST_RUN
        yield _finding("running" if running else "stuck", name, names=(unended.run,), since=unended.started_at)
    if ended is None or ended.ended_at is None:
        return
    if now - ended.ended_at > max_age:
        yield _finding("late", name, names=(ended.run,), since=ended.ended_at)
    if ended.outcome == "refused":
        yield _finding("refused", name, names=(ended.run,), since=ended.ended_at)
    if ended.outcome == "some_failed":
        yield _finding("failed_accounts", name, count=ended.counts.get("failed", 1), since=ended.ended_at)


# -- messages -------------------------------------------------------------------------------------------


def _of_mail(ledger: Ledger, unsettled: Sequence[KeptMail], now: datetime, max_age: timedelta) -> Iterator[Finding]:
    groups: dict[What, list[tuple[datetime, str]]] = {}
    for each in ledger.lost(now):
        groups.setdefault("interrupted", []).append((each.mail.changed_at, each.mail.message.id))
    for each in unsettled:
        found = _trouble(each.mail, now, max_age)
        if found is not None:
            groups.setdefault(found[0], []).append((found[1], each.mail.message.id))
    for what, some in groups.items():
        names = tuple(name for _, name in sorted(some)[:_MOST_NAMED])
        yield _finding(what, count=len(some), names=names, since=min(since for since, _ in some))


def _trouble(mail: Mail, now: datetime, max_age: timedelta) -> tuple[What, datetime] | None:
    """What is not well about a message, and since when."""
    match mail.state:
        case "in_doubt" | "dead" as state:
            return state, mail.changed_at
    if mail.state not in UNSENT or mail.next_at is None:
        return None
    if mail.may_go:
        return ("unsent", mail.next_at) if now - mail.next_at > max_age else None
    since = max(mail.next_at, mail.drafted_at)
    return ("unapproved", since) if now - since > LONGEST_WAIT else None


# -- the rest -------------------------------------------------------------------------------------------


def _of_silences(silences: Sequence[Silence], now: datetime, max_age: timedelta) -> Iterator[Finding]:
    """Those that have come to their end since a run should have been."""
    for each in silences:
        over = min(each.ended_at or each.until, each.until)
        if now - max_age < over <= now:
            yield _finding("silence_ended", names=(each.id,), since=over)


def _finding(
    what: What, playbook: str | None = None, *, count: int = 1, names: tuple[str, ...] = (),
    since: datetime | None = None, feed: Concern | None = None,
) -> Finding:  # fmt: skip
    return Finding(
        what=what,
        serious=what not in _HARMLESS,
        playbook=playbook,
        count=count,
        names=names,
        since=since,
        feed=feed,
    )


def _counted(states: Iterable[str]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for state in states:
        counts[state] = counts.get(state, 0) + 1
    return dict(sorted(counts.items()))
