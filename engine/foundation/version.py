"""The version of this program, stated once: the build reads it from here, and so does every plan.

A constant, because a checkout that is not installed has no distribution to ask, and asking takes longer than all else
that ``playbook --version`` does.
"""

VERSION = "0.1.0"


def engine_version() -> str:
    """The version, as plans state it."""
    return VERSION
