"""About 40 rules as core trees, for ``matching.py``: 26 metrics and 50 atoms over the account and its records."""

from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from engine.foundation.quantities import Duration, Period
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
from engine.matching.run import Conclusions, Rate, Rates, RunValues

NUMBER = ValueType("number")
DAYS = ValueType("number", "days", 0)
CNY = ValueType("number", "CNY", 2)
POINTS = ValueType("number", "points")
SHANGHAI = ZoneInfo("Asia/Shanghai")
TODAY = date(2026, 3, 31)
AS_OF = datetime(2026, 3, 31, 23, 59, 59, tzinfo=SHANGHAI)

CONCLUSIONS: Conclusions = {"classes.tier": "key", "classes.phase": "growth", "warnings.quiet": False}


def _field(record: str, name: str, kind: ValueType = TEXT) -> RecordField:
    return RecordField(record, (name,), kind)


def _is_(record: str, name: str, value: str) -> Node:
    return Compare("is", _field(record, name), Constant(value, TEXT))


def _number(node: Node, op: core.CompareOp, value: int, kind: ValueType = NUMBER) -> Node:
    return Compare(op, node, Constant(value, kind))


def _days(count: int) -> Constant:
    return Constant(Duration(Decimal(count), "days"), DURATION)


def _in_last(day: Node, length: Constant) -> tuple[Node, Node]:
    edge = core.Shift(core.Today(), length, True, DATE)
    return Compare("above", day, edge), Compare("at_most", day, core.Today())


YEAR = Constant(Duration(Decimal(12), "months"), DURATION)
QUARTER_DAYS = _days(90)


def _purchases(*where: Node) -> Items:
    within = _in_last(_field("purchase", "on", DATE), YEAR)
    return Items("purchases", "purchase", All((*where, *within)))


def _amount(name: str) -> Node:
    return core.InReporting(_field("purchase", name, MONEY), _field("purchase", "on", DATE), CNY)


def _tickets(*where: Node) -> Items:
    within = _in_last(core.LocalDate(_field("ticket", "opened_at", INSTANT)), QUARTER_DAYS)
    return Items("tickets", "ticket", All((*where, *within)))


def _latest(name: str, *where: Node) -> Node:
    items = Items("surveys", "survey", All(where) if len(where) > 1 else where[0] if where else None)
    return Aggregate("latest", items, _field("survey", name, POINTS), POINTS)


def _usage(period: Period) -> core.Series:
    return core.Series(Items("usage", "use"), _field("use", "count", NUMBER), period, None, NUMBER)


def _since(collection: str, record: str, name: str, *where: Node) -> Node:
    items = Items(collection, record, All(where) if where else None)
    return core.Elapsed("days", Aggregate("maximum", items, _field(record, name, DATE), DATE), core.Today(), DAYS)


def _points(node: Node, bands: tuple[tuple[int, int], ...]) -> Node:
    cases = [(core.Not(core.Present(node)), Constant(None, POINTS))]
    cases += [(_number(node, "at_least", low, DAYS), Constant(worth, POINTS)) for low, worth in bands]
    return core.Cases(tuple(cases), Constant(20_000_000, POINTS), POINTS)


KEY_CONTACT = (
    _is_("contact", "status", "active"),
    _is_("contact", "influence", "high"),
    _number(_field("contact", "strength", NUMBER), "at_least", 3_000_000),
)
ROLES = ("economic", "business", "technical", "user", "purchaser")
WARNED = ("satisfaction", "quiet", "late", "unused", "concentrated")

