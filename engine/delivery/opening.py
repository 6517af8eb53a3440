"""From the settings of a channel to its transport; secrets come from the environment, and stay there."""

import os
from collections.abc import Callable, Mapping
from importlib.util import find_spec
from typing import Any, Final

from engine.delivery.folder import FolderTransport
from engine.delivery.settings import AppriseWay, FolderWay, Settings, SmtpWay, WebhookWay
from engine.delivery.transport import Transport
from engine.documents.shapes import place_in
from engine.foundation import codes
from engine.foundation.problems import InputUnreadable, problem


class Transports:
    """The transports of the channels, each opened when first used."""

    def __init__(self, settings: Settings, environment: Mapping[str, str] = os.environ) -> None:
        self._settings = settings
        self._environment = environment
        self._open: dict[str, Transport] = {}

    def check(self) -> None:
        """Raises ``InputUnreadable`` where a secret or a library is missing for any channel there is."""
        for channel in self._settings.ways:
            self.of(channel)

    def of(self, channel: str) -> Transport:
        """The transport of a channel."""
        if channel not in self._open:
            way = self._settings.way(channel)
            self._open[channel] = _OPENERS[type(way)](self, way)
        return self._open[channel]

    @property
    def longest(self) -> int:
        """The most seconds that a hand-over takes, of those that are open."""
        return max((each.longest for each in self._open.values()), default=Transport.longest)

    def close(self) -> None:
        """Closes all that are open."""
        for each in self._open.values():
            each.close()

    def _folder(self, way: FolderWay) -> Transport:
        settings = self._settings
        return FolderTransport(settings.base / way.folder, settings.sender, settings.reply_to)

    def _smtp(self, way: SmtpWay) -> Transport:
        from engine.delivery.smtp import SmtpTransport

        settings = self._settings
        password = self._secret(way, "password_env") if way.password_env else None
        return SmtpTransport(way, settings.base, password, settings.sender or "", settings.reply_to)

    def _apprise(self, way: AppriseWay) -> Transport:
        _need(way, "apprise")
        from engine.delivery.chat import AppriseTransport

        try:
            return AppriseTransport(way, self._secret(way, "url_env"))
        except ValueError as wrong:
            message = f"the environment variable `{way.url_env}`: {wrong}"
            raise InputUnreadable([problem(codes.BAD_DELIVERY, place_in(way, "url_env"), message)]) from wrong

    def _webhook(self, way: WebhookWay) -> Transport:
        _need(way, "httpx")
        from engine.delivery.webhook import WebhookTransport

        return WebhookTransport(way, self._secret(way, "secret_env"))

    def _secret(self, way: Any, key: str) -> str:
        name = getattr(way, key)
        value = self._environment.get(name)
        if value:
            return value
        message, hint = f"the environment variable `{name}` is not set", f"set it: export {name}=…"
        raise InputUnreadable([problem(codes.BAD_DELIVERY, place_in(way, key), message, hint)])


_OPENERS: Final[dict[type, Callable[..., Transport]]] = {
    FolderWay: Transports._folder,
    SmtpWay: Transports._smtp,
    AppriseWay: Transports._apprise,
    WebhookWay: Transports._webhook,
}


def _need(way: Any, library: str) -> None:
    if find_spec(library) is None:
        message = f"`by: {way.by}` needs the library {library}, which is not installed"
        hint = "install it: pip install 'playbook-engine[notify]'"
        raise InputUnreadable([problem(codes.BAD_DELIVERY, place_in(way, "by"), message, hint)])
