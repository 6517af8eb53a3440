"""Run by Alembic, in the transaction that ``migrating`` has opened."""

from alembic import context

from engine.ledger.migrating import VERSION_TABLE
from engine.ledger.tables import METADATA

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    version_table=VERSION_TABLE,
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
