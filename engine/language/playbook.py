"""The typed playbook: what an author wrote, checked for shape, every entry with its place (language 2, 6, 7)."""

from collections.abc import Collection, Iterator
from datetime import date
from typing import Annotated, Final, Literal

from msgspec import Struct, field
from msgspec.structs import fields

from engine.documents.document import Mapping, Node, Scalar, as_checked
from engine.documents.shapes import ONE_OR_MANY, Json, Sink, read_struct, schema_of, struct_schema
from engine.foundation.places import Place
from engine.language.catalogue import Module
from engine.language.conclusions import Classification, Score, Target
from engine.language.conditions import Condition, narrowed
from engine.language.content import Attach, Content, Message, Recipient
from engine.language.entry import Entry, Live, Names
from engine.language.metrics import Metric
from engine.language.scope import Scoped
from engine.language.values import Due, FirstOfMonth, Hours, Length, Rhythm, Setting, Text, Texts, Written

Day = date
Light = Literal["red", "yellow", "green"]
Attachments = Annotated[tuple[Attach, ...], ONE_OR_MANY]


class Parameter(Entry, frozen=True, kw_only=True):
    """A tunable figure: plain, dated, by class, or to be set by the adopter. A bare value is short for ``value``."""

    value: Setting | None = None
    dated: dict[str, Setting] | None = None
    by: str | None = None
    values: dict[str, Setting] | None = None
    otherwise: Setting | None = None
    required: bool = False
    example: Setting | None = None
    one_of: Names = ()

    @classmethod
    def shape_schema(cls, definitions: Json) -> Json:
        """A bare value, or a mapping with ``value``, ``dated``, ``by`` or ``required``."""
        if "Parameter" not in definitions:
            definitions["Parameter"] = {}
            definitions["Parameter"] = {
                "if": {"type": "object"},
                "then": _struct_with(Parameter, definitions, dated=_dated_schema(definitions)),
                "else": Setting.shape_schema(definitions),
            }
        return {"$ref": "#/$defs/Parameter"}

    @classmethod
    def read_entry(cls, key: str, place: Place, node: Node, sink: Sink) -> "Parameter":
        """The parameter that ``node`` writes under ``key``."""
        if isinstance(node, Mapping):
            return read_struct(cls, node, sink, key, place)
        return cls(id=key, place=place, value=Setting.read_shape(node, sink))


class FieldDeclaration(Entry, frozen=True, kw_only=True):
    """Data beyond the built-in snapshot: its type or choices; ``labels`` are what people call these."""

    type: Literal[
        "text", "texts", "number", "points", "percent", "money", "date", "instant", "truth",
        "days", "hours", "working hours",
    ] = "text"  # fmt: skip
    one_of: Names = ()
    labels: dict[str, Text] = field(default_factory=dict)


class OurRole(Struct, frozen=True, kw_only=True, rename={"else_": "else"}):
    """A role of ours: who can own work; ``else`` owns it where an account has nobody in this role."""

    id: str = ""
    place: Place = Place("")
    node: Mapping | None = None
    title: Text | None = None
    else_: str | None = None
    source: str | None = None
    formerly: Names = ()


class TheirRole(Struct, frozen=True, kw_only=True):
    """A role at the customer: its group, what people in it care about, and the pieces of content that fit them."""

    id: str = ""
    place: Place = Place("")
    node: Mapping | None = None
    title: Text | None = None
    group: str | None = None
    cares_about: Texts | None = None
    content: Names = ()
    source: str | None = None
    formerly: Names = ()


class Roles(Struct, frozen=True, kw_only=True):
    """Who can own work (``ours``) and whom we talk to (``theirs``)."""

    ours: dict[str, OurRole] = {}
    theirs: dict[str, TheirRole] = {}


class CalendarEntry(Struct, frozen=True, kw_only=True):
    """A named calendar: its holidays' region, zone, hours per weekday, extra closed and open days."""

    id: str = ""
    place: Place = Place("")
    node: Mapping | None = None
    timezone: str | None = None
    region: str | None = None
    hours: Hours | None = None
    closed: tuple[str, ...] = ()
    open: tuple[str, ...] = ()


class MoneySettings(Struct, frozen=True, kw_only=True):
    """The currency figures are reported in."""

    report_in: str
    place: Place = Place("")


Priority = Literal["urgent", "high", "normal", "low"]


