"""Compiled rows say what the reference says; otherwise a plan would not be what its explanation shows."""

from typing import Any

from hypothesis import given, settings
from msgspec import UNSET, UnsetType

from engine.foundation.problems import AccountFailed
from engine.matching.core import Forest, Scope
from engine.matching.explained import Environment, evaluate, visible
from engine.matching.rows import BoundRows, compile_rows
from engine.matching.run import Conclusions, RunValues, Value
from engine.snapshots.model import AccountSnapshot, Record
from tests.matching.strategies import conclusions, forests, runs, snapshots

Seen = list[Any]


def bits(truths: list[Value]) -> tuple[int, int]:
    t = sum(1 << index for index, each in enumerate(truths) if each is True)
    return t, t | sum(1 << index for index, each in enumerate(truths) if each is UNSET)


def by_reference(forest: Forest, snapshot: AccountSnapshot, run: RunValues, known: Conclusions) -> Seen:
    """Everything the forest says by the reference; ends with the code of the failure, if there is one."""
    env = Environment(forest, snapshot, run, known)
    seen: Seen = []
    try:
        for level in forest.levels:
            for scope in level:
                seen.append(_scope(scope, env))
                seen.append(tuple(evaluate(each, env) for each in scope.values))
    except AccountFailed as failed:
        seen.append(failed.problem.code)
    return seen


def _scope(scope: Scope, env: Environment) -> Any:
    if scope.collection is None or scope.record is None:
        return bits([evaluate(each, env) for each in scope.atoms])
    records = visible(env.snapshot, scope.collection, env.run)
    if records is UNSET:
        return UNSET
    return [_record(scope, each, env) for each in sorted(records, key=lambda each: each.id)]


def _record(scope: Scope, record: Record, env: Environment) -> tuple[Record, int, int]:
    inner = env.binding(scope.record or "", record)
    return (record, *bits([evaluate(each, inner) for each in scope.atoms]))


def by_rows(forest: Forest, snapshot: AccountSnapshot, run: RunValues, known: Conclusions) -> Seen:
    """Everything the forest says by compiled rows."""
    rows = compile_rows(forest).bind(run)
    state = rows.account(snapshot)
    seen: Seen = []
    try:
        for level, scopes in enumerate(forest.levels):
            for index, scope in enumerate(scopes):
                look = rows.match if scope.collection is None else rows.records
                seen.append(look(level, index, state, known))
                seen.append(rows.values(level, index, state, known))
    except AccountFailed as failed:
        seen.append(failed.problem.code)
    return seen


@settings(deadline=None)
@given(forest=forests(), snapshot=snapshots(), run=runs(), known=conclusions())
def test_rows_agree_with_the_reference(
    forest: Forest, snapshot: AccountSnapshot, run: RunValues, known: Conclusions
) -> None:
    assert by_rows(forest, snapshot, run, known) == by_reference(forest, snapshot, run, known)


@settings(deadline=None)
@given(forest=forests(), snapshot=snapshots(wrong=True), run=runs())
def test_rows_fail_on_the_accounts_on_which_the_reference_fails(
    forest: Forest, snapshot: AccountSnapshot, run: RunValues
) -> None:
    assert by_rows(forest, snapshot, run, {}) == by_reference(forest, snapshot, run, {})
