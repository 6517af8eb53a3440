"""A playbook's folder or file → the typed playbook and every problem of its text and shape."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final, cast

from msgspec import Struct

from engine.documents.document import Entry, Mapping, Node, Scalar, plain
from engine.documents.reader import read_file
from engine.documents.shapes import Sink, read_shape, read_struct
from engine.foundation import codes
from engine.foundation.canonical import digest
from engine.foundation.places import Place
from engine.foundation.problems import Problem, problem
from engine.language.metrics import read_metric
from engine.language.playbook import (
    SECTIONS,
    Manifest,
    OurRole,
    Parameter,
    Playbook,
    Roles,
    Step,
    Template,
    TheirRole,
)
from engine.language.schema import playbook_check

MANIFEST_FILE: Final = "playbook.yaml"
_TEMPLATE_NAME = re.compile(r"(?P<name>[^.]+)(?:\.(?P<language>zh|en))?\.(?:md|txt|j2)")
_MAX_TEMPLATE_BYTES: Final = 64_000

Broken = frozenset[str]


class Loaded(Struct, frozen=True):
    """What was read: the playbook where there is a manifest to hang it on, and all problems, sorted."""

    playbook: Playbook | None
    problems: tuple[Problem, ...]


def load_files(path: Path) -> Loaded:
    """Reads the playbook at ``path`` (a folder with ``playbook.yaml``, or one file); never raises for content."""
    found: list[Problem] = []
    documents = [(file, *_read(file, found.append)) for file in _files_of(path)]
    usable = [(file, node, broken) for file, node, broken in documents if node is not None]
    templates = tuple(_read_templates(path, found.append))
    playbook = _assemble(path, usable, templates, found) if usable else None
    return Loaded(playbook, tuple(sorted(set(found))))


def load_document(document: Mapping, file: str) -> Loaded:
    """A playbook that stands inside another document; ``file`` names that."""
    found: list[Problem] = []
    broken = frozenset(_shape_problems(document, found.append))
    playbook = _assemble(Path(file), [(Path(file), document, broken)], (), found)
    return Loaded(playbook, tuple(sorted(set(found))))


def _files_of(path: Path) -> list[Path]:
    if not path.is_dir():
        return [path]
    others = sorted(each for each in path.glob("*.yaml") if each.name != MANIFEST_FILE)
    return [path / MANIFEST_FILE, *others]


def _read(file: Path, sink: Sink) -> tuple[Mapping | None, Broken]:
    """The document of ``file`` and the addresses of entries whose shape is wrong."""
    node, problems = read_file(file)
    for each in problems:
        sink(each)
    if node is None:
        return None, frozenset()
    if not isinstance(node, Mapping):
        message = "a playbook file is a mapping of sections"
        sink(problem(codes.NO_PLAYBOOK, node.place, message, "begin with `playbook: my-first`"))
        return None, frozenset()
    return node, frozenset(_shape_problems(node, sink))


def _shape_problems(document: Mapping, sink: Sink) -> Iterator[str]:
    for path, found in playbook_check().problems(document):
        sink(found)
        yield ".".join(str(step) for step in path[:2])


def _assemble(
    path: Path, documents: list[tuple[Path, Mapping, Broken]], templates: tuple[Template, ...], found: list[Problem]
) -> Playbook | None:
    manifest = _read_manifest(path, documents, found.append)
    if manifest is None:
        return None
    sections: dict[str, dict[str, Any]] = {name: {} for name in (*SECTIONS, "ours", "theirs", "escalation")}
    for _, document, broken in documents:
        for entry in document.entries:
            _read_section(entry, broken, sections, found.append)
    roles = Roles(ours=sections.pop("ours"), theirs=sections.pop("theirs"))
    return Playbook(
        manifest=manifest,
        roles=roles,
        templates=templates,
        broken=frozenset().union(*(broken for _, _, broken in documents)),
        digest=_digest(documents, templates),
        **sections,
    )


def _digest(documents: list[tuple[Path, Mapping, Broken]], templates: tuple[Template, ...]) -> str:
    """The digest of what was written, whatever the files, comments and order it was split into."""
    merged: dict[str, Any] = {}
    for _, document, _ in documents:
        for entry in document.entries:
            value = plain(entry.node)
            if isinstance(value, dict):
                merged.setdefault(entry.key, {}).update(value)
            else:
                merged[entry.key] = value
    return digest([merged, sorted([each.name, each.language, each.text] for each in templates)])


def _read_manifest(path: Path, documents: list[tuple[Path, Mapping, Broken]], sink: Sink) -> Manifest | None:
    file, document, broken = documents[0]
    identity = document.get("playbook")
    if not isinstance(identity, Scalar) or "playbook" in broken:
        if "playbook" not in broken:
            hint = "add `playbook: my-first`" if file.name == MANIFEST_FILE or file == path else None
            sink(problem(codes.NO_PLAYBOOK, Place(str(file), 1, 1), "no playbook is named", hint))
        return None
    known = ("version", "language", "title", "locale", "calendar", "money", "fiscal_year")
    kept = tuple(each for each in document.entries if each.key in known and each.key not in _first_steps(broken))
    values = read_struct(Manifest, Mapping(kept, document.place), sink, str(identity.value), identity.place)
    return values


def _first_steps(broken: Broken) -> frozenset[str]:
    return frozenset(each.split(".", maxsplit=1)[0] for each in broken)


def _read_section(entry: Entry, broken: Broken, sections: dict[str, dict[str, Any]], sink: Sink) -> None:
    if not isinstance(entry.node, Mapping):
        return
    if entry.key == "roles":
        _read_roles(entry.node, broken, sections, sink)
    elif entry.key == "escalation":
        _keep(entry.key, entry.node, broken, sections[entry.key], _read_steps, sink)
    elif entry.key in SECTIONS:
        _keep(entry.key, entry.node, broken, sections[entry.key], _reader_of(entry.key), sink)


Reader = Callable[[str, Place, Node, Sink], Any]


def _reader_of(section: str) -> Reader:
    own: dict[str, Reader] = {"metrics": read_metric, "parameters": Parameter.read_entry}
    return own.get(section) or _struct_reader(SECTIONS[section])


def _struct_reader(model: type[Struct]) -> Reader:
    def read(key: str, place: Place, node: Node, sink: Sink) -> Struct:
        return read_struct(model, cast("Mapping", node), sink, key, place)

    return read


def _read_steps(_: str, __: Place, node: Node, sink: Sink) -> dict[str, Step]:
    steps: dict[str, Step] = read_shape(dict[str, Step], node, sink)
    return steps


def _read_roles(node: Mapping, broken: Broken, sections: dict[str, dict[str, Any]], sink: Sink) -> None:
    for side, model in (("ours", OurRole), ("theirs", TheirRole)):
        inner = node.get(side)
        if isinstance(inner, Mapping) and f"roles.{side}" not in broken:
            _keep("roles", inner, frozenset(), sections[side], _struct_reader(model), sink)


def _keep(section: str, node: Mapping, broken: Broken, into: dict[str, Any], reader: Reader, sink: Sink) -> None:
    """Reads the entries of a section whose shape is right; an id that two files define is a problem."""
    for entry in node.entries:
        if f"{section}.{entry.key}" in broken or section in broken:
            continue
        if entry.key in into:
            message = f"`{section}.{entry.key}` is defined in two files"
            sink(problem(codes.DEFINED_TWICE, entry.key_place, message, "keep one of the two"))
            continue
        into[entry.key] = reader(entry.key, entry.key_place, entry.node, sink)


def _read_templates(path: Path, sink: Sink) -> Iterator[Template]:
    folder = path / "templates"
    if not path.is_dir() or not folder.is_dir():
        return
    for file in sorted(folder.iterdir()):
        found = _TEMPLATE_NAME.fullmatch(file.name)
        if found and file.is_file():
            text = _template_text(file, sink)
            if text is not None:
                yield Template(found["name"], found["language"] or "", str(file), text)


def _template_text(file: Path, sink: Sink) -> str | None:
    if file.stat().st_size > _MAX_TEMPLATE_BYTES:
        sink(problem(codes.TOO_LARGE, Place(str(file)), f"a template is at most {_MAX_TEMPLATE_BYTES} bytes"))
        return None
    try:
        return file.read_bytes().decode("utf-8").replace("\r\n", "\n")
    except UnicodeDecodeError:
        sink(problem(codes.NOT_UTF8, Place(str(file)), "the template is not UTF-8", "save it as UTF-8"))
        return None
