"""What a tree says of an account, by both evaluators at once."""

from typing import Any

from msgspec import UNSET

from engine.foundation.problems import AccountFailed, Problem
from engine.matching.core import Definition, Forest, Node, Scope
from engine.matching.explained import Environment, explain
from engine.matching.rows import compile_rows
from engine.matching.run import Conclusions, RunValues, Value
from engine.snapshots.model import AccountSnapshot
from tests.matching.accounts import run_of

RUN = run_of()


def account(**parts: Any) -> AccountSnapshot:
    """An account of which only ``parts`` are known."""
    return AccountSnapshot(id="A-1", name="Ä", **parts)


def forest_of(*nodes: Node, metrics: tuple[Definition, ...] = ()) -> Forest:
    """Nodes as the values of one scope, over metrics."""
    return Forest({each.name: each for each in metrics}, ((Scope(None, None, (), nodes),),))


def said(
    node: Node,
    snapshot: AccountSnapshot,
    run: RunValues = RUN,
    known: Conclusions | None = None,
    metrics: tuple[Definition, ...] = (),
) -> Value:
    """What ``node`` yields; rows and reference have to agree."""
    forest, known = forest_of(node, metrics=metrics), known or {}
    bound = compile_rows(forest).bind(run)
    (by_rows,) = bound.values(0, 0, bound.account(snapshot), known)
    by_reference = explain(node, Environment(forest, snapshot, run, known))
    assert by_rows == by_reference.value
    assert (by_reference.value is UNSET) == bool(by_reference.missing), "unknown says for want of what, known nothing"
    return by_rows


def missing(node: Node, snapshot: AccountSnapshot, run: RunValues = RUN, **more: Any) -> tuple[str, ...]:
    """What is missing to know what ``node`` yields."""
    assert said(node, snapshot, run, **more) is UNSET
    forest = forest_of(node, metrics=more.get("metrics", ()))
    return explain(node, Environment(forest, snapshot, run, more.get("known", {}))).missing


def failure(
    node: Node, snapshot: AccountSnapshot, run: RunValues = RUN, metrics: tuple[Definition, ...] = ()
) -> Problem:
    """The problem for which the account can't be evaluated, the same by both."""
    forest = forest_of(node, metrics=metrics)
    bound = compile_rows(forest).bind(run)
    problems = []
    for work in (
        lambda: bound.values(0, 0, bound.account(snapshot), {}),
        lambda: explain(node, Environment(forest, snapshot, run, {})),
    ):
        try:
            work()
        except AccountFailed as failed:
            problems.append(failed.problem)
    assert len(problems) == 2
    assert problems[0] == problems[1]
    return problems[0]
