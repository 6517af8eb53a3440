"""The reference by topic, as ``playbook schema`` shows it: the words of the generated pages, one entry at a time."""

import re
from collections.abc import Iterator

from msgspec import Struct

from engine.checking.reference import (
    SECTIONS,
    Json,
    definition_of,
    every_code,
    fitting,
    form,
    manifest_keys,
    takes,
    words_for,
)
from engine.checking.reference_words import FORMS, OPTIONS, UNITS
from engine.foundation.problems import did_you_mean
from engine.language.kinds import KINDS
from engine.language.metrics import VERBS
from engine.language.operators import COMBINATORS, OPERATORS

_LINK = re.compile(r"\[([^\]]+)\]\([^)]*\)")


class Topic(Struct, frozen=True):
    """One entry of the vocabulary: its address, what it says in a line, and more about it as name and words."""

    address: str
    summary: str
    details: tuple[tuple[str, str], ...] = ()


def topics() -> dict[str, Topic]:
    """Every entry by its address: ``warnings``, ``warnings.must_hold``, ``metrics.latest``, ``problems.PB101`` …"""
    found = (*_sections(), *_metrics(), *_conditions(), *_kinds(), *_quantities(), *_problems())
    return {each.address: each for each in found}


def topic_named(name: str) -> tuple[Topic, ...]:
    """The topics of an address, or of a last word wherever it stands; raises ``ValueError`` for an unknown one."""
    known = topics()
    if name in known:
        return (known[name],)
    found = tuple(each for each in known.values() if each.address.rpartition(".")[2] == name)
    if not found:
        hint = did_you_mean(name, {*known, *(each.rpartition(".")[2] for each in known)})
        raise ValueError(f"there is no topic `{name}`" + (f": {hint}" if hint else ""))
    return found


def _plain(words: str) -> str:
    """Markdown without links."""
    return _LINK.sub(r"\1", words)


def _group(address: str, summary: str, members: list[Topic]) -> Iterator[Topic]:
    """A topic that lists its members, and those."""
    yield Topic(address, summary, tuple((each.address.rpartition(".")[2], each.summary) for each in members))
    yield from members


# -- sections ------------------------------------------------------------------------------------------


def _sections() -> Iterator[Topic]:
    yield from _group("manifest", "what `playbook.yaml` says of the playbook", _keys("manifest", manifest_keys(), []))
    for section in SECTIONS:
        definition = definition_of(section)
        name = section.title.lower().replace(" ", "_") if section.name in ("roles", "actions") else section.name
        keys = _keys(section.name, definition["properties"], definition.get("required", []), name)
        yield from _group(name, _plain(definition["description"]), keys)


def _keys(section: str, properties: Json, required: list[str], address: str = "") -> list[Topic]:
    return [
        Topic(
            f"{address or section}.{key}",
            _plain(words_for(section, key)),
            (("form", _plain(form(schema))), ("needed", "yes" if key in required else "no")),
        )
        for key, schema in properties.items()
    ]


# -- words ---------------------------------------------------------------------------------------------


def _metrics() -> Iterator[Topic]:
    verbs = [
        Topic(
            f"metrics.{each.name}",
            _plain(each.meaning),
            (
                ("takes", _plain(takes(each))),
                ("unit", _plain(each.unit)),
                ("missing data", _plain(each.missing)),
                *((option, _plain(OPTIONS[option])) for option in each.options),
            ),
        )
        for each in VERBS.values()
    ]
    yield from _group("metrics", "figures: one verb with what it takes, and its options", verbs)


def _conditions() -> Iterator[Topic]:
    combining = [Topic(f"conditions.{name}", f"holds where {_plain(words)}") for name, words in COMBINATORS.items()]
    operators = [
        Topic(
            f"conditions.{each.name}",
            f"the field {_plain(each.meaning)}",
            (("takes", FORMS[each.form]), ("fits", fitting(each.name))),
        )
        for each in OPERATORS.values()
    ]
    summary = "a mapping whose entries must all hold: combinators, or fields with values, lists or operators"
    yield from _group("conditions", summary, [*combining, *operators])


def _kinds() -> Iterator[Topic]:
    kinds = [
        Topic(f"kinds.{each.name}", f"{each.zh} · {each.en}" + (", with the customer" if each.with_customer else ""))
        for each in KINDS.values()
    ]
    yield from _group("kinds", "kinds of action", kinds)


def _quantities() -> Iterator[Topic]:
    yield Topic("quantities", "a number and its unit: `70 points`, `15%`, `2 working hours`", tuple(UNITS.items()))


def _problems() -> Iterator[Topic]:
    codes = [Topic(f"problems.{each.code}", f"{each.severity}: {each.meaning}") for each in every_code()]
    yield from _group("problems", "every problem the program reports, by code", codes)
