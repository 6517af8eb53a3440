"""What every way of handing over messages promises, and the three ways in which it can fail."""

from abc import ABC, abstractmethod
from datetime import datetime

from msgspec import Struct

from engine.planning.plan_messages import Message


class Letter(Struct, frozen=True, kw_only=True):
    """A message on its way: whose account it is about, and the ``invitation`` (iCalendar) that goes with it."""

    playbook: str
    account: str
    message: Message
    invitation: bytes | None = None


class NotTaken(Exception):
    """This message was not taken, and did not arrive. ``for_good``: it will not be taken later either."""

    def __init__(self, why: str, *, for_good: bool = False) -> None:
        self.why = why
        self.for_good = for_good
        super().__init__(why)


def address_of(letter: Letter) -> str:
    """Where a letter goes; raises ``NotTaken`` where nobody knows an address."""
    to = letter.message.to
    if not to.address:
        raise NotTaken(f"{to.name or to.role} has no address", for_good=True)
    return to.address


class Unreachable(Exception):
    """Nothing can be handed over this way at present; this message did not arrive."""

    def __init__(self, why: str) -> None:
        self.why = why
        super().__init__(why)


class Unclear(Exception):
    """The other side did not answer: nobody knows whether the message arrived."""

    def __init__(self, why: str) -> None:
        self.why = why
        super().__init__(why)


class Transport(ABC):
    """A way of handing over messages, one after the other.

    ``is_repeatable``: handing the same message over again does no harm, since whoever takes it knows it by its id.
    Only then is a message tried again whose process ended in the midst of it. ``longest`` is how many seconds a
    hand-over can take.
    """

    is_repeatable: bool = False
    longest: int = 60

    @abstractmethod
    def hand_over(self, letter: Letter, at: datetime) -> str | None:
        """Gives a message to who takes it further; what they said. Raises ``NotTaken``, ``Unreachable``, ``Unclear``.

        ``ValueError`` where the message can't be written in the form that is needed.
        """

    def close(self) -> None:  # noqa: B027 — most have nothing to close
        """Ends what is open; safe to call twice."""
