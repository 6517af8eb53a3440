"""What every store promises. Whoever breaks one of these plans a visit twice, or sends a mail twice."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import engine
from engine import Ledger
from engine.ledger.chain import GENESIS
from engine.lifecycle import events
from engine.lifecycle.mail import content_digest
from engine.lifecycle.state import AccountState
from tests.ledger.world import BLOBS, PLAN, PLAYBOOK, action, entry, fresh, message, moment, planned


def test_what_was_written_is_read_again_exactly(ledger: Ledger) -> None:
    happened = (planned(0, "a", "b"), events.Finished(at=moment(1), action="a", by="li", verdict="useful"))
    written = ledger.append([entry(fresh(), *happened, blobs=BLOBS)], run="run-0").states["handbook", "A"]
    read = ledger.states("handbook", ["A", "new"])
    assert read == {"A": written, "new": fresh("new")}
    observed = read["A"].work["a"].action.because.observed
    assert isinstance(observed, Decimal)
    assert ledger.get(PLAN.digest) == PLAN.payload


def test_an_account_that_moved_on_is_a_conflict_and_the_others_go_through(ledger: Ledger) -> None:
    ledger.append([entry(fresh(), planned(0, "a"))])
    found = ledger.append([entry(fresh(), planned(1, "b")), entry(fresh("B"), planned(1, "c"))])
    assert found.conflicts == (("handbook", "A"),)
    assert [(each.account, each.work.action.id) for each in ledger.work()] == [("A", "a"), ("B", "c")]


def test_entries_of_one_account_may_follow_each_other_in_a_batch(ledger: Ledger) -> None:
    first = planned(0, "a")
    after = ledger.append([entry(fresh(), first)]).states["handbook", "A"]
    started = entry(after, events.Started(at=moment(1), action="a"))
    assert ledger.append([started, started]).conflicts == (("handbook", "A"),)
    assert ledger.states("handbook", ["A"])["A"].version == 2


def test_nothing_written_is_no_link_of_the_chain(ledger: Ledger) -> None:
    assert ledger.append([]).head == ledger.append([entry(fresh())]).head == ledger.head == GENESIS
    assert ledger.append([entry(fresh(), planned(0))]).head == ledger.head != GENESIS


def test_work_is_found_by_owner_status_deadline_step_and_id(ledger: Ledger) -> None:
    later = action("late", due_at=moment(100), escalation=())
    ledger.append([entry(fresh(), planned(0, "a", opened=(action("a"), later)))])
    ledger.append([entry(fresh("B"), planned(0, "b_%"))])

    def found(**asked: object) -> list[str]:
        return [each.work.action.id for each in ledger.work(**asked)]  # type: ignore[arg-type]

    assert found() == ["a", "late", "b_%"]
    assert found(account="B") == found(id_prefix="b_%") == ["b_%"]
    assert found(owner="li", due_before=moment(24)) == found(step_before=moment(26)) == ["a", "b_%"]
    assert found(step_before=moment(25)) == found(statuses=["closed"]) == found(id_prefix="%") == []


def test_work_that_left_the_state_is_archived_and_can_come_back(ledger: Ledger) -> None:
    state = ledger.append([entry(fresh(), planned(0, "a"))]).states["handbook", "A"]
    closing = planned(1, closed=(events.Closing(action="a", reason="cause_ended"),))
    state = ledger.append([entry(state, closing)]).states["handbook", "A"]
    assert state.work == {} and ledger.work() == []
    (kept,) = ledger.work(archived=True)
    assert (kept.work.status, kept.work.reason) == ("closed", "cause_ended")
    state = ledger.append([entry(state, planned(2, "a"))]).states["handbook", "A"]
    assert ledger.states("handbook", ["A"])["A"] == state and ledger.work(archived=True) == []


def test_work_with_a_new_name_has_no_old_one(ledger: Ledger) -> None:
    state = ledger.append([entry(fresh(), planned(0, "old"))]).states["handbook", "A"]
    moved = planned(1, "new", renamed={"old": "new"}, opened=(), updated=(action("new"),), drafted=())
    state = ledger.append([entry(state, moved)]).states["handbook", "A"]
    assert [each.work.action.id for each in ledger.work(archived=None)] == ["new"]
    assert ledger.states("handbook", ["A"])["A"] == state


def test_a_message_is_claimed_once_and_lost_when_the_lease_ends_on_the_way(ledger: Ledger) -> None:
    drafted = (message("m", "a"), message("free", "a", approval="none"), message("later", "a", send_after=moment(9)))
    state = ledger.append([entry(fresh(), planned(0, "a", drafted=drafted))]).states["handbook", "A"]
    digest = content_digest(state.mail["m"].message)
    approved = [events.Approved(at=moment(0), message=name, digest=digest) for name in ("m", "later")]
    state = ledger.append([entry(state, *approved)]).states["handbook", "A"]

    lease = timedelta(minutes=5)
    claimed = ledger.claim("one", moment(1), lease, 10)
    assert [each.mail.message.id for each in claimed] == ["free", "m"]
    assert ledger.claim("two", moment(1), lease, 10) == []
    ledger.append([entry(state, events.Sending(at=moment(1), message="m", attempt=1))])
    assert ledger.lost(moment(1)) == []
    assert [each.mail.message.id for each in ledger.lost(moment(2))] == ["m"]
    assert [each.mail.message.id for each in ledger.claim("two", moment(2), lease, 10)] == ["free"]
    ledger.release("two")
    assert len(ledger.claim("three", moment(2), lease, 10)) == 1


def test_a_failed_message_can_be_claimed_as_soon_as_it_is_due_again(ledger: Ledger) -> None:
    free = (message("m", "a", approval="none"),)
    state = ledger.append([entry(fresh(), planned(0, "a", drafted=free))]).states["handbook", "A"]
    ledger.claim("one", moment(1), timedelta(hours=9), 1)
    failed = events.Failed(at=moment(1), message="m", error="busy", retry_at=moment(2))
    ledger.append([entry(state, events.Sending(at=moment(1), message="m", attempt=1), failed)])
    assert [len(ledger.claim("two", moment(hour), timedelta(hours=9), 1)) for hour in (1.5, 2)] == [0, 1]


def test_mail_is_found_by_state_contact_and_when_it_was_sent(ledger: Ledger) -> None:
    state = ledger.append([entry(fresh(), planned(0, "a", "b"))]).states["handbook", "A"]
    ledger.append([entry(state, events.Sent(at=moment(3), message="m-a"))])
    assert [each.mail.message.id for each in ledger.mail(states=["drafted"])] == ["m-b"]
    assert [each.mail.message.id for each in ledger.mail(contact="C-1", sent_since=moment(3))] == ["m-a"]
    assert ledger.mail(sent_since=moment(4)) == ledger.mail(contact="C-2") == []


def test_silences_opt_outs_and_runs_stand_beside_accounts(ledger: Ledger) -> None:
    said = [
        events.Silenced(at=moment(), silence="s1", rules=("rules.low",), until=moment(24), why="fair", by="li"),
        events.Silenced(at=moment(), silence="s2", until=moment(24), why="fair", by="li"),
        events.SilenceEnded(at=moment(1), silence="s2", by="wang"),
        events.OptedOut(at=moment(), account="A", contact="C-1", what="email"),
        events.OptedOut(at=moment(9), account="A", contact="C-1", what="email"),
    ]
    ledger.declare(said)
    assert [each.id for each in ledger.silences()] == ["s1", "s2"]
    assert [each.id for each in ledger.silences(moment(2))] == ["s1"]
    assert [each.id for each in ledger.silences(moment(24))] == ["s1"], "until its last moment"
    assert ledger.silences(moment(25)) == []
    assert [each.since for each in ledger.opt_outs(["A"])] == [moment()]
    assert ledger.opt_outs(["B"]) == []
    begin = events.RunStarted(
        at=moment(), run="r", playbook=PLAYBOOK, as_of=moment(), sources=PLAN.digest, context=PLAN.digest
    )
    ledger.declare([begin], blobs=[PLAN], run="r")
    ledger.declare([events.RunEnded(at=moment(1), run="r", counts={"accounts": 2})], run="r")
    (run,) = ledger.runs("handbook")
    assert (run.started, run.ended_at, run.counts) == (begin, moment(1), {"accounts": 2})
    assert ledger.accounts() == []


def test_a_blob_that_many_share_does_not_slow_down_the_next(ledger: Ledger) -> None:
    """Every new account refers to the empty history: asking for all of its holders made writing quadratic."""
    from sqlalchemy import event

    names = [f"A-{number:04}" for number in range(40)]
    ledger.append([entry(fresh(name), planned(0, "a"), blobs=BLOBS) for name in names])
    fetched: list[str] = []
    event.listen(ledger.store.engine, "before_cursor_execute", lambda *told: fetched.append(told[2]))
    ledger.append([entry(fresh("new"), planned(0, "a"), blobs=BLOBS)])
    (asked,) = [each for each in fetched if each.startswith("SELECT holdings")]
    assert "holdings.subject IN" in asked and "holdings.digest IN" in asked


def test_many_accounts_are_read_and_written_at_once(ledger: Ledger) -> None:
    names = [f"A-{number:04}" for number in range(1200)]
    before = ledger.states("handbook", names)
    found = ledger.append([entry(before[name], planned(0, "a")) for name in names])
    assert {("handbook", name): state for name, state in ledger.states("handbook", names).items()} == found.states
    assert len(ledger.accounts("handbook")) == 1200


def test_a_ledger_is_the_same_when_it_is_opened_again(empty: Callable[[], str]) -> None:
    url = empty()
    with engine.open_ledger(url) as first:
        state = first.append([entry(fresh(), planned(0, "a"))]).states["handbook", "A"]
    with engine.open_ledger(url, must_exist=True) as again:
        assert again.states("handbook", ["A"])["A"] == state
        assert isinstance(state, AccountState)
