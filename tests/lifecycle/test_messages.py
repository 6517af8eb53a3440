"""What becomes of drafted messages when their account is planned again: nobody gets one twice, or one too many."""

from typing import Any

import pytest

from engine import CompiledPlaybook
from engine.lifecycle import deciding, events
from engine.lifecycle.folding import after
from engine.lifecycle.mail import content_digest
from engine.lifecycle.putting_off import Office
from engine.lifecycle.reconcile import Origin, Reconciled, play_digests, reconcile
from engine.lifecycle.state import AccountState
from engine.planning.team import Team
from tests.inline import account, at, playbook, run

BOOK = """
    locale: en-US
    fields: {{mood: {{one_of: [good, bad]}}}}
    roles: {{theirs: {{buyer: {{}}}}}}
    warnings:
      {rule}: {{light: yellow, when: {{mood: bad}}, do: [{{kind: message, id: write, send: {content}}}]{more}}}
    content:
      {content}: {{kind: message, channel: email, to: {{role: buyer}}, subject: Hello, body: {text}{renamed}}}
"""
LI: dict[str, Any] = {"id": "C-1", "name": "Li", "role": "buyer", "email": "li@acme.example", "opt_outs": []}


def book(
    text: str = "Dear", rule: str = "low", content: str = "note", more: str = "", renamed: str = ""
) -> CompiledPlaybook:
    return playbook(BOOK.format(rule=rule, content=content, text=text, more=more, renamed=renamed))


def planned(
    state: AccountState, ours: CompiledPlaybook, day: str, *contacts: dict[str, Any], mood: str = "bad"
) -> tuple[AccountState, Reconciled]:
    known = account(fields={"mood": mood}, contacts=list(contacts))
    found = reconcile(state, run(ours, known, day, state.history), play_digests(ours))
    return after(state, found.event(Origin("r", at(day), "", "", ""))), found


def drafted() -> AccountState:
    return planned(AccountState(playbook="inline", account="A-1"), book(), "2026-11-20", LI)[0]


def one(state: AccountState) -> Any:
    (mail,) = state.mail.values()
    return mail


def approved() -> AccountState:
    state = drafted()
    message = one(state).message
    return after(
        state, events.Approved(at=at("2026-11-21"), by="wang", message=message.id, digest=content_digest(message))
    )


def test_a_draft_is_written_anew_and_what_was_approved_stays_as_it_was_read() -> None:
    state, found = planned(drafted(), book("Hello"), "2026-11-22", LI)
    assert len(found.drafted) == 1
    assert one(state).message.body == "Hello\n"
    state, found = planned(approved(), book("Hello"), "2026-11-22", LI)
    assert found.drafted == ()
    assert one(state).message.body == "Dear\n"


def test_what_a_contact_does_not_want_is_taken_back_even_if_it_was_approved() -> None:
    state, _ = planned(approved(), book(), "2026-11-22", LI | {"opt_outs": ["email"]})
    assert (one(state).state, one(state).why) == ("withdrawn", "opted_out")
    assert state.reach["C-1"].opt_outs == ("email",)
    state, _ = planned(approved(), book(), "2026-11-22", LI | {"status": "left"})
    assert (one(state).state, one(state).why) == ("withdrawn", "left")
    state, _ = planned(approved(), book(), "2026-11-22")
    assert (one(state).state, one(state).why) == ("withdrawn", "left")


def test_an_opt_out_that_is_not_told_again_still_holds() -> None:
    state, _ = planned(drafted(), book(), "2026-11-22", LI | {"opt_outs": ["nurture"]})
    unknown = {name: value for name, value in LI.items() if name != "opt_outs"}
    state, _ = planned(state, book(), "2026-11-23", unknown)
    assert state.reach["C-1"].opt_outs == ("nurture",)


def test_nothing_new_is_written_to_who_is_known_to_have_left_and_the_plan_says_so() -> None:
    """The feed says nothing of the contact today; what it said before still holds."""
    state, _ = planned(drafted(), book(), "2026-11-22", LI | {"status": "left"}, mood="good")
    for day in ("2026-11-24", "2026-11-25"):
        state, found = planned(state, book(), day, LI)
        assert (found.drafted, found.withdrawn, found.plan.messages) == ((), (), ())
        assert [(each.contact, each.why, each.name) for each in found.plan.not_sent] == [("C-1", "left", "Li")]


