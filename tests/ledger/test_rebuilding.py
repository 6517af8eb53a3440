"""Events are the truth: whatever happens, in whatever order, the tables say what the events say."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import engine
from engine import Ledger
from engine.history.model import History, Override, PlannedAction
from engine.ledger.verifying import verify
from engine.lifecycle import events
from engine.planning.plan_work import Action
from tests.ledger.world import BLOBS, action, entry, fresh, message, moment, planned
from tests.lifecycle.working import after_all

NAMES = ("a", "b", "c")
MAILS = ("m-a", "m-b", "m-c")
names = st.sampled_from(NAMES)
mails = st.sampled_from(MAILS)
subsets = st.lists(names, unique=True)


@st.composite
def plans(draw: st.DrawFn, hour: int) -> events.Planned:
    opened, known = draw(subsets), draw(subsets)
    closed = [events.Closing(action=name, reason="done") for name in draw(subsets)]
    renamed = draw(st.sampled_from([{}, {"a": "b"}, {"c": "a"}]))
    needs = {name: tuple(draw(subsets)) for name in opened}
    return planned(
        hour,
        renamed=renamed,
        opened=tuple(action(name, needs=needs[name], status="waiting" if needs[name] else "open") for name in opened),
        updated=tuple(action(name, priority="urgent") for name in draw(subsets)),
        closed=tuple(closed),
        drafted=tuple(message(f"m-{name}", name) for name in draw(subsets)),
        withdrawn=tuple(events.Withdrawal(message=name, why="over") for name in draw(st.lists(mails, max_size=1))),
        history=History(actions=tuple(PlannedAction(id=name) for name in sorted(known))),
    )


def happenings(hour: int) -> st.SearchStrategy[Any]:
    """Anything that can happen to an account at an hour, whether it fits its state or not."""
    at = moment(hour)

    def of(kind: Any, **fields: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
        return st.builds(kind, at=st.just(at), by=st.sampled_from(["li", "wang"]), **fields)

    moved: st.SearchStrategy[tuple[Action, ...]] = st.lists(names, max_size=2).map(
        lambda each: tuple(map(action, each))
    )
    override = Override(address="classes.tier", value="gold", until=at.date(), why="said so", who="li")
    return st.one_of(
        plans(hour),
        of(events.Acknowledged, action=names),
        of(events.Started, action=names),
        of(events.Finished, action=names, verdict=st.sampled_from(["useful", "noise", None])),
        of(events.Cancelled, action=names, why=st.just("no")),
        of(events.Snoozed, action=names, until=st.just(at + timedelta(days=1)), why=st.just("later"), moved=moved),
        of(events.Reassigned, action=names, person=st.sampled_from(["li", "zhao"])),
        of(
            events.Escalated, action=names, step=st.just("owner"), number=st.integers(1, 3), due=st.just(at),
            notice=st.none() | names.map(lambda each: message(f"n-{each}", each, approval="none")),
        ),
        of(events.Approved, message=mails, digest=st.just("x")),
        of(events.Withdrawn, message=mails, why=st.just("no")),
        of(events.Sending, message=mails, attempt=st.integers(1, 3)),
        of(events.Sent, message=mails),
        of(events.Failed, message=mails, error=st.just("busy"), retry_at=st.none() | st.just(at)),
        of(events.InDoubt, message=mails),
        of(events.Resolved, message=mails, outcome=st.sampled_from(["sent", "again", "dropped"])),
        of(events.Overrode, override=st.just(override)),
        of(events.OverrideEnded, address=st.just("classes.tier")),
    )  # fmt: skip


batches_of_events = st.lists(st.lists(st.integers(0, 5).flatmap(happenings), max_size=4), max_size=4)


@pytest.fixture(scope="module")
def one_ledger(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A SQLite ledger that examples share, each with an account of its own."""
    with engine.open_ledger(tmp_path_factory.mktemp("law") / "ledger.db") as opened:
        yield opened, iter(range(1_000_000))


@given(batches=batches_of_events)
@pytest.mark.law
def test_folding_what_happened_is_what_the_tables_hold(one_ledger: Any, batches: list[list[Any]]) -> None:
    ledger, numbers = one_ledger
    state = fresh(f"A-{next(numbers)}")
    expected = after_all(state, [event for batch in batches for event in batch])
    for batch in batches:
        written = ledger.append([entry(ledger.states("handbook", [state.account])[state.account], *batch)])
        assert written.conflicts == ()
    assert ledger.states("handbook", [state.account])[state.account] == expected


@given(batches=st.lists(batches_of_events, min_size=2, max_size=3))
@settings(max_examples=10)
@pytest.mark.law
def test_tables_drawn_again_from_the_events_are_the_tables(one_ledger: Any, batches: list[list[list[Any]]]) -> None:
    ledger, numbers = one_ledger
    accounts = [f"B-{next(numbers)}" for _ in batches]
    for name, happened in zip(accounts, batches, strict=True):
        for batch in happened:
            state = ledger.states("handbook", [name])[name]
            # Every plan of these tests refers to the same blobs.
            ledger.append([entry(state, *batch, blobs=BLOBS)])
    found = [each for each in verify(ledger).findings if "blob" not in each.what]
    assert found == []


def test_a_ledger_of_every_kind_of_event_verifies(ledger: Ledger, tmp_path: Path) -> None:
    state = ledger.append([entry(fresh(), planned(0, "a", "b"), blobs=BLOBS)]).states["handbook", "A"]
    ledger.append([entry(state, events.Finished(at=moment(1), action="a"))])
    ledger.declare([events.Silenced(at=moment(), silence="s", until=moment(1), why="x"),
                    events.OptedOut(at=moment(), account="A", contact="C-1", what="all")])  # fmt: skip
    found = verify(ledger, head=ledger.head)
    assert found.findings == ()
    assert (found.batches, found.records, found.blobs, found.head) == (3, 4, 3, ledger.head)
