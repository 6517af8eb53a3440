"""The engine in plain Python, and the reference: an account is two integers, a rule is two masks (semantics 7.4)."""

from typing import Final, NamedTuple

from engine.inference.program import Program, Rule

_MOST_PROGRAMS: Final = 1_000


class _Masks(NamedTuple):
    """A rule as bit sets: it holds where all of ``yes`` are 1 and all of ``no`` are 0."""

    yes: int
    no: int
    head: int


class BuiltinEngine:
    """Runs programs on Python's own integers. Any number of threads may share one."""

    name = "builtin"

    def __init__(self) -> None:
        self._prepared: dict[str, tuple[tuple[_Masks, ...], ...]] = {}

    def infer(self, program: Program, t: int, p: int) -> tuple[int, int]:
        """The bits that are certainly and possibly true, given those of the atoms (``t`` within ``p``)."""
        rounds = self._prepared.get(program.digest)
        if rounds is None:
            rounds = self._prepare(program)
        if t == p:
            t = _settled(rounds, t)
            return t, t
        for masks in rounds:
            certain, possible = t, p
            for yes, no, head in masks:
                if certain & yes == yes and not possible & no:
                    t |= head
                if possible & yes == yes and not certain & no:
                    p |= head
        return t, p

    def _prepare(self, program: Program) -> tuple[tuple[_Masks, ...], ...]:
        if len(self._prepared) >= _MOST_PROGRAMS:
            self._prepared.clear()
        rounds = tuple(tuple(_masks(rule) for rule in rules) for rules in program.rounds)
        self._prepared[program.digest] = rounds
        return rounds


def _settled(rounds: tuple[tuple[_Masks, ...], ...], t: int) -> int:
    """One rail serves for both where nothing is unknown."""
    for masks in rounds:
        seen = t
        for yes, no, head in masks:
            if seen & yes == yes and not seen & no:
                t |= head
    return t


def _masks(rule: Rule) -> _Masks:
    yes = sum(1 << bit for bit in {premise.bit for premise in rule.body if premise.positive})
    no = sum(1 << bit for bit in {premise.bit for premise in rule.body if not premise.positive})
    return _Masks(yes, no, 1 << rule.head)
