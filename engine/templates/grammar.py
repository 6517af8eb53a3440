"""Which constructs of Jinja a template may use: parsing within bounds, and the list of what is allowed.

What is not listed is refused (PB605), so that a new version of Jinja cannot open a door.
"""

import math
import re
from collections.abc import Callable, Container, Iterable, Iterator
from typing import Any, Final

import msgspec
from jinja2 import TemplateSyntaxError, nodes
from jinja2.filters import FILTERS as FILTERS_OF_JINJA
from jinja2.parser import Parser
from jinja2.tests import TESTS as TESTS_OF_JINJA

from engine.foundation.codes import TEMPLATE_FORBIDDEN, TEMPLATE_LIMIT, TEMPLATE_SYNTAX
from engine.foundation.places import Place
from engine.foundation.problems import Code, PlaybookInvalid, Problem, did_you_mean, problem
from engine.templates.filters import FILTERS, TESTS
from engine.templates.operators import FIGURES_HINT
from engine.templates.sandbox import Sandbox

MAX_SOURCE: Final = 65_536
MAX_TOKENS: Final = 20_000
MAX_NODES: Final = 4_000
MAX_DEPTH: Final = 40
MAX_BRACKETS: Final = 20
MAX_WHOLE: Final = 10**18

RESERVED: Final = frozenset({"self", "super", "caller", "varargs", "kwargs"})
"""Names by which Jinja hands out its own machinery."""


class Template(msgspec.Struct, frozen=True):
    """A template's text and where it stands: ``line_offset`` lines of ``file`` come before it; ``column`` is where a
    text inside another document begins, and 0 for a file of its own."""

    file: str
    source: str
    line_offset: int = 0
    column: int = 0

    def at(self, line: int | None, word: str = "") -> Place:
        """The place of ``word`` in the template's own ``line``, or of the line; its first where none is known."""
        number = line or 1
        return Place(self.file, self.line_offset + number, self.column or self._column(number, word))

    def _column(self, number: int, word: str) -> int:
        """Where ``word`` stands in a line, counted from 1; 0 where it does not stand there as it is."""
        lines = self.source.split("\n")
        if not word or number > len(lines):
            return 0
        found = re.search(rf"(?<!\w){re.escape(word)}(?!\w)", lines[number - 1])
        return found.start() + 1 if found else 0


def parse(template: Template, environment: Sandbox) -> nodes.Template:
    """The tree of ``template``; raises ``PlaybookInvalid`` for bad syntax (PB601) and excess (PB603)."""
    if len(template.source) > MAX_SOURCE:
        raise _over(template, 1, f"the template is longer than {MAX_SOURCE:,} characters")
    parser = None
    try:
        _bound_tokens(template, environment)
        parser = Parser(environment, template.source)
        tree = parser.parse()
    except TemplateSyntaxError as error:
        raise PlaybookInvalid([_broken(template, error)]) from None
    except RecursionError:
        raise _too_deep(template, parser.stream.current.lineno if parser else 1) from None
    except ValueError:  # from Python's limit on the digits of a whole number
        raise _over(template, 1, "a number of the template is too long") from None
    _bound_tree(template, tree)
    return tree


def _broken(template: Template, error: TemplateSyntaxError) -> Problem:
    """What breaks Jinja's rules; of a tag that is never closed its own words, as Jinja's are for programmers."""
    message = error.message or "the template breaks Jinja's rules"
    still_open = _NEVER_CLOSED.search(message)
    if still_open:
        tag = still_open[1]
        message = f"the template ends here, and `{{% {tag} … %}}` is not closed"
        return problem(TEMPLATE_SYNTAX, template.at(error.lineno), message, f"add `{{% end{tag} %}}`")
    return problem(TEMPLATE_SYNTAX, template.at(error.lineno), message, _SYNTAX_HINT)


_NEVER_CLOSED = re.compile(r"Unexpected end of template.*needs to be closed is '(\w+)'", re.DOTALL)
_SYNTAX_HINT: Final = "`{{ name }}` prints a value, `{% if name %} … {% endif %}` asks for one"


def _bound_tokens(template: Template, environment: Sandbox) -> None:
    """Refuse what would exhaust the parser, in time or recursion, before there is a tree to measure."""
    depth = 0
    for count, token in enumerate(environment.lexer.tokenize(template.source)):
        depth += (token.type in _OPENING) - (token.type in _CLOSING)
        if depth > MAX_BRACKETS:
            raise _too_deep(template, token.lineno)
        if count > MAX_TOKENS:
            raise _too_long(template, token.lineno)


