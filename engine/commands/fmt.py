"""``playbook fmt``: one layout for YAML files, comments kept."""

from collections.abc import Iterator
from difflib import unified_diff
from pathlib import Path

import click

from engine.commands import ExitCode, options
from engine.commands.answering import answering, put, say
from engine.commands.terminal import clean_lines, ink
from engine.documents.formatting import formatted
from engine.documents.reader import MAX_FILE_BYTES, read_file
from engine.foundation import codes
from engine.foundation.files import whole_file
from engine.foundation.places import Place
from engine.foundation.problems import InputUnreadable, PlaybookInvalid, problem


@click.command("fmt", short_help="One layout for YAML files.")
@click.argument("paths", metavar="PATH...", nargs=-1, required=True, type=options.FILE)
@click.option("--check", is_flag=True, help="Change nothing; exit 1 if a file is laid out otherwise.")
@click.option("--diff", is_flag=True, help="Change nothing; show what would change.")
@options.quiet
@answering
def command(paths: tuple[Path, ...], check: bool, diff: bool, quiet: bool) -> ExitCode:
    """Lay out the YAML files of each PATH, a playbook's folder with its tests or a file, all in one way.

    Only blanks and empty lines change, never what a file says. Exit codes: 0 fine, 1 a file is broken (or with --check
    laid out otherwise), 2 wrong usage or a missing file.
    """
    layouts = [(file, _layout(file)) for path in paths for file in _files(path)]
    changed = [(file, new) for file, new in layouts if new != file.read_bytes()]
    for file, new in changed:
        if diff:
            put(_difference(file, new))
        elif not check:
            with whole_file(file) as stream:
                stream.write(new)
        if not quiet and not diff:
            say(f"{'would change' if check else 'changed'}: {ink(file)}")
    if not quiet:
        say(f"{len(layouts)} file{'s' * (len(layouts) != 1)}, {len(changed)} laid out otherwise")
    return ExitCode.NOT_FINE if check and changed else ExitCode.FINE


def _files(path: Path) -> list[Path]:
    if path.is_dir():
        return sorted({*path.glob("*.yaml"), *(path / "tests").glob("**/*.yaml")})
    if not path.exists():
        raise InputUnreadable([problem(codes.FILE_MISSING, Place(str(path)), "there is no such file or folder")])
    return [path]


def _layout(file: Path) -> bytes:
    """The file laid out; raises ``PlaybookInvalid`` with whatever keeps it from being read."""
    if file.stat().st_size > MAX_FILE_BYTES:
        raise PlaybookInvalid(read_file(file)[1])
    found = formatted(file.read_bytes(), str(file))
    if isinstance(found, bytes):
        return found
    raise PlaybookInvalid(each for each in found if each.severity == "error")


def _difference(file: Path, new: bytes) -> Iterator[str]:
    old = file.read_bytes().decode("utf-8-sig").splitlines()
    for line in unified_diff(old, new.decode().splitlines(), str(file), str(file), lineterm=""):
        colour = {"+": "green", "-": "red", "@": "cyan"}.get(line[:1])
        # Not `clean`, which draws blanks together: blanks are what this is about.
        yield click.style(clean_lines(line), fg=colour) if colour else clean_lines(line)
