"""The compiled playbook: what evaluation and planning read, nothing left to look up by name."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Literal

from msgspec import Struct

from engine.calendars.occasions import Occasion
from engine.calendars.workdays import Calendar
from engine.compiling.clauses import Clause, Leaf
from engine.compiling.parameters import Dated
from engine.compiling.passes import PortfolioPass
from engine.compiling.past import Memory
from engine.compiling.symbols import Meaning
from engine.foundation.quantities import Limit, Period
from engine.inference.program import Program
from engine.language.catalogue import Module
from engine.language.conclusions import Concluding, Score, Target
from engine.language.content import Message, Piece
from engine.language.playbook import Cadence, Playbook, Rule, Step, Task, WarningRule
from engine.language.values import Text
from engine.matching.core import Forest, Node, ValueType, Weights
from engine.matching.rows import CompiledRows
from engine.templates.templates import CompiledTemplate

Titles = Mapping[str, CompiledTemplate]
"""A text as templates by language; ``""`` for all languages."""


class CompiledClass(Struct, frozen=True, kw_only=True):
    """What has one of several values, a class or the band of a score: rows in order with the clause of each.

    ``figure`` is what bands are read from. ``ranks`` are its values from lowest to highest, if they have an order; none
    is the lowest of a climb, which begins below its first step. ``otherwise`` is the value where no row holds.
    It is assessed in each ``stretch``, or daily, there only ``once`` or
    on every run; what it is after the day ``until`` it stays.
    """

    entry: Concluding
    address: str
    collection: str | None = None
    mode: Literal["choose", "first", "bands", "climb"]
    rows: tuple[tuple[str, Clause], ...]
    figure: Node | None = None
    ranks: tuple[str | None, ...] = ()
    otherwise: str | None = None
    stretch: Period | None = None
    once: bool = False
    down_after: int = 1
    until: date | None = None

    @property
    def clauses(self) -> tuple[Clause, ...]:
        """The conditions that decide it, in order."""
        return tuple(clause for _, clause in self.rows)

    @property
    def per(self) -> str | None:
        """By what accounts are grouped, where it is of groups."""
        return self.entry.per


class ScoreInput(Struct, frozen=True, kw_only=True):
    """A figure in points that a score takes: its path within the score, what it is read from, and that as observed."""

    path: str
    title: Text | None
    of: str
    points: Node
    observed: Node
    observed_type: ValueType


class CompiledScore(Struct, frozen=True, kw_only=True):
    """A score: its figure, the figures it takes in the order of its weights, and its bands if it has any."""

    entry: Score
    address: str
    figure: Node
    weights: Weights
    inputs: tuple[ScoreInput, ...]
    band: CompiledClass | None


class CompiledTarget(Struct, frozen=True, kw_only=True):
    """A target: its figure, what it shall be at last, and what it should be by now; ``state`` says how it stands.

    ``period`` is set where it holds in each.
    """

    entry: Target
    address: str
    figure: Node
    type: ValueType
    goal: Node
    expected: Node
    period: Period | None
    state: CompiledClass


class CompiledTask(Struct, frozen=True):
    """A task ready to plan. ``play`` is empty for an inline one; ``anchor`` is what ``due`` counts from."""

    task: Task
    play: str
    titles: Titles
    length: Node | None
    anchor: Node | None
    done: Clause | None
    escalation: tuple["CompiledStep", ...]


class CompiledStep(Struct, frozen=True):
    """One step of an escalation list with its lengths."""

    step: Step
    after: Node
    repeat: Node | None


class Effect(Struct, frozen=True):
    """A play or the inline tasks a rule starts; ``ends`` closes a play early."""

    play: str
    version: str
    tasks: tuple[CompiledTask, ...]
    ends: Clause | None


class CompiledDay(Struct, frozen=True):
    """A day that a cadence is ``on``: an occasion by name, else what a node says: a date of the data, or names."""

    written: str
    occasion: Occasion | None
    node: Node | None


class Grouping(Struct, frozen=True):
    """A way to group accounts: ``per`` a value that ``node`` reads of each, or without one all of them together."""

    per: str
    node: Node | None


RuleSection = Literal["warnings", "cadence", "rules"]
"""A section whose entries make work."""


class CompiledRule(Struct, frozen=True):
    """A warning, rule or cadence: who and what for, when it begins and ends, what it does.

    ``scope`` is whom it is for, and on which days; none where for everybody, always. ``concludes`` where other entries
    may read whether it is firing. ``kinds`` are the kinds of interaction that count
    for a cadence.
    """

    section: RuleSection
    entry: WarningRule | Rule | Cadence
    address: str
    concludes: bool
    collection: str | None
    scope: Clause | None
    begins: Clause
    ends: Clause | None
    since: Node | None
    must_hold: Node | None
    keep: Node | None
    reopen_within: Node | None
    stale_after: Node
    cooldown: Node | None
    at_most: Limit | None
    effects: tuple[Effect, ...]
    rhythm: Node | None = None
    days: tuple[CompiledDay, ...] = ()
    grace: Node | None = None
    ahead: Node | None = None
    kinds: tuple[str, ...] = ()

    @property
    def clauses(self) -> tuple[Clause, ...]:
        """The conditions that decide it: when it begins, and when it ends if that is said."""
        return (self.begins,) if self.ends is None else (self.begins, self.ends)

    @property
    def per(self) -> str | None:
        """By what accounts are grouped, where it acts for groups."""
        return self.entry.per


class Slot(Struct, frozen=True):
    """An entry's conclusions in its scope's program: a mask of one bit for ``begins`` and for ``ends``, or for each of
    a class's rows."""

    entry: CompiledRule | CompiledClass
    masks: tuple[int, ...]


