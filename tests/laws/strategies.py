"""Generated playbooks, rich and always valid, as the YAML data they would be written as."""

from functools import cache
from typing import Any

from hypothesis import strategies as st

from tests.laws.accounts import accounts, changed, poorer, portfolios, shuffled, with_future_records
from tests.laws.conditions import ACCOUNT, Known, Sight, conditions
from tests.laws.metrics import metrics
from tests.laws.world import FIELDS, RECORDS, SINGULAR, Json

__all__ = ["accounts", "changed", "playbooks", "poorer", "portfolios", "shuffled", "with_future_records"]

_LIGHTS = ("red", "yellow", "green")
_LENGTHS = ("1 day", "3 days", "12 hours", "2 working days", "1 month")
_DUES = ("2 hours", "2 working hours", "1 day", "3 working days", "1 month")
_ROLES = ("account_manager", "technical_expert", "sales_director")

ENVELOPE: Json = {
    "playbook": "generated",
    "locale": "zh-CN",
    "calendars": {"cn": {"region": "CN", "timezone": "Asia/Shanghai", "hours": {"mon-fri": "09:00-12:00 13:30-18:00"}}},
    "calendar": "cn",
    "fields": FIELDS,
    "roles": {
        "ours": {"technical_expert": {"title": "Expert", "else": "account_manager"}},
        "theirs": {"decision_maker": {"group": "board"}, "user": {}},
    },
    "escalation": {
        "late": {
            "owner": {"after": "0 hours", "notify": "owner"},
            "boss": {"after": "4 working hours", "notify": "manager of owner", "repeat": "1 day", "at_most": 2},
        }
    },
    "content": {"note": {"kind": "message", "to": {"role": "board", "pick": "strongest"}, "subject": "About you"}},
}
TEMPLATE = "Dear {{ contact.name }}, a word about {{ account.name }}."


@st.composite
def playbooks(draw: st.DrawFn, careful: bool = False) -> Json:
    """A playbook; a ``careful`` one has nothing that tells absent data from other data."""
    known = Known(careful=careful)
    book: Json = dict(ENVELOPE)
    book["parameters"] = draw(_parameters(known))
    book["metrics"] = draw(metrics(known))
    book["classes"] = draw(_classes(known))
    book["parameters"] |= _by_class(known)
    known.all_warnings = [f"w{number}" for number in range(draw(st.integers(1, 4)))]
    book["warnings"] = draw(_warnings(known))
    book["plays"] = draw(_plays(known))
    book["rules"] = draw(_rules(known))
    book["cadence"] = draw(_cadence(known))
    return book


# -- parameters ----------------------------------------------------------------------------------------


@st.composite
def _parameters(draw: st.DrawFn, known: Known) -> Json:
    dated = {"2026-01-01": "60 points", "2026-05-20": "70 points", "2026-05-25": "50 points"}
    found: Json = {
        "floor": draw(st.sampled_from(["70 points", {"dated": dated}, {"value": "65 points", "dated": dated}])),
        "drop": draw(st.sampled_from(["15%", {"value": "14.95%"}, {"dated": {"2026-06-01": "10%"}}])),
        "watched": draw(st.sampled_from(["90 days", "1 month", {"dated": {"2026-01-01": "2 weeks"}}])),
        "little": draw(st.sampled_from([{"required": True, "value": "900 CNY"}, "1000 CNY"])),
    }
    known.parameters = {"points": ["floor"], "percent": ["drop"], "money": ["little"]}
    known.lengths = ["watched"]
    return found


def _by_class(known: Known) -> Json:
    """Parameters whose value depends on a class, for entries that come later."""
    chooser = next((name for (collection, name) in known.classes if collection is None), None)
    if chooser is None:
        return {}
    first = known.classes[None, chooser][0]
    known.parameters["points"].append("floor_by")
    known.lengths.append("within_by")
    return {
        "floor_by": {"by": chooser, "values": {first: "80 points"}, "otherwise": "60 points"},
        "within_by": {"by": chooser, "values": {first: "1 day"}, "otherwise": "3 days"},
    }


# -- classes -------------------------------------------------------------------------------------------


@st.composite
def _classes(draw: st.DrawFn, known: Known) -> Json:
    found: Json = {}
    for number in range(draw(st.integers(1, 3))):
        name, collection = f"class{number}", draw(st.sampled_from([None, None, None, "tickets", "contracts"]))
        found[name], values = draw(_class(known, collection))
        known.classes[collection, name] = values
    return found


