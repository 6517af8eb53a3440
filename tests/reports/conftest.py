"""The handbook and its plans for the accounts of the examples, made once for all reports."""

from datetime import date
from pathlib import Path

import pytest

import engine
from engine import ActionPlan, CompiledPlaybook

ROOT = Path(__file__).resolve().parents[2]
AS_OF = date(2026, 11, 20)


@pytest.fixture(scope="session")
def handbook() -> CompiledPlaybook:
    return engine.compile_playbook(engine.load_playbook(ROOT / "playbooks" / "handbook"), use_examples=True)


@pytest.fixture(scope="session")
def plans(handbook: CompiledPlaybook) -> list[ActionPlan]:
    accounts = list(engine.load_snapshots(ROOT / "examples" / "accounts.jsonl"))
    context = engine.read_context(team=ROOT / "examples" / "team.yaml")
    found = list(engine.plan_portfolio(handbook, lambda: iter(accounts), as_of=AS_OF, context=context))
    return [each for each in found if isinstance(each, ActionPlan)]
