"""Problems for people, for programs and for GitHub."""

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Any, Final

import click
import msgspec

from engine import Problem
from engine.commands.terminal import clean, harmless_json, ink

_COLOURS: Final = {"error": "red", "warning": "yellow", "note": "cyan"}
_GITHUB: Final = {"error": "error", "warning": "warning", "note": "notice"}


def as_text(problems: Iterable[Problem]) -> Iterator[str]:
    """The problems file by file, each with its place, code, message and hint."""
    for number, (file, found) in enumerate(groupby(problems, key=lambda each: each.file)):
        if number:
            yield ""
        if not file:
            yield from map(as_line, found)
            continue
        yield ink(file, bold=True)
        for each in found:
            yield from _below_its_file(each)


def _below_its_file(found: Problem) -> Iterator[str]:
    place = f"{found.line}:{found.column}" if found.column else str(found.line or "")
    severity = ink(f"{found.severity:<7}", fg=_COLOURS[found.severity])
    whose = ink(f"[{found.account}] ", bold=True) if found.account else ""
    yield f"  {place:>7}  {severity}  {found.code}  {whose}{ink(found.message)}"
    if found.hint:
        yield f"{' ' * 27}{ink('hint:', dim=True)} {ink(found.hint)}"


def as_line(found: Problem) -> str:
    """A problem on a line of its own, with its file, and a second line for the hint."""
    place = ":".join(str(part) for part in (found.file, found.line, found.column) if part)
    where = f"{ink(place, bold=True)}: " if place else ""
    whose = f" [{ink(found.account, bold=True)}]" if found.account else ""
    cure = f"\n    {ink('hint:', dim=True)} {ink(found.hint)}" if found.hint else ""
    severity = ink(found.severity, fg=_COLOURS[found.severity])
    return f"{where}{severity} {found.code}{whose}: {ink(found.message)}{cure}"


def as_json(problems: Iterable[Problem]) -> Iterator[bytes]:
    """The problems as one JSON document, ``playbook-problems/1``."""
    document = {"format": "playbook-problems/1", "problems": [_as_object(each) for each in problems]}
    yield harmless_json(msgspec.json.format(msgspec.json.encode(document), indent=2)) + b"\n"


def _as_object(found: Problem) -> dict[str, Any]:
    written: dict[str, Any] = {name: getattr(found, name) for name in found.__struct_fields__}
    if found.account is None:
        del written["account"]
    # Names of files may hold bytes that are no text; JSON has no way to write them.
    return {
        key: value.encode("utf-8", "backslashreplace").decode() if isinstance(value, str) else value
        for key, value in written.items()
    }


def as_github(problems: Iterable[Problem]) -> Iterator[str]:
    """The problems as workflow commands, which GitHub shows beside the lines they are about."""
    for each in problems:
        place = {"file": each.file, "line": each.line, "col": each.column, "title": each.code}
        properties = ",".join(f"{key}={_property(str(value))}" for key, value in place.items() if value)
        words = each.message + (f"\n{each.hint}" if each.hint else "")
        yield f"::{_GITHUB[each.severity]} {properties}::{_data(words)}"


def _data(text: str) -> str:
    lines = [clean(line) for line in text.replace("%", "%25").split("\n")]
    return "%0A".join(lines)


def _property(text: str) -> str:
    return clean(text).replace("%", "%25").replace(":", "%3A").replace(",", "%2C")


def counts(problems: Iterable[Problem]) -> str:
    """How many problems of each severity there are: ``2 errors, 1 warning``."""
    found = Counter(each.severity for each in problems)
    parts = [f"{number} {name}{'s' * (number != 1)}" for name, number in sorted(found.items())]
    return ", ".join(parts) or "no problems"


def coloured_counts(problems: Iterable[Problem]) -> str:
    """:func:`counts` in the colour of the worst."""
    found = {each.severity for each in problems}
    worst = next((name for name in _COLOURS if name in found), None)
    return click.style(counts(problems), fg=_COLOURS[worst] if worst else "green", bold=True)
