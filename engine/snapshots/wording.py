"""What a msgspec error says about an account, in plain words: the path, what was expected, what was found."""

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Any, Final

import msgspec
from msgspec import Struct

from engine.foundation import codes
from engine.foundation.places import Place
from engine.foundation.problems import Problem, did_you_mean, problem
from engine.foundation.quantities import PLAIN_NUMBER
from engine.snapshots.figures import MONEY_WORDS, NUMBER_WORDS, Refused, decode_figure
from engine.snapshots.model import COLLECTIONS, AccountSnapshot, Coverage, Profile, Relationship
from engine.snapshots.vocabulary import FieldKind, account_paths, record_paths

DATE_WORDS: Final = "a date such as `2026-03-31`"
INSTANT_WORDS: Final = "an instant with its offset such as `2026-03-31T09:00:00+08:00`"

_SHOWN: Final = 60
_ERROR = re.compile(r"(?P<what>.*?)(?: - at `(?:key in )?\$(?P<path>.*)`)?", re.DOTALL)
_STEP = re.compile(r"\.([^.\[\]]+)|\[(\d+|\.\.\.)\]")
_KEY = re.compile(r"(unknown|missing required) field `(.*)`", re.DOTALL)

_WORDS: Final[dict[FieldKind, str]] = {
    "truth": "true or false",
    "number": NUMBER_WORDS,
    "money": MONEY_WORDS,
    "text": "a text of at most 10,000 characters",
    "texts": "a list of texts",
    "date": DATE_WORDS,
    "instant": INSTANT_WORDS,
}
_MEMBER_WORDS: Final = "a text of at most 1,000 characters"
_OWN: Final = {
    "id": "a text of 1 to 200 characters",
    "name": _MEMBER_WORDS,
    "as_of": INSTANT_WORDS,
    "format": "`playbook-snapshot/1`",
    "from": DATE_WORDS,
    "to": DATE_WORDS,
}
_DICTS: Final[dict[str, Any]] = {"owners": str, "coverage": Coverage}
_GROUPS: Final[dict[str, type[Struct]]] = {"profile": Profile, "relationship": Relationship}

Path = tuple[str | int, ...]


def ill_typed(error: msgspec.ValidationError, raw: Any, place: Place) -> Problem:
    """The problem that ``error`` is, for the account whose JSON is ``raw``."""
    found = _ERROR.fullmatch(str(error))
    what, written = (found["what"], found["path"] or "") if found else (str(error), "")
    path = _resolved(written, raw)
    key = _KEY.search(what)
    if key:
        return _key_problem(key[1] == "unknown", key[2], path, raw, place)
    value = value_at(raw, path)
    if isinstance(error.__cause__, Refused):
        code, expected = error.__cause__.code, str(error.__cause__)
    else:
        code, expected = codes.BAD_ACCOUNT, _expected(path)
    message = f"{_at(path)}expected {expected}, found {shown(value)}"
    return problem(code, place, message, _hint(value, expected), account_id(raw))


def account_id(raw: Any) -> str | None:
    """The id of the account whose JSON is ``raw``, where it has a usable one."""
    own = raw.get("id") if isinstance(raw, dict) else None
    return own if isinstance(own, str) and 0 < len(own) <= 200 else None


def shown(value: Any) -> str:
    """``value`` as a person would name it, cut to a readable length."""
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case str():
            return f"the text {_cut(value)!r}"
        case int() | Decimal():
            return f"`{_cut(str(value))}`"
        case list():
            return "a list"
        case _:
            return "an object"


def path_text(path: Path) -> str:
    """``("surveys", 0, "score")`` as ``surveys[0].score``."""
    steps = (f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)
    return "".join(steps).removeprefix(".")


def value_at(raw: Any, path: Path) -> Any:
    """What stands at ``path`` in ``raw``."""
    for step in path:
        raw = raw[step]
    return raw


def _resolved(written: str, raw: Any) -> Path:
    """The path msgspec wrote, with the key it leaves out (``[...]``) found again by trying each."""
    path: list[str | int] = []
    for name, index in _STEP.findall(written):
        if index == "...":
            path.append(_culprit(value_at(raw, tuple(path)), _DICTS[str(path[-1])]))
        else:
            path.append(name or int(index))
    return tuple(path)


def _culprit(entries: dict[str, Any], kind: Any) -> str:
    for key, value in entries.items():
        try:
            msgspec.convert(value, kind, dec_hook=decode_figure)
        except msgspec.ValidationError:
            return key
    return next(iter(entries))


def _key_problem(unknown: bool, key: str, path: Path, raw: Any, place: Place) -> Problem:
    if not unknown:
        return problem(codes.BAD_ACCOUNT, place, f"{_at(path)}the key `{key}` is missing", None, account_id(raw))
    where = f" in `{path_text(path)}`" if path else ""
    hint = did_you_mean(key, _keys_at(path))
    return problem(codes.BAD_ACCOUNT, place, f"unknown key `{_cut(key)}`{where}", hint, account_id(raw))


def _keys_at(path: Path) -> Sequence[str]:
    """The keys an object at ``path`` may have."""
    model: type[Struct] = AccountSnapshot
    if path and path[0] in COLLECTIONS:
        model = COLLECTIONS[str(path[0])].record
    elif path:
        model = _GROUPS.get(str(path[0]), Coverage)
    return [field.encode_name for field in msgspec.structs.fields(model)]


def _expected(path: Path) -> str:
    match path:
        case ():
            return "one account, an object in braces"
        case (str(name), *rest) if name in COLLECTIONS:
            return _expected_of_record(name, tuple(rest))
        case ("owners", _):
            return _MEMBER_WORDS
        case (*_, str(last)) if last in _OWN:
            return _OWN[last]
    kind = account_paths().get(path_text(path))
    return _WORDS[kind.kind] if kind else "an object in braces"


def _expected_of_record(collection: str, path: Path) -> str:
    match path:
        case ():
            return "a list of records or null"
        case (int(), "id"):
            return _OWN["id"]
        case (int(), str(field)) if field in record_paths(collection):
            return _WORDS[record_paths(collection)[field].kind]
        case (int(), str(), int()):
            return _MEMBER_WORDS
    return "a record, an object in braces"


def _hint(value: Any, expected: str) -> str | None:
    if isinstance(value, str) and (value in ("true", "false") or PLAIN_NUMBER.fullmatch(value)):
        return "write it without quotes" if expected.startswith(("a number", "true")) else None
    if isinstance(value, int | Decimal) and expected.startswith(("a text", "money")) and not isinstance(value, bool):
        return "write it in quotes"
    return None


def _at(path: Path) -> str:
    return f"`{path_text(path)}`: " if path else ""


def _cut(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
