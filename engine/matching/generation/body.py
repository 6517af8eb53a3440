"""Emission of one generated function: what is worked out where, and once only.

A :class:`Body` writes the statements of one function. ``value`` yields the name that holds a node's value, ``test``
the two expressions that tell whether a truth is unknown or true, ``sift`` the statements of a filter. What was worked
out on the way to a statement is not worked out again; what does not change in a loop and can't fail is moved ahead of
it. The rules of the nodes stand in ``values``, ``truths``, ``records`` and ``series`` of this package.

Nothing that a user wrote gets into the text: names of constants, of run constants and of records are counted, figures
and texts are bound to them, and attributes are those of the snapshot model.
"""

from collections.abc import Callable, Hashable, Iterator, Sequence
from contextlib import contextmanager
from typing import Final

from msgspec import Struct

from engine.foundation.quantities import INT64_MAX
from engine.matching import core
from engine.matching.core import Node
from engine.matching.generation.module import Module, Variable, attribute
from engine.matching.generation.rules import DEMANDS, TESTS, VALUES, Test
from engine.matching.generation.writing import Arm, Block, Lines
from engine.matching.runtime import day_in
from engine.matching.shape import children, is_timed, items_of
from engine.snapshots.model import COLLECTIONS, AccountSnapshot

_DEEPEST: Final = 24
"""Indentations after which a node gets a function of its own; Python allows 100."""
_LOOPS: Final = 4
"""Loops within loops after which a node gets a function of its own; Python allows 20."""


class Loop(Struct, frozen=True):
    """A loop being written: the place ahead of it, and how much was open there."""

    before: Block
    layers: int
    depth: int
    variable: str


