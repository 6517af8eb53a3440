"""``rebuilt``: the rows of a subject, drawn again from its events; what the tables must hold."""

from collections.abc import Iterable
from typing import Any

from msgspec import Struct

from engine.ledger.projecting import (
    Row,
    Rows,
    erased_row,
    fact_row,
    held_by,
    holding_row,
    mail_row,
    step,
    subject_row,
    wide_row,
    work_row,
)
from engine.ledger.stored import Written, instant
from engine.lifecycle.events import LedgerEvent
from engine.lifecycle.facts import Fact, FactKind, fact_after, fact_named
from engine.lifecycle.state import LEDGER_WIDE, AccountState


class Drawn(Struct):
    """The rows of one subject by table, then by what tells them apart in it."""

    subjects: dict[int, Row] = {}
    work: dict[str, Row] = {}
    mail: dict[str, Row] = {}
    facts: dict[tuple[str, str], Row] = {}
    holdings: dict[str, Row] = {}


def rebuilt(number: int, happened: Iterable[Written | None], *, erased: bool) -> Drawn:
    """The rows that ``happened`` makes, in the order of the events; none stands for one that was erased.

    Raises ``ValueError`` where the events are not all of one account: no ledger writes such.
    """
    version, said, held = 0, [], _Held(number)
    for each in happened:
        version += 1
        if each is not None:
            said.append(each) if each.playbook == LEDGER_WIDE else held.add(each)
            held.hold(each)
    if erased:
        return Drawn(subjects={number: erased_row(number, version)})
    return held.drawn(version, said)


class _Held:
    """A subject's rows while its events are gone through."""

    def __init__(self, number: int) -> None:
        self._number = number
        self._state: AccountState | None = None
        self._rows = Rows()
        self._holdings: dict[str, Row] = {}

    def add(self, written: Written) -> None:
        """Takes in what happened to an account."""
        if self._state is None:
            self._state = AccountState(playbook=written.playbook, account=written.account)
        if (self._state.playbook, self._state.account) != (written.playbook, written.account):
            raise ValueError(f"events of {written.account} among those of {self._state.account}")
        event: Any = written.event
        self._state = step(self._state, event, self._rows)

    def hold(self, written: Written) -> None:
        """Takes in the blobs that an event refers to."""
        at = instant(written.event.at)
        for kind, digest in held_by(written.event):
            known = self._holdings.get(digest)
            if known is None or known["at"] <= at:
                self._holdings[digest] = holding_row(self._number, kind, digest, at)

    def drawn(self, version: int, said: list[Written]) -> Drawn:
        """All rows, as they must stand."""
        number, rows = self._number, self._rows
        head = subject_row(number, self._state) if self._state else wide_row(number, said[0].account, version)
        return Drawn(
            subjects={number: head},
            work={name: work_row(number, *each) for name, each in rows.work.items() if each is not None},
            mail={name: mail_row(number, *each) for name, each in rows.mail.items() if each is not None},
            facts={key: fact_row(number, *key, fact) for key, fact in _facts(said).items()},
            holdings=self._holdings,
        )


def _facts(said: Iterable[Written]) -> dict[tuple[FactKind, str], Fact]:
    found: dict[tuple[FactKind, str], Fact | None] = {}
    for each in said:
        event: LedgerEvent = each.event  # type: ignore[assignment] # what is written under ``@ledger``
        named = fact_named(event)
        if named is not None:
            found[named] = fact_after(found.get(named), event)
    return {key: fact for key, fact in found.items() if fact is not None}
