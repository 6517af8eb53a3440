"""A merged playbook in parts: the entries that were asked for, and the figures in force on a day."""

from collections.abc import Callable, Iterable
from datetime import date

from engine.documents.document import Entry, Mapping, Node, Scalar
from engine.foundation.problems import did_you_mean
from engine.language.overlaying import Path, entries_of


def selected(document: Mapping, names: Iterable[str]) -> Mapping:
    """What ``names`` name of a playbook: sections, addresses such as ``warnings.late``, or ids wherever they stand.

    The whole document without names. Raises ``ValueError`` for a name that is none of these.
    """
    wanted = list(names)
    if not wanted:
        return document
    paths = list(entries_of(document))
    found = [path for name in wanted for path in _named(name, paths)]
    return _kept(document, (), frozenset(found))


def _named(name: str, paths: list[Path]) -> list[Path]:
    found = [each for each in paths if name in (".".join(each), each[0], each[-1])]
    if not found:
        hint = did_you_mean(name, {".".join(each) for each in paths} | {each[-1] for each in paths})
        raise ValueError(f"the playbook has no `{name}`" + (f": {hint}" if hint else ""))
    return found


def _kept(document: Mapping, path: Path, wanted: frozenset[Path]) -> Mapping:
    kept = []
    for entry in document.entries:
        inner = (*path, entry.key)
        if inner in wanted:
            kept.append(entry)
        elif isinstance(entry.node, Mapping) and any(each[: len(inner)] == inner for each in wanted):
            kept.append(Entry(entry.key, entry.key_place, _kept(entry.node, inner, wanted)))
    return Mapping(tuple(kept), document.place)


def on_day(document: Mapping, day: date) -> Mapping:
    """The playbook with each dated parameter as the figure that is in force on ``day``."""
    return _with(document, "parameters", lambda section: _with_each(section, day))


def _with_each(section: Node, day: date) -> Node:
    if not isinstance(section, Mapping):
        return section
    return Mapping(
        tuple(Entry(each.key, each.key_place, _in_force(each.node, day)) for each in section.entries), section.place
    )


def _in_force(parameter: Node, day: date) -> Node:
    dated = parameter.get("dated") if isinstance(parameter, Mapping) else None
    if not isinstance(parameter, Mapping) or not isinstance(dated, Mapping):
        return parameter
    begun = sorted((each for each in dated.entries if each.key <= day.isoformat()), key=lambda each: each.key)
    values = [Entry("value", each.key_place, each.node) for each in begun[-1:]]
    others = [each for each in parameter.entries if each.key != "dated" and not (values and each.key == "value")]
    return Mapping((*others, *values), parameter.place)


def _with(document: Mapping, key: str, change: Callable[[Node], Node]) -> Mapping:
    entries = (
        Entry(each.key, each.key_place, change(each.node)) if each.key == key else each for each in document.entries
    )
    return Mapping(tuple(entries), document.place)


def origins(node: Node, path: str = "") -> dict[str, str]:
    """Where each value was written, as ``file:line:column`` by its path."""
    if isinstance(node, Mapping):
        below = [(each.key, each.node) for each in node.entries]
    elif isinstance(node, Scalar):
        below = []
    else:
        below = [(str(number), each) for number, each in enumerate(node.items)]
    if not below:
        return {path: f"{node.place}:{node.place.column}"}
    found: dict[str, str] = {}
    for key, inner in below:
        found |= origins(inner, f"{path}.{key}" if path else key)
    return found
