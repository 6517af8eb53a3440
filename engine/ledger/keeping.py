"""What a run stores so that its plans can be made again: the playbook, the context, and of each account its snapshot,
its history and the plan itself. Each is a ``Blob``, and can be read back to an equal value."""

from collections.abc import Iterable, Iterator
from decimal import Decimal
from importlib.metadata import version
from typing import Any, Final

import msgspec
from msgspec import Struct

from engine.compiling.compile import compile_typed
from engine.compiling.compiled import CompiledPlaybook
from engine.documents.document import Entry, Mapping, Node
from engine.documents.keeping import kept, restored, unplaced
from engine.foundation.canonical import canonical_bytes, reader
from engine.foundation.places import Place
from engine.foundation.problems import PlaybookInvalid
from engine.foundation.version import VERSION
from engine.history.model import History
from engine.language.exceptions import Exemptions, Said, exceptions_from
from engine.language.loading import digest_of, load_merged
from engine.language.playbook import Playbook, Template
from engine.ledger.entries import Blob
from engine.ledger.stored import encoded, history_from
from engine.matching.rankings import Ranking
from engine.matching.run import Rate, Rates
from engine.planning.context import Context
from engine.planning.plan import ActionPlan
from engine.planning.team import Team, team_from
from engine.snapshots.canonical import canonical_snapshot
from engine.snapshots.decoding import decode_snapshot
from engine.snapshots.model import AccountSnapshot

LIBRARIES: Final = ("babel", "holidays", "jinja2", "msgspec")
"""Those whose versions can change what a plan says."""


def versions() -> dict[str, str]:
    """The versions of the engine and of the libraries that shape plans."""
    return {"engine": VERSION} | {each: version(each) for each in LIBRARIES}


# -- playbooks ------------------------------------------------------------------------------------------


class _KeptPlaybook(Struct, frozen=True, kw_only=True):
    format: str = "playbook-sources/1"
    namespace: str
    document: Any
    templates: tuple[Template, ...]


def stored_playbook(playbook: Playbook, document: Mapping) -> Blob:
    """The playbook as ``merged_playbook`` gives it: all layers as one document with places, and the templates.

    Raises ``PlaybookInvalid`` where ``document`` is another's: it was changed after ``playbook`` was read.
    """
    if digest_of(document, playbook.templates) != playbook.digest:
        raise PlaybookInvalid([])
    found = _KeptPlaybook(namespace=playbook.namespace, document=kept(document), templates=playbook.templates)
    return Blob("sources", encoded(found))


def playbook_from(payload: bytes, *, use_examples: bool = False) -> CompiledPlaybook:
    """The compiled playbook that ``stored_playbook`` stored; raises ``PlaybookInvalid`` where this version of the
    program can't read it."""
    compilation = compile_typed(typed_playbook_from(payload), use_examples=use_examples)
    if compilation.compiled is None:
        raise PlaybookInvalid(compilation.problems)
    return compilation.compiled


def typed_playbook_from(payload: bytes) -> Playbook:
    """The playbook that ``stored_playbook`` stored, as it is written: to name things, which needs no rules compiled.

    Raises ``PlaybookInvalid`` where this version of the program can't read it.
    """
    found = reader(_KeptPlaybook).decode(payload)
    document = restored(found.document)
    playbook = load_merged(document, found.templates, found.namespace) if isinstance(document, Mapping) else None
    if playbook is None:
        raise PlaybookInvalid([])
    return playbook


# -- contexts -------------------------------------------------------------------------------------------


class _KeptRanking(Struct, frozen=True):
    group: tuple[str, ...]
    excluded: int
    values: tuple[int, ...]


class _KeptContext(Struct, frozen=True, kw_only=True):
    """``exceptions``, ``silences`` and ``overrides`` give for each the digests of what is stored of it, in order."""

    format: str = "playbook-context/1"
    people: dict[str, Any]
    rates: tuple[Rate, ...]
    rankings: dict[str, tuple[_KeptRanking, ...]]
    language: str | None
    exceptions: tuple[tuple[str, ...], ...]
    silences: tuple[tuple[str, ...], ...] = ()
    overrides: tuple[tuple[str, ...], ...] = ()


class KeptException(Struct, frozen=True, kw_only=True):
    """An exception, a silence or an override, as far as it is about one account; ``account`` is none where it names no
    accounts."""

    format: str = "playbook-exception/1"
    id: str
    account: str | None
    document: Any


