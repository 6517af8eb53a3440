"""The functions behind the public API: load, compile, plan."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from pathlib import Path

from msgspec.structs import replace

from engine.compiling.compile import compile_typed
from engine.compiling.compiled import CompiledPlaybook
from engine.documents.document import Mapping as Document
from engine.foundation.problems import AccountFailed, PlaybookInvalid, Problem, did_you_mean
from engine.history.model import History
from engine.inference.engines import EngineName, engine_named
from engine.language.exceptions import Exemptions, read_exceptions
from engine.language.loading import load_files
from engine.language.playbook import Playbook
from engine.matching.run import Rates, RunValues
from engine.messages.planner import Planner
from engine.messages.portfolio import Source, group_runs, moment_for, rankings
from engine.planning.addresses import addresses_named
from engine.planning.advance import AccountRun
from engine.planning.context import Context
from engine.planning.explaining import explain_findings
from engine.planning.explanation import Explanation
from engine.planning.groups import Census, Group
from engine.planning.plan import ActionPlan
from engine.planning.rates import read_rates
from engine.planning.team import EMPTY_TEAM, read_team
from engine.snapshots.model import AccountSnapshot
from engine.snapshots.origins import Origins


def load_playbook(path: str | Path) -> Playbook:
    """The playbook in a folder or file, checked for shape; raises ``PlaybookInvalid`` with every problem of it."""
    loaded = load_files(Path(path))
    errors = [each for each in loaded.problems if each.severity == "error"]
    if errors or loaded.playbook is None:
        raise PlaybookInvalid(loaded.problems)
    return loaded.playbook


def merged_playbook(path: str | Path) -> Document:
    """The playbook with all it extends laid together, every value with the place it comes from.

    Raises ``PlaybookInvalid`` with every problem of it.
    """
    loaded = load_files(Path(path))
    errors = [each for each in loaded.problems if each.severity == "error"]
    if errors or loaded.document is None:
        raise PlaybookInvalid(loaded.problems)
    return loaded.document


def compile_playbook(playbook: Playbook, *, use_examples: bool = False) -> CompiledPlaybook:
    """The playbook with names resolved and types checked; raises ``PlaybookInvalid`` with every problem.

    ``use_examples`` gives parameters the adopter must set their ``example``, for tests.
    """
    compilation = compile_typed(playbook, use_examples=use_examples)
    if compilation.compiled is None:
        raise PlaybookInvalid(compilation.problems)
    return compilation.compiled


def planner(
    compiled: CompiledPlaybook,
    as_of: date | datetime,
    context: Context,
    engine: EngineName | None = None,
    *,
    messages: bool = True,
) -> Planner:
    """A planner for many accounts at one moment."""
    return Planner(compiled, moment_for(compiled, as_of), context, engine_named(engine), messages=messages)


def plan_account(
    compiled: CompiledPlaybook,
    snapshot: AccountSnapshot,
    *,
    as_of: date | datetime,
    history: History | None = None,
    context: Context | None = None,
    engine: EngineName | None = None,
    messages: bool = True,
) -> ActionPlan:
    """The action plan of one account; a pure function of its arguments.

    ``as_of`` is an instant with an offset, or a date. Portfolio figures come from ``context.rankings``; without them
    whatever needs one is unknown. Without ``messages`` none are rendered. Raises ``AccountFailed`` where the account's
    data can't be planned with.
    """
    at_work = planner(compiled, as_of, context or Context.empty(), engine, messages=messages)
    return at_work.plan(snapshot, history or History.empty())


def explain_account(
    compiled: CompiledPlaybook,
    snapshot: AccountSnapshot,
    *,
    as_of: date | datetime,
    rule: str | None = None,
    history: History | None = None,
    context: Context | None = None,
    engine: EngineName | None = None,
    origins: Origins | None = None,
) -> Explanation:
    """Why the plan of one account is what it is: every class and rule, with the truth of each test.

    ``rule`` is an address (``warnings.late``) or an id; only what it names is explained then. Raises ``ValueError``
    for a name the playbook does not have, ``AccountFailed`` where the account's data can't be planned with. With
    ``origins``, as ``read_origins`` gives them, every figure is followed to file and row.
    """
    known = context or Context.empty()
    run = planner(compiled, as_of, known, engine).run(snapshot, history or History.empty())
    return _explained(compiled, run, rule, known, origins or {})


def explain_group(
    compiled: CompiledPlaybook,
    accounts: Source,
    group: str,
    *,
    as_of: date | datetime,
    rule: str | None = None,
    history: History | None = None,
    context: Context | None = None,
    engine: EngineName | None = None,
) -> Explanation:
    """Why the plan of a group of accounts is what it is; ``group`` is as in plans: ``portfolio``, or such as
    ``profile.industry=retail``.

    The portfolio's figures come from ``context.rankings``. Raises ``ValueError`` for a group that no entry speaks of
    or a name the playbook does not have, ``AccountFailed`` where the group can't be planned.
    """
    known, moment = context or Context.empty(), moment_for(compiled, as_of)
    found = _group(compiled, accounts, group, planner(compiled, moment, known, engine).evaluation.run)
    at_work = Planner(compiled, moment, known, engine_named(engine), per=found.grouping.per)
    return _explained(compiled, at_work.of_group(found, history or History.empty()), rule, known, {})


def _group(compiled: CompiledPlaybook, accounts: Source, name: str, run: RunValues) -> Group:
    census = Census(compiled, run)
    for each in accounts():
        if isinstance(each, AccountSnapshot):
            census.add(each)
    groups = {each.name.name: each for each in census.groups()}
    if name not in groups:
        hint = did_you_mean(name, groups)
        raise ValueError(f"no entry of the playbook speaks of a group `{name}`" + (f"; {hint}" if hint else ""))
    return groups[name]


def _explained(
    compiled: CompiledPlaybook, run: AccountRun, rule: str | None, context: Context, origins: Origins
) -> Explanation:
    only = addresses_named(compiled, rule) if rule is not None else None
    language = (context.language or compiled.playbook.manifest.locale).partition("-")[0]
    return explain_findings(compiled, run.findings, run.plan, language, only, origins)


def read_context(
    *,
    team: Path | None = None,
    rates: Path | None = None,
    exceptions: Path | None = None,
    language: str | None = None,
) -> Context:
    """The context in a team file, a file of exchange rates and one of exceptions; raises ``InputUnreadable`` with what
    is wrong in them.

    ``language`` is that of titles, if not the playbook's own.
    """
    return Context(
        team=read_team(team) if team else EMPTY_TEAM,
        rates=read_rates(rates) if rates else Rates(),
        language=language,
    ).saying(read_exceptions(exceptions) if exceptions else Exemptions())


def plan_portfolio(
    compiled: CompiledPlaybook,
    accounts: Source,
    *,
    as_of: date | datetime,
    histories: Mapping[str, History] | None = None,
    context: Context | None = None,
    engine: EngineName | None = None,
    only: str | None = None,
) -> Iterator[ActionPlan | Problem]:
    """A plan or a problem for every account, in the order given; one bad account never stops the others. Behind them
    the plans of the groups that rules with a ``scope`` act for.

    One pass over ``accounts`` plans. Before it come the passes that work out the portfolio's figures: none where the
    playbook needs none, mostly one, more where figures build on each other. Memory holds one account, and one number
    per account and figure. ``only`` plans one account, with figures over all.
    """
    known = context or Context.empty()
    inference = engine_named(engine)
    moment = moment_for(compiled, as_of)
    if compiled.passes:
        figures = rankings(compiled, accounts, as_of=moment, context=known, histories=histories)
        known = replace(known, rankings=figures)
    at_work = Planner(compiled, moment, known, inference)
    empty = History.empty()
    census = Census(compiled, at_work.evaluation.run)
    for each in accounts():
        if isinstance(each, Problem):
            yield each
            continue
        census.add(each)
        if only is None or each.id == only:
            yield _planned(at_work, each, (histories or {}).get(each.id, empty))
    if only is None:
        for _, found in group_runs(compiled, moment, known, census, histories or {}, engine):
            yield found if isinstance(found, Problem) else found.plan


def _planned(at_work: Planner, snapshot: AccountSnapshot, history: History) -> ActionPlan | Problem:
    try:
        return at_work.plan(snapshot, history)
    except AccountFailed as failure:
        return failure.problem
