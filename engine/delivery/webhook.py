"""Messages to an address of the web, as signed JSON."""

import hashlib
import hmac
from datetime import datetime
from typing import TYPE_CHECKING, Final

from engine.delivery.payload import payload_of
from engine.delivery.settings import WebhookWay
from engine.delivery.transport import Letter, NotTaken, Transport, Unreachable

if TYPE_CHECKING:
    from httpx import Response

_FOR_GOOD: Final = frozenset({400, 410, 413, 422})
"""Answers about the message itself; others, such as 401 or 404, may be mended in the settings."""


class WebhookTransport(Transport):
    """A POST for each message. ``Idempotency-Key`` is the message's id, so that a second one does no harm."""

    is_repeatable = True

    def __init__(self, way: WebhookWay, secret: str) -> None:
        from httpx import Client

        self._url = way.url
        self._secret = secret.encode()
        self._client: Client = Client(timeout=way.timeout_seconds, follow_redirects=False)
        self.longest = way.timeout_seconds * 3

    def hand_over(self, letter: Letter, at: datetime) -> str:
        """Posts one message; the status is the receipt."""
        from httpx import ConnectError, ConnectTimeout, HTTPError

        body = payload_of(letter)
        try:
            answer = self._client.post(self._url, content=body, headers=self._headers(letter.message.id, at, body))
        except (ConnectError, ConnectTimeout) as error:
            raise Unreachable(f"{self._url}: {_words(error)}") from error
        except HTTPError as error:
            raise NotTaken(f"{self._url}: {_words(error)}") from error
        if not answer.is_success:
            raise NotTaken(f"{self._url}: {_status(answer)}", for_good=answer.status_code in _FOR_GOOD)
        return _status(answer)

    def close(self) -> None:
        """Ends the connection."""
        self._client.close()

    def _headers(self, key: str, at: datetime, body: bytes) -> dict[str, str]:
        timestamp = str(int(at.timestamp()))
        return {
            "Content-Type": "application/json",
            "Idempotency-Key": key,
            "X-Playbook-Timestamp": timestamp,
            "X-Playbook-Signature": f"sha256={signature(self._secret, timestamp, body)}",
        }


def signature(secret: bytes, timestamp: str, body: bytes) -> str:
    """HMAC-SHA256 over the timestamp, a full stop and the body, in hexadecimal (RFC 2104)."""
    return hmac.new(secret, timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()


def _status(answer: "Response") -> str:
    return f"{answer.status_code} {answer.reason_phrase}".strip()


def _words(error: Exception) -> str:
    return str(error) or type(error).__name__
