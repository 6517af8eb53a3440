"""Compiled rows: a forest as generated Python functions, one set per forest, bound once per run.

``compile_rows`` writes the functions and compiles them; ``bind`` works out what is the same for every account of a run;
``account`` starts an account, whose metrics are then worked out at most once over all levels. The reference is
:mod:`engine.matching.explained`; both give the same values and fail on the same accounts.
"""

from collections.abc import Callable, Iterable
from typing import Any, Final, NewType

from msgspec import UNSET, UnsetType

from engine.calendars.months import months_between
from engine.foundation.quantities import divide_half_even
from engine.matching import runtime
from engine.matching.core import Forest, Node, Scope
from engine.matching.fields import too_large, typed_field
from engine.matching.generation import records, series, truths, values
from engine.matching.generation.body import Body
from engine.matching.generation.module import Module, Variable
from engine.matching.generation.writing import Block
from engine.matching.operations import hours_between, percent, relative_change, trend, volatility
from engine.matching.periods import Step
from engine.matching.rankings import standing
from engine.matching.reference.sights import View
from engine.matching.run import Conclusions, RunValues, Value
from engine.matching.weights import weighted_mean
from engine.snapshots.model import COLLECTIONS, AccountSnapshot, Record

_RULE_BOOKS = (records, series, truths, values)
"""Importing them registers the rules of their nodes."""

_CALLED: Final[dict[str, Any]] = {
    "UNSET": UNSET,
    "PENDING": runtime.PENDING,
    "Step": Step,
    "agreed": runtime.agreed,
    "by_id": runtime.by_id,
    "chosen": runtime.chosen,
    "divide_half_even": divide_half_even,
    "hours_between": hours_between,
    "in_order": runtime.in_order,
    "items_of": runtime.items_of,
    "last_records": runtime.last_records,
    "missing_of": runtime.missing_of,
    "months_between": months_between,
    "percent": percent,
    "relative_change": relative_change,
    "standing": standing,
    "too_large": too_large,
    "trend": trend,
    "typed_field": typed_field,
    "volatility": volatility,
    "weighted_mean": weighted_mean,
}
"""All that generated functions can call."""

Wanted = list[tuple[Value, ...]] | UnsetType
"""``Scope.values`` of each visible record of a scope in order of id; unknown for an absent collection."""

_COLLECTION_OF: Final = {each.singular: name for name, each in COLLECTIONS.items()}

Matched = list[tuple[Record, int, int]] | UnsetType
"""Visible records of a scope in order of id with the bit sets of their atoms; unknown for an absent collection."""

_Function = Callable[[list[Any], Conclusions], Any]
_Functions = tuple[tuple[tuple[_Function, _Function], ...], ...]
"""By level and scope: the atoms, and the values."""
_Views = tuple[View, ...]
"""One for each of the nodes that are asked for one by one."""


class CompiledRows:
    """A forest compiled. ``source`` is the text of its functions, to be looked at."""

    def __init__(self, module: Module, source: str) -> None:
        self.source: Final = source
        self._makers = tuple(module.makers.values())
        self._blank = [runtime.PENDING] * module.places
        self._figures = module.figures()
        self._asked = module.forest.asked
        names: dict[str, Any] = {**_CALLED, **module.constants}
        exec(compile(source, "<rows>", "exec"), names)  # noqa: S102 - the text holds counted names only
        self._bind: Callable[..., tuple[_Functions, _Views]] = names["bind"]

    def bind(self, run: RunValues) -> "BoundRows":
        """The rows of one run: the moment, parameters, rates and portfolio figures filled in."""
        functions, views = self._bind(*(make(run) for make in self._makers))
        return BoundRows(functions, dict(zip(self._asked, views, strict=True)), self._blank, self._figures)


AccountState = NewType("AccountState", list[Any])
"""What has been worked out of one account so far: the metrics are, at most once over all levels."""


