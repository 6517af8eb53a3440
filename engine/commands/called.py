"""What people call that which a ledger keeps: accounts and groups, entries and values, people."""

from collections.abc import Iterable
from typing import Final

from engine import InputUnreadable, Ledger, PlaybookInvalid
from engine.commands.ledgers import people_of
from engine.foundation.places import Place
from engine.language.playbook import Manifest, Playbook
from engine.ledger.books import typed_playbook_of
from engine.planning.plan import group_named
from engine.planning.plan_messages import Addressee
from engine.reports.names import Names, names_in

_NOTHING: Final = Playbook(manifest=Manifest(id="", place=Place("")))
"""In place of a playbook that the ledger has no more, or that this version of the program can't read: ids stand."""


class Called:
    """Names things for a reader of ``locale``, by the playbook and the team of the last run of each playbook that
    ``ledger`` knows, or of some of them."""

    def __init__(self, ledger: Ledger, locale: str, playbooks: Iterable[str] | None = None) -> None:
        known = {each.playbook for each in ledger.runs()} if playbooks is None else set(playbooks)
        self._nothing = names_in(_NOTHING, locale)
        self._names = {each: names_in(_playbook(ledger, each), locale) for each in sorted(known)}
        self._people = people_of(ledger, known)

    def names(self, playbook: str) -> Names:
        """The names that a playbook gives."""
        return self._names.get(playbook, self._nothing)

    def person(self, who: str) -> str:
        """Somebody of ours, by name; a login name that no team knows stands for itself."""
        return self._people.get(who, who)

    def about(self, playbook: str, account: str, name: str | None = None) -> str:
        """Whom work or a message is for; a group of somebody's accounts by their name."""
        by, value = group_named(account) or ("", "")
        is_of_owner = by.partition(".")[0] == "owner"
        return self.names(playbook).about(account, self._people.get(value, name) if is_of_owner else name)

    def addressee(self, playbook: str, to: Addressee) -> str:
        """Who gets a message, by name; where nobody is known, by their role."""
        return to.name or to.contact or self.person(to.person or "") or self.role(playbook, to)

    def role(self, playbook: str, to: Addressee) -> str:
        """The role, of ours or of the customer's people, in which somebody gets a message."""
        names = self.names(playbook)
        return names.role(to.role) if to.contact is None else names.value("contact.role", to.role)

    def rule(self, address: str) -> str:
        """An entry, as the first playbook that has it calls it."""
        found = (each.title(address) for each in self._names.values())
        return next(filter(None, found), None) or self._nothing.titled(address)


def _playbook(ledger: Ledger, name: str) -> Playbook:
    try:
        return typed_playbook_of(ledger, name)
    except (InputUnreadable, PlaybookInvalid):
        return _NOTHING
