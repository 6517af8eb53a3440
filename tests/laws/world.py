"""The small world that generated playbooks and accounts share: few names, and few values that meet each other."""

from typing import Any, Final

Json = dict[str, Any]

DAYS: Final = (
    "2025-05-20", "2025-08-31", "2025-11-30", "2026-01-15", "2026-02-28", "2026-03-31", "2026-05-06", "2026-05-19",
    "2026-05-20",
)  # fmt: skip
COMING: Final = ("2026-05-22", "2026-06-30", "2026-12-31")
MOMENTS: Final = (
    "2026-02-13T17:30:00+08:00", "2026-05-15T17:00:00+08:00", "2026-05-19T09:00:00+08:00", "2026-05-20T01:59:00Z",
)  # fmt: skip
COMING_MOMENTS: Final = ("2026-05-20T16:00:00+08:00", "2026-06-01T09:00:00+08:00")

TEXTS: Final[dict[str, tuple[str, ...]]] = {
    "profile.industry": ("retail", "finance"),
    "profile.size": ("large", "small"),
    "budget_status": ("free", "frozen", "unclear"),
    "tickets.kind": ("complaint", "question"),
    "tickets.status": ("open", "closed"),
    "interactions.kind": ("visit", "call", "mail"),
    "contacts.role": ("decision_maker", "user"),
    "contacts.status": ("active", "left"),
    "contracts.status": ("active", "ended"),
    "purchases.category": ("core", "extra"),
    "deliveries.status": ("late", "done"),
    "holdings.module": ("team", "extra"),
}
"""What texts can be, by path."""

FIELDS: Final[dict[str, Json]] = {
    "budget_status": {"one_of": ["free", "frozen", "unclear"]},
    "fit": {"type": "points"},
    "vip": {"type": "truth"},
    "spend": {"type": "money"},
    "discount": {"type": "percent"},
    "waited": {"type": "hours"},
    "tags": {"type": "texts"},
    "reviewed_on": {"type": "date"},
    "tickets.severity": {"type": "number"},
}

KINDS: Final[dict[str, str]] = {
    "profile.industry": "text", "profile.size": "text", "profile.employees": "number",
    "relationship.started_on": "date", "budget_status": "text", "fit": "points", "vip": "truth", "spend": "money",
    "discount": "percent", "waited": "hours", "tags": "texts", "reviewed_on": "date", "owner.account_manager": "name",
}  # fmt: skip
"""What an account's own fields hold."""

RECORDS: Final[dict[str, dict[str, str]]] = {
    "tickets": {
        "kind": "text", "status": "text", "opened_at": "instant", "confirmed_at": "instant", "satisfaction": "points",
        "escalated": "truth", "severity": "number",
    },
    "purchases": {"on": "date", "amount": "money", "quantity": "number", "category": "text"},
    "interactions": {"on": "date", "kind": "text", "about_id": "item", "contact_id": "person"},
    "contacts": {
        "name": "label", "role": "text", "status": "text", "strength": "number", "left_on": "date", "email": "address",
    },
    "contracts": {"status": "text", "signed_on": "date", "starts_on": "date", "ends_on": "coming", "amount": "money"},
    "surveys": {"on": "date", "score": "points"},
    "deliveries": {"promised_on": "date", "delivered_on": "date", "status": "text"},
    "holdings": {"module": "text"},
}  # fmt: skip
"""The collections of this world, and what their records' fields hold."""

SINGULAR: Final = {
    "tickets": "ticket", "purchases": "purchase", "interactions": "interaction", "contacts": "contact",
    "contracts": "contract", "surveys": "survey", "deliveries": "delivery", "holdings": "holding",
}  # fmt: skip

LITERALS: Final[dict[str, tuple[Any, ...]]] = {
    "number": (0, 1, 3, 120), "points": ("50 points", "70 points", "85.5 points"), "money": ("1000 CNY", "0 CNY"),
    "percent": ("10%", "15%", "-15%"), "percentage points": ("5 percentage points",), "hours": ("4 hours",),
    "days": ("10 days", "30 days"), "months": ("3 months", "12 months"), "count": (0, 1, 2),
    "date": ("2026-01-15", "2026-05-20"), "instant": ("2026-05-15T17:00:00+08:00", "2026-05-20T10:00:00+08:00"),
}  # fmt: skip
"""Values a playbook writes, by the unit they are held against."""

VALUES: Final[dict[str, tuple[Any, ...]]] = {
    "number": (0, 1, 3, 119.5, 120),
    "points": (0, 49.9, 69.9, 70, 85.5, 100),
    "money": ("0 CNY", "850 CNY", "850.01 CNY", "1000 CNY", "1700 CNY", "100 USD"),
    "percent": (10, 14.9, 15),
    "hours": (0, 4, 30.5),
    "truth": (True, False),
    "texts": ([], ["new"], ["risk", "new"]),
    "date": DAYS,
    "coming": DAYS + COMING,
    "instant": MOMENTS,
    "item": ("c1", "c2"),
    "person": ("p1", "p2", "p9"),
    "address": ("li@acme.example",),
    "label": ("Li Na", "Xu"),
    "name": ("wang", "zhao"),
}
"""Values an account holds, by what the field is for."""

AS_OF: Final = "2026-05-20T10:00:00+08:00"
"""The moment of the first run; every dated record of an account lies before it."""
