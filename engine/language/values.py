"""The small written forms of the language: values, texts in two languages, due dates, periods."""

import re
from decimal import Decimal
from typing import Any, Final, Literal

from msgspec import Struct

from engine.documents.document import Mapping, Node, Scalar, Sequence, as_checked
from engine.documents.shapes import Json, Sink
from engine.foundation import codes
from engine.foundation.places import Place
from engine.foundation.problems import problem
from engine.foundation.quantities import Duration, Period, parse_duration, parse_period

LANGUAGES: Final = ("zh", "en")


class Written(Struct, frozen=True):
    """A scalar as an author wrote it: its plain value, its text, its place. ``$x`` refers to the value of x."""

    value: str | int | Decimal | bool | None
    text: str
    place: Place

    @property
    def reference(self) -> str | None:
        """The name behind ``$``, or none for a value that stands for itself."""
        if isinstance(self.value, str) and self.value.startswith("$"):
            return self.value[1:]
        return None

    @classmethod
    def shape_schema(cls, definitions: Json) -> Json:
        """Any scalar."""
        return {"type": ["string", "number", "boolean", "null"]}

    @classmethod
    def read_shape(cls, node: Node, sink: Sink) -> "Written":
        """The scalar ``node``."""
        scalar = as_checked(node, Scalar)
        return cls(scalar.value, written_text(scalar), node.place)


def written_text(node: Scalar) -> str:
    """The scalar as it stands in the file."""
    return node.value if isinstance(node.value, str) else node.text


class Text(Struct, frozen=True):
    """A text for people: one for all languages (under ``""``) or one per language, each with its place."""

    by_language: tuple[tuple[str, str], ...]
    places: tuple[Place, ...]

    def in_language(self, language: str) -> str:
        """The text in ``language``, else in the first one written."""
        for name, found in self.by_language:
            if name == language:
                return found
        return self.by_language[0][1]

    @classmethod
    def shape_schema(cls, definitions: Json) -> Json:
        """A text, or a mapping of languages to texts."""
        definitions["Text"] = {
            "description": "a text, or one per language: {zh: …, en: …}",
            "if": {"type": "object"},
            "then": _languages({"type": ["string", "number"]}),
            "else": {"type": ["string", "number"]},
        }
        return {"$ref": "#/$defs/Text"}

    @classmethod
    def read_shape(cls, node: Node, sink: Sink) -> "Text":
        """The text or texts of ``node``."""
        if isinstance(node, Mapping):
            pairs = tuple((each.key, _scalar_text(each.node)) for each in node.entries)
            return cls(pairs, tuple(each.node.place for each in node.entries))
        return cls((("", _scalar_text(node)),), (node.place,))


def _scalar_text(node: Node) -> str:
    return written_text(as_checked(node, Scalar))


def _languages(member: Json) -> Json:
    return {
        "type": "object",
        "properties": dict.fromkeys(LANGUAGES, member),
        "additionalProperties": False,
        "minProperties": 1,
    }


class Texts(Struct, frozen=True):
    """A list of texts for people, of equal length in every language."""

    by_language: tuple[tuple[str, tuple[str, ...]], ...]
    place: Place

    def in_language(self, language: str) -> tuple[str, ...]:
        """The texts in ``language``, else in the first one written."""
        for name, found in self.by_language:
            if name == language:
                return found
        return self.by_language[0][1]

    @classmethod
    def shape_schema(cls, definitions: Json) -> Json:
        """A list of texts, or a mapping of languages to lists."""
        listed: Json = {"type": "array", "items": {"type": ["string", "number"]}}
        definitions["Texts"] = {
            "description": "a list of texts, or one list per language: {zh: […], en: […]}",
            "if": {"type": "object"},
            "then": _languages(listed),
            "else": listed,
        }
        return {"$ref": "#/$defs/Texts"}

    @classmethod
    def read_shape(cls, node: Node, sink: Sink) -> "Texts":
        """The lists of ``node``; a problem where their lengths differ."""
        if isinstance(node, Sequence):
            return cls((("", _members(node)),), node.place)
        entries = as_checked(node, Mapping).entries
        pairs = tuple((each.key, _members(each.node)) for each in entries)
        if len({len(members) for _, members in pairs}) > 1:
            counts = ", ".join(f"{language} has {len(members)}" for language, members in pairs)
            shortest = min(entries, key=lambda each: len(_members(each.node)))
            message, hint = f"the lists differ in length: {counts}", "say the same points in each language"
            sink(problem(codes.UNEQUAL_LISTS, shortest.node.place, message, hint))
        return cls(pairs, node.place)


def _members(node: Node) -> tuple[str, ...]:
    return tuple(_scalar_text(each) for each in as_checked(node, Sequence).items)


class Length(Struct, frozen=True):
    """A length of time: a duration as written, or ``$parameter``."""

    duration: Duration | None
    reference: str | None
    place: Place

    @classmethod
    def shape_schema(cls, definitions: Json) -> Json:
        """A text such as ``2 working days``."""
        return {"type": "string", "examples": ["2 working days", "48 hours", "$parameter"]}

    @classmethod
    def read_shape(cls, node: Node, sink: Sink) -> "Length":
        """The duration ``node`` writes; a problem if it writes none."""
        return read_length(_scalar_text(node), node.place, sink)


