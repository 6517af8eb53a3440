"""One layout: what a file says never changes, nor does a file that has been laid out."""

import re
from pathlib import Path
from textwrap import dedent

import pytest
from hypothesis import given

from engine.documents.document import plain
from engine.documents.formatting import formatted
from engine.documents.reader import read_document
from engine.documents.writing import lines_of
from tests.laws.chance import Chance, chances
from tests.laws.running import document
from tests.laws.strategies import playbook
from tests.playbooks.shelf import ROOT

SHIPPED = sorted((ROOT / "playbooks").rglob("*.yaml"))


def laid_out(text: str) -> str:
    """The text laid out, which says the same and stays as it is when laid out again."""
    found = formatted(text.encode(), "x.yaml")
    assert isinstance(found, bytes), found
    before, after = read_document(text.encode(), "x")[0], read_document(found, "x")[0]
    assert before is not None and after is not None
    assert plain(before) == plain(after)
    assert formatted(found, "x.yaml") == found
    return found.decode()


def test_blanks_are_put_right_and_nothing_else() -> None:
    untidy = """\


        playbook:   x
        # of late
        warnings:
            late:     # why

                # of light
                light:  red
                when: { any : [ {a: 1},{b : '2 ,3'} ],
                        all: [] }


                do:
                - kind: call
                  title: |
                      text
                        more

                      end
                -   kind: visit
                    note: "a  b
                      c"
                    # of the visit
                # of the list
        # of the end
        list:
        - - a
          - b
        """
    assert laid_out(dedent(untidy).replace("\n", "  \r\n", 4)) == dedent(
        """\
        playbook: x
        # of late
        warnings:
          late:     # why

            # of light
            light: red
            when: {any: [{a: 1}, {b: '2 ,3'}],
                    all: []}

            do:
              - kind: call
                title: |
                    text
                      more

                    end
              - kind: visit
                note: "a  b
                  c"
                # of the visit
              # of the list
        # of the end
        list:
          - - a
            - b
        """
    )


def test_what_cannot_be_laid_out_safely_stays() -> None:
    text = "-    a: |2\n         text\n"
    assert laid_out(text) == text


def test_a_broken_file_is_told_not_touched() -> None:
    found = formatted(b"a: [1\nb: 2\n", "x.yaml")
    assert isinstance(found, list)
    assert found


def _twice(found: re.Match[str]) -> str:
    return found[1] * 2 + ("-   " if found[2] else "")


@pytest.mark.parametrize("file", SHIPPED, ids=lambda each: each.name)
def test_shipped_files_are_laid_out_and_found_again_from_twice_the_indentation(file: Path) -> None:
    text = file.read_text("utf-8")
    assert laid_out(text) == text
    wider = re.sub(r"^( *)(- )?", _twice, text, flags=re.MULTILINE)
    # A remark behind a value keeps its column, which twice the blanks behind a dash have moved.
    assert re.sub(" +#", " #", laid_out(wider)) == re.sub(" +#", " #", text)


@given(chances)
def test_a_generated_playbook_keeps_its_meaning_however_it_was_laid_out(chance: Chance) -> None:
    lines = [line.text for line in lines_of(document(playbook(chance)), chance.one((20, 60, 100)))]
    step = chance.randint(1, 4)
    untidy = []
    for line in lines:
        blanks = len(line) - len(line.lstrip())
        item = "-" + " " * (2 * step - 1) if line.lstrip().startswith("- ") else ""
        untidy.append(" " * (blanks * step) + item + line.lstrip().removeprefix("- ") + " " * chance.randrange(3))
        if '"' not in line and chance.yes(4):
            untidy += [""] * chance.randrange(3) + [" " * chance.randrange(6) + "# a remark"]
    laid_out("\n".join(untidy))
