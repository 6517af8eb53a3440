"""Every plan of the past can be made again and is the same, or it is said what is another."""

import pytest

from engine import Ledger
from engine.ledger import replaying
from engine.ledger.erasing import compact, erase
from engine.ledger.replaying import Replay, replay_plan, replay_run
from engine.ledger.verifying import verify
from tests.inline import at
from tests.ledger.applied import apply_days, some_accounts
from tests.ledger.test_keeping import context


def outcomes(found: list[Replay]) -> set[str]:
    return {each.outcome for each in found}


def test_every_plan_of_every_run_comes_out_the_same(ledger: Ledger) -> None:
    accounts = some_accounts()
    apply_days(ledger, accounts, 2, context())
    for run in ledger.runs():
        found = list(replay_run(ledger, run.started.run))
        assert len(found) == len(accounts)
        assert [each.differences for each in found] == [()] * len(accounts)
        assert outcomes(found) == {"identical"}
    assert verify(ledger).findings == ()
    (state,) = ledger.states("handbook", [accounts[0].id]).values()
    assert state.plan is not None
    one = replay_plan(ledger, state.plan)
    assert one is not None and one.outcome == "identical"
    assert replay_plan(ledger, "sha256:" + "0" * 64) is None


def test_a_plan_that_comes_out_otherwise_is_told_where_and_by_which_version(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = apply_days(ledger, some_accounts(1), 1)
    known = replaying.versions()
    monkeypatch.setattr("engine.messages.planner.engine_version", lambda: "9.9.9")
    (found,) = replay_run(ledger, run)
    assert (found.outcome, found.versions, len(found.differences)) == ("differs", (), 1)
    monkeypatch.setattr(replaying, "versions", lambda: known | {"holidays": "9.9"})
    (found,) = replay_run(ledger, run)
    assert found.outcome == "other_version"
    assert [(each.name, each.then, each.now) for each in found.versions] == [("holidays", known["holidays"], "9.9")]
    assert [(each.path, each.now) for each in found.differences] == [("inputs.engine_version", '"9.9.9"')]


def test_other_accounts_are_replayed_after_one_is_erased_and_none_after_compaction(ledger: Ledger) -> None:
    accounts = some_accounts(3)
    run = apply_days(ledger, accounts, 1, context())
    gone = accounts[0].id
    erase(ledger, gone, at=at("2026-12-01"), by="li", why="asked for it")
    found = list(replay_run(ledger, run))
    assert [each.account for each in found] == [each.id for each in accounts[1:]]
    assert [each.differences for each in found] == [(), ()]
    assert verify(ledger).findings == ()
    compact(ledger, at("2026-12-02"), at=at("2026-12-02"), by="li")
    assert outcomes(list(replay_run(ledger, run))) == {"gone"}
    assert verify(ledger).findings == ()
