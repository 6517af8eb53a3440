"""One layout for YAML files: only blanks move; comments, quotes, line breaks and meaning stay as the author wrote them.

Two blanks per level, list items two below their key, one blank behind ``:``, ``,`` and ``-``, none inside brackets, at
most one empty line, line ends of Unix. A round trip through a YAML library would rewrite quotes, dates and long lines.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator
from typing import Any, Final

import yaml

from engine.documents.decoding import decode
from engine.documents.document import plain
from engine.documents.reader import read_document
from engine.foundation.problems import Problem

_LOADER: Final[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_STEP: Final = 2
_BEFORE_COMMENT: Final = 2
_OPENING: Final = (yaml.FlowMappingStartToken, yaml.FlowSequenceStartToken)
_CLOSING: Final = (yaml.FlowMappingEndToken, yaml.FlowSequenceEndToken)
_LINE_END = re.compile(r"\r\n|\r|\n")

At = tuple[int, int]
"""Line and column, both from 0."""


def formatted(data: bytes, file: str) -> bytes | list[Problem]:
    """The bytes of a YAML file in the one layout, or what keeps it from being read.

    What can't be laid out without a change of meaning (an indentation written out, as in ``|2``) comes back as it is.
    """
    before, problems = read_document(data, file)
    source = decode(data, file)
    if before is None or isinstance(source, Problem) or any(each.severity == "error" for each in problems):
        return problems
    text = "\n".join(_Layout(_LINE_END.sub("\n", source.text)).lines()) + "\n"
    after, wrong = read_document(text.encode(), file)
    is_same = (
        after is not None and not any(each.severity == "error" for each in wrong) and plain(after) == plain(before)
    )
    return text.encode() if is_same and _comments(text) == _comments(source.text) else data


def _comments(text: str) -> list[str]:
    """Whatever follows a number sign: comments, and texts that hold one."""
    return [line.partition("#")[2].rstrip() for line in _LINE_END.split(text) if "#" in line]


class _Layout:
    """The lines of one text, each with its new indentation, and blanks between tokens put right."""

    def __init__(self, text: str) -> None:
        self._lines = text.split("\n")
        self._tokens = [each for each in yaml.scan(text, Loader=_LOADER) if _width(each)]
        self._dashes = [_start(each) for each in self._tokens if isinstance(each, yaml.BlockEntryToken)]
        self._events = iter(yaml.parse(text, Loader=_LOADER))
        self._inside = frozenset(line for each in self._tokens for line in _lines_inside(each))
        self._indents: dict[int, int] = {}
        for event in self._events:
            self._node(event, -_STEP)

    def lines(self) -> Iterator[str]:
        """The text laid out."""
        spaced = self._spaced()
        empty = True  # no empty line begins the file
        waiting = False
        for number, line in enumerate(self._lines):
            if not line.strip() and number not in self._inside:
                waiting = not empty
                continue
            if waiting:
                yield ""
            waiting = empty = False
            yield self._line(number, spaced[number])

    # -- indentation --------------------------------------------------------------------------------

    def _node(self, event: Any, parent: int) -> None:
        """Notes the indentation of the node that begins with ``event``, below a key or dash at column ``parent``."""
        if getattr(event, "flow_style", False):
            self._place(_start(event), parent + _STEP)
            self._pass_flow()
        elif isinstance(event, yaml.MappingStartEvent):
            self._mapping(parent + _STEP)
        elif isinstance(event, yaml.SequenceStartEvent):
            self._sequence(parent + _STEP)
        elif isinstance(event, yaml.ScalarEvent | yaml.AliasEvent):
            self._place(_start(event), parent + _STEP)

    def _pass_flow(self) -> None:
        """Lines within brackets go with the line that the brackets begin on."""
        depth = 1
        while depth:
            event = next(self._events)
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)

    def _mapping(self, indent: int) -> None:
        while not isinstance(key := next(self._events), yaml.MappingEndEvent):
            self._place(_start(key), indent)
            self._node(next(self._events), indent)

    def _sequence(self, indent: int) -> None:
        while not isinstance(item := next(self._events), yaml.SequenceEndEvent):
            self._place(self._dashes[bisect_left(self._dashes, _start(item)) - 1], indent)
            self._node(item, indent)

    def _place(self, at: At, indent: int) -> None:
        """A key or dash that begins its line decides the line's indentation."""
        line, column = at
        if not self._lines[line][:column].strip():
            self._indents[line] = indent

    def _indent(self, number: int) -> int:
        """The new indentation of a line: its own, or as far moved as the line it goes on from."""
        if number in self._indents:
            return self._indents[number]
        old = _blanks(self._lines[number])
        if number not in self._inside and self._lines[number].lstrip().startswith("#"):
            return self._comment_indent(number, old)
        owner = next((line for line in range(number, -1, -1) if line in self._indents), None)
        return old if owner is None else max(0, old + self._moved(owner))

    def _comment_indent(self, number: int, old: int) -> int:
        """A comment goes with what stands below it at the same column, else with what stands so above it."""
        below = next((line for line in range(number, len(self._lines)) if line in self._indents), None)
        above = [line for line in range(number, -1, -1) if line in self._indents]
        level = next((line for line in above if _blanks(self._lines[line]) == old), None)
        if below is not None and (_blanks(self._lines[below]) == old or level is None):
            return max(0, old + self._moved(below))
        return old if level is None else self._indents[level]

    def _moved(self, line: int) -> int:
        return self._indents[line] - _blanks(self._lines[line])

    # -- blanks within lines ------------------------------------------------------------------------

    def _spaced(self) -> list[str]:
        """The lines with the blanks between tokens put right, and comments where they stood."""
        lines = list(self._lines)
        for first, second in reversed(list(zip(self._tokens, self._tokens[1:], strict=False))):
            (line, end), (next_line, start) = _end(first), _start(second)
            if line == next_line and not lines[line][end:start].strip():
                lines[line] = lines[line][:end] + " " * _gap(first, second) + lines[line][start:]
        for token, following in zip(self._tokens, [*self._tokens[1:], None], strict=True):
            line = _end(token)[0]
            if (following is None or _start(following)[0] > line) and line not in self._inside:
                lines[line] = self._with_comment(line, lines[line], _end(token)[1])
        return lines

    def _with_comment(self, number: int, line: str, end: int) -> str:
        old = self._lines[number]
        comment = old[end:].strip()
        if not comment:
            return line
        code = line[: len(line) - len(old[end:])].rstrip()
        column = end + len(old[end:]) - len(old[end:].lstrip())
        return code + " " * max(_BEFORE_COMMENT, column - len(code)) + comment

    def _line(self, number: int, line: str) -> str:
        if not line.strip():
            return ""
        if number in self._inside:
            return " " * self._indent(number) + line[_blanks(line) :]
        return " " * self._indent(number) + line.strip()


def _gap(first: Any, second: Any) -> int:
    if isinstance(first, _OPENING) or isinstance(second, (*_CLOSING, yaml.FlowEntryToken, yaml.ValueToken)):
        return 0
    return 1


def _start(mark: Any) -> At:
    return mark.start_mark.line, mark.start_mark.column


def _end(mark: Any) -> At:
    return mark.end_mark.line, mark.end_mark.column


def _width(token: Any) -> bool:
    return _start(token) != _end(token)


def _lines_inside(token: Any) -> Iterator[int]:
    """The lines that a text goes on over: what blanks stand there may be part of it."""
    if isinstance(token, yaml.ScalarToken):
        (first, _), (last, column) = _start(token), _end(token)
        yield from range(first + 1, last + (1 if column else 0))


def _blanks(line: str) -> int:
    return len(line) - len(line.lstrip(" "))
