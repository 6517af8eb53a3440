"""``scope``: entries that speak once of the portfolio, or of each group of accounts, instead of each account."""

from collections.abc import Callable, Iterable, Mapping

from engine.compiling.clauses import leaves
from engine.compiling.compiled import CompiledClass, CompiledRule, Grouping
from engine.compiling.levels import conclusions_read
from engine.compiling.symbols import ACCOUNT, Symbols
from engine.documents.shapes import place_in
from engine.foundation import codes
from engine.foundation.places import Place
from engine.foundation.problems import Code, Problem, did_you_mean, problem
from engine.language.conclusions import Classification
from engine.language.content import Message
from engine.language.playbook import Cadence, Playbook, RuleEntry
from engine.language.scope import WHOLE, Scoped
from engine.matching.core import TEXT, AccountField, Definition


class Groupings:
    """Finds what the entries of one playbook group accounts by; what is wrong goes to ``sink``."""

    def __init__(self, playbook: Playbook, symbols: Symbols, sink: Callable[[Problem], None]) -> None:
        self._playbook = playbook
        self._symbols = symbols
        self._sink = sink

    def of(self, entries: Iterable[Scoped]) -> tuple[Grouping, ...]:
        """Every way in which ``entries`` group accounts, in the order written."""
        found = {each.per: self._grouping(each) for each in entries if each.per is not None}
        return tuple(each for each in found.values() if each is not None)

    def _grouping(self, entry: Scoped) -> Grouping | None:
        if entry.per == WHOLE:
            return Grouping(WHOLE, None)
        name = str(entry.per)
        meaning = self._symbols.meaning(name, ACCOUNT)
        place = place_in(entry, "scope")
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

    def check_reads(self, entry: CompiledClass | CompiledRule, scopes: Mapping[str, str | None],
              definitions: Mapping[str, Definition]) -> None:  # fmt: skip
        """Whether an entry reads conclusions of its own scope: those of another are not there when it is worked out.

        ``scopes`` are those of all conclusions by address. What a figure over the portfolio reads, it reads of every
        account; and what counts warnings counts those of its own scope.
        """
        clauses = entry.clauses
        for test in (each for clause in clauses for each in leaves(clause)):
            for address in sorted(conclusions_read((test.node,), definitions, before=True, own=True)):
                section, _, name = address.partition(".")
                other = scopes.get(address, entry.per)
                if other != entry.per and (section != "warnings" or test.test == name):
                    message = f"`{address}` is of {_named(other)}, `{entry.address}` of {_named(entry.per)}"
                    hint = "give both the same `scope`, or read a figure over the portfolio"
                    self._report(codes.NOT_READABLE_HERE, test.place, message, hint)

    def check_class(self, entry: Classification) -> None:
        """Of a group there are no records."""
        if entry.per is not None and entry.each is not None:
            self._without_records(entry, "each")

    def _without_records(self, entry: Scoped, key: str) -> None:
        message = f"`{key}` reads an account; `scope` speaks of many"
        self._report(codes.NOT_READABLE_HERE, place_in(entry, key, key=True), message, "drop one of the two")

    def check_rule(self, rule: CompiledRule) -> None:
        """Of a group nothing is known but what its members have in common: no records, nobody to write to."""
        entry = rule.entry
        if rule.per is None:
            return
        for key in ("each", "where", "since"):
            if getattr(entry, key):
                self._without_records(entry, key)
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


def _named(per: str | None) -> str:
    return "every account" if per is None else "the portfolio" if per == WHOLE else f"all with the same `{per}`"
