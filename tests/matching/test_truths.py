"""Comparisons and logic at their borders: one step off, and a warning fires that should not, or stays quiet."""

from datetime import timedelta

import pytest
from msgspec import UNSET

from engine.foundation.quantities import Number
from engine.matching import core
from engine.matching.core import COUNT, TEXT, TEXTS, TRUTH, All, Any, AtLeast, Compare, Constant, Items, Node, Not
from engine.matching.run import Value
from engine.snapshots.model import Contact, Interaction, Profile, Survey, Ticket
from tests.matching.accounts import AS_OF, NUMBER, TODAY, run_of
from tests.matching.saying import account, said

SCORE = core.Aggregate("latest", Items("surveys", "survey"), core.RecordField("survey", ("score",), NUMBER), NUMBER)
INDUSTRY = core.AccountField(("profile", "industry"), TEXT)
YES, NO = Constant(True, TRUTH), Constant(False, TRUTH)
UNKNOWN = core.Parameter("undefined", TRUTH)
DAYS = core.ValueType("number", "days", 0)


def scored(points: int) -> Survey:
    return Survey(id="S-1", on=TODAY, score=Number(points))


@pytest.mark.parametrize(
    ("points", "op", "holds"),
    [
        (69_900_000, "below", True),
        (70_000_000, "below", False),
        (70_000_000, "at_most", True),
        (70_000_001, "at_most", False),
        (70_000_000, "above", False),
        (70_000_001, "above", True),
        (70_000_000, "at_least", True),
        (69_999_999, "at_least", False),
        (70_000_000, "is", True),
        (69_999_999, "is", False),
    ],
)
def test_a_score_is_held_against_70_points_exactly(points: int, op: core.CompareOp, holds: bool) -> None:
    assert said(Compare(op, SCORE, Constant(70_000_000, NUMBER)), account(surveys=(scored(points),))) is holds


@pytest.mark.parametrize(("surveys", "expected"), [(UNSET, UNSET), (None, False), ((), False), ((scored(0),), True)])
def test_no_answer_is_not_below_the_limit_and_no_data_is_unknown(surveys: object, expected: Value) -> None:
    assert said(Compare("below", SCORE, Constant(70_000_000, NUMBER)), account(surveys=surveys)) is expected


@pytest.mark.parametrize(("said_none", "expected"), [(2**62, True), (-(2**62), False)])
def test_an_account_never_contacted_counts_as_the_metric_says(said_none: int, expected: bool) -> None:
    latest = core.Aggregate("maximum", Items("interactions", "i"), core.RecordField("i", ("on",), core.DATE), core.DATE)
    quiet: Node = core.Elapsed("days", latest, core.Today(), DAYS)
    limit = Constant(90, DAYS)
    never, unheard = account(interactions=()), account()
    assert said(Compare("above", quiet, limit), never) is False
    filled = core.IfNone(quiet, Constant(said_none, DAYS), DAYS)
    assert said(Compare("above", filled, limit), never) is expected
    assert said(Compare("above", filled, limit), unheard) is UNSET
    recent = account(interactions=(Interaction(id="I-1", on=TODAY - timedelta(90)),))
    assert said(Compare("above", filled, limit), recent) is False


@pytest.mark.parametrize(
    ("node", "expected"),
    [
        (All(()), True),
        (Any(()), False),
        (All((YES, UNKNOWN)), UNSET),
        (All((UNKNOWN, NO)), False),
        (Any((NO, UNKNOWN)), UNSET),
        (Any((UNKNOWN, YES)), True),
        (Not(UNKNOWN), UNSET),
        (AtLeast(2, (YES, UNKNOWN, NO)), UNSET),
        (AtLeast(2, (YES, UNKNOWN, YES)), True),
        (AtLeast(3, (YES, UNKNOWN, NO)), False),
        (core.Known(UNKNOWN), False),
        (core.Present(UNKNOWN), UNSET),
        (core.Present(Constant(None, TEXT)), False),
        (core.Present(Constant((), TEXTS)), False),
    ],
)
def test_unknown_decides_nothing_and_is_decided_by_what_is_known(node: Node, expected: Value) -> None:
    assert said(node, account()) is expected


@pytest.mark.parametrize(("tier", "expected"), [("key", 15), ("other", 5), (None, 5), (UNSET, UNSET)])
def test_a_figure_by_tier_is_unknown_only_while_the_tier_is(tier: Value, expected: Value) -> None:
    by_tier = core.Cases(
        ((Compare("is", core.Conclusion("classes.tier", TEXT), Constant("key", TEXT)), Constant(15, COUNT)),),
        Constant(5, COUNT),
        COUNT,
    )
    assert said(by_tier, account(), known={"classes.tier": tier}) == expected


