"""What can be explained of a playbook, by address, id or title; and what is meant by a name that is none of these."""

from collections.abc import Iterator
from typing import Final

from engine.compiling.clauses import Clause, leaves
from engine.compiling.compiled import CompiledPlaybook
from engine.foundation.problems import nearest_few
from engine.language.entry import Entry
from engine.matching.core import Node, Parameter

_MOST_NAMED: Final = 3
_READ: Final = ("metrics", "parameters", "fields")
_STARTED: Final = ("plays", "content", "catalogue", "escalation")


def addresses_named(compiled: CompiledPlaybook, name: str) -> frozenset[str]:
    """The addresses that ``name`` means, itself one (``warnings.late``) or an id (``late``).

    Raises ``ValueError`` where it means none, with the nearest names, or with who reads a figure of that name.
    """
    entries = dict(_explained(compiled))
    found = frozenset(each for each in entries if name in (each, _id(each)))
    if not found:
        hint = _elsewhere(compiled, name) or _near(name, entries)
        raise ValueError(f"the playbook has no class, score, target or rule `{name}`; {hint}")
    return found


def _explained(compiled: CompiledPlaybook) -> Iterator[tuple[str, Entry]]:
    """Everything that has an explanation of its own, by address."""
    for conclusions in (compiled.classes, compiled.scores, compiled.targets):
        yield from ((each.address, each.entry) for each in conclusions.values())
    yield from ((each.address, each.entry) for each in compiled.rules)


def _id(address: str) -> str:
    return address.partition(".")[2]


def _near(name: str, entries: dict[str, Entry]) -> str:
    """The addresses whose id, title or former id is like ``name``, or has it within."""
    spelled = {spelling: address for address, entry in entries.items() for spelling in _spellings(address, entry)}
    within = [each for each in spelled if name and name.casefold() in each.casefold()]
    close = dict.fromkeys(spelled[each] for each in (*nearest_few(name, spelled), *sorted(within, key=len)))
    if close:
        return f"did you mean {' or '.join(f'`{each}`' for each in list(close)[:_MOST_NAMED])}?"
    return "without a name all of them are explained"


def _spellings(address: str, entry: Entry) -> tuple[str, ...]:
    titles = (entry.title.in_language("zh"), entry.title.in_language("en")) if entry.title else ()
    return (address, _id(address), *titles, *entry.formerly)


def _elsewhere(compiled: CompiledPlaybook, name: str) -> str | None:
    """What else of the playbook has this name, and where that is explained."""
    for section in (*_READ, *_STARTED):
        own = name.removeprefix(f"{section}.")
        if own not in getattr(compiled.playbook, section):
            continue
        readers = [address for address, clause in _clauses(compiled) if _reads(clause, own)] if section in _READ else []
        by = ", ".join(f"`{each}`" for each in list(dict.fromkeys(readers))[:_MOST_NAMED])
        return f"`{section}.{own}` is explained with what uses it" + (f": {by}" if by else "")
    return None


def _clauses(compiled: CompiledPlaybook) -> Iterator[tuple[str, Clause]]:
    for each in compiled.graded:
        yield from ((each.address, clause) for _, clause in each.rows)
    yield from ((each.address, each.begins) for each in compiled.rules)


def _reads(clause: Clause, name: str) -> bool:
    return any(name == each.test or name in map(_parameter, each.expected) for each in leaves(clause))


def _parameter(node: Node) -> str | None:
    # A parameter that is read as several types has the type behind its name.
    return node.name.partition(":")[0] if isinstance(node, Parameter) else None
