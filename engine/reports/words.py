"""The words of tables and explanations, in the languages of playbooks."""

from collections.abc import Iterable, Mapping
from typing import Final

from msgspec import Struct

Forms = tuple[str, str]
"""How one of a thing is called, and how several are; ``{}`` stands for the number."""


class Words(Struct, frozen=True, kw_only=True):
    """Everything the program itself says in a table or an explanation, in one language."""

    # columns
    due: str
    priority: str
    kind: str
    task: str
    owner: str
    rule: str
    # headings
    warnings: str
    cadences: str
    rules: str
    classes: str
    scores: str
    target: str
    messages: str
    grants: str
    offers: str
    gaps: str
    held_back: str
    not_sent: str
    bring: str
    over: str
    # what is counted
    accounts: Forms
    actions: Forms
    overdue: Forms
    message: Forms
    to_approve: Forms
    gap: Forms
    failed: Forms
    unchanged: Forms
    opened: Forms
    updated: Forms
    closed: Forms
    drafted: Forms
    withdrawn: Forms
    better: Forms
    more: Forms
    quiet_records: Forms
    no_record: Forms
    records: Forms
    rows: Forms
    # values
    lights: Mapping[str, str]
    priorities: Mapping[str, str]
    states: Mapping[str, str]
    changes: Mapping[str, str]
    endings: Mapping[str, str]
    news: Mapping[str, str]
    statuses: Mapping[str, str]
    holds: Mapping[str, str]
    obstacles: Mapping[str, str]
    pieces: Mapping[str, str]
    truths: Mapping[bool, str]
    targets: Mapping[str, str]
    units: Mapping[str, str]
    none: str
    above: Mapping[str, str]
    portfolio: str
    # phrases
    colon: str
    as_of: str
    at_worst: str
    watch: str
    waiting: str
    renewed: str
    late_record: str
    got_better: str
    set_by: str
    set_until: str
    would_close: str
    would_redden: str
    refused: str
    needs_allowing: str
    silence_over: str
    run: str
    head: str
    muted: str
    muted_by: str
    lacks: str
    withheld: str
    missing: str
    among: tuple[str, str]
    among_records: tuple[str, str]
    hence: str
    until: str
    since: str
    undecided: str
    either: str
    otherwise: str
    previous: str
    earlier: str
    next_step: str
    moved: str
    should: str
    unknown: str
    together: str
    nothing: str
    found: str
    ends_when: str
    no_records: str
    not_delivered: str
    gone: str
    always: str
    turn: str
    on_day: str
    no_turn: str
    no_occurrence: str
    legend: str
    # where figures come from
    aside: str
    comma: str
    rate: str
    rates: str
    period: str
    part: str
    in_all: str
    wanting: str
    built_in: str
    # conditions
    combined: Mapping[str, str]
    negated: str
    tests: Mapping[str, str]
    # sheets and pages
    columns: Mapping[str, str]
    page: Mapping[str, str]

    def count(self, forms: Forms, number: int) -> str:
        """``1 account``, ``30 accounts``."""
        return forms[number != 1].format(f"{number:,}")

    def light_notes(self, light: str, at_worst: str, *, watch: bool) -> str:
        """What a light leaves unsaid: how bad it may be for want of data, and that the account is to be watched."""
        worse = self.at_worst.format(self.lights[at_worst]) if at_worst != light else ""
        return joined((worse, self.watch if watch else ""))


