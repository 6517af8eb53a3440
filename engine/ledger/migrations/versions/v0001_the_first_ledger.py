"""The first ledger: accounts with their work and messages, events in a chain of batches, what they refer to."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_NUMBER = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Makes every table."""
    _accounts()
    _events()
    _blobs()


def _accounts() -> None:
    op.create_table(
        "subjects",
        sa.Column("number", _NUMBER, primary_key=True, autoincrement=False),
        sa.Column("playbook", sa.Text, nullable=False),
        sa.Column("account", sa.Text),
        sa.Column("name", sa.Text),
        sa.Column("version", _NUMBER, nullable=False),
        sa.Column("planned_at", sa.Text),
        sa.Column("plan", sa.Text),
        sa.Column("history", sa.LargeBinary),
        sa.Column("reach", sa.LargeBinary),
        sa.UniqueConstraint("playbook", "account", name="one_subject"),
    )
    op.create_index("subjects_by_account", "subjects", ["account"])
    op.create_table(
        "work",
        sa.Column("subject", _NUMBER, primary_key=True, autoincrement=False),
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("archived", sa.Integer, nullable=False),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("owner", sa.Text),
        sa.Column("due_at", sa.Text),
        sa.Column("next_step_at", sa.Text),
        sa.Column("body", sa.LargeBinary, nullable=False),
    )
    op.create_index("work_by_id", "work", ["id"])
    op.create_index("work_by_step", "work", ["next_step_at"])
    op.create_index("work_by_due", "work", ["due_at"])
    op.create_index("work_by_owner", "work", ["owner", "status"])
    op.create_table(
        "mail",
        sa.Column("subject", _NUMBER, primary_key=True, autoincrement=False),
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("archived", sa.Integer, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("may_go", sa.Integer, nullable=False),
        sa.Column("contact", sa.Text),
        sa.Column("next_at", sa.Text),
        sa.Column("sent_at", sa.Text),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.Column("leased_by", sa.Text),
        sa.Column("leased_until", sa.Text),
    )
    op.create_index("mail_by_id", "mail", ["id"])
    op.create_index("mail_by_state", "mail", ["state", "next_at"])
    op.create_index("mail_by_contact", "mail", ["contact", "sent_at"])
    op.create_table(
        "facts",
        sa.Column("subject", _NUMBER, primary_key=True, autoincrement=False),
        sa.Column("kind", sa.Text, primary_key=True),
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("body", sa.LargeBinary, nullable=False),
    )


def _events() -> None:
    op.create_table(
        "events",
        sa.Column("sequence", _NUMBER, primary_key=True, autoincrement=False),
        sa.Column("batch", _NUMBER, nullable=False),
        sa.Column("subject", _NUMBER, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("at", sa.Text, nullable=False),
        sa.Column("seal", sa.LargeBinary, nullable=False),
        sa.Column("digest", sa.LargeBinary, nullable=False),
        sa.Column("salt", sa.LargeBinary),
        sa.Column("payload", sa.LargeBinary),
    )
    op.create_index("events_by_subject", "events", ["subject", "sequence"])
    op.create_table(
        "batches",
        sa.Column("number", _NUMBER, primary_key=True, autoincrement=False),
        sa.Column("previous", sa.Text, nullable=False),
        sa.Column("root", sa.Text, nullable=False),
        sa.Column("head", sa.Text, nullable=False),
        sa.Column("at", sa.Text, nullable=False),
        sa.Column("run", sa.Text),
        sa.Column("count", _NUMBER, nullable=False),
    )


def _blobs() -> None:
    op.create_table(
        "blobs",
        sa.Column("digest", sa.Text, primary_key=True),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("payload", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "holdings",
        sa.Column("digest", sa.Text, primary_key=True),
        sa.Column("subject", _NUMBER, primary_key=True, autoincrement=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("at", sa.Text, nullable=False),
    )
    op.create_index("holdings_by_subject", "holdings", ["subject"])
