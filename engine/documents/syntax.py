"""Why a text is no YAML, in plain words, and how to read on behind the fault.

The parser says where it gave up; what the author did wrong often stands before that place. Each finder below
recognises one fault. Where it can, it also proposes a repair of equal length, so that the rest of the file can be
read for further problems with all places unchanged.
"""

import re
from collections.abc import Callable, Iterator

import msgspec
import yaml

from engine.documents.decoding import Source
from engine.documents.slips import in_quotes, shown
from engine.foundation.codes import BAD_YAML
from engine.foundation.places import Place
from engine.foundation.problems import Problem, problem

_LONGEST_LINE = 2000  # signs; beyond it no finder looks, so that odd files stay quick
_KEY = r"[\w.$+-]{1,100}"
_LINE_KEY = rf"^( *(?:- +)*)({_KEY})"
_FULL_WIDTH_COLON = re.compile(rf"{_LINE_KEY}：(\s?)(.?)")
_NO_SPACE = re.compile(rf"{_LINE_KEY}:([^\s/])")
_WIDE_SPACE = re.compile(rf"{_LINE_KEY}:([\u3000\u00a0]+)")
_WIDE_INDENT = re.compile(r"^ *([\u3000\u00a0]+)")
_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"|\'(?:[^\']|\'\')*\'')
_BLOCK_REST = re.compile(r"(?:(?! #).)*")
_FLOW_REST = re.compile(r"(?:\{\{[^{}]*\}\}|[^,{}\[\]])*")
_FLOW_WORDS = ("flow sequence", "flow mapping")


class Fault(msgspec.Struct, frozen=True):
    """What breaks the text, and the text with the fault masked where reading on makes sense."""

    problem: Problem
    repaired: Source | None = None


class _Finding(msgspec.Struct, frozen=True):
    """A recognised fault; ``put`` replaces as many signs from ``mask`` on."""

    place: Place
    message: str
    hint: str | None = None
    mask: Place | None = None
    put: str = ""


class _Broken(msgspec.Struct, frozen=True):
    """Where the parser gave up (``at``), in the middle of what (``since``), and its own words."""

    source: Source
    words: str
    at: Place
    since: Place

    def says(self, *words: str) -> bool:
        return any(word in self.words for word in words)

    @property
    def line(self) -> str:
        return self.source.line(self.at.line)[:_LONGEST_LINE]

    @property
    def before(self) -> str:
        return self.line[: self.at.column - 1]

    @property
    def here(self) -> str:
        return self.source.rest(self.at)

    @property
    def in_flow(self) -> bool:
        opened = sum(self.before.count(sign) for sign in "[{") - sum(self.before.count(sign) for sign in "]}")
        return opened > 0 or self.says(*_FLOW_WORDS)

    def nearby(self) -> Iterator[int]:
        """Lines that may hold the fault: where reading stopped, where it began, and the one written before."""
        yield self.at.line
        yield self.since.line
        number = self.at.line - 1
        while number > 1 and not self.source.line(number).strip():
            number -= 1
        yield number


def explain(error: yaml.YAMLError, source: Source) -> Fault:
    """The fault behind the parser's ``error``."""
    broken = _broken(error, source)
    for finder in _FINDERS:
        found = finder(broken)
        if found:
            return Fault(problem(BAD_YAML, found.place, found.message, found.hint), _repaired(source, found))
    return Fault(problem(BAD_YAML, broken.at, "the text breaks YAML's rules here"))


def _broken(error: yaml.YAMLError, source: Source) -> _Broken:
    if not isinstance(error, yaml.MarkedYAMLError):
        start = source.place(1, 1)
        return _Broken(source, str(error), start, start)
    words = f"{error.context or ''} {error.problem or ''}"
    at = _place(error.problem_mark or error.context_mark, source)
    return _Broken(source, words, at, _place(error.context_mark, source) if error.context_mark else at)


def _place(mark: yaml.Mark | None, source: Source) -> Place:
    return source.place(mark.line + 1, mark.column + 1) if mark else source.place(1, 1)


def _repaired(source: Source, found: _Finding) -> Source | None:
    if found.mask is None or not found.put:
        return None
    row, start = found.mask.line - 1, found.mask.column - 1
    lines = list(source.lines)
    lines[row] = lines[row][:start] + found.put + lines[row][start + len(found.put) :]
    text = "\n".join(lines)
    return Source(source.file, text) if text != source.text else None


