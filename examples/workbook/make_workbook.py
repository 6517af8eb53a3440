"""Writes the example workbook anew: ``python -m examples.workbook.make_workbook``. Equal runs give equal bytes.

Every company, person and address in it is made up. It is kept as people keep theirs: a title above the table, a cell
merged over several rows, dates that are dates beside dates that are texts, amounts with commas, a hidden sheet.
"""

import re
import zipfile
from datetime import date, datetime, timedelta
from io import BytesIO
from pathlib import Path
from random import Random
from typing import Any, Final

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

FILE: Final = Path(__file__).parent / "客户台账.xlsx"
NOTICE: Final = "演示数据：公司、人物和邮箱均为虚构 (demonstration only: everything in it is made up)"
SAVED: Final = datetime(2026, 11, 20, 18, 0)

CUSTOMERS: Final = (
    # 客户编号, 客户名称, 行业, 规模, 大区, 合作开始, 客户经理, 技术专家, 交付经理, 高层负责人, 战略契合度, 资源互补度, 预算状态
    ("K001", "华岳重工", "制造", "大型", "华东", date(2021, 3, 15), "王芳", "孙杰", "马涛", "周芸", 0.88, 0.80, "正常"),
    ("K002", "海岳港务", "物流", "大型", "华北", date(2020, 9, 1), "赵敏", "孙杰", "马涛", "周芸", 0.82, 0.75, "正常"),
    ("K003", "明德百货", "零售", "中型", "华南", date(2023, 6, 20), "陈博", None, "马涛", None, 0.45, 0.50, "正常"),
    ("K004", "青川食品", "制造", "中型", "西南", date(2022, 1, 10), "陈博", None, None, None, 0.40, 0.35, "正常"),
    ("K005", "蓝图软件", "信息技术", "小型", "华东", date(2026, 9, 14), "王芳", "孙杰", "马涛", None, 0.66, 0.70, "正常"),
    ("K006", "恒安医疗器械", "医疗", "中型", "华东", date(2022, 8, 8), "赵敏", "孙杰", None, None, 0.72, 0.60, "正常"),
    ("K007", "北岭能源", "能源", "大型", "西北", date(2019, 5, 6), "赵敏", None, "马涛", "周芸", 0.50, 0.45, "冻结"),
    ("K008", "Pacific Lab Supplies", "医疗", "小型", "海外", date(2024, 2, 29), "陈博", None, "马涛", None, 0.30, 0.40, "正常"),
    ("K009", "云杉教育", "教育", "小型", "华中", date(2026, 11, 2), "陈博", None, None, None, None, None, "未知"),
    ("K010", "锦程物流", "物流", "中型", "华中", date(2023, 4, 18), "王芳", None, "马涛", None, 0.35, 0.30, "正常"),
)  # fmt: skip

CONTACTS: Final = (
    # 客户编号, 姓名, 角色, 职务, 部门, 影响力, 关系强度, 入职日期, 离任日期, 邮箱, 退订, 语言
    ("K001", "陆远山", "决策者", "总经理", "总经办", "高", 4, date(2019, 1, 1), None, "lu.yuanshan@huayue.example", None, "zh-CN"),
    ("K001", "孟晓", "使用者", "生产主管", "生产部", "中", 5, date(2020, 1, 1), None, "meng.xiao@huayue.example", None, "zh-CN"),
    ("K001", "邵立", "影响者", "技术总监", "技术部", "高", 4, date(2020, 1, 1), None, "shao.li@huayue.example", None, "zh-CN"),
    ("K002", "顾海", "决策者", "副总裁", "集团办公室", "高", 4, date(2018, 1, 1), date(2026, 11, 5), "gu.hai@haiyue.example", None, "zh-CN"),
    ("K002", "丁雯雯", "使用者", "调度主管", "调度中心", "中", 4, date(2021, 1, 1), None, "ding.wenwen@haiyue.example", None, "zh-CN"),
    ("K003", "何明德", "决策者", "董事长", "董事会", "高", 3, date(2010, 1, 1), None, "he.mingde@mingde.example", None, "zh-CN"),
    ("K003", "岳小满", "使用者", "门店经理", "运营部", "低", 3, date(2022, 1, 1), None, "yue.xiaoman@mingde.example", "邮件", "zh-CN"),
    ("K004", "程青", "决策者", "总经理", "总经办", "高", 3, date(2012, 1, 1), None, "cheng.qing@qingchuan.example", None, "zh-CN"),
    ("K005", "蓝天一", "决策者", "创始人", "总经办", "高", 4, date(2020, 1, 1), None, "lan.tianyi@lantu.example", None, "zh-CN"),
    ("K005", "图小青", "使用者", "研发经理", "研发部", "中", 4, date(2021, 1, 1), None, "tu.xiaoqing@lantu.example", None, "zh-CN"),
    ("K006", "安若水", "决策者", "采购总监", "采购部", "高", 4, date(2017, 1, 1), None, "an.ruoshui@hengan.example", None, "zh-CN"),
    ("K007", "凌北", "决策者", "副总经理", "计划部", "高", 3, date(2015, 1, 1), None, "ling.bei@beiling.example", None, "zh-CN"),
    ("K008", "Dana Whitfield", "决策者", "Director", "Procurement", "高", 4, date(2020, 1, 1), None, "dana.whitfield@pacificlab.example", None, "en-US"),
    ("K008", "Sam Oduya", "使用者", "Lab manager", "Operations", "中", 4, date(2021, 1, 1), None, "sam.oduya@pacificlab.example", None, "en-US"),
    ("K010", "程锦", "决策者", "总经理", "总经办", "高", 3, date(2011, 1, 1), None, "cheng.jin@jincheng.example", None, "zh-CN"),
)  # fmt: skip

