"""Scenario tests: an account at a moment, and what parts of its plan must be (language 1)."""

from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from re import Pattern
from typing import Any, Final

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from engine.calendars.moments import parse_as_of
from engine.compiling.compiled import CompiledPlaybook
from engine.documents.document import Mapping as Document
from engine.documents.document import Node, Scalar, Sequence, plain
from engine.documents.reader import read_file
from engine.foundation import codes
from engine.foundation.places import Place
from engine.foundation.problems import AccountFailed, InputUnreadable, PlaybookInvalid, Problem, problem
from engine.history.model import History
from engine.inference.engines import EngineName
from engine.language.exceptions import Exemptions, exceptions_from, read_exceptions
from engine.language.loading import load_document
from engine.matching.run import Rates
from engine.messages.portfolio import rankings
from engine.planning.advance import AccountRun, advance
from engine.planning.context import Context
from engine.planning.plan import ActionPlan
from engine.planning.rates import read_rates
from engine.planning.team import EMPTY_TEAM, Team, read_team, team_from
from engine.proving.expectations import differences
from engine.proving.portfolio import Others, account_from, portfolio_of
from engine.proving.shape import scenario_check
from engine.public import compile_playbook, load_playbook, plan_portfolio, planner
from engine.snapshots.model import AccountSnapshot

FOLDER: Final = "tests"
_SAID: Final = ("exceptions", "silences", "overrides")


class Scenario(Struct, frozen=True):
    """One scenario as written, with its place; ``playbook`` is set where it brings its own."""

    name: str
    place: Place
    node: Document


class Outcome(Struct, frozen=True):
    """How a scenario went: passed, or every difference between what it expects and the plan."""

    scenario: str
    place: Place
    differences: tuple[Problem, ...]

    @property
    def passed(self) -> bool:
        """Whether nothing differs."""
        return not self.differences


def run_scenarios(
    path: str | Path, *, only: Pattern[str] | None = None, engine: EngineName | None = None
) -> Iterator[Outcome]:
    """Runs the scenarios in the ``tests`` folder of the playbook at ``path``; raises ``PlaybookInvalid`` for a
    playbook that can't be used. ``only`` is found in the names to run. Required parameters take their examples."""
    root = Path(path)
    compiled = compile_playbook(load_playbook(root), use_examples=True)
    scenarios, problems = read_scenarios(root / FOLDER)
    for each in problems:
        if each.severity == "error":
            yield Outcome(each.file, Place(each.file, each.line, each.column), (each,))
    for scenario in scenarios:
        if only is None or only.search(scenario.name):
            yield run_scenario(scenario, compiled, engine)


def read_scenarios(folder: Path) -> tuple[list[Scenario], list[Problem]]:
    """Every scenario below ``folder``, in order of file and line, and what is wrong with the files."""
    scenarios: list[Scenario] = []
    problems: list[Problem] = []
    for file in sorted(folder.glob("**/*.yaml")):
        node, found = read_file(file)
        problems += found
        if node is not None:
            _read_members(node, scenarios, problems)
    return scenarios, problems


def _read_members(node: Node, scenarios: list[Scenario], problems: list[Problem]) -> None:
    listed = node.get("scenarios") if isinstance(node, Document) else None
    for member in listed.items if isinstance(listed, Sequence) else (node,):
        wrong = [found for _, found in scenario_check().problems(member)]
        problems += wrong
        if not wrong and isinstance(member, Document):
            scenarios.append(Scenario(str(plain(member)["scenario"]), member.place, member))


def run_scenario(
    scenario: Scenario, compiled: CompiledPlaybook | None = None, engine: EngineName | None = None
) -> Outcome:
    """The outcome of one scenario; ``compiled`` is the playbook it belongs to, unless it brings its own."""
    try:
        return Outcome(scenario.name, scenario.place, tuple(_run(scenario, compiled, engine)))
    except (AccountFailed, PlaybookInvalid, InputUnreadable) as failure:
        found = (failure.problem,) if isinstance(failure, AccountFailed) else failure.problems
        return Outcome(scenario.name, scenario.place, tuple(_expected_failures(scenario, found)))


def _run(scenario: Scenario, compiled: CompiledPlaybook | None, engine: EngineName | None) -> Iterator[Problem]:
    own = own_playbook(scenario)
    playbook = own or compiled
    if playbook is None:
        yield _bad(scenario, "the scenario belongs to no playbook", "add `playbook:`")
        return
    plan = plan_scenario(scenario, playbook, engine)
    yield from differences(scenario.node, plan, playbook.playbook)


def _expected_failures(scenario: Scenario, found: tuple[Problem, ...]) -> Iterator[Problem]:
    """``expect: {problem: PB706}`` asks for a failure; any other failure is a difference."""
    expected = plain(scenario.node).get("expect", {}).get("problem")
    yield from (each for each in found if each.code != expected)


def plan_scenario(scenario: Scenario, compiled: CompiledPlaybook, engine: EngineName | None = None) -> ActionPlan:
    """The plan of a scenario's account at its moment; raises ``AccountFailed`` and ``InputUnreadable``."""
    written = plain(scenario.node)
    as_of = _moment(scenario, written, compiled)
    context = Context(
        team=_team(scenario, written),
        rates=_rates(scenario, written),
    ).saying(_said(scenario))
    snapshot = _account(scenario, written)
    history = _history(scenario, written)
    others = portfolio_of(scenario.node.get("portfolio"), compiled)
    if "group" in written:
        return _group_plan(
            scenario, str(written["group"]), (*others.accounts, snapshot), as_of, history, compiled, context
        )
    for each in written.get("earlier") or ():
        before = _account(scenario, written | {"set": {**(written.get("set") or {}), **(each.get("set") or {})}})
        earlier = _run_at(_moment(scenario, each, compiled), before, history, compiled, context, others, engine)
        history = advance(earlier)
    return _run_at(as_of, snapshot, history, compiled, context, others, engine).plan


