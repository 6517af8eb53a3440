"""Ledgers for tests of delivery: kills on each store, all else on one, for what a store promises is tested there."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

import engine
from engine import Ledger
from tests.ledger.conftest import ready_database, ready_file, url

__all__ = ["ready_database", "ready_file", "url"]


@pytest.fixture
def ledger(ready_file: Path, tmp_path: Path) -> Iterator[Ledger]:
    """A fresh ledger in a file."""
    with engine.open_ledger(shutil.copy(ready_file, tmp_path / "ledger.db")) as opened:
        yield opened
