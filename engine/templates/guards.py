"""What a condition of a template makes sure of: after ``{% if contract.discount %}`` the discount is there."""

from typing import TypeAlias

from jinja2 import nodes

Path: TypeAlias = tuple[str, ...]
"""A value as the template spells it: ``("contract", "discount")``; ``[0]`` and ``[-1]`` for the ends of a list."""

Facts: TypeAlias = frozenset[Path]
"""Values that are certainly there."""

NO_FACTS: Facts = frozenset()


def path_of(node: nodes.Node | None) -> Path | None:
    """The path by which ``node`` reaches a variable or a part of one, if that is all it does."""
    match node:
        case nodes.Name():
            return (node.name,)
        case nodes.Getattr():
            return _longer(node.node, node.attr)
        case nodes.Getitem():
            return _longer(node.node, _key(node.arg))
        case nodes.Filter(name="first"):
            return _longer(node.node, "[0]")
        case nodes.Filter(name="last"):
            return _longer(node.node, "[-1]")
    return None


def _longer(base: nodes.Node | None, step: str | None) -> Path | None:
    path = path_of(base)
    return None if path is None or step is None else (*path, step)


def _key(node: nodes.Node) -> str | None:
    if isinstance(node, nodes.Neg):
        inner = _key(node.node)
        return f"[-{inner[1:-1]}]" if inner and inner.startswith("[") else None
    if not isinstance(node, nodes.Const):
        return None
    return node.value if isinstance(node.value, str) else f"[{node.value}]"


def spelled(node: nodes.Node | None) -> str:
    """``node`` as a message names it."""
    path = path_of(node)
    return f"`{'.'.join(path).replace('.[', '[')}`" if path else "this value"


def established(test: nodes.Node, outcome: bool) -> Facts:
    """What is certainly there where ``test`` came out as ``outcome``."""
    match test:
        case nodes.Not():
            return established(test.node, not outcome)
        case nodes.And() | nodes.Or():
            left, right = established(test.left, outcome), established(test.right, outcome)
            both_came_out = isinstance(test, nodes.And) == outcome
            return left | right if both_came_out else left & right
        case nodes.Test():
            return _by_test(test, outcome)
        case nodes.Compare():
            return _by_comparison(test, outcome)
    return _by_truth(test) if outcome else NO_FACTS


def _by_test(test: nodes.Test, outcome: bool) -> Facts:
    path = path_of(test.node)
    settles = outcome if test.name == "defined" else not outcome and test.name in ("none", "undefined")
    return frozenset({path}) if path and settles else NO_FACTS


def _by_comparison(test: nodes.Compare, outcome: bool) -> Facts:
    """``x != none`` and its like."""
    path = path_of(test.expr)
    if path is None or len(test.ops) != 1 or not is_none(test.ops[0].expr):
        return NO_FACTS
    return frozenset({path}) if (test.ops[0].op, outcome) in {("ne", True), ("eq", False)} else NO_FACTS


def _by_truth(test: nodes.Node) -> Facts:
    """A value that counts as true is there, and a list that does is not empty."""
    if isinstance(test, nodes.Filter) and (test.name == "length" or _defaults_to_false(test)):
        return _by_truth(test.node) if test.node else NO_FACTS
    path = path_of(test)
    return frozenset({path, (*path, "[0]"), (*path, "[-1]")}) if path else NO_FACTS


def _defaults_to_false(test: nodes.Filter) -> bool:
    otherwise = test.args[0] if test.name == "default" and test.args else None
    if isinstance(otherwise, nodes.Const):
        return not otherwise.value
    return isinstance(otherwise, nodes.List) and not otherwise.items


def is_none(node: nodes.Node) -> bool:
    """Whether ``node`` is the word ``none``."""
    return isinstance(node, nodes.Const) and node.value is None
