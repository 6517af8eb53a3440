"""Figures at their borders: one step beside the line an account is treated wrongly, and nobody sees why."""

from datetime import date
from typing import Any

import pytest

from engine import AccountFailed
from tests.inline import account, after, gaps, plan, playbook, states

SATISFIED = playbook("""
    parameters: {floor: 70 points}
    warnings: {low: {light: yellow, when: {satisfaction: {below: $floor}}}}
""")


def surveyed(score: float) -> dict[str, Any]:
    return {"surveys": [{"id": "s", "on": "2026-05-01", "kind": "overall", "score": score}]}


@pytest.mark.parametrize(("score", "expected"), [(69.9, {"low": "firing"}), (70, {}), (69.999999, {"low": "firing"})])
def test_satisfaction_of_69_9_is_below_70_points_and_70_is_not(score: float, expected: dict[str, str]) -> None:
    assert states(plan(SATISFIED, account(**surveyed(score)), "2026-05-20")) == expected


# -- falling quarters (H-15) -----------------------------------------------------------------------------

FALLING = playbook("""
    metrics: {fallen: {falling_streak: purchases.amount, per: quarter, by: 15%}}
    warnings: {falling: {light: yellow, when: {fallen: {at_least: 2}}}}
""")


def bought(*quarters: str | None, covered: dict[str, str] | None = None) -> Any:
    """Purchases by quarter of 2025, one each, none where there is none."""
    days = ("2025-03-31", "2025-04-01", "2025-09-30", "2025-12-31")
    purchases = [
        {"id": day, "on": day, "amount": f"{amount} CNY"} for day, amount in zip(days, quarters, strict=True) if amount
    ]
    return account(purchases=purchases, coverage={"purchases": covered or {"from": "2025-01-01"}})


@pytest.mark.parametrize(
    ("quarters", "expected"),
    [
        (("1000", "1000", "850", "722.50"), {"falling": "firing"}),
        (("1000", "1000", "850", "722.51"), {}),
        (("1000", "1000", "850.01", "700"), {}),
        (("1000", "850", "722.50", "700"), {}),
    ],
    ids=["15 % twice", "15 % and then not quite", "not quite and then more", "twice, but not the last two"],
)
def test_only_two_falls_of_15_percent_in_a_row_count(quarters: tuple[str, ...], expected: dict[str, str]) -> None:
    assert states(plan(FALLING, bought(*quarters), date(2026, 1, 1))) == expected


def test_a_quarter_counts_once_it_is_over() -> None:
    falling = bought("1000", "1000", "850", "722.50")
    assert states(plan(FALLING, falling, date(2025, 12, 31))) == {}
    assert states(plan(FALLING, falling, date(2026, 1, 1))) == {"falling": "firing"}


def test_a_covered_quarter_without_purchases_is_a_fall_and_ends_the_streak_after_it() -> None:
    assert states(plan(FALLING, bought("1000", "1000", "850", None), date(2026, 1, 1))) == {"falling": "firing"}
    assert states(plan(FALLING, bought("1000", "850", None, None), date(2026, 1, 1))) == {}


def test_a_quarter_the_data_does_not_cover_changes_no_light() -> None:
    """Neither does it turn yellow on half the data, nor does a yellow light go out when data goes missing."""
    falling = bought("1000", "1000", "850", "722.50")
    uncovered = bought("1000", None, "850", "722.50", covered={"from": "2025-07-01"})
    fresh = plan(FALLING, uncovered, date(2026, 1, 1))
    assert (fresh.light, fresh.light_at_worst) == ("green", "yellow")
    assert gaps(fresh) == {"warnings.falling": ("purchases from 2025-04-01 to 2025-06-30",)}
    known = after(FALLING, (falling, "2026-01-01"))
    assert states(plan(FALLING, uncovered, date(2026, 1, 2), known)) == {"falling": "stale"}


# -- the age of a relationship (H-07) --------------------------------------------------------------------

PHASES = playbook("""
    classes:
      phase:
        of: relationship_age
        bands: {start: 0 months, stable: 3 months, expand: 12 months}
        below: lowest
""")


@pytest.mark.parametrize(
    ("started_on", "day", "phase"),
    [
        ("2026-01-15", date(2026, 4, 14), "start"),
        ("2026-01-15", date(2026, 4, 15), "stable"),
        ("2025-08-31", date(2025, 11, 29), "start"),
        ("2025-08-31", date(2025, 11, 30), "stable"),
        ("2025-11-30", date(2026, 2, 27), "start"),
        ("2025-11-30", date(2026, 2, 28), "stable"),
        ("2024-02-29", date(2025, 2, 27), "stable"),
        ("2024-02-29", date(2025, 2, 28), "expand"),
        ("2023-02-28", date(2024, 2, 27), "stable"),
        ("2023-02-28", date(2024, 2, 28), "expand"),
        ("2026-05-21", date(2026, 5, 20), "start"),
    ],
)
def test_phases_change_on_the_day_that_completes_the_month(started_on: str, day: date, phase: str) -> None:
    found = plan(PHASES, account(relationship={"started_on": started_on}), day)
    assert found.classes["phase"].value == phase


