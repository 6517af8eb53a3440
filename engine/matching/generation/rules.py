"""The rules of generation: for each kind of node, the function that writes it, found by the decorators below.

A rule is given the body being written (:class:`engine.matching.generation.body.Body`) and the node.
"""

from collections.abc import Callable
from typing import Any, Final, TypeVar

from msgspec import Struct

from engine.matching.core import Node
from engine.matching.generation.writing import Lines


class Test(Struct, frozen=True):
    """A truth as expressions: whether it is unknown (none: never), and whether it holds if it is known.

    ``safe`` says that ``true`` may also be asked of an unknown value, and is false then.
    """

    unknown: str | None
    true: str
    safe: bool = False


ValueRule = Callable[[Any, Any], str]
"""Writes a node and returns an expression for its value."""
TestRule = Callable[[Any, Any], Test]
"""Writes the operands of a truth and returns it as expressions."""
DemandRule = Callable[[Any, Any, Lines, Lines], str]
"""Writes a node where only a value is of use: the lines given leave where it is unknown, and where it is none."""

VALUES: Final[dict[type[Node], ValueRule]] = {}
TESTS: Final[dict[type[Node], TestRule]] = {}
DEMANDS: Final[dict[type[Node], DemandRule]] = {}

_ValueRuleT = TypeVar("_ValueRuleT", bound=ValueRule)
_TestRuleT = TypeVar("_TestRuleT", bound=TestRule)
_DemandRuleT = TypeVar("_DemandRuleT", bound=DemandRule)


def emits(kind: type[Node]) -> Callable[[_ValueRuleT], _ValueRuleT]:
    """Makes a function the value rule of a kind of node."""

    def register(rule: _ValueRuleT) -> _ValueRuleT:
        VALUES[kind] = rule
        return rule

    return register


def tests(kind: type[Node]) -> Callable[[_TestRuleT], _TestRuleT]:
    """Makes a function the test rule of a kind of node, which then needs no value rule."""

    def register(rule: _TestRuleT) -> _TestRuleT:
        TESTS[kind] = rule
        return rule

    return register


def demands(kind: type[Node]) -> Callable[[_DemandRuleT], _DemandRuleT]:
    """Makes a function the demand rule of a kind of node, beside its value rule."""

    def register(rule: _DemandRuleT) -> _DemandRuleT:
        DEMANDS[kind] = rule
        return rule

    return register
