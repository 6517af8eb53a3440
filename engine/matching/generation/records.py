"""Emission of aggregates and quantifiers: one loop each, over the records that are certainly in."""

from collections.abc import Callable
from typing import Final

from msgspec import Struct

from engine.matching import core
from engine.matching.core import Aggregate, Items, Node
from engine.matching.generation.body import Body
from engine.matching.generation.module import attribute
from engine.matching.generation.rules import emits
from engine.matching.generation.writing import Lines
from engine.matching.shape import scale_of
from engine.snapshots.model import COLLECTIONS


class Source(Struct, frozen=True):
    """Where a loop takes its records from: the name that holds them (unknown for an absent collection), the flag that
    says that some are undecided, and what is still to be tested of each."""

    records: str
    undecided: str | None
    where: Node | None


class Pass(Struct, frozen=True):
    """One loop over selected records being written; ``doubt`` makes the result unknown and goes on or leaves."""

    record: str
    doubt: Lines


Start = Lines
Each = Callable[[Pass], None]


def over(body: Body, items: Items, of: Node | None, start: Lines, each: Each, finish: Lines, result: str) -> str:
    """``result``: unknown for an absent collection or if a record is undecided, else what ``finish`` makes of it."""
    source = selection(body, items)
    flag = body.fresh("x")
    leave = not any(part is not None and body.shape.fallible(part) for part in (items.where, of))
    doubt = [f"{flag} = True", "break" if leave else "continue"]
    body.block.line(f"{result} = UNSET")
    with body.inside(f"if {source.records} is not UNSET:"):
        body.block.lines([f"{flag} = {source.undecided or False}", *start])
        with body.loop(items.record, items.collection, source.records) as record:
            sift_records(body, source.where, items, doubt)
            each(Pass(record, doubt))
        body.block.chain([(f"not {flag}", finish)])
    return result


def sift_records(body: Body, where: Node | None, items: Items, doubt: Lines) -> None:
    """Leaves the records that are out; ``doubt`` is done for undecided ones, unless they are skipped."""
    if where is None:
        return
    body.sift(where, ["continue"], ["continue"] if items.undecided == "skip" else doubt)


def selection(body: Body, items: Items) -> Source:
    """The records to go through: selected once if that is wanted at several places, or before the last are taken."""
    if items.where is None and items.last is None:
        return Source(body.visible(items.collection), None, None)
    if body.module.shared(items) or items.last is not None:
        free = body.shape.free(items)
        fallible = items.where is not None and body.shape.fallible(items.where)
        both = body.once(items, free, lambda: _selected_once(body, items), movable=not fallible)
        return Source(f"{both}[0]", f"{both}[1]", None)
    return Source(body.visible(items.collection), None, items.where)


def _selected_once(body: Body, items: Items) -> str:
    if body.shape.free(items):
        return _selected(body, items)
    return body.shared(items, body.figure, lambda inner: _selected(inner, items))


def _selected(body: Body, items: Items) -> str:
    """The records selected, unknown for an absent collection, and whether some are undecided."""
    source, kept, flag = body.visible(items.collection), body.fresh("s"), body.fresh("x")
    body.block.lines([f"{kept} = UNSET", f"{flag} = False"])
    with body.inside(f"if {source} is not UNSET:"):
        body.block.line(f"{kept} = []")
        with body.loop(items.record, items.collection, source) as record:
            sift_records(body, items.where, items, [f"{flag} = True", "continue"])
            body.block.line(f"{kept}.append({record})")
        if items.last is not None:
            _keep_last(body, items, kept, flag)
    return f"({kept}, {flag})"


def _keep_last(body: Body, items: Items, kept: str, flag: str) -> None:
    kind = COLLECTIONS[items.collection]
    count, date_field = body.module.constant(items.last), body.module.constant(attribute(kind.record, kind.date_field))
    body.block.line(f"{kept} = [] if {flag} else last_records({kept}, {count}, {date_field})")
    body.block.chain([(f"{kept} is UNSET", [f"{kept} = []", f"{flag} = True"])])


# -- aggregates ---------------------------------------------------------------------------------------


@emits(core.Aggregate)
def _aggregate(body: Body, node: Aggregate) -> str:
    if node.of is None:
        return _count_all(body, node)
    return _AGGREGATES[node.kind](body, node, node.of)


def _count_all(body: Body, node: Aggregate) -> str:
    result, number = body.fresh(), body.fresh("n")

    def each(_: Pass) -> None:
        body.block.line(f"{number} += 1")

    finish = [f"{result} = {_scaled(body, number, node)}"]
    return over(body, node.items, None, [f"{number} = 0"], each, finish, result)


def _scaled(body: Body, number: str, node: Aggregate) -> str:
    return f"{number} * {body.module.constant(10**node.type.scale)}" if node.type.scale else number


def _count(body: Body, node: Aggregate, of: Node) -> str:
    result, number = body.fresh(), body.fresh("n")

    def each(now: Pass) -> None:
        body.demand(of, now.doubt, ["continue"])
        body.block.line(f"{number} += 1")

    return over(body, node.items, of, [f"{number} = 0"], each, [f"{result} = {_scaled(body, number, node)}"], result)


def _count_distinct(body: Body, node: Aggregate, of: Node) -> str:
    result, found = body.fresh(), body.fresh("s")
    finish = [f"{result} = {_scaled(body, f'len({found})', node)}"]
    return over(body, node.items, of, [f"{found} = set()"], _into(body, of, found), finish, result)


def _into(body: Body, of: Node, found: str) -> Each:
    def each(now: Pass) -> None:
        body.block.line(f"{found}.add({body.demand(of, now.doubt, ['continue'])})")

    return each


