"""What an overlay changes in the playbooks it extends, on positioned trees (language 2).

Mappings merge, everything else is replaced. ``do+:`` adds to a list, ``mutes-:`` takes away, ``remove: true`` drops.
Every key and value keeps the place where it was written, so a problem or a reason names the right file.
"""

import re
from collections.abc import Iterable
from typing import Final

from engine.documents.document import Entry, Mapping, Node, Scalar, Sequence, plain
from engine.documents.shapes import Sink
from engine.foundation import codes
from engine.foundation.places import Place
from engine.foundation.problems import did_you_mean, nearest, problem
from engine.language.playbook import SECTIONS

Path = tuple[str, ...]
Entries = dict[str, Entry]

_FORMS: Final = ("value", "dated", "by", "values", "otherwise", "required")
"""The ways in which a parameter says its figure; a bare value in an overlay stands in for all of them."""

_NESTED: Final = ("roles", "escalation")
"""Sections whose entries stand one deeper."""

_NAMED_WITHIN: Final = ("tasks", "prepare")
"""Keys of an entry under which further ids stand."""

_IS_SECTION: Final = "holds entries, and no line below it is one"
_SECTION_HINT: Final = "write what belongs to it on the lines below, two spaces further in, as `name: …`"

_MARKED = re.compile(r"(?P<key>.+)(?P<mark>[+-])")
_DIGITS = re.compile(r"\d+")
_ALIKE: Final = 0.85


def overlaid(base: Mapping, overlay: Mapping, sink: Sink, path: Path = ()) -> Mapping:
    """``base`` with what ``overlay`` changes, adds and takes away; ``path`` is where both stand in the playbook."""
    entries: Entries = {each.key: each for each in base.entries}
    for change in overlay.entries:
        marked = _MARKED.fullmatch(change.key)
        if marked:
            _change_list(entries, marked["key"], marked["mark"], change, sink, path)
        elif _is_removal(change.node):
            _remove(entries, change, sink, path)
        elif change.key in entries:
            entries[change.key] = _changed(entries[change.key], change, sink, path)
        elif _is_new(entries, change, sink, path):
            entries[change.key] = Entry(change.key, change.key_place, _from_nothing(change, sink, path))
    return Mapping(tuple(entries.values()), base.place)


def _is_removal(node: Node) -> bool:
    if not isinstance(node, Mapping) or node.keys() != ("remove",):
        return False
    said = node.get("remove")
    return isinstance(said, Scalar) and said.value is True


def _remove(entries: Entries, change: Entry, sink: Sink, path: Path) -> None:
    if entries.pop(change.key, None) is None:
        _overrides_nothing(change, entries, sink, path)


def _changed(known: Entry, change: Entry, sink: Sink, path: Path) -> Entry:
    """What stands under a key of the base once the overlay has changed it."""
    base, node = known.node, change.node
    if path == ("parameters",):
        base, node = _as_parameters(base, node)
    if isinstance(base, Mapping) and isinstance(node, Mapping):
        return Entry(known.key, known.key_place, overlaid(base, node, sink, (*path, known.key)))
    if isinstance(base, Mapping) and is_above_entries((*path, known.key)):
        # Were the base's entries to go, everything that names one of them would be reported as well.
        sink(problem(codes.WRONG_SHAPE, node.place, f"`{change.key}` {_IS_SECTION}", _SECTION_HINT))
        return known
    return Entry(change.key, change.key_place, node)


def _as_parameters(base: Node, node: Node) -> tuple[Node, Node]:
    """A bare figure is short for ``value``; a bare one in the overlay says the figure in place of the base's."""
    if isinstance(node, Mapping):
        return _valued(base), node
    if isinstance(base, Mapping):
        kept = tuple(each for each in base.entries if each.key not in _FORMS)
        return Mapping(kept, base.place), _valued(node)
    return base, node


def _valued(node: Node) -> Node:
    return node if isinstance(node, Mapping) else Mapping((Entry("value", node.place, node),), node.place)


# -- what no base has ----------------------------------------------------------------------------------


def _is_new(entries: Entries, change: Entry, sink: Sink, path: Path) -> bool:
    """Whether a key that no base has is the overlay's own; else it is a slip, and reported.

    An id of its own can be told from a mistyped one if it is written as an entry is: with a title, or named unlike all
    others, and without marks, which speak of a base.
    """
    if not _holds_ids(path):
        return True
    node = change.node
    is_bare = path == ("parameters",) and not isinstance(node, Mapping)
    if not is_bare and not _has_marks(node) and (_has_title(node) or not _mistyped(change.key, entries)):
        return True
    _overrides_nothing(change, entries, sink, path)
    return False


def _holds_ids(path: Path) -> bool:
    match path:
        case (section,):
            return section in SECTIONS or section == "escalation"
        case (section, _):
            return section in _NESTED
        case (_, _, key):
            return key in _NAMED_WITHIN
        case _:
            return False


def _has_marks(node: Node) -> bool:
    written = node.entries if isinstance(node, Mapping) else ()
    return any(_MARKED.fullmatch(each.key) or _is_removal(each.node) for each in written)


def _has_title(node: Node) -> bool:
    return isinstance(node, Mapping) and node.get("title") is not None


