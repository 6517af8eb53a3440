"""The cage around durable-rules holds: outside it, a portfolio run would crash, hang or leak."""

import json
import re
import subprocess
import sys
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from engine.foundation.problems import PlaybookEngineError
from engine.inference.builtin import BuiltinEngine
from engine.inference.durable import MOST_FIELDS, MOST_RULES, DurableEngine, _Cage, load_extension
from engine.inference.program import Premise, Program, Rule, build_program
from engine.inference.skeleton import Atom, Both, Either, Negation
from tests.engines import needs_durable
from tests.inference.generated import big_case

pytestmark = needs_durable


class Watched:
    """The real extension, with what goes in written down."""

    def __init__(self) -> None:
        self.real = load_extension()
        self.error = self.real.error
        self.rule_sets: list[str] = []
        self.documents: list[str] = []
        self.fail_in: str | None = None

    def create_ruleset(self, name: str, definition: str) -> int:
        assert name == "engine"
        self.rule_sets.append(definition)
        handle: int = self.real.create_ruleset(name, definition)
        return handle

    def assert_fact(self, handle: int, document: str) -> Any:
        self.documents.append(document)
        return self.real.assert_fact(handle, document)

    def complete_and_start_action(self, handle: int, state: int) -> Any:
        if self.fail_in == "drain":
            raise KeyboardInterrupt
        return self.real.complete_and_start_action(handle, state)

    def start_action_for_state(self, handle: int, state: int) -> Any:
        return self.real.start_action_for_state(handle, state)

    def retract_fact(self, handle: int, document: str) -> Any:
        return self.real.retract_fact(handle, document)


@pytest.fixture
def watched(monkeypatch: pytest.MonkeyPatch) -> Watched:
    """The extension as seen by engines made in this test."""
    extension = Watched()
    monkeypatch.setattr("engine.inference.durable.load_extension", lambda: extension)
    return extension


def test_rule_sets_and_documents_stay_within_what_durable_rules_bears(watched: Watched) -> None:
    engine = DurableEngine()
    for seed in range(12):
        case = big_case(seed)
        engine.infer(build_program(case.inputs, case.skeletons), *case.accounts[0])
    assert len(watched.rule_sets) > 12
    for definition in watched.rule_sets:
        rules = json.loads(definition)
        assert 0 < len(rules) <= MOST_RULES
        assert len({field for rule in rules.values() for field in _fields(rule)}) <= MOST_FIELDS + 1
    assert max(len(json.loads(document)) for document in watched.documents) <= MOST_FIELDS + 3


def test_a_full_rule_set_may_match_with_every_rule(watched: Watched) -> None:
    skeletons = [Both((Atom(2 * pair), Atom(2 * pair + 1))) for pair in range(3 * MOST_RULES)]
    program = build_program(6 * MOST_RULES, skeletons)
    everything = (1 << program.inputs) - 1
    assert DurableEngine().infer(program, everything, everything) == ((1 << program.width) - 1,) * 2
    assert [len(json.loads(definition)) for definition in watched.rule_sets] == [MOST_RULES], "three of one shape"
    assert len(watched.documents) == 3


def test_nothing_but_numbers_of_rules_and_zeros_and_ones_goes_in(watched: Watched) -> None:
    case = big_case(3)
    DurableEngine().infer(build_program(case.inputs, case.skeletons), *case.accounts[0])
    for definition in watched.rule_sets:
        for name, rule in json.loads(definition).items():
            assert name.isdecimal()
            for test in rule["all"][0]["m"]["$and"]:
                assert_harmless(test)
    for document in map(json.loads, watched.documents):
        assert isinstance(document.pop("id"), int)
        assert document.pop("sid") == "0"
        assert_harmless(document)


def assert_harmless(document: dict[str, Any]) -> None:
    """Only the kind and fields that are 0 or 1."""
    for field, value in document.items():
        if field == "kind":
            assert re.fullmatch(r"L\d+", value)
        else:
            assert re.fullmatch(r"[tp]_\d+", field)
            assert type(value) is int
            assert value in {0, 1}


def test_no_two_field_names_are_one_to_durable_rules() -> None:
    names = ["kind", "id", "sid", "$s", *(f"{rail}_{number}" for rail in "tp" for number in range(MOST_FIELDS))]
    assert len({_fnv1a(name) for name in names}) == len(names)


