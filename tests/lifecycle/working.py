"""A complaint, the people it concerns, and what the ledger knows of it: planned by the real planner."""

from collections.abc import Iterable
from functools import cache
from typing import Any, Final

from engine import AccountSnapshot, CompiledPlaybook, Context, History
from engine.lifecycle.events import AccountEvent, Planned
from engine.lifecycle.folding import after
from engine.lifecycle.state import AccountState
from engine.lifecycle.work import Work
from engine.planning.advance import AccountRun, advance
from engine.planning.plan import PlaybookInput
from engine.planning.team import Team
from engine.public import planner
from tests.inline import account, at, playbook, team

COMPLAINTS: Final = """
    calendars:
      office: {region: CN, timezone: Asia/Shanghai, hours: {mon-fri: 09:00-12:00 13:30-18:00}}
    calendar: office
    roles:
      ours:
        account_manager: {title: {zh: 客户经理, en: Account manager}}
        sales_director: {title: {zh: 销售总监, en: Sales director}}
    rules:
      complaint:
        each: tickets
        where: {kind: complaint, status: {is_not: closed}}
        since: ticket.opened_at
        do: [three_r]
        source: H-10
      advice:
        each: tickets
        where: {kind: question}
        since: ticket.opened_at
        do: [{kind: call, due: 2 working days, title: {zh: 答复客户, en: Answer}}]
    plays:
      three_r:
        for: tickets
        tasks:
          confirm: {title: {zh: 确认投诉, en: Confirm}, due: 2 hours, escalate: late}
          propose: {title: {zh: 提出方案, en: Propose}, needs: confirm, due: 24 hours, escalate: late}
          settle: {title: {zh: 落实方案, en: Settle}, needs: propose, due: 3 working days, escalate: late}
          hours: {title: {zh: 核对工时, en: Hours}, needs: confirm, due: 6 working hours}
          tell: {title: {zh: 告知客户, en: Tell}, needs: propose, due: 1 day before $ticket.closed_at}
    escalation:
      late:
        owner: {after: 0 hours, notify: owner, repeat: 1 hour, at_most: 3}
        manager: {after: 2 hours, notify: manager of owner}
        director: {after: 1 working day, notify: sales_director}
"""

TEAM: Final = """
    people:
      wang: {name: 王芳, roles: [account_manager], manager: li, email: wang@example.com}
      li: {name: 李雷, cover: zhou, email: li@example.com, AWAY}
      zhou: {name: 周云, email: zhou@example.com}
      zhao: {name: 赵敏, roles: [sales_director], email: zhao@example.com}
"""


def after_all(state: AccountState, happened: Iterable[AccountEvent]) -> AccountState:
    """The state once all of them have happened, in their order."""
    for event in happened:
        state = after(state, event)
    return state


def complaints() -> CompiledPlaybook:
    """The playbook above."""
    return playbook(COMPLAINTS)


def people(away: str | None = None) -> Team:
    """Wang, her manager Li, whom Zhou covers, and the sales director Zhao; Li may be ``away`` on a day."""
    absence = f"away: [{{from: {away}, to: {away}}}]" if away else "away: []"
    return team(TEAM.replace("AWAY", absence))


def with_complaint(opened_at: str = "2026-11-20T10:00:00+08:00", **more: Any) -> AccountSnapshot:
    """An account with a complaint, on a Friday morning unless it says otherwise."""
    ticket = {"id": "T-7", "kind": "complaint", "status": "open", "opened_at": opened_at, **more}
    return account(name="蓝海科技", owners={"account_manager": "wang"}, tickets=[ticket])


def ran(
    book: CompiledPlaybook, snapshot: AccountSnapshot, as_of: str, history: History | None = None,
    team: Team | None = None,
) -> AccountRun:  # fmt: skip
    """What a run finds."""
    context = Context(team=people() if team is None else team)
    return planner(book, at(as_of), context).run(snapshot, history or History.empty())


@cache
def opened(
    as_of: str = "2026-11-20 10:00",
) -> AccountState:
    """What is known of the account once its complaint was planned for the first time."""
    found = ran(complaints(), with_complaint(), as_of)
    state = AccountState(playbook="inline", account="A-1")
    return after(state, planned(found, opened=found.plan.actions))


def planned(run: AccountRun, **more: Any) -> Planned:
    """The event that applies a run."""
    return Planned(
        at=run.plan.as_of, run="R-1", playbook=PlaybookInput("inline", "1.0.0", "sha256:0"), plan="", snapshot="",
        before="", name="蓝海科技", history=advance(run), **more,
    )  # fmt: skip


def work(state: AccountState, task: str) -> Work:
    """The work of a task."""
    return next(each for each in state.work.values() if each.action.task == task)
