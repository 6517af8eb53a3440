"""Messages and deliveries as commands write them for programs."""

from datetime import datetime
from functools import cache
from typing import Literal

from msgspec import Struct

from engine.delivery.worker import Delivered
from engine.ledger.entries import KeptMail
from engine.lifecycle.mail import Mail, content_digest
from engine.planning.schema import Json, document_schema

MESSAGES_URL = "https://playbook-engine.invalid/schemas/messages.schema.json"
DELIVERIES_URL = "https://playbook-engine.invalid/schemas/deliveries.schema.json"


class ListedMessage(Struct, frozen=True, kw_only=True):
    """A message with whose account it is about; ``digest`` is what an approval binds to."""

    playbook: str
    account: str
    digest: str
    mail: Mail


class MessageList(Struct, frozen=True, kw_only=True):
    """The messages that were asked for."""

    format: Literal["playbook-messages/1"] = "playbook-messages/1"
    messages: tuple[ListedMessage, ...]


class DeliveryReport(Struct, frozen=True, kw_only=True):
    """What became of each message in one run of delivery, and what is in doubt after it."""

    format: Literal["playbook-deliveries/1"] = "playbook-deliveries/1"
    now: datetime
    rehearsal: bool
    deliveries: tuple[Delivered, ...]
    in_doubt: tuple[ListedMessage, ...]


def listed(kept: KeptMail) -> ListedMessage:
    """A message as it is listed."""
    return ListedMessage(
        playbook=kept.playbook, account=kept.account, digest=content_digest(kept.mail.message), mail=kept.mail
    )


@cache
def messages_schema() -> Json:
    """The JSON Schema of ``messages list`` and ``messages show`` with ``--format json``."""
    return document_schema(MessageList, "Messages", MESSAGES_URL)


@cache
def deliveries_schema() -> Json:
    """The JSON Schema of ``deliver --format json``."""
    return document_schema(DeliveryReport, "Deliveries", DELIVERIES_URL)
