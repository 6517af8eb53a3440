"""Writes the reference pages that follow from the code: ``python -m engine.checking.reference``.

Every table is made from the types and tables the program itself runs on; a test fails where ``docs/reference`` says
otherwise.
"""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

from msgspec import Struct

from engine.checking.reference_delivery import delivery_page
from engine.checking.reference_snapshot import snapshot_page
from engine.checking.reference_tables import listed, table
from engine.checking.reference_words import FORMS, KEYS, OPTIONS, TAKES, UNITS
from engine.compiling.conditions import FITTING
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

FOLDER: Final = Path("docs/reference")
Json = dict[str, Any]

_NOTE: Final = "<!-- Written by `make docs` from the code. Changes by hand are lost. -->"


def pages() -> dict[str, str]:
    """Every generated page by file name."""
    writers: dict[str, Callable[[], Iterator[str]]] = {
        "problems.md": _problems,
        "vocabulary.md": _vocabulary,
        "snapshot.md": snapshot_page,
        "delivery.md": delivery_page,
    }
    return {name: "\n".join([_NOTE, *write()]) + "\n" for name, write in writers.items()}


def main() -> None:
    """Writes the pages into ``docs/reference`` of the current folder."""
    for name, text in pages().items():
        (FOLDER / name).write_text(text, encoding="utf-8")


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
        yield from table(
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
    yield from table(
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
    yield from table(
        ("verb", "takes", "gives", "unit", "missing data", "options"),
        (
            (f"`{each.name}`", takes(each), each.meaning, each.unit, each.missing, listed(each.options))
            for each in VERBS.values()
        ),
    )
    yield "Options, beside `title`, `source` and `note`; `each` and `if_none` go with every verb:"
    yield ""
    yield from table(("option", "what it says"), ((f"`{name}`", words) for name, words in OPTIONS.items()))
    yield "Built in, to be used or defined anew: " + listed(built_in_metrics()) + "."
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
    yield from table(("combinator", "holds where"), ((f"`{name}`", words) for name, words in COMBINATORS.items()))
    yield "### Operators"
    yield ""
    yield from table(
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
    yield from table(
        ("kind", "中文", "English", "with the customer"),
        ((f"`{each.name}`", each.zh, each.en, "yes" if each.with_customer else "") for each in KINDS.values()),
    )
    yield ""
    yield "Documents that `confirm_by` may ask for:"
    yield ""
    yield from table(("document", "中文", "English"), ((f"`{name}`", zh, en) for name, (zh, en) in DOCUMENTS.items()))


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
    yield from table(("block", "what it shows", "takes names of", "for", "needs names"), rows)


def _quantities() -> Iterator[str]:
    yield "## Quantities"
    yield ""
    yield "A quantity is a number and its unit: `70 points`, `15%`, `2 working hours`, `500000 CNY`. Numbers are"
    yield "written `12`, `-3` or `0.5`. A bare number stands only where the unit is clear, and never for a percentage"
    yield "or for money."
    yield ""
    yield from table(
        ("unit", "written", "what it is"), ((unit, _written(unit), words) for unit, words in UNITS.items())
    )
    yield f"Period words, the same everywhere: {listed(PERIOD_UNITS)}; or several, such as `2 weeks`."
    yield ""


def _written(unit: str) -> str:
    if unit == "money":
        return "`CNY`, `USD` and other ISO codes"
    return listed(word for word, known in UNIT_WORDS.items() if known == unit)


if __name__ == "__main__":
    main()
