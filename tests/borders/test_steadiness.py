"""Warnings over time: a light that flaps is switched off by its users, one that sticks is believed by nobody."""

from typing import Any

from engine import AccountSnapshot, ActionPlan
from tests.inline import account, action, after, plan, playbook, states


def low(score: float | None = 50, **known: Any) -> AccountSnapshot:
    """An account with a survey; without a score it is not known."""
    survey = {"id": "s", "on": "2026-05-01", "kind": "overall", **({} if score is None else {"score": score})}
    return account(surveys=[survey], **known)


def by(found: ActionPlan) -> dict[str, tuple[str, ...]]:
    """What holds which rule back."""
    return {f"{each.rule}/{each.item}" if each.item else each.rule: tuple(each.by) for each in found.suppressed}


def until(found: ActionPlan) -> str:
    """Until when the first rule is held back, as ISO 8601."""
    moment = found.suppressed[0].until
    assert moment is not None
    return moment.isoformat()


def work(found: ActionPlan) -> list[str]:
    return sorted(each.address.split("/", 1)[1] for each in found.actions)


# -- must_hold -------------------------------------------------------------------------------------------

STEADY = playbook("""
    warnings: {low: {light: red, when: {satisfaction: {below: 70 points}}, must_hold: 7 days, do: [{kind: mail}]}}
""")


def test_what_must_hold_is_pending_on_a_first_run_and_turns_no_light_on() -> None:
    found = plan(STEADY, low(), "2026-05-20 10:00")
    assert (states(found), found.light, by(found), work(found)) == (
        {"low": "pending"}, "green", {"warnings.low": ("must_hold",)}, [],
    )  # fmt: skip
    assert until(found) == "2026-05-27T10:00:00+08:00"


def test_it_fires_once_it_has_held_that_long_and_not_before() -> None:
    known = after(STEADY, (low(), "2026-05-20 10:00"))
    assert states(plan(STEADY, low(), "2026-05-27 09:59", known)) == {"low": "pending"}
    assert states(plan(STEADY, low(), "2026-05-27 10:00", known)) == {"low": "firing"}


def test_missing_data_neither_fires_what_is_pending_nor_forgets_it() -> None:
    known = after(STEADY, (low(), "2026-05-20 10:00"), (low(None), "2026-05-28 10:00"))
    assert [each.state for each in known.episodes] == ["pending"]
    assert states(plan(STEADY, low(), "2026-05-28 10:01", known)) == {"low": "firing"}


def test_a_recovery_in_between_starts_it_anew() -> None:
    known = after(STEADY, (low(), "2026-05-20 10:00"), (low(80), "2026-05-24 10:00"), (low(), "2026-05-25 10:00"))
    assert states(plan(STEADY, low(), "2026-05-28 10:00", known)) == {"low": "pending"}


# -- keep, ends_when, reopen_within ----------------------------------------------------------------------

KEPT = playbook("""
    warnings: {low: {light: red, when: {satisfaction: {below: 70 points}}, keep: 3 days, do: [{kind: mail}]}}
""")


def test_a_kept_warning_stays_for_its_time_and_then_ends() -> None:
    known = after(KEPT, (low(), "2026-05-20 10:00"), (low(80), "2026-05-21 10:00"))
    assert states(plan(KEPT, low(80), "2026-05-24 09:59", known)) == {"low": "keeping"}
    assert states(plan(KEPT, low(80), "2026-05-24 10:00", known)) == {}


def test_a_relapse_while_it_is_kept_is_the_same_episode_with_its_whole_time_again() -> None:
    known = after(KEPT, (low(), "2026-05-20 10:00"), (low(80), "2026-05-21 10:00"), (low(), "2026-05-23 10:00"))
    assert [(each.number, each.ending_since) for each in known.episodes] == [(1, None)]


def test_missing_data_ends_nothing_that_is_kept() -> None:
    known = after(KEPT, (low(), "2026-05-20 10:00"), (low(80), "2026-05-21 10:00"), (low(None), "2026-05-25 10:00"))
    assert [(each.state, each.number) for each in known.episodes] == [("keeping", 1)]


APART = playbook("""
    warnings:
      low:
        light: red
        when: {satisfaction: {below: 70 points}}
        ends_when: {satisfaction: {at_least: 80 points}}
        do: [{kind: mail}]
""")


def test_between_two_thresholds_a_light_stays_as_it_is() -> None:
    assert states(plan(APART, low(75), "2026-05-20")) == {}
    known = after(APART, (low(69), "2026-05-20"))
    assert states(plan(APART, low(75), "2026-05-21", known)) == {"low": "firing"}
    assert states(plan(APART, low(80), "2026-05-21", known)) == {}


OVERLAP = playbook("""
    fields: {settled: {type: truth}}
    warnings:
      low:
        light: red
        when: {satisfaction: {below: 70 points}}
        ends_when: {settled: true}
        do: [{kind: mail}]
""")


def told(score: float, settled: bool | None) -> AccountSnapshot:
    return low(score, **({} if settled is None else {"fields": {"settled": settled}}))


