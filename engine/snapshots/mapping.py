"""The mapping file read: its text to a checked :class:`SnapshotMapping`."""

from functools import cache
from pathlib import Path
from typing import Final, cast

from engine.documents.document import Mapping
from engine.documents.reader import read_file
from engine.documents.shapes import Json, Sink, read_struct, schema_document
from engine.documents.validation import Checked
from engine.foundation.problems import InputUnreadable, Problem
from engine.snapshots.mapping_checks import mapping_problems
from engine.snapshots.mapping_model import SnapshotMapping

__all__ = ["SnapshotMapping", "mapping_schema", "read_mapping"]

MAPPING_URL: Final = "https://playbook-engine.invalid/schemas/mapping.schema.json"


def _unheard(_: Problem) -> None:
    """Where warnings go that nobody asked for."""


def read_mapping(path: Path | str, warn: Sink = _unheard) -> SnapshotMapping:
    """The mapping in the file at ``path``; raises ``InputUnreadable`` with everything that is wrong in it.

    What only looks odd, such as a text cut at ` #`, goes to ``warn``.
    """
    node, problems = read_file(Path(path))
    if node is None or any(each.severity == "error" for each in problems):
        raise InputUnreadable(problems)
    found = [wrong for _, wrong in _checked().problems(node)]
    if found:
        raise InputUnreadable([*problems, *found])
    mapping = read_struct(SnapshotMapping, cast("Mapping", node), found.append)
    found += mapping_problems(mapping, node)
    if found:
        raise InputUnreadable([*problems, *found])
    for each in problems:
        warn(each)
    return mapping


def mapping_schema() -> Json:
    """The JSON Schema of mapping files."""
    return schema_document(SnapshotMapping, "Mapping", MAPPING_URL)


@cache
def _checked() -> Checked:
    return Checked(mapping_schema())
