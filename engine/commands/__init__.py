"""The command line: one file per command, each flags → call → output → exit code."""

from enum import IntEnum


class ExitCode(IntEnum):
    """What a command says by ending; every command returns one of these."""

    FINE = 0
    NOT_FINE = 1
    """What was asked about is not fine: a playbook with problems, failed scenarios."""
    UNUSABLE = 2
    """Wrong usage, or input that can't be read at all."""
    SOME_FAILED = 3
    """The run finished, but some accounts could not be evaluated."""
