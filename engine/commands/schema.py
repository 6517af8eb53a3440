"""``playbook schema``: the vocabulary, word by word, and the JSON Schemas of files."""

import json
from collections.abc import Iterable, Iterator
from typing import Final

import click

from engine.checking.editing import editor_schema, playbook_editor_schema
from engine.checking.vocabulary import Topic, topic_named, topics
from engine.commands import ExitCode
from engine.commands.answering import answering, put
from engine.commands.terminal import ink, padded, paragraph, width_of_stdout
from engine.foundation.resources import data_folder

_SUFFIX: Final = ".schema.json"
_LABEL: Final = 18


@click.command("schema", short_help="The vocabulary, and the JSON Schemas of files.")
@click.argument("topic", required=False)
@click.option("--editor", is_flag=True, help="The schema for completion in an editor; of playbooks, or of TOPIC.")
@answering
def command(topic: str | None, editor: bool) -> ExitCode:
    """Show what TOPIC means: a section (warnings), a key (warnings.must_hold), a metric's verb (metrics.latest), an
    operator (below), a problem (PB101); or print the JSON Schema of a kind of file (playbook, scenario, snapshot …).

    Without TOPIC all there are. Exit codes: 0 fine, 2 there is no such topic.
    """
    kinds = _kinds()
    if editor:
        put([_editor_text(topic or "playbook", kinds)])
    elif topic is None:
        put(_overview(kinds))
    elif topic in kinds:
        put([(data_folder("schemas") / f"{topic}{_SUFFIX}").read_bytes()])
    else:
        put(_shown(topic))
    return ExitCode.FINE


def _kinds() -> list[str]:
    return sorted(each.name.removesuffix(_SUFFIX) for each in data_folder("schemas").glob(f"*{_SUFFIX}"))


def _editor_text(kind: str, kinds: list[str]) -> str:
    if kind not in kinds:
        raise click.BadParameter(f"there is no kind of file `{kind}`: {', '.join(kinds)}", param_hint="TOPIC")
    if kind == "playbook":
        schema = playbook_editor_schema()
    else:
        schema = editor_schema(json.loads((data_folder("schemas") / f"{kind}{_SUFFIX}").read_bytes()))
    return json.dumps(schema, ensure_ascii=False, indent=1)


def _overview(kinds: list[str]) -> Iterator[str]:
    yield ink("Topics", bold=True)
    groups = [each for each in topics().values() if "." not in each.address]
    yield from _rows((each.address, each.summary) for each in groups)
    yield ""
    yield ink("JSON Schemas", bold=True)
    yield from paragraph("", ", ".join(kinds), width_of_stdout(), 1)


def _shown(name: str) -> Iterator[str]:
    try:
        found = topic_named(name)
    except ValueError as wrong:
        raise click.BadParameter(str(wrong), param_hint="TOPIC") from wrong
    for number, topic in enumerate(found):
        if number:
            yield ""
        yield from _lines(topic)


def _lines(topic: Topic) -> Iterator[str]:
    yield ink(topic.address, bold=True)
    yield from paragraph("", topic.summary, width_of_stdout(), 1)
    yield from _rows(topic.details)


def _rows(rows: Iterable[tuple[str, str]]) -> Iterator[str]:
    for name, words in rows:
        yield from paragraph(padded(name, _LABEL), words, width_of_stdout(), 2)
