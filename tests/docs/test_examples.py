"""Every example of the docs is tried: one that no longer works teaches people to write what does not work."""

import re
from pathlib import Path
from typing import Any

import pytest

from engine.checking.check import check_playbook
from engine.documents.document import Mapping
from engine.documents.reader import read_document
from engine.proving.scenarios import Scenario, run_scenario
from engine.proving.shape import scenario_check
from tests.docs.pages import PAGES, Block, blocks, named

_LINK = re.compile(r"\]\((?P<target>[^)\s]+)\)")
_FENCED = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)


def examples(kind: str) -> list[Any]:
    """Every block of a kind, by page and place."""
    return [
        pytest.param(block, id=f"{named(path)}: block {number}")
        for path in PAGES
        for number, block in enumerate(blocks(path.read_text(encoding="utf-8")), 1)
        if block.kind == "yaml" and kind_of(block) == kind
    ]


def kind_of(block: Block) -> str:
    if block.more == "scenario":
        return "scenario"
    # A file of a folder is checked by the page's own commands, together with the others.
    return "playbook" if block.body.startswith("playbook:") and "/" not in block.more else ""


@pytest.mark.parametrize("block", examples("scenario"))
def test_scenario(block: Block) -> None:
    node, problems = read_document(block.body.encode(), "example.yaml")
    assert isinstance(node, Mapping), problems
    assert [str(each) for _, each in scenario_check().problems(node)] == []
    outcome = run_scenario(Scenario("example", node.place, node))
    assert outcome.passed, "\n".join(str(each) for each in outcome.differences)


@pytest.mark.parametrize("block", examples("playbook"))
def test_playbook_passes_check(block: Block, tmp_path: Path) -> None:
    file = tmp_path / "playbook.yaml"
    file.write_text(block.body, encoding="utf-8")
    assert [str(each) for each in check_playbook(file) if each.severity == "error"] == []


@pytest.mark.parametrize("path", PAGES, ids=named)
def test_links_lead_somewhere(path: Path) -> None:
    text = _FENCED.sub("", path.read_text(encoding="utf-8"))
    targets = [found["target"] for found in _LINK.finditer(text) if "://" not in found["target"]]
    broken = [target for target in targets if not leads_somewhere(path, target)]
    assert broken == []


def leads_somewhere(path: Path, target: str) -> bool:
    file, _, anchor = target.partition("#")
    found = path.parent / file if file else path
    return found.exists() and (not anchor or anchor in anchors(found))


def anchors(path: Path) -> set[str]:
    """The anchors of a page's headings, as they are made on GitHub."""
    headings = re.findall(r"^#+ (.+)$", _FENCED.sub("", path.read_text(encoding="utf-8")), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}
