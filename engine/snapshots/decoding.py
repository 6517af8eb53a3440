"""One account's JSON to a typed snapshot, exactly and strictly; or one problem in plain words."""

import json
import re
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from operator import attrgetter
from typing import Any, Final

import msgspec

from engine.documents.decoding import SAVE_AS_UTF8
from engine.foundation import codes
from engine.foundation.places import Place
from engine.foundation.problems import Code, Problem, did_you_mean, problem
from engine.snapshots.bad_cells import narrow
from engine.snapshots.figures import decode_figure
from engine.snapshots.model import COLLECTIONS, AccountSnapshot
from engine.snapshots.vocabulary import instant_fields
from engine.snapshots.wording import account_id, ill_typed

MAX_DEPTH: Final = 64
"""Levels to which lists and objects under ``fields`` may be nested."""

MAX_DIGITS: Final = 40
"""Digits before or after the point that a number under ``fields`` may have."""

_FEW_DIGITS: Final = f"a number of at most {MAX_DIGITS} digits before and after the point"
_UTF8_BOM: Final = b"\xef\xbb\xbf"

_BYTE = re.compile(r"\(byte (\d+)\)")
_CURES: Final = (
    *((sign, "JSON has no NaN or Infinity; write null") for sign in (b"NaN", b"Infinity", b"-Infinity")),
    (b"'", "JSON texts stand in double quotes"),
    *((sign, "JSON writes true, false and null") for sign in (b"True", b"False", b"None")),
)
_FULL_WIDTH: Final = str.maketrans("“”‘’、【】", '"' * 4 + ",[]")
"""Signs of Chinese keyboards for which Unicode knows no narrow form."""

_read_json = msgspec.json.Decoder(float_hook=Decimal).decode
_write_json = msgspec.json.Encoder().encode


def decode_snapshot(data: bytes, file: str, line: int) -> AccountSnapshot | Problem:
    """The account that ``data`` holds as JSON, its records by id, or what is wrong with it; never raises for content.

    ``file`` and ``line`` are where the account begins, for the problem.
    """
    place = Place(file, line)
    data = data.removeprefix(_UTF8_BOM)
    raw = _parsed(data, place)
    if isinstance(raw, Problem):
        return raw
    try:
        snapshot = msgspec.convert(raw, AccountSnapshot, dec_hook=decode_figure)
    except msgspec.ValidationError as error:
        return ill_typed(error, raw, place)
    return next(_faults(snapshot, raw, place), None) or _in_order(snapshot, raw)


def _in_order(snapshot: AccountSnapshot, raw: dict[str, Any]) -> AccountSnapshot:
    """The same account with the records of each collection by id, so that their order in the input tells nothing."""
    moved: dict[str, Any] = {}
    for name, records in raw.items():
        if name in COLLECTIONS and records:
            ids = [record["id"] for record in records]
            if ids != sorted(ids):
                moved[name] = tuple(sorted(getattr(snapshot, name), key=attrgetter("id")))
    return msgspec.structs.replace(snapshot, **moved) if moved else snapshot


def _parsed(data: bytes, place: Place) -> Any:
    """The JSON value of ``data``, or the problem why there is none."""
    try:
        raw = _read_json(data)
        # What a key written twice says first is lost in reading, and so is its colon when written out again. Escapes
        # of ASCII signs could hide that.
        if (b"\\" in data and b"\\u00" in data) or data.count(b":") != _write_json(raw).count(b":"):
            twice = _repeated_key(data)
            if twice is not None:
                message = f"the key `{twice}` stands twice in one object"
                return problem(codes.DUPLICATE_KEY, place, message, None, account_id(raw))
    except (ValueError, ArithmeticError, RecursionError) as error:
        return unreadable(error, data, place)
    return raw


def _repeated_key(data: bytes) -> str | None:
    repeated: list[str] = []

    def look(pairs: list[tuple[str, Any]]) -> None:
        counts = Counter(key for key, _ in pairs)
        repeated.extend(key for key, count in counts.items() if count > 1)

    json.loads(data, object_pairs_hook=look, parse_int=str, parse_float=str)
    return repeated[0] if repeated else None


def unreadable(error: Exception, data: bytes, place: Place) -> Problem:
    """The problem of bytes that are not one JSON document: where it breaks, and the usual cure."""
    try:
        data.decode()
    except UnicodeDecodeError as wrong:
        message = f"byte {wrong.start + 1} is not UTF-8 text"
        return problem(codes.NOT_UTF8, _line_of(wrong.start, data, place), message, SAVE_AS_UTF8)
    if isinstance(error, RecursionError):
        return problem(codes.TOO_DEEP, place, f"lists or objects are nested over the limit of {MAX_DEPTH}")
    if isinstance(error, ArithmeticError | msgspec.ValidationError):
        return problem(codes.OVERFLOW, place, "a number has far too many digits")
    return _malformed(str(error), data, place)


