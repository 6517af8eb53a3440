"""A YAML document in which every key and value knows where it was written."""

from collections.abc import Iterable
from decimal import Decimal
from functools import cached_property
from typing import Any, TypeVar

import msgspec

from engine.foundation.places import Place


class Scalar(msgspec.Struct, frozen=True):
    """A single value; whole numbers and decimals are exact.

    ``quoted`` also holds for block texts (``|`` and ``>``): the author said it is text. ``text`` is a plain number,
    ``true``, ``false`` or ``null`` as written, and empty for texts.
    """

    value: str | int | Decimal | bool | None
    place: Place
    quoted: bool = False
    text: str = ""


class Sequence(msgspec.Struct, frozen=True):
    """A list."""

    items: "tuple[Node, ...]"
    place: Place


class Entry(msgspec.Struct, frozen=True):
    """A key with what stands under it."""

    key: str
    key_place: Place
    node: "Node"


class Mapping(msgspec.Struct, frozen=True, dict=True):
    """Keys, each once, in the order of the file."""

    entries: tuple[Entry, ...]
    place: Place

    @cached_property
    def _by_key(self) -> dict[str, Entry]:
        return {entry.key: entry for entry in self.entries}

    def get(self, key: str) -> "Node | None":
        """What stands under ``key``, or none."""
        entry = self._by_key.get(key)
        return entry.node if entry else None

    def key_place(self, key: str) -> Place:
        """Where ``key`` is written; the place of the mapping where it has no such key."""
        entry = self._by_key.get(key)
        return entry.key_place if entry else self.place

    def keys(self) -> tuple[str, ...]:
        """All keys, in the order of the file."""
        return tuple(entry.key for entry in self.entries)


Node = Scalar | Sequence | Mapping

_Kind = TypeVar("_Kind", Scalar, Sequence, Mapping)


def as_checked(node: Node | None, kind: type[_Kind]) -> _Kind:
    """The node as what its schema, which has been checked, says it is."""
    assert isinstance(node, kind)  # noqa: S101 - the schema holds
    return node


def plain(node: Node) -> Any:
    """The document as plain Python data, for jsonschema; numbers stay ``int`` or ``Decimal``."""
    match node:
        case Scalar():
            return node.value
        case Sequence():
            return [plain(item) for item in node.items]
        case Mapping():
            return {entry.key: plain(entry.node) for entry in node.entries}


def locate(node: Node, path: Iterable[str | int], key: bool = False) -> Place:
    """The place of what stands at ``path`` (as jsonschema gives it), or with ``key`` that of its last key.

    Where the path leads nowhere, the place of its deepest existing ancestor.
    """
    place = node.place
    for step in path:
        child = _child(node, step)
        if child is None:
            return node.place
        place = node.key_place(str(step)) if key and isinstance(node, Mapping) else child.place
        node = child
    return place


def _child(node: Node, step: str | int) -> Node | None:
    if isinstance(node, Mapping):
        return node.get(str(step))
    if isinstance(node, Sequence) and isinstance(step, int) and 0 <= step < len(node.items):
        return node.items[step]
    return None


def find(node: Node, path: Iterable[str | int]) -> Node | None:
    """The node at ``path``, or none where there is no such place."""
    found: Node | None = node
    for step in path:
        if isinstance(found, Mapping):
            found = found.get(str(step))
        elif isinstance(found, Sequence) and isinstance(step, int) and step < len(found.items):
            found = found.items[step]
        else:
            return None
    return found
