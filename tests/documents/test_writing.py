"""A document that is written again says what it said: people read it as the playbook that is in force."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import merged_playbook
from engine.documents.document import Node, plain
from engine.documents.reader import read_document
from engine.documents.writing import columns, lines_of
from tests.laws.chance import Chance, chances
from tests.laws.running import document
from tests.laws.strategies import playbook
from tests.playbooks.shelf import ROOT


def read_again(node: Node, width: int = 60) -> object:
    text = "".join(f"{line.text}\n" for line in lines_of(node, width))
    again, problems = read_document(text.encode(), "again.yaml")
    assert again is not None and not problems, (problems, text)
    return plain(again)


@pytest.mark.parametrize("folder", sorted((ROOT / "playbooks").iterdir()), ids=lambda each: each.name)
def test_a_shipped_playbook_is_written_as_it_reads(folder: Path) -> None:
    node = merged_playbook(folder)
    assert read_again(node) == plain(node)
    assert all(columns(line.text) <= 60 for line in lines_of(node, 60) if line.place and "{" not in line.text)


@given(chances)
def test_a_generated_playbook_is_written_as_it_reads(chance: Chance) -> None:
    node = document(playbook(chance))
    assert read_again(node) == plain(node)


SIGNS = st.sampled_from("aé中 :#,[]{}\"'\\|>&*!%@`-?\n$0.~＃：")


@given(st.text(SIGNS, max_size=90))
def test_any_text_is_written_as_it_reads(text: str) -> None:
    node = document({"key": text, "list": [text, {"a": text}]})
    assert read_again(node, 30) == plain(node)
