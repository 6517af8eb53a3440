"""Generated metrics of every kind, each named for what it works out."""

from hypothesis import strategies as st

from tests.laws.conditions import Known, Sight, conditions
from tests.laws.world import Json

_WINDOWS = ({}, {}, {"in_last": "90 days"}, {"in_last": "$watched"}, {"last": "2 records"})


@st.composite
def metrics(draw: st.DrawFn, known: Known) -> Json:
    """A dozen metrics, of which later ones are made of earlier ones."""
    found: Json = {}
    for name, (unit, written) in draw(_of_records(known)).items():
        found[name] = written
        known.figures[None, name] = unit
    found["fallen"] = {"falling_streak": "purchases.amount", "per": "quarter", "by": "$drop"}
    found["risen"] = {"rising_streak": "purchases", "per": "month", "by": "10%", "settles_after": "3 days"}
    known.streaks = ["fallen", "risen"]
    found["delay"] = {"each": "deliveries", "days_between": ["promised_on", "delivered_on"]}
    known.figures["deliveries", "delay"] = "days"
    for name, (unit, written) in draw(_of_figures()).items():
        found[name] = written
        known.figures[None, name] = unit
    return found


@st.composite
def _of_records(draw: st.DrawFn, known: Known) -> dict[str, tuple[str, Json]]:
    def over(collection: str, windows: bool = True) -> Json:
        options: Json = dict(draw(st.sampled_from(_WINDOWS))) if windows else {}
        if draw(st.booleans()):
            options["where"] = draw(conditions(known, Sight(collection, bare=True), 1))
            options |= {} if known.careful else draw(st.sampled_from([{}, {"undecided": "skip"}]))
        return options

    aggregate = draw(st.sampled_from(["average", "minimum", "maximum", "latest"]))
    none = draw(st.sampled_from([{}, {"if_none": True}, {"if_none": False}]))
    every = {
        "bought": ("money", {"sum": "purchases.amount", **over("purchases")}),
        "ticket_count": ("count", {"count": "tickets", **over("tickets")}),
        "ticket_kinds": ("count", {"count_distinct": "tickets.kind", **over("tickets")}),
        "score": ("points", {aggregate: "surveys.score", **over("surveys")}),
        "complaints": ("percent", {"share": "tickets", **over("tickets"), "where": {"kind": "complaint"}}),
        "quiet": ("days", {"days_since": "interactions.on", **over("interactions", windows=False), **none}),
        "left": ("days", {"days_until": "contracts.ends_on", **over("contracts", windows=False)}),
        "age": ("months", {"months_since": "relationship.started_on"}),
        "trend": ("percent", {"change": "purchases.amount", "per": "quarter", **over("purchases", windows=False)}),
        "shift": ("points", {"change_in_points": "surveys.score", "per": "month", "against": "before"}),
    }
    names = draw(st.lists(st.sampled_from(sorted(every)), min_size=3, max_size=6, unique=True))
    return {name: every[name] for name in {"score": 0, "bought": 0} | dict.fromkeys(names)}


@st.composite
def _of_figures(draw: st.DrawFn) -> dict[str, tuple[str, Json]]:
    every = {
        "size_points": ("points", {"points": "bought", "bands": {"10": "0 CNY", "60": "$little", "90": "1500 CNY"}}),
        "blend": ("points", {"weighted": {"score": 60, "fit": 40}}),
        "gap": ("points", {"difference": ["score", "fit"]}),
        "share_spent": ("percent", {"ratio": ["bought", "spend"]}),
        "per_head": ("money", {"ratio": ["bought", "profile.employees"]}),
        "twice": ("money", {"product": ["bought", "profile.employees"]}),
        "standing": ("percent", {"top_percent": "bought"}),
        "uncovered": ("skip", {"missing": "contacts.role", "out_of": ["decision_maker", "user"]}),
        "same": ("points", {"value": "fit"}),
    }
    names = draw(st.lists(st.sampled_from(sorted(every)), min_size=1, max_size=4, unique=True))
    return {name: every[name] for name in names if every[name][0] != "skip"}
