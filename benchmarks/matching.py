"""40 rules over one account: compiled rows against plain closures and against the reference interpreter.

Run ``python benchmarks/matching.py``. All three first have to say the same of every account; then they are timed in
turns within the same run, the best of several rounds each.
"""

import random
import sys
import time
from collections.abc import Callable
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from msgspec import UNSET

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parent.parent)]

from engine.foundation.quantities import Duration, Money, Number, Period
from engine.matching import core
from engine.matching.core import (
    COUNT,
    DATE,
    DURATION,
    INSTANT,
    MONEY,
    PERCENT,
    TEXT,
    TEXTS,
    TRUTH,
    Aggregate,
    All,
    Compare,
    Constant,
    Definition,
    Figure,
    Forest,
    Items,
    Node,
    OneOf,
    RecordField,
    Scope,
    Some,
    ValueType,
)
from engine.matching.explained import Environment, evaluate, visible
from engine.matching.rows import compile_rows
from engine.matching.run import Conclusions, Rate, Rates, RunValues
from engine.snapshots.model import (
    AccountSnapshot,
    Contact,
    Contract,
    Delivery,
    Interaction,
    Payment,
    Profile,
    Purchase,
    Relationship,
    Survey,
    Ticket,
    Usage,
)
from plain_closures import Closures

NUMBER = ValueType("number")
DAYS = ValueType("number", "days", 0)
CNY = ValueType("number", "CNY", 2)
POINTS = ValueType("number", "points")
SHANGHAI = ZoneInfo("Asia/Shanghai")
TODAY = date(2026, 3, 31)
AS_OF = datetime(2026, 3, 31, 23, 59, 59, tzinfo=SHANGHAI)
ACCOUNTS = 300
ROUNDS = 15

CONCLUSIONS: Conclusions = {"classes.tier": "key", "classes.phase": "growth", "warnings.quiet": False}


# -- the rules ----------------------------------------------------------------------------------------


def field(record: str, name: str, kind: ValueType = TEXT) -> RecordField:
    return RecordField(record, (name,), kind)


def is_(record: str, name: str, value: str) -> Node:
    return Compare("is", field(record, name), Constant(value, TEXT))


def number(node: Node, op: core.CompareOp, value: int, kind: ValueType = NUMBER) -> Node:
    return Compare(op, node, Constant(value, kind))


def days(count: int) -> Constant:
    return Constant(Duration(Decimal(count), "days"), DURATION)


def in_last(day: Node, length: Constant) -> tuple[Node, Node]:
    edge = core.Shift(core.Today(), length, True, DATE)
    return Compare("above", day, edge), Compare("at_most", day, core.Today())


YEAR = Constant(Duration(Decimal(12), "months"), DURATION)
QUARTER_DAYS = days(90)


def purchases(*where: Node) -> Items:
    within = in_last(field("purchase", "on", DATE), YEAR)
    return Items("purchases", "purchase", All((*where, *within)))


def amount(name: str) -> Node:
    return core.InReporting(field("purchase", name, MONEY), field("purchase", "on", DATE), CNY)


def tickets(*where: Node) -> Items:
    within = in_last(core.LocalDate(field("ticket", "opened_at", INSTANT)), QUARTER_DAYS)
    return Items("tickets", "ticket", All((*where, *within)))


def latest(name: str, *where: Node) -> Node:
    items = Items("surveys", "survey", All(where) if len(where) > 1 else where[0] if where else None)
    return Aggregate("latest", items, field("survey", name, POINTS), POINTS)


def usage(period: Period) -> core.Series:
    return core.Series(Items("usage", "use"), field("use", "count", NUMBER), period, None, NUMBER)


def since(collection: str, record: str, name: str, *where: Node) -> Node:
    items = Items(collection, record, All(where) if where else None)
    return core.Elapsed("days", Aggregate("maximum", items, field(record, name, DATE), DATE), core.Today(), DAYS)


def points(node: Node, bands: tuple[tuple[int, int], ...]) -> Node:
    cases = [(core.Not(core.Present(node)), Constant(None, POINTS))]
    cases += [(number(node, "at_least", low, DAYS), Constant(worth, POINTS)) for low, worth in bands]
    return core.Cases(tuple(cases), Constant(20_000_000, POINTS), POINTS)


