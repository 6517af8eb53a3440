"""What names mean while a template is read from top to bottom."""

from collections.abc import Mapping, Sequence
from typing import TypeAlias

import msgspec
from jinja2 import nodes

from engine.templates.guards import NO_FACTS, Facts
from engine.templates.variables import ANY, Shape, any_of, maybe


class Macro(msgspec.Struct, frozen=True):
    """A name bound to a macro."""

    node: nodes.Macro


Bound: TypeAlias = Shape | Macro


class Scope:
    """What names mean at one point, and what is certainly there.

    ``top`` is the scope of the template itself around this one, which its macros see.
    """

    def __init__(self, names: dict[str, Bound], facts: Facts = NO_FACTS, top: "Scope | None" = None) -> None:
        self.names = names
        self.facts = facts
        self.top = top or self

    def branch(self, facts: Facts) -> "Scope":
        """A copy for one branch of a condition, on the same level."""
        return Scope(dict(self.names), self.facts | facts, None if self.top is self else self.top)

    def inside(self, names: Mapping[str, Bound], facts: Facts = NO_FACTS) -> "Scope":
        """A scope within, where ``names`` are bound as well and what is set stays."""
        inner = Scope(dict(self.names), self.facts, self.top)
        for name, shape in names.items():
            inner.bind(name, shape)
        inner.facts |= facts
        return inner

    def knowing(self, facts: Facts) -> "Scope":
        """The same scope in a part of an expression where ``facts`` hold."""
        return Scope(self.names, self.facts | facts, self.top)

    def bind(self, name: str, shape: Bound) -> None:
        """Give ``name`` a new meaning; what was known of the old one is void."""
        self.names[name] = shape
        self.facts = frozenset(path for path in self.facts if path[0] != name)

    def rejoin(self, branches: Sequence["Scope"]) -> None:
        """Go on after a condition: what only some branches set may be missing."""
        self.facts = frozenset.intersection(*(each.facts for each in branches))
        joined: dict[str, Bound] = {}
        for name in {name: None for each in branches for name in each.names}:
            joined[name] = _joined([each.names.get(name) for each in branches])
        self.names = joined


def _joined(found: list[Bound | None]) -> Bound:
    if all(each is found[0] for each in found) and found[0] is not None:
        return found[0]
    shapes = [ANY if isinstance(each, Macro) else each for each in found if each is not None]
    return maybe(any_of(shapes)) if None in found else any_of(shapes)
