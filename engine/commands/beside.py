"""A portfolio beside a ledger, as ``plan --ledger`` and ``apply`` read it, and the words on what it would come to."""

from collections.abc import Iterator
from pathlib import Path

import msgspec

from engine import ActionPlan, Problem
from engine.commands.terminal import harmless_json, ink
from engine.foundation.files import whole_file
from engine.ledger.applying import Review
from engine.ledger.asked import Asked
from engine.ledger.deciding import Decided, Portfolio
from engine.ledger.saving import SavedPlan, Saving
from engine.reports.words import Words, joined

_MOST_NAMED = 10


class Changes:
    """What a run would change, while its plans pass by; kept in a file where ``saving`` says how."""

    def __init__(self, portfolio: Portfolio, asked: Asked) -> None:
        self._portfolio = portfolio
        self._saving = Saving(asked, portfolio)
        self.review = Review()

    def over(self, words: Words) -> Iterator[str]:
        """A word on each silence that has ended since the run before: what it silenced acts again."""
        yield from over(self._portfolio, words)

    def plans(self, only: str | None = None) -> Iterator[ActionPlan | Problem]:
        """The plans of all accounts and groups beside the ledger, or of one account; a problem for each that can't be
        planned."""
        for batch in self._portfolio.decided():
            for each in batch:
                if isinstance(each, Decided):
                    self.review.add(each)
                    self._saving.add(each)
                    if only in (None, each.account):
                        yield each.reconciled.plan
                else:
                    yield each

    def count(self) -> None:
        """Lets all plans pass by."""
        for _ in self.plans():
            pass

    @property
    def saved(self) -> SavedPlan:
        """What they were made from, once all have passed by."""
        return self._saving.saved()

    def save(self, path: Path) -> None:
        """Keeps them in a file, to be applied later."""
        with whole_file(path) as stream:
            stream.write(harmless_json(msgspec.json.format(msgspec.json.encode(self.saved), indent=1)) + b"\n")


def over(portfolio: Portfolio, words: Words) -> Iterator[str]:
    """A word on each silence that has ended since the run before: what it silenced acts again."""
    for each in portfolio.silences_over:
        yield ink(words.silence_over.format(each.id, each.why, each.by))


def told(review: Review, words: Words) -> Iterator[str]:
    """Why a change is large: how many accounts would close work or turn red, and which."""
    for names, phrase in ((review.closing, words.would_close), (review.reddening, words.would_redden)):
        if len(names) > review.limit:
            yield ink(phrase.format(len(names), review.accounts, review.limit), fg="red", bold=True)
            yield f"  {ink(_few(names, words))}"


def _few(names: list[str], words: Words) -> str:
    more = len(names) - _MOST_NAMED
    return joined((words.comma.join(names[:_MOST_NAMED]), words.count(words.more, more) if more > 0 else ""))
