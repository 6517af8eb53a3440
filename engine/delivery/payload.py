"""A message as JSON, for programs that take it further."""

import msgspec
from msgspec import Struct

from engine.delivery.transport import Letter
from engine.planning.plan_messages import Message


class Payload(Struct, frozen=True, kw_only=True):
    """What a webhook gets, and a file of chat or SMS holds; ``message`` is as in a plan."""

    format: str = "playbook-message/1"
    id: str
    playbook: str
    account: str
    message: Message
    invitation: str | None = None


_encode = msgspec.json.Encoder(decimal_format="number").encode


def payload_of(letter: Letter) -> bytes:
    """The letter as JSON; equal letters are equal bytes."""
    invitation = None if letter.invitation is None else letter.invitation.decode()
    return _encode(
        Payload(
            id=letter.message.id,
            playbook=letter.playbook,
            account=letter.account,
            message=letter.message,
            invitation=invitation,
        )
    )
