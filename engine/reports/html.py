"""Plans as one page to read and print: the portfolio at a glance, then every account with its reasons."""

import tempfile
from collections.abc import Iterable, Iterator
from functools import cache
from importlib.resources import files
from typing import Final

import jinja2
from markupsafe import Markup

from engine.evaluation.findings import LIGHTS
from engine.foundation.version import VERSION
from engine.language.playbook import Playbook
from engine.planning.because import Because
from engine.planning.plan import ActionPlan
from engine.reports.labels import Labels, alike, due_text, moment_text
from engine.reports.portfolio import Portfolio
from engine.reports.words import joined

_CHUNK: Final = 1 << 16


def html_page(plans: Iterable[ActionPlan], playbook: Playbook, labels: Labels) -> Iterator[bytes]:
    """The page in pieces, once all plans are in it: one file that loads nothing else, and runs no script.

    Account parts wait in a temporary file for the totals that stand above them, so that memory stays bounded.
    """
    page = _Page(playbook, labels)
    with tempfile.TemporaryFile() as accounts:
        for plan in plans:
            accounts.write(_bytes(page.account(plan)))
        yield _bytes(page.head())
        accounts.seek(0)
        while chunk := accounts.read(_CHUNK):
            yield chunk
    yield _bytes(page.tail())


def segment_of(playbook: Playbook) -> str | None:
    """The class that accounts are told apart by: ``tier`` where there is one, else the first one of accounts."""
    live = [each for each in playbook.classes.values() if each.status != "draft"]
    of_accounts = [each.id for each in live if each.each is None and each.per is None]
    return "tier" if "tier" in of_accounts else next(iter(of_accounts), None)


class _Page:
    """The parts of the page."""

    def __init__(self, playbook: Playbook, labels: Labels) -> None:
        self._playbook = playbook
        self._labels = labels
        self._segment = segment_of(playbook)
        self._portfolio = Portfolio(labels, self._segment)
        self._shared = {"labels": labels, "words": labels.words, "page": labels.words.page}

    def account(self, plan: ActionPlan) -> str:
        """The part of one account."""
        anchor = f"a{len(self._portfolio.accounts) + 1}"
        self._portfolio.add(plan, anchor)
        return (
            _templates()
            .get_template("account.html")
            .render(
                **self._shared,
                plan=plan,
                anchor=anchor,
                warnings=list(alike(plan.warnings)),
                granted=joined(map(self._labels.granted, plan.grants)),
                offers=joined(map(self._labels.offered, plan.offers)),
                notes=self._labels.words.light_notes(plan.light, plan.light_at_worst, watch=plan.watch),
                gaps=joined(self._labels.gaps(plan.gaps)),
                held=joined(self._labels.held(plan.suppressed)),
                not_sent=joined(self._labels.not_sent(plan)),
                over=joined(self._labels.over(plan)),
                subject=self._labels.subject(plan),
                sentence=self._sentence,
                due_text=due_text,
                moment_text=moment_text,
            )
        )

    def _sentence(self, reason: Because) -> str:
        phrases = self._labels.phrases
        parts = (
            phrases.test(reason),
            phrases.found(reason),
            phrases.among(reason.among),
            phrases.missing(reason.missing),
        )
        return joined(parts)

    def head(self) -> str:
        """What stands above the accounts."""
        found, labels = self._portfolio, self._labels
        words = labels.words
        title = self._playbook.manifest.title
        actions = sum(each.actions for each in found.accounts)
        return (
            _templates()
            .get_template("head.html")
            .render(
                **self._shared,
                lang=labels.language,
                style=Markup(_files()["style.css"]),  # noqa: S704 - our own file
                title=title.in_language(labels.language) if title else self._playbook.manifest.id,
                as_of=moment_text(found.as_of) if found.as_of else "",
                summary=joined((words.count(words.accounts, found.number), words.count(words.actions, actions))),
                lights=LIGHTS,
                segment_title=labels.class_title(self._segment) if self._segment else "",
                segments=found.segments,
                weeks=found.weeks,
                owners=found.owners,
                overdue=found.overdue,
                people=found.people,
                week_ends=found.week_ends,
                accounts=found.accounts,
            )
        )

    def tail(self) -> str:
        """What stands below them."""
        return _templates().get_template("tail.html").render(**self._shared, version=VERSION)


@cache
def _templates() -> jinja2.Environment:
    return jinja2.Environment(
        loader=jinja2.DictLoader({name: text for name, text in _files().items() if name.endswith(".html")}),
        autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip


@cache
def _files() -> dict[str, str]:
    return {each.name: each.read_text("utf-8") for each in files("engine.reports").joinpath("page").iterdir()}


def _bytes(text: str) -> bytes:
    return text.encode(errors="replace")
