"""The words of commands about messages, in both languages."""

from collections.abc import Mapping
from typing import Final

from msgspec import Struct


class MailWords(Struct, frozen=True, kw_only=True):
    """Everything that is said of messages and their delivery, in one language."""

    columns: tuple[str, ...]
    states: Mapping[str, str]
    results: Mapping[str, str]
    why: Mapping[str, str]
    until: str
    facts: Mapping[str, str]
    to_approve: str
    approve: str
    said: Mapping[str, str]
    before: str
    too_late: str
    changed: str
    none: str
    nothing: str
    resolve: str
    opted_out: str


CHINESE: Final = MailWords(
    columns=("编号", "状态", "渠道", "客户", "收件人", "内容", "何时、为何"),
    states={
        "drafted": "草稿", "approved": "已批准", "sending": "发送中", "sent": "已发送", "failed": "待重试",
        "dead": "已放弃", "in_doubt": "存疑", "withdrawn": "已撤回",
    },
    results={
        "sent": "已发送", "retried_later": "稍后重试", "dead": "已放弃", "in_doubt": "存疑", "withdrawn": "已撤回",
        "postponed": "延后", "waits": "等待", "unreachable": "通道不通", "may_go": "可以发送",
    },
    why={
        "approval": "待批准", "changed": "批准后有改动", "action": "等待前项", "later": "未到时间",
        "opt_outs_unknown": "是否退订未知", "quiet_hours": "免打扰时段", "cap": "已达联系上限", "left": "联系人已离开",
        "opted_out": "联系人已退订", "interrupted": "发送时中断",
    },
    until="{} 起",
    facts={
        "to": "收件人", "state": "状态", "action": "行动", "attempts": "尝试", "digest": "摘要", "by": "批准人",
        "subject": "主题", "attached": "附件",
    },
    to_approve="批准以上 {} 条消息？",
    approve="未批准：不在终端中运行时，请加 --yes。",
    said={
        "approved": "已批准：{id}，{to}，{what}", "withdrawn": "已撤回：{id}，{to}，{what}",
        "sent": "记为已发送：{id}，{to}，{what}", "again": "将再次发送：{id}，{to}，{what}",
        "dropped": "不再发送：{id}，{to}，{what}",
    },
    before="没有变化：{id}（{state}）",
    too_late="不能这样做：{id}（{state}）",
    changed="显示之后内容有改动，未批准：{id}",
    none="没有符合的消息。",
    nothing="没有需要发送的消息。",
    resolve="是否送达不明：{id}，{account}，{to}。请查明后执行 "
    "playbook messages resolve {id} --sent（或 --again、--drop）",
    opted_out="{contact}（{account}）不再接收：{what}",
)  # fmt: skip

ENGLISH: Final = MailWords(
    columns=("Id", "State", "Channel", "Account", "To", "What", "When, why"),
    states={
        "drafted": "draft", "approved": "approved", "sending": "being sent", "sent": "sent",
        "failed": "to be retried", "dead": "given up", "in_doubt": "in doubt", "withdrawn": "withdrawn",
    },
    results={
        "sent": "sent", "retried_later": "retried later", "dead": "given up", "in_doubt": "in doubt",
        "withdrawn": "withdrawn", "postponed": "put off", "waits": "waits", "unreachable": "way is down",
        "may_go": "may go",
    },
    why={
        "approval": "to be approved", "changed": "changed since it was approved", "action": "waits for another action",
        "later": "not yet its time", "opt_outs_unknown": "opt-outs unknown", "quiet_hours": "quiet hours",
        "cap": "enough for this contact", "left": "the contact has left", "opted_out": "the contact opted out",
        "interrupted": "interrupted while sending",
    },
    until="from {}",
    facts={
        "to": "To", "state": "State", "action": "Action", "attempts": "Attempts", "digest": "Digest",
        "by": "Approved by", "subject": "Subject", "attached": "Attached",
    },
    to_approve="Approve these {} messages?",
    approve="not approved: away from a terminal, say --yes.",
    said={
        "approved": "approved: {id}, {to}, {what}", "withdrawn": "withdrawn: {id}, {to}, {what}",
        "sent": "taken as sent: {id}, {to}, {what}", "again": "sent once more: {id}, {to}, {what}",
        "dropped": "not sent any more: {id}, {to}, {what}",
    },
    before="nothing changed: {id} ({state})",
    too_late="this can't be said any more: {id} ({state})",
    changed="it has changed since it was shown, and is not approved: {id}",
    none="No message fits.",
    nothing="No message is to be sent.",
    resolve="nobody knows whether it arrived: {id}, {account}, {to}. Find out, then say: "
    "playbook messages resolve {id} --sent (or --again, --drop)",
    opted_out="{contact} ({account}) wants no more of: {what}",
)  # fmt: skip


def mail_words_for(locale: str) -> MailWords:
    """The words in the language of ``locale``, English if there are none."""
    return CHINESE if locale.partition("-")[0] == "zh" else ENGLISH
