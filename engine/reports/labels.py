"""Parts of a plan as people call them: classes, owners, kinds of work, what is missing and what is held back."""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Final

from engine.evaluation.findings import LIGHTS
from engine.language.playbook import Playbook
from engine.planning.explanation import Work
from engine.planning.plan import (
    AccountName,
    ActionPlan,
    ClassItem,
    ClassPlan,
    Gap,
    Grant,
    GrantedModule,
    Offer,
    ScoreFigure,
    ScorePlan,
    Suppressed,
    TargetPlan,
    WarningPlan,
)
from engine.planning.plan_work import Action, Attached, Bring, Owner
from engine.reports.names import without_places
from engine.reports.phrases import Phrases, signed
from engine.reports.words import Words, joined, words_for
from engine.templates.figures import Edges

_MOST_NAMED: Final = 5
_MOST_MOVES: Final = 3


class Labels:
    """Says parts of plans made with one playbook in the language of ``locale``, ``edges`` as in ``Phrases``."""

    def __init__(self, playbook: Playbook, locale: str, edges: Edges) -> None:
        self._playbook = playbook
        self.language = locale.partition("-")[0]
        self.words: Words = words_for(locale)
        self.phrases = Phrases(playbook, locale, edges=edges)
        self.names = self.phrases.names

    def subject(self, plan: ActionPlan) -> AccountName:
        """Whom a plan is for."""
        return self.names.subject(plan.account, plan.group)

    # -- classes and warnings -----------------------------------------------------------------------

    def class_title(self, name: str) -> str:
        """What a class is called."""
        return self.names.titled(f"classes.{name}")

    def class_value(self, name: str, plan: ClassPlan) -> str:
        """The value of a class, of each record where it has one per record, or those still possible."""
        if plan.items is not None:
            called = called_records((item, each.name) for item, each in plan.items.items())
            values = (self.words.aside.format(self._item_value(name, each)) for each in plan.items.values())
            return self.few([record + value for record, value in zip(called, values, strict=True)])
        if plan.possible and plan.value is None:
            return self.phrases.undecided(f"classes.{name}", plan.possible)
        return plan.label or plan.value or self.words.none

    def _item_value(self, name: str, item: ClassItem) -> str:
        return self.value_title(name, item.value) if item.value else self.words.none

    def value_title(self, name: str, value: str) -> str:
        """What a value of a class is called."""
        return self.names.value(f"classes.{name}", value)

    def value_titles(self, name: str) -> list[str]:
        """What the values of a class are called, the highest first where they have an order."""
        entry = self._playbook.classes[name]
        rising = entry.ranks or tuple(entry.bands or entry.climb or ())
        return [self.value_title(name, each) for each in reversed(rising)] or [
            self.value_title(name, each) for each in entry.values
        ]

    def class_text(self, name: str, plan: ClassPlan) -> str:
        """A class with its value and the next step of a climb; empty where no record has one."""
        value = self.class_value(name, plan)
        override = (
            self.words.aside.format(self.phrases.set_by_hand(f"classes.{name}", plan.override)) if plan.override else ""
        )
        return f"{self.class_title(name)}{self.words.colon}{value}{self._next(name, plan)}{override}" if value else ""

    def _next(self, name: str, plan: ClassPlan) -> str:
        """The next step of a climb and what it lacks."""
        if plan.next is None:
            return ""
        step = self.words.next_step.format(self.value_title(name, plan.next))
        lacks = joined(self.phrases.summary(each) for each in plan.missing)
        return self.words.aside.format(f"{step}{self.words.colon}{lacks}" if lacks else step)

    def score_title(self, name: str) -> str:
        """What a score is called."""
        return self.names.titled(f"scores.{name}")

    def score_value(self, name: str, plan: ScorePlan) -> str:
        """The value of a score with its band."""
        value = self.phrases.value(plan.value, "points" if plan.value is not None else None)
        if plan.value is None and any(each.missing for each in plan.figures):
            value = "" if plan.possible else self.words.unknown
        return joined((value, self.phrases.band(f"scores.{name}", plan)), " ")

    def score_text(self, name: str, plan: ScorePlan) -> str:
        """A score with its value, and what moved it most since it was last known."""
        moved = self.phrases.moved(plan)
        parts = {each.part: self.part_title(each) for each in plan.figures}
        moves = [f"{parts.get(each.part, each.part)} {signed(each.by)}" for each in plan.moved[:_MOST_MOVES]]
        notes = self.words.aside.format(moved + self.words.colon + self.words.comma.join(moves)) if moved else ""
        return self.score_title(name) + self.words.colon + self.score_value(name, plan) + notes

    def part_title(self, figure: ScoreFigure) -> str:
        """What a figure of a score is called: its own title, else that of what it is read from."""
        return figure.title or self.names.title(figure.of) or figure.part

    def target_text(self, name: str, plan: TargetPlan) -> str:
        """A target with its state, its figure against what it should be, and what became of the last period."""
        words, title = self.words, self.names.titled(f"targets.{name}")
        state = plan.label or words.targets.get(plan.state or "", "") or words.none
        if plan.state is None and plan.possible:
            state = words.unknown
        should = words.should.format(self.phrases.value(plan.expected, plan.unit))
        last = f"{plan.last_period} {words.targets[plan.last]}" if plan.last else ""
        notes = joined((self.phrases.value(plan.value, plan.unit) if plan.value is not None else "", should, last))
        return f"{title}{words.colon}{state}{words.aside.format(notes)}"

    def warning_text(self, alike: list[WarningPlan]) -> str:
        """A warning with the records it stands for alike."""
        first = alike[0]
        items = called_records((each.item, each.name) for each in alike if each.item is not None)
        state = "" if first.state == "firing" else self.words.states[first.state]
        notes = joined((self.few(items), first.source or "", state, self.words.muted if first.muted else ""))
        return first.title + (self.words.aside.format(notes) if notes else "")

    # -- actions ------------------------------------------------------------------------------------

    def kind(self, action: Action) -> str:
        """What its kind of work is called."""
        return self.names.kind(action.kind)

    def task(self, action: Action, plan: ActionPlan) -> str:
        """What is to be done, whether together with something else, what of the plan it waits for, and what is new in
        it."""
        done = action.title + (self.words.together if action.together else "")
        news = self.news(action)
        told = done + (self.words.aside.format(news) if news else "")
        if action.status != "waiting":
            return told
        return told + self.words.waiting.format(
            self.words.comma.join(self._need(action, each, plan) for each in action.needs)
        )

    def news(self, action: Action) -> str:
        """What a plan beside a ledger has to say of an action: why it ends, or what is new in it."""
        words = self.words
        if action.closing is not None:
            return words.endings[action.closing]
        names = dict.fromkeys(words.news[each] for each in action.changed)
        late = words.late_record if action.reason is not None else ""
        return joined((words.renewed.format(words.comma.join(names)) if names else "", late), words.comma)

    def over(self, plan: ActionPlan) -> Iterator[str]:
        """The warnings that are over, and why."""
        for each in plan.ended:
            better = each.reason == "cause_ended"
            why = self.words.got_better if better else self.words.endings[each.reason]
            yield joined((each.title, each.item or ""), " ") + self.words.aside.format(why)

    def _need(self, action: Action, need: str, plan: ActionPlan) -> str:
        """What another task of the same work is called: as the plan has it, else without what is filled in."""
        same = (action.rule, action.item, action.occurrence, need)
        for each in plan.actions:
            if (each.rule, each.item, each.occurrence, each.task) == same:
                return each.title
        play = self._playbook.plays.get(action.play or "")
        task = play.tasks.get(need) if play else None
        return without_places(task.title.in_language(self.language) if task and task.title else "") or need

    def owner(self, owner: Owner) -> str:
        """Who does it; the role in brackets where it is nobody's yet."""
        return owner.name or owner.person or f"({self.role(owner.role)})"

    def role(self, role: str) -> str:
        """What one of our roles is called."""
        return self.names.role(role)

    def why(self, action: Action) -> str:
        """Why it is to be done, in one line: the rule, unless that is called as the work is, and what it found."""
        rule = self.names.titled(action.rule)
        return joined(("" if rule in action.title else rule, self.phrases.brief(action.because)))

    def pieces(self, content: Iterable[Attached]) -> Iterator[str]:
        """Cases, material and agendas by what they are and their titles."""
        return (self.words.pieces[each.kind].format(each.title) for each in content)

    def brought(self, plan: ActionPlan) -> Iterator[str]:
        """What to bring, the same once, each with the work it is for."""
        work: dict[tuple[str, ...], list[str]] = {}
        for action in plan.actions:
            found = tuple(dict.fromkeys(piece for each in action.bring for piece in self.pieces(each.content)))
            if found:
                work.setdefault(found, []).append(action.title)
        for found, titles in work.items():
            yield self.few(list(found)) + self.words.aside.format(self.few(titles))

    def participants(self, bring: Bring) -> str:
        """For whom something is brought, and what they care about."""
        page = self.words.page
        who = bring.title or bring.role or page["everybody"]
        cares = page["cares"].format(self.words.comma.join(bring.cares_about)) if bring.cares_about else ""
        return who + (self.words.aside.format(cares) if cares else "")

    def not_sent(self, plan: ActionPlan) -> Iterator[str]:
        """Who does not get a message, why not, and of which work."""
        titles = {each.id: each.title for each in plan.actions}
        for each in plan.not_sent:
            why = self.words.obstacles[each.why]
            yield (each.name or each.contact) + self.words.aside.format(joined((why, titles.get(each.action, ""))))

    # -- the rest -----------------------------------------------------------------------------------

    def granted(self, grant: Grant) -> str:
        """The titles of what is granted, with what it lacks, and what is withheld for it can't go together."""
        withheld = (self.words.withheld.format(each.title, each.excluded_by_title) for each in grant.withheld)
        granted = self.words.comma.join((*map(self._term, grant.terms), *withheld))
        return granted + self.words.aside.format(self.names.titled(grant.rule))

    def _term(self, term: GrantedModule) -> str:
        lacks = self.words.comma.join(map(self.names.module, term.lacks))
        return term.title + (self.words.aside.format(self.words.lacks.format(lacks)) if lacks else "")

    def offered(self, offer: Offer) -> str:
        """The title of what could be offered, and the data without which that is not certain."""
        missing = self.phrases.missing(offer.missing)
        return offer.title + (self.words.aside.format(missing) if missing else "")

    def gaps(self, gaps: tuple[Gap, ...]) -> Iterator[str]:
        """Which data is missing, each with the rules that need it; then those that only wait for others."""
        undecided = {gap.rule for gap in gaps}
        hence: dict[str, None] = {}
        by_needs: dict[tuple[str, ...], dict[str, dict[str, str | None]]] = {}
        for gap in gaps:
            if undecided.issuperset(gap.needs):
                hence[self.names.titled(gap.rule)] = None
            else:
                records = by_needs.setdefault(gap.needs, {}).setdefault(gap.rule, {})
                if gap.item is not None:
                    records[gap.item] = gap.name
        comma = self.words.comma
        for needs, rules in by_needs.items():
            told = comma.join(self._undecided(*each) for each in rules.items())
            yield self.names.missing(needs) + self.words.aside.format(told)
        if hence:
            yield self.words.hence.format(comma.join(hence))

    def _undecided(self, rule: str, records: dict[str, str | None]) -> str:
        return joined((self.names.titled(rule), self.few(called_records(records.items()))), self.words.colon)

    def held(self, suppressed: tuple[Suppressed, ...]) -> Iterator[str]:
        """The rules that are held back, by what and until when."""
        for each in suppressed:
            reasons = self.words.comma.join(self.words.holds[by] for by in each.by)
            until = self.words.until.format(moment_text(each.until)) if each.until else ""
            why = f"{each.why} · {each.who}" if each.why else ""
            told = self.words.aside.format(joined((reasons, until, why), " "))
            yield joined((self.names.titled(each.rule), each.name or each.item or ""), self.words.colon) + told

    def few(self, names: list[str]) -> str:
        """The names, at most five of them, and how many more there are."""
        more = len(names) - _MOST_NAMED
        shown = self.words.comma.join(names[:_MOST_NAMED])
        return f"{shown}{self.words.comma}{self.words.count(self.words.more, more)}" if more > 0 else shown


