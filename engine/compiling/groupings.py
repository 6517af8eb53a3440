"""``scope``: rules that act once for the portfolio, or for each group of accounts, instead of for each account."""

from collections.abc import Callable, Iterable

from engine.compiling.compiled import CompiledRule, Grouping
from engine.compiling.symbols import ACCOUNT, Symbols
from engine.documents.shapes import place_in
from engine.foundation import codes
from engine.foundation.places import Place
from engine.foundation.problems import Code, Problem, did_you_mean, problem
from engine.language.content import Message
from engine.language.playbook import Cadence, Playbook, RuleEntry
from engine.matching.core import TEXT, AccountField

WHOLE = "portfolio"
"""What work for all accounts together is called."""


class Groupings:
    """Finds what the rules of one playbook group accounts by; what is wrong goes to ``sink``."""

    def __init__(self, playbook: Playbook, symbols: Symbols, sink: Callable[[Problem], None]) -> None:
        self._playbook = playbook
        self._symbols = symbols
        self._sink = sink

    def of(self, rules: Iterable[CompiledRule]) -> tuple[Grouping, ...]:
        """Every way in which ``rules`` group accounts, in the order written."""
        found = {each.per: self._grouping(each) for each in rules if each.per is not None}
        return tuple(each for each in found.values() if each is not None)

    def _grouping(self, rule: CompiledRule) -> Grouping | None:
        if rule.per == WHOLE:
            return Grouping(WHOLE, None)
        name = str(rule.per)
        meaning = self._symbols.meaning(name, ACCOUNT)
        place = place_in(rule.entry, "scope")
        if meaning is None:
            hint = did_you_mean(name, self._symbols.known_names(ACCOUNT))
            self._report(codes.UNKNOWN_NAME, place, f"`per: {name}` is not known", hint)
        elif meaning.type != TEXT or not isinstance(meaning.node, AccountField):
            message = f"`per: {name}` is no text of the account's own data"
            self._report(
                codes.TYPE_MISMATCH, place, message, "write for example `per: profile.industry` or `per: owner.csm`"
            )
        else:
            return Grouping(name, meaning.node)
        return None

    def check(self, rule: CompiledRule) -> None:
        """Of a group nothing is known but what its members have in common: no records, nobody to write to."""
        entry = rule.entry
        if rule.per is None:
            return
        for key in ("each", "where", "since"):
            if getattr(entry, key):
                message = f"`{key}` reads an account; `scope` acts for many"
                self._report(codes.NOT_READABLE_HERE, place_in(entry, key, key=True), message, "drop one of the two")
        rolling = isinstance(entry, Cadence) and entry.every is not None and entry.counted_from != "calendar"
        if rolling:
            message = "work for many accounts comes round by the calendar"
            self._report(codes.MISSING_KEY, entry.place, message, "add `counted_from: calendar`")
        self._check_messages(rule, entry)

    def _check_messages(self, rule: CompiledRule, entry: RuleEntry) -> None:
        sent = (task.task.send for effect in rule.effects for task in effect.tasks)
        contents = (self._playbook.content.get(each) for each in sent if each)
        for content in contents:
            if isinstance(content, Message) and content.audience == "customer":
                message = f"`{content.id}` goes to customers; `scope` acts for many accounts"
                self._report(codes.NOT_READABLE_HERE, entry.place, message, "send it from an entry for the account")

    def _report(self, code: Code, place: Place, message: str, hint: str | None = None) -> None:
        self._sink(problem(code, place, message, hint))
