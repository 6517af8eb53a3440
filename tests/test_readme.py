"""What the READMEs show is what comes out."""

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from tests.engines import without_notice

ROOT = Path(__file__).resolve().parents[1]
BLOCKS = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("name", ["README.md", "README.zh.md"])
def test_the_ten_lines_give_the_plan_that_is_shown(name: str, tmp_path: Path) -> None:
    blocks = BLOCKS.findall((ROOT / name).read_text("utf-8"))
    (playbook,) = [text for kind, text in blocks if kind == "yaml"]
    sessions = [text for kind, text in blocks if kind == "console"]
    assert len(playbook.splitlines()) == 10
    assert sessions
    (tmp_path / "my-first.yaml").write_text(playbook, "utf-8")
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    for session in sessions:
        command, _, shown = session.partition("\n")
        assert ran(command, tmp_path) == shown


def ran(command: str, folder: Path) -> str:
    """What a terminal shows of ``$ playbook …``."""
    sign, program, *arguments = shlex.split(command)
    assert (sign, program) == ("$", "playbook")
    done = subprocess.run(
        [sys.executable, str(ROOT / "cli.py"), *arguments],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=20,
        check=True,
    )
    return without_notice(done.stdout).decode()


def test_both_readmes_begin_with_the_two_commands() -> None:
    for name in ("README.md", "README.zh.md"):
        kind, text = BLOCKS.findall((ROOT / name).read_text("utf-8"))[0]
        assert kind == "sh"
        assert [line.split("#")[0].strip() for line in text.splitlines()] == ["make run", "make test"]


def test_every_page_they_point_to_is_there() -> None:
    for name in ("README.md", "README.zh.md"):
        for target in re.findall(r"\]\(([^)#:]+)\)", (ROOT / name).read_text("utf-8")):
            assert (ROOT / target).exists(), f"{name}: {target}"
