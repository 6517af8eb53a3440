"""Generated metrics of every kind, each named for what it works out."""

from typing import Any

from tests.laws.chance import Chance
from tests.laws.conditions import Known, Sight, condition
from tests.laws.world import Json

_WINDOWS: tuple[Json, ...] = ({}, {}, {"in_last": "90 days"}, {"in_last": "$watched"}, {"last": "2 records"})
_AGGREGATES = ("average", "minimum", "maximum", "latest")
_IF_NONE: tuple[Json, ...] = ({}, {"if_none": True}, {"if_none": False}, {"if_none": "20 days"})
_PARTS: tuple[Json, ...] = (
    {},
    {"among": {"score": {"at_least": "50 points"}}},
    {"over": {"same": "profile.industry"}},
)
_STANDINGS: tuple[tuple[str, str, Json], ...] = (
    ("top_percent", "percent", {}),
    ("rank", "count", {"best": "low"}),
    ("fifths", "count", {}),
    ("share_of_total", "percent", {}),
    ("cumulative_share", "percent", {"own": "left_out"}),
    ("against_average", "percent", {}),
)

Metrics = dict[str, tuple[str, Json]]
"""Metrics by name with the unit of what they yield."""


def metrics(chance: Chance, known: Known) -> Json:
    """A dozen metrics, of which later ones are made of earlier ones."""
    streaks: Json = {
        "fallen": {"falling_streak": "purchases.amount", "per": "quarter", "by": "$drop"},
        "risen": {"rising_streak": "purchases", "per": "month", "by": "10%", "settles_after": "3 days"},
    }
    known.streaks = list(streaks)
    delay: Json = {"each": "deliveries", "days_between": ["promised_on", "delivered_on"]}
    found: Json = {**streaks, "delay": delay}
    for name, (unit, written) in {**_of_records(chance, known), **_of_figures(chance)}.items():
        found[name] = written
        known.figures[None, name] = unit
    known.figures["deliveries", "delay"] = "days"
    return found


def _of_records(chance: Chance, known: Known) -> Metrics:
    def over(collection: str, windows: bool = True) -> Json:
        options: Json = dict(chance.one(_WINDOWS)) if windows else {}
        if chance.yes():
            options["where"] = condition(chance, known, Sight(collection, bare=True), 1)
            options |= {} if known.careful or chance.yes() else {"undecided": "skip"}
        return options

    every: Metrics = {
        "bought": ("money", {"sum": "purchases.amount", **over("purchases")}),
        "score": ("points", {chance.one(_AGGREGATES): "surveys.score", **over("surveys")}),
        "ticket_count": ("count", {"count": "tickets", **over("tickets")}),
        "ticket_kinds": ("count", {"count_distinct": "tickets.kind", **over("tickets")}),
        "complaints": ("percent", {"share": "tickets", **over("tickets"), "where": {"kind": "complaint"}}),
        "quiet": ("days", {"days_since": "interactions.on", **over("interactions", False), **chance.one(_IF_NONE)}),
        "left": ("days", {"days_until": "contracts.ends_on", **over("contracts", False)}),
        "age": ("months", {"months_since": "relationship.started_on"}),
        "moved": ("percent", {"change": "purchases.amount", "per": "quarter", **over("purchases", False)}),
        "sloping": ("percent", {"trend": "purchases", "per": "month", "last": "3 periods"}),
        "swinging": (
            "percent",
            {"volatility": "surveys.score", "per": "quarter", "last": "2 periods", "take": "average"},
        ),
        "shift": ("points", {"change_in_points": "surveys.score", "per": "month"}),
        "mean_delay": ("days", {"average": "deliveries.delay", **over("deliveries")}),
    }
    return _chosen(chance, every, ("bought", "score"), 5)


def _of_figures(chance: Chance) -> Metrics:
    verb, unit, options = chance.one(_STANDINGS)
    every: Metrics = {
        "size_points": ("points", {"points": "bought", "bands": {"10": "0 CNY", "60": "$little", "90": "1500 CNY"}}),
        "blend": ("points", {"weighted": {"score": 60, "fit": 40}}),
        "gap": ("points", {"difference": ["score", "fit"]}),
        "share_spent": ("percent", {"ratio": ["bought", "spend"]}),
        "per_head": ("money", {"ratio": ["bought", "profile.employees"]}),
        "twice": ("money", {"product": ["bought", "profile.employees"]}),
        "standing": (unit, {verb: "bought", **options, **chance.one(_PARTS)}),
        "like_it": ("percent", {"share_of_accounts": {"bought": {"above": "10 CNY"}}, **chance.one(_PARTS)}),
        "same": ("points", {"value": "fit"}),
    }
    return _chosen(chance, every, (), 3)


def _chosen(chance: Chance, every: Metrics, always: tuple[str, ...], most: int) -> Metrics:
    names: list[Any] = [*always, *chance.some([name for name in every if name not in always], 1, most)]
    return {name: every[name] for name in names}
