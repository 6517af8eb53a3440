"""Writes the reference pages that follow from the code: ``python -m engine.checking.reference``.

The tables of problems, vocabulary and snapshot are made here from the types and tables the program itself runs on; a
test fails where ``docs/reference`` says otherwise.
"""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, Final

from msgspec import Struct
from msgspec.structs import fields

from engine.checking.reference_words import DELIVERY, FORMS, KEYS, OPTIONS, TAKES, UNITS
from engine.compiling.conditions import FITTING
from engine.delivery.settings import WAYS, Attempts, Channels, DeliveryFile, WorkingDays, delivery_schema
from engine.foundation import codes
from engine.foundation.places import Place
from engine.foundation.problems import Code
from engine.foundation.quantities import PERIOD_UNITS, UNIT_WORDS
from engine.language.blocks import BLOCKS
from engine.language.builtin import with_built_ins
from engine.language.kinds import DOCUMENTS, KINDS
from engine.language.metrics import VERBS, Verb
from engine.language.operators import COMBINATORS, OPERATORS
from engine.language.playbook import Manifest, Playbook
from engine.language.schema import playbook_schema
from engine.snapshots.model import COLLECTIONS, LINKS, Collection
from engine.snapshots.vocabulary import FieldType, account_paths, record_paths

FOLDER: Final = Path("docs/reference")
Json = dict[str, Any]

_NOTE: Final = "<!-- Written by `make docs` from the code. Changes by hand are lost. -->"


def pages() -> dict[str, str]:
    """Every generated page by file name."""
    writers: dict[str, Callable[[], Iterator[str]]] = {
        "problems.md": _problems,
        "vocabulary.md": _vocabulary,
        "snapshot.md": _snapshot,
        "delivery.md": _delivery,
    }
    return {name: "\n".join([_NOTE, *write()]) + "\n" for name, write in writers.items()}


def main() -> None:
    """Writes the pages into ``docs/reference`` of the current folder."""
    for name, text in pages().items():
        (FOLDER / name).write_text(text, encoding="utf-8")


def _table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> Iterator[str]:
    head = list(head)
    yield "| " + " | ".join(head) + " |"
    yield "|" + " --- |" * len(head)
    for row in rows:
        yield "| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |"
    yield ""


