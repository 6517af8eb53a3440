"""The meaning of a skeleton: if this is wrong, so is every light, however well the engines agree."""

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import UNSET

from engine.inference.skeleton import Atom, Both, Count, Either, Negation, Skeleton, truth
from tests.inference.generated import accounts, trees

YES, NO, UNKNOWN = Atom(0), Atom(1), Atom(2)
T, P = 0b001, 0b101


@pytest.mark.parametrize(
    ("skeleton", "expected"),
    [
        (YES, True),
        (NO, False),
        (UNKNOWN, UNSET),
        (Negation(NO), True),
        (Negation(UNKNOWN), UNSET),
        (Both((YES, UNKNOWN)), UNSET),
        (Both((NO, UNKNOWN)), False),
        (Both(()), True),
        (Either((YES, UNKNOWN)), True),
        (Either((NO, UNKNOWN)), UNSET),
        (Either(()), False),
        (Both((UNKNOWN, Negation(UNKNOWN))), UNSET),
        (Count(2, (YES, UNKNOWN, NO)), UNSET),
        (Count(2, (YES, UNKNOWN, YES)), True),
        (Count(3, (YES, UNKNOWN, NO)), False),
        (Count(2, (YES, YES)), True),
        (Count(0, ()), True),
        (Count(1, ()), False),
    ],
)
def test_missing_data_counts_as_neither_yes_nor_no(skeleton: Skeleton, expected: object) -> None:
    assert truth(skeleton, T, P) is expected


@given(trees(6), accounts(6))
def test_what_is_certain_stays_whatever_the_missing_data_turn_out_to_be(
    skeleton: Skeleton, account: tuple[int, int]
) -> None:
    verdict = truth(skeleton, *account)
    if verdict is not UNSET:
        assert all(truth(skeleton, full, full) is verdict for full in _completions(*account))


@given(trees(6), st.integers(0, 63))
def test_nothing_is_unknown_where_everything_is_known(skeleton: Skeleton, t: int) -> None:
    assert truth(skeleton, t, t) is _plain(skeleton, t)


def _completions(t: int, p: int) -> Iterator[int]:
    """Every way in which the unknown atoms could be filled in: the subsets of ``p`` that contain ``t``."""
    unknown = p & ~t
    chosen = unknown
    while True:
        yield t | chosen
        if not chosen:
            return
        chosen = (chosen - 1) & unknown


def _plain(skeleton: Skeleton, t: int) -> bool:
    match skeleton:
        case Atom(bit):
            return t & 1 << bit != 0
        case Negation(of):
            return not _plain(of, t)
        case Both(of):
            return all(_plain(part, t) for part in of)
        case Either(of):
            return any(_plain(part, t) for part in of)
        case Count(count, of):
            return [_plain(part, t) for part in of].count(True) >= count
