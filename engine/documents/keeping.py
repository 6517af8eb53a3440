"""A positioned document as plain JSON and back, exactly: for keeping what was read, whatever becomes of the files."""

from decimal import Decimal
from typing import Any

from engine.documents.document import Entry, Mapping, Node, Scalar, Sequence
from engine.foundation.places import Place


def kept(node: Node) -> Any:
    """The document as JSON that ``restored`` reads: each node with its file, line and column."""
    match node:
        case Scalar():
            exact = {"decimal": str(node.value)} if isinstance(node.value, Decimal) else {"value": node.value}
            return exact | {"at": _at(node.place), "quoted": node.quoted, "text": node.text}
        case Sequence():
            return {"items": [kept(each) for each in node.items], "at": _at(node.place)}
        case Mapping():
            entries = [[each.key, _at(each.key_place), kept(each.node)] for each in node.entries]
            return {"entries": entries, "at": _at(node.place)}


def restored(written: Any) -> Node:
    """The document that ``kept`` wrote."""
    match written:
        case {"entries": entries, "at": at}:
            return Mapping(tuple(Entry(key, Place(*place), restored(node)) for key, place, node in entries), Place(*at))
        case {"items": items, "at": at}:
            return Sequence(tuple(restored(each) for each in items), Place(*at))
        case {"decimal": text, "at": at}:
            return Scalar(Decimal(text), Place(*at), written["quoted"], written["text"])
        case _:
            return Scalar(written["value"], Place(*written["at"]), written["quoted"], written["text"])


def unplaced(value: Any) -> Node:
    """Plain data as a document without places; texts count as quoted."""
    nowhere = Place("")
    match value:
        case dict():
            return Mapping(tuple(Entry(key, nowhere, unplaced(each)) for key, each in value.items()), nowhere)
        case list() | tuple():
            return Sequence(tuple(unplaced(each) for each in value), nowhere)
        case str():
            return Scalar(value, nowhere, quoted=True)
        case _:
            return Scalar(value, nowhere, text=str(value))


def _at(place: Place) -> tuple[str, int, int]:
    return place.file, place.line, place.column
