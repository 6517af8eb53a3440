"""The table of actions as CSV that Excel opens as it is: UTF-8 with a mark, one row per action."""

import csv
import io
from collections.abc import Iterable, Iterator
from typing import Final

from engine.planning.plan import ActionPlan
from engine.reports.labels import Labels
from engine.reports.tables import Row, action_columns, as_text, rows_of

_BYTE_ORDER_MARK: Final = "\ufeff"
"""Without it Excel takes UTF-8 for the code page of the country, and Chinese for noise."""

_FORMULA_SIGNS: Final = ("=", "+", "-", "@", "\t", "\r")


def csv_lines(plans: Iterable[ActionPlan], labels: Labels) -> Iterator[bytes]:
    """The file, line by line as plans come. A text that a spreadsheet would run as a formula gets a ``'`` before it."""
    yield (_BYTE_ORDER_MARK + _line(action_columns(labels))).encode()
    for row in rows_of(plans, labels):
        yield _line(row).encode()


def _line(row: Row) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerow([_harmless(as_text(value)) for value in row])
    return text.getvalue()


def _harmless(text: str) -> str:
    text = text.encode(errors="replace").decode()
    return f"'{text}" if text.startswith(_FORMULA_SIGNS) else text