def called_records(records: Iterable[tuple[str, str | None]]) -> list[str]:
    """Records, given by id and name, as people call them: by their names where those are known and tell them apart."""
    told = list(records)
    names = Counter(name for _, name in told)
    return [joined((id_, name), " ") if name and names[name] > 1 else name or id_ for id_, name in told]


def rule_id(address: str) -> str:
    """The entry's id in an address: ``late`` of ``warnings.late``."""
    return address.partition(".")[2] or address


def due_text(action: Action | Work) -> str:
    """When an action is due: a day, or a minute for a clock deadline; ``!`` overdue, ``~`` may still move."""
    if action.due is None:
        return "-"
    is_day = len(action.due) <= len("2026-11-20")
    when = action.due if is_day or action.due_at is None else moment_text(action.due_at)
    return when + ("!" if action.overdue else "~" if action.provisional else "")


def next_due(plan: ActionPlan) -> date | None:
    """The day on which the next action is due, from the moment of the plan on; what is overdue is counted apart."""
    first = min((each.due_at for each in plan.actions if each.due_at and not each.overdue), default=None)
    return first.date() if first else None


def moment_text(moment: datetime) -> str:
    """An instant to the minute, on the plan's own clock."""
    return moment.isoformat(" ", "minutes")[:16]


def worst_first(warnings: Iterable[WarningPlan]) -> list[WarningPlan]:
    """Warnings as people read them: by their lights, the worst first, and those of a light as they come."""
    return sorted(warnings, key=lambda each: LIGHTS.index(each.light))


def alike(warnings: Iterable[WarningPlan]) -> Iterator[list[WarningPlan]]:
    """The records a warning holds for, together where they stand alike; the worst first."""
    found: dict[tuple[str, str, bool], list[WarningPlan]] = {}
    for each in worst_first(warnings):
        found.setdefault((each.id, each.state, each.muted), []).append(each)
    yield from found.values()
