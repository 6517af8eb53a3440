"""Emission of fields, figures, conclusions, arithmetic, time and money."""

from collections.abc import Callable

from msgspec import Struct

from engine.matching import core
from engine.matching.core import Node, ValueType
from engine.matching.generation.body import Body
from engine.matching.generation.module import Variable, attribute
from engine.matching.generation.rules import demands, emits
from engine.matching.generation.writing import Lines
from engine.matching.runtime import converter, shifter
from engine.matching.shape import scale_of, type_of
from engine.matching.weights import evenly
from engine.snapshots.model import COLLECTIONS, AccountSnapshot, Profile, Relationship

_GROUPS: dict[str, type[Struct]] = {"profile": Profile, "relationship": Relationship}


# -- data ---------------------------------------------------------------------------------------------


@emits(core.AccountField)
def _account_field(body: Body, node: core.AccountField) -> str:
    first, *rest = node.path
    if first == "fields":
        return _declared(body, "m[0]", rest[0], node.type, ".".join(node.path))
    if first == "owners":
        return f"m[0].owners.get({body.module.constant(rest[0])}, UNSET)"
    path = attribute(AccountSnapshot, first)
    if rest:
        path = f"{path}.{attribute(_GROUPS[first], rest[0])}"
    return _without_empty(body, f"m[0].{path}", node.type)


@emits(core.RecordField)
def _record_field(body: Body, node: core.RecordField) -> str:
    return _field(body, body.records[node.record], node.path, node.type)


@emits(core.LinkedField)
def _linked_field(body: Body, node: core.LinkedField) -> str:
    key = ("link", node.record, node.key, node.collection)
    target = body.once(key, frozenset({node.record}), lambda: _link(body, node))
    result = body.fresh()
    body.block.line(f"{result} = {target}")
    with body.inside(f"if {target} is not UNSET and {target} is not None:"):
        body.block.line(f"{result} = {_field(body, Variable(target, node.collection), node.path, node.type)}")
    return result


def _link(body: Body, node: core.LinkedField) -> str:
    """The record linked to, unknown where the link is dangling."""
    variable = body.records[node.record]
    by_id = body.account_wide(("by id", node.collection), lambda inner: f"by_id({inner.visible(node.collection)})")
    link = body.named(f"{variable.name}.{attribute(COLLECTIONS[variable.collection].record, node.key)}")
    return f"{link} if {link} is UNSET or {link} is None else {by_id}.get({link}, UNSET)"


def _field(body: Body, variable: Variable, path: tuple[str, ...], kind: ValueType) -> str:
    if path[0] == "fields":
        return _declared(body, variable.name, path[1], kind, ".".join((variable.collection, *path)))
    name = attribute(COLLECTIONS[variable.collection].record, path[0])
    return _without_empty(body, f"{variable.name}.{name}", kind)


def _declared(body: Body, holder: str, name: str, kind: ValueType, at: str) -> str:
    constant = body.module.constant
    raw = f"{holder}.fields.get({constant(name)}, UNSET)"
    return f"typed_field({raw}, {constant(kind)}, {constant(at)}, m[0].id)"


def _without_empty(body: Body, expression: str, kind: ValueType) -> str:
    """An empty list of texts is none."""
    if kind.kind != "texts":
        return expression
    name = body.named(expression)
    return f"None if {name} == () else {name}"


# -- figures and conclusions --------------------------------------------------------------------------


@emits(core.Figure)
def _figure(body: Body, node: core.Figure) -> str:
    definition = body.module.forest.definitions[node.name]
    if node.record == definition.record:
        with body.within(node.name):
            return body.value(definition.node)
    records = {definition.record or "": body.records[node.record or ""]}
    return body.call(records, node.name, lambda inner: inner.value(definition.node))


@emits(core.Conclusion)
def _conclusion(body: Body, node: core.Conclusion) -> str:
    address = body.module.constant(node.address)
    if node.record is None:
        return f"q.get({address}, UNSET)"
    items = body.once(("items", node.address), frozenset(), lambda: f"items_of(q.get({address}))")
    return f"{items}.get({body.records[node.record].name}.id, UNSET)"


