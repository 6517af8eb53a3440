"""``playbook actions``: planned work, what people say of it, and how it came to be."""

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final, Literal, get_args

import click
from msgspec import UNSET

from engine import Ledger
from engine.calendars.moments import parse_as_of
from engine.commands import ExitCode, options
from engine.commands.answering import answering, put, say
from engine.commands.called import Called
from engine.commands.ledgers import (
    check_known,
    document,
    existing,
    found,
    locale_of,
    meant_by,
    people_of,
    team_of,
    zone_of,
)
from engine.commands.telling import Word, decided
from engine.commands.terminal import width_of_stdout
from engine.commands.work_table import WorkTable
from engine.foundation.problems import did_you_mean
from engine.ledger.books import book_of
from engine.ledger.listing import ActionList, last_snapshot, listed, story
from engine.lifecycle import deciding
from engine.lifecycle.putting_off import Office
from engine.lifecycle.work import LIVE, Status, Verdict, Work
from engine.reports.phrases import Phrases
from engine.reports.work_words import work_words_for

which: Final = click.argument("action", metavar="ID")


@click.group("actions", short_help="Planned work: list it, acknowledge, finish, put off, hand over.")
def command() -> None:
    """Planned work, and what people say of it. An ID may be shortened to a beginning that no other action has."""


@command.command("list")
@options.ledger
@click.option("--owner", metavar="PERSON", help="The actions of this person, by id or name.")
@click.option("--account", metavar="ID", help="The actions for this account.")
@options.of
@click.option("--overdue", is_flag=True, help="Only what is late.")
@click.option("--due-before", type=options.MomentType(), help="Due by this moment; a date means its end.")
@click.option(
    "--status", "statuses", multiple=True, type=click.Choice(get_args(Status)),
    help="Actions that stand so; may be said several times. Default: what waits to be done.",
)  # fmt: skip
@options.now
@options.form
@options.words_in
@answering
def list_(
    ledger: str, owner: str | None, account: str | None, playbook: str | None, overdue: bool, due_before: str | None,
    statuses: tuple[Status, ...], now: datetime, format_: Literal["table", "json"], language: str | None,
) -> ExitCode:  # fmt: skip
    """The work that is planned, what is due first at the top.

    Exit codes: 0 fine, 2 wrong usage, or a ledger that can't be read.
    """
    with existing(ledger) as opened:
        zone = zone_of(opened, playbook)
        limit = _end(due_before, now) if due_before is not None else now if overdue else None
        if account is not None:
            check_known(account, {each for _, each in opened.accounts()}, "the ledger has no account", "'--account'")
        wanted = statuses or tuple(sorted(LIVE))
        ended = None if set(wanted) - LIVE else False
        work = opened.work(
            playbook=playbook,
            account=account,
            owner=owner and _person(opened, playbook, owner),
            statuses=wanted,
            due_before=limit,
            archived=ended,
        )
        shown = tuple(each for each in listed(work, now) if each.late or not overdue)
        locale = locale_of(opened, language, playbook)
        if format_ == "json":
            put([document(ActionList(now=now, actions=shown))])
        elif shown:
            called = Called(opened, locale, {each.playbook for each in shown})
            put(WorkTable(locale, width_of_stdout(), zone, called).lines(shown))
        else:
            say(work_words_for(locale).none)
    return ExitCode.FINE


def _person(ledger: Ledger, playbook: str | None, named: str) -> str:
    """The id of who is given by id or name: somebody of the teams of the last runs, or who has work."""
    people = people_of(ledger, {each.playbook for each in ledger.runs(playbook)})
    if named not in people:
        owners = (each.work.action.owner for each in ledger.work(playbook=playbook, archived=None))
        people |= {owner.person: owner.name or owner.person for owner in owners if owner.person is not None}
    return meant_by(named, people, "the ledger knows nobody", "'--owner'")


@command.command("show")
@which
@options.ledger
@options.now
@options.form
@options.words_in
@answering
def show(action: str, ledger: str, now: datetime, format_: Literal["table", "json"], language: str | None) -> ExitCode:
    """Everything about one action: why it is planned, its escalation so far, what happened to it, its messages.

    Exit codes: 0 fine, 2 wrong usage, no such action, or a ledger that can't be read.
    """
    with existing(ledger) as opened:
        about = found(opened, action)
        told = story(opened, about, now)
        locale, zone = locale_of(opened, language, about.playbook), zone_of(opened, about.playbook)
        if format_ == "json":
            put([document(told)])
        else:
            made_with = book_of(opened, about.playbook).compiled
            table = WorkTable(locale, width_of_stdout(), zone, Called(opened, locale, {about.playbook}))
            put(table.story(told, Phrases(made_with.playbook, locale, edges=made_with.edges)))
    return ExitCode.FINE


@command.command("ack")
@which
@options.ledger
@options.by
@options.now
@options.words_in
@answering
def ack(action: str, ledger: str, by: str, now: datetime, language: str | None) -> ExitCode:
    """Somebody has seen it: reminders stop, deadlines do not. Said twice it changes nothing.

    Exit codes: 0 fine, 1 it has ended, 2 wrong usage, no such action, or a ledger that can't be written.
    """
    return _said(ledger, action, language, "acknowledged", lambda work: deciding.acknowledged(work, by, now))


