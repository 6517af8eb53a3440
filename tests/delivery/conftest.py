"""The ledgers that tests of the ledger use."""

from tests.ledger.conftest import ledger, ready_database, ready_file, url

__all__ = ["ledger", "ready_database", "ready_file", "url"]
