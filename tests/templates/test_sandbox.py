"""If these fail, a template or a customer's data can stop the run, exhaust the machine or reach what it must not.

Every attack ends with its own code and place. ``TOO_LONG`` only tells an endless run from a slow machine: what ends a
template is counted, never timed.
"""

import re
import time
import tracemalloc
from contextlib import contextmanager, nullcontext, suppress
from datetime import date
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.foundation.problems import PlaybookInvalid, Problem
from engine.foundation.quantities import Money
from engine.templates.bounds import MAX_STEPS
from engine.templates.grammar import MAX_SOURCE
from engine.templates.templates import Leaf, Template, check_template, compile_template, render

TOO_LONG = 20
MEGABYTE = 1_000_000

MANY = [
    {"n": i, "day": date(2026, 1, 1), "paid": Money(i * 100 + 1, "CNY"), "rate": Decimal(i) / 7} for i in range(50_000)
]
HOSTILE = {
    "many": MANY,
    "text": "ab",
    "long": "ab" * 30_000,
    "huge": "q" * 4_000_000,
    "hay": "a" * 2_499,
    "needle": "a" * 1_200 + "b",
    "roles": ["user", "buyer"],
    "number": 7,
}
SHAPES = {name: Leaf("any") for name in HOSTILE}


def failure(source, values=HOSTILE, **options) -> Problem:
    """The problem that compiling or rendering ``source`` ends with, in time."""
    template = Template("mail.txt", source, line_offset=10)
    began = time.monotonic()
    try:
        outcome = render(compile_template(template), values, locale="en", **options)
    except PlaybookInvalid as invalid:
        outcome = invalid.problems[0]
    assert isinstance(outcome, Problem), f"came out as {outcome[:80]!r}"
    assert time.monotonic() - began < TOO_LONG
    assert outcome.file == "mail.txt"
    return outcome


@contextmanager
def bounded_memory():
    tracemalloc.start()
    yield
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 50 * MEGABYTE


def checked(source) -> set[str]:
    began = time.monotonic()
    problems = check_template(Template("mail.txt", source), SHAPES)
    assert time.monotonic() - began < TOO_LONG
    return {each.code for each in problems}


# Endless work

LOOPS = {
    "nested loops": "{% for a in many %}{% for b in many %}{% for c in many %}{% endfor %}{% endfor %}{% endfor %}",
    "a loop that asks about itself": "{% for a in many %}{{ loop.length ~ loop.last }}{% endfor %}",
    "a filtered loop that yields nothing": "{% for a in many if a.n > 99999999 %}{% endfor %}",
    "texts put together": "{% for a in many %}{% set x = text ~ text %}{% endfor %}",
    "dates shown": "{% for a in many %}{% set x = a.day | date('full') %}{% endfor %}",
    "money shown": "{% for a in many %}{% set x = a.paid ~ '' %}{% endfor %}",
    "figures shown": "{% for a in many %}{% set x = a.rate | percent(against=a.n) %}{% endfor %}",
    "slow searches": "{% for a in many %}{% if needle in hay %}x{% endif %}{% endfor %}",
    "long texts compared": "{% for a in many %}{% if long == long ~ '' %}{% endif %}{% endfor %}",
    "long texts cut": "{% for a in many %}{% set x = huge[:60000] %}{% endfor %}",
    "long texts replaced": "{% for a in many %}{% set x = long | replace('a', '') %}{% endfor %}",
    "lists cut": "{% for a in many %}{% set x = many[1:] %}{% endfor %}",
    "lists searched": "{% for a in many %}{% if a.n in [1, 2, 3, 4, 5] %}{% endif %}{% endfor %}",
    "sums": "{% for a in many %}{% for b in many %}{% set x = a.n + b.n %}{% endfor %}{% endfor %}",
    "macros that fan out": "{% macro a0() %}x{% endmacro %}"
    + "".join(f"{{% macro a{i}() %}}{f'{{{{ a{i - 1}() }}}}' * 10}{{% endmacro %}}" for i in range(1, 12))
    + "{{ a11() }}",
    "much text in a macro": "{% macro m() %}"
    + "x" * 60_000
    + "{% endmacro %}{% for a in many %}{% set x = m() %}{% endfor %}",
}


