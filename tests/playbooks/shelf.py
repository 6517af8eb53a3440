"""What the tests of shipped playbooks stand on: the handbook, its example accounts and their plans."""

import json
from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from engine import (
    AccountSnapshot,
    ActionPlan,
    CompiledPlaybook,
    Context,
    Problem,
    compile_playbook,
    load_playbook,
    plan_portfolio,
)
from engine.planning.team import read_team
from engine.snapshots.decoding import decode_snapshot

ROOT = Path(__file__).parents[2]
HANDBOOK = ROOT / "playbooks" / "handbook"
RAVENSTACK = ROOT / "examples" / "ravenstack"
ACCOUNTS = ROOT / "examples" / "accounts.jsonl"
AS_OF = date(2026, 11, 20)


@cache
def compiled(path: Path = HANDBOOK) -> CompiledPlaybook:
    """The playbook at ``path``, ready to plan with."""
    return compile_playbook(load_playbook(path))


@cache
def all_example_plans(language: str = "", contacts: str = "") -> tuple[ActionPlan, ...]:
    """The plans of all example accounts and groups: titles in ``language``, contacts who read ``contacts``."""
    team = read_team(ROOT / "examples" / "team.yaml")
    context = Context(team=team, language=language or None)
    plans = []
    for plan in plan_portfolio(compiled(), lambda: _accounts(contacts), as_of=AS_OF, context=context):
        assert isinstance(plan, ActionPlan), str(plan)
        plans.append(plan)
    return tuple(plans)


def example_plans(language: str = "", contacts: str = "") -> dict[str, ActionPlan]:
    """The plans of the accounts among them, by id."""
    return {plan.account.id: plan for plan in all_example_plans(language, contacts) if plan.account}


def written_accounts() -> Iterator[dict[str, Any]]:
    """The example accounts as they stand in the file."""
    for line in ACCOUNTS.read_text("utf-8").splitlines():
        yield json.loads(line)


def _accounts(contacts: str) -> Iterator[AccountSnapshot]:
    for number, account in enumerate(written_accounts(), 1):
        for each in account.get("contacts", ()) if contacts else ():
            each["language"] = contacts
        found = decode_snapshot(json.dumps(account).encode(), ACCOUNTS.name, number)
        assert not isinstance(found, Problem), str(found)
        yield found
