"""What holds for every playbook, account and history. `make laws` tries each on 2,000 examples."""

import json
from collections import Counter
from datetime import datetime
from typing import Any

import msgspec
import pytest
from hypothesis import assume, example, given
from jsonschema import Draft202012Validator
from msgspec import UNSET

from engine.compiling.compiled import CompiledPlaybook
from engine.evaluation.evaluate import findings_of
from engine.foundation.problems import AccountFailed
from engine.history.model import History
from engine.inference.engines import EngineName
from engine.matching.explained import Environment, evaluate, visible
from engine.messages.planner import Planner
from engine.planning.advance import AccountRun, advance
from engine.planning.context import Context
from engine.planning.explaining import explain_findings
from engine.planning.plan import ActionPlan
from engine.planning.schema import explanation_schema, history_schema, plan_schema
from engine.public import plan_portfolio
from tests.engines import ENGINES, needs_durable
from tests.laws.accounts import account, changed, poorer, portfolio, shuffled, with_future_records
from tests.laws.chance import Chance, chances
from tests.laws.running import BEFORE, LATER, NOW, TEAM, at, attempt, bytes_of, compiled, context_for, encode, snapshot
from tests.laws.strategies import playbook
from tests.laws.world import Json

pytestmark = pytest.mark.law

VALID = Draft202012Validator(plan_schema())
VALID_EXPLANATION = Draft202012Validator(explanation_schema())
VALID_HISTORY = Draft202012Validator(history_schema())


@given(chances)
def test_what_a_plan_explains_is_what_it_was_decided_by(chance: Chance) -> None:
    """Every atom of a whole playbook: compiled rows against the reference that explanations are made with."""
    ours, known = _example(chance)
    evaluation = at(ours, context_for(ours, [known])).evaluation
    seen = snapshot(with_future_records(chance, known))
    try:
        conclusions = findings_of(evaluation, seen, History.empty()).conclusions
    except AccountFailed:
        conclusions = {}
    environment = Environment(ours.forest, seen, evaluation.run, conclusions)
    state = evaluation.rows.account(seen)
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
@given(chances)
def test_both_engines_write_the_same_plans(chance: Chance) -> None:
    ours, found = compiled(playbook(chance)), portfolio(chance)
    context = context_for(ours, found)
    durable, builtin = at(ours, context, engine="durable"), at(ours, context)
    for known in found:
        assert bytes_of(attempt(durable, known)) == bytes_of(attempt(builtin, known))


@pytest.mark.parametrize("engine", ENGINES)
@given(chance=chances)
def test_plans_of_groups_depend_on_neither_engine_nor_order(chance: Chance, engine: EngineName) -> None:
    """Whoever comes first, however an account is written, and whichever engine runs: groups get the same bytes."""
    ours, found = compiled(playbook(chance)), portfolio(chance)
    planned = _of_groups(ours, found, "builtin")
    assert _of_groups(ours, shuffled(chance, found), engine) == planned


def _of_groups(ours: CompiledPlaybook, found: list[Json], engine: EngineName) -> list[bytes]:
    accounts = [snapshot(each) for each in found]
    plans = plan_portfolio(ours, lambda: accounts, as_of=NOW, context=Context(team=TEAM), engine=engine)
    return [encode(each) for each in plans if isinstance(each, ActionPlan) and each.group is not None]


@given(chances)
def test_a_plan_does_not_depend_on_how_the_account_is_written(chance: Chance) -> None:
    """Shuffled keys and records give the same bytes; so does the same account again."""
    book = playbook(chance)
    ours, known = compiled(book), account(chance)
    context = context_for(ours, [known])
    history = _history(ours, context, earlier(chance, known))
    planned = bytes_of(attempt(at(ours, context), known, history))
    assert bytes_of(attempt(at(ours, context), shuffled(chance, known), history)) == planned
    assert bytes_of(attempt(at(compiled(book), context), known, history)) == planned


@given(chances)
def test_every_plan_and_its_reasons_are_valid_and_name_each_piece_of_work_once(chance: Chance) -> None:
    ours, known = _example(chance)
    context = context_for(ours, [known])
    for history in (History.empty(), _history(ours, context, earlier(chance, known))):
        run = _run(at(ours, context), with_future_records(chance, known), history)
        VALID.validate(json.loads(encode(run.plan)))
        reasons = explain_findings(ours, run.findings, run.plan, "zh", None, {})
        VALID_EXPLANATION.validate(json.loads(encode(reasons)))
        for names in ([each.id for each in run.plan.actions], [each.id for each in run.plan.messages]):
            assert not [name for name, count in Counter(names).items() if count > 1]


