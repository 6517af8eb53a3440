"""Laws of overlays: whoever adapts a playbook changes what they named, and nothing else."""

from typing import Any

import pytest
from hypothesis import given

from engine.documents.document import Mapping, plain
from engine.foundation.problems import Problem
from engine.language.overlaying import overlaid
from tests.laws.accounts import account
from tests.laws.chance import Chance, chances
from tests.laws.running import at, attempt, bytes_of, compiled, context_for, document
from tests.laws.strategies import playbook
from tests.laws.world import Json

pytestmark = pytest.mark.law

ENTRIES = ("parameters", "metrics", "classes", "warnings", "cadence", "rules", "plays", "content")


def over(base: Json, *overlays: Json) -> Any:
    """``base`` with the overlays one after the other."""
    found: list[Problem] = []
    laid = document(base)
    for each in overlays:
        overlay = document(each)
        assert isinstance(laid, Mapping) and isinstance(overlay, Mapping)
        laid = overlaid(laid, overlay, found.append)
    assert not found, [str(each) for each in found]
    return plain(laid)


def as_read(book: Json) -> Any:
    return plain(document(book))


def some_entries(chance: Chance, book: Json, count: int) -> list[tuple[str, str]]:
    """Addresses of entries, each once."""
    known = [(section, name) for section in ENTRIES for name in book.get(section, {})]
    return [known.pop(chance.randrange(len(known))) for _ in range(min(count, len(known)))]


def change(chance: Chance, book: Json, section: str, name: str) -> Json:
    """An overlay that changes one entry: takes it away, notes something, or adds to and takes from lists."""
    entry = book[section][name]
    changes: list[Any] = [{"remove": True}, {"note": "changed", "formerly+": ["older"]}]
    if isinstance(entry, dict) and isinstance(entry.get("do"), list):
        changes.append({"do+": [{"id": "further", "kind": "call", "owner": "account_manager"}]})
    return {section: {name: chance.one(changes)}}


@given(chances)
def test_an_empty_overlay_changes_nothing(chance: Chance) -> None:
    book = playbook(chance)
    assert over(book, {"playbook": book["playbook"]}) == as_read(book)
    assert over(book, {section: {} for section in ENTRIES if section in book}) == as_read(book)


@given(chances)
def test_overlays_of_different_entries_commute(chance: Chance) -> None:
    book = playbook(chance)
    addresses = some_entries(chance, book, 2)
    one, other = (change(chance, book, *address) for address in addresses)
    assert over(book, one, other) == over(book, other, one)


@given(chances)
def test_removing_what_was_added_restores_the_base(chance: Chance) -> None:
    book = playbook(chance)
    section, name = some_entries(chance, book, 1)[0]
    entry = book[section][name]
    if not isinstance(entry, dict):
        entry = {"value": entry}
    added = {section: {"entirely_new": {**entry, "title": "New"}}}
    assert over(book, added, {section: {"entirely_new": {"remove": True}}}) == as_read(book)
    if isinstance(book[section][name], dict):
        more = {section: {name: {"formerly+": ["older"], "note": "x"}}}
        assert over(book, more, {section: {name: {"formerly-": "older", "note": {"remove": True}}}}) == as_read(book)


@given(chances)
def test_an_overlay_that_says_the_same_again_plans_the_same(chance: Chance) -> None:
    book, known = playbook(chance), account(chance)
    section, name = some_entries(chance, book, 1)[0]
    again = over(book, {section: {name: book[section][name]}})
    assert again == as_read(book)
    ours = compiled(book)
    context = context_for(ours, [known])
    assert bytes_of(attempt(at(compiled(again), context), known)) == bytes_of(attempt(at(ours, context), known))
