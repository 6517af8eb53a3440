"""The playbooks that come with the program."""

from pathlib import Path
from typing import Final

from engine.foundation.resources import data_folder

MANIFEST_FILE: Final = "playbook.yaml"


def shipped_playbooks() -> dict[str, Path]:
    """Their folders by name, in order of name."""
    folder = data_folder("playbooks")
    found = folder.iterdir() if folder.is_dir() else ()
    return {each.name: each for each in sorted(found) if (each / MANIFEST_FILE).is_file()}
