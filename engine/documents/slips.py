"""Slips of the pen: texts that YAML reads without complaint, but otherwise than their author meant.

Each check looks at one place of the document, yields problems and never raises. ``number_like`` and ``likely_slip``
are for later stages: what looks like a slip only where a number, a choice or a mapping was expected.
"""

import re
from collections.abc import Iterator
from decimal import Decimal
from itertools import groupby

import msgspec

from engine.documents.decoding import Source, sign_name
from engine.documents.document import Entry, Node, Scalar, plain
from engine.foundation.codes import FULL_WIDTH_COMMA, PEN_SLIP, TITLE_CUT
from engine.foundation.places import Place
from engine.foundation.problems import Problem, problem
from engine.foundation.quantities import PLAIN_NUMBER, parse_quantity

_LONGEST_FIGURE = 60  # signs; no figure a person writes is longer, and patterns need not run over whole texts
_LARGEST_EXPONENT = 18
_HALF_WIDTH = str.maketrans("０１２３４５６７８９％．－＋，：\u3000\u00a0", "0123456789%.-+,:  ")
_FIGURE_SIGNS = re.compile("[０-９％．－＋，,\u3000\u00a0]")
_THOUSANDS = re.compile(r"(?<=[0-9]),(?=[0-9]{3}(?![0-9]))")
_COMMA_FIGURE = re.compile(r"-?[0-9]{1,3}(?:,[0-9]{3})+(?![0-9])(?: *(?:%|[A-Za-z_ ]+))?")
_RADIX = {"x": 16, "o": 8, "b": 2}
_NUMBER_LIKE = re.compile(
    r"(?P<sign>[+-]?)"
    r"(?:0(?P<radix>[xX](?=[0-9a-fA-F])|[oO](?=[0-7])|[bB](?=[01]))(?P<digits>[0-9a-fA-F_]+)"
    r"|(?P<figure>(?=\.?[0-9])[0-9_]*(?:\.[0-9_]*)?)(?:[eE](?P<exponent>[+-]?[0-9]{1,6}))?)"
    r"(?P<unit>\s*(?:%|[A-Za-z_][A-Za-z_ ]*)?)"
)
_CUT = re.compile(r" #[^\s#=~*-]")
_KEY = r"[a-z][a-z0-9_]*"
_GLUED = re.compile(rf"({_KEY})(：|:(?!//))\s*(\S.*)", re.DOTALL)
_GLUED_KEY = re.compile(r"([^\W\d][\w.]*)(：|:)(\S+.*)", re.DOTALL)
_OTHER_WORDS = {"yes": "true", "on": "true", "no": "false", "off": "false", "~": "null", "none": "null", "nil": "null"}
_INVISIBLE = re.compile("[\u00ad\u200b\u200e\u200f\u2060]|^\\s|\\s$")


class Standing(msgspec.Struct, frozen=True):
    """How a plain scalar stands in its file: where it ends, and what it is part of."""

    source: Source
    end: Place
    own_line: bool = False
    in_flow_list: bool = False


def shown(text: str) -> str:
    """``text`` on one line and short enough for a message."""
    flat = " ".join(text[:200].split())
    return flat if len(flat) <= _LONGEST_FIGURE else flat[: _LONGEST_FIGURE - 1] + "…"


def in_quotes(text: str) -> str:
    """``text`` as YAML writes it in quotes, shortened like ``shown``."""
    short = shown(text)
    if '"' in short or "\\" in short:
        return "'" + short.replace("'", "''") + "'"
    return f'"{short}"'


def value_slips(scalar: Scalar, standing: Standing) -> Iterator[Problem]:
    """The slips in a scalar that is neither quoted nor a block text."""
    yield from _cut_text(scalar, standing)
    if isinstance(scalar.value, str):
        yield from _misspelt_quantity(scalar.value, scalar.place)
        yield from _glued_key(scalar.value, scalar.place, standing)
        yield from _list_in_one(scalar.value, scalar.place, standing)


def flow_list_slips(items: list[Node], source: Source) -> Iterator[Problem]:
    """Numbers with commas inside that became several items: ``[500,000 CNY]``; ``[100,200]`` may be two numbers."""
    position = 0
    while position < len(items):
        figure = _torn_figure(items[position], source)
        parts = figure.count(",") + 1 if figure else 1
        if figure and any(_is_plain_text(item) for item in items[position + 1 : position + parts]):
            yield _comma_problem(figure, items[position].place)
        position += parts