@pytest.mark.parametrize("source", LOOPS.values(), ids=LOOPS)
def test_work_without_end_is_counted_and_ended(source):
    found = failure("\n\n" + source)
    assert (found.code, found.line) == ("PB603", 13)
    assert f"{MAX_STEPS:,} steps" in found.message


def test_texts_kept_in_variables_or_macros_are_counted():
    with bounded_memory():
        assert failure("".join(f"{{% set x{i} = long ~ '' %}}" for i in range(900))).code == "PB603"
        assert failure(LOOPS["much text in a macro"]).code == "PB603"


def test_the_same_template_ends_at_the_same_step_every_time():
    assert len({str(failure(LOOPS["nested loops"])) for _ in range(3)}) == 1


@pytest.mark.parametrize(
    "source",
    [
        "{% macro r() %}{{ r() }}{% endmacro %}\n{{ r() }}",
        "{% macro r() %}{{ r() }}{{ r() }}{% endmacro %}\n{{ r() }}",
        "{% macro a() %}{{ b() }}{% endmacro %}{% macro b() %}{{ a() }}{% endmacro %}\n{{ a() }}",
        "{% macro r(x) %}{% for each in x %}{{ r([each]) }}{% endfor %}{% endmacro %}\n{{ r(roles) }}",
    ],
)
def test_a_macro_that_calls_itself_ends(source):
    found = failure(source)
    assert (found.code, found.line) == ("PB603", 11)
    assert "macros call each other" in found.message


# Memory

GROWTH = {
    "doubling": "{% set x = 'a' %}" + "{% set x = x ~ x %}" * 100 + "{{ x }}",
    "doubling in macros": "{% macro m(s) %}{{ s ~ s }}{% endmacro %}{{ m(m(m(m(m(long))))) }}",
    "replacing by more": "{{ long | replace('a', long) }}",
    "replacing nothing by much": "{{ long | replace('', long) }}",
    "joining much": "{{ [long, long, long] | join(long) }}",
    "joining with a long separator": "{{ many[:1000] | length }}{{ [1,2,3,4,5,6,7,8,9] | join(long) }}",
    "a text over the bound": "{{ huge }}",
    "a text over the bound in a filter": "{{ huge | upper }}",
}


@pytest.mark.parametrize("source", GROWTH.values(), ids=GROWTH)
def test_a_text_that_grows_is_stopped_before_it_is_made(source):
    with bounded_memory():
        found = failure(source)
    assert (found.code, found.line) == ("PB603", 11)
    assert "65,536 characters" in found.message


@pytest.mark.parametrize("source", ["{% for a in many %}{{ long }}{% endfor %}", "{{ long }}\n{{ long }}"])
def test_output_is_counted_while_it_streams(source):
    with bounded_memory():
        found = failure(source)
    assert found.code == "PB603"
    assert "grows longer than 65,536 characters" in found.message
    assert found.line == 11 + source.count("\n")


def test_a_title_has_smaller_bounds():
    found = failure("{{ long }}", max_output=500)
    assert found.message == "the text grows longer than 500 characters"
    assert failure("x" * 501, max_output=500).message == found.message


def test_numbers_stay_small():
    grown = failure("{% set x = 9 %}" + "{% set x = x * x %}" * 30 + "{{ x }}")
    assert (grown.code, grown.message) == ("PB603", "a figure grows too large")
    for number in ("9" * 5_000, "1e999", "1e308", "9" * 30):
        assert failure("{{ " + number + " }}").code == "PB603"


def test_lists_in_lists_can_be_neither_compared_nor_printed():
    nested = "{% set x = ['a'] %}{% set y = ['a'] %}" + "{% set x = [x, x] %}{% set y = [y, y] %}" * 30
    for use in ("{{ x == y }}", "{{ x }}", "{{ x | join }}", "{{ x ~ y }}", "{{ {'a': x} == {'a': y} }}"):
        assert failure(nested + use).code == "PB606"


# Compiling