def read_length(text: str, place: Place, sink: Sink) -> Length:
    """The length of time in ``text``."""
    if text.startswith("$"):
        return Length(None, text[1:], place)
    duration = parse_duration(text)
    if duration is None:
        sink(problem(codes.BAD_QUANTITY, place, f"`{text}` is no length of time", "write for example `2 working days`"))
    return Length(duration, None, place)


class Rhythm(Struct, frozen=True):
    """How often: a period word with a count, or ``$parameter``."""

    period: Period | None
    reference: str | None
    place: Place

    @classmethod
    def shape_schema(cls, definitions: Json) -> Json:
        """A text such as ``month`` or ``2 weeks``."""
        return {"type": "string", "examples": ["month", "2 weeks", "quarter"]}

    @classmethod
    def read_shape(cls, node: Node, sink: Sink) -> "Rhythm":
        """The period ``node`` writes; a problem if it writes none."""
        text = _scalar_text(node)
        if text.startswith("$"):
            return cls(None, text[1:], node.place)
        period = parse_period(text)
        if period is None:
            message = f"`{text}` is no period"
            sink(
                problem(
                    codes.BAD_QUANTITY,
                    node.place,
                    message,
                    "write day, week, month, quarter, half_year, year or `2 weeks`",
                )
            )
        return cls(period, None, node.place)


_FIRST_DAY = re.compile(r"(0[1-9]|1[0-2])-01")


class FirstOfMonth(Struct, frozen=True):
    """The first day of a month of every year, written ``04-01``."""

    month: int
    place: Place

    @classmethod
    def shape_schema(cls, definitions: Json) -> Json:
        """A text such as ``04-01``."""
        return {"type": "string", "description": "the first day of a month", "examples": ["04-01", "10-01"]}

    @classmethod
    def read_shape(cls, node: Node, sink: Sink) -> "FirstOfMonth":
        """The day that ``node`` writes; a problem where it is not the first of a month."""
        text = _scalar_text(node)
        found = _FIRST_DAY.fullmatch(text)
        if found is None:
            message = f"`{text}` is not the first day of a month"
            sink(problem(codes.BAD_FORM, node.place, message, "write month and day, for example `04-01`"))
        return cls(int(found[1]) if found else 1, node.place)


_DUE = re.compile(r"(?P<length>.+?) (?P<side>before|after) (?P<anchor>\$?\S+)")


class Due(Struct, frozen=True):
    """When an action is due: a length after its start, or before or after an anchor.

    ``anchor`` is ``event`` (the cadence's own date) or a field such as ``commitment.due_at``.
    """

    length: Length
    side: Literal["before", "after"] = "after"
    anchor: str | None = None
    place: Place = Place("")

    @classmethod
    def shape_schema(cls, definitions: Json) -> Json:
        """A text such as ``48 hours before $commitment.due_at``."""
        examples = [
            "3 working days",
            "$confirm_within",
            "48 hours before $commitment.due_at",
            "5 working days before event",
        ]
        return {"type": "string", "examples": examples}

    @classmethod
    def read_shape(cls, node: Node, sink: Sink) -> "Due":
        """The due date ``node`` writes."""
        text = _scalar_text(node)
        found = _DUE.fullmatch(text)
        if not found:
            return cls(read_length(text, node.place, sink), place=node.place)
        side: Literal["before", "after"] = "before" if found["side"] == "before" else "after"
        return cls(read_length(found["length"], node.place, sink), side, found["anchor"].removeprefix("$"), node.place)


class Setting(Struct, frozen=True):
    """The value of a parameter: a scalar or a list of scalars."""

    values: tuple[Written, ...]
    is_list: bool
    place: Place

    @classmethod
    def shape_schema(cls, definitions: Json) -> Json:
        """A scalar or a list of scalars."""
        scalar = Written.shape_schema(definitions)
        return {"if": {"type": "array"}, "then": {"type": "array", "items": scalar}, "else": scalar}

    @classmethod
    def read_shape(cls, node: Node, sink: Sink) -> "Setting":
        """The value or values of ``node``."""
        members: tuple[Any, ...] = node.items if isinstance(node, Sequence) else (node,)
        return cls(tuple(Written.read_shape(each, sink) for each in members), isinstance(node, Sequence), node.place)


class Hours(Struct, frozen=True):
    """Opening hours as written: ``24x7``, or hours by weekday (``mon-fri: 09:00-12:00 13:30-18:00``)."""

    written: str | dict[str, str]

    @classmethod
    def shape_schema(cls, definitions: Json) -> Json:
        """``24x7``, or a mapping of weekdays to hours."""
        hours: Json = {"type": "string", "examples": ["09:00-12:00 13:30-18:00"]}
        return {"if": {"type": "object"}, "then": {"type": "object", "additionalProperties": hours}, "else": hours}

    @classmethod
    def read_shape(cls, node: Node, sink: Sink) -> "Hours":
        """The hours that ``node`` writes."""
        if isinstance(node, Mapping):
            return cls({each.key: _scalar_text(each.node) for each in node.entries})
        return cls(_scalar_text(node))
