"""Special cases, one in every eighth account: what data looks like at its edges."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, Final

from scripts.portfolio.days import before, months_before
from scripts.portfolio.story import OTHER, RED, Sign, Story
from scripts.portfolio.words import Named

Account = dict[str, Any]
EVERY: Final = 8

_UNDELIVERED: Final = ("usage", "interactions", "surveys", "tickets", "competitors", "commitments")
_COLLECTIONS: Final = (
    "contracts", "purchases", "holdings", "usage", "payments", "contacts", "interactions", "surveys", "tickets",
    "deliveries", "services", "commitments", "projects", "milestones", "needs", "requests", "opportunities",
    "competitors", "efforts", "documents",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Edge:
    """A special case: what it changes in the story, and what in the records that tell it."""

    id: str
    story: Callable[[Story], Story] = lambda story: story
    told: Callable[[Account], Account] = lambda account: account


def edge_of(number: int) -> Edge:
    """The case that account ``number`` is; most are none."""
    place, rest = divmod(number, EVERY)
    return EDGES[place % len(EDGES)] if rest == EVERY // 2 else _NONE


def _nothing_known(account: Account) -> Account:
    return {key: account[key] for key in ("format", "id", "name")}


def _no_feeds(account: Account) -> Account:
    return {key: value for key, value in account.items() if key not in _UNDELIVERED}


def _no_records(account: Account) -> Account:
    return account | {each: [] for each in _COLLECTIONS} | {"coverage": {}}


def _everybody_left(account: Account) -> Account:
    gone = [each | {"status": "left", "left_on": "2025-03-31"} for each in account["contacts"]]
    return account | {"contacts": gone}


def _handed_over(account: Account) -> Account:
    first, *others = account["contacts"]
    left = first | {"status": "handed_over", "left_on": account["as_of"][:8] + "02"}
    return account | {"contacts": [left, first | {"id": "C-9", "strength": 4}, *others]}


def _opted_out(account: Account) -> Account:
    return account | {"contacts": [each | {"opt_outs": ["all"]} for each in account["contacts"]]}


def _no_addresses(account: Account) -> Account:
    kept = {"id", "name", "role", "influence", "status"}
    return account | {"contacts": [{key: each[key] for key in each if key in kept} for each in account["contacts"]]}


def _second_currency(account: Account) -> Account:
    """Every other purchase is paid in dollars."""
    return account | {"purchases": [_in(each, "USD", 7 if n % 2 else 0) for n, each in enumerate(account["purchases"])]}


def _foreign_currency(account: Account) -> Account:
    """All is paid in a currency that no rate is known of."""
    return account | {"purchases": [_in(each, "ISK", 20) for each in account["purchases"]]}


def _in(purchase: Account, currency: str, divisor: int) -> Account:
    if not divisor:
        return purchase
    changed = {key: f"{int(purchase[key].split()[0]) // divisor} {currency}" for key in ("amount", "profit")}
    return purchase | changed


def _ended(account: Account) -> Account:
    seen = date.fromisoformat(account["as_of"][:10])
    ended = {"ended_on": months_before(seen, 2).isoformat(), "stage": "ended"}
    closed = [each | {"status": "ended", "renewal_intent": "not_renewed"} for each in account["contracts"]]
    return account | {"relationship": account["relationship"] | ended, "contracts": closed}


def _no_end(account: Account) -> Account:
    return account | {"contracts": [each | {"ends_on": None} for each in account["contracts"]]}


def _ends_today(account: Account) -> Account:
    *earlier, last = account["contracts"]
    return account | {"contracts": [*earlier, last | {"ends_on": account["as_of"][:10], "renewal_intent": None}]}


def _leap_day(day: date) -> date:
    """The last 29 February before ``day``."""
    while (day.month, day.day) != (2, 29):
        day -= timedelta(days=1)
    return day


def _thirty_first(day: date) -> date:
    """The last 31st more than two months before ``day``: its months end on the last day of shorter ones."""
    day = months_before(day, 2)
    while day.day != 31:
        day -= timedelta(days=1)
    return day


def _began(begun: Callable[[date], date]) -> Callable[[Story], Story]:
    return lambda story: replace(story, started_on=begun(story.as_of))


def _well(story: Story) -> Story:
    return replace(story, signs=frozenset())


def _called(name: str) -> Callable[[Story], Story]:
    return lambda story: replace(story, company=Named(name, "oddly-named"))


def _everything(story: Story) -> Story:
    wrong: frozenset[Sign] = frozenset(RED) | frozenset(OTHER) - {"unasked", "bundling", "literal"}
    return replace(story, signs=wrong, started_on=months_before(story.as_of, 60), size="large")


_NONE: Final = Edge("none")
EDGES: Final = (
    Edge("leap_day", story=_began(_leap_day)),
    Edge("nothing_known", told=_nothing_known),
    Edge("no_feeds", told=_no_feeds),
    Edge("no_records", told=_no_records),
    Edge("everybody_left", told=_everybody_left),
    Edge("handed_over", story=_well, told=_handed_over),
    Edge("opted_out", story=lambda story: replace(story, signs=frozenset({"complaint", "unhappy"})), told=_opted_out),
    Edge("no_addresses", told=_no_addresses),
    Edge("two_currencies", told=_second_currency),
    Edge("no_rate", told=_foreign_currency),
    Edge("the_31st", story=_began(_thirty_first)),
    Edge("never_contacted", story=lambda story: replace(story, care="none", started_on=before(story.as_of, 36))),
    Edge("ended", told=_ended),
    Edge("odd_name", story=_called("Quill & Söhne “<b>Trading</b>” 'No. 1' 🦊")),
    Edge("odd_chinese_name", story=_called("“棠🌸序” (砚川) 文化\\创意 {{ 工坊 }}")),
    Edge("not_begun", story=lambda story: replace(_well(story), started_on=story.as_of + timedelta(days=12))),
    Edge("began_today", story=_began(lambda day: day)),
    Edge("no_end", told=_no_end),
    Edge("ends_today", told=_ends_today),
    Edge("everything", story=_everything),
)
