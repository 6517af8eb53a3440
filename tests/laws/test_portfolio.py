"""Figures over the portfolio against plain fractions: ties, gaps, two currencies, parts and groups of the accounts, and
of the records of all accounts."""

from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import cache
from typing import Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import UNSET

from engine.compiling.compiled import CompiledPlaybook
from engine.evaluation.evaluate import findings_of
from engine.history.model import History
from engine.matching.core import Figure
from engine.matching.explained import Environment, evaluate
from engine.matching.run import Rate, Rates
from engine.messages.portfolio import rankings
from engine.planning.context import Context
from engine.public import planner
from tests.laws.running import NOW, compiled, snapshot
from tests.laws.world import Json

pytestmark = pytest.mark.law

UNKNOWN: Literal["unknown"] = "unknown"
Known = Fraction | int | str | None
RATES = Rates((Rate(date(2026, 1, 1), "USD", "CNY", Decimal("6.9999")),))

VERBS: dict[str, Json] = {
    "top": {"top_percent": "revenue"},
    "place": {"rank": "revenue"},
    "from_below": {"rank": "revenue", "best": "low"},
    "fifth": {"fifths": "revenue"},
    "low_fifth": {"fifths": "revenue", "best": "low"},
    "part": {"share_of_total": "revenue"},
    "through": {"cumulative_share": "revenue"},
    "ahead": {"cumulative_share": "revenue", "own": "left_out"},
    "distance": {"against_average": "revenue"},
    "big": {"share_of_accounts": {"revenue": {"at_least": "100 CNY"}}},
}
PARTS: list[Json] = [{}, {"among": {"kind": "open"}}, {"among": {"size": "large"}}]
GROUPS: list[Json] = [{}, {"over": {"same": "profile.industry"}}, {"over": {"same": ["profile.industry", "size"]}}]


@cache
def playbook(part: int, group: int) -> CompiledPlaybook:
    """Every verb over one part of the portfolio, by one kind of group."""
    book = {
        "playbook": "places",
        "locale": "zh-CN",
        "money": {"report_in": "CNY"},
        "fields": {"kind": {"type": "text"}, "heads": {"type": "number"}},
        "classes": {"size": {"first": {"large": {"heads": {"at_least": 10}}}, "otherwise": "small"}},
        "metrics": {
            "revenue": {"sum": "purchases.amount"},
            **{name: {**verb, **PARTS[part], **GROUPS[group]} for name, verb in VERBS.items()},
        },
    }
    return compiled(book)


amounts = st.sampled_from(["100 CNY", "100 CNY", "0.01 CNY", "-30 CNY", "10 USD", "0.35 USD", "5 EUR", None, "absent"])
purchases = st.lists(amounts, max_size=2) | st.just(["100 CNY"]) | st.just(UNKNOWN)


@st.composite
def accounts(draw: st.DrawFn) -> list[Json]:
    return [_account(draw, at) for at in range(draw(st.integers(1, 9)))]


def _account(draw: st.DrawFn, at: int) -> Json:
    bought, industry = draw(purchases), draw(st.sampled_from(["retail", "retail", "banking", None, UNKNOWN]))
    found: Json = {"id": f"A-{at}", "name": "Acme", "fields": {}, "profile": {}}
    if bought != UNKNOWN:
        found["purchases"] = [_purchase(number, amount) for number, amount in enumerate(bought)]
    if industry != UNKNOWN:
        found["profile"]["industry"] = industry
    for name, values in (("kind", ["open", "shut", None, UNKNOWN]), ("heads", [9, 10, None, UNKNOWN])):
        value = draw(st.sampled_from(values))
        if value != UNKNOWN:
            found["fields"][name] = value
    return found


def _purchase(number: int, amount: str | None) -> Json:
    return {"id": str(number), "on": "2026-01-31", **({} if amount == "absent" else {"amount": amount})}


# -- the same in plain fractions -----------------------------------------------------------------------


def revenue(account: Json) -> Known:
    """In fen; each amount converted and rounded by itself."""
    found = Fraction()
    for each in account.get("purchases", [{}]):
        if "amount" not in each or (each["amount"] or "").endswith("EUR"):
            return UNKNOWN
        if each["amount"] is not None:
            amount, currency = each["amount"].split()
            found += round(Fraction(amount) * 100 * (Fraction("6.9999") if currency == "USD" else 1))
    return found


