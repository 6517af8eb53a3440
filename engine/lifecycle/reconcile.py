"""``reconcile``: what a plan makes of the work that is open and the messages that are drafted (semantics 5.6, 5.7)."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Final, Literal

from msgspec import UNSET, Struct
from msgspec.structs import replace

from engine.compiling.compiled import CompiledPlaybook
from engine.foundation.canonical import digest, short_id
from engine.history.model import History
from engine.lifecycle.events import Closing, Planned, Withdrawal
from engine.lifecycle.mail import UNSENT, Mail, content_digest
from engine.lifecycle.state import AccountState, Reach
from engine.lifecycle.work import Work
from engine.messages.communications import GONE
from engine.messages.planner import urgency
from engine.planning.advance import AccountRun, advance
from engine.planning.closing import Closings
from engine.planning.context import as_written
from engine.planning.plan import ActionPlan
from engine.planning.plan_messages import Message, NotSent
from engine.planning.plan_work import Action, EndReason
from engine.planning.renaming import renaming_of
from engine.planning.tasks import written
from engine.snapshots.model import Contact

_COMPARED: Final = (
    "address", "kind", "title", "owner", "ours", "theirs", "due", "due_at", "priority", "effort", "status", "needs",
    "together", "confirm_by", "source", "checklist", "options", "grants", "bring", "escalation",
)  # fmt: skip
"""What makes an action another one for whoever does it; why it is asked for is not among it."""


class Origin(Struct, frozen=True):
    """Which run applies a plan, when, and the digests of what is stored beside the event."""

    run: str
    at: datetime
    plan: str
    snapshot: str
    before: str


class Reconciled(Struct, frozen=True, kw_only=True):
    """A plan beside what was open: the plan with the state of each action, and what changes by it.

    ``history`` is the one that the plan leaves.
    """

    plan: ActionPlan
    history: History
    renamed: dict[str, str]
    plays: dict[str, str]
    opened: tuple[Action, ...]
    updated: tuple[Action, ...]
    closed: tuple[Closing, ...]
    drafted: tuple[Message, ...]
    withdrawn: tuple[Withdrawal, ...]
    reach: tuple[Reach, ...] | None

    @property
    def changes_nothing(self) -> bool:
        """Whether no work and no message is other than it was."""
        return not (self.renamed or self.opened or self.updated or self.closed or self.drafted or self.withdrawn)

    def event(self, origin: Origin) -> Planned:
        """What happens to the account when the plan is applied."""
        return Planned(
            at=origin.at,
            run=origin.run,
            playbook=self.plan.inputs.playbook,
            plan=origin.plan,
            snapshot=origin.snapshot,
            before=origin.before,
            name=self.plan.subject.name,
            history=self.history,
            renamed=self.renamed,
            plays=self.plays,
            opened=self.opened,
            updated=self.updated,
            closed=self.closed,
            drafted=self.drafted,
            withdrawn=self.withdrawn,
            ended=self.plan.ended,
            reach=self.reach,
        )


def play_digests(compiled: CompiledPlaybook) -> Mapping[str, str]:
    """What a play that has started is known by: the digest of its tasks as the playbook writes them."""
    plays = compiled.playbook.plays
    return {name: digest({key: as_written(task) for key, task in play.tasks.items()}) for name, play in plays.items()}


def reconcile(state: AccountState, run: AccountRun, plays: Mapping[str, str]) -> Reconciled:
    """What ``run``, which was planned on the history of ``state``, makes of its work and messages.

    ``plays`` are the plays' digests today (``play_digests``). Work that the plan has not got any more closes only for a
    reason that is known. A play that was started as it is not written any more keeps its tasks: nothing is added to it
    or taken away, and what there is stays as it was planned but for who does it and what it waits for.
    """
    return _Reconciling(state, run, plays).reconciled()


Turn = tuple[str, str | None, str | None, str]
"""One occurrence of a play: rule, play, item, occurrence."""


def _turn(action: Action) -> Turn:
    return action.rule, action.play, action.item, action.occurrence


class _Reconciling:
    """One account's state beside one run; all of it under today's names."""

    def __init__(self, state: AccountState, run: AccountRun, plays: Mapping[str, str]) -> None:
        self.run = run
        self.before = state
        self.plays = plays
        self.renamed = dict(_renamed(state, run))
        self.former = {now: before for before, now in self.renamed.items()}
        self.work = {self.renamed.get(name, name): _under_todays_name(each, run) for name, each in state.work.items()}
        self.mail = {self.renamed.get(name, name): each for name, each in state.mail.items()}
        self.live = {name: each for name, each in self.work.items() if each.is_live}
        self.started = {_turn(each.action): each.play for each in self.work.values() if each.play is not None}
        planned = (each for each in run.plan.actions if each.id in self.live or not self._is_settled(each))
        self.planned = {each.id: each for each in planned}
        self.closing = dict(self._closing())
        self.waited_for = {
            (_turn(each), each.task) for each in self._of_all_live() if each.id not in self.closing
        }  # fmt: skip

    def reconciled(self) -> Reconciled:
        """What the run makes of it all."""
        actions = [self._action(each) for each in self._of_all_live() if each.id not in self.closing]
        opened = tuple(each for each in actions if each.state == "new")
        reach = self._reach()
        messages, unreached = self._reached(tuple(self._messages()), reach or ())
        drafted = tuple(each for each in messages if self._is_drafted(each, {each.id for each in opened}))
        return Reconciled(
            plan=replace(
                self.run.plan,
                actions=(*sorted(actions, key=urgency), *sorted(self._endings(), key=urgency)),
                messages=messages,
                not_sent=(*self.run.plan.not_sent, *unreached),
            ),
            history=self._history(),
            renamed=self.renamed,
            plays={each.play: self.plays[each.play] for each in opened if each.play is not None},
            opened=opened,
            updated=tuple(each for each in actions if each.state == "updated"),
            closed=tuple(Closing(action=name, reason=reason) for name, reason in self.closing.items()),
            drafted=drafted,
            withdrawn=tuple(self._withdrawn(messages, reach or ())),
            reach=reach,
        )

    # -- work ---------------------------------------------------------------------------------------

    def _is_settled(self, action: Action) -> bool:
        """Whether the action's play was started with other tasks than it has today."""
        started = self.started.get(_turn(action))
        return started is not None and started != self.plays.get(action.play or "")

    def _closing(self) -> Iterator[tuple[str, EndReason]]:
        closings = Closings(self.run)
        for name, each in self.live.items():
            reason = closings.why(each.action) if name not in self.planned else None
            if reason is not None and not (reason == "task_removed" and self._is_settled(each.action)):
                yield name, reason

    def _of_all_live(self) -> Iterator[Action]:
        """What is open after the run, and what closes: as planned today, else as planned before."""
        yield from self.planned.values()
        yield from (each.action for name, each in self.live.items() if name not in self.planned)

    def _action(self, action: Action) -> Action:
        """An action as it stands from now on, with what is new in it."""
        known = self.live.get(action.id)
        if known is None:
            return replace(action, state="new", due_was=None)
        if action.id not in self.planned or self._is_settled(action):
            action = self._as_planned_before(known.action, action)
        before = self.before.work[self.former.get(action.id, action.id)].action
        changed = tuple(each for each in _COMPARED if _seen(action, each) != _seen(before, each))
        due_was = before.due_at if "due_at" in changed else action.due_was
        return replace(action, state="updated" if changed else "unchanged", changed=changed, due_was=due_was)

    def _as_planned_before(self, known: Action, now: Action) -> Action:
        needs = tuple(each for each in known.needs if (_turn(known), each) in self.waited_for)
        return replace(
            known,
            owner=now.owner,
            needs=needs,
            status="waiting" if needs else "open",
            overdue=known.due_at is not None and known.due_at < self.run.plan.as_of,
            because=now.because,
            due_was=None,
        )

    def _endings(self) -> Iterator[Action]:
        for name, reason in self.closing.items():
            yield replace(self.live[name].action, state="closing", closing=reason, changed=(), due_was=None)

    def _history(self) -> History:
        """The history that the run leaves, in which plays that keep their tasks keep their due times."""
        history = advance(self.run)
        left_out = {each.id for each in self.run.plan.actions} - self.planned.keys()
        due = {name: each.action.due_at for name, each in self.live.items() if self._is_settled(each.action)}
        actions = {
            each.id: replace(each, due_at=due.get(each.id, each.due_at))
            for each in history.actions
            if each.id not in left_out
        }
        still = (each for each in self.run.before.actions if each.id in self.live and each.id not in self.closing)
        actions = {each.id: each for each in still} | actions
        return replace(history, actions=tuple(actions[name] for name in sorted(actions)))

    # -- messages -----------------------------------------------------------------------------------

    def _messages(self) -> Iterator[Message]:
        """The plan's messages, without those of tasks that a play which has started does not get."""
        known = {(each.message.action, each.message.content) for each in self.mail.values()}
        for each in self.run.plan.messages:
            action = self.planned.get(each.action)
            if action is not None and (not self._is_settled(action) or (each.action, each.content) in known):
                yield each

    def _reached(
        self, messages: tuple[Message, ...], reach: tuple[Reach, ...]
    ) -> tuple[tuple[Message, ...], tuple[NotSent, ...]]:
        """The messages whose contact may be written to, by what is known of them by now, or that have gone before; and
        who gets none, and why not."""
        known = {each.contact: each for each in reach}
        whys = {
            each.id: _unreachable(each, known.get(each.to.contact or "")) for each in messages if self._is_ahead(each)
        }
        unreached = {name: why for name, why in whys.items() if why is not None}
        return (
            tuple(each for each in messages if each.id not in unreached),
            tuple(
                NotSent(each.action, each.content, each.to.contact or "", unreached[each.id], each.to.name)
                for each in messages
                if each.id in unreached
            ),
        )

    def _is_ahead(self, message: Message) -> bool:
        """Whether the message has not been handed over, nor tried to be."""
        known = self.mail.get(message.id)
        return known is None or known.state in (*UNSENT, "withdrawn")

    def _is_drafted(self, message: Message, opened: set[str]) -> bool:
        """Whether the message is new, or its draft has to be written anew."""
        known = self.mail.get(message.id)
        if known is None:
            return True
        if known.state == "withdrawn":
            return message.action in opened
        return known.state == "drafted" and _reads_otherwise(known, message, self.run.plan.as_of)

    def _withdrawn(self, messages: tuple[Message, ...], known: tuple[Reach, ...]) -> Iterator[Withdrawal]:
        """Unsent messages that are not to be sent any more."""
        chosen = {each.id for each in messages}
        written = {(each.action, each.content) for each in messages}
        refused = {(each.action, each.content, each.contact): each.why for each in self.run.plan.not_sent}
        reach = {each.contact: each for each in known}
        for name, each in self.mail.items():
            if each.state not in UNSENT:
                continue
            message = each.message
            action = self.renamed.get(message.action, message.action)
            refusal = refused.get((action, message.content, message.to.contact or ""))
            if action in self.closing:
                yield Withdrawal(message=name, why=self.closing[action])
            elif (why := _unreachable(message, reach.get(message.to.contact or ""))) is not None:
                yield Withdrawal(message=name, why=why)
            elif refusal in ("prefers_otherwise", "nothing_attached"):
                yield Withdrawal(message=name, why=refusal)
            elif name not in chosen and (action, message.content) in written and refusal is None:
                yield Withdrawal(message=name, why="addressee_changed")

    def _reach(self) -> tuple[Reach, ...] | None:
        """How the contacts may be written to; what is not known of one today is as it was known before."""
        snapshot, today = self.run.findings.snapshot, self.run.findings.run.today
        if snapshot.contacts is UNSET:
            return None
        known = self.before.reach
        found = {each.id: _reach_of(each, known.get(each.id), today) for each in snapshot.contacts or ()}
        awaited = (each.message.to.contact for each in self.mail.values() if each.state in UNSENT)
        for contact in awaited:
            if contact is not None and contact not in found:
                found[contact] = Reach(contact=contact, gone=True)
        return tuple(found[name] for name in sorted(found))


