"""What a plan says of the account's conclusions, with what is undecided and what they still lack."""

from collections.abc import Iterator

from msgspec import UNSET, Struct
from msgspec.structs import replace

from engine.compiling.clauses import Clause, all_of, any_of
from engine.compiling.compiled import CompiledClass, CompiledScore, CompiledTarget
from engine.evaluation.findings import ClassFinding, Findings
from engine.language.scope import Scoped
from engine.matching.core import Node
from engine.matching.explained import Environment, evaluate, explain
from engine.planning.actions import Desk
from engine.planning.because import Because, Shown
from engine.planning.plan import ClassItem, ClassPlan, Gap, Overridden, ScorePlan, Suppressed, TargetPlan
from engine.planning.reasons import Reasons, missing_in, shown, shown_unit, unmet
from engine.planning.scores import last_score, score_plan
from engine.planning.wording import name_of


class Concluded(Struct, frozen=True):
    """The conclusions of one account by id, drafts left out, and what is to be said beside them."""

    classes: dict[str, ClassPlan]
    scores: dict[str, ScorePlan]
    targets: dict[str, TargetPlan]
    gaps: tuple[Gap, ...]
    suppressed: tuple[Suppressed, ...]


def conclusions_of(desk: Desk) -> Concluded:
    """The conclusions of an account, or of a group those of its scope, as its plan writes them."""
    found: dict[str, list[ClassFinding]] = {}
    for finding in desk.findings.classes:
        found.setdefault(finding.compiled.address, []).append(finding)
    gaps: list[Gap] = []
    classes: dict[str, ClassPlan] = {}
    for name, compiled in desk.compiled.classes.items():
        if _is_told(compiled.entry, desk):
            classes[name] = _class(compiled, found.get(compiled.address, []), desk, gaps)
    scores: dict[str, ScorePlan] = {}
    for name, score in desk.compiled.scores.items():
        if _is_told(score.entry, desk):
            scores[name] = _score(score, next(iter(found.get(score.address, [])), None), desk, gaps)
    targets: dict[str, TargetPlan] = {}
    for name, target in desk.compiled.targets.items():
        if _is_told(target.entry, desk):
            targets[name] = _target(target, found[target.address][0], desk, gaps)
    return Concluded(classes, scores, targets, tuple(gaps), tuple(_drafts(desk)))


def _drafts(desk: Desk) -> Iterator[Suppressed]:
    """The conclusions that are not in force."""
    book = desk.compiled.playbook
    for section, entries in (("classes", book.classes), ("scores", book.scores), ("targets", book.targets)):
        for each in entries.values():
            if each.status == "draft" and each.per == desk.evaluation.per:
                yield Suppressed(rule=f"{section}.{each.id}", item=None, by=("draft",), until=None)


def _is_told(entry: Scoped, desk: Desk) -> bool:
    return entry.status != "draft" and entry.per == desk.evaluation.per


def _class(compiled: CompiledClass, findings: list[ClassFinding], desk: Desk, gaps: list[Gap]) -> ClassPlan:
    if not findings or findings[0].item is not None:
        return ClassPlan(value=None, items={str(each.item): _item(each, desk, gaps) for each in findings})
    finding = findings[0]
    label = compiled.entry.labels.get(value_of(finding) or "")
    reason = _reason(finding, desk)
    _gap(finding, reason, gaps)
    step = next_step(finding)
    return ClassPlan(
        value=value_of(finding),
        label=label.in_language(desk.wording.language) if label else None,
        previous=finding.before.value if finding.before else None,
        since=finding.in_force.since if finding.in_force else None,
        possible=possible_values(finding),
        next=step,
        missing=lacking(finding, step, _environment(finding, desk), desk.reasons),
        because=reason,
        override=override_of(finding, desk.findings),
    )


def override_of(finding: ClassFinding, findings: Findings) -> Overridden | None:
    """What a person has set the class to, or had until now."""
    found = findings.overrides.get((finding.compiled.address, finding.item))
    standing, before = finding.in_force, finding.before
    ended = found is not None and found.until < findings.run.today
    counts = before if ended else standing
    if found is None or counts is None or not counts.overridden:
        return None
    data = standing.by_data if standing is not None else None
    return Overridden(
        value=found.value, until=found.until, why=found.why, who=found.who,
        by_data=data.value if data is not None else None, ended=ended,
    )  # fmt: skip


