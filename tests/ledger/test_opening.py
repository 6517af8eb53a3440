"""Opening a ledger: whoever opens it first makes it, and nobody meets a traceback, or their password in a message."""

import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

import engine
from engine import InputUnreadable, Ledger
from engine.foundation.places import Place
from engine.ledger import migrating
from engine.ledger.tables import METADATA

CASES = sorted((Path(__file__).parent.parent / "cases" / "ledgers").iterdir())


def told(url: str | Path, **options: Any) -> str:
    """What is said of a ledger that can't be opened."""
    with pytest.raises(InputUnreadable) as refused:
        engine.open_ledger(url, **options)
    return str(refused.value)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_what_is_no_ledger_is_refused_in_these_words(
    case: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    file = Path("ledger.db")
    if (case / "ledger.sql").exists():
        with sqlite3.connect(file) as connection:
            connection.executescript((case / "ledger.sql").read_text("utf-8"))
        connection.close()
    else:
        file.write_bytes((case / "ledger.db").read_bytes())
    before = file.read_bytes()
    assert told(file) + "\n" == (case / "problems.txt").read_text("utf-8")
    assert len(before) == len(file.read_bytes())


def test_a_ledger_that_must_exist_is_not_made(empty: Callable[[], str], tmp_path: Path) -> None:
    assert "there is no ledger here" in told(empty(), must_exist=True)
    assert list(tmp_path.glob("*.db")) == []


@pytest.mark.parametrize(
    ("url", "word"),
    [
        ("", "no address"),
        ("mysql://keeper:s3cret@host/x", "no address"),
        ("postgresql://keeper:s3cret@localhost:1/x", "refused"),
        ("postgresql://keeper:s3cret@/x?host=/nowhere", "No such file"),
        ("postgresql://keeper:s3cret@local host:1:2/x", "no address"),
        ("postgresql://keeper@localhost:1/x?password=s3cret", "refused"),
        ("postgresql://keeper:s3cret@localhost:1/x?nonsense=s3cret", "nonsense"),
        ("folder\0/x.db", "null"),
        ("/dev/null/x.db", "folder"),
        ("/tmp", "no file"),
    ],
)
def test_a_ledger_that_is_not_there_is_told_without_its_password(url: str, word: str) -> None:
    said = told(url)
    assert word in said and "PB901" in said
    assert "s3cret" not in said


def test_a_missing_driver_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    assert "pip install 'playbook-engine[postgres]'" in told("postgresql:///x")


def test_a_folder_that_may_not_be_written_to_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "mkdir", refuse)
    assert "its folder can't be made: Permission denied" in told(tmp_path / "new" / "ledger.db")


def test_a_full_disk_is_told_and_loses_nothing_written_before(tmp_path: Path) -> None:
    from tests.ledger.world import entry, fresh, message, planned

    with engine.open_ledger(tmp_path / "ledger.db") as ledger:
        ledger.append([entry(fresh(), planned(0, "a"))])

        from sqlalchemy import event

        @event.listens_for(ledger.store.engine, "begin")
        def tiny(connection: Any) -> None:
            pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
            connection.exec_driver_sql(f"PRAGMA max_page_count={pages}")

        long = tuple(message(f"m{n}", "b", body="".join(map(chr, range(5000, 9000)))) for n in range(40))
        with pytest.raises(InputUnreadable, match="full"):
            ledger.append([entry(fresh("B"), planned(0, "b", drafted=long))])
        assert [each.account for each in ledger.work()] == ["A"]


OPENS = "import sys, engine; engine.open_ledger(sys.argv[1]).close()"


def test_several_may_open_it_first_at_once(empty: Callable[[], str]) -> None:
    url = empty()
    opening = [subprocess.Popen([sys.executable, "-c", OPENS, url], stderr=subprocess.PIPE) for _ in range(4)]
    assert [(each.communicate(timeout=60)[1], each.returncode) for each in opening] == [(b"", 0)] * 4
    engine.open_ledger(url, must_exist=True).close()


def test_migrations_make_the_tables_that_the_program_uses(ledger: Ledger) -> None:
    with ledger.store.reading() as connection:
        options = {"version_table": migrating.VERSION_TABLE}
        assert compare_metadata(MigrationContext.configure(connection, opts=options), METADATA) == []


def test_the_newest_revision_is_the_version() -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(migrating.__file__).parent / "migrations"))
    assert ScriptDirectory.from_config(config).get_heads() == [migrating.VERSION]


def test_a_place_is_shown_without_its_user() -> None:
    assert str(Place("postgresql://localhost/x")) in told("postgresql://keeper:s3cret@localhost:1/x")
