"""Generated conditions that are always valid: every name can be read where it stands, every value has its type."""

from typing import Any

from hypothesis import strategies as st
from msgspec import Struct, field

from tests.laws.world import COMING, FIELDS, KINDS, LITERALS, RECORDS, SINGULAR, TEXTS, Json

_ORDER = ("below", "at_most", "above", "at_least")


class Known(Struct):
    """What a playbook under construction has defined so far, by the collection that it is worked out for."""

    figures: dict[tuple[str | None, str], str] = field(default_factory=dict)
    streaks: list[str] = field(default_factory=list)
    classes: dict[tuple[str | None, str], tuple[str, ...]] = field(default_factory=dict)
    warnings: dict[str, str | None] = field(default_factory=dict)
    """Warnings that can be read here, with their collection."""
    parameters: dict[str, list[str]] = field(default_factory=dict)
    """Parameters by the unit of what they hold."""
    lengths: list[str] = field(default_factory=list)
    all_warnings: list[str] = field(default_factory=list)
    """Every warning, for ``previous``."""
    light: bool = False
    firing: bool = False
    careful: bool = False
    """Nothing that tells absent data from other data: ``known`` and ``undecided: skip`` are left out."""


class Sight(Struct, frozen=True):
    """From where a condition reads: the account, records in ``where`` (bare), or a rule's record in ``when``."""

    collection: str | None = None
    bare: bool = False


ACCOUNT = Sight()


@st.composite
def conditions(draw: st.DrawFn, known: Known, sight: Sight = ACCOUNT, depth: int = 2) -> Json:
    """A condition of any shape."""
    if depth == 0 or draw(st.integers(0, 2)) == 0:
        return draw(_tests(known, sight))
    shape = draw(st.sampled_from(["all", "any", "not", "at_least", "some", "every", "none", "two"]))
    inner = conditions(known, sight, depth - 1)
    if shape in ("all", "any"):
        return {shape: draw(st.lists(inner, min_size=1, max_size=3))}
    if shape == "not":
        return {"not": draw(inner)}
    if shape == "at_least":
        return {"at_least": {"count": draw(st.integers(1, 2)), "of": draw(st.lists(inner, min_size=2, max_size=3))}}
    if shape == "two":
        return {**draw(_tests(known, sight)), **draw(_tests(known, sight))}
    return {shape: draw(_quantified(known, shape))}


@st.composite
def _quantified(draw: st.DrawFn, known: Known, shape: str) -> Json:
    collection = draw(st.sampled_from(sorted(RECORDS)))
    written: Json = {"in": collection}
    if draw(st.integers(0, 3)):
        written["where"] = draw(_tests(known, Sight(collection, bare=True)))
    if shape == "some" and draw(st.booleans()):
        written["at_least"] = draw(st.integers(1, 2))
    return written


@st.composite
def _tests(draw: st.DrawFn, known: Known, sight: Sight) -> Json:
    kinds = ["field"]
    if sight.collection is not None:
        kinds += ["record"] * 3
    if any(collection in (None, sight.collection) for collection, _ in known.figures):
        kinds += ["figure"] * 2
    if any(collection in (None, sight.collection) for collection, _ in known.classes):
        kinds += ["class"] * 2
    if not sight.bare:
        kinds += ["warning"] * 2 * bool(known.warnings) + ["streak"] * bool(known.streaks)
        kinds += ["light"] * known.light + ["firing"] * 2 * known.firing + ["previous"]
    return draw(_OF_KIND[draw(st.sampled_from(kinds))](known, sight))


@st.composite
def _field(draw: st.DrawFn, known: Known, sight: Sight) -> Json:
    name = draw(st.sampled_from(sorted(KINDS)))
    kind = KINDS[name]
    prefix = "account." if sight.bare else ""
    if kind == "name":
        return {prefix + name: {"present": draw(st.booleans())}}
    return {prefix + name: draw(_test(known, name, kind))}


@st.composite
def _record(draw: st.DrawFn, known: Known, sight: Sight) -> Json:
    collection = sight.collection or ""
    fields = {name: kind for name, kind in RECORDS[collection].items() if kind not in ("item", "person", "address")}
    name = draw(st.sampled_from(sorted(fields)))
    shown = name if sight.bare else f"{SINGULAR[collection]}.{name}"
    if collection == "interactions" and draw(st.booleans()):
        prefix = "" if sight.bare else "interaction."
        return {f"{prefix}contact.role": draw(_test(known, "contacts.role", "text"))}
    return {shown: draw(_test(known, f"{collection}.{name}", fields[name]))}


@st.composite
def _test(draw: st.DrawFn, known: Known, path: str, kind: str) -> Any:
    """What stands behind a field: a value, a list of values, or operators."""
    if draw(st.integers(0, 7)) == 0:
        operator = "present" if known.careful else draw(st.sampled_from(["present", "known"]))
        return {operator: draw(st.booleans())}
    if kind == "truth":
        return draw(st.booleans())
    if kind == "text":
        return draw(_text(TEXTS[path]))
    if kind == "texts":
        operator = draw(st.sampled_from(["contains_any", "contains_all"]))
        return {operator: draw(st.lists(st.sampled_from(["new", "risk"]), min_size=1, max_size=2, unique=True))}
    if kind in ("date", "coming", "instant"):
        return draw(_moment(known, "instant" if kind == "instant" else "date"))
    return draw(_figure_test(known, kind))


