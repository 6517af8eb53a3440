"""The public way to a portfolio beside a ledger: what would change, and changing it."""

from collections.abc import Iterator
from datetime import date, datetime

from engine.compiling.compiled import CompiledPlaybook
from engine.documents.document import Mapping
from engine.foundation.problems import Problem
from engine.inference.engines import EngineName
from engine.ledger.applying import Applied, apply_portfolio
from engine.ledger.deciding import Portfolio
from engine.ledger.ledger import Ledger
from engine.messages.portfolio import Source, moment_for
from engine.planning.context import Context
from engine.planning.plan import ActionPlan


def plan_changes(
    ledger: Ledger,
    compiled: CompiledPlaybook,
    accounts: Source,
    *,
    as_of: date | datetime,
    context: Context | None = None,
    engine: EngineName | None = None,
) -> Iterator[ActionPlan | Problem]:
    """The plans of ``plan_portfolio`` beside what a ledger knows: each action new, updated, unchanged or closing.

    Nothing is written. Raises ``InputUnreadable`` where the ledger can't be read.
    """
    for batch in beside(ledger, compiled, accounts, as_of=as_of, context=context, engine=engine).decided():
        yield from (each if isinstance(each, Problem) else each.reconciled.plan for each in batch)


def beside(
    ledger: Ledger,
    compiled: CompiledPlaybook,
    accounts: Source,
    *,
    as_of: date | datetime,
    context: Context | None = None,
    engine: EngineName | None = None,
) -> Portfolio:
    """The portfolio at a moment, beside a ledger."""
    return Portfolio(ledger, compiled, accounts, moment_for(compiled, as_of), context or Context.empty(), engine)


def apply_plan(
    ledger: Ledger,
    compiled: CompiledPlaybook,
    document: Mapping,
    accounts: Source,
    *,
    as_of: date | datetime,
    now: datetime,
    context: Context | None = None,
    engine: EngineName | None = None,
    allow_large: bool = False,
) -> Applied:
    """Plans a portfolio, and writes to the ledger what it makes of open work and messages.

    ``document`` is the playbook as ``merged_playbook`` gives it, kept so that plans can be made again.
    Written in batches, each whole or not at all: after a kill, running again completes what was left. ``now`` is when
    that happens. Where more than a fifth of the accounts (and more than ten) would close work or turn red, nothing is
    written unless ``allow_large``. Raises ``PlaybookInvalid`` for the
    document of another playbook, ``InputUnreadable`` where the ledger can't be used.
    """
    portfolio = beside(ledger, compiled, accounts, as_of=as_of, context=context, engine=engine)
    return apply_portfolio(ledger, portfolio, document, now, allow_large=allow_large)
