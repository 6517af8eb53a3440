"""If these fail, a customer's mail lacks a word it promised, or the author learns of it only from the customer."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.foundation.places import Place
from engine.foundation.problems import PlaybookInvalid, Problem
from engine.foundation.quantities import Money, Quantity
from engine.templates.templates import (
    MAX_OUTPUT_INLINE,
    Group,
    Leaf,
    ListOf,
    Template,
    check_template,
    compile_template,
    one_line,
    render,
)
from engine.templates.variables import ANY, either

TICKET = Group({"title": Leaf("text"), "opened_at": Leaf("instant"), "note": Leaf("text", optional=True)})
SHAPES = {
    "account": Group({"name": Leaf("text"), "industry": Leaf("text", optional=True)}),
    "contract": Group(
        {
            "name": Leaf("text"),
            "ends_on": Leaf("date"),
            "value": Leaf("money"),
            "discount": Leaf("number", optional=True),
        }
    ),
    "contact": Group({"name": Leaf("text"), "title": Leaf("text", optional=True)}, optional=True),
    "tickets": ListOf(TICKET),
    "roles": ListOf(Leaf("text")),
    "partners": ListOf(Leaf("text"), optional=True),
    "share": Leaf("number"),
    "open": Leaf("any"),
}
VALUES = {
    "account": {"name": "北方重工", "industry": None},
    "contract": {"name": "年度维护", "ends_on": date(2026, 11, 21), "value": Money(120050, "CNY")},
    "tickets": [
        {"title": "停机", "opened_at": datetime(2026, 11, 20, 9, 30, tzinfo=UTC), "note": None},
        {"title": "报价", "opened_at": datetime(2026, 11, 20, 10, 0, tzinfo=UTC), "note": "急"},
    ],
    "roles": ["采购", "使用者"],
    "share": Quantity(Decimal("14.957142"), "percent"),
    "open": True,
}


def checked(source, shapes=SHAPES) -> list[Problem]:
    return check_template(Template("templates/mail.md", source), shapes)


def codes(source) -> list[str]:
    return [each.code for each in checked(source)]


def rendered(source, values=VALUES, locale="zh-CN", **options):
    return render(compile_template(Template("templates/mail.md", source)), values, locale=locale, **options)


# What is shown


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("续约：{{ contract.name }}", "续约：年度维护"),
        ("{{ contract.ends_on }}，{{ contract.value }}", "2026年11月21日，¥1,200.50"),
        ("{{ share }} / {{ share | percent(against=15) }} / {{ share | number }}", "14.96% / 14.96% / 14.96"),
        ("{{ contract.ends_on | date('iso') }} {{ 1200 | money('CNY') }}", "2026-11-21 ¥1,200.00"),
        ("{{ tickets[0].opened_at | default('') }}", "2026年11月20日 09:30"),
        ("{% for t in tickets %}{{ loop.index }}. {{ t.title }}\n{% endfor %}", "1. 停机\n2. 报价\n"),
        ("{% for t in tickets if t.note %}{{ t.note }}{% else %}-{% endfor %}", "急"),
        ("{% for p in partners | default([]) %}x{% else %}none{% endfor %}", "none"),
        ("{{ roles | join('、') }} {{ roles | length }} {{ roles | length - 1 }}", "采购、使用者 2 1"),
        ("{% macro m(t, sign='-') %}{{ sign }} {{ t.title }}\n{% endmacro %}{{ m(tickets[0], '*') }}", "* 停机\n"),
        ("{{ account.industry | default('—') }}{{ account.industry or '?' }}", "—?"),
        ("{% if account.industry is none %}没有{% endif %}", "没有"),
        ("{{ 'a' if contract.discount is defined else 'b' }}", "b"),
        ("{{ account.industry == none }} {{ contract.name != none }}", "是 是"),
        ("{% set n = 1.10 %}{{ n + 2 }} {{ 0.1 + 0.2 == 0.3 }} {{ -n }} {{ 3 * 4 }}", "3.1 是 -1.1 12"),
        ("{{ 1 < 2 <= 2 }} {{ '采' in roles[0] }} {{ '采购' in roles }} {{ 'x' not in roles }}", "是 是 是 是"),
        ("{{ 'x' in {'x': 1} }} {{ {'red': '红'}['red'] }}", "是 红"),
        ("{{ share > 14.95 }} {{ share < 15 }} {{ contract.ends_on == contract.ends_on }}", "是 是 是"),
        ("{{ contract.name[:2] }}{{ contract.name[-1] }} {{ roles[1:] | first }}", "年度护 使用者"),
        ("{{ roles | last }}", "使用者"),
        ("{{ ' aB c ' | trim | upper }} {{ 'AB' | lower }} {{ 'ab cd' | title }} {{ 'aa' | replace('a', 'b') }}",
         "AB C ab Ab Cd bb"),
        ("{{ 3 is odd }} {{ 3 is even }} {{ open }}", "是 否 是"),
        ("{% raw %}{{ x }}{% endraw %}{# not shown #}", "{{ x }}"),
        ("{% if open %}\n  yes\n{% endif %}\nend\n", "  yes\nend\n"),
    ],
)  # fmt: skip
def test_a_template_shows_its_values_in_the_readers_language(source, text):
    assert rendered(source) == text


def test_the_same_template_serves_every_locale():
    compiled = compile_template(Template("f", "{{ contract.ends_on }}: {{ contract.value }}"))
    assert render(compiled, VALUES, locale="en") == "November 21, 2026: CNY 1,200.50"
    assert render(compiled, VALUES, locale="zh-CN") == "2026年11月21日: ¥1,200.50"


def test_markdown_escapes_what_is_shown_and_nothing_else():
    compiled = compile_template(Template("f", "**{{ name }}**"), markdown=True)
    assert render(compiled, {"name": "*a* & [b](c)"}, locale="en") == r"**\*a\* \& \[b\](c)**"


def test_a_text_without_braces_is_not_compiled():
    compiled = compile_template(Template("f", "Call the customer: 100%"))
    assert compiled.code is None
    assert render(compiled, {}, locale="en") == "Call the customer: 100%"


def test_a_title_has_its_own_bound():
    long = {"contract": {"name": "x" * (MAX_OUTPUT_INLINE + 1)}}
    found = rendered("续约：{{ contract.name }}", long, max_output=MAX_OUTPUT_INLINE)
    assert isinstance(found, Problem)
    assert found.code == "PB603"


def test_a_value_that_is_none_is_a_failure_and_not_a_blank():
    found = rendered("Dear\n{{ account.industry }}")
    assert isinstance(found, Problem)
    assert (found.code, found.file, found.line) == ("PB602", "templates/mail.md", 2)
    assert found.message == "`industry` is missing here"


# What check finds


@pytest.mark.parametrize(
    ("source", "message", "hint"),
    [
        ("{{ acount.name }}", "there is no `acount` here", "did you mean `account`?"),
        ("{{ contract.nmae }}", "`contract` has no `nmae`", "did you mean `name`?"),
        ("{{ contract['nmae'] }}", "`contract` has no `nmae`", "did you mean `name`?"),
        ("{{ contract.name.first }}", "`contract.name` is a text and has no `first`", None),
        ("{{ tickets.title }}", "`tickets` is a list and has no `title`", "loop over it, or take `| first`"),
        (
            "{{ contract.discount }}",
            "`contract.discount` may be missing here",
            '`{{ contract.discount | default("…") }}` or `{% if contract.discount %}`',
        ),
        ("{{ contact.name }}", "`contact` may be missing here", "ask `{% if contact %}` before"),
        ("{% for t in tickets %}{{ t.note }}{% endfor %}", "`t.note` may be missing here", None),
        ("{% for t in tickets %}{{ t.nope }}{% endfor %}", "`t` has no `nope`", None),
        ("{% for t in tickets %}{% endfor %}{{ t.title }}", "there is no `t` here", None),
        (
            "{% for p in partners %}{% endfor %}",
            "`partners` may be missing here",
            "`partners | default([])` or `{% if partners %}`",
        ),
        ("{% if open %}{% set x = 1 %}{% endif %}{{ x }}", "`x` may be missing here", None),
        ("{% for t in tickets %}{% set x = 1 %}{% endfor %}{{ x }}", "there is no `x` here", None),
        ("{{ x }}{% set x = 1 %}", "there is no `x` here", None),
        ("{% set x = contract.discount %}{{ x }}", "`x` may be missing here", None),
        ("{{ contract.discount + 1 }}", "`contract.discount` may be missing here", None),
        ("{{ contract.discount > 1 }}", "`contract.discount` may be missing here", None),
        ("{{ contract.discount | percent }}", "`contract.discount` may be missing here", None),
        ("{{ 'a' ~ contract.discount }}", "`contract.discount` may be missing here", None),
        ("{{ [contract.discount] | join }}", "`contract.discount` may be missing here", None),
        ("{{ 'x' | default(contract.discount) }}", "this value may be missing here", None),
        ("{{ 'a' if open }}", "this value may be missing here", "add what is shown otherwise: `… if … else …`"),
        ("{{ roles[0] }}", "`roles[0]` may be missing here", None),
        ("{{ (roles | first) }}", "`roles[0]` may be missing here", None),
        ("{{ {'a': 1}['b'] }}", "this value has no `b`", None),
        ("{% macro m(a) %}{{ a.nope }}{% endmacro %}{{ m(contract) }}", "`a` has no `nope`", None),
        ("{% macro m(a) %}{{ nope }}{% endmacro %}", "there is no `nope` here", None),
        ("{% macro m(a) %}{{ a }}{% endmacro %}{{ m() }}", "macro `m` needs `a`", None),
        ("{% macro m(a) %}{{ a.name }}{% endmacro %}{{ m(contact) }}", "`contact` may be missing here", None),
        ("{% macro m(a) %}{% endmacro %}{{ a }}", "there is no `a` here", None),
        ("{% if contact or open %}{{ contact.name }}{% endif %}", "`contact` may be missing here", None),
        ("{% if not contact %}{{ contact.name }}{% endif %}", "`contact` may be missing here", None),
        ("{% if contact %}{% endif %}{{ contact.name }}", "`contact` may be missing here", None),
        ("{{ loop.index }}", "there is no `loop` here", None),
        ("{{ cycler }}", "there is no `cycler` here", None),
    ],
)  # fmt: skip
def test_a_name_that_some_path_leaves_undefined_is_found(source, message, hint):
    found = check_template(Template("p.yaml", "\n" + source, line_offset=16), SHAPES)
    assert [each.code for each in found] == ["PB602"]
    assert found[0].message == message
    assert (found[0].file, found[0].line) == ("p.yaml", 18)
    assert hint is None or found[0].hint == hint


@pytest.mark.parametrize(
    "source",
    [
        "{{ contract.name }} {{ contract['name'] }} {{ contract.ends_on | date('short') }}",
        "{{ contract.discount | default('—') }}{{ contract.discount or '—' }}",
        "{% if contract.discount %}{{ contract.discount }}{% endif %}",
        "{% if contract.discount is defined %}{{ contract.discount }}{% endif %}",
        "{% if contract.discount is not none %}{{ contract.discount }}{% endif %}",
        "{% if contract.discount != none %}{{ contract.discount }}{% endif %}",
        "{% if contract.discount is undefined %}-{% else %}{{ contract.discount }}{% endif %}",
        "{% if contract.discount == none %}-{% elif open %}{{ contract.discount }}{% endif %}",
        "{% if not contract.discount %}-{% else %}{{ contract.discount }}{% endif %}",
        "{% if contract.discount and contract.discount > 5 %}{{ contract.discount }}{% endif %}",
        "{% if not contract.discount or contract.discount > 5 %}-{% else %}{{ contract.discount }}{% endif %}",
        "{% if contract.discount | default(0) %}{{ contract.discount }}{% endif %}",
        "{{ contract.discount if contract.discount is defined else '—' }}",
        "{% if contact %}{{ contact.name }}{{ contact.title or '' }}{% endif %}",
        "{% if contact and contact.title %}{{ contact.title }}{% endif %}",
        "{% for t in tickets %}{{ t.title }}{{ loop.index }}{% if not loop.last %},{% endif %}{% else %}-{% endfor %}",
        "{% for t in tickets if t.note %}{{ t.note }}{% endfor %}",
        "{% for t in tickets if t.note is defined and t.note != 'x' %}{{ t.note }}{% endfor %}",
        "{% for p in partners | default([]) %}{{ p }}{% endfor %}",
        "{% if roles %}{{ roles[0] }}{{ roles | first }}{{ roles | last }}{{ roles[-1] }}{% endif %}",
        "{% if roles | length %}{{ roles[0] }}{% endif %}",
        "{% if open %}{% set x = 1 %}{% else %}{% set x = 'a' %}{% endif %}{{ x }}",
        "{% set x = contract %}{{ x.name }}{% set x = 1 %}{{ x }}",
        "{% set x = contract.discount or 0 %}{{ x }}",
        "{% macro m(t, n=1) %}{{ t.title }}{{ n }}{% endmacro %}{% for t in tickets %}{{ m(t) ~ m(t, n=2) }}"
        "{% endfor %}",
        "{% macro m(a, b=a) %}{{ a }}{{ b }}{{ account.name }}{% endmacro %}{{ m('x') }}",
        "{% macro a() %}{{ b() }}{% endmacro %}{% macro b() %}x{% endmacro %}{{ a() }}",
        "{% macro m() %}{{ contract.discount }}{% endmacro %}{% if contract.discount %}{{ m() }}{% endif %}",
        "{% macro m() %}{{ late }}{% endmacro %}{% set late = 1 %}{{ m() }}",
        "{{ open.anything.at[0].all }}",
        "{{ {'red': '红', 'green': '绿'}[contract.name] | default('?') }}",
        "no variables at all",
        "{# {{ nope }} #}{% raw %}{{ nope }}{% endraw %}",
    ],
)
def test_what_is_guarded_or_always_there_passes(source):
    assert checked(source) == []


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("{{ contract }}", "`contract` is a record"),
        ("{{ roles }}", "`roles` is a list"),
        ("{{ roles ~ 'x' }}", "`roles` is a list"),
        ("{% for a in contract.name %}{% endfor %}", "`contract.name` is a text, not a list to loop over"),
        ("{{ contract.name | date }}", "`contract.name` is a text, not a date or an instant"),
        ("{{ contract.name | percent }}", "`contract.name` is a text, not a number"),
        ("{{ contract.value + 1 }}", "`contract.value` is an amount of money, not a number"),
        ("{{ contract.value > 5 }}", "an amount of money can't be compared with a number"),
        ("{{ contract.ends_on > '2026-01-01' }}", "a date can't be compared with a text"),
        ("{{ 'x' in share }}", "a text can't be compared with a number"),
        ("{{ contract.name | join }}", "`contract.name` is a text, not a list"),
        ("{% macro m() %}x{% endmacro %}{{ m }}", "`m` is a macro"),
    ],
)
def test_a_value_used_against_its_kind_is_found(source, message):
    found = checked(source)
    assert [each.code for each in found] == ["PB606"]
    assert found[0].message == message


@pytest.mark.parametrize(
    ("source", "line"),
    [
        ("{{ a", 1),
        ("x\n{% for %}", 2),
        ("x\ny\n{% endif %}", 3),
        ("a\n{% if open %}\n", 2),
        ("{% nonsense %}", 1),
        ("{{ 'a", 1),
        ("{{ open | uper }}", 1),
        ("{{ open is dfined }}", 1),
        ("{{ open | replace('a') }}", 1),
        ("{{ open | upper(1) }}", 1),
        ("{{ open | number(digits=2) }}", 1),
        ("{{ open is defined(1) }}", 1),
        ("{% macro m(a) %}{% endmacro %}\n{{ m(1, 2) }}", 2),
        ("{% macro m(a) %}{% endmacro %}\n{{ m(1, b=2) }}", 2),
        ("{% macro m(a) %}{% endmacro %}\n{{ m(1, a=2) }}", 2),
    ],
)
def test_bad_syntax_is_found_with_its_line(source, line):
    found = checked(source)
    assert [(each.code, each.line) for each in found] == [("PB601", line)]


def test_all_problems_are_found_in_one_go_in_order():
    found = checked("{{ nope }}\n{{ open.__class__ }}\n{{ contract }}\n{{ nope }}{{ open | uper }}")
    assert [(each.line, each.code) for each in found] == [
        (1, "PB602"),
        (2, "PB605"),
        (3, "PB606"),
        (4, "PB601"),
        (4, "PB602"),
    ]


def test_a_filter_that_is_withheld_names_those_that_are_there():
    found = checked("{{ roles | map('upper') }}")
    assert found[0].message == "the filter `map` is not available in templates"
    assert found[0].hint.startswith("known: date, default, first")


def test_compiling_what_check_refuses_says_the_same():
    with pytest.raises(PlaybookInvalid) as refused:
        compile_template(Template("f", "{{ a.__class__ }}{{ a.__class__ }}\n{% include 'x' %}"))
    assert [each.line for each in refused.value.problems] == [1, 2]


def test_a_template_knows_its_place_in_its_file():
    template = Template("playbook.yaml", "a\nb", line_offset=16)
    assert template.at(1) == Place("playbook.yaml", 17)
    assert template.at(2) == Place("playbook.yaml", 18)


# What passes check renders

PATHS = ["g.always", "g.maybe", "maybe", "there", "xs[0]"]


def bodies():
    """Templates over a few optional values, guarded here and there."""
    show = st.sampled_from(PATHS).map(lambda path: f"{{{{ {path} }}}}")
    fall_back = st.sampled_from(PATHS).map(lambda path: f"{{{{ {path} | default('-') }}}}")
    set_one = st.tuples(st.sampled_from(["there", "maybe"]), st.sampled_from(PATHS)).map(
        lambda pair: f"{{% set {pair[0]} = {pair[1]} %}}"
    )
    tests = st.recursive(
        st.sampled_from(PATHS + [f"{path} is defined" for path in PATHS] + [f"{path} == none" for path in PATHS]),
        lambda inner: st.one_of(
            inner.map(lambda test: f"not ({test})"),
            st.tuples(inner, st.sampled_from(["and", "or"]), inner).map(lambda three: "({}) {} ({})".format(*three)),
        ),
        max_leaves=3,
    )

    def larger(inner):
        several = st.lists(inner, max_size=3).map("".join)
        return st.one_of(
            st.tuples(tests, several, several).map(lambda t: "{{% if {} %}}{}{{% else %}}{}{{% endif %}}".format(*t)),
            several.map(lambda body: "{% for there in xs %}" + body + "{% endfor %}"),
            st.tuples(tests, st.sampled_from(PATHS), st.sampled_from(PATHS)).map(
                lambda t: "{{{{ {1} if {0} else {2} }}}}".format(*t)
            ),
        )

    return st.lists(st.recursive(st.one_of(show, fall_back, set_one), larger, max_leaves=6), max_size=4).map("".join)


LEAN = {"g": {"always": "x"}, "there": "x", "xs": []}
FULL = {"g": {"always": "x", "maybe": "x"}, "there": "x", "maybe": "x", "xs": ["x"]}
OPTIONAL = {
    "g": Group({"always": Leaf("text"), "maybe": Leaf("text", optional=True)}),
    "there": Leaf("text"),
    "maybe": Leaf("text", optional=True),
    "xs": ListOf(Leaf("text")),
}


@given(bodies(), st.sampled_from([LEAN, FULL, {**FULL, "xs": []}, {**LEAN, "maybe": "x"}, {**LEAN, "xs": ["x"]}]))
@settings(deadline=None)
def test_what_passes_check_never_meets_a_missing_value(source, values):
    if not check_template(Template("f", source), OPTIONAL):
        assert isinstance(rendered(source, values), str)


def test_shapes_that_meet_keep_what_they_share():
    left, right = Group({"a": Leaf("text"), "b": Leaf("date")}), Group({"a": Leaf("number")})
    met = either(left, right)
    assert met == Group({"a": ANY, "b": Leaf("date", optional=True)})
    assert either(ListOf(Leaf("text")), ListOf(Leaf("text"))) == ListOf(Leaf("text"))
    assert either(ListOf(Leaf("text")), Leaf("text")) == ANY


# Subjects


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("关于 停机", "关于 停机"),
        ("a\r\nBcc: x@example.org", "a Bcc: x@example.org"),
        (" a\t\x00\x1b\x7f\x85\u2028\u2029b ", "a b"),
        ("price\u202e0001", "price 0001"),
        ("👨\u200d👩\u200d👧", "👨\u200d👩\u200d👧"),
    ],
)
def test_a_subject_is_one_line(text, line):
    assert one_line(text) == line


@given(st.text())
@settings(deadline=None)
def test_one_line_is_one_line(text):
    assert len(one_line(text).splitlines()) <= 1
    assert one_line(one_line(text)) == one_line(text)
