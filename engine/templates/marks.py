"""Values within Markdown: whatever a customer's data holds, it is shown as it is and never read as markup."""

import re
from typing import Final

from markupsafe import Markup

PLACE: Final = re.compile(r"^\[\[([^\W\d]\w*)\]\]$", re.MULTILINE)
"""Where a block stands: a line of its own. No value can write it: its brackets would be escaped."""

_INLINE = re.compile(r"[\\`*_\[\]<>&|~]")
_AT_LINE_START = re.compile(r"^([^\S\n]*)(?:([-+](?!\d)|[#=])|(\d{1,9})([.)])(?!\d))", re.MULTILINE)


def shielded(text: str) -> Markup:
    """``text`` as Markdown that shows just that; what is Markdown already stays."""
    if isinstance(text, Markup):
        return text
    return Markup(_AT_LINE_START.sub(_escaped, _INLINE.sub(r"\\\g<0>", text)))  # noqa: S704 - escaped just now


def _escaped(found: re.Match[str]) -> str:
    blank, sign, number, point = found.groups()
    return f"{blank}\\{sign}" if sign else f"{blank}{number}\\{point}"
