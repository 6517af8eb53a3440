"""Workbooks come from people: what a sheet shows is what is read, and what could harm is refused."""

import struct
import zipfile
from collections.abc import Callable, Iterator
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from engine.foundation.problems import InputUnreadable, Problem
from engine.foundation.quantities import Money
from engine.snapshots.raw_cells import Unreadable
from engine.snapshots.sources import workbook_scan
from engine.snapshots.sources.workbook import SheetTable, Workbook
from engine.snapshots.tables import Row
from tests.snapshots.companies import Company, with_collection

Fill = Callable[[Any], None]


def book(folder: Path, fill: Fill, name: str = "t.xlsx") -> Path:
    made = openpyxl.Workbook()
    fill(made.active)
    made.save(folder / name)
    return folder / name


def sheet(folder: Path, fill: Fill, header: int = 1) -> SheetTable:
    return opened(book(folder, fill)).sheet(None, header)


_OPENED: list[Workbook] = []


def opened(path: Path) -> Workbook:
    """The workbook, until the test is over."""
    _OPENED.append(Workbook(path))
    return _OPENED[-1]


@pytest.fixture(autouse=True)
def _closed() -> Iterator[None]:
    yield
    while _OPENED:
        _OPENED.pop().close()


def rewritten(path: Path, part: str, old: str, new: str, **added: str) -> Path:
    """The workbook with ``old`` in one of its parts replaced, and with further parts under ``xl``."""
    with zipfile.ZipFile(path) as parts:
        contents = {each: parts.read(each) for each in parts.namelist()}
    assert old.encode() in contents[part], contents[part]
    contents[part] = contents[part].replace(old.encode(), new.encode())
    contents |= {f"xl/{name}.xml": text.encode() for name, text in added.items()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as parts:
        for each, data in contents.items():
            parts.writestr(each, data)
    return path


SHEET = "xl/worksheets/sheet1.xml"


def test_cells_are_what_the_sheet_shows(tmp_path: Path) -> None:
    shown = {
        "A2": ("  a ", None, "a"), "B2": (1001, None, Decimal(1001)), "C2": (0.1 + 0.2, None, Decimal("0.3")),
        "D2": (0.125, "0%", "12.5%"), "E2": (0.5, '0.0" %"', Decimal("0.5")), "F2": (True, None, "TRUE"),
        "G2": (date(2026, 3, 31), "yyyy-mm-dd", date(2026, 3, 31)),
        "H2": (datetime(2026, 3, 31, 17, 45), "m/d/yy h:mm", datetime(2026, 3, 31, 17, 45)),  # noqa: DTZ001
        "I2": (1e15, "0", Decimal(10**15)), "J2": (14.956, "0", Decimal("14.956")), "K2": ("'", None, "'"),
    }  # fmt: skip

    def fill(at: Any) -> None:
        at.append([f"c{number}" for number in range(len(shown))])
        for name, (value, form, _) in shown.items():
            at[name] = value
            at[name].number_format = form or "General"

    (row,) = sheet(tmp_path, fill).rows()
    assert row == Row(2, tuple(expected for _, _, expected in shown.values()))


AMOUNT_MAPPING = """\
mapping: 1
timezone: UTC
tables: {customers: {file: t.xlsx, account: id}, sold: {file: t.xlsx, account: id}}
account: {table: customers, record: {name: id}}
collections:
  purchases: {table: sold, id: id, record: {on: on, amount: RECORD}}
"""


@pytest.mark.parametrize(
    ("form", "record", "found"),
    [
        ("#,##0.00", "{column: sum, currency: CNY}", "5 CNY"),
        ('"$"#,##0.00', "{column: sum, currency: USD}", "5 USD"),
        ("[$USD] #,##0", "{column: sum}", "5 USD"),
        ('#,##0.00 "€"', "{column: sum}", "5 EUR"),
        ("[$¥-804]#,##0.00;[Red]-[$¥-804]#,##0.00", "{column: sum, currency: CNY}", "5 CNY"),
        ("[$HK$-C04]#,##0", "{column: sum, currency: HKD}", "5 HKD"),
        ("[$-409]#,##0.00", "{column: sum, currency: CNY}", "5 CNY"),
        ("[$$-409]#,##0.00", "{column: sum, currency: CNY}", "not one that is shown in $"),
        ("[$USD] #,##0", "{column: sum, currency: CNY}", "not one that is shown in USD"),
        ("\\¥#,##0", "{column: sum, currency: USD}", "not one that is shown in ¥"),
    ],
)
def test_an_amount_is_in_the_currency_that_is_shown(tmp_path: Path, form: str, record: str, found: str) -> None:
    def fill(at: Any) -> None:
        at.append(["id", "on", "sum"])
        at.append(["A-1", "2026-06-01", 5])
        at["C2"].number_format = form

    book(tmp_path, fill)
    company = Company(tmp_path, AMOUNT_MAPPING.replace("RECORD", record))
    if found[0] == "5":
        (purchase,) = company.one("2026-06-30").purchases or ()  # type: ignore[misc]
        assert Money.parse(found) == purchase.amount
    else:
        assert any(found in each for each in company.told())


def test_rows_are_found_wherever_they_stand(tmp_path: Path) -> None:
    def fill(at: Any) -> None:
        at["A1"] = "客户一览"
        at.append([])
        at.append(["编号", "名称", None, None])
        at["A5"], at["C5"] = "1", "a remark beside the table"
        at["A9"], at["B9"] = "2", "二"
        at["B200"] = " "

    found = sheet(tmp_path, fill, header=2)
    assert found.columns == ("编号", "名称")
    assert list(found.rows()) == list(found.rows()) == [Row(5, ("1", "")), Row(9, ("2", "二"))]


def test_a_merged_cell_holds_in_each_of_its_rows(tmp_path: Path) -> None:
    def fill(at: Any) -> None:
        for row in (["id", "name"], ["A-1", "x"], [None, "y"], [None, None], ["A-2", "z"], [None, "w"]):
            at.append(row)
        at.merge_cells("A2:A4")
        at.merge_cells("A5:B5")

    assert [row.cells for row in sheet(tmp_path, fill).rows()] == [
        ("A-1", "x"), ("A-1", "y"), ("A-2", ""), ("", "w"),
    ]  # fmt: skip


def test_formulas_give_what_they_came_to_and_errors_are_no_value(tmp_path: Path) -> None:
    def fill(at: Any) -> None:
        at.append(["sum", "bad", "never", "empty"])
        at.append(["=1+1", "=1/0", "=2+2", '=""'])

    path = book(tmp_path, fill)
    rewritten(path, SHEET, "<f>1+1</f><v />", "<f>1+1</f><v>2</v>")
    rewritten(path, SHEET, '<c r="B2"><f>1/0</f><v />', '<c r="B2" t="e"><f>1/0</f><v>#DIV/0!</v>')
    rewritten(path, SHEET, '<c r="D2"><f>""</f><v />', '<c r="D2" t="str"><f>""</f><v></v>')
    (row,) = opened(path).sheet(None).rows()
    assert row.cells == (Decimal(2), Unreadable("#DIV/0!"), Unreadable("a formula without a result"), "")


def test_a_bad_cell_is_named_and_an_error_is_unknown(tmp_path: Path) -> None:
    def fill(at: Any) -> None:
        at.title = "满意度"
        for row in (
            ["id", "customer", "score"],
            ["S-1", "A-1", "much"],
            ["S-2", "A-2", "#N/A"],
            ["S-3", "A-2", "#REF!"],
            ["S-4", "A-2", 80],
        ):
            at.append(row)

    mapping = with_collection("surveys", "{score: score}").replace("file: rows.csv", "file: t.xlsx, sheet: 满意度")
    company = Company(tmp_path, mapping, customers="id,name\nA-1,Acme\nA-2,Beta\n")
    book(tmp_path, fill)
    build = company.start("2026-06-30")
    failed, good = build
    assert isinstance(failed, Problem)
    assert str(failed).replace(f"{tmp_path}/", "") == (
        "t.xlsx#满意度:2: error PB802 [A-1]: cell C2 (column `score`): expected a number such as `1234.5`, "
        "found `much`\n"
        "    hint: a column with other texts for missing figures is read with `values`"
    )
    assert [str(each).replace(f"{tmp_path}/", "") for each in build.summary.warnings] == [
        "t.xlsx#满意度:3: warning PB808: cell C3 (column `score`) holds `#N/A` and no value, as do 1 more of this "
        "column: unknown\n    hint: mend the cell, or let `values` in the mapping say what it means"
    ]
    assert b'"surveys":[{"id":"S-2"},{"id":"S-3"},{"id":"S-4","score":80}]' in canonical(good)


def canonical(account: Any) -> bytes:
    from engine.snapshots.canonical import canonical_snapshot

    return canonical_snapshot(account)


def test_ids_match_whether_they_are_figures_or_texts(tmp_path: Path) -> None:
    def fill(at: Any) -> None:
        at.append(["id", "name"])
        at.append([1001, "Acme"])

    book(tmp_path, fill)
    mapping = with_collection("surveys", "{score: score}").replace("customers.csv", "t.xlsx")
    company = Company(tmp_path, mapping, rows="id,customer,score\nS-1,1001,80\n")
    assert len(company.one("2026-06-30").surveys or ()) == 1


def two_sheets(at: Any) -> None:
    at.title = "客户"
    at.append(["id"])
    at.parent.create_sheet("联系人").append(["id"])
    at.parent.create_sheet("隐藏").append(["hidden id"])
    at.parent["隐藏"].sheet_state = "hidden"


SHARED = (
    "<Override ContentType='application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml' "
    "PartName='/xl/sharedStrings.xml'/></Types>"
)
STRINGS = (
    "<sst xmlns='http://schemas.openxmlformats.org/spreadsheetml/2006/main'>"
    "<si><r><t>编</t></r><r><t>号 </t></r><rPh sb='0' eb='1'><t>bian</t></rPh></si></sst>"
)


def test_texts_that_cells_share_are_read(tmp_path: Path) -> None:
    """As Excel itself writes them, here with two fonts in one text and its pronunciation beside it."""
    path = rewritten(book(tmp_path, one_row), "[Content_Types].xml", "</Types>", SHARED, sharedStrings=STRINGS)
    rewritten(path, SHEET, ' t="inlineStr"><is><t>id</t></is>', ' t="s"><v>0</v>')
    assert opened(path).sheet(None).columns == ("编号",)


def test_the_sheet_is_named_or_the_only_one_to_be_seen(tmp_path: Path) -> None:
    sheets = opened(book(tmp_path, two_sheets))
    assert sheets.sheet("隐藏").columns == ("hidden id",)
    with pytest.raises(InputUnreadable, match="shows 2 sheets"):
        sheets.sheet(None)
    with pytest.raises(InputUnreadable, match="no sheet `客戶`"):
        sheets.sheet("客戶")


DOCTYPE = '<!DOCTYPE x [<!ENTITY a "aaaa">]>'


def refused(path: Path) -> str:
    with pytest.raises(InputUnreadable) as error:
        list(opened(path).sheet(None).rows())
    (found,) = error.value.problems
    return found.message


def one_row(at: Any) -> None:
    at.append(["id"])
    at.append(["1"])


def test_what_could_harm_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def harmed(part: str, old: str, new: str) -> str:
        return refused(rewritten(book(tmp_path, one_row), part, old, new))

    assert "declares a document type" in harmed("xl/workbook.xml", "<workbook", f"{DOCTYPE}<workbook")
    assert "declares a document type" in harmed(SHEET, "<worksheet", f"{DOCTYPE}<worksheet")
    assert "row 99999999 does not follow" in harmed(SHEET, '<row r="2"', '<row r="99999999"')
    assert "row 1 does not follow row 1" in harmed(SHEET, '<row r="2"', '<row r="1"')
    assert "no workbook, or damaged" in harmed(SHEET, "</sheetData>", "")
    assert "shows 0 sheets" in harmed("xl/_rels/workbook.xml.rels", "worksheets/sheet1.xml", "gone.xml")
    assert "no workbook, or damaged" in harmed(SHEET, ' t="inlineStr"><is><t>1</t></is>', ' t="s"><v>7777</v>')
    monkeypatch.setattr(workbook_scan, "MOST_UNPACKED", 1000)
    assert "unpacks to more than 1,000 bytes" in refused(book(tmp_path, one_row))
    monkeypatch.setattr(workbook_scan, "MOST_BYTES", 100)
    assert "larger than the 100 bytes" in refused(book(tmp_path, one_row))


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "no workbook, or damaged"),
        (b"id,name\n", "no workbook, or damaged"),
        (b"PK\x05\x06" + bytes(18), "no workbook, or damaged"),
        (struct.pack("<Q", 0xE11AB1A1E011CFD0), "protected by a password, or of the old kind"),
    ],
)
def test_a_file_that_is_no_workbook_is_told(tmp_path: Path, data: bytes, words: str) -> None:
    (tmp_path / "t.xlsx").write_bytes(data)
    assert words in refused(tmp_path / "t.xlsx")


def test_a_last_row_far_down_takes_no_time(tmp_path: Path) -> None:
    path = rewritten(book(tmp_path, one_row), SHEET, 'ref="A1:A2"', 'ref="A1:XFD1048576"')
    assert len(list(opened(path).sheet(None).rows())) == 1


def test_two_tables_of_one_workbook_open_it_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    times = []
    known = Workbook.__init__

    def counting(self: Workbook, path: Path) -> None:
        times.append(path)
        known(self, path)

    def fill(at: Any) -> None:
        at.title = "customers"
        at.append(["id", "name"])
        at.parent.create_sheet("rows").append(["id", "customer"])

    monkeypatch.setattr(Workbook, "__init__", counting)
    mapping = with_collection("surveys", "{}").replace("rows.csv", "t.xlsx, sheet: rows")
    company = Company(tmp_path, mapping.replace("customers.csv", "t.xlsx, sheet: customers"))
    book(tmp_path, fill)
    assert company.build("2026-06-30") == []
    assert len(times) == 1