# -- nobody ever called ----------------------------------------------------------------------------------

QUIET = playbook("""
    metrics: {since_contact: {days_since: interactions.on}}
    warnings:
      quiet: {light: yellow, when: {quiet_days: {above: 90 days}}}
      late: {light: yellow, when: {since_contact: {above: 90 days}}}
""")


@pytest.mark.parametrize(
    ("known", "expected"),
    [
        ({"interactions": []}, {"quiet": "firing"}),
        ({"interactions": None}, {"quiet": "firing"}),
        ({"interactions": [{"id": "i", "on": "2026-02-19"}]}, {}),
        ({"interactions": [{"id": "i", "on": "2026-02-18"}]}, {"quiet": "firing", "late": "firing"}),
        ({"interactions": [{"id": "i", "on": "2026-05-21"}]}, {"quiet": "firing"}),
    ],
    ids=["never", "known none", "90 days ago", "91 days ago", "only tomorrow"],
)
def test_an_account_nobody_ever_contacted_is_quiet(known: dict[str, Any], expected: dict[str, str]) -> None:
    assert states(plan(QUIET, account(**known), "2026-05-20")) == expected


def test_where_contacts_are_not_delivered_nobody_knows_whether_an_account_is_quiet() -> None:
    found = plan(QUIET, account(), "2026-05-20")
    assert states(found) == {}
    assert gaps(found) == {"warnings.quiet": ("interactions",), "warnings.late": ("interactions",)}


# -- absent, none, empty ---------------------------------------------------------------------------------

MISSING = playbook("""
    metrics: {open_tickets: {count: tickets}, score: {average: surveys.score}}
    warnings:
      no_tickets: {light: green, when: {open_tickets: 0}}
      no_score: {light: green, when: {score: {present: false}}}
      no_industry: {light: green, when: {profile.industry: {present: false}}}
      unknown_industry: {light: green, when: {profile.industry: {known: false}}}
      other_industry: {light: green, when: {profile.industry: {is_not: retail}}}
""")


@pytest.mark.parametrize(
    ("known", "expected"),
    [
        ({}, {"unknown_industry"}),
        ({"tickets": None, "surveys": None}, {"unknown_industry", "no_tickets", "no_score"}),
        ({"tickets": [], "surveys": []}, {"unknown_industry", "no_tickets", "no_score"}),
        ({"profile": {"industry": None}}, {"no_industry", "other_industry"}),
        ({"profile": {"industry": "retail"}}, set()),
        ({"surveys": [{"id": "s", "score": None}]}, {"unknown_industry", "no_score"}),
        ({"surveys": [{"id": "s"}]}, {"unknown_industry"}),
    ],
    ids=["absent", "null", "empty", "field null", "field there", "score null", "score absent"],
)
def test_absent_is_unknown_and_null_is_none(known: dict[str, Any], expected: set[str]) -> None:
    assert set(states(plan(MISSING, account(**known), "2026-05-20"))) == expected


# -- parameters by date and class ------------------------------------------------------------------------

DATED = playbook("""
    parameters: {floor: {dated: {2026-01-01: 60 points, 2026-07-01: 70 points}}}
    warnings: {low: {light: yellow, when: {satisfaction: {below: $floor}}}}
""")


@pytest.mark.parametrize(("day", "expected"), [(date(2026, 6, 30), {}), (date(2026, 7, 1), {"low": "firing"})])
def test_a_dated_parameter_changes_on_its_day(day: date, expected: dict[str, str]) -> None:
    assert states(plan(DATED, account(**surveyed(65)), day)) == expected


def test_before_the_first_date_what_uses_a_parameter_is_unknown_and_says_so() -> None:
    found = plan(
        DATED, account(surveys=[{"id": "s", "on": "2025-05-01", "kind": "overall", "score": 10}]), date(2025, 12, 31)
    )
    assert states(found) == {}
    assert gaps(found) == {"warnings.low": ("$floor",)}


def test_a_length_before_its_first_date_leaves_the_entry_undecided() -> None:
    """Without its `must_hold` an alarm would go off at once."""
    book = playbook("""
        parameters: {steady: {dated: {2026-06-01: 7 days}}}
        warnings: {low: {light: yellow, when: {satisfaction: {below: 70 points}}, must_hold: $steady}}
    """)
    found = plan(book, account(**surveyed(10)), "2026-05-20")
    assert (states(found), found.light_at_worst, gaps(found)) == ({}, "yellow", {"warnings.low": ("$steady",)})


def test_lengths_may_differ_by_class() -> None:
    book = playbook("""
        parameters: {within: {by: size, values: {key: 4 hours}, otherwise: 2 days}}
        classes: {size: {first: {key: {profile.size: large}}, otherwise: other}}
        rules: {help: {when: {profile.industry: retail}, do: [{kind: mail, due: $within}]}}
    """)
    due = {size: plan(book, account(profile={"size": size, "industry": "retail"}), "2026-05-20 10:00").actions[0].due
           for size in ("large", "small")}  # fmt: skip
    assert due == {"large": "2026-05-20T14:00:00+08:00", "small": "2026-05-22"}


