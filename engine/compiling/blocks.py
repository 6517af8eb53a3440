"""What is wrong with the blocks of messages and reports: names, readers, and places in the text."""

from collections.abc import Iterator, Mapping

from engine.foundation import codes
from engine.foundation.problems import Problem, did_you_mean, problem
from engine.language.blocks import BLOCKS, BlockUse
from engine.language.content import Message
from engine.language.playbook import Playbook
from engine.templates.marks import PLACE


def block_problems(playbook: Playbook) -> Iterator[Problem]:
    """Every problem of the blocks of a playbook's messages."""
    for message in playbook.messages.values():
        if message.kind == "report" and not message.blocks:
            hint = f"add `blocks: […]`, of {', '.join(BLOCKS)}"
            yield problem(codes.MISSING_KEY, message.place, f"the report `{message.id}` has no blocks", hint)
        seen: set[str] = set()
        for use in message.blocks:
            if use.name in seen:
                text = f"`content.{message.id}` has the block `{use.name}` twice"
                yield problem(codes.DEFINED_TWICE, use.place, text, "write one, with the names of both")
            seen.add(use.name)
            yield from _use(playbook, message, use)
        yield from _places(playbook, message)


def _use(playbook: Playbook, message: Message, use: BlockUse) -> Iterator[Problem]:
    kind = BLOCKS[use.name]
    if kind.inside and message.audience == "customer":
        text = f"`content.{message.id}` goes to customers, and the block `{use.name}` is for our own people"
        yield problem(codes.NOT_FOR_CUSTOMERS, use.place, text, "take it away, or write `audience: internal`")
    if kind.named and not use.of:
        text = f"the block `{use.name}` does not say which {kind.section}"
        yield problem(codes.MISSING_KEY, use.place, text, f"write for example `{{{use.name}: [satisfaction]}}`")
    known: Mapping[str, object] = getattr(playbook, kind.section) if kind.section else {}
    for name in use.of:
        if name not in known and f"{kind.section}.{name}" not in playbook.broken:
            text = f"`{name}` is none of the {kind.section}"
            yield problem(codes.UNKNOWN_NAME, use.place, text, did_you_mean(name, known))
        elif getattr(known.get(name), "each", None) is not None and kind.section != "warnings":
            text = f"`{name}` is worked out for each record, not for the account"
            yield problem(codes.NOT_READABLE_HERE, use.place, text, "name one of the account")


def _places(playbook: Playbook, message: Message) -> Iterator[Problem]:
    """A place in a text for which there is no block would stand there as it is written."""
    known = [each.name for each in message.blocks]
    for template in playbook.templates:
        if template.name == (message.template or message.id) and message.body is None:
            for name in PLACE.findall(template.text):
                if name not in known:
                    text = f"`[[{name}]]` in `{template.file}` is the place of no block of `content.{message.id}`"
                    hint = did_you_mean(name, known) or f"add `blocks: {name}` to `content.{message.id}`"
                    yield problem(codes.UNKNOWN_NAME, message.place, text, hint)
