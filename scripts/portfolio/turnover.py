"""What an account buys, uses, pays and holds: several years by quarter, with the seasons of its industry."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any, Final

from scripts.portfolio.days import months_before, quarter_end, quarters, working_day
from scripts.portfolio.dice import Dice
from scripts.portfolio.story import Sign, Story

YEARS: Final = 3
"""How far back records go."""

_FALLS: Final = (100, 66, 42)
"""Per cent of the usual in the last three complete quarters of who buys or uses less and less."""


def complete_from(as_of: date) -> date:
    """From when on our books are complete; what an account did not buy before it began is known, too: nothing."""
    return date(as_of.year - YEARS, 1, 1)


def first_day(story: Story) -> date:
    """The first day an account has records of: the first of January three years back, or when it began."""
    return max(complete_from(story.as_of), story.started_on)


def purchases(story: Story) -> list[dict[str, Any]]:
    """Purchases by day. What a quarter brings is fixed first and then split, so that its size has one cause."""
    dice = story.dice.of("purchases")
    usual = 8 if story.has("bundling") else dice.weighted({2: 40, 3: 35, 4: 20, 6: 5})
    found: list[dict[str, Any]] = []
    for start, weight in _weights(story, dice, "shrinking"):
        count = usual * _left(story, start, "bundling") // 100
        total = story.revenue * 10 * weight // 4 // count
        days = sorted(working_day(dice, start, 84) for _ in range(count))
        shares = [dice.between(92, 108) for _ in days]
        amounts = [total * share // sum(shares) * count for share in shares]
        for day, amount in zip(days, amounts, strict=True):
            if first_day(story) <= day <= story.as_of:
                found.append(_purchase(story, dice, len(found) + 1, day, amount))
    return found


def _purchase(story: Story, dice: Dice, number: int, day: date, amount: int) -> dict[str, Any]:
    amount = max(100, amount // 100 * 100)
    breadth = min(len(story.industry.products), 1 + story.step)
    return {
        "id": f"P-{number:03}",
        "on": day.isoformat(),
        "amount": f"{amount} {story.currency}",
        "profit": f"{amount * dice.between(12, 34) // 100} {story.currency}",
        "category": story.say(dice.pick(story.industry.products[:breadth])),
    }


def usage(story: Story) -> list[dict[str, Any]]:
    """Hours of use, one record for each complete quarter."""
    dice = story.dice.of("usage")
    size = dice.between(120, 1_800)
    return [
        {"id": f"U-{number:02}", "on": quarter_end(start).isoformat(), "hours": size * weight // 100}
        for number, (start, weight) in enumerate(_weights(story, dice, "unused"), 1)
        if quarter_end(start) <= story.as_of
    ]


def payments(story: Story, bought: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Invoices of the last half-year's purchases, and when they were paid."""
    dice = story.dice.of("payments")
    slow = dice.weighted({0: 70, 12: 22, 35: 8})
    recent = [each for each in bought if each["on"] > months_before(story.as_of, 6).isoformat()]
    return [_payment(story, dice, number, each, slow) for number, each in enumerate(recent, 1)]


def _payment(story: Story, dice: Dice, number: int, purchase: dict[str, Any], slow: int) -> dict[str, Any]:
    invoiced = date.fromisoformat(purchase["on"])
    due = invoiced + timedelta(days=30)
    late = dice.between(slow // 2, slow) if slow else -dice.between(0, 9)
    paid = due + timedelta(days=late)
    done = paid <= story.as_of
    return {
        "id": f"Y-{number:02}",
        "invoiced_on": purchase["on"],
        "due_on": due.isoformat(),
        "paid_on": paid.isoformat() if done else None,
        "amount": purchase["amount"],
        "days_late": max(0, late) if done else max(0, (story.as_of - due).days),
        "status": "paid" if done else "overdue" if due < story.as_of else "open",
    }


def holdings(story: Story) -> list[dict[str, Any]]:
    """The modules the account has, more of them the further the joint work has got."""
    since = first_day(story)
    return [
        {"id": f"H-{number}", "module": story.say(each), "since": since.isoformat(), "until": None, "status": "active"}
        for number, each in enumerate(story.industry.products[: 1 + story.step], 1)
    ]


def efforts(story: Story) -> list[dict[str, Any]]:
    """What serving the account cost in each complete quarter of the last year."""
    dice = story.dice.of("efforts")
    heavy = 3 if story.signs else 1
    starts = [each for each in quarters(months_before(story.as_of, 12), story.as_of) if each >= first_day(story)]
    return [_effort(dice, number, start, heavy) for number, start in enumerate(starts, 1)]


def _effort(dice: Dice, number: int, start: date, heavy: int) -> dict[str, Any]:
    hours = dice.between(8, 60) * heavy
    day = working_day(dice, start, 28).isoformat()
    return {"id": f"E-{number}", "on": day, "kind": "service", "cost": f"{hours * 260} CNY", "hours": hours}


def _weights(story: Story, dice: Dice, sign: Sign) -> Iterator[tuple[date, int]]:
    """Each quarter's first day and its turnover in per cent of an average one: season, growth, chance and ``sign``."""
    starts = list(quarters(first_day(story), story.as_of))
    for number, start in enumerate(starts):
        season = story.industry.season[(start.month - 1) // 3]
        growth = 100 + story.growth * (number - len(starts) + 1)
        yield start, season * growth * dice.between(97, 103) * _left(story, start, sign) // 1_000_000


def _left(story: Story, start: date, sign: Sign) -> int:
    """What is left of the usual, in per cent, in the quarter that begins on ``start``, where ``sign`` is to be seen."""
    if not story.has(sign):
        return 100
    complete = [each for each in quarters(first_day(story), story.as_of) if quarter_end(each) <= story.as_of]
    steps = dict(zip(reversed(complete), reversed(_FALLS), strict=False))
    return steps.get(start, 100 if start in complete else _FALLS[-1])
