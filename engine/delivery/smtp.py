"""Mail by SMTP: one connection for many messages, and never a guess about whether one arrived."""

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from email.utils import parseaddr
from pathlib import Path
from typing import Final

from engine.delivery.settings import SmtpWay
from engine.delivery.transport import Letter, NotTaken, Transport, Unclear, Unreachable, address_of
from engine.messages.layout import Envelope, mail_of

_STEPS: Final = 8
"""Answers that one hand-over may wait for, each as long as the timeout."""
_ACCEPTED: Final = range(200, 300)
_FOR_GOOD: Final = range(500, 600)


class SmtpTransport(Transport):
    """A mail server. Until the text is out nothing has arrived; whether it did is unclear if no answer comes then."""

    def __init__(self, way: SmtpWay, base: Path, password: str | None, sender: str, reply_to: str | None) -> None:
        self._way = way
        self._ca_file = base / way.ca_file if way.ca_file else None
        self._password = password
        self._sender = sender
        self._reply_to = reply_to
        self._server: smtplib.SMTP | None = None
        self.longest = way.timeout_seconds * _STEPS

    def hand_over(self, letter: Letter, at: datetime) -> str:
        """Sends one mail; the server's last answer is the receipt."""
        to = address_of(letter)
        invitation = letter.invitation
        envelope = Envelope(sender=self._sender, reply_to=self._reply_to, at=at, invitation=invitation)
        mail = mail_of(letter.message, envelope)
        server = self._announced(to)
        with self._ended_if_it_fails():
            code, answer = _sent(server, mail)
        if code not in _ACCEPTED:
            raise NotTaken(_said(code, answer), for_good=code in _FOR_GOOD)
        return _said(code, answer)

    def close(self) -> None:
        """Says good-bye to the server."""
        server, self._server = self._server, None
        if server is not None:
            with suppress(smtplib.SMTPException, OSError):
                server.quit()
            server.close()

    def _announced(self, to: str) -> smtplib.SMTP:
        """The server, once it takes a mail to ``to``. One that hung up since the last mail is called again."""
        if self._server is None or not self._listens(self._server):
            self.close()
            self._server = self._connected()
        server = self._server
        with self._ended_if_it_fails():
            try:
                for code, answer in (server.mail(parseaddr(self._sender)[1]), server.rcpt(to)):
                    if code not in _ACCEPTED:
                        server.rset()
                        if code == 421:
                            raise Unreachable(_said(code, answer))
                        raise NotTaken(_said(code, answer), for_good=code in _FOR_GOOD)
            except (smtplib.SMTPException, OSError) as error:
                raise Unreachable(_words(error)) from error
        return server

    def _listens(self, server: smtplib.SMTP) -> bool:
        try:
            return server.noop()[0] in _ACCEPTED
        except (smtplib.SMTPException, OSError):
            return False

    def _connected(self) -> smtplib.SMTP:
        way = self._way
        try:
            server = self._opened()
        except (smtplib.SMTPException, OSError) as error:
            raise Unreachable(f"{way.host}:{way.port}: {_words(error)}") from error
        try:
            if way.security == "starttls":
                server.starttls(context=self._trust())
            if way.user is not None and self._password is not None:
                server.login(way.user, self._password)
            server.ehlo_or_helo_if_needed()
        except (smtplib.SMTPException, OSError, UnicodeError) as error:
            server.close()
            raise Unreachable(f"{way.host}:{way.port}: {_words(error)}") from error
        return server

    def _opened(self) -> smtplib.SMTP:
        way = self._way
        if way.security == "tls":
            return smtplib.SMTP_SSL(way.host, way.port, timeout=way.timeout_seconds, context=self._trust())
        return smtplib.SMTP(way.host, way.port, timeout=way.timeout_seconds)

    def _trust(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=self._ca_file)

    @contextmanager
    def _ended_if_it_fails(self) -> Iterator[None]:
        """A connection that nobody knows the state of is not used again."""
        try:
            yield
        except (Unreachable, Unclear):
            if self._server is not None:
                self._server.close()
            self._server = None
            raise


def _sent(server: smtplib.SMTP, mail: bytes) -> tuple[int, bytes]:
    """What the server says once the text is out."""
    try:
        return server.data(mail)
    except smtplib.SMTPDataError as error:  # it would not have the text: nothing is out
        answer = error.smtp_error
        return error.smtp_code, answer if isinstance(answer, bytes) else answer.encode()
    except (smtplib.SMTPException, OSError) as error:
        raise Unclear(_words(error)) from error


def _said(code: int, answer: bytes) -> str:
    return f"{code} {answer.decode(errors='replace')}".replace("\n", " ")


def _words(error: Exception) -> str:
    """What went wrong. The answers of a server to a login name no password; ours are not among the words."""
    if isinstance(error, smtplib.SMTPResponseException):
        answer = error.smtp_error
        return _said(error.smtp_code, answer if isinstance(answer, bytes) else answer.encode())
    return getattr(error, "strerror", None) or str(error) or type(error).__name__