KEY_CONTACT = (
    is_("contact", "status", "active"),
    is_("contact", "influence", "high"),
    number(field("contact", "strength", NUMBER), "at_least", 3_000_000),
)
ROLES = ("economic", "business", "technical", "user", "purchaser")
WARNED = ("satisfaction", "quiet", "late", "unused", "concentrated")

METRICS: dict[str, tuple[Node, ValueType]] = {
    "satisfaction": (latest("score"), POINTS),
    "satisfaction_service": (latest("score", is_("survey", "kind", "service")), POINTS),
    "satisfaction_product": (latest("score", is_("survey", "kind", "product")), POINTS),
    "nps": (latest("nps", is_("survey", "kind", "nps")), POINTS),
    "revenue": (Aggregate("sum", purchases(), amount("amount"), CNY), CNY),
    "profit": (Aggregate("sum", purchases(), amount("profit"), CNY), CNY),
    "frequency": (Aggregate("count", purchases(), None, COUNT), COUNT),
    "categories": (Aggregate("count_distinct", purchases(), field("purchase", "category"), COUNT), COUNT),
    "hardware": (Aggregate("sum", purchases(is_("purchase", "category", "hardware")), amount("amount"), CNY), CNY),
    "margin": (core.Arithmetic("divide", (Figure("profit", CNY), Figure("revenue", CNY)), PERCENT), PERCENT),
    "recency": (since("purchases", "purchase", "on"), DAYS),
    "quiet_days": (since("interactions", "interaction", "on"), DAYS),
    "visit_days": (since("interactions", "interaction", "on", is_("interaction", "kind", "visit")), DAYS),
    "complaints": (Aggregate("count", tickets(is_("ticket", "kind", "complaint")), None, COUNT), COUNT),
    "response": (Aggregate("average", tickets(), field("ticket", "first_response", NUMBER), NUMBER), NUMBER),
    "slow": (
        Aggregate("share", tickets(), number(field("ticket", "first_response", NUMBER), "above", 8_000_000), PERCENT),
        PERCENT,
    ),
    "open_tickets": (
        Aggregate(
            "count",
            Items(
                "tickets",
                "ticket",
                OneOf(field("ticket", "status"), (Constant("open", TEXT), Constant("pending", TEXT))),
            ),
            None,
            COUNT,
        ),
        COUNT,
    ),
    "key_contacts": (Aggregate("count", Items("contacts", "contact", All(KEY_CONTACT)), None, COUNT), COUNT),
    "missing_roles": (
        core.Missing(Items("contacts", "contact", is_("contact", "status", "active")), field("contact", "role"), ROLES),
        TEXTS,
    ),
    "late_share": (
        Aggregate(
            "share",
            Items("deliveries", "delivery"),
            number(field("delivery", "days_late", NUMBER), "above", 0),
            PERCENT,
        ),
        PERCENT,
    ),
    "days_late": (
        Aggregate("average", Items("payments", "payment"), field("payment", "days_late", NUMBER), NUMBER),
        NUMBER,
    ),
    "overdue": (
        Aggregate(
            "sum",
            Items("payments", "payment", is_("payment", "status", "overdue")),
            core.InReporting(field("payment", "amount", MONEY), field("payment", "invoiced_on", DATE), CNY),
            CNY,
        ),
        CNY,
    ),
    "usage_change": (
        core.Change(
            core.PeriodValue(usage(Period(1, "month")), 2), core.PeriodValue(usage(Period(1, "month")), 1), PERCENT
        ),
        PERCENT,
    ),
    "renewal": (
        core.Elapsed(
            "days",
            core.Today(),
            Aggregate(
                "minimum",
                Items(
                    "contracts",
                    "contract",
                    All(
                        (
                            is_("contract", "status", "active"),
                            Compare("at_least", field("contract", "ends_on", DATE), core.Today()),
                        )
                    ),
                ),
                field("contract", "ends_on", DATE),
                DATE,
            ),
            DAYS,
        ),
        DAYS,
    ),
    "recency_points": (points(Figure("recency", DAYS), ((180, 40_000_000), (90, 60_000_000), (0, 90_000_000))), POINTS),
    "health": (
        core.Weighted(
            ((40, Figure("satisfaction", POINTS)), (30, Figure("recency_points", POINTS)), (30, Figure("nps", POINTS))),
            POINTS,
        ),
        POINTS,
    ),
}