def _value_end(broken: _Broken, start: int) -> int:
    """The column index behind the value that begins at ``start`` of the line, comments and brackets aside."""
    pattern = _FLOW_REST if broken.in_flow else _BLOCK_REST
    found = pattern.match(broken.line, start)
    return len(broken.line[: found.end()].rstrip()) if found else start


def _needs_quotes(broken: _Broken, start: int, message: str, end: int | None = None) -> _Finding:
    """The finding that the text from column index ``start`` of the line must be quoted."""
    end = _value_end(broken, start) if end is None else end
    text = broken.line[start:end]
    place = broken.source.place(broken.at.line, start + 1)
    return _Finding(place, message, f"put the text in quotes: `{in_quotes(text)}`", place, "x" * len(text))


def _tab(broken: _Broken) -> _Finding | None:
    if "tab character" not in broken.words and not broken.here.startswith("\t"):
        return None
    lines = sum(line.lstrip(" ").startswith("\t") for line in broken.source.lines)
    more = f"; {lines} lines of the file begin like this" if lines > 1 else ""
    return _Finding(broken.at, f"a tab stands where only spaces may{more}", "indent with spaces, two for each level")


def _wide_space(broken: _Broken) -> _Finding | None:
    """Full-width and no-break spaces, which look like spaces and are letters to YAML."""
    for number in broken.nearby():
        line = broken.source.line(number)[:_LONGEST_LINE]
        found = _WIDE_INDENT.match(line) or _WIDE_SPACE.match(line)
        if found:
            last = found.lastindex or 0
            place = broken.source.place(number, found.start(last) + 1)
            spaces = " " * len(found[last])
            return _Finding(place, "a full-width or no-break space stands here", "type a common space", place, spaces)
    return None


def _full_width_colon(broken: _Broken) -> _Finding | None:
    for number in broken.nearby():
        found = _FULL_WIDTH_COLON.match(broken.source.line(number)[:_LONGEST_LINE])
        if found:
            place = broken.source.place(number, found.end(2) + 1)
            value = broken.source.rest(place)[1:].strip()
            hint = f"write `{shown(found[2])}: {shown(value)}`" if value else f"write `{shown(found[2])}:`"
            put = ":" if found[3] else ": "[: 1 + len(found[4])]
            return _Finding(place, "`：` is a full-width colon; it does not separate key and value", hint, place, put)
    return None


def _full_width_in_flow(broken: _Broken) -> _Finding | None:
    if not broken.says(*_FLOW_WORDS):
        return None
    index = max(broken.before.rfind(sign) for sign in "，：")
    if index < 0 or index < max(broken.before.rfind(sign) for sign in ",:{["):
        return None
    sign, right = broken.before[index], {"，": ",", "：": ":"}[broken.before[index]]
    place = broken.source.place(broken.at.line, index + 1)
    message = f"`{sign}` is a full-width sign; it separates nothing in `{{…}}` and `[…]`"
    return _Finding(place, message, f"write `{right}` and a space, or put the text in quotes", place, right)


def _space_after_colon(broken: _Broken) -> _Finding | None:
    if not broken.says("mapping values", "could not find expected ':'"):
        return None
    for number in broken.nearby():
        found = _NO_SPACE.match(broken.source.line(number)[:_LONGEST_LINE])
        if found:
            place = broken.source.place(number, found.end(2) + 1)
            rest = broken.source.rest(place)[1:]
            hint = f"write `{shown(found[2])}: {shown(rest)}`"
            return _Finding(place, "a space is missing after the colon", hint, place, ": ")
    return None


def _start_sign(broken: _Broken) -> _Finding | None:
    """A text that begins with a sign YAML keeps for itself: ``@x``, ``%x``, ``*x*``, ``> 50``, ``!``."""
    if broken.says("an alias", "an anchor", " a tag", "a block scalar", "a directive"):
        start = broken.since
    elif broken.here[:1] in tuple("@`%") and "cannot start any token" in broken.words:
        start = broken.at
    else:
        return None
    if start.line != broken.at.line or start.column > _LONGEST_LINE:
        return None
    sign = broken.source.rest(start)[:1]
    named = "a backtick" if sign == "`" else f"`{sign}`"
    return _needs_quotes(broken, start.column - 1, f"text that begins with {named} must be in quotes")


