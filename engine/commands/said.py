"""Words on what is named and not there: entries that have ended, accounts, people and roles."""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime

from engine import AccountSnapshot, CompiledPlaybook, Context, Problem
from engine.commands.answering import say
from engine.commands.problem_formats import as_text
from engine.documents.shapes import place_in
from engine.foundation import codes
from engine.foundation.problems import did_you_mean, problem
from engine.language.exceptions import ended
from engine.planning.strangers import Strangers


def tell_ended(context: Context, moment: datetime, timezone: str) -> None:
    """What held rules back or set classes, and does so no more."""
    for line in as_text(ended(context.said, moment, timezone)):
        say(line)


class Named:
    """Who is named beside the playbook and by accounts, while the accounts of the input pass by."""

    def __init__(self, context: Context, compiled: CompiledPlaybook) -> None:
        self._said = context.said
        self._awaited = {name for each in self._said for name in each.accounts if not name.startswith("@")}
        self._seen: set[str] = set()
        self._strangers = Strangers(compiled, context.team)
        self._all_have_passed = False

    def noted(
        self, source: Callable[[], Iterable[AccountSnapshot | Problem]]
    ) -> Callable[[], Iterable[AccountSnapshot | Problem]]:
        """The source; what is asked of its accounts is kept while they pass by for the first time."""

        def accounts() -> Iterable[AccountSnapshot | Problem]:
            return source() if self._all_have_passed else self._first_pass(source())

        return accounts

    def _first_pass(self, accounts: Iterable[AccountSnapshot | Problem]) -> Iterator[AccountSnapshot | Problem]:
        for each in accounts:
            self._note(each)
            yield each
        self._all_have_passed = True

    def _note(self, each: AccountSnapshot | Problem) -> None:
        if isinstance(each, AccountSnapshot):
            self._strangers.note(each)
        name = each.id if isinstance(each, AccountSnapshot) else each.account
        if self._awaited and name is not None:
            self._seen.add(name)

    def tell(self) -> None:
        """A word on each account that has not come, and on strangers; none where not all have passed by."""
        if self._all_have_passed:
            for line in as_text([*self._missing(), *self._strangers.problems()]):
                say(line)

    def _missing(self) -> Iterator[Problem]:
        missing = self._awaited - self._seen
        for said in self._said if missing else ():
            for at, name in enumerate(said.accounts):
                if name in missing:
                    message = f"`{name}` in `{said.id}` is no account of the input"
                    hint = did_you_mean(name, self._seen)
                    yield problem(codes.NAMED_NOBODY, place_in(said, "accounts", at), message, hint)
