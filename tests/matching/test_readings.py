"""A figure that is said to come from other records than it does sends people to the wrong row."""

from typing import Any, get_args

from hypothesis import given
from hypothesis import strategies as st
from msgspec import UNSET
from msgspec.structs import replace

from engine.calendars.periods import Period
from engine.matching import core
from engine.matching.core import AggregateKind, Compare, Constant, Items, Node, RecordField
from engine.matching.explained import Environment, Taken, evaluate, readings
from engine.matching.run import RunValues
from engine.snapshots.model import AccountSnapshot, Coverage
from tests.matching.accounts import NUMBER, runs, snapshots
from tests.matching.saying import forest_of

SCORE = RecordField("survey", ("score",), NUMBER)
WHERES = (None, Compare("at_least", SCORE, Constant(50_000_000, NUMBER)), core.Present(SCORE))


@st.composite
def figures(draw: st.DrawFn) -> Node:
    """A figure over surveys, as metrics have them."""
    kind = draw(st.sampled_from(get_args(AggregateKind)))
    items = Items("surveys", "survey", draw(st.sampled_from(WHERES)), draw(st.sampled_from((None, 1, 2))))
    of: Node = core.Present(SCORE) if kind == "share" else SCORE
    if draw(st.booleans()):
        return core.Aggregate(kind, items, of, NUMBER)
    series = core.Series(replace(items, last=None), None, Period(1, "month"), None, NUMBER)
    by = Constant(1, NUMBER)
    return draw(st.sampled_from((core.PeriodValue(series, 1), core.Streak(series, "falling", by))))


def drawn_from(node: Node, snapshot: AccountSnapshot, run: RunValues) -> list[Taken]:
    """The records that the value of ``node`` is said to come from."""
    found = readings(node, Environment(forest_of(node), snapshot, run, {}))
    return [each for each in found if isinstance(each, Taken)]


@given(node=figures(), snapshot=snapshots(), run=runs())
def test_the_records_named_give_the_same_figure_alone(node: Node, snapshot: AccountSnapshot, run: RunValues) -> None:
    def value(of: AccountSnapshot) -> Any:
        return evaluate(node, Environment(forest_of(node), of, run, {}))

    covered = replace(snapshot, coverage={"surveys": Coverage(from_=run.today.replace(year=run.today.year - 5))})
    taken = drawn_from(node, covered, run)
    if value(covered) is UNSET:
        assert taken == []
        return
    (of,) = taken
    assert value(replace(covered, surveys=of.records)) == value(covered)
    if isinstance(node, core.Aggregate) and node.kind in ("latest", "minimum", "maximum"):
        assert len(of.records) <= 1
