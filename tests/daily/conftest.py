"""A fresh ledger on each store, as tests of the ledger have it."""

from tests.ledger.conftest import ledger, ready_database, ready_file, url

__all__ = ["ledger", "ready_database", "ready_file", "url"]
