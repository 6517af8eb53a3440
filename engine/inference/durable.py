"""The engine that runs programs as durable-rules rule sets (semantics 7.3).

durable-rules crashes, hangs or answers wrongly when used at large, so it is kept in a cage: it only ever matches
flat documents of zeros and ones against equality tests, on the terms of ``docs/decisions/002``. Nothing that a user
wrote goes in, and nothing but the numbers of rules comes out.

How a program is laid out: its rules are dealt, in the order of the rounds, into rule sets within the limits. Per
round and rule set one document holds the fields that the rules of that round read, under the kind ``L<round>``:
``t_3`` is the certain value of the set's third field, ``p_3`` the possible value (a field is a premise, and a
negative premise asks that the bit be not even possible). What is possible is found by the same rules with the two
values exchanged, so one rule set serves both rails.
"""

import json
import os
import threading
from collections.abc import Callable, Iterable
from importlib import import_module
from itertools import count
from operator import itemgetter
from typing import Any, Final, NamedTuple

from engine.foundation.problems import PlaybookEngineError
from engine.inference.program import Premise, Program, Rule

MOST_RULES: Final = 60
"""Rules of one rule set: durable-rules keeps 64 pending matches and refuses the document at the 65th."""

MOST_FIELDS: Final = 180
"""Fields of one rule set, and so of any document: durable-rules takes 254 and adds some of its own."""

_NOT_HANDLED: Final = 1
_OBSERVED: Final = 2
_SID: Final = "0"


def load_extension() -> Any:
    """The C extension of durable-rules. Raises ``ImportError`` where it is missing or built for another Python."""
    return import_module("durable_rules_engine")


class DurableEngine:
    """Runs programs in durable-rules, one account at a time. Any number of threads may share one.

    durable-rules can't give back a rule set, so a process should have one engine (``engine_named`` sees to it). A
    forked child starts with rule sets of its own.
    """

    name = "durable"

    def __init__(self) -> None:
        self._cage = _Cage()

    def infer(self, program: Program, t: int, p: int) -> tuple[int, int]:
        """The bits that are certainly and possibly true, given those of the atoms (``t`` within ``p``).

        Raises ``PlaybookEngineError`` if durable-rules refuses; the engine stays usable.
        """
        cage = self._cage
        if cage.process != os.getpid():
            cage = self._cage = _Cage()
        return cage.infer(program, t, p)


class _Cage:
    """All that belongs to one process: the lock, the rule sets, and the layouts of programs."""

    def __init__(self) -> None:
        self.process = os.getpid()
        self._extension = load_extension()
        self._lock = threading.Lock()
        self._layouts: dict[str, _Layout] = {}
        self._sets: dict[str, _RuleSet] = {}

    def infer(self, program: Program, t: int, p: int) -> tuple[int, int]:
        with self._lock:
            layout = self._layouts.get(program.digest)
            if layout is None:
                layout = self._layouts[program.digest] = _Layout(program, self._rule_set)
            return layout.infer(t, p)

    def _rule_set(self, definition: str) -> "_RuleSet":
        """Programs whose rules have the same shape share a rule set."""
        if definition not in self._sets:
            self._sets[definition] = _RuleSet(self._extension, definition)
        return self._sets[definition]


class _RuleSet:
    """One rule set in durable-rules, used as a function from a document to the rules that match it."""

    def __init__(self, extension: Any, definition: str) -> None:
        self._extension = extension
        self._definition = definition
        self._handle: int | None = None
        self._numbers = count(1)

    def matches(self, document: str) -> list[str]:
        """The names of the rules that match ``document``, which lacks only its id and opening brace."""
        if self._handle is None:
            self._handle = self._extension.create_ruleset("engine", self._definition)
        try:
            return self._matches(self._handle, document)
        except BaseException as failure:
            # Interrupted between two calls, the rule set still holds the document; it is left behind, not repaired.
            self._handle = None
            if isinstance(failure, self._extension.error):
                raise PlaybookEngineError(f"durable-rules failed ({failure}); --engine builtin does not") from failure
            raise

    def _matches(self, handle: int, document: str) -> list[str]:
        engine = self._extension
        code = _OBSERVED
        while code == _OBSERVED:  # an id is known by a 32-bit hash only, and may meet that of the state document
            number = next(self._numbers)
            code, state = engine.assert_fact(handle, f'{{"id":{number},{document}')
        if code == _NOT_HANDLED:
            return []
        names = []
        started = engine.start_action_for_state(handle, state)
        action = started and started[1]
        while action:
            names.append(action[2 : action.index('"', 2)])
            action = engine.complete_and_start_action(handle, state)
        engine.retract_fact(handle, f'{{"id":{number},"sid":"{_SID}"}}')
        return names


