"""Words on what people say beside the playbook: entries that have ended, and accounts that are not there."""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime

from engine import AccountSnapshot, Context, Problem
from engine.commands.answering import say
from engine.commands.problem_formats import as_text
from engine.documents.shapes import place_in
from engine.foundation import codes
from engine.foundation.problems import did_you_mean, problem
from engine.language.exceptions import ended


def tell_ended(context: Context, moment: datetime, timezone: str) -> None:
    """What held rules back or set classes, and does so no more."""
    for line in as_text(ended(context.said, moment, timezone)):
        say(line)


class Named:
    """The accounts that are named beside the playbook, while the accounts of the input pass by."""

    def __init__(self, context: Context) -> None:
        self._said = context.said
        self._awaited = {name for each in self._said for name in each.accounts if not name.startswith("@")}
        self._seen: set[str] = set()
        self._all_have_passed = False

    def noted(
        self, source: Callable[[], Iterable[AccountSnapshot | Problem]]
    ) -> Callable[[], Iterable[AccountSnapshot | Problem]]:
        """The source; which accounts it has is kept where any is awaited."""
        if not self._awaited:
            return source

        def accounts() -> Iterator[AccountSnapshot | Problem]:
            for each in source():
                name = each.id if isinstance(each, AccountSnapshot) else each.account
                if name is not None:
                    self._seen.add(name)
                yield each
            self._all_have_passed = True

        return accounts

    def tell(self) -> None:
        """A word on each account that has not come; none where not all have passed by."""
        for line in as_text(list(self._missing())):
            say(line)

    def _missing(self) -> Iterator[Problem]:
        missing = self._awaited - self._seen if self._all_have_passed else set()
        for said in self._said if missing else ():
            for at, name in enumerate(said.accounts):
                if name in missing:
                    message = f"`{name}` in `{said.id}` is no account of the input"
                    hint = did_you_mean(name, self._seen)
                    yield problem(codes.NAMED_NOBODY, place_in(said, "accounts", at), message, hint)
