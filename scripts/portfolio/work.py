"""What was promised, delivered and built together, how steadily it runs, and what went wrong."""

from collections.abc import Iterator
from datetime import date, time, timedelta
from typing import Any, Final

from scripts.portfolio.days import after, at, before, moment, months_before, quarters
from scripts.portfolio.dice import Dice
from scripts.portfolio.story import Story
from scripts.portfolio.words import Words

_CLOSE: Final = time(18, 0)

_SMALL_MATTERS: Final = (
    (Words("账号权限申请", "Access for a new colleague"), "question"),
    (Words("操作手册更新咨询", "Question about the manual"), "question"),
    (Words("发票抬头变更", "Change of the billing address"), "question"),
    (Words("夜间短时中断", "Short outage at night"), "incident"),
)
_TERMINATIONS: Final = (
    Words("系统升级两次延期", "System upgrade postponed twice"),
    Words("承诺的扩容迟迟没有完成", "Promised extension not finished"),
)
_PROJECTS: Final = (
    ("training", Words("操作人员场景化培训", "Scenario training for operators")),
    ("data_report", Words("月度数据报告", "Monthly data report")),
    ("joint_salon", Words("行业联合沙龙", "Joint industry salon")),
    ("joint_lab", Words("联合研发实验室", "Joint lab")),
)
_STEPS: Final = (Words("需求确认", "Needs confirmed"), Words("试运行", "Trial run"), Words("验收", "Acceptance"))


def tickets(story: Story) -> list[dict[str, Any]]:
    """Solved matters of the last two years, then what is open now."""
    dice = story.dice.of("tickets")
    found = list(_solved(story, dice))
    if story.has("complaint"):
        found.append(_complaint(story, dice))
    if story.has("termination"):
        found.append(_termination(story, dice))
    for number, each in enumerate(found, 1):
        each["id"] = f"T-{number}"
    return found


