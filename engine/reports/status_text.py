"""How the daily job stands, in lines for people, in both languages."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Final

from msgspec import Struct

from engine.daily.status import Finding, PlaybookStatus, Status
from engine.lifecycle.feeds import Concern
from engine.reports.labels import moment_text
from engine.snapshots.titles import title_of

Forms = tuple[str, str]
"""For one, and for several; ``{count}`` stands for the number."""

_DAY: Final = timedelta(days=1)


class StatusWords(Struct, frozen=True, kw_only=True):
    """Everything that is said of how the job stands, in one language."""

    language: str
    well: str
    not_well: Forms
    last_run: str
    no_last_run: str
    outcomes: Mapping[str, str]
    findings: Mapping[str, Forms]
    missing_feed: str
    old_feed: str
    comma: str
    more: str
    hours: Forms
    days: Forms

    def count(self, forms: Forms, number: int) -> str:
        """``1 hour``, ``30 hours``."""
        return forms[number != 1].format(count=number)

    def feed(self, concern: Concern) -> str:
        """What is unusual about a feed."""
        name = title_of(concern.feed, self.language) or concern.feed
        if concern.what == "missing":
            return self.missing_feed.format(feed=name, accounts=concern.accounts, of=concern.of)
        days = self.count(self.days, concern.days or 0)
        return self.old_feed.format(
            feed=name, newest=concern.newest, days=days, usual=self.count(self.days, concern.usual or 0)
        )

    def span(self, length: timedelta) -> str:
        """How long something has lasted, in days from two days on."""
        if length < 2 * _DAY:
            return self.count(self.hours, length // timedelta(hours=1))
        return self.count(self.days, length // _DAY)


CHINESE: Final = StatusWords(
    language="zh",
    well="一切正常。",
    not_well=("有 {count} 处不正常：",) * 2,
    last_run="{playbook} {version}：上次运行于 {when} 结束（数据截至 {as_of}），{outcome}；"
    "待办 {open} 项，逾期 {overdue} 项",
    no_last_run="{playbook}：还没有一次运行结束；待办 {open} 项，逾期 {overdue} 项",
    outcomes={"fine": "全部完成", "some_failed": "部分客户未能计划", "refused": "被大批变更保护拦下"},
    findings={
        "no_run": ("账本里没有任何运行",) * 2,
        "late": ("{playbook}：上次运行于 {since} 结束，已过 {age}",) * 2,
        "stuck": ("{playbook}：{since} 开始的运行没有结束，请再运行一次",) * 2,
        "refused": ("{playbook}：上次运行被拦下，变更的客户太多；请核对数据，确认无误后加 --allow-large",) * 2,
        "failed_accounts": ("{playbook}：上次运行有 {count} 个客户未能计划",) * 2,
        "missing_feed": ("{playbook}：{feed}",) * 2,
        "old_feed": ("{playbook}：{feed}",) * 2,
        "in_doubt": ("{count} 条消息不知是否送达：{names}（playbook messages resolve）",) * 2,
        "interrupted": ("{count} 条消息在发送途中中断：{names}（playbook deliver）",) * 2,
        "dead": ("{count} 条消息多次发送失败，已放弃：{names}（playbook messages resolve）",) * 2,
        "unsent": ("{count} 条可以发送的消息没有发出，最早自 {since} 起（playbook deliver）",) * 2,
        "unapproved": ("{count} 条消息等待批准，最早自 {since} 起（playbook messages list）",) * 2,
        "running": ("{playbook}：正在运行，{since} 开始",) * 2,
        "overdue": ("{playbook}：{count} 项工作逾期",) * 2,
        "silence_ended": ("静默 {names} 已于 {since} 结束",) * 2,
    },
    missing_feed="{feed}只有 {accounts}/{of} 个客户提供，不到以往的一半",
    old_feed="{feed}最新一条是 {newest}，已有 {days}，通常为 {usual}",
    comma="、",
    more="等",
    hours=("{count} 小时",) * 2,
    days=("{count} 天",) * 2,
)  # fmt: skip

ENGLISH: Final = StatusWords(
    language="en",
    well="all is well.",
    not_well=("{count} thing is not well:", "{count} things are not well:"),
    last_run="{playbook} {version}: last run ended {when} (data as of {as_of}), {outcome}; {open} actions open, "
    "{overdue} overdue",
    no_last_run="{playbook}: no run has come to its end yet; {open} actions open, {overdue} overdue",
    outcomes={
        "fine": "everything planned", "some_failed": "some accounts could not be planned",
        "refused": "refused by the guard against mass changes",
    },
    findings={
        "no_run": ("the ledger has no run at all",) * 2,
        "late": ("{playbook}: the last run ended {since}, {age} ago",) * 2,
        "stuck": ("{playbook}: a run began {since} and never ended; run it again",) * 2,
        "refused": (
            "{playbook}: the last run was refused, for too many accounts would change; see whether the data is right, "
            "then add --allow-large",
        ) * 2,
        "failed_accounts": (
            "{playbook}: {count} account could not be planned in the last run",
            "{playbook}: {count} accounts could not be planned in the last run",
        ),
        "missing_feed": ("{playbook}: {feed}",) * 2,
        "old_feed": ("{playbook}: {feed}",) * 2,
        "in_doubt": (
            "nobody knows whether {count} message arrived: {names} (playbook messages resolve)",
            "nobody knows whether {count} messages arrived: {names} (playbook messages resolve)",
        ),
        "interrupted": (
            "{count} message was interrupted on its way: {names} (playbook deliver)",
            "{count} messages were interrupted on their way: {names} (playbook deliver)",
        ),
        "dead": (
            "{count} message failed too often and was given up: {names} (playbook messages resolve)",
            "{count} messages failed too often and were given up: {names} (playbook messages resolve)",
        ),
        "unsent": (
            "{count} message may go and is not sent, since {since} (playbook deliver)",
            "{count} messages may go and are not sent, the first since {since} (playbook deliver)",
        ),
        "unapproved": (
            "{count} message waits to be approved, since {since} (playbook messages list)",
            "{count} messages wait to be approved, the first since {since} (playbook messages list)",
        ),
        "running": ("{playbook}: a run is at work since {since}",) * 2,
        "overdue": ("{playbook}: {count} action is overdue", "{playbook}: {count} actions are overdue"),
        "silence_ended": ("silence {names} ended {since}",) * 2,
    },
    missing_feed="only {accounts} of {of} accounts deliver {feed}, less than half of what is usual",
    old_feed="the newest of {feed} is of {newest}, {days} old; usual are {usual}",
    comma=", ",
    more=" …",
    hours=("{count} hour", "{count} hours"),
    days=("{count} day", "{count} days"),
)  # fmt: skip


def status_words_for(locale: str) -> StatusWords:
    """The words of a locale's language; English for a language that has none here."""
    return CHINESE if locale.partition("-")[0] == "zh" else ENGLISH


