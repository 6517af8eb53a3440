"""``compile_files``: from a typed playbook to the compiled one, with every problem of names, types and structure."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Final

from msgspec import Struct

from engine.compiling.asked import Asking, asked
from engine.compiling.blocks import block_problems
from engine.compiling.cadences import Cadences
from engine.compiling.calendars import Calendars
from engine.compiling.catalogue import modules
from engine.compiling.clauses import Clause, Leaf, leaves, skeleton, truth_node
from engine.compiling.compiled import (
    CompiledClass,
    CompiledModule,
    CompiledPiece,
    CompiledPlaybook,
    CompiledRule,
    CompiledScope,
    CompiledScore,
    CompiledTarget,
    Grouping,
    Slot,
)
from engine.compiling.conditions import Lowering
from engine.compiling.entries import BUILT_IN_ROLES, DRAFT_HINT, Entries
from engine.compiling.figures.arguments import Arguments
from engine.compiling.figures.metrics import Figures
from engine.compiling.grading import Grading
from engine.compiling.groupings import Groupings
from engine.compiling.lengths import Lengths
from engine.compiling.levels import LIGHT, conclusions_read, figures_read, find_levels
from engine.compiling.parameters import Dated, Parameters
from engine.compiling.passes import PortfolioPass, find_passes
from engine.compiling.pieces import pieces
from engine.compiling.ranges import Ranges
from engine.compiling.structure import structure_problems
from engine.compiling.symbols import ACCOUNT, Meaning, Symbols, View, asides_of
from engine.compiling.texts import Texting
from engine.foundation import codes
from engine.foundation.places import Place
from engine.foundation.problems import Problem, problem
from engine.foundation.quantities import plain_decimal
from engine.inference.program import build_program
from engine.inference.skeleton import Skeleton
from engine.language.builtin import with_built_ins
from engine.language.conditions import Condition
from engine.language.entry import Live
from engine.language.playbook import Playbook, WarningRule
from engine.matching.core import Constant, Forest, Node, Parameter, Scope
from engine.matching.rows import compile_rows
from engine.matching.run import Value
from engine.snapshots.model import COLLECTIONS

CompiledEntry = CompiledClass | CompiledRule
Shelved = tuple[str, Live, Clause]
"""An entry that nothing reads and plans choose by its condition: its address, itself, the condition."""

DEFAULT_CURRENCY: Final = {
    "CN": "CNY",
    "US": "USD",
    "GB": "GBP",
    "JP": "JPY",
    "IN": "INR",
    "HK": "HKD",
    "TW": "TWD",
    "SG": "SGD",
    "AU": "AUD",
    "KR": "KRW",
}


class Compilation(Struct, frozen=True):
    """The compiled playbook, where nothing stands in its way, and all problems, sorted."""

    compiled: CompiledPlaybook | None
    problems: tuple[Problem, ...]


def compile_typed(written: Playbook, *, use_examples: bool = False) -> Compilation:
    """Compiles a typed playbook; ``use_examples`` sets required parameters to their examples (for tests)."""
    found: list[Problem] = []
    playbook = with_built_ins(written)
    builder = _Builder(playbook, found.append, use_examples)
    compiled = builder.build()
    problems = tuple(sorted(set(found)))
    usable = compiled if not any(each.severity == "error" for each in problems) else None
    return Compilation(usable, problems)


def compile_conditions(
    playbook: Playbook, conditions: Iterable[Condition]
) -> tuple[list[Clause | None], Mapping[str, Dated], list[Problem]]:
    """Conditions on the account that stand outside of a playbook that is compiled already, each as a clause; what
    their parameters are bound to, and what is wrong with them."""
    found: list[Problem] = []
    builder = _Builder(with_built_ins(playbook), found.append, use_examples=True)
    builder.figures.lower_all()
    found.clear()  # what the playbook lacks was told when it was compiled
    clauses = [builder.lowering.clause(each, ACCOUNT) for each in conditions]
    return clauses, builder.parameters.bindings, found


class _Builder:
    """The parts that know each other while one playbook is compiled."""

    def __init__(self, playbook: Playbook, sink: Callable[[Problem], None], use_examples: bool) -> None:
        self.playbook = playbook
        self.sink = sink
        self.currency = report_currency(playbook)
        self.parameters = Parameters(playbook, self.currency, sink, use_examples)
        self.symbols = Symbols(playbook, self.currency, self._figure, self._parameter)
        self.parameters.symbols = self.symbols
        self.figures = Figures(self.symbols, sink)
        self.lengths = Lengths(self.parameters, sink)
        self.lowering = Lowering(self.symbols, self.parameters, self.lengths, sink)
        self.figures.arguments = Arguments(self.symbols, self.lowering, self.lengths, self.parameters.bindings, sink)
        self.grading = Grading(self.lowering, self.parameters.bindings, sink)
        self.texting = Texting(playbook, self.symbols, sink)

    def _figure(self, name: str, view: View) -> Meaning | None:
        return self.figures.meaning(name, view)

    def _parameter(self, name: str) -> Meaning | None:
        return self.parameters.meaning(name)

    def build(self) -> CompiledPlaybook | None:
        """The compiled playbook, or none where levels can't be found."""
        calendars = Calendars(self.playbook, self.sink)
        self.figures.lower_all()
        self.parameters.check_all()
        for found in structure_problems(self.playbook, {*self.playbook.roles.ours, *BUILT_IN_ROLES}):
            self.sink(found)
        cadences = Cadences(self.symbols, self.lowering, self.parameters, calendars.own, self.sink)
        entries = Entries(
            self.playbook, self.symbols, self.lowering, self.parameters, self.lengths, self.texting, cadences, self.sink
        )
        rules, classes, scores = entries.rules(), self._classes(), self._scores()
        contents = self.texting.contents(_views_of_contents(rules), all_are_known=_all_are_read(self.playbook, rules))
        found_pieces = pieces(self.playbook, self.lowering, self.texting, self.sink)
        for found in block_problems(self.playbook):
            self.sink(found)
        catalogue = modules(self.playbook, self.lowering, self.symbols.money, self.sink)
        targets = self._targets()
        bands = (each.band for each in scores.values() if each.band is not None)
        graded = (*classes.values(), *bands, *(each.state for each in targets.values()))
        groupings = self._groupings(graded, rules)
        self._check_ranges((*graded, *rules))
        levels = self._levels(graded, rules, _shelved(catalogue, found_pieces))
        if levels is None:
            return None
        scopes, trees = self._scopes(levels)
        passes = self._passes(graded, rules)
        named = dict(self._named())
        parts: tuple[Asking, ...] = (
            *graded, *rules, *scores.values(), *targets.values(), *found_pieces.values(), *catalogue.values(),
            *named.values(),
        )  # fmt: skip
        forest = Forest(self.figures.definitions, (*trees, *(each.scopes for each in passes)), asked(parts))
        return CompiledPlaybook(
            playbook=self.playbook,
            currency=self.currency,
            money=self.symbols.money,
            calendar=calendars.own,
            calendars=calendars.by_name,
            bindings=self.parameters.bindings,
            forest=forest,
            rows=compile_rows(forest),
            levels=scopes,
            passes=passes,
            contents=contents,
            pieces=found_pieces,
            catalogue=catalogue,
            classes=classes,
            scores=scores,
            targets=targets,
            rules=rules,
            memories=tuple(each for _, each in sorted(self.lowering.memories.items())),
            groupings=groupings,
            named=named,
            edges=tuple(sorted(set(self._edges((*graded, *rules))))),
        )

    def _classes(self) -> dict[str, CompiledClass]:
        """Every classification that compiles, by id."""
        compiled = ((each.id, self.grading.class_(each)) for each in self.playbook.classes.values())
        return {name: found for name, found in compiled if found is not None}

    def _scores(self) -> dict[str, CompiledScore]:
        """Every score that compiles, by id."""
        lowered = ((each, self.figures.scored.get(each.id)) for each in self.playbook.scores.values())
        compiled = ((entry.id, self.grading.score(entry, scored)) for entry, scored in lowered if scored is not None)
        return {name: found for name, found in compiled if found is not None}

    def _targets(self) -> dict[str, CompiledTarget]:
        """Every target that compiles, by id."""
        compiled = ((each.id, self.grading.target(each)) for each in self.playbook.targets.values())
        return {name: found for name, found in compiled if found is not None}

    def _check_ranges(self, entries: tuple[CompiledEntry, ...]) -> None:
        """Tells which tests can never hold."""
        ranges = Ranges(self.figures.definitions, self.parameters.bindings)
        for clause in (each for entry in entries for each in entry.clauses):
            for found in ranges.problems(clause):
                self.sink(found)

    def _groupings(self, graded: tuple[CompiledClass, ...], rules: tuple[CompiledRule, ...]) -> tuple[Grouping, ...]:
        """The ways in which entries group accounts; what they can't read of groups is told."""
        book, found = self.playbook, Groupings(self.playbook, self.symbols, self.sink)
        entries: tuple[CompiledEntry, ...] = (*graded, *rules)
        scopes = {each.address: each.per for each in entries}
        for each in entries:
            found.check_reads(each, scopes, self.figures.definitions)
            found.check_data(each, self.figures.definitions)
        for entry in book.classes.values():
            found.check_class(entry)
        for rule in rules:
            found.check_rule(rule)
        conclusions = (*book.classes.values(), *book.scores.values(), *book.targets.values())
        return found.of((*conclusions, *(each.entry for each in rules)))

    def _edges(self, entries: Iterable[CompiledEntry]) -> Iterator[Decimal]:
        """The figures that conditions hold something against, whenever and for whomever they are in force."""
        tests = (each for entry in entries for clause in entry.clauses for each in leaves(clause))
        for node in {node for test in tests for node in test.expected}:
            if isinstance(node, Constant):
                values: Iterable[Value] = (node.value,)
            elif isinstance(node, Parameter):
                values = (value for _, value in self.parameters.bindings[node.name].values)
            else:
                continue
            for value in values:
                if isinstance(value, int) and not isinstance(value, bool) and node.type.kind == "number":
                    yield plain_decimal(value, node.type.scale)

    def _named(self) -> Iterator[tuple[tuple[str, str | None], Meaning]]:
        """What texts may name: metrics, classes, declared data and parameters, per collection where they have one."""
        book = self.playbook
        for name, collection in (
            *((each.id, each.each) for each in book.metrics.values()),
            *((each.id, each.each) for each in book.classes.values()),
            *((name, None) for name in (*book.scores, *book.targets, *asides_of(book), *book.fields)),
        ):
            meaning = self.symbols.meaning(name, _view(collection))
            if meaning is not None:
                yield (name, collection), meaning
        for name in book.parameters:
            meaning = self._parameter(name)
            if meaning is not None:
                yield (name, None), meaning

    def _levels(
        self, graded: Iterable[CompiledClass], rules: tuple[CompiledRule, ...], shelved: Iterable[Shelved]
    ) -> list[list[CompiledEntry]] | None:
        """Entries by level; none where they run in a circle."""
        every: list[CompiledEntry] = [*graded, *rules]
        entries = {each.address: each for each in every}
        reads = {address: self._reads(entry) for address, entry in entries.items()}
        self._check_drafts(entries, shelved)
        warnings = frozenset(
            each.address for each in rules if isinstance(each.entry, WarningRule) and each.entry.status != "draft"
        )
        places = {address: entry.entry.place for address, entry in entries.items()}
        levels, circles = find_levels({**reads, LIGHT: warnings}, places)
        for circle in circles:
            self.sink(circle)
        if circles:
            return None
        ordered: list[list[CompiledEntry]] = [[] for _ in range(max(levels.values(), default=0) + 1)]
        for address, entry in entries.items():
            ordered[levels[address]].append(entry)
        return ordered

    def _passes(self, graded: Iterable[CompiledClass], rules: tuple[CompiledRule, ...]) -> tuple[PortfolioPass, ...]:
        """The passes that the figures of the portfolio take."""
        entries: tuple[CompiledEntry, ...] = (*graded, *rules)
        decides = {each.address: _settled_by(each) for each in entries}
        warnings = (decides[each.address] for each in rules if isinstance(each.entry, WarningRule))
        decides[LIGHT] = tuple(node for nodes in warnings for node in nodes)
        return find_passes(self.figures.arguments.populations.values(), decides, self.figures.definitions)

    def _reads(self, entry: CompiledEntry) -> frozenset[str]:
        return conclusions_read(_settled_by(entry), self.figures.definitions)

    def _check_drafts(self, entries: Mapping[str, CompiledEntry], shelved: Iterable[Shelved]) -> None:
        drafts = {address for address, each in entries.items() if each.entry.status == "draft"}
        drafts |= {f"scores.{each.id}" for each in self.playbook.scores.values() if each.status == "draft"}
        readers = [
            (address, each.entry, each.clauses, (*_settled_by(each), *_acted_by(each)))
            for address, each in entries.items()
        ]
        choices = [(address, entry, (clause,), (truth_node(clause),)) for address, entry, clause in shelved]
        for address, entry, clauses, nodes in (*readers, *choices):
            for read in sorted(self._everything_read(nodes) & drafts):
                if entry.status != "draft":
                    message = f"`{address}` reads `{read}`, which is a draft"
                    place = self._read_at(clauses, read) or entry.place
                    self.sink(problem(codes.DRAFT_REFERENCE, place, message, DRAFT_HINT))

    def _everything_read(self, nodes: tuple[Node, ...]) -> frozenset[str]:
        """Addresses of the conclusions and scores that ``nodes`` read, now or as they were."""
        scores = {f"scores.{name}" for name in figures_read(nodes, self.figures.definitions)}
        return conclusions_read(nodes, self.figures.definitions, before=True) | scores

    def _read_at(self, clauses: tuple[Clause, ...], conclusion: str) -> Place | None:
        """Where clauses first test a conclusion; none where it is read some other way."""
        tests = (each for clause in clauses for each in leaves(clause))
        reading = (each.place for each in tests if conclusion in self._everything_read((each.node,)))
        return next(reading, None)

    def _scopes(
        self, levels: list[list[CompiledEntry]]
    ) -> tuple[tuple[tuple[CompiledScope, ...], ...], tuple[tuple[Scope, ...], ...]]:
        compiled, trees = [], []
        for entries in levels:
            groups = enumerate(_by_collection(entries))
            pairs = [_scope(index, collection, members) for index, (collection, members) in groups]
            compiled.append(tuple(scope for scope, _ in pairs))
            trees.append(tuple(tree for _, tree in pairs))
        return tuple(compiled), tuple(trees)


