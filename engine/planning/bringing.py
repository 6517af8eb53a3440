"""What goes with an action or message: for each role what fits it, and the cases and material that fit the account."""

from collections.abc import Iterable

from msgspec import Struct

from engine.compiling.clauses import truth_node
from engine.compiling.compiled import CompiledPiece, CompiledPlaybook
from engine.language.content import Attach
from engine.language.playbook import TheirRole
from engine.matching.explained import Environment, evaluate
from engine.planning.because import Because
from engine.planning.plan_work import Attached, Bring
from engine.planning.reasons import Reasons


class Chosen(Struct, frozen=True):
    """A piece of content that fits, and why; none where it fits everybody."""

    piece: CompiledPiece
    because: Because | None


class Bringing:
    """Chooses content for one account. A piece is chosen only where it certainly fits (``fits``)."""

    def __init__(self, compiled: CompiledPlaybook, environment: Environment, reasons: Reasons) -> None:
        self._compiled = compiled
        self._environment = environment
        self._reasons = reasons
        self._fitting: dict[str, bool] = {}
        self._for_roles: dict[tuple[str, str], Bring] = {}

    def brings(self, theirs: Iterable[str], attach: tuple[Attach, ...], language: str) -> tuple[Bring, ...]:
        """What to bring: for every role that takes part what people in it care about and what fits them, then what
        is for all of them."""
        roles = self._compiled.playbook.roles.theirs
        found = [self._for_role(roles[name], language) for name in theirs if name in roles]
        if attach and (common := tuple(attached(each, language) for each in self.chosen(attach, None))):
            found.append(Bring(role=None, title=None, cares_about=(), content=common))
        return tuple([each for each in found if each.content or each.cares_about])

    def _for_role(self, role: TheirRole, language: str) -> Bring:
        """What people in a role get; the same at every action of the account."""
        known = self._for_roles.get((role.id, language))
        if known is None:
            known = self._for_roles[role.id, language] = self._found_for(role, language)
        return known

    def _found_for(self, role: TheirRole, language: str) -> Bring:
        content = tuple(attached(each, language) for each in self._ranked(role.content))
        return Bring(
            role=role.id,
            title=role.title.in_language(language) if role.title else role.id,
            cares_about=role.cares_about.in_language(language) if role.cares_about else (),
            content=content,
        )

    def chosen(self, attach: tuple[Attach, ...], role: TheirRole | None, *, sent: bool = False) -> tuple[Chosen, ...]:
        """The pieces that ``attach`` asks for, each once; with ``sent`` no case of failure is among them."""
        found: dict[str, Chosen] = {}
        for each in attach:
            for piece in self._asked(each, role, sent):
                found.setdefault(piece.piece.entry.id, piece)
        return tuple(found.values())

    def _asked(self, attach: Attach, role: TheirRole | None, sent: bool) -> Iterable[Chosen]:
        if attach.name is not None:
            return self._ranked((attach.name,))
        names = role.content if attach.for_ == "role" and role is not None else tuple(self._compiled.pieces)
        if attach.for_ == "role" and role is None:
            return ()
        wanted = [name for name in names if self._is_wanted(name, attach, sent)]
        return self._ranked(wanted)[: attach.at_most]

    def _is_wanted(self, name: str, attach: Attach, sent: bool) -> bool:
        entry = self._compiled.pieces[name].entry
        outcome = "success" if sent and entry.kind == "case" else attach.outcome
        return (
            entry.status != "draft"
            and (attach.kind is None or entry.kind == attach.kind)
            and (outcome is None or entry.outcome == outcome)
        )

    def _ranked(self, names: Iterable[str]) -> list[Chosen]:
        """Those that fit, the most specific first: what asks for more and fits nevertheless fits better."""
        fitting = [self._compiled.pieces[name] for name in names if self._fits(name)]
        return [Chosen(each, self._because(each)) for each in sorted(fitting, key=lambda each: -each.tests)]

    def _fits(self, name: str) -> bool:
        if name not in self._fitting:
            clause = self._compiled.pieces[name].fits
            self._fitting[name] = clause is None or evaluate(truth_node(clause), self._environment) is True
        return self._fitting[name]

    def _because(self, piece: CompiledPiece) -> Because | None:
        return self._reasons.because(piece.fits, self._environment) if piece.fits is not None else None


def attached(chosen: Chosen, language: str, body: str | None = None) -> Attached:
    """A chosen piece as a plan writes it, in the reader's language."""
    entry = chosen.piece.entry
    return Attached(
        content=entry.id,
        kind=entry.kind,
        title=entry.title.in_language(language) if entry.title else entry.id,
        outcome=entry.outcome,
        summary=entry.summary.in_language(language) if entry.summary else None,
        points=entry.points.in_language(language) if entry.points else (),
        link=entry.link,
        body=body,
        source=entry.source,
        because=chosen.because,
    )
