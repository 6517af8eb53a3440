"""Coverage pages: row by row of the source of a playbook, the entries that cite it and the scenarios that prove them.

A row is named by the first line of a file of the playbook: ``# H-09 三色预警 · Three-colour lights …``.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from msgspec import Struct

from engine.checking.promises import shown
from engine.foundation.problems import PlaybookInvalid
from engine.language.entry import Entry
from engine.language.loading import load_files
from engine.language.playbook import Playbook
from engine.proving.scenarios import FOLDER, read_scenarios

PLAYBOOKS: Final = Path("playbooks")
PAGES: Final = Path("docs/coverage")
SECTIONS: Final = (
    "parameters", "fields", "metrics", "classes", "scores", "targets", "warnings", "rules", "cadence", "plays",
    "content", "catalogue",
)  # fmt: skip
"""The sections whose entries cite a row, in the order of the page."""

_ROW: Final = re.compile(r"# (?P<id>[A-Z]-\d\d) (?P<title>.+)")


class Row(Struct, frozen=True):
    """A row of the source: what it says in a line, the addresses of its entries, and the names of its scenarios."""

    id: str
    title: str
    entries: tuple[str, ...]
    firing: tuple[str, ...]
    quiet: tuple[str, ...]


def rows(root: Path) -> list[Row]:
    """The rows of the playbook in the folder ``root``, by id; raises ``PlaybookInvalid`` where there is none."""
    loaded = load_files(root)
    if loaded.playbook is None:
        raise PlaybookInvalid(loaded.problems)
    playbook = loaded.playbook
    titles = dict(_titles(root))
    scenarios, _ = read_scenarios(root / FOLDER)
    seen = [(each.name, *shown(each)) for each in scenarios]
    found = []
    for row in sorted({*titles, *(source for _, source in _cited(playbook))}):
        entries = tuple(address for address, source in _cited(playbook) if source == row)
        firing = tuple(name for name, fires, _ in seen if fires & {*entries})
        quiet = tuple(name for name, _, stays in seen if stays & {*entries})
        found.append(Row(row, titles.get(row, ""), entries, firing, quiet))
    return found


def page(root: Path) -> str:
    """The coverage page of a playbook: a table of the rows, then each with its entries and scenarios."""
    return "\n".join(_lines(root.name, rows(root))) + "\n"


def _lines(name: str, found: list[Row]) -> Iterator[str]:
    yield "<!-- Written by `make docs` from the playbook and its scenarios. Changes by hand are lost. -->"
    yield f"# What proves the {name}"
    yield ""
    yield "| row | entries | scenarios that show it act | … and stay quiet |"
    yield "| --- | --- | --- | --- |"
    for row in found:
        yield f"| [{row.id}](#{row.id.lower()}) | {len(row.entries)} | {len(row.firing)} | {len(row.quiet)} |"
    for row in found:
        yield ""
        yield f"## {row.id}"
        yield f"{row.title}"
        yield ""
        yield "Entries: " + ", ".join(f"`{each}`" for each in row.entries)
        yield from _listed("Acts:", row.firing)
        yield from _listed("Stays quiet:", row.quiet)


def _listed(head: str, names: tuple[str, ...]) -> Iterator[str]:
    yield ""
    yield head
    yield ""
    yield from (f"- {each}" for each in names)


def _titles(root: Path) -> Iterator[tuple[str, str]]:
    for path in sorted(root.glob("*.yaml")):
        found = _ROW.match(path.read_text(encoding="utf-8"))
        if found:
            yield found["id"], found["title"]


def _cited(playbook: Playbook) -> Iterator[tuple[str, str]]:
    for section in SECTIONS:
        entries: dict[str, Entry] = getattr(playbook, section)
        for entry in entries.values():
            if entry.source:
                yield f"{section}.{entry.id}", entry.source


def main() -> None:
    """Writes the page of every shipped playbook into ``docs/coverage`` of the current folder."""
    PAGES.mkdir(exist_ok=True)
    for root in sorted(each for each in PLAYBOOKS.iterdir() if each.is_dir()):
        (PAGES / f"{root.name}.md").write_text(page(root), encoding="utf-8")


if __name__ == "__main__":
    main()
