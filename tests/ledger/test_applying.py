"""Plans written to the ledger: once, whatever happens in between, and not at all where the change is large."""

from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest

from engine import AccountSnapshot, CompiledPlaybook, Context, Ledger, Problem
from engine.documents.document import Mapping as Document
from engine.foundation import codes
from engine.foundation.places import Place
from engine.foundation.problems import problem
from engine.ledger import applying
from engine.ledger.applying import Applied, apply_portfolio
from engine.ledger.deciding import Portfolio
from engine.lifecycle import events
from engine.public import compile_playbook, load_playbook, merged_playbook
from tests.inline import account, at

BOOK = """
    playbook: inline
    locale: en-US
    fields: {mood: {one_of: [good, bad]}}
    metrics: {rank_of_size: {rank: profile.employees}}
    warnings:
      low: {light: red, when: {mood: bad}, do: [{kind: call}]}
    rules:
      large: {when: {rank_of_size: {at_most: 1}}, do: [{kind: visit}]}
    cadence:
      review: {scope: portfolio, every: quarter, counted_from: calendar, kind: business_review}
"""


@pytest.fixture
def book(tmp_path: Path) -> tuple[CompiledPlaybook, Document]:
    folder = tmp_path / "book"
    folder.mkdir()
    (folder / "playbook.yaml").write_text(dedent(BOOK), "utf-8")
    return compile_playbook(load_playbook(folder)), merged_playbook(folder)


Book = tuple[CompiledPlaybook, Document]

CASES = Path(__file__).parent.parent / "cases" / "applying"


def company(size: int, moods: dict[int, str] | None = None, default: str = "bad") -> list[AccountSnapshot | Problem]:
    """Accounts ``A-0`` and on, the larger the higher their number."""
    known = moods or {}
    return [
        account(id=f"A-{n}", profile={"employees": n + 1}, fields={"mood": known.get(n, default)}) for n in range(size)
    ]


def applied(
    ledger: Ledger, book: Book, accounts: list[AccountSnapshot | Problem], day: str = "2026-11-20", **more: Any
) -> Applied:
    found = Portfolio(ledger, book[0], lambda: accounts, at(day), Context.empty(), "builtin")
    return apply_portfolio(ledger, found, book[1], at(day), **more)


def test_a_run_is_written_once(ledger: Ledger, book: Book) -> None:
    first = applied(ledger, book, company(3))
    assert first.counts["new"] == 3 + 1 + 1, "a call each, a visit to the largest, a review of the portfolio"
    versions = {name: state.version for name, state in ledger.states("inline", ["A-0", "A-2", "@portfolio"]).items()}
    again = applied(ledger, book, company(3))
    assert (again.counts["new"], again.counts["unchanged"]) == (0, 5)
    assert versions == {
        name: state.version for name, state in ledger.states("inline", ["A-0", "A-2", "@portfolio"]).items()
    }
    assert [each.outcome for each in ledger.runs()] == ["fine"]


def test_two_playbooks_plan_the_same_account_and_neither_touches_the_others_work(
    ledger: Ledger, book: Book, tmp_path: Path
) -> None:
    folder = tmp_path / "other"
    folder.mkdir()
    (folder / "playbook.yaml").write_text(dedent(BOOK).replace("playbook: inline", "playbook: other"), "utf-8")
    other = compile_playbook(load_playbook(folder)), merged_playbook(folder)
    for each in (book, other):
        assert applied(ledger, each, company(1)).counts["new"] == 3
    assert applied(ledger, other, company(1, default="good"), "2026-11-23", allow_large=True).counts["closed"] == 1
    assert applied(ledger, book, company(1), "2026-11-23").counts["unchanged"] == 3
    open_work = {(each.playbook, each.work.action.rule) for each in ledger.work() if each.account == "A-0"}
    assert open_work == {("inline", "warnings.low"), ("inline", "rules.large"), ("other", "rules.large")}


def test_a_run_of_one_account_is_read_back(ledger: Ledger, book: Book) -> None:
    applied(ledger, book, company(1))
    assert ledger.runs()[0].counts["accounts"] == 1


def test_an_account_that_is_missing_or_broken_changes_nothing_and_stops_nobody(ledger: Ledger, book: Book) -> None:
    applied(ledger, book, company(3))
    broken = problem(codes.BAD_ACCOUNT, Place("accounts.jsonl", 2), "broken", None, "A-1")
    found = applied(ledger, book, [company(3, {0: "good"})[0], broken], "2026-11-21")
    assert [each.account for each in found.problems] == ["A-1"]
    assert (found.counts["closed"], found.counts["failed"]) == (1, 1)
    known = ledger.states("inline", ["A-1", "A-2"])
    assert [len(each.live) for each in known.values()] == [1, 2]


