"""``Portfolio``: every account planned beside what the ledger knows of it, in batches; nothing is written here."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from itertools import islice
from typing import Final, TypeVar

from msgspec import Struct
from msgspec.structs import replace

from engine.compiling.compiled import CompiledPlaybook
from engine.foundation.problems import AccountFailed, Problem
from engine.history.model import History
from engine.inference.engines import EngineName, engine_named
from engine.language.exceptions import Silence
from engine.ledger.ledger import Ledger
from engine.lifecycle import facts
from engine.lifecycle.reconcile import Reconciled, play_digests, reconcile
from engine.lifecycle.state import AccountState
from engine.messages.planner import Planner
from engine.messages.portfolio import Source, rankings
from engine.planning.advance import AccountRun
from engine.planning.context import Context
from engine.planning.exempting import rule_names
from engine.planning.groups import Census, Group
from engine.snapshots.model import AccountSnapshot

AT_ONCE: Final = 200
"""How many accounts are read, planned and written together."""

_T = TypeVar("_T")
Run = Callable[[History], AccountRun]
"""Plans one account or group on a history; raises ``AccountFailed``."""


class Decided(Struct, frozen=True):
    """What a run makes of one account (or group, ``@portfolio``), decided on its ``state``; ``run`` decides again."""

    account: str
    snapshot: AccountSnapshot
    state: AccountState
    reconciled: Reconciled
    run: Run

    @property
    def leaves_all(self) -> bool:
        """Whether the ledger knows it all already: this very run was written before."""
        found = self.reconciled
        reach_is_known = found.reach is None or {each.contact: each for each in found.reach} == self.state.reach
        return found.changes_nothing and found.history == self.state.history and reach_is_known


class Portfolio:
    """Accounts at one moment, beside a ledger. ``name`` is what they are kept under; ``context`` has the figures over
    all of them and the silences of the moment; those that have ended since the run before are ``silences_over``."""

    def __init__(
        self, ledger: Ledger, compiled: CompiledPlaybook, accounts: Source, moment: datetime, context: Context,
        engine: EngineName | None = None,
    ) -> None:  # fmt: skip
        self.compiled = compiled
        self.moment = moment
        self.name = name_in(ledger, compiled)
        self._ledger = ledger
        self._accounts = accounts
        self._engine = engine
        self._plays = play_digests(compiled)
        silences = ledger.silences()
        before = max((each.started.as_of for each in ledger.runs(self.name)), default=moment)
        self.silences_over = tuple(each for each in silences if before <= _end(each) < moment)
        said = [_silence(each, compiled) for each in silences if each.holds_at(moment)]
        context = replace(context, silences=(*context.silences, *(each for each in said if each is not None)))
        self.context = context
        if compiled.passes:
            read = _Reading(ledger, self.name, accounts)
            found = rankings(compiled, read.accounts, as_of=moment, context=context, histories=read)
            self.context = replace(context, rankings=found)
        self._planner = Planner(compiled, moment, self.context, engine_named(engine))

    def decided(self) -> Iterator[list[Decided | Problem]]:
        """What becomes of every account, batch by batch in the order given, and then of the groups that they make; a
        problem for each that can't be planned."""
        census = Census(self.compiled, self._planner.evaluation.run)
        for batch in _batches(self._accounts()):
            snapshots = [each for each in batch if isinstance(each, AccountSnapshot)]
            for each in snapshots:
                census.add(each)
            states = self._ledger.states(self.name, (each.id for each in snapshots))
            yield [each if isinstance(each, Problem) else self._account(each, states[each.id]) for each in batch]
        groups = list(census.groups())
        for some in _batches(groups):
            states = self._ledger.states(self.name, (each.id for each in some))
            yield [self._group(each, states[each.id]) for each in some]

    def again(self, decided: Decided) -> Decided | Problem:
        """The same account decided on what the ledger knows of it by now."""
        state = self._ledger.states(self.name, [decided.account])[decided.account]
        return self._decided(decided.account, decided.snapshot, state, decided.run)

    def _account(self, snapshot: AccountSnapshot, state: AccountState) -> Decided | Problem:
        def run(history: History) -> AccountRun:
            return self._planner.run(snapshot, history)

        return self._decided(snapshot.id, snapshot, state, run)

    def _group(self, group: Group, state: AccountState) -> Decided | Problem:
        planner = Planner(self.compiled, self.moment, self.context, engine_named(self._engine), per=group.grouping.per)

        def run(history: History) -> AccountRun:
            return planner.of_group(group, history)

        return self._decided(group.id, group.snapshot(self.context.team), state, run)

    def _decided(self, account: str, snapshot: AccountSnapshot, state: AccountState, run: Run) -> Decided | Problem:
        try:
            return Decided(account, snapshot, state, reconcile(state, run(state.history), self._plays), run)
        except AccountFailed as failure:
            return failure.problem


def name_in(ledger: Ledger, compiled: CompiledPlaybook) -> str:
    """What the accounts of a playbook are kept under: the name of the playbook it rests on, or one that had before
    where the ledger has accounts under that alone."""
    names = (compiled.playbook.namespace, *compiled.playbook.manifest.formerly)
    if len(names) == 1:
        return names[0]
    known = {playbook for playbook, _ in ledger.accounts()}
    return next((each for each in names if each in known), names[0])


def _end(silence: facts.Silence) -> datetime:
    return silence.until if silence.ended_at is None else min(silence.ended_at, silence.until)


def _silence(known: facts.Silence, compiled: CompiledPlaybook) -> Silence | None:
    """A silence of the ledger as a file would say it, as far as it is about rules of the playbook."""
    names = rule_names(compiled)
    rules = tuple(each for each in known.rules if each in names)
    if known.rules and not rules:
        return None
    until = known.until.astimezone(UTC).isoformat()
    return Silence(
        id=f"ledger-{known.id}", rules=rules, accounts=known.accounts, until=until, why=known.why, who=known.by
    )


class _Reading(Mapping[str, History]):
    """The histories of accounts that are passing by: those of a batch are read together, and no more are held."""

    def __init__(self, ledger: Ledger, playbook: str, accounts: Source) -> None:
        self._ledger = ledger
        self._playbook = playbook
        self._source = accounts
        self._known: dict[str, History] = {}

    def accounts(self) -> Iterator[AccountSnapshot | Problem]:
        """The accounts from the beginning."""
        for batch in _batches(self._source()):
            names = [each.id for each in batch if isinstance(each, AccountSnapshot)]
            states = self._ledger.states(self._playbook, names)
            self._known = {name: state.history for name, state in states.items()}
            yield from batch

    def __getitem__(self, account: str) -> History:
        return self._known[account]

    def __iter__(self) -> Iterator[str]:
        return iter(self._known)

    def __len__(self) -> int:
        return len(self._known)


def _batches(members: Iterable[_T]) -> Iterator[list[_T]]:
    rest = iter(members)
    while batch := list(islice(rest, AT_ONCE)):
        yield batch
