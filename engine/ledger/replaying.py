"""``replay``: a plan of the past made again, from what is stored: the same to the byte, or what differs and why."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any, Literal

import msgspec
from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy import Connection, func, select

from engine.compiling.compiled import CompiledPlaybook
from engine.foundation.problems import PlaybookEngineError
from engine.inference.engines import engine_named
from engine.ledger.keeping import (
    context_from,
    plan_from,
    playbook_from,
    snapshot_from,
    stored_history,
    stored_plan,
    versions,
)
from engine.ledger.ledger import Ledger
from engine.ledger.stored import encoded, fact_from, unpacked, written_from
from engine.ledger.tables import batches, blobs, events, facts, holdings
from engine.lifecycle.events import AccountEvent, Planned, RunStarted
from engine.lifecycle.facts import Run
from engine.lifecycle.folding import after
from engine.lifecycle.reconcile import play_digests, reconcile
from engine.lifecycle.state import AccountState
from engine.messages.planner import Planner
from engine.planning.context import Context
from engine.planning.plan import ActionPlan

ReplayOutcome = Literal["identical", "differs", "other_version", "gone"]
_MOST: int = 20


class Difference(Struct, frozen=True):
    """A place in the plan at which the two are not the same: what was stored, and what comes out now, as JSON."""

    path: str
    stored: str
    now: str


class OtherVersion(Struct, frozen=True):
    """A library that is not of the version it had: then and now, none where it was not there."""

    name: str
    then: str | None
    now: str | None


class Replay(Struct, frozen=True, kw_only=True):
    """What came of planning again. ``other_version``: it differs, and so do ``versions``. ``gone``: parts
    that it takes were erased or compacted, ``missing``."""

    format: Literal["playbook-replay/1"] = "playbook-replay/1"
    plan: str
    playbook: str
    account: str
    run: str
    outcome: ReplayOutcome
    differences: tuple[Difference, ...] = ()
    versions: tuple[OtherVersion, ...] = ()
    missing: tuple[str, ...] = ()


def replay_plan(ledger: Ledger, plan: str) -> Replay | None:
    """The plan with this digest, made again; none where no record names it (any more)."""
    with ledger.store.reading() as connection:
        of_plan = select(holdings.c.subject).where(holdings.c.digest == plan, holdings.c.kind == "plan")
        for subject in connection.scalars(of_plan.order_by(holdings.c.subject)).all():
            for state, event in _planned(connection, subject):
                if event.plan == plan:
                    return _Replayer(connection).replayed(state, event)
    return None


def replay_run(ledger: Ledger, run: str) -> Iterator[Replay]:
    """Every plan that a run wrote, made again, in the order of accounts as the ledger came to know them."""
    with ledger.store.reading() as connection:
        replayer = _Replayer(connection)
        last = func.max(events.c.sequence)
        of_run = select(events.c.subject, last).join(batches, batches.c.number == events.c.batch)
        of_run = of_run.where(batches.c.run == run).group_by(events.c.subject).order_by(events.c.subject)
        for subject, through in connection.execute(of_run).all():
            for state, event in _planned(connection, subject, through):
                if event.run == run:
                    yield replayer.replayed(state, event)


def _planned(
    connection: Connection, subject: int, through: int | None = None
) -> Iterator[tuple[AccountState, Planned]]:
    """Every plan of an account, ``through`` a record where one is named, with the state it was made on; nothing of an
    account that was erased."""
    state: AccountState | None = None
    said = select(events.c.payload).where(events.c.subject == subject, events.c.payload.is_not(None))
    if through is not None:
        said = said.where(events.c.sequence <= through)
    for payload in connection.scalars(said.order_by(events.c.sequence)).all():
        written = written_from(unpacked(payload))
        event: Any = written.event
        state = state or AccountState(playbook=written.playbook, account=written.account)
        if isinstance(event, Planned):
            yield state, event
        elif not isinstance(event, AccountEvent):
            return  # nothing here is of an account
        state = after(state, event)


class _Gone(Exception):
    """Parts that replaying takes are not stored any more."""

    def __init__(self, *missing: str) -> None:
        self.missing = missing


class _Replayer:
    """Plans again, keeping the playbooks and contexts that it has read."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._playbooks: dict[str, CompiledPlaybook] = {}
        self._contexts: dict[str, Context] = {}

    def replayed(self, state: AccountState, event: Planned) -> Replay:
        """One plan, made again."""
        found = Replay(
            plan=event.plan, playbook=state.playbook, account=state.account, run=event.run, outcome="identical"
        )
        try:
            run = self._run(event.run)
            before, now = self._need("plan", event.plan), self._again(run, state, event)
        except _Gone as gone:
            return replace(found, outcome="gone", missing=gone.missing)
        except (PlaybookEngineError, msgspec.MsgspecError, ValueError) as error:
            return self._told(found, run, [Difference("", "a plan", str(error))])
        if now == before:
            return found
        return self._told(found, run, list(_differences("", _plain(before), _plain(now))))

    def _told(self, found: Replay, run: RunStarted, differences: list[Difference]) -> Replay:
        today = versions()
        others = tuple(
            OtherVersion(name, run.versions.get(name), today.get(name))
            for name in sorted(run.versions.keys() | today.keys())
            if run.versions.get(name) != today.get(name)
        )
        outcome: ReplayOutcome = "other_version" if others else "differs"
        return replace(found, outcome=outcome, versions=others, differences=tuple(differences[:_MOST]))

    def _again(self, run: RunStarted, state: AccountState, event: Planned) -> bytes:
        compiled, context = self._playbook(run), self._context(run)
        snapshot = snapshot_from(self._need("snapshot", event.snapshot))
        if stored_history(state.history).digest != event.before:
            raise ValueError("the history is not the one that the plan was made on")
        stored = plan_from(self._need("plan", event.plan))
        per = stored.group.by if stored.group is not None else None
        planner = Planner(compiled, run.as_of, context, engine_named(None), per=per)
        made = planner.run(snapshot, state.history)
        if stored.group is not None:
            made = replace(made, plan=replace(made.plan, account=None, group=stored.group))
        plan = reconcile(state, made, play_digests(compiled)).plan
        return stored_plan(_with_context(plan, stored, self._was_whole(run))).payload

    def _was_whole(self, run: RunStarted) -> bool:
        """Whether every exception of the run's context is still there."""
        return all(self._get(each) is not None for each in run.exceptions)

    def _run(self, name: str) -> RunStarted:
        for body in self._connection.scalars(select(facts.c.body).where(facts.c.kind == "run", facts.c.name == name)):
            found = fact_from(unpacked(body))
            if isinstance(found, Run):
                return found.started
        raise _Gone(f"run {name}")

    def _playbook(self, run: RunStarted) -> CompiledPlaybook:
        if run.sources not in self._playbooks:
            self._playbooks[run.sources] = playbook_from(self._need("sources", run.sources))
        return self._playbooks[run.sources]

    def _context(self, run: RunStarted) -> Context:
        if run.context not in self._contexts:
            parts = {each: found for each in run.exceptions if (found := self._get(each)) is not None}
            self._contexts[run.context] = context_from(self._need("context", run.context), parts)
        return self._contexts[run.context]

    def _need(self, kind: str, digest: str) -> bytes:
        found = self._get(digest)
        if found is None:
            raise _Gone(f"{kind} {digest}")
        return found

    def _get(self, digest: str) -> bytes | None:
        found = self._connection.scalar(select(blobs.c.payload).where(blobs.c.digest == digest))
        return None if found is None else unpacked(found)


def _with_context(plan: ActionPlan, stored: ActionPlan, whole: bool) -> ActionPlan:
    """The plan; where exceptions of erased accounts are missing, with the context's digest as it was then."""
    return plan if whole else replace(plan, inputs=replace(plan.inputs, context=stored.inputs.context))


def _plain(payload: bytes) -> Any:
    return msgspec.json.Decoder(float_hook=Decimal).decode(payload)


def _differences(path: str, stored: Any, now: Any) -> Iterator[Difference]:
    if isinstance(stored, dict) and isinstance(now, dict):
        for key in dict.fromkeys((*stored, *now)):
            yield from _differences(f"{path}.{key}" if path else key, stored.get(key), now.get(key))
    elif isinstance(stored, list) and isinstance(now, list) and len(stored) == len(now):
        for number, pair in enumerate(zip(stored, now, strict=True)):
            yield from _differences(f"{path}[{number}]", *pair)
    elif stored != now:
        yield Difference(path, encoded(stored).decode(), encoded(now).decode())
