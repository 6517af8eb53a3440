"""What a user loses if these fail: places to look at, exact figures, and an answer to any file at all."""

import subprocess
import sys
import unicodedata
from decimal import Decimal
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.documents import building
from engine.documents.decoding import FORBIDDEN
from engine.documents.document import Mapping, Node, Scalar, Sequence, locate, plain
from engine.documents.reader import MAX_DEPTH, MAX_FILE_BYTES, read_document, read_file
from engine.foundation.places import Place

REPOSITORY = Path(__file__).parent.parent.parent


def read(text: str) -> Node:
    node, problems = read_document(text.encode(), "x.yaml")
    assert not problems, [str(each) for each in problems]
    assert node is not None
    return node


def complaints(content: str | bytes) -> list[tuple[str, int, int]]:
    data = content.encode() if isinstance(content, str) else content
    return [(each.code, each.line, each.column) for each in read_document(data, "x.yaml")[1]]


# Values ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("0", 0),
        ("-3", -3),
        ("0.50", Decimal("0.50")),
        ("123456789012345678901234567890.1", Decimal("123456789012345678901234567890.1")),
        ("true", True),
        ("false", False),
        ("null", None),
        ("", None),
        *[(text, text) for text in ("yes", "no", "on", "off", "True", "~", "NULL")],
        *[(text, text) for text in ("08", "1e3", "0x1f", ".5", "+5", "1_000", "5.", "190:20:30", "09:00", ".inf")],
        *[(text, text) for text in ("2026-01-01", "2026-01-01T10:00:00Z", "15%", "48 hours", "1.2.3", "=", "$x")],
    ],
)
def test_plain_scalars_mean_what_they_look_like(written: str, value: object):
    found = plain(read(f"- {written}\n- z\n"))[0]
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize("written", ['"08"', "'true'", "|-\n  08", ">-\n  null"])
def test_quoted_and_block_texts_stay_text_and_say_so(written: str):
    (scalar,) = read(f"- {written}\n").items  # type: ignore[union-attr]
    assert isinstance(scalar, Scalar)
    assert isinstance(scalar.value, str)
    assert scalar.quoted


def test_a_plain_number_keeps_its_text():
    assert read("1.20") == Scalar(Decimal("1.20"), Place("x.yaml", 1, 1), text="1.20")


def test_keys_that_look_like_numbers_dates_or_truths_are_texts():
    assert list(plain(read("2026-01-01: a\n20: b\n1.50: c\ntrue: d\nnull: e\n'x': f\n"))) == [
        "2026-01-01", "20", "1.50", "true", "null", "x",
    ]  # fmt: skip


def test_keys_and_texts_are_composed_so_that_equal_words_are_equal():
    assert plain(read("cafe\u0301: e\u0301\n")) == {"café": "é"}
    assert complaints("cafe\u0301: 1\ncafé: 2\n") == [("PB005", 2, 1)]


def test_anchors_may_repeat_a_value():
    assert plain(read("a: &a {x: [1]}\nb: *a\nc: *a\n")) == {"a": {"x": [1]}, "b": {"x": [1]}, "c": {"x": [1]}}


def test_a_byte_order_mark_is_no_part_of_the_first_key():
    node, problems = read_document(b"\xef\xbb\xbfa: 1\n", "x.yaml")
    assert not problems
    assert plain(node) == {"a": 1}  # type: ignore[arg-type]
    assert node.key_place("a") == Place("x.yaml", 1, 1)  # type: ignore[union-attr]


# Places ----------------------------------------------------------------------------------------------

HANDBOOK = """\
warnings:
  late:  # a comment
    title: 满意度😀低
    bands: [{low: 0, high: 😀}, "quoted"]
"""


@pytest.mark.parametrize(
    ("path", "key", "line", "column"),
    [
        ([], False, 1, 1),
        (["warnings"], True, 1, 1),
        (["warnings", "late", "title"], True, 3, 5),
        (["warnings", "late", "title"], False, 3, 12),
        (["warnings", "late", "bands", 0, "high"], True, 4, 22),
        (["warnings", "late", "bands", 0, "high"], False, 4, 28),
        (["warnings", "late", "bands", 1], False, 4, 32),
        (["warnings", "late", "bands", 1], True, 4, 32),
        (["warnings", "late", "missing", "deeper"], False, 3, 5),
        (["warnings", "late", "bands", 7], False, 4, 12),
        (["warnings", "late", "bands", "x"], False, 4, 12),
    ],
)
def test_a_path_leads_to_the_place_where_it_was_written(path: list[str | int], key: bool, line: int, column: int):
    assert locate(read(HANDBOOK), path, key) == Place("x.yaml", line, column)