METRICS: dict[str, tuple[Node, ValueType]] = {
    "satisfaction": (_latest("score"), POINTS),
    "satisfaction_service": (_latest("score", _is_("survey", "kind", "service")), POINTS),
    "satisfaction_product": (_latest("score", _is_("survey", "kind", "product")), POINTS),
    "nps": (_latest("nps", _is_("survey", "kind", "nps")), POINTS),
    "revenue": (Aggregate("sum", _purchases(), _amount("amount"), CNY), CNY),
    "profit": (Aggregate("sum", _purchases(), _amount("profit"), CNY), CNY),
    "frequency": (Aggregate("count", _purchases(), None, COUNT), COUNT),
    "categories": (Aggregate("count_distinct", _purchases(), _field("purchase", "category"), COUNT), COUNT),
    "hardware": (Aggregate("sum", _purchases(_is_("purchase", "category", "hardware")), _amount("amount"), CNY), CNY),
    "margin": (core.Arithmetic("divide", (Figure("profit", CNY), Figure("revenue", CNY)), PERCENT), PERCENT),
    "recency": (_since("purchases", "purchase", "on"), DAYS),
    "quiet_days": (_since("interactions", "interaction", "on"), DAYS),
    "visit_days": (_since("interactions", "interaction", "on", _is_("interaction", "kind", "visit")), DAYS),
    "complaints": (Aggregate("count", _tickets(_is_("ticket", "kind", "complaint")), None, COUNT), COUNT),
    "response": (Aggregate("average", _tickets(), _field("ticket", "first_response", NUMBER), NUMBER), NUMBER),
    "slow": (
        Aggregate(
            "share", _tickets(), _number(_field("ticket", "first_response", NUMBER), "above", 8_000_000), PERCENT
        ),
        PERCENT,
    ),
    "open_tickets": (
        Aggregate(
            "count",
            Items(
                "tickets",
                "ticket",
                OneOf(_field("ticket", "status"), (Constant("open", TEXT), Constant("pending", TEXT))),
            ),
            None,
            COUNT,
        ),
        COUNT,
    ),
    "key_contacts": (Aggregate("count", Items("contacts", "contact", All(KEY_CONTACT)), None, COUNT), COUNT),
    "missing_roles": (
        core.Missing(
            Items("contacts", "contact", _is_("contact", "status", "active")), _field("contact", "role"), ROLES
        ),
        TEXTS,
    ),
    "late_share": (
        Aggregate(
            "share",
            Items("deliveries", "delivery"),
            _number(_field("delivery", "days_late", NUMBER), "above", 0),
            PERCENT,
        ),
        PERCENT,
    ),
    "days_late": (
        Aggregate("average", Items("payments", "payment"), _field("payment", "days_late", NUMBER), NUMBER),
        NUMBER,
    ),
    "overdue": (
        Aggregate(
            "sum",
            Items("payments", "payment", _is_("payment", "status", "overdue")),
            core.InReporting(_field("payment", "amount", MONEY), _field("payment", "invoiced_on", DATE), CNY),
            CNY,
        ),
        CNY,
    ),
    "usage_change": (
        core.Change(
            core.PeriodValue(_usage(Period(1, "month")), 2), core.PeriodValue(_usage(Period(1, "month")), 1), PERCENT
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
                            _is_("contract", "status", "active"),
                            Compare("at_least", _field("contract", "ends_on", DATE), core.Today()),
                        )
                    ),
                ),
                _field("contract", "ends_on", DATE),
                DATE,
            ),
            DAYS,
        ),
        DAYS,
    ),
    "recency_points": (
        _points(Figure("recency", DAYS), ((180, 40_000_000), (90, 60_000_000), (0, 90_000_000))),
        POINTS,
    ),
    "health": (
        core.Weighted(
            (40, 30, 30),
            (Figure("satisfaction", POINTS), Figure("recency_points", POINTS), Figure("nps", POINTS)),
            POINTS,
        ),
        POINTS,
    ),
}


def _metric(name: str) -> Figure:
    return Figure(name, METRICS[name][1])


def _test(name: str, op: core.CompareOp, value: int) -> Node:
    return Compare(op, _metric(name), Constant(value, METRICS[name][1]))


def _against(name: str, op: core.CompareOp, parameter: str) -> Node:
    return Compare(op, _metric(name), core.Parameter(parameter, METRICS[name][1]))


def _tier(value: str) -> Node:
    return Compare("is", core.Conclusion("classes.tier", TEXT), Constant(value, TEXT))


def _profile(name: str) -> Node:
    return core.AccountField(("profile", name), TEXT)


def _some(collection: str, record: str, *where: Node, at_least: int = 1) -> Node:
    return Some(Items(collection, record, All(where)), at_least)


