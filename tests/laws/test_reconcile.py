"""What holds for every plan beside what was open before: nothing is done twice, nothing is lost without a reason."""

from collections import Counter
from datetime import datetime

import msgspec
import pytest
from hypothesis import example, given

from engine.compiling.compiled import CompiledPlaybook
from engine.lifecycle.folding import after
from engine.lifecycle.reconcile import Origin, Reconciled, play_digests, reconcile
from engine.lifecycle.state import AccountState
from engine.planning.context import Context
from tests.laws.accounts import account, changed, poorer
from tests.laws.chance import Chance, chances
from tests.laws.running import LATER, NOW, at, attempt, compiled, context_for
from tests.laws.strategies import playbook
from tests.laws.test_laws import earlier
from tests.laws.world import Json

pytestmark = pytest.mark.law


@example(Chance(7_833_752_416))  # whose contacts have left, by what was known before
@given(chances)
def test_what_was_applied_is_not_done_again(chance: Chance) -> None:
    """Reconciled once more, a plan changes nothing; neither does the same account planned anew."""
    ours, known = compiled(playbook(chance, previous=False)), account(chance)
    context = context_for(ours, [known])
    state = _lived(ours, context, [*earlier(chance, known), (NOW, known)])
    if state is None:
        return
    run = attempt(at(ours, context), known, state.history)
    assert not isinstance(run, str)
    found = reconcile(state, run, play_digests(ours))
    assert found.changes_nothing, _told(found)
    assert {each.state for each in found.plan.actions} <= {"unchanged"}
    assert set(state.live) == {each.id for each in found.plan.actions}


@given(chances)
def test_work_stays_in_step_with_plans(chance: Chance) -> None:
    """After every plan what is open is what the plan says, each piece of it once, whatever happens to the account."""
    ours, known = compiled(playbook(chance)), account(chance)
    context = context_for(ours, [known])
    state, visits = _new(known), [*earlier(chance, known), (NOW, known), (NOW + LATER[-1], changed(chance, known))]
    for moment, visited in visits:
        run = attempt(at(ours, context, moment), visited, state.history)
        if isinstance(run, str):
            return
        found = reconcile(state, run, play_digests(ours))
        names = [each.id for each in found.plan.actions]
        assert not [name for name, count in Counter(names).items() if count > 1]
        live = {each.id for each in found.plan.actions if each.state != "closing"}
        assert {each.id for each in run.plan.actions} <= live
        assert {each.id for each in found.plan.actions if each.state == "closing"} == set(state.live) - live
        state = _after(state, found, moment)
        assert set(state.live) == live
        assert {each.id for each in state.history.actions if not each.done} >= live
        assert {each.message.action for each in state.mail.values()} <= set(state.work)
        assert not [each for each in state.mail.values() if each.state == "drafted" and each.message.action not in live]


@given(chances)
def test_missing_data_closes_no_work(chance: Chance) -> None:
    ours, known = compiled(playbook(chance, careful=True)), account(chance)
    context = context_for(ours, [known])
    state = _lived(ours, context, [*earlier(chance, known), (NOW, known)])
    if state is None:
        return
    full, less = (attempt(at(ours, context), each, state.history) for each in (known, poorer(chance, known)))
    if isinstance(full, str) or isinstance(less, str) or reconcile(state, full, play_digests(ours)).closed:
        return
    assert reconcile(state, less, play_digests(ours)).closed == ()


def _new(known: Json) -> AccountState:
    return AccountState(playbook="generated", account=known["id"])


def _lived(ours: CompiledPlaybook, context: Context, visits: list[tuple[datetime, Json]]) -> AccountState | None:
    """The state that runs of an account leave; none where one fails."""
    state = _new(visits[0][1])
    for moment, visited in visits:
        run = attempt(at(ours, context, moment), visited, state.history)
        if isinstance(run, str):
            return None
        state = _after(state, reconcile(state, run, play_digests(ours)), moment)
    return state


def _after(state: AccountState, found: Reconciled, moment: datetime) -> AccountState:
    """The state once the plan is applied, as the ledger would give it back."""
    event = found.event(Origin("r", moment, "", "", ""))
    return after(state, event)


def _told(found: Reconciled) -> bytes:
    return msgspec.json.encode([found.opened, found.updated, found.closed, found.drafted, found.withdrawn])