SOURCES = {
    "too long": "x" * (MAX_SOURCE + 1),
    "too long with a sign": "{{ 1 }}" + "x" * MAX_SOURCE,
    "brackets": "{{ " + "(" * 30_000,
    "brackets that close": "{{ " + "(" * 60 + "1" + ")" * 60 + " }}",
    "braces": "{" * 65_000,
    "lists": "{{ " + "[" * 60 + "]" * 60 + " }}",
    "not": "{{ " + "not " * 15_000 + "x }}",
    "minus": "{{ " + "-" * 15_000 + "1 }}",
    "plus": "{{ 1" + "+1" * 15_000 + " }}",
    "members": "{{ x" + ".a" * 20_000 + " }}",
    "filters": "{{ x" + "|upper" * 10_000 + " }}",
    "places": "{{ x" + "[0]" * 20_000 + " }}",
    "conditions in conditions": "{% if x %}" * 6_000,
    "loops in loops": "{% for a in roles %}" * 25 + "{% endfor %}" * 25,
    "either or": "{{ " + "1 if x else " * 5_000 + "2 }}",
    "otherwise": "{% if x %}" + "{% elif x %}" * 5_000 + "{% endif %}",
    "a long list": "{{ [" + "1," * 15_000 + "] }}",
    "much to print": "{{ x }}" * 9_000,
    "much to join": "{{ x" + "~x" * 15_000 + " }}",
}


@pytest.mark.parametrize("source", SOURCES.values(), ids=SOURCES)
def test_a_source_made_to_exhaust_the_compiler_is_refused(source):
    assert failure(source).code == "PB603"
    assert checked(source) == {"PB603"}


@pytest.mark.parametrize(
    ("source", "code"),
    [
        ("{{ 'x' * 10**9 }}", "PB605"),
        ("{{ 10**10**10 }}", "PB605"),
        ("{{ '%1000000000d' % 1 }}", "PB605"),
        ("{{ 1 / 0 }}", "PB605"),
        ("{{ 'x' ~ ('y' * 999999999) }}", "PB606"),
        ("{{ ['x'] * 999999999 }}", "PB606"),
        ("{{ 'x' | center(999999999) }}", "PB605"),
        ("{{ 'x' | indent(999999999) }}", "PB605"),
        ("{{ '%s' | format('x' * 999999999) }}", "PB605"),
        ("{{ range(999999999) | join }}", "PB605"),
        ("{% for i in range(999999999) %}{% endfor %}", "PB605"),
    ],
)
def test_nothing_huge_is_worked_out_neither_when_compiling_nor_when_rendering(source, code):
    assert failure(source).code == code
    assert code in checked(source)


def test_checking_many_ways_through_many_conditions_ends():
    checked("".join(f"{{% set a{i} = x %}}{{% if x %}}{{% endif %}}" for i in range(500)))
    fan = "".join(f"{{% macro a{i}(q) %}}{f'{{{{ a{i - 1}([q]) }}}}' * 10}{{% endmacro %}}" for i in range(1, 12))
    assert "PB603" in checked("{% macro a0(q) %}x{% endmacro %}" + fan + "{{ a11(text) }}")


# Ways out of the sandbox