@command.command("start")
@which
@options.ledger
@options.by
@options.now
@options.words_in
@answering
def start(action: str, ledger: str, by: str, now: datetime, language: str | None) -> ExitCode:
    """Somebody is at it: reminders stop, deadlines do not. Said twice it changes nothing.

    Exit codes: 0 fine, 1 it has ended, 2 wrong usage, no such action, or a ledger that can't be written.
    """
    return _said(ledger, action, language, "started", lambda work: deciding.started(work, by, now))


@command.command("finish")
@which
@options.ledger
@click.option("--verdict", type=click.Choice(get_args(Verdict)), help="Whether it was worth doing.")
@click.option("--note", metavar="TEXT", help="What came of it.")
@options.by
@options.now
@options.words_in
@answering
def finish(
    action: str, ledger: str, verdict: Verdict | None, note: str | None, by: str, now: datetime, language: str | None
) -> ExitCode:
    """It is done; what waited for it can begin. Said twice it changes nothing.

    Exit codes: 0 fine, 1 it has ended otherwise, 2 wrong usage, no such action, or a ledger that can't be written.
    """
    return _said(ledger, action, language, "finished", lambda work: deciding.finished(work, by, now, verdict, note))


@command.command("cancel")
@which
@options.ledger
@options.why
@options.by
@options.now
@options.words_in
@answering
def cancel(action: str, ledger: str, why: str, by: str, now: datetime, language: str | None) -> ExitCode:
    """It is not to be done; its unsent messages are withdrawn, what waited for it can begin.

    Exit codes: 0 fine, 1 it has ended otherwise, 2 wrong usage, no such action, or a ledger that can't be written.
    """
    return _said(ledger, action, language, "cancelled", lambda work: deciding.cancelled(work, by, now, why))


@command.command("snooze")
@which
@options.ledger
@click.option(
    "--until", type=options.MomentType(), required=True, help="Due then: a date (its closing time), or an instant."
)
@options.why
@options.team
@options.by
@options.now
@options.words_in
@answering
def snooze(
    action: str, ledger: str, until: str, why: str, team: Path | None, by: str, now: datetime,
    language: str | None,
) -> ExitCode:  # fmt: skip
    """Put it off: it is due later, and what needs it as long after it as before; the next runs keep that.

    Exit codes: 0 fine, 1 it can't be put off, 2 wrong usage, no such action, or a ledger that can't be written.
    """
    with existing(ledger) as opened:
        about = found(opened, action)
        compiled = book_of(opened, about.playbook).compiled
        seen = last_snapshot(opened, about.playbook, about.account)
        theirs = seen.profile.calendar if seen is not None else UNSET
        office = Office.on(compiled, team_of(opened, about.playbook, team), now, theirs or None)
        moment = _day_or_instant(until, compiled.calendar.timezone)
        return decided(
            opened, about, language, "snoozed",
            lambda state, work: deciding.snoozed(state, work, by, now, moment, why, office),
        )  # fmt: skip


@command.command("reassign")
@which
@options.ledger
@click.option("--to", "person", required=True, metavar="PERSON", help="Whose it is from now on.")
@click.option("--why", metavar="TEXT", help="Why.")
@options.team
@options.by
@options.now
@options.words_in
@answering
def reassign(
    action: str, ledger: str, person: str, why: str | None, team: Path | None, by: str, now: datetime,
    language: str | None,
) -> ExitCode:  # fmt: skip
    """Hand it to another person, who has to be of the team. Said twice it changes nothing.

    Exit codes: 0 fine, 1 it has ended, 2 wrong usage, no such action or person, or a ledger that can't be written.
    """
    with existing(ledger) as opened:
        about = found(opened, action)
        name = _name_in_team(opened, about.playbook, person, team)
        return decided(
            opened, about, language, "reassigned",
            lambda _, work: deciding.reassigned(work, by, now, person, name, why),
        )  # fmt: skip


# -- arguments --------------------------------------------------------------------------------------


def _end(written: str, now: datetime) -> datetime:
    """The moment; a date ends on the clocks on which it is now."""
    if not options.is_day(written):
        return parse_as_of(written, "UTC")
    return datetime.combine(date.fromisoformat(written.strip()), datetime.max.time(), now.tzinfo)


def _day_or_instant(written: str, timezone: str) -> date | datetime:
    if not options.is_day(written):
        return parse_as_of(written, timezone)
    return date.fromisoformat(written.strip())


def _name_in_team(ledger: Ledger, playbook: str, person: str, team: Path | None) -> str | None:
    """What the person is called; a usage error for nobody of the team, unless no team is known."""
    people = team_of(ledger, playbook, team).people
    if not people:
        return None
    if person not in people:
        hint = did_you_mean(person, people)
        message = f"`{person}` is nobody of the team" + (f": {hint}" if hint else "")
        raise click.BadParameter(message, param_hint="'--to'")
    return people[person].name


def _said(ledger: str, action: str, language: str | None, word: Word, decide: Callable[[Work], Any]) -> ExitCode:
    with existing(ledger) as opened:
        return decided(opened, found(opened, action), language, word, lambda _, work: decide(work))
