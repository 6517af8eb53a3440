"""What every playbook has without writing it: a few metrics, to be used or redefined (language 4)."""

from typing import Final

from msgspec.structs import replace

from engine.documents.document import Mapping
from engine.documents.reader import read_document
from engine.language.metrics import Metric, read_metric
from engine.language.playbook import Playbook

_SOURCE: Final = """\
satisfaction: {title: {zh: 满意度, en: Satisfaction}, latest: surveys.score, where: {kind: overall}}
nps: {title: {zh: 净推荐值, en: NPS}, latest: surveys.nps}
relationship_age: {title: {zh: 合作时长, en: Relationship age}, months_since: relationship.started_on}
quiet_days: {title: {zh: 未联系天数, en: Quiet days}, days_since: interactions.on, if_none: true}
"""

FILE: Final = "(built in)"


def with_built_ins(playbook: Playbook) -> Playbook:
    """The playbook with the built-in metrics that it does not define itself, nor tried to."""
    own = {
        name: each
        for name, each in _metrics().items()
        if name not in {**playbook.metrics, **playbook.scores} and f"metrics.{name}" not in playbook.broken
    }
    return replace(playbook, metrics={**own, **playbook.metrics})


def _metrics() -> dict[str, Metric]:
    document, problems = read_document(_SOURCE.encode(), FILE)
    assert isinstance(document, Mapping) and not problems  # noqa: S101, PT018 - our own text
    return {each.key: read_metric(each.key, each.key_place, each.node, lambda _: None) for each in document.entries}