def _settled_by(entry: CompiledEntry) -> tuple[Node, ...]:
    """Everything that decides where an entry stands."""
    decided = tuple(truth_node(clause) for clause in entry.clauses)
    if isinstance(entry, CompiledClass):
        return decided
    lengths = (entry.since, entry.must_hold, entry.keep, entry.reopen_within, entry.stale_after)
    return (*decided, *(each for each in lengths if each is not None))


def _acted_by(entry: CompiledEntry) -> Iterator[Node]:
    """What an entry's work depends on once it fires."""
    for effect in entry.effects if isinstance(entry, CompiledRule) else ():
        yield from (truth_node(each) for each in (effect.ends,) if each is not None)
        for task in effect.tasks:
            yield from (each for each in (task.length, task.anchor) if each is not None)
            yield from (truth_node(each) for each in (task.done,) if each is not None)


def _shelved(catalogue: Mapping[str, CompiledModule], kept: Mapping[str, CompiledPiece]) -> Iterator[Shelved]:
    for name, module in catalogue.items():
        if module.suits is not None:
            yield f"catalogue.{name}", module.entry, module.suits
    for name, piece in kept.items():
        if piece.fits is not None:
            yield f"content.{name}", piece.entry, piece.fits


def _by_collection(entries: list[CompiledEntry]) -> list[tuple[str | None, list[CompiledEntry]]]:
    """The account's entries first (also where there are none), then those per collection, in order of name."""
    groups: dict[str | None, list[CompiledEntry]] = {None: []}
    for entry in entries:
        collection = entry.collection
        groups.setdefault(collection, []).append(entry)
    return sorted(groups.items(), key=lambda pair: pair[0] or "")