class BoundRows:
    """Compiled rows of one run. ``views`` work out the nodes that are asked for one by one.

    The levels of an account are asked for in rising order, as their conclusions get settled. Every method but
    ``account`` may raise ``AccountFailed``: PB705 for a figure that does not fit in 64 bits, PB708 for declared data of
    a wrong type.
    """

    def __init__(
        self, functions: _Functions, views: dict[Node, View], blank: list[Any], figures: dict[str, int]
    ) -> None:
        self._functions = functions
        self.views: Final = views
        self._blank = blank
        self._figures = figures

    def account(self, snapshot: AccountSnapshot) -> AccountState:
        """Starts an account."""
        return AccountState([snapshot, *self._blank])

    def match(self, level: int, scope: int, state: AccountState, conclusions: Conclusions) -> tuple[int, int]:
        """The atoms of an account's scope as bit sets (bit i is atom i): certainly true, and possibly true."""
        found: tuple[int, int] = self._functions[level][scope][0](state, conclusions)
        return found

    def records(self, level: int, scope: int, state: AccountState, conclusions: Conclusions) -> Matched:
        """The atoms of a collection's scope, for each visible record in order of id."""
        found: Matched = self._functions[level][scope][0](state, conclusions)
        return found

    def values(self, level: int, scope: int, state: AccountState, conclusions: Conclusions) -> tuple[Value, ...]:
        """``Scope.values`` of an account's scope."""
        found: tuple[Value, ...] = self._functions[level][scope][1](state, conclusions)
        return found

    def record_values(self, level: int, scope: int, state: AccountState, conclusions: Conclusions) -> Wanted:
        """``Scope.values`` of a collection's scope, for each visible record."""
        found: Wanted = self._functions[level][scope][1](state, conclusions)
        return found

    def figures(self, state: AccountState) -> dict[str, Value]:
        """The account's metrics that have been worked out so far, by name; the unknown ones left out."""
        values = ((name, state[index]) for name, index in self._figures.items())
        return {name: value for name, value in values if value is not runtime.PENDING and value is not UNSET}


def compile_rows(forest: Forest) -> CompiledRows:
    """Writes and compiles the functions of a forest; ``ValueError`` for a path that the snapshot model lacks."""
    module, top = Module(forest), Block()
    functions = ""
    for level in forest.levels:
        functions += "(" + "".join(f"({_atoms(module, each)}, {_values(module, each)})," for each in level) + "),"
    views = "".join(f"{_view(module, top, each)}, " for each in forest.asked)
    while module.tasks:
        task = module.tasks.popleft()
        parameters = ", ".join(("m", "q", *(each.name for each in task.records.values())))
        top.line(f"def {task.name}({parameters}):")
        task.write(Body(module, top.indented(), dict(task.records), task.figure))
    top.line(f"return ({functions}), ({views})")
    return CompiledRows(module, _module_text(module.makers, top))


def _module_text(bound: Iterable[str], functions: Block) -> str:
    lines = [f"def bind({', '.join(bound)}):", *functions.written(1)]
    return "\n".join(lines) + "\n"


def _atoms(module: Module, scope: Scope) -> str:
    """The name of the function that matches a scope."""

    def account(body: Body) -> None:
        _write_atoms(body, scope)
        body.block.line("return t, t | u")

    def one(body: Body, record: str) -> str:
        _write_atoms(body, scope)
        return f"{record}, t, t | u"

    return module.function({}, None, account if scope.collection is None else _of_records(scope, one))


def _of_records(scope: Scope, one: Callable[[Body, str], str]) -> Callable[[Body], None]:
    """Writes a list of what ``one`` says of each visible record in order of id, unknown for an absent collection."""

    def write(body: Body) -> None:
        collection, variable = scope.collection or "", scope.record or ""
        source = body.visible(collection)
        body.block.chain([(f"{source} is UNSET", ["return UNSET"])])
        body.block.line("found = []")
        with body.loop(variable, collection, f"in_order({source})") as record:
            body.block.line(f"found.append(({one(body, record)}))")
        body.block.line("return found")

    return write


def _write_atoms(body: Body, scope: Scope) -> None:
    body.block.line("t = u = 0")
    for index, atom in enumerate(scope.atoms):
        bit = hex(1 << index)
        body.branch(body.test(atom), true=[f"t += {bit}"], unknown=[f"u += {bit}"])


def _view(module: Module, top: Block, node: Node) -> str:
    """Writes the function that works out one node, given the records bound by name; its name."""
    name = module.name_of_function()
    top.line(f"def {name}(m, q, records):")
    block = top.indented()
    free = {each: Variable(f"r_{at}", _COLLECTION_OF[each]) for at, each in enumerate(sorted(module.shape.free(node)))}
    block.lines([f"{each.name} = records[{module.constant(variable)}]" for variable, each in free.items()])
    body = Body(module, block, free)
    block.line(f"return {body.value(node)}")
    return name


def _values(module: Module, scope: Scope) -> str:
    def all_of(body: Body) -> str:
        return "".join(f"{body.value(each)}, " for each in scope.values)

    def account(body: Body) -> None:
        body.block.line(f"return ({all_of(body)})")

    of_records = scope.collection is not None and bool(scope.values)
    return module.function({}, None, _of_records(scope, lambda body, _: all_of(body)) if of_records else account)
