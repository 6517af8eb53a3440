"""Chat by the library apprise: Feishu, DingTalk, WeCom, Slack, and what else it knows."""

import logging
import re
import warnings
from datetime import datetime
from typing import Any, Final

from engine.delivery.settings import AppriseWay
from engine.delivery.transport import Letter, NotTaken, Transport, Unclear, Unreachable

_NOT_CONNECTED: Final = re.compile(
    "NewConnectionError|NameResolutionError|ConnectTimeout|ConnectionRefused|Connection refused|SSLError|ProxyError"
)
_NO_ANSWER: Final = re.compile("Socket Exception|timed out|Connection aborted", re.IGNORECASE)


class AppriseTransport(Transport):
    """A chat service. What it says may hold its address, which is a secret: nothing of it is passed on but a status."""

    def __init__(self, way: AppriseWay, url: str) -> None:
        self._service = _service(url, way.timeout_seconds)
        self.longest = way.timeout_seconds * 3

    def hand_over(self, letter: Letter, at: datetime) -> None:  # noqa: ARG002 — the service dates it
        """Posts one message, with the name of whom it is for."""
        from apprise import LogCapture, NotifyFormat, NotifyType

        message = letter.message
        title = " · ".join(each for each in (message.to.name, message.subject) if each)
        with LogCapture(level=logging.DEBUG) as said:  # type: ignore[no-untyped-call]
            done = self._service.notify(
                title=title, body=message.body, body_format=NotifyFormat.TEXT, notify_type=NotifyType.INFO
            )
            words = said.getvalue()
        if not done:
            raise _failure(words)


def _service(url: str, seconds: int) -> Any:
    """The service at an address; ``ValueError`` for one that apprise does not know, without saying it."""
    from apprise import Apprise, AppriseAsset, OverflowMode

    with warnings.catch_warnings():  # its plugins import what is on its way out of Python
        warnings.simplefilter("ignore", DeprecationWarning)
        found: Any = Apprise.instantiate(url, asset=AppriseAsset(async_mode=False), suppress_exceptions=True)
    if found is None:
        raise ValueError("it holds no address of a chat service that apprise knows")
    found.socket_connect_timeout = found.socket_read_timeout = float(seconds)
    found.overflow_mode = OverflowMode.SPLIT
    return found


def _failure(words: str) -> Exception:
    """What apprise's log makes of a failure."""
    if _NOT_CONNECTED.search(words):
        return Unreachable("the chat service can't be reached")
    if _NO_ANSWER.search(words):
        return Unclear("the chat service did not answer")
    status = re.search(r"error=(\d{3})", words)
    return NotTaken(f"the chat service answered {status[1]}" if status else "the chat service took it not")
