"""What binds an account to us and what may come of it: contracts, needs, requests, opportunities, rivals, letters."""

from datetime import date, timedelta
from typing import Any, Final

from scripts.portfolio.days import after, before, months_before
from scripts.portfolio.dice import Dice
from scripts.portfolio.industries import RIVALS
from scripts.portfolio.story import Story
from scripts.portfolio.words import Words

_STAGES: Final = ("lead", "needs", "proposal", "signing", "delivery", "renewal")
_SOON: Final = 125
"""Days before its end from which on the renewal of a contract is an opportunity."""
_REQUESTS: Final = (
    (Words("要求专属报价", "Asks for a price of its own"), "price"),
    (Words("要求延长账期至90天", "Asks for 90 days to pay"), "payment"),
    (Words("要求节假日加急交付", "Asks for delivery on holidays"), "delivery"),
)


def contracts(story: Story) -> list[dict[str, Any]]:
    """Framework contracts one after the other; the last one runs."""
    dice = story.dice.of("contracts")
    years = dice.weighted({1: 35, 2: 35, 3: 30})
    open_question = story.has("unclear") or story.has("unasked")
    ends = after(story.as_of, dice.between(20, 80) if open_question else dice.between(95, 360 * years))
    found: list[dict[str, Any]] = []
    while True:
        starts = months_before(ends + timedelta(days=1), 12 * years)
        found.append(_contract(story, dice, max(starts, story.started_on), ends, years, running=not found))
        if starts <= story.started_on or len(found) == 3:
            break
        ends = starts - timedelta(days=1)
    if dice.chance(8) and story.months >= 12:
        found.append(_not_renewed(story, dice))
    found.reverse()
    for number, each in enumerate(found, 1):
        each["id"] = f"K-{number}"
    return found


def _contract(story: Story, dice: Dice, starts: date, ends: date, years: int, *, running: bool) -> dict[str, Any]:
    intent = "unclear" if story.has("unclear") else None if story.has("unasked") else "will_renew"
    years_named = "–".join(dict.fromkeys((str(starts.year), str(ends.year))))
    name = Words(f"{years_named}年度框架协议", f"Framework contract {years_named}")
    return {
        "id": "",
        "name": story.say(name),
        "kind": "framework",
        "status": "active" if running else "renewed",
        "signed_on": starts.isoformat(),
        "starts_on": starts.isoformat(),
        "ends_on": ends.isoformat(),
        "amount": f"{story.revenue * 1_000 * years} {story.currency}",
        "renewal_intent": intent if running else "renewed",
        "auto_renews": dice.chance(25),
    }


def _not_renewed(story: Story, dice: Dice) -> dict[str, Any]:
    """A smaller contract that came to its end."""
    ended = before(story.as_of, dice.between(10, 75))
    starts = max(months_before(ended, 12), story.started_on)
    lost = _contract(story, dice, starts, ended, 1, running=False)
    name = story.say(Words("维保补充协议", "Maintenance addendum"))
    return lost | {"name": name, "kind": "addendum", "status": "ended", "renewal_intent": "not_renewed"}


def needs(story: Story) -> list[dict[str, Any]]:
    """Needs in their three depths, with urgency and worth (1 to 5); of some accounts only what was said."""
    dice = story.dice.of("needs")
    known = dice.some(story.industry.needs, 4 if story.has("literal") else dice.between(0, 4))
    found = [_need(story, dice, number, topic, story.say(title)) for number, (topic, title) in enumerate(known, 1)]
    if story.cross_border and dice.chance(50):
        title = Words("多币种结算", "Settlement in several currencies")
        found.append(_need(story, dice, len(found) + 1, "multi_currency", story.say(title)))
    return found


def _need(story: Story, dice: Dice, number: int, topic: str, title: str) -> dict[str, Any]:
    literal = story.has("literal")
    return {
        "id": f"N-{number}",
        "title": title,
        "topic": topic,
        "depth": "explicit" if literal else dice.weighted({"explicit": 40, "implicit": 35, "latent": 25}),
        "kano": dice.pick(("basic", "expected", "exciting")),
        "status": dice.weighted({"open": 35, "planned": 35, "done": 25, "rejected": 5}),
        "urgency": dice.between(1, 5),
        "value": dice.between(1, 5),
        "raised_on": before(story.as_of, dice.between(5, 80 if literal else 420)).isoformat(),
    }


