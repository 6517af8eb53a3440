"""The clocks of everything a ledger keeps: what ``tick`` does between runs, and every run too."""

from datetime import datetime

from engine.ledger.books import book_of
from engine.ledger.ledger import Ledger
from engine.ledger.ticking import Rung, ended_silences, late, tick
from engine.lifecycle.facts import Silence
from engine.lifecycle.notices import Naming, watch
from engine.planning.team import Team


def read_clocks(
    ledger: Ledger, now: datetime, naming: Naming, team: Team | None = None, language: str | None = None
) -> tuple[list[Rung], list[Silence]]:
    """Writes what the clocks of every playbook's work say, and tells the silences that have ended.

    ``naming`` says what things are called in notices; ``team`` are our people, else those of each playbook's last run.
    Raises ``InputUnreadable`` or ``PlaybookInvalid`` where what the last run was made with can't be read.
    """
    rungs: list[Rung] = []
    for playbook in late(ledger, now):
        book = book_of(ledger, playbook)
        people = team if team is not None else book.context.team
        at = watch(book.compiled, people, now, naming, language or book.context.language)
        rungs += tick(ledger, playbook, at)
    return rungs, ended_silences(ledger, now)
