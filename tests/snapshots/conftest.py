"""What several tests of snapshots need: RavenStack, which the repository does not hold."""

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent


@pytest.fixture(scope="session")
def ravenstack() -> Path:
    """The folder of RavenStack's five CSV files."""
    shared = Path(os.environ.get("PLAYBOOK_SHARED_DATA") or ROOT.parent / "shared" / "data")
    folder = shared / "ravenstack"
    if not folder.is_dir():
        pytest.skip(f"no RavenStack tables at {folder}; PLAYBOOK_SHARED_DATA names the folder that holds ravenstack/")
    return folder