def _after_bracket(broken: _Broken) -> _Finding | None:
    """Text behind a closed bracket: ``[紧急] 客户``, ``{{ x }} and more``."""
    before = broken.before.rstrip()
    if before[-1:] not in ("]", "}") or not broken.here.strip() or broken.here[0] in "]},:#":
        return None
    start = _opening(before)
    if start is None:
        return None
    text_end = _value_end(broken, broken.at.column - 1)
    return _needs_quotes(broken, start, f"text that begins with `{before[start]}` must be in quotes", text_end)


def _opening(text: str) -> int | None:
    """The index of the bracket that the last sign of ``text`` closes."""
    depth = 0
    for index in range(len(text) - 1, -1, -1):
        depth += (text[index] in "]}") - (text[index] in "[{")
        if depth == 0:
            return index
    return None


def _after_quote(broken: _Broken) -> _Finding | None:
    """Text behind a closing quote: ``"x" y``, ``'it's'``."""
    before = broken.before.rstrip()
    if before[-1:] not in ('"', "'") or not broken.here.strip():
        return None
    quote = before[-1]
    starts = [found.start() for found in _QUOTED.finditer(before) if found.end() == len(before)]
    if not starts:
        place = broken.source.place(broken.at.line, len(before))
        message = f"this {quote} closes a text that was opened on an earlier line"
        return _Finding(place, message, f"look for the line above whose {quote} is never closed")
    other = "'" if quote == '"' else '"'
    text = broken.line[starts[0] : _value_end(broken, starts[0])]
    place = broken.source.place(broken.at.line, starts[0] + 1)
    hint = f"put the whole text in quotes; inside {quote}…{quote} use the other quote {other}, or write it twice"
    if quote == '"':
        hint = f"put the whole text in the other quotes: `{other}{shown(text)}{other}`"
    return _Finding(broken.at, f"text stands behind the closing {quote}", hint, place, "x" * len(text))


def _template_in_flow(broken: _Broken) -> _Finding | None:
    """``{title: Hello {{ name }}}``: inside braces a brace ends plain text."""
    if not broken.says(*_FLOW_WORDS) or not broken.here.startswith("{{"):
        return None
    start = _value_start(broken.before)
    return _needs_quotes(broken, start, "text with `{{ … }}` inside `{…}` or `[…]` must be in quotes")


def _second_colon(broken: _Broken) -> _Finding | None:
    """``title: Fix: this``: a colon and a space inside plain text."""
    in_flow = broken.says(*_FLOW_WORDS) and broken.since.line == broken.at.line
    if not broken.here.startswith(":") or not (broken.says("mapping values") or in_flow):
        return None
    start = _value_start(broken.before)
    if not broken.before[:start].rstrip().endswith(":"):
        return None
    if broken.line[start] in _FULL_WIDTH_OPENING:
        return _full_width_brackets(broken, start)
    message = "text with a colon and a space inside must be in quotes"
    if in_flow:
        message += ", or a comma is missing before it"
    finding = _needs_quotes(broken, start, message)
    if broken.line[start] in "“”‘’「『＂":
        return msgspec.structs.replace(finding, message=f"`{broken.line[start]}` is no quote to YAML: {message}")
    return finding


def _full_width_brackets(broken: _Broken, start: int) -> _Finding:
    """``when: ｛below: 70｝``: brackets of a Chinese keyboard, which are letters to YAML."""
    text, place = broken.line[start : _value_end(broken, start)], broken.source.place(broken.at.line, start + 1)
    right = text.translate(_HALF_WIDTH_BRACKETS)
    message = f"`{text[0]}` is a full-width sign; it opens nothing"
    return _Finding(place, message, f"write `{shown(right)}`", place, right)


_FULL_WIDTH_OPENING = "｛［"
_HALF_WIDTH_BRACKETS = str.maketrans("｛｝［］", "{}[]")


def _value_start(before: str) -> int:
    """The column index where the value begins in which the text ``before`` ends."""
    starts = [found.end() for found in re.finditer(r":\s+|,\s*|[\[{]\s*|^\s*(?:- +)+", before)]
    return starts[-1] if starts else len(before) - len(before.lstrip())


