"""What the last run of a playbook was made with, as the ledger keeps it."""

from msgspec import Struct

from engine.compiling.compiled import CompiledPlaybook
from engine.foundation import codes
from engine.foundation.places import Place
from engine.foundation.problems import InputUnreadable, did_you_mean, problem
from engine.language.playbook import Playbook
from engine.ledger.keeping import context_from, playbook_from, typed_playbook_from
from engine.ledger.ledger import Ledger
from engine.lifecycle.events import RunStarted
from engine.planning.context import Context


class Book(Struct, frozen=True):
    """A playbook and its context, as the last run had them."""

    compiled: CompiledPlaybook
    context: Context


def last_run(ledger: Ledger, playbook: str) -> RunStarted:
    """How the last run of a playbook began; raises ``InputUnreadable`` where there was none."""
    found = ledger.runs(playbook)
    if found:
        return found[0].started
    hint = did_you_mean(playbook, {each.playbook for each in ledger.runs()})
    raise _unusable(f"the ledger has no run of a playbook `{playbook}`", hint)


def book_of(ledger: Ledger, playbook: str) -> Book:
    """The playbook and context of its last run; raises ``InputUnreadable`` where the ledger does not have them, and
    ``PlaybookInvalid`` where this version of the program can't read the playbook."""
    return Book(playbook_from(_sources(ledger, playbook)), context_of(ledger, playbook))


def typed_playbook_of(ledger: Ledger, playbook: str) -> Playbook:
    """The playbook of its last run as it is written: to name things by it. Raises as ``book_of``."""
    return typed_playbook_from(_sources(ledger, playbook))


def _sources(ledger: Ledger, playbook: str) -> bytes:
    stored = ledger.get(last_run(ledger, playbook).sources)
    if stored is None:
        raise _unusable(f"what the last run of `{playbook}` was made with is not kept any more", "run it again")
    return stored


def context_of(ledger: Ledger, playbook: str) -> Context:
    """The context of the last run, but its exceptions: the team, the rates, the language."""
    stored = ledger.get(last_run(ledger, playbook).context)
    return context_from(stored, {}) if stored is not None else Context.empty()


def _unusable(message: str, hint: str | None) -> InputUnreadable:
    return InputUnreadable([problem(codes.LEDGER_UNUSABLE, Place(""), message, hint)])
