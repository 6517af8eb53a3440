"""Skeletons as levels of rules over bits: the only input of both engines (semantics 7.1 and 7.4).

A condition becomes rules of one form, "the head holds if all premises hold"; a head with several rules holds if one
of them does. Premises look only at bits that earlier rounds have closed, so each round is one look at the facts,
and `not` is simply equality with 0.
"""

from collections.abc import Iterable, Sequence
from itertools import chain
from typing import Final, TypeAlias

import msgspec

from engine.foundation.canonical import digest
from engine.inference.skeleton import Atom, Both, Count, Either, Negation, Skeleton

WIDEST: Final = 40
"""Premises of one rule; a wider `all` is cut into pieces, because an engine takes only so many fields at a time."""


class Premise(msgspec.Struct, frozen=True, order=True):
    """A bit that must be 1, or 0 where it is not ``positive``."""

    bit: int
    positive: bool


class Rule(msgspec.Struct, frozen=True):
    """The bit ``head`` holds if every premise of ``body`` does; with an empty body it always holds."""

    head: int
    body: tuple[Premise, ...]


class Program(msgspec.Struct, frozen=True):
    """The rules of one level of a playbook.

    Bits below ``inputs`` are atoms, those up to ``width`` are concluded, each in one round. ``conclusions[i]`` is
    the bit that holds the truth of the i-th skeleton. Equal programs have equal digests.
    """

    inputs: int
    rounds: tuple[tuple[Rule, ...], ...]
    width: int
    conclusions: tuple[int, ...]
    digest: str


def build_program(inputs: int, skeletons: Sequence[Skeleton]) -> Program:
    """The program whose conclusions are ``skeletons`` over atoms ``0 … inputs - 1``.

    Its size is linear in what was written (``at_least k of n``: at most k × n conclusions). A part that occurs in
    several skeletons is concluded once. Raises ``ValueError`` for an atom that is not among the inputs.
    """
    builder = _Builder(inputs)
    conclusions = tuple(builder.conclusion(skeleton) for skeleton in skeletons)
    rounds = tuple(tuple(rules) for rules in builder.rounds)
    identity = digest([inputs, builder.width, conclusions, rounds])
    return Program(inputs, rounds, builder.width, conclusions, identity)


_Body: TypeAlias = tuple[Premise, ...]

_ALWAYS: Final = Premise(-1, positive=True)
_NEVER: Final = Premise(-1, positive=False)


class _Builder:
    """Hands out bits for conclusions, one for each different set of rules."""

    def __init__(self, inputs: int) -> None:
        self.inputs = inputs
        self.rounds: list[list[Rule]] = []
        self._closed_after = [0] * inputs
        self._bits: dict[tuple[_Body, ...], int] = {}
        self._tallies: dict[tuple[int, _Body], Premise] = {}

    @property
    def width(self) -> int:
        return len(self._closed_after)

    def conclusion(self, skeleton: Skeleton) -> int:
        """The bit that holds the truth of ``skeleton``."""
        premise = self._premise(skeleton)
        if premise == _NEVER:
            return self._bit(())
        if premise == _ALWAYS:
            return self._bit(((),))
        return premise.bit if premise.positive else self._bit(((premise,),))

    def _premise(self, skeleton: Skeleton) -> Premise:
        match skeleton:
            case Atom(bit):
                if not 0 <= bit < self.inputs:
                    raise ValueError(f"atom {bit} is not among the {self.inputs} inputs")
                return Premise(bit, positive=True)
            case Negation(of):
                inner = self._premise(of)
                return Premise(inner.bit, positive=not inner.positive)
            case _:
                return self._named(self._ways(skeleton))

    def _ways(self, skeleton: Skeleton) -> list[_Body]:
        """The bodies of which one must hold. An `any` in an `any` needs no name of its own."""
        match skeleton:
            case Either(of):
                return [body for part in of for body in self._ways(part)]
            case Count(count, of):
                return self._counted(count, tuple(self._premise(part) for part in of))
            case _:
                return [self._body(skeleton)]

    def _body(self, skeleton: Skeleton) -> _Body:
        """The premises that must all hold. An `all` in an `all`, or in an `any`, needs no name of its own."""
        if isinstance(skeleton, Both):
            return tuple(chain.from_iterable(self._body(part) for part in skeleton.of))
        return (self._premise(skeleton),)

    def _counted(self, count: int, of: _Body) -> list[_Body]:
        """The ways in which ``count`` of ``of`` can hold: so many in the first half, the rest in the second.

        A tournament rather than a ladder along the list: as many conclusions, but only log n rounds.
        """
        if count <= 0:
            return [()]
        if count >= len(of):
            return [of] if count == len(of) else []
        if count == 1:
            return [(premise,) for premise in of]
        half = len(of) // 2
        return [(self._tally(n, of[:half]), self._tally(count - n, of[half:])) for n in range(count + 1)]

    def _tally(self, count: int, of: _Body) -> Premise:
        found = self._tallies.get((count, of))
        if found is None:
            found = self._tallies[count, of] = self._named(self._counted(count, of))
        return found

    def _named(self, ways: Iterable[_Body]) -> Premise:
        """One premise that says the same as ``ways``, with constants folded away."""
        bodies = sorted({self._narrow(tuple(sorted(set(body) - {_ALWAYS}))) for body in ways if _NEVER not in body})
        if not bodies:
            return _NEVER
        if bodies[0] == ():
            return _ALWAYS
        if len(bodies) == 1 and len(bodies[0]) == 1:
            return bodies[0][0]
        return Premise(self._bit(tuple(bodies)), positive=True)

    def _narrow(self, body: _Body) -> _Body:
        while len(body) > WIDEST:
            body = tuple(self._named([body[start : start + WIDEST]]) for start in range(0, len(body), WIDEST))
        return body

    def _bit(self, bodies: tuple[_Body, ...]) -> int:
        """The bit concluded by ``bodies``, in the first round that finds all their premises closed."""
        found = self._bits.get(bodies)
        if found is not None:
            return found
        bit = self._bits[bodies] = self.width
        turn = max((self._closed_after[premise.bit] for body in bodies for premise in body), default=0)
        self._closed_after.append(turn + 1)
        for body in bodies:
            if turn == len(self.rounds):
                self.rounds.append([])
            self.rounds[turn].append(Rule(bit, body))
        return bit
