"""Whose rows are whose, as far as the rows were recorded by the day."""

import re
import unicodedata
from collections.abc import Callable, Collection, Mapping
from typing import Final

from msgspec import Struct, field

from engine.foundation import codes
from engine.foundation.places import Place
from engine.foundation.problems import Problem, problem
from engine.snapshots.mapping_model import SnapshotMapping, Sources
from engine.snapshots.mapping_tables import TableSource
from engine.snapshots.records import Day, RowFault, RowReader
from engine.snapshots.tables import Row, Table, rows_within_bounds

_APART = re.compile(r"[\s_-]+")
_LETTERS_AS_DIGITS: Final = str.maketrans("oil", "011")


class TableRows(Struct):
    """The rows of one table by account, in the table's order.

    ``later`` rows were recorded after the day; ``waiting`` ones name a row of another table that was. ``keys`` is all
    that the account column says. ``orphans`` warns of rows that belong to no account.
    """

    by_account: dict[str, list[Row]] = field(default_factory=dict)
    faults: dict[str, list[Problem]] = field(default_factory=dict)
    later: list[Row] = field(default_factory=list)
    waiting: int = 0
    keys: set[str] = field(default_factory=set)
    orphans: Problem | None = None


def rows_by_account(mapping: SnapshotMapping, tables: Mapping[str, Table], day: Day) -> dict[str, TableRows]:
    """The rows of every table, by the account they belong to."""
    sorter = _Sorter(mapping, tables, day)
    return {name: sorter.rows(name) for name in (mapping.account.table, *mapping.tables)}


class _Sorter:
    """Reads each table once, those first through which others find their account."""

    def __init__(self, mapping: SnapshotMapping, tables: Mapping[str, Table], day: Day) -> None:
        self._mapping = mapping
        self._tables = tables
        self._day = day
        self._done: dict[str, TableRows] = {}

    def rows(self, name: str) -> TableRows:
        """The sorted rows of the table ``name``."""
        if name not in self._done:
            self._done[name] = self._sort(name, self._mapping.tables[name])
        return self._done[name]

    def _sort(self, name: str, spec: TableSource) -> TableRows:
        table = self._tables[name]
        index = table.columns.index(spec.account.column or "")
        owner, known, waiting = self._owners(name, spec)
        recorded = self._recorded(spec, table)
        found = TableRows()
        lost: list[tuple[Row, str]] = []
        for row in rows_within_bounds(table):
            key = row.text(index)
            found.keys.add(key)
            account = owner(key)
            try:
                if not recorded(row):
                    found.later.append(row)
                elif account is not None:
                    found.by_account.setdefault(account, []).append(row)
                elif key in waiting:
                    found.waiting += 1
                else:
                    lost.append((row, key))
            except RowFault as fault:
                if account is None:
                    lost.append((row, key))
                else:
                    found.faults.setdefault(account, []).append(fault.problem)
        found.orphans = _warning(table, spec, lost, known)
        return found

    def _owners(self, name: str, spec: TableSource) -> tuple[Callable[[str], str | None], Collection[str], set[str]]:
        """The account that a key of the table belongs to, the keys known, and those whose account came later."""
        if name == self._mapping.account.table:
            return (lambda key: key or None), (), set()
        if spec.account.through is None:
            accounts = self.rows(self._mapping.account.table).keys - {""}
            return (lambda key: key if key in accounts else None), accounts, set()
        links, waiting = self._links(spec.account.through, spec.account.key or spec.account.column or "")
        return links.get, links.keys(), waiting

    def _links(self, through: str, column: str) -> tuple[dict[str, str], set[str]]:
        """What the rows of another table say: whose each key is, and which keys came only later."""
        table, rows = self._tables[through], self.rows(through)
        index = table.columns.index(column)
        links: dict[str, str] = {}
        for account, own in rows.by_account.items():
            for row in own:
                other = links.setdefault(row.text(index), account)
                if other != account:
                    _contradiction(table, row, column, (other, account), rows)
        waiting = {row.text(index) for row in rows.later}
        return links, waiting

    def _recorded(self, spec: TableSource, table: Table) -> Callable[[Row], bool]:
        """Whether a row was recorded by the day; raises :class:`RowFault` for one that can't be read."""
        width = len(table.columns)
        reader = RowReader(table, None, Sources(), (), self._day)
        known = reader.known_by(spec.recorded_at, Sources()) if spec.recorded_at else None

        def recorded(row: Row) -> bool:
            if len(row.cells) != width:
                message = f"the row has {len(row.cells)} cells, and the table {width} columns"
                raise RowFault(problem(codes.BAD_CELL, Place(table.file, row.line), message, "is a quote missing?"))
            return known is None or known(row)

        return recorded


def _contradiction(table: Table, row: Row, column: str, accounts: tuple[str, str], rows: TableRows) -> None:
    key = row.text(table.columns.index(column))
    message = f"{table.called(row, column)}: `{key}` belongs to the accounts {' and '.join(accounts)}"
    for account in accounts:
        found = problem(codes.DUPLICATE_ID, Place(table.file, row.line), message)
        rows.faults.setdefault(account, []).append(found)


def _warning(table: Table, spec: TableSource, lost: list[tuple[Row, str]], known: Collection[str]) -> Problem | None:
    if not lost:
        return None
    row, key = lost[0]
    rows, column = f"{len(lost)} row{'s' * (len(lost) != 1)} left out", spec.account.column or ""
    place, meant = Place(table.file, row.line), _meant(key, known)
    if not key:
        message = f"{rows}, the first as its {table.called(row, column)} is empty"
        return problem(codes.ORPHAN_ROW, place, message, "fill the cell, or clear the whole row")
    target = f"table `{spec.account.through}`" if spec.account.through else "the table of the accounts"
    message = f"{rows}, as {target} does not have their `{column}`, such as `{key}`"
    hint = f"did you mean `{meant}`?" if meant else f"is `{column}` the column that names the account?"
    return problem(codes.ORPHAN_ROW, place, message, hint)


def _meant(key: str, known: Collection[str]) -> str | None:
    """The known key that looks like ``key``, such as `K001` for `k0O1`; a near number is another account's."""
    look = _look(key)
    return next((each for each in sorted(known) if _look(each) == look), None)


def _look(key: str) -> str:
    """What is left of a key without case, width, blanks and dashes, and with letters that pass for digits as digits."""
    return _APART.sub("", unicodedata.normalize("NFKC", key).casefold()).translate(_LETTERS_AS_DIGITS)
