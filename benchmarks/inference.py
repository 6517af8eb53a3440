"""Both engines on one program of some 55 rules: microseconds per account, with and without the memo.

Run ``python -m benchmarks.inference``. Two portfolios: accounts that have nothing in common, and accounts most of
which are well, so that many look the same to the rules.
"""

import random
import time
from typing import Literal, TypeAlias

from engine.inference.engines import InferenceEngine, Memo, durable_available, engine_named
from engine.inference.program import Program, build_program
from engine.inference.skeleton import Atom, Both, Count, Either, Negation, Skeleton

ATOMS = 60
CONDITIONS = 35
ACCOUNTS = 20_000

Account: TypeAlias = tuple[int, int]
EngineName: TypeAlias = Literal["builtin", "durable"]


def condition(chance: random.Random) -> Skeleton:
    """A condition of the kind that playbooks have: two to four tests, seldom more."""
    a, b, c = (Atom(bit) for bit in chance.sample(range(ATOMS), 3))
    shapes: list[Skeleton] = [
        Both((a, b)),
        Both((a, b, Negation(c))),
        Either((a, b)),
        Either((Both((a, b)), c)),
        Both((a, Either((b, c)))),
        Negation(Either((a, b))),
        Count(2, (a, b, c)),
    ]
    return chance.choices(shapes, weights=[8, 5, 4, 4, 4, 1, 1])[0]


def portfolio(chance: random.Random, likely: float, unknown: float) -> list[Account]:
    """Accounts whose atoms are true with probability ``likely``; a share of ``unknown`` lacks some data."""

    def account() -> Account:
        t = sum(1 << bit for bit in range(ATOMS) if chance.random() < likely)
        missing = sum(1 << bit for bit in range(ATOMS) if chance.random() < 0.1) if chance.random() < unknown else 0
        return t & ~missing, t | missing

    return [account() for _ in range(ACCOUNTS)]


def microseconds(name: EngineName, program: Program, accounts: list[Account], *, memo: bool) -> float:
    """Per account: the best of three runs, each by an engine that has seen one account before."""
    return min(run(Memo(engine_named(name)) if memo else engine_named(name), program, accounts) for _ in range(3))


def run(engine: InferenceEngine, program: Program, accounts: list[Account]) -> float:
    """Microseconds per account of one run."""
    engine.infer(program, *accounts[0])
    began = time.perf_counter()
    for t, p in accounts:
        engine.infer(program, t, p)
    return (time.perf_counter() - began) / len(accounts) * 1e6


def report(title: str, program: Program, accounts: list[Account]) -> None:
    """Print one block of figures."""
    repeated = 1 - len(set(accounts)) / len(accounts)
    print(f"\n{title} ({repeated:.0%} of {len(accounts):,} accounts repeat another)")
    names: list[EngineName] = ["builtin", "durable"] if durable_available() else ["builtin"]
    plain = {name: microseconds(name, program, accounts, memo=False) for name in names}
    for name in names:
        remembered = microseconds(name, program, accounts, memo=True)
        ratio = plain[name] / plain["builtin"]
        print(f"{name:8} {plain[name]:7.1f} µs, {ratio:4.1f} × builtin; with memo {remembered:6.1f} µs")


def main() -> None:
    """Build the program and print the figures."""
    chance = random.Random(7)
    program = build_program(ATOMS, [condition(chance) for _ in range(CONDITIONS)])
    rules = sum(len(each) for each in program.rounds)
    print(f"{rules} rules in {len(program.rounds)} rounds, {ATOMS} atoms, {CONDITIONS} conclusions")
    report("Nothing in common, all known", program, portfolio(chance, 0.3, 0))
    report("Nothing in common, one in five with gaps", program, portfolio(chance, 0.3, 0.2))
    report("Most are well", program, portfolio(chance, 0.02, 0.05))


if __name__ == "__main__":
    main()
