"""Generated playbooks, rich and always valid, as the YAML data they would be written as."""

from typing import Any

from tests.laws.chance import Chance
from tests.laws.conditions import ACCOUNT, Known, Sight, condition
from tests.laws.metrics import metrics
from tests.laws.world import FIELDS, Json

_LIGHTS = ("red", "yellow", "green")
_LENGTHS = ("1 day", "3 days", "12 hours", "2 working days", "1 month")
_DUES = ("2 hours", "2 working hours", "1 day", "3 working days", "1 month")
_SCOPES: tuple[tuple[Any, Json], ...] = (
    ("portfolio", {}),
    ("owner", {"over": {"same": "owner.account_manager"}}),
    ({"per": "profile.industry"}, {"over": {"same": "profile.industry"}}),
)
_ROLES = ("account_manager", "technical_expert", "sales_director")

ENVELOPE: Json = {
    "playbook": "generated",
    "locale": "zh-CN",
    "calendars": {"cn": {"region": "CN", "timezone": "Asia/Shanghai", "hours": {"mon-fri": "09:00-12:00 13:30-18:00"}}},
    "calendar": "cn",
    "fields": FIELDS,
    "roles": {
        "ours": {"technical_expert": {"title": "Expert", "else": "account_manager"}},
        "theirs": {"decision_maker": {"group": "board"}, "user": {"group": "board"}},
    },
    "escalation": {
        "late": {
            "owner": {"after": "0 hours", "notify": "owner"},
            "boss": {"after": "4 working hours", "notify": "manager of owner", "repeat": "1 day", "at_most": 2},
        }
    },
}
TEMPLATE = "Dear {{ contact.name }}, a word about {{ account.name }}."
"""What the message ``note`` says, in every language."""


def playbook(chance: Chance, careful: bool = False, previous: bool = True) -> Json:
    """A playbook; a ``careful`` one has nothing that tells absent data from other data."""
    known = Known(careful=careful, previous=previous)
    book: Json = {**ENVELOPE, "parameters": _parameters(chance, known), "metrics": metrics(chance, known)}
    book["scores"] = _scores(chance, known)
    book["classes"] = _classes(chance, known)
    book["targets"] = _targets(chance, known)
    book["parameters"] |= _by_class(known)
    names = [f"w{number}" for number in range(chance.randint(1, 5))]
    known.all_warnings = [name for name in names if not chance.yes(8)]
    if chance.yes(4):
        book["applies_to"] = condition(chance, known, ACCOUNT, 0)
    book["warnings"] = _warnings(chance, known, names)
    book["catalogue"] = _catalogue(chance, known)
    book["content"] = _content(chance, known)
    book["plays"] = _plays(chance, known)
    book["rules"] = _rules(chance, known)
    book["cadence"] = _cadence(chance, known)
    if chance.yes(3):
        _add_work_for_many(chance, book)
    return book


# -- parameters ----------------------------------------------------------------------------------------


def _parameters(chance: Chance, known: Known) -> Json:
    known.parameters = {"points": ["floor"], "percent": ["drop"], "money": ["little"]}
    known.lengths = ["watched"]
    dated = {"2026-01-01": "60 points", "2026-05-20": "70 points", "2026-05-25": "50 points"}
    return {
        "floor": chance.one(["70 points", {"dated": dated}, {"value": "65 points", "dated": dated}]),
        "drop": chance.one(["15%", {"value": "14.95%"}, {"dated": {"2026-06-01": "10%"}}]),
        "watched": chance.one(["90 days", "1 month", {"dated": {"2026-01-01": "2 weeks"}}]),
        "little": chance.one([{"required": True, "value": "900 CNY"}, "1000 CNY"]),
    }


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


# -- scores --------------------------------------------------------------------------------------------


def _scores(chance: Chance, known: Known) -> Json:
    """Scores of one level or two, of which a later one may take an earlier one."""
    found: Json = {}
    for number in range(chance.randint(0, 2)):
        points = [name for (c, name), unit in known.figures.items() if unit == "points" and c is None]
        taken = chance.some([*points, "fit"], 2, 2)
        inner = {taken[0]: 60, "spent": {"weight": 40, "points": "spend", "bands": {"20": "0 CNY", "90": "900 CNY"}}}
        shapes: list[Json] = [dict.fromkeys(taken, 50), {"deep": {"weight": 30, "of": inner}, taken[1]: 70}]
        name = f"score{number}"
        found[name] = {"parts": chance.one(shapes)}
        if not known.careful:
            found[name]["when_part_missing"] = chance.one(["unknown", "spread", "zero"])
        if chance.yes():
            found[name] |= {"bands": {"good": "80 points", "poor": "0 points"}, "below": "lowest"}
            found[name] |= {"down_after": 2} if chance.yes() else {}
            known.classes[None, f"{name}_band"] = ("poor", "good")
        known.figures[None, name] = "points"
    return found


