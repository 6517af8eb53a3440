"""What generated examples are drawn by: one seed gives one whole example, drawn evenly.

Hypothesis chooses the seeds. Drawing every choice by it took ten times as long, and its examples, made to be shrunk,
were mostly small and alike; `tests/laws/reducing.py` makes an example smaller instead.
"""

from collections.abc import Sequence
from random import Random
from typing import TypeVar

from hypothesis import strategies as st

Member = TypeVar("Member")


class Chance(Random):
    """A source of choices."""

    def one(self, members: Sequence[Member]) -> Member:
        """One of the members."""
        return members[self.randrange(len(members))]

    def some(self, members: Sequence[Member], least: int, most: int) -> list[Member]:
        """Several different members, in any order."""
        return self.sample(list(members), min(self.randint(least, most), len(members)))

    def yes(self, one_in: int = 2) -> bool:
        """True once in so many times."""
        return self.randrange(one_in) == 0


chances = st.integers(0, 2**48).map(Chance)
"""Sources of choices, each from its own seed."""
