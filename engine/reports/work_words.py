"""The words of commands about work, in both languages."""

from collections.abc import Mapping
from typing import Final

from msgspec import Struct


class WorkWords(Struct, frozen=True, kw_only=True):
    """Everything that is said of planned work, its life and its escalation, in one language.

    ``said`` is what a word of a person did, ``before`` that it was said before; both take ``{title}``, ``{account}``
    and what they name.
    """

    columns: Mapping[str, str]
    statuses: Mapping[str, str]
    reasons: Mapping[str, str]
    verdicts: Mapping[str, str]
    mail: Mapping[str, str]
    happened: Mapping[str, str]
    facts: Mapping[str, str]
    said: Mapping[str, str]
    before: Mapping[str, str]
    released: str
    moved: str
    ended: str
    cannot: str
    none: str
    nothing_late: str
    told: str
    passed: tuple[str, str]
    again: str
    nobody: str
    count: tuple[str, str]
    silence: str
    silence_ended: str
    all_rules: str
    all_accounts: str
    no_silences: str
    override: str
    override_ended: str
    no_overrides: str


CHINESE: Final = WorkWords(
    columns={"id": "编号", "due": "到期", "status": "状态", "account": "客户", "task": "事项", "owner": "负责人"},
    statuses={
        "open": "待办", "acknowledged": "已确认", "started": "进行中", "finished": "已完成", "cancelled": "已取消",
        "closed": "已关闭", "waiting": "等待前项",
    },
    reasons={
        "done": "数据显示已完成", "cause_ended": "原因已消除", "item_gone": "记录已不在", "out_of_scope": "不再适用",
        "expired": "本期已过", "entry_removed": "手册已无此条", "task_removed": "手册已无此任务",
    },
    verdicts={"useful": "有用", "noise": "误报"},
    mail={
        "drafted": "草稿", "approved": "已批准", "sending": "发送中", "sent": "已发送", "failed": "待重试",
        "dead": "已放弃", "in_doubt": "存疑", "withdrawn": "已撤回",
    },
    happened={
        "opened": "开始", "updated": "更新", "closed": "由运行关闭", "acknowledged": "确认收到", "started": "着手处理",
        "finished": "完成", "cancelled": "取消", "snoozed": "推迟至", "reassigned": "改派给",
        "told": "升级通知：{step} → {to}", "passed": "升级时点已过，未通知（{step}）",
    },
    facts={
        "due": "到期", "was": "原为", "status": "状态", "owner": "负责人", "rule": "依据", "address": "地址",
        "needs": "等待", "why": "原因", "checklist": "清单", "escalation": "升级", "life": "经过", "messages": "消息",
        "version": "手册版本", "next": "下一步",
    },
    said={
        "acknowledged": "已确认收到：{title}（{account}）。提醒停止，期限不变。",
        "started": "进行中：{title}（{account}）。提醒停止，期限不变。",
        "finished": "已完成：{title}（{account}）。",
        "cancelled": "已取消：{title}（{account}）。",
        "snoozed": "已推迟至 {until}：{title}（{account}）。",
        "reassigned": "已改派给 {person}：{title}（{account}）。",
    },
    before={
        "acknowledged": "此前已由 {by} 确认：{title}（{account}）。没有变化。",
        "started": "此前已由 {by} 着手处理：{title}（{account}）。没有变化。",
        "finished": "此前已由 {by} 完成：{title}（{account}）。没有变化。",
        "cancelled": "此前已由 {by} 取消：{title}（{account}）。没有变化。",
        "snoozed": "到期时间本就是 {until}：{title}（{account}）。没有变化。",
        "reassigned": "本就由 {person} 负责：{title}（{account}）。没有变化。",
    },
    released="  不再等待，可以开始：{title}（{id}）",
    moved="  随之推迟至 {until}：{title}（{id}）",
    ended="已结束（{status}）：{title}（{account}）。不再接受变更。",
    cannot="不能推迟：{why}",
    none="没有符合的行动。",
    nothing_late="没有到期未办、需要通知的事项。",
    told="{step} → {person}：{title}（{account}，到期 {due}）",
    passed=("另有 {} 个时点已过，仅记录",) * 2,
    again="{step}（第 {number} 次）",
    nobody="尚无人选（{role}）",
    count=("{} 项行动",) * 2,
    silence="静默 {id}：{rules}，{accounts}，至 {until}。{why}（{by}）",
    silence_ended="静默 {id} 已结束：{rules}，{accounts}。{why}（{by}）",
    all_rules="所有规则", all_accounts="所有客户", no_silences="没有静默。",
    override="{account}：{class_}定为{value}，至 {until}。{why}（{by}）",
    override_ended="{account}：{class_}的人工设定已撤销。",
    no_overrides="没有人工设定。",
)  # fmt: skip