def test_a_mapping_answers_by_key():
    node = read("a: 1\nb: 2\n")
    assert isinstance(node, Mapping)
    assert node.keys() == ("a", "b")
    assert node.get("b") == Scalar(2, Place("x.yaml", 2, 4), text="2")
    assert node.get("c") is None
    assert node.key_place("c") == node.place


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_lines_are_counted_as_editors_count_them(line_end: str):
    assert complaints(line_end.join(["a: 1", "# x", "", "a: 2"])) == [("PB005", 4, 1)]


# What is refused -------------------------------------------------------------------------------------


def test_all_problems_of_a_file_are_told_at_once_and_in_order():
    text = "a: @x\nb: {c: 1, c: 2}\nd: [紧急] y\na: 3\ne：1\n"
    assert complaints(text) == [("PB004", 1, 4), ("PB005", 2, 11), ("PB004", 3, 4), ("PB005", 4, 1), ("PB004", 5, 2)]


def test_a_file_with_one_wrong_entry_still_yields_the_others():
    node, problems = read_document(b"a: 1\na: 2\nb: 3\n", "x.yaml")
    assert [each.code for each in problems] == ["PB005"]
    assert plain(node) == {"a": 1, "b": 3}  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("content", "code", "line", "column"),
    [
        ("a: 1\nb: 客户".encode("gbk"), "PB001", 2, 4),
        ("a: 客户".encode() + b"\xff", "PB001", 1, 6),
        ("a: 1".encode("utf-16"), "PB001", 1, 1),
        ("a: 1".encode("utf-16-le"), "PB001", 1, 1),
        ("a: 1".encode("utf-16-be"), "PB001", 1, 1),
        ("a: 1".encode("utf-32"), "PB001", 1, 1),
        (b"a: 1\nb: \x00", "PB004", 2, 4),
        ("a: x\u2028y".encode(), "PB004", 1, 5),
        (b'a: "\\0"', "PB004", 1, 4),
        (b"", "PB004", 0, 0),
        (b"---\n", "PB004", 2, 1),
        (b"a: b\n---\nc: d\n", "PB013", 2, 1),
        (b"%TAG ! tag:x\n---\na: 1\n", "PB013", 1, 1),
        (b"a: !!python/object:os.system x\n", "PB013", 1, 4),
        (b"<<: {a: 1}\n", "PB013", 1, 1),
        (b"? [a]\n: 1\n", "PB013", 1, 3),
        (b'"": 1\n', "PB004", 1, 1),
        (b"a: " + b"9" * 5000, "PB007", 1, 4),
        ("a: x" + "\u0315\u0300" * 100_000, "PB004", 1, 4),
        ("[" * (MAX_DEPTH + 1), "PB003", 1, MAX_DEPTH + 1),
    ],
)
def test_what_is_not_read_is_refused_at_its_place(content: bytes, code: str, line: int, column: int):
    assert complaints(content) == [(code, line, column)]


def test_the_greatest_depth_is_still_read():
    read("[" * MAX_DEPTH + "]" * MAX_DEPTH)


def test_depth_counts_through_aliases():
    chain = "a0: &a0 [1]\n" + "".join(f"a{i}: &a{i} [*a{i - 1}]\n" for i in range(1, MAX_DEPTH))
    assert complaints(chain) == [("PB003", MAX_DEPTH, 12)]


BOMB = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]\n" for i in range(1, 20)
)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("[" * 100_000, "PB003"),
        ("{" * 100_000, "PB003"),
        ("- " * 100_000, "PB003"),
        ("? " * 100_000, "PB003"),
        ("{a: " * 100_000, "PB003"),
        ("[\n" * 100_000, "PB003"),
        (BOMB, "PB006"),
        ("- &a x\n" + "- *a\n" * 100_000, "PB006"),
        ("x" * (MAX_FILE_BYTES + 1), "PB002"),
        ("[" + "a," * 400_000 + "]", "PB002"),
        ("".join(f"%TAG !a{i}! tag:x\n" for i in range(45_000)), "PB013"),
        ("a: x\n" * 100_000, "PB005"),
        ("a: [x] y\n" * 90_000, "PB004"),
        ("a: x #y\n" * 90_000, "PB011"),
        ('a: "' + '\\"' * 400_000 + '" y', "PB004"),
    ],
)
@pytest.mark.timeout(20)
def test_a_hostile_file_is_answered_at_once(content: str, code: str):
    found = complaints(content)
    assert code in {each[0] for each in found}


def test_deep_nesting_does_not_crash_the_process():
    """PyYAML's composer ends the process here without a word, so the proof needs a process of its own."""
    script = "from engine.documents.reader import read_document; print(read_document(b'[' * 1_000_000, 'x')[1][0].code)"
    done = subprocess.run([sys.executable, "-c", script], cwd=REPOSITORY, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "PB003\n", "")


# Files -----------------------------------------------------------------------------------------------


