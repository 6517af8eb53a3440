"""``playbook show``: the playbook as it is after all overlays, each value with the place it comes from."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final, Literal

import click
import msgspec

from engine import merged_playbook
from engine.calendars.moments import parse_as_of
from engine.commands import ExitCode, options
from engine.commands.answering import answering, put
from engine.commands.playbooks import find_playbook
from engine.commands.terminal import WIDTH, clean_lines, harmless_json, ink
from engine.documents.document import Mapping, plain
from engine.documents.writing import Line, columns, lines_of
from engine.foundation.places import Place
from engine.language.showing import on_day, origins, selected

_LEAST: Final = 50
_GAP: Final = 2


@click.command("show", short_help="A playbook after all overlays, with the place of each value.")
@options.playbook
@click.argument("entries", nargs=-1, metavar="[ENTRY]...")
@click.option("--as-of", type=options.MomentType(), help="Dated figures as they are on this day.")
@click.option("--format", "format_", type=click.Choice(["yaml", "json"]), default="yaml", show_default=True)
@answering
def command(playbook: str, entries: tuple[str, ...], as_of: str | None, format_: Literal["yaml", "json"]) -> ExitCode:
    """Show PLAYBOOK with all it extends laid together, and beside each line the file and line it comes from.

    ENTRY is a section (warnings), an address (warnings.satisfaction_low) or an id; without it everything is shown.
    Exit codes: 0 fine, 1 the playbook has problems, 2 wrong usage, or no such entry or playbook.
    """
    document = merged_playbook(find_playbook(playbook))
    if as_of is not None:
        document = on_day(document, parse_as_of(as_of, "UTC").date())
    try:
        document = selected(document, entries)
    except ValueError as wrong:
        raise click.BadParameter(str(wrong), param_hint="ENTRY") from wrong
    put(_as_json(document) if format_ == "json" else _as_yaml(document))
    return ExitCode.FINE


def _as_json(document: Mapping) -> Iterator[bytes]:
    shown = {"format": "playbook-merged/1", "document": plain(document), "origins": origins(document)}
    text = msgspec.json.Encoder(decimal_format="number").encode(shown)
    yield harmless_json(msgspec.json.format(text, indent=2)) + b"\n"


def _as_yaml(document: Mapping) -> Iterator[str]:
    """The text with places as comments in one column; that of a long line stands above it."""
    longest = max((len(_label(each.place)) for each in lines_of(document, WIDTH) if each.place), default=0)
    width = max(_LEAST, WIDTH - _GAP - len("# ") - longest)
    lines = list(lines_of(document, width))
    margin = max((columns(each.text) for each in lines if columns(each.text) <= width), default=0) + _GAP
    for line in lines:
        yield from _noted(line, margin)


def _noted(line: Line, margin: int) -> Iterator[str]:
    if line.place is None:
        yield clean_lines(line.text)
        return
    note = ink(f"# {_label(line.place)}", dim=True)
    room = margin - columns(line.text)
    if room >= _GAP:
        yield f"{clean_lines(line.text)}{' ' * room}{note}"
        return
    indent = line.text[: len(line.text) - len(line.text.lstrip())]
    yield f"{indent}{note}"
    yield clean_lines(line.text)


def _label(place: Place) -> str:
    """The file within its playbook, and the line."""
    file = Path(place.file)
    return f"{file.parent.name}/{file.name}:{place.line}" if file.parent.name else f"{file.name}:{place.line}"
