"""Hypothesis profiles: ``ci`` draws few examples and the same ones every time, ``laws`` is the long run."""

import os

from hypothesis import HealthCheck, settings

slow_machines_pass = [HealthCheck.too_slow]
settings.register_profile(
    "ci", max_examples=50, derandomize=True, deadline=None, suppress_health_check=slow_machines_pass
)
settings.register_profile(
    "laws", max_examples=2000, deadline=None, print_blob=True, suppress_health_check=slow_machines_pass
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))