def flow_mapping_slips(entries: list[tuple[Entry, bool]], source: Source) -> Iterator[Problem]:
    """Keys of a ``{…}`` that have no value, as in ``{en: Meeting, quarterly}``; each comes with whether it has a `:`.

    Such keys in a row are one slip.
    """
    before: Entry | None = None
    for has_colon, group in groupby(entries, key=lambda each: each[1]):
        run = [entry for entry, _ in group]
        if has_colon:
            before = run[-1]
        else:
            yield from _keys_without_value(before, run, source)


def key_slips(key: str, place: Place) -> Iterator[Problem]:
    """Signs in a key that can't be seen, so that it is another key than it looks."""
    found = _INVISIBLE.search(key)
    if found:
        message = f"the key `{shown(key)}` holds the invisible sign {sign_name(found[0])}"
        yield problem(PEN_SLIP, place, message, "delete it, or type the key anew")


def template_key(source: Source, place: Place) -> Problem | None:
    """The slip in ``title: {{ x }}``, which YAML reads as a mapping whose key is a mapping."""
    start = source.place(place.line, place.column - 1)
    if place.column < 2 or not source.rest(start).startswith("{{"):
        return None
    found = re.match(r"\{\{[^{}]*\}\}", source.rest(start))
    hint = f"put the text in quotes: `{in_quotes(found[0] if found else '{{ … }}')}`"
    return problem(PEN_SLIP, start, "text that begins with `{{` must be in quotes", hint)


def anchor_slip(name: str, place: Place) -> Problem:
    """The slip in ``title: &Co``, which YAML reads as an empty value with the name ``Co``."""
    message = f"`&{shown(name)}` does not stand for text, it only gives the empty place a name"
    return problem(PEN_SLIP, place, message, f"put the text in quotes: `{in_quotes('&' + name)}`")


def number_like(scalar: Scalar) -> str | None:
    """What to write instead of a text that looks like a number (`08` → `8`, `1e3` → `1000`), or none if it doesn't.

    Quoted texts are never numbers. A unit may follow. Where the number is too large to write, its text in quotes.
    """
    if scalar.quoted or not isinstance(scalar.value, str) or len(scalar.value) > _LONGEST_FIGURE:
        return None
    if re.fullmatch(r"[+-]?\.(?:inf|nan)", scalar.value.lower()):
        return in_quotes(scalar.value)
    found = _NUMBER_LIKE.fullmatch(scalar.value)
    if found is None or PLAIN_NUMBER.fullmatch(scalar.value.removesuffix(found["unit"])):
        return None
    number = _plain_figure(found)
    if number is None:
        return in_quotes(scalar.value)
    written = f"{number}{found['unit'].rstrip()}"
    return written if parse_quantity(written) else None


def likely_slip(scalar: Scalar) -> str | None:
    """A hint for a text that stands where something else was expected, or none.

    For later stages to add to their own problem: the text is right in itself, but looks like a slip there.
    """
    if scalar.quoted or not isinstance(scalar.value, str):
        return None
    text = scalar.value
    return _number_hint(scalar) or _word_hint(text) or _sign_hint(text)


def _number_hint(scalar: Scalar) -> str | None:
    number = number_like(scalar)
    if number is None:
        return None
    as_text = in_quotes(str(scalar.value))
    return f"write `{number}`" + ("" if number == as_text else f", or `{as_text}` if text is meant")


def _word_hint(text: str) -> str | None:
    lower = text.lower()
    word = lower if lower in ("true", "false", "null") else _OTHER_WORDS.get(lower)
    return f"write `{word}`" if word else None


def _sign_hint(text: str) -> str | None:
    glued = _GLUED_KEY.fullmatch(text) if len(text) < 1000 else None
    invisible = _INVISIBLE.search(text)
    if invisible:
        return f"the text holds the invisible sign {sign_name(invisible[0])}: type it anew"
    if glued and not glued[3].startswith("//"):
        return f"a colon and a space separate key and value: `{shown(glued[1])}: {shown(glued[3])}`"
    wide = next((sign for sign in text if ord(sign) in _HALF_WIDTH), None)
    return f"`{wide}` is a full-width sign; write `{wide.translate(_HALF_WIDTH)}`" if wide else None


def _plain_figure(found: re.Match[str]) -> str | None:
    sign = "-" if found["sign"] == "-" else ""
    if found["radix"]:
        digits = found["digits"].replace("_", "")
        try:
            return f"{sign}{int(digits, _RADIX[found['radix'].lower()])}"
        except ValueError:
            return None
    exponent = int(found["exponent"] or 0)
    if abs(exponent) > _LARGEST_EXPONENT:
        return None
    figure = format(Decimal(found["figure"].replace("_", "")).scaleb(exponent), "f")
    return sign + (figure.rstrip("0").rstrip(".") if found["exponent"] and "." in figure else figure)