def metric(name: str) -> Figure:
    return Figure(name, METRICS[name][1])


def test(name: str, op: core.CompareOp, value: int) -> Node:
    return Compare(op, metric(name), Constant(value, METRICS[name][1]))


def against(name: str, op: core.CompareOp, parameter: str) -> Node:
    return Compare(op, metric(name), core.Parameter(parameter, METRICS[name][1]))


def tier(value: str) -> Node:
    return Compare("is", core.Conclusion("classes.tier", TEXT), Constant(value, TEXT))


def profile(name: str) -> Node:
    return core.AccountField(("profile", name), TEXT)


def some(collection: str, record: str, *where: Node, at_least: int = 1) -> Node:
    return Some(Items(collection, record, All(where)), at_least)


CLASSES: tuple[Node, ...] = (
    test("revenue", "at_least", 50_000_000),
    test("revenue", "at_least", 10_000_000),
    test("margin", "above", 12_000_000),
    test("frequency", "at_least", 4),
    OneOf(profile("industry"), (Constant("finance", TEXT), Constant("retail", TEXT))),
    Compare("is", profile("size"), Constant("large", TEXT)),
    some("contracts", "contract", is_("contract", "kind", "solution"), is_("contract", "status", "active")),
    test("health", "at_least", 80_000_000),
    test("health", "at_least", 60_000_000),
    core.Not(some("contracts", "contract", is_("contract", "status", "active"))),
    Compare(
        "above",
        core.AccountField(("relationship", "started_on"), DATE),
        core.Shift(core.Today(), YEAR, True, DATE),
    ),
)

WARNINGS: tuple[Node, ...] = (
    tier("key"),
    Compare("is", core.Conclusion("classes.phase", TEXT), Constant("growth", TEXT)),
    against("satisfaction", "below", "satisfaction_floor"),
    test("satisfaction_service", "below", 60_000_000),
    test("satisfaction_product", "below", 60_000_000),
    test("nps", "below", 0),
    Compare(
        "above", core.IfNone(metric("quiet_days"), Constant(2**62, DAYS), DAYS), core.Parameter("quiet_limit", DAYS)
    ),
    test("visit_days", "above", 120),
    test("recency", "above", 180),
    test("complaints", "at_least", 3),
    test("open_tickets", "above", 2),
    test("response", "above", 8_000_000),
    test("slow", "above", 20_000_000),
    test("late_share", "above", 10_000_000),
    test("days_late", "above", 15_000_000),
    test("overdue", "above", 1_000_000),
    test("usage_change", "at_most", -15_000_000),
    test("renewal", "at_most", 90),
    test("key_contacts", "below", 2),
    core.Present(metric("missing_roles")),
    test("categories", "below", 2),
    core.Known(metric("margin")),
    core.TextTest("contains", profile("plan"), Constant("trial", TEXT)),
    core.TextTest("matches", core.AccountField(("name",), TEXT), Constant("(?i)group|holding", TEXT)),
    some(
        "contacts",
        "contact",
        is_("contact", "role", "economic"),
        *in_last(field("contact", "left_on", DATE), QUARTER_DAYS),
    ),
    core.Not(some("contacts", "contact", is_("contact", "role", "technical"), is_("contact", "status", "active"))),
    some("contacts", "contact", core.ListTest("any", field("contact", "opt_outs", TEXTS), (Constant("all", TEXT),))),
    core.Every(Items("deliveries", "delivery", is_("delivery", "status", "done"))),
    some(
        "tickets",
        "ticket",
        is_("ticket", "priority", "urgent"),
        core.Not(is_("ticket", "status", "closed")),
        at_least=2,
    ),
    some("payments", "payment", is_("payment", "status", "overdue"), at_least=2),
    core.AtLeast(
        2, (test("usage_change", "at_most", -30_000_000), test("complaints", "at_least", 2), test("nps", "below", 0))
    ),
    core.Any((test("hardware", "above", 0), Compare("is", profile("region"), Constant("north", TEXT)))),
    core.Not(core.Conclusion("warnings.quiet", TRUTH)),
)

CONTRACTS: tuple[Node, ...] = (
    All(
        (
            Compare("at_least", field("contract", "ends_on", DATE), core.Today()),
            Compare("at_most", field("contract", "ends_on", DATE), core.Shift(core.Today(), QUARTER_DAYS, False, DATE)),
        )
    ),
    is_("contract", "renewal_intent", "unclear"),
    tier("key"),
)

