"""What is no error but worth a look."""

from collections.abc import Iterator

from engine.documents.shapes import place_in
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
        since = str(metric.of[0].value) if metric.verb in ("days_since", "months_since") else ""
        if "." in since and metric.if_none is None and not since.startswith("relationship."):
            message = f"where nothing was ever recorded `{metric.id}` has no value, and comparisons with it are false"
            hint = "`if_none: true` counts such accounts in, `if_none: false` says that they stay out"
            yield problem(codes.NEVER_CONTACTED, metric.place, message, hint)


def _overlapping_ends(playbook: Playbook) -> Iterator[Problem]:
    """``when`` and ``ends_when`` over different fields can hold together (semantics 5.2)."""
    for section, entries in (("warnings", playbook.warnings), ("rules", playbook.rules)):
        for entry in entries.values():
            if entry.ends_when is not None:
                message = f"`{section}.{entry.id}` may begin and end at once; `ends_when` then wins"
                yield problem(
                    codes.OVERLAP,
                    place_in(entry, "ends_when", key=True),
                    message,
                    "make sure that they can't hold together",
                )