ENGLISH: Final = WorkWords(
    columns={
        "id": "Id", "due": "Due", "status": "Status", "account": "Account", "task": "What to do", "owner": "Owner",
    },
    statuses={
        "open": "open", "acknowledged": "acknowledged", "started": "started", "finished": "finished",
        "cancelled": "cancelled", "closed": "closed", "waiting": "waiting",
    },
    reasons={
        "done": "the data shows it done", "cause_ended": "its cause ended", "item_gone": "its record is gone",
        "out_of_scope": "it does not apply any more", "expired": "its period is over",
        "entry_removed": "the playbook has the entry no more", "task_removed": "the playbook has the task no more",
    },
    verdicts={"useful": "useful", "noise": "noise"},
    mail={
        "drafted": "draft", "approved": "approved", "sending": "being sent", "sent": "sent", "failed": "to be retried",
        "dead": "given up", "in_doubt": "in doubt", "withdrawn": "withdrawn",
    },
    happened={
        "opened": "opened", "updated": "updated", "closed": "closed by a run", "acknowledged": "acknowledged",
        "started": "started", "finished": "finished", "cancelled": "cancelled", "snoozed": "put off to",
        "reassigned": "handed to", "told": "told: {step} → {to}",
        "passed": "passed, nobody told ({step})",
    },
    facts={
        "due": "Due", "was": "was", "status": "Status", "owner": "Owner", "rule": "Rule", "address": "Address",
        "needs": "Waits for", "why": "Why", "checklist": "Checklist", "escalation": "Escalation", "life": "Life",
        "messages": "Messages", "version": "Playbook", "next": "Next",
    },
    said={
        "acknowledged": "acknowledged: {title} ({account}). Reminders stop, deadlines do not.",
        "started": "started: {title} ({account}). Reminders stop, deadlines do not.",
        "finished": "finished: {title} ({account}).",
        "cancelled": "cancelled: {title} ({account}).",
        "snoozed": "put off to {until}: {title} ({account}).",
        "reassigned": "handed to {person}: {title} ({account}).",
    },
    before={
        "acknowledged": "{by} has acknowledged it already: {title} ({account}). Nothing changed.",
        "started": "{by} has started it already: {title} ({account}). Nothing changed.",
        "finished": "{by} has finished it already: {title} ({account}). Nothing changed.",
        "cancelled": "{by} has cancelled it already: {title} ({account}). Nothing changed.",
        "snoozed": "it is due at {until} already: {title} ({account}). Nothing changed.",
        "reassigned": "it is {person}'s already: {title} ({account}). Nothing changed.",
    },
    released="  waits no more and can begin: {title} ({id})",
    moved="  put off with it to {until}: {title} ({id})",
    ended="it has ended ({status}): {title} ({account}). Nothing more can be said of it.",
    cannot="it can't be put off: {why}",
    none="no action fits.",
    nothing_late="nobody has to be told anything.",
    told="{step} → {person}: {title} ({account}, due {due})",
    passed=("{} more instant passed and was only recorded", "{} more instants passed and were only recorded"),
    again="{step} (number {number})",
    nobody="nobody yet ({role})",
    count=("{} action", "{} actions"),
    silence="silence {id}: {rules}, {accounts}, until {until}. {why} ({by})",
    silence_ended="silence {id} has ended: {rules}, {accounts}. {why} ({by})",
    all_rules="all rules", all_accounts="all accounts", no_silences="there are no silences.",
    override="{account}: {class_} is set to {value} until {until}. {why} ({by})",
    override_ended="{account}: {class_} is no longer set by hand.",
    no_overrides="nothing is set by hand.",
)  # fmt: skip


def work_words_for(locale: str) -> WorkWords:
    """The words of a locale's language; English for a language that has none here."""
    return CHINESE if locale.partition("-")[0] == "zh" else ENGLISH