@st.composite
def _class(draw: st.DrawFn, known: Known, collection: str | None) -> tuple[Json, tuple[str, ...]]:
    sight = Sight(collection, bare=True) if collection else ACCOUNT
    points = [name for (c, name), unit in known.figures.items() if unit == "points" and c == collection]
    form = draw(st.sampled_from(["first", "choose"] + ["bands"] * 3 * bool(points)))
    written: Json = {"each": collection} if collection else {}
    if form == "bands":
        written |= {"of": draw(st.sampled_from(points)), "bands": {"poor": "0 points", "fair": "60 points",
                                                                   "good": "85 points"}}  # fmt: skip
        written |= draw(st.sampled_from([{}, {"below": "lowest"}]))
        values: tuple[str, ...] = ("poor", "fair", "good")
    elif form == "choose":
        condition = draw(conditions(known, sight, 1))
        written["choose"] = {"poor": condition, "good": {"not": condition}}
        values = ("poor", "good")
    else:
        rows = draw(st.lists(conditions(known, sight, 1), min_size=1, max_size=2))
        written["first"] = dict(zip(("good", "fair"), rows, strict=False))
        values = tuple(written["first"])
        if draw(st.integers(0, 3)):
            written["otherwise"] = draw(st.sampled_from(["poor", "good"]))
            values = tuple(dict.fromkeys((*values, written["otherwise"])))
    if draw(st.booleans()):
        written["ranks"] = [each for each in ("poor", "fair", "good") if each in values]
        written["down_after"] = draw(st.integers(1, 2))
    if draw(st.integers(0, 3)) == 0:
        written["reassess"] = draw(st.sampled_from(["month", "quarter"]))
    return written, values


# -- warnings and rules --------------------------------------------------------------------------------


@st.composite
def _cause(draw: st.DrawFn, known: Known, collections: tuple[str, ...]) -> Json:
    written: Json = {}
    collection = draw(st.sampled_from([None, None, *collections]))
    if draw(st.integers(0, 3)) == 0:
        written["applies_to"] = draw(conditions(known, ACCOUNT, 0))
    if collection is not None:
        written["each"] = collection
        if draw(st.booleans()):
            written["where"] = draw(conditions(known, Sight(collection, bare=True), 1))
        if collection == "tickets" and draw(st.booleans()):
            written["since"] = "ticket.opened_at"
    if collection is None or draw(st.booleans()):
        written["when"] = draw(conditions(known, Sight(collection), 2))
    if draw(st.integers(0, 2)) == 0:
        written["ends_when"] = draw(conditions(known, Sight(collection), 1))
    if draw(st.integers(0, 7)) == 0:
        written |= draw(st.sampled_from([{"from": "2026-05-01"}, {"until": "2026-05-20"}, {"until": "2026-12-31"}]))
    return written


@st.composite
def _steadiness(draw: st.DrawFn, known: Known) -> Json:
    written: Json = {}
    lengths = st.sampled_from([*_LENGTHS, *(f"${name}" for name in known.lengths)])
    for key in ("must_hold", "keep", "reopen_within", "stale_after", "cooldown"):
        if draw(st.integers(0, 3)) == 0:
            written[key] = draw(lengths)
    if draw(st.integers(0, 5)) == 0:
        written["at_most"] = draw(st.sampled_from(["1 per month", "2 per quarter"]))
    return written


@st.composite
def _warnings(draw: st.DrawFn, known: Known) -> Json:
    """Each may read the ones before it; the last may count all, and drafts are read by nobody."""
    found: Json = {}
    for at, name in enumerate(known.all_warnings):
        counts = at > 0 and at == len(known.all_warnings) - 1 and draw(st.booleans())
        known.firing = counts
        written = {"light": draw(st.sampled_from(_LIGHTS)), **draw(_cause(known, ("tickets", "contracts", "deliveries")))}
        written |= draw(_steadiness(known))
        if not counts and draw(st.integers(0, 3)) == 0:
            written["mutes"] = _mutable(found, written["light"])
        written["do"] = draw(_doing(known, written.get("each"), play=None))
        found[name] = written
        if draw(st.integers(0, 5)) == 0:
            written["status"] = "draft"
            known.all_warnings = [each for each in known.all_warnings if each != name]
        elif not counts:
            known.warnings[name] = written.get("each")
    known.firing, known.light = True, True
    return found


