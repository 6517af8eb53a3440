"""Settings that can't be meant are told at their word; those of the how-to can be."""

import re
from datetime import timedelta
from pathlib import Path

import pytest

from engine.delivery.invitations import calendar_of, invitation_for
from engine.delivery.settings import SmtpWay
from engine.foundation.problems import InputUnreadable
from engine.foundation.quantities import Limit, Period
from engine.ledger.entries import KeptWork
from engine.lifecycle.folding import after
from engine.lifecycle.sending import Retrying, SendingDays
from tests.delivery.world import settings, unsent
from tests.ledger.world import action, fresh, planned

PAGES = sorted((Path(__file__).parents[2] / "docs").rglob("send-messages.md"))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.parent.parent.name))
def test_the_settings_of_the_how_to_are_what_they_say(page: Path, tmp_path: Path) -> None:
    found = re.search(r"```yaml\n(.*?)```", page.read_text("utf-8"), re.DOTALL)
    assert found is not None
    made = settings(found[1], tmp_path)
    assert made.rules.quiet == (20 * 60, 8 * 60)
    assert made.rules.days == SendingDays(frozenset(range(5)), "CN")
    assert made.rules.caps == (Limit(1, Period(1, "day")), Limit(2, Period(1, "week")))
    assert made.rules.retrying == Retrying(8, timedelta(minutes=5), timedelta(hours=6))
    assert isinstance(made.way("email"), SmtpWay) and made.way("phone").by == "folder"  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("text", "place", "words"),
    [
        ("quiet_hours: 8-20\ntime_zone: Asia/Shanghai", (1, 14), "no stretch of the day"),
        ("at_most: [2 per week, often]\ntime_zone: UTC", (1, 23), "`at_most: often` is no limit"),
        ("time_zone: Asia/Shangai", (1, 12), "no time zone is named"),
        ("channels: {email: {by: pigeon}}", (1, 24), "pigeon"),
        ("channels:\n  email: {by: smtp, host: h}", (2, 10), "mails need `from`"),
        ("channels: {sms: {by: webhook, url: ftp://x, secret_env: S}}", (1, 36), "no address of the web"),
        ("from: nobody", (1, 7), "no mail address"),
        ("working_days: {region: XX}\ntime_zone: UTC", (1, 24), "XX"),
        ("attempts: {first: 5 working days}", (1, 19), "a wait is"),
    ],
)
def test_a_slip_is_told_at_its_word(text: str, place: tuple[int, int], words: str, tmp_path: Path) -> None:
    with pytest.raises(InputUnreadable) as refused:
        settings(text, tmp_path)
    found = [(each.line, each.column) for each in refused.value.problems if words in each.message]
    assert found == [place], refused.value.problems


def test_a_visit_is_an_hour_or_a_day_in_the_calendar_and_goes_with_its_message() -> None:
    timed = action("timed", due="2026-11-21T09:00:00+08:00")
    daily = action("daily", due="2026-11-21")
    state = after(fresh("A"), planned(0, "timed", "daily", opened=(timed, daily), drafted=()))
    kept = [KeptWork("handbook", "A", each, "Acme") for each in state.work.values()]
    calendar = calendar_of(kept).decode()
    assert calendar == calendar_of(kept).decode()
    assert "DTSTART:20261121T010000Z" in calendar and "DTSTART;VALUE=DATE:20261121" in calendar
    invitation = invitation_for(state, unsent("m", action="timed"), "Us <us@example.com>")
    assert invitation is not None
    text = invitation.decode().replace("\r\n ", "")
    assert "METHOD:REQUEST" in text and "UID:timed@playbook" in text and "mailto:w@example.org" in text
    assert invitation_for(state, unsent("m", action="other"), None) is None
