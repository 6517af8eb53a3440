"""``playbook audit``: whether a ledger is as it was written, what it holds, plans made again, what is to be gone."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from typing import Literal

import click
import msgspec

from engine import Ledger, open_ledger
from engine.calendars.moments import parse_as_of
from engine.commands import ExitCode, options
from engine.commands.answering import answering, put, say
from engine.commands.terminal import clean, harmless_json, ink
from engine.ledger.erasing import compact, erase
from engine.ledger.replaying import Replay, ReplayOutcome, replay_plan, replay_run
from engine.ledger.showing import digests_like, shown
from engine.ledger.verifying import Verification, verify
from engine.reports.audit_words import AuditWords, audit_words_for

_encode = msgspec.json.Encoder(decimal_format="number").encode


@click.group("audit", short_help="Verify a ledger, show what it holds, plan again; erase, compact.")
def command() -> None:
    """A ledger is a chain of batches: each has the hash of the one before, and of all records in it."""


@command.command("verify")
@options.ledger
@click.option("--head", metavar="HASH", help="A head that was printed earlier: the chain must hold it.")
@click.option("--since", metavar="HASH", help="Only what was written behind this head; neither tables nor blobs.")
@options.form
@options.language
@answering
def verify_(
    ledger: str, head: str | None, since: str | None, format_: Literal["table", "json"], language: str | None
) -> ExitCode:
    """Look at every record, batch, table and blob: is all as it was written, and is all there?

    Without --head an end that was cut off can't be seen. --since the head of the last look takes no longer as the
    ledger grows; a change in what is older is not seen by it. Exit codes: 0 all is as it was written, 1 it is not,
    2 the ledger can't be read.
    """
    with open_ledger(ledger, must_exist=True) as opened:
        found = verify(opened, head=head, since=since)
    if format_ == "json":
        put([harmless_json(_encode(found)) + b"\n"])
    else:
        put(_verification_lines(found, audit_words_for(language or "en")))
    return ExitCode.FINE if found.is_whole else ExitCode.NOT_FINE


def _verification_lines(found: Verification, words: AuditWords) -> Iterable[str]:
    for each in found.findings:
        kind = ink(words.kinds[each.kind], fg="red", bold=True)
        yield f"{kind}  {ink(each.what)}: {ink(each.message)}"
    text = words.whole if found.is_whole else words.not_whole
    counts = {"records": found.records, "batches": found.batches, "blobs": found.blobs}
    yield ink(text.format(findings=len(found.findings), **counts), bold=True)
    if found.erased:
        yield words.erased.format(found.erased)
    if found.compacted:
        yield words.compacted.format(found.compacted)
    yield words.head.format(head=found.head)


@command.command("show")
@click.argument("name", metavar="ID")
@options.ledger
@options.language
@answering
def show(name: str, ledger: str, language: str | None) -> ExitCode:
    """What is stored under ID, byte for byte: a digest or its beginning, a run, or an action or message: then every
    record that names it, one to a line.

    Exit codes: 0 fine, 1 nothing is stored under ID, 2 the ledger can't be read.
    """
    with open_ledger(ledger, must_exist=True) as opened:
        found = shown(opened, name)
    if not found:
        say(audit_words_for(language or "en").nothing.format(name=clean(name)))
        return ExitCode.NOT_FINE
    put(each + b"\n" for each in found)
    return ExitCode.FINE


@command.command("replay")
@click.argument("name", metavar="ID")
@options.ledger
@options.form
@options.language
@answering
def replay(name: str, ledger: str, format_: Literal["table", "json"], language: str | None) -> ExitCode:
    """Make a plan again from all that is stored, or every plan of a run: does the same come out?

    ID is a plan's digest, its beginning, or a run. Exit codes: 0 all are identical, 1 some are not, or there is no such
    plan or run, 2 the ledger can't be read.
    """
    words = audit_words_for(language or "en")
    counts: Counter[ReplayOutcome] = Counter()
    with open_ledger(ledger, must_exist=True) as opened:
        for each in _replays(opened, name):
            counts[each.outcome] += 1
            if format_ == "json":
                put([harmless_json(_encode(each)) + b"\n"])
            elif each.outcome != "identical":
                put(_replay_lines(each, words))
    if not counts:
        say(words.unknown.format(name=clean(name)))
        return ExitCode.NOT_FINE
    told = ", ".join(f"{number} {words.outcomes[outcome]}" for outcome, number in counts.items())
    say(words.replayed.format(number=counts.total(), counts=told))
    return ExitCode.FINE if set(counts) == {"identical"} else ExitCode.NOT_FINE


def _replays(ledger: Ledger, name: str) -> Iterable[Replay]:
    for digest in digests_like(ledger, name):
        found = replay_plan(ledger, digest)
        if found is not None:
            return [found]
    return replay_run(ledger, name)


def _replay_lines(found: Replay, words: AuditWords) -> Iterable[str]:
    outcome = ink(words.outcomes[found.outcome], fg="red", bold=True)
    yield f"{outcome}  {ink(found.account)}  {ink(found.plan, dim=True)}"
    for missing in found.missing:
        yield f"    {ink(missing)}"
    for other in found.versions:
        yield f"    {ink(other.name)} {ink(other.then or '-')}, {words.now} {ink(other.now or '-')}"
    for each in found.differences:
        yield f"    {ink(each.path)}: {ink(each.stored)}, {words.now} {ink(each.now)}"


@command.command("erase")
@click.argument("account", metavar="ACCOUNT")
@options.ledger
@options.why
@options.by
@options.now
@options.language
@answering
def erase_(account: str, ledger: str, why: str, by: str, now: datetime, language: str | None) -> ExitCode:
    """Take out everything that is stored of ACCOUNT, for good: from every table, and from the file.

    The chain still verifies, and says that records are erased. Exit codes: 0 fine, 1 nothing is stored of ACCOUNT, 2
    the ledger can't be written.
    """
    words = audit_words_for(language or "en")
    with open_ledger(ledger, must_exist=True) as opened:
        done = erase(opened, account, at=now, by=by, why=why)
    if done is None:
        say(words.nothing.format(name=clean(account)))
        return ExitCode.NOT_FINE
    say(words.gone.format(name=clean(account), head=done.head))
    return ExitCode.FINE


@command.command("compact")
@options.ledger
@click.option("--before", type=options.MomentType(), required=True, help="Plans from then on can still be made again.")
@options.by
@options.now
@options.language
@answering
def compact_(ledger: str, before: str, by: str, now: datetime, language: str | None) -> ExitCode:
    """Drop the snapshots, plans, histories and contexts that only plans before a moment need.

    What happened stays, and so do work and messages. Exit codes: 0 fine, 2 the ledger can't be written.
    """
    with open_ledger(ledger, must_exist=True) as opened:
        done = compact(opened, _beginning(before), at=now, by=by)
    say(audit_words_for(language or "en").dropped.format(before=before, head=done.head))
    return ExitCode.FINE


def _beginning(moment: str) -> datetime:
    """An instant, or the first of a day in UTC."""
    found = parse_as_of(moment, "UTC")
    return found.replace(hour=0, minute=0, second=0) if options.is_day(moment) else found
