"""Templates: checked and compiled when the playbook is loaded, rendered per message (language §7).

A text without ``{`` is itself. The same functions serve files of ``templates/`` and one-line texts of the playbook such
as ``"续约：{{ contract.name }}"``.
"""

import re
from collections.abc import Generator, Iterable, Mapping
from types import CodeType, TracebackType
from typing import Any, Final

import jinja2
import msgspec

from engine.foundation.codes import TEMPLATE_FORBIDDEN, TEMPLATE_LIMIT, TEMPLATE_VALUE, TEMPLATE_VARIABLE
from engine.foundation.places import Place
from engine.foundation.problems import AccountFailed, Code, PlaybookInvalid, Problem, problem
from engine.templates.bounds import RUN, Run
from engine.templates.figures import Edges
from engine.templates.grammar import MAX_SOURCE, Template, forbidden, is_encodable, parse, too_deep_to_compile
from engine.templates.parts import Parts, parts_of, put_together
from engine.templates.reading import unreadable
from engine.templates.sandbox import Sandbox, compile_tree, sandbox
from engine.templates.variables import Group, Leaf, ListOf, Shape, Variables

__all__ = [
    "MAX_OUTPUT",
    "MAX_OUTPUT_INLINE",
    "CompiledTemplate",
    "Group",
    "Leaf",
    "ListOf",
    "Shape",
    "Template",
    "Variables",
    "check_template",
    "compile_template",
    "one_line",
    "render",
]

MAX_OUTPUT: Final = 65_536
MAX_OUTPUT_INLINE: Final = 500
"""Characters that a title or subject may have."""

_NEWLINES = re.compile(r"\r\n?")
_UNPRINTED = re.compile(r"[\s\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]+")


class CompiledTemplate(msgspec.Struct, frozen=True):
    """A template ready to be rendered any number of times; ``code`` is none where the text is its own result.

    ``names`` are the variables it may read, those it sets itself among them. ``parts`` are there where it only shows
    texts and values.
    """

    template: Template
    code: jinja2.Template | None
    names: frozenset[str]
    parts: Parts | None = None


def check_template(template: Template, shapes: Variables) -> list[Problem]:
    """Everything wrong with ``template`` where it may read ``shapes``, sorted; never raises.

    Bad syntax (PB601), names, members and optional values that some path leaves undefined (PB602), excess (PB603),
    what the sandbox does not offer (PB605) and values used against their kind (PB606).
    """
    if _is_plain(template):
        return []
    environment = sandbox(markdown=False)
    try:
        tree = parse(template, environment)
        problems = {*forbidden(template, tree), *unreadable(template, tree, shapes)}
        if not problems:
            _compiled(template, environment, tree)
    except PlaybookInvalid as invalid:
        return list(invalid.problems)
    return sorted(problems, key=_position)


def compile_template(template: Template, *, markdown: bool = False) -> CompiledTemplate:
    """The template ready to render; in ``markdown`` every shown value is text, never markup.

    Raises ``PlaybookInvalid`` for what :func:`check_template` reports as PB601, PB603 or PB605.
    """
    if _is_plain(template):
        return CompiledTemplate(template, None, frozenset())
    environment = sandbox(markdown=markdown)
    tree = parse(template, environment)
    problems = set(forbidden(template, tree))
    if problems:
        raise PlaybookInvalid(problems)
    parts = None if markdown else parts_of(tree)
    code = _compiled(template, environment, tree)
    names = frozenset(each.name for each in tree.find_all(jinja2.nodes.Name))
    return CompiledTemplate(template, jinja2.Template.from_code(environment, code, {}), names, parts)


def _position(found: Problem) -> tuple[int, str, str, str]:
    return found.line, found.code, found.message, found.hint or ""


def _is_plain(template: Template) -> bool:
    source = template.source
    return "{" not in source and len(source) <= MAX_SOURCE and is_encodable(source)


def _compiled(template: Template, environment: Sandbox, tree: jinja2.nodes.Template) -> CodeType:
    try:
        return compile_tree(environment, tree)
    except (RecursionError, SyntaxError, MemoryError, OverflowError):
        raise too_deep_to_compile(template) from None


def render(
    compiled: CompiledTemplate,
    values: Mapping[str, Any],
    *,
    locale: str,
    max_output: int = MAX_OUTPUT,
    edges: Edges = (),
) -> str | Problem:
    """What the reader gets, values shown in ``locale``; or why not, with the template's file and line.

    ``values`` are plain data: mappings, lists, texts, numbers, money, quantities, dates. Text among them is printed as
    it is, never read as a template. No figure is rounded onto or across one of ``edges``. Equal
    input gives equal output or the equal problem, on every machine.
    """
    code, template = compiled.code, compiled.template
    if compiled.parts is not None:
        text = put_together(compiled.parts, values, Run(locale, edges), max_output)
        if text is not None:
            return text
    try:
        if code is None:
            return _printable([_NEWLINES.sub("\n", template.source)], max_output)
        known = {name: value for name, value in values.items() if value is not None}
        context = code.new_context({**known, RUN: Run(locale, edges)}, shared=True)
        return _printable(code.root_render_func(context), max_output)
    except _FAILURES as error:
        return _explained(error, template, _line_of(code, error.__traceback__))


def one_line(text: str) -> str:
    """``text`` on one line, for subjects and titles: control and direction characters and spaces become one space."""
    # Of what is printable only the space itself is replaced.
    is_plain = text.isprintable() and "  " not in text
    return text.strip() if is_plain else _UNPRINTED.sub(" ", text).strip()


def _printable(chunks: Iterable[str], max_output: int) -> str:
    kept: list[str] = []
    length = 0
    for chunk in chunks:
        kept.append(chunk)
        length += len(chunk)
        if length > max_output:
            _end(chunks, f"the text grows longer than {max_output:,} characters")
    text = "".join(kept)
    text.encode()  # half of a character could be neither sent nor stored
    return text


def _end(chunks: Iterable[str], message: str) -> None:
    """Refuse from within the template, so that the failure knows its line."""
    failure = AccountFailed(problem(TEMPLATE_LIMIT, Place(""), message))
    if isinstance(chunks, Generator):
        chunks.throw(failure)
    raise failure


_FAILURES = (
    AccountFailed,
    jinja2.TemplateError,
    TypeError,
    ValueError,
    ArithmeticError,
    LookupError,
    AttributeError,
    RecursionError,
    MemoryError,
)


def _explained(error: Exception, template: Template, line: int) -> Problem:
    place = template.at(line)
    if isinstance(error, AccountFailed):
        return msgspec.structs.replace(error.problem, file=place.file, line=place.line)
    for kind, code in _CODES.items():
        if isinstance(error, kind):
            return problem(code, place, str(error) or code.title)
    return problem(TEMPLATE_VALUE, place, f"the template can't be worked out: {error}")


_CODES: Final[dict[type[Exception], Code]] = {
    jinja2.UndefinedError: TEMPLATE_VARIABLE,
    jinja2.TemplateError: TEMPLATE_FORBIDDEN,
    RecursionError: TEMPLATE_LIMIT,
    MemoryError: TEMPLATE_LIMIT,
}


def _line_of(code: jinja2.Template | None, trace: TracebackType | None) -> int:
    """The line of the template under way when the innermost of its own frames failed."""
    line = 1
    while code is not None and trace is not None:
        if trace.tb_frame.f_globals is code.root_render_func.__globals__:
            line = code.get_corresponding_lineno(trace.tb_lineno)
        trace = trace.tb_next
    return line
