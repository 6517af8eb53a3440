"""Accounts with messages that may go, and settings as tests write them."""

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from textwrap import dedent
from typing import Any

from engine import Ledger
from engine.delivery.opening import Transports
from engine.delivery.settings import Settings, settings_from
from engine.delivery.worker import Delivered, Worker
from engine.documents.reader import read_document
from engine.lifecycle.mail import Mail
from engine.planning.plan_messages import Message
from tests.ledger.world import action, entry, fresh, message, moment, planned


def settings(text: str, base: Path) -> Settings:
    """The settings that ``text`` writes."""
    node, problems = read_document(dedent(text).encode(), "delivery.yaml")
    assert node is not None and not problems
    return settings_from(node, base)


def by_mail(port: int, more: str = "") -> str:
    """Settings with a mail server on this machine."""
    return f"from: 客户成功部 <success@example.com>\n{more}\nchannels: {{email: {{{smtp(port)}}}}}"


def smtp(port: int) -> str:
    """A mail server on this machine that wants nothing."""
    return f"by: smtp, host: 127.0.0.1, port: {port}, security: none, timeout_seconds: 1"


def to(address: str, contact: str = "C-1") -> dict[str, str | None]:
    """Somebody at the customer."""
    return {
        "contact": contact,
        "person": None,
        "role": "decision_maker",
        "name": "王",
        "address": address,
        "why": "role",
    }


def unsent(name: str, **changes: Any) -> Message:
    """A message that needs nobody's word."""
    return message(name, "a", **{"approval": "none", **changes})


def keep(ledger: Ledger, account: str, *messages: Message) -> None:
    """Writes a plan with these messages."""
    opened = (action("a", kind="task"),)
    ledger.append([entry(fresh(account), planned(0, "a", opened=opened, drafted=messages))])


def deliver(
    ledger: Ledger, made: Settings, now: datetime | None = None, environment: dict[str, str] | None = None
) -> list[Delivered]:
    """One run of a worker, with the clock standing still."""
    transports = Transports(made, environment or {})
    try:
        return list(Worker(ledger, made, transports, lambda: now or moment(), "test").run())
    finally:
        transports.close()


def mails(ledger: Ledger) -> dict[str, Mail]:
    """Every message by id."""
    return {each.mail.message.id: each.mail for each in ledger.mail(archived=None)}


def results(done: Iterable[Delivered]) -> dict[str, str]:
    """What became of each message."""
    return {each.message.id: each.result for each in done}