def test_ended_while_its_cause_goes_on_it_begins_again_only_after_the_cause_was_gone() -> None:
    known = after(OVERLAP, (told(50, False), "2026-05-20"), (told(50, True), "2026-05-21"))
    assert states(plan(OVERLAP, told(50, False), "2026-05-22", known)) == {}
    recovered = after(OVERLAP, (told(90, False), "2026-05-22"), history=known)
    found = plan(OVERLAP, told(50, False), "2026-05-23", recovered)
    assert (states(found), action(found, "low").address[-2:]) == ({"low": "firing"}, "/2")


def test_it_does_not_begin_while_nobody_knows_whether_it_has_ended() -> None:
    """It was ended; that its end is not delivered any more opens nothing."""
    known = after(OVERLAP, (told(50, True), "2026-05-20"))
    found = plan(OVERLAP, told(50, None), "2026-05-21", known)
    assert (states(found), found.light_at_worst) == ({}, "red")
    assert [each.needs for each in found.gaps] == [("fields.settled",)]


REOPENED = playbook("""
    warnings:
      low:
        light: red
        when: {satisfaction: {below: 70 points}}
        reopen_within: 7 days
        do:
          - {id: ask, kind: mail, due: 2 days, done_when: {profile.industry: asked}}
          - {id: act, kind: mail, due: 5 days}
""")


def test_reopened_in_time_it_is_the_same_episode_with_its_dates_and_what_was_done() -> None:
    known = after(
        REOPENED,
        (low(), "2026-05-11 10:00"),
        (low(profile={"industry": "asked"}), "2026-05-12 10:00"),
        (low(80), "2026-05-13 10:00"),
    )
    again = plan(REOPENED, low(), "2026-05-20 10:00", known)
    assert work(again) == ["warnings.low/act/A-1//1"]
    assert (again.actions[0].due, again.actions[0].state) == ("2026-05-18", "unchanged")
    later = plan(REOPENED, low(), "2026-05-20 10:01", known)
    assert work(later) == ["warnings.low/act/A-1//2", "warnings.low/ask/A-1//2"]


# -- holding back ----------------------------------------------------------------------------------------

MUTED = playbook("""
    warnings:
      frozen: {light: red, when: {profile.industry: frozen}, mutes: [low]}
      low:
        light: yellow
        when: {satisfaction: {below: 70 points}}
        do: [{kind: mail, due: 2 working days, escalate: late}]
    escalation: {late: {owner: {after: 0 hours, notify: owner}}}
""")


def test_a_muted_warning_begins_nothing_but_its_clock_runs() -> None:
    found = plan(MUTED, low(profile={"industry": "frozen"}), "2026-05-20 10:00")
    assert (states(found), work(found), by(found)) == (
        {"frozen": "firing", "low": "firing"}, [], {"warnings.low": ("mute",)},
    )  # fmt: skip
    known = after(MUTED, (low(profile={"industry": "frozen"}), "2026-05-20 10:00"))
    freed = plan(MUTED, low(profile={"industry": "free"}), "2026-05-21 10:00", known)
    assert [each.due for each in freed.actions] == ["2026-05-22"]


def test_what_was_planned_before_the_mute_stays_and_its_escalation_pauses() -> None:
    known = after(MUTED, (low(profile={"industry": "free"}), "2026-05-20 10:00"))
    found = action(plan(MUTED, low(profile={"industry": "frozen"}), "2026-05-21 10:00", known), "low")
    assert (found.state, found.escalation) == ("unchanged", ())


COOLED = playbook("""
    warnings:
      low: {light: red, when: {satisfaction: {below: 70 points}}, cooldown: 30 days, do: [{kind: mail, due: 2 days}]}
""")


def test_a_cooldown_holds_the_next_episode_back_for_its_whole_time() -> None:
    """Not just on the day it begins: on every day until 30 days after what was planned last."""
    known = after(COOLED, (low(), "2026-05-01 10:00"), (low(80), "2026-05-02 10:00"), (low(), "2026-05-20 10:00"))
    held = plan(COOLED, low(), "2026-05-21 10:00", known)
    assert (work(held), by(held)) == ([], {"warnings.low": ("cooldown",)})
    assert until(held) == "2026-05-31T10:00:00+08:00"
    assert work(plan(COOLED, low(), "2026-05-31 10:00", known)) == ["warnings.low/do/A-1//2"]


def test_a_cooldown_leaves_work_that_is_planned_alone() -> None:
    known = after(COOLED, (low(), "2026-05-01 10:00"))
    assert work(plan(COOLED, low(), "2026-05-02 10:00", known)) == ["warnings.low/do/A-1//1"]


LIMITED = playbook("""
    rules:
      complaint: {each: tickets, where: {status: open}, at_most: 2 per month, do: [{kind: mail}]}
""")


def tickets(*names: str) -> AccountSnapshot:
    return account(tickets=[{"id": name, "status": "open"} for name in names])


