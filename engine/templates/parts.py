"""Templates that only show texts and values, ``"续约：{{ contract.name }}"``: put together without Jinja."""

from collections.abc import Iterator, Mapping
from typing import Any

from jinja2 import nodes

from engine.foundation.problems import AccountFailed
from engine.templates.bounds import Run
from engine.templates.values import text_of

Path = tuple[str, ...]
"""A variable, and the members that lead on from it."""

Parts = tuple[str | Path, ...]


def parts_of(tree: nodes.Template) -> Parts | None:
    """What a template shows one after the other; none where it does anything else."""
    found = tuple(_parts(tree))
    return None if None in found else found  # type: ignore[return-value]


def _parts(tree: nodes.Template) -> Iterator[str | Path | None]:
    for output in tree.body:
        for each in output.nodes if isinstance(output, nodes.Output) else (None,):
            yield each.data if isinstance(each, nodes.TemplateData) else _path(each)


def _path(node: nodes.Node | None) -> Path | None:
    match node:
        case nodes.Name():
            return (node.name,)
        case nodes.Getattr():
            before = _path(node.node)
            return None if before is None else (*before, node.attr)
    return None


def put_together(parts: Parts, values: Mapping[str, Any], run: Run, max_output: int) -> str | None:
    """The text of ``parts``; none where something stands in the way, for Jinja to say what and where."""
    shown, length = [], 0
    try:
        for part in parts:
            text = part if isinstance(part, str) else text_of(run, _found(part, values))
            shown.append(text)
            length += len(text)
            if length > max_output:
                return None
        whole = "".join(shown)
        whole.encode()  # half of a character could be neither sent nor stored
    except (AccountFailed, AttributeError, LookupError, ArithmeticError, ValueError):
        return None
    return whole


def _found(path: Path, values: Mapping[str, Any]) -> Any:
    found: Any = values
    for name in path:
        found = found.get(name)
    return found