def stored_context(context: Context) -> tuple[Blob, ...]:
    """The context, and behind it what people say beside the playbook: what names accounts stands for itself, one by
    one, so that an account can be erased."""
    exceptions, silences, overrides = (
        [list(_parts(each)) for each in some] for some in (context.exceptions, context.silences, context.overrides)
    )
    rankings = {
        name: tuple(_KeptRanking(group, each.excluded, each.values) for group, each in sorted(groups.items()))
        for name, groups in context.rankings.items()
    }
    found = _KeptContext(
        people={name: _written(person) for name, person in context.team.people.items()},
        rates=context.rates.table,
        rankings=rankings,
        language=context.language,
        exceptions=_digests(exceptions),
        silences=_digests(silences),
        overrides=_digests(overrides),
    )
    parts = (each for some in (*exceptions, *silences, *overrides) for each in some)
    return (Blob("context", encoded(found)), *parts)


def _digests(parts: list[list[Blob]]) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(each.digest for each in some) for some in parts)


def context_from(payload: bytes, parts: dict[str, bytes]) -> Context:
    """The context that ``stored_context`` stored; ``parts`` are what is still there of what people said, by digest."""
    found = reader(_KeptContext).decode(payload)
    team = team_from(_document("people", {name: unplaced(each) for name, each in found.people.items()}))
    said = Exemptions()
    for section, kept_ in (
        ("exceptions", found.exceptions), ("silences", found.silences), ("overrides", found.overrides),
    ):  # fmt: skip
        for digests in kept_:
            said = said.beside(_said(section, [parts[each] for each in digests if each in parts]))
    return Context(
        team=team if found.people else Team(),
        rates=Rates(found.rates),
        rankings={
            name: {each.group: Ranking(each.values, each.excluded) for each in groups}
            for name, groups in found.rankings.items()
        },
        language=found.language,
    ).saying(said)


def _parts(said: Said) -> Iterator[Blob]:
    written = said.node if said.node is not None else unplaced(_written(said))
    assert isinstance(written, Mapping)  # noqa: S101 - it is written as one
    document = Mapping(tuple(each for each in written.entries if each.key != "accounts"), written.place)
    for account in said.accounts or (None,):
        part = KeptException(id=said.id, account=account, document=kept(document))
        yield Blob("exception", encoded(part))


def _said(section: str, payloads: Iterable[bytes]) -> Exemptions:
    """One entry of a section, as far as it is still stored."""
    parts = [reader(KeptException).decode(each) for each in payloads]
    if not parts:
        return Exemptions()
    document = restored(parts[0].document)
    assert isinstance(document, Mapping)  # noqa: S101 - as it was stored
    accounts = [each.account for each in parts if each.account is not None]
    if accounts:
        named = Entry("accounts", Place(""), unplaced(accounts))
        document = Mapping((*document.entries, named), document.place)
    return exceptions_from(_document(section, {parts[0].id: document}))


def _document(section: str, entries: dict[str, Node]) -> Mapping:
    nowhere = Place("")
    inner = Mapping(tuple(Entry(key, nowhere, node) for key, node in entries.items()), nowhere)
    return Mapping((Entry(section, nowhere, inner),), nowhere)


def _written(struct: Struct) -> dict[str, Any]:
    """What a file would say of it: without its id, its place and what is not said."""
    whole = msgspec.to_builtins(struct, builtin_types=(Decimal,))
    return {key: each for key, each in whole.items() if key not in ("id", "place", "node") and each not in (None, [])}


# -- accounts -------------------------------------------------------------------------------------------


def stored_snapshot(snapshot: AccountSnapshot) -> Blob:
    """The snapshot in its one written form: its digest is the one that plans name."""
    return Blob("snapshot", canonical_snapshot(snapshot))


def snapshot_from(payload: bytes) -> AccountSnapshot:
    """The snapshot that was stored; raises ``ValueError`` where this version of the program can't read it."""
    found = decode_snapshot(payload, "ledger", 1)
    if not isinstance(found, AccountSnapshot):
        raise ValueError(str(found))
    return found


def stored_history(history: History) -> Blob:
    """The history that a plan was made on; its digest is the one that plans name, where it is not empty."""
    return Blob("history", canonical_bytes(history))


def stored_plan(plan: ActionPlan) -> Blob:
    """The plan, whole with its messages."""
    return Blob("plan", encoded(plan))


def plan_from(payload: bytes) -> ActionPlan:
    """The plan that was stored."""
    return _PLAN(payload)


_PLAN: Final = reader(ActionPlan).decode

__all__ = [
    "KeptException", "context_from", "history_from", "plan_from", "playbook_from", "snapshot_from", "stored_context",
    "stored_history", "stored_plan", "stored_playbook", "stored_snapshot", "versions",
]  # fmt: skip