def _renamed(state: AccountState, run: AccountRun) -> Iterator[tuple[str, str]]:
    """Today's ids of work and messages that had others."""
    if not run.moves:
        return
    addresses = renaming_of(run.compiled.playbook).addresses
    for name in state.work:
        move = run.moves.get(name)
        if move is not None and move.before != move.now:
            yield name, short_id(move.now)
    for name, mail in state.mail.items():
        move, to = run.moves.get(mail.message.action), mail.message.to
        if move is not None:
            content = mail.message.content
            today = addresses.get(f"content.{content}", f"content.{content}").partition(".")[2]
            now = move.message(name, content, today, (to.contact or to.person or to.role,))
            if now != name:
                yield name, now


def _under_todays_name(work: Work, run: AccountRun) -> Work:
    move = run.moves.get(work.action.id)
    if move is None or move.before == move.now:
        return work
    _, rule, play, task, *_ = move.now
    name, address = short_id(move.now), written(move.now)
    return replace(work, action=replace(work.action, id=name, address=address, rule=rule, play=play or None, task=task))


def _seen(action: Action, field: str) -> object:
    """What somebody sees of an action; why content was chosen is no part of it."""
    if field == "bring":
        return [(each.role, each.title, [piece.content for piece in each.content]) for each in action.bring]
    return getattr(action, field)


