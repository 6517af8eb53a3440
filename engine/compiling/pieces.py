"""Cases, material and agendas: whom they fit, their texts, and who names them."""

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Final

from engine.compiling.clauses import leaves
from engine.compiling.compiled import CompiledPiece
from engine.compiling.conditions import Lowering
from engine.compiling.entries import DRAFT_HINT
from engine.compiling.structure import tasks_of
from engine.compiling.symbols import ACCOUNT
from engine.compiling.texts import Texting
from engine.documents.shapes import place_in
from engine.foundation import codes
from engine.foundation.places import Place
from engine.foundation.problems import Problem, did_you_mean, problem
from engine.language.content import Attach, Message, Piece
from engine.language.entry import Live
from engine.language.playbook import Cadence, Playbook, RuleEntry, Task

_LINK = re.compile(r"https://[^\s<>\"'`\\]+")
_NEEDED: Final = {"case": ("outcome", "summary"), "agenda": ("points",), "material": ()}
_SAYING: Final = ("summary", "points", "template", "link")


def pieces(
    playbook: Playbook, lowering: Lowering, texting: Texting, sink: Callable[[Problem], None]
) -> dict[str, CompiledPiece]:
    """Every case, material and agenda, ready to be chosen and filled; what is wrong goes to ``sink``."""
    for found in (*_own(playbook), *_needing(playbook), *_named(playbook)):
        sink(found)
    return {each.id: _piece(each, lowering, texting) for each in pieces_of(playbook)}


def pieces_of(playbook: Playbook) -> Iterator[Piece]:
    """The pieces among a playbook's content."""
    yield from (each for each in playbook.content.values() if isinstance(each, Piece))


def _piece(entry: Piece, lowering: Lowering, texting: Texting) -> CompiledPiece:
    fits = lowering.clause(entry.fits, ACCOUNT) if entry.fits is not None else None
    tests = sum(1 for _ in leaves(fits)) if fits is not None else 0
    return CompiledPiece(entry, fits, tests, texting.piece(entry))


# -- the pieces themselves -----------------------------------------------------------------------------


def _own(playbook: Playbook) -> Iterator[Problem]:
    for each in pieces_of(playbook):
        for key in _NEEDED[each.kind]:
            if getattr(each, key) is None:
                message = f"`content.{each.id}` has no `{key}`, which a {each.kind} needs"
                yield problem(codes.MISSING_KEY, each.place, message, f"add `{key}: …`")
        if each.outcome is not None and each.kind != "case":
            message = f"`outcome` is what a case has; `content.{each.id}` is of kind {each.kind}"
            yield problem(codes.UNKNOWN_KEY, place_in(each, "outcome"), message, "take it away, or write `kind: case`")
        if all(getattr(each, key) is None for key in _SAYING):
            message = f"`content.{each.id}` says nothing"
            yield problem(codes.MISSING_KEY, each.place, message, "add `summary`, `points`, `template` or `link`")
        if each.link is not None and not _LINK.fullmatch(each.link):
            message = f"`{each.link}` is no link that can be handed on"
            yield problem(
                codes.BAD_FORM, place_in(each, "link"), message, "write for example `https://example.com/paper`"
            )


def _needing(playbook: Playbook) -> Iterator[Problem]:
    """Only of a customer it is told that a message found nothing to go with it."""
    for each in playbook.messages.values():
        if not each.needs_attached:
            continue
        if not each.attach:
            message = f"`content.{each.id}` needs something attached and attaches nothing"
            yield problem(codes.MISSING_KEY, place_in(each, "needs_attached"), message, "add `attach: …`")
        if each.audience == "internal":
            message = f"`content.{each.id}` goes to our own people, and `needs_attached` is of messages to customers"
            yield problem(codes.UNKNOWN_KEY, place_in(each, "needs_attached"), message, "take it away")


# -- who names them ------------------------------------------------------------------------------------


def _named(playbook: Playbook) -> Iterator[Problem]:
    known = {each.id: each for each in pieces_of(playbook)}
    for role in playbook.roles.theirs.values():
        for at, name in enumerate(role.content):
            if name not in known and f"content.{name}" not in playbook.broken:
                yield _unknown(playbook, name, known, place_in(role, "content", at))
    for within, user in _users(playbook):
        for each in user.attach:
            yield from _attached(playbook, within, user, each, known)


def _users(playbook: Playbook) -> Iterator[tuple[Live, Task | Cadence | Message]]:
    """Everything that may attach, with the entry it stands in."""
    entries: list[RuleEntry] = [*playbook.warnings.values(), *playbook.cadence.values(), *playbook.rules.values()]
    for entry in entries:
        if isinstance(entry, Cadence):
            yield entry, entry
        yield from ((entry, task) for task in tasks_of(entry))
    for play in playbook.plays.values():
        yield from ((play, task) for task in play.tasks.values())
    yield from ((each, each) for each in playbook.content.values() if isinstance(each, Message))


def _unknown(playbook: Playbook, name: str, known: Iterable[str], place: Place) -> Problem:
    if name in playbook.content:
        return problem(codes.TYPE_MISMATCH, place, f"`{name}` is a message, nothing to bring", "`send` it instead")
    return problem(codes.UNKNOWN_NAME, place, f"`{name}` names no case, material or agenda", did_you_mean(name, known))


def _attached(
    playbook: Playbook, within: Live, user: Task | Cadence | Message, each: Attach, known: dict[str, Piece]
) -> Iterator[Problem]:
    piece = known.get(each.name or "")
    if each.name is not None and piece is None:
        if f"content.{each.name}" not in playbook.broken:
            yield _unknown(playbook, each.name, known, each.place)
        return
    if piece is not None and piece.status == "draft" and within.status != "draft":
        message = f"`{within.id}` attaches `{piece.id}`, which is a draft"
        yield problem(codes.DRAFT_REFERENCE, each.place, message, DRAFT_HINT)
    if each.name is None and each.kind is None and each.for_ is None:
        yield problem(codes.MISSING_KEY, each.place, "`attach` does not say what", "add `kind: case`, or `for: role`")
    if each.kind is not None and each.for_ is None and not any(found.kind == each.kind for found in known.values()):
        message = f"`content` has no {each.kind} to attach"
        yield problem(codes.UNKNOWN_NAME, each.place, message, f"add an entry with `kind: {each.kind}` under `content`")
    failed = each.outcome == "failure" or (piece is not None and piece.outcome == "failure")
    if failed and isinstance(user, Message) and user.audience == "customer":
        message = f"`content.{user.id}` goes to customers, and a case of failure does not"
        yield problem(codes.NOT_FOR_CUSTOMERS, each.place, message, "attach it to a task, for our own people")
