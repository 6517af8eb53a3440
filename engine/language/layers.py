"""A playbook and those it extends: found, read, and put together as one positioned document (language 2)."""

import re
from collections.abc import Iterator
from os.path import normpath
from pathlib import Path
from typing import Final

from msgspec import Struct

from engine.documents.document import Entry, Mapping, Node, Scalar, Sequence, plain
from engine.documents.reader import read_file
from engine.documents.shapes import Sink
from engine.foundation import codes
from engine.foundation.places import Place
from engine.foundation.problems import Problem, did_you_mean, problem
from engine.language.overlaying import entries_of, joined, overlaid, place_of
from engine.language.shelf import MANIFEST_FILE, shipped_playbooks
from engine.language.values import written_text

_BASE = re.compile(r"(?P<name>.+?)(?:@(?P<version>[^@/]*))?")
_VERSION = re.compile(r"(?P<numbers>\d+(?:\.\d+){0,2})(?:[-+].*)?")
_OWN: Final = ("playbook", "version", "extends")
"""What a playbook says of itself alone."""

_MAY_DIFFER: Final = (*_OWN, "title", "language")
"""Keys of the manifest in which playbooks that are combined may differ."""


class Layer(Struct, frozen=True):
    """One playbook as written: its folder or file, all its files as one document, and the roots of all it extends."""

    root: Path
    document: Mapping
    over: tuple[Path, ...]


def read_layers(path: Path, sink: Sink) -> tuple[Layer, ...]:
    """The playbook at ``path`` behind all it extends, bases first; none where one of them can't be read."""
    document = _read(path, sink)
    return () if document is None else layers_of(path, document, sink)


def layers_of(root: Path, document: Mapping, sink: Sink) -> tuple[Layer, ...]:
    """The layers of a playbook whose own document is read already; ``root`` says from where its bases are found."""
    stack = _Stack(sink)
    return tuple(stack.layers.values()) if stack.add(root, document, ()) else ()


class _Stack:
    """Gathers layers, each once, however many extend it."""

    def __init__(self, sink: Sink) -> None:
        self.layers: dict[Path, Layer] = {}
        self._sink = sink

    def add(self, root: Path, document: Mapping, within: tuple[Path, ...]) -> bool:
        """Whether the playbook and all it extends could be read; ``within`` are those that extend it."""
        over: dict[Path, None] = {}
        for wanted in _extends(document):
            base = self._base(root, wanted, (*within, root))
            if base is None:
                return False
            over |= dict.fromkeys((*self.layers[base].over, base))
        self.layers[root.resolve()] = Layer(root, document, tuple(over))
        return True

    def _base(self, root: Path, wanted: Scalar, within: tuple[Path, ...]) -> Path | None:
        found = _BASE.fullmatch(written_text(wanted))
        path = self._find(root, found["name"], wanted.place) if found else None
        if found is None or path is None:
            return None
        if path.resolve() in (each.resolve() for each in within):
            circle = " → ".join(str(each) for each in (*within, path))
            self._sink(problem(codes.CIRCLE, wanted.place, f"playbooks extend each other in a circle: {circle}"))
            return None
        if path.resolve() not in self.layers:
            document = _read(path, self._sink)
            if document is None or not self.add(path, document, within):
                return None
        self._check_version(self.layers[path.resolve()], found["version"], wanted)
        return path.resolve()

    def _find(self, root: Path, name: str, place: Place) -> Path | None:
        """A path is meant from the overlay's folder; a bare name is that of a shipped playbook."""
        if "/" not in name and not name.endswith(".yaml"):
            shipped = shipped_playbooks()
            if name in shipped:
                return shipped[name]
            hint = did_you_mean(name, shipped) or "write a path such as `../handbook` for a playbook of your own"
            self._sink(problem(codes.BASE_MISSING, place, f"`{name}` is no shipped playbook", hint))
            return None
        path = Path(normpath((root if root.is_dir() else root.parent) / name))
        if not (path / MANIFEST_FILE if path.is_dir() else path).is_file():
            hint = "paths are meant from the folder of the overlay"
            self._sink(problem(codes.BASE_MISSING, place, f"there is no playbook at `{path}`", hint))
            return None
        return path

    def _check_version(self, base: Layer, wanted: str | None, at: Scalar) -> None:
        if wanted is None:
            return
        if not _VERSION.fullmatch(wanted):
            message = f"`@{wanted}` is no version"
            self._sink(problem(codes.BAD_FORM, at.place, message, "write for example `handbook@1` or `handbook@1.2`"))
            return
        written = base.document.get("version")
        version = written_text(written) if isinstance(written, Scalar) else "0.0.0"
        if not _is_compatible(version, wanted):
            message = f"`{written_text(at)}` is wanted, and what is there is version {version}"
            hint = "see what has changed, then write the version that you have looked at"
            self._sink(problem(codes.BASE_VERSION, at.place, message, hint))


