"""A playbook's folder or file → the typed playbook and every problem of its text and shape."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final, cast

from msgspec import Struct

from engine.documents.document import Entry, Mapping, Node, Scalar, plain
from engine.documents.shapes import Sink, read_shape, read_struct
from engine.foundation import codes
from engine.foundation.canonical import digest
from engine.foundation.places import Place
from engine.foundation.problems import Problem, problem
from engine.language.content import Content
from engine.language.layers import Layer, layers_of, merged, read_layers
from engine.language.metrics import read_metric
from engine.language.playbook import (
    MANIFEST,
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

_TEMPLATE_NAME = re.compile(r"(?P<name>[^.]+)(?:\.(?P<language>zh|en))?\.(?:md|txt|j2)")
_MAX_TEMPLATE_BYTES: Final = 64_000

Broken = frozenset[str]


class Loaded(Struct, frozen=True):
    """What was read: the playbook where there is a manifest to hang it on, all problems, sorted, and the whole playbook
    as one document in which every value has the place it comes from."""

    playbook: Playbook | None
    problems: tuple[Problem, ...]
    document: Mapping | None = None


def load_files(path: Path) -> Loaded:
    """Reads the playbook at ``path`` (a folder with ``playbook.yaml``, or one file) and those it extends; never raises
    for content."""
    found: list[Problem] = []
    return _load(read_layers(path, found.append), found)


def load_document(document: Mapping, file: str) -> Loaded:
    """A playbook that stands inside another document; ``file`` names that."""
    found: list[Problem] = []
    return _load(layers_of(Path(file), document, found.append), found)


def _load(layers: tuple[Layer, ...], found: list[Problem]) -> Loaded:
    if not layers:
        return Loaded(None, tuple(sorted(set(found))))
    document = merged(layers, found.append)
    templates, unreadable = _templates(layers, found.append)
    broken = unreadable.union(_shape_problems(document, found.append))
    identities = [_identity(each.document, found.append) for each in layers]
    bases = tuple(str(each.root) for each in layers[:-1])
    playbook = _assemble(identities, bases, document, broken, templates, found.append)
    return Loaded(playbook, tuple(sorted(set(found))), document)


def _shape_problems(document: Mapping, sink: Sink) -> Iterator[str]:
    for path, found in playbook_check().problems(document):
        sink(found)
        yield ".".join(str(step) for step in path[:2])


def load_merged(document: Mapping, templates: tuple[Template, ...], namespace: str) -> Playbook | None:
    """The playbook that a merged document writes, which was read without an error before; ``namespace`` is the id of
    the first playbook it rests on."""
    found: list[Problem] = []
    own = _identity(document, found.append)
    first = Scalar(namespace, document.place)
    return _assemble([first, own], (), document, frozenset(), templates, found.append)


def _assemble(
    identities: list[Scalar | None], bases: tuple[str, ...], document: Mapping, broken: Broken,
    templates: tuple[Template, ...], sink: Sink,
) -> Playbook | None:  # fmt: skip
    if identities[-1] is None or "playbook" in broken:
        return None
    sections: dict[str, dict[str, Any]] = {name: {} for name in (*SECTIONS, "ours", "theirs", "escalation")}
    for entry in document.entries:
        _read_section(entry, broken, sections, sink)
    roles = Roles(ours=sections.pop("ours"), theirs=sections.pop("theirs"))
    return Playbook(
        manifest=_read_manifest(identities[-1], document, broken, sink),
        namespace=str((identities[0] or identities[-1]).value),
        bases=bases,
        roles=roles,
        templates=templates,
        broken=broken,
        digest=digest_of(document, templates),
        **sections,
    )


def digest_of(document: Mapping, templates: tuple[Template, ...]) -> str:
    """The digest of what was written, whatever the files, comments and order it was split into."""
    return digest([plain(document), sorted([each.name, each.language, each.text] for each in templates)])


def _identity(document: Mapping, sink: Sink) -> Scalar | None:
    """The id a playbook gives itself."""
    identity = document.get("playbook")
    if identity is None:
        place = Place(document.place.file, 1, 1)
        sink(problem(codes.NO_PLAYBOOK, place, "no playbook is named", "add `playbook: my-first`"))
    return identity if isinstance(identity, Scalar) else None


def _read_manifest(identity: Scalar, document: Mapping, broken: Broken, sink: Sink) -> Manifest:
    kept = tuple(each for each in document.entries if each.key in MANIFEST and each.key not in _first_steps(broken))
    return read_struct(Manifest, Mapping(kept, document.place), sink, str(identity.value), identity.place)


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
    own: dict[str, Reader] = {"metrics": read_metric, "parameters": Parameter.read_entry, "content": Content.read_entry}
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
    """Reads the entries of a section whose shape is right."""
    for entry in node.entries:
        if f"{section}.{entry.key}" not in broken and section not in broken:
            into[entry.key] = reader(entry.key, entry.key_place, entry.node, sink)


def _templates(layers: tuple[Layer, ...], sink: Sink) -> tuple[tuple[Template, ...], Broken]:
    """The templates of all layers, and the addresses of those that can't be read; one of the same name and language
    stands in for that of a base."""
    read = [_read_templates(layer.root, sink) for layer in layers]
    found = {(each.name, each.language): each for templates, _ in read for each in templates}
    return tuple(found.values()), frozenset().union(*(broken for _, broken in read))


def _read_templates(path: Path, sink: Sink) -> tuple[tuple[Template, ...], Broken]:
    """The templates of a playbook's folder, and the addresses of those that can't be read."""
    folder = path / "templates"
    files = sorted(folder.iterdir()) if path.is_dir() and folder.is_dir() else []
    read: list[Template] = []
    broken: set[str] = set()
    for file in files:
        found = _TEMPLATE_NAME.fullmatch(file.name)
        if found and file.is_file():
            text = _template_text(file, sink)
            if text is None:
                broken.add(f"templates.{found['name']}")
            else:
                read.append(Template(found["name"], found["language"] or "", str(file), text))
    return tuple(read), frozenset(broken)


def _template_text(file: Path, sink: Sink) -> str | None:
    size = file.stat().st_size
    if size > _MAX_TEMPLATE_BYTES:
        message = f"the template has {size:,} bytes, more than the {_MAX_TEMPLATE_BYTES:,} that are read"
        sink(problem(codes.TOO_LARGE, Place(str(file)), message, "shorten it"))
        return None
    try:
        return file.read_bytes().decode("utf-8").replace("\r\n", "\n")
    except UnicodeDecodeError:
        sink(problem(codes.NOT_UTF8, Place(str(file)), "the template is not UTF-8", "save it as UTF-8"))
        return None