def test_an_id_that_looks_like_the_state_document_is_passed_over(watched: Watched) -> None:
    unlucky = 8_765_828_924
    assert _fnv1a(str(unlucky)) == _fnv1a("sid-0")
    engine = DurableEngine()
    program = build_program(2, [Both((Atom(0), Atom(1)))])
    assert engine.infer(program, 0b11, 0b11) == (0b111, 0b111)
    (rule_set,) = engine._cage._sets.values()
    rule_set._numbers = count(unlucky)
    assert engine.infer(program, 0b11, 0b11) == (0b111, 0b111)
    assert [json.loads(document)["id"] for document in watched.documents] == [1, unlucky, unlucky + 1]


def test_an_interrupted_account_does_not_spoil_the_next(watched: Watched) -> None:
    engine = DurableEngine()
    program = build_program(3, [Both((Atom(0), Atom(1))), Either((Atom(1), Atom(2))), Negation(Atom(2))])
    watched.fail_in = "drain"
    with pytest.raises(KeyboardInterrupt):
        engine.infer(program, 0b011, 0b011)
    watched.fail_in = None
    for t in range(8):
        assert engine.infer(program, t, t) == BuiltinEngine().infer(program, t, t)


def test_a_refusal_of_durable_rules_is_our_error() -> None:
    body = tuple(Premise(bit, positive=True) for bit in range(300))
    program = Program(300, ((Rule(300, body),),), 301, (300,), "sha256:too wide")
    with pytest.raises(PlaybookEngineError, match="error code: 302"):
        DurableEngine().infer(program, 0, 0)


def test_programs_of_one_shape_share_a_rule_set() -> None:
    engine = DurableEngine()
    for first in range(20):
        program = build_program(30, [Both((Atom(first), Negation(Atom(first + 1))))])
        assert engine.infer(program, 1 << first, 1 << first) == (1 << first | 1 << 30,) * 2
    assert len(engine._cage._sets) == 1


@pytest.mark.skipif(sys.platform == "win32", reason="Windows does not tell a process its peak memory")
def test_twenty_thousand_accounts_leave_nothing_behind() -> None:
    assert int(_python(_GROWTH)) < 2_000


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no fork")
def test_a_forked_process_gets_rule_sets_of_its_own() -> None:
    assert _python(_FORK).split() == ["parent-holds-lock", "child-right", "parent-right"]


def test_a_process_has_a_cage_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    engine = DurableEngine()
    first = engine._cage
    monkeypatch.setattr(first, "process", -1)
    engine.infer(build_program(1, [Negation(Atom(0))]), 0, 0)
    assert isinstance(engine._cage, _Cage)
    assert engine._cage is not first


def _python(script: str) -> str:
    root = Path(__file__).parents[2]
    command = [sys.executable, "-c", script]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=True, timeout=120)
    return done.stdout.strip()


_GROWTH = """
import resource, sys
from engine.inference.durable import DurableEngine
from engine.inference.program import build_program
from engine.inference.skeleton import Atom, Both, Count, Either, Negation

engine = DurableEngine()
atoms = [Atom(bit) for bit in range(12)]
skeletons = [Both((a, Either((b, Negation(c))))) for a, b, c in zip(atoms, atoms[1:], atoms[2:])]
program = build_program(12, [*skeletons, Count(3, tuple(atoms))])
def run(many):
    for number in range(many):
        t = number * 2654435761 % 4096
        engine.infer(program, t, t | (number % 3 == 0) * 5)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak // 1024 if sys.platform == "darwin" else peak
before = run(1_000)
print(run(20_000) - before)
"""

_FORK = """
import os, signal
from engine.inference.durable import DurableEngine
from engine.inference.program import build_program
from engine.inference.skeleton import Atom, Both

engine = DurableEngine()
program = build_program(2, [Both((Atom(0), Atom(1)))])
assert engine.infer(program, 3, 3) == (7, 7)
engine._cage._lock.acquire()
print("parent-holds-lock", flush=True)
child = os.fork()
if child == 0:
    signal.alarm(20)
    print("child-right" if engine.infer(program, 3, 3) == (7, 7) else "child-wrong", flush=True)
    os._exit(0)
os.waitpid(child, 0)
engine._cage._lock.release()
print("parent-right" if engine.infer(program, 1, 3) == (1, 7) else "parent-wrong", flush=True)
"""


def _fields(rule: dict[str, Any]) -> list[str]:
    return [field for test in rule["all"][0]["m"]["$and"] for field in test]


def _fnv1a(text: str) -> int:
    """The hash by which durable-rules knows names and ids."""
    value = 0x811C9DC5
    for byte in text.encode():
        value = (value ^ byte) * 16777619 % 2**32
    return value