def _reads_otherwise(known: Mail, message: Message, as_of: datetime) -> bool:
    if content_digest(known.message) != content_digest(message):
        return True
    same = ("action", "class_", "locale", "approval")
    if any(getattr(known.message, each) != getattr(message, each) for each in same):
        return True
    if known.next_at is None or message.send_after is None:
        return known.next_at is not message.send_after
    return message.send_after > as_of and message.send_after != known.next_at


def _unreachable(message: Message, reach: Reach | None) -> Literal["left", "opted_out"] | None:
    """Why the contact is not to be written to any more."""
    if reach is None:
        return None
    if reach.gone:
        return "left"
    return "opted_out" if {message.channel, message.class_, "all"} & set(reach.opt_outs or ()) else None


def _reach_of(contact: Contact, known: Reach | None, today: date) -> Reach:
    before = known or Reach(contact=contact.id)
    is_known = contact.status is not UNSET or contact.left_on is not UNSET
    left = contact.status in GONE or (isinstance(contact.left_on, date) and contact.left_on <= today)
    return Reach(
        contact=contact.id,
        gone=left if is_known else before.gone,
        opt_outs=before.opt_outs if contact.opt_outs is UNSET else tuple(contact.opt_outs or ()),
        time_zone=before.time_zone if contact.timezone is UNSET else contact.timezone,
    )
