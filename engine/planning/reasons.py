"""``because`` trees: what each test expected and observed, for people and programs."""

from collections.abc import Callable, Iterator
from datetime import date, datetime
from functools import cache
from pathlib import PurePath
from typing import Final, cast

from msgspec import UNSET, Struct, UnsetType

from engine.compiling.clauses import Clause, Leaf
from engine.compiling.typing import is_money
from engine.evaluation.findings import Truths
from engine.foundation.places import Place
from engine.foundation.quantities import plain_decimal
from engine.matching.core import Constant, Figure, Node, Parameter, Standing, ValueType
from engine.matching.explained import Environment, evaluate, explain
from engine.matching.run import Value
from engine.matching.shape import children, type_of
from engine.planning.because import Among, Because, Shown, Truth

_BEYOND = 2**62
"""Where ``if_none: true`` puts a figure; nothing is observed there."""


_ALIKE: Final = frozenset({str, int, bool, date, type(None), UnsetType})
"""Types whose equal values are also written alike: what a test says of them is said once."""

_MOST_GIVEN = 1 << 14

_Told = tuple[Leaf, Value, Value, tuple[str, ...]]
"""A test, its truth, what was observed, and what is missing."""


class Reasons:
    """Gives reasons in one run: what is the same for every account is worked out once.

    ``trace`` adds to the reason of a test where its figures come from.
    """

    def __init__(self, trace: Callable[[Because, Leaf, Environment], Because] | None = None) -> None:
        self._tests: dict[Leaf, _Test] = {}
        self._trace = trace
        self._given: dict[_Told, Because] = {}

    def because(self, clause: Clause, environment: Environment, truths: Truths | None = None) -> Because:
        """The clause with the truth of every part: as ``truths`` has it, or as the reference interpreter sees it."""
        if isinstance(clause, Leaf):
            reason = self._leaf(clause, environment, truths)
            return reason if self._trace is None else self._trace(reason, clause, environment)
        of = tuple([self.because(each, environment, truths) for each in clause.of])
        return Because(op=clause.op, result=_result(clause.op, clause.count, of), of=of, count=clause.count or None)

    def _leaf(self, leaf: Leaf, environment: Environment, truths: Truths | None) -> Because:
        truth: Value = UNSET if truths is None else truths.of(leaf)
        missing: tuple[str, ...] = ()
        if truth is UNSET:
            sight = explain(leaf.node, environment)
            truth, missing = sight.value, sight.missing if sight.value is UNSET else ()
        observed = None if leaf.observed is None else evaluate(leaf.observed, environment)
        key = (leaf, truth, observed, missing)
        given = self._given.get(key)
        return self._anew(key, environment) if given is None else given

    def _anew(self, key: _Told, environment: Environment) -> Because:
        """What a test says where it has not said it before; kept where every account would be told the same."""
        leaf, truth, observed, missing = key
        test = self._tests.get(leaf)
        if test is None:
            test = self._tests[leaf] = _prepared(leaf, environment)
        told = self._told(leaf, test, environment, truth, observed, missing)
        if test.is_fixed and test.standing is None and type(observed) in _ALIKE:
            if len(self._given) >= _MOST_GIVEN:
                self._given.clear()
            self._given[key] = told
        return told

    def _told(
        self, leaf: Leaf, test: "_Test", environment: Environment, truth: Value, observed: Value,
        missing: tuple[str, ...],
    ) -> Because:  # fmt: skip
        return Because(
            op=leaf.op,
            result=word(truth),
            test=leaf.test,
            expected=test.expected if test.is_fixed else _expected(leaf, environment),
            observed=shown(observed, leaf.observed_type),
            unit=test.unit,
            among=None if test.standing is None else _among(test.standing, environment),
            missing=missing,
            rule_at=test.rule_at,
        )


def missing_in(reason: Because) -> tuple[str, ...]:
    """What the undecided tests of a reason lack, in the order met, each once."""
    return tuple(dict.fromkeys(_missing(reason)))


def _missing(reason: Because) -> Iterator[str]:
    yield from reason.missing
    for each in reason.of:
        yield from _missing(each)


