"""The closed vocabulary of metrics and their written form (language 4)."""

from decimal import Decimal
from typing import Final, Literal

from msgspec import Struct

from engine.documents.document import Mapping, Node, Scalar, Sequence, as_checked
from engine.documents.shapes import Json, Sink, read_shape, schema_of
from engine.foundation.places import Place
from engine.language.conditions import Condition
from engine.language.values import Length, Rhythm, Text, Written

ArgumentForm = Literal["path", "one", "two", "many", "weights", "condition"]


class Verb(Struct, frozen=True):
    """One way of working out a figure: what it takes, its options, and what it means.

    ``unit`` and ``missing`` are the words of the reference: the unit of the result, what missing data does.
    """

    name: str
    form: ArgumentForm
    options: tuple[str, ...]
    meaning: str
    unit: str
    missing: str


_OVER = ("where", "in_last", "in_next", "last", "undecided")
_PORTFOLIO = ("among", "over")
_STANDING = (*_PORTFOLIO, "where")
_OWN = "none for an account without the figure, or not `among` them; unknown where that is; others unknown are left out"
_SKIPS = "none is skipped; unknown where the collection, a `where` or a value is unknown"

VERBS: Final[dict[str, Verb]] = {
    each.name: each
    for each in (
        Verb("value", "one", (), "the field itself, under another name", "the field's", "as the field"),
        Verb("count", "path", _OVER, "how many records", "number", "0 for no records; unknown on an absent collection"),
        Verb("count_distinct", "path", _OVER, "how many different values", "number", _SKIPS),
        Verb("sum", "path", _OVER, "the values added, exactly", "the field's", "0 for no records; " + _SKIPS),
        Verb(
            "average", "path", _OVER, "the mean, rounded half-even once", "the field's", "none for no values; " + _SKIPS
        ),
        Verb("minimum", "path", _OVER, "the least value", "the field's", "none for no values; " + _SKIPS),
        Verb("maximum", "path", _OVER, "the greatest value", "the field's", "none for no values; " + _SKIPS),
        Verb(
            "latest",
            "path",
            _OVER,
            "the value of the latest record that has one; ties by id",
            "the field's",
            "none for no values; " + _SKIPS,
        ),
        Verb(
            "share",
            "path",
            _OVER,
            "the records where `where` holds, of all in the window",
            "percent",
            "none for no records; " + _SKIPS,
        ),
        Verb(
            "days_since",
            "path",
            ("where", "undecided"),
            "days from the field's latest date to today",
            "days",
            "none if there is no date",
        ),
        Verb(
            "days_until",
            "path",
            ("where", "undecided"),
            "days from today to the field's earliest date from today on",
            "days",
            "none if there is no date",
        ),
        Verb(
            "months_since",
            "path",
            ("where", "undecided"),
            "complete months from the field's latest date to today, clamped",
            "months",
            "none if there is no date",
        ),
        Verb("days_between", "two", (), "days from the first date to the second", "days", "none if a date is none"),
        Verb(
            "change",
            "path",
            ("where", "per", "against", "settles_after", "undecided"),
            "relative change of the last complete period's total",
            "percent",
            "none where the earlier total is 0",
        ),
        Verb(
            "change_in_points",
            "path",
            ("where", "per", "against", "settles_after", "undecided"),
            "difference of the last complete period's average in points",
            "points",
            "none where a period has no values",
        ),
        Verb(
            "falling_streak",
            "path",
            ("where", "per", "by", "settles_after", "undecided"),
            "complete periods in a row that each fell by at least `by`",
            "number",
            "unknown where an uncovered period is reached first",
        ),
        Verb(
            "rising_streak",
            "path",
            ("where", "per", "by", "settles_after", "undecided"),
            "complete periods in a row that each rose by at least `by`",
            "number",
            "unknown where an uncovered period is reached first",
        ),
        Verb(
            "trend",
            "path",
            ("where", "per", "last", "take", "settles_after", "undecided"),
            "least-squares slope over the `last` complete periods, of their mean, per period",
            "percent",
            "none where the mean is 0; unknown where one of the periods is",
        ),
        Verb(
            "volatility",
            "path",
            ("where", "per", "last", "take", "settles_after", "undecided"),
            "standard deviation of the `last` complete periods, of their mean",
            "percent",
            "none where the mean is 0; unknown where one of the periods is",
        ),
        Verb(
            "ratio",
            "two",
            (),
            "the first divided by the second; percent where both have one unit",
            "percent or the first's",
            "none by 0",
        ),
        Verb("difference", "two", (), "the first less the second", "the first's", "none if one is none"),
        Verb(
            "product", "many", (), "the factors multiplied, exactly", "the one unit among them", "none if one is none"
        ),
        Verb(
            "points",
            "one",
            ("bands",),
            "points by bands: the figure's band gives the points",
            "points",
            "as the figure",
        ),
        Verb(
            "weighted", "weights", (), "figures in points by weights that sum to 100", "points", "none if one is none"
        ),
        Verb(
            "missing",
            "path",
            ("where", "out_of", "undecided"),
            "those of `out_of` that no record has",
            "texts",
            "none if all are there",
        ),
        Verb(
            "top_percent",
            "one",
            _STANDING,
            "share of the accounts, or with `each` of all accounts' records, with a strictly bigger figure",
            "percent",
            _OWN,
        ),
        Verb(
            "rank",
            "one",
            (*_STANDING, "best"),
            "the place in the portfolio of the account, or of the record; 1 is the best, equals share the best place",
            "number",
            _OWN,
        ),
        Verb(
            "fifths",
            "one",
            (*_STANDING, "best"),
            "the fifth of the portfolio that the account or record is in; 5 is the best, equals share the best fifth",
            "number",
            _OWN,
        ),
        Verb(
            "share_of_total",
            "one",
            _STANDING,
            "the account's or record's figure, of those of all together",
            "percent",
            "none where the total is not above 0; " + _OWN,
        ),
        Verb(
            "cumulative_share",
            "one",
            (*_STANDING, "own"),
            "the own figure and all bigger and equal ones, of those of all together",
            "percent",
            "none where the total is not above 0; " + _OWN,
        ),
        Verb(
            "against_average",
            "one",
            _STANDING,
            "the own figure less the mean of all, of that mean",
            "percent",
            "none where the mean is 0; " + _OWN,
        ),
        Verb(
            "share_of_accounts",
            "condition",
            _PORTFOLIO,
            "the accounts of which the condition holds, of all accounts",
            "percent",
            "none for no accounts; accounts of which the condition is unknown are left out",
        ),
    )
}