def belongs(account: Json, part: Json) -> bool | str:
    fields = account["fields"]
    if not part:
        return True
    name = "kind" if "kind" in part["among"] else "heads"
    if name not in fields:
        return UNKNOWN
    return fields[name] == "open" if name == "kind" else (fields[name] or 0) >= 10


def group_of(account: Json, group: Json) -> Any:
    """A group's name, none for an account without one, or unknown."""
    if not group:
        return ()
    industry = account["profile"].get("industry", UNKNOWN)
    if group["over"]["same"] == "profile.industry":
        return industry if industry in (UNKNOWN, None) else (industry,)
    heads = account["fields"].get("heads", UNKNOWN)
    if UNKNOWN in (industry, heads):
        return UNKNOWN
    return None if industry is None else (industry, (heads or 0) >= 10)


def member(account: Json, part: Json, value: Known) -> Known:
    """The value that counts: none of an account that does not belong."""
    inside = belongs(account, part)
    if inside is True:
        return value
    return UNKNOWN if inside == UNKNOWN else None


def expected(name: str, account: Json, everyone: list[Json], part: Json, group: Json) -> Known:
    """One figure of one account, as a fraction of one and not yet rounded."""

    def value_of(each: Json) -> Known:
        value = revenue(each)
        if name == "big" and value != UNKNOWN:
            value = Fraction(value >= 10000)  # type: ignore[operator, arg-type]
        return member(each, part, value)

    own, home = value_of(account), group_of(account, group)
    if home == UNKNOWN or (own == UNKNOWN and name != "big"):
        return UNKNOWN
    if home is None or (own is None and name != "big"):
        return None
    near = [each for each in everyone if group_of(each, group) == home]
    values = [value for value in map(value_of, near) if value not in (None, UNKNOWN)]
    if not values:
        lost = [each for each in everyone if group_of(each, group) in (home, UNKNOWN) and value_of(each) == UNKNOWN]
        lost += [each for each in everyone if group_of(each, group) == UNKNOWN and value_of(each) is not None]
        return UNKNOWN if lost else None
    return measured(name, own, values)


def measured(name: str, own: Any, values: list[Any]) -> Known:
    total, bigger, smaller = sum(values), sum(each > own for each in values) if name != "big" else 0, 0
    if name != "big":
        smaller = sum(each < own for each in values)
    match name:
        case "top":
            return Fraction(bigger, len(values))
        case "place" | "from_below":
            return 1 + (bigger if name == "place" else smaller)
        case "fifth" | "low_fifth":
            better = bigger if name == "fifth" else smaller
            return next(points for points in (5, 4, 3, 2, 1) if better * 5 < len(values) * (6 - points))
        case "part" | "through" | "ahead":
            counted = {
                "part": own,
                "through": sum(each for each in values if each >= own),
                "ahead": sum(each for each in values if each > own),
            }
            return counted[name] / total if total > 0 else None
        case "distance":
            mean = total / len(values)
            return (own - mean) / abs(mean) if mean else None
    return total / len(values)


@given(everyone=accounts(), part=st.integers(0, 2), group=st.integers(0, 2))
def test_portfolio_figures_are_those_of_plain_fractions(everyone: list[Json], part: int, group: int) -> None:
    book = playbook(part, group)
    context = Context(rates=RATES)
    read = [snapshot(each) for each in everyone]
    found = rankings(book, lambda: read, as_of=NOW, context=context)
    evaluation = planner(book, NOW, Context(rates=RATES, rankings=found)).evaluation
    for account, seen in zip(everyone, read, strict=True):
        conclusions = findings_of(evaluation, seen, History.empty()).conclusions
        environment = Environment(book.forest, seen, evaluation.run, conclusions)
        for name in VERBS:
            kind = book.forest.definitions[name].type
            value = evaluate(Figure(name, kind), environment)
            exact = expected(name, account, everyone, PARTS[part], GROUPS[group])
            if isinstance(exact, Fraction):
                exact = round(exact * 10**8)
            assert (UNKNOWN if value is UNSET else value) == exact, (name, account)


