"""What people call the data and the entries of a playbook: titles of paths, ids and addresses, labels of values."""

import re
from collections.abc import Mapping
from typing import Any, Final

from engine.compiling.levels import BEFORE
from engine.compiling.structure import EVERYBODY
from engine.language.kinds import DOCUMENTS, KINDS, built_in_title
from engine.language.playbook import Playbook
from engine.language.values import Text
from engine.planning.plan import AccountName, GroupName, group_named, subject_of
from engine.reports.words import Words, joined, words_for
from engine.snapshots.model import COLLECTIONS
from engine.snapshots.titles import collection_title, title_of, value_title

_READ: Final = (
    "metrics", "scores", "classes", "targets", "warnings", "fields", "cadence", "rules", "parameters", "content",
)  # fmt: skip
"""Sections whose entries conditions and gaps name by their bare id, in the order in which an id is looked for."""

_RATE: Final = re.compile(r"rate (\S+) on (\S+)")
_PERIOD: Final = re.compile(r"(\w+) from (\S+) to (\S+)")
_EARLIER: Final = re.compile(rf"{re.escape(BEFORE)}(.+?)(?:\.value)?(?:\.@.*)?")
_OWNER: Final = re.compile(r"owners?\.(\w+)")
_ASIDE: Final = re.compile(r"\s*[:：(（]\s*[“「]?\s*\{.*|\s*\{%.*", re.DOTALL)
_PLACE: Final = re.compile(r"\{\{.*?\}\}", re.DOTALL)


