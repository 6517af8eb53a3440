"""A positioned document out of YAML's parse events, with bounds on depth, size and what aliases repeat.

PyYAML's own composing recurses in C (100,000 nested ``[`` crash it) and its resolving is YAML 1.1 (``no`` is false,
``09:00`` a number); its stream of events has neither fault.
"""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any, Final

import msgspec
import yaml

from engine.documents import slips
from engine.documents.decoding import FORBIDDEN, Source, normalise, sign_name
from engine.documents.document import Entry, Mapping, Node, Scalar, Sequence
from engine.foundation.codes import ALIAS_BOMB, BAD_YAML, DUPLICATE_KEY, NUMBER_FORM, TOO_DEEP, TOO_LARGE, UNREAD_YAML
from engine.foundation.places import Place
from engine.foundation.problems import Code, Problem, problem
from engine.foundation.quantities import PLAIN_NUMBER

MAX_DEPTH: Final = 64
"""Lists and mappings within each other."""

MAX_VALUES: Final = 150_000
"""Keys and values in one file; a dense playbook of the largest size has some 110,000."""

MAX_PROBLEMS: Final = 500
"""Problems after which a file is read no further."""

MAX_ALIAS_VALUES: Final = 20_000
"""Values that all aliases of a file may repeat, so that a file can't unfold into much more than was written."""

