"""The world outside the program: accounts whose records change from day to day, feeds that fail, late and broken data.

Everything follows from the seed. What is drawn for a day and an account depends on nothing else, so that a failure can
be looked at with fewer accounts or days.
"""

import json
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from scripts.portfolio.account import accounts
from scripts.portfolio.dice import Dice

Account = dict[str, Any]

ZONE: Final = "+08:00"
COLLECTIONS: Final = (
    "contracts", "purchases", "holdings", "usage", "payments", "contacts", "interactions", "surveys", "tickets",
    "deliveries", "services", "commitments", "projects", "milestones", "needs", "requests", "opportunities",
    "competitors", "efforts", "documents", "fields",
)  # fmt: skip
_MOVING: Final = ("tickets", "contacts", "interactions", "purchases", "surveys", "competitors", "deliveries")
_KINDS: Final = {
    "weekly_call": 20, "call": 20, "mail": 10, "business_review": 20, "executive_meeting": 10, "visit": 20,
}  # fmt: skip


def instant(day: date, hour: int, minute: int = 0) -> str:
    """An instant of the day in the playbook's zone, as snapshots write it."""
    return datetime.combine(day, time(hour, minute)).isoformat() + ZONE


def _alive(account: Account) -> Account:
    """An account with all that the days write into; it may come without."""
    return account | {name: account.get(name) or [] for name in _MOVING} | {"fields": account.get("fields") or {}}


