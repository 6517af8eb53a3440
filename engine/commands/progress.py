"""A progress bar on stderr, where a person waits there and nothing else is shown."""

import sys
from collections.abc import Callable, Iterable, Iterator
from typing import Final, TextIO, TypeVar

import click

T = TypeVar("T")

_STEPS: Final = 200


def with_progress(
    items: Iterable[T], count: Callable[[], int | None], *, wanted: bool, silent_stdout: bool = False
) -> Iterator[T]:
    """The items as they come, counted on a bar. ``count`` says how many there will be, if it can.

    The bar would run through a table, so there is none where stdout is a terminal, unless nothing is written there.
    """
    if not (wanted and _is_terminal(sys.stderr) and (silent_stdout or not _is_terminal(sys.stdout))):
        yield from items
        return
    length = count()
    steps = max(1, length // _STEPS) if length else 1
    with click.progressbar(
        items, length=length, show_pos=True, width=40, file=sys.stderr, update_min_steps=steps
    ) as bar:  # fmt: skip
        yield from bar


def _is_terminal(stream: TextIO | None) -> bool:
    return stream is not None and stream.isatty()
