"""A plain compiler of core trees, to hold compiled rows against: every node becomes a closure over its children's.

It is written as one would write it with care but without generating code: what a run fixes is worked out once per
run, metrics and visible records once per account, and conjunctions stop where they are decided. It covers the nodes of
``matching.py`` and gives the same three-valued results.
"""

from collections.abc import Callable
from datetime import timedelta
from operator import attrgetter, eq, ge, gt, le, lt
from typing import Any

from msgspec import UNSET

from engine.foundation.quantities import INT64_MAX, Money, divide_half_even
from engine.matching import core
from engine.matching.core import Forest, Items, Node, Scope
from engine.matching.explained import Environment, evaluate
from engine.matching.fields import too_large
from engine.matching.operations import local_day, pattern_search, relative_change
from engine.matching.periods import SeriesOfRun
from engine.matching.run import Conclusions, RunValues
from engine.matching.shape import Shape, is_timed, scale_of
from engine.snapshots.model import COLLECTIONS, AccountSnapshot

COMPARE = {"is": eq, "below": lt, "at_most": le, "above": gt, "at_least": ge}


class Account:
    """One account on its way: the records bound, and what has been worked out."""

    __slots__ = ("conclusions", "figures", "records", "series", "snapshot", "visible")

    def __init__(self, snapshot: AccountSnapshot) -> None:
        self.snapshot = snapshot
        self.conclusions: Conclusions = {}
        self.records: dict[str, Any] = {}
        self.figures: dict[str, Any] = {}
        self.visible: dict[str, Any] = {}
        self.series: dict[Any, Any] = {}


Closure = Callable[[Account], Any]