def test_a_file_is_named_as_the_caller_names_it(tmp_path: Path):
    (tmp_path / "a.yaml").write_bytes(b"a: 1\na: 2\n")
    assert read_file(tmp_path / "a.yaml", "books/a.yaml")[1][0].file == "books/a.yaml"
    assert read_file(tmp_path / "a.yaml")[1][0].file == str(tmp_path / "a.yaml")


def test_a_file_over_the_limit_is_not_even_opened(tmp_path: Path):
    path = tmp_path / "big.yaml"
    with path.open("wb") as stream:
        stream.truncate(50_000_000)
    _, problems = read_file(path)
    assert [each.code for each in problems] == ["PB002"]


@pytest.mark.parametrize("name", ["missing.yaml", ".", "a\0b"])
def test_a_file_that_cannot_be_opened_is_a_problem_not_an_exception(tmp_path: Path, name: str):
    node, problems = read_file(tmp_path / name)
    assert node is None
    assert [each.code for each in problems] == ["PB009"]


# Laws ------------------------------------------------------------------------------------------------

SIGNS = st.characters(exclude_categories=("Cs", "Cc", "Cn")).filter(lambda sign: not FORBIDDEN.match(sign))
TEXTS = st.text(SIGNS, max_size=20).map(lambda text: unicodedata.normalize("NFC", text))
VALUES = st.none() | st.booleans() | st.integers() | TEXTS
DOCUMENTS = st.recursive(
    VALUES,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS.filter(bool), inner, max_size=4),
    max_leaves=20,
).filter(lambda data: data is not None)
YAML_SIGNS = st.sampled_from(list("ab1,.:-?!&*#|>%@`'\"[]{}() \n\n\t\r：，％１“é\u0301\u3000\u200b😀"))
YAML_WORDS = st.sampled_from([
    "a: ", "b: ", "a：", "b:1", "- ", "\n", "\n  ", "\n    ", "{", "}", "[", "]", ", ", "，", "{{ x }}", "[紧急]",
    "１５％", "500,000 CNY", " #1", " # ", "&a ", "*a", "'", '"', "@x", "<<: ", "---", "? ", "!t ",
])  # fmt: skip
SOUP = st.text(YAML_SIGNS, max_size=80) | st.lists(YAML_WORDS, max_size=25).map("".join)


def leaves(node: Node) -> list[Scalar]:
    match node:
        case Scalar():
            return [node]
        case Sequence():
            return [leaf for item in node.items for leaf in leaves(item)]
        case Mapping():
            return [leaf for entry in node.entries for leaf in leaves(entry.node)]


def text_at(text: str, place: Place) -> str:
    return text.split("\n")[place.line - 1][place.column - 1 :]


@settings(max_examples=300)
@given(st.binary(max_size=200))
def test_any_bytes_are_answered(data: bytes):
    read_document(data, "x.yaml")


@settings(max_examples=1000, deadline=None)
@given(SOUP)
def test_any_text_is_answered_with_places_inside_it(text: str):
    node, problems = read_document(text.encode(), "x.yaml")
    assert node is not None or problems
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    for each in problems:
        assert 0 <= each.line <= len(lines), each
        assert each.line == 0 or 1 <= each.column <= len(lines[each.line - 1]) + 1, each


@settings(max_examples=150, deadline=None)
@given(DOCUMENTS, st.sampled_from([True, False, None]))
def test_what_is_written_is_read_and_every_value_knows_its_text(data: object, flow: bool | None):
    text = yaml.safe_dump(data, allow_unicode=True, default_flow_style=flow, width=10**9)
    node, _ = read_document(text.encode(), "x.yaml")
    assert node is not None
    assert plain(node) == data
    for leaf in leaves(node):
        found = text_at(text, leaf.place)
        assert found[0] in "'\"" if leaf.quoted else found.startswith(leaf.text or str(leaf.value or ""))


@settings(max_examples=150, deadline=None)
@given(DOCUMENTS, st.data())
def test_a_damaged_document_is_answered(data: object, draw: st.DataObject):
    text = yaml.safe_dump(data, allow_unicode=True, width=10**9)
    position = draw.draw(st.integers(0, len(text)))
    damaged = text[:position] + draw.draw(SOUP) + text[draw.draw(st.integers(position, len(text))) :]
    read_document(damaged.encode(), "x.yaml")


@settings(max_examples=200, deadline=None)
@given(SOUP)
def test_without_the_c_parser_the_same_texts_are_read(text: str):
    """The two parsers differ in tabs between words and in wording, not in what a good text means."""
    if "\t" in text:
        return
    by_c, faults = read_document(text.encode(), "x.yaml")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(building, "_LOADER", yaml.SafeLoader)
        by_python, others = read_document(text.encode(), "x.yaml")
    if not faults and not others:
        assert by_c is not None
        assert by_python is not None
        assert plain(by_c) == plain(by_python)
