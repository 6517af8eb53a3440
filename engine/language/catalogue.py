"""The service catalogue: what can be granted, what it promises, and what goes with what (language 7)."""

from engine.language.conditions import Condition
from engine.language.entry import Live, Names
from engine.language.values import Text, Written


class Module(Live, frozen=True, kw_only=True):
    """A service module that entries grant: what it promises, what a year of it costs us, whom it suits.

    ``requires`` are modules it does not work without, ``excludes`` those it can't go together with, ``includes`` the
    modules of a bundle. ``partner`` delivers it, where that is not us.
    """

    promise: Text | None = None
    cost: Written | None = None
    requires: Names = ()
    excludes: Names = ()
    includes: Names = ()
    suits: Condition | None = None
    partner: Text | None = None