class Closures:
    """A forest as closures, bound to one run."""

    def __init__(self, forest: Forest, run: RunValues) -> None:
        self.forest = forest
        self.run = run
        self.early = run.today - timedelta(2)
        self.shape = Shape(forest.definitions)
        self.known_series: dict[core.Series, tuple[SeriesOfRun, Closure]] = {}
        self.figures = {name: self.node(each.node) for name, each in forest.definitions.items()}
        self.levels = [[self.scope(scope) for scope in level] for level in forest.levels]

    def match(self, snapshot: AccountSnapshot, conclusions: Conclusions) -> list[Any]:
        """Every scope of every level."""
        account = Account(snapshot)
        account.conclusions = conclusions
        return [scope(account) for level in self.levels for scope in level]

    def scope(self, scope: Scope) -> Closure:
        atoms = [(1 << index, self.node(each)) for index, each in enumerate(scope.atoms)]

        def bits(account: Account) -> tuple[int, int]:
            t = u = 0
            for bit, atom in atoms:
                found = atom(account)
                if found is True:
                    t |= bit
                elif found is UNSET:
                    u |= bit
            return t, t | u

        def records(account: Account) -> Any:
            found = self.visible(account, scope.collection or "")
            if found is UNSET:
                return UNSET
            seen = []
            for record in sorted(found, key=lambda each: each.id):
                account.records[scope.record or ""] = record
                seen.append((record, *bits(account)))
            return seen

        return bits if scope.collection is None else records

    def node(self, node: Node) -> Closure:
        if self.shape.constant_of_run(node):
            snapshot = AccountSnapshot(id="nobody", name="nobody")
            value = evaluate(node, Environment(self.forest, snapshot, self.run, {}))
            return lambda _: value
        rule: Callable[[Any], Closure] = getattr(self, type(node).__name__)
        return rule(node)

    def visible(self, account: Account, collection: str) -> Any:
        if collection not in account.visible:
            account.visible[collection] = self.now_visible(getattr(account.snapshot, collection), collection)
        return account.visible[collection]

    def now_visible(self, records: Any, collection: str) -> Any:
        if records is UNSET:
            return UNSET
        date_of, early = attrgetter(COLLECTIONS[collection].date_field), self.early
        if is_timed(collection):
            now = self.run.as_of
            return [
                each
                for each in records or ()
                if (when := date_of(each)) is None or when is UNSET or when.date() < early or when <= now
            ]
        today = self.run.today
        return [each for each in records or () if (day := date_of(each)) is None or day is UNSET or day <= today]

    # -- leaves -----------------------------------------------------------------------------------

    def AccountField(self, node: core.AccountField) -> Closure:  # noqa: N802 - named like the nodes
        if len(node.path) == 1:
            name = node.path[0]
            return lambda account: getattr(account.snapshot, name)
        group, name = node.path
        return lambda account: getattr(getattr(account.snapshot, group), name)

    def RecordField(self, node: core.RecordField) -> Closure:  # noqa: N802
        variable, name = node.record, node.path[0]
        return lambda account: getattr(account.records[variable], name)

    def Figure(self, node: core.Figure) -> Closure:  # noqa: N802
        name = node.name
        if node.record is not None:
            return lambda account: self.figures[name](account)

        def figure(account: Account) -> Any:
            if name not in account.figures:
                account.figures[name] = self.figures[name](account)
            return account.figures[name]

        return figure

    def Conclusion(self, node: core.Conclusion) -> Closure:  # noqa: N802
        address = node.address
        return lambda account: account.conclusions.get(address, UNSET)

    # -- arithmetic -------------------------------------------------------------------------------

    def strict(self, nodes: tuple[Node, ...], work: Callable[..., Any]) -> Closure:
        parts = [self.node(each) for each in nodes]
        if len(parts) == 2:
            first, second = parts

            def two(account: Account) -> Any:
                a, b = first(account), second(account)
                if a is UNSET or b is UNSET:
                    return UNSET
                return None if a is None or b is None else work(account, a, b)

            return two

        def several(account: Account) -> Any:
            values = [part(account) for part in parts]
            if UNSET in values:
                return UNSET
            return None if None in values else work(account, *values)

        return several

    def Arithmetic(self, node: core.Arithmetic) -> Closure:  # noqa: N802
        if node.op == "subtract":
            return self.strict(node.of, lambda account, a, b: checked(account, a - b))
        shift = node.type.scale + scale_of(node.of[1]) - scale_of(node.of[0])
        up = (100 if node.type.unit == "percent" else 1) * 10 ** max(shift, 0)
        down = 10 ** max(-shift, 0)
        return self.strict(
            node.of, lambda account, a, b: checked(account, divide_half_even(a * up, b * down)) if b else None
        )

    def Change(self, node: core.Change) -> Closure:  # noqa: N802
        scale = node.type.scale
        return self.strict(
            (node.before, node.after),
            lambda account, a, b: checked(account, relative_change(a, b, scale)) if a else None,
        )

    def Weighted(self, node: core.Weighted) -> Closure:  # noqa: N802
        weights = [weight for weight, _ in node.parts]

        def work(account: Account, *values: int) -> int:
            total = sum(weight * value for weight, value in zip(weights, values, strict=True))
            return checked(account, divide_half_even(total, 100))

        return self.strict(tuple(each for _, each in node.parts), work)

    def Elapsed(self, node: core.Elapsed) -> Closure:  # noqa: N802
        return self.strict((node.start, node.end), lambda _, start, end: (end - start).days)

    def LocalDate(self, node: core.LocalDate) -> Closure:  # noqa: N802
        zone = self.run.zone
        return self.strict((node.of,), lambda _, of: local_day(of, zone))

    def InReporting(self, node: core.InReporting) -> Closure:  # noqa: N802
        of, on, currency, rates = self.node(node.of), self.node(node.on), node.type.unit, self.run.rates

        def amount(account: Account) -> Any:
            money = of(account)
            if not isinstance(money, Money):
                return money
            if money.currency == currency:
                return money.minor
            day = on(account)
            return UNSET if day is UNSET or day is None else rates.convert(money, currency, day)

        return amount

    def IfNone(self, node: core.IfNone) -> Closure:  # noqa: N802
        of, otherwise = self.node(node.of), self.node(node.otherwise)

        def filled(account: Account) -> Any:
            value = of(account)
            return otherwise(account) if value is None else value

        return filled

    def Cases(self, node: core.Cases) -> Closure:  # noqa: N802
        cases = [(self.node(when), self.node(then)) for when, then in node.cases]
        otherwise = self.node(node.otherwise)

        def chosen(account: Account) -> Any:
            possible = []
            for when, then in cases:
                truth = when(account)
                if truth is True:
                    if not possible:
                        return then(account)
                    possible.append(then(account))
                    break
                if truth is UNSET:
                    possible.append(then(account))
            else:
                possible.append(otherwise(account))
            return possible[0] if all(each == possible[0] for each in possible) else UNSET

        return chosen

    # -- records ----------------------------------------------------------------------------------

    def selected(self, items: Items) -> Callable[[Account], Any]:
        """Records that are in, or unknown."""
        variable, collection, skip = items.record, items.collection, items.undecided == "skip"
        where = self.node(items.where) if items.where else None

        def select(account: Account) -> Any:
            found = self.visible(account, collection)
            if found is UNSET or where is None:
                return found
            kept = []
            for record in found:
                account.records[variable] = record
                truth = where(account)
                if truth is True:
                    kept.append(record)
                elif truth is UNSET and not skip:
                    return UNSET
            return kept

        return select

    def Aggregate(self, node: core.Aggregate) -> Closure:  # noqa: N802
        select, variable = self.selected(node.items), node.items.record
        if node.of is None:

            def count(account: Account) -> Any:
                found = select(account)
                return UNSET if found is UNSET else len(found)

            return count
        of, take = self.node(node.of), self.taken(node)

        def aggregate(account: Account) -> Any:
            found = select(account)
            if found is UNSET:
                return UNSET
            values = []
            for record in found:
                account.records[variable] = record
                values.append(of(account))
            return take(account, found, values)

        return aggregate

    def taken(self, node: core.Aggregate) -> Callable[[Account, list[Any], list[Any]], Any]:
        date_field = COLLECTIONS[node.items.collection].date_field
        up = 10 ** (node.type.scale - (scale_of(node.of) if node.of else 0))
        work: dict[str, Callable[[Account, list[Any]], Any]] = {
            "count_distinct": lambda _, values: len(set(values)),
            "sum": lambda account, values: checked(account, sum(values)),
            "average": lambda account, values: (
                checked(account, divide_half_even(sum(values) * up, len(values))) if values else None
            ),
            "minimum": lambda _, values: min(values) if values else None,
            "maximum": lambda _, values: max(values) if values else None,
            "share": lambda _, values: (
                divide_half_even(values.count(True) * 100 * 10**6, len(values)) if values else None
            ),
        }

        def latest(account: Account, found: list[Any], values: list[Any]) -> Any:
            best = None
            for record, value in zip(found, values, strict=True):
                when = getattr(record, date_field)
                if value is None or when is None:
                    continue
                if when is UNSET:
                    return UNSET
                if best is None or (when, record.id) > best[:2]:
                    best = (when, record.id, value)
            return best and best[2]

        if node.kind == "latest":
            return latest
        combine = work[node.kind]

        def known(account: Account, found: list[Any], values: list[Any]) -> Any:
            if UNSET in values:
                return UNSET
            return combine(account, [each for each in values if each is not None])

        return known

    def Missing(self, node: core.Missing) -> Closure:  # noqa: N802
        select, of, variable, wanted = self.selected(node.items), self.node(node.of), node.items.record, node.out_of

        def missing(account: Account) -> Any:
            found = select(account)
            if found is UNSET:
                return UNSET
            values = set()
            for record in found:
                account.records[variable] = record
                values.add(of(account))
            return UNSET if UNSET in values else tuple(each for each in wanted if each not in values) or None

        return missing

    def series(self, series: core.Series) -> tuple[SeriesOfRun, Closure]:
        if series not in self.known_series:
            self.known_series[series] = self.new_series(series, len(self.known_series))
        return self.known_series[series]

    def new_series(self, series: core.Series, key: int) -> tuple[SeriesOfRun, Closure]:
        bound, variable, collection = SeriesOfRun(series, self.run), series.items.record, series.items.collection
        of, where = (self.node(each) if each else None for each in (series.of, series.items.where))
        name = COLLECTIONS[collection].date_field

        def totals(account: Account) -> Any:
            if key in account.series:
                return account.series[key]
            found = self.visible(account, collection)
            account.series[key] = total = UNSET if found is UNSET else bound.totals(found, account.snapshot)
            for record in found or ():
                account.records[variable] = record
                truth = True if where is None else where(account)
                if truth is False:
                    continue
                adds = UNSET if truth is UNSET else 1 if of is None else of(account)
                when = getattr(record, name)
                if adds is not None and when is not None:
                    total.add(when, adds)
            return total

        return bound, totals

    def PeriodValue(self, node: core.PeriodValue) -> Closure:  # noqa: N802
        bound, totals = self.series(node.series)
        return lambda account: checked(account, bound.value(totals(account), node.back))

    # -- truths -----------------------------------------------------------------------------------

    def test(self, nodes: tuple[Node, ...], work: Callable[..., bool]) -> Closure:
        tested = self.strict(nodes, lambda _, *values: work(*values))

        def test(account: Account) -> Any:
            found = tested(account)
            return False if found is None else found

        return test

    def Compare(self, node: core.Compare) -> Closure:  # noqa: N802
        left, right, work = self.node(node.left), self.node(node.right), COMPARE[node.op]

        def compare(account: Account) -> Any:
            a, b = left(account), right(account)
            if a is UNSET or b is UNSET:
                return UNSET
            return False if a is None or b is None else work(a, b)

        return compare

    def TextTest(self, node: core.TextTest) -> Closure:  # noqa: N802
        if node.op == "matches" and isinstance(node.with_, core.Constant):
            search = pattern_search(str(node.with_.value))
            return self.test((node.of, node.with_), lambda text, _: search(text))
        return self.test((node.of, node.with_), lambda text, part: part in text)

    def OneOf(self, node: core.OneOf) -> Closure:  # noqa: N802
        of, choices = (
            self.node(node.of),
            frozenset(each.value for each in node.choices if isinstance(each, core.Constant)),
        )

        def one_of(account: Account) -> Any:
            value = of(account)
            return UNSET if value is UNSET else value in choices

        return one_of

    def ListTest(self, node: core.ListTest) -> Closure:  # noqa: N802
        of, choices = (
            self.node(node.of),
            frozenset(each.value for each in node.choices if isinstance(each, core.Constant)),
        )

        def list_test(account: Account) -> Any:
            value = of(account)
            if value is UNSET:
                return UNSET
            return bool(value) and any(each in choices for each in value)

        return list_test

    def Present(self, node: core.Present) -> Closure:  # noqa: N802
        of = self.node(node.of)

        def present(account: Account) -> Any:
            value = of(account)
            return UNSET if value is UNSET else value is not None and value != ()

        return present

    def Known(self, node: core.Known) -> Closure:  # noqa: N802
        of = self.node(node.of)
        return lambda account: of(account) is not UNSET

    def All(self, node: core.All) -> Closure:  # noqa: N802
        parts = [self.node(each) for each in node.of]

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

    def Any(self, node: core.Any) -> Closure:  # noqa: N802
        parts = [self.node(each) for each in node.of]

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

    def Not(self, node: core.Not) -> Closure:  # noqa: N802
        of = self.node(node.of)

        def not_(account: Account) -> Any:
            found = of(account)
            return UNSET if found is UNSET else not found

        return not_

    def AtLeast(self, node: core.AtLeast) -> Closure:  # noqa: N802
        parts, wanted = [self.node(each) for each in node.of], node.count

        def at_least(account: Account) -> Any:
            values = [part(account) for part in parts]
            certain = values.count(True)
            return True if certain >= wanted else UNSET if certain + values.count(UNSET) >= wanted else False

        return at_least

    def Some(self, node: core.Some) -> Closure:  # noqa: N802
        collection, variable, wanted = node.items.collection, node.items.record, node.at_least
        where = self.node(node.items.where) if node.items.where else None

        def some(account: Account) -> Any:
            found = self.visible(account, collection)
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

    def Every(self, node: core.Every) -> Closure:  # noqa: N802
        collection, variable = node.items.collection, node.items.record
        where = self.node(node.items.where) if node.items.where else None

        def every(account: Account) -> Any:
            found = self.visible(account, collection)
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


def checked(account: Account, value: Any) -> Any:
    """A figure that fits in 64 bits."""
    if value is not UNSET and not -INT64_MAX <= value <= INT64_MAX:
        raise too_large(account.snapshot.id)
    return value
