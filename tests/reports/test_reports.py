"""Reports of plans: what people open in a spreadsheet, a browser or on paper."""

import csv
import io
import re
from collections.abc import Iterable
from decimal import Decimal
from html.parser import HTMLParser

import openpyxl
import pytest

from engine import AccountSnapshot, ActionPlan, CompiledPlaybook
from engine.planning.because import Because
from engine.reports.csv_file import csv_lines
from engine.reports.html import html_page
from engine.reports.labels import Labels
from engine.reports.tables import ACTIONS
from engine.reports.workbook import workbook_bytes
from tests.inline import account, plan, playbook
from tests.reports.conftest import AS_OF

HOSTILE = '<script>alert("x")</script>'


def labels(book: CompiledPlaybook, locale: str = "zh-CN") -> Labels:
    return Labels(book.playbook, locale, book.edges)


HOSTILE_BOOK = playbook("""
    warnings: {odd: {light: red, title: "<b>odd</b>", when: {profile.industry: odd}, do: [{kind: call}]}}
""")


def hostile() -> ActionPlan:
    return plan(HOSTILE_BOOK, named(HOSTILE), "2026-05-20")


def named(name: str) -> AccountSnapshot:
    return account(name=name, profile={"industry": "odd"})


def rows_of_csv(plans: Iterable[ActionPlan], book: CompiledPlaybook, locale: str = "zh-CN") -> list[list[str]]:
    text = b"".join(csv_lines(plans, labels(book, locale))).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text)))


def book_of(plans: Iterable[ActionPlan], book: CompiledPlaybook) -> bytes:
    return b"".join(workbook_bytes(plans, book.playbook, labels(book)))


def page_of(plans: Iterable[ActionPlan], book: CompiledPlaybook, locale: str = "zh-CN") -> str:
    return b"".join(html_page(plans, book.playbook, labels(book, locale))).decode()


def test_csv_has_a_row_per_action(plans: list[ActionPlan], handbook: CompiledPlaybook) -> None:
    rows = rows_of_csv(plans, handbook)
    actions = [each.id for one in plans for each in one.actions]
    assert [row[-1] for row in rows[1:]] == actions
    assert {len(row) for row in rows} == {len(ACTIONS)}
    assert rows[0][:3] == ["客户编号", "客户名称", "灯"]
    assert rows_of_csv([], handbook, "en-US") == [[*rows_of_csv(plans, handbook, "en-US")[0]]]


@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@x", "\t=1"])
def test_no_spreadsheet_runs_a_name(name: str) -> None:
    planned = plan(HOSTILE_BOOK, named(name), "2026-05-20")
    assert rows_of_csv([planned], HOSTILE_BOOK)[1][1] == f"'{name}"
    sheet = openpyxl.load_workbook(io.BytesIO(book_of([planned], HOSTILE_BOOK))).worksheets[0]
    assert (sheet["B2"].value, sheet["B2"].data_type) == (name, "s")


def test_the_workbook_holds_actions_accounts_warnings_and_gaps(
    plans: list[ActionPlan], handbook: CompiledPlaybook
) -> None:
    data = book_of(plans, handbook)
    book = openpyxl.load_workbook(io.BytesIO(data))
    assert book.sheetnames == ["行动", "客户", "预警", "缺数据"]
    counts = [len(list(sheet.values)) - 1 for sheet in book]
    assert counts == [
        sum(len(each.actions) for each in plans), len(plans),
        sum(len(each.warnings) for each in plans), sum(len(each.gaps) for each in plans),
    ]  # fmt: skip
    dues = [row[3] for row in book["行动"].iter_rows(min_row=2, values_only=True)]
    assert [each.date().isoformat() if each else None for each in dues] == [  # type: ignore[union-attr]
        each.due_at.date().isoformat() if each.due_at else None for one in plans for each in one.actions
    ]
    assert book_of(plans, handbook) == data


