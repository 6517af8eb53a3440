"""Classes, warnings, cadence, rules, plays and escalation → their compiled form."""

import re
from collections.abc import Callable, Iterable
from datetime import date
from decimal import Decimal
from typing import Final, Literal

from msgspec.structs import replace

from engine.compiling.bands import BANDS_HINT, rising
from engine.compiling.clauses import Branch, Clause, Leaf, all_of, any_of
from engine.compiling.compiled import CompiledClass, CompiledRule, CompiledStep, CompiledTask, Effect, Limit
from engine.compiling.conditions import Lowering, compare
from engine.compiling.lengths import DATES, Lengths
from engine.compiling.parameters import Parameters
from engine.compiling.symbols import ACCOUNT, Meaning, Symbols, View
from engine.compiling.texts import Texting
from engine.foundation import codes
from engine.foundation.places import Place
from engine.foundation.problems import Code, Problem, did_you_mean, problem
from engine.foundation.quantities import Duration, parse_period
from engine.language.conditions import Condition
from engine.language.kinds import KINDS
from engine.language.playbook import (
    Cadence,
    Classification,
    Doing,
    Entry,
    Live,
    Playbook,
    Rule,
    RuleEntry,
    Step,
    Task,
    WarningRule,
)
from engine.language.values import Due, Written
from engine.matching import core
from engine.matching.core import DATE, DURATION, INSTANT, Node
from engine.snapshots.model import COLLECTIONS

