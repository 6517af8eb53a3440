"""What an account is granted, what stands in the way, and what else would suit it (language 7, catalogue)."""

from collections.abc import Iterable, Iterator
from datetime import date

from msgspec import UNSET, Struct, UnsetType

from engine.compiling.catalogue import excludes, parts_of
from engine.compiling.clauses import truth_node
from engine.compiling.compiled import CompiledModule
from engine.language.catalogue import Module
from engine.matching.explained import evaluate, visible
from engine.matching.run import Value
from engine.planning.actions import Desk
from engine.planning.because import Because
from engine.planning.plan import Gap, Grant, GrantedModule, Offer, Withheld
from engine.planning.reasons import missing_in, shown
from engine.snapshots.model import Holding

_OVER = frozenset({"ended", "cancelled"})


class Granted(Struct, frozen=True):
    """What a firing rule grants: its address, the item, the modules it names, the source it cites."""

    rule: str
    item: str | None
    modules: tuple[str, ...]
    source: str | None


class Entitlements(Struct, frozen=True):
    """The grants of an account in playbook order, the modules that would suit it beside, and what is undecided."""

    grants: tuple[Grant, ...]
    offers: tuple[Offer, ...]
    gaps: tuple[Gap, ...]


def entitlements(desk: Desk, granted: Iterable[Granted]) -> Entitlements:
    """What ``granted`` comes to: of modules that exclude each other the one granted first stays."""
    return _Desk(desk).settle(tuple(granted))


class _Desk:
    """One account's modules: those in force and those it holds."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._catalogue = desk.compiled.playbook.catalogue
        self._holdings = _Holdings(desk)
        self._in_force: dict[str, None] = {}

    def settle(self, granted: tuple[Granted, ...]) -> Entitlements:
        settled = [(each, *self._settled(each)) for each in granted]
        grants, gaps = [], []
        for each, names, withheld in settled:
            terms = tuple(self._term(name) for name in names)
            grants.append(Grant(rule=each.rule, item=each.item, modules=names, source=each.source,
                                terms=terms, withheld=withheld))  # fmt: skip
            if any(self._undecided(name) for name in names):
                gaps.append(Gap(rule=each.rule, item=each.item, needs=("holdings",)))
        offers, undecided = self._offers()
        return Entitlements(tuple(grants), offers, (*gaps, *undecided))

    def _settled(self, each: Granted) -> tuple[tuple[str, ...], tuple[Withheld, ...]]:
        names, withheld = [], []
        for name in each.modules:
            other = self._excluded_by(name)
            if other is None:
                names.append(name)
                self._in_force |= dict.fromkeys(parts_of(self._catalogue, name))
            else:
                withheld.append(Withheld(name, self._title(name), other, self._title(other)))
        return tuple(names), tuple(withheld)

    def _excluded_by(self, name: str) -> str | None:
        parts = parts_of(self._catalogue, name)
        there = (*self._in_force, *self._holdings.names)
        return next((each for each in there for part in parts if excludes(self._catalogue, part, each)), None)

    # -- what a granted module says -----------------------------------------------------------------

    def _term(self, name: str) -> GrantedModule:
        module = self._catalogue.get(name)
        lacks = tuple(each for each in self._required(name) if self._there(each) is False)
        return GrantedModule(
            module=name,
            title=self._title(name),
            promise=self._text(module, "promise"),
            partner=self._text(module, "partner"),
            cost=self._cost(name),
            includes=parts_of(self._catalogue, name)[1:],
            lacks=lacks,
        )

    def _required(self, name: str) -> Iterator[str]:
        for part in parts_of(self._catalogue, name):
            yield from self._catalogue[part].requires if part in self._catalogue else ()

    def _there(self, name: str) -> bool | UnsetType:
        return True if name in self._in_force else self._holdings.has(name)

    def _undecided(self, name: str) -> bool:
        return any(self._there(each) is UNSET for each in self._required(name))

    def _title(self, name: str) -> str:
        module = self._catalogue.get(name)
        return module.title.in_language(self._desk.wording.language) if module and module.title else name

    def _text(self, module: Module | None, key: str) -> str | None:
        written = getattr(module, key, None)
        return written.in_language(self._desk.wording.language) if written is not None else None

    def _cost(self, name: str) -> str | None:
        module = self._desk.compiled.catalogue.get(name)
        if module is None or module.cost is None:
            return None
        cost: Value = evaluate(module.cost, self._desk.environment)
        return str(shown(cost, self._desk.compiled.money)) if cost is not UNSET and cost is not None else None

    # -- what else would suit -----------------------------------------------------------------------

    def _offers(self) -> tuple[tuple[Offer, ...], list[Gap]]:
        offers, gaps = [], []
        for name, module in self._desk.compiled.catalogue.items():
            if module.suits is None or module.entry.status == "draft" or self._there(name) is True:
                continue
            suits = evaluate(truth_node(module.suits), self._desk.environment)
            if suits is False or self._excluded_by(name) is not None:
                continue
            because = self._desk.reasons.because(module.suits, self._desk.environment)
            if suits is UNSET:
                gaps.append(Gap(rule=f"catalogue.{name}", item=None, needs=missing_in(because)))
            else:
                offers.append(self._offer(module, name, because))
        return tuple(offers), gaps

    def _offer(self, module: CompiledModule, name: str, because: Because) -> Offer:
        return Offer(
            module=name,
            title=self._title(name),
            promise=self._text(module.entry, "promise"),
            source=module.entry.source,
            missing=() if self._there(name) is False else ("holdings",),
            because=because,
        )


class _Holdings:
    """Which modules the account holds; unknown where its holdings were not delivered, or one does not say which."""

    def __init__(self, desk: Desk) -> None:
        found = visible(desk.snapshot, "holdings", desk.findings.run)
        records = () if found is UNSET else tuple(each for each in found if isinstance(each, Holding))
        today = desk.findings.run.today
        held = [each.module for each in records if not _is_over(each, today)]
        self.names = tuple(dict.fromkeys(each for each in held if isinstance(each, str)))
        self._is_known = found is not UNSET and UNSET not in held

    def has(self, name: str) -> bool | UnsetType:
        """Whether the account holds a module."""
        return True if name in self.names else False if self._is_known else UNSET


def _is_over(holding: Holding, today: date) -> bool:
    return holding.status in _OVER or (isinstance(holding.until, date) and holding.until < today)
