"""Plans as a workbook (.xlsx): actions, accounts, warnings and missing data, a sheet each."""

import tempfile
import zipfile
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import IO, Any, Final

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.xml.functions import tostring

from engine.language.playbook import Playbook
from engine.planning.plan import ActionPlan
from engine.reports.labels import Labels
from engine.reports.tables import (
    GAPS,
    WARNINGS,
    AccountTable,
    Row,
    Value,
    action_columns,
    actions_of,
    gaps_of,
    warnings_of,
)

_CHUNK: Final = 1 << 16
_LONGEST: Final = 32_767
"""Characters that a cell can hold."""

_EPOCH: Final = datetime(1980, 1, 1, tzinfo=UTC)
"""The date of every part of the file, so that equal plans give equal bytes."""

_FILLS: Final = {"red": "F8C9C4", "yellow": "FBE7A8", "green": "CDE8CF"}
_BOLD: Final = Font(bold=True)
_WRAPPED: Final = Alignment(vertical="top", wrap_text=True)
_WIDTHS: Final = {
    "name": 24, "task": 42, "why": 60, "warnings": 36, "needs": 40, "warning": 28, "owner": 14,
    "due_at": 17, "since": 17,
}  # fmt: skip
"""Of columns that need more, or could do with less, than ``_WIDTH``: a moment too wide for its cell is not shown."""

_WIDTH: Final = 13


def workbook_bytes(plans: Iterable[ActionPlan], playbook: Playbook, labels: Labels) -> Iterator[bytes]:
    """The file in pieces, once all plans are in it; never all of them in memory."""
    book = Workbook(write_only=True)
    sheets = _Sheets(book, labels, AccountTable(labels, playbook.classes, playbook.scores))
    moment: datetime | None = None
    for plan in plans:
        moment = moment or plan.as_of
        sheets.add(plan)
    sheets.close()
    # A workbook knows moments without a zone only.
    book.properties.created = book.properties.modified = (moment or _EPOCH).replace(tzinfo=None)
    book.properties.creator = "playbook"
    core = tostring(book.properties.to_tree())
    with tempfile.TemporaryFile() as written, tempfile.TemporaryFile() as settled:
        book.save(written)
        _settle(written, settled, core)
        settled.seek(0)
        while chunk := settled.read(_CHUNK):
            yield chunk


def _settle(written: IO[bytes], settled: IO[bytes], core: bytes) -> None:
    """The same file without the time at which it was written."""
    with zipfile.ZipFile(written) as source, zipfile.ZipFile(settled, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            part = zipfile.ZipInfo(name, _EPOCH.timetuple()[:6])
            part.compress_type = zipfile.ZIP_DEFLATED
            if name == "docProps/core.xml":
                target.writestr(part, core)
                continue
            with source.open(name) as reading, target.open(part, "w") as writing:
                while chunk := reading.read(_CHUNK):
                    writing.write(chunk)


class _Sheets:
    """The sheets while they are filled."""

    def __init__(self, book: Workbook, labels: Labels, accounts: AccountTable) -> None:
        self._labels = labels
        self._accounts = accounts
        words = labels.words
        self._fills = {words.lights[light]: PatternFill("solid", fgColor=colour) for light, colour in _FILLS.items()}
        titles = words.columns
        self._work = _Sheet(book, titles["actions"], action_columns(labels))
        self._overview = _Sheet(book, titles["accounts"], accounts.columns)
        self._warnings = _Sheet(book, titles["warnings"], tuple(titles[each] for each in WARNINGS))
        self._gaps = _Sheet(book, titles["gaps"], tuple(titles[each] for each in GAPS))
        self._wide = {titles[name]: width for name, width in _WIDTHS.items()}
        for sheet in (self._work, self._overview, self._warnings, self._gaps):
            sheet.open(self._wide)

    def add(self, plan: ActionPlan) -> None:
        """The rows of a plan."""
        self._overview.add(self._accounts.row(plan), self._fills)
        self._work.add_all(actions_of(plan, self._labels), self._fills)
        self._warnings.add_all(warnings_of(plan, self._labels), self._fills)
        self._gaps.add_all(gaps_of(plan, self._labels), self._fills)

    def close(self) -> None:
        """Filters over what has been written."""
        for sheet in (self._work, self._overview, self._warnings, self._gaps):
            sheet.close()


class _Sheet:
    """A sheet whose first row stays in sight."""

    def __init__(self, book: Workbook, title: str, columns: tuple[str, ...]) -> None:
        self._sheet: Any = book.create_sheet(title)
        self._columns = columns
        self._rows = 1

    def open(self, widths: dict[str, int]) -> None:
        """The headings; what stands before the first row has to be said first."""
        self._sheet.freeze_panes = "C2"
        for number, name in enumerate(self._columns, 1):
            self._sheet.column_dimensions[get_column_letter(number)].width = widths.get(name, _WIDTH)
        self._sheet.append([self._cell(name, _BOLD) for name in self._columns])

    def add_all(self, rows: Iterable[Row], fills: dict[str, PatternFill]) -> None:
        """Some rows."""
        for row in rows:
            self.add(row, fills)

    def add(self, row: Row, fills: dict[str, PatternFill]) -> None:
        """A row; the words of lights are coloured."""
        self._sheet.append([self._cell(value, None, fills.get(str(value))) for value in row])
        self._rows += 1

    def close(self) -> None:
        """The filter."""
        self._sheet.auto_filter.ref = f"A1:{get_column_letter(len(self._columns))}{self._rows}"

    def _cell(self, value: Value, font: Font | None = None, fill: PatternFill | None = None) -> Any:
        cell = WriteOnlyCell(self._sheet, _plain(value))
        if isinstance(value, str):
            cell.data_type = "s"  # or a text that begins with `=` would be a formula
            cell.alignment = _WRAPPED
        if isinstance(value, datetime):
            cell.number_format = "yyyy-mm-dd hh:mm"
        elif isinstance(value, date):
            cell.number_format = "yyyy-mm-dd"
        if font is not None:
            cell.font = font
        if fill is not None:
            cell.fill = fill
        return cell


def _plain(value: Value) -> str | int | float | datetime | None:
    """What a cell can hold: moments on the plan's clock, days, texts without control characters."""
    if isinstance(value, datetime):
        return value.replace(tzinfo=None)
    if isinstance(value, date):
        return datetime.combine(value, time())
    if isinstance(value, Decimal):
        return float(value)  # the only kind of number that a workbook has
    if isinstance(value, str):
        return ILLEGAL_CHARACTERS_RE.sub("", value.encode(errors="replace").decode())[:_LONGEST]
    return value
