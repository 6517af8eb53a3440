"""Texts of a plan: titles and messages filled with what is known of account and record."""

import re
from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from msgspec import UNSET, Struct
from msgspec.structs import replace

from engine.compiling.compiled import CompiledPlaybook, Titles
from engine.compiling.symbols import Meaning
from engine.compiling.texts import DISPLAY_FIELDS
from engine.compiling.typing import is_money
from engine.foundation.problems import AccountFailed, Problem
from engine.foundation.quantities import Duration, Money, Number, Quantity, plain_decimal
from engine.language.kinds import built_in_title
from engine.matching.core import ValueType
from engine.matching.explained import Environment, evaluate
from engine.matching.run import Value
from engine.planning.plan_work import Owner
from engine.snapshots.model import COLLECTIONS, AccountSnapshot, Record
from engine.templates.templates import MAX_OUTPUT, MAX_OUTPUT_INLINE, CompiledTemplate, one_line, render

LOCALES = {"zh": "zh-CN", "en": "en-US"}
_NOTHING: Mapping[str, Any] = {}


Meanings = tuple[tuple[str, Meaning], ...]
"""What the names that a text reads stand for, where they stand for something of the playbook."""


class Wording:
    """Fills texts for one account; what a text does not name is not worked out.

    ``known`` keeps for all accounts of a run what the names in texts mean.
    """

    def __init__(
        self, compiled: CompiledPlaybook, environment: Environment, locale: str,
        known: dict[tuple[frozenset[str], str | None], Meanings],
    ) -> None:  # fmt: skip
        self._compiled = compiled
        self._known = known
        self._records: dict[tuple[int, frozenset[str] | None], dict[str, Any]] = {}
        self._environment = environment
        self.locale = locale
        self.language = locale.partition("-")[0]

    def in_locale(self, locale: str) -> "Wording":
        """The same in another language."""
        return Wording(self._compiled, self._environment, locale, self._known)

    def line(
        self, titles: Titles, collection: str | None, record: Record | None, owner: Owner,
        more: Mapping[str, Any] = _NOTHING,
    ) -> str:  # fmt: skip
        """A one-line text in the language of this wording; empty where there is none."""
        template = choose(titles, self.language)
        if template is None or template.code is None:
            return _plain_line(template.template.source) if template is not None else ""
        return one_line(self.fill(template, collection, record, owner, more, max_output=MAX_OUTPUT_INLINE))

    def fill(
        self, template: CompiledTemplate, collection: str | None, record: Record | None, owner: Owner,
        more: Mapping[str, Any] = _NOTHING, max_output: int = MAX_OUTPUT,
    ) -> str:  # fmt: skip
        """The filled text; raises ``AccountFailed`` where it can't be filled."""
        if template.code is None:
            return template.template.source
        names = template.names
        values = self._values(template.template.source, names, collection, record)
        values.update(more)
        if "owner" in names:
            values["owner"] = self._owner(owner)
        filled = render(template, values, locale=self.locale, max_output=max_output, edges=self._compiled.edges)
        if isinstance(filled, Problem):
            raise AccountFailed(replace(filled, account=self._environment.snapshot.id))
        return filled

    def _owner(self, owner: Owner) -> dict[str, str]:
        """What texts read of an owner: the person's name and the role's title, which stands in for a name."""
        role = self._compiled.playbook.roles.ours.get(owner.role)
        title = (
            role.title.in_language(self.language) if role and role.title else built_in_title(owner.role, self.language)
        )
        return {"name": owner.name or title, "title": title}

    def _values(
        self, source: str, names: frozenset[str], collection: str | None, record: Record | None
    ) -> dict[str, Any]:
        environment = self._environment
        zone = environment.run.zone
        values: dict[str, Any] = {"today": environment.run.today}
        if "account" in names:
            values["account"] = _account_values(environment.snapshot, members_in(source, "account"), zone)
        if collection and record is not None:
            singular = COLLECTIONS[collection].singular
            if singular in names:
                values[singular] = self._record(record, members_in(source, singular), zone)
        meanings = self._meanings(names, collection)
        if meanings and collection and record is not None:
            environment = environment.binding(COLLECTIONS[collection].singular, record)
        for name, meaning in meanings:
            values[name] = displayed(evaluate(meaning.node, environment), meaning.type)
        return values

    def _record(self, record: Record, members: frozenset[str] | None, zone: ZoneInfo) -> dict[str, Any]:
        """What texts read of a record, the same in all of them."""
        key = (id(record), members)
        if key not in self._records:
            self._records[key] = record_values(record, members, zone)
        return self._records[key]

    def _meanings(self, names: frozenset[str], collection: str | None) -> Meanings:
        """Metrics, classes, declared fields and parameters by bare name, the record's own before the account's."""
        key = (names, collection)
        known = self._known.get(key)
        if known is None:
            named = self._compiled.named
            found = ((name, named.get((name, collection)) or named.get((name, None))) for name in names)
            known = self._known[key] = tuple((name, meaning) for name, meaning in found if meaning is not None)
        return known


