"""What a planning run came to, counted while its accounts and plans pass by."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator

from engine import AccountSnapshot, ActionPlan, Problem
from engine.commands.accounts import Sought
from engine.commands.answering import say
from engine.commands.problem_formats import as_line
from engine.evaluation.findings import LIGHTS
from engine.reports.words import Words, joined


class Totals:
    """The counts of a run over all accounts, or over the one that is ``sought``."""

    def __init__(self, sought: Sought | None = None) -> None:
        self._sought = sought
        self.lights: Counter[str] = Counter()
        self.actions = self.overdue = self.messages = self.gaps = self.failed = 0

    def noted(
        self, source: Callable[[], Iterable[AccountSnapshot | Problem]]
    ) -> Callable[[], Iterable[AccountSnapshot | Problem]]:
        """The source, with what is needed to say why the one account is not there."""
        sought = self._sought
        if sought is None:
            return source

        def accounts() -> Iterator[AccountSnapshot | Problem]:
            for each in source():
                sought.note(each)
                yield each

        return accounts

    def counted(self, found: Iterable[ActionPlan | Problem]) -> Iterator[ActionPlan]:
        """The plans, counted; failed accounts are told on stderr.

        Raises ``InputUnreadable`` at the end where the account asked for was not there.
        """
        for each in found:
            if isinstance(each, ActionPlan):
                self._count(each)
                yield each
            elif self._sought is None or self._sought.is_about(each):
                self.failed += 1
                say(as_line(each))
        if self._sought is not None and not self.planned and not self.failed:
            raise self._sought.missing()

    def _count(self, plan: ActionPlan) -> None:
        if plan.account is not None:
            self.lights[plan.light] += 1
        self.actions += sum(each.state != "closing" for each in plan.actions)
        self.overdue += sum(each.overdue for each in plan.actions)
        self.messages += len(plan.messages)
        self.gaps += len(plan.gaps)

    @property
    def planned(self) -> int:
        """Accounts with a plan."""
        return self.lights.total()

    def line(self, words: Words) -> str:
        """``30 accounts: red 5 · yellow 12 · green 13 | 80 actions · 6 overdue | …``."""
        lights = joined(f"{words.lights[light]} {self.lights[light]}" for light in LIGHTS)
        work = joined((words.count(words.actions, self.actions), words.count(words.overdue, self.overdue)))
        rest = joined(
            (
                words.count(words.message, self.messages),
                words.count(words.gap, self.gaps),
                words.count(words.failed, self.failed) if self.failed else "",
            )
        )
        return joined((f"{words.count(words.accounts, self.planned)}{words.colon}{lights}", work, rest), " | ")