CONTRACTS: Final = (
    # 客户编号, 合同名称, 类型, 签订, 开始, 结束, 金额（元）, 续约意向, 自动续约
    ("K001", "设备与服务框架协议", "框架", date(2025, 1, 1), date(2025, 1, 1), date(2027, 12, 31), 21_000_000, "愿意续约", "是"),
    ("K002", "港区调度系统三年期合同", "框架", date(2024, 7, 1), date(2024, 7, 1), date(2027, 6, 30), 15_600_000, "愿意续约", "否"),
    ("K003", "门店系统年度服务", "服务", date(2026, 3, 1), date(2026, 3, 1), date(2027, 2, 28), 960_000, "愿意续约", "否"),
    ("K004", "冷链监测年度合同", "服务", date(2026, 1, 10), date(2026, 1, 10), date(2027, 1, 9), "480,000", "不明", "否"),
    ("K005", "研发平台订阅", "订阅", date(2026, 9, 14), date(2026, 9, 14), date(2027, 9, 13), 360_000.5, "愿意续约", "是"),
    ("K006", "检测设备维保", "服务", date(2026, 8, 8), date(2026, 8, 8), date(2027, 8, 7), 720_000, "愿意续约", "否"),
    ("K007", "能耗管理平台", "框架", date(2025, 5, 6), date(2025, 5, 6), date(2028, 5, 5), 5_400_000, "愿意续约", "否"),
    ("K008", "Reagent supply 2026", "服务", date(2026, 3, 1), date(2026, 3, 1), date(2027, 2, 28), "300,000", "愿意续约", "是"),
    ("K010", "干线运输系统", "服务", date(2026, 4, 18), date(2026, 4, 18), date(2027, 4, 17), 840_000, "愿意续约", "否"),
)  # fmt: skip

QUARTERS: Final = {
    # What each bought per quarter from the fourth quarter of 2025 on, in thousands.
    "K001": (1800, 1750, 1900, 1950), "K002": (1500, 1500, 1550, 1600), "K003": (240, 250, 240, 245),
    "K004": (120, 118, 121, 119), "K006": (180, 180, 185, 190), "K007": (900, 880, 890, 900),
    "K008": (75, 74, 76, 75), "K010": (400, 398, 330, 270),
}  # fmt: skip

INTERACTIONS: Final = (
    # 客户编号, 日期, 方式, 方向, 联系人序号
    ("K001", date(2026, 10, 22), "战略研讨会", "我方", 1), ("K001", date(2026, 11, 12), "电话", "我方", 2),
    ("K002", date(2026, 7, 16), "战略研讨会", "我方", 1), ("K002", date(2026, 11, 3), "电话", "客户", 2),
    ("K003", date(2026, 10, 15), "战略研讨会", "我方", 1), ("K003", "2026/11/9", "电话", "客户", 1),
    ("K004", date(2026, 10, 28), "战略研讨会", "我方", 1), ("K005", date(2026, 11, 13), "邮件", "我方", 1),
    ("K005", date(2026, 11, 16), "电话", "我方", 2), ("K006", date(2026, 10, 20), "战略研讨会", "我方", 1),
    ("K007", "2026/10/30", "战略研讨会", "我方", 1), ("K008", date(2026, 11, 4), "战略研讨会", "我方", 1),
    ("K010", date(2026, 10, 12), "战略研讨会", "我方", 1),
)  # fmt: skip