def status_lines(status: Status, words: StatusWords) -> Iterator[str]:
    """A line for each playbook, then what is not well, then what else there is to know."""
    for playbook in status.playbooks:
        yield _playbook(playbook, status, words)
    serious = sum(each.serious for each in status.findings)
    yield words.count(words.not_well, serious) if serious else words.well
    for each in status.findings:
        yield f"{'!' if each.serious else ' '} {_finding(each, status, words)}"


def _playbook(playbook: PlaybookStatus, status: Status, words: StatusWords) -> str:
    ended = playbook.ended
    known = {"playbook": playbook.playbook, "open": playbook.open, "overdue": playbook.overdue}
    if ended is None or ended.ended_at is None:
        return words.no_last_run.format(**known)
    return words.last_run.format(
        **known,
        version=ended.version,
        when=_on_clock(ended.ended_at, status),
        as_of=ended.as_of.date(),
        outcome=words.outcomes[ended.outcome or "fine"],
    )


def _finding(finding: Finding, status: Status, words: StatusWords) -> str:
    since = finding.since
    names = words.comma.join(finding.names) + (words.more if finding.count > len(finding.names) else "")
    return words.findings[finding.what][finding.count != 1].format(
        playbook=finding.playbook or "",
        count=finding.count,
        names=names,
        since=_on_clock(since, status) if since is not None else "",
        age=words.span(status.now - since) if since is not None else "",
        feed=words.feed(finding.feed) if finding.feed is not None else "",
    )


def _on_clock(moment: datetime, status: Status) -> str:
    """An instant to the minute, on the clocks on which it is ``now``."""
    return moment_text(moment.astimezone(status.now.tzinfo))
