"""The core trees every condition and figure is lowered to.

Values are: truth (``True``/``False``), number (``int`` at the type's scale), text, texts (tuple of text), date,
instant. Besides these a node may yield ``None`` (known none) or ``UNSET`` (unknown), see semantics 1. Two
evaluators read these trees and must agree: ``explained`` (the reference) and ``rows`` (generated code).

Where a node says nothing else, an unknown operand makes it unknown, and else a none operand none (of a test: false);
unknown wins. Where a truth is wanted, none counts as false. ``null`` and the empty list of a snapshot's texts are none.
An account fails (PB705) where a figure that is worked out does not fit in 64 bits, also if another part of the tree has
decided it: what can fail is never skipped, but records that ``where`` leaves out are.

Nothing here depends on the moment or on parameters' values: those are bound per run (``engine.matching.run``).
"""

from datetime import date, datetime
from typing import Literal

from msgspec import Struct

from engine.foundation.quantities import Duration, Period

Kind = Literal["truth", "number", "text", "texts", "date", "instant", "money", "duration"]


class ValueType(Struct, frozen=True):
    """Type of a value: its kind; for numbers the unit and the decimals kept (``scale``).

    ``money`` is an amount in its own currency as it stands in the snapshot; once converted it is a ``number`` whose
    ``unit`` is the reporting currency and whose ``scale`` is that currency's minor digits.
    """

    kind: Kind
    unit: str = "number"
    scale: int = 6


TRUTH = ValueType("truth")
TEXT = ValueType("text")
TEXTS = ValueType("texts")
DATE = ValueType("date")
INSTANT = ValueType("instant")
MONEY = ValueType("money")
DURATION = ValueType("duration")
PERCENT = ValueType("number", "percent")
COUNT = ValueType("number", "number", 0)


class Node(Struct, frozen=True, cache_hash=True):
    """Base of all core nodes."""


# -- leaves -------------------------------------------------------------------------------------------


class Constant(Node, frozen=True):
    """A value written in the playbook, already at its type's scale."""

    value: int | str | bool | date | datetime | Duration | tuple[str, ...] | None
    type: ValueType


class Parameter(Node, frozen=True):
    """A tunable figure, bound per run; unknown before its first date."""

    name: str
    type: ValueType


class Today(Node, frozen=True):
    """The local date of the run."""


class Now(Node, frozen=True):
    """The instant of the run."""


class AccountField(Node, frozen=True):
    """A scalar of the account. ``path`` is ``("profile", "industry")`` or, for declared data, ``("fields", "x")``."""

    path: tuple[str, ...]
    type: ValueType


class RecordField(Node, frozen=True):
    """A field of the record bound to the variable ``record``: ``("status",)`` or ``("fields", "x")``."""

    record: str
    path: tuple[str, ...]
    type: ValueType


class LinkedField(Node, frozen=True):
    """A field of the record of ``collection`` that ``record.key`` names; a dangling id is unknown, none is none."""

    record: str
    key: str
    collection: str
    path: tuple[str, ...]
    type: ValueType


class Figure(Node, frozen=True):
    """A named metric. ``record`` is the variable it is worked out for, for metrics with ``each``."""

    name: str
    type: ValueType
    record: str | None = None


class Conclusion(Node, frozen=True):
    """A settled conclusion of a lower level, by its address (``classes.tier``, ``warnings.late``, ``light``).

    With ``record`` it is the conclusion for that record's id; an id without one is unknown.
    """

    address: str
    type: ValueType
    record: str | None = None


class Population(Struct, frozen=True):
    """The accounts, or the records of a ``collection`` of all accounts, that are held against each other by ``value``,
    those of one ``group`` among themselves (semantics 4.7). Both are worked out of every account before any is planned,
    and are no part of a tree that speaks of it: of one account or record ``value`` is none where it does not belong,
    unknown where it is left out. Records are bound to ``record``."""

    name: str
    value: Node
    group: tuple[Node, ...] = ()
    collection: str | None = None
    record: str | None = None


Measure = Literal[
    "top_percent", "rank", "rank_from_low", "fifths", "fifths_from_low", "share_of_total", "cumulative_share",
    "share_before", "against_average", "share_of_accounts",
]  # fmt: skip
"""What can be said of a value among others: :mod:`engine.matching.rankings`."""


class Standing(Node, frozen=True):
    """Where the own value ``of`` of an account or record stands in its ``group`` of a population; without ``of``, what
    is to be said of the group itself. Unknown where no figures of the portfolio were given for the group, or where all
    of its members are left out."""

    measure: Measure
    population: Population
    of: Node | None
    group: tuple[Node, ...]
    type: ValueType


# -- values -------------------------------------------------------------------------------------------