CLASSES: tuple[Node, ...] = (
    _test("revenue", "at_least", 50_000_000),
    _test("revenue", "at_least", 10_000_000),
    _test("margin", "above", 12_000_000),
    _test("frequency", "at_least", 4),
    OneOf(_profile("industry"), (Constant("finance", TEXT), Constant("retail", TEXT))),
    Compare("is", _profile("size"), Constant("large", TEXT)),
    _some("contracts", "contract", _is_("contract", "kind", "solution"), _is_("contract", "status", "active")),
    _test("health", "at_least", 80_000_000),
    _test("health", "at_least", 60_000_000),
    core.Not(_some("contracts", "contract", _is_("contract", "status", "active"))),
    Compare(
        "above",
        core.AccountField(("relationship", "started_on"), DATE),
        core.Shift(core.Today(), YEAR, True, DATE),
    ),
)

WARNINGS: tuple[Node, ...] = (
    _tier("key"),
    Compare("is", core.Conclusion("classes.phase", TEXT), Constant("growth", TEXT)),
    _against("satisfaction", "below", "satisfaction_floor"),
    _test("satisfaction_service", "below", 60_000_000),
    _test("satisfaction_product", "below", 60_000_000),
    _test("nps", "below", 0),
    Compare(
        "above", core.IfNone(_metric("quiet_days"), Constant(2**62, DAYS), DAYS), core.Parameter("quiet_limit", DAYS)
    ),
    _test("visit_days", "above", 120),
    _test("recency", "above", 180),
    _test("complaints", "at_least", 3),
    _test("open_tickets", "above", 2),
    _test("response", "above", 8_000_000),
    _test("slow", "above", 20_000_000),
    _test("late_share", "above", 10_000_000),
    _test("days_late", "above", 15_000_000),
    _test("overdue", "above", 1_000_000),
    _test("usage_change", "at_most", -15_000_000),
    _test("renewal", "at_most", 90),
    _test("key_contacts", "below", 2),
    core.Present(_metric("missing_roles")),
    _test("categories", "below", 2),
    core.Known(_metric("margin")),
    core.TextTest("contains", _profile("plan"), Constant("trial", TEXT)),
    core.TextTest("matches", core.AccountField(("name",), TEXT), Constant("(?i)group|holding", TEXT)),
    _some(
        "contacts",
        "contact",
        _is_("contact", "role", "economic"),
        *_in_last(_field("contact", "left_on", DATE), QUARTER_DAYS),
    ),
    core.Not(_some("contacts", "contact", _is_("contact", "role", "technical"), _is_("contact", "status", "active"))),
    _some("contacts", "contact", core.ListTest("any", _field("contact", "opt_outs", TEXTS), (Constant("all", TEXT),))),
    core.Every(Items("deliveries", "delivery", _is_("delivery", "status", "done"))),
    _some(
        "tickets",
        "ticket",
        _is_("ticket", "priority", "urgent"),
        core.Not(_is_("ticket", "status", "closed")),
        at_least=2,
    ),
    _some("payments", "payment", _is_("payment", "status", "overdue"), at_least=2),
    core.AtLeast(
        2, (_test("usage_change", "at_most", -30_000_000), _test("complaints", "at_least", 2), _test("nps", "below", 0))
    ),
    core.Any((_test("hardware", "above", 0), Compare("is", _profile("region"), Constant("north", TEXT)))),
    core.Not(core.Conclusion("warnings.quiet", TRUTH)),
)

CONTRACTS: tuple[Node, ...] = (
    All(
        (
            Compare("at_least", _field("contract", "ends_on", DATE), core.Today()),
            Compare(
                "at_most", _field("contract", "ends_on", DATE), core.Shift(core.Today(), QUARTER_DAYS, False, DATE)
            ),
        )
    ),
    _is_("contract", "renewal_intent", "unclear"),
    _tier("key"),
)

TICKETS: tuple[Node, ...] = (
    _is_("ticket", "kind", "complaint"),
    core.Not(_is_("ticket", "status", "closed")),
    _number(_field("ticket", "first_response", NUMBER), "above", 2_000_000),
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
