"""A portfolio at one moment: the figures over all of its accounts, and the groups that they make."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, datetime

from msgspec.structs import replace

from engine.calendars.moments import end_of_day
from engine.compiling.compiled import CompiledPlaybook
from engine.evaluation.portfolio import UNREADABLE, Member, Tally, rankings_of
from engine.foundation.problems import AccountFailed, Problem
from engine.history.model import History
from engine.inference.engines import EngineName, engine_named
from engine.matching.rankings import Groups, Rankings
from engine.messages.planner import Planner
from engine.planning.advance import AccountRun
from engine.planning.context import Context
from engine.planning.groups import Census, Group
from engine.snapshots.model import AccountSnapshot

Source = Callable[[], Iterable[AccountSnapshot | Problem]]
"""Gives the accounts from the beginning, each time it is called: portfolio figures take a pass of their own."""


def moment_for(compiled: CompiledPlaybook, as_of: date | datetime) -> datetime:
    """The instant to plan at: a bare date is the last second of that day in the playbook's zone (semantics 3.1)."""
    if isinstance(as_of, datetime):
        return as_of
    return end_of_day(as_of, compiled.calendar.timezone)


def group_runs(
    compiled: CompiledPlaybook, moment: datetime, context: Context, census: Census, histories: Mapping[str, History],
    engine: EngineName | None = None,
) -> Iterator[tuple[Group, AccountRun | Problem]]:  # fmt: skip
    """The runs of all groups that rules act for, in the order of the groupings, by value; a problem for one that
    can't be planned."""
    planners: dict[str, Planner] = {}
    for group in census.groups():
        per = group.grouping.per
        if per not in planners:
            planners[per] = Planner(compiled, moment, context, engine_named(engine), per=per)
        try:
            yield group, planners[per].of_group(group, histories.get(group.id, History.empty()))
        except AccountFailed as failure:
            yield group, failure.problem


def rankings(
    compiled: CompiledPlaybook,
    accounts: Source,
    *,
    as_of: date | datetime,
    context: Context | None = None,
    histories: Mapping[str, History] | None = None,
    others: Mapping[str, Iterable[int]] | None = None,
) -> Rankings:
    """The portfolio's figures, for ``Context.rankings``, over all accounts that can be read; the others are counted as
    left out.

    Takes as many passes over ``accounts`` as ``compiled.passes``; where figures read conclusions, each account is
    evaluated with its history. ``others`` are values of further accounts by population, held against those of every
    group.
    """
    known = context or Context.empty()
    found: dict[str, Groups] = {}
    for number, each in enumerate(compiled.passes):
        at_work = Planner(compiled, moment_for(compiled, as_of), replace(known, rankings=found), engine_named(None))
        tallies = [Tally() for _ in each.populations]
        for account in accounts():
            members = _members(at_work, number, account, histories or {})
            for population, tally in zip(each.populations, tallies, strict=True):
                for member in members.get(population.name, (UNREADABLE,)):
                    tally.add(member)
        found = {**found, **rankings_of(each.populations, tallies, others or {})}
    return found


def _members(
    at_work: Planner, number: int, account: AccountSnapshot | Problem, histories: Mapping[str, History]
) -> Mapping[str, list[Member]]:
    """What an account is in each population of a pass by name; nothing of one that can't be used."""
    try:
        if isinstance(account, AccountSnapshot):
            return at_work.members(number, account, histories.get(account.id, History.empty()))
    except AccountFailed:
        pass
    return {}