def _unclosed(broken: _Broken) -> _Finding | None:
    if broken.says("end of stream", "unexpected document", "document separator"):
        return _Finding(broken.since, "the quote that opens here is never closed", "close it at the end of the text")
    if not broken.says(*_FLOW_WORDS):
        return None
    opening = broken.source.rest(broken.since)[:1]
    closing = {"[": "]", "{": "}"}.get(opening, "]")
    if broken.since.line == broken.at.line:
        return _Finding(broken.at, f"a comma or the closing `{closing}` is missing here")
    message = f"the `{opening}` that opens here is not closed before line {broken.at.line}"
    return _Finding(broken.since, message, f"close it with `{closing}`, or put the missing comma")


def _closes_nothing(broken: _Broken) -> _Finding | None:
    sign = broken.here[:1]
    if sign not in ("]", "}") or not broken.says("block", "document start"):
        return None
    return _Finding(broken.at, f"this `{sign}` closes nothing", "delete it, or put the text in quotes")


def _missing_value(broken: _Broken) -> _Finding | None:
    if not broken.says("node content"):
        return None
    if not broken.here and broken.at.line == len(broken.source.lines):
        return _Finding(broken.at, "the file ends before all brackets are closed", "close them, or put text in quotes")
    return _Finding(broken.at, "a value is missing here", "two commas in a row, or a bracket too many?")


def _no_colon(broken: _Broken) -> _Finding | None:
    if not broken.says("could not find expected ':'"):
        return None
    line = broken.source.rest(broken.since)
    message = f"`{shown(line)}` is neither a key with a value nor part of the text above"
    return _Finding(broken.since, message, "write `key: value`, or indent it if it continues the text above")


def _list_beside_key(broken: _Broken) -> _Finding | None:
    if not broken.says("sequence entries"):
        return None
    hint = "begin the list on the next line, or put text that begins with `- ` in quotes"
    mask = "x" * (_value_end(broken, broken.at.column - 1) - broken.at.column + 1)
    return _Finding(broken.at, "a list can't begin on the line of its key", hint, broken.at, mask)


def _indentation(broken: _Broken) -> _Finding | None:
    """A line that does not stand where its neighbours stand."""
    if not broken.says("mapping values", "block mapping", "block collection", "block sequence"):
        return None
    width = len(broken.line) - len(broken.line.lstrip(" "))
    place = broken.source.place(broken.at.line, width + 1)
    if broken.says("mapping values"):
        message = "this line is indented deeper than its neighbours, or the line above should end with a colon"
        return _Finding(place, message, "align it with the keys it belongs to")
    if broken.before.strip():
        return _Finding(broken.at, "text stands behind the end of the value", "put the whole text in quotes")
    if broken.here.startswith("- ") or broken.says("block collection", "block sequence"):
        message = f"list entries (`- …`) and keys are mixed in what begins on line {broken.since.line}"
        return _Finding(place, message, "indent the list deeper than its key, or give every line the same form")
    message = f"this line is not aligned with the other keys that begin on line {broken.since.line}"
    return _Finding(place, message, "give it the same number of spaces as the keys it belongs to")


def _escape(broken: _Broken) -> _Finding | None:
    if not broken.says("escape"):
        return None
    hint = "double the backslash, or use single quotes, in which it is an ordinary sign"
    return _Finding(broken.at, "a backslash in double quotes begins an escape that YAML does not know", hint)


def _behind_document(broken: _Broken) -> _Finding | None:
    if not broken.says("document start"):
        return None
    return _Finding(broken.at, "text stands behind the end of the document", "is a bracket or quote closed too early?")


def _version(broken: _Broken) -> _Finding | None:
    if not broken.says("incompatible", "directive"):
        return None
    return _Finding(broken.at, "a `%` line stands here that is not read", "delete it; `%YAML` is not needed")


_FINDERS: tuple[Callable[[_Broken], _Finding | None], ...] = (
    _tab,
    _escape,
    _wide_space,
    _full_width_colon,
    _full_width_in_flow,
    _after_bracket,
    _after_quote,
    _start_sign,
    _template_in_flow,
    _space_after_colon,
    _second_colon,
    _closes_nothing,
    _missing_value,
    _unclosed,
    _no_colon,
    _list_beside_key,
    _indentation,
    _behind_document,
    _version,
)
"""Tried in this order: what the author wrote first, what the parser said last."""