class Metric(Struct, frozen=True, kw_only=True):
    """A named figure: ``verb`` applied to ``of``, with the verb's options.

    ``of`` are the fields or metrics it takes; ``weights`` stand beside them for ``weighted``. ``bands`` gives points
    and the figure from which they count. ``last`` are records, or periods where there is a ``per``; ``take`` says what
    stands for a period: its total, or the average of its records.

    Of figures over the portfolio, ``among`` says of which accounts they speak, with ``each`` ``where`` of which
    records, ``over`` by which names they are held against those of the same value only; ``best`` which end is the best;
    ``own`` whether the own figure counts in what has added up. ``holds`` is the condition that ``share_of_accounts``
    takes.
    """

    id: str
    place: Place
    node: Mapping | None = None
    verb: str
    of: tuple[Written, ...]
    weights: tuple[int, ...] = ()
    title: Text | None = None
    source: str | None = None
    note: str | None = None
    each: str | None = None
    where: Condition | None = None
    in_last: Length | None = None
    in_next: Length | None = None
    last: int | None = None
    per: Rhythm | None = None
    against: Literal["before", "year_before"] = "before"
    take: Literal["total", "average"] = "total"
    by: Written | None = None
    settles_after: Length | None = None
    undecided: Literal["unknown", "skip"] = "unknown"
    if_none: Written | None = None
    bands: tuple[tuple[Decimal, Written], ...] = ()
    out_of: tuple[str, ...] = ()
    holds: Condition | None = None
    among: Condition | None = None
    over: tuple[Written, ...] = ()
    best: Literal["high", "low"] = "high"
    own: Literal["counted", "left_out"] = "counted"

    @classmethod
    def shape_schema(cls, definitions: Json) -> Json:
        """One verb with its options; each verb is dispatched by its key."""
        if "Metric" not in definitions:
            definitions["Metric"] = {}
            definitions["Metric"] = _metric_schema(definitions)
        return {"$ref": "#/$defs/Metric"}


