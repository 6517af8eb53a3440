"""What commands about work need of a ledger: its words and clocks, its people, the action that an id begins to name."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, tzinfo
from pathlib import Path
from typing import Final, TypeVar

import click
import msgspec
from msgspec import Struct

from engine import Ledger, open_ledger, read_context
from engine.commands.terminal import clean, harmless_json
from engine.foundation.problems import did_you_mean
from engine.ledger.books import context_of
from engine.ledger.entries import KeptWork
from engine.planning.team import Team

_JSON: Final = msgspec.json.Encoder(decimal_format="number")
_MOST_CANDIDATES: Final = 10
_T = TypeVar("_T")
SHORTEST: Final = 6
"""Of an id as many signs are shown at least."""


def document(value: Struct) -> bytes:
    """A document for programs."""
    return harmless_json(msgspec.json.format(_JSON.encode(value), indent=2)) + b"\n"


def existing(url: str) -> Ledger:
    """The ledger that is there; one that is not is not made."""
    return open_ledger(url, must_exist=True)


def locale_of(ledger: Ledger, language: str | None, playbook: str | None = None) -> str:
    """The language asked for, else that of the last run."""
    runs = ledger.runs(playbook)
    return language or (runs[0].started.locale if runs else None) or "en"


def zone_of(ledger: Ledger, playbook: str | None = None) -> tzinfo | None:
    """The time zone in which the last run planned; none where there was none."""
    runs = ledger.runs(playbook)
    return runs[0].started.as_of.tzinfo if runs else None


def team_of(ledger: Ledger, playbook: str, file: Path | None) -> Team:
    """The team in a file, else that of the playbook's last run."""
    return read_context(team=file).team if file is not None else context_of(ledger, playbook).team


def people_of(ledger: Ledger, playbooks: Iterable[str]) -> dict[str, str]:
    """Our people by id, of the teams that the last runs of some playbooks were made with: their names."""
    teams = [context_of(ledger, each).team for each in sorted(playbooks) if ledger.runs(each)]
    return {id_: person.name for team in teams for id_, person in team.people.items()}


def found(ledger: Ledger, beginning: str) -> KeptWork:
    """The one action whose id is, or begins with, ``beginning``; a usage error names the candidates otherwise."""
    return only(
        "action", beginning, lambda prefix: ledger.work(id_prefix=prefix, archived=None),
        lambda each: each.work.action.id, lambda each: f"{each.account}  {each.work.action.title}",
    )  # fmt: skip


def only(
    what: str, beginning: str, find: Callable[[str], list[_T]], id_of: Callable[[_T], str],
    seen: Callable[[_T], str],
) -> _T:  # fmt: skip
    """The one of those whose id begins so that ``beginning`` means, named whole or short; a usage error names the
    candidates otherwise, each as ``seen``."""
    wanted = beginning.strip().lower()
    matching = find(wanted) if wanted else []
    meant = [each for each in matching if id_of(each) == wanted] or matching
    if len(meant) == 1:
        return meant[0]
    if not matching:
        raise click.BadParameter(f"no {what}'s id begins with `{clean(beginning)}`", param_hint="ID")
    candidates = "\n".join(clean(f"  {id_of(each)}  {seen(each)}") for each in matching[:_MOST_CANDIDATES])
    more = f"\n  and {len(matching) - _MOST_CANDIDATES} more" if len(matching) > _MOST_CANDIDATES else ""
    message = f"`{clean(beginning)}` begins the ids of {len(matching)} {what}s; say more of it:\n{candidates}{more}"
    raise click.BadParameter(message, param_hint="ID")


def check_known(name: str, known: Iterable[str], what: str, hint: str) -> None:
    """A usage error where ``name`` is not known, with the nearest one."""
    names = set(known)
    if name not in names:
        nearest = did_you_mean(name, names)
        raise click.BadParameter(f"{what} `{clean(name)}`" + (f": {nearest}" if nearest else ""), param_hint=hint)


def meant_by(named: str, names: Mapping[str, str], what: str, hint: str) -> str:
    """The one of ``names`` (names by id) whose id or name is given; a usage error where there is none, or several have
    the name."""
    meant = [named] if named in names else [id_ for id_, name in names.items() if name == named]
    if len(meant) > 1:
        raise click.BadParameter(clean(f"{len(meant)} are called `{named}`: say {' or '.join(meant)}"), param_hint=hint)
    check_known(named, {*names, *names.values()}, what, hint)
    return meant[0]


def shortest(ids: Iterable[str]) -> dict[str, str]:
    """Of each id the beginning that no other has, to be typed."""
    ordered = sorted(set(ids))
    shown: dict[str, str] = {}
    for place, each in enumerate(ordered):
        around = ordered[max(0, place - 1) : place] + ordered[place + 1 : place + 2]
        length = max([SHORTEST, *(_shared(each, other) + 1 for other in around)])
        shown[each] = each[:length]
    return shown


def _shared(one: str, other: str) -> int:
    return next((place for place, pair in enumerate(zip(one, other, strict=False)) if pair[0] != pair[1]), len(one))


def local(moment: datetime, zone: tzinfo | None) -> str:
    """An instant to the minute, on the clocks of the runs."""
    return f"{moment.astimezone(zone) if zone is not None else moment:%Y-%m-%d %H:%M}"
