"""The generated module as a whole: names bound to what a playbook says, slots of an account's state, functions."""

from collections import Counter, deque
from collections.abc import Callable, Hashable, Iterator
from typing import Any

from msgspec import Struct

from engine.matching import core
from engine.matching.core import Forest, Items, Node, Series
from engine.matching.explained import Environment, evaluate
from engine.matching.operations import moved
from engine.matching.run import RunValues, Value
from engine.matching.shape import Shape, children, items_of, series_of
from engine.snapshots.model import AccountSnapshot

_NOBODY = AccountSnapshot(id="nobody", name="nobody")

Maker = Callable[[RunValues], Any]
"""Makes what a name stands for in one run."""


class Variable(Struct, frozen=True):
    """A record variable: the Python name bound to it, and the collection it is from."""

    name: str
    collection: str


class Slot(Struct, frozen=True):
    """A place in an account's state, and the function that works out what belongs there."""

    index: int
    function: str


class Task(Struct, frozen=True):
    """A function still to be written; ``write`` is given its body. ``figure`` is the metric it is part of."""

    name: str
    records: dict[str, Variable]
    figure: str | None
    write: Callable[[Any], None]


def attribute(owner: type[Struct], name: str) -> str:
    """An attribute of the snapshot model; ``ValueError`` for a name that is none, so that none else is written."""
    if name not in owner.__struct_fields__:
        raise ValueError(f"{owner.__name__} has no field `{name}`")
    return name


class Module:
    """What all functions of one forest share while they are written."""

    def __init__(self, forest: Forest) -> None:
        self.forest = forest
        self.shape = Shape(forest.definitions)
        self.constants: dict[str, Any] = {}
        self.makers: dict[str, Maker] = {}
        self.tasks: deque[Task] = deque()
        self._functions = 0
        self._names: dict[Hashable, str] = {}
        self._places: dict[Hashable, int] = {}
        self._slots: dict[Hashable, Slot] = {}
        self._uses = _uses(forest)

    # -- names ------------------------------------------------------------------------------------

    def constant(self, value: Any, key: Hashable = None) -> str:
        """The name of something written in the playbook; ``key`` stands for what can't be compared."""
        key = ("constant", type(value), key or value)
        if key not in self._names:
            self._names[key] = f"c{len(self.constants)}"
            self.constants[self._names[key]] = value
        return self._names[key]

    def run_value(self, node: Node) -> str:
        """The name of the value that ``node`` has throughout a run."""
        return self.bound(node, lambda run: self._of_run(node, run))

    def near(self, node: Node) -> tuple[str, str]:
        """The names of two dates around the run's date ``node``, further off than two zones can be from each other."""
        early = self.bound((node, "early"), lambda run: moved(self._of_run(node, run), -2))
        return early, self.bound((node, "late"), lambda run: moved(self._of_run(node, run), 2))

    def _of_run(self, node: Node, run: RunValues) -> Value:
        return evaluate(node, Environment(self.forest, _NOBODY, run, {}))

    def bound(self, key: Hashable, maker: Maker) -> str:
        """The name of what a run makes."""
        known = ("bound", key)
        if known not in self._names:
            self._names[known] = f"k{len(self.makers)}"
            self.makers[self._names[known]] = maker
        return self._names[known]

    # -- functions and slots ----------------------------------------------------------------------

    def function(self, records: dict[str, Variable], figure: str | None, write: Callable[[Any], None]) -> str:
        """The name of a function of its own, of the given records."""
        name = self.name_of_function()
        self.tasks.append(Task(name, records, figure, write))
        return name

    def name_of_function(self) -> str:
        """A name that no function has yet."""
        self._functions += 1
        return f"f{self._functions}"

    def place(self, key: Hashable) -> int:
        """Where in an account's state something is kept."""
        return self._places.setdefault(key, len(self._places) + 1)

    def slot(self, key: Hashable, figure: str | None, write: Callable[[Any], str]) -> Slot:
        """The slot that holds what ``write`` works out, once per account."""
        if key not in self._slots:
            index = self.place(key)

            def whole(body: Any) -> None:
                name = body.named(write(body))
                body.block.lines((f"m[{index}] = {name}", f"return {name}"))

            self._slots[key] = Slot(index, self.function({}, figure, whole))
        return self._slots[key]

    @property
    def places(self) -> int:
        """How many things an account's state keeps, beside the snapshot."""
        return len(self._places)

    def figures(self) -> dict[str, int]:
        """The places of the account's metrics by name."""
        return {key.name: index for key, index in self._places.items() if isinstance(key, core.Figure)}

    # -- what is used more than once ----------------------------------------------------------------

    def shared(self, tree: Node | Items | Series) -> bool:
        """Whether ``tree`` takes time, is the same for the whole account, and stands at several places."""
        return self._uses[tree] > 1 and not self.shape.free(tree)


def _uses(forest: Forest) -> Counter[Node | Items | Series]:
    """At how many places each tree stands that takes time to work out."""
    trees = [definition.node for definition in forest.definitions.values()]
    trees += [node for level in forest.levels for scope in level for node in (*scope.atoms, *scope.values)]
    trees += forest.asked
    nodes = Counter(node for tree in trees for node in _costly(tree))
    uses: Counter[Node | Items | Series] = Counter(nodes)
    for node in nodes:
        series, items = series_of(node), items_of(node)
        if series is not None:
            uses[series] += 1
        elif items is not None and isinstance(node, core.Aggregate | core.Missing):
            uses[items] += 1
    return uses


def _costly(node: Node) -> Iterator[Node]:
    """What ranges over records, is a metric, or has to be typed first."""
    declared = isinstance(node, core.AccountField) and node.path[0] == "fields"
    if declared or items_of(node) is not None or isinstance(node, core.Figure):
        yield node
    for each in children(node):
        yield from _costly(each)