def _mistyped(name: str, known: Iterable[str]) -> bool:
    """Whether ``name`` looks like a slip for a known one; ``step_2`` beside ``step_1`` does not."""
    others = [each for each in known if _DIGITS.sub("", each) != _DIGITS.sub("", name)]
    return nearest(name, others, _ALIKE) is not None


def _overrides_nothing(change: Entry, entries: Entries, sink: Sink, path: Path) -> None:
    named = ".".join((*path, change.key))
    sink(
        problem(codes.OVERRIDES_NOTHING, change.key_place, f"no base has `{named}`", did_you_mean(change.key, entries))
    )


def _from_nothing(change: Entry, sink: Sink, path: Path) -> Node:
    """What stands under a key of the overlay's own; marks in it speak of nothing and are treated so."""
    if not isinstance(change.node, Mapping):
        return change.node
    return overlaid(Mapping((), change.node.place), change.node, sink, (*path, change.key))


# -- lists ---------------------------------------------------------------------------------------------


def _change_list(entries: Entries, key: str, mark: str, change: Entry, sink: Sink, path: Path) -> None:
    """Adds to the list under ``key``, or takes away; a list that is left without members is dropped."""
    known = entries.get(key)
    if isinstance(change.node, Mapping) or (known is not None and isinstance(known.node, Mapping)):
        message = f"`{change.key}` is for lists; `{key}` holds a mapping"
        sink(problem(codes.WRONG_SHAPE, change.key_place, message, f"write what changes under `{key}:`"))
        return
    before = _members(known.node) if known is not None else ()
    after = (*before, *_members(change.node)) if mark == "+" else _without(before, change, key, sink, path)
    if not after:
        entries.pop(key, None)
        return
    place = known.key_place if known is not None else change.key_place
    entries[key] = Entry(key, place, Sequence(after, known.node.place if known is not None else change.node.place))


def _members(node: Node) -> tuple[Node, ...]:
    return node.items if isinstance(node, Sequence) else (node,)


def _without(before: tuple[Node, ...], change: Entry, key: str, sink: Sink, path: Path) -> tuple[Node, ...]:
    """The members that are left; one is named by its value, an action by its ``id``."""
    left = list(before)
    for taken in _members(change.node):
        found = next((each for each in left if _is_named(each, taken)), None)
        if found is None:
            names = [_name(each) for each in before]
            message = f"`{_name(taken)}` is not in `{'.'.join((*path, key))}`"
            sink(problem(codes.OVERRIDES_NOTHING, taken.place, message, did_you_mean(_name(taken), names)))
        else:
            left.remove(found)
    return tuple(left)


def _is_named(member: Node, taken: Node) -> bool:
    return plain(member) == plain(taken) or (isinstance(taken, Scalar) and _name(member) == taken.value)


def _name(node: Node) -> str:
    own = node.get("id") if isinstance(node, Mapping) else node
    return str(own.value) if isinstance(own, Scalar) else "…"


# -- several playbooks beside each other ---------------------------------------------------------------


def joined(documents: Iterable[Mapping], sink: Sink) -> Mapping:
    """The files of one playbook as one document; an id that two files define is a problem."""
    first, *others = documents
    entries: Entries = {each.key: each for each in first.entries}
    for document in others:
        _join(entries, document, sink, ())
    return Mapping(tuple(entries.values()), first.place)


def _join(entries: Entries, document: Mapping, sink: Sink, path: Path) -> None:
    for entry in document.entries:
        known = entries.get(entry.key)
        inner = (*path, entry.key)
        if known is None:
            entries[entry.key] = entry
        elif isinstance(known.node, Mapping) and isinstance(entry.node, Mapping) and is_above_entries(inner):
            own: Entries = {each.key: each for each in known.node.entries}
            _join(own, entry.node, sink, inner)
            entries[entry.key] = Entry(entry.key, known.key_place, Mapping(tuple(own.values()), known.node.place))
        else:
            message = f"`{'.'.join(inner)}` is defined already at {known.key_place}"
            sink(problem(codes.DEFINED_TWICE, entry.key_place, message, "keep one of the two"))


def is_above_entries(path: Path) -> bool:
    """Whether what stands at ``path`` is a section, so that entries stand below it."""
    return (len(path) == 1 and (path[0] in SECTIONS or path[0] in _NESTED)) or (len(path) == 2 and path[0] == "roles")


def entries_of(document: Mapping, path: Path = ()) -> dict[Path, Node]:
    """Every entry of a playbook by its address, and what the manifest says by its key."""
    found: dict[Path, Node] = {}
    for entry in document.entries:
        inner = (*path, entry.key)
        if isinstance(entry.node, Mapping) and is_above_entries(inner):
            found |= entries_of(entry.node, inner)
        else:
            found[inner] = entry.node
    return found


def place_of(document: Mapping, path: Path) -> Place:
    """Where the key at ``path`` is written."""
    node: Node = document
    for step in path[:-1]:
        inner = node.get(step) if isinstance(node, Mapping) else None
        node = inner if inner is not None else node
    return node.key_place(path[-1]) if isinstance(node, Mapping) else node.place