class _Step(NamedTuple):
    """One document: how to fill it in, whom to ask, and what the names in the answer conclude."""

    read: Callable[[str], tuple[str, ...]]
    form: str
    rule_set: _RuleSet
    heads: dict[str, int]

    def heads_of(self, values: tuple[str, ...]) -> int:
        heads = 0
        for name in self.rule_set.matches(self.form % values):
            heads |= self.heads[name]
        return heads


class _Layout:
    """A program dealt into rule sets: round by round the documents to be matched."""

    def __init__(self, program: Program, rule_set: Callable[[str], _RuleSet]) -> None:
        self._width = program.width
        self._rounds: list[list[_Step]] = [[] for _ in program.rounds]
        for hand in _deal(program):
            shared = rule_set(hand.definition())
            for turn in hand.rounds:
                self._rounds[turn].append(hand.step(turn, shared, program.width))

    def infer(self, t: int, p: int) -> tuple[int, int]:
        for steps in self._rounds:
            certain = _digits(self._width, t, p)
            possible = certain if t == p else _digits(self._width, p, t)
            for step in steps:
                values, others = step.read(certain), step.read(possible)
                heads = step.heads_of(values)
                t |= heads
                p |= heads if others == values else step.heads_of(others)
        return t, p


def _digits(width: int, rail: int, other: int) -> str:
    """Both rails as text, so that a field is read by its place from the end."""
    return f"{1 << 2 * width | other << width | rail:b}"


class _Hand:
    """Rules that share a rule set, possibly of several rounds."""

    def __init__(self) -> None:
        self.rounds: dict[int, dict[str, Rule]] = {}
        self._fields: dict[Premise, str] = {}
        self._size = 0

    def takes(self, rule: Rule) -> bool:
        """Whether ``rule`` fits in as well."""
        return self._size < MOST_RULES and len(self._fields.keys() | set(rule.body)) <= MOST_FIELDS

    def add(self, turn: int, rule: Rule) -> None:
        for premise in rule.body:
            # Numbered per rule set: the few hundred names are known not to collide in durable-rules' 32-bit hashes.
            self._fields.setdefault(premise, f"{'t' if premise.positive else 'p'}_{len(self._fields)}")
        self.rounds.setdefault(turn, {})[str(self._size)] = rule
        self._size += 1

    def definition(self) -> str:
        """The rule set in durable-rules' own notation."""
        return json.dumps(
            {
                name: {"all": [{"m": {"$and": [{"kind": f"L{turn}"}, *self._tests(rule)]}}]}
                for turn, rules in self.rounds.items()
                for name, rule in rules.items()
            }
        )

    def _tests(self, rule: Rule) -> Iterable[dict[str, int]]:
        return ({self._fields[premise]: int(premise.positive)} for premise in rule.body)

    def step(self, turn: int, rule_set: _RuleSet, width: int) -> _Step:
        rules = self.rounds[turn]
        fields = {premise: self._fields[premise] for rule in rules.values() for premise in rule.body}
        places = [-1 - premise.bit - (0 if premise.positive else width) for premise in fields]
        values = "".join(f',"{name}":%s' for name in fields.values())
        form = f'"sid":"{_SID}","kind":"L{turn}"{values}}}'
        return _Step(_reader(places), form, rule_set, {name: 1 << rule.head for name, rule in rules.items()})


def _reader(places: list[int]) -> Callable[[str], tuple[str, ...]]:
    if len(places) > 1:
        return itemgetter(*places)
    return lambda digits: tuple(digits[place] for place in places)


def _deal(program: Program) -> list[_Hand]:
    hands = [_Hand()]
    for turn, rules in enumerate(program.rounds):
        for rule in rules:
            if not hands[-1].takes(rule):
                hands.append(_Hand())
            hands[-1].add(turn, rule)
    return hands
