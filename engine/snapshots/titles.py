"""What people call the parts of an account and the usual values of its texts, in Chinese.

In English the paths themselves are read, so this is the one table there is. A field that is called the same in every
collection stands here once, by its bare name; one that is not stands with its collection too.
"""

from typing import Final

COLLECTIONS_ZH: Final = {
    "contracts": "合同", "purchases": "采购记录", "holdings": "已有服务", "usage": "使用记录", "payments": "付款记录",
    "contacts": "联系人", "interactions": "往来记录", "surveys": "满意度调查", "tickets": "工单",
    "deliveries": "交付", "services": "服务指标", "commitments": "承诺", "projects": "合作项目",
    "milestones": "里程碑", "needs": "需求", "requests": "特殊申请", "opportunities": "商机",
    "competitors": "竞争对手", "efforts": "服务投入", "documents": "文件",
}  # fmt: skip

FIELDS_ZH: Final = {
    "id": "编号", "name": "名称", "title": "标题", "kind": "类型", "status": "状态", "stage": "阶段",
    "language": "语言",
    # the account
    "profile.industry": "行业", "profile.size": "企业规模", "profile.business": "业务类型", "profile.region": "地区",
    "profile.country": "国家", "profile.purchase_cycle": "采购周期", "profile.calendar": "工作日历",
    "profile.employees": "员工人数", "profile.plan": "套餐", "relationship.started_on": "合作开始日期",
    "relationship.ended_on": "合作结束日期", "relationship.stage": "合作状态",
    # days and moments
    "on": "日期", "since": "开始日期", "until": "到期日期", "signed_on": "签署日期", "starts_on": "开始日期",
    "ends_on": "结束日期", "invoiced_on": "开票日期", "due_on": "应完成日期", "paid_on": "付款日期",
    "joined_on": "任职日期", "left_on": "离任日期", "opened_at": "提出时间", "confirmed_at": "确认时间",
    "proposed_at": "给出方案时间", "resolved_at": "解决时间", "closed_at": "关闭时间", "promised_on": "承诺交付日期",
    "delivered_on": "交付日期", "measured_on": "测量日期", "made_on": "提出日期", "due_at": "应完成时间",
    "agreed_on": "商定日期", "done_on": "完成日期", "raised_on": "提出日期", "opened_on": "立项日期",
    "closes_on": "预计成交日期", "letter_on": "确认函日期", "entered_on": "进入日期", "payments.due_on": "应付款日期",
    # figures
    "amount": "金额", "profit": "利润", "quantity": "数量", "count": "次数", "hours": "小时数", "errors": "错误数",
    "days_late": "延迟天数", "strength": "关系强度", "score": "评分", "nps": "净推荐值", "csat": "满意度评分",
    "first_response": "首次响应用时", "resolution": "解决用时", "contacts_needed": "联系次数",
    "satisfaction": "满意度", "value": "价值", "services.value": "测量值", "limit": "限值", "effort": "工作量",
    "progress": "进度", "urgency": "紧急程度", "discount": "折扣", "contract_years": "合同年限", "cost": "成本",
    # texts and truths
    "renewal_intent": "续约意向", "auto_renews": "自动续约", "category": "品类", "product": "产品", "module": "模块",
    "feature": "功能", "role": "角色", "contacts.title": "职务", "department": "部门", "influence": "影响力",
    "preferences": "偏好渠道", "opt_outs": "退订渠道", "timezone": "时区", "email": "邮箱", "phone": "电话",
    "direction": "方向", "channel": "渠道", "priority": "优先级", "escalated": "已升级", "at_risk": "有风险",
    "topic": "主题", "depth": "需求深度", "kano": "需求类别", "origin": "来源", "active": "仍在争夺",
    "contact_id": "联系人", "project_id": "项目", "about_id": "相关记录",
}  # fmt: skip

VALUES_ZH: Final = {
    # how something stands
    "active": "有效", "open": "未结", "closed": "已关闭", "resolved": "已解决", "planned": "已计划",
    "running": "进行中", "in_progress": "处理中", "done": "已完成", "delivered": "已交付", "accepted": "已验收",
    "handed_over": "已移交", "cancelled": "已取消", "ended": "已结束", "expired": "已到期", "renewed": "已续约",
    "won": "赢单", "lost": "丢单", "left": "已离任", "paid": "已付款", "overdue": "逾期", "rejected": "已否决",
    "refused": "已拒绝", "granted": "已批准", "met": "已满足",
    # where it stands
    "lead": "线索", "needs": "需求", "proposal": "方案", "negotiation": "谈判", "signing": "签约", "delivery": "交付",
    "renewal": "续约", "before_signing": "签约前",
    # how much, how deep
    "low": "低", "medium": "中", "high": "高", "small": "小", "large": "大", "explicit": "显性", "implicit": "隐性",
    "latent": "潜在", "basic": "基本型", "expected": "期望型", "exciting": "兴奋型", "urgent": "紧急",
    "normal": "普通",
    # intents and kinds
    "will_renew": "愿意续约", "unclear": "不明", "not_renewed": "不续约", "complaint": "投诉", "question": "咨询",
    "incident": "故障", "service": "服务", "termination": "终止合作", "framework": "框架协议", "addendum": "补充协议",
    "overall": "总体", "pilot": "试点", "price": "价格", "joint_lab": "联合实验室", "joint_salon": "联合沙龙",
    "data_report": "数据报告", "domestic": "内贸", "cross_border": "跨境", "in": "客户发起", "out": "我方发起",
}  # fmt: skip
"""Values that the examples, the shipped playbooks and their mappings use; any other stands as the data has it."""


def title_of(path: str, language: str) -> str | None:
    """What a path such as ``contracts``, ``contracts.ends_on``, ``profile.industry`` or ``ends_on`` is called."""
    if language != "zh":
        return None
    if path in COLLECTIONS_ZH:
        return COLLECTIONS_ZH[path]
    return FIELDS_ZH.get(path) or FIELDS_ZH.get(path.rpartition(".")[2])


def value_title(value: str, language: str) -> str:
    """What a value of a text is called; the value itself where nothing is known of it."""
    return VALUES_ZH.get(value, value) if language == "zh" else value
