"""What every entry of a playbook may carry."""

from typing import Annotated, Literal

from msgspec import Struct

from engine.documents.document import Mapping
from engine.documents.shapes import ONE_OR_MANY
from engine.foundation.places import Place
from engine.language.values import Text

Names = Annotated[tuple[str, ...], ONE_OR_MANY]
Status = Literal["draft", "test", "stable"]


class Entry(Struct, frozen=True, kw_only=True):
    """What every entry may carry: a title, the source it cites, a note, and the ids it had before."""

    id: str = ""
    place: Place = Place("")
    node: Mapping | None = None
    title: Text | None = None
    source: str | None = None
    note: str | None = None
    formerly: Names = ()


class Live(Entry, frozen=True, kw_only=True):
    """An entry that can be tried in the shadow (``draft``), used (``test``, the default) or promised (``stable``)."""

    status: Status = "test"
