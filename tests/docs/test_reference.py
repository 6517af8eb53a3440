"""Reference pages that differ from the code send people to keys and codes that are not there."""

import re
from pathlib import Path

import pytest

from engine.checking.reference import SECTIONS, every_code, pages, words_for
from engine.checking.reference_words import KEYS, OPTIONS
from engine.commands import ExitCode
from engine.commands.main import COMMANDS
from engine.language.metrics import VERBS
from engine.language.schema import playbook_schema
from tests.docs.pages import DOCS, ROOT, named
from tests.layers import LAYERS

REFERENCE = DOCS / "reference"


@pytest.mark.parametrize("name", pages())
def test_page_is_what_the_code_says(name: str) -> None:
    """``make docs`` writes them anew."""
    assert (REFERENCE / name).read_text(encoding="utf-8") == pages()[name]


def test_every_key_is_explained_and_no_other() -> None:
    used = {f"{section}.{key}" for section, key in keys()} | {key for _, key in keys()}
    assert all(words_for(section, key) for section, key in keys())
    assert KEYS.keys() <= used
    assert {option for verb in VERBS.values() for option in verb.options} <= OPTIONS.keys()


def keys() -> set[tuple[str, str]]:
    """Section and key of everything that can be written in an entry, and of the manifest."""
    schema = playbook_schema()
    found = {("manifest", key) for key in schema["properties"]} - {("manifest", each.name) for each in SECTIONS}
    for section in SECTIONS:
        model = schema["$defs"][section.model]
        found |= {(section.name, key) for key in model.get("then", model)["properties"]}
    return found - {("manifest", "metrics")}


def test_codes_are_used_once() -> None:
    codes = [each.code for each in every_code()]
    assert sorted(set(codes)) == codes


def test_commands_and_exit_codes_are_all_there() -> None:
    page = (REFERENCE / "commands.md").read_text(encoding="utf-8")
    assert re.findall(r"^## `playbook (\w+)", page, re.MULTILINE) == list(COMMANDS)
    assert [int(code) for code in re.findall(r"^\| (\d) \|", page, re.MULTILINE)] == [each.value for each in ExitCode]


def test_the_architecture_shows_the_stages_in_their_order() -> None:
    page = (DOCS / "architecture.md").read_text(encoding="utf-8")
    table = page[page.index("| stage |") :]
    assert tuple(re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE)) == LAYERS


@pytest.mark.parametrize("page", [DOCS / "architecture.md", *sorted((DOCS / "decisions").glob("*.md"))], ids=named)
def test_files_that_are_named_exist(page: Path) -> None:
    """Written from the top, or from ``engine`` on."""
    files = re.findall(r"`((?:[\w.]+/)+[\w.]*)`", page.read_text(encoding="utf-8"))
    assert [file for file in files if not (ROOT / file).exists() and not (ROOT / "engine" / file).exists()] == []


def test_decisions_are_numbered_without_a_gap() -> None:
    numbers = [int(path.name[:3]) for path in sorted(Path(DOCS / "decisions").glob("*.md"))]
    assert numbers == list(range(1, len(numbers) + 1))