# -- classes ---------------------------------------------------------------------------------------------

TABLE = playbook("""
    fields: {fit: {type: points}}
    classes:
      grade: {of: fit, bands: {fair: 60 points, good: 80 points}}
      kind: {choose: {big: {profile.size: large}, retail: {profile.industry: retail}}}
""")


def failure(**known: Any) -> str:
    with pytest.raises(AccountFailed) as failed:
        plan(TABLE, account(**known), "2026-05-20")
    return failed.value.problem.code


def test_an_account_below_the_lowest_band_fails_alone_and_by_name() -> None:
    assert failure(fields={"fit": 59.9}) == "PB706"
    found = plan(TABLE, account(fields={"fit": 60}), "2026-05-20")
    assert found.classes["grade"].value == "fair"
    assert plan(TABLE, account(fields={"fit": None}), "2026-05-20").classes["grade"].value is None


def test_two_rows_of_a_table_that_both_hold_are_no_coin_to_toss() -> None:
    assert failure(profile={"size": "large", "industry": "retail"}) == "PB707"


def test_one_possible_row_decides_although_data_is_missing() -> None:
    found = plan(TABLE, account(profile={"size": "small"}), "2026-05-20").classes["kind"]
    assert (found.value, found.possible) == ("retail", ())


def test_missing_data_gives_no_class_to_an_account_that_had_none() -> None:
    known = after(TABLE, (account(profile={"size": "small", "industry": "finance"}), "2026-05-20"))
    assert plan(TABLE, account(profile={"size": "small"}), "2026-05-21", known).classes["kind"].value is None


def test_rows_that_agree_decide_whatever_is_unknown() -> None:
    book = playbook("classes: {care: {first: {high: {profile.size: large}}, otherwise: high}}")
    assert plan(book, account(), "2026-05-20").classes["care"].value == "high"


def test_bands_may_be_written_in_any_order() -> None:
    book = playbook("""
        parameters: {good_from: 80 points, fair_from: {dated: {2026-01-01: 60 points, 2026-06-01: 65 points}}}
        fields: {fit: {type: points}}
        metrics: {worth: {points: fit, bands: {90: $good_from, 10: 0 points, 50: $fair_from}}}
        classes: {grade: {of: fit, bands: {good: $good_from, poor: 0 points, fair: $fair_from}}}
        warnings: {middling: {light: green, when: {worth: 50 points}}}
    """)
    found = plan(book, account(fields={"fit": 70}), "2026-05-20")
    assert (found.classes["grade"].value, states(found)) == ("fair", {"middling": "firing"})


def test_a_count_is_held_against_a_mean_as_the_figures_they_are() -> None:
    """3 tickets against 2.5 on average: not 3 against 2,500,000."""
    book = playbook("""
        metrics: {tickets_now: {count: tickets}, usual: {average: purchases.quantity}}
        warnings: {many: {light: green, when: {tickets_now: {above: $usual}}}}
    """)
    tickets = [{"id": f"t{number}"} for number in range(3)]
    purchases = [{"id": "a", "on": "2026-01-01", "quantity": 2}, {"id": "b", "on": "2026-01-02", "quantity": 3}]
    assert states(plan(book, account(tickets=tickets, purchases=purchases), "2026-05-20")) == {"many": "firing"}
    assert states(plan(book, account(tickets=tickets[:2], purchases=purchases), "2026-05-20")) == {}


def test_a_mean_of_days_keeps_its_fraction() -> None:
    """Deliveries late by 2 and 3 days are more than 2 days late on average."""
    book = playbook("""
        metrics:
          delay: {each: deliveries, days_between: [promised_on, delivered_on]}
          usual_delay: {average: deliveries.delay}
        warnings: {slow: {light: green, when: {usual_delay: {above: 2 days}}}}
    """)
    late = [
        {"id": "a", "promised_on": "2026-05-01", "delivered_on": "2026-05-03"},
        {"id": "b", "promised_on": "2026-05-01", "delivered_on": "2026-05-04"},
    ]
    assert states(plan(book, account(deliveries=late), "2026-05-20")) == {"slow": "firing"}


def test_a_share_divided_by_a_number_stays_a_share() -> None:
    book = playbook("""
        metrics:
          complaints: {share: tickets, where: {kind: complaint}}
          per_contact: {ratio: [complaints, people]}
          people: {count: contacts}
        warnings: {much: {light: green, when: {per_contact: 25%}}}
    """)
    tickets = [{"id": "a", "kind": "complaint"}, {"id": "b", "kind": "question"}]
    found = plan(book, account(tickets=tickets, contacts=[{"id": "p"}, {"id": "q"}]), "2026-05-20")
    assert states(found) == {"much": "firing"}