@st.composite
def _text(draw: st.DrawFn, values: tuple[str, ...]) -> Any:
    value = st.sampled_from(values)
    shape = draw(st.sampled_from(["is", "in", "is_not", "not_in", "starts_with", "matches"]))
    if shape == "is":
        return draw(value)
    if shape in ("in", "not_in"):
        several = draw(st.lists(value, min_size=1, max_size=2, unique=True))
        return several if shape == "in" else {shape: several}
    if shape == "is_not":
        return {shape: draw(value)}
    return {shape: draw(value)[:2]}


@st.composite
def _moment(draw: st.DrawFn, known: Known, kind: str) -> Json:
    operator = draw(st.sampled_from(["before", "after", "in_last", "in_next", "older_than", "between"]))
    if operator in ("before", "after"):
        return {operator: draw(st.sampled_from(LITERALS[kind]))}
    if operator == "between":
        return {operator: list(LITERALS[kind])}
    lengths = ["90 days", "2 weeks", "1 month", *(f"${name}" for name in known.lengths)]
    return {operator: draw(st.sampled_from(lengths + ["20 hours"] * (kind == "instant")))}


@st.composite
def _figure_test(draw: st.DrawFn, known: Known, unit: str) -> Json:
    operator = draw(st.sampled_from([*_ORDER, "between", "is", "in"]))
    values = [*LITERALS[unit], *(f"${name}" for name in known.parameters.get(unit, ()))]
    value = st.sampled_from(values)
    if operator == "between":
        return {operator: [draw(value), draw(value)]}
    if operator == "in":
        return {operator: draw(st.lists(value, min_size=1, max_size=2, unique=True))}
    return {operator: draw(value)}


@st.composite
def _figure(draw: st.DrawFn, known: Known, sight: Sight) -> Json:
    found = sorted((c or "", name) for c, name in known.figures if c in (None, sight.collection))
    collection, name = draw(st.sampled_from(found))
    unit = known.figures[collection or None, name]
    prefix = "account." if sight.bare and not collection else ""
    return {prefix + name: draw(_figure_test(known, unit))}


@st.composite
def _streak(draw: st.DrawFn, known: Known, sight: Sight) -> Json:
    operator = draw(st.sampled_from(_ORDER))
    return {draw(st.sampled_from(known.streaks)): {operator: draw(st.integers(0, 2))}}


@st.composite
def _class(draw: st.DrawFn, known: Known, sight: Sight) -> Json:
    found = sorted((c or "", name) for c, name in known.classes if c in (None, sight.collection))
    collection, name = draw(st.sampled_from(found))
    value = st.sampled_from(known.classes[collection or None, name])
    prefix = "account." if sight.bare and not collection else ""
    shape = draw(st.sampled_from(["is", "in", "is_not"]))
    if shape == "in":
        return {prefix + name: draw(st.lists(value, min_size=1, max_size=2, unique=True))}
    return {prefix + name: draw(value) if shape == "is" else {"is_not": draw(value)}}


@st.composite
def _warning(draw: st.DrawFn, known: Known, sight: Sight) -> Json:
    name = draw(st.sampled_from(sorted(known.warnings)))
    modes = ["firing", {"is_not": "firing"}]
    if known.warnings[name] is not None:
        modes += [{"firing": "any"}, {"firing": "all"}]
        modes += [{"firing": "same_record"}] * 2 * (known.warnings[name] == sight.collection)
    return {name: draw(st.sampled_from(modes))}


@st.composite
def _light(draw: st.DrawFn, known: Known, sight: Sight) -> Json:
    lights = st.sampled_from(["red", "yellow", "green"])
    return {"light": draw(lights | st.lists(lights, min_size=1, max_size=2, unique=True))}


@st.composite
def _firing(draw: st.DrawFn, known: Known, sight: Sight) -> Json:
    light = draw(st.sampled_from(["red", "yellow", "green"]))
    return {"firing": {"light": light, "at_least": draw(st.integers(1, 2))}}


@st.composite
def _previous(draw: st.DrawFn, known: Known, sight: Sight) -> Json:
    choices: list[Json] = [{"light": light} for light in ("red", "yellow", "green")]
    choices += [{name: "firing"} for name in known.all_warnings]
    choices += [{name: value} for (c, name), values in known.classes.items() if c is None for value in values]
    return {"previous": draw(st.sampled_from(choices))}


_OF_KIND = {
    "field": _field, "record": _record, "figure": _figure, "streak": _streak, "class": _class, "warning": _warning,
    "light": _light, "firing": _firing, "previous": _previous,
}  # fmt: skip

__all__ = ["ACCOUNT", "COMING", "FIELDS", "Known", "Sight", "conditions"]
