"""Files that are there whole or not at all: written beside their place, then moved into it."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import NamedTemporaryFile, TemporaryDirectory
from typing import BinaryIO, Final, cast

PLAIN_MODE: Final = 0o666


@contextmanager
def whole_file(path: Path) -> Iterator[BinaryIO]:
    """A file to write to that takes its place at ``path`` only when the block ends well; else nothing changes.

    A device or pipe, such as ``/dev/stdout``, is written to as it is. Folders on the way are made.
    """
    if path.exists() and not path.is_file():
        with path.open("wb") as stream:
            yield stream
        return
    target = path.resolve()
    target.parent.mkdir(parents=True, exist_ok=True)
    with _named(path), NamedTemporaryFile(dir=target.parent, prefix=".playbook-", delete=False) as stream:
        try:
            yield cast("BinaryIO", stream)
            stream.flush()
            os.chmod(stream.name, _mode(target))
            os.replace(stream.name, target)
        except BaseException:
            with suppress(OSError):
                os.unlink(stream.name)
            raise


@contextmanager
def whole_folder(path: Path) -> Iterator[Path]:
    """A folder to fill, whose files move into ``path`` one by one when the block ends well; else nothing changes."""
    path.mkdir(parents=True, exist_ok=True)
    with _named(path), TemporaryDirectory(dir=path, prefix=".playbook-") as name:
        yield Path(name)


def move_into_place(made: Path, place: Path) -> None:
    """Moves a finished file to ``place``, readable for whom the user's files are."""
    os.chmod(made, _mode(place))
    os.replace(made, place)


def _mode(path: Path) -> int:
    """The permissions of the file that is replaced, else those any new file gets."""
    with suppress(OSError):
        return path.stat().st_mode & 0o777
    mask = os.umask(0)
    os.umask(mask)
    return PLAIN_MODE & ~mask


@contextmanager
def _named(path: Path) -> Iterator[None]:
    """Failures name the place that was asked for, not the temporary file."""
    try:
        yield
    except OSError as error:
        if error.filename is not None and ".playbook-" in str(error.filename):
            raise type(error)(error.errno, error.strerror, str(path)) from error
        raise
