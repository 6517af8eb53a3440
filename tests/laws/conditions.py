"""Generated conditions that are always valid: every name can be read where it stands, every value has its type."""

from typing import Any

from msgspec import Struct, field

from tests.laws.chance import Chance
from tests.laws.world import KINDS, LITERALS, RECORDS, SINGULAR, TEXTS, Json

_ORDER = ("below", "at_most", "above", "at_least")
_AGO = ("2 days", "9 days", "1 month")
_UNTESTED = ("item", "person", "address", "label")


class Known(Struct):
    """What a playbook under construction has defined so far.

    ``figures`` (with their unit) and ``classes`` (with their values) are listed by the collection they are worked out
    for. ``warnings`` can be read here, ``all_warnings`` as they were before the run. ``parameters`` are listed by the
    unit of what they hold; ``ranked`` are the classes whose values have an order. ``careful`` leaves out what tells
    absent data from other data: ``known`` and ``undecided``; ``previous`` allows values before a run, or some time ago,
    which differ from run to run.
    """

    figures: dict[tuple[str | None, str], str] = field(default_factory=dict)
    streaks: list[str] = field(default_factory=list)
    classes: dict[tuple[str | None, str], tuple[str, ...]] = field(default_factory=dict)
    ranked: list[str] = field(default_factory=list)
    warnings: dict[str, str | None] = field(default_factory=dict)
    all_warnings: list[str] = field(default_factory=list)
    parameters: dict[str, list[str]] = field(default_factory=dict)
    lengths: list[str] = field(default_factory=list)
    light: bool = False
    firing: bool = False
    careful: bool = False
    previous: bool = True


class Sight(Struct, frozen=True):
    """From where a condition reads: the account, records in ``where`` (bare), or a rule's record in ``when``."""

    collection: str | None = None
    bare: bool = False

    @property
    def account(self) -> str:
        """What a name of the account begins with."""
        return "account." if self.bare else ""


ACCOUNT = Sight()


def condition(chance: Chance, known: Known, sight: Sight = ACCOUNT, depth: int = 2) -> Json:
    """A condition of any shape."""
    if depth == 0 or chance.yes():
        return _test(chance, known, sight)

    def inner(least: int, most: int) -> list[Json]:
        return [condition(chance, known, sight, depth - 1) for _ in range(chance.randint(least, most))]

    match chance.one(("all", "any", "not", "at_least", "some", "every", "none", "two")):
        case "all" | "any" as shape:
            return {shape: inner(1, 3)}
        case "not":
            return {"not": inner(1, 1)[0]}
        case "at_least":
            return {"at_least": {"count": chance.randint(1, 2), "of": inner(2, 3)}}
        case "two":
            return {**_test(chance, known, sight), **_test(chance, known, sight)}
        case shape:
            return {shape: _quantified(chance, known, shape)}


def _quantified(chance: Chance, known: Known, shape: str) -> Json:
    collection = chance.one(sorted(RECORDS))
    written: Json = {"in": collection}
    if not chance.yes(4):
        written["where"] = _test(chance, known, Sight(collection, bare=True))
    if shape == "some" and chance.yes():
        written["at_least"] = chance.randint(1, 2)
    return written


def _test(chance: Chance, known: Known, sight: Sight) -> Json:
    readable = (None, sight.collection)
    kinds = [_field, _field]
    if sight.collection is not None:
        kinds += [_record] * 5
    kinds += [_figure] * 3 * any(collection in readable for collection, _ in known.figures)
    kinds += [_class] * 2 * any(collection in readable for collection, _ in known.classes)
    if not sight.bare:
        kinds += [_warning] * 2 * bool(known.warnings) + [_streak] * bool(known.streaks)
        kinds += [_light] * known.light + [_firing] * 3 * known.firing
        kinds += [_previous, _was, _moved] * known.previous
    return chance.one(kinds)(chance, known, sight)


# -- fields --------------------------------------------------------------------------------------------


def _field(chance: Chance, known: Known, sight: Sight) -> Json:
    name = chance.one(sorted(KINDS))
    if KINDS[name] == "name":
        return {sight.account + name: {"present": chance.yes()}}
    return {sight.account + name: _operators(chance, known, name, KINDS[name])}


def _record(chance: Chance, known: Known, sight: Sight) -> Json:
    collection = sight.collection or ""
    prefix = "" if sight.bare else f"{SINGULAR[collection]}."
    if collection == "interactions" and chance.yes():
        return {f"{prefix}contact.role": _operators(chance, known, "contacts.role", "text")}
    name = chance.one(sorted(name for name, kind in RECORDS[collection].items() if kind not in _UNTESTED))
    return {prefix + name: _operators(chance, known, f"{collection}.{name}", RECORDS[collection][name])}


def _operators(chance: Chance, known: Known, path: str, kind: str) -> Any:
    """What stands behind a field: a value, a list of values, or operators."""
    if chance.yes(8):
        return {"present" if known.careful else chance.one(("present", "known")): chance.yes()}
    match kind:
        case "truth":
            return chance.yes()
        case "text":
            return _text(chance, TEXTS[path])
        case "texts":
            return {chance.one(("contains_any", "contains_all")): chance.some(("new", "risk"), 1, 2)}
        case "date" | "coming" | "instant":
            return _moment(chance, known, "instant" if kind == "instant" else "date")
        case _:
            return _figures(chance, known, kind)


