"""Which rows of a class may be the one, while some of their conditions are unknown (semantics 1.6, 5.5)."""

from collections.abc import Sequence

from msgspec import UNSET, UnsetType

from engine.history.model import InForce
from engine.history.settling import Truth


def first_possible(values: Sequence[str], truths: list[Truth], otherwise: str | None) -> tuple[str | None, ...]:
    """The rows down to the first that certainly holds, those that can't hold left out, each value once."""
    found: dict[str | None, None] = {}
    for value, truth in zip(values, truths, strict=True):
        if truth is not False:
            found[value] = None
        if truth is True:
            return tuple(found)
    return tuple(found | {otherwise: None})


def steps_possible(values: Sequence[str], truths: list[Truth]) -> tuple[str | None, ...]:
    """Where a climb may have come to, lowest first; ``None`` is before its first step (semantics 5.5)."""
    found: list[str | None] = []
    reached: str | None = None
    for value, truth in zip(values, truths, strict=True):
        if truth is False:
            break
        if truth is UNSET:
            found.append(reached)
        reached = value
    return (*found, reached)


def reached_step(
    possible: tuple[str | None, ...], before: InForce | None, ranks: tuple[str | None, ...]
) -> str | UnsetType | None:
    """How far a climb has certainly come: up to the first step that is unknown, unless it had come farther before,
    and down only as far as is certain. It begins undecided where not even the first step is known."""
    lowest, highest = possible[0], possible[-1]
    if lowest == highest:
        return lowest
    if before is None or before.value not in ranks:
        return UNSET if lowest is None else lowest
    at = ranks.index(before.value)
    if ranks.index(lowest) <= at <= ranks.index(highest):
        return UNSET
    return lowest if at < ranks.index(lowest) else highest
