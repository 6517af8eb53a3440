"""The engines there are on this machine: tests are the same, and show the same, where durable-rules is missing."""

from importlib.util import find_spec
from typing import Final

import pytest

from engine.commands.engines import NOTICE
from engine.inference.engines import durable_available

needs_durable: Final = pytest.mark.skipif(
    not durable_available(),
    reason="durable-rules can't be imported here" + ("" if find_spec("durable_rules_engine") else ": not installed"),
)

ENGINES: Final = [pytest.param("builtin"), pytest.param("durable", marks=needs_durable)]


def without_notice(printed: bytes) -> bytes:
    """What a command printed, less the one line that is said only where durable-rules is missing."""
    return printed if durable_available() else printed.replace(f"{NOTICE}\n".encode(), b"")
