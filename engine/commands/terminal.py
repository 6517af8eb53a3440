"""Text for a terminal: made harmless, coloured, measured and broken in columns as a terminal shows them.

Titles, names and messages come from playbooks and accounts. Whatever is printed of them goes through :func:`clean`
first, so that no control character or escape sequence in the data reaches the terminal.
"""

import re
import shutil
import sys
from collections.abc import Iterator, Sequence
from typing import Any, Final

import click
from msgspec import Struct
from rich.cells import cell_len, chop_cells

WIDTH: Final = 100
"""Columns of a report, less where the terminal is narrower."""

NARROWEST: Final = 72

Style = dict[str, Any]
"""What :func:`click.style` takes: ``{"fg": "red", "bold": True}``."""

_BLANK: Final = re.compile(r"\s+")
# Controls (C0, DEL, C1), what reverses or hides text, line ends of Unicode's own, tags, and halves of a character.
_HARMFUL: Final = re.compile(
    "[\x00-\x1f\x7f-\x9f\xad\u061c\u115f\u1160\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0"
    "\ufff9-\ufffb\ud800-\udfff\U000e0000-\U000e0fff]"
)
_HARMFUL_BUT_LINES: Final = re.compile(_HARMFUL.pattern.replace("\x00-\x1f", "\x00-\x08\x0b-\x1f", 1))
# DEL and C1 controls, line ends and direction marks, as UTF-8.
_RAW_IN_JSON: Final = re.compile(rb"\x7f|\xc2[\x80-\x9f]|\xd8\x9c|\xe2\x80[\x8e\x8f\xa8-\xae]|\xe2\x81[\xa6-\xa9]")
# Lines break at blanks, behind `_` and `/` in names, and around each Chinese, Japanese or Korean character, but not
# before a sign that closes, nor behind one that opens.
_WIDE: Final = (
    "\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff60\uffe0-\uffe6"
)
_OPENING: Final = r"《「『【〔（“‘(\[{"
_CLOSING: Final = r"，。、；：？！”’》」』】〕）…,.;:?!)\]}%"
_NARROW: Final = rf"(?![{_WIDE}])[^\s_/]"
_PIECES: Final = re.compile(
    rf"\s+|[{_OPENING}]*(?:[{_WIDE}]|(?:{_NARROW})*(?![{_OPENING}]){_NARROW}|(?=[_/]))[_/]*[{_CLOSING}]*|."
)


def clean(text: str) -> str:
    """``text`` on one line, with what could steer a terminal written out as ``\\x1b`` or ``\\u202e``."""
    if text.isascii() and text.isprintable():
        return text
    return _HARMFUL.sub(_written_out, _BLANK.sub(" ", text))


def clean_lines(text: str) -> str:
    """As :func:`clean`, but line ends and tabs stay."""
    return _HARMFUL_BUT_LINES.sub(_written_out, text)


def harmless_json(document: bytes) -> bytes:
    """A JSON document in which what JSON leaves raw, but could steer a terminal, is written as ``\\u009b``."""
    return _RAW_IN_JSON.sub(lambda sign: f"\\u{ord(sign[0].decode()):04x}".encode(), document)


def _written_out(sign: re.Match[str]) -> str:
    code = ord(sign[0])
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def ink(text: object, **style: Any) -> str:
    """``text`` made harmless, in a style of :func:`click.style`."""
    harmless = clean(str(text))
    return click.style(harmless, **style) if style and harmless else harmless


def width_of_stdout() -> int:
    """Columns to fill: 100, or those of a narrower terminal."""
    if sys.stdout is None or not sys.stdout.isatty():
        return WIDTH
    return max(NARROWEST, min(WIDTH, shutil.get_terminal_size((WIDTH, 24)).columns))


def wrapped(text: str, columns: int) -> list[str]:
    """Harmless ``text`` broken into lines of at most ``columns``; nothing of it is lost."""
    if cell_len(text) <= columns:
        return [text]
    lines: list[str] = []
    line = ""
    for piece in _PIECES.findall(text):
        if cell_len(line) + cell_len(piece.rstrip()) <= columns:
            line += piece
            continue
        if line.strip():
            lines.append(line.rstrip())
        *full, line = chop_cells(piece.lstrip(), columns) or [""]
        lines += full
    return [*lines, line.rstrip()] if line.strip() else lines


def padded(text: str, columns: int) -> str:
    """``text`` filled up with blanks to ``columns``."""
    return text + " " * (columns - cell_len(text))


def shown_width(text: str) -> int:
    """Columns of a text that may be styled."""
    return cell_len(click.unstyle(text))


class Cell(Struct, frozen=True):
    """A text in a column of a row, in a style of :func:`click.style`."""

    text: str
    style: Style = {}


def row(cells: Sequence[Cell], widths: Sequence[int], indent: int = 2) -> Iterator[str]:
    """The lines of a row: each cell broken within its column, one blank between columns."""
    columns = [wrapped(clean(cell.text), width) for cell, width in zip(cells, widths, strict=True)]
    for number in range(max(len(lines) for lines in columns)):
        parts = [
            _part(lines[number] if number < len(lines) else "", width, cell.style)
            for lines, width, cell in zip(columns, widths, cells, strict=True)
        ]
        yield (" " * indent + " ".join(parts)).rstrip()


def _part(text: str, width: int, style: Style) -> str:
    blanks = " " * (width - cell_len(text))
    return painted(text, style) + blanks


def paragraph(
    head: str, text: str, columns: int, indent: int = 2, head_style: Style | None = None, style: Style | None = None
) -> Iterator[str]:
    """``head``, which is harmless, and beside it ``text``, broken so that its lines begin below each other."""
    start = indent + cell_len(head) + 1
    for number, line in enumerate(wrapped(clean(text), columns - start) or [""]):
        front = " " * indent + painted(head, head_style) + " " if number == 0 else " " * start
        yield (front + painted(line, style)).rstrip()


def sentence(text: str) -> list[str]:
    """The lines of a text that stands for itself, made harmless."""
    return wrapped(clean(text), width_of_stdout())


def painted(text: str, style: Style | None) -> str:
    """Harmless ``text`` in a style."""
    return click.style(text, **style) if style and text else text
