"""Where the files lie that belong to the program but are no code: JSON Schemas and the shipped playbooks."""

from pathlib import Path
from typing import Final, Literal

_PACKAGE: Final = Path(__file__).resolve().parents[1]


def data_folder(name: Literal["schemas", "playbooks"]) -> Path:
    """The folder of that name: inside the package if it came from a wheel, else at the top of the checkout."""
    installed = _PACKAGE / "_data" / name
    return installed if installed.is_dir() else _PACKAGE.parent / name