class Task(Struct, frozen=True, kw_only=True):
    """Work for a person: one shape in ``do``, in a play's ``tasks`` and in ``prepare``."""

    id: str = ""
    place: Place = Place("")
    node: Mapping | None = None
    kind: str = "task"
    title: Text | None = None
    source: str | None = None
    note: str | None = None
    formerly: Names = ()
    owner: Names = ()
    ours: Names = ()
    theirs: Names = ()
    to: Recipient | None = None
    send: str | None = None
    attach: Attachments = ()
    due: Due | None = None
    needs: Names = ()
    priority: Priority = "normal"
    effort: Length | None = None
    checklist: Texts | None = None
    options: dict[str, Text] = {}
    done_when: Condition | None = None
    confirm_by: str | None = None
    escalate: str | None = None
    grants: Names = ()


class Doing(Struct, frozen=True):
    """A member of ``do``: the name of a play, or a task written in place."""

    play: str | None
    task: Task | None
    place: Place

    @classmethod
    def shape_schema(cls, definitions: Json) -> Json:
        """The name of a play, or a task with an optional ``id``."""
        task = _struct_with(Task, definitions, id={"type": "string"})
        definitions["InlineTask"] = task
        return {"if": {"type": "object"}, "then": {"$ref": "#/$defs/InlineTask"}, "else": {"type": "string"}}

    @classmethod
    def read_shape(cls, node: Node, sink: Sink) -> "Doing":
        """The play's name or the task that ``node`` writes."""
        if isinstance(node, Scalar):
            return cls(str(node.value), None, node.place)
        written = as_checked(node, Mapping)
        own = written.get("id")
        rest = Mapping(tuple(each for each in written.entries if each.key != "id"), node.place)
        key = str(own.value) if isinstance(own, Scalar) else ""
        return cls(None, read_struct(Task, rest, sink, key, node.place), node.place)


class RuleEntry(Scoped, frozen=True, kw_only=True, rename={"from_": "from"}):
    """What warnings, cadence and rules share: who, what for, cause, and what they grant and mute.

    ``from`` and ``until`` bound the days on which it holds, both included.
    """

    from_: Day | None = None
    until: Day | None = None
    applies_to: Condition | None = None
    each: str | None = None
    where: Condition | None = None
    when: Condition | None = None
    since: str | None = None
    mutes: Names = ()
    grants: Names = ()


class EpisodeRule(RuleEntry, frozen=True, kw_only=True):
    """What begins, is steadied, ends and may come back: steadiness, and what is done about it and how often."""

    must_hold: Length | None = None
    ends_when: Condition | None = None
    keep: Length | None = None
    reopen_within: Length | None = None
    stale_after: Length | None = None
    do: tuple[Doing, ...] = ()
    cooldown: Length | None = None
    at_most: str | None = None


class WarningRule(EpisodeRule, frozen=True, kw_only=True):
    """A rule with a light: red, yellow, or green (watch)."""

    light: Light


class Rule(EpisodeRule, frozen=True, kw_only=True):
    """Any other rule."""


class Cadence(RuleEntry, frozen=True, kw_only=True):
    """Work that comes round, ``every`` so often or ``on`` days: counted from what, and which interactions count."""

    every: Rhythm | None = None
    on: Annotated[tuple[Written, ...], ONE_OR_MANY] = ()
    ahead: Length | None = None
    counted_from: Literal["last", "calendar", "contract"] = "last"
    counts: Names = ()
    counts_also_for: Names = ()
    together_with: str | None = None
    grace: Length | None = None
    kind: str = "task"
    owner: Names = ()
    ours: Names = ()
    theirs: Names = ()
    to: Recipient | None = None
    send: str | None = None
    attach: Attachments = ()
    priority: Priority = "normal"
    effort: Length | None = None
    checklist: Texts | None = None
    agenda: Texts | None = None
    options: dict[str, Text] = field(default_factory=dict)
    done_when: Condition | None = None
    escalate: str | None = None
    prepare: dict[str, Task] = field(default_factory=dict)


class Play(Live, frozen=True, kw_only=True, rename={"for_": "for"}):
    """A named bundle of tasks that rules start."""

    for_: str | None = None
    tasks: dict[str, Task]
    ends_when: Condition | None = None


class Step(Struct, frozen=True, kw_only=True):
    """One step of an escalation list: when, after the due time, whom it tells, how often."""

    id: str = ""
    place: Place = Place("")
    node: Mapping | None = None
    after: Length
    notify: str
    repeat: Length | None = None
    at_most: int = 1


class FiscalYear(Struct, frozen=True, kw_only=True):
    """Where years, half years and quarters are cut: from the first day of a month, such as ``04-01``."""

    starts: FirstOfMonth