CHINESE: Final = Words(
    due="到期", priority="优先级", kind="类型", task="事项", owner="负责人", rule="依据",
    warnings="预警", cadences="节奏", rules="规则", classes="分级", scores="评分", target="目标",
    messages="消息", grants="权益", offers="可荐", gaps="缺数据", held_back="暂缓",
    not_sent="未发送", bring="资料", over="已解除",
    accounts=("{} 个客户",) * 2,
    actions=("{} 项行动",) * 2,
    overdue=("{} 项逾期",) * 2,
    message=("{} 条消息",) * 2,
    to_approve=("{} 条待审批",) * 2,
    gap=("{} 处缺数据",) * 2,
    failed=("{} 个失败",) * 2,
    unchanged=("{} 项不变",) * 2,
    opened=("新增 {} 项行动",) * 2,
    updated=("更新 {} 项",) * 2,
    closed=("关闭 {} 项",) * 2,
    drafted=("起草 {} 条消息",) * 2,
    withdrawn=("撤回 {} 条",) * 2,
    better=("解除 {} 项预警",) * 2,
    more=("另有 {} 项",) * 2,
    quiet_records=("另有 {} 条记录不符合条件",) * 2,
    no_record=("仅有的 1 条记录不符合条件", "{} 条记录均不符合条件"),
    records=("{} 条",) * 2,
    rows=("第 {} 行",) * 2,
    lights={"red": "红灯", "yellow": "黄灯", "green": "绿灯"},
    priorities={"urgent": "紧急", "high": "高", "normal": "普通", "low": "低"},
    states={"inactive": "未触发", "pending": "待确认", "firing": "触发中", "stale": "数据过期", "keeping": "保持中"},
    changes={"new": "新增", "unchanged": "不变", "updated": "更新", "closing": "关闭"},
    endings={
        "done": "已完成", "cause_ended": "原因已消除", "item_gone": "记录已不在", "out_of_scope": "客户已不适用",
        "expired": "本期已过", "entry_removed": "手册已无此条目", "task_removed": "手册已无此事项",
    },
    news={
        "address": "名称", "kind": "类型", "title": "标题", "owner": "负责人", "ours": "我方参与", "theirs": "客户参与",
        "due": "到期", "due_at": "到期", "priority": "优先级", "effort": "工作量", "status": "状态", "needs": "前项",
        "together": "合并", "confirm_by": "确认文件", "source": "出处", "checklist": "清单", "options": "选项",
        "grants": "权益", "bring": "资料", "escalation": "升级",
    },
    statuses={"open": "待办", "waiting": "等待前项"},
    holds={
        "draft": "草稿", "exception": "例外", "silence": "静默", "mute": "静音", "must_hold": "需持续满足",
        "cooldown": "冷却期", "at_most": "已达次数上限",
    },
    obstacles={
        "left": "已离任", "opted_out": "已退订", "opt_outs_unknown": "是否退订不明",
        "prefers_otherwise": "偏好其他渠道", "no_name": "缺少姓名", "no_address": "缺少联系方式",
        "nothing_attached": "没有可随附的内容",
    },
    pieces={"case": "案例《{}》", "material": "《{}》", "agenda": "议程《{}》"},
    truths={True: "是", False: "否"},
    targets={"on_track": "进展正常", "behind": "落后", "met": "达成", "missed": "未达成"},
    units={
        "percent": "%", "points": " 分", "percentage points": " 个百分点", "days": " 天", "hours": " 小时",
        "working hours": " 工作小时", "minutes": " 分钟", "months": " 个月", "working days": " 个工作日",
        "weeks": " 周", "quarters": " 个季度", "half years": " 个半年", "years": " 年",
    },
    none="无", above={"owner": "负责人", "manager of owner": "负责人的上级"}, portfolio="全部客户",
    colon="：", as_of="截至 {}", at_worst="最坏可能{}", watch="关注", waiting="（等待 {}）", muted="已静音",
    renewed="新{}", late_record="补录", got_better="已好转",
    set_by="数据为{0}，人工设定至 {1}：{2} · {3}", set_until="人工设定已于 {1} 到期：{2} · {3}",
    would_close="{1} 个客户中有 {0} 个会关闭工作，多于允许的 {2} 个：",
    would_redden="{1} 个客户中有 {0} 个会变红灯，多于允许的 {2} 个：",
    refused="未写入任何内容。确认无误后请加上 --allow-large。",
    needs_allowing="apply 需要加上 --allow-large。", run="运行", head="链头",
    silence_over="静默 {} 已结束：{} · {}",
    muted_by="由 {} 静音", lacks="尚缺 {}",
    withheld="{} 暂不提供（与 {} 不能同时提供）", missing="缺少 {}",
    among=("按 {} 家客户计算", "按 {} 家客户计算，另有 {} 家因数据不足未计入"),
    among_records=("按全部客户的 {} 条记录计算", "按全部客户的 {} 条记录计算，另有 {} 条（或客户）因数据不足未计入"),
    hence="因此未定：{}", until="至 {}", since="自 {}",
    undecided="未定（{}）", either=" 或 ", otherwise="其他情况", previous="此前 {}", earlier="此前的{}",
    next_step="下一步 {}",
    moved="较上次 {}", should="应为 {}", unknown="未知",
    together="（合并拜访）",
    nothing="无需行动",
    found="实际 {}", ends_when="结束条件", no_records="没有{}", not_delivered="未提供{}",
    gone="已不在今天的数据中", always="没有条件，始终适用", turn="{}：从 {} 起算", on_day="{}：{} 当日",
    no_turn="{}：本期已完成，最近一次 {}", no_occurrence="{}：目前没有待办",
    legend="! 已逾期  ~ 暂定日期  (角色) 尚无人选",
    aside="（{}）", comma="、", rate="{1} 的汇率 {0}", rates="汇率 {0}（{1} 天，{2} 至 {3}）",
    period="{1} 至 {2} 的{0}", part="{}的{}",
    in_all="，共 {}", wanting="尚未满足", built_in="(内置)",
    combined={"all": "全部成立", "any": "任一成立", "not": "以下不成立", "at_least": "至少 {} 项成立"},
    negated="并非“{}”",
    tests={
        "is": "等于 {}", "is_not": "不等于 {}", "in": "属于 {}", "not_in": "不属于 {}", "below": "低于 {}",
        "at_most": "不高于 {}", "above": "高于 {}", "at_least": "不低于 {}", "between": "介于 {} 之间",
        "contains": "包含 {}", "contains_any": "包含任一 {}", "contains_all": "包含全部 {}",
        "starts_with": "开头为 {}", "ends_with": "结尾为 {}", "matches": "匹配 {}",
        "before": "早于 {}", "after": "晚于 {}", "in_last": "在过去 {}内", "in_next": "在未来 {}内",
        "rose": "高于此前的 {}", "fell": "低于此前的 {}", "rose_by": "至少上升 {}", "fell_by": "至少下降 {}",
        "older_than": "早于 {}前", "present": "有值", "not_present": "没有值",
        "known": "已知", "not_known": "未知", "firing": "触发中（{}）",
        "some": "符合条件的{subject}至少 {} 条", "every": "所有{subject}都符合条件", "none": "没有符合条件的{subject}",
    },
    columns={
        "account": "客户编号", "name": "客户名称", "light": "灯", "worst": "最坏可能", "due": "到期日",
        "overdue": "逾期", "priority": "优先级", "kind": "类型", "task": "事项", "owner": "负责人", "role": "角色",
        "state": "变化",
        "status": "状态", "item": "记录", "source": "依据", "rule": "规则", "why": "原因", "due_at": "到期时刻",
        "action": "行动编号", "warning": "预警", "muted": "静音", "since": "起始", "needs": "缺少的数据",
        "warnings": "预警", "actions": "行动", "overdue_count": "逾期数", "next_due": "下次到期", "gaps": "缺数据",
        "accounts": "客户",
    },
    page={
        "glance": "总览", "lights": "灯色分布", "work": "各负责人待办", "overdue": "已逾期", "accounts": "客户一览",
        "all": "合计", "people": "本周工作（至 {}）", "nothing_due": "本周没有到期的事项。", "cares": "关注{}",
        "everybody": "所有参加者", "later": "更晚", "undated": "未定日期", "week": "{} 起一周", "nobody": "尚无人选",
        "why": "为什么", "checklist": "清单", "options": "可选方案", "escalation": "升级",
        "repeat": "每 {}重复，最多 {} 次", "to": "收件人", "approval": "需审批",
        "none_overdue": "没有逾期事项。", "ours": "我方", "theirs": "客户方",
        "top": "回到总览", "made": "由 playbook {} 生成", "each": "按记录", "details": "详情",
        "other": "其他", "account": "客户", "may_be_worse": "可能更差",
    },
)  # fmt: skip

