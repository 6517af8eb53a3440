"""What is missing is named, so that somebody can get it; a gap without a name is a warning nobody can mend."""

from datetime import date, timedelta
from typing import Any

import pytest
from msgspec import UNSET

from engine.foundation.quantities import Money, Number
from engine.matching import core
from engine.matching.core import (
    COUNT,
    DATE,
    MONEY,
    TEXT,
    TRUTH,
    All,
    Compare,
    Constant,
    Definition,
    Figure,
    Items,
    Node,
)
from engine.matching.explained import Environment, evaluate, explain, matching_records, visible
from engine.matching.rows import compile_rows
from engine.snapshots.model import AccountSnapshot, Contact, Interaction, Profile, Purchase, Survey
from tests.matching.accounts import CNY, NUMBER, TODAY, run_of
from tests.matching.saying import RUN, account, forest_of, missing

SCORE = core.RecordField("survey", ("score",), NUMBER)
KIND = core.RecordField("survey", ("kind",), TEXT)
SERVICE = Compare("is", KIND, Constant("service", TEXT))
LATEST = core.Aggregate("latest", Items("surveys", "survey"), SCORE, NUMBER)
EMPLOYEES = core.AccountField(("profile", "employees"), NUMBER)
FLOOR = core.Parameter("floor", NUMBER)
INFLUENCE = core.LinkedField("i", "contact_id", "contacts", ("influence",), TEXT)
LINKED = core.Aggregate("latest", Items("interactions", "i"), INFLUENCE, TEXT)
AMOUNT = core.InReporting(core.RecordField("p", ("amount",), MONEY), core.RecordField("p", ("on",), DATE), CNY)
REVENUE = core.Aggregate("sum", Items("purchases", "p"), AMOUNT, CNY)


def asked(contact: Any) -> tuple[Interaction, ...]:
    return (Interaction(id="1", on=TODAY, contact_id=contact),)


def bought(currency: str, on: Any) -> tuple[Purchase, ...]:
    return (Purchase(id="1", amount=Money(100, currency), on=on),)


@pytest.mark.parametrize(
    ("node", "snapshot", "expected"),
    [
        (EMPLOYEES, account(), ("profile.employees",)),
        (core.AccountField(("fields", "budget"), NUMBER), account(), ("fields.budget",)),
        (FLOOR, account(), ("$floor",)),
        (core.Conclusion("classes.tier", TEXT), account(), ("classes.tier",)),
        (
            core.Standing("rank", core.Population("no such", Constant(1, NUMBER)), None, (), core.COUNT),
            account(),
            ("portfolio",),
        ),
        (LATEST, account(), ("surveys",)),
        (LATEST, account(surveys=(Survey(id="1", on=TODAY),)), ("surveys.score",)),
        (LATEST, account(surveys=(Survey(id="1", score=Number(1)),)), ("surveys.on",)),
        (LINKED, account(interactions=asked(UNSET)), ("interactions.contact_id",)),
        (LINKED, account(interactions=asked("C-1")), ("contacts",)),
        (LINKED, account(interactions=asked("C-1"), contacts=()), ("interactions.contact_id",)),
        (LINKED, account(interactions=asked("C-1"), contacts=(Contact(id="C-1"),)), ("contacts.influence",)),
        (REVENUE, account(purchases=bought("GBP", date(2026, 3, 31))), ("rate GBP→CNY on 2026-03-31",)),
        (REVENUE, account(purchases=bought("GBP", None)), ("rate GBP→CNY",)),
        (REVENUE, account(purchases=bought("GBP", UNSET)), ("purchases.on",)),
    ],
)
def test_what_is_missing_is_named_by_its_path(node: Node, snapshot: AccountSnapshot, expected: tuple[str, ...]) -> None:
    assert missing(node, snapshot) == expected


def test_all_that_is_missing_is_named_once_in_the_order_met() -> None:
    both = All((Compare("below", EMPLOYEES, FLOOR), Compare("above", LATEST, FLOOR), core.Not(SERVICE_SOMEWHERE)))
    assert missing(both, account(surveys=(Survey(id="1", on=TODAY),))) == (
        "profile.employees",
        "$floor",
        "surveys.score",
        "surveys.kind",
    )


SERVICE_SOMEWHERE = core.Some(Items("surveys", "survey", SERVICE))


def test_only_what_still_matters_is_named() -> None:
    tier = Compare("is", core.Conclusion("classes.tier", TEXT), Constant("key", TEXT))
    by_tier = core.Cases(((tier, EMPLOYEES),), Constant(5, NUMBER), NUMBER)
    assert missing(by_tier, account()) == ("classes.tier", "profile.employees")
    assert missing(by_tier, account(), known={"classes.tier": "key"}) == ("profile.employees",)
    decided = explain(core.Any((tier, Constant(True, TRUTH))), Environment(forest_of(), account(), RUN, {}))
    assert (decided.value, decided.missing) == (True, ())


def test_a_metric_is_worked_out_once_however_often_it_is_named() -> None:
    chain = [Definition("m0", EMPLOYEES, NUMBER)]
    for step in range(60):
        below = Figure(f"m{step}", NUMBER)
        chain.append(Definition(f"m{step + 1}", core.IfNone(below, below, NUMBER), NUMBER))
    assert missing(Figure("m60", NUMBER), account(), metrics=tuple(chain)) == ("profile.employees",)


def test_records_are_shown_in_order_of_id_with_the_truth_of_their_test() -> None:
    items = Items("surveys", "survey", SERVICE)
    surveys = (
        Survey(id="3", kind="service"),
        Survey(id="1", kind=None),
        Survey(id="2"),
        Survey(id="0", on=TODAY + timedelta(1), kind="service"),
    )
    env = Environment(forest_of(), account(surveys=surveys), RUN, {})
    assert [(record.id, truth) for record, truth in matching_records(items, env)] == [
        ("1", False),
        ("2", UNSET),
        ("3", True),
    ]
    assert matching_records(items, Environment(forest_of(), account(), RUN, {})) == ()


def test_visible_tells_an_absent_collection_from_an_empty_one() -> None:
    assert visible(account(), "surveys", RUN) is UNSET
    assert visible(account(surveys=None), "surveys", RUN) == ()
    assert visible(account(surveys=()), "surveys", RUN) == ()


def test_rows_hand_out_the_metrics_they_worked_out() -> None:
    metrics = (
        Definition("once", core.Aggregate("count", Items("surveys", "survey"), None, COUNT), COUNT),
        Definition("twice", EMPLOYEES, NUMBER),
        Definition("never", FLOOR, NUMBER),
    )
    nodes = (Figure("once", COUNT), Figure("twice", NUMBER), core.IfNone(Figure("twice", NUMBER), FLOOR, NUMBER))
    forest = forest_of(*nodes, metrics=metrics)
    snapshot = account(surveys=(), profile=Profile(employees=Number(7)))
    bound = compile_rows(forest).bind(run_of())
    state = bound.account(snapshot)
    bound.values(0, 0, state, {})
    env = Environment(forest, snapshot, RUN, {})
    assert bound.figures(state) == {"once": 0, "twice": 7}
    assert {name: evaluate(each, env) for name, each in zip(("once", "twice"), nodes, strict=False)} == {
        "once": 0,
        "twice": 7,
    }
