"""Chance that is the same everywhere: draws from a key, on ``random.random`` alone.

Of Python's generator only ``random()`` promises equal figures on every version; what is drawn from it is made here,
and in whole numbers where a figure is written down.
"""

from collections.abc import Mapping, Sequence
from random import Random
from typing import TypeVar

Thing = TypeVar("Thing")


class Dice:
    """Draws that follow from ``key`` alone."""

    def __init__(self, key: str) -> None:
        self._key = key
        self._random = Random(key)

    def of(self, concern: str) -> "Dice":
        """Dice of their own for ``concern``: what one part draws moves no other part."""
        return Dice(f"{self._key}/{concern}")

    def between(self, least: int, most: int) -> int:
        """A whole number, both bounds included."""
        return least + int(self._random.random() * (most - least + 1))

    def chance(self, percent: int) -> bool:
        """True in ``percent`` of 100 cases."""
        return self.between(1, 100) <= percent

    def pick(self, things: Sequence[Thing]) -> Thing:
        """One of ``things``."""
        return things[self.between(0, len(things) - 1)]

    def weighted(self, weights: Mapping[Thing, int]) -> Thing:
        """One of the keys, each as often as its weight says."""
        drawn = self.between(1, sum(weights.values()))
        for thing, weight in weights.items():
            drawn -= weight
            if drawn <= 0:
                return thing
        raise ValueError("no weights")

    def some(self, things: Sequence[Thing], count: int) -> list[Thing]:
        """``count`` different ones of ``things`` (all, if there are fewer), in their order."""
        left = list(range(len(things)))
        while len(left) > count:
            left.pop(self.between(0, len(left) - 1))
        return [things[each] for each in left]
