"""Both engines say what the conditions mean; otherwise a plan would depend on where it was made."""

import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import UNSET

from engine.foundation.problems import PlaybookEngineError
from engine.inference.builtin import BuiltinEngine
from engine.inference.engines import InferenceEngine, Memo, durable_available, engine_named
from engine.inference.program import Program, build_program
from engine.inference.skeleton import Atom, Both, Count, Negation, Skeleton, truth
from tests.engines import ENGINES, needs_durable
from tests.inference.generated import Case, big_case, engine, small_cases

every_engine = pytest.mark.parametrize("name", ENGINES)


@pytest.mark.law
@every_engine
@given(case=small_cases())
def test_conclusions_are_what_the_conditions_mean(name: str, case: Case) -> None:
    assert_right(engine(name), case)


@pytest.mark.law
@given(seed=st.integers(0, 2**32))
def test_big_programs_conclude_what_the_conditions_mean(seed: int) -> None:
    assert_right(BuiltinEngine(), big_case(seed))


@needs_durable
def test_programs_of_several_rule_sets_conclude_what_the_conditions_mean() -> None:
    for seed in range(12):  # few, because each leaves megabytes of rule sets behind
        assert_right(engine_named("durable"), big_case(seed))


@every_engine
def test_deep_conditions_conclude_what_they_mean(name: str) -> None:
    deep: Skeleton = Atom(0)
    for step in range(64):
        deep = Count(2, (Negation(deep), Atom(step % 5), Atom((step + 1) % 5)))
    assert_right(engine(name), Case(5, (deep, Negation(deep)), tuple((t, t | 0b10001) for t in range(32))))


@pytest.mark.law
@every_engine
@given(case=small_cases(), learnt=st.integers(0, 255), values=st.integers(0, 255))
def test_learning_more_never_overturns_what_was_certain(name: str, case: Case, learnt: int, values: int) -> None:
    program = build_program(case.inputs, case.skeletons)
    for t, p in case.accounts:
        before = engine(name).infer(program, t, p)
        news = learnt & p & ~t
        after = engine(name).infer(program, t | news & values, p & ~(news & ~values))
        assert before[0] & ~after[0] == 0
        assert after[1] & ~before[1] == 0


@every_engine
def test_a_contradiction_is_false_where_known_and_unknown_where_not(name: str) -> None:
    program = build_program(1, [Both((Atom(0), Negation(Atom(0))))])
    assert [engine(name).infer(program, t, p) for t, p in ((0, 0), (1, 1), (0, 1))] == [(0, 0), (1, 1), (0, 0b11)]


@every_engine
def test_a_program_without_rules_gives_back_its_atoms(name: str) -> None:
    assert engine(name).infer(build_program(3, [Atom(1)]), 0b001, 0b101) == (0b001, 0b101)


@every_engine
def test_threads_may_share_an_engine(name: str) -> None:
    shared = engine(name)
    cases = [big_case(seed) for seed in range(6)]
    programs = [build_program(case.inputs, case.skeletons) for case in cases]
    questions = [
        (program, *account) for program, case in zip(programs, cases, strict=True) for account in case.accounts
    ]
    expected = [BuiltinEngine().infer(*question) for question in questions]
    with ThreadPoolExecutor(8) as pool:
        for _ in range(10):
            assert list(pool.map(lambda question: shared.infer(*question), questions)) == expected


@needs_durable
def test_both_engines_agree_on_every_bit_of_many_programs_at_a_time() -> None:
    cases = [big_case(seed) for seed in range(8)]
    programs = [build_program(case.inputs, case.skeletons) for case in cases]
    for turn in range(6):  # all programs in turn, so that none profits from having just been asked
        for program, case in zip(programs, cases, strict=True):
            account = case.accounts[turn]
            assert engine_named("durable").infer(program, *account) == BuiltinEngine().infer(program, *account)


def test_the_memo_asks_once_and_stays_within_its_size() -> None:
    counted = Counted()
    memo = Memo(counted, size=10)
    program = build_program(6, [Both((Atom(0), Atom(1)))])
    for t in [*range(8), *range(8)]:
        assert memo.infer(program, t, t) == BuiltinEngine().infer(program, t, t)
    assert counted.asked == 8
    for t in range(64):
        memo.infer(program, t, t)
        assert len(memo._answers) <= 10
    assert memo.name == "builtin"


def test_the_memo_keeps_programs_and_gaps_apart() -> None:
    memo = Memo(BuiltinEngine())
    first, second = (build_program(2, [skeleton]) for skeleton in (Both((Atom(0), Atom(1))), Negation(Atom(0))))
    assert memo.infer(first, 0b11, 0b11) == (0b111, 0b111)
    assert memo.infer(first, 0b01, 0b11) == (0b001, 0b111)
    assert memo.infer(first, 0b01, 0b01) == (0b001, 0b001)
    assert memo.infer(second, 0b11, 0b11) == (0b011, 0b011)


@needs_durable
def test_durable_is_the_default_and_there_is_one() -> None:
    assert engine_named(None).name == "durable"
    assert engine_named(None) is engine_named("durable")


def test_the_built_in_engine_can_be_asked_for() -> None:
    assert engine_named("builtin").name == "builtin"


def test_without_durable_the_built_in_engine_steps_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "durable_rules_engine", None)
    assert not durable_available()
    assert engine_named(None).name == "builtin"
    with pytest.raises(PlaybookEngineError, match=r"durable-rules can't be imported here .*--engine builtin"):
        engine_named("durable")


class Counted(BuiltinEngine):
    """The built-in engine, counting the questions it is asked."""

    asked = 0

    def infer(self, program: Program, t: int, p: int) -> tuple[int, int]:
        self.asked += 1
        return super().infer(program, t, p)


def assert_right(asked: InferenceEngine, case: Case) -> None:
    """Each conclusion is the truth of its condition, for each account; and all other bits are the reference's."""
    program = build_program(case.inputs, case.skeletons)
    for account in case.accounts:
        t, p = asked.infer(program, *account)
        assert (t, p) == BuiltinEngine().infer(program, *account)
        for skeleton, bit in zip(case.skeletons, program.conclusions, strict=True):
            said = bool(t >> bit & 1) or (UNSET if p >> bit & 1 else False)
            assert said is truth(skeleton, *account), (skeleton, account)