def _mutable(found: Json, light: str) -> list[str]:
    """The warnings before that are no heavier; none of them can mute back."""
    return [name for name, each in found.items() if _LIGHTS.index(each["light"]) >= _LIGHTS.index(light)]


@st.composite
def _rules(draw: st.DrawFn, known: Known) -> Json:
    found: Json = {}
    for number in range(draw(st.integers(0, 2))):
        written = draw(_cause(known, ("tickets", "contracts", "contacts")))
        if not {"when", "where", "each", "applies_to"} & written.keys():
            written["when"] = draw(conditions(known))
        written |= draw(_steadiness(known))
        play = draw(st.sampled_from([None, "care", "care_ticket" if written.get("each") == "tickets" else None]))
        written["do"] = draw(_doing(known, written.get("each"), play))
        if draw(st.integers(0, 2)) == 0:
            written["grants"] = ["team"]
        if draw(st.integers(0, 5)) == 0:
            written["status"] = "draft"
        found[f"rule{number}"] = written
    return found


# -- work ----------------------------------------------------------------------------------------------


@st.composite
def _task(draw: st.DrawFn, known: Known, collection: str | None) -> Json:
    task: Json = {"title": "Do it", "kind": draw(st.sampled_from(["task", "call", "visit", "offer"]))}
    if draw(st.integers(0, 3)):
        task["due"] = draw(st.sampled_from([*_DUES, *_anchored(collection), *(f"${name}" for name in known.lengths)]))
    if draw(st.booleans()):
        task |= {"owner": draw(st.sampled_from(_ROLES)), "escalate": "late"}
    if draw(st.integers(0, 3)) == 0:
        task["done_when"] = draw(conditions(known, Sight(collection), 0))
    if draw(st.integers(0, 3)) == 0:
        task |= {"priority": draw(st.sampled_from(["urgent", "low"])), "options": {"yes": "Yes", "no": "No"}}
    if draw(st.integers(0, 5)) == 0:
        task["send"] = "note"
    return task


def _anchored(collection: str | None) -> tuple[str, ...]:
    named = {"tickets": ("4 hours after $ticket.opened_at",), "contracts": ("10 working days before $contract.ends_on",)}
    return ("1 month after $relationship.started_on", *named.get(collection or "", ()))


@st.composite
def _doing(draw: st.DrawFn, known: Known, collection: str | None, play: str | None) -> list[Any]:
    tasks = [draw(_task(known, collection)) for _ in range(draw(st.integers(1, 2)))]
    if len(tasks) == 2:
        tasks[0]["id"], tasks[1]["id"] = "one", "two"
        tasks[1] |= draw(st.sampled_from([{}, {"needs": "one"}]))
    return [*tasks, *([play] if play else [])]


@st.composite
def _plays(draw: st.DrawFn, known: Known) -> Json:
    plays: Json = {}
    for name, collection in (("care", None), ("care_ticket", "tickets")):
        tasks = {"ask": draw(_task(known, collection)), "act": {**draw(_task(known, collection)), "needs": ["ask"]}}
        plays[name] = {"tasks": tasks, **({"for": collection} if collection else {})}
        if draw(st.booleans()):
            plays[name]["ends_when"] = draw(conditions(known, Sight(collection), 0))
    return plays


@st.composite
def _cadence(draw: st.DrawFn, known: Known) -> Json:
    found: Json = {}
    for number in range(draw(st.integers(0, 2))):
        counted = draw(st.sampled_from(["last", "calendar", "contract"]))
        written: Json = {
            "every": draw(st.sampled_from(["week", "month", "quarter", "2 weeks"])),
            "counted_from": counted,
            "kind": draw(st.sampled_from(["visit", "call"])),
        }
        if draw(st.booleans()):
            written["applies_to"] = draw(conditions(known, ACCOUNT, 0))
        if draw(st.integers(0, 2)) == 0:
            written["each"] = "contracts"
        if draw(st.booleans()):
            written |= {"counts": ["mail"], "grace": "10 days"}
        if draw(st.booleans()):
            written["prepare"] = {"pack": {"title": "Prepare", "due": "2 working days before event"}}
        found[f"cadence{number}"] = written
    return found


@cache
def collections() -> tuple[str, ...]:
    """The collections of this world."""
    return tuple(sorted(set(RECORDS) & set(SINGULAR)))
