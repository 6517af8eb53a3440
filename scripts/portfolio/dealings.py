"""How we dealt with an account: talks in the rhythm of its age, and what people answered when asked."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any, Final

from scripts.portfolio.days import after, before, months_before, quarters
from scripts.portfolio.dice import Dice
from scripts.portfolio.story import Care, Story

_SILENT: Final[dict[Care, int]] = {"kept": 0, "slipping": 40, "neglected": 150, "none": 100_000}
"""For how many days nobody has talked with the account."""

_MONTH: Final = 30
_START: Final = 92
_YEAR: Final = 366


def interactions(
    story: Story, contacts: list[dict[str, Any]], commitments: list[dict[str, Any]]
) -> list[dict[str, Any]]:
    """The talks of the last year, in the order of their days."""
    by_role = {each["role"]: each["id"] for each in reversed(contacts)}
    last = story.as_of - timedelta(days=_SILENT[story.care])
    held = sorted({*_rhythm(story), *_about_commitments(story, commitments)})
    return [
        _interaction(number, day, kind, by_role, about)
        for number, (day, kind, about) in enumerate([each for each in held if each[0] <= last], 1)
    ]


def _interaction(number: int, day: date, kind: str, by_role: dict[str, str], about: str) -> dict[str, Any]:
    role = "decision_maker" if kind in {"executive_meeting", "strategy_workshop", "joint_workshop"} else "user"
    found = {"id": f"I-{number:03}", "on": day.isoformat(), "kind": kind, "direction": "out"}
    if role in by_role:
        found["contact_id"] = by_role[role]
    return found | ({"about_id": about} if about else {})


def _rhythm(story: Story) -> Iterator[tuple[date, str, str]]:
    """Every week at first, every two weeks and with executives in the first year, then quarterly and by phone."""
    dice = story.dice.of("rhythm")
    for back in range(0, _YEAR, 7):
        day = before(story.as_of, back + dice.between(0, 4))
        age = (day - story.started_on).days
        if age < 0:
            return
        week = back // 7
        for kind in _kinds(age, week):
            yield day, kind, ""
    for start in quarters(months_before(story.as_of, 12), story.as_of):
        day = after(start, dice.between(14, 75))
        if (day - story.started_on).days >= _YEAR and day <= story.as_of:
            yield day, "strategy_workshop", ""
    yield from _once_a_year(story, dice)


def _kinds(age: int, week: int) -> tuple[str, ...]:
    if age < _START:
        return ("mail", "call")
    if age < _YEAR:
        return (*(("business_review",) if week % 2 == 0 else ()), *(("executive_meeting",) if week % 4 == 0 else ()))
    return ("call",) if week % 6 == 0 else ()


def _once_a_year(story: Story, dice: Dice) -> Iterator[tuple[date, str, str]]:
    """The plan of the year with who fits, a review of the half-year with the others."""
    day = after(date(story.as_of.year, 1 if story.fit >= 60 else 7, 8), dice.between(0, 80))
    if story.started_on <= day <= story.as_of and dice.chance(80):
        yield day, "joint_workshop" if story.fit >= 60 else "review", ""


def _about_commitments(story: Story, commitments: list[dict[str, Any]]) -> Iterator[tuple[date, str, str]]:
    """The weekly word on each promise under way."""
    for each in commitments:
        made = date.fromisoformat(each["made_on"])
        for week in range((story.as_of - made).days // 7):
            if each["stage"] != "before_signing" and each["status"] == "open":
                yield after(made, week * 7 + 5), "mail", each["id"]


def surveys(story: Story, contacts: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The half-yearly question how satisfied people are, and the yearly one whether they would recommend us."""
    dice = story.dice.of("surveys")
    found: list[dict[str, Any]] = []
    for months in range(26, 0, -6):
        day = before(months_before(story.as_of, months), dice.between(0, 20))
        if day < story.started_on + timedelta(days=60):
            continue
        score = _score(story, dice, months)
        who = {"contact_id": dice.pick(contacts)["id"]} if contacts else {}
        asked = {"id": f"S-{len(found) + 1}", "on": day.isoformat(), "kind": "overall", "score": score}
        found.append(asked | {"csat": min(100, int(score) + dice.between(-4, 4))} | who)
        if months % 12 == 2:
            nps = min(100, (int(score) - 65) * 3)
            found.append({"id": f"S-{len(found) + 1}", "on": day.isoformat(), "kind": "nps", "nps": nps} | who)
    return found


def _score(story: Story, dice: Dice, months: int) -> int | float:
    """Around what people feel; of the unhappy, only the last answers are low."""
    lost = 28 if story.has("unhappy") and months <= 8 else 0
    tenths = (story.content - lost) * 10 + dice.between(-35, 35)
    return tenths // 10 if dice.chance(60) else min(tenths, 1_000) / 10
