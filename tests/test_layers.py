"""A stage that reaches forward can no longer be understood, tested or replaced without the rest of the house."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from sys import stdlib_module_names
from typing import Final

import pytest

from tests.layers import HOMES, LAYERS

ENGINE: Final = Path(__file__).parent.parent / "engine"
FILES: Final = sorted(path for path in ENGINE.rglob("*.py") if path != ENGINE / "__init__.py")


def layer_of(path: Path) -> str:
    """The package of a file, or the module's own name at the top of ``engine``."""
    return path.relative_to(ENGINE).parts[0].removesuffix(".py")


@cache
def imports(path: Path) -> tuple[tuple[int, str], ...]:
    """Line and module of every import, those inside functions too."""
    return tuple(_imports(path))


def _imports(path: Path) -> Iterator[tuple[int, str]]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, each.name) for each in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}:{node.lineno}: imports are written from `engine` on"
            module = node.module or ""
            yield from ((node.lineno, f"{module}.{each.name}" if module == "engine" else module) for each in node.names)


def test_every_package_has_its_place() -> None:
    assert {layer_of(path) for path in FILES} == set(LAYERS)


@pytest.mark.parametrize("layer", LAYERS)
def test_a_stage_imports_only_from_stages_before_it(layer: str) -> None:
    known = {*LAYERS[: LAYERS.index(layer) + 1]}
    wrong = [
        f"{path.relative_to(ENGINE.parent)}:{line}: {module}"
        for path in FILES
        if layer_of(path) == layer
        for line, module in imports(path)
        if module.startswith("engine.") and _stage(module) in LAYERS and _stage(module) not in known
    ]
    assert wrong == []


def test_only_commands_use_the_package_as_outsiders_do() -> None:
    """``from engine import plan_account`` below the top would import the house from inside itself."""
    wrong = [
        f"{path.relative_to(ENGINE.parent)}:{line}: {module}"
        for path in FILES
        if layer_of(path) != "commands"
        for line, module in imports(path)
        if module.split(".")[0] == "engine" and _stage(module) not in LAYERS
    ]
    assert wrong == []


@pytest.mark.parametrize("library", HOMES)
def test_a_library_stays_in_its_home(library: str) -> None:
    """What can change between versions is behind one door."""
    users = {layer_of(path) for path in FILES for _, module in imports(path) if module.split(".")[0] == library}
    assert users == set(HOMES[library])


def test_durable_rules_has_one_door() -> None:
    """It crashes, hangs and leaks when it is used otherwise than there."""
    assert [path.name for path in FILES if "durable_rules_engine" in path.read_text(encoding="utf-8")] == ["durable.py"]


def test_no_library_comes_in_unseen() -> None:
    known = {*stdlib_module_names, *HOMES, "engine", "msgspec"}
    assert {module.split(".")[0] for path in FILES for _, module in imports(path)} <= known


def _stage(module: str) -> str:
    return module.split(".")[1] if "." in module else module