def _targets(chance: Chance, known: Known) -> Json:
    """A target for each period, or one on its way; what became of the last period is read by name."""
    if chance.yes():
        return {}
    points = [name for (c, name), unit in known.figures.items() if unit == "points" and c is None]
    way = {"from": chance.one(["50 points", "90 points"]), "to": "70 points"}
    days: list[Json] = [{"start": "2026-01-01", "by": by} for by in ("2026-05-10", "2026-12-31")]
    each: Json = {chance.one(["at_least", "at_most"]): "$floor", "every": chance.one(["week", "month"])}
    written = chance.one([each, {**way, **chance.one(days)}])
    known.classes[None, "aim"] = ("on_track", "behind")
    if written is each and known.previous:
        known.classes[None, "aim_last"] = ("met", "missed")
    return {"aim": {"metric": chance.one([*points, "fit"]), **written}}


# -- classes -------------------------------------------------------------------------------------------


def _classes(chance: Chance, known: Known) -> Json:
    found: Json = {}
    for number in range(chance.randint(1, 3)):
        name, collection = f"class{number}", chance.one([None, None, None, "tickets", "contracts"])
        found[name], values = _class(chance, known, collection)
        if collection is None and ({"ranks", "climb", "bands"} & {*found[name]}):
            known.ranked.append(name)
        known.classes[collection, name] = values
    return found


def _class(chance: Chance, known: Known, collection: str | None) -> tuple[Json, tuple[str, ...]]:
    sight = Sight(collection, bare=True) if collection else ACCOUNT
    points = [name for (c, name), unit in known.figures.items() if unit == "points" and c == collection]
    written, values = chance.one([_first, _choose, _climb] + [_bands] * 3 * bool(points))(chance, known, sight)
    if collection:
        written["each"] = collection
    if chance.yes():
        written["down_after"] = chance.randint(1, 2)
        if "climb" not in written:
            written["ranks"] = [each for each in ("poor", "fair", "good") if each in values]
    if chance.yes(4):
        written["reassess"] = chance.one(["month", "quarter"])
    return written, values


def _bands(chance: Chance, known: Known, sight: Sight) -> tuple[Json, tuple[str, ...]]:
    points = [name for (c, name), unit in known.figures.items() if unit == "points" and c == sight.collection]
    bands = {"good": "85 points", "poor": "0 points", "fair": "60 points"}
    below: Json = chance.one([{}, {"below": "lowest"}, {"below": "lowest"}])
    return {"of": chance.one(points), "bands": bands, **below}, ("poor", "fair", "good")


def _choose(chance: Chance, known: Known, sight: Sight) -> tuple[Json, tuple[str, ...]]:
    """Rows of which one holds, whatever they ask for; or now and then none."""
    asked = condition(chance, known, sight, 1)
    other = {"all": [{"not": asked}, condition(chance, known, sight, 0)]} if chance.yes(3) else {"not": asked}
    return {"choose": {"poor": asked, "good": other}}, ("poor", "good")


def _climb(chance: Chance, known: Known, sight: Sight) -> tuple[Json, tuple[str, ...]]:
    names = ("poor", "fair", "good")[: chance.randint(1, 3)]
    return {"climb": {name: condition(chance, known, sight, 1) for name in names}}, names


def _first(chance: Chance, known: Known, sight: Sight) -> tuple[Json, tuple[str, ...]]:
    names = ("good", "fair")[: chance.randint(1, 2)]
    written: Json = {"first": {name: condition(chance, known, sight, 1) for name in names}}
    if not chance.yes(4):
        written["otherwise"] = chance.one(["poor", "good"])
    return written, tuple(dict.fromkeys((*names, *([written["otherwise"]] if "otherwise" in written else []))))


# -- warnings and rules --------------------------------------------------------------------------------


