"""About 40 rules over one account: compiled rows against plain closures and against the reference interpreter.

Run ``python benchmarks/matching.py``. All three first have to say the same of every account; then they are timed in
turns within the same run, in processor time, the best of several rounds each.
"""

import time
from collections.abc import Callable
from typing import Any

from closures import records, truths
from closures import values as figures
from closures.compiler import Closures
from forty_accounts import Made
from forty_rules import CONCLUSIONS, forest, run
from msgspec import UNSET

from engine.matching.core import Forest, Scope
from engine.matching.explained import Environment, evaluate, visible
from engine.matching.rows import BoundRows, compile_rows
from engine.matching.run import RunValues
from engine.snapshots.model import AccountSnapshot

RULE_BOOKS = (figures, records, truths)
"""Importing them registers the closures of their nodes."""

ACCOUNTS = 300
ROUNDS = 15

Way = Callable[[AccountSnapshot], list[Any]]


def by_rows(rows: BoundRows, snapshot: AccountSnapshot) -> list[Any]:
    """What compiled rows say of the account, scope by scope."""
    state = rows.account(snapshot)
    return [
        rows.match(0, 0, state, CONCLUSIONS),
        rows.match(1, 0, state, CONCLUSIONS),
        rows.records(1, 1, state, CONCLUSIONS),
        rows.records(1, 2, state, CONCLUSIONS),
    ]


def by_reference(trees: Forest, values: RunValues, snapshot: AccountSnapshot) -> list[Any]:
    """What the reference says."""
    env = Environment(trees, snapshot, values, CONCLUSIONS)
    return [_scope(scope, env) for level in trees.levels for scope in level]


def _scope(scope: Scope, env: Environment) -> Any:
    if scope.collection is None or scope.record is None:
        return _bits(scope, env)
    records = visible(env.snapshot, scope.collection, env.run)
    if records is UNSET:
        return UNSET
    in_order = sorted(records, key=lambda each: each.id)
    return [(each, *_bits(scope, env.binding(scope.record, each))) for each in in_order]


def _bits(scope: Scope, env: Environment) -> tuple[int, int]:
    truths = [evaluate(each, env) for each in scope.atoms]
    t = sum(1 << index for index, each in enumerate(truths) if each is True)
    return t, t | sum(1 << index for index, each in enumerate(truths) if each is UNSET)


def timed(match: Way, accounts: list[AccountSnapshot]) -> float:
    """Microseconds of processor time per account."""
    began = time.process_time()
    for each in accounts:
        match(each)
    return (time.process_time() - began) / len(accounts) * 10**6


def best_of(ways: dict[str, Way], accounts: list[AccountSnapshot]) -> dict[str, float]:
    """The best time of each, taken in turns so that a slower moment of the machine meets them all."""
    best = dict.fromkeys(ways, float("inf"))
    for _ in range(ROUNDS):
        for name, match in ways.items():
            best[name] = min(best[name], timed(match, accounts))
    return best


def agree(ways: dict[str, Way], accounts: list[AccountSnapshot]) -> None:
    """Ends the program if two ways say different things of an account."""
    for each in accounts:
        said = {name: match(each) for name, match in ways.items()}
        if any(other != said["compiled rows"] for other in said.values()):
            raise SystemExit(f"{each.id}: {said}")


def main() -> None:
    """Checks that all agree, then prints the times."""
    trees, values = forest(), run()
    accounts = [Made(index).account(index) for index in range(ACCOUNTS)]
    began = time.process_time()
    compiled = compile_rows(trees)
    compile_time = time.process_time() - began
    rows, closures = compiled.bind(values), Closures(trees, values)
    ways: dict[str, Way] = {
        "compiled rows": lambda snapshot: by_rows(rows, snapshot),
        "plain closures": lambda snapshot: closures.match(snapshot, CONCLUSIONS),
        "reference": lambda snapshot: by_reference(trees, values, snapshot),
    }
    agree(ways, accounts)
    best = best_of(ways, accounts)
    atoms = sum(len(scope.atoms) for level in trees.levels for scope in level)
    print(f"{atoms} atoms over {len(trees.definitions)} metrics, compiled in {compile_time * 1000:.0f} ms")
    print(f"{ACCOUNTS} accounts of 10 to 40 records; all three say the same of each")
    for name, microseconds in best.items():
        print(f"{name:15} {microseconds:8.1f} µs per account {microseconds / best['compiled rows']:6.1f} ×")


if __name__ == "__main__":
    main()