# -- records of all accounts ---------------------------------------------------------------------------

WHICH: list[Json] = [{}, {"where": {"kind": "open"}}, {"among": {"kind": "open"}}]
ALIKE: list[Json] = [{}, {"over": {"same": "status"}}, {"over": {"same": "account.profile.industry"}}]
OF_RECORDS = [name for name in VERBS if name != "big"]


@cache
def record_playbook(which: int, alike: int) -> CompiledPlaybook:
    """Every verb over the purchases of all accounts."""
    more = [{}, {"where": {"status": "kept"}}, WHICH[2]][which]
    verbs = {name: {**VERBS[name], "each": "purchases"} for name in OF_RECORDS}
    verbs = {name: {key: "amount" if value == "revenue" else value for key, value in verb.items()}
             for name, verb in verbs.items()}  # fmt: skip
    return compiled(
        {
            "playbook": "records",
            "locale": "zh-CN",
            "money": {"report_in": "CNY"},
            "fields": {"kind": {"type": "text"}, "purchases.status": {"type": "text"}},
            "metrics": {name: {**verb, **more, **ALIKE[alike]} for name, verb in verbs.items()},
        }
    )


@given(everyone=accounts(), which=st.integers(0, 2), alike=st.integers(0, 2), chance=st.randoms(use_true_random=False))
def test_so_are_those_of_the_records_of_all_accounts(everyone: list[Json], which: int, alike: int, chance: Any) -> None:
    for each in (one for account in everyone for one in account.get("purchases", ())):
        status = chance.choice(["kept", "kept", "returned", None, UNKNOWN])
        each["fields"] = {} if status == UNKNOWN else {"status": status}
    book = record_playbook(which, alike)
    read = [snapshot(each) for each in everyone]
    context = Context(rates=RATES, rankings=rankings(book, lambda: read, as_of=NOW, context=Context(rates=RATES)))
    run = planner(book, NOW, context).evaluation.run
    everything = [_in_population(account, which, alike) for account in everyone]
    for account, seen, own in zip(everyone, read, everything, strict=True):
        environment = Environment(book.forest, seen, run, {})
        records = seen.purchases if isinstance(seen.purchases, tuple) else ()
        for record, (value, home) in zip(records, own if "purchases" in account else [], strict=True):
            for name in OF_RECORDS:
                kind = book.forest.definitions[name].type
                bound = environment.binding("purchase", record)
                found = evaluate(Figure(name, kind, "purchase"), bound)
                exact = _stands(name, value, home, [each for members in everything for each in members])
                if isinstance(exact, Fraction):
                    exact = round(exact * 10**8)
                assert (UNKNOWN if found is UNSET else found) == exact, (name, account, record)


def _in_population(account: Json, which: int, alike: int) -> list[tuple[Known, Any]]:
    """Value and group of every record; of an account without the collection, one of which nothing is known."""
    if "purchases" not in account:
        return [(UNKNOWN, UNKNOWN)]
    return [_record(account, each, which, alike) for each in account["purchases"]]


def _record(account: Json, record: Json, which: int, alike: int) -> tuple[Known, Any]:
    status = record["fields"].get("status", UNKNOWN)
    inside: Any = (True, _is(status, "kept"), _is(account["fields"].get("kind", UNKNOWN), "open"))[which]
    value: Known = None
    if inside is not False:
        amount = None if record.get("amount") is None and "amount" in record else revenue({"purchases": [record]})
        # Without an amount it takes no part, whether it would belong or not.
        value = amount if inside is True or amount is None else UNKNOWN
    name = ((), status, account["profile"].get("industry", UNKNOWN))[alike]
    return value, name if name in ((), None, UNKNOWN) else (name,)


def _is(value: Any, wanted: str) -> Any:
    return UNKNOWN if value == UNKNOWN else value == wanted


def _stands(name: str, own: Known, home: Any, everything: list[tuple[Known, Any]]) -> Known:
    if UNKNOWN in (own, home):
        return UNKNOWN
    if own is None or home is None:
        return None
    return measured(name, own, [value for value, group in everything if group == home and value not in (None, UNKNOWN)])
