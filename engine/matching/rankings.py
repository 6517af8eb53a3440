"""The values of a portfolio in order, and what can be said of one among them (semantics 4.7)."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Mapping
from functools import cached_property
from itertools import accumulate
from typing import Final

from msgspec import UNSET, Struct, UnsetType

from engine.foundation.quantities import SCALE
from engine.matching.core import Measure
from engine.matching.operations import percent


class Ranking(Struct, frozen=True, dict=True):
    """The accounts of one group: their known values in rising order; ``excluded`` counts those left out, of which it
    is unknown whether they belong there or what their value is."""

    values: tuple[int, ...]
    excluded: int = 0

    @cached_property
    def sums(self) -> tuple[int, ...]:
        """What the first 0, 1, … all values add up to."""
        return tuple(accumulate(self.values, initial=0))

    @property
    def total(self) -> int:
        """What all values add up to."""
        return self.sums[-1]

    def bigger(self, value: int) -> int:
        """How many are strictly bigger."""
        return len(self.values) - bisect_right(self.values, value)

    def smaller(self, value: int) -> int:
        """How many are strictly smaller."""
        return bisect_left(self.values, value)


Groups = Mapping[tuple[str, ...], Ranking]
"""A population's rankings by the values that its groups are named by; under ``()`` where there is one group."""

Rankings = Mapping[str, Groups]
"""The figures of a portfolio, by the name of the population."""


def standing(measure: Measure, groups: Groups | None, group: tuple[str, ...], value: int) -> int | UnsetType | None:
    """What ``measure`` says of a value in its group: percentages in millionths, rounded half-even once.

    Unknown where nothing is known of the group, none where it is empty.
    """
    ranking = groups.get(group) if groups is not None else None
    if ranking is None:
        return UNSET
    if not ranking.values:
        return UNSET if ranking.excluded else None
    return _MEASURES[measure](ranking, value)


def _fifth(better: int, ranking: Ranking) -> int:
    """The best fifth, rounded up, has 5, and so on; equal values have the same."""
    return 5 - min(5 * better // len(ranking.values), 4)


def _of_total(part: int, ranking: Ranking) -> int | None:
    return percent(part, ranking.total, SCALE) if ranking.total > 0 else None


def _against_average(ranking: Ranking, value: int) -> int | None:
    """(value − mean) / |mean|, without a division before the last."""
    if ranking.total == 0:
        return None
    return percent(value * len(ranking.values) - ranking.total, abs(ranking.total), SCALE)


_MEASURES: Final[dict[Measure, Callable[[Ranking, int], int | None]]] = {
    "top_percent": lambda ranking, value: percent(ranking.bigger(value), len(ranking.values), SCALE),
    "rank": lambda ranking, value: ranking.bigger(value) + 1,
    "rank_from_low": lambda ranking, value: ranking.smaller(value) + 1,
    "fifths": lambda ranking, value: _fifth(ranking.bigger(value), ranking),
    "fifths_from_low": lambda ranking, value: _fifth(ranking.smaller(value), ranking),
    "share_of_total": lambda ranking, value: _of_total(value, ranking),
    "cumulative_share": lambda ranking, value: _of_total(ranking.total - ranking.sums[ranking.smaller(value)], ranking),
    "share_before": lambda ranking, value: _of_total(
        ranking.total - ranking.sums[len(ranking.values) - ranking.bigger(value)], ranking
    ),
    "against_average": _against_average,
    "share_of_accounts": lambda ranking, _: percent(ranking.total, len(ranking.values), SCALE),
}