class Items(Struct, frozen=True):
    """The visible records of a collection, bound one by one to ``record``, of which ``where`` holds.

    A record whose ``where`` is unknown makes what is worked out over it unknown, unless ``undecided`` is ``skip``
    (semantics 1.4). ``last`` keeps the latest n by date field, ties by id; records without a date come first. An
    unknown date among them makes the result unknown when ``last`` is given.
    """

    collection: str
    record: str
    where: Node | None = None
    last: int | None = None
    undecided: Literal["unknown", "skip"] = "unknown"


AggregateKind = Literal["count", "count_distinct", "sum", "average", "minimum", "maximum", "latest", "share"]


class Aggregate(Node, frozen=True):
    """One value over records (semantics 1.3, 1.4). ``of`` is worked out per record; none is skipped, unknown makes
    the result unknown. ``share`` counts the records where the truth ``of`` holds, in percent of all (none if there
    are none). ``latest`` takes the ``of`` of the record with the latest date field among those whose ``of`` is not
    none, ties by id, records without a date left out; there an unknown ``of`` matters only if it is that one's.
    ``average`` rounds half-even once, at the type's scale. ``count`` with ``of`` counts those that are not none."""

    kind: AggregateKind
    items: Items
    of: Node | None
    type: ValueType


class Missing(Node, frozen=True):
    """Those of ``out_of`` that no record's ``of`` equals, in the given order, as texts; none if all are there."""

    items: Items
    of: Node
    out_of: tuple[str, ...]


class Arithmetic(Node, frozen=True):
    """``add``, ``subtract`` and ``multiply`` are exact; ``divide`` rounds half-even once and is none by 0.

    ``add`` and ``subtract`` take operands of one scale. ``multiply`` gives the sum of the scales. ``divide`` gives
    ``type.scale``; with unit ``percent`` the quotient is taken times 100. A none operand gives none, an unknown one
    unknown (unknown wins)."""

    op: Literal["add", "subtract", "multiply", "divide"]
    of: tuple[Node, ...]
    type: ValueType


class Rescale(Node, frozen=True):
    """The same number with more decimals."""

    of: Node
    type: ValueType


class Change(Node, frozen=True):
    """Relative change (after − before) / |before| in percent, none where before is 0 (semantics 2.4)."""

    before: Node
    after: Node
    type: ValueType = PERCENT


Weights = tuple["int | tuple[int, Weights]", ...]
"""Whole-number weights of a mean; a weight with weights of its own is that of a part, which is a mean again."""

Missed = Literal["unknown", "spread", "zero"]


class Weighted(Node, frozen=True):
    """The mean by ``weights`` of figures of one scale, rounded half-even once; ``of`` are the leaves of ``weights``.

    ``missed`` says what becomes of it where one of them is none or unknown: ``unknown`` makes it so too; ``spread``
    gives its weight to what is left of its part, and that of a part of which nothing is left to the other parts; with
    ``zero`` it counts as 0. Where nothing is left it is unknown if one of them is, else none."""

    weights: Weights
    of: tuple[Node, ...]
    type: ValueType
    missed: Missed = "unknown"


class Elapsed(Node, frozen=True):
    """Time from ``start`` to ``end``: ``days`` (local dates) and ``months`` (complete ones, clamped, counted from
    ``start``) as whole numbers of scale 0, ``hours`` elapsed at scale 6. Negative where ``end`` lies before."""

    unit: Literal["days", "months", "hours"]
    start: Node
    end: Node
    type: ValueType


class Shift(Node, frozen=True):
    """A date or instant moved by a duration, ``back`` for earlier. Months clamp. Hours need an instant; days to years
    move the local date of one. The result is held within the years 1 to 9999. Working time is refused with
    ``ValueError``: no calendar is at hand."""

    of: Node
    by: Node
    back: bool
    type: ValueType


class LocalDate(Node, frozen=True):
    """The local date of an instant, in the playbook's time zone."""

    of: Node


class InReporting(Node, frozen=True):
    """Money in minor units of the reporting currency at the rate of the day ``on``; no rate is unknown
    (semantics 2.6), and so is no day. Money of the reporting currency needs neither."""

    of: Node
    on: Node
    type: ValueType


class IfNone(Node, frozen=True):
    """``of``, or ``otherwise`` where that is none."""

    of: Node
    otherwise: Node
    type: ValueType


class Cases(Node, frozen=True):
    """The value of the first case whose truth holds, else ``otherwise``. Where an unknown truth leaves several
    possible, their common value if they agree, else unknown (semantics 1.6)."""

    cases: tuple[tuple[Node, Node], ...]
    otherwise: Node
    type: ValueType


class Series(Struct, frozen=True):
    """A collection cut into calendar periods: the count of records or the sum of ``of`` in each (semantics 2.5).

    A period is known if it lies within the collection's coverage (default: from its first record to ``today``); it
    is then 0 without records. A period is complete after its end plus ``settles_after``. A record that may lie in a
    period and whose ``where``, date or ``of`` is unknown makes that period unknown; one without a date lies in none.
    """

    items: Items
    of: Node | None
    period: Period
    settles_after: Duration | None
    type: ValueType