_OPTION_TYPES: Final = {
    "title": Text, "source": str, "note": str, "each": str, "if_none": Written,
    "where": Condition, "in_last": Length, "in_next": Length, "per": Rhythm, "by": Written, "settles_after": Length,
    "against": Literal["before", "year_before"], "take": Literal["total", "average"],
    "undecided": Literal["unknown", "skip"],
    "among": Condition, "best": Literal["high", "low"], "own": Literal["counted", "left_out"],
}  # fmt: skip
_COMMON: Final = ("title", "source", "note", "each", "if_none")


def read_metric(key: str, place: Place, node: Node, sink: Sink) -> Metric:
    """The metric that ``node`` writes under ``key``; its schema has been checked."""
    written = as_checked(node, Mapping)
    verb, argument = next((each.key, each.node) for each in written.entries if each.key in VERBS)
    options = {
        each.key: read_shape(_OPTION_TYPES[each.key], each.node, sink)
        for each in written.entries
        if each.key in _OPTION_TYPES
    }
    return Metric(
        id=key, place=place, node=written, verb=verb, of=_arguments(VERBS[verb], argument),
        weights=_weights(VERBS[verb], argument), last=_last(written), bands=_bands(written), out_of=_out_of(written),
        over=_over(written), holds=read_shape(Condition, argument, sink) if VERBS[verb].form == "condition" else None,
        **options,
    )  # fmt: skip


def _arguments(verb: Verb, node: Node) -> tuple[Written, ...]:
    if verb.form == "condition":
        return ()
    if isinstance(node, Mapping):
        return tuple(Written(each.key, each.key, each.key_place) for each in node.entries)
    members = node.items if isinstance(node, Sequence) else (node,)
    return tuple(Written.read_shape(each, lambda _: None) for each in members)


def _weights(verb: Verb, node: Node) -> tuple[int, ...]:
    if verb.form != "weights" or not isinstance(node, Mapping):
        return ()
    return tuple(int(_value(each.node)) for each in node.entries)


def _value(node: Node) -> Decimal:
    scalar = as_checked(node, Scalar)
    return Decimal(scalar.text or str(scalar.value))


def _last(node: Mapping) -> int | None:
    found = node.get("last")
    if not isinstance(found, Scalar):
        return None
    return int(str(found.value).split(" ", maxsplit=1)[0])


def _bands(node: Mapping) -> tuple[tuple[Decimal, Written], ...]:
    found = node.get("bands")
    if not isinstance(found, Mapping):
        return ()
    return tuple((Decimal(each.key), Written.read_shape(each.node, lambda _: None)) for each in found.entries)


def _out_of(node: Mapping) -> tuple[str, ...]:
    found = node.get("out_of")
    members = found.items if isinstance(found, Sequence) else ()
    return tuple(str(each.value) for each in members if isinstance(each, Scalar))


def _over(node: Mapping) -> tuple[Written, ...]:
    found = node.get("over")
    same = found.get("same") if isinstance(found, Mapping) else None
    members = same.items if isinstance(same, Sequence) else (same,) if same is not None else ()
    return tuple(Written.read_shape(each, lambda _: None) for each in members)


