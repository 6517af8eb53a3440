"""The order of the stages, in one table: ``test_layers`` holds the imports to it, ``docs/test_pages`` the picture."""

from typing import Final

LAYERS: Final = (
    "foundation",
    "documents",
    "calendars",
    "snapshots",
    "language",
    "templates",
    "matching",
    "inference",
    "compiling",
    "history",
    "evaluation",
    "planning",
    "messages",
    "lifecycle",
    "ledger",
    "delivery",
    "public",
    "daily",
    "proving",
    "checking",
    "reports",
    "commands",
)
"""Packages of ``engine``, and the module ``engine/public.py``; each may import only what stands before it."""

HOMES: Final[dict[str, tuple[str, ...]]] = {
    "alembic": ("ledger",),
    "apprise": ("delivery",),
    "babel": ("foundation", "templates"),
    "click": ("commands",),
    "holidays": ("calendars",),
    "httpx": ("delivery",),
    "icalendar": ("delivery",),
    "jinja2": ("reports", "templates"),
    "jsonschema": ("documents",),
    "markdown_it": ("messages",),
    "markupsafe": ("reports", "templates"),
    "openpyxl": ("reports", "snapshots"),
    "psycopg": ("ledger", "snapshots"),
    "pyarrow": ("snapshots",),
    "re2": ("matching", "compiling"),
    "rich": ("commands",),
    "sqlalchemy": ("ledger",),
    "yaml": ("documents",),
}
"""Which stages may import which library. ``msgspec`` is everywhere."""
