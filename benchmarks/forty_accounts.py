"""Accounts for ``matching.py``, made up but always the same."""

import random
from collections.abc import Callable
from datetime import timedelta, timezone
from typing import Any

from forty_rules import AS_OF, ROLES, TODAY
from msgspec import UNSET

from engine.foundation.quantities import Money, Number
from engine.snapshots.model import (
    AccountSnapshot,
    Contact,
    Contract,
    Delivery,
    Interaction,
    Payment,
    Profile,
    Purchase,
    Relationship,
    Survey,
    Ticket,
    Usage,
)


class Made:
    """Accounts of 10 to 40 records; now and then something is none, unknown, or in another currency."""

    def __init__(self, seed: int) -> None:
        self._chance = random.Random(seed)

    def _one(self, *values: Any) -> Any:
        rare = self._chance.random()
        return UNSET if rare < 0.005 else None if rare < 0.02 else self._chance.choice(values)

    def _day(self, back: int = 500) -> Any:
        return self._one(*(TODAY - timedelta(self._chance.randrange(back)) for _ in range(2)))

    def _money(self) -> Any:
        return self._one(
            *[Money(self._chance.randrange(10**7), "CNY")] * 9, Money(self._chance.randrange(10**6), "USD")
        )

    def _number(self, most: int) -> Any:
        return self._one(Number(self._chance.randrange(most * 10**6)))

    def _instant(self) -> Any:
        # With an offset object of its own, as a decoder makes them.
        offset = timezone(timedelta(hours=8))
        return self._one((AS_OF - timedelta(hours=self._chance.randrange(8000))).astimezone(offset))

    def _several(self, most: int, make: Callable[[str], Any]) -> tuple[Any, ...]:
        return tuple(make(f"{index:03}") for index in range(self._chance.randint(most // 4, most)))

    def account(self, index: int) -> AccountSnapshot:
        """An account; equal for equal seeds."""
        kinds = ("service", "product", "nps")
        statuses = ("open", "closed", "closed", "pending")
        return AccountSnapshot(
            id=f"A-{index}",
            name=f"{self._chance.choice(('Blue', 'Red'))} {self._chance.choice(('Group', 'Works'))} {index}",
            profile=Profile(
                industry=self._one("finance", "retail", "public"),
                size=self._one("large", "small"),
                plan=self._one("trial", "full"),
                region=self._one("north", "south"),
            ),
            relationship=Relationship(started_on=self._day(2000)),
            contracts=self._several(3, self._contract),
            purchases=self._several(12, self._purchase),
            usage=self._several(5, lambda id_: Usage(id=id_, on=self._day(120), count=self._number(50))),
            payments=self._several(
                4,
                lambda id_: Payment(
                    id=id_,
                    invoiced_on=self._day(),
                    amount=self._money(),
                    days_late=self._number(40),
                    status=self._one("paid", "overdue"),
                ),
            ),
            contacts=self._several(6, self._contact),
            interactions=self._several(
                5, lambda id_: Interaction(id=id_, on=self._day(), kind=self._one("visit", "call", "meeting"))
            ),
            surveys=self._several(
                4,
                lambda id_: Survey(
                    id=id_, on=self._day(), kind=self._one(*kinds), score=self._number(100), nps=self._number(100)
                ),
            ),
            tickets=self._several(
                5,
                lambda id_: Ticket(
                    id=id_,
                    kind=self._one("complaint", "question"),
                    status=self._one(*statuses),
                    priority=self._one("urgent", "normal"),
                    opened_at=self._instant(),
                    first_response=self._number(20),
                ),
            ),
            deliveries=self._several(
                3, lambda id_: Delivery(id=id_, days_late=self._number(3), status=self._one("done", "done", "open"))
            ),
        )

    def _contract(self, id_: str) -> Contract:
        return Contract(
            id=id_,
            kind=self._one("solution", "single"),
            status=self._one("active", "ended"),
            signed_on=self._day(),
            ends_on=self._one(TODAY + timedelta(self._chance.randrange(400))),
            renewal_intent=self._one("unclear", "yes"),
        )

    def _purchase(self, id_: str) -> Purchase:
        category = self._one("hardware", "software", "service")
        return Purchase(id=id_, on=self._day(), amount=self._money(), profit=self._money(), category=category)

    def _contact(self, id_: str) -> Contact:
        return Contact(
            id=id_,
            role=self._one(*ROLES),
            influence=self._one("high", "low"),
            strength=self._one(*(Number(each * 10**6) for each in range(1, 6))),
            status=self._one("active", "active", "left"),
            left_on=self._one(None, TODAY - timedelta(self._chance.randrange(200))),
            opt_outs=self._one(None, ("email",), ("all",)),
        )
