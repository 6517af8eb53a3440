"""Generated conditions and what is known of an account, for the tests of this folder."""

import random
from functools import cache

import msgspec
from hypothesis import strategies as st

from engine.inference.engines import InferenceEngine, engine_named
from engine.inference.skeleton import Atom, Both, Count, Either, Negation, Skeleton


class Case(msgspec.Struct, frozen=True):
    """Conditions over some atoms, and accounts as pairs of what is certainly and what is possibly true."""

    inputs: int
    skeletons: tuple[Skeleton, ...]
    accounts: tuple[tuple[int, int], ...]


@cache
def trees(inputs: int) -> st.SearchStrategy[Skeleton]:
    """Conditions of any shape over ``inputs`` atoms, empty parts and senseless counts included."""

    def grown(parts: st.SearchStrategy[Skeleton]) -> st.SearchStrategy[Skeleton]:
        several = st.lists(parts, max_size=5).map(tuple)
        return (
            st.builds(Both, several)
            | st.builds(Either, several)
            | st.builds(Negation, parts)
            | st.builds(Count, st.integers(-1, 6), several)
        )

    return st.recursive(st.builds(Atom, st.integers(0, inputs - 1)), grown, max_leaves=16)


@st.composite
def accounts(draw: st.DrawFn, inputs: int) -> tuple[int, int]:
    """Any mixture of true, false and unknown; nothing unknown in about a third of them."""
    t = draw(st.integers(0, (1 << inputs) - 1))
    unknown = draw(st.just(0) | st.integers(0, (1 << inputs) - 1) | st.integers(0, (1 << inputs) - 1))
    return t & ~unknown, t | unknown


@st.composite
def small_cases(draw: st.DrawFn) -> Case:
    """A handful of conditions that share their atoms."""
    inputs = draw(st.integers(1, 8))
    skeletons = draw(st.lists(trees(inputs), min_size=1, max_size=4))
    return Case(inputs, tuple(skeletons), tuple(draw(st.lists(accounts(inputs), min_size=1, max_size=6))))


def big_case(seed: int) -> Case:
    """Some hundreds of rules over up to 250 atoms: more than one rule set holds."""
    chance = random.Random(seed)
    inputs = chance.choice([40, 120, 250])
    skeletons = [_tree(chance, inputs, depth) for depth in (1, 2, 3, 4, 5) for _ in range(8)]
    wide = tuple(Atom(chance.randrange(inputs)) for _ in range(100))
    skeletons += [Count(3, wide[:30]), Either(wide[10:]), Negation(Both(wide[:90])), Both(wide)]
    return Case(inputs, tuple(skeletons), tuple(_account(chance, inputs) for _ in range(6)))


def _tree(chance: random.Random, inputs: int, depth: int) -> Skeleton:
    if depth == 0 or chance.random() < 0.2:
        return Atom(chance.randrange(inputs))
    parts = tuple(_tree(chance, inputs, depth - 1) for _ in range(chance.choice([1, 2, 2, 3])))
    kinds: list[Skeleton] = [
        Both(parts),
        Either(parts),
        Negation(parts[0]),
        Count(chance.randint(0, len(parts) + 1), parts),
    ]
    return chance.choice(kinds)


def _account(chance: random.Random, inputs: int) -> tuple[int, int]:
    likely, unknown = chance.choice([0.1, 0.5, 0.9]), chance.choice([0.0, 0.1, 0.6])
    t = p = 0
    for bit in range(inputs):
        if chance.random() < unknown:
            p |= 1 << bit
        elif chance.random() < likely:
            t, p = t | 1 << bit, p | 1 << bit
    return t, p


def engine(name: str) -> InferenceEngine:
    """The engine of a parameter of ``ENGINES``."""
    return engine_named("durable" if name == "durable" else "builtin")
