"""What a command reads it does not write over: a file given as input is refused as a place for output."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Final

import click

from engine.commands.terminal import clean


class Input(click.Path):
    """A file, or a folder of which the files with some endings are read (``.yaml``)."""

    def __init__(self, endings: Iterable[str] = (), **more: Any) -> None:
        super().__init__(**more)
        self.endings = frozenset(endings)


class Output(click.Path):
    """A file or folder to write, as it was typed."""

    def __init__(self) -> None:
        super().__init__(path_type=Path)


def spare_inputs(context: click.Context, also: Iterable[Path] = ()) -> None:
    """Raises a usage error where an output of the command is a file that it was told to read, or reads in a folder, is
    one of the files it reads ``also``, or is another of its outputs."""
    values = [(each, context.params.get(each.name or "")) for each in context.command.params]
    read = [(path, _NO_ENDINGS) for path in also]
    read += [(path, each.type.endings) for each, value in values if isinstance(each.type, Input) for path in _of(value)]
    written: list[Path] = []
    for param, value in values:
        if isinstance(param.type, Output) and isinstance(value, Path) and str(value) != "-":
            if value.is_file() and any(_is_of(value, *each) for each in read):
                raise _refused(value, "is read by this command and would be lost", param, context)
            if value.resolve() in written:
                raise _refused(value, "is given twice", param, context)
            written.append(value.resolve())


_NO_ENDINGS: Final = frozenset[str]()


def _of(value: object) -> Iterator[Path]:
    """The paths that an argument gives."""
    yield from (Path(each) for each in (value if isinstance(value, tuple) else (value,)) if each is not None)


def _is_of(output: Path, given: Path, endings: frozenset[str]) -> bool:
    """Whether a file is the one given, or one that is read in the folder given."""
    if not given.is_dir():
        return given.exists() and output.samefile(given)
    return output.suffix.lower() in endings and output.resolve().is_relative_to(given.resolve())


def _refused(output: Path, why: str, param: click.Parameter, context: click.Context) -> click.BadParameter:
    return click.BadParameter(clean(f"{output} {why}; write to another file"), context, param)
