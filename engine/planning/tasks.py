"""Tasks in a run: what is the same for every account is worked out once (semantics 3.2, 5.1)."""

from collections.abc import Hashable, Iterable
from typing import Final

from msgspec import UNSET, Struct

from engine.compiling.clauses import truth_node
from engine.compiling.compiled import CompiledPlaybook, CompiledRule, CompiledStep, CompiledTask, Effect
from engine.evaluation.lengths import Length, length_in
from engine.foundation.canonical import array_of
from engine.foundation.quantities import Duration
from engine.language.kinds import DOCUMENTS, KINDS
from engine.language.playbook import Cadence, Task
from engine.matching.core import Node
from engine.matching.run import RunValues
from engine.planning.plan_work import EscalationStep, Option
from engine.planning.wording import fixed_line

_MOST_ESCALATIONS: Final = 1 << 13


class TaskName(Struct, frozen=True):
    """How the identities of a rule's task begin: playbook, rule, play (or empty), task; as the array that ids are made
    from begins, and their addresses."""

    parts: tuple[str, str, str, str]
    array: bytes
    written: str


def task_name(playbook: str, rule: CompiledRule, play: str, task: str) -> TaskName:
    """The name of a task of ``rule``, which may stand in a play."""
    parts = (playbook, rule.address, play, task)
    return TaskName(parts, array_of(parts)[:-1] + b",", written(parts))


def written(parts: tuple[str, ...]) -> str:
    """The address of a task, or of an action where account, item and occurrence follow (semantics 5.1)."""
    playbook, rule, play, task, *rest = parts
    return "/".join((playbook, rule, f"{play}.{task}" if play else task, *rest))


class StepInRun(Struct, frozen=True):
    """A step of an escalation; a length is unknown where accounts differ in it."""

    compiled: CompiledStep
    after: Length
    after_written: str
    repeat: Length
    repeat_written: str | None


class TaskInRun(Struct, frozen=True):
    """A task of a rule, with its texts in the language of the run.

    ``title`` is none where it is to be filled per account; ``kind_title`` stands in for an empty one. ``length`` is
    unknown where accounts differ in it. ``is_event`` says that the task is what its cadence is about, and due when
    that is. ``steps_are_settled`` where accounts don't differ in a length of the escalation.
    """

    compiled: CompiledTask
    id: str
    name: TaskName
    roles: tuple[str, ...]
    with_customer: bool
    title: str | None
    kind_title: str
    done: Node | None
    length: Length
    is_event: bool
    effort: str | None
    checklist: tuple[str, ...]
    options: tuple[Option, ...]
    source: str | None
    steps: tuple[StepInRun, ...]
    steps_are_settled: bool


class EffectInRun(Struct, frozen=True):
    """A play or the inline tasks that a rule starts; ``ends`` closes a play early. ``closes`` where the data of an
    account may show that something of it is done."""

    ends: Node | None
    tasks: tuple[TaskInRun, ...]
    closes: bool


class TasksInRun:
    """What every rule of a playbook starts, in one run. ``sharing`` are the addresses of cadences that may be done
    together."""

    def __init__(self, compiled: CompiledPlaybook, run: RunValues, language: str) -> None:
        self._playbook = compiled.playbook.namespace
        self._run = run
        self._language = language
        joining = (each for each in compiled.playbook.cadence.values() if each.together_with is not None)
        self.sharing = frozenset(f"cadence.{name}" for each in joining for name in (each.id, each.together_with))
        self.escalations: dict[Hashable, tuple[EscalationStep, ...]] = {}
        self._effects = {rule.address: tuple(self._of_rule(rule)) for rule in compiled.rules}

    def remember(self, key: Hashable, steps: tuple[EscalationStep, ...]) -> tuple[EscalationStep, ...]:
        """Keeps the escalation that a task, due time and people lead to, among the last some thousand of them."""
        if len(self.escalations) >= _MOST_ESCALATIONS:
            self.escalations.clear()
        self.escalations[key] = steps
        return steps

    def of(self, rule: CompiledRule) -> tuple[EffectInRun, ...]:
        """What ``rule`` starts."""
        return self._effects[rule.address]

    def _of_rule(self, rule: CompiledRule) -> Iterable[EffectInRun]:
        for effect in rule.effects:
            tasks = tuple(self._task(rule, effect, each) for each in effect.tasks)
            ends = truth_node(effect.ends) if effect.ends is not None else None
            closes = ends is not None or any(each.done is not None for each in tasks)
            yield EffectInRun(ends, tasks, closes)

    def _task(self, rule: CompiledRule, effect: Effect, compiled: CompiledTask) -> TaskInRun:
        task, language = compiled.task, self._language
        title = fixed_line(compiled.titles, language)
        kind_title = getattr(KINDS[task.kind], language, KINDS[task.kind].en)
        effort = task.effort.duration if task.effort else None
        steps = tuple(self._step(each) for each in compiled.escalation)
        return TaskInRun(
            compiled=compiled,
            id=task.id,
            name=task_name(self._playbook, rule, effect.play, task.id),
            roles=task.owner or ("account_manager",),
            with_customer=KINDS[task.kind].with_customer,
            title=None if title is None else title or kind_title,
            kind_title=kind_title,
            done=truth_node(compiled.done) if compiled.done is not None else None,
            length=length_in(self._run, compiled.length),
            is_event=task.due is None and isinstance(rule.entry, Cadence) and task.id == rule.entry.id,
            effort=str(effort) if effort else None,
            checklist=self._checklist(task),
            options=tuple(Option(name, text.in_language(language)) for name, text in task.options.items()),
            source=task.source or rule.entry.source,
            steps=steps,
            steps_are_settled=all(each.after is not UNSET and each.repeat is not UNSET for each in steps),
        )

    def _checklist(self, task: Task) -> tuple[str, ...]:
        """What to go through, the document to bring home at the end."""
        written = task.checklist.in_language(self._language) if task.checklist else ()
        if task.confirm_by is None:
            return written
        return (*written, DOCUMENTS[task.confirm_by][0 if self._language == "zh" else 1])

    def _step(self, compiled: CompiledStep) -> StepInRun:
        after, repeat = length_in(self._run, compiled.after), length_in(self._run, compiled.repeat)
        written = str(repeat) if isinstance(repeat, Duration) else None
        return StepInRun(compiled, after, str(after), repeat, written)