def _group_plan(
    scenario: Scenario, name: str, accounts: tuple[AccountSnapshot, ...], as_of: date | datetime, history: History,
    compiled: CompiledPlaybook, context: Context,
) -> ActionPlan:  # fmt: skip
    """The plan of the group that a scenario names, of its accounts and those of its portfolio."""
    own = {f"@{name}": history}
    for plan in plan_portfolio(compiled, lambda: accounts, as_of=as_of, histories=own, context=context):
        if isinstance(plan, ActionPlan) and plan.group is not None and plan.group.name == name:
            return plan
    raise InputUnreadable([_bad(scenario, f"`group: {name}` is none that a rule acts for")])


def _run_at(
    as_of: date | datetime, snapshot: AccountSnapshot, history: History, compiled: CompiledPlaybook, context: Context,
    others: Others, engine: EngineName | None,
) -> AccountRun:  # fmt: skip
    found = rankings(
        compiled, lambda: (*others.accounts, snapshot), as_of=as_of, context=context,
        histories={snapshot.id: history}, others=others.values,
    )  # fmt: skip
    return planner(compiled, as_of, replace(context, rankings=found), engine).run(snapshot, history)


def _moment(scenario: Scenario, written: dict[str, Any], compiled: CompiledPlaybook) -> date | datetime:
    try:
        return parse_as_of(str(written["as_of"]), compiled.calendar.timezone)
    except ValueError as error:
        raise InputUnreadable([_bad(scenario, f"`as_of`: {error}")]) from None


def own_playbook(scenario: Scenario) -> CompiledPlaybook | None:
    """The playbook a scenario brings, compiled; none where it brings none. Raises ``PlaybookInvalid``."""
    node = scenario.node.get("playbook")
    if not isinstance(node, Document):
        return None
    loaded = load_document(node, scenario.place.file)
    if loaded.playbook is None or loaded.problems:
        raise PlaybookInvalid(loaded.problems)
    return compile_playbook(loaded.playbook, use_examples=True)


def _team(scenario: Scenario, written: dict[str, Any]) -> Team:
    team = written.get("team")
    if team is None:
        return EMPTY_TEAM
    if isinstance(team, str):
        return read_team(Path(scenario.place.file).parent / team)
    node = scenario.node.get("team")
    return team_from(node) if node is not None else EMPTY_TEAM


def _said(scenario: Scenario) -> Exemptions:
    """What people say beside the playbook: a whole file of it, or the sections that the scenario writes."""
    sections = [each for each in scenario.node.entries if each.key in _SAID]
    written = tuple(each for each in sections if not isinstance(each.node, Scalar))
    found = exceptions_from(Document(written, scenario.place))
    for each in sections:
        if isinstance(each.node, Scalar):
            found = found.beside(read_exceptions(Path(scenario.place.file).parent / str(each.node.value)))
    return found


def _rates(scenario: Scenario, written: dict[str, Any]) -> Rates:
    name = written.get("rates")
    return read_rates(Path(scenario.place.file).parent / str(name)) if name else Rates()


def _account(scenario: Scenario, written: dict[str, Any]) -> AccountSnapshot:
    account = dict(written["account"] if "account" in written else _base(scenario, written))
    for path, value in (written.get("set") or {}).items():
        try:
            _set(account, path.split("."), value)
        except (AttributeError, IndexError, TypeError, ValueError):
            hint = "a path names keys, and records by their number from 0: `contacts.0.left_on`"
            raise InputUnreadable([_bad(scenario, f"`set`: the account has nothing at `{path}`", hint)]) from None
    return account_from(account, "A-1", scenario.place)


def _base(scenario: Scenario, written: dict[str, Any]) -> dict[str, Any]:
    """The account in the file ``base`` names, beside the scenario."""
    name = written.get("base")
    node, problems = read_file(Path(scenario.place.file).parent / str(name)) if name else (None, [])
    if problems or not isinstance(node, Document):
        raise InputUnreadable(problems or [_bad(scenario, "the scenario has no account", "add `account:` or `base:`")])
    found: dict[str, Any] = plain(node)
    return found


def _set(account: dict[str, Any], steps: list[str], value: Any) -> None:
    """``surveys.0.score: 69`` sets a value deep in the account; ``absent`` takes it away."""
    inner: Any = account
    for step in steps[:-1]:
        inner = inner[int(step)] if isinstance(inner, list) else inner.setdefault(step, {})
    key: Any = int(steps[-1]) if isinstance(inner, list) else steps[-1]
    if value == "absent":
        inner.pop(key, None) if isinstance(inner, dict) else inner.pop(key)
    else:
        inner[key] = value


def _history(scenario: Scenario, written: dict[str, Any]) -> History:
    try:
        return msgspec.convert(written.get("history") or {}, History)
    except msgspec.ValidationError as error:
        raise InputUnreadable([_bad(scenario, f"`history`: {error}")]) from None


def _bad(scenario: Scenario, message: str, hint: str | None = None) -> Problem:
    return problem(codes.BAD_SCENARIO, scenario.place, message, hint)
