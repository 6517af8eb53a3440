"""Small companies as tables, for the tests of building."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from textwrap import dedent

from engine.foundation.problems import Problem
from engine.snapshots.building import SnapshotBuild, build_snapshots
from engine.snapshots.mapping import read_mapping
from engine.snapshots.model import AccountSnapshot

HEAD = """\
mapping: 1
timezone: UTC
tables:
  customers: {file: customers.csv, account: id}
account:
  table: customers
  record: {name: name}
"""


class Company:
    """A folder with a mapping and tables."""

    def __init__(self, folder: Path, mapping: str, **tables: str) -> None:
        self.folder = folder
        (folder / "mapping.yaml").write_text(dedent(mapping), "utf-8")
        for name, text in tables.items():
            (folder / f"{name}.csv").write_text(dedent(text), "utf-8")

    def start(self, day: str | datetime, state_of: date | None = None) -> SnapshotBuild:
        """The build as of the end of ``day`` in UTC, or of an instant."""
        as_of = day if isinstance(day, datetime) else datetime.fromisoformat(f"{day}T23:59:59").replace(tzinfo=UTC)
        return build_snapshots(read_mapping(self.folder / "mapping.yaml"), self.folder, as_of, state_of=state_of)

    def build(self, day: str | datetime, state_of: date | None = None) -> list[AccountSnapshot | Problem]:
        """Everything the build yields."""
        return list(self.start(day, state_of))

    def one(self, day: str | datetime, state_of: date | None = None) -> AccountSnapshot:
        """The one account, which must not fail."""
        (found,) = self.build(day, state_of)
        assert isinstance(found, AccountSnapshot), found
        return found

    def told(self, day: str = "2026-06-30") -> list[str]:
        """The problems in words, with file names instead of paths."""
        found = [each for each in self.build(day) if isinstance(each, Problem)]
        return [str(each).replace(f"{self.folder}/", "") for each in found]


def with_collection(name: str, record: str, rest: Mapping[str, str] | None = None, **tables: str) -> str:
    """A mapping with one collection, of the table ``rows``."""
    more = "".join(f"\n    {key}: {value}" for key, value in (rest or {}).items())
    return (
        HEAD.replace("account:\n  table", "  rows: {file: rows.csv, account: customer}\naccount:\n  table")
        + f"collections:\n  {name}:\n    table: rows\n    id: id\n    record: {record}{more}\n"
    )