_OPENING: Final = frozenset({"lparen", "lbracket", "lbrace"})
_CLOSING: Final = frozenset({"rparen", "rbracket", "rbrace"})


def _bound_tree(template: Template, tree: nodes.Template) -> None:
    count = 0
    waiting: list[tuple[nodes.Node, int]] = [(tree, 0)]
    while waiting:
        node, depth = waiting.pop()
        count += 1
        if depth > MAX_DEPTH:
            raise _too_deep(template, node.lineno)
        if count > MAX_NODES:
            raise _too_long(template, node.lineno)
        waiting.extend((child, depth + 1) for child in node.iter_child_nodes())


def _too_deep(template: Template, line: int) -> PlaybookInvalid:
    return _over(template, line, "the template is nested too deeply", "work it out in steps: `{% set name = … %}`")


def _too_long(template: Template, line: int) -> PlaybookInvalid:
    return _over(template, line, f"the template has more than {MAX_NODES:,} parts")


def _over(template: Template, line: int, message: str, hint: str | None = None) -> PlaybookInvalid:
    return PlaybookInvalid([problem(TEMPLATE_LIMIT, template.at(line), message, hint)])


def too_deep_to_compile(template: Template) -> PlaybookInvalid:
    """What to raise where Python refuses the code of a template."""
    return _too_deep(template, 1)


def forbidden(template: Template, tree: nodes.Template) -> Iterator[Problem]:
    """Every construct of ``tree`` that templates don't have, and every filter or test nobody knows."""
    outermost = {id(each) for each in tree.body}
    waiting: list[nodes.Node] = [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, nodes.Macro) and id(node) not in outermost:
            yield problem(TEMPLATE_FORBIDDEN, template.at(node.lineno), "macros stand outside of loops and conditions")
        for code, message, hint in _objections(node):
            yield problem(code, template.at(node.lineno, getattr(node, "name", "")), message, hint)
        waiting.extend(node.iter_child_nodes())


_Objection = tuple[Code, str, str | None]


def _objections(node: nodes.Node) -> Iterator[_Objection]:
    kind = type(node)
    if kind in _CHECKS:
        yield from _CHECKS[kind](node)
    elif kind not in _PLAIN:
        yield _no(*_REFUSED.get(kind, (f"`{kind.__name__}` is not available in templates", None)))


def _no(message: str, hint: str | None = None) -> _Objection:
    return TEMPLATE_FORBIDDEN, message, hint


def is_reserved(name: str) -> bool:
    """Whether no template may say ``name``, whatever its place."""
    return name in RESERVED or name.startswith("_")


def _name(node: nodes.Name) -> Iterator[_Objection]:
    if is_reserved(node.name):
        yield _no(f"the name `{node.name}` is not available in templates")
    if node.name == "loop" and node.ctx != "load":
        yield _no("the name `loop` is taken: inside a loop it tells which turn it is")


def _getattr(node: nodes.Getattr) -> Iterator[_Objection]:
    if node.attr.startswith("_"):
        yield _no(f"the name `{node.attr}` is not available in templates")


def _getitem(node: nodes.Getitem) -> Iterator[_Objection]:
    if isinstance(node.arg, nodes.Slice) and node.arg.step is not None:
        yield _no("a part is cut without a step: `text[:80]`")
    if isinstance(node.arg, nodes.Const) and str(node.arg.value).startswith("_"):
        yield _no(f"the name `{node.arg.value}` is not available in templates")


def _const(node: nodes.Const) -> Iterator[_Objection]:
    value = node.value
    if isinstance(value, int | float) and not (math.isfinite(value) and abs(value) < MAX_WHOLE):
        yield TEMPLATE_LIMIT, "a number of the template is too large", None
    if isinstance(value, str) and not is_encodable(value):
        yield TEMPLATE_SYNTAX, "a text of the template holds half of a character (`\\ud800`…)", None


