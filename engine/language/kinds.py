"""The kinds of work an action can be, with their names in both languages."""

from typing import Final

from msgspec import Struct

from engine.foundation.problems import nearest


class Kind(Struct, frozen=True):
    """A kind of action. ``with_customer``: it takes place with the customer, so both calendars must be open."""

    name: str
    zh: str
    en: str
    with_customer: bool = False


KINDS: Final[dict[str, Kind]] = {
    each.name: each
    for each in (
        Kind("task", "任务", "Task"),
        Kind("mail", "邮件联系", "Mail"),
        Kind("call", "电话沟通", "Call", with_customer=True),
        Kind("visit", "拜访", "Visit", with_customer=True),
        Kind("business_visit", "商务拜访", "Business visit", with_customer=True),
        Kind("technical_visit", "技术拜访", "Technical visit", with_customer=True),
        Kind("meeting", "会议", "Meeting", with_customer=True),
        Kind("business_review", "业务复盘", "Business review", with_customer=True),
        Kind("executive_meeting", "高层会晤", "Executive meeting", with_customer=True),
        Kind("strategy_workshop", "战略研讨会", "Strategy workshop", with_customer=True),
        Kind("strategy_dialogue", "战略对话", "Strategy dialogue", with_customer=True),
        Kind("executive_summit", "高层峰会", "Executive summit", with_customer=True),
        Kind("joint_workshop", "联合工作坊", "Joint workshop", with_customer=True),
        Kind("roadmap_session", "路线图会议", "Roadmap session", with_customer=True),
        Kind("advisory_council", "客户顾问委员会", "Advisory council", with_customer=True),
        Kind("health_check", "健康检查", "Health check", with_customer=True),
        Kind("training", "培训", "Training", with_customer=True),
        Kind("review", "内部复盘", "Review"),
        Kind("message", "消息", "Message"),
        Kind("approval", "审批", "Approval"),
        Kind("offer", "方案", "Offer"),
        Kind("report", "报告", "Report"),
        Kind("industry_report", "行业报告", "Industry report"),
        Kind("need", "需求", "Need"),
        Kind("survey", "调研", "Survey"),
    )
}


def kind_meant(written: str) -> str | None:
    """A hint for an unknown kind of action: the one whose name or title is nearest, if any is near."""
    titles = {title: each.name for each in KINDS.values() for title in (each.name, each.zh, each.en)}
    close = nearest(written, titles)
    return f"did you mean `{titles[close]}`?" if close else None


DOCUMENTS: Final[dict[str, tuple[str, str]]] = {
    "customer_letter": ("客户确认函", "Customer confirmation letter"),
    "acceptance_report": ("验收报告", "Acceptance report"),
    "signed_minutes": ("双方签字的会议纪要", "Minutes signed by both sides"),
    "signed_contract": ("已签署的合同", "Signed contract"),
}
"""Documents by which an action can be confirmed, with their names in Chinese and English."""

BUILT_IN_TITLES: Final = {
    "account_manager": ("客户经理", "Account manager"),
    "sales_director": ("销售总监", "Sales director"),
}
"""Titles of the roles of ours that every playbook has, in Chinese and English."""


def built_in_title(role: str, language: str) -> str:
    """The title of a role that the playbook gives none: the built-in one, else the role's id."""
    zh, en = BUILT_IN_TITLES.get(role, (role, role))
    return zh if language == "zh" else en
