"""Days and moments in cells: in the forms that the mapping names, and no other way.

A text is read only where every form that fits it says the same: `03/04/2026` under both `%d/%m/%Y` and `%m/%d/%Y` is
refused, not guessed. Digits are those of ASCII, as in figures; what stands between them is as the form writes it.
"""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import lru_cache
from itertools import product
from typing import Final
from zoneinfo import ZoneInfo

from engine.snapshots.bad_cells import BadCell, narrow, write_narrow
from engine.snapshots.mapping_forms import DateFormat, DateFormats
from engine.snapshots.raw_cells import Amount, Cell, written

_EXAMPLE: Final = datetime(2026, 3, 31, 17, 45, 0, tzinfo=UTC)

_ISO_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_ISO_INSTANT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,6})?)?(?:Z|[+-][0-9]{2}:[0-9]{2})?"
)

_DAYS: Final = (
    "%Y-%m-%d",
    "%Y/%m/%d",
    "%Y.%m.%d",
    "%Y年%m月%d日",
    "%Y%m%d",
    "%d/%m/%Y",
    "%m/%d/%Y",
    "%d.%m.%Y",
    "%d-%m-%Y",
)
_TIMES: Final = ("", " %H:%M", " %H:%M:%S")
_USUAL: Final = tuple(DateFormat(day + time) for day, time in product(_DAYS, _TIMES))
"""How people write dates, for hints."""

_LONGEST: Final = 100
_PIECES = re.compile(r"%(?P<directive>.)|(?P<blank>\s+)|(?P<literal>[^%\s]+)")
_WRITTEN: Final = {"Y": "[0-9]{4}", "y": "[0-9]{2}", "f": "[0-9]{1,6}", "z": "[0-9Zz:.+-]+", "%": "%"}
_ONE_OR_TWO: Final = "[0-9]{1,2}"
_TWO: Final = "[0-9]{2}"


@lru_cache(maxsize=32)
def moment_reader(
    own: DateFormats | None, common: DateFormats | None, zone: ZoneInfo
) -> Callable[[Cell], date | datetime]:
    """How cells in a form of ``own`` become a date, or an instant where the form has a time.

    Without ``own`` forms those ``common`` to the mapping count, else ISO's. Times without an offset are local to
    ``zone``, the earlier one where clocks go back. Raises :class:`BadCell`.
    """
    forms = own or common or DateFormats()

    # One memory per form, as several fields of a row ask for the same date, the slowest of all to read.
    @lru_cache(maxsize=1 << 16)
    def read(cell: Cell) -> date | datetime:
        text = written(cell)
        try:
            found = cell if isinstance(cell, date) else _by_forms(text, forms) if forms else _by_iso(text)
            if not isinstance(found, datetime):
                return found
            return in_utc(found if found.tzinfo else found.replace(tzinfo=zone))
        except (ValueError, OverflowError) as error:
            if isinstance(error, BadCell):
                raise
            examples = [_EXAMPLE.strftime(form) for form in forms] or ["2026-03-31"]
            expected = f"a date such as {' or '.join(f'`{each}`' for each in examples)}"
            raise BadCell(expected, _hint(cell, forms, "format" if own else "dates")) from error

    return read


def in_utc(instant: datetime) -> datetime:
    """``instant`` in UTC; raises ``ValueError`` so near an end of the calendar that not every zone could show it."""
    if not 1 < instant.year < 9999:
        raise ValueError(instant)
    return instant.astimezone(UTC)


def _by_forms(text: str, forms: DateFormats) -> date | datetime:
    read = _readings(text, forms)
    if not read:
        raise ValueError(text)
    (form, found), *others = read.items()
    for other, meant in others:
        if meant != found:
            expected = f"a date that only one form reads (`{form}`: {found}; `{other}`: {meant})"
            raise BadCell(
                expected, "let the mapping name the form that is meant alone; a column may have its own `format`"
            )
    return found


def _readings(text: str, forms: tuple[DateFormat, ...]) -> dict[DateFormat, date | datetime]:
    """What each of the forms that fit makes of ``text``."""
    found: dict[DateFormat, date | datetime] = {}
    for form in forms:
        if len(text) > _LONGEST or not _shape(form).fullmatch(text):
            continue
        try:
            moment = datetime.strptime(text, form)  # noqa: DTZ007 - the mapping's zone is set by the caller
        except ValueError:
            continue
        found[form] = moment if "%H" in form else moment.date()
    return found


@lru_cache(maxsize=128)
def _shape(form: DateFormat) -> re.Pattern[str]:
    """What a text in this form looks like. ``strptime`` alone would take digits of every script, and in `2026113`, for
    a month and a day of which only one has two digits."""
    return re.compile("".join(_pieces(form)), re.IGNORECASE)


def _pieces(form: DateFormat) -> Iterator[str]:
    pieces = list(_PIECES.finditer(form))
    apart = [piece["directive"] in (None, "%") for piece in pieces]
    for piece, before, behind in zip(pieces, [True, *apart[:-1]], [*apart[1:], True], strict=True):
        if piece["directive"]:
            yield _WRITTEN.get(piece["directive"], _ONE_OR_TWO if before and behind else _TWO)
        else:
            yield r"\s+" if piece["blank"] else re.escape(piece["literal"])


def _by_iso(text: str) -> date | datetime:
    if _ISO_DATE.fullmatch(text):
        return date.fromisoformat(text)
    if _ISO_INSTANT.fullmatch(text):
        return datetime.fromisoformat(text)
    raise ValueError(text)


def _hint(cell: Cell, forms: DateFormats, key: str) -> str | None:
    """The likely cure; ``key`` is where the mapping says the forms."""
    if not isinstance(cell, str):
        return "give the column the format of a date" if isinstance(cell, Decimal | Amount) else None
    plain = narrow(cell)
    if plain != cell and (_readings(plain, forms or _USUAL[:1])):
        return write_narrow(plain)
    fitting = list(_readings(plain, _USUAL))
    if not fitting:
        return None
    says = " or ".join(f"`{key}: {_listed((*forms, form))}`" for form in fitting)
    return f"the mapping says how dates are written: {says}" + ("" if forms else "; several forms stand in a list")


def _listed(forms: tuple[DateFormat, ...]) -> str:
    quoted = ", ".join(f'"{form}"' for form in forms)
    return f"[{quoted}]" if len(forms) > 1 else quoted
