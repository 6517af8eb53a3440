"""Emission of comparisons, tests and Kleene's logic."""

from collections.abc import Sequence
from typing import Final

from engine.matching import core
from engine.matching.core import Compare, Node
from engine.matching.generation.body import Body
from engine.matching.generation.rules import Test, emits, tests
from engine.matching.operations import pattern_search
from engine.matching.shape import type_of
from engine.snapshots.model import COLLECTIONS

_SIGNS: Final[dict[core.CompareOp, str]] = {
    "is": "==", "below": "<", "at_most": "<=", "above": ">", "at_least": ">=",
}  # fmt: skip

_TEXT: Final = {
    "contains": "{part} in {of}",
    "starts_with": "{of}.startswith({part})",
    "ends_with": "{of}.endswith({part})",
}


def _unknown(body: Body, nodes: Sequence[Node]) -> str | None:
    """The condition under which one of ``nodes`` is unknown."""
    names = [body.value(each) for each in nodes if body.shape.possible(each).unknown]
    return " or ".join(f"{name} is UNSET" for name in dict.fromkeys(names)) or None


def _not_none(body: Body, nodes: Sequence[Node]) -> str:
    """The condition that none of ``nodes`` is none, to stand before a test of them."""
    names = [body.value(each) for each in nodes if body.shape.possible(each).none]
    return "".join(f"{name} is not None and " for name in dict.fromkeys(names))


@tests(core.Compare)
def _compare(body: Body, node: core.Compare) -> Test:
    if isinstance(node.left, core.LocalDate) and node.op != "is" and _fixed(body, node.right):
        return _local_date(body, node, node.left)
    of = (node.left, node.right)
    left, right = (body.value(each) for each in of)
    test = f"{left} {_SIGNS[node.op]} {right}"
    if node == _visible(body, node.left):
        return Test(_unknown(body, of), f"{left} is not None")
    if node.op == "is" and sum(body.shape.possible(each).unknown for each in of) <= 1:
        # Only one can be unknown or none, and then differs from the other.
        one_none = sum(body.shape.possible(each).none for each in of) <= 1
        return Test(_unknown(body, of), test if one_none else f"{_not_none(body, of[:1])}{test}", safe=True)
    return Test(_unknown(body, of), f"{_not_none(body, of)}{test}")


def _visible(body: Body, left: Node) -> Node | None:
    """What holds of the date of every visible record that has one: it lies not after today."""
    if not isinstance(left, core.RecordField) or type_of(left).kind != "date":
        return None
    kind = COLLECTIONS[body.records[left.record].collection]
    return Compare("at_most", left, core.Today()) if left.path == (kind.date_field,) else None


def _fixed(body: Body, node: Node) -> bool:
    possible = body.shape.possible(node)
    return body.shape.constant_of_run(node) and not possible.unknown and not possible.none


def _local_date(body: Body, node: core.Compare, local: core.LocalDate) -> Test:
    """A local date against a date of the run: the date as written decides, unless the two are near; zones are slow."""
    moment, fixed = body.value(local.of), body.value(node.right)
    written = ("date as written", local.of)
    day = body.once(written, body.shape.free(local.of), lambda: f"{moment} and {moment}.date()", movable=False)
    early, late = body.module.near(node.right)
    sure, never = (f"{day} > {late}", f"{day} < {early}")
    if node.op in ("below", "at_most"):
        sure, never = never, sure
    exact = f"{body.local_day(moment)} {_SIGNS[node.op]} {fixed}"
    there = _not_none(body, [local.of])
    return Test(_unknown(body, [local.of]), f"{there}({sure} or not {never} and {exact})")


@tests(core.TextTest)
def _text_test(body: Body, node: core.TextTest) -> Test:
    of = (node.of, node.with_)
    text, part = (body.value(each) for each in of)
    if node.op != "matches":
        test = _TEXT[node.op].format(of=text, part=part)
    elif isinstance(node.with_, core.Constant) and isinstance(node.with_.value, str):
        pattern = node.with_.value
        test = f"{body.module.constant(pattern_search(pattern), key=pattern)}({text})"
    else:
        raise ValueError("the pattern of `matches` is a constant text")
    return Test(_unknown(body, of), f"{_not_none(body, of)}{test}")


