"""The example workbook goes the whole way, from the sheets people keep to the handbook's plan."""

import re
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from engine import AccountSnapshot, ActionPlan, compile_playbook, load_playbook, plan_portfolio, read_context
from engine.snapshots.building import build_snapshots
from engine.snapshots.mapping import read_mapping
from engine.snapshots.sources.workbook import Workbook
from examples.workbook.make_workbook import FILE, as_bytes, made
from tests.playbooks.shelf import ROOT

FOLDER = ROOT / "examples" / "workbook"
AS_OF = datetime(2026, 11, 20, 15, 59, 59, tzinfo=UTC)


@cache
def snapshots() -> list[AccountSnapshot]:
    build = build_snapshots(read_mapping(FOLDER / "mapping.yaml"), FOLDER, AS_OF)
    found = [each for each in build if isinstance(each, AccountSnapshot)]
    assert (build.summary.failed, build.summary.warnings, build.summary.absent) == (0, (), ())
    return found


@cache
def plans() -> dict[str, ActionPlan]:
    compiled = compile_playbook(load_playbook(ROOT / "playbooks" / "handbook"), use_examples=True)
    context = read_context(team=ROOT / "examples" / "team.yaml")
    found = plan_portfolio(compiled, snapshots, as_of=AS_OF, context=context)
    return {each.account.id: each for each in found if isinstance(each, ActionPlan) and each.account}


def test_every_customer_is_planned_and_has_its_story() -> None:
    told = re.findall(r"^\| (K\d+) ", (FOLDER / "README.md").read_text("utf-8"), re.MULTILINE)
    assert [each.id for each in snapshots()] == told == list(plans())


def test_the_plans_are_what_the_stories_say() -> None:
    firing = {key: {each.id for each in plan.warnings if each.state == "firing"} for key, plan in plans().items()}
    stories = {
        "K002": ("red", "decision_maker_left"), "K003": ("yellow", "satisfaction_low"),
        "K004": ("yellow", "renewal_unclear"), "K006": ("red", "competitor_in"), "K007": ("red", "budget_frozen"),
        "K008": ("green", "late_delivery"), "K010": ("yellow", "purchases_falling"),
    }  # fmt: skip
    for key, (light, warning) in stories.items():
        assert (plans()[key].light, warning in firing[key]) == (light, True), key
    assert plans()["K001"].light == "green"
    assert any("rules.complaint/" in each.address for each in plans()["K005"].actions)


def test_its_industries_are_called_as_the_handbook_calls_them() -> None:
    """Else what the handbook says of an industry fits no customer of it, without a word."""
    page = (ROOT / "playbooks" / "handbook" / "h03-expertise.yaml").read_text("utf-8")
    fits = dict(re.findall(r"title: {zh: (\w+?)业趋势要点,.*?fits: {profile\.industry: (\w+)}", page, re.DOTALL))
    mapped = read_mapping(FOLDER / "mapping.yaml").account.record["profile.industry"].values or {}
    meant = {name: industry for name in mapped for title, industry in fits.items() if title.startswith(name)}
    assert len(meant) == 3
    assert meant.items() <= mapped.items()


def test_the_workbook_is_what_its_script_writes_and_equal_runs_are_equal(tmp_path: Path) -> None:
    """Cells rather than bytes, as another version of the library may pack them otherwise."""
    assert as_bytes(made()) == as_bytes(made())
    (tmp_path / "again.xlsx").write_bytes(as_bytes(made()))
    assert cells(tmp_path / "again.xlsx") == cells(FILE)


def cells(path: Path) -> list[object]:
    book = Workbook(path)
    names = ["客户", "联系人", "合同", "采购", "沟通记录", "满意度", "工单", "交付", "商机", "竞争对手", "下拉选项"]
    found = [(sheet.columns, list(sheet.rows())) for sheet in map(book.sheet, names)]
    book.close()
    return list(found)


def test_everybody_in_it_is_marked_as_made_up() -> None:
    addresses = [contact.email for each in snapshots() for contact in each.contacts or ()]
    assert addresses
    assert all(str(each).endswith(".example") for each in addresses)
