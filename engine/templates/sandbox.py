"""The environment templates run in.

Both a template and the data it shows may be hostile. Three walls stand behind each other: only the constructs that
:mod:`engine.templates.grammar` lists are compiled; what is compiled is rewritten first, so that every operation whose
cost grows with data is one of :mod:`engine.templates.operators`, which counts; and names lead to plain data only.
"""

from collections.abc import Mapping
from functools import cache
from types import CodeType
from typing import Any, Final

from jinja2 import nodes
from jinja2.runtime import Context, LoopContext, Macro
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.visitor import NodeTransformer

from engine.foundation.codes import TEMPLATE_FORBIDDEN
from engine.templates.bounds import CHARACTERS_PER_STEP, Missing, present, refuse, run_of
from engine.templates.filters import FILTERS, TESTS
from engine.templates.operators import OPERATIONS, calculate, shown, shown_in_markdown

LOOP: Final = frozenset({"index", "index0", "revindex", "revindex0", "first", "last", "length"})
"""What a loop tells of itself: ``loop.index``."""


class Sandbox(ImmutableSandboxedEnvironment):
    """Jinja without loader, globals, attributes and methods: names lead to records, lists and single values."""

    intercepted_binops = frozenset({"+", "-", "*", "/", "//", "**", "%"})
    intercepted_unops = frozenset({"+", "-"})

    def getattr(self, obj: Any, attribute: str) -> Any:
        """The member ``attribute`` of a record, or what a loop tells of itself."""
        if isinstance(obj, Mapping):
            return self._found(obj.get(attribute), attribute)
        if isinstance(obj, LoopContext) and attribute in LOOP:
            return getattr(obj, attribute)
        present(obj)
        return self._found(None, attribute)

    def getitem(self, obj: Any, argument: Any) -> Any:
        """The member, record or character that ``argument`` (a text or whole number) names."""
        if isinstance(argument, str):
            return self.getattr(obj, argument)
        present(obj)
        present(argument)
        if not isinstance(argument, int) or not isinstance(obj, list | tuple | str):
            refuse(TEMPLATE_FORBIDDEN, "only a name, or the number of a record of a list, stands in `[…]`")
        return self._found(obj[argument] if -len(obj) <= argument < len(obj) else None, f"[{argument}]")

    def _found(self, value: Any, name: str) -> Any:
        return Missing(name=name) if value is None else value

    def call(__self, __context: Context, __obj: Any, *args: Any, **kwargs: Any) -> Any:  # noqa: N805
        """Call one of the template's own macros; there is nothing else to call."""
        if type(__obj) is not Macro:
            refuse(TEMPLATE_FORBIDDEN, "only the template's own macros can be called")
        run = run_of(__context)
        run.enter()
        try:
            return super().call(__context, __obj, *args, **kwargs)
        finally:
            run.leave()

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        """Sums, differences and products of plain numbers; nothing else."""
        return calculate(context, operator, left, right)

    def call_unop(self, context: Context, operator: str, arg: Any) -> Any:
        """The sign of a plain number."""
        return calculate(context, operator, 0, arg)


@cache
def sandbox(*, markdown: bool) -> Sandbox:
    """The one environment for plain text, or for Markdown, where shown values are no markup."""
    found = Sandbox(
        undefined=Missing,
        autoescape=markdown,  # so that what a macro writes is known to be Markdown
        finalize=shown_in_markdown if markdown else shown,
        optimized=False,  # or Jinja would work out constants such as 'x' * 10**9 while compiling
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        cache_size=0,
    )
    found.globals.clear()
    found.filters = {**FILTERS, **OPERATIONS}
    found.tests = dict(TESTS)
    return found


def compile_tree(environment: Sandbox, tree: nodes.Template) -> CodeType:
    """The code of ``tree``, which passed the grammar and is rewritten in place.

    Raises ``TemplateSyntaxError``, and ``RecursionError`` or ``SyntaxError`` where Python finds it nested too deeply.
    """
    rewritten = _Rewriter().visit(tree)
    rewritten.set_environment(environment)
    return environment.compile(rewritten)


class _Rewriter(NodeTransformer):
    """Turns the operators Jinja would compile to plain Python into calls that count."""

    def visit_Compare(self, node: nodes.Compare) -> nodes.Node:
        self.generic_visit(node)
        rest = [part for each in node.ops for part in (nodes.Const(each.op), each.expr)]
        return _operation("~compare", node.expr, rest)

    def visit_Concat(self, node: nodes.Concat) -> nodes.Node:
        self.generic_visit(node)
        return _operation("~concat", node.nodes[0], node.nodes[1:])

    def visit_Const(self, node: nodes.Const) -> nodes.Node:
        exact = isinstance(node.value, float)
        return _operation("~decimal", nodes.Const(repr(node.value)), []) if exact else node

    def visit_Getitem(self, node: nodes.Getitem) -> nodes.Node:
        self.generic_visit(node)
        if not isinstance(node.arg, nodes.Slice):
            return node
        bounds = [node.arg.start or nodes.Const(None), node.arg.stop or nodes.Const(None)]
        return _operation("~slice", node.node, bounds)

    def visit_For(self, node: nodes.For) -> nodes.Node:
        weight = nodes.Const(_weight([node.target, *node.body, *([node.test] if node.test else [])]))
        self.generic_visit(node)
        node.iter = _operation("~each", node.iter, [weight])
        return node

    def visit_Macro(self, node: nodes.Macro) -> nodes.Node:
        weight = nodes.Const(_weight(node.body))
        self.generic_visit(node)
        counted = nodes.ExprStmt(_operation("~charge", weight, []), lineno=node.lineno)
        node.body.insert(0, counted)
        return node


def _operation(name: str, first: nodes.Node, rest: list[nodes.Expr]) -> nodes.Filter:
    return nodes.Filter(first, name, rest, [], None, None, lineno=first.lineno)


def _weight(body: list[nodes.Node]) -> int:
    """Steps of one pass through ``body``; loops and macros within count their own."""
    steps = 1
    waiting = list(body)
    while waiting:
        node = waiting.pop()
        steps += 1 + (len(node.data) // CHARACTERS_PER_STEP if isinstance(node, nodes.TemplateData) else 0)
        if isinstance(node, nodes.For):
            waiting.append(node.iter)
        elif not isinstance(node, nodes.Macro):
            waiting.extend(node.iter_child_nodes())
    return steps