@given(chances)
def test_a_history_is_what_the_same_run_leaves_again(chance: Chance) -> None:
    """A history survives being written to JSON, and a run repeated at the same moment changes nothing in it."""
    ours, known = compiled(playbook(chance, previous=False)), account(chance)
    context = context_for(ours, [known])
    history = _history(ours, context, [*earlier(chance, known), (NOW, known)])
    assume(not history.is_empty)
    read = msgspec.json.decode(encode(history), type=History)
    assert read == history
    VALID_HISTORY.validate(json.loads(encode(history)))
    again = _run(at(ours, context), known, read)
    assert standing(advance(again)) == standing(read)
    assert advance(again).planned == read.planned


@example(Chance(3017))  # a day of a cadence can't be told any more: what is kept stands in its order all the same
@given(chances)
def test_missing_data_opens_closes_and_resets_nothing(chance: Chance) -> None:
    """Inputs turn to absent: every warning, class and light stays as it was, and so does all work (semantics 1.5)."""
    ours, known = _example(chance, careful=True)
    context = context_for(ours, [known])
    history = _history(ours, context, [*earlier(chance, known), (NOW, known)])
    assume(not history.is_empty)
    moment = NOW + chance.one(LATER)
    full = _run(at(ours, context, moment), known, history)
    # What time alone changes is not this law's concern: it speaks where the whole account stays as it is.
    assume(standing(advance(full)) == standing(history))
    for _ in range(3):
        run = _run(at(ours, context, moment), poorer(chance, known), history)
        assert standing(advance(run)) == standing(history)
        assert run.plan.light == full.plan.light
        assert _work(run) == _work(full)


@given(chances)
def test_an_account_of_which_nothing_is_known_any_more_keeps_its_light(chance: Chance) -> None:
    """Unknown never turns a light green that history has red."""
    ours, known = compiled(playbook(chance, careful=True, previous=False)), account(chance)
    context = context_for(ours, [known])
    history = _history(ours, context, [*earlier(chance, known), (NOW, known)])
    assume(not history.is_empty)
    run = _run(at(ours, context), {"id": known["id"], "name": known["name"]}, history)
    assert run.plan.light == history.light


@given(chances)
def test_a_due_date_stays_where_it_was_planned(chance: Chance) -> None:
    """The same work of the same account at a later moment is due when it was: nothing counts from the day of a run."""
    ours, known = _example(chance)
    context = context_for(ours, [known])
    first = _run(at(ours, context), known, History.empty())
    later = _run(at(ours, context, NOW + chance.one(LATER)), known, advance(first))
    assume(_classes(later) == _classes(first))
    before = _work(first)
    for name, due_at in _work(later).items():
        # Where nothing said yet by when, as before the first day of a dated figure, there is no date to stay.
        assert before.get(name) in (None, due_at), name


def _example(chance: Chance, careful: bool = False) -> tuple[CompiledPlaybook, Json]:
    return compiled(playbook(chance, careful)), account(chance)


def _run(at_work: Planner, known: Json, history: History) -> AccountRun:
    """The run of an account; one that fails is no example of the law."""
    run = attempt(at_work, known, history)
    assume(isinstance(run, AccountRun))
    assert isinstance(run, AccountRun)
    return run


def earlier(chance: Chance, known: Json) -> list[tuple[datetime, Json]]:
    """The account as it was at one or two moments before."""
    return [(moment, changed(chance, known)) for moment in sorted(chance.some(BEFORE, 1, 2))]


def _history(book: CompiledPlaybook, context: Context, visits: list[tuple[datetime, Json]]) -> History:
    """What runs of an account leave, one after the other; nothing from the first that fails."""
    history = History.empty()
    for moment, visited in visits:
        run = attempt(at(book, context, moment), visited, history)
        if isinstance(run, str):
            return History.empty()
        history = advance(run)
    return history


def standing(history: History) -> Any:
    """Where everything stands: episodes, closed ones, classes in force, open occurrences, work planned and done."""
    return {
        "light": history.light,
        "episodes": [
            (each.address, each.item, each.number, each.state, each.since, each.due_from, each.ending_since)
            for each in history.episodes
        ],
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
