"""Lengths of time where they are used: written in place or a parameter's, in units that can be counted there."""

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from typing import Final

from engine.compiling.parameters import Dated, Parameters
from engine.compiling.typing import constant
from engine.foundation import codes
from engine.foundation.places import Place
from engine.foundation.problems import Code, Problem, problem
from engine.foundation.quantities import DURATION_UNITS, Duration
from engine.language.values import Length, Rhythm, Written
from engine.matching import core
from engine.matching.core import DURATION, Node

CLOCK: Final = frozenset({"minutes", "hours"})
DATES: Final = frozenset({"days", "weeks", "months", "quarters", "half years", "years"})
ANY: Final = DURATION_UNITS
_IN_PARTS: Final = frozenset({"minutes", "hours", "working hours"})
"""Units that may be written with a fraction."""

_MOST: Final = {
    "minutes": 52_704_000, "hours": 878_400, "working hours": 878_400, "days": 36_600, "working days": 36_600,
    "weeks": 5_200, "months": 1_200, "quarters": 400, "half years": 200, "years": 100,
}  # fmt: skip
"""Some 100 years: a longer stretch is a slip of the pen, and would lead out of the calendar."""


class Lengths:
    """Makes core nodes of the lengths of one playbook; problems go to ``sink``."""

    def __init__(self, parameters: Parameters, sink: Callable[[Problem], None]) -> None:
        self._parameters = parameters
        self._sink = sink

    def node(self, length: Length | None, units: frozenset[str] = ANY) -> Node | None:
        """The node of a length, in one of ``units``; none where there is none, or with a problem."""
        if length is None:
            return None
        if length.reference is not None:
            return self.written(_reference(length.reference, length.place), units)
        if length.duration is None:
            return None
        return self._checked(core.Constant(length.duration, DURATION), length.place, units)

    def rhythm(self, rhythm: Rhythm) -> Node | None:
        """The node of how often something comes round."""
        if rhythm.reference is not None:
            node = self.written(_reference(rhythm.reference, rhythm.place), DATES)
            if node is not None and any(each.amount == 0 for each in self._durations(node)):
                message = f"`every: ${rhythm.reference}` may be 0, which never comes round"
                self._sink(problem(codes.BAD_QUANTITY, rhythm.place, message))
            return node
        if rhythm.period is None:
            return None
        unit = rhythm.period.unit.replace("_", " ") + "s"
        return core.Constant(Duration(Decimal(rhythm.period.count), unit), DURATION)  # type: ignore[arg-type]

    def written(self, operand: Written, units: frozenset[str] = ANY) -> Node | None:
        """The node of a length that stands as a value: ``{in_last: 90 days}`` or ``{in_last: $watched}``."""
        if operand.reference is not None:
            node = self._parameters.node(operand, operand.reference, DURATION)
        else:
            node = constant(operand, DURATION, self._sink)
        return node and self._checked(node, operand.place, units)

    def in_hours(self, node: Node) -> bool:
        """Whether a length is on the clock, in hours or minutes."""
        return any(each.unit in CLOCK for each in self._durations(node))

    def _checked(self, node: Node, place: Place, units: frozenset[str]) -> Node | None:
        for each in self._durations(node):
            found = _fault(each, units)
            if found is not None:
                self._sink(problem(found[0], place, *found[1:]))
                return None
        return node

    def _durations(self, node: Node) -> Iterator[Duration]:
        yield from (each for each in values_of(node, self._parameters.bindings) if isinstance(each, Duration))


def values_of(node: Node | None, bindings: Mapping[str, Dated]) -> Iterator[object]:
    """Every value that a constant or a parameter can have, of any day and class."""
    if isinstance(node, core.Constant):
        yield node.value
    elif isinstance(node, core.Parameter):
        yield from (value for _, value in bindings[node.name].values)
    elif isinstance(node, core.Cases):
        for then in (*(then for _, then in node.cases), node.otherwise):
            yield from values_of(then, bindings)


def _reference(name: str, place: Place) -> Written:
    return Written(f"${name}", f"${name}", place)


def _fault(duration: Duration, units: frozenset[str]) -> tuple[Code, str, str] | None:
    """What keeps a duration from being counted in ``units``: the code, the message and a hint."""
    if duration.unit not in units:
        hint = "write days, weeks, months, quarters or years" if "days" in units else "write hours or minutes"
        return codes.UNIT_MISMATCH, f"`{duration}` can't be counted here", hint
    if duration.unit not in _IN_PARTS and duration.amount != int(duration.amount):
        return codes.BAD_QUANTITY, f"`{duration}` is no whole number of {duration.unit}", "write it in a smaller unit"
    if duration.amount > _MOST[duration.unit]:
        return codes.BAD_QUANTITY, f"`{duration}` is longer than 100 years", "write a shorter one"
    return None