class PeriodValue(Node, frozen=True):
    """The series' value in the ``back``-th last complete period (1 = the last complete one)."""

    series: Series
    back: int


class Statistic(Node, frozen=True):
    """What the values ``of`` periods, all of one scale and the oldest first, show together, in percent of their mean:
    ``trend``, the slope of the least-squares line per period; ``volatility``, their standard deviation over the whole
    of them. None where the mean is 0. Rounded half-even once."""

    kind: Literal["trend", "volatility"]
    of: tuple[Node, ...]
    type: ValueType = PERCENT


class Streak(Node, frozen=True):
    """How many complete periods in a row, from the last one back, fell (or rose) by at least ``by`` percent, each
    against the one before; from 0 nothing can fall or rise. Unknown where an unknown period is reached first:
    compare it by :class:`StreakReaches`, which knows more."""

    series: Series
    direction: Literal["falling", "rising"]
    by: Node


class StreakReaches(Node, frozen=True):
    """Truth: each of the last ``count`` complete periods fell (or rose) by at least ``by``; Kleene's *and*."""

    series: Series
    direction: Literal["falling", "rising"]
    by: Node
    count: int


# -- truths -------------------------------------------------------------------------------------------

CompareOp = Literal["is", "below", "at_most", "above", "at_least"]


class Compare(Node, frozen=True):
    """A comparison of two values of one type and scale; with none it is false, with unknown unknown."""

    op: CompareOp
    left: Node
    right: Node


class OneOf(Node, frozen=True):
    """``of`` equals one of ``choices`` (none: false). Unknown if ``of`` is, or if no known choice equals it and
    a choice is unknown. A choice that is a list of texts counts with each of its members, a none choice not at all."""

    of: Node
    choices: tuple[Node, ...]


class TextTest(Node, frozen=True):
    """A test of text against text; ``matches`` takes a constant RE2 pattern (linear time) and searches."""

    op: Literal["contains", "starts_with", "ends_with", "matches"]
    of: Node
    with_: Node


class ListTest(Node, frozen=True):
    """A list of texts holds ``any`` or ``all`` of the choices (none: false), counted as in :class:`OneOf`."""

    op: Literal["any", "all"]
    of: Node
    choices: tuple[Node, ...]


class All(Node, frozen=True):
    """Kleene's *and*; true for no members."""

    of: tuple[Node, ...]


class Any(Node, frozen=True):
    """Kleene's *or*; false for no members."""

    of: tuple[Node, ...]


class Not(Node, frozen=True):
    """Kleene's *not*."""

    of: Node


class AtLeast(Node, frozen=True):
    """At least ``count`` of the members hold; unknown while the unknown ones could decide it."""

    count: int
    of: tuple[Node, ...]


class Known(Node, frozen=True):
    """Whether ``of`` is not unknown: the only test that is never unknown itself."""

    of: Node


class Present(Node, frozen=True):
    """Whether ``of`` is a value rather than none; unknown on unknown. An empty list of texts is none."""

    of: Node


class Some(Node, frozen=True):
    """At least ``at_least`` records of ``items`` satisfy its ``where``; Kleene over the records (undecided ones may
    decide it), an absent collection is unknown. ``items.last`` is not used here."""

    items: Items
    at_least: int = 1


class Every(Node, frozen=True):
    """Every record of the collection satisfies ``items.where``; true for none."""

    items: Items


TruthNode = (
    Compare | OneOf | TextTest | ListTest | All | Any | Not | AtLeast | Known | Present | Some | Every | StreakReaches
)


# -- what is compiled ----------------------------------------------------------------------------------


class Definition(Struct, frozen=True):
    """A named metric: its tree and, for one worked out per record, the collection and variable."""

    name: str
    node: Node
    type: ValueType
    collection: str | None = None
    record: str | None = None


class Scope(Struct, frozen=True):
    """Atoms worked out together: once for the account, or for each visible record of ``collection``.

    ``collection`` records are bound to ``record``. Each atom is a node of type truth. ``values`` are further nodes
    wanted as they are, of the account or of each record (for portfolio figures).
    """

    collection: str | None
    record: str | None
    atoms: tuple[Node, ...]
    values: tuple[Node, ...] = ()


class Forest(Struct, frozen=True):
    """All trees of a playbook: the metrics by name, and per level the scopes, the account's first.

    ``asked`` are nodes that are wanted one by one, when all levels are settled: what a plan shows or goes by. Of
    record variables they read those that are named as one record of a collection is.
    """

    definitions: dict[str, Definition]
    levels: tuple[tuple[Scope, ...], ...]
    asked: tuple[Node, ...] = ()
