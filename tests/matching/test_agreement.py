"""Compiled rows say what the reference says; otherwise a plan would not be what its explanation shows."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import UNSET
from msgspec.structs import replace

from engine.foundation.problems import AccountFailed
from engine.matching import core
from engine.matching.core import (
    COUNT,
    TEXT,
    Arithmetic,
    Compare,
    Constant,
    Definition,
    Figure,
    Forest,
    Items,
    Node,
    RecordField,
    Scope,
    Some,
)
from engine.matching.explained import Environment, evaluate, visible
from engine.matching.rows import compile_rows
from engine.matching.run import Conclusions, RunValues, Value
from engine.snapshots.model import AccountSnapshot, Contact, Profile, Survey
from tests.matching.accounts import NUMBER, conclusions, runs, snapshots
from tests.matching.saying import RUN, account, said
from tests.matching.strategies import big_forest, forests

Seen = list[Any]


def bits(truths: list[Value]) -> tuple[int, int]:
    """Truths as the bit sets of what is certainly and what is possibly true."""
    t = sum(1 << index for index, each in enumerate(truths) if each is True)
    return t, t | sum(1 << index for index, each in enumerate(truths) if each is UNSET)


def by_reference(forest: Forest, snapshot: AccountSnapshot, run: RunValues, known: Conclusions) -> Seen:
    """Everything the forest says by the reference; ends with the problem, if the account fails."""
    env = Environment(forest, snapshot, run, known)
    seen: Seen = []
    try:
        for scope in (each for level in forest.levels for each in level):
            seen.append(_matched(scope, env))
            seen.append(_wanted(scope, env))
    except AccountFailed as failed:
        seen.append(failed.problem)
    return seen


def _wanted(scope: Scope, env: Environment) -> Any:
    if scope.collection is None or scope.record is None:
        return tuple(evaluate(each, env) for each in scope.values)
    records = visible(env.snapshot, scope.collection, env.run)
    if records is UNSET:
        return UNSET
    inner = [env.binding(scope.record, each) for each in sorted(records, key=lambda each: each.id)]
    return [tuple(evaluate(each, bound) for each in scope.values) for bound in inner]


def _matched(scope: Scope, env: Environment) -> Any:
    if scope.collection is None or scope.record is None:
        return bits([evaluate(each, env) for each in scope.atoms])
    records = visible(env.snapshot, scope.collection, env.run)
    if records is UNSET:
        return UNSET
    inner = [(each, env.binding(scope.record, each)) for each in sorted(records, key=lambda each: each.id)]
    return [(record, *bits([evaluate(each, bound) for each in scope.atoms])) for record, bound in inner]


def by_rows(forest: Forest, snapshot: AccountSnapshot, run: RunValues, known: Conclusions) -> Seen:
    """Everything the forest says by compiled rows."""
    rows = compile_rows(forest).bind(run)
    state = rows.account(snapshot)
    seen: Seen = []
    try:
        for level, scopes in enumerate(forest.levels):
            for index, scope in enumerate(scopes):
                if scope.collection is None:
                    seen.append(rows.match(level, index, state, known))
                    seen.append(rows.values(level, index, state, known))
                else:
                    seen.append(rows.records(level, index, state, known))
                    seen.append(rows.record_values(level, index, state, known))
    except AccountFailed as failed:
        seen.append(failed.problem)
    return seen


def codes(seen: Seen) -> Seen:
    """The same with the mere code of a failure: which of several comes first is not agreed on."""
    return [each.code if hasattr(each, "code") else each for each in seen]


@pytest.mark.law
@given(forest=forests(), snapshot=snapshots(), run=runs(), known=conclusions())
def test_rows_agree_with_the_reference(
    forest: Forest, snapshot: AccountSnapshot, run: RunValues, known: Conclusions
) -> None:
    assert codes(by_rows(forest, snapshot, run, known)) == codes(by_reference(forest, snapshot, run, known))


@pytest.mark.law
@given(forest=forests(), snapshot=snapshots(wrong=True), run=runs())
def test_rows_fail_on_the_accounts_on_which_the_reference_fails(
    forest: Forest, snapshot: AccountSnapshot, run: RunValues
) -> None:
    assert codes(by_rows(forest, snapshot, run, {})) == codes(by_reference(forest, snapshot, run, {}))


@pytest.mark.law
@given(seed=st.integers(0, 2**32), snapshot=snapshots(), run=runs(), known=conclusions())
def test_rows_of_big_forests_agree_with_the_reference(
    seed: int, snapshot: AccountSnapshot, run: RunValues, known: Conclusions
) -> None:
    forest = big_forest(seed)
    assert codes(by_rows(forest, snapshot, run, known)) == codes(by_reference(forest, snapshot, run, known))


@pytest.mark.law
@given(forest=forests(), snapshot=snapshots(), run=runs(), known=conclusions())
def test_views_agree_with_the_reference(
    forest: Forest, snapshot: AccountSnapshot, run: RunValues, known: Conclusions
) -> None:
    scopes = [each for level in forest.levels for each in level]
    asked = dict.fromkeys(node for each in scopes for node in (*each.atoms, *each.values))
    forest = replace(forest, asked=tuple(asked))
    rows = compile_rows(forest).bind(run)
    plain = Environment(forest, snapshot, run, known)
    viewing = replace(plain, views=rows.views, state=rows.account(snapshot), seen={})
    for scope in scopes:
        for node in (*scope.atoms, *scope.values):
            for bound, seeing in _bound(scope, plain, viewing):
                assert _outcome(node, seeing) == _outcome(node, bound)


def _bound(scope: Scope, *environments: Environment) -> list[tuple[Environment, ...]]:
    """The environments as they are for the account, or for each record of a scope."""
    if scope.collection is None or scope.record is None:
        return [environments]
    records = visible(environments[0].snapshot, scope.collection, environments[0].run)
    every = () if records is UNSET else records
    return [tuple(each.binding(scope.record, record) for each in environments) for record in every]


def _outcome(node: Node, env: Environment) -> Any:
    try:
        return evaluate(node, env)
    except AccountFailed as failed:
        return failed.problem.code


# -- shapes at their limits -----------------------------------------------------------------------------

INDUSTRY = core.AccountField(("profile", "industry"), TEXT)
RETAIL = Compare("is", INDUSTRY, Constant("retail", TEXT))
EMPLOYEES = core.AccountField(("profile", "employees"), NUMBER)
KNOWN, NOTHING = account(profile=Profile(industry="retail")), account()

DEEPER: dict[str, Callable[[Node], Node]] = {
    "not": core.Not,
    "all": lambda below: core.All((RETAIL, below)),
    "any": lambda below: core.Any((core.Not(RETAIL), below)),
    "at least": lambda below: core.AtLeast(2, (RETAIL, below, core.Not(RETAIL))),
    "cases": lambda below: core.Cases(((below, RETAIL),), core.Not(RETAIL), core.TRUTH),
    "records": lambda below: Some(Items("surveys", "survey", core.All((RETAIL, below)))),
    "known": lambda below: core.All((core.Known(RETAIL), core.Any((below,)))),
}


@pytest.mark.parametrize("deeper", DEEPER.values(), ids=DEEPER)
def test_trees_may_be_60_levels_deep(deeper: Callable[[Node], Node]) -> None:
    node: Node = RETAIL
    for _ in range(60):
        node = deeper(node)
    surveys = (Survey(id="1"),)
    assert said(node, account(profile=KNOWN.profile, surveys=surveys)) is True
    said(node, account(surveys=surveys))


def test_trees_may_be_wide() -> None:
    many = tuple(Compare("is", INDUSTRY, Constant(f"industry {index}", TEXT)) for index in range(1_500))
    assert said(core.Any((*many, RETAIL)), KNOWN) is True
    assert said(core.All(tuple(map(core.Not, many))), KNOWN) is True
    forest = Forest({}, ((Scope(None, None, (*many, RETAIL)),),))
    assert by_rows(forest, KNOWN, RUN, {}) == by_reference(forest, KNOWN, RUN, {})


def test_metrics_may_rest_on_each_other_in_long_chains() -> None:
    chain = [Definition("m0", EMPLOYEES, NUMBER)]
    for step in range(60):
        parts = (Figure(f"m{step}", NUMBER), Constant(1, NUMBER))
        chain.append(Definition(f"m{step + 1}", Arithmetic("add", parts, NUMBER), NUMBER))
    assert said(Figure("m60", NUMBER), account(profile=Profile(employees=5)), metrics=tuple(chain)) == 65


def test_records_within_records_may_go_by_one_name() -> None:
    influence = RecordField("c", ("influence",), TEXT)
    inner = Some(Items("contacts", "c", Compare("is", influence, Constant("low", TEXT))))
    outer = Some(Items("contacts", "c", core.All((inner, Compare("is", influence, Constant("high", TEXT))))))
    assert said(outer, account(contacts=(Contact(id="1", influence="high"), Contact(id="2", influence="low")))) is True
    assert said(outer, account(contacts=(Contact(id="1", influence="high"),))) is False


def test_a_figure_of_a_record_is_read_under_any_name() -> None:
    doubled = Arithmetic("add", (RecordField("contact", ("strength",), NUMBER),) * 2, NUMBER)
    metric = Definition("doubled", doubled, NUMBER, "contacts", "contact")

    def some(variable: str) -> Node:
        above = Compare("above", Figure("doubled", NUMBER, variable), Constant(5, NUMBER))
        return Some(Items("contacts", variable, above))

    nested = Some(Items("contacts", "contact_inner", core.All((some("contact"), some("x")))))
    people = (Contact(id="1", strength=3), Contact(id="2", strength=2))
    for node in (some("contact"), some("x"), nested):
        assert said(node, account(contacts=people), metrics=(metric,)) is True
        assert said(node, account(contacts=people[1:]), metrics=(metric,)) is False


def test_a_collection_that_is_not_delivered_says_nothing_of_its_records() -> None:
    kind = RecordField("survey", ("kind",), TEXT)
    forest = Forest({}, ((Scope("surveys", "survey", (core.Known(kind),), (kind,)),),))
    surveys = (Survey(id="b", kind="x"), Survey(id="a"))
    assert by_rows(forest, account(), RUN, {}) == [UNSET, UNSET]
    seen = by_rows(forest, account(surveys=surveys), RUN, {})
    assert seen == [[(surveys[1], 0, 0), (surveys[0], 1, 1)], [(UNSET,), ("x",)]]


# -- nothing that a user wrote gets into the text -----------------------------------------------------------

EVIL = ['"]; import os #', "'''", "\\", "\n    raise SystemExit", "{0}", "__import__('os')", "m[0]", "名字", "\0"]


@pytest.mark.parametrize("name", EVIL)
def test_names_and_texts_are_never_part_of_the_code(name: str) -> None:
    node = core.All(
        (
            Compare("is", core.AccountField(("fields", name), TEXT), Constant(name, TEXT)),
            Compare("is", core.Conclusion(name, TEXT), Constant(name, TEXT)),
            core.OneOf(core.Parameter(name, TEXT), (Constant(name, TEXT),)),
            core.TextTest("contains", core.AccountField(("fields", name), TEXT), Constant(name, TEXT)),
            Compare("is", Figure(name, COUNT), Constant(1, COUNT)),
            Some(
                Items("contacts", name, Compare("is", RecordField(name, ("fields", name), TEXT), Constant(name, TEXT)))
            ),
            Some(Items("contacts", name, Compare("is", core.Conclusion(name + "s", TEXT, name), Constant(name, TEXT)))),
        )
    )
    metric = Definition(name, core.Aggregate("count", Items("contacts", name), None, COUNT), COUNT)
    snapshot = account(fields={name: name}, contacts=(Contact(id=name, fields={name: name}),))
    run = RunValues(RUN.as_of, RUN.today, RUN.zone, {name: name})
    assert said(node, snapshot, run, {name: name, name + "s": {name: name}}, metrics=(metric,)) is True
    forest = Forest({name: metric}, ((Scope(None, None, (node,)),),))
    source = compile_rows(forest).source
    assert source.isascii()
    assert "import" not in source
    assert "SystemExit" not in source


@pytest.mark.parametrize(
    "node",
    [
        core.AccountField(("profile", "__class__"), TEXT),
        core.AccountField(("nothing",), TEXT),
        Some(Items("contacts", "c", RecordField("c", ("__init__",), TEXT))),
        Some(Items("interactions", "i", core.LinkedField("i", "contact_id", "contacts", ("x y",), TEXT))),
        Some(Items("interactions", "i", core.LinkedField("i", "no key", "contacts", ("name",), TEXT))),
    ],
)
def test_only_attributes_of_the_snapshot_are_read(node: Node) -> None:
    with pytest.raises(ValueError, match="has no field"):
        compile_rows(Forest({}, ((Scope(None, None, (node,)),),)))
