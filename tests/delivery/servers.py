"""A mail server and a web server on this machine, real ones, which can be told to misbehave."""

import asyncio
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword

REFUSED = "refused@example.org"
SLOW = "slow@example.org"
SILENT = "silent@example.org"
"""Addressees that the server refuses, answers too late, and answers too late once it has the text."""


class Postbox:
    """What a mail server got, in order: the mails as bytes."""

    def __init__(self) -> None:
        self.mails: list[bytes] = []
        self.connections = 0

    @property
    def ids(self) -> list[str]:
        """The ids of the messages that arrived."""
        return [
            line.removeprefix(b"X-Playbook-Message: ").decode()
            for mail in self.mails
            for line in mail.split(b"\r\n")
            if line.startswith(b"X-Playbook-Message: ")
        ]

    async def handle_EHLO(self, server: Any, session: Any, envelope: Any, hostname: str, responses: list[str]) -> Any:
        self.connections += 1
        session.host_name = hostname
        return responses

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        if address == REFUSED:
            return "550 5.1.1 no such user"
        if address == SLOW:
            await asyncio.sleep(3)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        self.mails.append(envelope.content)
        if SILENT in envelope.rcpt_tos:
            await asyncio.sleep(3)
        return f"250 OK {len(self.mails)}"


class _Server(Controller):
    def _trigger_server(self) -> None:
        assert self.server is not None
        self.port = self.server.sockets[0].getsockname()[1]  # any that was free
        super()._trigger_server()


@contextmanager
def mail_server(
    *, trust: ssl.SSLContext | None = None, login: tuple[str, str] | None = None, from_the_start: bool = False
) -> Iterator[tuple[Postbox, int]]:
    """A mail server, and its port; with ``trust`` it wants STARTTLS, or TLS from the start, with ``login`` a user and
    a password."""
    postbox = Postbox()

    def known(_server: Any, _session: Any, _envelope: Any, _mechanism: str, data: LoginPassword) -> AuthResult:
        return AuthResult(success=login == (data.login.decode(), data.password.decode()))

    way = {"ssl_context": trust} if from_the_start else {"tls_context": trust, "require_starttls": trust is not None}
    controller = _Server(
        postbox, hostname="127.0.0.1", port=0, **way, auth_required=login is not None,
        authenticator=known if login else None, auth_require_tls=not from_the_start,
    )  # fmt: skip
    controller.start()
    try:
        yield postbox, controller.port
    finally:
        controller.stop()