ESCAPES = [
    "{{ ''.__class__ }}",
    "{{ ''['__class__'] }}",
    "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    "{{ text.__class__.__init__.__globals__ }}",
    "{{ text | attr('__class__') }}",
    "{{ text | map(attribute='__class__') | list }}",
    "{{ roles | map('upper') | join }}",
    "{{ self }}",
    "{{ self._TemplateReference__context }}",
    "{{ self.__init__.__globals__ }}",
    "{{ super() }}",
    "{{ caller() }}",
    "{{ varargs }}",
    "{{ kwargs }}",
    "{{ _ }}",
    "{{ __builtins__ }}",
    "{{ cycler.__init__.__globals__.os.popen('id').read() }}",
    "{{ lipsum.__globals__ }}",
    "{{ joiner('x')() }}",
    "{{ namespace(a=1).a }}",
    "{{ dict(a=1) }}",
    "{{ range(3) }}",
    "{{ config.items() }}",
    "{{ text.format(text) }}",
    "{{ '{0.__class__}'.format(text) }}",
    "{{ '{0.__class__}'.format_map({'a': 1}) }}",
    "{{ text.upper() }}",
    "{{ roles.append('x') }}",
    "{% for a in roles %}{{ loop.__init__ }}{% endfor %}",
    "{% for a in roles %}{{ loop.cycle('a', 'b') }}{% endfor %}",
    "{% for a in roles %}{{ loop.changed(a) }}{% endfor %}",
    "{% for a in roles recursive %}{{ loop(roles) }}{% endfor %}",
    "{% macro m() %}{{ caller() }}{% endmacro %}{% call m() %}x{% endcall %}",
    "{% macro m() %}{{ varargs }}{% endmacro %}{{ m(1) }}",
    "{% macro m() %}{% endmacro %}{{ m.__globals__ }}",
    "{% macro m() %}{% endmacro %}{{ m(*roles) }}",
    "{% macro m() %}{% endmacro %}{{ m(**text) }}",
    "{% if text %}{% macro m() %}{% endmacro %}{% endif %}",
    "{% include 'other' %}",
    "{% import 'other' as other %}",
    "{% from 'other' import x %}",
    "{% extends 'other' %}",
    "{% block x %}{% endblock %}",
    "{% filter upper %}x{% endfilter %}",
    "{% set x %}y{% endset %}",
    "{% set a, b = roles %}",
    "{% set loop = 1 %}",
    "{% with x = 1 %}{% endwith %}",
    "{% autoescape false %}{{ text }}{% endautoescape %}",
    "{% for a, b in roles %}{% endfor %}",
    "{{ {roles: 1} }}",
    "{{ text[::2] }}",
    "{{ text | safe }}",
    "{{ text | tojson }}",
    "{{ text | pprint }}",
    "{{ text | urlize }}",
    "{{ text | wordwrap(1) }}",
    "{{ many | batch(1) }}",
    "{{ many | slice(1) }}",
    "{{ many | groupby('n') }}",
    "{{ many | sort }}",
    "{{ text is callable }}",
    "{{ text is filter }}",
]


@pytest.mark.parametrize("source", ESCAPES)
def test_a_way_out_is_closed_by_check_and_by_running(source):
    assert failure(source).code == "PB605"
    assert "PB605" in checked(source)


@pytest.mark.parametrize(
    ("source", "code"),
    [
        ("{% do roles.append(1) %}", "PB601"),
        ("{% trans %}x{% endtrans %}", "PB601"),
        ("{% break %}", "PB601"),
        ("{% debug %}", "PB601"),
        ("{{ text", "PB601"),
        ("{{ '\\ud800' }}", "PB601"),
        ("{{ text | nonsense }}", "PB601"),
        ("{{ text is nonsense }}", "PB601"),
        ("{{ cycler }}", "PB602"),
        ("{{ text.nothing }}", "PB602"),
        ("{% for a in roles %}{{ loop.previtem }}{% endfor %}", "PB602"),
        ("{{ roles[99] }}", "PB602"),
        ("{{ nothing ~ 1 }}", "PB602"),
        ("{{ nothing == 1 }}", "PB602"),
        ("{{ nothing | upper }}", "PB602"),
        ("{{ nothing.more }}", "PB602"),
        ("{% for a in nothing %}{% endfor %}", "PB602"),
        ("{{ 1 if false }}", "PB602"),
        ("{{ roles }}", "PB606"),
        ("{{ roles | upper }}", "PB606"),
        ("{{ text + 1 }}", "PB606"),
        ("{{ -text }}", "PB606"),
        ("{{ text < 1 }}", "PB606"),
        ("{% for a in text %}{% endfor %}", "PB606"),
        ("{{ text | join }}", "PB606"),
        ("{{ text | date }}", "PB606"),
        ("{{ text | money }}", "PB606"),
        ("{{ number | money }}", "PB606"),
        ("{{ number | length }}", "PB606"),
        ("{{ text[:'a'] }}", "PB606"),
        ("{{ number | number('x') }}", "PB606"),
        ("{{ number | number(999999999) }}", "PB606"),
    ],
)
def test_every_failure_has_its_code_and_line(source, code):
    found = failure("first line\n" + source)
    assert (found.code, found.line) == (code, 12)
    assert found.message