class Manifest(Struct, frozen=True, kw_only=True):
    """What ``playbook.yaml`` says of the playbook as a whole.

    ``applies_to`` says for which accounts its warnings, cadence and rules hold, unless one of them says otherwise.
    """

    id: str
    place: Place
    node: Mapping | None = None
    version: str = "0.0.0"
    language: int = 1
    title: Text | None = None
    locale: str = "en-US"
    calendar: str | None = None
    money: MoneySettings | None = None
    fiscal_year: FiscalYear | None = None
    applies_to: Condition | None = None
    extends: Names = ()
    formerly: Names = ()

    @property
    def year_begins(self) -> int:
        """The month (1 to 12) that the playbook's years begin with."""
        return self.fiscal_year.starts.month if self.fiscal_year else 1


class Template(Struct, frozen=True):
    """A template file: its language (empty for all) and its text."""

    name: str
    language: str
    file: str
    text: str


class Playbook(Struct, frozen=True, kw_only=True):
    """A whole playbook, typed.

    ``namespace`` is the id its work is known by: that of the first playbook it rests on, its own where it extends
    none. ``bases`` are the folders and files of all it extends. ``broken`` names entries (``section.id``) left out
    because their shape was wrong.
    """

    manifest: Manifest
    namespace: str = ""
    bases: tuple[str, ...] = ()
    calendars: dict[str, CalendarEntry] = {}
    parameters: dict[str, Parameter] = {}
    fields: dict[str, FieldDeclaration] = {}
    roles: Roles = Roles()
    metrics: dict[str, Metric] = {}
    classes: dict[str, Classification] = {}
    scores: dict[str, Score] = {}
    targets: dict[str, Target] = {}
    warnings: dict[str, WarningRule] = {}
    cadence: dict[str, Cadence] = {}
    rules: dict[str, Rule] = {}
    plays: dict[str, Play] = {}
    escalation: dict[str, dict[str, Step]] = {}
    content: dict[str, Content] = {}
    catalogue: dict[str, Module] = {}
    templates: tuple[Template, ...] = ()
    broken: frozenset[str] = frozenset()
    digest: str = ""

    @property
    def messages(self) -> dict[str, Message]:
        """What can be sent, of all content."""
        return {name: each for name, each in self.content.items() if isinstance(each, Message)}

    def who_for(self, entry: RuleEntry) -> Condition | None:
        """Who is in scope of an entry: by its own word, and by the playbook's where that speaks of accounts."""
        return narrowed(self.manifest.applies_to if entry.per is None else None, entry.applies_to)


MANIFEST: Final = tuple(each.encode_name for each in fields(Manifest) if each.name not in ("id", "place"))
"""The manifest's keys beside `playbook`."""

SECTIONS: Final[dict[str, type[Struct]]] = {
    "calendars": CalendarEntry,
    "parameters": Parameter,
    "fields": FieldDeclaration,
    "metrics": Metric,
    "classes": Classification,
    "scores": Score,
    "targets": Target,
    "warnings": WarningRule,
    "cadence": Cadence,
    "rules": Rule,
    "plays": Play,
    "content": Content,
    "catalogue": Module,
}
"""Sections that map ids to entries, in the order of the reference; ``roles`` and ``escalation`` nest one deeper."""


def is_named(address: str, names: Collection[str]) -> bool:
    """Whether the warning, cadence or rule at ``address`` is among ``names``, which are addresses or ids."""
    return address in names or address.partition(".")[2] in names


def sibling_tasks(playbook: Playbook) -> Iterator[tuple[str, tuple[Task, ...]]]:
    """The tasks that every entry writes, by its address; what a cadence is itself is none of them."""
    for section, rules in (("warnings", playbook.warnings), ("rules", playbook.rules)):
        for rule in rules.values():
            yield f"{section}.{rule.id}", tuple(each.task for each in rule.do if each.task is not None)
    for cadence in playbook.cadence.values():
        yield f"cadence.{cadence.id}", tuple(cadence.prepare.values())
    for play in playbook.plays.values():
        yield f"plays.{play.id}", tuple(play.tasks.values())


def _struct_with(model: type[Struct], definitions: Json, **more: Json) -> Json:
    """The schema of ``model`` with some properties replaced or added."""
    schema = struct_schema(model, definitions)
    return {**schema, "properties": {**schema["properties"], **more}}


def _dated_schema(definitions: Json) -> Json:
    return {
        "type": "object",
        "propertyNames": {"pattern": r"^\d{4}-\d{2}-\d{2}$"},
        "additionalProperties": schema_of(Setting, definitions),
        "minProperties": 1,
    }
