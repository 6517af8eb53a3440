"""What people call the parts of an account and the usual values of its texts, in Chinese and English.

A field that is called the same in every collection stands here once, by its bare name; one that is not stands with its
collection too. In English they are as they stand within a sentence.
"""

from typing import Final

COLLECTION_TITLES: Final = {
    "contracts": ("合同", "contract", "contracts"), "purchases": ("采购记录", "purchase", "purchases"),
    "holdings": ("已有服务", "service in use", "services in use"),
    "usage": ("使用记录", "usage record", "usage records"), "payments": ("付款记录", "payment", "payments"),
    "contacts": ("联系人", "contact", "contacts"), "interactions": ("往来记录", "interaction", "interactions"),
    "surveys": ("满意度调查", "survey", "surveys"), "tickets": ("工单", "ticket", "tickets"),
    "deliveries": ("交付", "delivery", "deliveries"), "services": ("服务指标", "service figure", "service figures"),
    "commitments": ("承诺", "promise", "promises"), "projects": ("合作项目", "joint project", "joint projects"),
    "milestones": ("里程碑", "milestone", "milestones"), "needs": ("需求", "need", "needs"),
    "requests": ("特殊申请", "special request", "special requests"),
    "opportunities": ("商机", "opportunity", "opportunities"), "competitors": ("竞争对手", "competitor", "competitors"),
    "efforts": ("服务投入", "service effort", "service efforts"), "documents": ("文件", "document", "documents"),
}  # fmt: skip
"""What the records of a collection are called in Chinese, and in English one of them and several."""

FIELD_TITLES: Final = {
    "id": ("编号", "number"), "name": ("名称", "name"), "title": ("标题", "title"), "kind": ("类型", "kind"),
    "status": ("状态", "status"), "stage": ("阶段", "stage"), "language": ("语言", "language"),
    # the account
    "profile.industry": ("行业", "industry"), "profile.size": ("企业规模", "company size"),
    "profile.business": ("业务类型", "kind of business"), "profile.region": ("地区", "region"),
    "profile.country": ("国家", "country"), "profile.purchase_cycle": ("采购周期", "purchase cycle"),
    "profile.calendar": ("工作日历", "working calendar"), "profile.employees": ("员工人数", "number of employees"),
    "profile.plan": ("套餐", "plan"), "relationship.started_on": ("合作开始日期", "start of the relationship"),
    "relationship.ended_on": ("合作结束日期", "end of the relationship"),
    "relationship.stage": ("合作状态", "stage of the relationship"),
    # days and moments
    "on": ("日期", "date"), "since": ("开始日期", "start date"), "until": ("到期日期", "expiry date"),
    "signed_on": ("签署日期", "signing date"), "starts_on": ("开始日期", "start date"),
    "ends_on": ("结束日期", "end date"), "invoiced_on": ("开票日期", "invoice date"),
    "due_on": ("应完成日期", "due date"), "paid_on": ("付款日期", "payment date"),
    "joined_on": ("任职日期", "joining date"), "left_on": ("离任日期", "leaving date"),
    "opened_at": ("提出时间", "time of opening"), "confirmed_at": ("确认时间", "time of confirmation"),
    "proposed_at": ("给出方案时间", "time of the proposed solution"), "resolved_at": ("解决时间", "time of resolution"),
    "closed_at": ("关闭时间", "time of closing"), "promised_on": ("承诺交付日期", "promised delivery date"),
    "delivered_on": ("交付日期", "delivery date"), "measured_on": ("测量日期", "measurement date"),
    "made_on": ("提出日期", "date made"), "due_at": ("应完成时间", "due time"),
    "agreed_on": ("商定日期", "agreement date"), "done_on": ("完成日期", "completion date"),
    "raised_on": ("提出日期", "date raised"), "opened_on": ("立项日期", "opening date"),
    "closes_on": ("预计成交日期", "expected closing date"),
    "letter_on": ("确认函日期", "date of the confirmation letter"), "entered_on": ("进入日期", "date of entry"),
    "payments.due_on": ("应付款日期", "payment due date"),
    # figures
    "amount": ("金额", "amount"), "profit": ("利润", "profit"), "quantity": ("数量", "quantity"),
    "count": ("次数", "number of times"), "hours": ("小时数", "hours"), "errors": ("错误数", "errors"),
    "days_late": ("延迟天数", "days late"), "strength": ("关系强度", "strength of the relationship"),
    "score": ("评分", "score"), "nps": ("净推荐值", "net promoter score"), "csat": ("满意度评分", "satisfaction score"),
    "first_response": ("首次响应用时", "time to the first response"), "resolution": ("解决用时", "time to resolution"),
    "contacts_needed": ("联系次数", "contacts needed"), "satisfaction": ("满意度", "satisfaction"),
    "value": ("价值", "value"), "services.value": ("测量值", "measured value"), "limit": ("限值", "limit"),
    "effort": ("工作量", "effort"), "progress": ("进度", "progress"), "urgency": ("紧急程度", "urgency"),
    "discount": ("折扣", "discount"), "contract_years": ("合同年限", "years of contract"), "cost": ("成本", "cost"),
    # texts and truths
    "renewal_intent": ("续约意向", "renewal intent"), "auto_renews": ("自动续约", "automatic renewal"),
    "category": ("品类", "category"), "product": ("产品", "product"), "module": ("模块", "module"),
    "feature": ("功能", "feature"), "role": ("角色", "role"), "contacts.title": ("职务", "job title"),
    "department": ("部门", "department"), "influence": ("影响力", "influence"),
    "preferences": ("偏好渠道", "preferred channels"), "opt_outs": ("退订渠道", "channels opted out of"),
    "timezone": ("时区", "time zone"), "email": ("邮箱", "e-mail address"), "phone": ("电话", "phone number"),
    "direction": ("方向", "direction"), "channel": ("渠道", "channel"), "priority": ("优先级", "priority"),
    "escalated": ("已升级", "escalated"), "at_risk": ("有风险", "at risk"), "topic": ("主题", "topic"),
    "depth": ("需求深度", "depth of the need"), "kano": ("需求类别", "kind of need"), "origin": ("来源", "origin"),
    "active": ("仍在争夺", "still competing"), "contact_id": ("联系人", "contact"), "project_id": ("项目", "project"),
    "about_id": ("相关记录", "related record"),
}  # fmt: skip