ENGLISH: Final = Words(
    due="Due", priority="Prio", kind="Kind", task="What to do", owner="Owner", rule="Rule",
    warnings="Warnings", cadences="Cadence", rules="Rules", classes="Classes", scores="Scores", target="Targets",
    messages="Messages", grants="Grants", offers="Would fit", gaps="Gaps", held_back="Held back",
    not_sent="Not sent", bring="Bring", over="Over",
    accounts=("{} account", "{} accounts"),
    actions=("{} action", "{} actions"),
    overdue=("{} overdue", "{} overdue"),
    message=("{} message", "{} messages"),
    to_approve=("{} to approve", "{} to approve"),
    gap=("{} gap", "{} gaps"),
    failed=("{} failed", "{} failed"),
    unchanged=("{} unchanged", "{} unchanged"),
    opened=("{} new action", "{} new actions"),
    updated=("{} updated", "{} updated"),
    closed=("{} closed", "{} closed"),
    drafted=("{} message drafted", "{} messages drafted"),
    withdrawn=("{} withdrawn", "{} withdrawn"),
    better=("{} warning over", "{} warnings over"),
    more=("{} more", "{} more"),
    quiet_records=("{} more record does not match", "{} more records do not match"),
    no_record=("the only record does not match", "none of {} records matches"),
    records=("{} record", "{} records"),
    rows=("row {}", "rows {}"),
    lights={"red": "red", "yellow": "yellow", "green": "green"},
    priorities={"urgent": "urgent", "high": "high", "normal": "normal", "low": "low"},
    states={"inactive": "inactive", "pending": "pending", "firing": "firing", "stale": "stale", "keeping": "kept"},
    changes={"new": "new", "unchanged": "unchanged", "updated": "updated", "closing": "closing"},
    endings={
        "done": "done", "cause_ended": "cause is over", "item_gone": "record is gone",
        "out_of_scope": "no longer applies",
        "expired": "period is over", "entry_removed": "entry was removed", "task_removed": "task was removed",
    },
    news={
        "address": "name", "kind": "kind", "title": "title", "owner": "owner", "ours": "our people",
        "theirs": "their people", "due": "due", "due_at": "due", "priority": "priority", "effort": "effort",
        "status": "status", "needs": "what it waits for", "together": "done together", "confirm_by": "document",
        "source": "source", "checklist": "checklist", "options": "options", "grants": "grants",
        "bring": "what to bring",
        "escalation": "escalation",
    },
    statuses={"open": "open", "waiting": "waiting"},
    holds={
        "draft": "draft", "exception": "exception", "silence": "silence", "mute": "muted",
        "must_hold": "has to hold longer", "cooldown": "cooldown", "at_most": "limit reached",
    },
    obstacles={
        "left": "has left", "opted_out": "opted out", "opt_outs_unknown": "opt-outs not known",
        "prefers_otherwise": "prefers another channel", "no_name": "no name known", "no_address": "no address known",
        "nothing_attached": "nothing to go with it",
    },
    pieces={"case": "case “{}”", "material": "“{}”", "agenda": "agenda “{}”"},
    truths={True: "yes", False: "no"},
    targets={"on_track": "on track", "behind": "behind", "met": "met", "missed": "missed"},
    units={
        "percent": "%", "points": " points", "percentage points": " percentage points", "days": " days",
        "hours": " hours", "working hours": " working hours", "minutes": " minutes", "months": " months",
        "working days": " working days", "weeks": " weeks", "quarters": " quarters", "half years": " half years",
        "years": " years",
    },
    none="none", above={"owner": "Owner", "manager of owner": "Manager of the owner"},
    portfolio="Portfolio",
    colon=": ", as_of="as of {}", at_worst="{} at worst", watch="watch", waiting=" (waits for {})", muted="muted",
    renewed="new {}", late_record="recorded late", got_better="got better",
    set_by="{0} by the data, set until {1}: {2} · {3}", set_until="was set until {1}: {2} · {3}",
    would_close="{} of {} accounts would close work, more than the {} that may:",
    would_redden="{} of {} accounts would turn red, more than the {} that may:",
    refused="Nothing was written. Where this is meant, say --allow-large.",
    needs_allowing="To apply this, say --allow-large.", run="run", head="head",
    silence_over="the silence {} has ended: {} · {}",
    muted_by="muted by {}", lacks="lacks {}",
    withheld="not {} (can't go together with {})",
    missing="missing: {}",
    among=("over {} accounts", "over {} accounts, {} left out for want of data"),
    among_records=("over {} records of all accounts", "over {} records of all accounts, {} left out for want of data"),
    hence="hence undecided: {}", until="until {}", since="since {}",
    undecided="undecided ({})", either=" or ", otherwise="otherwise", previous="before: {}", earlier="{} (before)",
    next_step="next: {}",
    moved="{} since last time", should="should be {}", unknown="unknown",
    together=" (in one visit)",
    nothing="nothing to do",
    found="found {}", ends_when="ends when", no_records="no {}", not_delivered="{} not delivered",
    gone="not in today's data any more", always="no conditions: always applies", turn="{}: counted from {}",
    on_day="{}: on {}",
    no_turn="{}: done for now, last on {}", no_occurrence="{}: nothing is open now",
    legend="! overdue   ~ provisional date   (role) nobody named yet",
    aside=" ({})", comma=", ", rate="rate {} on {}", rates="rates {} on {} days from {} to {}",
    period="{} from {} to {}", part="{}: {}",
    in_all=", {} in all", wanting="does not hold yet", built_in="(built in)",
    combined={
        "all": "all of these hold", "any": "any of these holds", "not": "this does not hold",
        "at_least": "at least {} of these hold",
    },
    negated="not “{}”",
    tests={
        "is": "is {}", "is_not": "is not {}", "in": "is one of {}", "not_in": "is none of {}", "below": "below {}",
        "at_most": "at most {}", "above": "above {}", "at_least": "at least {}", "between": "between {}",
        "contains": "contains {}", "contains_any": "contains any of {}", "contains_all": "contains all of {}",
        "starts_with": "starts with {}", "ends_with": "ends with {}", "matches": "matches {}",
        "before": "before {}", "after": "after {}", "in_last": "in the last {}", "in_next": "in the next {}",
        "rose": "above {} before", "fell": "below {} before", "rose_by": "up by at least {}",
        "fell_by": "down by at least {}", "older_than": "older than {}",
        "present": "has a value", "not_present": "has no value", "known": "is known",
        "not_known": "is not known", "firing": "firing ({})",
        "some": "at least {} matching {subject}", "every": "all {subject} match", "none": "no matching {subject}",
    },
    columns={
        "account": "Account", "name": "Name", "light": "Light", "worst": "At worst", "due": "Due", "overdue": "Overdue",
        "priority": "Priority", "kind": "Kind", "task": "What to do", "owner": "Owner", "role": "Role",
        "state": "Change", "status": "Status", "item": "Record", "source": "Source", "rule": "Rule", "why": "Why",
        "due_at": "Due at", "action": "Action", "warning": "Warning", "muted": "Muted", "since": "Since",
        "needs": "Missing data", "warnings": "Warnings", "actions": "Actions", "overdue_count": "Overdue",
        "next_due": "Next due", "gaps": "Gaps", "accounts": "Accounts",
    },
    page={
        "glance": "At a glance", "lights": "Lights", "work": "Work by owner", "overdue": "Overdue",
        "accounts": "Accounts", "all": "all", "people": "This week's work (until {})",
        "nothing_due": "Nothing is due this week.", "cares": "cares about {}",
        "everybody": "everybody who takes part",
        "later": "later", "undated": "no date", "week": "week of {}",
        "nobody": "nobody yet", "why": "Why", "checklist": "Checklist", "options": "Options",
        "escalation": "Escalation", "repeat": "again every {}, at most {} times", "to": "To",
        "approval": "needs approval", "none_overdue": "Nothing is overdue.",
        "ours": "ours", "theirs": "theirs", "top": "back to the top",
        "made": "made by playbook {}", "each": "per record", "details": "details",
        "other": "other", "account": "Account", "may_be_worse": "may be worse",
    },
)  # fmt: skip


def words_for(locale: str) -> Words:
    """The words of a locale's language; English for a language that has none here."""
    return CHINESE if locale.partition("-")[0] == "zh" else ENGLISH


def joined(parts: Iterable[str], sign: str = " · ") -> str:
    """The parts that are not empty, with ``sign`` between them."""
    return sign.join(part for part in parts if part)