class Body:
    """The statements of one function, with what is bound and worked out at the point being written."""

    def __init__(self, module: Module, block: Block, records: dict[str, Variable], figure: str | None = None) -> None:
        self.module = module
        self.shape = module.shape
        self.block = block
        self.records = records
        self.figure = figure
        self.loops: list[Loop] = []
        self._layers: list[dict[Hashable, str]] = [{}]
        self._repeated = bool(records)
        self._depth = 0
        self._names = 0

    # -- nodes ------------------------------------------------------------------------------------

    def value(self, node: Node) -> str:
        """The name that holds the value of ``node``."""
        if isinstance(node, core.Constant):
            return self.module.constant(node.value)
        if self.shape.constant_of_run(node):
            return self.module.run_value(node)
        return self.once(node, self.shape.free(node), lambda: self._written(node), not self.shape.fallible(node))

    def _written(self, node: Node) -> str:
        closed, metric = not self.shape.free(node), isinstance(node, core.Figure)
        if self.module.shared(node) or (closed and self._repeated and (metric or items_of(node))):
            return self.shared(node, self.figure, lambda body: body.written(node))
        if self._depth >= _DEEPEST or self._too_many_loops(node):
            return self._apart(node)
        name = self.written(node)
        if closed and metric:
            # Kept for those who ask for the account's metrics afterwards.
            name = self.named(name)
            self.block.line(f"m[{self.module.place(node)}] = {name}")
        return name

    def written(self, node: Node) -> str:
        """``node`` written out here, whatever speaks for doing it elsewhere."""
        rule = VALUES.get(type(node))
        return rule(self, node) if rule else self._test_as_value(TESTS[type(node)](self, node))

    def _too_many_loops(self, node: Node) -> bool:
        items = items_of(node)
        return items is not None and (len(self.loops) >= _LOOPS or items.record in self.records)

    def _apart(self, node: Node) -> str:
        """``node`` worked out by a function of its own, of the records it reads."""
        free = sorted(self.shape.free(node))
        return self.call({each: self.records[each] for each in free}, self.figure, lambda body: body.written(node))

    def call(self, records: dict[str, Variable], figure: str | None, write: "Callable[[Body], str]") -> str:
        """A call of a function of its own; it knows the records by the same variables."""

        def whole(body: Body) -> None:
            body.block.line(f"return {write(body)}")

        parameters = {each: Variable(f"r_{index}", records[each].collection) for index, each in enumerate(records)}
        name = self.module.function(parameters, figure, whole)
        return f"{name}({', '.join(('m', 'q', *(each.name for each in records.values())))})"

    def shared(self, key: Hashable, figure: str | None, write: "Callable[[Body], str]") -> str:
        """The name of what is worked out once per account, when it is first wanted."""
        slot = self.module.slot(key, figure, write)
        name = self.fresh()
        self.block.line(f"{name} = m[{slot.index}]")
        self.block.line(f"if {name} is PENDING: {name} = {slot.function}(m, q)")
        return name

    def _test_as_value(self, test: Test) -> str:
        return f"UNSET if {test.unknown} else {test.true}" if test.unknown else test.true

    def test(self, node: Node) -> Test:
        """The truth of ``node`` as expressions; none counts as false."""
        rule = TESTS.get(type(node))
        known = self._known(node) is not None or self.shape.constant_of_run(node)
        if rule and not known and self._depth < _DEEPEST:
            return rule(self, node)
        name = self.value(node)
        return Test(f"{name} is UNSET" if self.shape.possible(node).unknown else None, name, safe=True)

    def demand(self, node: Node, unknown: Lines, none: Lines) -> str:
        """The name that holds a value of ``node``; ``unknown`` and ``none`` leave where there is none."""
        rule = DEMANDS.get(type(node))
        if rule and self._known(node) is None:
            return rule(self, node, unknown, none)
        name, possible = self.value(node), self.shape.possible(node)
        arms = [(f"{name} is UNSET", unknown)] if possible.unknown else []
        arms += [(f"{name} is None", none)] if possible.none else []
        self.block.chain(arms)
        return name

    def sift(self, node: Node, false: Lines, doubt: Lines) -> None:
        """Goes on where ``node`` is true; ``false`` leaves where it is not; does ``doubt`` where it is unknown."""
        start, tests = self.block.place(), self._tests(node)
        open_ = [index for index, (test, _) in enumerate(tests) if test.unknown]
        flag = self.fresh("u")
        at_once = open_ == [len(tests) - 1]
        for test, spot in tests:
            self.branch(test, false=false, unknown=doubt if at_once else [f"{flag} = True"], block=spot)
        if open_ and not at_once:
            start.line(f"{flag} = False")
            self.block.chain([(flag, doubt)])

    def _tests(self, node: Node) -> list[tuple[Test, Block]]:
        """The tests that all have to hold for ``node`` to hold, each with the place where it can be made."""
        tests: list[tuple[Test, Block]] = []
        for each in self._members(node):
            size = self.block.size
            test = self.test(each)
            if tests and tests[-1][0].unknown == test.unknown and self.block.size == size:
                # Both are unknown for one reason, and nothing is worked out in between.
                held, spot = tests.pop()
                test = Test(test.unknown, f"{held.true} and {test.true}", held.safe and test.safe)
            else:
                spot = self.block.place()
            tests.append((test, spot))
        return tests

    def _members(self, node: Node) -> Iterator[Node]:
        """The nodes that all have to hold for ``node`` to hold, what may fail worked out first."""
        of = _conjunction(node) if self._known(node) is None else None
        if of is None:
            yield node
            return
        self.prefetch(of)
        for each in of:
            yield from self._members(each)

    def prefetch(self, nodes: Sequence[Node]) -> None:
        """Works out now what may fail the account in ``nodes``, of which all but the first may be skipped later."""
        if any(map(self.shape.fallible, nodes[1:])):
            for each in nodes:
                self.work_out(each)

    def work_out(self, node: Node) -> None:
        """Works out now what may fail the account in ``node``."""
        if not self.shape.fallible(node):
            return
        if isinstance(node, core.TruthNode) and items_of(node) is None:
            for each in children(node):
                self.work_out(each)
        else:
            self.value(node)

    def visible(self, collection: str) -> str:
        """The name that holds the visible records of a collection, unknown for an absent one."""
        return self.account_wide(("visible", collection), lambda inner: inner.visible_now(collection))

    def visible_now(self, collection: str) -> str:
        """The visible records worked out here (semantics 3.1)."""
        kind = COLLECTIONS[collection]
        everything = self.named(f"m[0].{attribute(AccountSnapshot, collection)}")
        test = f"(d := r.{attribute(kind.record, kind.date_field)}) is None or d is UNSET or "
        if is_timed(collection):
            early, _ = self.module.near(core.LocalDate(core.Now()))
            test += f"d.date() < {early} or d <= {self.module.run_value(core.Now())}"
        else:
            test += f"d <= {self.module.run_value(core.Today())}"
        return f"UNSET if {everything} is UNSET else [r for r in {everything} or () if {test}]"

    def local_day(self, moment: str) -> str:
        """The local date of an instant that is there."""
        return f"{self.module.bound('local day', day_in)}({moment})"

    def account_wide(self, key: Hashable, write: "Callable[[Body], str]") -> str:
        """The name of what can't fail and is the same for the whole account, worked out when first wanted."""
        return self.once(key, frozenset(), lambda: self.shared(key, None, write))

    # -- statements -------------------------------------------------------------------------------

    def branch(
        self, test: Test, *, true: Lines = (), false: Lines = (), unknown: Lines = (), block: Block | None = None
    ) -> None:
        """Does one of three things, here or in another place."""
        arms: list[Arm] = [(test.true, true)]
        if test.unknown:
            arms.insert(1 if test.safe else 0, (test.unknown, unknown))
        (block or self.block).chain(arms, false)

    def fresh(self, letter: str = "v") -> str:
        """A name not used in this function."""
        self._names += 1
        return f"{letter}{self._names}"

    def named(self, expression: str) -> str:
        """The name that holds ``expression``."""
        if expression.isidentifier():
            return expression
        name = self.fresh()
        self.block.line(f"{name} = {expression}")
        return name

    def guarded(self, nodes: Sequence[Node], work: Callable[..., str], *, checked: bool = False) -> str:
        """``work`` on the values of nodes; unknown where one is (it wins), none where one is none."""
        names = [self.value(each) for each in nodes]
        possible = [self.shape.possible(each) for each in nodes]
        unknown = _any_is("UNSET", [name for name, can in zip(names, possible, strict=True) if can.unknown])
        none = _any_is("None", [name for name, can in zip(names, possible, strict=True) if can.none])
        if not unknown and not none and not checked:
            return work(*names)
        result = self.fresh()
        arms = [
            (condition, [f"{result} = {said}"]) for condition, said in ((unknown, "UNSET"), (none, "None")) if condition
        ]
        lines = [f"{result} = {work(*names)}"]
        self.block.chain(arms, [*lines, *self.overflow(result)] if checked else lines)
        return result

    def overflow(self, name: str, *, may_be_none: bool = False) -> Lines:
        """Fails the account where a figure does not fit in 64 bits."""
        least, most = self.module.constant(-INT64_MAX), self.module.constant(INT64_MAX)
        there = f"{name} is not None and {name} is not UNSET and " if may_be_none else ""
        failure = f"too_large(m[0].id, {self.module.constant(self.figure)})"
        return [f"if {there}not {least} <= {name} <= {most}: raise {failure}"]

    @contextmanager
    def within(self, figure: str) -> Iterator[None]:
        """What is written within belongs to a metric, which failures name."""
        outer, self.figure = self.figure, figure
        yield
        self.figure = outer

    @contextmanager
    def inside(self, header: str) -> Iterator[None]:
        """What is written within is indented under ``header``, and not known after it."""
        self.block.line(header)
        outer, self.block = self.block, self.block.indented()
        self._layers.append({})
        self._depth += 1
        yield
        self._depth -= 1
        self._layers.pop()
        self.block = outer

    @contextmanager
    def loop(self, variable: str, collection: str, source: str) -> Iterator[str]:
        """A loop over the records ``source``, each bound to ``variable``; yields the Python name."""
        self.loops.append(Loop(self.block.place(), len(self._layers), self._depth, variable))
        repeated, self._repeated = self._repeated, True
        name = self.fresh("r")
        self.records[variable] = Variable(name, collection)
        with self.inside(f"for {name} in {source}:"):
            yield name
        self._repeated = repeated
        del self.records[variable]
        self.loops.pop()

    # -- once only --------------------------------------------------------------------------------

    def once(self, key: Hashable, free: frozenset[str], rule: Callable[[], str], movable: bool = True) -> str:
        """The name that holds what ``rule`` writes; ``key`` tells whether it has been written before."""
        known = self._known(key)
        if known is not None:
            return known
        with self._at(self._home(free) if movable else None):
            name = self.named(rule())
            self._layers[-1][key] = name
        return name

    def _known(self, key: Hashable) -> str | None:
        return next((layer[key] for layer in reversed(self._layers) if key in layer), None)

    def _home(self, free: frozenset[str]) -> int | None:
        """The outermost loop ahead of which what reads ``free`` can be worked out."""
        home = None
        for index in range(len(self.loops) - 1, -1, -1):
            if self.loops[index].variable in free:
                break
            home = index
        return home

    @contextmanager
    def _at(self, home: int | None) -> Iterator[None]:
        if home is None:
            yield
            return
        kept = self.block, self._layers, self.loops, self._depth
        loop = self.loops[home]
        self.block, self._layers = loop.before, self._layers[: loop.layers]
        self.loops, self._depth = self.loops[:home], loop.depth
        yield
        self.block, self._layers, self.loops, self._depth = kept


def _any_is(what: str, names: list[str]) -> str:
    return " or ".join(f"{name} is {what}" for name in dict.fromkeys(names))


def _conjunction(node: Node) -> tuple[Node, ...] | None:
    """The nodes that all have to hold for ``node`` to hold, if it is of that form."""
    match node:
        case core.All(of=of):
            return of
        case core.Not(of=core.Not(of=inner)):
            return (inner,)
        case core.Not(of=core.Any(of=of)):
            return tuple(core.Not(each) for each in of)
    return None