def is_encodable(text: str) -> bool:
    """Whether ``text`` can be written as UTF-8; half of a surrogate pair can't."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _data(node: nodes.TemplateData) -> Iterator[_Objection]:
    if not is_encodable(node.data):
        yield TEMPLATE_SYNTAX, "the template holds half of a character", None


def _filter(node: nodes.Filter) -> Iterator[_Objection]:
    if node.name not in FILTERS:
        yield _unknown("filter", node.name, FILTERS, FILTERS_OF_JINJA)
    yield from _unpacked(node)


def _test(node: nodes.Test) -> Iterator[_Objection]:
    if node.name not in TESTS:
        yield _unknown("test", node.name, TESTS, TESTS_OF_JINJA)
    yield from _unpacked(node)


def _unknown(word: str, name: str, known: Iterable[str], of_jinja: Container[str]) -> _Objection:
    if name in of_jinja:
        return _no(f"the {word} `{name}` is not available in templates", f"known: {', '.join(sorted(known))}")
    return TEMPLATE_SYNTAX, f"there is no {word} `{name}`", did_you_mean(name, known)


def _call(node: nodes.Call) -> Iterator[_Objection]:
    if not isinstance(node.node, nodes.Name):
        yield _no("values have no methods to call", "use a filter: `{{ name | upper }}`")
    yield from _unpacked(node)


def _unpacked(node: nodes.Call | nodes.Filter | nodes.Test) -> Iterator[_Objection]:
    if node.dyn_args is not None or node.dyn_kwargs is not None:
        yield _no("arguments are written out, `*` and `**` are not available")


def _for(node: nodes.For) -> Iterator[_Objection]:
    if node.recursive:
        yield _no("loops can't be `recursive`")
    if not isinstance(node.target, nodes.Name):
        yield _no("a loop has one variable: `{% for ticket in tickets %}`")


def _assign(node: nodes.Assign) -> Iterator[_Objection]:
    if not isinstance(node.target, nodes.Name):
        yield _no("`{% set %}` sets one variable: `{% set total = … %}`")


def _dict(node: nodes.Dict) -> Iterator[_Objection]:
    if not all(isinstance(each.key, nodes.Const) and isinstance(each.key.value, str) for each in node.items):
        yield _no("the keys of a mapping are texts: `{'red': '…'}`")


_PLAIN: Final[frozenset[type[nodes.Node]]] = frozenset(
    {
        nodes.Template, nodes.Output, nodes.If, nodes.Macro, nodes.CondExpr, nodes.And, nodes.Or, nodes.Not,
        nodes.Compare, nodes.Operand, nodes.Concat, nodes.Add, nodes.Sub, nodes.Mul, nodes.Neg, nodes.Pos,
        nodes.List, nodes.Tuple, nodes.Pair, nodes.Slice, nodes.Keyword, nodes.Scope,
    }
)  # fmt: skip

_CHECKS: Final[dict[type[nodes.Node], Callable[[Any], Iterator[_Objection]]]] = {
    nodes.Assign: _assign,
    nodes.Call: _call,
    nodes.Const: _const,
    nodes.Dict: _dict,
    nodes.Filter: _filter,
    nodes.For: _for,
    nodes.Getattr: _getattr,
    nodes.Getitem: _getitem,
    nodes.Name: _name,
    nodes.TemplateData: _data,
    nodes.Test: _test,
}

_ALONE = "each template stands alone: it can't take in others"
_REFUSED: Final[dict[type[nodes.Node], tuple[str, str | None]]] = {
    nodes.Include: (_ALONE, None),
    nodes.Import: (_ALONE, None),
    nodes.FromImport: (_ALONE, None),
    nodes.Extends: (_ALONE, None),
    nodes.Block: ("`{% block %}` is not available in templates", None),
    nodes.CallBlock: ("`{% call %}` is not available in templates", "call a macro: `{{ name(…) }}`"),
    nodes.FilterBlock: ("`{% filter %}` is not available in templates", "filter each value: `{{ name | upper }}`"),
    nodes.AssignBlock: ("`{% set %}` without `=` is not available in templates", "write a macro"),
    nodes.With: ("`{% with %}` is not available in templates", "use `{% set name = … %}`"),
    nodes.ScopedEvalContextModifier: ("`{% autoescape %}` is not available in templates", None),
    nodes.NSRef: ("a member can't be set", None),
    nodes.Div: ("`/` is not available in templates", FIGURES_HINT),
    nodes.FloorDiv: ("`//` is not available in templates", FIGURES_HINT),
    nodes.Mod: ("`%` is not available in templates", "join texts by `~`"),
    nodes.Pow: ("`**` is not available in templates", FIGURES_HINT),
}