class Secret:
    password = "hunter2"

    def __str__(self):
        return self.password

    __repr__ = __html__ = __str__


@pytest.mark.parametrize("source", ["{{ s }}", "{{ s.password }}", "{{ s['password'] }}", "{{ s ~ '' }}", "{{ s() }}"])
def test_objects_that_slip_into_the_values_stay_shut(source):
    found = failure(source, {"s": Secret()})
    assert found.code in {"PB602", "PB605"}
    assert "hunter2" not in str(found)


def test_the_state_of_a_rendering_cant_be_read():
    for source in ("{{ ['~run'] }}", "{{ text['~run'] }}"):
        assert isinstance(render(compile_template(Template("f", source)), HOSTILE, locale="en"), Problem)


def test_a_template_changes_no_data():
    values = {"roles": ["a"], "text": "x"}
    render(compile_template(Template("f", "{% set roles = [1] %}{% set text = 'y' %}{{ text }}")), values, locale="en")
    assert values == {"roles": ["a"], "text": "x"}


# Data is never a template


@given(st.text(max_size=300))
@settings(deadline=None)
def test_any_customer_text_comes_out_as_it_is(text):
    compiled = compile_template(Template("f", "<{{ name }}>{{ record.name }}"))
    assert render(compiled, {"name": text, "record": {"name": text}}, locale="zh-CN") == f"<{text}>{text}"


@pytest.mark.parametrize("text", ["{{ 7*7 }}", "{% include 'x' %}", "{# x #}", "{{ self }}", "%s{0}", "\r\n\0"])
def test_template_signs_in_data_mean_nothing(text):
    compiled = compile_template(Template("f", "{{ name }}{{ name ~ name | upper }}{{ [name] | join }}"))
    assert render(compiled, {"name": text}, locale="en") == text + text + text.upper() + text


@given(st.text(alphabet="<>&_[]\"'ab", max_size=50))
@settings(deadline=None)
def test_in_markdown_data_is_shown_and_never_read(text):
    source = "{% macro m(x) %}**{{ x }}**{% endmacro %}{{ m(name) }}{{ m(name) ~ name }}"
    source += "{{ [name, m(name)] | join(name) }}"
    shown = render(compile_template(Template("f", source), markdown=True), {"name": text}, locale="en")
    assert not re.search(r"(?<!\\)[*_<]", shown.replace("**", ""))
    assert re.sub(r"\\(.)", r"\1", shown.replace("**", "")) == text * 6


# Any source at all

PIECES = st.sampled_from(
    [
        *("{{", "}}", "{%", "%}", "{#", "#}", "for", "in", "if", "else", "elif", "endif", "endfor", "set", "macro"),
        *("endmacro", "call", "include", "raw", "endraw", "x", "y", "text", "roles", "many", "loop", "self", ".", ","),
        *("|", "(", ")", "[", "]", "{", "}", "~", "+", "-", "*", "**", "/", "%", "==", "!=", "<", ">", "=", ":", "'"),
        *("'a'", '"b"', "1", "2.5", "upper", "default", "join", "date", "number", "percent", "is", "not", "and", "or"),
        *("none", "defined", "true", "__class__", "\n", "\\"),
    ]
)


@given(st.one_of(st.text(max_size=200), st.lists(PIECES, max_size=40).map(" ".join)))
@settings(max_examples=400, deadline=None)
def test_any_text_as_a_template_ends_in_text_or_problems(source):
    template = Template("f", source)
    problems = check_template(template, SHAPES)
    assert all(isinstance(each, Problem) and each.file == "f" and each.line >= 1 for each in problems)
    assert all(before != after for before, after in pairwise(problems))
    with suppress(PlaybookInvalid) if problems else nullcontext():
        outcome = render(compile_template(template), {**HOSTILE, "many": MANY[:3]}, locale="zh-CN")
        assert isinstance(outcome, str | Problem)


@given(st.text(max_size=300).filter(lambda text: "{" not in text))
@settings(deadline=None)
def test_a_text_without_braces_is_itself(text):
    compiled = compile_template(Template("f", text))
    assert compiled.code is None
    assert render(compiled, {}, locale="en") == text.replace("\r\n", "\n").replace("\r", "\n")
