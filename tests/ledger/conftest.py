"""A fresh ledger on each store, copied from one that is ready: making the tables takes longer than a test."""

import shutil
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest

import engine
from engine import Ledger

_NUMBERS = count(1)

STORES = ("sqlite", "postgresql")


@pytest.fixture(scope="session")
def ready_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite ledger without anything in it."""
    path = tmp_path_factory.mktemp("ready") / "ledger.db"
    engine.open_ledger(path).close()
    return path


@pytest.fixture(scope="session")
def ready_database(postgres: str) -> str:
    """A PostgreSQL ledger without anything in it: the name of its database."""
    url = new_database(postgres, "template0")
    engine.open_ledger(url).close()
    return name_of(url)


def new_database(server: str, template: str) -> str:
    """The address of a new database, made from another."""
    name = f"ledger_{uuid4().hex}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}".encode())
    return server.replace("///postgres?", f"///{name}?")


def name_of(url: str) -> str:
    """The database in an address."""
    return url.partition("///")[2].partition("?")[0]


@pytest.fixture(params=STORES)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a fresh ledger, once on each store."""
    if request.param == "sqlite":
        path = tmp_path / "ledger.db"
        shutil.copy(request.getfixturevalue("ready_file"), path)
        return str(path)
    return new_database(request.getfixturevalue("postgres"), request.getfixturevalue("ready_database"))


@pytest.fixture
def ledger(url: str) -> Iterator[Ledger]:
    """A fresh ledger, once on each store."""
    with engine.open_ledger(url) as opened:
        yield opened


@pytest.fixture(params=STORES)
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[], str]:
    """Where no ledger is yet, once on each store."""
    if request.param == "sqlite":
        return lambda: str(tmp_path / f"ledger-{next(_NUMBERS)}.db")
    server = request.getfixturevalue("postgres")
    return lambda: new_database(server, "template0")
