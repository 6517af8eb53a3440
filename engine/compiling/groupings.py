"""``scope``: entries that speak once of the portfolio, or of each group of accounts, instead of each account."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import cast

from msgspec import Struct

from engine.compiling.clauses import leaves
from engine.compiling.compiled import CompiledClass, CompiledRule, Grouping
from engine.compiling.levels import conclusions_read, walk
from engine.compiling.symbols import ACCOUNT, Symbols
from engine.documents.shapes import place_in
from engine.foundation import codes
from engine.foundation.places import Place
from engine.foundation.problems import Code, Problem, did_you_mean, problem
from engine.language.conclusions import Classification
from engine.language.content import Message
from engine.language.playbook import Cadence, Playbook, RuleEntry
from engine.language.scope import WHOLE, Scoped
from engine.matching.core import TEXT, AccountField, Definition, Items, Node


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

    def check_data(self, entry: CompiledClass | CompiledRule, definitions: Mapping[str, Definition]) -> None:
        """Whether an entry for many accounts reads data that one account has, and a group has not (spec 4.9)."""
        if entry.per is None:
            return
        meaning = self._symbols.meaning(entry.per, ACCOUNT)
        shared = meaning.node if meaning is not None else None
        told: set[str] = set()
        for name, node, place in _read_by(entry):
            read = data_read((node,), definitions, shared)
            if read and name not in told:
                told.add(name)
                way = "" if name == read[0] else f", worked out from `{read[0]}`,"
                message = f"`{name}`{way} is of one account, `{entry.address}` of {_named(entry.per)}"
                hint = "read a figure over the portfolio, such as `share_of_accounts` of those of which it holds"
                self._report(codes.NOT_READABLE_HERE, place, message, hint)

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


def data_read(nodes: Iterable[Node], definitions: Mapping[str, Definition], shared: Node | None) -> list[str]:
    """The data of one account that ``nodes`` read, as authors write it; ``shared`` is what the accounts of a group have
    in common."""
    return sorted(_data_name(each) for each in walk(nodes, definitions, own=True) if _is_data(each, shared))


def _read_by(entry: CompiledClass | CompiledRule) -> Iterator[tuple[str, Node, Place]]:
    """What an entry reads, with the name it is written by and where: tests, due dates and what shows tasks done."""
    clauses = list(entry.clauses)
    if isinstance(entry, CompiledRule):
        for task in (task for effect in entry.effects for task in effect.tasks):
            clauses += [task.done] if task.done is not None else []
            if task.anchor is not None and task.task.due is not None:
                yield str(task.task.due.anchor), task.anchor, task.task.due.place
    yield from ((test.test, test.node, test.place) for clause in clauses for test in leaves(clause))


def _is_data(node: Struct, shared: Node | None) -> bool:
    """Whether a node is data of one account, other than what the accounts of a group have in common."""
    return isinstance(node, Items) or (isinstance(node, AccountField) and node != shared)


def _data_name(node: Struct) -> str:
    """Data as authors write it."""
    if isinstance(node, Items):
        return node.collection
    section, *rest = cast("AccountField", node).path
    return ".".join((["owner"] if section == "owners" else [] if section == "fields" else [section]) + rest)


def _named(per: str | None) -> str:
    return "every account" if per is None else "the portfolio" if per == WHOLE else f"all with the same `{per}`"
