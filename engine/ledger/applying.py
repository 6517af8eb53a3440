"""``apply_portfolio``: plans written to the ledger in batches; what a kill left undone, running again completes."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Final, Literal

from msgspec import Struct, field

from engine.documents.document import Mapping as Document
from engine.foundation import codes
from engine.foundation.canonical import short_id
from engine.foundation.places import Place
from engine.foundation.problems import Problem, problem
from engine.ledger.deciding import Decided, Portfolio
from engine.ledger.entries import Blob, Entry
from engine.ledger.keeping import (
    stored_context,
    stored_history,
    stored_plan,
    stored_playbook,
    stored_snapshot,
    versions,
)
from engine.ledger.ledger import Ledger
from engine.lifecycle.events import RunEnded, RunOutcome, RunStarted
from engine.lifecycle.feeds import FeedCount
from engine.lifecycle.reconcile import Origin
from engine.planning.plan import PlaybookInput
from engine.planning.plan_work import EndReason

LEAST: Final = 10
SHARE: Final = 0.2
"""More accounts than both of these, or of all, are a change that somebody has to mean."""
_TRIES: Final = 10
_EXPECTED: Final[frozenset[EndReason]] = frozenset({"done", "expired"})
"""What closes work every day, of all accounts at once at the end of a period."""


class Review(Struct):
    """What a run would come to, counted before anything is written: accounts that would close work for another reason
    than that it is done or its period over, and those that would turn red."""

    accounts: int = 0
    closing: list[str] = field(default_factory=list)
    reddening: list[str] = field(default_factory=list)

    def add(self, decided: Decided) -> None:
        """Counts one account in."""
        self.accounts += 1
        found = decided.reconciled
        if any(each.reason not in _EXPECTED for each in found.closed):
            self.closing.append(decided.account)
        if found.plan.light == "red" and decided.state.history.light in ("green", "yellow"):
            self.reddening.append(decided.account)

    @property
    def limit(self) -> int:
        """How many accounts may close work, or turn red, without somebody meaning it."""
        return max(LEAST, int(self.accounts * SHARE))

    @property
    def is_large(self) -> bool:
        """Whether more than a guarded share of the accounts would close work or turn red (semantics 8.7)."""
        return max(len(self.closing), len(self.reddening)) > self.limit

    @property
    def large(self) -> "Large":
        """The same for programs."""
        return Large(closing=tuple(self.closing), reddening=tuple(self.reddening), limit=self.limit)


class Large(Struct, frozen=True, kw_only=True):
    """Why nothing was written: the accounts that would close work or turn red, and how many may."""

    closing: tuple[str, ...]
    reddening: tuple[str, ...]
    limit: int


class AppliedReport(Struct, frozen=True, kw_only=True):
    """What a run came to, for programs: by name how many accounts, actions, messages and warnings; ``head`` is the hash
    that everything written leads to. ``problems`` are those of accounts."""

    format: Literal["playbook-applied/1"] = "playbook-applied/1"
    run: str
    as_of: datetime
    outcome: RunOutcome
    counts: dict[str, int]
    head: str
    refused: Large | None
    problems: tuple[Problem, ...]


class Applied(Struct, kw_only=True):
    """What a run came to: by name how many accounts, actions, messages and warnings; ``head`` of the chain after it.

    ``refused`` is set where no account was written, for the change was large. ``problems`` are those of accounts.
    """

    run: str
    head: str
    counts: Counter[str] = field(default_factory=Counter)
    problems: list[Problem] = field(default_factory=list)
    refused: Review | None = None

    @property
    def outcome(self) -> RunOutcome:
        """How it ended."""
        if self.refused is not None:
            return "refused"
        return "some_failed" if self.problems else "fine"

    def report(self, moment: datetime) -> AppliedReport:
        """The same for programs; ``moment`` is that of the plans."""
        return AppliedReport(
            run=self.run,
            as_of=moment,
            outcome=self.outcome,
            counts=dict(self.counts),
            head=self.head,
            refused=self.refused.large if self.refused is not None else None,
            problems=tuple(self.problems),
        )

    def count(self, decided: Decided) -> None:
        """Counts what one account's plan changes."""
        found = decided.reconciled
        unchanged = sum(each.state == "unchanged" for each in found.plan.actions)
        of_account = found.plan.account is not None
        self.counts.update(
            accounts=int(of_account), groups=int(not of_account), new=len(found.opened), updated=len(found.updated),
            closed=len(found.closed), unchanged=unchanged, drafted=len(found.drafted),
            withdrawn=len(found.withdrawn), better=len(found.plan.ended),
        )  # fmt: skip


def reviewed(portfolio: Portfolio, look: Callable[[Decided], object] = lambda _: None) -> Review:
    """What a run would come to; ``look`` is shown each decision."""
    review = Review()
    for batch in portfolio.decided():
        for each in batch:
            if isinstance(each, Decided):
                review.add(each)
                look(each)
    return review