SURVEYS: Final = (
    # 客户编号, 日期, 得分（1–5 分）
    ("K001", date(2026, 10, 15), 4.6), ("K002", date(2026, 9, 1), 4.4), ("K003", date(2026, 11, 9), 3.5),
    ("K004", date(2026, 8, 20), 4), ("K006", date(2026, 9, 30), 4.2), ("K007", date(2026, 10, 30), 4.1),
    ("K008", date(2026, 11, 4), 4.5), ("K010", date(2026, 6, 12), 3.9),
)  # fmt: skip

TICKETS: Final = (
    # 客户编号, 标题, 类型, 状态, 优先级, 提出时间, 确认时间, 方案时间, 解决时间
    ("K005", "升级后无法导出报表，影响月底结算", "投诉", "待处理", "高", datetime(2026, 11, 20, 10, 5), None, None, None),
    ("K001", "备件到货数量不符", "投诉", "已关闭", "中", datetime(2026, 9, 3, 9, 30), datetime(2026, 9, 3, 10, 10), datetime(2026, 9, 3, 16, 0), datetime(2026, 9, 4, 11, 0)),
    ("K008", "How do we add a second site?", "咨询", "处理中", "低", datetime(2026, 11, 18, 14, 20), datetime(2026, 11, 18, 15, 0), None, None),
)  # fmt: skip

DELIVERIES: Final = (
    # 客户编号, 名称, 承诺日期, 实际日期
    ("K001", "二号线控制柜", date(2026, 10, 30), date(2026, 10, 28)),
    ("K008", "Reagent kit, lot 7", date(2026, 11, 10), date(2026, 11, 12)),
    ("K006", "年度校准", date(2026, 12, 5), None),
)

OPPORTUNITIES: Final = (
    ("K001", "三号线智能改造", "方案", date(2026, 8, 3), 3_200_000),
    ("K002", "第二港区调度", "需求", date(2026, 6, 11), 2_400_000),
    ("K005", "企业版升级", "需求", date(2026, 10, 26), 800_000),
    ("K006", "影像设备上云", "方案", date(2026, 9, 9), 1_100_000),
)

RIVALS: Final = (("K006", "某外资同行", date(2026, 11, 6), "是"), ("K010", "本地承运平台", date(2026, 5, 4), "否"))


