"""How scenarios went, for people and as JUnit XML."""

from collections.abc import Iterable, Iterator
from pathlib import PurePath
from typing import Final
from xml.etree import ElementTree

from engine.commands.terminal import clean, ink
from engine.foundation.problems import Problem
from engine.proving.scenarios import Outcome

PASSED: Final = "✓"
FAILED: Final = "✗"


def outcome_lines(outcome: Outcome) -> Iterator[str]:
    """A scenario with its mark, and below a failed one each difference with its place."""
    mark = ink(PASSED, fg="green") if outcome.passed else ink(FAILED, fg="red", bold=True)
    yield f"{mark} {ink(outcome.scenario)}  {ink(outcome.place, dim=True)}"
    for each in outcome.differences:
        yield f"    {ink(_place(each), dim=True)}: {each.code} {ink(each.message)}"
        if each.hint:
            yield f"        {ink('hint:', dim=True)} {ink(each.hint)}"


def _place(found: Problem) -> str:
    return ":".join(str(part) for part in (found.file, found.line, found.column) if part)


def junit(suites: Iterable[tuple[str, list[Outcome]]]) -> bytes:
    """The outcomes as JUnit XML: a suite per playbook, a case per scenario, a failure per failed one.

    Without times, so that equal runs are equal files.
    """
    root = ElementTree.Element("testsuites")
    for name, outcomes in suites:
        failed = sum(not each.passed for each in outcomes)
        counts = {"tests": str(len(outcomes)), "failures": str(failed), "errors": "0", "skipped": "0"}
        suite = ElementTree.SubElement(root, "testsuite", {"name": clean(name), **counts})
        for each in outcomes:
            suite.append(_case(each))
    ElementTree.indent(root)
    written: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return written + b"\n"


def _case(outcome: Outcome) -> ElementTree.Element:
    place = outcome.place
    attributes = {
        "name": clean(outcome.scenario),
        "classname": clean(PurePath(place.file).stem),
        "file": clean(place.file),
        "line": str(place.line),
    }
    case = ElementTree.Element("testcase", attributes)
    if not outcome.passed:
        messages = [clean(f"{_place(each)}: {each.code} {each.message}") for each in outcome.differences]
        failure = ElementTree.SubElement(case, "failure", {"message": messages[0], "type": outcome.differences[0].code})
        failure.text = "\n".join(messages)
    return case
