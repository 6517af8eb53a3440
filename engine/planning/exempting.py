"""What people say beside the playbook, compiled against it, and what of it is about one account (semantics 6)."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime

from msgspec import UNSET, Struct

from engine.calendars.moments import local_date
from engine.compiling.clauses import Clause, leaves, truth_node
from engine.compiling.compile import compile_conditions
from engine.compiling.compiled import CompiledPlaybook
from engine.compiling.groupings import data_read
from engine.compiling.levels import conclusions_read
from engine.compiling.parameters import Dated
from engine.documents.shapes import place_in
from engine.foundation import codes
from engine.foundation.problems import InputUnreadable, Problem, did_you_mean, problem
from engine.history.model import Override
from engine.language.exceptions import ClassOverride, Exemption, Silence
from engine.language.playbook import is_named
from engine.matching.explained import Environment, explain
from engine.planning.context import Context


class CompiledExemption(Struct, frozen=True):
    """An exception with the addresses of the rules it holds back, and its condition."""

    entry: Exemption
    rules: frozenset[str]
    clause: Clause | None


class CompiledSilence(Struct, frozen=True):
    """A silence with the addresses of the rules it keeps quiet, and its last moment."""

    entry: Silence
    rules: frozenset[str]
    until: datetime


class Exempting(Struct, frozen=True):
    """The exceptions and silences that hold at a moment, the values their conditions read beside the playbook's, and by
    account the classes that are set by hand, or were until now."""

    members: tuple[CompiledExemption, ...]
    silences: tuple[CompiledSilence, ...]
    overrides: Mapping[str, tuple[Override, ...]]
    bindings: Mapping[str, Dated]


class Exempt(Struct, frozen=True):
    """What holds rules of one account back: the exceptions that apply, and by id the data that others lack to be
    decided; and the silences."""

    members: tuple[CompiledExemption, ...] = ()
    lacking: tuple[tuple[str, tuple[str, ...]], ...] = ()
    silences: tuple[CompiledSilence, ...] = ()

    def of(self, address: str) -> Exemption | None:
        """The exception that holds a rule back, of several the one that ends last."""
        if not self.members:
            return None
        found = [each.entry for each in self.members if address in each.rules]
        return max(found, key=lambda each: each.until, default=None)

    def silence_of(self, address: str) -> CompiledSilence | None:
        """The silence that a rule is held back by, of several the one that ends last."""
        found = [each for each in self.silences if address in each.rules]
        return max(found, key=lambda each: each.until, default=None)


def compile_said(compiled: CompiledPlaybook, context: Context, as_of: datetime, per: str | None = None) -> Exempting:
    """What people say that holds at ``as_of`` of accounts, or of those grouped by ``per`` together; raises
    ``InputUnreadable`` with whatever is wrong in any of it."""
    conditions = [each.when for each in context.exceptions if each.when is not None]
    clauses, bindings, problems = compile_conditions(compiled.playbook, conditions) if conditions else ([], {}, [])
    problems = [*_problems(compiled, context), *problems]
    if problems:
        raise InputUnreadable(problems)
    timezone = compiled.calendar.timezone
    today = local_date(as_of, timezone)
    by_place = dict(zip((each.place for each in conditions), clauses, strict=True))
    members = (
        CompiledExemption(each, _addresses(compiled, each, per), by_place[each.when.place] if each.when else None)
        for each in context.exceptions
        if each.holds_on(today)
    )
    can_apply = (each for each in members if each.rules and _can_be_asked(compiled, each.clause, per))
    silences = (
        CompiledSilence(each, _addresses(compiled, each, per), each.ends_at(timezone))
        for each in context.silences
        if each.has_begun(today)
    )
    holding = tuple(each for each in silences if as_of <= each.until)
    return Exempting(tuple(can_apply), holding, _by_account(context.overrides, today), bindings)


def _addresses(compiled: CompiledPlaybook, said: Exemption | Silence, per: str | None) -> frozenset[str]:
    own = (each for each in compiled.rules if each.per == per)
    return frozenset(each.address for each in own if not said.rules or is_named(each.address, said.rules))


def _can_be_asked(compiled: CompiledPlaybook, clause: Clause | None, per: str | None) -> bool:
    """Whether a condition reads only what there is of an account, or of the accounts grouped by ``per`` together: no
    conclusions about others, and of a group no data of one account."""
    if clause is None:
        return True
    nodes, definitions = [each.node for each in leaves(clause)], compiled.forest.definitions
    of_others = (
        *(each.address for each in compiled.graded if each.per != per),
        *(each.address for each in compiled.rules if each.per != per),
    )
    if not conclusions_read(nodes, definitions, before=True, own=True).isdisjoint(of_others):
        return False
    shared = next((each.node for each in compiled.groupings if each.per == per), None)
    return per is None or not data_read(nodes, definitions, shared)


def _by_account(overrides: Iterable[ClassOverride], today: date) -> Mapping[str, tuple[Override, ...]]:
    found: dict[str, tuple[Override, ...]] = {}
    for each in overrides:
        one = Override(
            address=_address(each), item=each.item, value=each.value, until=each.until, why=each.why, who=each.who
        )
        for account in each.accounts if each.has_begun(today) else ():
            found[account] = (*found.get(account, ()), one)
    return found


def _address(override: ClassOverride) -> str:
    return f"classes.{override.class_.removeprefix('classes.')}"


# -- what is wrong --------------------------------------------------------------------------------------


def _problems(compiled: CompiledPlaybook, context: Context) -> Iterator[Problem]:
    held: tuple[Exemption | Silence, ...] = (*context.exceptions, *context.silences)
    known = rule_names(compiled)
    for said in held:
        yield from _unknown_rules(known, said)
    for override in context.overrides:
        yield from _unusable(compiled, override)
    yield from _at_odds(context.overrides)


def _unknown_rules(known: frozenset[str], said: Exemption | Silence) -> Iterator[Problem]:
    for at, name in enumerate(said.rules):
        if name not in known:
            message = f"`{name}` in `{said.id}` is no warning, cadence or rule of the playbook"
            yield problem(codes.BAD_EXCEPTIONS, place_in(said, "rules", at), message, did_you_mean(name, known))


def rule_names(compiled: CompiledPlaybook) -> frozenset[str]:
    """What rules may be called: their addresses and ids."""
    return frozenset(name for each in compiled.rules for name in (each.address, each.entry.id))


def _unusable(compiled: CompiledPlaybook, override: ClassOverride) -> Iterator[Problem]:
    """A class, a value or a record that is not there."""

    def wrong(key: str, message: str, hint: str | None) -> Problem:
        return problem(codes.BAD_EXCEPTIONS, place_in(override, key), message, hint)

    classes = compiled.playbook.classes
    own = override.class_.removeprefix("classes.")
    if own not in classes:
        message = f"`{override.class_}` in `{override.id}` is no class of the playbook"
        yield wrong("class", message, did_you_mean(own, classes))
        return
    known = classes[own].values
    if override.value not in known:
        message = f"`{own}` has no value `{override.value}`"
        yield wrong("value", message, did_you_mean(override.value, known))
    if classes[own].each is not None and override.item is None:
        yield wrong("class", f"every record has its own `{own}`", "say which record, with `item`")
    if classes[own].each is None and override.item is not None:
        yield wrong("item", f"`{own}` is of the account, not of its records", "leave `item` out")


def _at_odds(overrides: Iterable[ClassOverride]) -> Iterator[Problem]:
    """Those that set what another sets, on days that both hold."""
    earlier: dict[tuple[str, str | None, str], list[ClassOverride]] = {}
    for second in overrides:
        same = [earlier.setdefault((_address(second), second.item, each), []) for each in second.accounts]
        together = (
            first
            for known in same
            for first in known
            if second.has_begun(first.until) and first.has_begun(second.until)
        )
        first = next(together, None)
        if first is not None:
            message = f"`{second.id}` sets what `{first.id}` sets, on days that both hold"
            yield problem(codes.BAD_EXCEPTIONS, second.place, message, "keep one of them, or let one end before")
        for known in same:
            known.append(second)


# -- one account ----------------------------------------------------------------------------------------


def exempt(exempting: Exempting, account: str, environment: Environment) -> Exempt:
    """What is said about an account. An exception whose condition is unknown holds nothing back (semantics 1.5)."""
    members, lacking = [], []
    for each in exempting.members:
        if not each.entry.is_about(account):
            continue
        sight = explain(truth_node(each.clause), environment) if each.clause is not None else None
        if sight is None or sight.value is True:
            members.append(each)
        elif sight.value is UNSET:
            lacking.append((f"exceptions.{each.entry.id}", tuple(sight.missing)))
    silences = tuple(each for each in exempting.silences if each.entry.is_about(account))
    return Exempt(tuple(members), tuple(lacking), silences)
