"""Playbooks, accounts and runs as tests write them: small, and in the test itself."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta, timezone
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from textwrap import dedent
from typing import Any

import msgspec

import engine
from engine import AccountSnapshot, ActionPlan, CompiledPlaybook, Context, History, Problem
from engine.documents.reader import read_document
from engine.planning.advance import AccountRun, advance
from engine.planning.plan_work import Action
from engine.planning.team import Team, team_from
from engine.public import planner
from engine.snapshots.decoding import decode_snapshot

SHANGHAI = timezone(timedelta(hours=8))


def playbook(text: str, **templates: str) -> CompiledPlaybook:
    """The playbook that ``text`` writes, in Chinese working hours unless it says otherwise; templates by file name."""
    return _compiled(dedent(text), tuple(templates.items()))


@cache
def _compiled(text: str, templates: tuple[tuple[str, str], ...]) -> CompiledPlaybook:
    with TemporaryDirectory() as folder:
        written_to(Path(folder), text, dict(templates))
        return engine.compile_playbook(engine.load_playbook(folder))


def problems(text: str, **templates: str) -> list[Problem]:
    """What ``check`` says of the playbook that ``text`` writes."""
    with TemporaryDirectory() as folder:
        written_to(Path(folder), dedent(text), templates)
        return engine.check_playbook(folder)


def written_to(folder: Path, text: str, templates: Mapping[str, str]) -> None:
    """Writes a playbook's folder; a template ``note__zh`` is the file ``templates/note.zh.md``."""
    head = "playbook: inline\n" + ("" if "locale:" in text else "locale: zh-CN\n")
    (folder / "playbook.yaml").write_text(head + text, "utf-8")
    (folder / "templates").mkdir()
    for name, body in templates.items():
        (folder / "templates" / f"{name.replace('__', '.')}.md").write_text(body, "utf-8")


def account(**known: Any) -> AccountSnapshot:
    """An account of which only this is known."""
    data = msgspec.json.encode({"id": "A-1", "name": "Acme", **known})
    found = decode_snapshot(data, "test", 1)
    assert isinstance(found, AccountSnapshot), found
    return found


def at(text: str) -> datetime:
    """A moment on Chinese clocks: ``2026-05-20 10:00``, or the end of a day."""
    if len(text) == 10:
        return datetime.fromisoformat(f"{text}T23:59:59").replace(tzinfo=SHANGHAI)
    return datetime.fromisoformat(text.replace(" ", "T")).replace(tzinfo=SHANGHAI)


def team(text: str) -> Team:
    """The team that ``text`` writes."""
    node, found = read_document(dedent(text).encode(), "team.yaml")
    assert node is not None and not found
    return team_from(node)


def plan(
    book: CompiledPlaybook,
    snapshot: AccountSnapshot,
    as_of: str | date | datetime,
    history: History | None = None,
    team: Team | None = None,
    context: Context | None = None,
) -> ActionPlan:
    """The plan of an account, by the public API."""
    context = Context(team=team) if team is not None else context
    moment = at(as_of) if isinstance(as_of, str) else as_of
    return engine.plan_account(book, snapshot, as_of=moment, history=history, context=context)


def run(
    book: CompiledPlaybook, snapshot: AccountSnapshot, as_of: str | datetime, history: History | None = None,
    context: Context | None = None,
) -> AccountRun:  # fmt: skip
    """A run that can be followed by another."""
    moment = at(as_of) if isinstance(as_of, str) else as_of
    return planner(book, moment, context or Context.empty()).run(snapshot, history or History.empty())


def after(
    book: CompiledPlaybook, *runs: tuple[AccountSnapshot, str], history: History | None = None,
    context: Context | None = None,
) -> History:  # fmt: skip
    """The history that runs leave one after the other."""
    known = history or History.empty()
    for snapshot, as_of in runs:
        known = advance(run(book, snapshot, as_of, known, context))
    return known


def states(found: ActionPlan) -> dict[str, str]:
    """Warnings by id (and record) with their state; what is not there is inactive."""
    return {f"{each.id}/{each.item}" if each.item else each.id: each.state for each in found.warnings}


def action(found: ActionPlan, part: str) -> Action:
    """The one action whose address holds ``part``."""
    matching = [each for each in found.actions if part in each.address]
    assert len(matching) == 1, [each.address for each in found.actions]
    return matching[0]


def gaps(found: ActionPlan) -> dict[str, tuple[str, ...]]:
    """What is missing, by entry."""
    return {each.rule: each.needs for each in found.gaps}