@emits(core.Standing)
def _standing(body: Body, node: core.Standing) -> str:
    name = node.population.name
    groups = body.module.bound(("groups", name), lambda run: run.rankings.get(name))
    measure = body.module.constant(node.measure)
    own = node.of if node.of is not None else core.Constant(0, core.COUNT)

    def work(value: str, *group: str) -> str:
        return f"standing({measure}, {groups}, ({''.join(f'{each}, ' for each in group)}), {value})"

    found = body.named(body.guarded([own, *node.group], work))
    body.block.lines(body.overflow(found, may_be_none=True))
    return found


# -- arithmetic ---------------------------------------------------------------------------------------


@emits(core.Arithmetic)
def _arithmetic(body: Body, node: core.Arithmetic) -> str:
    if node.op == "divide":
        return _divide(body, node)
    sign = {"add": " + ", "subtract": " - ", "multiply": " * "}[node.op]
    return body.guarded(node.of, lambda *names: sign.join(names), checked=True)


def _divide(body: Body, node: core.Arithmetic) -> str:
    dividend, divisor = node.of
    shift = node.type.scale + scale_of(divisor) - scale_of(dividend)
    factor = 100 if node.type.unit == "percent" else 1
    up = body.module.constant(factor * 10 ** max(shift, 0))
    down = body.module.constant(10 ** max(-shift, 0))
    return _by_nonzero(body, node.of, divisor, lambda a, b: f"divide_half_even({a} * {up}, {b} * {down})")


@emits(core.Change)
def _change(body: Body, node: core.Change) -> str:
    scale = body.module.constant(node.type.scale)
    of = (node.before, node.after)
    return _by_nonzero(body, of, node.before, lambda a, b: f"relative_change({a}, {b}, {scale})")


def _by_nonzero(body: Body, of: tuple[Node, ...], divisor: Node, work: Callable[[str, str], str]) -> str:
    """A quotient, which is none by 0."""
    expression = body.guarded(of, lambda *names: f"None if {body.value(divisor)} == 0 else {work(*names)}")
    quotient = body.named(expression)
    body.block.lines(body.overflow(quotient, may_be_none=True))
    return quotient


@emits(core.Statistic)
def _statistic(body: Body, node: core.Statistic) -> str:
    scale = body.module.constant(node.type.scale)
    found = body.named(body.guarded(node.of, lambda *names: f"{node.kind}(({', '.join(names)},), {scale})"))
    body.block.lines(body.overflow(found, may_be_none=True))
    return found


@emits(core.Rescale)
def _rescale(body: Body, node: core.Rescale) -> str:
    more = body.module.constant(10 ** (node.type.scale - scale_of(node.of)))
    return body.guarded([node.of], lambda value: f"{value} * {more}", checked=True)


@emits(core.Weighted)
def _weighted(body: Body, node: core.Weighted) -> str:
    if node.missed != "unknown":
        weights, missed = body.module.constant(node.weights), body.module.constant(node.missed)
        values = ", ".join(body.value(each) for each in node.of)
        mean = body.named(f"weighted_mean({weights}, ({values},), {missed})")
        body.block.lines(body.overflow(mean, may_be_none=True))
        return mean
    found = evenly(node.weights)
    shares, whole = [body.module.constant(each) for each in found.of], body.module.constant(found.whole)

    def work(*values: str) -> str:
        total = " + ".join(f"{share} * {value}" for share, value in zip(shares, values, strict=True))
        return f"divide_half_even({total}, {whole})"

    return body.guarded(node.of, work, checked=True)


# -- time and money -----------------------------------------------------------------------------------