class Page(HTMLParser):
    """Every tag, link and id of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.links: list[str] = []
        self.ids: list[str] = []
        self.loads: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        found = {name: value or "" for name, value in attrs}
        self.links += [found["href"]] if tag == "a" else []
        self.ids += [found["id"]] if "id" in found else []
        self.loads += [found[name] for name in ("src", "data", "action") if name in found]


@pytest.mark.parametrize("locale", ["zh-CN", "en-US"])
def test_the_page_is_whole_in_itself(plans: list[ActionPlan], handbook: CompiledPlaybook, locale: str) -> None:
    text = page_of(plans, handbook, locale)
    page = Page(text)
    assert not page.tags & {"script", "iframe", "link", "img", "object", "form"}
    assert not page.loads and not re.search(r"url\(|@import|https?://", text)
    assert len(set(page.ids)) == len(page.ids)
    assert {link.removeprefix("#") for link in page.links} <= set(page.ids)
    for each in plans:
        assert each.account is None or each.account.name.replace("&", "&amp;") in text
        assert all(action.title.partition("：")[0].partition("&")[0] in text for action in each.actions)


def test_the_page_counts_what_the_plans_hold(plans: list[ActionPlan], handbook: CompiledPlaybook) -> None:
    text = page_of(plans, handbook)
    totals = re.findall(r'<tr class="all">(.*?)</tr>', text, re.DOTALL)
    lights, work = ([int(number or 0) for number in re.findall(r'class="n[^"]*">(\d*)</td>', row)] for row in totals)
    lit = [each.light for each in plans if each.account]
    unsure = sum(each.light_at_worst != each.light for each in plans if each.account)
    assert lights == [len(lit), *(lit.count(light) for light in ("red", "yellow", "green")), unsure]
    assert work[-1] == sum(len(each.actions) for each in plans) == sum(work[:-1])
    assert work[0] == sum(action.overdue for each in plans for action in each.actions)


def test_the_next_due_day_is_the_same_in_every_report_and_never_one_that_is_past(
    plans: list[ActionPlan], handbook: CompiledPlaybook
) -> None:
    accounts = page_of(plans, handbook).split("客户一览")[1].partition("<article")[0]
    on_page = [each or None for each in re.findall(r'<td class="d">([\d-]*)</td></tr>', accounts)]
    sheet = openpyxl.load_workbook(io.BytesIO(book_of(plans, handbook)))["客户"]
    column = [each.value for each in sheet[1]].index("下次到期")
    days = [row[column] for row in sheet.iter_rows(min_row=2, values_only=True)]
    assert on_page == [each.date().isoformat() if each else None for each in days]  # type: ignore[union-attr]
    assert any(action.overdue for each in plans for action in each.actions)
    assert min(each for each in on_page if each) >= AS_OF.isoformat()


def test_a_spreadsheet_shows_every_moment(plans: list[ActionPlan], handbook: CompiledPlaybook) -> None:
    """A date or a time that is wider than its column is shown as ``########``."""
    for sheet in openpyxl.load_workbook(io.BytesIO(book_of(plans, handbook))):
        formats = {(cell.column_letter, cell.number_format) for row in sheet.iter_rows(min_row=2) for cell in row}
        dated = [(letter, shape) for letter, shape in formats if shape.startswith("yyyy")]
        assert all(sheet.column_dimensions[letter].width > len(shape) for letter, shape in dated)


def test_a_warning_says_its_light_and_the_worst_comes_first() -> None:
    book = playbook("""
        warnings:
          slow: {light: yellow, title: Slow, when: {profile.industry: odd}}
          gone: {light: red, title: Gone, when: {profile.industry: odd}}
    """)
    planned = plan(book, named("Acme"), "2026-05-20")
    assert [each.id for each in planned.warnings] == ["slow", "gone"]
    text = page_of([planned], book)
    assert re.findall(r'class="dot (\w+)">● (\w+)</span> (\w+)', text) == [
        ("red", "红灯", "Gone"), ("yellow", "黄灯", "Slow"),
    ]  # fmt: skip
    assert openpyxl.load_workbook(io.BytesIO(book_of([planned], book)))["客户"]["E2"].value == "Gone、Slow"


def test_an_account_of_which_nothing_is_known_is_not_plainly_green() -> None:
    planned = plan(HOSTILE_BOOK, account(), "2026-05-20")
    assert (planned.light, planned.light_at_worst) == ("green", "red")
    overview = page_of([planned], HOSTILE_BOOK).partition("<article")[0]
    assert "最坏可能红灯" in overview and 'class="green unsure"' in overview


def test_a_page_says_what_its_signs_mean() -> None:
    assert "! 已逾期  ~ 暂定日期  (角色) 尚无人选" in page_of([], HOSTILE_BOOK)


def test_columns_are_called_by_what_stands_in_them(plans: list[ActionPlan], handbook: CompiledPlaybook) -> None:
    text = page_of(plans, handbook, "en-US")
    assert set(re.findall(r'<th class="who">(.*?)</th>', text)) == {"Account"}
    assert "Overdue, number" not in text


def test_chinese_reports_use_chinese_signs(plans: list[ActionPlan], handbook: CompiledPlaybook) -> None:
    assert re.search(r"每 \d+ 小时重复，最多 \d+ 次", page_of(plans, handbook))