def choose(titles: Titles, language: str) -> CompiledTemplate | None:
    """The template in ``language``, else the one for all languages, else the first."""
    return titles.get(language) or titles.get("") or next(iter(titles.values()), None)


def fixed_line(titles: Titles, language: str) -> str | None:
    """A one-line text that is the same for every account, empty where there is none; none where it is to be filled."""
    template = choose(titles, language)
    if template is None:
        return ""
    return _plain_line(template.template.source) if template.code is None else None


_plain_line = lru_cache(maxsize=4096)(one_line)


@lru_cache(maxsize=4096)
def members_in(source: str, name: str) -> frozenset[str] | None:
    """The members of ``name`` that a template reads; none where it may be read as a whole, and so any of them."""
    found = re.findall(rf"\b{name}\b(?:\.(\w+))?", source)
    return None if "" in found else frozenset(found)


def _account_values(snapshot: AccountSnapshot, members: frozenset[str] | None, zone: ZoneInfo) -> dict[str, Any]:
    values = {"id": snapshot.id, "name": snapshot.name, "language": _set(snapshot.language, zone)}
    for name in ("profile", "relationship"):
        if members is None or name in members:
            values[name] = _fields(getattr(snapshot, name), None, zone)
    return values


def record_values(record: Record, members: frozenset[str] | None, zone: ZoneInfo) -> dict[str, Any]:
    """What a template reads of a record, on the playbook's clock; its display name falls back to its id."""
    values = _fields(record, members, zone)
    for name in DISPLAY_FIELDS:
        if name in record.__struct_fields__ and not values.get(name):
            values[name] = record.id
    return values


def name_of(record: Record | None) -> str | None:
    """What people call a record, where that is known."""
    found = (getattr(record, field, None) for field in DISPLAY_FIELDS)
    return next((each for each in found if isinstance(each, str) and each), None)


def _fields(struct: Struct, members: frozenset[str] | None, zone: ZoneInfo) -> dict[str, Any]:
    found = {name: _set(getattr(struct, name), zone) for name in _names_read(type(struct), members)}
    return {name: value for name, value in found.items() if value is not None}


@lru_cache(maxsize=4096)
def _names_read(kind: type[Struct], members: frozenset[str] | None) -> tuple[str, ...]:
    names = (name for name in kind.__struct_fields__ if name != "fields")
    return tuple(name for name in names if members is None or name in members)


def _set(value: Any, zone: ZoneInfo) -> Any:
    if value is UNSET:
        return None
    if isinstance(value, datetime):
        return value.astimezone(zone)
    return plain_decimal(value) if isinstance(value, Number) else value


def displayed(value: Value, kind: ValueType) -> Any:
    """A worked-out value as templates take it: figures with their unit, money as money; none for unknown."""
    if value is UNSET or value is None:
        return None
    if isinstance(value, int) and not isinstance(value, bool):
        if is_money(kind):
            return Money(value, kind.unit)
        return Quantity(plain_decimal(value, kind.scale), kind.unit)  # type: ignore[arg-type]
    if isinstance(value, Duration):
        return Quantity(value.amount, value.unit)
    return list(value) if isinstance(value, tuple) else value