def test_a_killed_run_is_completed_by_the_next(ledger: Ledger, book: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.ledger.deciding.AT_ONCE", 2)
    batches = 0

    def dying(*_: Any, **__: Any) -> Any:
        nonlocal batches
        batches += 1
        if batches > 2:
            raise KeyboardInterrupt
        return append(*_, **__)

    append = ledger.append
    monkeypatch.setattr(ledger, "append", dying)
    with pytest.raises(KeyboardInterrupt):
        applied(ledger, book, company(7), allow_large=True)
    monkeypatch.setattr(ledger, "append", append)
    found = applied(ledger, book, company(7), allow_large=True)
    assert (found.counts["new"], found.counts["unchanged"]) == (5, 4)
    assert len(ledger.work()) == 9


def test_who_lost_the_race_is_planned_again(ledger: Ledger, book: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    applied(ledger, book, company(2))
    raced = False

    def racing(entries: Any, **more: Any) -> Any:
        nonlocal raced
        if not raced:
            raced = True
            state = ledger.states("inline", ["A-0"])["A-0"]
            (call,) = state.live
            done = events.Finished(at=at("2026-11-21 09:00"), by="wang", action=call)
            append([applying.Entry(playbook="inline", account="A-0", before=state, events=(done,))])
        return append(entries, **more)

    append = ledger.append
    monkeypatch.setattr(ledger, "append", racing)
    found = applied(ledger, book, company(2), "2026-11-21")
    assert found.problems == []
    state = ledger.states("inline", ["A-0"])["A-0"]
    assert [each.status for each in state.work.values()] == ["finished"]
    assert state.history.as_of == at("2026-11-21")


def test_who_lost_the_race_is_left_alone_where_a_saved_plan_is_applied(
    ledger: Ledger, book: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    applied(ledger, book, company(2))

    def racing(entries: Any, **more: Any) -> Any:
        monkeypatch.setattr(ledger, "append", append)
        state = ledger.states("inline", ["A-0"])["A-0"]
        (call,) = state.live
        seen = events.Acknowledged(at=at("2026-11-21 09:00"), by="wang", action=call)
        append([applying.Entry(playbook="inline", account="A-0", before=state, events=(seen,))])
        return append(entries, **more)

    append = ledger.append
    monkeypatch.setattr(ledger, "append", racing)
    found = applied(ledger, book, company(2), "2026-11-21", replan=False)
    assert "".join(f"{each}\n" for each in found.problems) == (CASES / "raced" / "problems.txt").read_text("utf-8")
    assert ledger.states("inline", ["A-0"])["A-0"].history.as_of == at("2026-11-20")


def test_a_large_change_is_refused_until_somebody_means_it(ledger: Ledger, book: Book) -> None:
    applied(ledger, book, company(30), allow_large=True)
    found = applied(ledger, book, company(30, default="good"), "2026-11-21")
    assert found.refused is not None
    assert (len(found.refused.closing), found.refused.limit) == (30, 10)
    assert len(ledger.states("inline", ["A-0"])["A-0"].live) == 1
    assert applied(ledger, book, company(30, default="good"), "2026-11-21", allow_large=True).counts["closed"] == 30


def test_turning_red_all_at_once_is_a_large_change(ledger: Ledger, book: Book) -> None:
    applied(ledger, book, company(30, default="good"))
    found = applied(ledger, book, company(30), "2026-11-21")
    assert found.refused is not None
    assert len(found.refused.reddening) == 30


def test_a_playbook_with_a_new_name_goes_on_with_its_work(ledger: Ledger, book: Book, tmp_path: Path) -> None:
    applied(ledger, book, company(2))
    renamed = dedent(BOOK).replace("playbook: inline", "playbook: renamed\nformerly: [inline]")
    (tmp_path / "book" / "playbook.yaml").write_text(renamed, "utf-8")
    new = compile_playbook(load_playbook(tmp_path / "book")), merged_playbook(tmp_path / "book")
    found = applied(ledger, new, company(2), "2026-11-21")
    assert (found.counts["new"], found.counts["updated"], found.counts["closed"]) == (0, 4, 0)
    assert len(ledger.work()) == 4


def test_a_silence_keeps_back_new_work_until_it_ends_and_that_is_told(ledger: Ledger, book: Book) -> None:
    silenced = events.Silenced(
        at=at("2026-11-20 09:00"), by="wang", silence="S-1", rules=("low",), accounts=("A-0",),
        until=at("2026-11-22 12:00"), why="audit",
    )  # fmt: skip
    ledger.declare([silenced])
    plans: list[Any] = []
    found = applied(ledger, book, company(2), noted=plans.append)
    assert found.counts["new"] == 3, "a call for A-1, a visit to it, and the portfolio's review"
    (held,) = plans[0].reconciled.plan.suppressed
    assert (held.by, held.until, held.why, held.who) == (("silence",), at("2026-11-22 12:00"), "audit", "wang")
    later = Portfolio(ledger, book[0], lambda: company(2), at("2026-11-23"), Context.empty(), "builtin")
    assert [each.id for each in later.silences_over] == ["S-1"]
    assert applied(ledger, book, company(2), "2026-11-23").counts["new"] == 1
