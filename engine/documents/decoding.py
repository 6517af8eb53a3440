"""Bytes to text: encoding, byte order marks and signs that no text should hold."""

import re
import unicodedata
from functools import cached_property

import msgspec

from engine.foundation.codes import BAD_YAML, NOT_UTF8
from engine.foundation.places import Place
from engine.foundation.problems import Problem, problem

# YAML 1.1 parsers take U+0085, U+2028 and U+2029 for line ends and editors do not, so places would be wrong.
FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]")
_LINE_END = re.compile(r"\r\n|\r|\n")
_BYTE_ORDER_MARKS = {b"\xff\xfe": "UTF-16", b"\xfe\xff": "UTF-16", b"\xff\xfe\x00\x00": "UTF-32"}
SAVE_AS_UTF8 = "save the file again with the encoding UTF-8; Chinese Windows programs often save as GBK (`ANSI`)"
_LONGEST_MARK_RUN = 30  # of combining marks, as in UAX 15 (stream-safe text): normalising longer runs is quadratic


class Source(msgspec.Struct, frozen=True, dict=True):
    """A file's text; lines and columns count from 1."""

    file: str
    text: str

    @cached_property
    def lines(self) -> list[str]:
        """The lines without their ends."""
        return _LINE_END.split(self.text)

    def line(self, number: int) -> str:
        """The line of this number, empty outside the file."""
        return self.lines[number - 1] if 0 < number <= len(self.lines) else ""

    def rest(self, place: Place) -> str:
        """What stands from ``place`` to the end of its line, at most 200 signs of it, so that long lines stay quick."""
        return self.line(place.line)[place.column - 1 : place.column + 199]

    def place(self, line: int, column: int) -> Place:
        """A place in this file; its end for lines behind it, where parsers look for what they miss."""
        if line > len(self.lines):
            return Place(self.file, len(self.lines), len(self.lines[-1]) + 1)
        return Place(self.file, line, column)


def decode(data: bytes, file: str) -> Source | Problem:
    """The text of ``data``, or why it is none."""
    wide = _wide_encoding(data)
    if wide:
        message = f"the file is saved as {wide}, not as UTF-8"
        return problem(NOT_UTF8, Place(file, 1, 1), message, "save it again with the encoding UTF-8")
    data = data.removeprefix(b"\xef\xbb\xbf")
    try:
        source = Source(file, data.decode("utf-8"))
    except UnicodeDecodeError as error:
        return _bad_byte(data, error.start, file)
    return _forbidden_sign(source) or source


def normalise(text: str) -> str | None:
    """``text`` in Unicode form NFC, or none where it piles up more combining marks than any script needs."""
    if text.isascii():
        return text
    if len(text) > _LONGEST_MARK_RUN:
        marks = "".join(sign for sign in set(text) if unicodedata.combining(unicodedata.normalize("NFD", sign)[0]))
        if marks and re.search(f"[{re.escape(marks)}]{{{_LONGEST_MARK_RUN + 1}}}", text):
            return None
    return unicodedata.normalize("NFC", text)


def sign_name(sign: str) -> str:
    """How a sign that can't be seen is named to a person: ``U+200B (zero width space)``."""
    name = unicodedata.name(sign, "control sign").lower()
    return f"U+{ord(sign):04X} ({name})"


def _wide_encoding(data: bytes) -> str | None:
    for length in (4, 2):
        if data[:length] in _BYTE_ORDER_MARKS:
            return _BYTE_ORDER_MARKS[data[:length]]
    # Without a mark, the first sign of a text is an ASCII one, so one of its two bytes is 0.
    return "UTF-16" if data[:2].count(0) == 1 and re.match(rb"\0?[\t\n\r -~]", data) else None


def _place_after(text: str, file: str) -> Place:
    lines = _LINE_END.split(text)
    return Place(file, len(lines), len(lines[-1]) + 1)


def _bad_byte(data: bytes, at: int, file: str) -> Problem:
    message = f"the byte 0x{data[at]:02X} here is not UTF-8 text"
    return problem(NOT_UTF8, _place_after(data[:at].decode("utf-8"), file), message, SAVE_AS_UTF8)


def _forbidden_sign(source: Source) -> Problem | None:
    found = FORBIDDEN.search(source.text)
    if found is None:
        return None
    others = len(FORBIDDEN.findall(source.text)) - 1
    more = f", and {others} more such signs later" if others else ""
    message = f"the sign {sign_name(found[0])} does not belong in a text file{more}"
    hint = "it can't be seen: delete it, or type the line anew"
    return problem(BAD_YAML, _place_after(source.text[: found.start()], source.file), message, hint)