VALUE_TITLES: Final = {
    # how something stands
    "active": ("有效", "active"), "open": ("未结", "open"), "closed": ("已关闭", "closed"),
    "resolved": ("已解决", "resolved"), "planned": ("已计划", "planned"), "running": ("进行中", "running"),
    "in_progress": ("处理中", "in progress"), "done": ("已完成", "done"), "delivered": ("已交付", "delivered"),
    "accepted": ("已验收", "accepted"), "handed_over": ("已移交", "handed over"), "cancelled": ("已取消", "cancelled"),
    "ended": ("已结束", "ended"), "expired": ("已到期", "expired"), "renewed": ("已续约", "renewed"),
    "won": ("赢单", "won"), "lost": ("丢单", "lost"), "left": ("已离任", "no longer there"), "paid": ("已付款", "paid"),
    "overdue": ("逾期", "overdue"), "rejected": ("已否决", "rejected"), "refused": ("已拒绝", "refused"),
    "granted": ("已批准", "granted"), "met": ("已满足", "met"),
    # where it stands
    "lead": ("线索", "lead"), "needs": ("需求", "needs"), "proposal": ("方案", "proposal"),
    "negotiation": ("谈判", "negotiation"), "signing": ("签约", "signing"), "delivery": ("交付", "delivery"),
    "renewal": ("续约", "renewal"), "before_signing": ("签约前", "before signing"),
    # how much, how deep
    "low": ("低", "low"), "medium": ("中", "medium"), "high": ("高", "high"), "small": ("小", "small"),
    "large": ("大", "large"), "explicit": ("显性", "explicit"), "implicit": ("隐性", "implicit"),
    "latent": ("潜在", "latent"), "basic": ("基本型", "basic"), "expected": ("期望型", "expected"),
    "exciting": ("兴奋型", "exciting"), "urgent": ("紧急", "urgent"), "normal": ("普通", "normal"),
    # intents and kinds
    "will_renew": ("愿意续约", "to renew"), "unclear": ("不明", "unclear"),
    "not_renewed": ("不续约", "without renewal"), "complaint": ("投诉", "complaint"), "question": ("咨询", "question"),
    "incident": ("故障", "incident"), "service": ("服务", "service"), "termination": ("终止合作", "termination"),
    "framework": ("框架协议", "framework"), "addendum": ("补充协议", "addendum"), "overall": ("总体", "overall"),
    "pilot": ("试点", "pilot"), "price": ("价格", "price"), "joint_lab": ("联合实验室", "joint lab"),
    "joint_salon": ("联合沙龙", "joint salon"), "data_report": ("数据报告", "data report"),
    "domestic": ("内贸", "domestic"), "cross_border": ("跨境", "cross-border"), "in": ("客户发起", "from the customer"),
    "out": ("我方发起", "from us"),
}  # fmt: skip
"""Values that the examples, the shipped playbooks and their mappings use; any other stands as the data has it."""


def collection_title(name: str, language: str, *, one: bool = False) -> str:
    """What the records of a collection are called, or one of them."""
    zh, single, several = COLLECTION_TITLES[name]
    return zh if language == "zh" else single if one else several


def title_of(path: str, language: str) -> str | None:
    """What a path such as ``contracts``, ``contracts.ends_on``, ``profile.industry`` or ``ends_on`` is called."""
    if path in COLLECTION_TITLES:
        return collection_title(path, language)
    titles = FIELD_TITLES.get(path) or FIELD_TITLES.get(path.rpartition(".")[2])
    return titles[language != "zh"] if titles else None


def value_title(value: str, language: str) -> str:
    """What a value of a text is called; the value itself where nothing is known of it."""
    titles = VALUE_TITLES.get(value)
    return titles[language != "zh"] if titles else value
