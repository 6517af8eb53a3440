"""YAML text to a positioned document, with everything that is wrong in it."""

from pathlib import Path
from typing import Final

import yaml

from engine.documents.building import MAX_DEPTH, Builder, GivenUp
from engine.documents.decoding import Source, decode
from engine.documents.document import Node
from engine.documents.syntax import explain
from engine.foundation.codes import FILE_MISSING, TOO_LARGE
from engine.foundation.places import Place
from engine.foundation.problems import Problem, problem

__all__ = ["MAX_DEPTH", "MAX_FILE_BYTES", "read_document", "read_file"]

MAX_FILE_BYTES: Final = 1_000_000
_MAX_REPAIRS = 20


def read_file(path: Path, name: str | None = None) -> tuple[Node | None, list[Problem]]:
    """The document in the file at ``path``, which problems call ``name``, and its problems, sorted."""
    file = name or str(path)
    try:
        size = path.stat().st_size
        if size > MAX_FILE_BYTES:
            return None, [_too_large(size, file)]
        with path.open("rb") as stream:
            # One byte more than allowed, since devices and growing files have no honest size.
            data = stream.read(MAX_FILE_BYTES + 1)
    except (OSError, ValueError) as error:
        return None, [_missing(error, file)]
    return read_document(data, file)


def read_document(data: bytes, file: str) -> tuple[Node | None, list[Problem]]:
    """The document that the bytes of ``file`` hold, and what is wrong with it, sorted.

    Never raises for content. No document comes back where the text is broken; where single entries are wrong (a key
    that stands twice) it comes without them.
    """
    if len(data) > MAX_FILE_BYTES:
        return None, [_too_large(len(data), file)]
    source = decode(data, file)
    if isinstance(source, Problem):
        return None, [source]
    node, problems = _read_repairing(source)
    return node, sorted(set(problems), key=lambda each: (each.line, each.column, each.code, each.message))


def _too_large(size: int, file: str) -> Problem:
    message = f"the file has {size:,} bytes; at most {MAX_FILE_BYTES:,} are read"
    return problem(TOO_LARGE, Place(file), message, "split it over several files of the folder")


def _missing(error: Exception, file: str) -> Problem:
    match error:
        case FileNotFoundError():
            message = "there is no such file"
        case IsADirectoryError():
            message = "this is a folder, not a file"
        case PermissionError():
            message = "the file may not be read: permission is missing"
        case _:
            message = f"the file can't be read: {error}"
    return problem(FILE_MISSING, Place(file), message)


def _read_repairing(source: Source) -> tuple[Node | None, list[Problem]]:
    """Reads on behind each fault that can be masked, so that all faults are reported in one go."""
    faults: list[Problem] = []
    attempts = 1 + min(_MAX_REPAIRS, MAX_FILE_BYTES // (len(source.text) + 1))
    for _ in range(attempts):
        builder = Builder(source)
        try:
            node = builder.document()
        except GivenUp as stop:
            return None, [*faults, *builder.problems, stop.problem]
        except yaml.YAMLError as error:
            fault = explain(error, source)
            faults.append(fault.problem)
            if fault.repaired is None:
                break
            source = fault.repaired
        else:
            return (None if faults else node), [*faults, *builder.problems]
    return None, [*faults, *builder.problems]
