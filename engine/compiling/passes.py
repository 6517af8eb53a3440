"""In how many passes over the portfolio its figures are worked out, and which in each (semantics 4.7)."""

from collections.abc import Iterable, Mapping

from msgspec import Struct

from engine.compiling.levels import conclusions_read, walk
from engine.matching.core import Definition, Node, Population, Scope


class PortfolioPass(Struct, frozen=True):
    """Populations worked out together, from those of the passes before; ``concludes`` where they read conclusions, for
    which every account has to be evaluated first."""

    populations: tuple[Population, ...]
    concludes: bool

    @property
    def scopes(self) -> tuple[Scope, ...]:
        """What is wanted of every account and of its records: each population's value, and what its groups are named
        by, in the order of ``within``."""
        return tuple(
            Scope(found[0].collection, found[0].record, (), tuple(node for each in found for node in _nodes(each)))
            for found in self.within
        )

    @property
    def within(self) -> tuple[tuple[Population, ...], ...]:
        """The populations of accounts, and those of the records of each collection, as they come."""
        found: dict[str | None, list[Population]] = {}
        for each in self.populations:
            found.setdefault(each.collection, []).append(each)
        return tuple(map(tuple, found.values()))


def find_passes(
    populations: Iterable[Population], decides: Mapping[str, tuple[Node, ...]], definitions: Mapping[str, Definition]
) -> tuple[PortfolioPass, ...]:
    """The passes in order; ``decides`` are the nodes that each conclusion depends on, in which there is no circle."""
    depths = _Depths(decides, definitions)
    passes: dict[int, list[Population]] = {}
    for each in populations:
        passes.setdefault(depths.of(_nodes(each)), []).append(each)
    return tuple(_pass(passes[depth], definitions) for depth in sorted(passes))


def _nodes(population: Population) -> tuple[Node, ...]:
    return population.value, *population.group


def _pass(populations: list[Population], definitions: Mapping[str, Definition]) -> PortfolioPass:
    nodes = [node for each in populations for node in _nodes(each)]
    return PortfolioPass(tuple(populations), bool(conclusions_read(nodes, definitions, before=True)))


class _Depths:
    """How many passes have to come before something can be worked out."""

    def __init__(self, decides: Mapping[str, tuple[Node, ...]], definitions: Mapping[str, Definition]) -> None:
        self._decides = decides
        self._definitions = definitions
        self._known: dict[str, int] = {}

    def of(self, nodes: Iterable[Node]) -> int:
        """The depth of what reads populations and conclusions."""
        nodes = tuple(nodes)
        read = {each for each in walk(nodes, self._definitions) if isinstance(each, Population)}
        below = [1 + self.of(_nodes(each)) for each in read]
        below += [self._of_conclusion(each) for each in conclusions_read(nodes, self._definitions)]
        return max(below, default=0)

    def _of_conclusion(self, address: str) -> int:
        if address not in self._known:
            self._known[address] = self.of(self._decides.get(address, ()))
        return self._known[address]