def _sum(body: Body, node: Aggregate, of: Node) -> str:
    result = body.fresh()
    total = body.fresh("n")

    def each(now: Pass) -> None:
        body.block.line(f"{total} += {body.demand(of, now.doubt, ['continue'])}")

    finish = [f"{result} = {total}", *body.overflow(result)]
    return over(body, node.items, of, [f"{total} = 0"], each, finish, result)


def _average(body: Body, node: Aggregate, of: Node) -> str:
    result, total, number = body.fresh(), body.fresh("n"), body.fresh("n")
    shift = node.type.scale - scale_of(of)
    up, down = body.module.constant(10 ** max(shift, 0)), body.module.constant(10 ** max(-shift, 0))

    def each(now: Pass) -> None:
        value = body.demand(of, now.doubt, ["continue"])
        body.block.lines([f"{total} += {value}", f"{number} += 1"])

    average = f"divide_half_even({total} * {up}, {number} * {down})"
    finish = [f"{result} = {average} if {number} else None", *body.overflow(result, may_be_none=True)]
    return over(body, node.items, of, [f"{total} = {number} = 0"], each, finish, result)


def _best(body: Body, node: Aggregate, of: Node) -> str:
    result, best = body.fresh(), body.fresh("b")
    sign = "<" if node.kind == "minimum" else ">"

    def each(now: Pass) -> None:
        value = body.demand(of, now.doubt, ["continue"])
        body.block.chain([(f"{best} is None or {value} {sign} {best}", [f"{best} = {value}"])])

    return over(body, node.items, of, [f"{best} = None"], each, [f"{result} = {best}"], result)


def _share(body: Body, node: Aggregate, of: Node) -> str:
    result, certain, number = body.fresh(), body.fresh("n"), body.fresh("n")

    def each(now: Pass) -> None:
        value = body.demand(of, now.doubt, ["continue"])
        body.block.line(f"{number} += 1")
        body.block.chain([(value, [f"{certain} += 1"])])

    share = f"percent({certain}, {number}, {body.module.constant(node.type.scale)})"
    finish = [f"{result} = {share} if {number} else None"]
    return over(body, node.items, of, [f"{certain} = {number} = 0"], each, finish, result)


def _latest(body: Body, node: Aggregate, of: Node) -> str:
    """An unknown value counts like any other: only the latest matters."""
    result, latest, when_latest, id_latest = (body.fresh(letter) for letter in "vbdi")
    kind = COLLECTIONS[node.items.collection]
    field = attribute(kind.record, kind.date_field)

    def each(now: Pass) -> None:
        value = body.value(of)
        if body.shape.possible(of).none:
            body.block.chain([(f"{value} is None", ["continue"])])
        when = body.named(f"{now.record}.{field}")
        body.block.chain([(f"{when} is None", ["continue"]), (f"{when} is UNSET", now.doubt)])
        later = f"{when_latest} is None or {when} > {when_latest}"
        tie = f"({when} == {when_latest} and {now.record}.id > {id_latest})"
        taken = [f"{latest} = {value}", f"{when_latest} = {when}", f"{id_latest} = {now.record}.id"]
        body.block.chain([(f"{later} or {tie}", taken)])

    start = [f"{latest} = {when_latest} = {id_latest} = None"]
    return over(body, node.items, of, start, each, [f"{result} = {latest}"], result)


_AGGREGATES: Final[dict[str, Callable[[Body, Aggregate, Node], str]]] = {
    "count": _count,
    "count_distinct": _count_distinct,
    "sum": _sum,
    "average": _average,
    "minimum": _best,
    "maximum": _best,
    "share": _share,
    "latest": _latest,
}


@emits(core.Missing)
def _missing(body: Body, node: core.Missing) -> str:
    result, found = body.fresh(), body.fresh("s")
    finish = [f"{result} = missing_of({body.module.constant(node.out_of)}, {found})"]
    return over(body, node.items, node.of, [f"{found} = set()"], _into(body, node.of, found), finish, result)


# -- quantifiers --------------------------------------------------------------------------------------


@emits(core.Some)
def _some(body: Body, node: core.Some) -> str:
    items, result = node.items, body.fresh()
    certain, open_ = body.fresh("n"), body.fresh("n")
    wanted = body.module.constant(node.at_least)
    source = body.visible(items.collection)
    body.block.line(f"{result} = UNSET")
    with body.inside(f"if {source} is not UNSET:"):
        body.block.line(f"{certain} = {open_} = 0")
        with body.loop(items.record, items.collection, source):
            sift_records(body, items.where, _kept(items), [f"{open_} += 1", "continue"])
            body.block.line(f"{certain} += 1")
            if items.where is None or not body.shape.fallible(items.where):
                body.block.chain([(f"{certain} >= {wanted}", ["break"])])
        verdict = f"True if {certain} >= {wanted} else UNSET if {certain} + {open_} >= {wanted} else False"
        body.block.line(f"{result} = {verdict}")
    return result


def _kept(items: Items) -> Items:
    """The same with undecided records told apart: a quantifier can do with them."""
    return Items(items.collection, items.record, items.where)


@emits(core.Every)
def _every(body: Body, node: core.Every) -> str:
    items, result = node.items, body.fresh()
    source = body.visible(items.collection)
    body.block.line(f"{result} = UNSET")
    with body.inside(f"if {source} is not UNSET:"):
        body.block.line(f"{result} = True")
        if items.where is not None:
            leave = "continue" if body.shape.fallible(items.where) else "break"
            with body.loop(items.record, items.collection, source):
                doubt = f"if {result} is True: {result} = UNSET"
                body.sift(items.where, [f"{result} = False", leave], [doubt])
    return result