def test_what_closing_work_would_have_sent_is_taken_back_and_drafted_again_when_it_reopens() -> None:
    reopening = book(more=", reopen_within: 7 days")
    state, _ = planned(AccountState(playbook="inline", account="A-1"), reopening, "2026-11-20", LI)
    state, _ = planned(state, reopening, "2026-11-22", LI, mood="good")
    assert (one(state).state, one(state).why) == ("withdrawn", "cause_ended")
    state, found = planned(state, reopening, "2026-11-23", LI)
    assert [each.state for each in found.plan.actions] == ["new"]
    assert one(state).state == "drafted"


LETTERS = """
    locale: en-US
    fields: {mood: {one_of: [good, bad]}}
    roles: {theirs: {buyer: {}}}
    warnings: {low: {light: yellow, when: {mood: bad}, do: [regain]}}
    plays:
      regain:
        tasks:
          call: {kind: call, title: Call, due: 1 working day}
          write: {kind: message, title: Write, send: note, due: 3 working days, NEEDS}
    content:
      note: {kind: message, channel: email, to: {role: buyer}, subject: Hello, body: TEXT}
"""


def letters(text: str = "Dear", needs: str = "") -> CompiledPlaybook:
    return playbook(LETTERS.replace("TEXT", text).replace("NEEDS", needs))


def put_off(state: AccountState, task: str, until: str, ours: CompiledPlaybook) -> AccountState:
    (work,) = (each for each in state.work.values() if each.action.task == task)
    office = Office.on(ours, Team(), at("2026-11-20"))
    said = deciding.snoozed(state, work, "wang", at("2026-11-20"), at(until), "they are travelling", office)
    assert said is not None
    return after(state, said)


def test_nobody_hears_of_work_before_it_is_due_again_that_was_put_off() -> None:
    state, _ = planned(AccountState(playbook="inline", account="A-1"), letters(), "2026-11-20 12:00", LI)
    assert one(state).next_at == at("2026-11-20 12:00")
    state = put_off(state, "write", "2026-12-02 12:00", letters())
    assert one(state).next_at == at("2026-12-02 12:00")
    state, found = planned(state, letters("Hello"), "2026-11-23", LI)
    assert (one(state).message.body, one(state).next_at) == ("Hello\n", at("2026-12-02 12:00"))
    assert [each.send_after for each in found.plan.messages] == [at("2026-12-02 12:00")]
    state, found = planned(state, letters("Hello"), "2026-12-03", LI)
    assert found.drafted == (), "its time has come"


@pytest.mark.parametrize(("task", "goes"), [("write", "2026-12-02 12:00"), ("call", "2026-11-21 09:00")])
def test_what_waits_for_put_off_work_goes_when_that_is_done(task: str, goes: str) -> None:
    ours = letters(needs="needs: call")
    state, _ = planned(AccountState(playbook="inline", account="A-1"), ours, "2026-11-20 12:00", LI)
    state = put_off(state, task, "2026-12-02 12:00", ours)
    assert one(state).next_at is None
    (call,) = (each for each in state.work.values() if each.action.task == "call")
    state = after(state, events.Finished(at=at("2026-11-21 09:00"), by="wang", action=call.action.id))
    assert one(state).next_at == at(goes)
    state, _ = planned(state, ours, "2026-11-21 10:00", LI)
    assert one(state).next_at == at(goes)


def test_what_was_sent_is_not_sent_again_under_another_name() -> None:
    state = after(approved(), events.Sent(at=at("2026-11-21 10:00"), message=one(approved()).message.id))
    renamed = book(rule="unhappy", content="letter", more=", formerly: [low]", renamed=", formerly: [note]")
    state, found = planned(state, renamed, "2026-11-22", LI)
    assert (found.opened, found.closed, found.drafted) == ((), (), ())
    assert [each.changed for each in found.updated] == [("address",)]
    assert one(state).state == "sent"
    assert one(state).message.id in {each.id for each in found.plan.messages}
    _, found = planned(state, renamed, "2026-11-23", LI)
    assert found.changes_nothing


def test_a_message_to_the_strongest_goes_to_one_of_them_only() -> None:
    state, _ = planned(drafted(), book(), "2026-11-22", LI | {"role": "user"}, LI | {"id": "C-2", "name": "Xu"})
    assert {each.message.to.contact: each.state for each in state.mail.values()} == {
        "C-1": "withdrawn",
        "C-2": "drafted",
    }
