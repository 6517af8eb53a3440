"""``scope``: whether an entry speaks of each account, of groups of accounts, or of all of them together (spec 4.9)."""

from typing import Final

from msgspec import Struct

from engine.documents.document import Mapping, Node, Scalar, as_checked
from engine.documents.shapes import Json, Sink, read_struct, struct_schema
from engine.foundation.places import Place
from engine.language.entry import Live

EACH: Final = "account"
"""The scope of what says none: every account for itself."""
WHOLE: Final = "portfolio"
"""The scope of all accounts together."""

_WORDS: Final = {EACH: EACH, "owner": "owner.account_manager", WHOLE: WHOLE}


class Scope(Struct, frozen=True, kw_only=True):
    """For whom an entry speaks once: for every group of accounts that have the value ``per`` in common."""

    per: str
    place: Place = Place("")

    @classmethod
    def shape_schema(cls, definitions: Json) -> Json:
        """``account``, ``owner`` or ``portfolio``, or ``{per: profile.industry}``."""
        return {
            "if": {"type": "object"},
            "then": struct_schema(Scope, definitions),
            "else": {"enum": list(_WORDS)},
        }

    @classmethod
    def read_shape(cls, node: Node, sink: Sink) -> "Scope":
        """The scope that ``node`` writes; ``owner`` is the account manager."""
        if isinstance(node, Mapping):
            return read_struct(cls, node, sink)
        return cls(per=_WORDS[str(as_checked(node, Scalar).value)], place=node.place)


class Scoped(Live, frozen=True, kw_only=True):
    """An entry that speaks of every account, or with ``scope`` of groups of accounts."""

    scope: Scope | None = None

    @property
    def per(self) -> str | None:
        """By what accounts are grouped; none where each is spoken of."""
        return self.scope.per if self.scope is not None and self.scope.per != EACH else None