def options_schema(definitions: Json) -> Json:
    """The JSON Schema of every option of a metric, by its key."""
    options: Json = {name: schema_of(hint, definitions) for name, hint in _OPTION_TYPES.items()}
    scalar = Written.shape_schema(definitions)
    options["bands"] = {
        "type": "object",
        "propertyNames": {"pattern": r"^-?[0-9]+(\.[0-9]+)?$"},
        "additionalProperties": scalar,
        "minProperties": 1,
    }
    options["out_of"] = {"type": "array", "items": {"type": "string"}, "minItems": 1}
    options["over"] = _over_schema()
    return options


def _metric_schema(definitions: Json) -> Json:
    options = options_schema(definitions)
    for verb in VERBS.values():
        definitions[f"metric_{verb.name}"] = _verb_schema(verb, options, definitions)
    return {
        "type": "object",
        "description": "a figure: one of " + ", ".join(VERBS),
        "allOf": [
            {"if": {"type": "object", "required": [name]}, "then": {"$ref": f"#/$defs/metric_{name}"}} for name in VERBS
        ],
        "if": {"type": "object", "not": {"anyOf": [{"required": [name]} for name in VERBS]}},
        "then": _no_verb_schema(options),
    }


def _no_verb_schema(options: Json) -> Json:
    """Where no verb stands: a key that nobody knows, most likely a verb misspelt; else a figure is missing."""
    known = (*VERBS, *_COMMON, *options)
    return {
        "if": {"propertyNames": {"enum": list(known)}},
        "then": {
            "not": {},
            "description": "nothing says how the figure is worked out",
            "examples": ["sum: purchases.amount"],
        },
        "else": {
            "properties": {key: {} for key in known},
            "additionalProperties": False,
            "examples": ["sum: purchases.amount"],
        },
    }


def _verb_schema(verb: Verb, options: Json, definitions: Json) -> Json:
    known = {**options, "last": _last_schema(verb)}
    own = {name: known[name] for name in (*_COMMON, *verb.options)}
    required = [verb.name, *(name for name in ("per", "by", "bands", "out_of") if name in verb.options)]
    required += ["last"] if _counts_periods(verb) and "last" in verb.options else []
    return {
        "type": "object",
        "description": verb.meaning,
        "properties": {verb.name: argument_schema(verb.form, definitions), **own},
        "required": required,
        "additionalProperties": False,
    }


def _last_schema(verb: Verb) -> Json:
    """How far back: a number of complete periods where there are any, else of records."""
    word, least = ("periods", "([2-9]|[1-9][0-9])") if _counts_periods(verb) else ("records?", "[1-9][0-9]*")
    return {
        "type": "string",
        "pattern": f"^{least} {word}$",
        "description": f"a number of {word.removesuffix('?').removesuffix('s')}s",
        "examples": ["8 periods" if _counts_periods(verb) else "3 records"],
    }


def _counts_periods(verb: Verb) -> bool:
    return "per" in verb.options


def _over_schema() -> Json:
    name: Json = {"type": "string", "examples": ["profile.industry", "owner.account_manager"]}
    same: Json = {"if": {"type": "array"}, "then": {"type": "array", "items": name, "minItems": 1}, "else": name}
    return {
        "type": "object",
        "description": "accounts are held against those of the same value only",
        "properties": {"same": same},
        "required": ["same"],
        "additionalProperties": False,
    }


def argument_schema(form: ArgumentForm, definitions: Json) -> Json:
    """The JSON Schema of what a verb of this form takes."""
    if form == "condition":
        return schema_of(Condition, definitions)
    name: Json = {"type": "string", "examples": ["purchases.amount"]}
    if form in ("path", "one"):
        return name
    if form == "weights":
        return {"type": "object", "additionalProperties": {"type": "integer"}, "minProperties": 1}
    return {"type": "array", "items": name, "minItems": 2, **({"maxItems": 2} if form == "two" else {})}