class CompiledScope(Struct, frozen=True):
    """Entries of one level worked out together: for the account, or for each record of ``collection``.

    ``tests`` says which input bit of the program is the truth of a test.
    """

    index: int
    collection: str | None
    program: Program
    slots: tuple[Slot, ...]
    tests: Mapping[Leaf, int]


class CompiledPiece(Struct, frozen=True):
    """A case, material or agenda: whom it fits, by how many ``tests``, and its full text by language, if it has one."""

    entry: Piece
    fits: Clause | None
    tests: int
    body: Titles


class CompiledModule(Struct, frozen=True):
    """A service module: whom it suits, and what it costs in the reporting currency."""

    entry: Module
    suits: Clause | None
    cost: Node | None


class CompiledContent(Struct, frozen=True):
    """A message with its compiled subject and body by language."""

    entry: Message
    subject: Titles
    body: Titles


class CompiledPlaybook(Struct, frozen=True, eq=False):
    """A playbook ready to plan with. Compile once, use for any account, moment and history.

    ``passes`` over the portfolio come before planning; in ``forest`` each is a level of its own behind the ``levels``.
    """

    playbook: Playbook
    currency: str
    money: ValueType
    calendar: Calendar
    calendars: Mapping[str, Calendar]
    bindings: Mapping[str, Dated]
    forest: Forest
    rows: CompiledRows
    levels: tuple[tuple[CompiledScope, ...], ...]
    passes: tuple[PortfolioPass, ...]
    contents: Mapping[str, CompiledContent]
    pieces: Mapping[str, CompiledPiece]
    catalogue: Mapping[str, CompiledModule]
    classes: Mapping[str, CompiledClass]
    scores: Mapping[str, CompiledScore]
    targets: Mapping[str, CompiledTarget]
    rules: tuple[CompiledRule, ...]
    memories: tuple[Memory, ...]
    groupings: tuple[Grouping, ...]
    named: Mapping[tuple[str, str | None], Meaning]
    edges: tuple[Decimal, ...]

    @property
    def graded(self) -> tuple[CompiledClass, ...]:
        """Everything that has one of several values: classes, the bands of scores, the states of targets."""
        bands = (each.band for each in self.scores.values() if each.band is not None)
        return (*self.classes.values(), *bands, *(each.state for each in self.targets.values()))
