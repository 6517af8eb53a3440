"""The shapes of a template's expressions, and whether each value fits its use (PB602, PB606)."""

import inspect
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, Final

from jinja2 import nodes

from engine.foundation.codes import TEMPLATE_SYNTAX, TEMPLATE_VALUE, TEMPLATE_VARIABLE
from engine.foundation.problems import Code, Problem, did_you_mean, problem
from engine.templates.filters import FILTERS, TESTS
from engine.templates.grammar import Template, is_reserved
from engine.templates.guards import established, is_none, path_of, spelled
from engine.templates.scopes import Macro, Scope
from engine.templates.variables import (
    ANY,
    NOTHING,
    NUMBER,
    TEXT,
    Group,
    Kind,
    Leaf,
    ListOf,
    Shape,
    any_of,
    called,
    either,
    maybe,
)

_NEEDS: Final[Mapping[str, frozenset[Kind]]] = {
    "date": frozenset({"date", "instant"}),
    "money": frozenset({"money", "number"}),
    "number": frozenset({"number"}),
    "percent": frozenset({"number"}),
}
"""Kinds a filter takes; the others take any single value."""

_OF_LISTS: Final = frozenset({"first", "join", "last", "length"})


class Expressions(ABC):
    """Finds the shape of each expression of a template, and the problems on the way."""

    def __init__(self, template: Template) -> None:
        self.template = template
        self.problems: set[Problem] = set()
        self.expressions: dict[type[nodes.Node], Callable[[Any, Scope], Shape]] = {
            nodes.And: self._both,
            nodes.Call: self.call,
            nodes.Compare: self._compare,
            nodes.Concat: self._concat,
            nodes.CondExpr: self._choice,
            nodes.Const: self._const,
            nodes.Dict: self._mapping,
            nodes.Filter: self._filter,
            nodes.Getattr: self._attribute,
            nodes.Getitem: self._item,
            nodes.List: self._values,
            nodes.Name: self._name,
            nodes.Not: self._negation,
            nodes.Or: self._fallback,
            nodes.Test: self._test,
            nodes.Tuple: self._values,
            nodes.Add: self._calculation,
            nodes.Sub: self._calculation,
            nodes.Mul: self._calculation,
            nodes.Neg: self._sign,
            nodes.Pos: self._sign,
        }

    def report(self, code: Code, node: nodes.Node, message: str, hint: str | None = None) -> None:
        """Note a problem at ``node``."""
        word = ".".join(path_of(node) or ()) or getattr(node, "name", "")
        self.problems.add(problem(code, self.template.at(node.lineno, word), message, hint))

    @abstractmethod
    def call(self, node: nodes.Call, scope: Scope) -> Shape:
        """The shape of what a call gives."""

    def shape(self, node: nodes.Node, scope: Scope) -> Shape:
        """The shape of the value of ``node``, which may be optional."""
        known = self.expressions.get(type(node))
        return known(node, scope) if known else ANY

    def need(self, node: nodes.Node, scope: Scope) -> Shape:
        """The shape of a value that has to be there."""
        shape = self.shape(node, scope)
        if shape.optional:
            self.report(TEMPLATE_VARIABLE, node, f"{spelled(node)} may be missing here", _cure(node, shape))
            return maybe(shape, False)
        return shape

    def single(self, node: nodes.Node, scope: Scope, kinds: frozenset[Kind] = frozenset()) -> Shape:
        """The shape of one value that has to be there, of one of ``kinds`` where given."""
        shape = self.need(node, scope)
        if isinstance(shape, Group):
            members = ", ".join(sorted(shape.members)[:8])
            self.report(TEMPLATE_VALUE, node, f"{spelled(node)} is a record", f"name a member of it: {members}")
        elif isinstance(shape, ListOf):
            self.report(TEMPLATE_VALUE, node, f"{spelled(node)} is a list", "loop over it, or `| join(…)`")
        elif kinds and shape.kind != "any" and shape.kind not in kinds:
            wanted = " or ".join(called(Leaf(each)) for each in sorted(kinds))
            self.report(TEMPLATE_VALUE, node, f"{spelled(node)} is {called(shape)}, not {wanted}")
        return shape

    def _const(self, node: nodes.Const, _: Scope) -> Shape:
        if node.value is None:
            return NOTHING
        if isinstance(node.value, bool):
            return ANY
        return TEXT if isinstance(node.value, str) else NUMBER

    def _name(self, node: nodes.Name, scope: Scope) -> Shape:
        bound = scope.names.get(node.name)
        if isinstance(bound, Macro):
            self.report(TEMPLATE_VALUE, node, f"`{node.name}` is a macro", f"call it: `{{{{ {node.name}(…) }}}}`")
            return ANY
        if bound is None:
            if not is_reserved(node.name):
                hint = did_you_mean(node.name, scope.names)
                self.report(TEMPLATE_VARIABLE, node, f"there is no `{node.name}` here", hint)
            return ANY
        return maybe(bound, False) if (node.name,) in scope.facts else bound

    def _attribute(self, node: nodes.Getattr, scope: Scope) -> Shape:
        return self._member(node, node.attr, scope)

    def _member(self, node: nodes.Getattr | nodes.Getitem, name: str, scope: Scope) -> Shape:
        whole = self.need(node.node, scope)
        if whole == ANY or is_reserved(name):
            return ANY
        if not isinstance(whole, Group):
            hint = "loop over it, or take `| first`" if isinstance(whole, ListOf) else None
            message = f"{spelled(node.node)} is {called(whole)} and has no `{name}`"
            self.report(TEMPLATE_VARIABLE, node, message, hint)
            return ANY
        if name not in whole.members:
            hint = did_you_mean(name, whole.members)
            self.report(TEMPLATE_VARIABLE, node, f"{spelled(node.node)} has no `{name}`", hint)
            return ANY
        return self._made_sure(node, whole.members[name], scope)

    def _made_sure(self, node: nodes.Node, shape: Shape, scope: Scope) -> Shape:
        return maybe(shape, False) if path_of(node) in scope.facts else shape

    def _item(self, node: nodes.Getitem, scope: Scope) -> Shape:
        if isinstance(node.arg, nodes.Const) and isinstance(node.arg.value, str):
            return self._member(node, node.arg.value, scope)
        whole = self.need(node.node, scope)
        if isinstance(node.arg, nodes.Slice):
            for bound in (node.arg.start, node.arg.stop):
                if bound is not None and not is_none(bound):
                    self.single(bound, scope, frozenset({"number"}))
            return whole
        self.single(node.arg, scope)
        match whole:
            case ListOf():
                return self._made_sure(node, maybe(whole.of), scope)
            case Group():
                return maybe(any_of(whole.members.values()))
        return whole if whole == ANY else self._made_sure(node, maybe(TEXT), scope)

    def _values(self, node: nodes.List | nodes.Tuple, scope: Scope) -> Shape:
        return ListOf(any_of(self.need(each, scope) for each in node.items))

    def _mapping(self, node: nodes.Dict, scope: Scope) -> Shape:
        named = [(each.key.value, each.value) for each in node.items if isinstance(each.key, nodes.Const)]
        return Group({str(key): self.shape(value, scope) for key, value in named})

    def _concat(self, node: nodes.Concat, scope: Scope) -> Shape:
        for each in node.nodes:
            self.single(each, scope)
        return TEXT

    def _calculation(self, node: nodes.BinExpr, scope: Scope) -> Shape:
        for each in (node.left, node.right):
            self.single(each, scope, frozenset({"number"}))
        return NUMBER

    def _sign(self, node: nodes.UnaryExpr, scope: Scope) -> Shape:
        self.single(node.node, scope, frozenset({"number"}))
        return NUMBER

    def _negation(self, node: nodes.Not, scope: Scope) -> Shape:
        self.shape(node.node, scope)
        return ANY

    def _both(self, node: nodes.And, scope: Scope) -> Shape:
        left = self.shape(node.left, scope)
        return either(left, self.shape(node.right, scope.knowing(established(node.left, True))))

    def _fallback(self, node: nodes.Or, scope: Scope) -> Shape:
        left = self.shape(node.left, scope)
        right = self.shape(node.right, scope.knowing(established(node.left, False)))
        return either(maybe(left, False), right)

    def _choice(self, node: nodes.CondExpr, scope: Scope) -> Shape:
        self.shape(node.test, scope)
        chosen = self.shape(node.expr1, scope.knowing(established(node.test, True)))
        if node.expr2 is None:
            return maybe(chosen)
        return either(chosen, self.shape(node.expr2, scope.knowing(established(node.test, False))))

    def _compare(self, node: nodes.Compare, scope: Scope) -> Shape:
        sides = [node.expr, *(each.expr for each in node.ops)]
        to_none = any(is_none(each) for each in sides) and all(each.op in ("eq", "ne") for each in node.ops)
        shapes = [self.shape(each, scope) if to_none else self.need(each, scope) for each in sides]
        if not to_none:
            for operand, left, right in zip(node.ops, shapes, shapes[1:], strict=False):
                self._comparable(operand, left, right)
        return ANY

    def _comparable(self, operand: nodes.Operand, left: Shape, right: Shape) -> None:
        if operand.op in ("in", "notin"):
            fits = not isinstance(right, Leaf) or right.kind in ("any", "text")
        else:
            fits = isinstance(left, Leaf) and isinstance(right, Leaf) and len({left.kind, right.kind} - {"any"}) < 2
        if not fits:
            self.report(TEMPLATE_VALUE, operand.expr, f"{called(left)} can't be compared with {called(right)}")

    def _test(self, node: nodes.Test, scope: Scope) -> Shape:
        if node.name in ("defined", "undefined", "none"):
            self.shape(node.node, scope)
        else:
            self.single(node.node, scope, frozenset({"number"}))
        self._arguments(node, "test", TESTS, scope)
        return ANY

    def _filter(self, node: nodes.Filter, scope: Scope) -> Shape:
        if node.node is None:
            return ANY
        self._arguments(node, "filter", FILTERS, scope)
        if node.name == "default":
            value = maybe(self.shape(node.node, scope), False)
            return either(value, self.shape(node.args[0], scope)) if node.args else value
        if node.name in _OF_LISTS:
            return self._list_filter(node, node.node, scope)
        self.single(node.node, scope, _NEEDS.get(node.name, frozenset()))
        return TEXT

    def _list_filter(self, node: nodes.Filter, operand: nodes.Expr, scope: Scope) -> Shape:
        whole = self.need(operand, scope)
        if node.name == "length":
            fits = not isinstance(whole, Leaf) or whole.kind in ("any", "text")
        else:
            fits = isinstance(whole, ListOf) or whole == ANY or (whole == TEXT and node.name != "join")
        if not fits:
            self.report(TEMPLATE_VALUE, node, f"{spelled(operand)} is {called(whole)}, not a list")
        if node.name == "length":
            return NUMBER
        if node.name == "join":
            return TEXT
        return self._made_sure(node, maybe(whole.of if isinstance(whole, ListOf) else whole), scope)

    def _arguments(
        self, node: nodes.Filter | nodes.Test, word: str, known: Mapping[str, Callable[..., Any]], scope: Scope
    ) -> None:
        """The arguments of a filter or test have values, and are those it takes."""
        optional_one = node.args[0] if node.name == "default" and node.args else None
        for each in (*node.args, *(keyword.value for keyword in node.kwargs)):
            if each is not optional_one and not is_none(each):
                self.single(each, scope)
        if node.name not in known:
            return
        try:
            _signature(known[node.name]).bind(None, *node.args, **{str(each.key): each for each in node.kwargs})
        except TypeError as error:
            self.report(TEMPLATE_SYNTAX, node, f"{word} `{node.name}`: {error}")


def _cure(node: nodes.Node, shape: Shape) -> str:
    """How to make sure of ``node``."""
    if isinstance(node, nodes.CondExpr) and node.expr2 is None:
        return "add what is shown otherwise: `… if … else …`"
    if path_of(node) is None:
        return 'add `| default("…")`, in brackets around the whole'
    name = spelled(node).strip("`")
    guard = f"`{{% if {name} %}}`"
    if isinstance(shape, Group):
        return f"ask {guard} before"
    return (
        f"`{name} | default([])` or {guard}"
        if isinstance(shape, ListOf)
        else f'`{{{{ {name} | default("…") }}}}` or {guard}'
    )


@cache
def _signature(function: Callable[..., Any]) -> inspect.Signature:
    """The signature of a filter or test as a template sees it."""
    signature = inspect.signature(function)
    if "context" not in signature.parameters:
        return signature
    return signature.replace(parameters=list(signature.parameters.values())[1:])
