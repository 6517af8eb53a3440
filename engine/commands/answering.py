"""How every command ends: with an exit code and plain words, never with a traceback about the user's input."""

import os
import sys
from collections.abc import Callable, Iterable
from contextlib import suppress
from functools import wraps
from io import TextIOWrapper
from typing import Final, ParamSpec

import click

from engine import AccountFailed, PlaybookEngineError, PlaybookInvalid
from engine.commands import ExitCode
from engine.commands.problem_formats import as_text
from engine.commands.sparing import spare_inputs
from engine.commands.terminal import clean, clean_lines

INTERRUPTED: Final = 130
"""What shells say of a program stopped by Ctrl-C."""

CUT_SHORT: Final = 141
"""What shells say of a program whose reader, such as ``head``, went away."""

P = ParamSpec("P")


def answering(work: Callable[P, ExitCode]) -> Callable[P, int]:
    """Runs a command and turns whatever stops it into words on stderr and an exit code."""

    @wraps(work)
    def answer(*arguments: P.args, **options: P.kwargs) -> int:
        _prepare_streams()
        spare_inputs(click.get_current_context())
        try:
            code: int = work(*arguments, **options)
            if sys.stdout is not None:
                sys.stdout.flush()
        except KeyboardInterrupt:
            say("\ninterrupted")
            return INTERRUPTED
        except BrokenPipeError:
            _close_quietly()
            return CUT_SHORT
        except PlaybookEngineError as error:
            tell(error)
            return _code_of(error)
        except OSError as error:
            tell_failure(error)
            _close_quietly()
            return ExitCode.UNUSABLE
        return code

    return answer


def say(text: str) -> None:
    """A line for people, on stderr. ``text`` is harmless already."""
    click.echo(text, err=True)


def tell(error: PlaybookEngineError) -> None:
    """What is wrong, on stderr."""
    problems = [error.problem] if isinstance(error, AccountFailed) else getattr(error, "problems", ())
    for line in as_text(problems) if problems else (f"playbook: {clean_lines(str(error))}",):
        say(line)


def tell_failure(error: PlaybookEngineError | OSError) -> None:
    """What kept a part from being done, on stderr."""
    if isinstance(error, OSError):
        say(f"playbook: {_words_of(error)}")
    else:
        tell(error)


def put(chunks: Iterable[str | bytes], *, to_the_end: bool = False) -> None:
    """Data on stdout: texts as lines, bytes as they are.

    With ``to_the_end`` the chunks are worked off even if nobody reads them any more, for what else comes of them.
    """
    open_ended = True
    for chunk in chunks:
        if open_ended:
            open_ended = _put(chunk, to_the_end)


def _put(chunk: str | bytes, to_the_end: bool) -> bool:
    """Whether there still is a reader."""
    try:
        click.echo(chunk, nl=isinstance(chunk, str))
    except BrokenPipeError:
        if not to_the_end:
            raise
        _close_quietly()
        return False
    return True


def _prepare_streams() -> None:
    """Colours off where they are unwanted; a sign that the terminal's encoding lacks is written out."""
    context = click.get_current_context(silent=True)
    if context is not None and (os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb"):
        context.color = False
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _code_of(error: PlaybookEngineError) -> ExitCode:
    match error:
        case PlaybookInvalid():
            return ExitCode.NOT_FINE
        case AccountFailed():
            return ExitCode.SOME_FAILED
        case _:
            return ExitCode.UNUSABLE


def _words_of(error: OSError) -> str:
    reason = error.strerror or str(error)
    named = error.filename2 or error.filename
    return clean(f"{os.fsdecode(named)}: {reason}" if isinstance(named, str | bytes) else reason)


def _close_quietly() -> None:
    """Nobody reads stdout any more: what is left in its buffer goes nowhere, instead of failing at exit."""
    with suppress(OSError, ValueError), open(os.devnull, "wb") as nowhere:
        os.dup2(nowhere.fileno(), sys.stdout.fileno())