def _listed(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


# -- problems ------------------------------------------------------------------------------------------

_GROUPS: Final = {
    "PB0": "Reading text",
    "PB1": "Shape",
    "PB2": "Names",
    "PB3": "Types and quantities",
    "PB4": "Structure",
    "PB5": "Promises of an entry",
    "PB6": "Templates",
    "PB7": "Account data",
    "PB8": "Mappings, team files, exceptions, rates and scenarios",
    "PB9": "The ledger",
}


def every_code() -> list[Code]:
    """All kinds of problem, by code."""
    return sorted((each for each in vars(codes).values() if isinstance(each, Code)), key=lambda each: each.code)


def _problems() -> Iterator[str]:
    yield "# Problems"
    yield ""
    yield "Every problem the program reports has a code, which keeps its meaning for good. An *error* keeps a playbook,"
    yield "file or account from being used. A *warning* and a *note* do not; `check --strict` counts warnings as well."
    yield ""
    for prefix, title in _GROUPS.items():
        yield f"## {prefix}: {title}"
        yield ""
        members = [each for each in every_code() if each.code.startswith(prefix)]
        yield from _table(
            ("code", "severity", "what", "what it means"),
            ((f"`{each.code}`", each.severity, each.title, each.meaning) for each in members),
        )


# -- vocabulary ----------------------------------------------------------------------------------------


def _vocabulary() -> Iterator[str]:
    yield "# Vocabulary"
    yield ""
    yield "Every word of the language. [Playbooks](playbook.md) shows them in use."
    yield ""
    for part in (_sections, _metrics, _conditions, _kinds, _blocks, _quantities):
        yield from part()


class Section(Struct, frozen=True):
    """One part of the reference of keys: the struct that says which there are; those of ``like`` are not repeated."""

    name: str
    title: str
    model: str
    like: str | None = None


SECTIONS: Final = (
    Section("calendars", "Calendars", "CalendarEntry"),
    Section("parameters", "Parameters", "Parameter"),
    Section("fields", "Fields", "FieldDeclaration"),
    Section("roles", "Roles of ours", "OurRole"),
    Section("roles", "Roles of theirs", "TheirRole"),
    Section("classes", "Classes", "Classification"),
    Section("scores", "Scores", "Score"),
    Section("parts", "Parts of scores", "Part"),
    Section("targets", "Targets", "Target"),
    Section("rules", "Rules", "Rule"),
    Section("warnings", "Warnings", "WarningRule", like="Rules"),
    Section("cadence", "Cadence", "Cadence", like="Rules"),
    Section("actions", "Tasks", "Task"),
    Section("actions", "Actions in place", "InlineTask", like="Tasks"),
    Section("plays", "Plays", "Play"),
    Section("escalation", "Escalation", "Step"),
    Section("content", "Messages and reports", "Message"),
    Section("content", "Cases, material, agendas", "Piece"),
    Section("attach", "What to attach", "Attach"),
    Section("catalogue", "Catalogue", "Module"),
)


def _sections() -> Iterator[str]:
    yield "## Sections and their keys"
    yield ""
    yield "A playbook file is a mapping of sections. Under each section stand entries by id, and in each entry keys."
    yield "Metrics have [a chapter of their own](#metrics)."
    yield ""
    yield "### The manifest"
    yield ""
    yield "At the top of `playbook.yaml`, beside the sections."
    yield ""
    yield from _keys("manifest", manifest_keys(), ["playbook"])
    for section in SECTIONS:
        yield f"### {section.title}"
        yield ""
        yield definition_of(section)["description"]
        yield ""
        yield from _section(section)


def manifest_keys() -> Json:
    """The schemas of what the manifest may say, by key."""
    properties: Json = playbook_schema()["properties"]
    entries = {"metrics", *(section.name for section in SECTIONS)}
    return {name: schema for name, schema in properties.items() if name not in entries}


def _section(section: Section) -> Iterator[str]:
    definition = definition_of(section)
    shared: Json = {}
    if section.like:
        shared = definition_of(next(each for each in SECTIONS if each.title == section.like))["properties"]
        yield f"Every key of [{section.like.lower()}](#{section.like.lower()}), and:"
        yield ""
    own = {name: schema for name, schema in definition["properties"].items() if name not in shared}
    yield from _keys(section.name, own, definition.get("required", []))


def definition_of(section: Section) -> Json:
    """The schema of a section's entries."""
    found: Json = playbook_schema()["$defs"][section.model]
    entry: Json = found.get("then", found)
    return entry


def _keys(section: str, properties: Json, required: list[str]) -> Iterator[str]:
    yield from _table(
        ("key", "form", "what it says"),
        (
            (f"`{name}`", form(schema) + (", needed" if name in required else ""), words_for(section, name))
            for name, schema in properties.items()
        ),
    )


def words_for(section: str, key: str) -> str:
    """What a key of a section says."""
    return KEYS.get(f"{section}.{key}") or KEYS[key]


def form(schema: Json) -> str:
    """What may stand under a key, in an author's words."""
    if "$ref" in schema:
        return _REFERENCES[schema["$ref"].rsplit("/", maxsplit=1)[1]]
    if "enum" in schema:
        return " or ".join(f"`{each}`" for each in schema["enum"])
    if "const" in schema:
        return f"`{schema['const']}`"
    if "if" in schema:
        return _either(schema)
    match schema.get("type"):
        case "array":
            return f"list of {form(schema['items'])}".replace("list of text, or", "list; each a text, or")
        case "object":
            return f"{form(schema['additionalProperties'])} by {_under(schema)}"
        case "boolean":
            return "`true` or `false`"
        case "integer":
            return "whole number"
        case list() as kinds:
            return "value" if "boolean" in kinds else "text"
    return f"text such as `{schema['examples'][0]}`" if "examples" in schema else "text"


_REFERENCES: Final = {
    "Block": "[block](#blocks)",
    "Attach": "name, or [what to attach](#what-to-attach)",
    "Text": "text, or one per language",
    "Texts": "list of texts, or one per language",
    "Condition": "[condition](#conditions)",
    "Part": "[part](#parts-of-scores)",
    "Task": "[task](#tasks)",
    "InlineTask": "[action](#actions-in-place)",
    "MoneySettings": "mapping",
    "FiscalYear": "mapping",
}


def _either(schema: Json) -> str:
    one, other = form(schema["else"]), schema["then"]
    if other.get("type") == "array":
        return f"{one}, or a list of them"
    if "properties" in other:
        return f"{one}, or a mapping"
    return f"{one}, or {form(other)}"


def _under(schema: Json) -> str:
    return "date" if r"\d{4}" in schema.get("propertyNames", {}).get("pattern", "") else "id"


def _metrics() -> Iterator[str]:
    yield "## Metrics"
    yield ""
    yield "A metric is one verb with what it takes, and its options. Its unit is fixed when the playbook is checked."
    yield ""
    yield from _table(
        ("verb", "takes", "gives", "unit", "missing data", "options"),
        (
            (f"`{each.name}`", takes(each), each.meaning, each.unit, each.missing, _listed(each.options))
            for each in VERBS.values()
        ),
    )
    yield "Options, beside `title`, `source` and `note`; `each` and `if_none` go with every verb:"
    yield ""
    yield from _table(("option", "what it says"), ((f"`{name}`", words) for name, words in OPTIONS.items()))
    yield "Built in, to be used or defined anew: " + _listed(built_in_metrics()) + "."
    yield ""


def takes(verb: Verb) -> str:
    """What a verb takes, in words."""
    return TAKES.get(verb.name) or FORMS[verb.form]


def built_in_metrics() -> tuple[str, ...]:
    """The metrics every playbook has."""
    return tuple(with_built_ins(Playbook(manifest=Manifest(id="none", place=Place("")))).metrics)


def _conditions() -> Iterator[str]:
    yield "## Conditions"
    yield ""
    yield "A condition is a mapping whose entries must all hold. A key is a combinator, or a field: a path of the"
    yield "[snapshot](snapshot.md), a declared field, a metric, a class, a warning, or `light`. Under a field stands a"
    yield "value (it equals), a list (it is one of them), or operators (all of them hold). `$x` is the value of x."
    yield ""
    yield "### Combinators"
    yield ""
    yield from _table(("combinator", "holds where"), ((f"`{name}`", words) for name, words in COMBINATORS.items()))
    yield "### Operators"
    yield ""
    yield from _table(
        ("operator", "takes", "holds where the field", "fits"),
        ((f"`{each.name}`", FORMS[each.form], each.meaning, fitting(each.name)) for each in OPERATORS.values()),
    )
    yield "Names of operators and combinators cannot be ids."
    yield ""


def fitting(operator: str) -> str:
    """Which fields an operator fits, in words."""
    if operator in ("present", "known"):
        return "everything"
    if operator == "firing":
        return "warnings"
    return ", ".join(_KIND_WORDS[kind] for kind, fitting in FITTING.items() if operator in fitting)


_KIND_WORDS: Final = {
    "number": "figures",
    "text": "texts",
    "texts": "lists of texts",
    "truth": "truths",
    "date": "dates",
    "instant": "moments",
}


def _kinds() -> Iterator[str]:
    yield "## Kinds of action"
    yield ""
    yield "What takes place with the customer needs the account's calendar to be open as well as the owner's."
    yield ""
    yield from _table(
        ("kind", "中文", "English", "with the customer"),
        ((f"`{each.name}`", each.zh, each.en, "yes" if each.with_customer else "") for each in KINDS.values()),
    )
    yield ""
    yield "Documents that `confirm_by` may ask for:"
    yield ""
    yield from _table(("document", "中文", "English"), ((f"`{name}`", zh, en) for name, (zh, en) in DOCUMENTS.items()))


def _blocks() -> Iterator[str]:
    yield "## Blocks"
    yield ""
    yield "What reports are made of, under `blocks`: names, or `{scores: [health]}` to show some only. A line"
    yield "`[[name]]` in the template is the place of a block; those without one stand at the end."
    yield ""
    rows = (
        (f"`{each.name}`", each.meaning, f"`{each.section}`" if each.section else "",
         "our own people" if each.inside else "everybody", "yes" if each.named else "")
        for each in BLOCKS.values()
    )  # fmt: skip
    yield from _table(("block", "what it shows", "takes names of", "for", "needs names"), rows)


def _quantities() -> Iterator[str]:
    yield "## Quantities"
    yield ""
    yield "A quantity is a number and its unit: `70 points`, `15%`, `2 working hours`, `500000 CNY`. Numbers are"
    yield "written `12`, `-3` or `0.5`. A bare number stands only where the unit is clear, and never for a percentage"
    yield "or for money."
    yield ""
    yield from _table(
        ("unit", "written", "what it is"), ((unit, _written(unit), words) for unit, words in UNITS.items())
    )
    yield f"Period words, the same everywhere: {_listed(PERIOD_UNITS)}; or several, such as `2 weeks`."
    yield ""


def _written(unit: str) -> str:
    if unit == "money":
        return "`CNY`, `USD` and other ISO codes"
    return _listed(word for word, known in UNIT_WORDS.items() if known == unit)


# -- snapshot ------------------------------------------------------------------------------------------


def _snapshot() -> Iterator[str]:
    yield "# The account snapshot"
    yield ""
    yield "One JSON object per account: what was known of it on a day. `schemas/snapshot.schema.json` describes it."
    yield "A key that is absent is *unknown*; `null` and `[]` are *known none*. Only `id` and `name` must be there."
    yield ""
    yield from _table(
        ("type", "written"),
        (
            ("text", '`"…"`'),
            ("list of texts", '`["…", "…"]`'),
            ("truth", "`true`, `false`"),
            ("number, points, percent, days, hours, working hours", "a JSON number with at most 6 decimals: `69.9`"),
            ("money", 'a text with its currency: `"1200.50 CNY"`'),
            ("date", '`"2026-11-20"`'),
            ("moment", 'with its offset: `"2026-11-20T09:30:00+08:00"`'),
        ),
    )
    yield "Beside what the table below shows, an account has `format` (`playbook-snapshot/1`); `as_of`, the moment it"
    yield "was known; `coverage`, from when to when the records of a collection are complete, as in"
    yield '`{"purchases": {"from": "2024-01-01", "to": "2026-11-20"}}`; and, like every record, `fields`: the data a'
    yield "playbook declares under `fields`, read by its bare name."
    yield ""
    yield "## Collections"
    yield ""
    yield "A collection is a list of records. Each record has an `id`, unique in its collection. A record whose date"
    yield "lies after the moment of a plan is not seen. A playbook names a record in the singular (`contract.ends_on`)."
    yield ""
    yield from _table(
        ("collection", "a record is called", "its date", "what it is"),
        (
            (f"`{each.name}`", f"`{each.singular}`", f"`{each.date_field}`", _what(each.record))
            for each in COLLECTIONS.values()
        ),
    )
    yield "## Every path"
    yield ""
    yield "`[]` stands for each record of a collection. A metric names `contracts.ends_on`, a `where` bare `ends_on`,"
    yield "a rule with `each` and its texts `contract.ends_on`."
    yield ""
    yield from _table(("path", "type", ""), (*_account_rows(), *_record_rows()))


def _account_rows() -> Iterator[tuple[str, str, str]]:
    for path, kind in account_paths().items():
        yield f"`{path}`", _type_words(kind), ""
    yield "`owners.ROLE`", "text", "who of us has this role, an id of the team file; a playbook reads `owner.ROLE`"


def _record_rows() -> Iterator[tuple[str, str, str]]:
    for collection in COLLECTIONS.values():
        for field, kind in record_paths(collection.name).items():
            if "." not in field:
                yield f"`{collection.name}[].{field}`", _type_words(kind), _said_of(collection, field)


def _said_of(collection: Collection, field: str) -> str:
    if field == collection.date_field:
        return "the record's date"
    if field in LINKS:
        return f"one of `{LINKS[field]}`, whose fields are read as `{field.removesuffix('_id')}.…`"
    return ""


def _type_words(kind: FieldType) -> str:
    if kind.kind == "number":
        return kind.unit
    return {"texts": "list of texts", "instant": "moment"}.get(kind.kind, kind.kind)


def _what(record: type) -> str:
    """The first sentence of a record's description; its date has a column of its own."""
    return (record.__doc__ or "").split(";", maxsplit=1)[0].strip()


# -- delivery ------------------------------------------------------------------------------------------


def _delivery() -> Iterator[str]:
    yield "# Delivery settings"
    yield ""
    yield "The file of `deliver --delivery` and `run --delivery`."
    yield "[Send messages](../how-to/send-messages.md) shows it in use."
    yield ""
    yield from _settings_part("The file", DeliveryFile, delivery_schema())
    models: dict[str, type[Struct]] = {"working_days": WorkingDays, "attempts": Attempts, "channels": Channels}
    for title, model in {**models, **{f"by: {name}": way for name, way in WAYS.items()}}.items():
        yield from _settings_part(f"`{title}`", model, delivery_schema()["$defs"][model.__name__])


def _settings_part(title: str, model: type[Struct], schema: Json) -> Iterator[str]:
    yield f"## {title}"
    yield ""
    yield schema["description"]
    yield ""
    needed, known = schema.get("required", []), {field.encode_name: field.default for field in fields(model)}
    yield from _table(
        ("key", "what it says", "default"),
        (
            (f"`{name}`", _setting(model, name) + (", needed" if name in needed else ""), _default(known[name]))
            for name in schema["properties"]
        ),
    )


def _setting(model: type[Struct], key: str) -> str:
    return DELIVERY.get(f"{model.__name__}.{key}") or DELIVERY[key]


def _default(value: object) -> str:
    return f"`{value}`" if isinstance(value, str | int) else ""


if __name__ == "__main__":
    main()
