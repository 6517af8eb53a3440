"""Made-up portfolios: ``accounts(seed, count, as_of)`` gives snapshots, ``python -m scripts.portfolio`` writes files.

Each account is drawn as a story first (``story``): what it is and what is wrong with it. Its records (``turnover``,
``people``, ``dealings``, ``work``, ``market``) only tell the story, each concern with dice of its own, so that a change
to one leaves the others as they were. Now and then an account is a special case (``edges``). Equal arguments give equal
accounts, on every Python.
"""

from scripts.portfolio.account import accounts

__all__ = ["accounts"]