@emits(core.Elapsed)
def _elapsed(body: Body, node: core.Elapsed) -> str:
    kinds = [type_of(each).kind for each in (node.start, node.end)]

    def work(start: str, end: str) -> str:
        if node.unit == "hours":
            return f"hours_between({start}, {end})"
        first, last = (_day(body, each, kind) for each, kind in zip((start, end), kinds, strict=True))
        return f"({last} - {first}).days" if node.unit == "days" else f"months_between({first}, {last})"

    return body.guarded([node.start, node.end], work)


def _day(body: Body, name: str, kind: str) -> str:
    if kind == "date":
        return name
    return body.local_day(name)


@emits(core.Shift)
def _shift(body: Body, node: core.Shift) -> str:
    shift = body.module.bound("shift", shifter)
    back = body.module.constant(node.back)
    return body.guarded([node.of, node.by], lambda of, by: f"{shift}({of}, {by}, {back})")


@emits(core.LocalDate)
def _local_date(body: Body, node: core.LocalDate) -> str:
    return body.guarded([node.of], lambda of: _day(body, of, "instant"))


@emits(core.InReporting)
def _in_reporting(body: Body, node: core.InReporting) -> str:
    money, possible = body.value(node.of), body.shape.possible(node.of)
    missing = [f"{money} is {what}" for what, can in (("UNSET", possible.unknown), ("None", possible.none)) if can]
    result = body.fresh()
    body.work_out(node.on)
    body.block.line(f"{result} = {money}")
    with body.inside(f"if not ({' or '.join(missing) or 'False'}):"):
        _converted(body, node, money, result, [])
    return result


@demands(core.InReporting)
def _amount(body: Body, node: core.InReporting, unknown: Lines, none: Lines) -> str:
    money = body.demand(node.of, unknown, none)
    result = body.fresh()
    body.work_out(node.on)
    _converted(body, node, money, result, unknown)
    return result


def _converted(body: Body, node: core.InReporting, money: str, result: str, unknown: Lines) -> None:
    """Money that is there, in the reporting currency; mostly it is in that already."""
    currency = body.module.constant(node.type.unit)
    convert = body.module.bound(("convert", node.type.unit), lambda run: converter(run, node.type.unit))
    body.block.line(f"{result} = {money}.minor")
    with body.inside(f"if {money}.currency != {currency}:"):
        body.block.line(f"{result} = {convert}({money}, {body.value(node.on)})")
        body.block.chain([(f"{result} is UNSET", unknown or ["pass"])], body.overflow(result))


# -- choices ------------------------------------------------------------------------------------------


@emits(core.IfNone)
def _if_none(body: Body, node: core.IfNone) -> str:
    of = body.value(node.of)
    if not body.shape.possible(node.of).none:
        body.work_out(node.otherwise)
        return of
    body.work_out(node.otherwise)
    result = body.fresh()
    body.block.line(f"{result} = {of}")
    with body.inside(f"if {of} is None:"):
        body.block.line(f"{result} = {body.value(node.otherwise)}")
    return result


@emits(core.Cases)
def _cases(body: Body, node: core.Cases) -> str:
    """The first case that holds; ``PENDING`` while none was possible, ``open`` while none was certain."""
    for part in (*(each for case in node.cases for each in case), node.otherwise):
        body.work_out(part)
    result, still = body.fresh(), body.fresh("open")
    body.block.lines((f"{result} = PENDING", f"{still} = True"))
    for when, then in node.cases:
        with body.inside(f"if {still}:"):
            _case(body, when, then, result, still)
    with body.inside(f"if {still}:"):
        _agree(body, result, node.otherwise)
    return result


def _case(body: Body, when: Node, then: Node, result: str, still: str) -> None:
    test, possible = body.test(when), body.fresh("case")
    body.block.line(f"{possible} = True")
    body.branch(test, true=[f"{still} = False"], false=[f"{possible} = False"])
    with body.inside(f"if {possible}:"):
        _agree(body, result, then)


def _agree(body: Body, result: str, then: Node) -> None:
    value = body.value(then)
    body.block.line(f"{result} = {value} if {result} is PENDING else agreed({result}, {value})")
