"""Nobody is written to who asked not to be, at night, too often, or otherwise than was approved."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some
from msgspec.structs import replace

from engine.foundation.quantities import Limit, Period
from engine.lifecycle.mail import Mail, content_digest
from engine.lifecycle.sending import Go, Never, Retrying, Rules, SendingDays, Standing, Wait, judged, retry_at
from engine.lifecycle.state import Reach
from tests.inline import at
from tests.ledger.world import message

NIGHT = Rules(time_zone="Asia/Shanghai", quiet=(20 * 60, 8 * 60))
OFFICE = Rules(time_zone="Asia/Shanghai", quiet=(18 * 60, 9 * 60), days=SendingDays(frozenset(range(5)), "CN"))
WEEKLY = Rules(time_zone="Asia/Shanghai", caps=(Limit(2, Period(1, "week")),))
FRIDAY = at("2026-11-20 10:00")
OURS = {"contact": None, "person": "li", "role": "manager", "name": "李", "address": "li@example.com", "why": "owner"}


def mail(**changes: Any) -> Mail:
    """A message that needs nobody's word and may go at once."""
    written = message("m", "a", **{"approval": "none", **changes})
    return Mail(message=written, drafted_at=FRIDAY, changed_at=FRIDAY, next_at=FRIDAY)


def standing(*opt_outs: str, zone: str | None = None, gone: bool = False, **more: Any) -> Standing:
    """A contact whose opt-outs are known."""
    return Standing(reach=Reach(contact="C-1", opt_outs=opt_outs, time_zone=zone, gone=gone), **more)


@pytest.mark.parametrize("what", ["email", "service", "all"])
def test_an_opt_out_holds_at_the_moment_of_sending_also_for_service(what: str) -> None:
    assert judged(mail(), standing(what), Rules(), FRIDAY) == Never("opted_out")
    told_us = standing(opt_outs=frozenset({what}))
    assert judged(mail(), told_us, Rules(), FRIDAY) == Never("opted_out")
    assert judged(mail(), standing("sms", "nurture"), Rules(), FRIDAY) == Go()


def test_who_has_left_gets_nothing_more() -> None:
    assert judged(mail(), standing(gone=True), Rules(), FRIDAY) == Never("left")


def test_nurture_waits_while_opt_outs_are_unknown_and_service_does_not() -> None:
    unknown = Standing(reach=Reach(contact="C-1"))
    assert judged(mail(**{"class": "nurture"}), unknown, Rules(), FRIDAY) == Wait("opt_outs_unknown")
    assert judged(mail(), unknown, Rules(), FRIDAY) == Go()


def test_a_message_goes_as_it_was_approved_or_not_at_all() -> None:
    drafted = mail(approval="required")
    assert judged(drafted, standing(), Rules(), FRIDAY) == Wait("approval")
    approved = replace(drafted, state="approved", approved_digest=content_digest(drafted.message))
    assert judged(approved, standing(), Rules(), FRIDAY) == Go()
    altered = replace(approved, message=replace(approved.message, body="something else"))
    assert judged(altered, standing(), Rules(), FRIDAY) == Wait("changed")


def test_nothing_goes_before_its_time_or_while_its_action_waits() -> None:
    later = replace(mail(), next_at=FRIDAY + timedelta(hours=1))
    assert judged(later, standing(), Rules(), FRIDAY) == Wait("later", later.next_at)
    assert judged(replace(later, next_at=None), standing(), Rules(), FRIDAY) == Wait("action")


def test_quiet_hours_are_those_of_the_contact() -> None:
    night_there = at("2026-11-20 22:00")  # 09:00 in New York
    assert judged(mail(), standing(), NIGHT, night_there) == Wait("quiet_hours", at("2026-11-21 08:00"))
    assert judged(mail(), standing(zone="America/New_York"), NIGHT, night_there) == Go()
    assert judged(mail(), standing(), NIGHT, at("2026-11-20 20:00")) == Wait("quiet_hours", at("2026-11-21 08:00"))
    morning = judged(mail(), standing(zone="America/New_York"), NIGHT, FRIDAY)
    assert morning == Wait("quiet_hours", datetime(2026, 11, 20, 13, tzinfo=UTC))
    assert judged(mail(), standing(zone="Nowhere/Else"), NIGHT, night_there) == Wait(
        "quiet_hours", at("2026-11-21 08:00")
    )


def test_public_holidays_are_no_days_to_write_on_and_days_worked_instead_are() -> None:
    before_holidays = replace(mail(), next_at=at("2026-09-30 18:00"))
    assert judged(before_holidays, standing(), OFFICE, at("2026-09-30 18:00")) == Wait(
        "quiet_hours", at("2026-10-08 09:00")
    )
    worked_sunday = at("2026-09-20 10:00")
    assert judged(replace(mail(), next_at=worked_sunday), standing(), OFFICE, worked_sunday) == Go()


def test_our_own_people_are_told_at_any_hour() -> None:
    assert judged(mail(to=OURS), Standing(), OFFICE, at("2026-11-21 23:00")) == Go()


def test_a_contact_gets_so_much_a_week_over_all_and_service_is_not_held_back() -> None:
    nurture = mail(**{"class": "nurture"})
    once = standing(received=(at("2026-11-16 09:00"), at("2026-11-15 23:00")))
    assert judged(nurture, once, WEEKLY, FRIDAY) == Go()
    twice = standing(received=(at("2026-11-16 09:00"), at("2026-11-19 09:00")))
    assert judged(nurture, twice, WEEKLY, FRIDAY) == Wait("cap", at("2026-11-23 00:00"))
    assert judged(mail(), twice, WEEKLY, FRIDAY) == Go()


@given(some.integers(0, 330 * 24 * 60), some.sampled_from([NIGHT, OFFICE]),
       some.sampled_from(["Asia/Shanghai", "Europe/Berlin", "America/New_York"]))  # fmt: skip
def test_what_waits_for_the_end_of_quiet_hours_goes_at_it_and_no_second_before(
    minutes: int, rules: Rules, zone: str
) -> None:
    now = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    asked, contact = replace(mail(), next_at=now), standing(zone=zone)
    found = judged(asked, contact, rules, now)
    if isinstance(found, Wait):
        assert found.until is not None
        assert judged(asked, contact, rules, found.until) == Go()
        assert judged(asked, contact, rules, found.until - timedelta(seconds=1)) == found


def test_each_wait_is_twice_as_long_up_to_the_longest_and_not_all_come_back_at_once() -> None:
    retrying = Retrying(at_most=6, first=timedelta(minutes=5), longest=timedelta(hours=1))
    for attempt, minutes in enumerate((5, 10, 20, 40, 60), start=1):
        waits = {retry_at(f"m-{each}", attempt, FRIDAY, retrying) for each in range(20)}
        assert len(waits) > 10
        for again in waits:
            assert again is not None
            assert timedelta(minutes=minutes * 3 / 4) <= again - FRIDAY <= timedelta(minutes=minutes)
    assert retry_at("m", 1, FRIDAY, retrying) == retry_at("m", 1, FRIDAY, retrying)
    assert retry_at("m", 6, FRIDAY, retrying) is None
