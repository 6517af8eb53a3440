"""Rows of the accounts' table that may be no accounts: the total and the note below a table that people keep."""

from typing import Any

from engine.foundation import codes
from engine.foundation.places import Place
from engine.foundation.problems import Problem, problem
from engine.snapshots.mapping_model import Sources
from engine.snapshots.tables import Row, Table


class Doubts:
    """Notes the accounts that have an id, but no name where the mapping reads one, or nothing else that it reads."""

    def __init__(self, table: Table, key: str, record: Sources) -> None:
        self._table = table
        self._key = key
        # What an empty cell means something for never lacks.
        read = {path: each.column for path, each in record.items() if each.empty is None}
        others = {path: column for path, column in read.items() if column and column != key}
        self._field = next(iter(others), None)
        self._others = [table.columns.index(column) for column in others.values()]
        self._found: list[tuple[Row, str]] = []

    def note(self, row: Row, values: dict[str, Any]) -> None:
        """Looks at the row of an account, and at what was read of it by path."""
        if values.get("name", "") is None:
            self._found.append((row, "name"))
        elif self._field and not any(row.text(index) for index in self._others):
            self._found.append((row, self._field))

    def problem(self) -> Problem | None:
        """A warning of the first such row, that counts the others."""
        if not self._found:
            return None
        row, field = min(self._found, key=lambda found: found[0].line)
        lacking = "no name" if field == "name" else "nothing else that the mapping reads"
        more = len(self._found) - 1
        others = f", as {'have' if more > 1 else 'has'} {more:,} more" if more else ""
        key = row.text(self._table.columns.index(self._key))
        message = f"{self._table.called(row, self._key)}: the account `{key}` has {lacking}{others}"
        hint = f"a total or a note is no account: `only_with: [{field}]` under `account` leaves such rows out"
        return problem(codes.NAMELESS, Place(self._table.file, row.line), message, hint)
