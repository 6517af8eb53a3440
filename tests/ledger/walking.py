"""Days with complaints: runs written to a ledger, and commands that people type in between."""

from pathlib import Path
from textwrap import dedent

from click.testing import CliRunner, Result

import engine
from engine import AccountSnapshot, Ledger
from engine.commands.main import main
from engine.ledger.entries import Entry
from engine.ledger.keeping import stored_context, stored_playbook, stored_snapshot
from engine.lifecycle.events import Closing, Planned, RunStarted
from engine.planning.advance import advance
from engine.planning.context import Context
from engine.planning.plan import PlaybookInput
from engine.planning.team import Team
from engine.public import planner
from tests.inline import at, written_to
from tests.lifecycle.working import COMPLAINTS, people, with_complaint


def run_at(
    ledger: Ledger, folder: Path, as_of: str, *accounts: AccountSnapshot, playbook: str = COMPLAINTS,
    team: Team | None = None,
) -> None:  # fmt: skip
    """A run over accounts (one with a complaint, if none is said), applied: what is new is opened, what is planned no
    more is closed."""
    path = folder / f"playbook-{as_of.replace(' ', '-').replace(':', '')}"
    path.mkdir()
    written_to(path, dedent(playbook), {})
    book = engine.load_playbook(path)
    compiled, context = engine.compile_playbook(book), Context(team=team or people())
    sources, (kept, *_) = stored_playbook(book, engine.merged_playbook(path)), stored_context(context)
    named = PlaybookInput(book.manifest.id, book.manifest.version, book.digest)
    begun = RunStarted(
        at=at(as_of), run=as_of, playbook=named, as_of=at(as_of), sources=sources.digest, context=kept.digest,
        locale="zh-CN",
    )  # fmt: skip
    ledger.declare([begun], blobs=[sources, kept], run=as_of)
    for snapshot in accounts or (with_complaint(),):
        before = ledger.states("inline", [snapshot.id])[snapshot.id]
        found = planner(compiled, at(as_of), context).run(snapshot, before.history)
        ids = {each.id for each in found.plan.actions}
        blob = stored_snapshot(snapshot)
        event = Planned(
            at=at(as_of), run=as_of, playbook=named, plan="", snapshot=blob.digest, before="", name=snapshot.name,
            history=advance(found),
            opened=tuple(each for each in found.plan.actions if each.id not in before.work),
            updated=tuple(each for each in found.plan.actions if each.id in before.live),
            closed=tuple(Closing(action=each, reason="done") for each in before.live if each not in ids),
        )  # fmt: skip
        entry = Entry(playbook="inline", account=snapshot.id, before=before, events=(event,), blobs=(blob,))
        assert not ledger.append([entry], run=as_of).conflicts


def said(url: str, line: str, now: str) -> Result:
    """What comes of a command on the ledger, as Wang types it at a moment."""
    command, *rest = line.split()
    more = ["--ledger", url, "--now", f"{now.replace(' ', 'T')}:00+08:00"]
    by = [] if command in ("tick",) or rest[:1] in (["list"], ["show"]) else ["--by", "wang"]
    result = CliRunner().invoke(main, [command, *rest, *more, *by])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def id_of(ledger: Ledger, task: str) -> str:
    """The id of the action for a task."""
    return next(each.work.action.id for each in ledger.work(archived=None) if each.work.action.task == task)
