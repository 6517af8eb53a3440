"""Means by weights: by how much each of several figures counts, also where some are missing."""

from collections.abc import Iterator, Sequence
from fractions import Fraction
from functools import lru_cache
from math import lcm

from msgspec import UNSET, Struct

from engine.foundation.quantities import divide_half_even
from engine.matching.core import Missed, Weights
from engine.matching.run import Value


class Shares(Struct, frozen=True, cache_hash=True):
    """By how much each member counts in the whole: whole numbers of which ``whole`` make up all."""

    of: tuple[int, ...]
    whole: int


@lru_cache(maxsize=1 << 12)
def shares(weights: Weights, there: tuple[bool, ...]) -> Shares | None:
    """The shares of members of which some are missing: what is left of a part takes their weight, what is left of the
    whole that of a part without any. None where nothing is left."""
    found = _shares(weights, iter(there))
    if not any(found):
        return None
    whole = lcm(*(each.denominator for each in found))
    return Shares(tuple(int(each * whole) for each in found), whole)


def _shares(weights: Weights, there: Iterator[bool]) -> list[Fraction]:
    parts: list[tuple[int, list[Fraction]]] = []
    for each in weights:
        if isinstance(each, int):
            parts.append((each, [Fraction(next(there))]))
        else:
            parts.append((each[0], _shares(each[1], there)))
    left = sum(weight for weight, inner in parts if any(inner))
    return [Fraction(weight, left) * share if share else share for weight, inner in parts for share in inner]


def evenly(weights: Weights) -> Shares:
    """The shares where nothing is missing."""
    found = shares(weights, (True,) * leaves(weights))
    assert found is not None  # noqa: S101 - weights are not all 0
    return found


def leaves(weights: Weights) -> int:
    """How many figures the weights are for."""
    return sum(1 if isinstance(each, int) else leaves(each[1]) for each in weights)


def counted(weights: Weights, values: Sequence[Value], missed: Missed) -> Shares | None:
    """By how much each of ``values`` counts; none where nothing is left to count."""
    if missed == "spread":
        return shares(weights, tuple(each is not None and each is not UNSET for each in values))
    return evenly(weights)


def weighted_mean(weights: Weights, values: Sequence[Value], missed: Missed) -> Value:
    """The mean of figures by weights, rounded half-even once; where none is left, what they are: unknown or none."""
    found = counted(weights, values, missed)
    if found is None:
        return UNSET if UNSET in values else None
    total = sum(share * value for share, value in zip(found.of, values, strict=True) if isinstance(value, int))
    return divide_half_even(total, found.whole)