_OF_EPISODES: Final = (
    "do", "must_hold", "ends_when", "keep", "reopen_within", "stale_after", "cooldown", "at_most",
)  # fmt: skip
STALE_AFTER: Final = core.Constant(Duration(Decimal(30), "days"), DURATION)
_AT_MOST = re.compile(r"([1-9][0-9]*) per (\S+)")


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
        sink: Callable[[Problem], None],
    ) -> None:
        self._playbook = playbook
        self._symbols = symbols
        self._lowering = lowering
        self._lengths = lengths
        self._parameters = parameters
        self._texting = texting
        self._sink = sink

    def classes(self) -> dict[str, CompiledClass]:
        """Every classification that compiles, by id."""
        compiled = ((each.id, self._class(each)) for each in self._playbook.classes.values())
        return {name: found for name, found in compiled if found is not None}

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

    def _view(self, collection: str | None, place: Place, bare: bool = False) -> View | None:
        if collection is None:
            return ACCOUNT
        if collection not in COLLECTIONS:
            self._report(
                codes.UNKNOWN_NAME, place, f"`{collection}` is no collection", did_you_mean(collection, COLLECTIONS)
            )
            return None
        return View(collection, COLLECTIONS[collection].singular, bare)

    def _clause(self, condition: Condition | None, view: View) -> Clause | None:
        return None if condition is None else self._lowering.clause(condition, view)

    def _limit(self, entry: RuleEntry) -> Limit | None:
        if entry.at_most is None:
            return None
        found = _AT_MOST.fullmatch(entry.at_most)
        period = parse_period(found[2]) if found else None
        if found is None or period is None:
            message = f"`at_most: {entry.at_most}` is no limit"
            self._report(codes.BAD_FORM, entry.place, message, "write for example `at_most: 2 per quarter`")
            return None
        return Limit(int(found[1]), period)

    def _moment(self, name: str | None, place: Place, view: View) -> Node | None:
        """The date or instant that ``since`` or a due date counts from."""
        if name is None:
            return None
        meaning = self._lowering.meaning(name.removeprefix("$"), place, view)
        if meaning is None or meaning.type in (DATE, INSTANT):
            return meaning.node if meaning else None
        self._report(codes.TYPE_MISMATCH, place, f"`{name}` is no date or moment")
        return None

    # -- classes ------------------------------------------------------------------------------------

    def _class(self, entry: Classification) -> CompiledClass | None:
        address = f"classes.{entry.id}"
        view = self._view(entry.each, entry.place, bare=True)
        if view is None:
            return None
        forms = [each for each in (entry.bands, entry.choose, entry.first, entry.climb) if each is not None]
        if len(forms) != 1:
            hint = "`of` with `bands`, or `choose`, or `first`, or `climb`"
            self._report(codes.MISSING_KEY, entry.place, f"`{address}` says in no one way how it is decided", hint)
            return None
        self._check_values(entry)
        if entry.reassess is not None and entry.reassess.reference is not None:
            message = f"`reassess: ${entry.reassess.reference}`: write the period itself, without a parameter"
            self._report(codes.BAD_FORM, entry.reassess.place, message, "write for example `reassess: quarter`")
        if entry.bands is not None:
            return self._bands(entry, address, view)
        return self._rows(entry, address, view)

    def _rows(self, entry: Classification, address: str, view: View) -> CompiledClass | None:
        mode: Literal["choose", "first", "climb"] = "choose" if entry.choose else "first" if entry.first else "climb"
        written = entry.choose or entry.first or entry.climb or {}
        rows = tuple((value, self._lowering.clause(condition, view)) for value, condition in written.items())
        complete = tuple((value, clause) for value, clause in rows if clause is not None)
        if len(complete) < len(rows):
            return None
        if mode == "choose":
            self._check_disjoint(entry, complete)
        ranks = (None, *written) if mode == "climb" else entry.ranks
        return CompiledClass(entry=entry, address=address, mode=mode, rows=complete, ranks=ranks)

    def _check_values(self, entry: Classification) -> None:
        if entry.otherwise is not None and entry.first is None:
            self._report(codes.UNKNOWN_KEY, entry.place, "`otherwise` belongs to `first`")
        if entry.ranks and entry.climb is not None:
            self._report(
                codes.UNKNOWN_KEY, entry.place, "`ranks` does nothing here: the steps of `climb` have an order"
            )
        if entry.down_after > 1 and not entry.ranks and entry.bands is None and entry.climb is None:
            self._report(codes.MISSING_KEY, entry.place, "`down_after` needs `ranks`, lowest first", "add `ranks: […]`")
        for value in (*entry.ranks, *entry.labels):
            if value not in entry.values:
                hint = did_you_mean(value, entry.values)
                self._report(codes.UNKNOWN_VALUE, entry.place, f"`{value}` is no value of `{entry.id}`", hint)

    def _bands(self, entry: Classification, address: str, view: View) -> CompiledClass | None:
        if entry.of is None:
            self._report(codes.MISSING_KEY, entry.place, f"`of` is missing in `{address}`", "add `of:` with a figure")
            return None
        figure = self._lowering.meaning(entry.of, entry.place, view)
        if figure is None:
            return None
        lows = [
            (value, low, self._lowering.operand(low, figure.type, view)) for value, low in (entry.bands or {}).items()
        ]
        starts = [(value, low, node) for value, low, node in lows if node is not None]
        order = rising([node for _, _, node in starts], self._parameters.bindings)
        if len(starts) < len(lows):
            return None
        if order is None:
            message = f"the bands of `{address}` have no one order: two begin together, or change places"
            self._report(codes.BANDS_ORDER, entry.place, message, BANDS_HINT)
            return None
        starts = [starts[at] for at in order]
        rows = tuple(self._band(entry, figure, starts, index) for index in range(len(starts)))
        ranks = entry.ranks or tuple(value for value, _ in rows)
        return CompiledClass(entry=entry, address=address, mode="bands", rows=rows, figure=figure.node, ranks=ranks)

    def _band(
        self, entry: Classification, figure: Meaning, starts: list[tuple[str, Written, Node]], index: int
    ) -> tuple[str, Clause]:
        value, low, node = starts[index]

        def leaf(op: core.CompareOp, edge: Node) -> Leaf:
            return Leaf(compare(op, figure.node, edge), str(entry.of), op, figure.node, figure.type, (edge,), low.place)

        tests = [] if index == 0 and entry.below == "lowest" else [leaf("at_least", node)]
        if index + 1 < len(starts):
            tests.append(leaf("below", starts[index + 1][2]))
        if not tests:
            present = core.Present(figure.node)
            tests.append(Leaf(present, str(entry.of), "present", figure.node, figure.type, (), low.place))
        return value, all_of(tuple(tests), low.place)

    def _check_disjoint(self, entry: Classification, rows: tuple[tuple[str, Clause], ...]) -> None:
        """Rows of ``choose`` that ask for the very same can't be told apart."""
        seen: dict[object, str] = {}
        for value, clause in rows:
            other = seen.setdefault(_tests(clause), value)
            if other != value:
                message = f"rows `{other}` and `{value}` of `{entry.id}` hold together"
                self._report(
                    codes.ROWS_OVERLAP, clause.place, message, "`choose` needs rows of which exactly one holds"
                )

    # -- rules --------------------------------------------------------------------------------------

    def _check_cadence(self, entry: Cadence) -> None:
        """A cadence has occurrences, not episodes: what steadies or holds back episodes would do nothing."""
        for key in _OF_EPISODES:
            if getattr(entry, key):
                message = f"`{key}` does nothing in a cadence"
                self._report(codes.UNKNOWN_KEY, entry.place, message, "write a rule under `rules` instead")

    def _rule(self, section: str, entry: WarningRule | Rule | Cadence) -> CompiledRule | None:
        bare = self._view(entry.each, entry.place, bare=True)
        view = self._view(entry.each, entry.place)
        if bare is None or view is None:
            return None
        begins = self._begins(entry, section, bare, view)
        if begins is None:
            return None
        if isinstance(entry, Cadence):
            self._check_cadence(entry)
        return CompiledRule(
            section=section,  # type: ignore[arg-type]
            entry=entry,
            address=f"{section}.{entry.id}",
            concludes=section == "warnings" or bool(entry.mutes),
            collection=entry.each,
            begins=begins,
            ends=self._ends(entry, view),
            since=self._moment(entry.since, entry.place, view),
            must_hold=self._lengths.node(entry.must_hold),
            keep=self._lengths.node(entry.keep),
            reopen_within=self._lengths.node(entry.reopen_within),
            stale_after=self._lengths.node(entry.stale_after) or STALE_AFTER,
            cooldown=self._lengths.node(entry.cooldown),
            at_most=self._limit(entry),
            effects=self._effects(entry, view),
            rhythm=self._lengths.rhythm(entry.every) if isinstance(entry, Cadence) else None,
            grace=self._lengths.node(entry.grace, DATES) if isinstance(entry, Cadence) else None,
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
                f"`{section}.{entry.id}` has no cause",
                "add `when:` or `each:` with `where:`",
            )
            return None
        parts = [(entry.applies_to, ACCOUNT), (entry.where, bare), (entry.when, view)]
        clauses = [self._lowering.clause(condition, seen) for condition, seen in parts if condition is not None]
        if None in clauses:
            return None
        return all_of((*_in_force(entry), *(each for each in clauses if each is not None)), entry.place)

    def _ends(self, entry: RuleEntry, view: View) -> Clause | None:
        """``ends_when``, or leaving the scope; none where the entry ends simply by not holding any more."""
        if entry.ends_when is None:
            return None
        ends = self._lowering.clause(entry.ends_when, view)
        scope = (*_in_force(entry), self._clause(entry.applies_to, ACCOUNT))
        left = (Branch("not", (each,), entry.place) for each in scope if each is not None)
        return ends and any_of((ends, *left), entry.place)

    # -- effects ------------------------------------------------------------------------------------

    def _effects(self, entry: RuleEntry, view: View) -> tuple[Effect, ...]:
        if isinstance(entry, Cadence):
            return (Effect("", "", self._cadence_tasks(entry, view), None),)
        inline = [each for each in entry.do if each.task is not None]
        effects = [Effect("", "", tuple(self._inline(entry, each, view) for each in inline), None)] if inline else []
        effects += [effect for each in entry.do if each.play and (effect := self._play(entry, each, view)) is not None]
        return tuple(effects)

    def _inline(self, entry: RuleEntry, doing: Doing, view: View) -> CompiledTask:
        task = doing.task
        assert task is not None  # noqa: S101 - the caller's condition
        return self._task(_named(task, task.id or "do"), "", entry, view)

    def _check_draft(self, user: Entry, used: Live, name: str, place: Place) -> None:
        if used.status == "draft" and isinstance(user, Live) and user.status != "draft":
            self._report(
                codes.DRAFT_REFERENCE, place, f"`{user.id}` uses {name}, which is a draft", "make it `status: test`"
            )

    def _play(self, entry: RuleEntry, doing: Doing, view: View) -> Effect | None:
        name = str(doing.play)
        play = self._playbook.plays.get(name)
        if play is None:
            if f"plays.{name}" not in self._playbook.broken:
                hint = did_you_mean(name, self._playbook.plays)
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
            theirs=entry.theirs, to=entry.to, send=entry.send, priority=entry.priority, effort=entry.effort,
            checklist=entry.checklist or entry.agenda, options=entry.options, done_when=entry.done_when,
            escalate=entry.escalate,
        )  # fmt: skip
        self._check_kinds(entry.counts, entry.place)
        prepared = (self._task(each, "", entry, view) for each in entry.prepare.values())
        return (self._task(main, "", entry, view), *prepared)

    def _task(self, task: Task, play: str, within: Entry, view: View) -> CompiledTask:
        self._check_kinds((task.kind,), task.place)
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
            done=self._clause(task.done_when, view),
            escalation=self._escalation(task),
        )

    def _anchor(self, due: Due | None, view: View, within: Entry) -> Node | None:
        if due is None or due.anchor is None:
            return None
        if due.anchor == "event":
            if not isinstance(within, Cadence):
                message = "only what prepares a cadence counts from its `event`"
                self._report(codes.NOT_READABLE_HERE, due.place, message, "name a date: `before $contract.ends_on`")
            return None
        return self._moment(due.anchor, due.place, view)

    def _check_kinds(self, kinds: Iterable[str], place: Place) -> None:
        for kind in kinds:
            if kind not in KINDS:
                self._report(codes.UNKNOWN_NAME, place, f"`{kind}` is no kind of action", did_you_mean(kind, KINDS))

    def _check_roles(self, task: Task) -> None:
        ours, theirs = self._playbook.roles.ours, self._playbook.roles.theirs
        known = {**ours, **BUILT_IN_ROLES}
        for role in (*task.owner, *task.ours):
            if role not in known and "roles.ours" not in self._playbook.broken:
                self._report(codes.UNKNOWN_NAME, task.place, f"`{role}` is no role of ours", did_you_mean(role, known))
        for role in task.theirs:
            if theirs and role not in theirs:
                self._report(
                    codes.UNKNOWN_NAME, task.place, f"`{role}` is no role of theirs", did_you_mean(role, theirs)
                )

    def _check_send(self, task: Task, within: Entry) -> None:
        content = self._playbook.content
        if task.send in content:
            self._check_draft(within, content[task.send], f"content `{task.send}`", task.place)
        if task.send is not None and task.send not in content and f"content.{task.send}" not in self._playbook.broken:
            self._report(
                codes.UNKNOWN_NAME,
                task.place,
                f"`send: {task.send}` names no content",
                did_you_mean(task.send, content),
            )

    def _escalation(self, task: Task) -> tuple[CompiledStep, ...]:
        if task.escalate is None:
            return ()
        found = self._playbook.escalation.get(task.escalate)
        if found is None:
            hint = did_you_mean(task.escalate, self._playbook.escalation)
            if f"escalation.{task.escalate}" not in self._playbook.broken:
                self._report(codes.UNKNOWN_NAME, task.place, f"`{task.escalate}` is no escalation list", hint)
            return ()
        return tuple(self._step(each) for each in found.values())

    def _step(self, step: Step) -> CompiledStep:
        known = {"owner", "manager of owner", *self._playbook.roles.ours, *BUILT_IN_ROLES}
        if step.notify not in known:
            self._report(
                codes.UNKNOWN_NAME, step.place, f"`notify: {step.notify}` is nobody", did_you_mean(step.notify, known)
            )
        after = self._lengths.node(step.after) or core.Constant(Duration(Decimal(0), "hours"), DURATION)
        return CompiledStep(step, after, self._lengths.node(step.repeat))


BUILT_IN_ROLES: Final[dict[str, str | None]] = {"account_manager": "sales_director", "sales_director": None}
"""Roles of ours that every playbook has, with their fallback (language 4)."""


def _named(task: Task, name: str) -> Task:
    return replace(task, id=name)


def _tests(clause: Clause) -> object:
    return (
        clause.node
        if isinstance(clause, Leaf)
        else (clause.op, clause.count, tuple(_tests(each) for each in clause.of))
    )


def _in_force(entry: RuleEntry) -> tuple[Clause, ...]:
    """``from`` and ``until`` as tests of today."""
    today = core.Today()

    def bound(op: core.CompareOp, day: date) -> Leaf:
        edge = core.Constant(day, DATE)
        return Leaf(core.Compare(op, today, edge), "today", op, today, DATE, (edge,), entry.place)

    first = (bound("at_least", entry.from_),) if entry.from_ else ()
    last = (bound("at_most", entry.until),) if entry.until else ()
    return (*first, *last)
