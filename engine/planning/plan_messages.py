"""The messages of an action plan, as they are written, and those that are not sent."""

from datetime import datetime
from typing import Literal

from msgspec import Struct

from engine.planning.plan_work import Attached

Reason = Literal["owner", "role", "strongest", "everybody"]
Obstacle = Literal[
    "left", "opted_out", "opt_outs_unknown", "prefers_otherwise", "no_name", "no_address", "nothing_attached"
]


class Addressee(Struct, frozen=True):
    """Who a message goes to: a contact of the account, or a person of ours, and why just they.

    ``why`` is ``owner`` of the action, the ``role``, ``strongest`` in the role, or ``everybody``.
    """

    contact: str | None
    person: str | None
    role: str
    name: str | None
    address: str | None
    why: Reason


class BlockRow(Struct, frozen=True):
    """A row of a block: what stands in its columns.

    ``tone`` is the light it stands in, ``bar`` where it begins and ends on the block's line of time, in percent;
    ``inner`` rows belong to the one above.
    """

    cells: tuple[str, ...]
    tone: Literal["red", "yellow", "green"] | None = None
    bar: tuple[int, ...] | None = None
    inner: bool = False


class Block(Struct, frozen=True, kw_only=True):
    """A part of a report, in the reader's language; ``nothing`` is what it says without rows.

    ``span`` names the first and last day of its line of time.
    """

    name: str
    title: str
    columns: tuple[str, ...]
    rows: tuple[BlockRow, ...]
    nothing: str
    span: str | None = None


class Message(Struct, frozen=True, kw_only=True, rename={"class_": "class"}):
    """A rendered communication, drafted for the action it belongs to; ``class`` is what opt-outs and caps go by.

    ``body`` is its plain text. ``markdown`` is what its HTML is made from, null where that is the body; a line
    ``[[name]]`` in it is the place of a block.
    """

    id: str
    action: str
    content: str
    class_: Literal["service", "nurture"]
    to: Addressee
    channel: str
    locale: str
    subject: str | None
    body: str
    markdown: str | None
    blocks: tuple[Block, ...]
    approval: Literal["required", "none"]
    send_after: datetime | None
    attached: tuple[Attached, ...]


class NotSent(Struct, frozen=True):
    """A contact in the role of a message's reader who does not get it, and why not."""

    action: str
    content: str
    contact: str
    why: Obstacle
    name: str | None = None