def _item(finding: ClassFinding, desk: Desk, gaps: list[Gap]) -> ClassItem:
    if len(finding.possible) > 1:
        _gap(finding, _reason(finding, desk), gaps)
    step = next_step(finding)
    missing = lacking(finding, step, _environment(finding, desk), desk.reasons) if step else ()
    return ClassItem(
        value=value_of(finding),
        name=name_of(finding.record),
        possible=possible_values(finding),
        next=step,
        missing=missing,
        override=override_of(finding, desk.findings),
    )


def _score(score: CompiledScore, band: ClassFinding | None, desk: Desk, gaps: list[Gap]) -> ScorePlan:
    plan = score_plan(score, desk.environment, desk.wording.language, last_score(desk.history, score.address))
    if band is None:
        sight = explain(score.figure, desk.environment)
        if sight.value is UNSET:
            gaps.append(Gap(rule=score.address, item=None, needs=sight.missing))
        return plan
    reason = _reason(band, desk)
    _gap(band, reason, gaps)
    label = score.entry.labels.get(value_of(band) or "")
    return replace(
        plan,
        band=value_of(band),
        label=label.in_language(desk.wording.language) if label else None,
        previous=band.before.value if band.before else None,
        since=band.in_force.since if band.in_force else None,
        possible=possible_values(band),
        because=reason,
    )


def _target(target: CompiledTarget, finding: ClassFinding, desk: Desk, gaps: list[Gap]) -> TargetPlan:
    reason, judged = _reason(finding, desk), desk.findings.judged.get(target.address)
    _gap(finding, reason, gaps)
    label = target.entry.labels.get(value_of(finding) or "")

    def amount(node: Node) -> Shown:
        return shown(evaluate(node, desk.environment), target.type)

    return TargetPlan(
        state=value_of(finding),
        label=label.in_language(desk.wording.language) if label else None,
        previous=finding.before.value if finding.before else None,
        since=finding.in_force.since if finding.in_force else None,
        possible=possible_values(finding),
        value=amount(target.figure),
        goal=amount(target.goal),
        expected=amount(target.expected),
        unit=shown_unit(target.type),
        by=target.entry.by,
        period=desk.evaluation.assessment(target.state) if target.period else None,
        last_period=judged.period if judged else None,
        last=judged.state if judged else None,
        because=reason,
    )


def _gap(finding: ClassFinding, reason: Because | None, gaps: list[Gap]) -> None:
    if len(finding.possible) > 1 and reason is not None:
        gaps.append(
            Gap(
                rule=finding.compiled.address, item=finding.item, name=name_of(finding.record), needs=missing_in(reason)
            )
        )


def _reason(finding: ClassFinding, desk: Desk) -> Because | None:
    """Why a class may have the values it may have: the rows of those; of a climb all steps up to the highest."""
    compiled, place = finding.compiled, finding.compiled.entry.place
    if compiled.mode == "climb":
        height = compiled.ranks.index(finding.possible[-1])
        rows = tuple(clause for _, clause in compiled.rows[:height])
        return _because(all_of(rows, place), finding, desk) if rows else None
    rows = tuple(clause for value, clause in compiled.rows if value in finding.possible)
    return _because(any_of(rows, place), finding, desk) if rows else None


def _because(clause: Clause, finding: ClassFinding, desk: Desk) -> Because:
    return desk.reasons.because(clause, _environment(finding, desk), finding.truths)


def _environment(finding: ClassFinding, desk: Desk) -> Environment:
    return desk.bound_to(finding.compiled.collection, finding.record)


def value_of(finding: ClassFinding) -> str | None:
    """The value in force."""
    return finding.in_force.value if finding.in_force else None


def possible_values(finding: ClassFinding) -> tuple[str, ...]:
    """The rows still possible, where there are several."""
    return tuple(each for each in finding.possible if each is not None) if len(finding.possible) > 1 else ()


def next_step(finding: ClassFinding) -> str | None:
    """The step of a climb after the one in force; none at its top, and for what is no climb."""
    if finding.compiled.mode != "climb":
        return None
    steps: dict[str | None, str] = dict(zip((None, *_steps(finding)), _steps(finding), strict=False))
    return steps.get(value_of(finding))


def _steps(finding: ClassFinding) -> tuple[str, ...]:
    return tuple(value for value, _ in finding.compiled.rows)


def lacking(finding: ClassFinding, step: str | None, environment: Environment, reasons: Reasons) -> tuple[Because, ...]:
    """What keeps an account or record from a step: the tests of its condition that do not hold."""
    clauses: dict[str, Clause] = dict(finding.compiled.rows)
    return unmet(reasons.because(clauses[step], environment, finding.truths)) if step is not None else ()
