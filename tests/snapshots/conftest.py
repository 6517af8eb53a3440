"""What several tests of snapshots need: RavenStack, which the repository does not hold, and a database server."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.snapshots.postgres import binaries, server

ROOT = Path(__file__).parent.parent.parent


@pytest.fixture(scope="session")
def ravenstack() -> Path:
    """The folder of RavenStack's five CSV files."""
    shared = Path(os.environ.get("PLAYBOOK_SHARED_DATA") or ROOT.parent / "shared" / "data")
    folder = shared / "ravenstack"
    if not folder.is_dir():
        pytest.skip(f"no RavenStack tables at {folder}; PLAYBOOK_SHARED_DATA names the folder that holds ravenstack/")
    return folder


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The address of a PostgreSQL server that lives as long as the tests."""
    programs = binaries()
    if programs is None:
        pytest.skip("PostgreSQL is not installed (Debian's package is called postgresql)")
    with server(programs) as url:
        yield url
