"""The tables of a ledger. Events are the truth; ``subjects``, ``work``, ``mail``, ``facts`` and ``holdings`` are drawn
from them and can be drawn again (``rebuilding``).

Columns hold what is asked for, the whole value stands beside them as compressed JSON. Truths are 0 and 1. Instants are
texts in UTC of one length, so that their order is that of time on every store.
"""

from typing import Final

from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, MetaData, Table, Text, UniqueConstraint

METADATA: Final = MetaData()

Number: Final = BigInteger().with_variant(Integer, "sqlite")

subjects: Final = Table(
    "subjects", METADATA,
    Column("number", Number, primary_key=True, autoincrement=False),
    Column("playbook", Text, nullable=False),  # empty, and no account, once it is erased
    Column("account", Text),
    Column("name", Text),
    Column("version", Number, nullable=False),
    Column("planned_at", Text),
    Column("plan", Text),
    Column("history", LargeBinary),
    Column("reach", LargeBinary),
    UniqueConstraint("playbook", "account", name="one_subject"),
    Index("subjects_by_account", "account"),
)  # fmt: skip

work: Final = Table(
    "work", METADATA,
    Column("subject", Number, primary_key=True, autoincrement=False),
    Column("id", Text, primary_key=True),
    Column("archived", Integer, nullable=False),
    Column("status", Text, nullable=False),
    Column("owner", Text),
    Column("due_at", Text),
    Column("next_step_at", Text),
    Column("body", LargeBinary, nullable=False),
    Index("work_by_id", "id"),
    Index("work_by_step", "next_step_at"),
    Index("work_by_due", "due_at"),
    Index("work_by_owner", "owner", "status"),
)  # fmt: skip

mail: Final = Table(
    "mail", METADATA,
    Column("subject", Number, primary_key=True, autoincrement=False),
    Column("id", Text, primary_key=True),
    Column("archived", Integer, nullable=False),
    Column("state", Text, nullable=False),
    Column("may_go", Integer, nullable=False),
    Column("contact", Text),
    Column("next_at", Text),
    Column("sent_at", Text),
    Column("body", LargeBinary, nullable=False),
    Column("leased_by", Text),  # the lease is no event: who is at it just now
    Column("leased_until", Text),
    Index("mail_by_id", "id"),
    Index("mail_by_state", "state", "next_at"),
    Index("mail_by_contact", "contact", "sent_at"),
)  # fmt: skip

facts: Final = Table(
    "facts", METADATA,
    Column("subject", Number, primary_key=True, autoincrement=False),
    Column("kind", Text, primary_key=True),
    Column("name", Text, primary_key=True),
    Column("body", LargeBinary, nullable=False),
)  # fmt: skip

events: Final = Table(
    "events", METADATA,
    Column("sequence", Number, primary_key=True, autoincrement=False),
    Column("batch", Number, nullable=False),
    Column("subject", Number, nullable=False),
    Column("kind", Text, nullable=False),
    Column("at", Text, nullable=False),
    Column("seal", LargeBinary, nullable=False),
    Column("digest", LargeBinary, nullable=False),
    Column("salt", LargeBinary),  # none, as the payload, once the subject is erased
    Column("payload", LargeBinary),
    Index("events_by_subject", "subject", "sequence"),
)  # fmt: skip

batches: Final = Table(
    "batches", METADATA,
    Column("number", Number, primary_key=True, autoincrement=False),
    Column("previous", Text, nullable=False),
    Column("root", Text, nullable=False),
    Column("head", Text, nullable=False),
    Column("at", Text, nullable=False),
    Column("run", Text),
    Column("count", Number, nullable=False),
)  # fmt: skip

blobs: Final = Table(
    "blobs", METADATA,
    Column("digest", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("payload", LargeBinary, nullable=False),
)  # fmt: skip

holdings: Final = Table(
    "holdings", METADATA,
    Column("digest", Text, primary_key=True),
    Column("subject", Number, primary_key=True, autoincrement=False),
    Column("kind", Text, nullable=False),
    Column("at", Text, nullable=False),  # the latest event of the subject that names the blob
    Index("holdings_by_subject", "subject"),
)  # fmt: skip

LEASE: Final = frozenset({"leased_by", "leased_until"})
"""Columns of a projection that no event speaks of."""
