"""From what stands for a playbook on the command line to the playbook."""

import os
from pathlib import Path

from engine import CompiledPlaybook, InputUnreadable, compile_playbook, load_playbook
from engine.foundation import codes
from engine.foundation.places import Place
from engine.foundation.problems import Code, did_you_mean, problem
from engine.language.shelf import MANIFEST_FILE, shipped_playbooks


def find_playbook(name: str) -> Path:
    """The folder or file called ``name``, else the shipped playbook of that name.

    Raises ``InputUnreadable`` where there is neither, or the playbook may not be read.
    """
    path = Path(name)
    if not _exists(path):
        shipped = shipped_playbooks()
        if name not in shipped:
            hint = did_you_mean(name, shipped) or f"shipped playbooks: {', '.join(shipped)}"
            message = "there is no such file or folder, and no shipped playbook of this name"
            raise _unusable(codes.FILE_MISSING, name, message, hint)
        path = shipped[name]
    _check_readable(path)
    return path


def usable_playbook(name: str) -> CompiledPlaybook:
    """The playbook called ``name``, compiled; raises ``PlaybookInvalid`` with every problem of it."""
    return compile_playbook(load_playbook(find_playbook(name)))


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except (OSError, ValueError):
        return False


def _check_readable(path: Path) -> None:
    main = path / MANIFEST_FILE if path.is_dir() else path
    if not main.exists():
        hint = "a playbook is a folder with `playbook.yaml`, or a single file"
        raise _unusable(codes.NO_PLAYBOOK, str(path), f"the folder has no `{MANIFEST_FILE}`", hint)
    if not os.access(main, os.R_OK) or main.is_dir():
        raise _unusable(codes.FILE_MISSING, str(main), "the file may not be read: permission is missing")


def _unusable(code: Code, file: str, message: str, hint: str | None = None) -> InputUnreadable:
    return InputUnreadable([problem(code, Place(file), message, hint)])