def apply_portfolio(
    ledger: Ledger, portfolio: Portfolio, document: Document, now: datetime, *, allow_large: bool = False,
    review: Review | None = None, replan: bool = True, noted: Callable[[Decided], object] = lambda _: None,
    before_end: Callable[[Applied], object] = lambda _: None, clock: Callable[[], datetime] | None = None,
) -> Applied:  # fmt: skip
    """Plans a portfolio and writes what it makes of it.

    ``document`` is the merged playbook, kept so that plans can be made again. An account that was written by others
    in between is planned again, or without ``replan`` left alone with a problem. Unless ``allow_large``, no account is
    written where more than a guarded share of them would close work or turn red: ``review`` has counted them, else
    everything is planned twice. ``noted`` is shown every decision once it is written; ``before_end`` is done before the
    run counts as ended, so that one that is killed in it has not. It ends when ``clock`` says, without one ``now``.
    """
    applied = Applied(run=_run_id(portfolio, now), head="")
    if not allow_large:
        review = review or reviewed(portfolio)
        applied.refused = review if review.is_large else None
    context, *exceptions = stored_context(portfolio.context)
    sources = stored_playbook(portfolio.compiled.playbook, document)
    started = _started(portfolio, applied.run, now, sources, context, exceptions)
    ledger.declare([started], blobs=(sources, context, *exceptions), run=applied.run)
    writing = _Writing(ledger, portfolio, applied, now, replan)
    feeds = FeedCount(portfolio.moment, portfolio.compiled.calendar.timezone)
    for batch in portfolio.decided() if applied.refused is None else ():
        for decided in writing.written(batch):
            if decided.reconciled.plan.account is not None:
                feeds.add(decided.snapshot)
            noted(decided)
    applied.counts["failed"] = len(applied.problems)
    before_end(applied)
    counts = {name: count for name, count in sorted(applied.counts.items()) if count}
    ended = RunEnded(
        at=clock() if clock is not None else now,
        run=applied.run,
        outcome=applied.outcome,
        counts=counts,
        feeds=feeds.feeds,
    )
    applied.head = ledger.declare([ended], run=applied.run).head
    return applied


def _run_id(portfolio: Portfolio, now: datetime) -> str:
    """Equal runs at equal moments have equal ids: ``2026-11-20-k3j2x9fd``."""
    parts = (
        portfolio.name, portfolio.compiled.playbook.digest, portfolio.context.digest(), portfolio.moment.isoformat(),
        now.isoformat(),
    )  # fmt: skip
    return f"{portfolio.moment.date()}-{short_id(parts)[:8]}"


def _started(
    portfolio: Portfolio, run: str, now: datetime, sources: Blob, context: Blob, exceptions: Sequence[Blob]
) -> RunStarted:
    manifest = portfolio.compiled.playbook.manifest
    return RunStarted(
        at=now,
        run=run,
        playbook=PlaybookInput(manifest.id, manifest.version, portfolio.compiled.playbook.digest),
        as_of=portfolio.moment,
        sources=sources.digest,
        context=context.digest,
        exceptions=tuple(each.digest for each in exceptions),
        versions=versions(),
        locale=portfolio.context.language or manifest.locale,
        namespace=portfolio.name if portfolio.name != manifest.id else None,
    )


class _Writing:
    """Decisions on their way into the ledger, a batch at a time."""

    def __init__(self, ledger: Ledger, portfolio: Portfolio, applied: Applied, now: datetime, replan: bool) -> None:
        self._ledger = ledger
        self._portfolio = portfolio
        self._applied = applied
        self._now = now
        self._replan = replan

    def written(self, batch: Sequence[Decided | Problem]) -> Iterator[Decided]:
        """The decisions of a batch that are in the ledger now."""
        self._applied.problems += (each for each in batch if isinstance(each, Problem))
        waiting = {each.account: each for each in batch if isinstance(each, Decided)}
        for _ in range(_TRIES):
            lost = self._append(waiting)
            for name, each in waiting.items():
                if name not in lost:
                    self._applied.count(each)
                    yield each
            if not lost:
                return
            if not self._replan:
                break
            waiting = self._again([waiting[name] for name in lost])
        self._applied.problems += (_raced(name) for name in waiting if name in lost)

    def _append(self, waiting: Mapping[str, Decided]) -> set[str]:
        """The accounts that somebody else has written in between."""
        entries = [self._entry(each) for each in waiting.values() if not each.leaves_all]
        if not entries:
            return set()
        appended = self._ledger.append(entries, run=self._applied.run)
        return {account for _, account in appended.conflicts}

    def _again(self, lost: list[Decided]) -> dict[str, Decided]:
        found = [self._portfolio.again(each) for each in lost]
        self._applied.problems += (each for each in found if isinstance(each, Problem))
        return {each.account: each for each in found if isinstance(each, Decided)}

    def _entry(self, decided: Decided) -> Entry:
        plan, snapshot = stored_plan(decided.reconciled.plan), stored_snapshot(decided.snapshot)
        history = stored_history(decided.state.history)
        origin = Origin(self._applied.run, self._now, plan.digest, snapshot.digest, history.digest)
        return Entry(
            playbook=self._portfolio.name,
            account=decided.account,
            before=decided.state,
            events=(decided.reconciled.event(origin),),
            blobs=(plan, snapshot, history),
        )


def _raced(account: str) -> Problem:
    message = "others have written this account in between"
    return problem(codes.LEDGER_RACED, Place(""), message, "run it again", account)
