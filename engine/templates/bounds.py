"""How much a rendering may do, counted (PB603), and what stands where a value is missing (PB602).

Work is counted, never timed, so that a message is refused or not on every machine alike.
"""

from decimal import Decimal
from typing import Any, Final, NoReturn

from jinja2 import StrictUndefined, Undefined
from jinja2.runtime import Context

from engine.foundation.codes import TEMPLATE_LIMIT, TEMPLATE_VARIABLE
from engine.foundation.places import Place
from engine.foundation.problems import AccountFailed, Code, problem

MAX_CALLS: Final = 16
MAX_STEPS: Final = 200_000
MAX_TEXT: Final = 65_536
CHARACTERS_PER_STEP: Final = 16
FIGURE_STEPS: Final = 30
"""What showing a figure, date or amount costs, against 1 for a loop around nothing."""

RUN: Final = "~run"
"""Where a context keeps its :class:`Run`; no template can spell the name."""


def refuse(code: Code, message: str, hint: str | None = None) -> NoReturn:
    """End the rendering with this problem; whoever renders fills in the place."""
    raise AccountFailed(problem(code, Place(""), message, hint))


class Run:
    """One rendering: the reader's locale, the figures that nothing may be rounded across, and the work done so far."""

    __slots__ = ("calls", "edges", "locale", "steps")

    def __init__(self, locale: str, edges: tuple[Decimal, ...] = ()) -> None:
        self.locale = locale
        self.edges = edges
        self.steps = 0
        self.calls = 0

    def charge(self, steps: int, characters: int = 0) -> None:
        """Count work; ends the rendering where the template has had its share."""
        self.steps += steps + characters // CHARACTERS_PER_STEP
        if self.steps > MAX_STEPS:
            refuse(TEMPLATE_LIMIT, f"the template takes more than {MAX_STEPS:,} steps", "loop over fewer records")

    def handle(self, length: int) -> None:
        """Count a text of ``length`` characters that is about to be read or made."""
        if length > MAX_TEXT:
            message = f"the template handles a text of more than {MAX_TEXT:,} characters"
            refuse(TEMPLATE_LIMIT, message, "show its beginning: `{{ text[:500] }}`")
        self.charge(1, length)

    def enter(self) -> None:
        """Count one more macro under way."""
        self.calls += 1
        if self.calls > MAX_CALLS:
            refuse(TEMPLATE_LIMIT, f"macros call each other more than {MAX_CALLS} deep")

    def leave(self) -> None:
        """A macro has ended."""
        self.calls -= 1


def run_of(context: Context) -> Run:
    """The rendering that ``context`` belongs to."""
    run: Run = context[RUN]
    return run


class Missing(StrictUndefined):
    """A value that is not there: false in a condition, a problem wherever it is used."""

    __slots__ = ()

    def __bool__(self) -> bool:  # type: ignore[override]  # Jinja's strict one raises, so `{% if x %}` would fail
        return False

    def spelled(self) -> str:
        """The name the template used, as far as it is known."""
        return "a value" if self._undefined_name is None else f"`{self._undefined_name}`"


def absent(value: Any) -> bool:
    """Whether nothing is there."""
    return value is None or isinstance(value, Undefined)


def present(value: Any) -> Any:
    """``value``, unless nothing is there, which ends the rendering (PB602)."""
    if absent(value):
        name = value.spelled() if isinstance(value, Missing) else "a value"
        refuse(TEMPLATE_VARIABLE, f"{name} is missing here", 'add `| default("…")` or ask `{% if … %}` before')
    return value
