"""The wheel holds what the installed program needs, and starting the program loads no more than it must."""

import os
import subprocess
import sys
import tomllib
from email import message_from_string
from pathlib import Path
from zipfile import ZipFile

import pytest

from engine.foundation.resources import data_folder
from engine.foundation.version import VERSION

ROOT = Path(__file__).resolve().parents[1]
DATA = ("schemas", "playbooks")


def python(*arguments: str, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run this interpreter as a user would, from ``cwd``."""
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": "", **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def files_of(folder: Path) -> set[str]:
    """Every file below ``folder`` but what Python leaves behind, by its path in it."""
    return {
        each.relative_to(folder).as_posix()
        for each in folder.rglob("*")
        if each.is_file() and "__pycache__" not in each.parts
    }


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of this tree."""
    folder = tmp_path_factory.mktemp("wheel")
    built = python("-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder), cwd=ROOT)
    assert built.returncode == 0, built.stderr
    (found,) = folder.glob("*.whl")
    return found


@pytest.fixture(scope="module")
def unpacked(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder like ``site-packages`` that holds the wheel's contents."""
    folder = tmp_path_factory.mktemp("installed")
    with ZipFile(wheel) as archive:
        archive.extractall(folder)
    return folder


def test_the_wheel_holds_the_whole_package_and_nothing_beside_it(unpacked: Path) -> None:
    assert {each.name for each in unpacked.iterdir()} == {"engine", f"playbook_engine-{VERSION}.dist-info"}
    code = {name for name in files_of(unpacked / "engine") if not name.startswith("_data/")}
    assert code == files_of(ROOT / "engine")
    assert "py.typed" in code


@pytest.mark.parametrize("name", DATA)
def test_the_wheel_holds_schemas_and_playbooks(unpacked: Path, name: str) -> None:
    shipped = files_of(ROOT / name)
    assert shipped
    assert files_of(unpacked / "engine" / "_data" / name) == shipped


def test_the_wheel_says_what_it_is(unpacked: Path) -> None:
    about = unpacked / f"playbook_engine-{VERSION}.dist-info"
    metadata = message_from_string((about / "METADATA").read_text("utf-8"))
    assert (metadata["Name"], metadata["Version"]) == ("playbook-engine", VERSION)
    assert metadata["License-Expression"] == "Apache-2.0"
    assert metadata["Requires-Python"] == ">=3.11"
    assert any(each.startswith("durable-rules") for each in metadata.get_all("Requires-Dist", []))
    assert (about / "licenses" / "LICENSE").read_bytes() == (ROOT / "LICENSE").read_bytes()
    assert "playbook = engine.commands.main:main" in (about / "entry_points.txt").read_text("utf-8")


WHERE = "import engine.foundation.resources as r; print(r.data_folder('schemas')); print(r.data_folder('playbooks'))"


def test_the_installed_program_finds_its_own_files(unpacked: Path, tmp_path: Path) -> None:
    ran = python("-c", WHERE, cwd=tmp_path, PYTHONPATH=str(unpacked))
    assert ran.stdout.splitlines() == [str(unpacked / "engine" / "_data" / name) for name in DATA], ran.stderr


def test_a_checkout_finds_the_files_of_the_tree() -> None:
    assert [data_folder("schemas"), data_folder("playbooks")] == [ROOT / name for name in DATA]


def test_the_installed_program_checks_and_plans_the_shipped_playbook(unpacked: Path, tmp_path: Path) -> None:
    playbook = ("-m", "engine.commands.main")
    checked = python(*playbook, "check", "handbook", cwd=tmp_path, PYTHONPATH=str(unpacked))
    assert checked.returncode == 0, checked.stderr
    accounts = str(ROOT / "examples" / "accounts.jsonl")
    plan = (*playbook, "plan", "handbook", "--accounts", accounts, "--as-of", "2026-11-20")
    planned = python(*plan, cwd=tmp_path, PYTHONPATH=str(unpacked))
    assert planned.returncode == 0, planned.stderr
    assert planned.stdout


@pytest.mark.parametrize("program", [("cli.py",), ("-m", "engine.commands.main")], ids=["cli.py", "module"])
def test_every_way_to_start_it_prints_the_version(program: tuple[str, ...]) -> None:
    ran = python(*program, "--version", cwd=ROOT)
    assert (ran.returncode, ran.stdout) == (0, f"playbook, version {VERSION}\n"), ran.stderr


LOADED = """
import sys
from engine.commands.main import main
main(["--version"], standalone_mode=False)
print(*sys.modules, sep="\\n")
"""


def test_the_version_is_printed_without_loading_the_engine() -> None:
    """Loading it all takes longer than a person who types ``playbook --version`` cares to wait."""
    ran = python("-c", LOADED, cwd=ROOT)
    assert ran.returncode == 0, ran.stderr
    loaded = ran.stdout.splitlines()[1:]
    ours = {name for name in loaded if name.partition(".")[0] == "engine"}
    assert ours == {
        "engine",
        "engine.commands",
        "engine.commands.main",
        "engine.foundation",
        "engine.foundation.version",
    }
    assert dependencies() & set(loaded) == {"click"}


IMPORTED_AS = {
    "durable-rules": "durable_rules_engine",
    "google-re2": "re2",
    "pyyaml": "yaml",
}


def dependencies() -> set[str]:
    """What the declared dependencies are imported as."""
    with (ROOT / "pyproject.toml").open("rb") as file:
        declared = tomllib.load(file)["project"]["dependencies"]
    names = {each.partition(">=")[0] for each in declared}
    return {IMPORTED_AS.get(name, name) for name in names}


def test_set_up_says_which_interpreters_will_do(tmp_path: Path) -> None:
    old = tmp_path / "old python"
    old.write_text('#!/bin/sh\n[ "$1" = --version ] && echo Python 3.9.18\nexit 1\n')
    old.chmod(0o755)
    ran = subprocess.run(
        ["sh", "scripts/set-up"],
        cwd=ROOT,
        env={**os.environ, "PYTHON": str(old)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ran.returncode == 1
    assert ran.stderr == f"set-up: PYTHON={old} is not Python 3.11 or newer (Python 3.9.18)\n"
