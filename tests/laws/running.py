"""Running generated playbooks: compiled without a file, planned for a portfolio, one moment after the other."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Literal

import msgspec

from engine.compiling.compile import compile_typed
from engine.compiling.compiled import CompiledPlaybook
from engine.documents.document import Entry, Mapping, Node, Scalar, Sequence
from engine.foundation.places import Place
from engine.foundation.problems import AccountFailed
from engine.history.model import History
from engine.language.loading import load_document
from engine.language.playbook import Template
from engine.messages.planner import Planner
from engine.messages.portfolio import rankings
from engine.planning.advance import AccountRun
from engine.planning.context import Context
from engine.planning.team import Absence, Person, Team
from engine.public import planner
from engine.snapshots.decoding import decode_snapshot
from engine.snapshots.model import AccountSnapshot
from tests.laws.strategies import TEMPLATE
from tests.laws.world import AS_OF, Json

NOW = datetime.fromisoformat(AS_OF)
BEFORE = tuple(NOW - timedelta(days=days) for days in (40, 9, 2))
LATER = (timedelta(0), timedelta(minutes=5), timedelta(hours=20), timedelta(days=3), timedelta(days=40))

TEAM = Team(
    people={
        "wang": Person(id="wang", name="Wang", roles=("account_manager",), manager="li", hours="cn"),
        "zhao": Person(id="zhao", name="Zhao", cover="wang", away=(Absence(from_=NOW.date(), to=NOW.date()),)),
        "li": Person(id="li", name="Li", roles=("sales_director",), hours="always"),
    }
)

encode = msgspec.json.Encoder(decimal_format="number").encode


def document(value: Any, line: int = 1) -> Node:
    """YAML data as the document that a file of it would be."""
    place = Place("generated.yaml", line, 1)
    if isinstance(value, dict):
        entries = [Entry(key, Place("generated.yaml", line + at, 1), document(each, line + at))
                   for at, (key, each) in enumerate(value.items())]  # fmt: skip
        return Mapping(tuple(entries), place)
    if isinstance(value, list | tuple):
        return Sequence(tuple(document(each, line) for each in value), place)
    if isinstance(value, float):
        value = Decimal(str(value))
    return Scalar(value, place, text="" if isinstance(value, str) else str(value).lower())


def compiled(book: Json) -> CompiledPlaybook:
    """The playbook compiled; that it has no error is part of every law."""
    node = document(book)
    assert isinstance(node, Mapping)
    loaded = load_document(node, "generated.yaml")
    errors = [str(each) for each in loaded.problems if each.severity == "error"]
    assert not errors and loaded.playbook is not None, errors
    templates = tuple(Template("note", language, f"note.{language}.md", TEMPLATE) for language in ("zh", "en"))
    compilation = compile_typed(msgspec.structs.replace(loaded.playbook, templates=templates))
    wrong = [str(each) for each in compilation.problems if each.severity == "error"]
    assert compilation.compiled is not None, wrong
    return compilation.compiled


def snapshot(account: Json) -> AccountSnapshot:
    """The account read from JSON."""
    found = decode_snapshot(msgspec.json.encode(account), "generated.jsonl", 1)
    assert isinstance(found, AccountSnapshot), found
    return found


def context_for(book: CompiledPlaybook, accounts: list[Json]) -> Context:
    """The team, and the portfolio's figures over some accounts."""
    found = rankings(book, lambda: map(snapshot, accounts), as_of=NOW, context=Context(team=TEAM))
    return Context(team=TEAM, rankings=found)


def at(
    book: CompiledPlaybook, context: Context, moment: datetime = NOW, engine: Literal["durable", "builtin"] = "builtin"
) -> Planner:
    """A planner at a moment."""
    return planner(book, moment, context, engine)


def attempt(at_work: Planner, account: Json, history: History | None = None) -> AccountRun | str:
    """The run of an account, or the code of the problem it fails with."""
    try:
        return at_work.run(snapshot(account), history or History.empty())
    except AccountFailed as failed:
        return failed.problem.code


def bytes_of(found: AccountRun | str) -> bytes:
    """A run's plan as it is written."""
    return found.encode() if isinstance(found, str) else encode(found.plan)
