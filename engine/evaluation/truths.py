"""Three truth values, read from bits and put together."""

from msgspec import UNSET

from engine.history.settling import Truth
from engine.matching.run import Value


def truth_of(mask: int, t: int, p: int) -> Truth:
    """The truth of a conclusion: its bit among those certainly (``t``) and possibly (``p``) true."""
    if t & mask:
        return True
    return UNSET if p & mask else False


def any_of(members: list[Value]) -> Truth:
    """Whether one of ``members`` is true; false without any."""
    if True in members:
        return True
    return UNSET if UNSET in members else False


def all_of(members: list[Value]) -> Truth:
    """Whether all ``members`` are true; true without any."""
    if False in members:
        return False
    return UNSET if UNSET in members else True
