"""Plans and messages as files (``plan --out``): ``plans.jsonl`` and a file for every message, all or none."""

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Final

import msgspec

from engine import ActionPlan
from engine.commands.terminal import clean_lines, harmless_json
from engine.foundation.files import move_into_place, whole_folder
from engine.messages.layout import text_of
from engine.planning.plan_messages import Message

PLANS: Final = "plans.jsonl"
MESSAGES: Final = "messages"

_LONGEST_NAME: Final = 60
_UNSAFE: Final = re.compile(r"[^\w-]+")
_OURS: Final = re.compile(r".*-[a-z2-7]{20}\.[\w-]+\.txt")

encode: Final = msgspec.json.Encoder(decimal_format="number").encode


def as_ndjson(plans: Iterable[ActionPlan]) -> Iterator[bytes]:
    """One plan per line."""
    for plan in plans:
        yield harmless_json(encode(plan)) + b"\n"


def as_array(plans: Iterable[ActionPlan]) -> Iterator[bytes]:
    """The plans as one JSON array, a plan to a line; never the whole of it in memory."""
    before = b"[\n"
    for plan in plans:
        yield before + harmless_json(encode(plan))
        before = b",\n"
    yield b"[]\n" if before == b"[\n" else b"\n]\n"


class PlanFolder:
    """A folder of plans and messages while it is filled."""

    def __init__(self, folder: Path, plans: BinaryIO) -> None:
        self._messages = folder / MESSAGES
        self._plans = plans
        self.names: set[str] = set()

    def keep(self, plans: Iterable[ActionPlan]) -> Iterator[ActionPlan]:
        """The plans as they come, each written on its way."""
        for plan in plans:
            self._plans.writelines(as_ndjson([plan]))
            for message in plan.messages:
                self._write(message, plan.subject.id)
            yield plan

    def _write(self, message: Message, account: str) -> None:
        name = f"{message_stem(message, account)}.txt"
        self.names.add(name)
        (self._messages / name).write_text(message_text(message), encoding="utf-8", newline="\n")


@contextmanager
def plan_folder(path: Path) -> Iterator[PlanFolder]:
    """A folder to keep plans in, which appear in ``path`` when the block ends well.

    Messages of an earlier run that are not in this one go away; files of other names stay.
    """
    with whole_folder(path) as folder:
        (folder / MESSAGES).mkdir()
        with (folder / PLANS).open("wb") as plans:
            made = PlanFolder(folder, plans)
            yield made
        _publish(folder, path, made.names)


def _publish(folder: Path, path: Path, names: set[str]) -> None:
    messages = path / MESSAGES
    messages.mkdir(exist_ok=True)
    for name in sorted(names):
        move_into_place(folder / MESSAGES / name, messages / name)
    for old in messages.iterdir():
        if old.name not in names and _OURS.fullmatch(old.name) and old.is_file():
            old.unlink()
    # Last, so that whoever finds a new list of plans finds its messages too.
    move_into_place(folder / PLANS, path / PLANS)


def message_stem(message: Message, account: str) -> str:
    """``A-001-363sjxs4kex3gxqoa4g6.zh-CN``: whatever an account is called, a plain name in this folder."""
    return f"{_safe(account)}-{message.id}.{_safe(message.locale)}"


def _safe(text: str) -> str:
    """The letters and digits of ``text``, at most 60 bytes of them."""
    short = _UNSAFE.sub("_", text).encode()[:_LONGEST_NAME]
    return short.decode(errors="ignore").lstrip("-") or "_"


def message_text(message: Message) -> str:
    """A message for reading in a terminal."""
    return clean_lines(text_of(message))