def test_scores_and_targets_stand_on_the_page_and_beside_the_account() -> None:
    book = playbook("""
        fields: {fit: {type: points}, care: {type: points}}
        scores: {health: {title: Health, parts: {a: {weight: 60, of: {fit: 100}}, b: {weight: 40, of: {care: 100}}}}}
        targets: {fitness: {title: Fitness, metric: fit, at_least: 50 points, every: month}}
    """)
    planned = plan(book, account(fields={"fit": 90, "care": 40}), "2026-05-20")
    text = page_of([planned], book, "en-US")
    assert "Health: 70 points" in text and "× 60%" in text and "Fitness: on track" in text
    sheet = openpyxl.load_workbook(io.BytesIO(book_of([planned], book)))["客户"]
    assert dict(zip(*list(sheet.values)[:2], strict=True))["Health"] == 70


@pytest.mark.parametrize(
    ("figure", "against", "shown"),
    [
        ("46.333333", None, "46.33%"),
        ("14.285714", "15", "14.29%"),
        ("14.996", None, "14.996%"),
        ("14.997143", "15", "14.997%"),
        ("59.996667", None, "59.997%"),
        ("12.345678", "12.35", "12.346%"),
        ("7", None, "7%"),
    ],
)
def test_a_figure_is_rounded_for_people_but_never_onto_what_it_is_held_against(
    figure: str, against: str | None, shown: str
) -> None:
    phrases = labels(HOSTILE_BOOK).phrases
    reason = Because(
        op="below", result="true", test="x", expected=Decimal(against) if against else None,
        observed=Decimal(figure), unit="percent",
    )  # fmt: skip
    assert phrases.found(reason).endswith(f" {shown}")


def test_names_and_titles_are_text_on_the_page_never_code() -> None:
    text = page_of([hostile()], HOSTILE_BOOK)
    page = Page(text)
    assert not page.tags & {"script", "b"}
    assert "&lt;script&gt;" in text and "&lt;b&gt;odd&lt;/b&gt;" in text


def test_a_run_without_accounts_gives_a_page_and_a_workbook_too() -> None:
    assert "</html>" in page_of([], HOSTILE_BOOK)
    book = openpyxl.load_workbook(io.BytesIO(book_of([], HOSTILE_BOOK)))
    assert [len(list(sheet.values)) for sheet in book] == [1] * 4


_CODE = re.compile(r"[a-z]+_[a-z_]+|\b(?:warnings|classes|metrics|rules|fields)\.\w+")


def words_of(text: str) -> str:
    """What a page says: its text, without places in files and addresses."""
    body = re.sub(r"<style>.*?</style>|<[^>]*>", " ", text, flags=re.DOTALL)
    return re.sub(r"[\w.-]+@[\w.-]+|[\w-]+\.yaml:\d+", "", body)


def test_a_chinese_page_says_nothing_by_its_id(plans: list[ActionPlan], handbook: CompiledPlaybook) -> None:
    """Persons whom a reason names by their id are the one exception: reasons are read without the team."""
    people = {each.owner.person for plan in plans for each in plan.actions}
    found = set(_CODE.findall(words_of(page_of(plans, handbook)))) - people
    assert {each for each in found if not each.startswith(("wang_", "zhang_", "ma_", "he_", "liu_"))} == set()


def test_everybody_finds_the_work_of_the_week_with_its_reason(
    plans: list[ActionPlan], handbook: CompiledPlaybook
) -> None:
    text = page_of(plans, handbook)
    week = {
        (each.owner.name, each.id)
        for one in plans for each in one.actions
        if each.overdue or (each.due_at and (each.due_at - one.as_of).days < 7)
    }  # fmt: skip
    sections = re.findall(r'<section class="work">(.*?)</section>', text, re.DOTALL)
    assert sum(section.count("<tr>") - 1 for section in sections) == len(week)
    assert {re.sub(" *<.*", "", name) for name in re.findall(r'<h4 id="p\d+">(.*)', text)} >= {
        name for name, _ in week if name
    }
    assert "满意度偏低 · 满意度 低于 70 分（实际 55 分）" in text
    assert all(re.findall(r'<td class="why">(.*?)</td>', text))


def test_what_to_bring_and_who_is_not_written_to_is_on_the_page(
    plans: list[ActionPlan], handbook: CompiledPlaybook
) -> None:
    text = page_of(plans, handbook)
    assert "决策者（关注投资回报、战略价值）：" in text and "《投资回报测算》" in text
    assert "未发送：顾长海（已离任 · 按角色分送资料：二期堆场扩容）" in text
