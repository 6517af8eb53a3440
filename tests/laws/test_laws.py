"""What holds for every playbook, account and history. `make laws` tries each on 2,000 examples."""

import json
from collections import Counter
from datetime import datetime
from typing import Any

import msgspec
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from msgspec import UNSET

from engine.foundation.problems import AccountFailed
from engine.history.model import History
from engine.matching.explained import Environment, evaluate, visible
from engine.planning.advance import AccountRun, advance
from engine.planning.schema import plan_schema
from tests.inference.generated import needs_durable
from tests.laws.running import BEFORE, LATER, NOW, at, attempt, bytes_of, compiled, context_for, encode, snapshot
from tests.laws.strategies import accounts, changed, playbooks, poorer, portfolios, shuffled, with_future_records
from tests.laws.world import Json

pytestmark = pytest.mark.law

VALID = Draft202012Validator(plan_schema())


@given(playbooks(), accounts().flatmap(with_future_records))
def test_what_a_plan_explains_is_what_it_was_decided_by(book: Json, account: Json) -> None:
    """Every atom of a whole playbook: compiled rows against the reference that explanations are made with."""
    ours = compiled(book)
    evaluation = at(ours, context_for(ours, [account])).evaluation
    known = snapshot(account)
    try:
        conclusions = evaluation.findings(known, History.empty()).conclusions
    except AccountFailed:
        conclusions = {}
    environment = Environment(ours.forest, known, evaluation.run, conclusions)
    state = evaluation.rows.account(known)
    for number, level in enumerate(ours.forest.levels):
        for index, scope in enumerate(level):
            try:
                expected = _by_reference(scope, environment)
            except AccountFailed as failed:
                with pytest.raises(AccountFailed) as found:
                    _by_rows(evaluation.rows, number, index, scope, state, conclusions)
                assert found.value.problem.code == failed.problem.code
                return
            assert _by_rows(evaluation.rows, number, index, scope, state, conclusions) == expected


def _by_reference(scope: Any, environment: Environment) -> Any:
    if scope.collection is None:
        return _bits([evaluate(each, environment) for each in scope.atoms])
    records = visible(environment.snapshot, scope.collection, environment.run)
    if records is UNSET:
        return UNSET
    bound = [(each.id, environment.binding(scope.record, each)) for each in sorted(records, key=lambda each: each.id)]
    return [(name, *_bits([evaluate(each, inner) for each in scope.atoms])) for name, inner in bound]


def _by_rows(rows: Any, number: int, index: int, scope: Any, state: Any, conclusions: Any) -> Any:
    if scope.collection is None:
        return rows.match(number, index, state, conclusions)
    found = rows.records(number, index, state, conclusions)
    return found if found is UNSET else [(record.id, t, p) for record, t, p in found]


def _bits(truths: list[Any]) -> tuple[int, int]:
    t = sum(1 << index for index, each in enumerate(truths) if each is True)
    return t, t | sum(1 << index for index, each in enumerate(truths) if each is UNSET)


@needs_durable
@given(playbooks(), portfolios())
def test_both_engines_write_the_same_plans(book: Json, found: list[Json]) -> None:
    ours = compiled(book)
    context = context_for(ours, found)
    durable, builtin = at(ours, context, engine="durable"), at(ours, context)
    for account in found:
        assert bytes_of(attempt(durable, account)) == bytes_of(attempt(builtin, account))


@given(playbooks(), accounts(), st.data())
def test_a_plan_does_not_depend_on_how_the_account_is_written(book: Json, account: Json, data: st.DataObject) -> None:
    """Shuffled keys and records give the same bytes; so does the same account again."""
    ours = compiled(book)
    earlier, context = data.draw(changed(account)), context_for(ours, [account])
    history = _history(ours, context, [(BEFORE, earlier)])
    planned = bytes_of(attempt(at(ours, context), account, history))
    assert bytes_of(attempt(at(ours, context), data.draw(shuffled(account)), history)) == planned
    assert bytes_of(attempt(at(compiled(book), context), account, history)) == planned


@given(playbooks(), accounts().flatmap(with_future_records), st.data())
def test_every_plan_is_valid_and_names_each_piece_of_work_once(book: Json, account: Json, data: st.DataObject) -> None:
    ours = compiled(book)
    context = context_for(ours, [account])
    history = _history(ours, context, [(BEFORE, data.draw(changed(account)))])
    for known in (History.empty(), history):
        run = attempt(at(ours, context), account, known)
        assume(isinstance(run, AccountRun))
        assert isinstance(run, AccountRun)
        VALID.validate(json.loads(encode(run.plan)))
        for names in ([each.id for each in run.plan.actions], [each.id for each in run.plan.messages]):
            assert not [name for name, count in Counter(names).items() if count > 1]


