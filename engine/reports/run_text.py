"""What a day's run came to, in about ten lines fit for a chat message, in both languages."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from msgspec import Struct

from engine.daily.report import Failure, RunReport, Turned
from engine.evaluation.findings import LIGHTS
from engine.reports.names import Names
from engine.reports.status_text import status_words_for
from engine.reports.words import Words, joined, words_for

_MOST_NAMED: Final = 5


class RunWords(Struct, frozen=True, kw_only=True):
    """What only the summary of a run says, in one language."""

    head: str
    not_planned: str
    accounts_failed: str
    refused: str
    reddened: str
    better: str
    account: str
    work: Mapping[str, str]
    told: str
    messages: str
    results: Mapping[str, str]
    feeds: str
    silences: str
    failed: str
    steps: Mapping[str, str]
    chain: str
    stop: str


CHINESE: Final = RunWords(
    head="{playbook} {version} · {day}：{accounts}",
    not_planned="{playbook}：今天没有计划",
    accounts_failed="未能计划：{}",
    refused="没有写入任何计划：{accounts} 个客户中有 {closing} 个会关闭工作、{reddening} 个会转为红灯"
    "（最多 {limit} 个）。请核对数据，确认无误后加 --allow-large",
    reddened="新红灯：{}", better="好转：{}", account="{name}（{id}）",
    work={"opened": "新增 {}", "updated": "更新 {}", "closed": "关闭 {}", "open": "待办 {}", "overdue": "逾期 {}"},
    told="升级通知：{}", messages="消息：{}",
    results={
        "sent": "已发送 {}", "later": "稍后发送 {}", "failed": "待重试 {}", "dead": "已放弃 {}",
        "in_doubt": "不知是否送达 {}", "withdrawn": "已撤回 {}", "to_approve": "待批准 {}",
    },
    feeds="数据：{}", silences="静默已结束：{}", failed="{step}未能完成：{why}",
    steps={"plan": "计划", "clocks": "升级时钟", "deliver": "发送"},
    chain="账本 {}", stop="；",
)  # fmt: skip

ENGLISH: Final = RunWords(
    head="{playbook} {version} · {day}: {accounts}",
    not_planned="{playbook}: nothing planned today",
    accounts_failed="could not be planned: {}",
    refused="no plan was written: of {accounts} accounts {closing} would close work and {reddening} turn red (at most "
    "{limit} may). See whether the data is right, then add --allow-large",
    reddened="newly red: {}", better="better: {}", account="{name} ({id})",
    work={"opened": "{} new", "updated": "{} updated", "closed": "{} closed", "open": "{} open", "overdue":
          "{} overdue"},
    told="told of late work: {}", messages="messages: {}",
    results={
        "sent": "{} sent", "later": "{} sent later", "failed": "{} to be tried again", "dead": "{} given up",
        "in_doubt": "{} in doubt", "withdrawn": "{} withdrawn", "to_approve": "{} to approve",
    },
    feeds="data: {}", silences="silences that ended: {}", failed="{step} could not be done: {why}",
    steps={"plan": "planning", "clocks": "reading the clocks", "deliver": "sending"},
    chain="ledger {}", stop="; ",
)  # fmt: skip


def run_lines(report: RunReport, locale: str, names: Names) -> Iterator[str]:
    """The summary; what there is nothing to say of has no line. ``names`` are those of the playbook."""
    text = _Text(report, locale, names)
    yield text.head()
    yield from text.refusal()
    yield from text.lights()
    yield from text.work()
    yield from text.messages()
    yield from text.data()
    yield from text.failures()
    yield text.chain()


class _Text:
    def __init__(self, report: RunReport, locale: str, names: Names) -> None:
        self._report = report
        self._locale = locale
        self._names = names
        self._words: Words = words_for(locale)
        self._own = CHINESE if locale.partition("-")[0] == "zh" else ENGLISH

    def head(self) -> str:
        """The playbook, the day, how many accounts."""
        report, words = self._report, self._words
        if report.as_of is None or report.outcome is None:
            return self._own.not_planned.format(playbook=report.playbook)
        failed = sum(each.step is None for each in report.failures)
        counts = (words.count(words.accounts, report.accounts), words.count(words.failed, failed) if failed else "")
        return self._own.head.format(
            playbook=report.playbook, version=report.version, day=report.as_of.date(), accounts=joined(counts)
        )

    def refusal(self) -> Iterator[str]:
        """That nothing was written, and why."""
        found = self._report.refused
        if found is not None:
            yield self._own.refused.format(
                accounts=found.accounts, closing=found.closing, reddening=found.reddening, limit=found.limit
            )

    def lights(self) -> Iterator[str]:
        """The lights and how they moved, who is red now, who is better."""
        report, own = self._report, self._own
        if report.accounts:
            yield joined(self._light(light) for light in LIGHTS)
        if report.reddened:
            yield own.reddened.format(self._accounts(report.reddened))
        if report.better:
            yield own.better.format(self._accounts(report.better))

    def work(self) -> Iterator[str]:
        """What became of work, and who was told of what is late."""
        work, own = self._report.work, self._own
        moved = (("opened", work.opened), ("updated", work.updated), ("closed", work.closed))
        stands = (("open", work.open), ("overdue", work.overdue))
        parts = [joined(own.work[name].format(count) for name, count in some if count) for some in (moved, stands)]
        if any(parts):
            yield joined(parts, " | ")
        if self._report.told:
            yield own.told.format(self._few(list(self._told())))

    def messages(self) -> Iterator[str]:
        """What became of messages."""
        found = self._report.messages
        counts = {name: getattr(found, name) for name in self._own.results}
        if any(counts.values()):
            shown = joined(self._own.results[name].format(count) for name, count in counts.items() if count)
            yield self._own.messages.format(shown)

    def data(self) -> Iterator[str]:
        """Feeds that are not as usual, and silences that have ended."""
        report, own = self._report, self._own
        if report.concerns:
            words = status_words_for(self._locale)
            yield own.feeds.format(self._few([words.feed(each) for each in report.concerns], own.stop))
        if report.silences:
            yield own.silences.format(self._few(report.silences))

    def failures(self) -> Iterator[str]:
        """The accounts that could not be planned, and the parts that could not be done."""
        accounts = [each.account or each.why for each in self._report.failures if each.step is None]
        if accounts:
            yield self._own.accounts_failed.format(self._few(accounts))
        for each in self._report.failures:
            if each.step is not None:
                yield self._failed(each, self._own.steps[each.step])

    def chain(self) -> str:
        """The head of the chain, to be kept somewhere else (spec 8.3)."""
        return self._own.chain.format(self._report.head)

    # -- pieces -------------------------------------------------------------------------------------

    def _light(self, light: str) -> str:
        now, moved = self._report.lights.get(light, 0), self._moved(light)
        return f"{self._words.lights[light]} {now}" + (self._words.aside.format(f"{moved:+}") if moved else "")

    def _moved(self, light: str) -> int:
        """How many more of the accounts that were known before have this light now."""
        turned = self._report.turned
        return sum(each.now == light for each in turned) - sum(each.before == light for each in turned)

    def _accounts(self, turned: Iterable[Turned]) -> str:
        return self._few([self._own.account.format(name=each.name, id=each.account) for each in turned])

    def _told(self) -> Iterator[str]:
        """Who was told of how many actions, everybody once, whatever it was told them as; those of most first."""
        counts: Counter[str] = Counter()
        names: dict[str, str] = {}
        for each in self._report.told:
            who = each.person or each.role
            counts[who] += each.actions
            names[who] = each.name or each.person or self._names.role(each.role)
        return (f"{names[who]} {count}" for who, count in counts.most_common())

    def _failed(self, failure: Failure, step: str) -> str:
        return self._own.failed.format(step=step, why=failure.why)

    def _few(self, names: Sequence[str], between: str | None = None) -> str:
        more = len(names) - _MOST_NAMED
        rest = [self._words.count(self._words.more, more)] if more > 0 else []
        return (between or self._words.comma).join([*names[:_MOST_NAMED], *rest])
