"""The day's job: plan and write, read the clocks, hand over what may go, and say what it came to.

Each part is safe to do twice, and by two processes at once. One that fails is told and does not keep the others from
being done. The run counts as ended only behind the last of them: one that was killed before is found by ``status``.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime

from msgspec import Struct

from engine.daily.report import Changes, Failure, Lights, Refused, RunReport, Sent, Step, told_by
from engine.daily.status import feed_days
from engine.delivery.worker import Delivered, Result
from engine.documents.document import Mapping
from engine.foundation.problems import PlaybookEngineError, Problem
from engine.ledger.applying import Applied, apply_portfolio
from engine.ledger.deciding import Portfolio
from engine.ledger.ledger import Ledger
from engine.ledger.ticking import Rung
from engine.lifecycle.facts import Silence
from engine.lifecycle.feeds import Concern, FeedDay, concerns
from engine.lifecycle.work import LIVE


class Planned(Struct, frozen=True):
    """What is to be planned: the portfolio beside the ledger, and the merged playbook."""

    portfolio: Portfolio
    document: Mapping


class Parts(Struct, frozen=True, kw_only=True):
    """The parts of the job, each a function that may raise ``PlaybookEngineError``: ``prepare`` reads playbook and
    accounts, ``clocks`` gives the steps told and the silences that have ended, ``deliver`` what became of messages."""

    prepare: Callable[[], Planned]
    clocks: Callable[[], tuple[list[Rung], list[Silence]]]
    deliver: Callable[[], Iterator[Delivered]]


class Day:
    """One day's job; ``name`` is what the playbook is called until it is read.

    ``errors`` are what kept parts of it from being done, ``problems`` those of accounts.
    """

    def __init__(self, ledger: Ledger, parts: Parts, clock: Callable[[], datetime], name: str) -> None:
        self.errors: list[PlaybookEngineError | OSError] = []
        self.problems: list[Problem] = []
        self._ledger = ledger
        self._parts = parts
        self._clock = clock
        self._now = clock()
        self._name = name
        self._portfolio: Portfolio | None = None
        self._applied: Applied | None = None
        self._lights = Lights()
        self._failures: list[Failure] = []
        self._rungs: list[Rung] = []
        self._silences: list[Silence] = []
        self._results: Counter[Result] = Counter()
        self._rest_is_done = False

    def run(self, *, allow_large: bool = False) -> RunReport:
        """Does the job. Raises ``InputUnreadable`` only where the ledger itself can't be used any more."""
        with self._step("plan"):
            planned = self._parts.prepare()
            self._portfolio = planned.portfolio
            self._applied = apply_portfolio(
                self._ledger, planned.portfolio, planned.document, self._now, allow_large=allow_large,
                noted=self._lights.add, before_end=lambda _: self._rest(), clock=self._clock,
            )  # fmt: skip
        if not self._rest_is_done:
            self._rest()
        return self._report()

    def _rest(self) -> None:
        self._rest_is_done = True
        with self._step("clocks"):
            self._rungs, self._silences = self._parts.clocks()
        with self._step("deliver"):
            for each in self._parts.deliver():
                self._results[each.result] += 1

    @contextmanager
    def _step(self, step: Step) -> Iterator[None]:
        try:
            yield
        except (PlaybookEngineError, OSError) as error:
            self._failures.append(Failure(step=step, why=_words(error)))
            self.errors.append(error)

    # -- what it came to ----------------------------------------------------------------------------

    def _report(self) -> RunReport:
        applied, portfolio = self._applied, self._portfolio
        name = portfolio.name if portfolio is not None else self._name
        day = self._feed_day(name, applied.run) if applied is not None else None
        self.problems = applied.problems if applied is not None else []
        accounts = [Failure(account=each.account, why=each.message) for each in self.problems]
        return RunReport(
            run=applied.run if applied is not None else None,
            playbook=name,
            version=portfolio.compiled.playbook.manifest.version if portfolio is not None else None,
            as_of=portfolio.moment if portfolio is not None else None,
            now=self._now,
            outcome=applied.outcome if applied is not None else None,
            accounts=self._lights.now.total(),
            failures=(*self._failures, *accounts),
            refused=_refused(applied),
            lights=dict(sorted(self._lights.now.items())),
            before=dict(sorted(self._lights.before.items())),
            turned=tuple(self._lights.turned),
            work=self._work(name, applied),
            told=told_by(self._rungs),
            messages=self._sent(),
            feeds=dict(day.feeds) if day is not None else {},
            concerns=self._concerns(name, day),
            silences=tuple(each.id for each in self._silences),
            head=self._ledger.head,
        )

    def _work(self, name: str, applied: Applied | None) -> Changes:
        counts = applied.counts if applied is not None else Counter[str]()
        return Changes(
            opened=counts["new"],
            updated=counts["updated"],
            closed=counts["closed"],
            open=len(self._ledger.work(playbook=name, statuses=LIVE)),
            overdue=len(self._ledger.work(playbook=name, statuses=LIVE, due_before=self._now)),
        )

    def _sent(self) -> Sent:
        found = self._results
        drafted = self._ledger.mail(states=["drafted"], due_before=self._now)
        return Sent(
            sent=found["sent"],
            later=found["postponed"],
            failed=found["retried_later"] + found["unreachable"],
            dead=found["dead"],
            in_doubt=found["in_doubt"],
            withdrawn=found["withdrawn"],
            to_approve=sum(not each.mail.may_go for each in drafted),
        )

    def _feed_day(self, name: str, run: str) -> FeedDay | None:
        found = feed_days(each for each in self._ledger.runs(name) if each.started.run == run)
        return found[0] if found else None

    def _concerns(self, name: str, day: FeedDay | None) -> tuple[Concern, ...]:
        return concerns(day, feed_days(self._ledger.runs(name))) if day is not None else ()


def _words(error: PlaybookEngineError | OSError) -> str:
    """What is wrong, in a line."""
    problems = getattr(error, "problems", ())
    return str(problems[0].message if problems else error)


def _refused(applied: Applied | None) -> Refused | None:
    review = applied.refused if applied is not None else None
    if review is None:
        return None
    return Refused(
        accounts=review.accounts, closing=len(review.closing), reddening=len(review.reddening), limit=review.limit
    )