@given(playbooks(), accounts(), st.data())
def test_a_history_is_what_the_same_run_leaves_again(book: Json, account: Json, data: st.DataObject) -> None:
    """A history survives being written to JSON, and a run repeated at the same moment changes nothing in it."""
    ours = compiled(book)
    context = context_for(ours, [account])
    history = _history(ours, context, [(BEFORE, data.draw(changed(account))), (NOW, account)])
    assume(not history.is_empty)
    read = msgspec.json.decode(encode(history), type=History)
    assert read == history
    again = attempt(at(ours, context), account, read)
    assert isinstance(again, AccountRun)
    after = advance(read, again)
    assert _in_force(after) == _in_force(read)


def _in_force(history: History) -> Any:
    """A history without the counts of assessments, which a repeated run of one day leaves too."""
    return [
        history.light, history.episodes, history.closed, [(each.address, each.item, each.value) for each in history.classes],
        history.occurrences, history.actions,
    ]  # fmt: skip


@given(playbooks(careful=True), accounts(), st.data())
def test_missing_data_opens_closes_and_resets_nothing(book: Json, account: Json, data: st.DataObject) -> None:
    """Inputs turn to absent: every warning, class and light stays as it was, and so does all work (semantics 1.5)."""
    ours = compiled(book)
    context = context_for(ours, [account])
    history = _history(ours, context, [(BEFORE, data.draw(changed(account))), (NOW, account)])
    assume(not history.is_empty)
    moment = NOW + data.draw(st.sampled_from(LATER))
    full = attempt(at(ours, context, moment), account, history)
    assume(isinstance(full, AccountRun))
    assert isinstance(full, AccountRun)
    # What time alone changes is not this law's concern: it speaks where the whole account stays as it is.
    assume(standing(advance(history, full)) == standing(history))
    for _ in range(2):
        run = attempt(at(ours, context, moment), data.draw(poorer(account)), history)
        assert isinstance(run, AccountRun), run
        assert standing(advance(history, run)) == standing(history)
        assert run.plan.light == full.plan.light
        assert _work(run) == _work(full)


@given(playbooks(careful=True), accounts(), st.data())
def test_an_account_of_which_nothing_is_known_any_more_keeps_its_light(
    book: Json, account: Json, data: st.DataObject
) -> None:
    """Unknown never turns a light green that history has red."""
    ours = compiled(book)
    context = context_for(ours, [account])
    history = _history(ours, context, [(BEFORE, data.draw(changed(account))), (NOW, account)])
    assume(not history.is_empty)
    run = attempt(at(ours, context), {"id": account["id"], "name": account["name"]}, history)
    assert isinstance(run, AccountRun), run
    assert run.plan.light == history.light


@given(playbooks(), accounts(), st.data())
def test_a_due_date_stays_where_it_was_planned(book: Json, account: Json, data: st.DataObject) -> None:
    """The same work of the same account at a later moment is due when it was: nothing counts from the day of a run."""
    ours = compiled(book)
    context = context_for(ours, [account])
    first = attempt(at(ours, context), account)
    assume(isinstance(first, AccountRun))
    assert isinstance(first, AccountRun)
    history = advance(History.empty(), first)
    moment = NOW + data.draw(st.sampled_from(LATER))
    later = attempt(at(ours, context, moment), account, history)
    assume(isinstance(later, AccountRun))
    assert isinstance(later, AccountRun)
    assume(_classes(later) == _classes(first))
    before = _work(first)
    for name, due_at in _work(later).items():
        assert before.get(name, due_at) == due_at, name


def _history(book: Any, context: Any, visits: list[tuple[datetime, Json]]) -> History:
    """What runs of an account leave, one after the other; nothing from the first that fails."""
    history = History.empty()
    for moment, account in visits:
        run = attempt(at(book, context, moment), account, history)
        if isinstance(run, str):
            return History.empty()
        history = advance(history, run)
    return history


def standing(history: History) -> Any:
    """Where everything stands: episodes, closed ones, classes in force, open occurrences, work planned and done."""
    return {
        "light": history.light,
        "episodes": [(e.address, e.item, e.number, e.state, e.since, e.due_from, e.ending_since) for e in history.episodes],
        "closed": history.closed,
        "classes": [(each.address, each.item, each.value, each.since) for each in history.classes],
        "occurrences": history.occurrences,
        "actions": [(each.id, each.due_at, each.done) for each in history.actions if each.id not in _repairs(history)],
    }  # fmt: skip


def _repairs(history: History) -> set[str]:
    """Tasks to restore data: the one thing that missing data may bring about."""
    return {each.id for each in history.actions if each.due_at is None}


def _work(run: AccountRun) -> dict[str, datetime | None]:
    """Every action with its due time, tasks to restore data left out."""
    return {each.address: each.due_at for each in run.plan.actions if "/repair_data/" not in each.address}


def _classes(run: AccountRun) -> Any:
    return [(each.compiled.address, each.item, each.in_force and each.in_force.value) for each in run.findings.classes]