def _solved(story: Story, dice: Dice) -> Iterator[dict[str, Any]]:
    reach = min(720, (story.as_of - story.started_on).days)
    for _ in range(dice.between(0, 4) if reach > 40 else 0):
        day = before(story.as_of, dice.between(10, reach))
        if dice.chance(20):
            title, kind = dice.pick(story.industry.troubles), "complaint"
        else:
            title, kind = dice.pick(_SMALL_MATTERS)
        first, whole = dice.between(1, 6), dice.between(8, 70)
        resolved = at(day + timedelta(days=whole // 24), time(9 + whole % 9, 30))
        yield {
            "id": "",
            "title": story.say(title),
            "kind": kind,
            "status": "closed",
            "priority": "normal",
            "opened_at": at(day, time(9, dice.between(0, 59))),
            "confirmed_at": at(day, time(9 + first, 59)),
            "proposed_at": resolved,
            "resolved_at": resolved,
            "closed_at": resolved,
            "first_response": first,
            "resolution": whole,
            "contacts_needed": dice.between(1, 4),
            "satisfaction": dice.between(story.content - 10, min(100, story.content + 5)),
            "escalated": dice.chance(10),
        }


def _complaint(story: Story, dice: Dice) -> dict[str, Any]:
    """Just come in, confirmed, or with a proposal on the table."""
    title = story.say(dice.pick(story.industry.troubles))
    match dice.between(1, 3):
        case 1:
            return _open("complaint", title, "open", moment(story.as_of, dice.between(0, 5), 20))
        case 2:
            hours = dice.between(8, 40)
            return _open("complaint", title, "open", moment(story.as_of, hours), moment(story.as_of, hours - 1))
        case _:
            told = tuple(moment(story.as_of, hours) for hours in (75, 74, 52))
            return _open("complaint", title, "in_progress", *told)


def _termination(story: Story, dice: Dice) -> dict[str, Any]:
    title, hours = story.say(dice.pick(_TERMINATIONS)), dice.between(1, 30)
    confirmed = moment(story.as_of, hours - 1) if dice.chance(50) else None
    return _open("termination", title, "open", moment(story.as_of, hours), confirmed)


def _open(
    kind: str, title: str, status: str, opened: str, confirmed: str | None = None, proposed: str | None = None
) -> dict[str, Any]:
    marks = {"opened_at": opened, "confirmed_at": confirmed, "proposed_at": proposed, "resolved_at": None}
    return {"id": "", "title": title, "kind": kind, "status": status, "priority": "urgent", **marks}


def deliveries(story: Story) -> list[dict[str, Any]]:
    """One for each quarter of the last two years, on time; the last one or two are late where that is a sign."""
    dice = story.dice.of("deliveries")
    found: list[dict[str, Any]] = []
    for start in quarters(max(months_before(story.as_of, 24), story.started_on), story.as_of):
        promised = after(start, dice.between(25, 60))
        if story.started_on < promised < story.as_of - timedelta(days=10):
            found.append(_delivery(story, dice, promised, promised - timedelta(days=dice.between(0, 3))))
    for days in dice.pick(((8,), (8,), (8, 45))) if story.has("late") else ():
        promised = before(story.as_of, days + dice.between(0, 12))
        delivered = promised + timedelta(days=dice.between(2, 6)) if dice.chance(70) else None
        found.append(_delivery(story, dice, promised, delivered))
    for number, each in enumerate(found, 1):
        each["id"] = f"D-{number}"
    return found


def _delivery(story: Story, dice: Dice, promised: date, delivered: date | None) -> dict[str, Any]:
    late = max(0, ((delivered or story.as_of) - promised).days)
    return {
        "id": "",
        "name": story.say(dice.pick(story.industry.deliveries)),
        "promised_on": promised.isoformat(),
        "delivered_on": delivered.isoformat() if delivered else None,
        "days_late": late,
        "status": "delivered" if delivered else "under_way",
    }


def services(story: Story) -> list[dict[str, Any]]:
    """The availability of each of the last twelve months, where the industry measures it; promised are 99.9 %."""
    dice = story.dice.of("services")
    if not story.industry.measures_availability:
        return []
    found = []
    for months in range(12, 0, -1):
        day = months_before(story.as_of, months).replace(day=1) - timedelta(days=1)
        missed = months == 1 and story.has("outage")
        value = dice.between(9_940, 9_986) if missed else dice.between(9_991, 9_999)
        if day > story.started_on:
            measured = {"measured_on": day.isoformat(), "value": value / 100, "limit": 99.9}
            found.append({"id": f"V-{months:02}", "name": "availability", **measured})
    return found


def commitments(story: Story) -> list[dict[str, Any]]:
    """What we promised: not signed yet, under way, delivered, accepted."""
    dice = story.dice.of("commitments")
    stages = dice.some(
        ("accepted", "delivered", "at_risk", "under_way", "unsigned"), dice.weighted({0: 45, 1: 40, 2: 15})
    )
    titles = dice.some(story.industry.deliveries, len(stages))
    return [
        _commitment(story, dice, f"M-{number}", stage, story.say(title))
        for number, (stage, title) in enumerate(zip(stages, titles, strict=True), 1)
    ]


def _commitment(story: Story, dice: Dice, name: str, stage: str, title: str) -> dict[str, Any]:
    since, until = {
        "accepted": (150, -60),
        "delivered": (70, -4),
        "at_risk": (45, 6),
        "under_way": (20, 40),
        "unsigned": (5, 60),
    }[stage]
    marks: dict[str, str | None] = {
        "capacity_checked_on": before(story.as_of, since - 1).isoformat()
        if stage != "unsigned" or dice.chance(40)
        else None,
        "risk_told_at": moment(story.as_of, 30) if stage == "at_risk" and dice.chance(40) else None,
        "suggestions_planned_on": before(story.as_of, 40).isoformat() if stage == "accepted" else None,
    }
    return {
        "id": name,
        "title": title,
        "made_on": max(before(story.as_of, since), story.started_on).isoformat(),
        "due_at": at(after(story.as_of, until), _CLOSE),
        "status": {"accepted": "accepted", "delivered": "delivered"}.get(stage, "open"),
        "stage": "before_signing" if stage == "unsigned" else "delivery",
        "effort": dice.between(3, 45) * 8,
        "at_risk": stage == "at_risk",
        "progress": {"unsigned": 0, "at_risk": 55, "under_way": 30}.get(stage, 100),
        "fields": marks,
    }


def projects(story: Story) -> list[dict[str, Any]]:
    """Joint work up to the step of the ladder that was reached, and for some a pilot."""
    dice = story.dice.of("projects")
    reached = {0: (), 1: (), 2: (dice.pick(_PROJECTS[:2]),), 3: (dice.pick(_PROJECTS[:2]), dice.pick(_PROJECTS[2:]))}[
        story.step
    ]
    found = [_project(story, dice, kind, story.say(name), "running") for kind, name in reached]
    if dice.chance(35):
        state = dice.weighted({"running": 50, "done": 30, "cancelled": 20})
        found.append(_project(story, dice, "pilot", story.say(dice.pick(story.industry.plans)), state))
    for number, each in enumerate(found, 1):
        each["id"] = f"J-{number}"
    return found


def _project(story: Story, dice: Dice, kind: str, name: str, status: str) -> dict[str, Any]:
    agreed = max(before(story.as_of, dice.between(60, 240)), story.started_on)
    ends = before(story.as_of, 20) if status in {"done", "cancelled"} else after(story.as_of, dice.between(30, 200))
    days = {"agreed_on": agreed.isoformat(), "starts_on": agreed.isoformat(), "ends_on": ends.isoformat()}
    return {"id": "", "kind": kind, "name": name, "status": status, **days}


def milestones(story: Story, joint: list[dict[str, Any]], promised: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The steps of the projects and promises that run: the first done, the others open."""
    steps: list[tuple[str, str, int, date, date]] = []
    for each in joint:
        if each["status"] == "running":
            planned = [after(story.as_of, 25 * number - 20) for number in range(3)]
            steps += _steps("project_id", each["id"], planned, before(story.as_of, 22))
    for each in promised:
        if (each["stage"], each["status"]) == ("delivery", "open"):
            steps += _steps("about_id", each["id"], *_until_delivery(story, each))
    return [
        {
            "id": f"B-{count}",
            "title": story.say(_STEPS[number]),
            link: about,
            "due_on": due.isoformat(),
            "done_on": done.isoformat() if number == 0 else None,
            "status": "done" if number == 0 else "open",
            "progress": 100 if number == 0 else 20 * (2 - number),
        }
        for count, (link, about, number, due, done) in enumerate(steps, 1)
    ]


def _steps(link: str, about: str, planned: list[date], done: date) -> list[tuple[str, str, int, date, date]]:
    """Each step with its number, the day it is planned for, and the day the first was done."""
    return [(link, about, number, due, done) for number, due in enumerate(planned)]


def _until_delivery(story: Story, promise: dict[str, Any]) -> tuple[list[date], date]:
    """The days of a promise's steps, the last of them that of its delivery, and the day the first was done."""
    made, due = date.fromisoformat(promise["made_on"]), date.fromisoformat(promise["due_at"][:10])
    trial = before(story.as_of + (due - story.as_of) / 2, 0)
    return [max(made, before(story.as_of, 4)), trial, due], max(made, before(story.as_of, 7))
