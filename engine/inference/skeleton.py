"""What is left of a condition once its atoms are cut out (semantics 7.1), and what it means in three values."""

from typing import TypeAlias

import msgspec
from msgspec import UNSET, UnsetType


class Atom(msgspec.Struct, frozen=True, tag=True):
    """One test, answered elsewhere; ``bit`` is its index among the atoms of the level."""

    bit: int


class Both(msgspec.Struct, frozen=True, tag=True):
    """``all``: true if every part is; of nothing it is true."""

    of: tuple["Skeleton", ...]


class Either(msgspec.Struct, frozen=True, tag=True):
    """``any``: true if some part is; of nothing it is false."""

    of: tuple["Skeleton", ...]


class Negation(msgspec.Struct, frozen=True, tag=True):
    """``not``."""

    of: "Skeleton"


class Count(msgspec.Struct, frozen=True, tag=True):
    """``at_least … of``: true if ``count`` of the parts are; a part that stands there twice counts twice."""

    count: int
    of: tuple["Skeleton", ...]


Skeleton: TypeAlias = Atom | Both | Either | Negation | Count


def truth(skeleton: Skeleton, t: int, p: int) -> bool | UnsetType:
    """What ``skeleton`` says where the atoms in ``t`` are certainly and those in ``p`` possibly true.

    Kleene's strong logic, with ``UNSET`` for unknown. This is the meaning that both engines are held to; it shares
    no code with them.
    """
    match skeleton:
        case Atom(bit):
            return bool(t >> bit & 1) or (UNSET if p >> bit & 1 else False)
        case Negation(of):
            inner = truth(of, t, p)
            return inner if inner is UNSET else not inner
        case Both(of):
            return _at_least(len(of), of, t, p)
        case Either(of):
            return _at_least(1, of, t, p)
        case Count(count, of):
            return _at_least(count, of, t, p)


def _at_least(count: int, parts: tuple[Skeleton, ...], t: int, p: int) -> bool | UnsetType:
    values = [truth(part, t, p) for part in parts]
    if sum(value is True for value in values) >= count:
        return True
    return UNSET if sum(value is not False for value in values) >= count else False
