"""Exceptions at work: compiled against the playbook, and those that apply to one account (semantics 6)."""

from collections.abc import Iterable, Mapping
from datetime import date

from msgspec import UNSET, Struct

from engine.compiling.clauses import Clause, truth_node
from engine.compiling.compile import compile_conditions
from engine.compiling.compiled import CompiledPlaybook
from engine.compiling.parameters import Dated
from engine.documents.shapes import place_in
from engine.foundation import codes
from engine.foundation.problems import InputUnreadable, Problem, did_you_mean, problem
from engine.language.exceptions import Exemption
from engine.matching.explained import Environment, explain
from engine.planning.context import Silence


class CompiledExemption(Struct, frozen=True):
    """An exception with the addresses of the rules it holds back, and its condition."""

    entry: Exemption
    rules: frozenset[str]
    clause: Clause | None


class Exempting(Struct, frozen=True):
    """The exceptions that hold on a day, and the values their conditions read beside the playbook's."""

    members: tuple[CompiledExemption, ...]
    bindings: Mapping[str, Dated]


class Exempt(Struct, frozen=True):
    """What exceptions mean for one account: those that apply, and by id the data that others lack to be decided; and
    the silences of the moment."""

    members: tuple[CompiledExemption, ...] = ()
    lacking: tuple[tuple[str, tuple[str, ...]], ...] = ()
    account: str = ""
    silences: tuple[Silence, ...] = ()

    def of(self, address: str) -> Exemption | None:
        """The exception that holds a rule back, of several the one that ends last."""
        if not self.members:
            return None
        found = [each.entry for each in self.members if address in each.rules]
        return max(found, key=lambda each: each.until, default=None)

    def silence_of(self, address: str) -> Silence | None:
        """The silence that a rule is held back by, of several the one that ends last."""
        found = [each for each in self.silences if each.is_about(self.account, address)]
        return max(found, key=lambda each: each.until, default=None)


def compile_exceptions(compiled: CompiledPlaybook, exceptions: Iterable[Exemption], day: date) -> Exempting:
    """Those of the exceptions that hold on ``day``; raises ``InputUnreadable`` with whatever is wrong in any."""
    every = tuple(exceptions)
    problems = [found for each in every for found in _unknown_rules(compiled, each)]
    conditions = [each.when for each in every if each.when is not None]
    clauses, bindings, wrong = compile_conditions(compiled.playbook, conditions) if conditions else ([], {}, [])
    problems += wrong
    if problems:
        raise InputUnreadable(problems)
    by_place = dict(zip((each.place for each in conditions), clauses, strict=True))
    members = (
        CompiledExemption(each, _addresses(compiled, each), by_place[each.when.place] if each.when else None)
        for each in every
        if each.holds_on(day)
    )
    return Exempting(tuple(members), bindings)


def _unknown_rules(compiled: CompiledPlaybook, exemption: Exemption) -> Iterable[Problem]:
    known = {name for each in compiled.rules for name in (each.address, each.entry.id)}
    for at, name in enumerate(exemption.rules):
        if name not in known:
            message = f"`{name}` in `{exemption.id}` is no warning, cadence or rule of the playbook"
            yield problem(codes.BAD_EXCEPTIONS, place_in(exemption, "rules", at), message, did_you_mean(name, known))


def _addresses(compiled: CompiledPlaybook, exemption: Exemption) -> frozenset[str]:
    names = {*exemption.rules}
    return frozenset(each.address for each in compiled.rules if not names or names & {each.address, each.entry.id})


def exempt(exempting: Exempting, account: str, environment: Environment, silences: Iterable[Silence] = ()) -> Exempt:
    """What the exceptions mean for an account. One whose condition is unknown holds nothing back (semantics 1.5)."""
    members, lacking = [], []
    for each in exempting.members:
        if each.entry.accounts and account not in each.entry.accounts:
            continue
        sight = explain(truth_node(each.clause), environment) if each.clause is not None else None
        if sight is None or sight.value is True:
            members.append(each)
        elif sight.value is UNSET:
            lacking.append((f"exceptions.{each.entry.id}", tuple(sight.missing)))
    now = tuple(each for each in silences if environment.run.as_of < each.until)
    return Exempt(tuple(members), tuple(lacking), account, now)