def _text(chance: Chance, values: tuple[str, ...]) -> Any:
    match chance.one(("is", "is", "in", "is_not", "not_in", "starts_with", "matches")):
        case "is":
            return chance.one(values)
        case "in":
            return chance.some(values, 1, 2)
        case "not_in":
            return {"not_in": chance.some(values, 1, 2)}
        case "is_not":
            return {"is_not": chance.one(values)}
        case shape:
            return {shape: chance.one(values)[:2]}


def _moment(chance: Chance, known: Known, kind: str) -> Json:
    match chance.one(("before", "after", "in_last", "in_next", "older_than", "between")):
        case "before" | "after" as shape:
            return {shape: chance.one(LITERALS[kind])}
        case "between":
            return {"between": list(LITERALS[kind])}
        case shape:
            lengths = ["90 days", "2 weeks", "1 month", *(f"${name}" for name in known.lengths)]
            return {shape: chance.one(lengths + ["20 hours"] * (kind == "instant"))}


def _figures(chance: Chance, known: Known, unit: str) -> Json:
    values = [*LITERALS[unit], *(f"${name}" for name in known.parameters.get(unit, ()))]
    operator = chance.one([*_ORDER, *_ORDER, "between", "is", "in"])
    if operator == "between":
        bounds = [chance.one(LITERALS[unit]), chance.one(LITERALS[unit])]
        return {operator: sorted(bounds, key=lambda each: float(str(each).partition(" ")[0].rstrip("%")))}
    return {operator: chance.some(values, 1, 2) if operator == "in" else chance.one(values)}


# -- figures and conclusions ---------------------------------------------------------------------------


def _named(chance: Chance, named: dict[tuple[str | None, str], Any], sight: Sight) -> tuple[str, Any]:
    """A name that can be read, as it is written here, and what is known of it."""
    key = chance.one([key for key in named if key[0] in (None, sight.collection)])
    return (sight.account if key[0] is None else "") + key[1], named[key]


def _figure(chance: Chance, known: Known, sight: Sight) -> Json:
    name, unit = _named(chance, known.figures, sight)
    return {name: _figures(chance, known, unit)}


def _streak(chance: Chance, known: Known, sight: Sight) -> Json:
    return {chance.one(known.streaks): {chance.one(_ORDER): chance.randint(0, 2)}}


def _class(chance: Chance, known: Known, sight: Sight) -> Json:
    name, values = _named(chance, known.classes, sight)
    return {name: chance.one([chance.one(values), chance.some(values, 1, 2), {"is_not": chance.one(values)}])}


def _warning(chance: Chance, known: Known, sight: Sight) -> Json:
    name = chance.one(sorted(known.warnings))
    modes: list[Any] = ["firing", {"is_not": "firing"}]
    if known.warnings[name] is not None:
        modes += [{"firing": "any"}, {"firing": "all"}]
        modes += [{"firing": "same_record"}] * 2 * (known.warnings[name] == sight.collection)
    return {name: chance.one(modes)}


def _light(chance: Chance, known: Known, sight: Sight) -> Json:
    lights = ("red", "yellow", "green")
    return {"light": chance.one([chance.one(lights), chance.some(lights, 1, 2), {"is_not": chance.one(lights)}])}


def _firing(chance: Chance, known: Known, sight: Sight) -> Json:
    return {"firing": {"light": chance.one(("red", "yellow", "green")), "at_least": chance.randint(1, 2)}}


def _was(chance: Chance, known: Known, sight: Sight) -> Json:
    """What was in force, or worked out, at the end of a day before."""
    choices: list[Json] = [{"light": "red"}]
    choices += [{name: chance.one(values)} for (c, name), values in known.classes.items() if c is None]
    choices += [{name: _figures(chance, known, unit)} for (c, name), unit in known.figures.items() if c is None]
    return {"was": {**chance.one(choices), "ago": chance.one(_AGO)}}


def _moved(chance: Chance, known: Known, sight: Sight) -> Json:
    """What rose or fell since a day before; what has an order also since the run before."""
    way, since = chance.one(("rose", "fell")), {"in_last": chance.one(_AGO)}
    readable = [*known.ranked, *["light"] * known.light]
    choices: list[Json] = [{name: {way: chance.yes(), **chance.one([{}, since])}} for name in readable]
    numbers = [(name, unit) for (c, name), unit in known.figures.items() if c is None]
    choices += [{name: {way: chance.yes(), **since}} for name, _ in numbers]
    choices += [{name: {f"{way}_by": "5 points", **since}} for name, unit in numbers if unit == "points"]
    return chance.one(choices)


def _previous(chance: Chance, known: Known, sight: Sight) -> Json:
    choices: list[Json] = [{"light": light} for light in ("red", "yellow", "green")]
    choices += [{name: "firing"} for name in known.all_warnings]
    choices += [{name: value} for (c, name), values in known.classes.items() if c is None for value in values]
    return {"previous": chance.one(choices)}
