"""A positioned document as YAML text again, line by line, each line with the place its value came from."""

import json
import re
import unicodedata
from collections.abc import Iterator
from typing import Final

from msgspec import Struct

from engine.documents.document import Entry, Mapping, Node, Scalar, Sequence
from engine.foundation.places import Place
from engine.foundation.quantities import PLAIN_NUMBER

_STEP: Final = "  "
_WORDS: Final = ("true", "false", "null", "~", "")
_PLAIN = re.compile(r"[^\s\-?:,\[\]{}#&*!|>'\"%@`$][^\n,\[\]{}]*|\$[\w.]+")
_UNSAFE = re.compile(
    r":(?=\s|$)|\s#|^[-?:](?=\s|$)|^\s|\s$|[：，％﹪＃\u3000\t]"
    r"|[^\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]"
)
_BREAKS = re.compile(r"[^\s\u2e80-\uffef]+\s*|.", re.DOTALL)


class Line(Struct, frozen=True):
    """A line of YAML, and where what stands on it was written; none inside a text, where no comment can stand."""

    text: str
    place: Place | None


def lines_of(node: Node, width: int) -> Iterator[Line]:
    """The document in block style; what was written on one line, and fits into ``width`` columns, stays on one."""
    yield from _block(node, "", width)


def columns(text: str) -> int:
    """How many columns a text takes; Chinese, Japanese and Korean signs take two."""
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)


def _block(node: Node, indent: str, width: int) -> Iterator[Line]:
    if isinstance(node, Mapping) and node.entries:
        for entry in node.entries:
            yield from _entry(entry, indent, width)
    elif isinstance(node, Sequence) and node.items:
        for item in node.items:
            yield from _item(item, indent, width)
    else:
        yield Line(indent + _flow(node), node.place)


def _entry(entry: Entry, indent: str, width: int) -> Iterator[Line]:
    head = f"{indent}{_text(entry.key)}:"
    node = entry.node
    if isinstance(node, Scalar) and _is_block_text(node):
        yield from _block_text(head, str(node.value), indent, node.place)
        return
    flow = _flow(node)
    if isinstance(node, Scalar) and isinstance(node.value, str) and columns(f"{head} {flow}") > width:
        yield from _broken(head, node.value, indent, width, node.place)
        return
    if isinstance(node, Scalar) or _stands_together(node, head, flow, width):
        yield Line(f"{head} {flow}".rstrip(), node.place)
        return
    yield Line(head, entry.key_place)
    yield from _block(node, indent + _STEP, width)


def _item(item: Node, indent: str, width: int) -> Iterator[Line]:
    flow = _flow(item)
    if isinstance(item, Scalar) and isinstance(item.value, str) and columns(f"{indent}- {flow}") > width:
        yield from _broken(f"{indent}-", item.value, indent, width, item.place)
        return
    if isinstance(item, Scalar) or _stands_together(item, f"{indent}-", flow, width):
        yield Line(f"{indent}- {flow}".rstrip(), item.place)
        return
    first, *others = _block(item, indent + _STEP, width)
    yield Line(f"{indent}- {first.text.strip()}", first.place)
    yield from others


def _stands_together(node: Node, head: str, flow: str, width: int) -> bool:
    if isinstance(node, Mapping | Sequence) and not _members(node):
        return True
    lines = {(each.file, each.line) for each in _places(node)}
    return len(lines) == 1 and columns(f"{head} {flow}") <= width


def _members(node: Node) -> tuple[object, ...]:
    return node.entries if isinstance(node, Mapping) else node.items if isinstance(node, Sequence) else ()


def _places(node: Node) -> Iterator[Place]:
    """Where the values are written, and the keys above them."""
    match node:
        case Scalar():
            yield node.place
        case Sequence():
            for item in node.items:
                yield from _places(item)
        case Mapping():
            for entry in node.entries:
                yield entry.key_place
                yield from _places(entry.node)


# -- values --------------------------------------------------------------------------------------------


def _flow(node: Node) -> str:
    match node:
        case Scalar():
            return _scalar(node)
        case Sequence():
            return f"[{', '.join(_flow(each) for each in node.items)}]"
        case Mapping():
            return f"{{{', '.join(f'{_text(each.key)}: {_flow(each.node)}' for each in node.entries)}}}"


def _scalar(node: Scalar) -> str:
    if isinstance(node.value, str):
        return _text(node.value)
    return "null" if node.value is None else node.text or str(node.value).lower()


def _text(text: str) -> str:
    """A text that reads as itself: plain where nothing in it could be taken for something else."""
    is_plain = _PLAIN.fullmatch(text) and not _UNSAFE.search(text)
    if is_plain and text not in _WORDS and not PLAIN_NUMBER.fullmatch(text):
        return text
    return _quoted(text)


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\x7f")


def _broken(head: str, text: str, indent: str, width: int, place: Place) -> Iterator[Line]:
    """A long text below its key, in quotes over several lines, each ended by a backslash: YAML for "goes on"."""
    yield Line(head, place)
    line = f'{indent}{_STEP}"'
    for piece in _BREAKS.findall(text):
        written = _quoted(piece)[1:-1]
        if columns(line + written) > width and line.strip() != '"':
            yield Line(line + "\\", None)
            line = indent + _STEP + ("\\" if written.startswith(" ") else "")
        line += written
    yield Line(line + '"', None)


def _is_block_text(node: Scalar) -> bool:
    text = node.value
    return (
        isinstance(text, str)
        and "\n" in text.rstrip("\n")
        and not re.search(r"^\s|\s$|[^\S\n ]| \n|\n\n$", text.rstrip("\n"))
    )


def _block_text(head: str, text: str, indent: str, place: Place) -> Iterator[Line]:
    yield Line(f"{head} |" if text.endswith("\n") else f"{head} |-", place)
    for line in text.rstrip("\n").split("\n"):
        yield Line(f"{indent}{_STEP}{line}" if line else "", None)