def unmet(reason: Because) -> tuple[Because, ...]:
    """The parts of a reason that keep it from holding; of what must all hold those that do not, one by one."""
    if reason.result == "true":
        return ()
    if reason.op != "all" or reason.test is not None:
        return (reason,)
    return tuple(part for each in reason.of for part in unmet(each))


def _result(op: str, count: int, of: tuple[Because, ...]) -> Truth:
    results = [each.result for each in of]
    if op == "all":
        return "false" if "false" in results else "unknown" if "unknown" in results else "true"
    if op == "any":
        return "true" if "true" in results else "unknown" if "unknown" in results else "false"
    if op == "not":
        return _NEGATED[results[0]]
    certain, possible = results.count("true"), len(results) - results.count("false")
    return "true" if certain >= count else "unknown" if possible >= count else "false"


_NEGATED: Final[dict[Truth, Truth]] = {"true": "false", "false": "true", "unknown": "unknown"}


def word(truth: Value) -> Truth:
    """A truth as the plan writes it."""
    return "unknown" if truth is UNSET else "true" if truth else "false"


def shown_unit(kind: ValueType | None) -> str | None:
    """The unit that is shown beside a figure; none for plain numbers, and for money, which shows its own."""
    has_unit = kind is not None and kind.kind == "number" and kind.unit != "number" and not is_money(kind)
    return kind.unit if kind is not None and has_unit else None


class _Test(Struct, frozen=True):
    """What of a test is the same for every account: the unit shown, where it is written, and mostly (``is_fixed``) also
    what is expected; ``standing`` is the figure over the portfolio that is observed, if any."""

    unit: str | None
    standing: Standing | None
    rule_at: str
    is_fixed: bool
    expected: Shown


def _prepared(leaf: Leaf, environment: Environment) -> _Test:
    kind = leaf.observed_type
    is_fixed = all(isinstance(each, Constant | Parameter) for each in leaf.expected)
    return _Test(
        unit=shown_unit(kind),
        standing=_standing(leaf.observed, environment) if leaf.observed is not None else None,
        rule_at=rule_at(leaf.place),
        is_fixed=is_fixed,
        expected=_expected(leaf, environment) if is_fixed else None,
    )


def _standing(node: Node, environment: Environment) -> Standing | None:
    """The first figure over the portfolio that ``node`` is made of, through metrics too."""
    if isinstance(node, Standing):
        return node
    parts = [environment.forest.definitions[node.name].node] if isinstance(node, Figure) else children(node)
    return next((found for each in parts if (found := _standing(each, environment)) is not None), None)


def _among(standing: Standing, environment: Environment) -> Among | None:
    population = standing.population
    if population.record is not None and population.group and population.record not in environment.records:
        return None
    group = tuple(evaluate(each, environment) for each in standing.group)
    ranking = environment.run.rankings.get(population.name, {}).get(cast("tuple[str, ...]", group))
    if ranking is None:
        return None
    if population.collection is not None:
        return Among(records=len(ranking.values), left_out=ranking.excluded)
    return Among(accounts=len(ranking.values), left_out=ranking.excluded)


@cache
def rule_at(place: Place) -> str:
    """Where a test is written, by the file's name within its playbook: equal wherever the playbook is kept."""
    return str(Place(PurePath(place.file).name, place.line))


def _expected(leaf: Leaf, environment: Environment) -> Shown:
    written = [shown(evaluate(each, environment), type_of(each)) for each in leaf.expected]
    if len(written) == 1:
        return written[0]
    return [str(each) for each in written] if written else None


def shown(value: Value, kind: ValueType | None) -> Shown:
    """A value as a plan writes it: numbers exact, money as text, moments as text, unknown as null."""
    if value is None or isinstance(value, UnsetType):
        return None
    if isinstance(value, str | bool):
        return value
    if isinstance(value, int):
        return _figure(value, kind)
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, tuple):
        return list(value)
    return str(value)


def _figure(value: int, kind: ValueType | None) -> Shown:
    if abs(value) >= _BEYOND:
        return None
    amount = plain_decimal(value, kind.scale if kind else 0)
    return f"{amount} {kind.unit}" if kind and is_money(kind) else amount