class World:
    """Accounts from ``start`` on. ``today`` moves it on by a day and gives what the feeds deliver then."""

    def __init__(self, seed: int, count: int, start: date) -> None:
        self._seed = seed
        self._truth: dict[str, Account] = {each["id"]: _alive(each) for each in accounts(seed, count, start)}
        self._late: dict[date, list[tuple[str, str, dict[str, Any]]]] = {}
        self.silent: dict[str, date] = {}
        """Accounts none of whose feeds deliver, through a day."""
        self.lacking: dict[str, tuple[str, date]] = {}
        """Accounts that one collection is not delivered for, through a day."""
        self.missing: frozenset[str] = frozenset()
        """Accounts that today's input does not have at all."""
        self.broken: frozenset[str] = frozenset()
        """Accounts whose line can't be used today."""

    @property
    def ids(self) -> list[str]:
        """All accounts, in their order."""
        return list(self._truth)

    def truth(self, account: str) -> Account:
        """An account as it really is, whatever the feeds deliver."""
        return self._truth[account]

    def today(self, day: date) -> list[bytes]:
        """Lets what lies before the morning of ``day`` happen, and gives the lines that the day's input has."""
        for name, account in self._truth.items():
            self._live(account, Dice(f"{self._seed}/{day}/{name}"), day)
        for name, collection, record in self._late.pop(day, ()):
            self._truth[name][collection].append(record)
        drawn = {name: Dice(f"{self._seed}/{day}/{name}/feeds") for name in self._truth}
        self.missing = frozenset(name for name, dice in drawn.items() if dice.of("missing").between(1, 1000) <= 5)
        self.broken = frozenset(name for name, dice in drawn.items() if dice.of("broken").between(1, 1000) <= 5)
        for name, dice in drawn.items():
            self._feeds(name, dice.of("down"), day)
        return list(self._lines(day))

    def _lines(self, day: date) -> Iterator[bytes]:
        for name in self._truth:
            if name in self.missing:
                continue
            delivered = self.delivered(name, day)
            if name in self.broken:
                delivered["tickets"] = [{"id": "T-1"}, {"id": "T-1"}]
            yield json.dumps(delivered, ensure_ascii=False).encode()

    def delivered(self, name: str, day: date) -> Account:
        """An account as the feeds have it today; what is in it goes on changing."""
        account = {key: value for key, value in self._truth[name].items() if key != "as_of"}
        if name in self.silent and day <= self.silent[name]:
            return {key: value for key, value in account.items() if key not in COLLECTIONS}
        if name in self.lacking and day <= self.lacking[name][1]:
            account.pop(self.lacking[name][0], None)
        return account

    def _feeds(self, name: str, dice: Dice, day: date) -> None:
        if name not in self.silent or day > self.silent[name]:
            self.silent.pop(name, None)
            if dice.between(1, 1000) <= 6:
                self.silent[name] = day + timedelta(days=dice.between(0, 4))
        if name not in self.lacking or day > self.lacking[name][1]:
            self.lacking.pop(name, None)
            if dice.between(1, 1000) <= 15:
                self.lacking[name] = (dice.pick(COLLECTIONS), day + timedelta(days=dice.between(0, 6)))

    # -- what happens to an account -----------------------------------------------------------------

    def _live(self, account: Account, dice: Dice, day: date) -> None:
        for happens in (self._tickets, self._talks, self._buys, self._people, self._moods, self._deliveries):
            happens(account, dice.of(happens.__name__), day)

    def _tickets(self, account: Account, dice: Dice, day: date) -> None:
        for ticket in account["tickets"]:
            self._ticket_moves(ticket, dice, day)
        account["tickets"] = [each for each in account["tickets"] if not self._forgotten(each, dice, day)]
        if dice.chance(2):
            kind = dice.weighted({"complaint": 70, "question": 30})
            opened = {
                "id": f"T-{day:%y%m%d}", "title": "系统响应变慢", "kind": kind, "status": "open",
                "priority": "urgent", "opened_at": instant(day - timedelta(days=1), dice.between(8, 17)),
                "confirmed_at": None, "proposed_at": None, "resolved_at": None,
            }  # fmt: skip
            self._record(account, "tickets", opened, dice, day)

    def _ticket_moves(self, ticket: dict[str, Any], dice: Dice, day: date) -> None:
        if ticket["status"] in ("closed", "resolved"):
            return
        for mark, percent in (("confirmed_at", 60), ("proposed_at", 45), ("resolved_at", 30)):
            if ticket.get(mark) is None:
                if dice.chance(percent):
                    ticket[mark] = instant(day - timedelta(days=1), 18)
                    ticket["status"] = "resolved" if mark == "resolved_at" else "in_progress"
                return

    def _forgotten(self, ticket: dict[str, Any], dice: Dice, day: date) -> bool:
        """A ticket that the help desk deletes: mostly an old one, now and then one that is still open."""
        if ticket["status"] in ("closed", "resolved"):
            return ticket["opened_at"] < (day - timedelta(days=120)).isoformat()
        return dice.chance(1)

    def _talks(self, account: Account, dice: Dice, day: date) -> None:
        if day.weekday() > 4 or not dice.chance(12):
            return
        contacts = [each["id"] for each in account["contacts"] if each.get("left_on") is None]
        if contacts:
            talk = {"id": f"I-{day:%y%m%d}", "on": day.isoformat(), "kind": dice.weighted(_KINDS), "direction": "out"}
            self._record(account, "interactions", talk | {"contact_id": dice.pick(contacts)}, dice, day)

    def _buys(self, account: Account, dice: Dice, day: date) -> None:
        if dice.chance(7):
            amount = f"{dice.between(50, 600) * 100} CNY"
            bought = {"id": f"P-{day:%y%m%d}", "on": day.isoformat(), "amount": amount, "category": "主设备"}
            self._record(account, "purchases", bought, dice, day)

    def _people(self, account: Account, dice: Dice, day: date) -> None:
        for contact in account["contacts"]:
            if contact.get("left_on") is not None:
                continue
            if dice.between(1, 2000) <= 2:
                contact["left_on"] = day.isoformat()
            if dice.between(1, 2000) <= 4:
                contact["opt_outs"] = [*(contact.get("opt_outs") or []), dice.pick(("nurture", "email", "all"))]
            if dice.between(1, 2000) <= 2:
                contact["timezone"] = dice.pick(("Europe/London", "America/New_York", "Asia/Shanghai"))

    def _moods(self, account: Account, dice: Dice, day: date) -> None:
        fields = account["fields"]
        if dice.between(1, 1000) <= 4:
            fields["budget_status"] = dice.pick(("free", "frozen", "unclear"))
        if dice.between(1, 1000) <= 12:
            score = dice.between(55, 98)
            said = {"id": f"S-{day:%y%m%d}", "on": day.isoformat(), "kind": "overall", "score": score}
            self._record(account, "surveys", said, dice, day)
        if dice.between(1, 1000) <= 3:
            rival = {"id": f"R-{day:%y%m%d}", "name": "某竞争对手", "entered_on": day.isoformat(), "active": True}
            account["competitors"].append(rival)

    def _deliveries(self, account: Account, dice: Dice, day: date) -> None:
        for delivery in account["deliveries"]:
            if delivery.get("delivered_on") is None and dice.chance(15):
                delivery.update(delivered_on=day.isoformat(), status="delivered")
        if dice.chance(2):
            promised = day + timedelta(days=dice.between(3, 20))
            account["deliveries"].append(
                {"id": f"D-{day:%y%m%d}", "name": "备件批次", "promised_on": promised.isoformat(), "delivered_on": None,
                 "days_late": 0, "status": "open"}
            )  # fmt: skip

    def _record(self, account: Account, collection: str, record: dict[str, Any], dice: Dice, day: date) -> None:
        """A record is in the data at once, or now and then days late."""
        if dice.chance(12):
            told = day + timedelta(days=dice.between(1, 15))
            self._late.setdefault(told, []).append((account["id"], collection, record))
        else:
            account[collection].append(record)
