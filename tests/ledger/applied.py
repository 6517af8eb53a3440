"""Real plans in a ledger: the handbook's for accounts of the examples, day after day, with all that replay needs."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import cache
from types import SimpleNamespace
from typing import Any

import engine
from engine import AccountSnapshot, CompiledPlaybook, Context, Ledger
from engine.ledger import keeping
from engine.ledger.entries import Blob, Entry
from engine.lifecycle.events import RunEnded, RunStarted
from engine.lifecycle.reconcile import play_digests, reconcile
from engine.planning.plan import PlaybookInput
from engine.public import planner
from tests.inline import at
from tests.playbooks.shelf import ROOT

HANDBOOK = ROOT / "playbooks" / "handbook"


@cache
def handbook() -> tuple[CompiledPlaybook, Blob]:
    """The handbook, and what is stored of it."""
    compiled = engine.compile_playbook(engine.load_playbook(HANDBOOK))
    return compiled, keeping.stored_playbook(compiled.playbook, engine.merged_playbook(HANDBOOK))


def apply_days(ledger: Ledger, accounts: Sequence[AccountSnapshot], days: int, context: Context | None = None) -> str:
    """Applies the handbook on some days from 2026-11-20 on; the last run."""
    run = ""
    for day in range(days):
        run = apply_once(ledger, accounts, at("2026-11-20 18:00") + timedelta(days=day), context or Context.empty())
    return run


def apply_once(ledger: Ledger, accounts: Sequence[AccountSnapshot], moment: datetime, context: Context) -> str:
    """Applies the handbook once; the run."""
    (compiled, sources), run = handbook(), f"run-{moment.date()}"
    stored, *parts = keeping.stored_context(context)
    manifest = compiled.playbook.manifest
    started = RunStarted(
        at=moment, run=run, playbook=PlaybookInput(manifest.id, manifest.version, compiled.playbook.digest),
        as_of=moment, sources=sources.digest, context=stored.digest,
        exceptions=tuple(each.digest for each in parts), versions=keeping.versions(),
    )  # fmt: skip
    ledger.declare([started], blobs=(sources, stored, *parts), run=run)
    at_work, plays = planner(compiled, moment, context), play_digests(compiled)
    states = ledger.states(manifest.id, [each.id for each in accounts])
    entries = []
    for each in accounts:
        state = states[each.id]
        found = reconcile(state, at_work.run(each, state.history), plays)
        blobs = keeping.stored_plan(found.plan), keeping.stored_snapshot(each), keeping.stored_history(state.history)
        plan, snapshot, before = (blob.digest for blob in blobs)
        origin: Any = SimpleNamespace(run=run, at=moment, plan=plan, snapshot=snapshot, before=before)
        entries.append(
            Entry(playbook=manifest.id, account=each.id, before=state, events=(found.event(origin),), blobs=blobs)
        )
    assert ledger.append(entries, run=run).conflicts == ()
    ledger.declare([RunEnded(at=moment, run=run, counts={"accounts": len(entries)})], run=run)
    return run


def some_accounts(most: int = 4) -> list[AccountSnapshot]:
    """Accounts of the examples, without those that need figures over the portfolio."""
    return list(engine.load_snapshots(ROOT / "examples" / "accounts.jsonl"))[:most]
