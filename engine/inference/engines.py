"""The one contract of both engines, and the choice between them."""

from functools import cache
from typing import Literal, Protocol

from engine.foundation.problems import PlaybookEngineError
from engine.inference.builtin import BuiltinEngine
from engine.inference.durable import DurableEngine, load_extension
from engine.inference.program import Program

EngineName = Literal["durable", "builtin"]


class InferenceEngine(Protocol):
    """Runs programs. Engines agree to the bit on every program; threads and forked processes may share one."""

    @property
    def name(self) -> str:
        """How the engine is called in ``--engine``."""

    def infer(self, program: Program, t: int, p: int) -> tuple[int, int]:
        """Conclude what follows from the atoms.

        ``t`` is the set of atoms (as bits of an integer) that are certainly true, ``p`` of those possibly true;
        ``t`` lies within ``p``, and an atom in ``p`` only is unknown. Returns the same two sets over all bits of the
        program, inputs included.
        """


class Memo:
    """An engine that remembers, per program, what followed from the same atoms.

    Of use where many accounts look alike or are run again; at most ``size`` answers are kept (some 300 bytes each).
    """

    def __init__(self, engine: InferenceEngine, size: int = 16_384) -> None:
        self._engine = engine
        self._size = size
        self._answers: dict[tuple[str, int, int], tuple[int, int]] = {}

    @property
    def name(self) -> str:
        """The name of the engine that is asked."""
        return self._engine.name

    def infer(self, program: Program, t: int, p: int) -> tuple[int, int]:
        """What the engine says, from memory where it has been asked before."""
        question = (program.digest, t, p)
        answer = self._answers.get(question)
        if answer is None:
            if len(self._answers) >= self._size:
                self._answers.clear()
            answer = self._answers[question] = self._engine.infer(program, t, p)
        return answer


def durable_available() -> bool:
    """Whether durable-rules can be imported here."""
    try:
        load_extension()
    except ImportError:
        return False
    return True


def engine_named(name: EngineName | None) -> InferenceEngine:
    """The engine called ``name``; with none, durable-rules where it can be imported, else the built-in one.

    Raises ``PlaybookEngineError`` if durable-rules is asked for and can't be imported.
    """
    if name == "builtin":
        return BuiltinEngine()
    try:
        load_extension()
    except ImportError as missing:
        if name is None:
            return BuiltinEngine()
        raise PlaybookEngineError(
            f"durable-rules can't be imported here ({missing}); reinstall it with "
            'CPPFLAGS="-DPyEval_CallObject=PyObject_CallObject", or use --engine builtin'
        ) from missing
    return _durable_engine()


@cache
def _durable_engine() -> DurableEngine:
    """One per process: its rule sets can't be freed."""
    return DurableEngine()
