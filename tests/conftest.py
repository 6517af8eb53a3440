"""Hypothesis profiles: ``ci`` draws few examples and the same ones every time, ``laws`` is the long run. And a
PostgreSQL server for whoever asks for one."""

import os
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

from tests.postgres import ServerMissing, binaries, server

slow_machines_pass = [HealthCheck.too_slow]
settings.register_profile(
    "ci", max_examples=50, derandomize=True, deadline=None, suppress_health_check=slow_machines_pass
)
settings.register_profile(
    "laws", max_examples=2000, deadline=None, print_blob=True, suppress_health_check=slow_machines_pass
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The address of a PostgreSQL server that lives as long as the tests of this process.

    Without PostgreSQL the test is skipped; where ``PLAYBOOK_POSTGRES=required``, as in CI, it fails.
    """
    try:
        programs = binaries()
    except ServerMissing as missing:
        if os.environ.get("PLAYBOOK_POSTGRES") == "required":
            pytest.fail(str(missing))
        pytest.skip(str(missing))
    with server(programs) as url:
        yield url