TICKETS: tuple[Node, ...] = (
    is_("ticket", "kind", "complaint"),
    core.Not(is_("ticket", "status", "closed")),
    number(field("ticket", "first_response", NUMBER), "above", 2_000_000),
)


def forest() -> Forest:
    """11 atoms of classes, 33 of warnings, 6 over records: what about 40 rules come down to."""
    definitions = {name: Definition(name, node, kind) for name, (node, kind) in METRICS.items()}
    upper = (
        Scope(None, None, WARNINGS),
        Scope("contracts", "contract", CONTRACTS),
        Scope("tickets", "ticket", TICKETS),
    )
    return Forest(definitions, ((Scope(None, None, CLASSES),), upper))


def run() -> RunValues:
    """The run's values; two rates, of which most money needs none."""
    rates = Rates((Rate(date(2024, 1, 1), "USD", "CNY", Decimal("7.1")),))
    return RunValues(AS_OF, TODAY, SHANGHAI, {"satisfaction_floor": 70_000_000, "quiet_limit": 60}, {}, rates)


# -- the accounts -------------------------------------------------------------------------------------


class Made:
    """Accounts of 10 to 40 records; now and then something is none, unknown, or in another currency."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)

    def one(self, *values: Any) -> Any:
        rare = self.chance.random()
        return UNSET if rare < 0.005 else None if rare < 0.02 else self.chance.choice(values)

    def day(self, back: int = 500) -> Any:
        return self.one(*(TODAY - timedelta(self.chance.randrange(back)) for _ in range(2)))

    def money(self) -> Any:
        return self.one(*[Money(self.chance.randrange(10**7), "CNY")] * 9, Money(self.chance.randrange(10**6), "USD"))

    def number(self, most: int) -> Any:
        return self.one(Number(self.chance.randrange(most * 10**6)))

    def instant(self) -> Any:
        # With an offset object of its own, as a decoder makes them.
        offset = timezone(timedelta(hours=8))
        return self.one((AS_OF - timedelta(hours=self.chance.randrange(8000))).astimezone(offset))

    def several(self, most: int, make: Callable[[str], Any]) -> tuple[Any, ...]:
        return tuple(make(f"{index:03}") for index in range(self.chance.randint(most // 4, most)))

    def account(self, index: int) -> AccountSnapshot:
        kinds = ("service", "product", "nps")
        statuses = ("open", "closed", "closed", "pending")
        return AccountSnapshot(
            id=f"A-{index}",
            name=f"{self.chance.choice(('Blue', 'Red'))} {self.chance.choice(('Group', 'Works'))} {index}",
            profile=Profile(
                industry=self.one("finance", "retail", "public"),
                size=self.one("large", "small"),
                plan=self.one("trial", "full"),
                region=self.one("north", "south"),
            ),
            relationship=Relationship(started_on=self.day(2000)),
            contracts=self.several(3, self.contract),
            purchases=self.several(12, self.purchase),
            usage=self.several(5, lambda id_: Usage(id=id_, on=self.day(120), count=self.number(50))),
            payments=self.several(
                4,
                lambda id_: Payment(
                    id=id_,
                    invoiced_on=self.day(),
                    amount=self.money(),
                    days_late=self.number(40),
                    status=self.one("paid", "overdue"),
                ),
            ),
            contacts=self.several(6, self.contact),
            interactions=self.several(
                5, lambda id_: Interaction(id=id_, on=self.day(), kind=self.one("visit", "call", "meeting"))
            ),
            surveys=self.several(
                4,
                lambda id_: Survey(
                    id=id_, on=self.day(), kind=self.one(*kinds), score=self.number(100), nps=self.number(100)
                ),
            ),
            tickets=self.several(
                5,
                lambda id_: Ticket(
                    id=id_,
                    kind=self.one("complaint", "question"),
                    status=self.one(*statuses),
                    priority=self.one("urgent", "normal"),
                    opened_at=self.instant(),
                    first_response=self.number(20),
                ),
            ),
            deliveries=self.several(
                3, lambda id_: Delivery(id=id_, days_late=self.number(3), status=self.one("done", "done", "open"))
            ),
        )

    def contract(self, id_: str) -> Contract:
        return Contract(
            id=id_,
            kind=self.one("solution", "single"),
            status=self.one("active", "ended"),
            signed_on=self.day(),
            ends_on=self.one(TODAY + timedelta(self.chance.randrange(400))),
            renewal_intent=self.one("unclear", "yes"),
        )

    def purchase(self, id_: str) -> Purchase:
        category = self.one("hardware", "software", "service")
        return Purchase(id=id_, on=self.day(), amount=self.money(), profit=self.money(), category=category)

    def contact(self, id_: str) -> Contact:
        return Contact(
            id=id_,
            role=self.one(*ROLES),
            influence=self.one("high", "low"),
            strength=self.one(*(Number(each * 10**6) for each in range(1, 6))),
            status=self.one("active", "active", "left"),
            left_on=self.one(None, TODAY - timedelta(self.chance.randrange(200))),
            opt_outs=self.one(None, ("email",), ("all",)),
        )


# -- holding them against each other ------------------------------------------------------------------


def by_rows(compiled: Any, snapshot: AccountSnapshot) -> list[Any]:
    state = compiled.account(snapshot)
    return [
        compiled.match(0, 0, state, CONCLUSIONS),
        compiled.match(1, 0, state, CONCLUSIONS),
        compiled.records(1, 1, state, CONCLUSIONS),
        compiled.records(1, 2, state, CONCLUSIONS),
    ]


def by_reference(trees: Forest, values: RunValues, snapshot: AccountSnapshot) -> list[Any]:
    env = Environment(trees, snapshot, values, CONCLUSIONS)

    def bits(scope: Scope, inner: Environment) -> tuple[int, int]:
        truths = [evaluate(each, inner) for each in scope.atoms]
        t = sum(1 << index for index, each in enumerate(truths) if each is True)
        return t, t | sum(1 << index for index, each in enumerate(truths) if each is UNSET)

    def matched(scope: Scope) -> Any:
        if scope.collection is None or scope.record is None:
            return bits(scope, env)
        records = visible(snapshot, scope.collection, values)
        if records is UNSET:
            return UNSET
        in_order = sorted(records, key=lambda each: each.id)
        return [(each, *bits(scope, env.binding(scope.record, each))) for each in in_order]

    return [matched(scope) for level in trees.levels for scope in level]


def timed(match: Callable[[AccountSnapshot], Any], accounts: list[AccountSnapshot]) -> float:
    """Microseconds per account."""
    began = time.process_time()
    for each in accounts:
        match(each)
    return (time.process_time() - began) / len(accounts) * 10**6


def main() -> None:
    """Checks that all agree, then prints the times."""
    trees, values = forest(), run()
    accounts = [Made(index).account(index) for index in range(ACCOUNTS)]
    began = time.perf_counter()
    compiled = compile_rows(trees)
    compile_time = time.perf_counter() - began
    began = time.perf_counter()
    bound = compiled.bind(values)
    bind_time = time.perf_counter() - began
    closures = Closures(trees, values)
    ways: dict[str, Callable[[AccountSnapshot], Any]] = {
        "compiled rows": lambda snapshot: by_rows(bound, snapshot),
        "plain closures": lambda snapshot: closures.match(snapshot, CONCLUSIONS),
        "reference": lambda snapshot: by_reference(trees, values, snapshot),
    }
    for each in accounts:
        said = [match(each) for match in ways.values()]
        if said[0] != said[1] or said[0] != said[2]:
            raise SystemExit(f"{each.id}: rows, closures and reference differ: {said}")
    best = dict.fromkeys(ways, float("inf"))
    for _ in range(ROUNDS):
        for name, match in ways.items():
            best[name] = min(best[name], timed(match, accounts))
    atoms = sum(len(scope.atoms) for level in trees.levels for scope in level)
    print(f"{atoms} atoms over {len(trees.definitions)} metrics; {ACCOUNTS} accounts; all three agree")
    print(f"compiled in {compile_time * 1000:.1f} ms, bound in {bind_time * 1000:.2f} ms")
    for name, microseconds in best.items():
        ratio = microseconds / best["compiled rows"]
        print(f"{name:15} {microseconds:8.1f} µs per account   {ratio:5.1f} ×")


if __name__ == "__main__":
    main()
