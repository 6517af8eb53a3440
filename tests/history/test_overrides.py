"""A class's value set by a person: it is in force, with who and why, and when it ends the data decides again."""

from datetime import date

from msgspec.structs import replace

from engine import Context, History
from engine.history.model import Override
from engine.language.exceptions import ClassOverride
from tests.inline import account, after, at, plan, playbook

BOOK = playbook("""
    fields: {size: {one_of: [large, small]}}
    classes:
      tier: {ranks: [ordinary, key], down_after: 2, choose: {key: {size: large}, ordinary: {size: small}}}
    rules:
      visit: {when: {tier: key}, do: [{kind: visit}]}
""")
KEY = Override(address="classes.tier", value="key", until=date(2026, 11, 21), why="promised", who="wang")
SMALL = account(fields={"size": "small"})


def overridden(history: History) -> History:
    return replace(history, overrides=(KEY,))


def test_what_a_person_says_is_in_force_and_named() -> None:
    history = overridden(after(BOOK, (SMALL, "2026-11-19")))
    found = plan(BOOK, SMALL, "2026-11-20", history=history)
    tier = found.classes["tier"]
    assert (tier.value, tier.previous, tier.since) == ("key", "ordinary", at("2026-11-20"))
    assert tier.override is not None
    assert (tier.override.by_data, tier.override.why, tier.override.ended) == ("ordinary", "promised", False)
    assert [each.rule for each in found.actions] == ["rules.visit"]


def test_when_it_ends_the_data_decides_at_once_and_it_is_told_once() -> None:
    history = overridden(after(BOOK, (SMALL, "2026-11-19")))
    history = after(BOOK, (SMALL, "2026-11-20"), (SMALL, "2026-11-21"), history=history)
    tier = plan(BOOK, SMALL, "2026-11-22", history=history).classes["tier"]
    assert (tier.value, tier.previous, tier.since) == ("ordinary", "key", at("2026-11-22"))
    assert tier.override is not None
    assert tier.override.ended
    history = after(BOOK, (SMALL, "2026-11-22"), history=history)
    assert plan(BOOK, SMALL, "2026-11-23", history=history).classes["tier"].override is None


def test_what_a_file_says_is_told_like_the_ledger_s_and_leaves_no_trace_when_it_is_taken_out() -> None:
    said = ClassOverride(
        id="kept", accounts=(SMALL.id,), class_="tier", value="key", until=date(2026, 11, 21), why="promised", who="li"
    )
    file = Context(overrides=(said,))
    first = plan(BOOK, SMALL, "2026-11-20", context=file).classes["tier"]
    assert first.override is not None
    assert (first.value, first.override.by_data, first.override.who) == ("key", "ordinary", "li")
    history = after(BOOK, (SMALL, "2026-11-20"), context=file)
    assert history.overrides == ()
    ended = plan(BOOK, SMALL, "2026-11-22", history=history, context=file).classes["tier"]
    assert ended.override is not None and ended.override.ended
    for context in (Context.empty(), file):
        taken_out = plan(BOOK, SMALL, "2026-11-23", history=history, context=context).classes["tier"]
        assert taken_out.value == "ordinary"
    later = after(BOOK, (SMALL, "2026-11-22"), history=history, context=file)
    assert plan(BOOK, SMALL, "2026-11-23", history=later, context=file).classes["tier"].override is None


def test_a_value_that_the_playbook_has_no_more_is_not_forced() -> None:
    history = replace(History.empty(), overrides=(replace(KEY, value="gone"),))
    assert plan(BOOK, SMALL, "2026-11-20", history=history).classes["tier"].value == "ordinary"