def _is_compatible(version: str, wanted: str) -> bool:
    """Whether ``version`` is at least ``wanted`` and breaks nothing since: of the same major version, before 1.0 of the
    same minor one (semantic versioning)."""
    found = _VERSION.fullmatch(version)
    if found is None:
        return False
    has, needs = _numbers(found["numbers"]), _numbers(wanted.partition("-")[0].partition("+")[0])
    same = 1 if has[0] or "." not in wanted else 2
    return has[:same] == needs[:same] and has >= needs


def _numbers(version: str) -> tuple[int, ...]:
    numbers = [int(each) for each in version.split(".")]
    return (*numbers, *[0] * (3 - len(numbers)))


def _extends(document: Mapping) -> Iterator[Scalar]:
    """What a document extends; another shape is told by the schema."""
    written = document.get("extends")
    members = written.items if isinstance(written, Sequence) else (written,)
    yield from (each for each in members if isinstance(each, Scalar) and each.value is not None)


def _read(path: Path, sink: Sink) -> Mapping | None:
    """All files of the playbook at ``path`` as one document; none where none of them can be read."""
    documents = [document for file in _files_of(path) if (document := _read_one(file, sink)) is not None]
    return joined(documents, sink) if documents else None


def _files_of(path: Path) -> list[Path]:
    if not path.is_dir():
        return [path]
    others = sorted(each for each in path.glob("*.yaml") if each.name != MANIFEST_FILE)
    return [path / MANIFEST_FILE, *others]


def _read_one(file: Path, sink: Sink) -> Mapping | None:
    node, problems = read_file(file)
    for each in problems:
        sink(each)
    if node is not None and not isinstance(node, Mapping):
        message = "a playbook file is a mapping of sections"
        sink(problem(codes.NO_PLAYBOOK, node.place, message, "begin with `playbook: my-first`"))
        return None
    return node


# -- putting together ----------------------------------------------------------------------------------


def merged(layers: tuple[Layer, ...], sink: Sink) -> Mapping:
    """The playbook that the layers make, the last one's own identity on it."""
    if len(layers) == 1:
        return layers[0].document
    own = layers[-1]
    for clash in _clashes(layers):
        sink(clash)
    document = Mapping((), own.document.place)
    for layer in layers:
        written = layer.document if layer is own else _without_identity(layer.document)
        document = overlaid(document, written, sink) if layer.over else _beside(document, written)
    return Mapping(_identity_first(document), own.document.place)


def _without_identity(document: Mapping) -> Mapping:
    return Mapping(tuple(each for each in document.entries if each.key not in _OWN), document.place)


def _identity_first(document: Mapping) -> tuple[Entry, ...]:
    return tuple(sorted(document.entries, key=lambda each: _OWN.index(each.key) if each.key in _OWN else len(_OWN)))


def _beside(document: Mapping, other: Mapping) -> Mapping:
    """Two playbooks of which neither extends the other; where both define an entry, they agree or the clash is told."""
    return joined((document, other), lambda _: None)


def _clashes(layers: tuple[Layer, ...]) -> Iterator[Problem]:
    """Entries that two layers write differently although neither extends the other; what the last one writes as a
    whole is settled by it."""
    own = layers[-1]
    settled = {path for path, node in entries_of(own.document).items() if not isinstance(node, Mapping)}
    written: dict[tuple[str, ...], list[tuple[Layer, Node]]] = {}
    for layer in layers[:-1]:
        for path, node in entries_of(layer.document).items():
            if path not in settled and path[0] not in _MAY_DIFFER:
                written.setdefault(path, []).append((layer, node))
    for path, found in written.items():
        yield from _clash(path, found, own)


def _clash(path: tuple[str, ...], found: list[tuple[Layer, Node]], own: Layer) -> Iterator[Problem]:
    for position, (later, node) in enumerate(found):
        for earlier, other in found[:position]:
            if earlier.root.resolve() in later.over or plain(node) == plain(other):
                continue
            first, second = place_of(earlier.document, path), place_of(later.document, path)
            message = f"`{'.'.join(path)}` is written differently in {first} and {second}"
            hint = "take it from one of them: extend the other by an overlay of its own that removes it"
            yield problem(codes.BASE_CLASH, own.document.key_place("extends"), message, hint)
            return
