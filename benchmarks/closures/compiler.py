"""Accounts on their way, and the compiler that the rules of the nodes belong to."""

from collections.abc import Callable
from datetime import timedelta
from operator import attrgetter
from typing import Any

from msgspec import UNSET

from engine.foundation.quantities import INT64_MAX
from engine.matching import core
from engine.matching.core import Forest, Node, Scope
from engine.matching.explained import Environment, evaluate
from engine.matching.fields import too_large
from engine.matching.periods import SeriesOfRun
from engine.matching.run import Conclusions, RunValues
from engine.matching.shape import Shape, is_timed
from engine.snapshots.model import COLLECTIONS, AccountSnapshot


class Account:
    """One account on its way: the records bound, and what has been worked out."""

    __slots__ = ("conclusions", "figures", "records", "series", "snapshot", "visible")

    def __init__(self, snapshot: AccountSnapshot) -> None:
        self.snapshot = snapshot
        self.conclusions: Conclusions = {}
        self.records: dict[str, Any] = {}
        self.figures: dict[str, Any] = {}
        self.visible: dict[str, Any] = {}
        self.series: dict[Any, Any] = {}


Closure = Callable[[Account], Any]
_RULES: dict[type[Node], Callable[[Any, Any], Closure]] = {}


def compiles(kind: type[Node]) -> Callable[[Any], Any]:
    """Makes a function the one that compiles nodes of a kind."""

    def register(rule: Any) -> Any:
        _RULES[kind] = rule
        return rule

    return register


class Closures:
    """A forest as closures, bound to one run."""

    def __init__(self, forest: Forest, run: RunValues) -> None:
        self.forest = forest
        self.run = run
        self.early = run.today - timedelta(2)
        self.shape = Shape(forest.definitions)
        self.known_series: dict[core.Series, tuple[SeriesOfRun, Closure]] = {}
        self.figures = {name: self.node(each.node) for name, each in forest.definitions.items()}
        self.levels = [[self._scope(scope) for scope in level] for level in forest.levels]

    def match(self, snapshot: AccountSnapshot, conclusions: Conclusions) -> list[Any]:
        """Every scope of every level."""
        account = Account(snapshot)
        account.conclusions = conclusions
        return [scope(account) for level in self.levels for scope in level]

    def _scope(self, scope: Scope) -> Closure:
        atoms = [(1 << index, self.node(each)) for index, each in enumerate(scope.atoms)]

        def bits(account: Account) -> tuple[int, int]:
            t = u = 0
            for bit, atom in atoms:
                found = atom(account)
                if found is True:
                    t |= bit
                elif found is UNSET:
                    u |= bit
            return t, t | u

        def records(account: Account) -> Any:
            found = self.visible(account, scope.collection or "")
            if found is UNSET:
                return UNSET
            seen = []
            for record in sorted(found, key=lambda each: each.id):
                account.records[scope.record or ""] = record
                seen.append((record, *bits(account)))
            return seen

        return bits if scope.collection is None else records

    def node(self, node: Node) -> Closure:
        """The closure of a node; what a run fixes is worked out now."""
        if self.shape.constant_of_run(node):
            snapshot = AccountSnapshot(id="nobody", name="nobody")
            value = evaluate(node, Environment(self.forest, snapshot, self.run, {}))
            return lambda _: value
        return _RULES[type(node)](self, node)

    def visible(self, account: Account, collection: str) -> Any:
        """The visible records of a collection, unknown for an absent one."""
        if collection not in account.visible:
            account.visible[collection] = self._now_visible(getattr(account.snapshot, collection), collection)
        return account.visible[collection]

    def _now_visible(self, records: Any, collection: str) -> Any:
        if records is UNSET:
            return UNSET
        date_of, early = attrgetter(COLLECTIONS[collection].date_field), self.early
        if is_timed(collection):
            now = self.run.as_of
            return [
                each
                for each in records or ()
                if (when := date_of(each)) is None or when is UNSET or when.date() < early or when <= now
            ]
        today = self.run.today
        return [each for each in records or () if (day := date_of(each)) is None or day is UNSET or day <= today]


def checked(account: Account, value: Any) -> Any:
    """A figure that fits in 64 bits."""
    if value is not UNSET and not -INT64_MAX <= value <= INT64_MAX:
        raise too_large(account.snapshot.id)
    return value