def _cause(chance: Chance, known: Known, collections: tuple[str, ...]) -> Json:
    written: Json = {}
    collection = chance.one([None, None, *collections])
    if chance.yes(4):
        written["applies_to"] = condition(chance, known, ACCOUNT, 0)
    if collection is not None:
        written["each"] = collection
        if chance.yes():
            written["where"] = condition(chance, known, Sight(collection, bare=True), 1)
        if collection == "tickets" and chance.yes():
            written["since"] = "ticket.opened_at"
    if collection is None or chance.yes():
        written["when"] = condition(chance, known, Sight(collection), 2)
    if chance.yes(3):
        written["ends_when"] = condition(chance, known, Sight(collection), 1)
    if chance.yes(8):
        written |= chance.one([{"from": "2026-05-01"}, {"until": "2026-05-20"}, {"until": "2026-12-31"}])
    return written


def _steadiness(chance: Chance, known: Known) -> Json:
    lengths = [*_LENGTHS, *(f"${name}" for name in known.lengths)]
    keys = ("must_hold", "keep", "reopen_within", "stale_after", "cooldown")
    written: Json = {key: chance.one(lengths) for key in keys if chance.yes(4)}
    if chance.yes(5):
        written["at_most"] = chance.one(["1 per month", "2 per quarter"])
    return written


def _warnings(chance: Chance, known: Known, names: list[str]) -> Json:
    """Each may read the ones before it; the last may count all, and drafts are read by nobody."""
    found: Json = {}
    for at, name in enumerate(names):
        counts = at > 0 and at == len(names) - 1 and chance.yes()
        known.firing = counts
        written = {"light": chance.one(_LIGHTS), **_cause(chance, known, ("tickets", "contracts", "deliveries"))}
        written |= _steadiness(chance, known)
        if not counts and chance.yes(3):
            written["mutes"] = _mutable(found, written["light"])
        written["do"] = _doing(chance, known, written.get("each"), play=None)
        found[name] = written
        if name not in known.all_warnings:
            written["status"] = "draft"
        elif not counts:
            known.warnings[name] = written.get("each")
    known.firing, known.light = True, True
    return found


def _mutable(found: Json, light: str) -> list[str]:
    """The warnings before that are no heavier; none of them can mute back."""
    return [name for name, each in found.items() if _LIGHTS.index(each["light"]) >= _LIGHTS.index(light)]


def _rules(chance: Chance, known: Known) -> Json:
    found: Json = {}
    for number in range(chance.randint(0, 3)):
        written = _cause(chance, known, ("tickets", "contracts", "contacts"))
        written |= _steadiness(chance, known)
        play = chance.one([None, "care", "care_ticket" if written.get("each") == "tickets" else None])
        written["do"] = _doing(chance, known, written.get("each"), play)
        if chance.yes(3):
            written["grants"] = chance.some(("team", "gold", "extra"), 1, 2)
        if chance.yes(8):
            written["status"] = "draft"
        found[f"rule{number}"] = written
    return found


# -- work ----------------------------------------------------------------------------------------------


def _task(chance: Chance, known: Known, collection: str | None) -> Json:
    task: Json = {"title": "Do it", "kind": chance.one(["task", "call", "visit", "offer"])}
    if not chance.yes(4):
        task["due"] = chance.one([*_DUES, *_anchored(collection), *(f"${name}" for name in known.lengths)])
    if chance.yes():
        task |= {"owner": chance.one(_ROLES), "escalate": "late"}
    if chance.yes(3):
        likely: list[Json] = [{"vip": True}, {"budget_status": {"is_not": "frozen"}}]
        task["done_when"] = chance.one([*likely, condition(chance, known, Sight(collection), 0)])
    if chance.yes(4):
        task |= {"priority": chance.one(["urgent", "low"]), "options": {"yes": "Yes", "no": "No"}}
    if chance.yes(4):
        task["send"] = "note"
    if chance.yes(4):
        task["attach"] = chance.one(["lost", {"kind": "case", "at_most": 2}])
    return task


def _anchored(collection: str | None) -> tuple[str, ...]:
    named = {
        "tickets": ("4 hours after $ticket.opened_at",),
        "contracts": ("10 working days before $contract.ends_on",),
    }
    return ("1 month after $relationship.started_on", *named.get(collection or "", ()))