class Names:
    """Titles in one language; a name of which nothing better is known than itself has none."""

    def __init__(self, playbook: Playbook, language: str, words: Words) -> None:
        self._playbook = playbook
        self._language = language
        self._words = words
        self._of_records = {each.id.rpartition(".")[2]: each for each in playbook.fields.values() if "." in each.id}

    def title(self, name: str) -> str | None:
        """What is called ``name``: an entry by address or id, a role of ours, a path of the account or of records."""
        if name == "light":
            return self._words.columns["light"]
        if name == "portfolio":
            return self._words.portfolio
        owner = _OWNER.fullmatch(name)
        if owner is not None:
            return self.role(owner[1])
        entry = self._entry(name)
        if entry is not None:
            return self._text(entry.title)
        earlier = _EARLIER.fullmatch(name)
        if earlier is not None:
            return self._words.earlier.format(self.named(earlier[1]))
        section, _, rest = name.partition(".")
        built_in = self._part(section, rest) if section in COLLECTIONS and rest else self._built_in(name)
        return _capital(built_in) if built_in else None

    def records(self, name: str, count: int = 2) -> str:
        """What the records called ``name`` are called within a sentence, where ``count`` of them are spoken of."""
        if name in COLLECTIONS:
            return collection_title(name, self._language, one=count == 1)
        return self.named(name)

    def named(self, name: str) -> str:
        """The title of ``name``, or the name."""
        return self.title(name) or name

    def titled(self, address: str) -> str:
        """The title of an entry, or its id; that of an exception says that it is one."""
        section, _, id_ = address.partition(".")
        if section == "exceptions":
            return f"{self._words.holds['exception']} {id_}"
        return self.title(address) or id_ or address

    def missing(self, paths: tuple[str, ...]) -> str:
        """What is missing, each once: data such as ``surveys``, a period that is not covered, and exchange rates such
        as ``rate USD→CNY on 2026-02-05``, those of a pair together."""
        found = [(_RATE.fullmatch(each), each) for each in paths]
        days = {rate[1]: {other[2] for other, _ in found if other and other[1] == rate[1]} for rate, _ in found if rate}
        told = (self._rates(rate[1], sorted(days[rate[1]])) if rate else self._lack(path) for rate, path in found)
        return self._words.comma.join(dict.fromkeys(told))

    def _lack(self, path: str) -> str:
        if period := _PERIOD.fullmatch(path):
            return self._words.period.format(self.named(period[1]), period[2], period[3])
        return self.named(path.removeprefix("$"))

    def _rates(self, pair: str, days: list[str]) -> str:
        """The rates of a pair of currencies that are missing."""
        if len(days) == 1:
            return self._words.rate.format(pair, days[0])
        return self._words.rates.format(pair, len(days), days[0], days[-1])

    def value(self, name: str, value: str) -> str:
        """What a value of ``name`` is called: by the labels of its entry, else as the usual values of the data are."""
        if name == "light":
            return self._words.lights.get(value, value)
        if _OWNER.fullmatch(name):
            return value
        if name.rpartition(".")[2] == "role" and value in self._playbook.roles.theirs:
            return self._text(self._playbook.roles.theirs[value].title) or value
        entry = self._entry(name)
        labels: Mapping[str, Text] = getattr(entry, "labels", {})
        if value in labels:
            return labels[value].in_language(self._language)
        return self._words.states.get(value) or value_title(value, self._language)

    def subject(self, account: AccountName | None, group: GroupName | None) -> AccountName:
        """Whom a plan is for: the account, or of a group by what it is grouped and what its value is called."""
        if group is None:
            return subject_of(account, group)
        if group.by == group.value:
            return AccountName(self._words.portfolio, self._words.count(self._words.accounts, group.accounts))
        name = group.person or self.value(group.by, group.value)
        return AccountName(self.named(group.by), name)

    def about(self, account: str, name: str | None) -> str:
        """Whom work is for, of what a ledger keeps: an account with its name, or what a group's members have in common
        (``Account manager Lydia Marsh``)."""
        group = group_named(account)
        if group is None:
            return joined((account, name or ""), " ")
        by, value = group
        if by == value:
            return self._words.portfolio
        known = name if name is not None and name != value else self.value(by, value)
        return f"{self.named(by)} {known}"

    def role(self, role: str) -> str:
        """What one of our roles is called; an escalation may name who stands above the owner."""
        if role in self._words.above:
            return self._words.above[role]
        known = self._playbook.roles.ours.get(role)
        return (self._text(known.title) if known else None) or built_in_title(role, self._language)

    def kind(self, name: str) -> str:
        """What a kind of work is called."""
        kind = KINDS.get(name)
        return str(getattr(kind, self._language, kind.en)) if kind else name

    def module(self, name: str) -> str:
        """What a module of the catalogue is called."""
        module = self._playbook.catalogue.get(name)
        return (self._text(module.title) if module else None) or name

    def _entry(self, name: str) -> Any:
        section, _, id_ = name.partition(".")
        if section in _READ:
            return getattr(self._playbook, section).get(id_)
        found = (getattr(self._playbook, each).get(name) for each in _READ)
        return next((each for each in found if each is not None), None) or self._of_records.get(name)

    def _part(self, collection: str, rest: str) -> str | None:
        """A field of a collection's records, or those of them in a role."""
        theirs = self._playbook.roles.theirs.get(rest)
        if theirs:
            return self.records(collection) + self._words.aside.format(self._text(theirs.title) or rest)
        if rest == EVERYBODY:
            return self.records(collection)
        declared = self._entry(f"fields.{collection}.{rest.removeprefix('fields.')}")
        own = (self._text(declared.title) if declared else None) or title_of(f"{collection}.{rest}", self._language)
        return self._words.part.format(self.records(collection), own) if own else None

    def _built_in(self, name: str) -> str | None:
        if name in DOCUMENTS:
            return DOCUMENTS[name][self._language != "zh"]
        return title_of(name, self._language)

    def _text(self, text: Text | None) -> str | None:
        return without_places(text.in_language(self._language)) or None if text else None


def _capital(title: str) -> str:
    """A title as it stands at the beginning, or by itself."""
    return title[:1].upper() + title[1:]


def names_in(playbook: Playbook, locale: str) -> Names:
    """What people who read ``locale`` call things of a playbook."""
    return Names(playbook, locale.partition("-")[0], words_for(locale))


def without_places(title: str) -> str:
    """A title less what is filled in: ``Weekly sync`` of ``Weekly sync: {{ commitment.title }}``; within a sentence a
    mark stands for it, ``Call … again`` of ``Call {{ contact.name }} again``."""
    told = _PLACE.sub("…", _ASIDE.sub("", title))
    return told if told.strip("…") else ""
