"""Which inference engine a command runs with, and what is said of it."""

from typing import Final

from engine.commands.answering import say
from engine.inference.engines import EngineName, durable_available, engine_named

NOTICE: Final = "playbook: durable-rules can't be imported here; the built-in engine is used, with the same results"
"""Said on stderr where the engine was left to the program and durable-rules is missing; nothing else differs."""


def usable_engine(name: EngineName | None, quiet: bool) -> EngineName:
    """The engine asked for, else durable-rules where it can be imported, else the built-in one, which is said once.

    Raises ``PlaybookEngineError`` with the cure where durable-rules is asked for and missing.
    """
    if name is None and not durable_available():
        if not quiet:
            say(NOTICE)
        return "builtin"
    engine_named(name)
    return name or "durable"