def requests(story: Story) -> list[dict[str, Any]]:
    """Now and then a special request."""
    dice = story.dice.of("requests")
    return [
        {
            "id": f"R-{number}",
            "title": story.say(title),
            "kind": kind,
            "status": dice.weighted({"open": 40, "granted": 30, "refused": 30}),
            "origin": "customer",
            "made_on": before(story.as_of, dice.between(2, 200)).isoformat(),
            "discount": dice.between(2, 25) if kind == "price" else None,
            "contract_years": dice.between(1, 3),
        }
        for number, (title, kind) in enumerate(dice.some(_REQUESTS, dice.weighted({0: 75, 1: 20, 2: 5})), 1)
    ]


def opportunities(story: Story) -> list[dict[str, Any]]:
    """Open ones in every step of the process (now and then in one it does not know), and those won or lost."""
    dice = story.dice.of("opportunities")
    plans = dice.some(story.industry.plans, dice.weighted({0: 25, 1: 40, 2: 25, 3: 10}))
    found = [_opportunity(story, dice, number, story.say(plan)) for number, plan in enumerate(plans, 1)]
    if story.has("unclear") or story.has("unasked") or _renews_soon(story):
        name = story.say(Words("框架协议续约", "Renewal of the framework contract"))
        renewal = _opportunity(story, dice, len(found) + 1, name)
        closes = after(story.as_of, dice.between(15, 60)).isoformat()
        found.append(renewal | {"stage": "renewal", "status": "open", "closes_on": closes, "letter_on": None})
    return found


def _renews_soon(story: Story) -> bool:
    """Whether the running contract is about to end and will be renewed."""
    soon = (story.as_of + timedelta(days=_SOON)).isoformat()
    return any(each["renewal_intent"] == "will_renew" and each["ends_on"] <= soon for each in contracts(story))


def _opportunity(story: Story, dice: Dice, number: int, name: str) -> dict[str, Any]:
    status = dice.weighted({"open": 70, "won": 18, "lost": 12})
    stage = dice.pick(_STAGES[:5]) if dice.chance(97) else "negotiation"
    opened = before(story.as_of, dice.between(10, 300))
    closes = (
        after(story.as_of, dice.between(15, 180)) if status == "open" else before(story.as_of, dice.between(5, 200))
    )
    wants_letter = stage in {"signing", "delivery"}
    share = dice.pick((5, 10, 20, 40, 60))
    return {
        "id": f"O-{number}",
        "name": name,
        "stage": stage,
        "status": status,
        "opened_on": opened.isoformat(),
        "closes_on": closes.isoformat(),
        "letter_on": before(story.as_of, 4).isoformat() if wants_letter and dice.chance(60) else None,
        "amount": f"{story.revenue * 10 * share} {story.currency}",
        "discount": dice.weighted({0: 60, 5: 20, 12: 12, 25: 8}),
    }


def competitors(story: Story) -> list[dict[str, Any]]:
    """Rivals that withdrew long ago, and the one that is there now."""
    dice = story.dice.of("competitors")
    found: list[dict[str, Any]] = []
    if dice.chance(15):
        entered = before(story.as_of, dice.between(200, 600)).isoformat()
        found.append({"id": "X-1", "name": story.say(RIVALS[0]), "entered_on": entered, "active": False})
    if story.has("rival"):
        entered = before(story.as_of, dice.between(2, 40)).isoformat()
        name = story.say(dice.pick(RIVALS[1:]))
        found.append({"id": f"X-{len(found) + 1}", "name": name, "entered_on": entered, "active": True})
    return found


def documents(opened: list[dict[str, Any]], promised: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Letters of confirmation and reports of acceptance, for what they are about."""
    letters = [("customer_letter", each["id"], each["letter_on"]) for each in opened if each["letter_on"]]
    accepted = [each for each in promised if each["status"] == "accepted"]
    reports = [("acceptance_report", each["id"], each["due_at"][:10]) for each in accepted]
    return [
        {"id": f"L-{number}", "kind": kind, "signed_on": day, "about_id": about}
        for number, (kind, about, day) in enumerate(letters + reports, 1)
    ]
