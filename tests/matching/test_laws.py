"""Laws of what is known: learning more never overturns a certain answer, and logic stays logic without data."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import UNSET, Struct
from msgspec.structs import replace

from engine.foundation.problems import AccountFailed
from engine.matching import core
from engine.matching.core import All, AtLeast, Items, Node, Not, Some
from engine.matching.rows import compile_rows
from engine.matching.run import Conclusions, RunValues, Value
from engine.snapshots.model import COLLECTIONS, AccountSnapshot, Record
from engine.snapshots.vocabulary import record_paths
from tests.matching.accounts import (
    COLLECTIONS_USED,
    CONCLUSIONS,
    DAYS,
    IDS,
    MOMENTS,
    PARAMETERS,
    RANKINGS,
    VALUES,
    conclusions,
    runs,
    snapshots,
)
from tests.matching.saying import forest_of
from tests.matching.strategies import truths


def answers(nodes: tuple[Node, ...], snapshot: AccountSnapshot, run: RunValues, known: Conclusions) -> list[Value]:
    """What the truths say, none counting as false; nothing of an account that fails."""
    forest = forest_of(*(core.All((each,)) for each in nodes))
    bound = compile_rows(forest).bind(run)
    try:
        return list(bound.values(0, 0, bound.account(snapshot), known))
    except AccountFailed:
        return []


# -- more is known ------------------------------------------------------------------------------------


class Learning:
    """Makes known what an account, a run and its conclusions lack; what is known stays."""

    def __init__(self, draw: st.DrawFn) -> None:
        self._draw = draw

    def snapshot(self, known: AccountSnapshot) -> AccountSnapshot:
        """The same account of which everything is known."""
        profile = replace(known.profile, industry=self._text(known.profile.industry))
        return replace(known, profile=profile, **{name: self._records(known, name) for name in COLLECTIONS_USED})

    def run(self, known: RunValues) -> RunValues:
        """The same run with every parameter in force and a portfolio."""
        parameters = {name: self._one(known.parameters[name], values) for name, (_, values) in PARAMETERS.items()}
        return replace(known, parameters=parameters, rankings=RANKINGS)

    def conclusions(self, known: Conclusions) -> dict[str, Any]:
        """The same conclusions and those that lacked."""
        found: dict[str, Any] = {}
        for address, (_, each, values) in CONCLUSIONS.items():
            had: Any = known.get(address, UNSET)
            items = {} if had is UNSET else had
            found[address] = (
                {id_: self._one(items.get(id_, UNSET), values) for id_ in IDS} if each else self._one(had, values)
            )
        return found

    def _one(self, had: Any, values: list[Any]) -> Any:
        return self._draw(st.sampled_from([*values, None])) if had is UNSET else had

    def _text(self, had: Any) -> Any:
        return self._one(had, VALUES["text"])

    def _records(self, snapshot: AccountSnapshot, collection: str) -> Any:
        had = getattr(snapshot, collection)
        return () if had is UNSET else had and tuple(self._record(each, collection) for each in had)

    def _record(self, record: Record, collection: str) -> Record:
        """An unknown date turns out to lie in the past: else the record would not have been seen."""
        date_field, kinds = COLLECTIONS[collection].date_field, record_paths(collection)
        pools = {**VALUES, "date": DAYS} if kinds[date_field].kind == "date" else {**VALUES, "instant": MOMENTS}
        known = {
            name: self._one(getattr(record, name), IDS if name == "contact_id" else pools[kinds[name].kind])
            for name in record.__struct_fields__
            if name not in ("id", "fields")
        }
        return replace(record, **known)


class Case(Struct, frozen=True):
    """What is known first, and what is known then."""

    before: tuple[AccountSnapshot, RunValues, Conclusions]
    after: tuple[AccountSnapshot, RunValues, Conclusions]


@st.composite
def cases(draw: st.DrawFn) -> Case:
    before = draw(snapshots()), draw(runs()), draw(conclusions())
    learning = Learning(draw)
    return Case(before, (learning.snapshot(before[0]), learning.run(before[1]), learning.conclusions(before[2])))


@pytest.mark.law
@given(nodes=st.tuples(*[truths(certain=True)] * 4), case=cases())
def test_learning_more_never_overturns_a_certain_answer(nodes: tuple[Node, ...], case: Case) -> None:
    first, then = answers(nodes, *case.before), answers(nodes, *case.after)
    for before, after in zip(first, then, strict=False):
        assert before is UNSET or before is after


# -- logic --------------------------------------------------------------------------------------------

Pair = tuple[Node, Node]
LAWS: dict[str, Callable[[Node, Node], Pair]] = {
    "twice not": lambda a, _: (Not(Not(a)), a),
    "neither": lambda a, b: (Not(core.Any((a, b))), All((Not(a), Not(b)))),
    "not both": lambda a, b: (Not(All((a, b))), core.Any((Not(a), Not(b)))),
    "in any order": lambda a, b: (All((a, b)), All((b, a))),
    "at least one": lambda a, b: (AtLeast(1, (a, b)), core.Any((a, b))),
    "at least all": lambda a, b: (AtLeast(2, (a, b)), All((a, b))),
    "at least none": lambda a, b: (AtLeast(0, (a, b)), core.Constant(True, core.TRUTH)),
    "one or all": lambda a, b: (core.Any((a, All((a, b)))), a),
    "every": lambda a, b: (core.Every(_items(core.Any((a, b)))), Not(Some(_items(Not(core.Any((a, b))))))),
    "some in turn": lambda a, b: (Some(_items(a)), Not(core.Every(_items(Not(a))))),
    "chosen alike": lambda a, b: (core.Cases(((a, b),), b, core.TRUTH), b),
}


def _items(where: Node) -> Items:
    return Items("surveys", "survey", where)


@pytest.mark.law
@given(a=truths(size=2), b=truths(size=2), snapshot=snapshots(), run=runs(), known=conclusions())
def test_logic_is_kleenes(a: Node, b: Node, snapshot: AccountSnapshot, run: RunValues, known: Conclusions) -> None:
    pairs = [law(a, b) for law in LAWS.values()]
    left = answers(tuple(each for each, _ in pairs), snapshot, run, known)
    right = answers(tuple(each for _, each in pairs), snapshot, run, known)
    told = {name: pair for name, *pair in zip(LAWS, left, right, strict=False) if pair[0] is not pair[1]}
    assert not told


@pytest.mark.law
@given(nodes=st.tuples(*[truths()] * 4), snapshot=snapshots(), run=runs(), seed=st.randoms(use_true_random=False))
def test_the_order_of_records_changes_nothing(
    nodes: tuple[Node, ...], snapshot: AccountSnapshot, run: RunValues, seed: Any
) -> None:
    def shuffled(name: str) -> Any:
        records = getattr(snapshot, name)
        return tuple(seed.sample(records, len(records))) if isinstance(records, tuple) else records

    mixed = replace(snapshot, **{name: shuffled(name) for name in COLLECTIONS_USED})
    assert answers(nodes, snapshot, run, {}) == answers(nodes, mixed, run, {})
