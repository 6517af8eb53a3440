"""Comparisons, tests, logic and quantifiers as closures."""

from collections.abc import Callable
from operator import eq, ge, gt, le, lt
from typing import Any

from msgspec import UNSET

from closures.compiler import Account, Closure, Closures, compiles
from closures.values import strict
from engine.matching import core
from engine.matching.core import Node
from engine.matching.operations import pattern_search

COMPARE = {"is": eq, "below": lt, "at_most": le, "above": gt, "at_least": ge}


# -- truths -----------------------------------------------------------------------------------------


def _test(at: Closures, nodes: tuple[Node, ...], work: Callable[..., bool]) -> Closure:
    tested = strict(at, nodes, lambda _, *values: work(*values))

    def test(account: Account) -> Any:
        found = tested(account)
        return False if found is None else found

    return test


@compiles(core.Compare)
def _compare(at: Closures, node: core.Compare) -> Closure:
    left, right, work = at.node(node.left), at.node(node.right), COMPARE[node.op]

    def compare(account: Account) -> Any:
        a, b = left(account), right(account)
        if a is UNSET or b is UNSET:
            return UNSET
        return False if a is None or b is None else work(a, b)

    return compare


@compiles(core.TextTest)
def _text_test(at: Closures, node: core.TextTest) -> Closure:
    if node.op == "matches" and isinstance(node.with_, core.Constant):
        search = pattern_search(str(node.with_.value))
        return _test(at, (node.of, node.with_), lambda text, _: search(text))
    return _test(at, (node.of, node.with_), lambda text, part: part in text)


@compiles(core.OneOf)
def _one_of(at: Closures, node: core.OneOf) -> Closure:
    of, choices = (
        at.node(node.of),
        frozenset(each.value for each in node.choices if isinstance(each, core.Constant)),
    )

    def one_of(account: Account) -> Any:
        value = of(account)
        return UNSET if value is UNSET else value in choices

    return one_of


@compiles(core.ListTest)
def _list_test(at: Closures, node: core.ListTest) -> Closure:
    of, choices = (
        at.node(node.of),
        frozenset(each.value for each in node.choices if isinstance(each, core.Constant)),
    )

    def list_test(account: Account) -> Any:
        value = of(account)
        if value is UNSET:
            return UNSET
        return bool(value) and any(each in choices for each in value)

    return list_test


@compiles(core.Present)
def _present(at: Closures, node: core.Present) -> Closure:
    of = at.node(node.of)

    def present(account: Account) -> Any:
        value = of(account)
        return UNSET if value is UNSET else value is not None and value != ()

    return present


@compiles(core.Known)
def _known(at: Closures, node: core.Known) -> Closure:
    of = at.node(node.of)
    return lambda account: of(account) is not UNSET


@compiles(core.All)
def _all(at: Closures, node: core.All) -> Closure:
    parts = [at.node(each) for each in node.of]

    def all_(account: Account) -> Any:
        result: Any = True
        for part in parts:
            found = part(account)
            if found is False or found is None:
                return False
            if found is UNSET:
                result = UNSET
        return result

    return all_


@compiles(core.Any)
def _any(at: Closures, node: core.Any) -> Closure:
    parts = [at.node(each) for each in node.of]

    def any_(account: Account) -> Any:
        result: Any = False
        for part in parts:
            found = part(account)
            if found is True:
                return True
            if found is UNSET:
                result = UNSET
        return result

    return any_


@compiles(core.Not)
def _not(at: Closures, node: core.Not) -> Closure:
    of = at.node(node.of)

    def not_(account: Account) -> Any:
        found = of(account)
        return UNSET if found is UNSET else not found

    return not_


@compiles(core.AtLeast)
def _at_least(at: Closures, node: core.AtLeast) -> Closure:
    parts, wanted = [at.node(each) for each in node.of], node.count

    def at_least(account: Account) -> Any:
        values = [part(account) for part in parts]
        certain = values.count(True)
        return True if certain >= wanted else UNSET if certain + values.count(UNSET) >= wanted else False

    return at_least


@compiles(core.Some)
def _some(at: Closures, node: core.Some) -> Closure:
    collection, variable, wanted = node.items.collection, node.items.record, node.at_least
    where = at.node(node.items.where) if node.items.where else None

    def some(account: Account) -> Any:
        found = at.visible(account, collection)
        if found is UNSET:
            return UNSET
        certain = possible = 0
        for record in found:
            account.records[variable] = record
            truth = True if where is None else where(account)
            if truth is True:
                certain += 1
                if certain >= wanted:
                    return True
            elif truth is UNSET:
                possible += 1
        return UNSET if certain + possible >= wanted else False

    return some


@compiles(core.Every)
def _every(at: Closures, node: core.Every) -> Closure:
    collection, variable = node.items.collection, node.items.record
    where = at.node(node.items.where) if node.items.where else None

    def every(account: Account) -> Any:
        found = at.visible(account, collection)
        if found is UNSET or where is None:
            return found if found is UNSET else True
        result: Any = True
        for record in found:
            account.records[variable] = record
            truth = where(account)
            if truth is UNSET:
                result = UNSET
            elif truth is not True:
                return False
        return result

    return every
