"""Databases are read, never written, and what opens them is never repeated; odd rows fail alone."""

import builtins
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow
import pytest
from pyarrow import parquet

from engine.foundation.problems import InputUnreadable
from engine.snapshots.raw_cells import Unreadable
from engine.snapshots.sources import sqlite as sqlite_source
from engine.snapshots.sources.parquet import ParquetFile
from engine.snapshots.sources.postgres import PostgresDatabase
from engine.snapshots.sources.sqlite import SqliteDatabase
from engine.snapshots.tables import Row, Table


def told(work: Callable[[], object]) -> str:
    with pytest.raises(InputUnreadable) as error:
        work()
    return str(error.value)


def cells(table: Table) -> list[tuple[Any, ...]]:
    return [row.cells for row in table.rows()]


# -- SQLite --------------------------------------------------------------------------------------------


Crm = Callable[..., SqliteDatabase]


@pytest.fixture
def crm(tmp_path: Path) -> Iterator[Crm]:
    """Opens a database made by statements, until the test is over."""
    with ExitStack() as resources:

        def make(*statements: str) -> SqliteDatabase:
            with closing(sqlite3.connect(tmp_path / "crm.db")) as database:
                for statement in statements:
                    database.execute(statement)
                database.commit()
            return resources.enter_context(closing(SqliteDatabase(tmp_path / "crm.db")))

        yield make


ROWS = ("CREATE TABLE t (id, name)", "INSERT INTO t VALUES (2, 'b'), (1, 'a'), (NULL, ' ')")


def test_tables_views_and_queries_are_read_in_a_lasting_order(tmp_path: Path, crm: Crm) -> None:
    database = crm(*ROWS, 'CREATE VIEW "v w" AS SELECT * FROM t WHERE id > 0')
    table = database.table("t")
    assert (table.file, table.columns) == (f"{tmp_path}/crm.db#t", ("id", "name"))
    assert list(table.rows()) == [Row(1, (2, "b")), Row(2, (1, "a"))]  # type: ignore[arg-type]
    assert cells(database.table("v w")) == [(1, "a"), (2, "b")]
    assert cells(database.query("SELECT name AS n FROM t ORDER BY id DESC -- newest")) == [("b",), ("a",)]
    assert "did you mean `v w`" in told(lambda: database.table("vw"))


@pytest.mark.parametrize(
    "query",
    ["DELETE FROM t", "CREATE TABLE u (x)", "ATTACH 'other.db' AS o", "PRAGMA query_only = OFF", "SELECT 1; SELECT 2"],
)
def test_a_query_can_only_read(tmp_path: Path, crm: Crm, query: str) -> None:
    database = crm(*ROWS)
    assert "the database can't be read: " in told(lambda: database.query(query))
    assert not (tmp_path / "other.db").exists()


def test_a_view_that_never_ends_is_stopped(crm: Crm, monkeypatch: pytest.MonkeyPatch) -> None:
    endless = (
        "CREATE VIEW v AS WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT max(x) AS m FROM c"
    )
    database = crm(endless)
    monkeypatch.setattr(sqlite_source, "MOST_STEPS", 2_000_000)
    assert "it takes over 2,000,000 steps" in told(lambda: cells(database.table("v")))


def test_bytes_are_no_value_and_a_file_that_is_no_database_is_told(tmp_path: Path, crm: Crm) -> None:
    database = crm("CREATE TABLE t (a, b)", "INSERT INTO t VALUES (x'ff', CAST(x'ff' AS TEXT))")
    assert cells(database.table("t")) == [(Unreadable("bytes"), Unreadable("bytes"))]
    (tmp_path / "other.db").write_text("id,name\n" * 10)
    assert "the file is no SQLite database" in told(lambda: SqliteDatabase(tmp_path / "other.db"))
    assert "there is no such file" in told(lambda: SqliteDatabase(tmp_path / "missing.db"))
    assert not (tmp_path / "missing.db").exists()


# -- Parquet -------------------------------------------------------------------------------------------


def test_parquet_without_its_library_or_damaged_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "t.parquet"
    parquet.write_table(pyarrow.table({"id": ["1"], "tags": [["a", "b"]]}), path)
    assert cells(ParquetFile(path).table()) == [("1", Unreadable("a list"))]
    (tmp_path / "cut.parquet").write_bytes(path.read_bytes()[:-20])
    assert "can't be read as Parquet" in told(lambda: ParquetFile(tmp_path / "cut.parquet"))
    assert "there is no such file" in told(lambda: ParquetFile(tmp_path / "missing.parquet"))
    without(monkeypatch, "pyarrow")
    assert "pip install 'playbook-engine[parquet]'" in told(lambda: ParquetFile(path))


def without(monkeypatch: pytest.MonkeyPatch, library: str) -> None:
    known = builtins.__import__

    def missing(name: str, *rest: Any, **more: Any) -> Any:
        if name.partition(".")[0] == library:
            raise ImportError(name)
        return known(name, *rest, **more)

    monkeypatch.setattr(builtins, "__import__", missing)


# -- PostgreSQL ----------------------------------------------------------------------------------------


@pytest.fixture
def database(postgres: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[PostgresDatabase]:
    import psycopg

    with psycopg.connect(postgres) as connection:
        connection.execute("DROP TABLE IF EXISTS odd")
        connection.execute("CREATE TABLE odd (id int, since date, tags text[])")
        connection.execute("INSERT INTO odd VALUES (2, 'infinity', '{a,b}'), (1, '2026-03-31', NULL)")
    monkeypatch.setenv("CRM", postgres)
    with closing(PostgresDatabase("CRM")) as opened:
        yield opened


def test_postgres_rows_come_in_a_lasting_order_and_odd_values_alone_fail(database: PostgresDatabase) -> None:
    table = database.table("public.odd")
    assert (table.file, table.columns) == ("CRM#public.odd", ("id", "since", "tags"))
    assert cells(table) == cells(table) == [(1, date(2026, 3, 31), ""), (2, "infinity", Unreadable("a list"))]
    assert cells(database.query("SELECT id FROM odd ORDER BY id DESC -- newest")) == [(2,), (1,)]


@pytest.mark.parametrize(
    "query",
    [
        "DELETE FROM odd RETURNING id",
        "SELECT 1) AS a; COMMIT; DROP TABLE odd; SELECT 1 FROM (SELECT 1",
        "WITH gone AS (DELETE FROM odd RETURNING id) SELECT * FROM gone",
        "SELECT nextval('s') FROM no_such_table",
    ],
)
def test_a_postgres_query_can_only_read(database: PostgresDatabase, query: str) -> None:
    assert "CRM: error PB801: the database can't be read: " in told(lambda: database.query(query))
    with closing(PostgresDatabase("CRM")) as again:
        assert len(cells(again.table("odd"))) == 2


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://reader:s3cret@localhost:1/crm",
        "postgresql//reader:s3cret@localhost/crm",
        "postgresql://reader:s3cret@local host/crm?nonsense=1",
        "mysql://reader:s3cret@localhost/crm",
    ],
)
def test_a_password_is_never_repeated(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CRM", url)
    words = told(lambda: PostgresDatabase("CRM"))
    assert words.startswith("CRM: error PB801: ")
    assert "s3cret" not in words


def test_a_missing_address_or_library_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CRM", raising=False)
    assert "the environment variable CRM is not set" in told(lambda: PostgresDatabase("CRM"))
    monkeypatch.setenv("CRM", "postgresql:///crm")
    without(monkeypatch, "psycopg")
    assert "pip install 'playbook-engine[postgres]'" in told(lambda: PostgresDatabase("CRM"))
