"""``portfolio`` of a scenario: the other accounts, whole or by the figures that count."""

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec
from msgspec import Struct

from engine.compiling.compiled import CompiledPlaybook
from engine.compiling.levels import walk
from engine.compiling.typing import constant
from engine.documents.document import Mapping as Document
from engine.documents.document import Node, Scalar, Sequence, plain
from engine.foundation import codes
from engine.foundation.places import Place
from engine.foundation.problems import AccountFailed, InputUnreadable, Problem, did_you_mean, problem
from engine.language.metrics import Metric
from engine.language.values import Written
from engine.matching.core import TRUTH, Population, ValueType
from engine.matching.shape import type_of
from engine.snapshots.decoding import decode_snapshot
from engine.snapshots.model import AccountSnapshot


class Others(Struct, frozen=True):
    """The other accounts of a scenario's portfolio: whole ones, and values by population, all of the account's own
    group."""

    accounts: tuple[AccountSnapshot, ...] = ()
    values: Mapping[str, tuple[int, ...]] = {}


def portfolio_of(node: Node | None, compiled: CompiledPlaybook) -> Others:
    """What a scenario's ``portfolio`` says: a list of accounts, or values by the metric that holds them against each
    other, or by the figure that it ranks. Raises ``InputUnreadable`` and ``AccountFailed``."""
    if isinstance(node, Sequence):
        numbered = enumerate(node.items, 1)
        return Others(accounts=tuple(account_from(plain(each), f"P-{at}", each.place) for at, each in numbered))
    return Others(values=dict(_values(node, compiled))) if isinstance(node, Document) else Others()


def account_from(account: dict[str, Any], name: str, place: Place) -> AccountSnapshot:
    """The snapshot that a scenario writes; ``name`` is its id where it has none. Raises ``AccountFailed``."""
    account = {"id": name, **account}
    account.setdefault("name", account["id"])
    data = msgspec.json.Encoder(decimal_format="number").encode(account)
    decoded = decode_snapshot(data, place.file, place.line)
    if isinstance(decoded, Problem):
        raise AccountFailed(decoded)
    return decoded


def _values(node: Document, compiled: CompiledPlaybook) -> Iterator[tuple[str, tuple[int, ...]]]:
    """The values by population; those under a metric's own id go before those under its figure's name."""
    known = dict(_populations(compiled))
    by_name = {name: found for metric, found in known.items() for name in (_figure(metric), metric.id)}
    for entry in node.entries:
        if entry.key not in by_name:
            message = f"no figure over the portfolio is of `{entry.key}`"
            hint = did_you_mean(entry.key, by_name)
            raise InputUnreadable([problem(codes.BAD_SCENARIO, entry.key_place, message, hint)])
    for metric, population in known.items():
        written = node.get(metric.id) or node.get(_figure(metric))
        if isinstance(written, Sequence):
            kind = TRUTH if metric.holds is not None else type_of(population.value)
            yield population.name, tuple(_value(each, kind) for each in written.items)


def _populations(compiled: CompiledPlaybook) -> Iterator[tuple[Metric, Population]]:
    """The metrics over the portfolio, each with the population that it speaks of."""
    for metric in compiled.playbook.metrics.values():
        parts = walk([compiled.forest.definitions[metric.id].node], {})
        yield from ((metric, each) for each in parts if isinstance(each, Population))


def _figure(metric: Metric) -> str:
    return str(metric.of[0].value) if metric.of else metric.id


def _value(node: Node, kind: ValueType) -> int:
    problems: list[Problem] = []
    found = (
        constant(Written.read_shape(node, problems.append), kind, problems.append) if isinstance(node, Scalar) else None
    )
    if found is None or not isinstance(found.value, int):
        raise InputUnreadable(problems)
    return int(found.value)