@tests(core.OneOf)
def _one_of(body: Body, node: core.OneOf) -> Test:
    members = _constant_members(node.choices)
    of = body.value(node.of)
    if members is not None:
        found = f"{of} in {body.module.constant(frozenset(members))}"
        return Test(_unknown(body, [node.of]), found, safe=True)
    return _dynamic(body, node, "one of")


@tests(core.ListTest)
def _list_test(body: Body, node: core.ListTest) -> Test:
    members = _constant_members(node.choices)
    if members is None:
        return _dynamic(body, node, node.op)
    of, wanted = body.value(node.of), body.module.constant(frozenset(members))
    test = f"not {wanted}.isdisjoint({of})" if node.op == "any" else f"len({of}) > 0 and {wanted}.issubset({of})"
    return Test(_unknown(body, [node.of]), f"{_not_none(body, [node.of])}{test}")


def _constant_members(choices: Sequence[Node]) -> list[object] | None:
    """The choices if all are written in the playbook, lists with each of their members."""
    values = [each.value for each in choices if isinstance(each, core.Constant)]
    if len(values) < len(choices):
        return None
    members = [each if isinstance(each, tuple) else (each,) for each in values if each is not None]
    return [member for each in members for member in each]


def _dynamic(body: Body, node: core.OneOf | core.ListTest, op: str) -> Test:
    """A test against choices that only the run or the account knows."""
    names = [body.value(each) for each in (node.of, *node.choices)]
    result = body.named(f"chosen({body.module.constant(op)}, {names[0]}, ({', '.join(names[1:])},))")
    return Test(f"{result} is UNSET", result, safe=True)


@tests(core.Known)
def _known(body: Body, node: core.Known) -> Test:
    return Test(None, f"{body.value(node.of)} is not UNSET")


@tests(core.Present)
def _present(body: Body, node: core.Present) -> Test:
    name = body.value(node.of)
    empty = f" and {name} != ()" if type_of(node.of).kind == "texts" else ""
    return Test(_unknown(body, [node.of]), f"{name} is not None{empty}")


# -- Kleene -------------------------------------------------------------------------------------------


@tests(core.Not)
def _not(body: Body, node: core.Not) -> Test:
    test = body.test(node.of)
    return Test(test.unknown, f"not ({test.true})")


@emits(core.All)
def _all(body: Body, node: core.All) -> str:
    return _decided_by(body, node.of, "False")


@emits(core.Any)
def _any(body: Body, node: core.Any) -> str:
    return _decided_by(body, node.of, "True")


def _decided_by(body: Body, of: tuple[Node, ...], decisive: str) -> str:
    """Kleene's *and* (*or*), which one false (true) member decides; the rest may then be skipped."""
    result = body.fresh()
    body.block.line(f"{result} = {'True' if decisive == 'False' else 'False'}")
    body.prefetch(of)
    decide, doubt = [f"{result} = {decisive}"], [f"{result} = UNSET"]
    for index, each in enumerate(of):
        with body.inside(f"if {result} is not {decisive}:" if index else "if True:"):
            test = body.test(each)
            if decisive == "False":
                body.branch(test, false=decide, unknown=doubt)
            else:
                body.branch(test, true=decide, unknown=doubt)
    return result


@emits(core.AtLeast)
def _at_least(body: Body, node: core.AtLeast) -> str:
    certain, open_ = body.fresh("n"), body.fresh("n")
    body.block.line(f"{certain} = {open_} = 0")
    for each in node.of:
        body.branch(body.test(each), true=[f"{certain} += 1"], unknown=[f"{open_} += 1"])
    wanted = body.module.constant(node.count)
    return f"True if {certain} >= {wanted} else UNSET if {certain} + {open_} >= {wanted} else False"
