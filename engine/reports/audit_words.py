"""The words of audits, in both languages."""

from collections.abc import Mapping
from typing import Final

from msgspec import Struct

from engine.ledger.replaying import ReplayOutcome
from engine.ledger.verifying import FindingKind


class AuditWords(Struct, frozen=True, kw_only=True):
    """Everything that an audit says in one language; braces stand for what is counted or named."""

    whole: str
    not_whole: str
    head: str
    erased: str
    compacted: str
    kinds: Mapping[FindingKind, str]
    outcomes: Mapping[ReplayOutcome, str]
    replayed: str
    now: str
    nothing: str
    unknown: str
    gone: str
    dropped: str


_ENGLISH: Final = AuditWords(
    whole="Everything is as it was written: {records} records in {batches} batches, {blobs} blobs",
    not_whole="{findings} findings in {records} records of {batches} batches and {blobs} blobs",
    head="head {head}",
    erased="{} records are erased",
    compacted="{} blobs are compacted",
    kinds={
        "changed": "changed", "missing": "missing", "added": "added", "reordered": "reordered",
        "unlinked": "does not follow", "cut": "cut off", "differs": "differs", "damaged": "damaged",
    },
    outcomes={
        "identical": "identical", "differs": "differs", "other_version": "other version", "gone": "gone",
    },
    replayed="{number} plans made again: {counts}",
    now="now",
    nothing="nothing is stored of {name}",
    unknown="no plan and no run is called {name}",
    gone="{name} is erased; head {head}",
    dropped="what only plans before {before} need is dropped; head {head}",
)  # fmt: skip

_CHINESE: Final = AuditWords(
    whole="全部与写入时一致：{batches} 批共 {records} 条记录，{blobs} 份存档",
    not_whole="发现 {findings} 处问题（{batches} 批共 {records} 条记录，{blobs} 份存档）",
    head="链首 {head}",
    erased="{} 条记录已抹除",
    compacted="{} 份存档已压缩清理",
    kinds={
        "changed": "被改动", "missing": "缺失", "added": "来历不明", "reordered": "次序被改", "unlinked": "前后不接",
        "cut": "被截断", "differs": "与事件不符", "damaged": "损坏",
    },
    outcomes={"identical": "一致", "differs": "不一致", "other_version": "版本不同", "gone": "已不在"},
    replayed="重算 {number} 份计划：{counts}",
    now="现在",
    nothing="没有关于 {name} 的存档",
    unknown="没有名为 {name} 的计划或运行",
    gone="{name} 已抹除；链首 {head}",
    dropped="只为 {before} 之前的计划保留的存档已清理；链首 {head}",
)  # fmt: skip


def audit_words_for(locale: str) -> AuditWords:
    """The words in a language; English where there are none."""
    return _CHINESE if locale.startswith("zh") else _ENGLISH
