"""The people at an account: who decides, who uses, who has a say; how to reach them, and who left."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any, Final

from scripts.portfolio.days import before, months_before
from scripts.portfolio.dice import Dice
from scripts.portfolio.story import Story
from scripts.portfolio.words import Words, person

_TITLES: Final = {
    "decision_maker": (
        Words("总经理", "Managing director"),
        Words("副总裁", "Vice president"),
        Words("首席信息官", "CIO"),
        Words("采购总监", "Head of procurement"),
    ),
    "user": (
        Words("运营主管", "Operations lead"),
        Words("生产主管", "Shift manager"),
        Words("项目经理", "Project manager"),
        Words("信息主管", "IT lead"),
    ),
    "influencer": (
        Words("技术总监", "Technical director"),
        Words("财务经理", "Finance manager"),
        Words("架构师", "Architect"),
    ),
}
_DEPARTMENTS: Final = {
    "decision_maker": (Words("总经办", "Management"),),
    "user": (Words("运营部", "Operations"), Words("生产部", "Production"), Words("信息部", "IT")),
    "influencer": (Words("技术部", "Engineering"), Words("财务部", "Finance")),
}
_INFLUENCE: Final = {"decision_maker": "high", "user": "medium", "influencer": "high"}


def contacts(story: Story) -> list[dict[str, Any]]:
    """Decision makers first, then users and influencers; the bigger the account, the more people we know."""
    found = [_contact(story, story.dice.of(f"contact/{role}/{number}"), role) for number, role in _roles(story)]
    if story.has("leader_gone"):
        _leaves(story, found[0])
    for number, each in enumerate(found, 1):
        each["id"] = f"C-{number}"
    return found


def _roles(story: Story) -> Iterator[tuple[int, str]]:
    many = {"small": 1, "medium": 1, "large": 2}[story.size]
    for role, count in (("decision_maker", many), ("user", many), ("influencer", many - (story.size == "small"))):
        for number in range(count):
            yield number, role


def _contact(story: Story, dice: Dice, role: str) -> dict[str, Any]:
    named = person(story.language, dice)
    joined = months_before(story.as_of, dice.between(14, 120))
    return {
        "id": "",
        "name": named.name,
        "role": role,
        "title": story.say(dice.pick(_TITLES[role])),
        "department": story.say(dice.pick(_DEPARTMENTS[role])),
        "influence": _INFLUENCE[role],
        "strength": dice.between(2, 5) if story.care == "kept" else dice.between(1, 3),
        "status": "active",
        "joined_on": joined.isoformat(),
        "left_on": None,
        "preferences": dice.weighted({(): 60, ("email",): 25, ("phone",): 10, ("email", "cost"): 5}),
        "opt_outs": dice.weighted({(): 84, ("nurture",): 12, ("email",): 4}),
        "language": story.locale,
        "timezone": story.timezone,
        "email": f"{named.address}@{story.company.address}.example",
        "phone": f"+00 000 {dice.between(100, 999)} {dice.between(1000, 9999)}",
    }


def _leaves(story: Story, contact: dict[str, Any]) -> None:
    left = before(story.as_of, story.dice.of("left").between(3, 60))
    contact["status"] = "left"
    contact["left_on"] = (left + timedelta(days=1)).isoformat()
