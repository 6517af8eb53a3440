"""What is no error but worth a look."""

from collections.abc import Iterator

from engine.foundation import codes
from engine.foundation.problems import Problem, problem
from engine.language.playbook import Playbook


def notes(playbook: Playbook) -> Iterator[Problem]:
    """Notes and warnings on a typed playbook."""
    yield from _never_contacted(playbook)
    yield from _overlapping_ends(playbook)


def _never_contacted(playbook: Playbook) -> Iterator[Problem]:
    """Days since something that never happened are none, and compare as false (semantics 1.3)."""
    for metric in playbook.metrics.values():
        collection = "." in str(metric.of[0].value) and metric.verb in ("days_since", "months_since")
        if collection and metric.if_none is None and not str(metric.of[0].value).startswith("relationship."):
            message = f"`{metric.id}` is none where there is no such record, and then no comparison holds"
            yield problem(codes.NEVER_CONTACTED, metric.place, message, "add `if_none: true` or `if_none: false`")


def _overlapping_ends(playbook: Playbook) -> Iterator[Problem]:
    """``when`` and ``ends_when`` over different fields can hold together (semantics 5.2)."""
    for section, entries in (("warnings", playbook.warnings), ("rules", playbook.rules)):
        for entry in entries.values():
            if entry.ends_when is not None:
                message = f"`{section}.{entry.id}` may begin and end at once; `ends_when` then wins"
                yield problem(codes.OVERLAP, entry.place, message, "make sure that they can't hold together")
