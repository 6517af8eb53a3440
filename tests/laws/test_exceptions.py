"""What holds for exceptions: they take work away, never knowledge."""

from datetime import timedelta

import pytest
from hypothesis import given
from msgspec.structs import replace

from engine.foundation.places import Place
from engine.language.exceptions import Exemption, Silence
from engine.planning.context import Context
from engine.planning.plan import HeldBackBy
from tests.laws.accounts import account
from tests.laws.chance import Chance, chances
from tests.laws.running import NOW, at, attempt, bytes_of, compiled, context_for
from tests.laws.strategies import playbook

pytestmark = pytest.mark.law

TODAY = NOW.date()


def exemption(**more: object) -> Exemption:
    return Exemption(id="x", place=Place("x.yaml", 1, 1), until=TODAY, why="audit", who="wang", **more)  # type: ignore[arg-type]


def silence(**more: object) -> Silence:
    return Silence(id="x", place=Place("x.yaml", 1, 1), until=TODAY.isoformat(), why="audit", who="wang", **more)  # type: ignore[arg-type]


@given(chances)
@pytest.mark.parametrize("by", ["exception", "silence"])
def test_what_holds_back_takes_work_away_and_changes_nothing_that_is_known(by: HeldBackBy, chance: Chance) -> None:
    ours, known = compiled(playbook(chance)), account(chance)
    context = context_for(ours, [known])
    whose = (known["id"],)
    holding = (
        _with(context, exemption(accounts=whose))
        if by == "exception"
        else replace(context, silences=(silence(accounts=whose),))
    )
    free, held = (attempt(at(ours, each), known) for each in (context, holding))
    if isinstance(free, str) or isinstance(held, str):
        assert free == held
        return
    same = ("light", "light_at_worst", "watch", "classes", "warnings")
    assert [getattr(free.plan, each) for each in same] == [getattr(held.plan, each) for each in same]
    assert {each.rule for each in held.plan.actions} <= {
        each.address for each in ours.rules if each.section == "cadence"
    }, "a cadence whose scope is unknown goes on as it was planned"
    assert all(by in each.by for each in held.plan.suppressed if _is_rule(each.rule))


@given(chances)
def test_an_exception_for_others_or_of_another_time_does_nothing(chance: Chance) -> None:
    ours, known = compiled(playbook(chance)), account(chance)
    context = context_for(ours, [known])
    elsewhere = (
        exemption(accounts=("nobody",)),
        replace(exemption(accounts=(known["id"],)), until=TODAY - timedelta(days=1)),
        exemption(accounts=(known["id"],), from_=TODAY + timedelta(days=1)),
    )
    held = attempt(at(ours, _with(context, *elsewhere)), known)
    free = attempt(at(ours, context), known)
    if isinstance(free, str) or isinstance(held, str):
        assert free == held
        return
    digests = replace(held.plan, inputs=free.plan.inputs)
    assert bytes_of(replace(held, plan=digests)) == bytes_of(free)


def _with(context: Context, *exceptions: Exemption) -> Context:
    return replace(context, exceptions=exceptions)


def _is_rule(address: str) -> bool:
    return address.partition(".")[0] in ("warnings", "rules", "cadence")