def purchases() -> list[tuple[Any, ...]]:
    """客户编号, 日期, 金额（元）, 品类: two to four orders a quarter that add up to the quarter's amount."""
    dice = Random(20261120)
    rows: list[tuple[Any, ...]] = []
    for customer, quarters in QUARTERS.items():
        for number, thousands in enumerate(quarters):
            start = date(2025 + (number + 3) // 4, (number + 3) % 4 * 3 + 1, 1)
            left, orders = thousands * 1000, dice.randint(2, 4)
            for remaining in range(orders, 0, -1):
                amount = left if remaining == 1 else left // remaining // 100 * 100
                left -= amount
                on = start + timedelta(days=dice.randrange(85))
                rows.append((customer, on, amount, dice.choice(["设备", "备件", "服务"])))
    return sorted(rows, key=lambda row: (row[1], row[0]))


def made() -> Workbook:
    """The workbook."""
    book = Workbook()
    customers = book.active
    assert isinstance(customers, Worksheet)  # noqa: S101 - a new workbook has one sheet
    customers.title = "客户"
    customers["A1"] = "客户台账"
    customers["A1"].font = Font(size=14, bold=True)
    customers["C1"] = NOTICE
    head = (
        "客户编号 客户名称 行业 规模 大区 合作开始 客户经理 技术专家 交付经理 高层负责人 战略契合度 资源互补度 预算状态"
    )
    _fill(customers, head, CUSTOMERS, first=3)
    contacts = book.create_sheet("联系人")
    head = "客户编号 联系人编号 姓名 角色 职务 部门 影响力 关系强度 入职日期 离任日期 邮箱 退订 语言"
    _fill(contacts, head, [(row[0], f"L{number:03}", *row[1:]) for number, row in enumerate(CONTACTS, 1)])
    _merge_repeated(contacts)
    head = "合同编号 客户编号 合同名称 类型 签订日期 开始日期 结束日期 金额（元） 续约意向 自动续约"
    _fill(book.create_sheet("合同"), head, _numbered("HT", CONTRACTS))
    _fill(book.create_sheet("采购"), "单号 客户编号 日期 金额（元） 品类", _numbered("CG", purchases()))
    head = "编号 客户编号 日期 方式 方向 联系人编号"
    talks = [(*row[:4], _contact(row[0], row[4])) for row in INTERACTIONS]
    _fill(book.create_sheet("沟通记录"), head, _numbered("GT", talks))
    _fill(book.create_sheet("满意度"), "编号 客户编号 日期 得分（1-5分）", _numbered("MY", SURVEYS))
    head = "工单号 客户编号 标题 类型 状态 优先级 提出时间 确认时间 方案时间 解决时间"
    _fill(book.create_sheet("工单"), head, _numbered("GD", TICKETS))
    _fill(book.create_sheet("交付"), "编号 客户编号 名称 承诺日期 实际日期", _numbered("JF", DELIVERIES))
    _fill(book.create_sheet("商机"), "编号 客户编号 名称 阶段 建立日期 金额（元）", _numbered("SJ", OPPORTUNITIES))
    _fill(book.create_sheet("竞争对手"), "编号 客户编号 名称 进入日期 仍在竞争", _numbered("JZ", RIVALS))
    choices = book.create_sheet("下拉选项")
    _fill(choices, "角色 预算状态", [("决策者", "正常"), ("使用者", "冻结"), ("影响者", "未知")])
    choices.sheet_state = "hidden"
    return book


def _numbered(prefix: str, rows: Any) -> list[tuple[Any, ...]]:
    return [(f"{prefix}{number:03}", *row) for number, row in enumerate(rows, 1)]


def _contact(customer: str, number: int) -> str:
    own = [f"L{index:03}" for index, row in enumerate(CONTACTS, 1) if row[0] == customer]
    return own[number - 1]


def _fill(sheet: Worksheet, head: str, rows: Any, first: int = 1) -> None:
    names = head.split()
    for column, name in enumerate(names, 1):
        cell = sheet.cell(first, column, name)
        cell.font, cell.fill = Font(bold=True), PatternFill("solid", fgColor="DDE8F0")
        sheet.column_dimensions[get_column_letter(column)].width = max(12, 2 * len(name) + 4)
    for number, row in enumerate(rows, first + 1):
        for column, value in enumerate(row, 1):
            cell = sheet.cell(number, column, value)
            if isinstance(value, datetime):
                cell.number_format = "yyyy-mm-dd hh:mm"
            elif isinstance(value, date):
                cell.number_format = "yyyy-mm-dd"
            elif "金额" in names[column - 1] and not isinstance(value, str):
                cell.number_format = "#,##0.00"
            elif names[column - 1].endswith("度") and isinstance(value, float):
                cell.number_format = "0%"
    sheet.freeze_panes = sheet.cell(first + 1, 1)


def _merge_repeated(sheet: Worksheet) -> None:
    """One customer number for all of its contacts, as people like it."""
    top = 2
    for row in range(3, sheet.max_row + 2):
        if sheet.cell(row, 1).value != sheet.cell(top, 1).value:
            if row - top > 1:
                sheet.merge_cells(start_row=top, end_row=row - 1, start_column=1, end_column=1)
                sheet.cell(top, 1).alignment = Alignment(vertical="top")
            top = row


def as_bytes(book: Workbook) -> bytes:
    """The workbook as a file, without the clock: neither in its properties nor in the entries of the zip."""
    written, packed = BytesIO(), BytesIO()
    book.save(written)
    moment = f"{SAVED:%Y-%m-%dT%H:%M:%S}Z"
    with zipfile.ZipFile(written) as parts, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as again:
        for name in sorted(parts.namelist()):
            data = parts.read(name)
            if name == "docProps/core.xml":
                data = re.sub(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", moment.encode(), data)
            again.writestr(zipfile.ZipInfo(name, SAVED.timetuple()[:6]), data, zipfile.ZIP_DEFLATED)
    return packed.getvalue()


if __name__ == "__main__":
    FILE.write_bytes(as_bytes(made()))
