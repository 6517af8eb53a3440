"""What the READMEs promise beside what they show."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
BLOCKS = re.compile(r"^```(\w+)([^\n]*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("name", ["README.md", "README.zh.md"])
def test_a_first_playbook_takes_ten_lines(name: str) -> None:
    """What comes of it is held against the page as on every other (``tests/docs``)."""
    (playbook,) = [text for kind, _, text in BLOCKS.findall((ROOT / name).read_text("utf-8")) if kind == "yaml"]
    assert len(playbook.splitlines()) == 10


def test_both_readmes_begin_with_the_two_commands() -> None:
    for name in ("README.md", "README.zh.md"):
        kind, _, text = BLOCKS.findall((ROOT / name).read_text("utf-8"))[0]
        assert kind == "sh"
        assert [line.split("#")[0].strip() for line in text.splitlines()] == ["make run", "make test"]


def test_every_page_they_point_to_is_there() -> None:
    for name in ("README.md", "README.zh.md"):
        for target in re.findall(r"\]\(([^)#:]+)\)", (ROOT / name).read_text("utf-8")):
            assert (ROOT / target).exists(), f"{name}: {target}"
