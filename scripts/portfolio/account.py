"""Accounts: their stories told as snapshots."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from scripts.portfolio.days import SEEN_AT, at, before
from scripts.portfolio.dealings import interactions, surveys
from scripts.portfolio.edges import edge_of
from scripts.portfolio.market import competitors, contracts, documents, needs, opportunities, requests
from scripts.portfolio.people import contacts
from scripts.portfolio.story import Story, draw_story
from scripts.portfolio.team import owners
from scripts.portfolio.turnover import complete_from, efforts, holdings, payments, purchases, usage
from scripts.portfolio.work import commitments, deliveries, milestones, projects, services, tickets


def accounts(seed: int, count: int, as_of: date) -> Iterator[dict[str, Any]]:
    """``count`` accounts as they were known on ``as_of`` at 18:00 in Shanghai, as ``playbook-snapshot/1``.

    An account depends on ``seed``, ``as_of`` and its own number: the first 200 of 10,000 are those of 200.
    """
    for number in range(1, count + 1):
        story = draw_story(seed, number, as_of)
        edge = edge_of(number)
        yield edge.told(tell(edge.story(story)))


def tell(story: Story) -> dict[str, Any]:
    """The snapshot of the account behind ``story``."""
    people, promised, offered, bought = contacts(story), commitments(story), opportunities(story), purchases(story)
    joint = projects(story)
    return _about(story) | {
        "contracts": contracts(story),
        "purchases": bought,
        "holdings": holdings(story),
        "usage": usage(story),
        "payments": payments(story, bought),
        "contacts": people,
        "interactions": interactions(story, people, promised),
        "surveys": surveys(story, people),
        "tickets": tickets(story),
        "deliveries": deliveries(story),
        "services": services(story),
        "commitments": promised,
        "projects": joint,
        "milestones": milestones(story, joint, promised),
        "needs": needs(story),
        "requests": requests(story),
        "opportunities": offered,
        "competitors": competitors(story),
        "efforts": efforts(story),
        "documents": documents(offered, promised),
        "fields": _judged(story),
    }


def _about(story: Story) -> dict[str, Any]:
    since = {"from": complete_from(story.as_of).isoformat()}
    return {
        "format": "playbook-snapshot/1",
        "id": story.id,
        "name": story.company.name,
        "as_of": at(story.as_of, SEEN_AT),
        "language": story.locale,
        "profile": {
            "industry": story.industry.id,
            "size": story.size,
            "business": "cross_border" if story.cross_border else "domestic",
            "region": story.region,
            "country": story.country,
        },
        "relationship": {"started_on": story.started_on.isoformat(), "ended_on": None, "stage": "active"},
        "owners": owners(story),
        "coverage": {"purchases": since, "usage": since},
    }


def _judged(story: Story) -> dict[str, Any]:
    """What our own people say of the account; of some nobody has said anything."""
    dice = story.dice.of("judged")
    budget = {"budget_status": "frozen" if story.has("frozen") else dice.weighted({"free": 90, "unclear": 10})}
    if not story.judged:
        return budget
    return budget | {
        "strategic_fit": story.fit,
        "complementarity": story.complementarity,
        "value_judged_on": before(story.as_of, dice.between(20, 330) if dice.chance(85) else 500).isoformat(),
        "free_capacity": dice.between(10, 60) * 8,
    }
