"""Tables come from Excel, from databases and from hand: what would be misread is refused with its line."""

from pathlib import Path

import pytest

from engine.foundation.problems import InputUnreadable
from engine.snapshots.sources.text_files import CsvTable
from engine.snapshots.tables import Row


def table(tmp_path: Path, data: bytes, encoding: str = "utf-8", delimiter: str = ",") -> CsvTable:
    (tmp_path / "t.csv").write_bytes(data)
    return CsvTable(tmp_path / "t.csv", encoding, delimiter)


def test_rows_have_the_line_they_begin_on(tmp_path: Path):
    found = table(tmp_path, b"\xef\xbb\xbfid, name\r\n\r\n1, a \r\n,\r\n2,c\r\n")
    assert found.columns == ("id", "name")
    assert list(found.rows()) == [Row(3, ("1", "a")), Row(5, ("2", "c"))]


def test_cells_of_several_lines_keep_the_count_right(tmp_path: Path):
    found = table(tmp_path, b'id,name\n1,"a\nb"\n2,c\n')
    assert [(row.line, row.cells) for row in found.rows()] == [(2, ("1", "a\nb")), (4, ("2", "c"))]


def test_rows_can_be_read_again(tmp_path: Path):
    found = table(tmp_path, b"id\n1\n2\n")
    assert list(found.rows()) == list(found.rows()) == [Row(2, ("1",)), Row(3, ("2",))]


def test_chinese_encoding_and_other_delimiters(tmp_path: Path):
    found = table(tmp_path, "编号;名称\n1;华信\n".encode("gb18030"), "gb18030", ";")
    assert table(tmp_path, "编号;名称\n1;华信\n".encode("gbk"), "gbk", ";").columns == found.columns
    assert found.columns == ("编号", "名称")
    assert [row.cells for row in found.rows()] == [("1", "华信")]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "the file is empty"),
        (b"\n\n", "the file is empty"),
        (b"id,name,id\n", "two columns are named `id`"),
        ("编号\n".encode("gb18030"), "the file is not utf-8 text"),
    ],
)
def test_a_table_without_a_usable_header_is_refused(tmp_path: Path, data: bytes, words: str):
    with pytest.raises(InputUnreadable, match=words):
        table(tmp_path, data)


@pytest.mark.parametrize("data", [b'id,name\n1,"a\n2,b\n3,c\n', b'id,name\n1,"a"b\n', b"id\n" + b"x" * 200_000])
def test_a_quote_left_open_does_not_swallow_rows(tmp_path: Path, data: bytes):
    with pytest.raises(InputUnreadable) as error:
        list(table(tmp_path, data).rows())
    assert error.value.problems[0].line == 2


def test_a_file_that_is_not_there_is_told(tmp_path: Path):
    with pytest.raises(InputUnreadable) as error:
        CsvTable(tmp_path / "missing.csv")
    assert error.value.problems[0].code == "PB009"


def test_the_columns_may_be_named_further_down(tmp_path: Path):
    (tmp_path / "t.csv").write_bytes("客户一览,\n,\n编号,名称\n1,华信\n".encode())
    found = CsvTable(tmp_path / "t.csv", header=2)
    assert found.columns == ("编号", "名称")
    assert list(found.rows()) == [Row(4, ("1", "华信"))]
