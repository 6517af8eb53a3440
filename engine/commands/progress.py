"""A progress bar on stderr, where a person waits there and nothing else is shown."""

import sys
from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

import click

T = TypeVar("T")


def with_progress(items: Iterable[T], count: Callable[[], int | None], *, wanted: bool) -> Iterator[T]:
    """The items as they come, counted on a bar. ``count`` says how many there will be, if it can."""
    if not wanted or not _is_watched():
        yield from items
        return
    with click.progressbar(items, length=count(), show_pos=True, width=40, file=sys.stderr) as bar:
        yield from bar


def _is_watched() -> bool:
    """Whether somebody looks at stderr, and stdout goes elsewhere: a bar would run through a table."""
    return sys.stderr is not None and sys.stderr.isatty() and not (sys.stdout is not None and sys.stdout.isatty())
