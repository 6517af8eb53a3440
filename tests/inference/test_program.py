"""What conditions are compiled to: small, shared and in order, or portfolios grow slow and engines disagree."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.inference.builtin import BuiltinEngine
from engine.inference.program import WIDEST, Program, build_program
from engine.inference.skeleton import Atom, Both, Count, Either, Negation, Skeleton
from tests.inference.generated import Case, big_case, small_cases, trees

A, B, C, D = (Atom(bit) for bit in range(4))


def test_a_bare_atom_is_its_own_conclusion() -> None:
    program = build_program(4, [C, Both((C,)), Either((C, C)), Negation(Negation(C))])
    assert program.conclusions == (2, 2, 2, 2)
    assert program.rounds == ()


def test_constants_are_concluded_too() -> None:
    program = build_program(1, [Both(()), Either(()), Negation(Both(())), Either((A, Both(()))), Count(0, (A,))])
    t, p = BuiltinEngine().infer(program, 0, 1)
    assert [t >> bit & 1 for bit in program.conclusions] == [1, 0, 0, 1, 1]
    assert [p >> bit & 1 for bit in program.conclusions] == [1, 0, 0, 1, 1]


def test_what_is_said_twice_is_concluded_once() -> None:
    once = build_program(4, [Either((A, Both((B, C))))])
    twice = build_program(4, [Either((A, Both((B, C)))), Either((Both((C, B)), A, A)), Negation(Either((A, B)))])
    assert twice.conclusions[0] == twice.conclusions[1]
    assert _rules(once) == 2
    assert _rules(twice) == 2 + 2 + 1


def test_alternatives_of_conjunctions_take_one_round() -> None:
    program = build_program(4, [Either((Both((A, B)), Both((C, Negation(D)))))])
    assert [len(rules) for rules in program.rounds] == [2]


def test_equal_conditions_have_equal_digests_and_others_do_not() -> None:
    def one(skeleton: Skeleton) -> str:
        return build_program(4, [skeleton]).digest

    assert one(Both((A, B))) == one(Both((B, A)))
    assert len({one(Both((A, B))), one(Either((A, B))), one(Negation(A)), one(A), one(B)}) == 5
    assert build_program(5, [A]).digest != one(A)


@pytest.mark.parametrize(("count", "children"), [(2, 3), (3, 10), (10, 20), (50, 100), (99, 100)])
def test_counts_stay_small_and_shallow(count: int, children: int) -> None:
    program = build_program(children, [Count(count, tuple(Atom(bit) for bit in range(children)))])
    assert program.width - program.inputs <= count * children
    assert _rules(program) <= 2 * count * children
    assert len(program.rounds) <= children.bit_length()


def test_a_wide_all_is_cut_into_pieces_no_engine_chokes_on() -> None:
    wide = Both(tuple(Atom(bit) for bit in range(WIDEST * WIDEST + 1)))
    program = build_program(WIDEST * WIDEST + 1, [wide])
    assert max(len(rule.body) for rules in program.rounds for rule in rules) == WIDEST
    everything = (1 << program.inputs) - 1
    assert BuiltinEngine().infer(program, everything, everything)[0] >> program.conclusions[0] & 1
    assert not BuiltinEngine().infer(program, everything - 4, everything - 4)[0] >> program.conclusions[0] & 1


def test_an_atom_that_is_no_input_is_refused() -> None:
    with pytest.raises(ValueError, match="atom 4 is not among the 4 inputs"):
        build_program(4, [Both((A, Atom(4)))])


@given(small_cases())
def test_rounds_are_in_order(case: Case) -> None:
    assert_in_order(build_program(case.inputs, case.skeletons))


@given(st.integers(0, 2**32))
def test_rounds_of_big_programs_are_in_order(seed: int) -> None:
    case = big_case(seed)
    assert_in_order(build_program(case.inputs, case.skeletons))


@given(trees(8))
def test_size_is_linear_in_what_was_written(skeleton: Skeleton) -> None:
    program = build_program(8, [skeleton])
    assert sum(1 + len(rule.body) for rules in program.rounds for rule in rules) <= 3 * _written(skeleton) + 2


def assert_in_order(program: Program) -> None:
    """Rules read only what earlier rounds have closed, and every bit is concluded in one round."""
    closed = set(range(program.inputs))
    for rules in program.rounds:
        assert rules, "an empty round costs time"
        assert {premise.bit for rule in rules for premise in rule.body} <= closed
        heads = {rule.head for rule in rules}
        assert not heads & closed
        closed |= heads
    assert set(program.conclusions) <= set(range(program.width))
    assert closed <= set(range(program.width))


def _rules(program: Program) -> int:
    return sum(len(rules) for rules in program.rounds)


def _written(skeleton: Skeleton) -> int:
    """How much was written, where a count weighs as much as the ladder it stands for."""
    match skeleton:
        case Atom():
            return 1
        case Negation(of):
            return 1 + _written(of)
        case Both(of) | Either(of):
            return 1 + sum(map(_written, of))
        case Count(count, of):
            return 1 + max(count, 1) * len(of) + sum(map(_written, of))
