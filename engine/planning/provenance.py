"""Where figures come from: the entries by which they are worked out, and the records, files and rows of the data."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Final

from msgspec import Struct
from msgspec.structs import asdict

from engine.compiling.clauses import Leaf
from engine.compiling.compiled import CompiledPlaybook
from engine.compiling.levels import BEFORE
from engine.compiling.typing import is_money
from engine.language.builtin import FILE as BUILT_IN
from engine.language.entry import Entry
from engine.language.metrics import Metric
from engine.language.playbook import Parameter
from engine.language.values import Text
from engine.matching import core
from engine.matching.core import Node
from engine.matching.explained import Environment, Reading, Taken, explain, readings
from engine.matching.operations import local_day
from engine.matching.shape import type_of
from engine.planning.because import Because, Shown
from engine.planning.explanation import Drawn, Provenance, Source, Traced
from engine.planning.reasons import rule_at, shown
from engine.snapshots.model import COLLECTIONS, Record
from engine.snapshots.origins import Origins

MOST_NAMED: Final = 5
"""Records of one collection that are named; of more only the number is said."""

_COLLECTIONS: Final = {each.record: each.name for each in COLLECTIONS.values()}


class _Defined(Struct, frozen=True):
    """The entry of the playbook that says what a figure is."""

    section: str
    id: str
    entry: Entry | Metric

    @property
    def address(self) -> str:
        return f"{self.section}.{self.id}"


class Tracing:
    """Says of the tests of one playbook where their figures come from; rows as far as ``origins`` has them."""

    def __init__(self, compiled: CompiledPlaybook, language: str, origins: Origins) -> None:
        self._compiled = compiled
        self._language = language
        self._origins = origins

    def traced(self, reason: Because, leaf: Leaf, environment: Environment) -> Traced:
        """The reason for a test, with where what it observed comes from, and what that was held against."""
        origin = None if leaf.observed is None else self.provenance(leaf.observed, leaf.test, environment)
        named = [each for each in leaf.expected if _defining(each, leaf.test, environment) is not None]
        thresholds = tuple(self.provenance(each, leaf.test, environment) for each in named)
        labels = self._labels(reason, leaf, environment)
        return Traced(**asdict(reason), labels=labels, origin=origin, thresholds=thresholds)

    def _labels(self, reason: Because, leaf: Leaf, environment: Environment) -> dict[str, str]:
        """What people call the values of a class that are expected and observed."""
        defined = self._defined(leaf.observed, leaf.test, environment) if leaf.observed is not None else None
        labels: Mapping[str, Text] = getattr(defined.entry, "labels", {}) if defined else {}
        written = [value for each in (reason.expected, reason.observed) for value in _texts(each)]
        return {each: labels[each].in_language(self._language) for each in written if each in labels}

    def provenance(self, node: Node, written: str, environment: Environment) -> Provenance:
        """Where the figure ``node`` comes from, through all metrics that it is worked out from; ``written`` is what
        it is called where no entry names it."""
        return self._provenance(node, written, environment, set())

    def source(self, record: Record | None, environment: Environment, field: str | None = None) -> Source:
        """The row of a record, or of the account itself, with the column of ``field``."""
        collection = _COLLECTIONS[type(record)] if record else None
        found = self._origins.get((collection, (record or environment.snapshot).id))
        return Source(
            id=(record or environment.snapshot).id,
            on=_day(record, environment) if record else None,
            file=found.file if found else None,
            row=found.row if found else None,
            column=found.columns.get(field or "") if found else None,
        )

    def _provenance(self, node: Node, written: str, env: Environment, told: set[str]) -> Provenance:
        """As :meth:`provenance`; what is ``told`` already is named, and not looked into again."""
        defined = self._defined(node, written, env)
        sight, kind = explain(node, env), type_of(node)
        has_unit = kind.kind == "number" and kind.unit != "number" and not is_money(kind)
        within = self._inside(node, env) if defined is None or defined.address not in told else None
        told |= {defined.address} if defined else set()
        read = tuple(readings(*within)) if within else ()
        return Provenance(
            name=defined.id if defined else written,
            address=defined.address if defined else None,
            title=self._title(defined),
            defined_at=_written_at(defined.entry) if defined else None,
            value=shown(sight.value, kind),
            unit=kind.unit if has_unit else None,
            missing=sight.missing,
            drawn=tuple(self._drawn(node, read, env)),
            of=tuple(self._parts(read, within[1], told)) if within else (),
        )

    def _inside(self, node: Node, env: Environment) -> tuple[Node, Environment] | None:
        """What a figure is worked out from; none for data, and for conclusions, which are explained by themselves."""
        match node:
            case core.Figure(name=name) if name in self._compiled.playbook.scores:
                return None
            case core.Figure(name=name, record=record):
                definition = env.forest.definitions[name]
                bound = {definition.record: env.records[record]} if record and definition.record else {}
                return definition.node, env.within(name, bound)
            case core.Conclusion() | core.AccountField() | core.Parameter():
                return None
        return node, env

    def _parts(self, read: tuple[Reading, ...], env: Environment, told: set[str]) -> Iterator[Provenance]:
        """The metrics, conclusions and data of the account that a figure is worked out from, each once."""
        for each in dict.fromkeys(part for part in read if not isinstance(part, Taken)):
            written = ".".join(each.path) if isinstance(each, core.AccountField) else ""
            yield self._provenance(each, written, env, told)

    def _drawn(self, node: Node, read: tuple[Reading, ...], env: Environment) -> Iterator[Drawn]:
        if isinstance(node, core.AccountField):
            yield Drawn(None, 1, (self.source(None, env, ".".join(node.path)),))
        taken: dict[str, dict[str, tuple[Record, str | None]]] = {}
        for each in read:
            if isinstance(each, Taken):
                records = {record.id: (record, each.field) for record in each.records}
                taken[each.collection] = {**records, **taken.get(each.collection, {})}
        for collection, found in taken.items():
            first = list(found.values())[:MOST_NAMED]
            yield Drawn(collection, len(found), tuple(self.source(record, env, field) for record, field in first))

    def _defined(self, node: Node, written: str, env: Environment) -> _Defined | None:
        section, name = _defining(node, written, env) or ("", "")
        section = "scores" if section == "metrics" and name in self._compiled.playbook.scores else section
        entries: Mapping[str, Entry | Metric] = getattr(self._compiled.playbook, section, {})
        return _Defined(section, name, entries[name]) if name in entries else None

    def _title(self, defined: _Defined | None) -> str | None:
        title = defined.entry.title if defined else None
        return title.in_language(self._language) if title else None


def _defining(node: Node, written: str, env: Environment) -> tuple[str, str] | None:
    """Section and id of the entry by which ``node`` is named."""
    match node:
        case core.Figure(name=name):
            return "metrics", name
        case core.Streak():
            return "metrics", written
        case core.Conclusion(address=address):
            section, _, name = address.removeprefix(BEFORE).partition(".")
            return section, name.partition(".")[0]
        case core.AccountField(path=("fields", name)):
            return "fields", name
        case core.RecordField(path=("fields", name), record=record):
            return "fields", f"{_COLLECTIONS[type(env.records[record])]}.{name}"
        case core.Parameter(name=name):
            return "parameters", name.partition(":")[0]
        case core.InReporting(of=of) | core.LocalDate(of=of) | core.Rescale(of=of):
            return _defining(of, written, env)
    return None


def _written_at(entry: Entry | Metric) -> str | None:
    """Where an entry is written; of a plain parameter where its value is, which an overlay may have set."""
    place = entry.value.place if isinstance(entry, Parameter) and entry.value is not None else entry.place
    return None if place.file == BUILT_IN else rule_at(place)


def _texts(value: Shown) -> list[str]:
    """The texts that a value shows."""
    return value if isinstance(value, list) else [value] if isinstance(value, str) else []


def _day(record: Record, env: Environment) -> str | None:
    """The day of a record, where it has one."""
    when = getattr(record, COLLECTIONS[_COLLECTIONS[type(record)]].date_field)
    return local_day(when, env.run.zone).isoformat() if isinstance(when, date) else None
