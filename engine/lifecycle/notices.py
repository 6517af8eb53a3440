"""Built-in notices of late work: what people of ours are told when an escalation climbs."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final, Protocol
from zoneinfo import ZoneInfo

from msgspec import Struct

from engine.calendars.moments import local_date, zone
from engine.compiling.compiled import CompiledPlaybook
from engine.foundation.canonical import short_id
from engine.language.playbook import Playbook
from engine.lifecycle.mail import ESCALATION
from engine.lifecycle.state import AccountState
from engine.lifecycle.work import Work
from engine.planning.actions import check_hours, fallbacks
from engine.planning.plan_messages import Addressee, Message
from engine.planning.plan_work import Action, EscalationStep, Owner
from engine.planning.team import Staffing, Team
from engine.planning.wording import LOCALES
from engine.templates.templates import one_line


class Titles(Protocol):
    """What people call things of a playbook, in one language."""

    def role(self, role: str) -> str:
        """A role of ours, or whom an escalation names by where they stand: ``manager of owner``."""

    def titled(self, address: str) -> str:
        """An entry."""

    def about(self, account: str, name: str | None) -> str:
        """An account, or a group of them."""


Naming = Callable[[Playbook, str], Titles]
"""Of a playbook and a locale what things are called there."""


class Watch(Struct, frozen=True):
    """A moment at which clocks are read: who is there on that day, in which zone and language they are told, and what
    things are called in it."""

    now: datetime
    staffing: Staffing
    zone: ZoneInfo
    locale: str
    titles: Titles


def watch(compiled: CompiledPlaybook, team: Team, now: datetime, naming: Naming, language: str | None = None) -> Watch:
    """The moment ``now`` for work that was planned with a playbook; raises ``InputUnreadable`` for a team that does not
    fit it."""
    check_hours(team, compiled)
    timezone, locale = compiled.calendar.timezone, compiled.playbook.manifest.locale
    if language is not None and language != locale.partition("-")[0]:
        locale = LOCALES.get(language, locale)
    staffing = Staffing(team, fallbacks(compiled), local_date(now, timezone))
    return Watch(now.astimezone(zone(timezone)), staffing, zone(timezone), locale, naming(compiled.playbook, locale))


def notice(state: AccountState, work: Work, step: EscalationStep, number: int, due: datetime, at: Watch) -> Message:
    """The message that tells of late work: to whom the step names, or who covers for them today."""
    action, words = work.action, _WORDS.get(at.locale.partition("-")[0], _WORDS["en"])
    reader = _reader(action, step, at.staffing)
    body = _body(state, work, step, number, reader, words, at)
    return Message(
        id=short_id((ESCALATION, action.id, step.step, due.astimezone(zone("UTC")).isoformat())),
        action=action.id,
        content=ESCALATION,
        class_="service",
        to=reader,
        channel="email",
        locale=at.locale,
        subject=words.subject.format(title=one_line(action.title), account=_account(state, at)),
        body=body,
        markdown=None,
        blocks=(),
        approval="none",
        send_after=at.now,
        attached=(),
    )


def _reader(action: Action, step: EscalationStep, staffing: Staffing) -> Addressee:
    """Who is told: on the day it is told, not on the day it was planned."""
    if step.notify == "owner":
        found = staffing.owner((action.owner.role,), {}, action.owner.person)
    elif step.notify == "manager of owner":
        manager = staffing.manager_of(action.owner.person)
        found = Owner(step.notify, manager, staffing.name_of(manager))
    else:
        found = staffing.owner((step.notify,), {step.notify: step.person} if step.person else {})
    person = staffing.person(found.person)
    name = found.name or found.person
    email = person.email if person else None
    why = "owner" if step.notify == "owner" else "role"
    return Addressee(contact=None, person=found.person, role=found.role, name=name, address=email, why=why)  # type: ignore[arg-type]


# -- words ------------------------------------------------------------------------------------------


Forms = tuple[str, str]
"""How one of a thing is called, and how several are."""


class _Words(Struct, frozen=True, kw_only=True):
    """The wording of a notice in one language."""

    subject: str
    greeting: str
    late: str
    due: str
    owner: str
    because: str
    step: str
    again: str
    nobody: str
    held_by: str
    to_owner: str
    to_others: str
    seen: str
    commands: str
    colon: str
    just_now: str
    late_by: str
    units: tuple[Forms, Forms, Forms]


_WORDS: Final = {
    "zh": _Words(
        subject="逾期：{title}（{account}）",
        greeting="{name}：",
        late="“{title}”（{account}）{late}，尚未完成。",
        due="到期", owner="负责人", because="依据", step="升级", nobody="尚无人选",
        again="{step}，第 {number} 次，最多 {most} 次",
        to_owner="请尽快完成。如已在处理，请确认收到：提醒随即停止，期限不变；确需推迟，请说明原因。",
        to_others="请向负责人了解进展，必要时改派他人。",
        held_by="{name}（{role}）",
        seen="{by} 已确认收到（{at}）。",
        commands="确认：playbook actions ack {id}\n完成：playbook actions finish {id}\n"
        '推迟：playbook actions snooze {id} --until YYYY-MM-DD --why "原因"\n'
        "改派：playbook actions reassign {id} --to 人员编号",
        colon="：", just_now="现在到期", late_by="已逾期 {}",
        units=(("{} 天",) * 2, ("{} 小时",) * 2, ("{} 分钟",) * 2),
    ),
    "en": _Words(
        subject="Late: {title} ({account})",
        greeting="Dear {name},",
        late="“{title}” ({account}) is {late}, and not done yet.",
        due="Due", owner="Owner", because="Rule", step="Step", nobody="nobody yet",
        again="{step}, number {number} of at most {most}",
        held_by="{name} ({role})",
        to_owner="Please do it soon. If you are at it, acknowledge it: reminders stop, deadlines do not. If it has to "
        "wait, put it off and say why.",
        to_others="Please ask the owner how it stands; where needed, hand it to somebody else.",
        seen="{by} has acknowledged it ({at}).",
        commands="Acknowledge: playbook actions ack {id}\nFinish: playbook actions finish {id}\n"
        'Put off: playbook actions snooze {id} --until YYYY-MM-DD --why "REASON"\n'
        "Hand over: playbook actions reassign {id} --to PERSON",
        colon=": ", just_now="due now", late_by="{} late",
        units=(("{} day", "{} days"), ("{} hour", "{} hours"), ("{} minute", "{} minutes")),
    ),
}  # fmt: skip


def _body(
    state: AccountState, work: Work, step: EscalationStep, number: int, reader: Addressee, words: _Words, at: Watch
) -> str:
    action = work.action
    title, account = one_line(action.title), _account(state, at)
    late = _late(at.now - action.due_at, words) if action.due_at is not None else words.just_now
    owner = action.owner.name or action.owner.person or words.nobody
    role, to = at.titles.role(action.owner.role), at.titles.role(step.notify)
    told = words.again.format(step=to, number=number, most=step.at_most) if number > 1 else to
    facts = (
        (words.due, _moment(action.due_at, at)),
        (words.owner, words.held_by.format(name=one_line(owner), role=role)),
        (words.because, " ".join(each for each in (action.source, at.titles.titled(action.rule)) if each)),
        (words.step, told),
    )
    lines = [f"{name}{words.colon}{value}" for name, value in facts if value]
    if work.acknowledged_at is not None:
        lines.append(
            words.seen.format(by=at.staffing.name_of(work.by) or work.by, at=_moment(work.acknowledged_at, at))
        )
    parts = (
        words.greeting.format(name=one_line(reader.name or at.titles.role(reader.role))),
        words.late.format(account=account, title=title, late=late),
        "\n".join(lines),
        words.to_owner if step.notify == "owner" else words.to_others,
        words.commands.format(id=action.id),
    )
    return "\n\n".join(parts) + "\n"


def _account(state: AccountState, at: Watch) -> str:
    return one_line(at.titles.about(state.account, state.name))


def _moment(moment: datetime | None, at: Watch) -> str:
    return f"{moment.astimezone(at.zone):%Y-%m-%d %H:%M} {at.zone.key}" if moment is not None else ""


def _late(by: timedelta, words: _Words) -> str:
    """How late, in the two biggest units that matter."""
    minutes = int(by.total_seconds()) // 60
    if minutes < 1:
        return words.just_now
    amounts = (minutes // (24 * 60), minutes // 60 % 24, minutes % 60)
    biggest = next(place for place, amount in enumerate(amounts) if amount)
    shown = list(zip(words.units, amounts, strict=True))[biggest : biggest + 2]
    return words.late_by.format(" ".join(forms[amount != 1].format(amount) for forms, amount in shown if amount))
