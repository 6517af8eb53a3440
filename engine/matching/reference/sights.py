"""What the reference interpreter sees: values with what is missing, and the account it looks at."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from typing import Any, Final, TypeVar, cast

from msgspec import UNSET, Struct, UnsetType, field
from msgspec.structs import replace

from engine.foundation.problems import AccountFailed
from engine.matching.core import Forest, Node
from engine.matching.fields import fits, too_large
from engine.matching.run import Conclusions, RunValues, Value
from engine.snapshots.model import COLLECTIONS, AccountSnapshot, Record


class Sight(Struct, frozen=True):
    """A value; where it is unknown, also the absent inputs it depends on, in the order met, each once.

    Inputs are named by path: ``surveys``, ``surveys.score``, ``profile.industry``, ``fields.budget``,
    ``classes.tier``, ``$floor``, ``portfolio``, ``rate USD→CNY on 2026-03-31``, ``purchases from 2026-01-01 to
    2026-03-31`` (a period that the coverage leaves out).
    """

    value: Value
    missing: tuple[str, ...] = ()


YES: Final = Sight(True)
NO: Final = Sight(False)
NONE: Final = Sight(None)


View = Callable[[Any, Conclusions, Mapping[str, Record]], Value]
"""Works out one node: from an account's state among the rows, its conclusions, and the records bound."""


class Environment(Struct, frozen=True):
    """All that a node is worked out from: the account, the run, lower conclusions, and the records bound so far.

    ``figures`` are metrics of the account that the rows have worked out already, ``views`` the nodes that rows work out
    in the ``state`` of the account: the two agree. ``delivered`` is false where a record is bound of which nothing is
    known but its id, for its collection is not there. ``figure`` and ``seen`` are the interpreter's own: the metric
    being worked out, and what it has worked out.
    """

    forest: Forest
    snapshot: AccountSnapshot
    run: RunValues
    conclusions: Conclusions
    records: Mapping[str, Record] = {}
    figures: Mapping[str, Value] = {}
    views: Mapping[Node, View] = {}
    state: Any = None
    delivered: bool = True
    figure: str | None = None
    seen: dict[tuple[str, int], Sight] = field(default_factory=dict)

    def binding(self, variable: str, record: Record, *, delivered: bool = True) -> "Environment":
        """The same with ``variable`` bound to ``record``."""
        bound = self._with({**self.records, variable: record}, self.figure)
        return bound if delivered else replace(bound, delivered=False)

    def within(self, figure: str, records: Mapping[str, Record]) -> "Environment":
        """The same inside a metric, which reads no records but its own."""
        return self._with(records, figure)

    def _with(self, records: Mapping[str, Record], figure: str | None) -> "Environment":
        return Environment(
            self.forest, self.snapshot, self.run, self.conclusions, records, self.figures, self.views, self.state,
            self.delivered, figure, self.seen,
        )  # fmt: skip

    def failed(self) -> AccountFailed:
        """The failure of this account by a figure that does not fit in 64 bits."""
        return too_large(self.snapshot.id, self.figure)


Rule = Callable[[Any, Environment], Sight]
_RuleT = TypeVar("_RuleT", bound=Rule)
_RULES: Final[dict[type[Node], Rule]] = {}


def sees(*kinds: type[Node]) -> Callable[[_RuleT], _RuleT]:
    """Makes a function the one that interprets nodes of these kinds."""

    def register(rule: _RuleT) -> _RuleT:
        _RULES.update(dict.fromkeys(kinds, rule))
        return rule

    return register


def look(node: Node, env: Environment) -> Sight:
    """``node`` worked out by the rule of its kind."""
    return _RULES[type(node)](node, env)


def unknown(*missing: str) -> Sight:
    """Unknown, for want of these inputs."""
    return Sight(UNSET, missing)


def lacking(sights: Iterable[Sight]) -> tuple[str, ...]:
    """What the unknown ones among ``sights`` miss, in order, each once."""
    return tuple(dict.fromkeys(path for sight in sights if sight.value is UNSET for path in sight.missing))


def unknown_for(sights: Iterable[Sight]) -> Sight:
    """Unknown, for want of whatever ``sights`` miss."""
    return Sight(UNSET, lacking(sights))


def figure(value: int, env: Environment) -> Sight:
    """A figure just worked out, which has to fit in 64 bits."""
    if not fits(value):
        raise env.failed()
    return Sight(value)


def truth(node: Node, env: Environment) -> Sight:
    """``node`` where a truth is wanted: none counts as false, as in a comparison."""
    seen = look(node, env)
    return NO if seen.value is None else seen


def known(sights: Iterable[Sight], work: Callable[..., Sight]) -> Sight:
    """``work`` on the values; unknown where one is (it wins), none where one is none."""
    sights = tuple(sights)
    values = [each.value for each in sights]
    if UNSET in values:
        return unknown_for(sights)
    return NONE if None in values else work(*values)


def visible(snapshot: AccountSnapshot, collection: str, run: RunValues) -> tuple[Record, ...] | UnsetType:
    """The records of a collection that lie not after the moment (semantics 3.1); unknown for an absent collection.

    A record without a date, or whose date is unknown, is visible.
    """
    records = cast("tuple[Record, ...] | UnsetType | None", getattr(snapshot, collection))
    if records is UNSET:
        return UNSET
    return tuple(each for each in records or () if _is_visible(dated(each, collection), run))


def dated(record: Record, collection: str) -> date | datetime | UnsetType | None:
    """The date of a record: what its collection's date field holds."""
    found: date | datetime | UnsetType | None = getattr(record, COLLECTIONS[collection].date_field)
    return found


def _is_visible(when: date | datetime | UnsetType | None, run: RunValues) -> bool:
    if when is None or when is UNSET:
        return True
    return when <= run.as_of if isinstance(when, datetime) else when <= run.today
