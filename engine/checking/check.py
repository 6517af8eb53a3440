"""``check_playbook``: every problem of a playbook, all together, sorted."""

from pathlib import Path

from engine.checking.notes import notes
from engine.checking.promises import promises
from engine.compiling.compile import compile_typed
from engine.foundation.problems import Problem
from engine.language.loading import load_files


def check_playbook(path: str | Path) -> list[Problem]:
    """Every problem of the playbook at ``path``: text, shape, names, types, structure, templates, scenarios.

    Never raises for content. Required parameters that are not set are reported like any other error.
    """
    root = Path(path)
    loaded = load_files(root)
    found = set(loaded.problems)
    if loaded.playbook is not None:
        compilation = compile_typed(loaded.playbook)
        found |= set(compilation.problems)
        found |= set(notes(loaded.playbook))
        found |= set(promises(root, loaded.playbook, usable=compilation.compiled is not None))
    return sorted(found)