def _doing(chance: Chance, known: Known, collection: str | None, play: str | None) -> list[Any]:
    tasks = [_task(chance, known, collection) for _ in range(chance.randint(1, 2))]
    if len(tasks) == 2:
        tasks[0]["id"], tasks[1]["id"] = "one", "two"
        tasks[1] |= chance.one([{}, {"needs": "one"}])
    return [*tasks, *([play] if play else [])]


def _plays(chance: Chance, known: Known) -> Json:
    plays: Json = {}
    for name, collection in (("care", None), ("care_ticket", "tickets")):
        act = {**_task(chance, known, collection), "needs": ["ask"]}
        plays[name] = {"tasks": {"ask": _task(chance, known, collection), "act": act}}
        plays[name] |= {"for": collection} if collection else {}
        if chance.yes():
            plays[name]["ends_when"] = condition(chance, known, Sight(collection), 0)
    return plays


def _add_work_for_many(chance: Chance, book: Json) -> None:
    """A figure over groups of accounts, or all of them, with what follows from it once for each group."""
    scope, over = chance.one(_SCOPES)
    book["metrics"]["many_low"] = {"share_of_accounts": {"fit": {"below": "70 points"}}, **over}
    book["classes"]["mood"] = {"scope": scope, "of": "many_low", "bands": {"good": "0%", "poor": "50%"}}
    cause = chance.one([{"mood": "poor"}, {"many_low": {"above": "10%"}}, {"not": {"many_low": {"below": "50%"}}}])
    book["rules"]["many"] = {"scope": scope, "when": cause, "do": [{"kind": "review", "due": "3 working days"}]}
    book["warnings"]["many_sad"] = {"scope": scope, "light": "yellow", "when": {"mood": chance.one(["good", "poor"])}}
    book["cadence"]["gathering"] = {"scope": scope, "every": "quarter", "counted_from": "calendar", "kind": "review"}


def _catalogue(chance: Chance, known: Known) -> Json:
    """Modules of which one needs another, one keeps one off, one is made of two, and one is offered."""
    extra: Json = {"excludes": "plain", "cost": "900 CNY"}
    if chance.yes():
        extra["suits"] = condition(chance, known, ACCOUNT, 1)
    return {"team": {}, "plain": {}, "extra": extra, "gold": {"includes": ["team"], "requires": "extra"}}


def _content(chance: Chance, known: Known) -> Json:
    """A message with the cases that fit best, of a library of three."""

    def case(outcome: str) -> Json:
        fits = {"fits": condition(chance, known, ACCOUNT, 0)} if chance.yes() else {}
        return {"kind": "case", "outcome": outcome, "summary": "What happened", **fits}

    attached: Json = {"attach": {"kind": "case", "outcome": "success", "at_most": 1}} if chance.yes() else {}
    note = {"kind": "message", "to": {"role": "board", "pick": "strongest"}, "subject": "About you", **attached}
    return {"note": note, "lost": case("failure"), "won": case("success"), "kept": case("success")}


def _on_days(chance: Chance) -> Json:
    """Days of the year, festivals, and days of the data, once or again and again."""
    days = ["05-20", "05-23", "2026-06-01", "dragon_boat", "relationship.started_on"]
    written: Json = {"on": chance.some(days, 1, 2), "kind": chance.one(["visit", "call"])}
    if chance.yes():
        written = {"on": "contract.ends_on", "each": "contracts", "kind": "call"}
        written |= chance.one([{}, {"every": "year"}])
    return written | chance.one([{}, {"ahead": "2 weeks"}]) | chance.one([{}, {"grace": "3 days"}])


def _cadence(chance: Chance, known: Known) -> Json:
    found: Json = {}
    for number in range(chance.randint(0, 2)):
        written: Json = {
            "every": chance.one(["week", "month", "quarter", "2 weeks"]),
            "counted_from": chance.one(["last", "calendar", "contract"]),
            "kind": chance.one(["visit", "call"]),
        }
        if chance.yes(3):
            written = _on_days(chance)
        elif chance.yes(3):
            written["each"] = "contracts"
        if chance.yes():
            written["applies_to"] = condition(chance, known, ACCOUNT, 0)
        if chance.yes():
            written |= {"counts": ["mail"], "grace": "10 days"}
        if chance.yes():
            written["prepare"] = {"pack": {"title": "Prepare", "due": "2 working days before event"}}
        found[f"cadence{number}"] = written
    return found
