"""What a figure is said to lie between: a test that is called impossible while it can hold would be struck out."""

from datetime import date

import pytest
from hypothesis import given

from engine.compiling.levels import walk
from engine.compiling.parameters import Dated
from engine.compiling.ranges import Range, Ranges
from engine.foundation.problems import AccountFailed
from engine.matching import core
from engine.matching.core import Forest
from engine.matching.explained import Environment, evaluate
from engine.matching.run import Conclusions, RunValues
from engine.snapshots.model import AccountSnapshot
from tests.matching.accounts import conclusions, runs, snapshots
from tests.matching.strategies import forests


def holds(bounds: Range, value: int) -> bool:
    return (bounds.low is None or bounds.low <= value) and (bounds.high is None or value <= bounds.high)


@pytest.mark.law
@given(forest=forests(), snapshot=snapshots(), run=runs(), known=conclusions())
def test_no_figure_leaves_its_range(
    forest: Forest, snapshot: AccountSnapshot, run: RunValues, known: Conclusions
) -> None:
    ranges = Ranges(forest.definitions, {name: Dated(((date.min, each),)) for name, each in run.parameters.items()})
    environment = Environment(forest, snapshot, run, known)
    accounts = [each.node for each in forest.definitions.values() if each.record is None]
    atoms = [each for scope in (level[0] for level in forest.levels) for each in (*scope.atoms, *scope.values)]
    for node in (*accounts, *atoms):
        # Shares of accounts are of populations of 0 and 1, which the figures made up here are not.
        standings = [each for each in walk((node,), forest.definitions) if isinstance(each, core.Standing)]
        if all(each.measure != "share_of_accounts" for each in standings):
            _check(node, ranges, environment)


def _check(node: core.Node, ranges: Ranges, environment: Environment) -> None:
    try:
        value = evaluate(node, environment)
    except AccountFailed:
        return
    if isinstance(value, bool):
        assert not (value and ranges.never(node))
    elif isinstance(value, int):
        assert holds(ranges.of(node), value)