def _cut_text(scalar: Scalar, standing: Standing) -> Iterator[Problem]:
    rest = standing.source.rest(standing.end)
    if not _CUT.match(rest) or not (scalar.value is None or isinstance(scalar.value, str)):
        return
    text = scalar.value or ""
    if len(text) <= _LONGEST_FIGURE and parse_quantity(text):
        return
    whole = f"{text}{rest}" if text else rest[1:]
    left = f"only `{shown(text)}` is read" if text else "nothing is left of the text"
    hint = f"if it belongs to the text, put all in quotes: `{in_quotes(whole)}`; a comment is written `# …`"
    yield problem(TITLE_CUT, standing.end, f"` #` begins a comment: {left}", hint)


def _misspelt_quantity(text: str, place: Place) -> Iterator[Problem]:
    if len(text) > _LONGEST_FIGURE or not _FIGURE_SIGNS.search(text) or parse_quantity(text):
        return
    half_width = text.translate(_HALF_WIDTH).strip()
    right = _THOUSANDS.sub("", half_width)
    if not parse_quantity(right):
        return
    if half_width != text:
        message = f"`{text}` is written with full-width signs, so it is text and no figure"
        yield problem(PEN_SLIP, place, message, _write_instead(right, text))
    else:
        yield _comma_problem(text, place)


def _comma_problem(figure: str, place: Place) -> Problem:
    message = f"`{shown(figure)}` has commas inside a number"
    return problem(PEN_SLIP, place, message, _write_instead(figure.replace(",", ""), figure))


def _write_instead(right: str, text: str) -> str:
    return f"write `{shown(right)}`, or `{in_quotes(text)}` if text is meant"


def _glued_key(text: str, place: Place, standing: Standing) -> Iterator[Problem]:
    found = _GLUED.fullmatch(text[:1000]) if standing.own_line else None
    if found:
        yield _glued_problem(found, place)


def _glued_problem(found: re.Match[str], place: Place) -> Problem:
    kind = "a full-width colon `：`" if found[2] == "：" else "a colon without a space after it"
    line = found[3].split("\n")[0]
    hint = f"write `{shown(found[1])}: {shown(line)}`; if text is meant, put it in quotes"
    return problem(PEN_SLIP, place, f"{kind} does not separate key and value", hint)


def _list_in_one(text: str, place: Place, standing: Standing) -> Iterator[Problem]:
    if standing.in_flow_list and "，" in text:
        parts = ", ".join(part.strip() for part in text[:200].split("，"))
        hint = f"write `{shown(parts)}` for several items, or `{in_quotes(text)}` for one"
        yield problem(FULL_WIDTH_COMMA, place, f"`{shown(text)}` is one item: `，` does not separate items", hint)


def _torn_figure(node: Node, source: Source) -> str | None:
    """The number with commas, and its unit, that was torn apart and begins with ``node``, or none."""
    if not isinstance(node, Scalar) or not PLAIN_NUMBER.fullmatch(node.text):
        return None
    found = _COMMA_FIGURE.match(source.rest(node.place))
    return found[0].rstrip() if found else None


def _is_plain_text(node: Node) -> bool:
    return isinstance(node, Scalar) and isinstance(node.value, str) and not node.quoted


def _keys_without_value(before: Entry | None, keys: list[Entry], source: Source) -> Iterator[Problem]:
    figure = _torn_figure(before.node, source) if before else None
    if before and figure:
        yield _comma_problem(figure, before.node.place)
        return
    glued = {entry.key: found for entry in keys if (found := _GLUED_KEY.fullmatch(entry.key[:1000]))}
    yield from (_glued_problem(glued[entry.key], entry.key_place) for entry in keys if entry.key in glued)
    lone = [entry for entry in keys if entry.key not in glued]
    if lone:
        message = f"`{shown(lone[0].key)}` stands here without a value"
        yield problem(PEN_SLIP, lone[0].key_place, message, _lone_key_hint(before, lone))


def _lone_key_hint(before: Entry | None, lone: list[Entry]) -> str:
    words = [entry.key for entry in lone]
    if before and _is_plain_text(before.node):
        text = ", ".join([str(plain(before.node)), *words])
        return f"a comma ends the text before it; put text with commas in quotes: `{in_quotes(text)}`"
    key, _, value = words[0].partition(" ")
    pair, items = f"{shown(key)}: {shown(value or 'value')}", shown(", ".join(words))
    return f"write `{pair}`; a list stands in square brackets: `[{items}]`"
