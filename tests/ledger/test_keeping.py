"""What a run stores reads back to the same plan: else no past plan could be defended."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

import engine
from engine import Context, PlaybookInvalid
from engine.documents.reader import read_document
from engine.language.exceptions import exceptions_from
from engine.ledger import keeping
from engine.matching.rankings import Ranking
from engine.matching.run import Rate, Rates
from tests.inline import at, team

ROOT = Path(__file__).parent.parent.parent
EXCEPTIONS = """
exceptions:
  two: {accounts: [A-001, A-002], rules: [warnings.satisfaction_low], until: 2027-01-01, why: fair, who: Li}
  some: {when: {satisfaction: {below: 70.5 points}}, from: 2026-01-01, until: 2027-01-01, why: "007", who: Wang}
silences:
  fair: {accounts: [A-001, A-003], rules: satisfaction_low, until: "2026-11-20T18:00:00+08:00", why: fair, who: Li}
overrides:
  promised: {accounts: [A-001, A-003], class: tier, value: strategic, until: 2027-01-01, why: promised, who: Li}
"""


def context() -> Context:
    """A context with something of everything."""
    node, _ = read_document(EXCEPTIONS.encode(), "exceptions.yaml")
    assert node is not None
    people = team("""
        people:
          li: {name: 李, roles: [account_manager], manager: wang, away: [{from: 2026-11-01, to: 2026-11-30}]}
          wang: {name: "123", email: w@example.org}
    """)
    return Context(
        team=people, language="en",
        rates=Rates((Rate(date(2026, 1, 1), "USD", "CNY", Decimal("7.10")),)),
        rankings={"revenue": {(): Ranking((1, 2, 3), 4), ("retail",): Ranking((5,))}},
    ).saying(exceptions_from(node))  # fmt: skip


@pytest.mark.parametrize("name", sorted(each.name for each in (ROOT / "playbooks").iterdir()))
def test_a_stored_playbook_makes_the_same_plans(name: str) -> None:
    path = ROOT / "playbooks" / name
    compiled = engine.compile_playbook(engine.load_playbook(path), use_examples=True)
    blob = keeping.stored_playbook(compiled.playbook, engine.merged_playbook(path))
    again = keeping.playbook_from(blob.payload, use_examples=True)
    assert again.playbook.digest == compiled.playbook.digest
    assert again.playbook.namespace == compiled.playbook.namespace
    accounts = list(engine.load_snapshots(ROOT / "examples" / "accounts.jsonl"))[:3]
    for each in accounts:
        plans = [engine.plan_account(book, each, as_of=at("2026-11-20")) for book in (compiled, again)]
        assert plans[0] == plans[1]
        stored = keeping.stored_plan(plans[0])
        assert keeping.stored_plan(keeping.plan_from(stored.payload)) == stored
        assert keeping.stored_snapshot(each).digest == plans[0].inputs.snapshot
        assert keeping.snapshot_from(keeping.stored_snapshot(each).payload) == each


def test_a_playbook_that_changed_after_it_was_read_is_not_stored() -> None:
    other = engine.merged_playbook(ROOT / "playbooks" / "handbook")
    playbook = engine.load_playbook(ROOT / "playbooks" / "handbook")
    with pytest.raises(PlaybookInvalid):
        keeping.stored_playbook(engine.compile_playbook(playbook).playbook, type(other)(other.entries[1:], other.place))


def test_a_stored_context_reads_back_to_the_same_digest() -> None:
    known = context()
    first, *parts = keeping.stored_context(known)
    again = keeping.context_from(first.payload, {each.digest: each.payload for each in parts})
    assert again.digest() == known.digest()
    assert again.team.people["li"].away == known.team.people["li"].away
    assert keeping.context_from(keeping.stored_context(Context.empty())[0].payload, {}) == Context.empty()


def test_what_a_context_says_of_an_account_can_be_taken_out_of_it() -> None:
    first, *parts = keeping.stored_context(context())
    assert b"A-001" not in first.payload
    left = {each.digest: each.payload for each in parts if b"A-001" not in each.payload}
    assert len(parts) - len(left) == 3
    again = keeping.context_from(first.payload, left)
    assert [each.accounts for each in again.said] == [("A-002",), (), ("A-003",), ("A-003",)]
