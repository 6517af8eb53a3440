"""What came of a word about work, told to whoever said it."""

from collections.abc import Iterator
from typing import Literal

from engine import Ledger
from engine.commands import ExitCode
from engine.commands.answering import put, say
from engine.commands.called import Called
from engine.commands.ledgers import local, locale_of, zone_of
from engine.commands.terminal import ink
from engine.ledger.entries import KeptWork
from engine.ledger.saying import Decide, Said
from engine.ledger.saying import say as write
from engine.lifecycle import deciding
from engine.lifecycle.events import Snoozed
from engine.lifecycle.work import Work
from engine.reports.work_words import work_words_for

Word = Literal["acknowledged", "started", "finished", "cancelled", "snoozed", "reassigned"]


def decided(ledger: Ledger, about: KeptWork, language: str | None, word: Word, decide: Decide) -> ExitCode:
    """Writes what somebody says, and says what came of it."""
    teller = _Teller(ledger, about, language)
    try:
        said = write(ledger, about, decide)
    except deciding.Ended as ended:
        return teller.refused(ended.work)
    except ValueError as wrong:
        return teller.cannot(wrong)
    put(teller.lines(word, said))
    return ExitCode.FINE


class _Teller:
    """Says it in the language of the run."""

    def __init__(self, ledger: Ledger, about: KeptWork, language: str | None) -> None:
        locale = locale_of(ledger, language, about.playbook)
        self._words = work_words_for(locale)
        self._called = Called(ledger, locale, {about.playbook})
        self._zone = zone_of(ledger, about.playbook)
        self._about = about

    def refused(self, work: Work) -> ExitCode:
        """That nothing can be said of it any more."""
        say(self._words.ended.format(status=self._words.statuses[work.status], **self._names()))
        return ExitCode.NOT_FINE

    def cannot(self, why: ValueError) -> ExitCode:
        """Why it can't be."""
        say(self._words.cannot.format(why=ink(why)))
        return ExitCode.NOT_FINE

    def lines(self, word: Word, said: Said) -> Iterator[str]:
        """What was said, or that it was said before; what moved along, and what can begin."""
        work = said.after.work.get(self._about.work.action.id, self._about.work)
        owner = work.action.owner
        role = self._called.names(self._about.playbook).role(owner.role)
        known = {
            "by": ink(self._called.person(work.by or owner.person or "") or role),
            "until": local(work.action.due_at, self._zone) if work.action.due_at else "",
            "person": ink(owner.name or owner.person or role),
        }
        sentences = self._words.before if said.event is None else self._words.said
        yield sentences[word].format(**known, **self._names())
        for moved in said.event.moved[1:] if isinstance(said.event, Snoozed) else ():
            until = local(moved.due_at, self._zone) if moved.due_at else ""
            yield self._words.moved.format(until=until, title=ink(moved.title), id=moved.id)
        for each in said.released:
            yield self._words.released.format(title=ink(each.action.title), id=each.action.id)

    def _names(self) -> dict[str, str]:
        account = self._called.about(self._about.playbook, self._about.account, self._about.name)
        return {"title": ink(self._about.work.action.title), "account": ink(account)}
