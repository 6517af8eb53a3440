"""A playbook cut to some rows of its source: an overlay that removes every entry that they neither hold nor need.

What is needed shows when the rest is removed: an entry whose name is not known by then comes back.
"""

import json
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import engine
from engine.checking.coverage import SECTIONS

Key = tuple[str, str]
"""The section and the id of an entry."""


def cut(root: Path, rows: frozenset[str], at: Path) -> engine.CompiledPlaybook:
    """The playbook in the folder ``root`` with what belongs to ``rows``, by an overlay that is written to ``at``."""
    whole = engine.load_playbook(root)
    entries = {(section, name): each for section in SECTIONS for name, each in getattr(whole, section).items()}
    kept = {key for key, each in entries.items() if each.source in rows}
    roles = {name: _BARE for name, each in whole.roles.theirs.items() if each.source not in rows}
    while True:
        head = {"playbook": "cut", "version": "1.0.0", "language": 1, "extends": str(root)}
        removed = _removed(entries.keys() - kept)
        at.write_text(json.dumps({**head, "roles": {"theirs": roles}, **removed}), encoding="utf-8")
        try:
            return engine.compile_playbook(engine.load_playbook(at), use_examples=True)
        except engine.PlaybookInvalid as invalid:
            named = {name for each in invalid.problems for name in re.findall(r"[\w.]+", each.message)}
            needed = {(section, name) for section, name in entries if {name, f"{section}.{name}"} & named} - kept
            if not needed:
                raise
            kept |= needed


_BARE = {"content": {"remove": True}, "cares_about": {"remove": True}}
"""A role of theirs of which nothing but the name is left."""


def _removed(keys: Iterable[Key]) -> dict[str, Any]:
    sections: dict[str, Any] = {}
    for section, name in sorted(keys):
        sections.setdefault(section, {})[name] = {"remove": True}
    return sections