def _malformed(message: str, data: bytes, place: Place) -> Problem:
    found = _BYTE.search(message)
    if not found:
        half = "a `\\ud…` that is half of a pair stands alone" if b"\\ud" in data.lower() else None
        return problem(codes.BAD_JSON, place, "the JSON ends too early", half or "is the line or file cut off?")
    at = int(found[1])
    hint = next((cure for sign, cure in _CURES if data.startswith(sign, at)), _sign_hint(data, at))
    if "trailing comma" in message:
        hint = "leave out the comma before it: nothing follows"
    if "trailing characters" in message:
        at -= 1  # msgspec names the byte after the first one too many
        hint = "several accounts are written one per line (.jsonl), or as one array (.json)"
    rest = data[at : at + 20].decode(errors="replace").splitlines()
    text = f"not valid JSON at `{rest[0]}`" if rest else "not valid JSON"
    return problem(codes.BAD_JSON, _line_of(at, data, place), text, hint)


def _sign_hint(data: bytes, at: int) -> str | None:
    """For a full-width sign that stands where JSON takes only a narrow one."""
    sign = data[at : at + 4].decode(errors="ignore")[:1]
    plain = narrow(sign.translate(_FULL_WIDTH))
    return f"`{sign}` is a full-width sign; write `{plain}`" if plain != sign and plain.isascii() else None


def _line_of(at: int, data: bytes, place: Place) -> Place:
    return Place(place.file, place.line + data.count(b"\n", 0, at))


def _faults(snapshot: AccountSnapshot, raw: dict[str, Any], place: Place) -> Iterator[Problem]:
    """What types alone don't tell. Looks at the JSON as it was read, where only what is written takes time."""
    if snapshot.coverage:
        yield from _bad_coverage(snapshot, place)
    if snapshot.fields:
        yield from _bad_fields("fields", snapshot.fields, snapshot.id, place)
    if snapshot.as_of:
        yield from _edge_instant("as_of", snapshot.as_of, snapshot.id, place)
    for name, records in raw.items():
        if name not in COLLECTIONS or not records:
            continue
        if len({record["id"] for record in records}) != len(records):
            yield from _repeated_ids(name, records, snapshot.id, place)
        for index, record in enumerate(records):
            if "fields" in record:
                yield from _bad_fields(f"{name}[{index}].fields", record["fields"], snapshot.id, place)
        if name in instant_fields():
            yield from _edge_instants(name, snapshot, place)


def _repeated_ids(name: str, records: list[Any], account: str, place: Place) -> Iterator[Problem]:
    first: dict[str, int] = {}
    for index, record in enumerate(records):
        if first.setdefault(record["id"], index) != index:
            message = f"`{name}[{index}].id`: `{record['id']}` is the id of `{name}[{first[record['id']]}]` already"
            yield problem(codes.DUPLICATE_ID, place, message, None, account)


def _bad_coverage(snapshot: AccountSnapshot, place: Place) -> Iterator[Problem]:
    for name, span in snapshot.coverage.items():
        if name not in COLLECTIONS:
            message = f"`coverage.{name}`: there is no such collection"
            yield problem(codes.BAD_ACCOUNT, place, message, did_you_mean(name, COLLECTIONS), snapshot.id)
        if span.from_ and span.to and span.from_ > span.to:
            message = f"`coverage.{name}`: expected `from` before `to`, found {span.from_} and {span.to}"
            yield problem(codes.BAD_ACCOUNT, place, message, None, snapshot.id)


def _bad_fields(where: str, fields: dict[str, Any], account: str, place: Place) -> Iterator[Problem]:
    for key, value in fields.items():
        refused = _refused(value)
        if refused:
            code, expected = refused
            yield problem(code, place, f"`{where}.{key}`: expected {expected}", None, account)


def _refused(value: Any, depth: int = 1) -> tuple[Code, str] | None:
    """Why a raw value under ``fields`` can't be kept: it would be written out at absurd length or depth."""
    if isinstance(value, Decimal):
        exponent = value.as_tuple().exponent
        long = value.adjusted() >= MAX_DIGITS or not -MAX_DIGITS <= int(exponent) <= MAX_DIGITS
        return (codes.OVERFLOW, _FEW_DIGITS) if long else None
    if isinstance(value, int):
        return (codes.OVERFLOW, _FEW_DIGITS) if abs(value) >= 10**MAX_DIGITS else None
    if isinstance(value, dict | list):
        if depth > MAX_DEPTH:
            return codes.TOO_DEEP, f"at most {MAX_DEPTH} levels of lists and objects"
        members = value.values() if isinstance(value, dict) else value
        return next(filter(None, (_refused(member, depth + 1) for member in members)), None)
    return None


def _edge_instants(name: str, snapshot: AccountSnapshot, place: Place) -> Iterator[Problem]:
    fields = instant_fields()[name]
    for index, record in enumerate(getattr(snapshot, name)):
        for field in fields:
            instant = getattr(record, field)
            if instant and not 1 < instant.year < 9999:
                yield from _edge_instant(f"{name}[{index}].{field}", instant, snapshot.id, place)


def _edge_instant(where: str, instant: datetime, account: str, place: Place) -> Iterator[Problem]:
    """An instant so near an end of the calendar that not every time zone could show it."""
    if not 1 < instant.year < 9999:
        message = f"`{where}`: expected an instant from year 2 to 9998, found {instant.isoformat()}"
        yield problem(codes.BAD_ACCOUNT, place, message, "write null for an open end", account)