def test_at_most_counts_all_records_of_a_rule_those_of_this_run_too() -> None:
    found = plan(LIMITED, tickets("a", "b", "c"), "2026-05-20 10:00")
    assert work(found) == ["rules.complaint/do/A-1/a/1", "rules.complaint/do/A-1/b/1"]
    assert by(found) == {"rules.complaint/c": ("at_most",)}
    assert until(found) == "2026-06-01T00:00:00+08:00"


def test_at_most_stays_full_until_its_period_is_over() -> None:
    known = after(LIMITED, (tickets("a", "b", "c"), "2026-05-20 10:00"))
    assert len(plan(LIMITED, tickets("a", "b", "c"), "2026-05-31 23:59", known).actions) == 2
    assert len(plan(LIMITED, tickets("a", "b", "c"), "2026-06-01 00:00", known).actions) == 3


def test_a_draft_says_what_it_would_do_and_does_nothing() -> None:
    book = playbook("""
        fields: {fit: {type: points}}
        classes: {grade: {status: draft, of: fit, bands: {good: 60 points}}}
        warnings: {low: {status: draft, light: red, when: {satisfaction: {below: 70 points}}, do: [{kind: mail}]}}
    """)
    found = plan(book, low(fields={"fit": 10}), "2026-05-20")
    assert (states(found), found.light, work(found)) == ({}, "green", [])
    assert by(found) == {"classes.grade": ("draft",), "warnings.low": ("draft",)}


# -- data that goes away ---------------------------------------------------------------------------------

LATE = playbook("""
    warnings:
      late:
        light: red
        each: deliveries
        where: {status: late}
        do: [{kind: mail, title: "Explain {{ delivery.name }}", due: 2 days after $delivery.promised_on}]
""")


def deliveries(*known: dict[str, Any]) -> AccountSnapshot:
    return account(deliveries=[{"status": "late", "promised_on": "2026-05-18", **each} for each in known])


def test_a_record_that_is_gone_closes_its_warning_and_a_missing_collection_closes_nothing() -> None:
    known = after(LATE, (deliveries({"id": "d1", "name": "Pump"}), "2026-05-20"))
    gone = plan(LATE, deliveries(), "2026-05-21", known)
    assert (states(gone), gone.light, work(gone)) == ({}, "green", [])
    missing = plan(LATE, account(), "2026-05-21", known)
    assert (states(missing), missing.light) == ({"late/d1": "stale"}, "red")
    assert [(each.title, each.due) for each in missing.actions] == [("Explain d1", "2026-05-20")]
    gap = next(each for each in missing.gaps if each.item == "d1")
    assert (gap.rule, gap.needs) == ("warnings.late", ("deliveries",))


def test_a_record_that_comes_back_is_a_new_episode() -> None:
    one = deliveries({"id": "d1", "name": "Pump"})
    known = after(LATE, (one, "2026-05-20"), (deliveries(), "2026-05-21"), (deliveries(), "2026-05-22"))
    assert work(plan(LATE, one, "2026-05-23", known)) == ["warnings.late/do/A-1/d1/2"]


def test_after_a_month_without_data_somebody_is_asked_to_mend_it() -> None:
    known = after(APART, (low(69), "2026-05-20 10:00"), (low(None), "2026-05-21 10:00"))
    assert work(plan(APART, low(None), "2026-06-20 09:59", known)) == ["warnings.low/do/A-1//1"]
    assert work(plan(APART, low(None), "2026-06-20 10:00", known)) == [
        "warnings.low/do/A-1//1", "warnings.low/repair_data/A-1//1",
    ]  # fmt: skip


def test_work_that_is_done_stays_done_when_its_proof_is_not_delivered_any_more() -> None:
    done = low(profile={"industry": "asked"})
    known = after(REOPENED, (done, "2026-05-11 10:00"))
    assert work(plan(REOPENED, low(), "2026-05-12 10:00", known)) == ["warnings.low/act/A-1//1"]


# -- what reads what -------------------------------------------------------------------------------------

COUNTED = playbook("""
    warnings:
      frozen: {light: red, when: {profile.industry: frozen}, mutes: [low]}
      low: {light: yellow, when: {satisfaction: {below: 70 points}}}
      quiet: {light: yellow, when: {quiet_days: {above: 90 days}}}
      many: {light: red, when: {firing: {light: yellow, at_least: 2}}, mutes: [low, quiet]}
      still: {light: green, when: {previous: {low: firing}}}
""")


def test_muted_warnings_do_not_count_but_what_mutes_by_counting_does_not_undo_itself() -> None:
    assert "many" in states(plan(COUNTED, low(interactions=[], profile={"industry": "free"}), "2026-05-20"))
    assert "many" not in states(plan(COUNTED, low(interactions=[], profile={"industry": "frozen"}), "2026-05-20"))


def test_a_warning_as_it_was_before_this_run_can_be_read() -> None:
    assert "still" not in states(plan(COUNTED, low(), "2026-05-20"))
    known = after(COUNTED, (low(), "2026-05-20"))
    assert set(states(plan(COUNTED, low(80), "2026-05-21", known))) == {"still"}
