"""Warnings, cadence, rules, plays and escalation → their compiled form."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Final

from msgspec.structs import replace

from engine.compiling.cadences import Cadences
from engine.compiling.clauses import Branch, Clause, Leaf, all_of, any_of
from engine.compiling.comparing import confirmation
from engine.compiling.compiled import CompiledRule, CompiledStep, CompiledTask, Effect, RuleSection
from engine.compiling.conditions import Lowering
from engine.compiling.lengths import DATES, Lengths
from engine.compiling.parameters import Parameters
from engine.compiling.symbols import ACCOUNT, Symbols, View
from engine.compiling.texts import Texting
from engine.compiling.typing import DATE_KINDS, describe, fields_hint
from engine.documents.shapes import place_in
from engine.foundation import codes
from engine.foundation.places import Place
from engine.foundation.problems import Code, Problem, did_you_mean, problem
from engine.foundation.quantities import Duration, Limit, parse_limit
from engine.language.conditions import Condition
from engine.language.content import Piece
from engine.language.entry import Entry, Live
from engine.language.kinds import DOCUMENTS, KINDS, kind_meant
from engine.language.playbook import Cadence, Doing, EpisodeRule, Playbook, Rule, RuleEntry, Step, Task, WarningRule
from engine.language.values import Due
from engine.matching import core
from engine.matching.core import DATE, DURATION, INSTANT, Node

STALE_AFTER: Final = core.Constant(Duration(Decimal(30), "days"), DURATION)
_NO_EPISODES: Final = EpisodeRule()
"""What steadies a cadence: it has occurrences, not episodes, so nothing does."""


class Entries:
    """Compiles the entries of one playbook; what has a problem is left out and reported."""

    def __init__(
        self,
        playbook: Playbook,
        symbols: Symbols,
        lowering: Lowering,
        parameters: Parameters,
        lengths: Lengths,
        texting: Texting,
        cadences: Cadences,
        sink: Callable[[Problem], None],
    ) -> None:
        self._playbook = playbook
        self._symbols = symbols
        self._lowering = lowering
        self._lengths = lengths
        self._parameters = parameters
        self._texting = texting
        self._cadences = cadences
        self._sink = sink

    def rules(self) -> tuple[CompiledRule, ...]:
        """Warnings, then cadence, then rules, in the order written."""
        book = self._playbook
        found: list[CompiledRule | None] = [self._rule("warnings", each) for each in book.warnings.values()]
        found += [self._rule("cadence", each) for each in book.cadence.values()]
        found += [self._rule("rules", each) for each in book.rules.values()]
        return tuple(each for each in found if each is not None)

    def _report(self, code: Code, place: Place, message: str, hint: str | None = None) -> None:
        self._sink(problem(code, place, message, hint))

    # -- views and small parts ----------------------------------------------------------------------

    def _clause(self, condition: Condition | None, view: View) -> Clause | None:
        return None if condition is None else self._lowering.clause(condition, view)

    def _limit(self, entry: EpisodeRule) -> Limit | None:
        if entry.at_most is None:
            return None
        limit = parse_limit(entry.at_most)
        if limit is None:
            message = f"`at_most: {entry.at_most}` is no limit"
            place = place_in(entry, "at_most")
            self._report(codes.BAD_FORM, place, message, "write for example `at_most: 2 per quarter`")
        return limit

    def _moment(self, name: str | None, place: Place, view: View) -> Node | None:
        """The date or instant that ``since`` or a due date counts from."""
        if name is None:
            return None
        meaning = self._lowering.meaning(name.removeprefix("$"), place, view)
        if meaning is None or meaning.type in (DATE, INSTANT):
            return meaning.node if meaning else None
        message = f"`{name}` is {describe(meaning.type)}, not a date or a moment"
        self._report(codes.TYPE_MISMATCH, place, message, fields_hint(view.collection, DATE_KINDS))
        return None

    # -- rules --------------------------------------------------------------------------------------

    def _rule(self, section: RuleSection, entry: WarningRule | Rule | Cadence) -> CompiledRule | None:
        bare = self._lowering.view(entry, bare=True)
        view = self._lowering.view(entry)
        if bare is None or view is None:
            return None
        begins = self._begins(entry, section, bare, view)
        if isinstance(entry, Cadence):
            self._cadences.check(entry)
        episodes = entry if isinstance(entry, EpisodeRule) else _NO_EPISODES
        applies = self._clause(self._playbook.who_for(entry), ACCOUNT)
        scope = (*_in_force(entry), *((applies,) if applies is not None else ()))
        compiled = CompiledRule(
            section=section,
            entry=entry,
            address=f"{section}.{entry.id}",
            concludes=section == "warnings" or bool(entry.mutes),
            collection=entry.each,
            scope=all_of(scope, entry.place) if scope else None,
            begins=begins or any_of((), entry.place),
            ends=self._ends(episodes, scope, view),
            since=self._moment(entry.since, place_in(entry, "since"), view),
            must_hold=self._lengths.node(episodes.must_hold),
            keep=self._lengths.node(episodes.keep),
            reopen_within=self._lengths.node(episodes.reopen_within),
            stale_after=self._lengths.node(episodes.stale_after) or STALE_AFTER,
            cooldown=self._lengths.node(episodes.cooldown),
            at_most=self._limit(episodes),
            effects=self._effects(entry, view),
        )
        compiled = self._coming_round(compiled, entry, view) if isinstance(entry, Cadence) else compiled
        # Where its cause is wrong, what is wrong with the rest of it has been told by now.
        return compiled if begins is not None else None

    def _coming_round(self, compiled: CompiledRule, entry: Cadence, view: View) -> CompiledRule:
        """The rule of a cadence, which comes round."""
        return replace(
            compiled,
            rhythm=self._lengths.rhythm(entry.every) if entry.every is not None else None,
            days=self._cadences.days(entry, view),
            grace=self._lengths.node(entry.grace, DATES),
            ahead=self._lengths.node(entry.ahead, DATES),
            kinds=self._cadences.kinds(entry),
        )

    def _begins(self, entry: RuleEntry, section: str, bare: View, view: View) -> Clause | None:
        """Who, what for and cause as one clause; an entry that says none of them holds for every account."""
        if (
            section != "cadence"
            and entry.when is None
            and entry.where is None
            and entry.each is None
            and entry.applies_to is None
        ):
            self._report(
                codes.MISSING_KEY,
                entry.place,
                f"`{section}.{entry.id}` does not say when it holds",
                "add `when:`, or `each:` with `where:`",
            )
            return None
        parts = [(self._playbook.who_for(entry), ACCOUNT), (entry.where, bare), (entry.when, view)]
        clauses = [self._lowering.clause(condition, seen) for condition, seen in parts if condition is not None]
        if None in clauses:
            return None
        return all_of((*_in_force(entry), *(each for each in clauses if each is not None)), entry.place)

    def _ends(self, entry: EpisodeRule, scope: tuple[Clause, ...], view: View) -> Clause | None:
        """``ends_when``, or leaving the scope; none where the entry ends simply by not holding any more."""
        if entry.ends_when is None:
            return None
        ends = self._lowering.clause(entry.ends_when, view)
        left = (Branch("not", (each,), entry.place) for each in scope)
        return ends and any_of((ends, *left), entry.place)

    # -- effects ------------------------------------------------------------------------------------

    def _effects(self, entry: EpisodeRule | Cadence, view: View) -> tuple[Effect, ...]:
        if isinstance(entry, Cadence):
            return (Effect("", "", self._cadence_tasks(entry, view), None),)
        inline = [each.task for each in entry.do if each.task is not None]
        effects = [Effect("", "", tuple(self._inline(entry, each, view) for each in inline), None)] if inline else []
        effects += [effect for each in entry.do if each.play and (effect := self._play(entry, each, view)) is not None]
        return tuple(effects)

    def _inline(self, entry: RuleEntry, task: Task, view: View) -> CompiledTask:
        return self._task(_named(task, task.id or "do"), "", entry, view)

    def _check_draft(self, user: Entry, used: Live, name: str, place: Place) -> None:
        if used.status == "draft" and isinstance(user, Live) and user.status != "draft":
            self._report(codes.DRAFT_REFERENCE, place, f"`{user.id}` uses {name}, which is a draft", DRAFT_HINT)

    def _play(self, entry: RuleEntry, doing: Doing, view: View) -> Effect | None:
        name = str(doing.play)
        play = self._playbook.plays.get(name)
        if play is None:
            if f"plays.{name}" not in self._playbook.broken:
                hint = did_you_mean(name, self._playbook.plays) or f"define `{name}` under `plays`"
                self._report(codes.UNKNOWN_NAME, doing.place, f"`{name}` is no play", hint)
            return None
        self._check_draft(entry, play, f"play `{name}`", doing.place)
        if play.for_ is not None and play.for_ != view.collection:
            message = f"play `{name}` is for {play.for_}; this entry is not"
            self._report(codes.TYPE_MISMATCH, doing.place, message, f"add `each: {play.for_}` or drop `for`")
            return None
        tasks = tuple(self._task(each, name, play, view) for each in play.tasks.values())
        return Effect(name, "", tasks, self._clause(play.ends_when, view))

    def _cadence_tasks(self, entry: Cadence, view: View) -> tuple[CompiledTask, ...]:
        main = Task(
            id=entry.id, place=entry.place, kind=entry.kind, title=entry.title, owner=entry.owner, ours=entry.ours,
            theirs=entry.theirs, to=entry.to, send=entry.send, attach=entry.attach,
            priority=entry.priority, effort=entry.effort,
            checklist=entry.checklist or entry.agenda, options=entry.options, done_when=entry.done_when,
            escalate=entry.escalate,
        )  # fmt: skip
        for at, kind in enumerate(entry.counts):
            self._check_kind(kind, place_in(entry, "counts", at))
        prepared = (self._task(each, "", entry, view) for each in entry.prepare.values())
        return (self._task(main, "", entry, view), *prepared)

    def _task(self, task: Task, play: str, within: Entry, view: View) -> CompiledTask:
        self._check_kind(task.kind, place_in(task, "kind"))
        self._check_roles(task)
        self._check_send(task, within)
        due = task.due
        title = task.title or within.title
        return CompiledTask(
            task=task,
            play=play,
            titles=self._texting.titles(title, view) if title else {},
            length=self._lengths.node(due.length) if due else None,
            anchor=self._anchor(due, view, within),
            done=self._done(task, view),
            escalation=self._escalation(task),
        )

    def _done(self, task: Task, view: View) -> Clause | None:
        """What data shows a task done: its condition, and the document that confirms it."""
        parts = [self._clause(task.done_when, view)] if task.done_when is not None else []
        parts += [self._confirmed(task, task.confirm_by, view)] if task.confirm_by is not None else []
        clauses = tuple(each for each in parts if each is not None)
        return all_of(clauses, task.place) if clauses and len(clauses) == len(parts) else None

    def _confirmed(self, task: Task, name: str, view: View) -> Clause | None:
        place = place_in(task, "confirm_by")
        if name not in DOCUMENTS:
            message = f"`confirm_by: {name}` is no kind of document"
            self._report(codes.UNKNOWN_NAME, place, message, did_you_mean(name, DOCUMENTS))
            return None
        if view.record is None:
            message = "`confirm_by` needs a record that the document is about"
            self._report(codes.NOT_READABLE_HERE, place, message, "add `each:` with a collection, or use `done_when`")
            return None
        return confirmation(name, view.record, place)

    def _anchor(self, due: Due | None, view: View, within: Entry) -> Node | None:
        if due is None or due.anchor is None:
            return None
        if due.anchor == "event":
            if not isinstance(within, Cadence):
                message = "only what prepares a cadence counts from its `event`"
                self._report(codes.NOT_READABLE_HERE, due.place, message, "name a date: `before $contract.ends_on`")
            return None
        return self._moment(due.anchor, due.place, view)

    def _check_kind(self, kind: str, place: Place) -> None:
        if kind not in KINDS:
            hint = kind_meant(kind) or f"known: {', '.join(KINDS)}"
            self._report(codes.UNKNOWN_NAME, place, f"`{kind}` is no kind of action", hint)

    def _check_roles(self, task: Task) -> None:
        ours, theirs = self._playbook.roles.ours, self._playbook.roles.theirs
        known = {**ours, **BUILT_IN_ROLES}
        named = [
            (role, place_in(task, key, at)) for key in ("owner", "ours") for at, role in enumerate(getattr(task, key))
        ]
        for role, place in named:
            if role not in known and "roles.ours" not in self._playbook.broken:
                self._report(codes.UNKNOWN_NAME, place, f"`{role}` is no role of ours", did_you_mean(role, known))
        for at, role in enumerate(task.theirs):
            if theirs and role not in theirs:
                place, hint = place_in(task, "theirs", at), did_you_mean(role, theirs)
                self._report(codes.UNKNOWN_NAME, place, f"`{role}` is no role of theirs", hint)

    def _check_send(self, task: Task, within: Entry) -> None:
        content = self._playbook.content
        if task.send in content:
            self._check_draft(within, content[task.send], f"content `{task.send}`", place_in(task, "send"))
        if isinstance(content.get(task.send or ""), Piece):
            message = f"`{task.send}` is no message: it can't be sent by itself"
            self._report(codes.TYPE_MISMATCH, place_in(task, "send"), message, f"write `attach: {task.send}`")
        if task.send is not None and task.send not in content and f"content.{task.send}" not in self._playbook.broken:
            self._report(
                codes.UNKNOWN_NAME,
                place_in(task, "send"),
                f"`send: {task.send}` names no content",
                did_you_mean(task.send, content) or f"define `{task.send}` under `content`",
            )

    def _escalation(self, task: Task) -> tuple[CompiledStep, ...]:
        if task.escalate is None:
            return ()
        found = self._playbook.escalation.get(task.escalate)
        if found is None:
            known = self._playbook.escalation
            hint = did_you_mean(task.escalate, known) or f"define `{task.escalate}` under `escalation`"
            if f"escalation.{task.escalate}" not in self._playbook.broken:
                place = place_in(task, "escalate")
                self._report(codes.UNKNOWN_NAME, place, f"`{task.escalate}` is no escalation list", hint)
            return ()
        return tuple(self._step(each) for each in found.values())

    def _step(self, step: Step) -> CompiledStep:
        known = {"owner", "manager of owner", *self._playbook.roles.ours, *BUILT_IN_ROLES}
        if step.notify not in known:
            place, hint = place_in(step, "notify"), did_you_mean(step.notify, known)
            self._report(codes.UNKNOWN_NAME, place, f"`notify: {step.notify}` is no role of ours", hint)
        after = self._lengths.node(step.after) or core.Constant(Duration(Decimal(0), "hours"), DURATION)
        return CompiledStep(step, after, self._lengths.node(step.repeat))


DRAFT_HINT: Final = "drafts work for nobody yet: write `status: test` in it, or `status: draft` here too"
BUILT_IN_ROLES: Final[dict[str, str | None]] = {"account_manager": "sales_director", "sales_director": None}
"""Roles of ours that every playbook has, with their fallback (language 4)."""


def _named(task: Task, name: str) -> Task:
    return replace(task, id=name)


def _in_force(entry: RuleEntry) -> tuple[Clause, ...]:
    """``from`` and ``until`` as tests of today."""
    today = core.Today()

    def bound(op: core.CompareOp, day: date) -> Leaf:
        edge = core.Constant(day, DATE)
        return Leaf(core.Compare(op, today, edge), "today", op, today, DATE, (edge,), entry.place)

    first = (bound("at_least", entry.from_),) if entry.from_ else ()
    last = (bound("at_most", entry.until),) if entry.until else ()
    return (*first, *last)