def _scope(index: int, collection: str | None, entries: Iterable[CompiledEntry]) -> tuple[CompiledScope, Scope]:
    bits: dict[Node, int] = {}
    tests: dict[Leaf, int] = {}
    skeletons: list[Skeleton] = []
    positions = []
    for entry in entries:
        clauses = entry.clauses
        positions.append((entry, range(len(skeletons), len(skeletons) + len(clauses))))
        skeletons += [skeleton(clause, bits) for clause in clauses]
        tests |= {leaf: 1 << bits[leaf.node] for clause in clauses for leaf in leaves(clause)}
    record = COLLECTIONS[collection].singular if collection else None
    program = build_program(len(bits), skeletons)
    slots = tuple(Slot(entry, tuple(1 << program.conclusions[at] for at in where)) for entry, where in positions)
    return CompiledScope(index, collection, program, slots, tests), Scope(collection, record, tuple(bits))


def _views_of_contents(rules: Iterable[CompiledRule]) -> dict[str, View]:
    """From which record each content that is sent is sent; one sent from several kinds reads none."""
    collections: dict[str, set[str | None]] = {}
    for rule in rules:
        for effect in rule.effects:
            for task in effect.tasks:
                if task.task.send:
                    collections.setdefault(task.task.send, set()).add(rule.collection)
    return {name: _view(found.pop() if len(found) == 1 else None) for name, found in collections.items()}


def _view(collection: str | None) -> View:
    return View(collection, COLLECTIONS[collection].singular) if collection else View()


def report_currency(playbook: Playbook) -> str:
    """The currency figures are reported in: as the manifest says, else that of the locale's country."""
    if playbook.manifest.money is not None:
        return playbook.manifest.money.report_in
    return DEFAULT_CURRENCY.get(playbook.manifest.locale.rpartition("-")[2], "EUR")


def _all_are_read(playbook: Playbook, rules: tuple[CompiledRule, ...]) -> bool:
    """Whether every entry that could send something is among the rules: none is written wrongly."""
    entries = len(playbook.warnings) + len(playbook.cadence) + len(playbook.rules)
    senders = ("warnings", "cadence", "rules", "plays")
    return len(rules) == entries and not any(each.partition(".")[0] in senders for each in playbook.broken)
