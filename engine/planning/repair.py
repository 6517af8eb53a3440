"""The data-repair task: a warning whose data has long been missing asks somebody to mend it (semantics 1.5)."""

from typing import Final

from engine.evaluation.findings import RuleFinding
from engine.planning.actions import Desk, Planned, ending, identity
from engine.planning.because import Because
from engine.planning.plan_work import Action
from engine.planning.tasks import task_name

TASK: Final = "repair_data"
_TITLES: Final = {"zh": "补齐数据：{rule}", "en": "Restore the data behind {rule}"}


def repair_action(desk: Desk, finding: RuleFinding, because: Because) -> Planned:
    """The task to restore the data that a firing rule is decided by."""
    episode = finding.standing.episode
    name = task_name(desk.compiled.playbook.namespace, finding.rule, "", TASK)
    known_as = identity(name, ending(desk, finding, str(episode.number if episode else 1)))
    entry = finding.rule.entry
    language = desk.wording.language
    rule = entry.title.in_language(language) if entry.title else entry.id
    action = Action(
        id=known_as.id,
        address=known_as.address,
        kind="task",
        rule=finding.rule.address,
        play=None,
        task=TASK,
        occurrence=known_as.occurrence,
        title=_TITLES.get(language, _TITLES["en"]).format(rule=rule),
        owner=desk.owner(("account_manager",)),
        ours=(),
        theirs=(),
        due=None,
        due_at=None,
        due_was=None,
        overdue=False,
        provisional=False,
        priority="normal",
        effort=None,
        state="unchanged" if known_as.id in desk.known else "new",
        status="open",
        needs=(),
        together=None,
        confirm_by=None,
        item=finding.item,
        source=entry.source,
        checklist=(),
        options=(),
        grants=(),
        bring=(),
        escalation=(),
        because=because,
    )
    return Planned(action, known_as, None, finding)