def test_cases_that_agree_need_no_decision_between_them() -> None:
    agreeing = core.Cases(((UNKNOWN, Constant(5, COUNT)), (YES, Constant(5, COUNT))), Constant(1, COUNT), COUNT)
    assert said(agreeing, account()) == 5


def test_a_choice_may_be_a_list_and_an_unknown_one_leaves_it_open() -> None:
    listed = core.OneOf(INDUSTRY, (Constant(("retail", "finance"), TEXTS),))
    kinds = core.Parameter("kinds", TEXTS)
    retail, none = account(profile=Profile(industry="retail")), account(profile=Profile(industry=None))
    assert said(listed, retail) is True
    assert said(listed, none) is False
    assert said(core.OneOf(INDUSTRY, (kinds,)), retail) is UNSET
    assert said(core.OneOf(INDUSTRY, (kinds, Constant("retail", TEXT))), retail) is True
    assert said(core.OneOf(INDUSTRY, (kinds,)), retail, run_of({"kinds": ("finance",)})) is False


@pytest.mark.parametrize(
    ("op", "choices", "expected"),
    [("any", ("email", "x"), True), ("any", ("x",), False), ("all", ("all", "email"), True), ("all", ("x",), False)],
)
def test_lists_hold_any_or_all_of_the_choices(op: str, choices: tuple[str, ...], expected: bool) -> None:
    of = core.RecordField("contact", ("opt_outs",), TEXTS)
    test = core.ListTest(op, of, tuple(Constant(each, TEXT) for each in choices))  # type: ignore[arg-type]
    some = core.Some(Items("contacts", "contact", test))
    assert said(some, account(contacts=(Contact(id="C-1", opt_outs=("email", "all")),))) is expected
    assert said(some, account(contacts=(Contact(id="C-1", opt_outs=()),))) is False
    assert said(some, account(contacts=(Contact(id="C-1"),))) is UNSET


@pytest.mark.parametrize(
    ("op", "part", "expected"),
    [
        ("contains", "产品", True),
        ("starts_with", "产品", False),
        ("ends_with", "质量", True),
        ("matches", "^.产|nothing", True),
        ("matches", "^产", False),
    ],
)
def test_texts_are_tested_as_they_are_written(op: str, part: str, expected: bool) -> None:
    test = core.TextTest(op, INDUSTRY, Constant(part, TEXT))  # type: ignore[arg-type]
    assert said(test, account(profile=Profile(industry="新产品质量"))) is expected
    assert said(test, account(profile=Profile(industry=None))) is False


def test_quantifiers_over_records_are_kleenes_too() -> None:
    urgent = Compare("is", core.RecordField("ticket", ("priority",), TEXT), Constant("urgent", TEXT))
    some, two = (core.Some(Items("tickets", "ticket", urgent), count) for count in (1, 2))
    every = core.Every(Items("tickets", "ticket", urgent))
    sure, open_, calm = Ticket(id="1", priority="urgent"), Ticket(id="2"), Ticket(id="3", priority="low")
    assert [said(each, account(tickets=(open_, sure))) for each in (some, two, every)] == [True, UNSET, UNSET]
    assert [said(each, account(tickets=(open_, calm))) for each in (some, two, every)] == [UNSET, False, False]
    assert [said(each, account(tickets=())) for each in (some, two, every)] == [False, False, True]
    assert [said(each, account()) for each in (some, two, every)] == [UNSET, UNSET, UNSET]


def test_a_true_conclusion_is_not_the_figure_1() -> None:
    assert said(Compare("is", Constant(1, COUNT), Constant(1, COUNT)), account()) is True
    assert said(Not(Constant(True, TRUTH)), account()) is False
    assert said(core.Arithmetic("add", (Constant(1, COUNT), Constant(1, COUNT)), COUNT), account()) == 2


def test_a_record_later_than_the_moment_is_not_seen() -> None:
    count = core.Aggregate("count", Items("surveys", "survey"), None, COUNT)
    seen = [Survey(id="1", on=TODAY), Survey(id="2", on=None), Survey(id="3")]
    assert said(count, account(surveys=(*seen, Survey(id="4", on=TODAY + timedelta(1))))) == 3
    opened = [AS_OF, AS_OF + timedelta(seconds=1), AS_OF - timedelta(9)]
    tickets = tuple(Ticket(id=str(index), opened_at=each) for index, each in enumerate(opened))
    assert said(core.Aggregate("count", Items("tickets", "t"), None, COUNT), account(tickets=tickets)) == 2
