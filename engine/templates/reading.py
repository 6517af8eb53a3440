"""The check that every path through a template reads only what is there (PB602) and fits its use (PB606).

A walk in the order of execution keeps, per scope, which names are bound to which shape and what the conditions passed
so far have made sure of. Macros are walked once for each combination of shapes they are called with.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from jinja2 import nodes

from engine.foundation.codes import (
    TEMPLATE_FORBIDDEN,
    TEMPLATE_LIMIT,
    TEMPLATE_SYNTAX,
    TEMPLATE_VALUE,
    TEMPLATE_VARIABLE,
)
from engine.foundation.problems import Problem, did_you_mean
from engine.templates.expressions import Expressions
from engine.templates.grammar import Template, is_reserved
from engine.templates.guards import established, spelled
from engine.templates.sandbox import LOOP
from engine.templates.scopes import Macro, Scope
from engine.templates.variables import (
    ANY,
    NUMBER,
    TEXT,
    Group,
    ListOf,
    Shape,
    Variables,
    called,
)

MAX_MACRO_WALKS: Final = 100


_LOOP: Final = Group({name: ANY if name in ("first", "last") else NUMBER for name in LOOP})


def unreadable(template: Template, tree: nodes.Template, variables: Variables) -> set[Problem]:
    """Every place of ``tree`` that reads what some path leaves undefined, or uses a value against its shape."""
    reader = _Reader(template)
    scope = Scope(dict(variables))
    reader.body(tree.body, scope)
    reader.rest_of_macros(tree, scope)
    return reader.problems


class _Reader(Expressions):
    """One walk through one template."""

    def __init__(self, template: Template) -> None:
        super().__init__(template)
        self.walked: dict[tuple[object, ...], object] = {}
        self.under_way: list[nodes.Macro] = []
        self.statements: dict[type[nodes.Node], Callable[[Any, Scope], None]] = {
            nodes.Output: self.output,
            nodes.Assign: self.assign,
            nodes.If: self.condition,
            nodes.For: self.loop,
            nodes.Macro: self.macro,
        }

    # Statements

    def body(self, statements: Iterable[nodes.Node], scope: Scope) -> None:
        for each in statements:
            if type(each) in self.statements:
                self.statements[type(each)](each, scope)

    def output(self, node: nodes.Output, scope: Scope) -> None:
        for each in node.nodes:
            if not isinstance(each, nodes.TemplateData):
                self.single(each, scope)

    def assign(self, node: nodes.Assign, scope: Scope) -> None:
        shape = self.shape(node.node, scope)
        if isinstance(node.target, nodes.Name):
            scope.bind(node.target.name, shape)

    def condition(self, node: nodes.If, scope: Scope) -> None:
        branches = []
        left = scope
        for each in (node, *node.elif_):
            self.shape(each.test, left)
            branches.append(left.branch(established(each.test, True)))
            self.body(each.body, branches[-1])
            left = left.branch(established(each.test, False))
        self.body(node.else_, left)
        scope.rejoin([*branches, left])

    def loop(self, node: nodes.For, scope: Scope) -> None:
        record = self.records(node.iter, scope)
        self.body(node.else_, scope.inside({}))
        if not isinstance(node.target, nodes.Name):
            return
        around = scope.inside({node.target.name: record})
        if node.test is not None:
            self.shape(node.test, around)
            around.facts |= established(node.test, True)
        self.body(node.body, around.inside({"loop": _LOOP}))

    def records(self, node: nodes.Node, scope: Scope) -> Shape:
        shape = self.need(node, scope)
        if isinstance(shape, ListOf):
            return shape.of
        if shape != ANY:
            self.report(TEMPLATE_VALUE, node, f"{spelled(node)} is {called(shape)}, not a list to loop over")
        return ANY

    def macro(self, node: nodes.Macro, scope: Scope) -> None:
        scope.bind(node.name, Macro(node))

    def rest_of_macros(self, tree: nodes.Template, scope: Scope) -> None:
        """Macros that nothing called are read as well, their arguments unchecked."""
        called_ones = {key[0] for key in self.walked}
        for each in tree.body:
            if isinstance(each, nodes.Macro) and id(each) not in called_ones:
                self.walk_macro(each, {}, scope)

    # Macros

    def call(self, node: nodes.Call, scope: Scope) -> Shape:
        given = [self.need(each, scope) for each in node.args]
        named = {each.key: self.need(each.value, scope) for each in node.kwargs}
        if not isinstance(node.node, nodes.Name):
            return ANY
        bound = scope.names.get(node.node.name)
        if isinstance(bound, Macro):
            self.call_macro(node, bound.node, given, named, scope.top)
            return TEXT
        if is_reserved(node.node.name):
            return ANY
        hint = did_you_mean(node.node.name, [each for each, shape in scope.names.items() if isinstance(shape, Macro)])
        self.report(TEMPLATE_FORBIDDEN, node, f"`{node.node.name}` is no macro of this template", hint)
        return ANY

    def call_macro(
        self, node: nodes.Call, macro: nodes.Macro, given: list[Shape], named: dict[str, Shape], top: Scope
    ) -> None:
        parameters = [each.name for each in macro.args]
        taken: dict[str, Shape] = dict(zip(parameters, given, strict=False))
        surplus = len(given) > len(parameters) or set(named) - set(parameters) or set(named) & set(taken)
        if surplus:
            message = f"macro `{macro.name}` takes {', '.join(parameters) or 'nothing'}"
            self.report(TEMPLATE_SYNTAX, node, message)
            return
        taken |= named
        for missing in parameters[: len(parameters) - len(macro.defaults)]:
            if missing not in taken:
                self.report(TEMPLATE_VARIABLE, node, f"macro `{macro.name}` needs `{missing}`")
                taken[missing] = ANY
        self.walk_macro(macro, taken, top)

    def walk_macro(self, macro: nodes.Macro, taken: Mapping[str, Shape], top: Scope) -> None:
        """Read the body of ``macro`` for arguments of these shapes, unless that was done."""
        seen = frozenset((name, id(shape)) for name, shape in top.names.items())
        key = (id(macro), tuple((name, id(shape)) for name, shape in sorted(taken.items())), seen, top.facts)
        if key in self.walked or any(each is macro for each in self.under_way):
            return
        self.walked[key] = (taken, dict(top.names))  # keeps the shapes alive whose ids the key holds
        if len(self.walked) > MAX_MACRO_WALKS:
            self.report(TEMPLATE_LIMIT, macro, "macros call each other in too many ways to be checked")
            return
        self.under_way.append(macro)
        self.body(macro.body, self.with_defaults(macro, taken, top))
        self.under_way.pop()

    def with_defaults(self, macro: nodes.Macro, taken: Mapping[str, Shape], top: Scope) -> Scope:
        scope = top.inside(taken)
        first_default = len(macro.args) - len(macro.defaults)
        for place, parameter in enumerate(macro.args):
            if parameter.name not in taken:
                default = macro.defaults[place - first_default] if place >= first_default else None
                scope.bind(parameter.name, self.shape(default, scope) if default else ANY)
        return scope
