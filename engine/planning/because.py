"""Why: a condition of the playbook with the truth of every part, as a plan writes it."""

from decimal import Decimal
from typing import TYPE_CHECKING, Any, Literal

from msgspec import Struct

Truth = Literal["true", "false", "unknown"]
if TYPE_CHECKING:
    Shown = Decimal | str | bool | list[str] | None
else:
    # msgspec reads no union of numbers and texts: ``foundation.canonical.reader`` reads numbers of any field exactly.
    Shown = Any
"""A value in a plan: exact numbers, texts (dates and money too), truths, lists of texts; null for none."""


class Among(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The accounts, or the ``records`` of all accounts, that a figure over the portfolio speaks of: how many count, and
    how many are left out because too little is known of them. An account whose records are not there is one of them."""

    accounts: int | None = None
    records: int | None = None
    left_out: int


class Because(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Why: a node with ``of``, or a test with what was expected and observed, and where the rule is written.

    ``among`` stands where the figure observed is one over the portfolio.
    """

    op: str
    result: Truth
    of: tuple["Because", ...] = ()
    count: int | None = None
    test: str | None = None
    expected: Shown = None
    observed: Shown = None
    unit: str | None = None
    among: Among | None = None
    missing: tuple[str, ...] = ()
    rule_at: str | None = None