_MAX_DIGITS = 100  # Python refuses to read numbers over 4,300 digits; no figure here needs more than 19
_WORDS: Final[dict[str, bool | None]] = {"true": True, "false": False, "null": None, "": None}
_LOADER: Final[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class GivenUp(Exception):
    """A bound of the file was broken: nothing behind it is read."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        super().__init__(str(problem))


class _Anchored(msgspec.Struct, frozen=True):
    """A named value, how many values it holds with itself, and how deep it nests."""

    node: Node
    size: int
    height: int


class Builder:
    """Builds the document of one text; ``problems`` gathers what is wrong in it."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.problems: list[Problem] = []
        self._events = yaml.parse(source.text, Loader=_LOADER)
        self._anchors: dict[str, _Anchored] = {}
        self._open_anchors: set[str] = set()
        self._values = 0
        self._repeated = 0
        self._deepest = 0

    def document(self) -> Node | None:
        """The only document of the text, none for an empty one.

        Raises ``GivenUp`` at a broken bound and PyYAML's ``YAMLError`` at broken text.
        """
        self._refuse_tag_directives()
        self._next()
        if isinstance(self._next(), yaml.StreamEndEvent):
            self._report(BAD_YAML, Place(self.source.file), "the file is empty")
            return None
        node = self._checked(self._next(), depth=0, own_line=True, in_flow_list=False)
        self._next()
        second = self._next()
        if not isinstance(second, yaml.StreamEndEvent):
            hint = "put it into a file of its own, or delete the line `---`"
            self._report(UNREAD_YAML, self._place(second), "a second document begins here; only one is read", hint)
        if isinstance(node, Scalar) and node.value is None and not self.problems:
            self._report(BAD_YAML, node.place, "the file holds no value")
            return None
        return node

    def _refuse_tag_directives(self) -> None:
        # The parser compares each %TAG line with all others: a megabyte of them takes minutes.
        for number, line in enumerate(self.source.lines, start=1):
            if line.startswith("%TAG"):
                raise GivenUp(problem(UNREAD_YAML, self.source.place(number, 1), "`%TAG` lines are not read"))

    def _next(self) -> Any:
        return next(self._events)

    def _place(self, event: Any) -> Place:
        return self.source.place(event.start_mark.line + 1, event.start_mark.column + 1)

    def _end(self, event: Any) -> Place:
        return self.source.place(event.end_mark.line + 1, event.end_mark.column + 1)

    def _report(self, code: Code, place: Place, message: str, hint: str | None = None) -> None:
        self._gather([problem(code, place, message, hint)])

    def _gather(self, found: Iterable[Problem]) -> None:
        for each in found:
            self.problems.append(each)
            if len(self.problems) >= MAX_PROBLEMS:
                place = Place(each.file, each.line, each.column)
                raise GivenUp(problem(BAD_YAML, place, f"{MAX_PROBLEMS} problems up to here: the rest is not read"))

    def _checked(self, event: Any, depth: int, own_line: bool, in_flow_list: bool) -> Node:
        """The value that begins with ``event``, after a look for slips in it."""
        node = self._node(event, depth)
        if isinstance(event, yaml.ScalarEvent) and isinstance(node, Scalar) and not node.quoted and not event.tag:
            if event.anchor and node.value is None:
                self._gather([slips.anchor_slip(event.anchor, node.place)])
            standing = slips.Standing(self.source, self._end(event), own_line, in_flow_list)
            self._gather(slips.value_slips(node, standing))
        return node

    def _node(self, event: Any, depth: int) -> Node:
        self._count(1, self._place(event))
        if isinstance(event, yaml.AliasEvent):
            return self._alias(event, depth)
        self._refuse_tag(event)
        return self._anchored(event, depth) if event.anchor else self._bare(event, depth)

    def _bare(self, event: Any, depth: int) -> Node:
        if isinstance(event, yaml.ScalarEvent):
            return self._scalar(event)
        self._enter(depth + 1, self._place(event))
        if isinstance(event, yaml.SequenceStartEvent):
            return self._sequence(event, depth + 1)
        return self._mapping(event, depth + 1)

    def _enter(self, depth: int, place: Place) -> None:
        self._deepest = max(self._deepest, depth)
        if depth > MAX_DEPTH:
            message = f"lists and mappings are nested deeper than {MAX_DEPTH} levels here"
            raise GivenUp(problem(TOO_DEEP, place, message, "is a bracket missing? write it flatter"))

    def _count(self, values: int, place: Place) -> None:
        self._values += values
        if self._values > MAX_VALUES:
            message = f"the file holds more than {MAX_VALUES:,} values up to here"
            raise GivenUp(problem(TOO_LARGE, place, message, "split it over several files of the folder"))

    def _refuse_tag(self, event: Any) -> None:
        if event.tag is not None:
            tag = slips.shown(event.tag.replace("tag:yaml.org,2002:", "!!"))
            message = f"`{tag}` is a YAML tag; tags are not read"
            hint = "delete it; text that begins with `!` must be in quotes"
            self._report(UNREAD_YAML, self._place(event), message, hint)

    def _anchored(self, event: Any, depth: int) -> Node:
        size, deepest = self._values, self._deepest
        self._deepest = depth
        self._open_anchors.add(event.anchor)
        node = self._bare(event, depth)
        self._open_anchors.discard(event.anchor)
        self._anchors[event.anchor] = _Anchored(node, self._values - size + 1, self._deepest - depth)
        self._deepest = max(deepest, self._deepest)
        return node

    def _alias(self, event: Any, depth: int) -> Node:
        named = self._anchors.get(event.anchor)
        place = self._place(event)
        if named is None or event.anchor in self._open_anchors:
            self._bad_alias(event.anchor, place)
            return Scalar(None, place)
        self._repeated += named.size
        if self._repeated > MAX_ALIAS_VALUES:
            message = f"aliases repeat more than {MAX_ALIAS_VALUES:,} values up to here"
            raise GivenUp(problem(ALIAS_BOMB, place, message, "write out what is meant"))
        self._values += named.size - 1
        self._enter(depth + named.height, place)
        return named.node

    def _bad_alias(self, name: str, place: Place) -> None:
        shown = slips.shown(name)
        if name in self._open_anchors:
            self._report(BAD_YAML, place, f"`*{shown}` stands inside the entry that it repeats")
        else:
            hint = f"put text that begins with `*` in quotes: `{slips.in_quotes('*' + name)}`"
            self._report(BAD_YAML, place, f"`*{shown}` repeats nothing: no `&{shown}` stands before it", hint)

    def _scalar(self, event: Any) -> Scalar:
        place = self._place(event)
        if event.style:
            return Scalar(self._text(event.value, place), place, quoted=True)
        if event.value in _WORDS:
            return Scalar(_WORDS[event.value], place, text=event.value)
        if PLAIN_NUMBER.fullmatch(event.value):
            return self._number(event.value, place)
        return Scalar(self._text(event.value, place), place)

    def _number(self, text: str, place: Place) -> Scalar:
        if len(text) > _MAX_DIGITS:
            self._report(NUMBER_FORM, place, f"the number {slips.shown(text)} has {len(text):,} digits")
            return Scalar(text, place)
        return Scalar(Decimal(text) if "." in text else int(text), place, text=text)

    def _text(self, text: str, place: Place) -> str:
        if text.isascii() and text.isprintable():
            return text
        found = FORBIDDEN.search(text)
        if found:
            self._report(BAD_YAML, place, f"the text holds the sign {sign_name(found[0])}, which no text should")
        normal = normalise(text)
        if normal is None:
            self._report(BAD_YAML, place, "the text piles up more accents on one letter than any language does")
        return text if normal is None else normal

    def _sequence(self, start: Any, depth: int) -> Sequence:
        items: list[Node] = []
        while not isinstance(event := self._next(), yaml.SequenceEndEvent):
            items.append(self._checked(event, depth, own_line=False, in_flow_list=start.flow_style))
        if start.flow_style:
            self._gather(slips.flow_list_slips(items, self.source))
        return Sequence(tuple(items), self._place(start))

    def _mapping(self, start: Any, depth: int) -> Mapping:
        entries: dict[str, Entry] = {}
        written: list[tuple[Entry, bool]] = []
        while not isinstance(event := self._next(), yaml.MappingEndEvent):
            key, key_place, has_colon = self._key(event, depth, start.flow_style)
            node = self._value(key_place, depth, start.flow_style)
            if key is None:
                continue
            entry = Entry(key, key_place, node)
            written.append((entry, has_colon))
            if has_colon:
                self._add(entry, entries)
        self._gather(slips.flow_mapping_slips(written, self.source))
        return Mapping(tuple(entries.values()), self._place(start))

    def _value(self, key_place: Place, depth: int, in_flow: bool) -> Node:
        event = self._next()
        own_line = not in_flow and self._place(event).line != key_place.line
        return self._checked(event, depth, own_line, in_flow_list=False)

    def _add(self, entry: Entry, entries: dict[str, Entry]) -> None:
        first = entries.setdefault(entry.key, entry)
        if first is not entry:
            message = f"`{slips.shown(entry.key)}` stands twice; it is first written on line {first.key_place.line}"
            self._report(DUPLICATE_KEY, entry.key_place, message, "keep one of the two, or give one another name")

    def _key(self, event: Any, depth: int, in_flow: bool) -> tuple[str | None, Place, bool]:
        """The key as text (none if it can't be one), its place, and whether a colon follows it."""
        place = self._place(event)
        known = len(self.problems)
        node = self._node(event, depth)
        if not isinstance(node, Scalar):
            del self.problems[known:]
            self._gather([slips.template_key(self.source, place) or _complex_key(place)])
            return None, place, True
        key = node.text or str(node.value or "")
        if not key or (key == "<<" and not node.quoted):
            self._gather([_merge_key(place) if key else _empty_key(place)])
            return None, place, True
        self._gather(slips.key_slips(key, place))
        return key, place, not in_flow or self._colon_follows(event)

    def _colon_follows(self, event: Any) -> bool:
        return self.source.rest(self._end(event)).lstrip().startswith(":")


def _complex_key(place: Place) -> Problem:
    message = "a list or mapping stands as a key; keys are texts"
    return problem(UNREAD_YAML, place, message, "is text with brackets meant? put it in quotes")


def _merge_key(place: Place) -> Problem:
    hint = "write the entries out; an overlay (`extends`) changes single entries of another playbook"
    return problem(UNREAD_YAML, place, "merge keys (`<<`) are not read", hint)


def _empty_key(place: Place) -> Problem:
    return problem(BAD_YAML, place, "a key is missing before the colon", "write `key: value`")
