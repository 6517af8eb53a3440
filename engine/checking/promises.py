"""``status: stable`` promises scenarios: one where the entry fires and one where it does not (language 1)."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from engine.documents.document import plain
from engine.documents.shapes import place_in
from engine.foundation import codes
from engine.foundation.problems import Problem, problem
from engine.language.entry import Live
from engine.language.playbook import Playbook
from engine.proving.scenarios import FOLDER, Scenario, read_scenarios

FIRING = frozenset({"firing", "pending", "stale", "keeping"})


def promises(root: Path, playbook: Playbook, usable: bool) -> Iterator[Problem]:
    """What the scenarios of a playbook lack, and what is wrong with the files; only of a playbook that compiles.

    What an overlay inherits is shown by the scenarios of its bases too.
    """
    scenarios, problems = _scenarios(root)
    yield from problems
    if not usable:
        return
    inherited = [each for base in playbook.bases for each in _scenarios(Path(base))[0]]
    fires, quiet = _shown([*inherited, *scenarios])
    for address, entry in _stable(playbook):
        place = place_in(entry, "status")
        if address not in fires:
            hint = f"add a scenario in {FOLDER}/ that expects it"
            yield problem(codes.NO_FIRING_SCENARIO, place, f"no scenario shows `{address}` fire", hint)
        if address not in quiet:
            hint = f"add a scenario in {FOLDER}/ that expects `none` of it"
            yield problem(codes.NO_QUIET_SCENARIO, place, f"no scenario shows `{address}` stay quiet", hint)


def _scenarios(root: Path) -> tuple[list[Scenario], list[Problem]]:
    return read_scenarios(root / FOLDER) if root.is_dir() else ([], [])


def _stable(playbook: Playbook) -> Iterator[tuple[str, Live]]:
    sections: dict[str, Mapping[str, Live]] = {
        "warnings": playbook.warnings,
        "cadence": playbook.cadence,
        "rules": playbook.rules,
    }
    for section, entries in sections.items():
        for entry in entries.values():
            if entry.status == "stable":
                yield f"{section}.{entry.id}", entry


def _shown(scenarios: list[Scenario]) -> tuple[set[str], set[str]]:
    """Addresses that some scenario expects to fire, and to stay quiet."""
    seen = [shown(each) for each in scenarios]
    return {each for fires, _ in seen for each in fires}, {each for _, quiet in seen for each in quiet}


def shown(scenario: Scenario) -> tuple[set[str], set[str]]:
    """Addresses that a scenario expects to fire or be sent, and to stay quiet."""
    fires: set[str] = set()
    quiet: set[str] = set()
    expect = plain(scenario.node)["expect"]
    for name, state in (expect.get("warnings") or {}).items():
        (quiet if state == "none" else fires).add(f"warnings.{name}")
    for section in ("actions", "grants"):
        for key, value in (expect.get(section) or {}).items():
            (quiet if value == "none" else fires).add(key.split("/", maxsplit=1)[0])
    for name, value in (expect.get("messages") or {}).items():
        (quiet if value == "none" else fires).add(f"content.{name}")
    return fires, quiet
