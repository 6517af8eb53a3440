"""Playbook Engine: key-account management as a program.

The public API; everything else may change. Names are loaded when they are first used, so that importing the package
(and ``playbook --version``) stays quick.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from engine.checking.check import check_playbook
    from engine.compiling.compiled import CompiledPlaybook
    from engine.foundation.problems import AccountFailed, InputUnreadable, PlaybookEngineError, PlaybookInvalid, Problem
    from engine.history.model import History
    from engine.language.playbook import Playbook
    from engine.ledger.ledger import Ledger
    from engine.ledger.opening import open_ledger
    from engine.ledger.running import apply_plan, plan_changes
    from engine.planning.context import Context
    from engine.planning.explanation import Explanation
    from engine.planning.plan import ActionPlan
    from engine.proving.scenarios import run_scenarios
    from engine.public import (
        compile_playbook,
        explain_account,
        explain_group,
        load_playbook,
        merged_playbook,
        plan_account,
        plan_portfolio,
        read_context,
    )
    from engine.snapshots.model import AccountSnapshot
    from engine.snapshots.reading import load_snapshots, read_snapshots

__all__ = [
    "AccountFailed",
    "AccountSnapshot",
    "ActionPlan",
    "CompiledPlaybook",
    "Context",
    "Explanation",
    "History",
    "InputUnreadable",
    "Ledger",
    "Playbook",
    "PlaybookEngineError",
    "PlaybookInvalid",
    "Problem",
    "apply_plan",
    "check_playbook",
    "compile_playbook",
    "explain_account",
    "explain_group",
    "load_playbook",
    "load_snapshots",
    "merged_playbook",
    "open_ledger",
    "plan_account",
    "plan_changes",
    "plan_portfolio",
    "read_context",
    "read_snapshots",
    "run_scenarios",
]

_HOMES = {
    "AccountFailed": "engine.foundation.problems",
    "AccountSnapshot": "engine.snapshots.model",
    "ActionPlan": "engine.planning.plan",
    "CompiledPlaybook": "engine.compiling.compiled",
    "Context": "engine.planning.context",
    "Explanation": "engine.planning.explanation",
    "History": "engine.history.model",
    "InputUnreadable": "engine.foundation.problems",
    "Ledger": "engine.ledger.ledger",
    "Playbook": "engine.language.playbook",
    "PlaybookEngineError": "engine.foundation.problems",
    "PlaybookInvalid": "engine.foundation.problems",
    "Problem": "engine.foundation.problems",
    "apply_plan": "engine.ledger.running",
    "check_playbook": "engine.checking.check",
    "compile_playbook": "engine.public",
    "explain_account": "engine.public",
    "explain_group": "engine.public",
    "load_playbook": "engine.public",
    "load_snapshots": "engine.snapshots.reading",
    "merged_playbook": "engine.public",
    "open_ledger": "engine.ledger.opening",
    "plan_account": "engine.public",
    "plan_changes": "engine.ledger.running",
    "plan_portfolio": "engine.public",
    "read_context": "engine.public",
    "read_snapshots": "engine.snapshots.reading",
    "run_scenarios": "engine.proving.scenarios",
}


def __getattr__(name: str) -> Any:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(home), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
