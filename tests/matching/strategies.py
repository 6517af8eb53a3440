"""Core trees of every kind, grown at random; for hypothesis, and from a seed where they should be big."""

import random
from collections.abc import Callable, Mapping
from typing import Any

from hypothesis import strategies as st

from engine.foundation.quantities import Duration, Period
from engine.matching import core
from engine.matching.core import (
    COUNT,
    DATE,
    DURATION,
    INSTANT,
    MONEY,
    PERCENT,
    TEXT,
    TEXTS,
    TRUTH,
    Constant,
    Definition,
    Forest,
    Items,
    Node,
    Scope,
    Series,
    ValueType,
)
from engine.snapshots.model import COLLECTIONS
from engine.snapshots.vocabulary import record_paths
from tests.matching.accounts import (
    CNY,
    COLLECTIONS_USED,
    CONCLUSIONS,
    DECLARED,
    DURATIONS,
    NUMBER,
    PARAMETERS,
    RANKED,
    VALUES,
)

HOURS = [Duration(__import__("decimal").Decimal(48), "hours")]
PERIODS = [Period(1, "month"), Period(1, "quarter"), Period(2, "week"), Period(1, "year"), Period(1, "day")]
KINDS = [NUMBER, NUMBER, CNY, COUNT, PERCENT, DATE, INSTANT, TEXT, TEXT, TRUTH]

Variables = tuple[tuple[str, str], ...]
"""Record variables in reach, with their collections."""
Pick = Callable[[list[Any]], Any]
