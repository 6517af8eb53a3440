"""What a template may read: the typed shape of its variables.

Whoever renders states, per place in the playbook, which names there are, what stands under them and what may be
missing::

    {
        "account": Group({"name": Leaf("text"), "industry": Leaf("text", optional=True)}),
        "tickets": ListOf(Group({"title": Leaf("text"), "opened_at": Leaf("instant")})),
        "share": Leaf("number"),
    }
"""

from collections.abc import Iterable, Mapping
from functools import reduce
from typing import Final, Literal, TypeAlias

import msgspec

Kind = Literal["text", "number", "date", "instant", "money", "any"]


class Leaf(msgspec.Struct, frozen=True):
    """A single value. ``number`` covers quantities with a unit, ``any`` is not checked before it is rendered."""

    kind: Kind = "text"
    optional: bool = False


class Group(msgspec.Struct, frozen=True):
    """A record: its members by name, all that there can be."""

    members: Mapping[str, "Shape"]
    optional: bool = False


class ListOf(msgspec.Struct, frozen=True):
    """A list, possibly empty, of values of one shape."""

    of: "Shape"
    optional: bool = False


Shape: TypeAlias = Leaf | Group | ListOf
Variables: TypeAlias = Mapping[str, Shape]

ANY: Final = Leaf("any")
NOTHING: Final = Leaf("any", optional=True)
NUMBER: Final = Leaf("number")
TEXT: Final = Leaf("text")


def maybe(shape: Shape, optional: bool = True) -> Shape:
    """``shape``, optional or not."""
    return shape if shape.optional == optional else msgspec.structs.replace(shape, optional=optional)


def either(left: Shape, right: Shape) -> Shape:
    """The shape of a value that is one or the other."""
    if left is right:
        return left
    optional = left.optional or right.optional
    match left, right:
        case Leaf(), Leaf():
            return Leaf(left.kind if left.kind == right.kind else "any", optional)
        case ListOf(), ListOf():
            return ListOf(either(left.of, right.of), optional)
        case Group(), Group():
            return Group(_members(left, right), optional)
    return Leaf("any", optional)


def any_of(shapes: Iterable[Shape]) -> Shape:
    """The shape of a value that has one of ``shapes``."""
    known = list(shapes)
    return reduce(either, known) if known else ANY


def _members(left: Group, right: Group) -> dict[str, Shape]:
    """Members of either record; those of only one may be missing."""
    members: dict[str, Shape] = {}
    for name in {**left.members, **right.members}:
        mine, other = left.members.get(name), right.members.get(name)
        members[name] = either(mine, other) if mine and other else maybe(mine or other or ANY)
    return members


def called(shape: Shape) -> str:
    """What a message calls a value of this shape."""
    if isinstance(shape, Leaf):
        return _CALLED.get(shape.kind, f"a {shape.kind}")
    return "a record" if isinstance(shape, Group) else "a list"


_CALLED: Final = {"money": "an amount of money", "instant": "an instant", "any": "a value"}
